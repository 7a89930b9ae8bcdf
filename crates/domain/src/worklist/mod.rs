//! *My day*: what an account wants from a person today, in order.
//!
//! An account shows nothing when there is nothing to do: not yet due, fully insulated by an
//! agreement, or waiting for a step that is not due yet. Past-due debt that nothing would ever
//! bring back is a row of its own ([`Kind::NoNextAction`]), so no account is forgotten.
//!
//! Whether the customer may be contacted now is asked of the compliance gate for the rows that are
//! looked at ([`crate::compliance::contactability`]), not for every row of the list.
//!
//! The cost matters: it runs over the whole portfolio. Nothing is formatted, and no risk is scored,
//! for an account without rows.

mod agreements;
mod debt;
mod find;
mod row;

use chrono::{DateTime, NaiveDate, Utc};
use rust_decimal::prelude::ToPrimitive as _;

use self::find::{Day, Found};
use self::row::Class;
pub use self::row::{Item, Kind, NextAction, Row, Urgency};
use crate::facts::Facts;
use crate::policy::Policy;
use crate::risk;

/// Everything an account wants today, most urgent first. `today` is the customer's date.
#[must_use]
pub fn rows(facts: &Facts, policy: &Policy, now: DateTime<Utc>, today: NaiveDate) -> Vec<Row> {
    let day = Day { facts, policy, now, today };
    let found = find::all(&day);
    if found.is_empty() {
        return Vec::new();
    }
    let risk = risk::score(facts, today).score;
    let mut rows: Vec<Row> = found.into_iter().map(|found| row(facts, found, risk)).collect();
    rows.sort_by_cached_key(Row::order);
    rows
}

/// An account's line in the list; none when it wants nothing today.
#[must_use]
pub fn item(facts: &Facts, policy: &Policy, now: DateTime<Utc>, today: NaiveDate) -> Option<Item> {
    let mut rows = rows(facts, policy, now, today).into_iter();
    Some(Item { primary: rows.next()?, also: rows.collect() })
}

fn row(facts: &Facts, found: Found, risk: u8) -> Row {
    Row {
        account: facts.account.id,
        kind: found.kind,
        urgency: if found.class >= Class::Urgent { Urgency::Urgent } else { Urgency::Normal },
        score: score(&found, risk),
        amount: found.amount,
        reasons: found.reasons,
        why: found.why,
        why_today: found.why_today,
        next_action: found.next_action,
        next_label: found.next_label,
        due: found.due,
        assignee: found.assignee,
    }
}

/// Class, then risk (0 to 100), then whole units of the amount, up to 2^32.
fn score(found: &Found, risk: u8) -> u64 {
    let amount = found.amount.and_then(|money| money.amount.trunc().to_u64()).unwrap_or(0).min(u64::from(u32::MAX));
    ((found.class as u64) << 40) | (u64::from(risk) << 32) | amount
}
