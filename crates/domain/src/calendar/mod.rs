//! Business days and holidays, and the time of day in words. Four calendars that differ only where a
//! holiday falls on a weekend are kept apart, since law counts each deadline in its own one.

mod days;
mod holiday;

pub use days::{
    add_business_days, business_days_between, court_deadline, is_business_day, minus_days, next_business_day,
    plus_days, previous_business_day, roll_back, roll_forward, subtract_business_days,
};
pub use holiday::{Holiday, holidays, is_holiday, statutory};

use chrono::NaiveTime;
use serde::{Deserialize, Serialize};

/// `9:00 PM`: a time of day within a sentence, as the window writes times.
#[must_use]
pub fn time_words(time: NaiveTime) -> String {
    time.format("%-I:%M %p").to_string()
}

/// Which days are not business days, beside Saturday and Sunday.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Calendar {
    /// The holidays of 5 USC 6103(a), and the Friday before (6103(b)) or Monday after
    /// (EO 11582) on which one that falls on a weekend is observed.
    Federal,
    /// The holidays of 5 USC 6103(a) on their own dates only: the letter of 12 CFR
    /// 1006.22(c)(1) and 1006.34(b)(5).
    Statutory,
    /// Federal Reserve banking days: a Saturday holiday is not moved, a Sunday holiday is kept on
    /// Monday.
    FederalReserve,
    /// Legal holidays of FRBP 9006(a)(6)(A)-(B): the days set aside by statute, as observed. State
    /// holidays of (C) are not known here.
    Court,
}
