//! What debt itself wants today: a restoration once it is paid, a dispute chased, a dunning step, a
//! decision where nothing is planned.

use std::cmp::Reverse;

use chrono::NaiveDate;
use rust_decimal::Decimal;

use super::find::{Day, Found, when};
use super::row::{Class, Kind, NextAction};
use crate::account::ServiceState;
use crate::aging::OpenItem;
use crate::calendar::plus_days;
use crate::money::Money;
use crate::reason::Reason;
use crate::treatment::{Channel, NoticeTo, Step, notice_step};

/// Days after which a written dispute is urgent: the customer waits for an answer.
const WRITTEN_DISPUTE_DAYS: i64 = 14;

/// Nothing collectable is past due and a service is still suspended: its clock runs.
pub(super) fn restoration(day: &Day<'_>, items: &[OpenItem<'_>], found: &mut Vec<Found>) {
    let unapplied = |currency| -> Decimal {
        day.facts
            .payments
            .iter()
            .filter(|payment| payment.amount.currency == currency && payment.counts(day.today))
            .map(|payment| {
                let applied: Decimal = payment.allocations.iter().map(|one| one.amount.amount).sum();
                payment.amount.amount - applied
            })
            .sum()
    };
    let late = items.iter().filter(|item| item.days_past_due > 0);
    let mut owed: Vec<Money> = Vec::new();
    for item in late {
        let currency = item.invoice.amount.currency;
        let part = item.open - item.disputed;
        match owed.iter_mut().find(|sum| sum.currency == currency) {
            Some(sum) => sum.amount += part,
            None => owed.push(Money::new(part, currency)),
        }
    }
    if owed.iter().any(|sum| sum.amount > unapplied(sum.currency).max(Decimal::ZERO)) {
        return;
    }
    let products: Vec<&str> = day
        .facts
        .services
        .iter()
        .filter(|service| service.state == ServiceState::Suspended)
        .map(|service| service.product.as_str())
        .collect();
    let paid =
        day.facts.payments.iter().filter(|payment| payment.counts(day.today)).max_by_key(|payment| payment.posted);
    let due = paid.map_or(day.today, |payment| payment.posted);
    found.push(Found {
        kind: Kind::Restore,
        class: Class::Legal,
        amount: paid.map(|payment| payment.amount),
        reasons: vec![
            Reason::new("UT-5", "1", "Nothing collectable is past due; service is restored within 24 hours")
                .with("suspended", products.len()),
        ],
        why: format!("Nothing that may be asked for is past due, and {} is suspended", products.join(", ")),
        why_today: match paid {
            Some(payment) => format!("Paid {}", when(payment.posted, day.today)),
            None => "Nothing is owed any more".to_owned(),
        },
        next_action: NextAction::Restore,
        next_label: "Order the restoration".to_owned(),
        due,
        assignee: None,
    });
}

/// Disputes that no task watches: the extract's, and those whose task was done without a result.
pub(super) fn disputes(day: &Day<'_>, items: &[OpenItem<'_>], found: &mut Vec<Found>) {
    let mut disputed = items.iter().filter(|item| item.disputed > Decimal::ZERO).peekable();
    if disputed.peek().is_none() || day.facts.follow_ups.iter().any(|task| task.done.is_none()) {
        return;
    }
    for item in disputed {
        let opened = day
            .facts
            .open_disputes(day.today)
            .filter(|dispute| dispute.invoice == item.invoice.id)
            .min_by_key(|dispute| dispute.opened);
        let since = opened.map_or(item.invoice.due, |dispute| dispute.opened);
        let chase = plus_days(since, day.policy.follow_up.after_dispute);
        if opened.is_some() && chase > day.today {
            continue;
        }
        let written = opened.is_some_and(|dispute| dispute.written);
        let age = (day.today - since).num_days();
        let amount = Money::new(item.disputed, item.invoice.amount.currency);
        found.push(Found {
            kind: Kind::Dispute,
            class: if written && age >= WRITTEN_DISPUTE_DAYS { Class::Legal } else { Class::Routine },
            amount: Some(amount),
            reasons: vec![
                Reason::new("DAY-3", day.policy.label(), "A dispute is open and no task watches it")
                    .with("invoice", &item.invoice.number)
                    .with("written", written),
            ],
            why: format!("{} of {} is disputed", amount.pretty(), item.invoice.number),
            why_today: match opened {
                Some(_) => format!("Opened {}, no task watches it", when(since, day.today)),
                None => "Disputed by the extract, no task watches it".to_owned(),
            },
            next_action: NextAction::Review,
            next_label: "Work the dispute".to_owned(),
            due: chase.min(day.today),
            assignee: None,
        });
    }
}

/// The validation notice that the law wants, with its last day.
pub(super) fn notice_due(day: &Day<'_>, begins: bool) -> Option<Found> {
    let notice = notice_step(day.facts, day.policy, day.now, day.today, begins)?;
    let (next_action, next_label) = match notice.to {
        NoticeTo::Consumer => (NextAction::Letter, "Send the validation notice"),
        NoticeTo::Attorney => (NextAction::Review, "Send the validation notice to the attorney"),
        NoticeTo::Estate => (NextAction::Review, "Send the validation notice to the estate's representative"),
    };
    let begun = match (notice.returned, notice.initial) {
        (Some(returned), _) => format!("It came back {}", when(returned, day.today)),
        (None, Some(initial)) => format!("First communication {}", when(initial, day.today)),
        (None, None) => "The first step communicates".to_owned(),
    };
    let late = if notice.due < day.today { "it was due by" } else { "by law it is sent by" };
    Some(Found {
        kind: Kind::ValidationDue,
        class: Class::Legal,
        amount: Some(notice.balance),
        why: notice.why.first().map_or_else(String::new, |reason| reason.text.clone()),
        why_today: format!("{begun}; {late} {}", notice.due),
        reasons: notice.why,
        next_action,
        next_label: next_label.to_owned(),
        due: notice.due,
        assignee: None,
    })
}

/// The dunning steps that are due, as one row: the severest, and of those the one that waited
/// longest, with what all of them are about.
pub(super) fn step_due(steps: &[Step], today: NaiveDate) -> Option<Found> {
    let step = steps.iter().max_by_key(|step| (step.rank, Reverse(step.first_day), step.balance.amount))?;
    let same = steps.iter().filter(|other| other.balance.currency == step.balance.currency);
    let total: Decimal = same.map(|other| other.balance.amount).sum();
    let action = match step.channel {
        Channel::Letter => NextAction::Letter,
        Channel::Email => NextAction::Email,
        Channel::Phone => NextAction::Call,
    };
    let first = steps.iter().map(|step| step.first_day).min()?;
    let more = match steps.len() {
        1 => String::new(),
        count => format!("; {} more", count - 1),
    };
    Some(Found {
        kind: Kind::StepDue,
        class: Class::Routine,
        amount: Some(Money::new(total, step.balance.currency)),
        reasons: steps.iter().flat_map(|step| step.why.iter().cloned()).collect(),
        why: match step.why.first() {
            Some(reason) => format!("{}{more}", reason.text),
            None => format!("{} of plan {}{more}", step.level, step.plan),
        },
        why_today: format!("{} due {}", step.level, when(step.first_day, today)),
        next_action: if step.needs_approval { NextAction::Approve } else { action },
        next_label: format!("{} by {}", step.level, step.channel.word()),
        due: first,
        assignee: None,
    })
}

/// Debt that nothing would bring back to anybody's list.
pub(super) fn orphan(day: &Day<'_>, items: &[OpenItem<'_>]) -> Found {
    let oldest = items.iter().max_by_key(|item| item.days_past_due);
    let currency = oldest.map(|item| item.invoice.amount.currency);
    let late = items.iter().filter(|item| item.days_past_due > 0 && Some(item.invoice.amount.currency) == currency);
    let total: Decimal = late.map(|item| item.open).sum();
    let days = oldest.map_or(0, |item| item.days_past_due);
    Found {
        kind: Kind::NoNextAction,
        class: Class::Routine,
        amount: currency.map(|currency| Money::new(total, currency)),
        reasons: vec![
            Reason::new("DAY-4", day.policy.label(), "Past-due debt must have a next action")
                .with("days_past_due", days),
        ],
        why: format!("{days} days past due, and nothing is planned"),
        why_today: "No step, task or agreement would bring it back".to_owned(),
        next_action: NextAction::Review,
        next_label: "Decide the next step".to_owned(),
        due: day.today,
        assignee: None,
    }
}
