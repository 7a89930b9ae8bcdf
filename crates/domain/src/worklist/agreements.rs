//! What arrangements and promises want today.

use chrono::NaiveDate;

use super::find::{Day, Found, about, reach, when};
use super::row::{Class, Kind, NextAction};
use crate::arrangement::{Arrangement, ArrangementKind, Progress, Standing, State, Status, status};
use crate::contact::Medium;
use crate::reason::Reason;

/// Adds the rows of agreements; says whether one is in force.
pub(super) fn find(day: &Day<'_>, found: &mut Vec<Found>) -> bool {
    let mut live = false;
    let known = day.facts.arrangements.iter().filter(|one| one.cancelled.is_none() && one.agreed_on <= day.today);
    // The latest first: a broken one that another replaced wants nothing any more.
    for arrangement in known.rev() {
        let now = status(arrangement, day.facts, &day.policy.arrangement, day.today);
        let row = match now.state {
            State::Broken if !live => broken(day, arrangement, &now),
            State::Returned => returned(day, arrangement, &now),
            State::Active | State::Kept | State::Short | State::Late => due(day, arrangement, &now),
            _ => None,
        };
        found.extend(row);
        live |= now.state.is_live();
    }
    live
}

/// Somebody spoke or tried to speak with the customer since that day, and a task says when next.
fn answered_since(day: &Day<'_>, since: NaiveDate) -> bool {
    let account = day.facts.account.id;
    day.facts.contacts.iter().any(|contact| {
        contact.account == account
            && contact.local_date >= since
            && contact.medium != Medium::Note
            && contact.disposition.is_some()
    }) && day.facts.follow_ups.iter().any(|task| task.done.is_none() && task.due > day.today)
}

/// "Installment 2 of 4", "Promise of $60.00".
fn name(arrangement: &Arrangement, now: &Status, one: &Progress) -> String {
    match arrangement.kind {
        ArrangementKind::Promise => format!("Promise of {}", one.amount.pretty()),
        ArrangementKind::LumpSum => format!("Lump sum of {}", one.amount.pretty()),
        ArrangementKind::Installments => {
            let position = now.installments.iter().position(|other| std::ptr::eq(other, one)).unwrap_or(0);
            format!("Installment {} of {}", position + 1, now.installments.len())
        }
    }
}

fn short(one: &Progress) -> String {
    if one.paid.is_positive() {
        format!("{} of {} missing", one.missing.pretty(), one.amount.pretty())
    } else {
        format!("{} missing", one.missing.pretty())
    }
}

fn reason(day: &Day<'_>, rule: &'static str, arrangement: &Arrangement, now: &Status) -> Reason {
    Reason::new(
        rule,
        day.policy.label(),
        format!("{} of {} is {}", arrangement.kind.word(), arrangement.agreed_on, now.state.word()),
    )
    .with("arrangement", arrangement.id)
    .with("grace_days", day.policy.arrangement.grace_days)
}

fn broken(day: &Day<'_>, arrangement: &Arrangement, now: &Status) -> Option<Found> {
    let missed = now.installments.iter().find(|one| one.standing == Standing::Missed)?;
    let since = crate::calendar::plus_days(missed.last_day, 1);
    if answered_since(day, since) {
        return None;
    }
    let action = reach(day.facts);
    let what = name(arrangement, now, missed);
    Some(Found {
        kind: Kind::BrokenArrangement,
        class: Class::Urgent,
        amount: Some(now.due_now),
        reasons: vec![reason(day, "DAY-5", arrangement, now).with("due", missed.due)],
        why: format!("{what} missed: due {}, {}", missed.due, short(missed)),
        why_today: format!("Broken {}; its debt is dunned again", when(since, day.today)),
        next_action: action,
        next_label: about(action, "the broken agreement"),
        due: since,
        assignee: None,
    })
}

fn returned(day: &Day<'_>, arrangement: &Arrangement, now: &Status) -> Option<Found> {
    let open = now.installments.iter().find(|one| one.standing == Standing::Returned)?;
    let came_back = day
        .facts
        .payments
        .iter()
        .filter(|payment| now.returned.contains(&payment.id))
        .filter_map(|payment| payment.reversed)
        .filter(|back| *back <= day.today)
        .max()?;
    // The task that recording it left says the same.
    let tasked =
        day.facts.follow_ups.iter().any(|task| task.done.is_none() && task.what == crate::followup::RETURNED_PAYMENT);
    if tasked || answered_since(day, came_back) {
        return None;
    }
    let action = reach(day.facts);
    Some(Found {
        kind: Kind::ReturnedPayment,
        class: Class::Urgent,
        amount: Some(open.missing),
        reasons: vec![reason(day, "DAY-6", arrangement, now).with("returned", came_back)],
        why: format!("{} is open again: {}", name(arrangement, now, open), short(open)),
        why_today: format!("Payment returned {}; it breaks after {}", when(came_back, day.today), open.last_day),
        next_action: action,
        next_label: about(action, "the returned payment"),
        due: came_back,
        assignee: None,
    })
}

fn due(day: &Day<'_>, arrangement: &Arrangement, now: &Status) -> Option<Found> {
    let open = now.installments.iter().find(|one| one.kept_on.is_none() && one.due <= day.today)?;
    let late = open.due < day.today;
    if late && answered_since(day, open.due) {
        return None;
    }
    let action = if late { reach(day.facts) } else { NextAction::Review };
    let kind = match arrangement.kind {
        ArrangementKind::Promise => Kind::PromiseDue,
        _ => Kind::InstallmentDue,
    };
    let what = name(arrangement, now, open);
    Some(Found {
        kind,
        class: Class::Today,
        amount: Some(open.missing),
        reasons: vec![reason(day, "DAY-7", arrangement, now).with("due", open.due)],
        why: if late {
            format!("{what} is late: {}", short(open))
        } else {
            format!("{what}: {} due today", open.missing.pretty())
        },
        why_today: if late {
            format!("Due {}; it breaks after {}", when(open.due, day.today), open.last_day)
        } else {
            format!("Due today; in time until {}", open.last_day)
        },
        next_action: action,
        next_label: if late { about(action, "the late payment") } else { "Look for the payment".to_owned() },
        due: open.due,
        assignee: None,
    })
}
