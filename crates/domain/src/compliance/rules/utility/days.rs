//! UT-2: the day and hour of a cut-off.

use chrono::{Datelike, NaiveDate, NaiveTime, Weekday};

use super::ServiceKind;
use crate::calendar::{Calendar, is_holiday, plus_days, time_words};
use crate::compliance::planted;
use crate::compliance::rules::table::UT_2;
use crate::compliance::verdict::Finding;
use crate::compliance::{DisconnectPolicy, Hours};

/// When a cut-off would be, in local time, and who could undo it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CutDay {
    /// The day.
    pub on: NaiveDate,
    /// The hour; none when only the day is planned.
    pub at: Option<NaiveTime>,
    /// A holiday of the company, or a day on which its offices are closed.
    pub company_holiday: bool,
    /// The same of the day after.
    pub company_holiday_tomorrow: bool,
    /// Staff takes payments and reconnects on weekends and holidays; none when not known.
    pub staffed: Option<bool>,
}

/// UT-2: the state's own days and hours, else the house's.
#[must_use]
pub fn ut_2(state: Option<&str>, service: Option<ServiceKind>, cut: CutDay, house: &DisconnectPolicy) -> Finding {
    let energy = service.is_none_or(ServiceKind::is_energy);
    let week = [Weekday::Mon, Weekday::Tue, Weekday::Wed, Weekday::Thu, Weekday::Fri];
    let four = &week[..4];
    match (state, service) {
        (Some("PA"), Some(ServiceKind::Telephone)) => plain(cut, &week, false, None),
        (Some("PA"), _) if energy => plain(cut, four, true, None),
        (Some("NY"), _) if energy => match christmas(cut.on) {
            Some(finding) => finding,
            None => plain(cut, four, true, Some(Hours::between(8, 16))),
        },
        (Some("CA"), _) if energy => plain(cut, &week, false, None),
        (Some("OH"), _) if energy => ohio(cut),
        (Some("TX"), _) if energy => texas(cut),
        _ => plain(cut, &house.days, true, Some(house.hours)),
    }
}

/// Allowed days of the week, no holiday, no eve of one where `eves` count, within the hours.
fn plain(cut: CutDay, days: &[Weekday], eves: bool, hours: Option<Hours>) -> Finding {
    let hours = hours.map(|hours| planted::hours(&UT_2, hours));
    if !days.contains(&cut.on.weekday()) {
        return Finding::block(&UT_2, format!("No cut-off on a {}.", name(cut.on.weekday())));
    }
    if let Some(holiday) = holiday(cut.on, cut.company_holiday) {
        return Finding::block(&UT_2, format!("No cut-off on {holiday}."));
    }
    if let Some(holiday) = holiday(plus_days(cut.on, 1), cut.company_holiday_tomorrow).filter(|_| eves) {
        return Finding::block(&UT_2, format!("No cut-off on the day before {holiday}."));
    }
    match (hours, cut.at) {
        (None, _) => Finding::allow(&UT_2, "A day on which a cut-off is allowed."),
        (Some(_), None) => Finding::unknown(&UT_2, "the hour of the cut-off"),
        (Some(hours), Some(at)) if hours.open <= at && at < hours.close => {
            Finding::allow(&UT_2, "A day and hour at which a cut-off is allowed.")
        }
        (Some(hours), Some(at)) => Finding::block(
            &UT_2,
            format!(
                "No cut-off at {}; it is from {} to before {}.",
                time_words(at),
                time_words(hours.open),
                time_words(hours.close),
            ),
        ),
    }
}

fn holiday(on: NaiveDate, company: bool) -> Option<&'static str> {
    let public = is_holiday(Calendar::Federal, on).map(crate::calendar::Holiday::name);
    public.or(company.then_some("a company holiday"))
}

fn name(day: Weekday) -> &'static str {
    match day {
        Weekday::Mon => "Monday",
        Weekday::Tue => "Tuesday",
        Weekday::Wed => "Wednesday",
        Weekday::Thu => "Thursday",
        Weekday::Fri => "Friday",
        Weekday::Sat => "Saturday",
        Weekday::Sun => "Sunday",
    }
}

/// New York spares "a two-week period encompassing Christmas and New Year's Day". The Commission
/// sets its days; those at its edges are for a person to decide.
fn christmas(on: NaiveDate) -> Option<Finding> {
    match (on.month(), on.day()) {
        (12, 21..) | (1, ..=4) => {
            Some(Finding::block(&UT_2, "No cut-off in the two weeks around Christmas and New Year's Day."))
        }
        (12, 19..=20) | (1, 5..=7) => Some(Finding::supervisor(
            &UT_2,
            "Within the Commission's two weeks around Christmas? Look up this year's days.",
        )),
        _ => None,
    }
}

/// Nobody reconnects on that day: a weekend or holiday, unless staff does.
fn is_closed(on: NaiveDate, company: bool) -> bool {
    matches!(on.weekday(), Weekday::Sat | Weekday::Sun) || holiday(on, company).is_some()
}

/// Ohio: not after 12:30 pm on the day before one without regular reconnection.
fn ohio(cut: CutDay) -> Finding {
    let noon = NaiveTime::from_hms_opt(12, 30, 0).unwrap_or_default();
    if is_closed(cut.on, cut.company_holiday) && cut.staffed != Some(true) {
        return Finding::block(&UT_2, "Nobody reconnects on that day.");
    }
    if !is_closed(plus_days(cut.on, 1), cut.company_holiday_tomorrow) || cut.staffed == Some(true) {
        return Finding::allow(&UT_2, "Service can be reconnected on the next day.");
    }
    match cut.at {
        None => Finding::unknown(&UT_2, "the hour of the cut-off"),
        Some(at) if at <= noon => Finding::allow(&UT_2, "Before 12:30 PM."),
        Some(_) if cut.staffed.is_none() => Finding::unknown(&UT_2, "whether service is reconnected on the next day"),
        Some(_) => Finding::block(&UT_2, "After 12:30 PM on the day before one without reconnection."),
    }
}

/// Texas: no weekend or holiday, and no eve of one, unless staff takes payments and reconnects.
fn texas(cut: CutDay) -> Finding {
    let today = is_closed(cut.on, cut.company_holiday);
    let tomorrow = is_closed(plus_days(cut.on, 1), cut.company_holiday_tomorrow);
    match ((today, tomorrow), cut.staffed) {
        ((false, false), _) => Finding::allow(&UT_2, "Neither a weekend or holiday nor the day before."),
        (_, Some(true)) => Finding::allow(&UT_2, "Staff takes payments and reconnects."),
        (_, None) => Finding::unknown(&UT_2, "whether staff takes payments and reconnects"),
        ((true, _), _) => Finding::block(&UT_2, "A weekend or holiday without staff to reconnect."),
        (_, _) => Finding::block(&UT_2, "The day before a weekend or holiday without staff to reconnect."),
    }
}
