//! The file, read by another library than the one that writes it.

use calcard::icalendar::{ICalendar, ICalendarComponentType, ICalendarProperty, ICalendarValue};

use super::*;

fn day(text: &str) -> NaiveDate {
    text.parse().expect("a day")
}

fn entry(number: u32, on: &str) -> Entry {
    Entry {
        uid: format!("follow-up-{number}@dunlin"),
        day: day(on),
        summary: format!(
            "Call again; ask for A, B, and \\C: account A-{number} {}",
            "with a long line to be folded ".repeat(4)
        ),
        description: "Follow-up in Dunlin.".to_owned(),
    }
}

/// UID, summary, start and end of each event, as text.
fn read(text: &str) -> Vec<(String, String, String, String)> {
    let calendar = ICalendar::parse(text).expect("it parses");
    let word = |component: &calcard::icalendar::ICalendarComponent, property: &ICalendarProperty| {
        let found = component.property(property).expect("there");
        match found.values.first().expect("a value") {
            ICalendarValue::Text(text) => text.clone(),
            ICalendarValue::PartialDateTime(at) => format!(
                "{:04}-{:02}-{:02}{}",
                at.year.expect("a year"),
                at.month.expect("a month"),
                at.day.expect("a day"),
                at.hour.map_or_else(String::new, |hour| format!(
                    " {hour:02}:{:02} {:?}",
                    at.minute.unwrap_or_default(),
                    at.tz_hour
                ))
            ),
            other => panic!("{other:?}"),
        }
    };
    calendar
        .components
        .iter()
        .filter(|one| one.component_type == ICalendarComponentType::VEvent)
        .map(|one| {
            (
                word(one, &ICalendarProperty::Uid),
                word(one, &ICalendarProperty::Summary),
                word(one, &ICalendarProperty::Dtstart),
                word(one, &ICalendarProperty::Dtend),
            )
        })
        .collect()
}

#[test]
fn another_library_reads_back_what_was_written() {
    let entries = [entry(1, "2026-03-06"), entry(2, "2026-03-06"), entry(3, "2026-03-09")];
    let now: DateTime<Utc> = "2026-03-05T17:00:00Z".parse().expect("a moment");
    let whole = calendar(&entries, None, Tz::America__Boise, now);
    assert!(whole.split("\r\n").all(|line| line.len() <= 75), "lines are folded");
    let days = read(&whole);
    assert_eq!(days.len(), 3);
    for (one, (uid, summary, start, end)) in entries.iter().zip(&days) {
        assert_eq!((uid, summary), (&one.uid, &one.summary));
        assert_eq!(start, &one.day.to_string());
        // The end of a whole day is the day after, if it is given.
        assert!(end == start || *end == (one.day + TimeDelta::days(1)).to_string(), "{end}");
    }

    // 9:00 in Boise is 16:00 UTC before daylight saving began on March 8, and 15:00 after it.
    let nine = NaiveTime::from_hms_opt(9, 0, 0);
    let timed = read(&calendar(&entries, nine, Tz::America__Boise, now));
    let starts: Vec<&str> = timed.iter().map(|(_, _, start, _)| &start[..16]).collect();
    assert_eq!(starts, ["2026-03-06 16:00", "2026-03-06 16:15", "2026-03-09 15:00"]);
    assert!(timed[0].3.starts_with("2026-03-06 16:15"), "{}", timed[0].3);
}

#[test]
fn a_time_that_daylight_saving_skips_is_an_hour_later() {
    let at = |text: &str| moment(Tz::America__Boise, text.parse().expect("a local time")).to_rfc3339();
    assert_eq!(at("2026-03-08T02:30:00"), "2026-03-08T09:30:00+00:00");
    assert_eq!(at("2026-11-01T01:30:00"), "2026-11-01T07:30:00+00:00");
}
