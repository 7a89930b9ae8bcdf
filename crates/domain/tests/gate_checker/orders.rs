//! The second opinion on cut-offs: the stay, the notice, the day and hour, and what is open.

use chrono::{Datelike, NaiveDate, TimeDelta, Timelike};
use domain::hold::HoldKind;
use dunlin_domain as domain;

use crate::checker::{first_date, holds, locals};
use crate::histories::History;

/// Federal holidays as observed, and the days set aside themselves, over the rolled period.
const HOLIDAYS: [(i32, u32, u32); 16] = [
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

/// Objections to a cut-off.
pub fn objections(history: &History, out: &mut Vec<&'static str>) {
    let facts = &history.facts;
    for hold in holds(history) {
        match hold {
            HoldKind::Bankruptcy { .. } => out.push("stay"),
            HoldKind::Deceased => out.push("died"),
            HoldKind::IdentityTheft => out.push("identity theft"),
            _ => {}
        }
    }
    let is_holiday = |date: NaiveDate| HOLIDAYS.contains(&(date.year(), date.month(), date.day()));
    let now = locals(history, history.now);
    if now.is_empty() {
        out.push("place unknown");
    }
    for local in now {
        let (date, weekday) = (local.date(), local.weekday().number_from_monday());
        if weekday > 4 || !(8..14).contains(&local.hour()) || is_holiday(date) || is_holiday(date + TimeDelta::days(1))
        {
            out.push("cut at a bad time");
        }
    }
    let today = first_date(history);
    if !facts.steps.iter().any(|step| today - step.on >= TimeDelta::days(15)) {
        out.push("cut without notice");
    }
    let open = |invoice: &&domain::invoice::Invoice| invoice.settled.is_none();
    if !facts.disputes.is_empty() && facts.invoices.iter().filter(open).count() == 2
        || facts.invoices.iter().filter(open).any(|invoice| invoice.disputed)
        || !facts.arrangements.is_empty()
    {
        out.push("cut while something is open");
    }
    if facts.invoices.iter().filter(open).count() == 0 {
        out.push("cut for nothing");
    }
}
