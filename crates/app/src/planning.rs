//! Planning: every account's figures and its place in My day, for the whole portfolio or after
//! something changed on one account.

use std::sync::{MutexGuard, PoisonError};

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use contract::{ApiError, Done, NextView};
use domain::aging;
use domain::compliance::zone::local_date;
use domain::compliance::{May, by_phone, contactability};
use domain::facts::Facts;
use domain::ids::AccountId;
use domain::policy::Policy;
use domain::worklist::{self, Item, Row, Urgency};
use serde::{Deserialize, Serialize};
use store::{Callable, Store, StoreError, Summary, Which, WorkRow};

use crate::desk::Desk;
use crate::errors::{reasons, stored};
use crate::views::{contact_now, days, grouped, word};

/// A row of My day as it is kept: what does not change until the account does, and whether the
/// customer could be contacted when it was planned.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Kept {
    /// The customer.
    pub customer: String,
    /// Billing account number.
    pub number: String,
    /// `consumer` or `business`.
    pub class: String,
    /// Days past due of the oldest.
    pub days_past_due: i32,
    /// Label of the kind.
    pub label: String,
    /// Why it is here.
    pub why: String,
    /// Why today.
    pub why_today: String,
    /// Action word.
    pub next: String,
    /// Action in words.
    pub next_label: String,
    /// What else waits.
    pub also: Vec<String>,
}

/// What planning an account gives.
#[derive(Default)]
pub struct Planned {
    rows: Vec<WorkRow>,
    summaries: Vec<Summary>,
}

impl Planned {
    fn together(shares: Vec<Self>) -> Self {
        let mut all = Self::default();
        for share in shares {
            all.rows.extend(share.rows);
            all.summaries.extend(share.summaries);
        }
        all
    }

    fn add(&mut self, facts: &Facts, policy: &Policy, now: DateTime<Utc>, today: NaiveDate) {
        let ages = aging::age(facts, &policy.aging, today);
        let item = worklist::item(facts, policy, now, today);
        let next = item.as_ref().map(|item| item.primary.next_label.clone()).unwrap_or_default();
        let oldest = ages.iter().map(|age| age.oldest_days).max().unwrap_or(0);
        if let Some(item) = item {
            self.rows.push(work_row(facts, item, oldest, callable(facts, policy, now)));
        }
        self.summaries.extend(ages.into_iter().map(|aging| Summary {
            account: facts.account.id,
            aging,
            next: next.clone(),
        }));
    }
}

/// Fewer accounts than this are planned on one thread.
const WORTH_A_THREAD: usize = 200;

/// Whether the customer may be called, and how long that holds.
pub(crate) fn callable(facts: &Facts, policy: &Policy, now: DateTime<Utc>) -> Callable {
    // An answer holds a minute at least: whoever asks again until all hold comes to an end.
    let soonest = now + TimeDelta::minutes(1);
    by_phone(facts, policy, now).map_or_else(Callable::default, |call| Callable {
        yes: call.may == May::Yes,
        until: call.changes.map(|at| at.max(soonest)),
    })
}

fn work_row(facts: &Facts, item: Item, oldest: i64, callable: Callable) -> WorkRow {
    let Row { account, kind, urgency, score, amount, why, why_today, next_action, next_label, due, assignee, .. } =
        item.primary;
    let kept = Kept {
        customer: facts.customer.name.clone(),
        number: facts.account.reference.clone(),
        class: word(&facts.customer.kind),
        days_past_due: days(oldest),
        label: kind.label().to_owned(),
        why,
        why_today,
        next: word(&next_action),
        next_label,
        also: item.also.into_iter().map(|row| row.why).collect(),
    };
    WorkRow {
        account,
        kind: word(&kind),
        urgency: u8::from(urgency != Urgency::Urgent),
        // Highest score first.
        rank: i64::MAX - i64::try_from(score).unwrap_or(i64::MAX),
        due: Some(due),
        amount,
        assignee,
        text: format!("{} {}", kept.customer, kept.number),
        callable,
        // A struct of strings and numbers always becomes JSON.
        body: serde_json::to_value(&kept).unwrap_or_default(),
    }
}

impl Desk {
    /// Plans the whole portfolio on two threads.
    pub(crate) fn plan_all(&self, store: &Store) -> Result<usize, ApiError> {
        let _one = self.planner();
        self.plan_whole(store)
    }

    /// Held by whoever plans.
    fn planner(&self) -> MutexGuard<'_, ()> {
        self.planning.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn plan_whole(&self, store: &Store) -> Result<usize, ApiError> {
        let now = self.now();
        let policy = self.policy_on(store, self.today())?;
        let shares = store
            .fold_facts(Which::Working, now, threads(), Planned::default, |planned, facts| {
                planned.add(&facts, &policy, now, local_date(&facts.customer, now));
                Ok(())
            })
            .map_err(stored)?;
        let all = Planned::together(shares);
        store.replace_plan(&all.rows, &all.summaries, self.today(), now).map_err(stored)?;
        self.changed("day");
        Ok(all.rows.len())
    }

    /// Plans one account again, after something changed on it.
    pub(crate) fn plan_account(&self, store: &Store, account: AccountId) -> Result<(), ApiError> {
        let _one = self.planner();
        let now = self.now();
        let facts = store.facts(account, now).map_err(stored)?;
        let today = local_date(&facts.customer, now);
        let policy = self.policy_on(store, today)?;
        let mut planned = Planned::default();
        planned.add(&facts, &policy, now, today);
        store.replace_account_plan(account, &planned.rows, &planned.summaries).map_err(stored)
    }

    /// Plans accounts again that came or changed with an exchange; one that left has no row.
    pub(crate) fn plan_changed(&self, store: &Store, accounts: &[AccountId]) -> Result<(), ApiError> {
        let _one = self.planner();
        let (now, today) = (self.now(), self.today());
        let mut policies = Policies::default();
        // Where customers are it is at most a day earlier or later.
        for day in [today.pred_opt(), Some(today), today.succ_opt()].into_iter().flatten() {
            policies.on(self, store, day)?;
        }
        let threads = if accounts.len() > WORTH_A_THREAD { threads() } else { 1 };
        let shares = store
            .fold_facts(Which::These(accounts), now, threads, Planned::default, |planned, facts| {
                let day = local_date(&facts.customer, now);
                match policies.known(day).or_else(|| policies.known(today)) {
                    Some(policy) => planned.add(&facts, policy, now, day),
                    None => return Err(StoreError::Cancelled),
                }
                Ok(())
            })
            .map_err(stored)?;
        let all = Planned::together(shares);
        store.replace_plan_of(accounts, &all.rows, &all.summaries).map_err(stored)?;
        self.changed("day");
        Ok(())
    }

    /// Plans afresh because a person asked.
    pub(crate) fn replan_now(&self, job: &str) -> Result<Done, ApiError> {
        let store = self.store()?;
        let mut job = self.job(job);
        let _ = job.step("Planning My day", 0, 0);
        let rows = self.plan_all(&store)?;
        Ok(Done { message: format!("My day is planned: {} accounts to work.", grouped(rows)) })
    }

    /// Plans when the last plan is of another day.
    pub(crate) fn plan_if_stale(&self) -> Result<(), ApiError> {
        let store = self.store()?;
        let stale = || -> Result<bool, ApiError> {
            let fresh = store.freshness().map_err(stored)?;
            let any = fresh.import.is_some() || store.is_connected().map_err(stored)?;
            Ok(any && fresh.planned_for != Some(self.today()))
        };
        if stale()? {
            let _one = self.planner();
            // Whoever planned meanwhile may have done it.
            if stale()? {
                self.plan_whole(&store)?;
            }
        }
        Ok(())
    }

    /// What an account wants, with every reason.
    pub(crate) fn next_views(facts: &Facts, policy: &Policy, now: DateTime<Utc>, today: NaiveDate) -> Vec<NextView> {
        worklist::rows(facts, policy, now, today)
            .into_iter()
            .map(|row| NextView {
                kind: word(&row.kind),
                label: row.kind.label().to_owned(),
                why: row.why,
                why_today: row.why_today,
                next: word(&row.next_action),
                next_label: row.next_label,
                urgent: row.urgency == Urgency::Urgent,
                reasons: reasons(&row.reasons),
            })
            .collect()
    }

    /// Whether an account's customer may be contacted at this moment.
    pub(crate) fn contact_of(
        &self,
        store: &Store,
        account: AccountId,
        policies: &mut Policies,
    ) -> Result<contract::ContactNow, ApiError> {
        let now = self.now();
        let facts = store.facts(account, now).map_err(stored)?;
        let policy = policies.on(self, store, local_date(&facts.customer, now))?;
        self.as_permitted(store, &facts, contact_now(&contactability(&facts, policy, now), now))
    }

    /// Asks again for those whose answer ran out.
    pub(crate) fn ask_again(
        &self,
        store: &Store,
        accounts: &[AccountId],
        policies: &mut Policies,
    ) -> Result<(), ApiError> {
        let _one = self.planner();
        let now = self.now();
        let mut answers = Vec::with_capacity(accounts.len());
        for account in accounts {
            let facts = store.facts(*account, now).map_err(stored)?;
            let policy = policies.on(self, store, local_date(&facts.customer, now))?;
            answers.push((*account, callable(&facts, policy, now)));
        }
        store.set_callable(&answers).map_err(stored)
    }
}

/// The policies in force on the few dates that customers have at one moment, each read once.
#[derive(Default)]
pub(crate) struct Policies(Vec<(NaiveDate, Policy)>);

impl Policies {
    /// The one in force on a day.
    pub fn on(&mut self, desk: &Desk, store: &Store, day: NaiveDate) -> Result<&Policy, ApiError> {
        let known = self.0.iter().position(|(known, _)| *known == day);
        let at = if let Some(at) = known {
            at
        } else {
            self.0.push((day, desk.policy_on(store, day)?));
            self.0.len() - 1
        };
        Ok(&self.0[at].1)
    }
}

impl Policies {
    /// One that was asked for before.
    fn known(&self, day: NaiveDate) -> Option<&Policy> {
        self.0.iter().find(|(known, _)| *known == day).map(|(_, policy)| policy)
    }
}

/// Threads for work over the whole portfolio.
pub fn threads() -> usize {
    std::thread::available_parallelism().map_or(2, usize::from)
}
