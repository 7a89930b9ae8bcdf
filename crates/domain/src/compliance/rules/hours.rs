//! Times and places: TIM-1 to TIM-3, PLC-1, PLC-2.

use chrono::{DateTime, Datelike, Days, NaiveDate, NaiveTime, TimeDelta, TimeZone, Utc, Weekday};
use chrono_tz::Tz;

use super::table::{PLC_1, PLC_2, TIM_1, TIM_2, TIM_3};
use crate::calendar::{plus_days, time_words};
use crate::compliance::Hours;
use crate::compliance::planted;
use crate::compliance::verdict::{Decision, Finding};
use crate::contact::Medium;

/// The federal window: 8:00 inclusive to 21:00 exclusive (the statute says "before 9", the
/// regulation "after 9"; the statute is the stricter).
#[must_use]
pub fn federal_hours() -> Hours {
    Hours::between(8, 21)
}

/// TIM-1 and TIM-2: is the moment within `window` in every one of `zones`? Zones are where the
/// consumer may be: address, area code, stated location. None known: a person decides.
#[must_use]
pub fn tim_1(zones: &[Tz], at: DateTime<Utc>, window: Hours) -> Finding {
    let rule = if zones.len() == 1 { &TIM_1 } else { &TIM_2 };
    let window = planted::hours(rule, window);
    if zones.is_empty() {
        return Finding::unknown(rule, "the customer's time zone");
    }
    match zones.iter().find(|zone| !is_open(**zone, at, window)) {
        None => Finding::allow(rule, "Within the hours wherever the customer may be."),
        Some(zone) => {
            let local = at.with_timezone(zone);
            let text = format!(
                "It is {} in {zone}; contact is from {} to before {}.",
                local.format("%-I:%M %p on %a %Y-%m-%d"),
                time_words(window.open),
                time_words(window.close),
            );
            Finding::block(rule, text)
                .with("zone", zone)
                .with("local", local.format("%Y-%m-%dT%H:%M:%S"))
                .until(next_open(zones, at, window))
        }
    }
}

/// TIM-1 for a business, whom no law protects here: beyond the house's hours a supervisor decides.
#[must_use]
pub fn tim_1_business(zones: &[Tz], at: DateTime<Utc>, window: Hours) -> Finding {
    let mut finding = tim_1(zones, at, window);
    if !finding.permits() {
        finding.decision = Decision::Supervisor;
    }
    finding
}

/// The first moment from `at` on when every zone is within the window, if there is one in the next
/// days.
#[must_use]
pub fn next_open(zones: &[Tz], at: DateTime<Utc>, window: Hours) -> Option<DateTime<Utc>> {
    if window.open >= window.close {
        return None;
    }
    let mut moment = at;
    // Each pass moves to the opening of one closed zone; zones around the world settle within a
    // day, and a handful of passes per day is the most that takes.
    for _ in 0..16 {
        let Some(zone) = zones.iter().find(|zone| !is_open(**zone, moment, window)) else {
            return Some(moment);
        };
        moment = opening_after(*zone, moment, window)?;
    }
    None
}

fn is_open(zone: Tz, at: DateTime<Utc>, window: Hours) -> bool {
    let time = at.with_timezone(&zone).time();
    window.open <= time && time < window.close
}

fn opening_after(zone: Tz, at: DateTime<Utc>, window: Hours) -> Option<DateTime<Utc>> {
    let local = at.with_timezone(&zone);
    let day = if local.time() < window.open {
        local.date_naive()
    } else {
        local.date_naive().checked_add_days(Days::new(1))?
    };
    utc_of(zone, day, window.open)
}

/// The moment of a local time; in the gap of a clock change, the first one after it.
#[must_use]
pub fn utc_of(zone: Tz, day: NaiveDate, time: NaiveTime) -> Option<DateTime<Utc>> {
    let local = day.and_time(time);
    (0..=4)
        .find_map(|quarter| {
            let shifted = local.checked_add_signed(TimeDelta::minutes(30 * quarter))?;
            zone.from_local_datetime(&shifted).earliest()
        })
        .map(|moment| moment.with_timezone(&Utc))
}

/// A time the consumer called inconvenient, in local time. `from` is inclusive, `to` exclusive; a
/// window that ends at or before its start runs past midnight and belongs to the day it starts on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Inconvenient {
    /// Days of the week on which it starts.
    pub days: Vec<Weekday>,
    /// Start.
    pub from: NaiveTime,
    /// End.
    pub to: NaiveTime,
}

impl Inconvenient {
    fn holds(&self, zone: Tz, at: DateTime<Utc>) -> bool {
        let local = at.with_timezone(&zone);
        let (time, today) = (local.time(), local.weekday());
        if self.from < self.to {
            return self.days.contains(&today) && self.from <= time && time < self.to;
        }
        (self.days.contains(&today) && self.from <= time) || (self.days.contains(&today.pred()) && time < self.to)
    }
}

/// A message of the consumer's own that we would answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ConsumerMessage {
    /// When it came.
    pub at: DateTime<Utc>,
    /// By which medium.
    pub medium: Medium,
    /// How often we have answered it.
    pub replies_sent: u32,
}

impl ConsumerMessage {
    /// One reply by the same medium is always open (12 CFR 1006.6(b)(1) cmt -2, 1006.14(h)(2)(ii)).
    #[must_use]
    pub fn admits_reply(&self, medium: Medium, at: DateTime<Utc>) -> bool {
        self.medium == medium && self.replies_sent == 0 && self.at <= at
    }
}

/// TIM-3: is the moment within a time the consumer called inconvenient, in any zone they may be in?
/// `place` says that the point itself was called inconvenient. One reply to a message of theirs
/// goes by the same medium.
#[must_use]
pub fn tim_3(
    windows: &[Inconvenient],
    place: bool,
    zones: &[Tz],
    at: DateTime<Utc>,
    medium: Medium,
    message: Option<ConsumerMessage>,
) -> Finding {
    if windows.is_empty() && !place {
        return Finding::allow(&TIM_3, "No time or place was called inconvenient.");
    }
    if message.is_some_and(|message| message.admits_reply(medium, at)) {
        return Finding::allow(&TIM_3, "One reply to the customer's own message.");
    }
    if place {
        return Finding::block(&TIM_3, "The customer called this place inconvenient.");
    }
    if zones.is_empty() {
        return Finding::unknown(&TIM_3, "the customer's time zone");
    }
    for zone in zones {
        if let Some(window) = windows.iter().find(|window| window.holds(*zone, at)) {
            let local = at.with_timezone(zone);
            let text = format!(
                "It is {} in {zone}; the customer asked not to be contacted from {} to {}.",
                local.format("%a %-I:%M %p"),
                time_words(window.from),
                time_words(window.to),
            );
            let next_day = window.from >= window.to && local.time() >= window.from;
            let day = local.date_naive();
            let day = if next_day { plus_days(day, 1) } else { day };
            return Finding::block(&TIM_3, text).with("zone", zone).until(utc_of(*zone, day, window.to));
        }
    }
    Finding::allow(&TIM_3, "Outside the times called inconvenient.")
}

/// PLC-1: a point at the place of work. `prohibits`: the employer is known, or there is reason to
/// know it, to prohibit such contact; none when nobody has looked.
#[must_use]
pub fn plc_1(at_work: bool, prohibits: Option<bool>) -> Finding {
    match (at_work, prohibits) {
        (false, _) => Finding::allow(&PLC_1, "Not a place of work."),
        (true, Some(false)) => Finding::allow(&PLC_1, "The employer is not known to prohibit it."),
        (true, Some(true)) => Finding::block(&PLC_1, "The employer prohibits contact at work."),
        (true, None) => Finding::unknown(&PLC_1, "whether the employer prohibits contact at work"),
    }
}

/// PLC-1 in Massachusetts (209 CMR 18.16(1)(c)): an oral request not to be called at work holds
/// ten days, and on if it is put in writing within seven.
#[must_use]
pub fn plc_1_massachusetts(oral: NaiveDate, written: Option<NaiveDate>, on: NaiveDate) -> Finding {
    let confirmed = written.is_some_and(|day| day <= plus_days(oral, 7));
    let last = plus_days(oral, 10);
    if on < oral || (on > last && !confirmed) {
        return Finding::allow(&PLC_1, "No request against contact at work is in force.");
    }
    let finding = Finding::block(&PLC_1, "The customer asked not to be contacted at work.").with("asked", oral);
    if confirmed { finding } else { finding.until_day(plus_days(last, 1)) }
}

/// What is known about an email address that may be the employer's.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct WorkEmail {
    /// The employer provides it; none when not known.
    pub employer_provided: Option<bool>,
    /// The consumer wrote about this debt from it.
    pub used_for_debt: bool,
    /// The consumer agreed to it, to us, for this debt.
    pub direct_consent: bool,
    /// The consumer opted out of it since.
    pub opted_out: bool,
}

/// PLC-2: an employer's email address needs the consumer's use or consent, not opted out of.
#[must_use]
pub fn plc_2(email: WorkEmail) -> Finding {
    if email.opted_out {
        return Finding::block(&PLC_2, "The customer opted out of this address.");
    }
    match email.employer_provided {
        Some(false) => Finding::allow(&PLC_2, "Not an employer's address."),
        _ if email.used_for_debt || email.direct_consent => {
            Finding::allow(&PLC_2, "The customer uses or agreed to this address for the debt.")
        }
        Some(true) => Finding::block(&PLC_2, "An address provided by the employer, without consent."),
        None => Finding::unknown(&PLC_2, "whether the employer provides this address"),
    }
}
