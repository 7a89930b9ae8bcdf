//! What an account wants today, found without writing a word for those that want nothing.

use chrono::{DateTime, NaiveDate, Utc};

use super::agreements;
use super::debt::{disputes, notice_due, orphan, restoration, step_due};
use super::row::{Class, Kind, NextAction};
use crate::account::{PointKind, ServiceState};
use crate::aging::open_items;
use crate::contact::FollowUp;
use crate::facts::Facts;
use crate::followup::{RETURNED_MAIL, RETURNED_PAYMENT, has_later_action, is_call};
use crate::money::Money;
use crate::outbox::{Channel as Outgoing, State};
use crate::policy::Policy;
use crate::reason::Reason;
use crate::treatment::next_steps;

/// Days after which a task that is still open is urgent.
const OVERDUE_DAYS: i64 = 5;
/// Days after which a printed letter should have been mailed.
const PRINTED_DAYS: i64 = 2;

/// What is looked at.
pub(super) struct Day<'a> {
    pub facts: &'a Facts,
    pub policy: &'a Policy,
    pub now: DateTime<Utc>,
    /// The customer's date.
    pub today: NaiveDate,
}

/// A row before it has its place in the order.
pub(super) struct Found {
    pub kind: Kind,
    pub class: Class,
    pub amount: Option<Money>,
    pub reasons: Vec<Reason>,
    pub why: String,
    pub why_today: String,
    pub next_action: NextAction,
    pub next_label: String,
    pub due: NaiveDate,
    pub assignee: Option<String>,
}

/// Everything, in no order.
pub(super) fn all(day: &Day<'_>) -> Vec<Found> {
    let mut found = Vec::new();
    follow_ups(day, &mut found);
    outbox(day, &mut found);
    let agreed = agreements::find(day, &mut found);
    let suspended = day.facts.services.iter().any(|service| service.state == ServiceState::Suspended);
    if !(suspended || may_owe(day)) {
        return found;
    }
    let items = open_items(day.facts, day.today);
    if suspended {
        restoration(day, &items, &mut found);
    }
    disputes(day, &items, &mut found);
    let late = items.iter().any(|item| item.days_past_due > 0);
    let steps = if late { next_steps(day.facts, day.policy, day.today) } else { Vec::new() };
    found.extend(notice_due(day, !steps.is_empty()));
    if !late {
        return found;
    }
    if let Some(step) = step_due(&steps, day.today) {
        found.push(step);
    } else if found.is_empty() && !agreed && !has_later_action(day.facts, day.policy, day.today) {
        found.push(orphan(day, &items));
    }
    found
}

/// Could have an open invoice that is due; a look at dates and figures, without the payments.
fn may_owe(day: &Day<'_>) -> bool {
    day.facts.invoices.iter().any(|invoice| {
        (invoice.due < day.today || invoice.disputed)
            && invoice.date <= day.today
            && invoice.settled.is_none_or(|settled| settled > day.today)
            && invoice.written_off.is_none_or(|off| off > day.today)
            && invoice.amount.amount > invoice.applied
    }) || !day.facts.disputes.is_empty()
}

/// "today", "yesterday", "3 days ago", "in 2 days".
pub(super) fn when(day: NaiveDate, today: NaiveDate) -> String {
    match (today - day).num_days() {
        0 => "today".to_owned(),
        1 => "yesterday".to_owned(),
        -1 => "tomorrow".to_owned(),
        days if days > 0 => format!("{days} days ago"),
        days => format!("in {} days", -days),
    }
}

/// By which way the customer can be reached at all, the most direct first.
pub(super) fn reach(facts: &Facts) -> NextAction {
    let usable = |email: bool| {
        facts
            .customer
            .points
            .iter()
            .any(|point| (point.kind == PointKind::Email) == email && !point.bad && !point.opted_out)
    };
    if usable(false) {
        NextAction::Call
    } else if usable(true) {
        NextAction::Email
    } else if facts.customer.address.is_mailable() {
        NextAction::Letter
    } else {
        NextAction::Review
    }
}

/// "Call about ...", by whatever way there is.
pub(super) fn about(action: NextAction, what: &str) -> String {
    match action {
        NextAction::Call => format!("Call about {what}"),
        NextAction::Email => format!("Email about {what}"),
        NextAction::Letter => format!("Write about {what}"),
        _ => format!("Find a way to reach the customer about {what}"),
    }
}

fn follow_ups(day: &Day<'_>, found: &mut Vec<Found>) {
    let today = day.today;
    for task in &day.facts.follow_ups {
        if task.done.is_none() && task.due <= today {
            found.push(follow_up(day, task));
        }
    }
}

fn follow_up(day: &Day<'_>, task: &FollowUp) -> Found {
    let overdue = (day.today - task.due).num_days();
    let legal = day.facts.holds.iter().any(|hold| hold.kind.is_protected() && hold.is_active(day.now, day.today));
    let kind = match task.what.as_str() {
        RETURNED_MAIL => Kind::ReturnedMail,
        RETURNED_PAYMENT => Kind::ReturnedPayment,
        _ => Kind::FollowUp,
    };
    let class = if legal {
        Class::Legal
    } else if overdue >= OVERDUE_DAYS || kind == Kind::ReturnedPayment {
        Class::Urgent
    } else {
        Class::Today
    };
    let next_action = if is_call(task) && !legal { reach(day.facts) } else { NextAction::Review };
    Found {
        kind,
        class,
        amount: None,
        reasons: vec![
            Reason::new("DAY-1", day.policy.label(), format!("{}: {}", task.what, task.why)).with("due", task.due),
        ],
        why: if task.why.is_empty() { task.what.clone() } else { format!("{}: {}", task.what, task.why) },
        why_today: format!("Due {}", when(task.due, day.today)),
        next_action,
        next_label: task.what.clone(),
        due: task.due,
        assignee: task.assignee.clone(),
    }
}

fn outbox(day: &Day<'_>, found: &mut Vec<Found>) {
    for (intent, state) in &day.facts.outbox {
        let (since, what, label) = match state {
            State::Unknown { since, why } => {
                (*since, format!("nobody knows whether it left: {why}"), "Say whether it left")
            }
            State::Stopped { at, why } => (*at, why.clone(), "Send it again or take it back"),
            State::Printed { at } if (day.now - *at).num_days() >= PRINTED_DAYS => {
                (*at, "printed and not confirmed as mailed".to_owned(), "Confirm that it was mailed")
            }
            _ => continue,
        };
        let channel = match intent.channel {
            Outgoing::Letter => "Letter",
            Outgoing::Email => "Email",
        };
        let on = since.date_naive();
        found.push(Found {
            kind: Kind::OutboxInDoubt,
            class: if matches!(state, State::Unknown { .. }) { Class::Urgent } else { Class::Today },
            amount: None,
            reasons: vec![
                Reason::new("DAY-2", day.policy.label(), format!("It is {}", state.word())).with("outbox", intent.id),
            ],
            why: format!("{channel} {}: {what}", intent.template),
            why_today: format!("Since {on}"),
            next_action: NextAction::Review,
            next_label: label.to_owned(),
            due: on,
            assignee: None,
        });
    }
}
