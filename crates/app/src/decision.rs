//! "Why this level, why today", on any day: the plan's decision taken again on the facts, and under
//! the policy, as they were known then.

use chrono::{DateTime, NaiveDate, NaiveTime, TimeDelta, Utc};
use contract::{ApiError, DecisionQuery, DecisionStep, DecisionView, DoneLine};
use domain::account::Customer;
use domain::compliance::zone::local_date;
use domain::ids::AccountId;
use domain::past::as_of;
use domain::treatment::{Step, Target, decision};
use store::HistoryFilter;

use crate::desk::Desk;
use crate::errors::{reasons, stored};
use crate::parse;
use crate::plans::Timeline;
use crate::views::{amount, money, word};

/// Entries of an account's history that are looked at; far more than any account has.
const ENTRIES: usize = 100_000;
/// Imports that are looked at.
const IMPORTS: usize = 10_000;

impl Desk {
    /// The decision on a day.
    pub(crate) fn decision_on(&self, query: &DecisionQuery) -> Result<DecisionView, ApiError> {
        let store = self.store()?;
        let account: AccountId = parse::id(&query.account)?;
        let day = parse::day("day", &query.day)?;
        let now = self.now();
        let facts = store.facts(account, now).map_err(stored)?;
        let today = local_date(&facts.customer, now);
        if day > today {
            return Err(ApiError::invalid(
                "day",
                "That day has not come yet.",
                "Choose today or a day before; what lies ahead shows in a simulation under Policy.",
            ));
        }
        let (begins, ends) =
            (first_moment(&facts.customer, day), first_moment(&facts.customer, day + TimeDelta::days(1)));
        let (at, moment) = if day == today {
            (now, "as of now")
        } else if query.ended {
            (ends - TimeDelta::milliseconds(1), "as the day ended")
        } else {
            (begins - TimeDelta::milliseconds(1), "as the day began")
        };
        // With the messages that left since: their steps were not taken yet.
        let facts = store.facts(account, at.min(now)).map_err(stored)?;
        let history = |from: DateTime<Utc>, to: Option<DateTime<Utc>>| {
            let filter = HistoryFilter { account: Some(account), from: Some(from), to, ..HistoryFilter::default() };
            store.history(&filter, 0, ENTRIES).map_err(stored)
        };
        let imports: Vec<DateTime<Utc>> =
            store.imports(IMPORTS).map_err(stored)?.into_iter().map(|one| one.at).collect();
        let past = as_of(facts, &history(at, None)?, &imports, at, day);
        let timeline = Timeline::load(&store)?.known_at(at);
        let policy = timeline.on(day);
        let decided = decision(&past.facts, policy, day);
        let done = history(begins, Some(ends))?;
        let number = |step: &Step| match step.target {
            Target::Invoice(id) => past.facts.invoice(id).map(|invoice| invoice.number.clone()),
            Target::Account => None,
        };
        Ok(DecisionView {
            day: day.to_string(),
            moment: moment.to_owned(),
            version: policy.version,
            plan: decided.plan,
            segment: decided.segment,
            steps: decided
                .steps
                .iter()
                .map(|step| DecisionStep {
                    level: step.level.clone(),
                    invoice: number(step),
                    channel: word(&step.channel),
                    amount: money(step.balance),
                    fee: step.fee.map(|fee| amount(fee.amount, fee.currency)),
                    first_day: step.first_day.to_string(),
                    needs_approval: step.needs_approval,
                    reasons: reasons(&step.why),
                })
                .collect(),
            quiet: reasons(&decided.quiet),
            done: done
                .into_iter()
                .rev()
                .map(|entry| DoneLine { at: entry.at.to_rfc3339(), actor: entry.actor, what: entry.summary })
                .collect(),
            unknown: past.unknown,
        })
    }
}

/// The moment at which a day begins for a customer: the first at which the law counts that date.
fn first_moment(customer: &Customer, day: NaiveDate) -> DateTime<Utc> {
    let noon = day.and_time(NaiveTime::MIN).and_utc();
    // No zone on earth is further than 15 hours from UTC; the date never runs backwards.
    let (mut before, mut from) = (noon - TimeDelta::hours(30), noon + TimeDelta::hours(30));
    while from - before > TimeDelta::milliseconds(1) {
        let middle = before + (from - before) / 2;
        if local_date(customer, middle) >= day {
            from = middle;
        } else {
            before = middle;
        }
    }
    from
}
