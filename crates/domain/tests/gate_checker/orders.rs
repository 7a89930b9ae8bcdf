//! The second opinion on cut-offs: the stay, the notice, the day and hour, and what is open.

use chrono::{Datelike, NaiveDate, NaiveDateTime, TimeDelta, Timelike};
use domain::account::ServiceState;
use domain::contact::{Direction, Medium};
use domain::hold::HoldKind;
use domain::service_order::OrderKind;
use dunlin_domain as domain;

use crate::checker::{Found, first_date, holds, locals, log};
use crate::histories::History;
use crate::notices;

/// Federal holidays as observed, and the days set aside themselves, over the rolled period.
const HOLIDAYS: [(i32, u32, u32); 21] = [
    (2025, 11, 11),
    (2025, 11, 27),
    (2025, 12, 25),
    (2026, 1, 1),
    (2026, 1, 19),
    (2026, 2, 16),
    (2026, 5, 25),
    (2026, 6, 19),
    (2026, 7, 3),
    (2026, 7, 4),
    (2026, 9, 7),
    (2026, 10, 12),
    (2026, 11, 11),
    (2026, 11, 26),
    (2026, 12, 25),
    (2027, 1, 1),
    (2027, 1, 18),
    (2027, 2, 15),
    (2027, 5, 31),
    (2027, 6, 18),
    (2027, 6, 19),
];

/// Objections to an order.
pub fn objections(history: &History, kind: OrderKind, out: &mut Found) {
    let facts = &history.facts;
    let service = &facts.services[0];
    let fits = match kind {
        OrderKind::Suspend => service.state == ServiceState::Active,
        OrderKind::Terminate => service.state != ServiceState::Terminated,
        OrderKind::Restore => service.state == ServiceState::Suspended,
        OrderKind::EquipmentPickup => true,
    };
    if !fits {
        out.no("an order that does not fit the service");
    }
    if matches!(kind, OrderKind::Suspend | OrderKind::Terminate) {
        cut(history, &service.product, out);
    }
}

fn cut(history: &History, product: &str, out: &mut Found) {
    let facts = &history.facts;
    let today = first_date(history);
    for hold in holds(history) {
        match hold {
            HoldKind::Bankruptcy { chapter, petition, file, .. } => {
                let over = |day: Option<NaiveDate>| day.is_some_and(|day| day <= today);
                let soft = over(file.dismissed) && chapter == "11" && today > *petition + TimeDelta::days(30);
                out.either(soft, "a cut in bankruptcy");
            }
            HoldKind::Deceased => out.ask("died"),
            HoldKind::IdentityTheft => out.no("identity theft"),
            HoldKind::Manual => out.ask("paused by a person"),
            _ => {}
        }
    }
    notices::cut(history, out);
    let energy = matches!(product, "Electric" | "Gas");
    let state = facts.customer.address.state.as_str();
    let now = locals(history, history.now);
    if now.is_empty() {
        out.ask("place unknown");
    }
    for local in now {
        if bad_time(local, state, energy) {
            // New York's Commission names the edges of its two weeks each year.
            let edge = matches!((local.month(), local.day()), (12, 19..=20) | (1, 5..=7));
            out.either(state == "NY" && energy && edge, "cut at a bad time");
        }
    }
    let notice = facts.steps.iter().map(|step| step.on).filter(|on| *on <= today).max();
    match notice {
        None => out.ask("cut without notice"),
        Some(on) if today - on < TimeDelta::days(15) => out.no("cut without notice"),
        Some(_) => {}
    }
    let rang = log(history)
        .iter()
        .any(|entry| entry.direction == Direction::Outbound && matches!(entry.medium, Medium::Call | Medium::Visit));
    if energy && state == "CA" && !rang {
        out.ask("cut without a call before (CA)");
    }
    let winter = |month: u32, day: u32| match state {
        "IL" => matches!(month, 12 | 1..=3),
        "NY" => matches!(month, 11 | 12 | 1..=3) || (month == 4 && day <= 15),
        _ => true,
    };
    if energy && winter(today.month(), today.day()) {
        out.ask("the weather is not known");
    }
    match product {
        "Home phone" => out.ask("not known what is unpaid on the telephone"),
        "Lifeline voice" => out.ask("not known what is unpaid on Lifeline"),
        _ => {}
    }
    let open = |invoice: &&domain::invoice::Invoice| invoice.settled.is_none();
    if facts.disputes.iter().any(|dispute| dispute.resolved.is_none())
        || facts.invoices.iter().filter(open).any(|invoice| invoice.disputed)
        || !facts.arrangements.is_empty() && facts.invoices.iter().any(|invoice| invoice.settled.is_none())
    {
        out.no("cut while something is open");
    }
    if facts.invoices.iter().filter(open).count() == 0 {
        out.no("cut for nothing");
    }
}

/// A holiday, or the day on which it is observed.
pub fn is_holiday(date: NaiveDate) -> bool {
    HOLIDAYS.contains(&(date.year(), date.month(), date.day()))
}

/// Not Monday to Thursday, in the hours, clear of holidays; energy has its own days in two states.
fn bad_time(local: NaiveDateTime, state: &str, energy: bool) -> bool {
    let (date, weekday) = (local.date(), local.weekday().number_from_monday());
    let eve = is_holiday(date + TimeDelta::days(1));
    match (state, energy) {
        ("CA", true) => weekday > 5 || is_holiday(date),
        ("NY", true) => {
            let christmas = matches!((date.month(), date.day()), (12, 19..) | (1, ..=7));
            christmas || weekday > 4 || !(8..16).contains(&local.hour()) || is_holiday(date) || eve
        }
        _ => weekday > 4 || !(8..14).contains(&local.hour()) || is_holiday(date) || eve,
    }
}
