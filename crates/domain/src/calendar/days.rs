//! Counting in days and business days. At the far ends of chrono's range a date stays where it is
//! rather than panic.

use chrono::{Datelike, Days, NaiveDate, Weekday};

use super::{Calendar, is_holiday};

/// Neither Saturday, Sunday nor a holiday of that calendar.
#[must_use]
pub fn is_business_day(calendar: Calendar, date: NaiveDate) -> bool {
    !matches!(date.weekday(), Weekday::Sat | Weekday::Sun) && is_holiday(calendar, date).is_none()
}

/// That many calendar days later.
#[must_use]
pub fn plus_days(date: NaiveDate, days: u32) -> NaiveDate {
    date.checked_add_days(Days::new(u64::from(days))).unwrap_or(NaiveDate::MAX)
}

/// That many calendar days earlier.
#[must_use]
pub fn minus_days(date: NaiveDate, days: u32) -> NaiveDate {
    date.checked_sub_days(Days::new(u64::from(days))).unwrap_or(NaiveDate::MIN)
}

/// The date itself if it is a business day, else the next one.
#[must_use]
pub fn roll_forward(calendar: Calendar, date: NaiveDate) -> NaiveDate {
    walk(calendar, date, NaiveDate::succ_opt)
}

/// The date itself if it is a business day, else the one before.
#[must_use]
pub fn roll_back(calendar: Calendar, date: NaiveDate) -> NaiveDate {
    walk(calendar, date, NaiveDate::pred_opt)
}

/// The first business day after that date.
#[must_use]
pub fn next_business_day(calendar: Calendar, date: NaiveDate) -> NaiveDate {
    roll_forward(calendar, plus_days(date, 1))
}

/// The last business day before that date.
#[must_use]
pub fn previous_business_day(calendar: Calendar, date: NaiveDate) -> NaiveDate {
    roll_back(calendar, minus_days(date, 1))
}

/// The `count`-th business day after that date; `count` 0 is the date itself, not rolled.
#[must_use]
pub fn add_business_days(calendar: Calendar, date: NaiveDate, count: u32) -> NaiveDate {
    let mut day = date;
    for _ in 0..count {
        let next = next_business_day(calendar, day);
        if next == day {
            break;
        }
        day = next;
    }
    day
}

/// The `count`-th business day before that date; `count` 0 is the date itself, not rolled.
#[must_use]
pub fn subtract_business_days(calendar: Calendar, date: NaiveDate, count: u32) -> NaiveDate {
    let mut day = date;
    for _ in 0..count {
        let previous = previous_business_day(calendar, day);
        if previous == day {
            break;
        }
        day = previous;
    }
    day
}

/// Business days in `from..to`: the first is counted, the last is not. 0 when `to` is not later.
/// Costs a step a day; callers bound the span.
#[must_use]
pub fn business_days_between(calendar: Calendar, from: NaiveDate, to: NaiveDate) -> u32 {
    let mut count = 0;
    for day in from.iter_days().take_while(|day| *day < to) {
        count += u32::from(is_business_day(calendar, day));
    }
    count
}

/// The last day of a period of `days` after `trigger`, counted as FRBP 9006(a)(1) does: the
/// trigger's day is excluded, every day counts, and an end on a weekend or legal holiday runs on to
/// the next day that is neither.
#[must_use]
pub fn court_deadline(trigger: NaiveDate, days: u32) -> NaiveDate {
    roll_forward(Calendar::Court, plus_days(trigger, days))
}

fn walk(calendar: Calendar, date: NaiveDate, step: impl Fn(&NaiveDate) -> Option<NaiveDate>) -> NaiveDate {
    let mut day = date;
    while !is_business_day(calendar, day) {
        let Some(next) = step(&day) else { break };
        day = next;
    }
    day
}
