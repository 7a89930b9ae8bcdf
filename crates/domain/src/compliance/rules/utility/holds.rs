//! UT-3, UT-4, UT-6: illness, weather, and open matters postpone a cut-off.

use chrono::{Datelike, NaiveDate};

use crate::calendar::{minus_days, plus_days};
use crate::compliance::rules::table::{UT_3, UT_4, UT_6};
use crate::compliance::verdict::Finding;

/// A medical certificate.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Medical {
    /// Its day, or that of its last renewal.
    pub certified: Option<NaiveDate>,
    /// Certificates within twelve months, this one counted; none when not known.
    pub in_twelve_months: Option<u32>,
    /// California: the customer cannot pay; none when not known.
    pub unable_to_pay: Option<bool>,
    /// California: the customer agreed to a plan; none when not known.
    pub agreed_plan: Option<bool>,
}

/// UT-3: protected through the state's days after the certificate, the last one included.
#[must_use]
pub fn ut_3(state: Option<&str>, medical: Medical, today: Option<NaiveDate>) -> Finding {
    let Some(certified) = medical.certified else {
        return Finding::allow(&UT_3, "No medical certificate.");
    };
    let Some(today) = today else {
        return Finding::unknown(&UT_3, "the day of the cut-off");
    };
    let days = if state == Some("IL") { 60 } else { 30 };
    let last = plus_days(certified, days);
    let finding = if today > last {
        Finding::allow(&UT_3, format!("The medical certificate ran through {last}."))
    } else if state == Some("OH") && medical.in_twelve_months.is_some_and(|count| count > 3) {
        Finding::supervisor(&UT_3, "The fourth medical certificate in twelve months.")
    } else if state == Some("CA") && (medical.unable_to_pay == Some(false) || medical.agreed_plan == Some(false)) {
        Finding::supervisor(&UT_3, "A medical certificate without inability to pay or a plan.")
    } else {
        Finding::block(&UT_3, format!("A medical certificate protects through {last}.")).until_day(plus_days(last, 1))
    };
    finding.with("certified", certified)
}

/// Weather and winter, as far as known.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Weather {
    /// Days with a heat advisory in the county.
    pub heat_advisories: Vec<NaiveDate>,
    /// Highest temperature of the day before, Fahrenheit.
    pub prior_high: Option<i32>,
    /// Highest temperature forecast: for the day (TX), for 72 hours (CA).
    pub forecast_high: Option<i32>,
    /// Lowest temperature forecast.
    pub forecast_low: Option<i32>,
    /// The service heats the home; none when not known.
    pub heating: Option<bool>,
    /// Household income in percent of the federal poverty level.
    pub income_fpl: Option<u32>,
    /// The personal contact that winter rules ask for was made; none when not known.
    pub contact_made: Option<bool>,
    /// In a winter protection program; none when not known.
    pub winter_program: Option<bool>,
}

/// UT-4: weather holds of the states known here. Elsewhere, and where a feed is missing, a person
/// decides.
#[must_use]
pub fn ut_4(state: Option<&str>, weather: &Weather, today: NaiveDate) -> Finding {
    let day = (today.month(), today.day());
    let from_to = |from: (u32, u32), to: (u32, u32)| day >= from || day <= to;
    if let Some(advisory) = advisory(weather, today) {
        return Finding::block(&UT_4, format!("A heat advisory on {advisory}.")).until_day(plus_days(advisory, 3));
    }
    match state {
        Some("TX") => texas(weather),
        Some("CA") => california(weather),
        Some("IL") if from_to((12, 1), (3, 31)) => winter(weather.heating, "heats the home"),
        Some("NJ") if from_to((11, 15), (3, 15)) => winter(weather.winter_program, "is in a winter program"),
        Some("PA") if from_to((12, 1), (3, 31)) => {
            winter(weather.income_fpl.map(|percent| percent <= 250), "has at most 250% of the poverty level")
        }
        Some("NY") if from_to((11, 1), (4, 15)) => {
            winter(weather.contact_made.map(|made| !made), "was not contacted as winter asks")
        }
        Some("IL" | "NJ" | "PA" | "NY") => Finding::allow(&UT_4, "Outside the winter period."),
        _ => Finding::unknown(&UT_4, "the weather rules and forecast for this address"),
    }
}

/// A heat advisory today or on the two days before.
fn advisory(weather: &Weather, today: NaiveDate) -> Option<NaiveDate> {
    let mut days = weather.heat_advisories.iter().copied();
    days.find(|day| *day <= today && *day >= minus_days(today, 2))
}

fn texas(weather: &Weather) -> Finding {
    match (weather.prior_high, weather.forecast_high) {
        (Some(..=32), Some(..=32)) => Finding::block(&UT_4, "Freezing yesterday and by the forecast."),
        (Some(33..), _) | (_, Some(33..)) => Finding::allow(&UT_4, "Neither freezing nor a heat advisory."),
        _ => Finding::unknown(&UT_4, "yesterday's high and the forecast"),
    }
}

fn california(weather: &Weather) -> Finding {
    match (weather.forecast_high, weather.forecast_low) {
        (Some(101..), _) | (_, Some(..32)) => {
            Finding::block(&UT_4, "Over 100F or under 32F within 72 hours by the forecast.")
        }
        (Some(_), Some(_)) => Finding::allow(&UT_4, "No extreme weather in 72 hours."),
        _ => Finding::unknown(&UT_4, "the forecast for 72 hours"),
    }
}

fn winter(protected: Option<bool>, who: &'static str) -> Finding {
    match protected {
        Some(true) => Finding::block(&UT_4, format!("Winter protection: the customer {who}.")),
        Some(false) => Finding::allow(&UT_4, "Not protected in winter."),
        None => Finding::unknown(&UT_4, "whether winter protection applies"),
    }
}

/// What is open on an account.
// Independent facts; each alone stops the cut-off.
#[allow(clippy::struct_excessive_bools)]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct OpenMatters {
    /// A dispute or investigation.
    pub dispute: bool,
    /// An extension of the due date.
    pub extension: bool,
    /// A plan that is kept.
    pub plan_kept: bool,
    /// Assistance that an agency has pledged.
    pub pledge: bool,
}

/// UT-6.
#[must_use]
pub fn ut_6(open: OpenMatters) -> Finding {
    let matters = [
        (open.dispute, "A dispute is open."),
        (open.extension, "An extension is running."),
        (open.plan_kept, "A payment plan is kept."),
        (open.pledge, "Assistance has been pledged."),
    ];
    match matters.iter().find(|(open, _)| *open) {
        Some((_, text)) => Finding::block(&UT_6, *text),
        None => Finding::allow(&UT_6, "Nothing open on the account."),
    }
}
