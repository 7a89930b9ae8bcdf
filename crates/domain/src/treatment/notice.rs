//! The validation notice as a step of its own: a third party's debt gets one within five days of the
//! initial communication (12 CFR 1006.34(a)(1)(i)(B)), whatever plan it follows. It is proposed as
//! soon as there was a communication, or together with the first step of a plan, which is one.

use chrono::{DateTime, NaiveDate, Utc};
use rust_decimal::Decimal;

use super::debts;
use crate::account::{CustomerKind, Mode};
use crate::aging::{OpenItem, open_items};
use crate::compliance::NoticeState;
use crate::compliance::rules::scope::{effective_mode, uses_other_name};
use crate::compliance::rules::validation::notice_due;
use crate::facts::Facts;
use crate::hold::HoldKind;
use crate::money::Money;
use crate::policy::Policy;
use crate::reason::Reason;

/// Who gets the notice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoticeTo {
    /// The consumer.
    Consumer,
    /// Their attorney: the consumer is not written to (12 CFR 1006.6(b)(2)).
    Attorney,
    /// Whoever represents the estate (12 CFR 1006.34 cmt 34(a)(1)-1).
    Estate,
}

/// A validation notice that is to go out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoticeStep {
    /// Day of the initial communication; none when the plan's first step will be it.
    pub initial: Option<NaiveDate>,
    /// The last day to send it.
    pub due: NaiveDate,
    /// To whom.
    pub to: NoticeTo,
    /// An earlier one came back on that day.
    pub returned: Option<NaiveDate>,
    /// Open on the account, in its leading currency.
    pub balance: Money,
    /// The rule, and what it counts from.
    pub why: Vec<Reason>,
}

/// The notice an account needs now; none where it needs none, has one on its way, or a hold stops it.
/// `begins` says that a step of its plan is due, which would be the initial communication.
#[must_use]
pub fn notice_step(
    facts: &Facts,
    policy: &Policy,
    now: DateTime<Utc>,
    today: NaiveDate,
    begins: bool,
) -> Option<NoticeStep> {
    if facts.invoices.is_empty() || !is_bound(facts, policy) {
        return None;
    }
    let state = NoticeState::of(facts, now);
    if state.is_sent() || state.under_way || (state.initial.is_none() && !begins) {
        return None;
    }
    let to = recipient(facts, now, today)?;
    let balance = leading(&open_items(facts, today))?;
    let first = state.initial.unwrap_or(today);
    let due = notice_due(state.returned.unwrap_or(first));
    let text = match (state.returned, state.initial) {
        (Some(day), _) => format!("The validation notice came back on {day}: it is sent again"),
        (None, Some(day)) => format!("No validation notice was sent; the initial communication was on {day}"),
        (None, None) => "No validation notice was sent, and a step of the plan begins communication".to_owned(),
    };
    let why = vec![
        Reason::new("VAL-1", policy.label(), text)
            .with("source", "12 CFR 1006.34(a)(1)(i)(B)")
            .with("initial", first)
            .with("due", due),
    ];
    Some(NoticeStep { initial: state.initial, due, to, returned: state.returned, balance, why })
}

/// A consumer's debt, collected for another or in another's name.
fn is_bound(facts: &Facts, policy: &Policy) -> bool {
    let other_name = || uses_other_name(&facts.account.creditor, &policy.gate.collects_in_name);
    facts.customer.kind == CustomerKind::Consumer
        && (facts.account.mode == Mode::ThirdParty
            || effective_mode(facts.account.mode, other_name()) == Mode::ThirdParty)
}

/// Where an account stands with its validation notice, in a sentence; none where it needs none.
#[must_use]
pub fn notice_words(facts: &Facts, policy: &Policy, now: DateTime<Utc>, today: NaiveDate) -> Option<String> {
    if !is_bound(facts, policy) {
        return None;
    }
    let state = NoticeState::of(facts, now);
    Some(match (state.last_sent, state.end()) {
        (Some(sent), Ok(Some(end))) if end < today => {
            format!("Validation notice sent on {sent}; the period to dispute ended on {end}")
        }
        (Some(sent), Ok(Some(end))) => {
            format!("Validation notice sent on {sent}; the period to dispute runs through {end}")
        }
        (Some(sent), _) => format!("The validation notice of {sent} came back: it is sent again"),
        (None, _) if state.under_way => "The validation notice is on its way".to_owned(),
        (None, _) => match state.initial {
            Some(initial) => format!("No validation notice was sent; by law it is sent by {}", notice_due(initial)),
            None => "No validation notice was sent; it goes out within five days of the first communication".to_owned(),
        },
    })
}

/// To whom it goes; none while a hold stops all of it.
fn recipient(facts: &Facts, now: DateTime<Utc>, today: NaiveDate) -> Option<NoticeTo> {
    let mut to = NoticeTo::Consumer;
    for hold in facts.holds.iter().filter(|hold| hold.is_active(now, today)) {
        match hold.kind {
            HoldKind::Deceased => to = NoticeTo::Estate,
            HoldKind::Attorney { .. } if to == NoticeTo::Consumer => to = NoticeTo::Attorney,
            _ if hold.kind.is_pausing(today) => return None,
            _ => {}
        }
    }
    // A hold placed today anywhere on earth counts as the planner counts it.
    match debts::pausing(facts, today) {
        Some(hold) if hold.kind != HoldKind::Deceased => None,
        Some(_) => Some(NoticeTo::Estate),
        None => Some(to),
    }
}

fn leading(items: &[OpenItem<'_>]) -> Option<Money> {
    let mut sums: Vec<Money> = Vec::with_capacity(1);
    for item in items {
        let currency = item.invoice.amount.currency;
        match sums.iter_mut().find(|sum| sum.currency == currency) {
            Some(sum) => sum.amount += item.open,
            None => sums.push(Money::new(item.open, currency)),
        }
    }
    sums.into_iter().filter(|sum| sum.amount > Decimal::ZERO).max_by_key(|sum| sum.amount)
}
