//! Follow-ups and promises as an iCalendar file (RFC 5545), for the calendar that the specialist looks
//! at anyway. Whole-day entries, or short ones one after the other from the start of the working day,
//! in the specialist's zone, with the zone's rules in the file.
//!
//! The file is plain text on disk: it names customers only where the person asked for it, and never
//! a number, an address or what a customer said.

use std::path::PathBuf;

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, TimeZone, Utc};
use chrono_tz::Tz;
use contract::{ApiError, Done, SaveCalendar};
use domain::arrangement;
use domain::compliance::zone::local_date;
use domain::facts::Facts;
use icalendar::{Calendar, Component, Event, EventLike};
use store::{Which, Whose};

use crate::desk::Desk;
use crate::errors::{file, stored};
use crate::views::count;

/// An entry's length, where it has a time.
const MINUTES: i64 = 15;

/// Something to do on a day.
struct Entry {
    /// The same thing keeps its id: a second export updates the first.
    uid: String,
    day: NaiveDate,
    summary: String,
    description: String,
}

impl Desk {
    /// Writes the file.
    pub(crate) fn write_calendar(&self, input: &SaveCalendar) -> Result<Done, ApiError> {
        let store = self.store()?;
        let path = PathBuf::from(input.path.trim());
        if path.as_os_str().is_empty() {
            return Err(ApiError::invalid("path", "No file is named.", "Name the calendar file."));
        }
        let start = match input.start.as_deref().map(str::trim).filter(|text| !text.is_empty()) {
            None => None,
            Some(text) => Some(NaiveTime::parse_from_str(text, "%H:%M").map_err(|_| {
                ApiError::invalid(
                    "start",
                    format!("\"{text}\" is not a time."),
                    "Write it as 09:00, or leave it empty.",
                )
            })?),
        };
        let whose = self.whose(&store, &input.whose)?;
        let now = self.now();
        let policy = self.policy_on(&store, self.today())?;
        let mut entries: Vec<Entry> = Vec::new();
        store
            .for_each_facts(Which::Working, now, |facts| {
                let today = local_date(&facts.customer, now);
                tasks(&facts, &whose, input.names, &mut entries);
                if !matches!(whose, Whose::Only(_)) {
                    promises(&facts, &policy.arrangement, today, input.names, &mut entries);
                }
                Ok(())
            })
            .map_err(stored)?;
        entries.sort_by(|one, other| (one.day, &one.summary, &one.uid).cmp(&(other.day, &other.summary, &other.uid)));
        let text = calendar(&entries, start, self.clock.zone(), now);
        std::fs::write(&path, text).map_err(|error| file(&path, "written", &error))?;
        let what = if entries.len() == 1 { "1 entry".to_owned() } else { format!("{} entries", count(entries.len())) };
        Ok(Done { message: format!("{what} written to {}.", path.display()) })
    }
}

fn named(facts: &Facts, names: bool) -> String {
    if names {
        format!("{} ({})", facts.customer.name, facts.account.reference)
    } else {
        format!("account {}", facts.account.reference)
    }
}

fn tasks(facts: &Facts, whose: &Whose, names: bool, entries: &mut Vec<Entry>) {
    for task in facts.follow_ups.iter().filter(|task| task.done.is_none() && whose.fits(task.assignee.as_deref())) {
        let whose = task.assignee.as_ref().map_or_else(String::new, |name| format!(" For {name}."));
        entries.push(Entry {
            uid: format!("follow-up-{}@dunlin", task.id),
            day: task.due,
            summary: format!("{}: {}", task.what, named(facts, names)),
            description: format!("Follow-up in Dunlin.{whose}"),
        });
    }
}

/// The next due payment of each live agreement, and those after it.
fn promises(
    facts: &Facts,
    policy: &arrangement::ArrangementPolicy,
    today: NaiveDate,
    names: bool,
    entries: &mut Vec<Entry>,
) {
    for one in &facts.arrangements {
        let status = arrangement::status(one, facts, policy, today);
        if !status.state.is_live() {
            continue;
        }
        for (index, part) in status.installments.iter().enumerate().filter(|(_, part)| part.kept_on.is_none()) {
            let of = match status.installments.len() {
                1 => String::new(),
                many => format!(" {} of {many}", index + 1),
            };
            entries.push(Entry {
                uid: format!("agreement-{}-{}@dunlin", one.id, index + 1),
                day: part.due,
                summary: format!(
                    "{}{of} due, {}: {}",
                    capital(one.kind.word()),
                    part.missing.pretty(),
                    named(facts, names)
                ),
                description: format!("Agreed on {}. In time until {}.", one.agreed_on, part.last_day),
            });
        }
    }
}

fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().collect::<String>() + chars.as_str())
}

/// The file's text. `start` and `zone` give the entries a time.
fn calendar(entries: &[Entry], start: Option<NaiveTime>, zone: Tz, now: DateTime<Utc>) -> String {
    let mut calendar = Calendar::new();
    calendar.name("Dunlin follow-ups");
    if start.is_some() {
        calendar.timezone(zone.name());
    }
    let mut on_day = (NaiveDate::MIN, 0_i64);
    for entry in entries {
        on_day = if on_day.0 == entry.day { (entry.day, on_day.1 + 1) } else { (entry.day, 0) };
        let mut event = Event::new();
        event.uid(&entry.uid).timestamp(now).summary(&entry.summary).description(&entry.description);
        match start {
            None => {
                event.all_day(entry.day);
            }
            Some(start) => {
                // One after the other, and never past the day's end.
                let latest = entry.day.and_time(NaiveTime::MIN) + TimeDelta::hours(23);
                let from = (entry.day.and_time(start) + TimeDelta::minutes(MINUTES * on_day.1)).min(latest);
                let until = from + TimeDelta::minutes(MINUTES);
                event.starts(moment(zone, from)).ends(moment(zone, until));
            }
        }
        calendar.push(event.done());
    }
    calendar.to_string()
}

/// The moment of a local time; within the hour that daylight saving skips, an hour later, and the
/// first of the two where it is put back.
pub(crate) fn moment(zone: Tz, local: NaiveDateTime) -> DateTime<Utc> {
    let found = zone.from_local_datetime(&local).earliest();
    let found = found.or_else(|| zone.from_local_datetime(&(local + TimeDelta::hours(1))).earliest());
    found.map_or_else(|| local.and_utc(), |at| at.with_timezone(&Utc))
}

#[cfg(test)]
mod tests;
