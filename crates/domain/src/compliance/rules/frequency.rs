//! How often: FRQ-1 to FRQ-4. Windows are counted in the consumer's dates, today and the N-1 dates
//! before it; the call about to be placed is one more.

use chrono::{Datelike, NaiveDate, Weekday};

use super::table::{FRQ_1, FRQ_2, FRQ_3, FRQ_4};
use crate::calendar::{minus_days, plus_days};
use crate::compliance::planted;
use crate::compliance::verdict::Finding;

/// A call placed by us to the person, about the debt, on any number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CallFact {
    /// The consumer's date.
    pub on: NaiveDate,
    /// It connected, rang unanswered or reached a voicemail; false for busy and not in service
    /// (12 CFR 1006.14(b)(3)(ii)).
    pub connected: bool,
    /// Placed under direct prior consent, or to a person of (d)(1)(ii)-(vi): not counted.
    pub excluded: bool,
}

impl CallFact {
    /// A call that counts.
    #[must_use]
    pub fn counted(on: NaiveDate) -> Self {
        Self { on, connected: true, excluded: false }
    }

    /// Counts against the cap.
    #[must_use]
    pub fn counts(&self) -> bool {
        self.connected && !self.excluded
    }
}

/// Whether `on` lies in the window of `days` dates that ends with `today`.
#[must_use]
pub fn in_window(on: NaiveDate, today: NaiveDate, days: u32) -> bool {
    on <= today && on > minus_days(today, days)
}

/// How many of `dates` lie in the window, and the first later day on which fewer than `cap` will,
/// if nothing is added; none if that is already so.
#[must_use]
pub fn window(
    dates: impl Iterator<Item = NaiveDate>,
    today: NaiveDate,
    days: u32,
    cap: u32,
) -> (u32, Option<NaiveDate>) {
    let mut inside: Vec<NaiveDate> = dates.filter(|on| in_window(*on, today, days)).collect();
    inside.sort_unstable();
    let count = u32::try_from(inside.len()).unwrap_or(u32::MAX);
    // The date whose leaving the window brings the count below the cap.
    let leaving = count.checked_sub(cap).and_then(|over| inside.get(over as usize));
    (count, leaving.map(|on| plus_days(*on, days)))
}

/// FRQ-1: at most `cap` calls within seven dates; the next one is blocked. The presumption is
/// rebuttable, so a supervisor may go beyond.
#[must_use]
pub fn frq_1(calls: &[CallFact], today: NaiveDate, cap: u32) -> Finding {
    let cap = planted::cap(&FRQ_1, cap);
    let counted = calls.iter().filter(|call| call.counts());
    let (count, free) = window(counted.map(|call| call.on), today, 7, cap);
    if count < cap {
        return Finding::allow(&FRQ_1, format!("{count} of {cap} calls in seven days.")).with("calls", count);
    }
    let finding = Finding::block(
        &FRQ_1,
        format!("{count} calls about this debt in the last seven days; {cap} are presumed the most."),
    )
    .with("calls", count)
    .with("cap", cap);
    match free {
        Some(day) => finding.until_day(day),
        None => finding,
    }
}

/// FRQ-2: no call within `days` dates of the last conversation about the debt, the conversation's
/// own date counted, whoever began it.
#[must_use]
pub fn frq_2(conversations: &[NaiveDate], today: NaiveDate, days: u32) -> Finding {
    let days = planted::days(&FRQ_2, days);
    let last = conversations.iter().filter(|on| **on <= today).max();
    match last.map(|on| (*on, plus_days(*on, days))) {
        Some((on, free)) if today < free => Finding::block(
            &FRQ_2,
            format!("Spoke about this debt on {on}; the next call is presumed too soon before {free}."),
        )
        .with("conversation", on)
        .until_day(free),
        _ => Finding::allow(&FRQ_2, "No conversation about this debt in the last seven days."),
    }
}

/// Direct prior consent to be called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CallConsent {
    /// The date it was given: its first day.
    pub given: NaiveDate,
    /// Withdrawn on that date.
    pub withdrawn: Option<NaiveDate>,
    /// In the consumer's words: "call me Thursday". A day of the week in them limits it.
    pub terms: String,
}

impl CallConsent {
    /// In force on that date: seven dates at most, ended by withdrawal or by the next conversation.
    #[must_use]
    pub fn covers(&self, on: NaiveDate, conversations: &[NaiveDate]) -> bool {
        let live = |day: NaiveDate| self.given <= day && day < plus_days(self.given, 7);
        let withdrawn = self.withdrawn.is_some_and(|day| day <= on);
        let talks = |day: &&NaiveDate| self.given < **day && **day <= on;
        let spoken = conversations.iter().any(|day| talks(&day));
        // A second conversation on the day it was given came after it.
        let same_day = conversations.iter().filter(|day| **day == self.given);
        let days = named_days(&self.terms);
        live(on) && !withdrawn && !spoken && same_day.count() < 2 && (days.is_empty() || days.contains(&on.weekday()))
    }
}

/// Days of the week named in free text.
fn named_days(terms: &str) -> Vec<Weekday> {
    terms
        .split(|letter: char| !letter.is_alphabetic())
        .filter_map(|word| match word.to_ascii_lowercase().trim_end_matches('s') {
            "monday" => Some(Weekday::Mon),
            "tuesday" => Some(Weekday::Tue),
            "wednesday" => Some(Weekday::Wed),
            "thursday" => Some(Weekday::Thu),
            "friday" => Some(Weekday::Fri),
            "saturday" => Some(Weekday::Sat),
            "sunday" => Some(Weekday::Sun),
            _ => None,
        })
        .collect()
}

/// Calls and conversations about one debt with one person.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DebtCalls {
    /// Our calls.
    pub calls: Vec<CallFact>,
    /// Dates of conversations.
    pub conversations: Vec<NaiveDate>,
    /// Consents to be called.
    pub consents: Vec<CallConsent>,
    /// The call would go to a person of 1006.6(d)(1)(ii)-(vi): attorney, creditor, its attorney,
    /// our attorney, a consumer reporting agency.
    pub to_excluded_person: bool,
}

/// FRQ-3: FRQ-1 and FRQ-2 without what is excluded from both.
#[must_use]
pub fn frq_3(debt: &DebtCalls, today: NaiveDate, cap: u32, days: u32) -> Finding {
    if debt.to_excluded_person {
        return Finding::allow(&FRQ_3, "Calls to this person are not counted.");
    }
    let covered = |on: NaiveDate| {
        let mut consents = debt.consents.iter();
        consents.find(|consent| consent.covers(on, &debt.conversations))
    };
    if let Some(consent) = covered(today) {
        return Finding::allow(&FRQ_3, "The customer agreed to be called.").with("consent", consent.given);
    }
    let calls: Vec<CallFact> = debt
        .calls
        .iter()
        .map(|call| CallFact {
            // The call on the consent's own date may have come before it, so it counts.
            excluded: call.excluded || covered(call.on).is_some_and(|by| by.given < call.on),
            ..*call
        })
        .collect();
    let findings = [frq_2(&debt.conversations, today, days), frq_1(&calls, today, cap)];
    match findings.into_iter().find(|finding| !finding.permits()) {
        Some(finding) => finding.under(&FRQ_3),
        None => Finding::allow(&FRQ_3, "Within the presumptions."),
    }
}

/// Calls to one person over all debts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Aggregate {
    /// In the seven dates that end today.
    pub in_seven_days: u32,
    /// Today.
    pub today: u32,
    /// Minutes since the last call, if there was one.
    pub minutes_since_last: Option<i64>,
}

/// The house's thresholds for FRQ-4.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AggregateLimits {
    /// Most in seven dates.
    pub per_seven_days: u32,
    /// Most in a day.
    pub per_day: u32,
    /// Least time between two calls, minutes.
    pub minutes_apart: i64,
}

impl Default for AggregateLimits {
    fn default() -> Self {
        Self { per_seven_days: 7, per_day: 3, minutes_apart: 120 }
    }
}

/// FRQ-4: one call more would exceed a threshold over all debts, so a supervisor looks.
#[must_use]
pub fn frq_4(calls: Aggregate, limits: AggregateLimits) -> Finding {
    let text = if calls.in_seven_days >= planted::cap(&FRQ_4, limits.per_seven_days) {
        format!("{} calls over all debts in seven days.", calls.in_seven_days)
    } else if calls.today >= planted::cap(&FRQ_4, limits.per_day) {
        format!("{} calls over all debts today.", calls.today)
    } else if let Some(minutes) = calls.minutes_since_last.filter(|minutes| *minutes < limits.minutes_apart) {
        format!("The last call was {minutes} minutes ago.")
    } else {
        return Finding::allow(&FRQ_4, "Calls over all debts are few and apart.");
    };
    Finding::supervisor(&FRQ_4, text).with("seven_days", calls.in_seven_days).with("today", calls.today)
}
