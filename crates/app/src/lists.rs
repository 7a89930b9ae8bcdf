//! My day's pages, saved views, search and timelines.

use chrono::NaiveDate;
use contract::{
    ApiError, DayPage, DayQuery, DayRow, Done, KindCount, NameRef, SavedView, SearchHit, SearchQuery, TimelineEntry,
    TimelinePage, TimelineQuery,
};
use domain::contact::{Contact, Direction};
use domain::ids::AccountId;
use domain::worklist::Kind;
use store::{Happened, Store, WorkQuery, WorkRow};

use crate::desk::Desk;
use crate::errors::stored;
use crate::parse;
use crate::planning::{Kept, Policies};
use crate::views::{count, grouped, money, word};

impl Desk {
    /// A page of My day.
    pub(crate) fn day_page(&self, query: &DayQuery) -> Result<DayPage, ApiError> {
        let store = self.store()?;
        self.plan_if_stale()?;
        let mut wanted = WorkQuery {
            kinds: query.kinds.clone(),
            max_urgency: query.urgent.then_some(0),
            whose: self.whose(&store, &query.whose)?,
            text: query.text.clone(),
            offset: query.offset as usize,
            limit: query.limit as usize,
            ..WorkQuery::default()
        };
        let now = self.now();
        let mut policies = Policies::default();
        if query.contactable {
            wanted.callable_at = Some(now);
            wanted.among = self.permitted(&store)?;
        }
        let mut page = store.worklist(&wanted).map_err(stored)?;
        if query.contactable {
            // An answer that ran out is asked again before its row is shown; who may not be called
            // after all makes room for the next.
            loop {
                let stale: Vec<AccountId> =
                    page.rows.iter().filter(|row| !row.callable.holds(now)).map(|row| row.account).collect();
                if stale.is_empty() {
                    break;
                }
                self.ask_again(&store, &stale, &mut policies)?;
                page = store.worklist(&wanted).map_err(stored)?;
            }
        }
        let total = page.total;
        let rows =
            page.rows.into_iter().map(|row| self.day_row(&store, row, &mut policies)).collect::<Result<Vec<_>, _>>()?;
        let counts = store.work_counts().map_err(stored)?;
        let fresh = store.freshness().map_err(stored)?;
        let accounts = store.account_count().map_err(stored)?;
        let idle = accounts.saturating_sub(counts.total);
        Ok(DayPage {
            rows,
            total: count(total),
            urgent: count(counts.urgent),
            kinds: counts
                .kinds
                .iter()
                .map(|(kind, number)| KindCount { kind: kind.clone(), label: label(kind), count: count(*number) })
                .collect(),
            as_of: fresh.planned_for.unwrap_or_else(|| self.today()).to_string(),
            people: self.people(&store)?,
            left_out: if idle == 0 {
                String::new()
            } else {
                format!(
                    "Not listed: {} accounts with nothing to do today (paid, not due, promised, held, or waiting for their next step).",
                    grouped(idle)
                )
            },
        })
    }

    fn day_row(&self, store: &Store, row: WorkRow, policies: &mut Policies) -> Result<DayRow, ApiError> {
        let kept: Kept = serde_json::from_value(row.body).map_err(|error| {
            ApiError::new(
                contract::ErrorCode::Failed,
                format!("A row of My day can't be read: {error}."),
                "Plan My day afresh.",
            )
        })?;
        Ok(DayRow {
            contact: self.contact_of(store, row.account, policies)?,
            account: row.account.to_string(),
            customer: kept.customer,
            number: kept.number,
            class: kept.class,
            kind: row.kind,
            label: kept.label,
            urgent: row.urgency == 0,
            amount: row.amount.map(money),
            days_past_due: kept.days_past_due,
            why: kept.why,
            why_today: kept.why_today,
            next: kept.next,
            next_label: kept.next_label,
            also: kept.also,
            assignee: row.assignee,
        })
    }

    /// Kept filters.
    pub(crate) fn view_list(&self) -> Result<Vec<SavedView>, ApiError> {
        let store = self.store()?;
        let mut all = Vec::new();
        for screen in ["day", "accounts"] {
            for (name, body) in store.views(screen).map_err(stored)? {
                all.push(SavedView {
                    name,
                    screen: screen.to_owned(),
                    query: body.as_str().unwrap_or_default().to_owned(),
                });
            }
        }
        Ok(all)
    }

    /// Keeps a filter.
    pub(crate) fn keep_view(&self, view: &SavedView) -> Result<Done, ApiError> {
        let name = view.name.trim();
        if name.is_empty() {
            return Err(ApiError::invalid("name", "The view has no name.", "Give it one."));
        }
        self.store()?.put_view(&view.screen, name, &serde_json::Value::String(view.query.clone())).map_err(stored)?;
        Ok(Done { message: format!("The view \"{name}\" is kept.") })
    }

    /// Forgets a filter.
    pub(crate) fn forget_view(&self, input: &NameRef) -> Result<Done, ApiError> {
        let store = self.store()?;
        for screen in ["day", "accounts"] {
            store.remove_view(screen, &input.name).map_err(stored)?;
        }
        Ok(Done { message: format!("The view \"{}\" is forgotten.", input.name) })
    }

    /// Finds anything.
    pub(crate) fn find(&self, query: &SearchQuery) -> Result<Vec<SearchHit>, ApiError> {
        let store = self.store()?;
        let limit = (query.limit as usize).clamp(1, 50);
        let found = store.search(&query.text, limit).map_err(stored)?;
        let hit = |kind: &str, account: AccountId, title: String, detail: String| SearchHit {
            kind: kind.to_owned(),
            account: account.to_string(),
            title,
            detail,
        };
        let accounts = found
            .accounts
            .into_iter()
            .map(|one| hit("account", one.account, one.name, [one.reference, one.city].join("  ")));
        let invoices =
            found.invoices.into_iter().map(|one| hit("invoice", one.account, one.number, one.amount.pretty()));
        let notes = found
            .notes
            .into_iter()
            .map(|one| hit("note", one.account, one.note.clone(), format!("{} {}", one.local_date, one.actor)));
        Ok(accounts.chain(invoices).chain(notes).take(limit).collect())
    }

    /// What happened on an account, newest first.
    pub(crate) fn timeline_page(&self, query: &TimelineQuery) -> Result<TimelinePage, ApiError> {
        let store = self.store()?;
        let account: AccountId = parse::id(&query.account)?;
        let offset = query.offset as usize;
        // One more than asked tells whether there is more.
        let limit = query.limit as usize;
        let mut entries: Vec<TimelineEntry> = store
            .timeline(account, offset, limit + 1)
            .map_err(stored)?
            .into_iter()
            .filter_map(timeline_entry)
            .collect();
        let more = entries.len() > limit;
        entries.truncate(limit);
        Ok(TimelinePage { total: count(offset + entries.len() + usize::from(more)), entries })
    }
}

fn label(kind: &str) -> String {
    parse::word::<Kind>("kind", kind).map_or_else(|_| kind.replace('_', " "), |kind| kind.label().to_owned())
}

fn contact_entry(one: &Contact) -> TimelineEntry {
    let medium = word(&one.medium);
    let how = one.disposition.map(|disposition| word(&disposition).replace('_', " "));
    let way = if one.direction == Direction::Inbound { "in" } else { "out" };
    let mut summary = match (&how, medium.as_str()) {
        (Some(how), "note") => how.clone(),
        (Some(how), medium) => format!("{medium} {way}: {how}"),
        (None, "note") => "note".to_owned(),
        (None, medium) => format!("{medium} {way}"),
    };
    if !one.point.is_empty() {
        summary = format!("{summary}, {}", one.point);
    }
    if let Some(amount) = one.amount {
        summary = format!("{summary}, {}", amount.pretty());
    }
    if one.corrects.is_some() {
        summary = format!("Correction: {summary}");
    }
    TimelineEntry {
        id: one.id.to_string(),
        at: one.at.to_rfc3339(),
        actor: one.actor.clone(),
        kind: medium,
        summary,
        detail: one.note.clone(),
        correctable: true,
    }
}

fn timeline_entry(happened: Happened) -> Option<TimelineEntry> {
    Some(match happened {
        Happened::Contact(one) => contact_entry(&one),
        // The contact itself is the entry; its shadow in the history would say it twice.
        Happened::History(one) if one.kind.starts_with("contact.") || one.kind.starts_with("note.") => {
            return None;
        }
        Happened::History(one) => TimelineEntry {
            id: one.id.to_string(),
            at: one.at.to_rfc3339(),
            actor: one.actor,
            kind: one.kind.split('.').next().unwrap_or_default().replace('_', " "),
            summary: one.summary,
            detail: String::new(),
            correctable: false,
        },
        Happened::Document(one) => TimelineEntry {
            id: one.id.to_string(),
            at: one.made.to_rfc3339(),
            actor: String::new(),
            kind: "document".to_owned(),
            summary: one.title,
            detail: String::new(),
            correctable: false,
        },
        Happened::Payment(one) => TimelineEntry {
            id: one.id.to_string(),
            at: noon(one.posted),
            actor: one.method.clone(),
            kind: word(&one.kind),
            summary: format!(
                "{} {}{}",
                one.amount.pretty(),
                one.reference,
                one.reversed.map_or_else(String::new, |day| format!(", returned {day}"))
            ),
            detail: String::new(),
            correctable: false,
        },
    })
}

/// A payment has a day and no time; noon keeps it on that day in every American zone.
fn noon(day: NaiveDate) -> String {
    day.and_hms_opt(12, 0, 0).map(|at| at.and_utc().to_rfc3339()).unwrap_or_default()
}
