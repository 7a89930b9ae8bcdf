//! Small conversions from the domain's types to what the window shows.

use chrono::{DateTime, Utc};
use contract::{ContactNow, MediumNow, MoneyView};
use domain::compliance::{Contactability, May};
use domain::contact::Medium;
use domain::money::{Currency, Money};
use domain::outbox::State;
use rust_decimal::Decimal;
use serde::Serialize;

use crate::errors::reasons;

/// An amount.
#[must_use]
pub fn money(money: Money) -> MoneyView {
    MoneyView { amount: money.plain(), currency: money.currency.to_string() }
}

/// An amount of a currency.
#[must_use]
pub fn amount(amount: Decimal, currency: Currency) -> MoneyView {
    money(Money::new(amount, currency))
}

/// A text for a spreadsheet: what it would take for a formula gets an apostrophe.
#[must_use]
pub fn cell(text: &str) -> String {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{text}") } else { text.to_owned() }
}

/// The word of a serde enumeration.
#[must_use]
pub fn word<T: Serialize>(value: &T) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(text)) => text,
        _ => String::new(),
    }
}

/// A count as the window has it.
#[must_use]
pub fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

/// A count within a sentence: 1,335.
#[must_use]
pub fn grouped(number: usize) -> String {
    let plain = number.to_string();
    let mut text = String::with_capacity(plain.len() + plain.len() / 3);
    for (index, digit) in plain.chars().enumerate() {
        if index > 0 && (plain.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A number of days as the window has it.
#[must_use]
pub fn days(number: i64) -> i32 {
    i32::try_from(number).unwrap_or(i32::MAX)
}

fn may(one: &Contactability) -> &'static str {
    match one.may {
        May::Yes => "yes",
        May::Supervisor => "supervisor",
        May::No if one.changes.is_some() => "later",
        May::No => "no",
    }
}

/// Whether a customer may be contacted now; the telephone speaks for the whole.
#[must_use]
pub fn contact_now(media: &[Contactability], now: DateTime<Utc>) -> ContactNow {
    let call = media.iter().find(|one| one.medium == Medium::Call);
    let (used, cap) = call.and_then(|one| one.calls).unwrap_or((0, 0));
    ContactNow {
        state: call.map_or("no", may).to_owned(),
        text: call.map_or_else(|| "No way to reach them is known".to_owned(), |one| first_words(&one.words(now))),
        calls_used: used,
        calls_cap: cap,
        media: media
            .iter()
            .map(|one| MediumNow {
                medium: word(&one.medium),
                state: may(one).to_owned(),
                text: one.words(now),
                reasons: reasons(&one.reasons),
            })
            .collect(),
    }
}

/// Without the count of calls, which has its own place.
fn first_words(text: &str) -> String {
    text.split(" · ").next().unwrap_or(text).to_owned()
}

/// An outbox state in words.
#[must_use]
pub fn state_words(state: &State) -> String {
    let at = |moment: &DateTime<Utc>| moment.format("%Y-%m-%d %H:%M UTC").to_string();
    match state {
        State::Queued => "Waits to leave".to_owned(),
        State::Sending { .. } => "Is being handed over".to_owned(),
        State::Waiting { tries: 0, next_try, why } => {
            format!("Not yet: {}. It leaves after {}", why.trim_end_matches('.'), at(next_try))
        }
        State::Waiting { tries, next_try, why } => {
            format!("Try {tries} failed: {why}. Next try after {}", at(next_try))
        }
        State::Printed { at: moment } => format!("Printed {}; waits until you confirm that it was mailed", at(moment)),
        State::Sent { at: moment } => format!("Left {}", at(moment)),
        State::Unknown { why, .. } => format!(
            "Nobody knows whether it left: {why}. Look into the mailbox's Sent folder or ask the customer, then say"
        ),
        State::Stopped { why, .. } => format!("Stopped: {why}"),
        State::Cancelled { why, .. } => format!("Taken back: {why}"),
    }
}

#[cfg(test)]
mod tests {
    use super::grouped;

    #[test]
    fn a_count_is_read_in_threes() {
        assert_eq!([0, 999, 1_335, 100_000, 1_000_000].map(grouped), ["0", "999", "1,335", "100,000", "1,000,000"]);
    }
}
