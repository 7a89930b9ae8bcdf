//! A plan in the making: what it was decided on, and the small pieces every decision is put
//! together from.

use chrono::{DateTime, NaiveDate, Utc};
use rust_decimal::Decimal;
use serde_json::Value;

use super::{Actor, apply};
use crate::arrangement::field;
use crate::calendar::{Calendar, plus_days, roll_forward};
use crate::contact::FollowUp;
use crate::facts::Facts;
use crate::followup::{DECIDE_NEXT, has_next_action};
use crate::history::Entry;
use crate::ids::{FollowUpId, HistoryId, IdSource};
use crate::money::Currency;
use crate::outbox::{Channel, Intent, State};
use crate::plan::{Change, Plan};
use crate::policy::Policy;
use crate::reason::{Reason, Refusal};

/// What a decision is taken on.
#[derive(Clone, Copy)]
pub(super) struct Context<'a> {
    pub facts: &'a Facts,
    pub policy: &'a Policy,
    pub by: &'a Actor,
    pub now: DateTime<Utc>,
    /// The customer's date.
    pub today: NaiveDate,
}

/// The plan so far.
pub(super) struct Draft<'a> {
    pub cx: Context<'a>,
    pub ids: &'a mut dyn IdSource,
    pub plan: Plan,
    /// Follow-ups that this plan closes.
    closed: Vec<FollowUpId>,
}

impl<'a> Draft<'a> {
    pub fn new(cx: Context<'a>, ids: &'a mut dyn IdSource) -> Self {
        Self { cx, ids, plan: Plan::default(), closed: Vec::new() }
    }

    pub fn change(&mut self, change: Change) {
        self.plan.changes.push(change);
    }

    pub fn reason(&mut self, rule: &'static str, text: impl Into<String>) {
        let version = self.cx.policy.label();
        self.plan.reasons.push(Reason::new(rule, version, text));
    }

    /// One history entry. The summary is one line, without what a customer said or how to reach
    /// them; the detail has the whole.
    pub fn say(&mut self, kind: &str, summary: impl Into<String>, detail: Value) {
        let entry = Entry {
            id: HistoryId(self.ids.fresh()),
            at: self.cx.now,
            actor: self.cx.by.name.clone(),
            account: Some(self.cx.facts.account.id),
            kind: kind.to_owned(),
            summary: summary.into(),
            detail,
        };
        self.plan.history.push(entry);
    }

    /// Closes an open follow-up, once.
    pub fn close(&mut self, id: FollowUpId) {
        if !self.closed.contains(&id) {
            self.closed.push(id);
            self.change(Change::CloseFollowUp(id, self.cx.now));
        }
    }

    /// The follow-ups that stay open after this plan, of those known before it.
    pub fn still_open(&self) -> impl Iterator<Item = &'a FollowUp> {
        let closed = &self.closed;
        self.cx.facts.follow_ups.iter().filter(move |task| task.done.is_none() && !closed.contains(&task.id))
    }

    /// A follow-up so many days from today, on a business day.
    pub fn follow_up_in(&mut self, days: u32, what: &str, why: &str) {
        let due = roll_forward(Calendar::Federal, plus_days(self.cx.today, days));
        self.follow_up(due, what, why);
    }

    /// A follow-up on a day. The same task is not doubled: one already open is kept, and moved
    /// forward if it was due later.
    pub fn follow_up(&mut self, due: NaiveDate, what: &str, why: &str) {
        let same = self.still_open().find(|task| task.what == what);
        match same.map(|task| (task.id, task.due)) {
            Some((id, later)) if later > due => {
                self.change(Change::MoveFollowUp(id, due));
                self.reason("FUP-2", format!("\"{what}\" moves from {later} to {due}"));
            }
            Some((_, earlier)) => {
                self.reason("FUP-2", format!("\"{what}\" is already due on {earlier}"));
            }
            None => {
                let task = FollowUp {
                    id: FollowUpId(self.ids.fresh()),
                    account: self.cx.facts.account.id,
                    due,
                    what: what.to_owned(),
                    why: why.to_owned(),
                    done: None,
                    assignee: None,
                };
                self.change(Change::AddFollowUp(task));
                self.reason("FUP-1", format!("{what} on {due}: {why}"));
            }
        }
    }

    /// Takes back what waits to leave and fits: it was decided on facts that no longer hold.
    pub fn withdraw(&mut self, why: &str, fits: impl Fn(&Intent) -> bool) {
        for (intent, state) in &self.cx.facts.outbox {
            let waits = matches!(state, State::Queued | State::Waiting { .. } | State::Printed { .. });
            if !waits || !fits(intent) {
                continue;
            }
            let cancelled = State::Cancelled { at: self.cx.now, why: why.to_owned() };
            self.change(Change::SetOutbox(intent.id, cancelled));
            self.say(
                "outbox.withdrawn",
                format!("{}, {} taken back: {why}", channel(intent.channel), intent.title()),
                serde_json::json!({"outbox": intent.id, "state": state.word(), "why": why}),
            );
        }
    }

    /// The facts as they will be once the plan so far is committed.
    pub fn after(&self) -> Facts {
        let mut facts = self.cx.facts.clone();
        for change in &self.plan.changes {
            apply(&mut facts, change);
        }
        facts
    }

    /// The plan. Debt that it would leave without any next action gets one.
    pub fn finish(mut self) -> Plan {
        let (policy, today) = (self.cx.policy, self.cx.today);
        if !has_next_action(&self.after(), policy, today) {
            let days = policy.follow_up.after_conversation;
            let why = "nothing else is to be done on this account";
            self.follow_up_in(days, DECIDE_NEXT, why);
        }
        self.plan
    }
}

/// A refusal of one field of a form.
pub(super) fn bad_field(rule: &'static str, name: &'static str, text: impl Into<String>) -> Refusal {
    Refusal::by(field(rule, name, text), "Correct the marked field; what you typed is kept.")
}

/// A text that must say something; trimmed.
pub(super) fn required<'t>(name: &'static str, text: &'t str) -> Result<&'t str, Refusal> {
    let text = text.trim();
    if text.is_empty() {
        return Err(bad_field("FORM-1", name, format!("Fill in \"{name}\"")));
    }
    Ok(text)
}

/// An amount above zero, without more decimals than its currency has.
pub(super) fn amount(name: &'static str, value: Decimal, currency: Currency) -> Result<Decimal, Refusal> {
    if value <= Decimal::ZERO {
        return Err(bad_field("FORM-2", name, format!("{value} is not above zero")));
    }
    if value.normalize().scale() > currency.minor_digits() {
        let text = format!("{value} has more decimals than {currency} knows");
        return Err(bad_field("FORM-2", name, text));
    }
    Ok(value)
}

/// What a command names is not on this account, or no longer as the form saw it.
pub(super) fn unknown(name: &'static str, text: impl Into<String>) -> Refusal {
    Refusal::by(field("FORM-5", name, text), "Open the account again: it has changed since.")
}

/// The channel at the start of a sentence.
pub(super) fn channel(channel: Channel) -> &'static str {
    match channel {
        Channel::Letter => "Letter",
        Channel::Email => "Email",
    }
}
