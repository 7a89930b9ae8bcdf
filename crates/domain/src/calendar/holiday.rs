//! The eleven federal holidays, and on which day each calendar keeps them.

use chrono::{Datelike, NaiveDate, Weekday};
use serde::{Deserialize, Serialize};

use super::Calendar;

/// A legal public holiday of 5 USC 6103(a).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Holiday {
    /// January 1.
    NewYear,
    /// Third Monday of January, since 1986.
    MartinLutherKing,
    /// Third Monday of February.
    Washington,
    /// Last Monday of May.
    Memorial,
    /// June 19, since 2021 (Pub. L. 117-17).
    Juneteenth,
    /// July 4.
    Independence,
    /// First Monday of September.
    Labor,
    /// Second Monday of October.
    Columbus,
    /// November 11.
    Veterans,
    /// Fourth Thursday of November.
    Thanksgiving,
    /// December 25.
    Christmas,
}

impl Holiday {
    /// As the statute names it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::NewYear => "New Year's Day",
            Self::MartinLutherKing => "Birthday of Martin Luther King, Jr.",
            Self::Washington => "Washington's Birthday",
            Self::Memorial => "Memorial Day",
            Self::Juneteenth => "Juneteenth National Independence Day",
            Self::Independence => "Independence Day",
            Self::Labor => "Labor Day",
            Self::Columbus => "Columbus Day",
            Self::Veterans => "Veterans Day",
            Self::Thanksgiving => "Thanksgiving Day",
            Self::Christmas => "Christmas Day",
        }
    }
}

/// The holiday that 5 USC 6103(a) sets on that very date, in the form of the law since 1978.
/// Answered by arithmetic, without a table, since the gate asks it for each account.
#[must_use]
pub fn statutory(date: NaiveDate) -> Option<Holiday> {
    let (day, weekday) = (date.day(), date.weekday());
    match (date.month(), day, weekday) {
        (1, 1, _) => Some(Holiday::NewYear),
        (1, 15..=21, Weekday::Mon) if date.year() >= 1986 => Some(Holiday::MartinLutherKing),
        (2, 15..=21, Weekday::Mon) => Some(Holiday::Washington),
        (5, 25..=31, Weekday::Mon) => Some(Holiday::Memorial),
        (6, 19, _) if date.year() >= 2021 => Some(Holiday::Juneteenth),
        (7, 4, _) => Some(Holiday::Independence),
        (9, 1..=7, Weekday::Mon) => Some(Holiday::Labor),
        (10, 8..=14, Weekday::Mon) => Some(Holiday::Columbus),
        (11, 11, _) => Some(Holiday::Veterans),
        (11, 22..=28, Weekday::Thu) => Some(Holiday::Thanksgiving),
        (12, 25, _) => Some(Holiday::Christmas),
        _ => None,
    }
}

/// The holiday that `calendar` keeps on that date, if any.
#[must_use]
pub fn is_holiday(calendar: Calendar, date: NaiveDate) -> Option<Holiday> {
    if let Some(holiday) = statutory(date) {
        return Some(holiday);
    }
    let friday = matches!(calendar, Calendar::Federal | Calendar::Court);
    let monday = calendar != Calendar::Statutory;
    match date.weekday() {
        Weekday::Fri if friday => date.succ_opt().and_then(statutory),
        Weekday::Mon if monday => date.pred_opt().and_then(statutory),
        _ => None,
    }
}

/// The holidays that `calendar` keeps within a year, in order, weekend dates included.
#[must_use]
pub fn holidays(calendar: Calendar, year: i32) -> Vec<(NaiveDate, Holiday)> {
    let first = NaiveDate::from_ymd_opt(year, 1, 1);
    first
        .into_iter()
        .flat_map(|first| first.iter_days())
        .take_while(|date| date.year() == year)
        .filter_map(|date| is_holiday(calendar, date).map(|holiday| (date, holiday)))
        .collect()
}
