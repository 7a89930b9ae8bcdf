//! The calendars against a second implementation that lists each year's holidays by hand.

// A test that cannot read its own input has failed.
#![allow(clippy::unwrap_used)]

use std::collections::BTreeSet;

use chrono::{Datelike, Days, NaiveDate, NaiveTime, Weekday};
use dunlin_domain::calendar::{
    Calendar, add_business_days, business_days_between, court_deadline, holidays, is_business_day, next_business_day,
    previous_business_day, roll_back, roll_forward, subtract_business_days, time_words,
};
use proptest::prelude::*;

const YEARS: std::ops::RangeInclusive<i32> = 1999..=2051;
const ALL: [Calendar; 4] = [Calendar::Federal, Calendar::Statutory, Calendar::FederalReserve, Calendar::Court];

fn date(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

#[test]
fn times_of_day_are_read_by_the_twelve_hour_clock() {
    let said = |text: &str| time_words(text.parse::<NaiveTime>().unwrap());
    assert_eq!(["00:00", "08:05", "12:30", "21:00"].map(said), ["12:00 AM", "8:05 AM", "12:30 PM", "9:00 PM"]);
}

/// The n-th such weekday of a month, or the last, by walking the month.
fn nth(year: i32, month: u32, weekday: Weekday, n: Option<usize>) -> NaiveDate {
    let days: Vec<NaiveDate> = (1..=31)
        .filter_map(|day| NaiveDate::from_ymd_opt(year, month, day))
        .filter(|day| day.weekday() == weekday)
        .collect();
    days[n.unwrap_or(days.len()) - 1]
}

fn by_hand(calendar: Calendar) -> BTreeSet<NaiveDate> {
    let mut all = BTreeSet::new();
    for year in YEARS {
        let on = |month, day| NaiveDate::from_ymd_opt(year, month, day).unwrap();
        let mut fixed = vec![on(1, 1), on(7, 4), on(11, 11), on(12, 25)];
        if year > 2020 {
            fixed.push(on(6, 19));
        }
        all.extend([
            nth(year, 1, Weekday::Mon, Some(3)),
            nth(year, 2, Weekday::Mon, Some(3)),
            nth(year, 5, Weekday::Mon, None),
            nth(year, 9, Weekday::Mon, Some(1)),
            nth(year, 10, Weekday::Mon, Some(2)),
            nth(year, 11, Weekday::Thu, Some(4)),
        ]);
        for day in fixed {
            all.insert(day);
            let weekday = day.weekday().number_from_monday();
            if weekday == 7 && calendar != Calendar::Statutory {
                all.insert(day + Days::new(1));
            }
            if weekday == 6 && [Calendar::Federal, Calendar::Court].contains(&calendar) {
                all.insert(day - Days::new(1));
            }
        }
    }
    all
}

#[test]
fn fifty_years_of_days_agree_with_the_list_made_by_hand() {
    for calendar in ALL {
        let closed = by_hand(calendar);
        let mut day = date("2000-01-01");
        while day < date("2051-01-01") {
            let open = day.weekday().number_from_monday() < 6 && !closed.contains(&day);
            assert_eq!(is_business_day(calendar, day), open, "{calendar:?} {day}");
            day = day + Days::new(1);
        }
    }
}

#[test]
fn the_calendars_differ_where_a_holiday_falls_on_a_weekend() {
    // July 4, 2026 is a Saturday: observed on Friday by offices, not by the Federal Reserve.
    assert!(!is_business_day(Calendar::Federal, date("2026-07-03")));
    assert!(!is_business_day(Calendar::Court, date("2026-07-03")));
    assert!(is_business_day(Calendar::FederalReserve, date("2026-07-03")));
    assert!(is_business_day(Calendar::Statutory, date("2026-07-03")));
    // July 4, 2027 is a Sunday: Monday for all but the letter of the statute.
    assert!(!is_business_day(Calendar::Federal, date("2027-07-05")));
    assert!(!is_business_day(Calendar::FederalReserve, date("2027-07-05")));
    assert!(is_business_day(Calendar::Statutory, date("2027-07-05")));
    // New Year's Day 2028 is observed in the year before.
    let of_2027 = holidays(Calendar::Federal, 2027);
    assert!(of_2027.iter().any(|(day, _)| *day == date("2027-12-31")));
    // Juneteenth began in 2021; its first was a Saturday.
    assert!(is_business_day(Calendar::Federal, date("2020-06-19")));
    assert!(!is_business_day(Calendar::Federal, date("2021-06-18")));
}

#[test]
fn a_court_period_excludes_its_first_day_and_rolls_forward() {
    assert_eq!(court_deadline(date("2026-03-02"), 20), date("2026-03-23"));
    assert_eq!(court_deadline(date("2026-03-02"), 70), date("2026-05-11"));
    assert_eq!(court_deadline(date("2026-03-02"), 90), date("2026-06-01"));
    // 20 days after June 13, 2026 is the Friday on which July 4 is observed.
    assert_eq!(court_deadline(date("2026-06-13"), 20), date("2026-07-06"));
}

#[test]
fn the_ends_of_time_do_not_panic() {
    for calendar in ALL {
        let _ = add_business_days(calendar, NaiveDate::MAX, 3);
        let _ = subtract_business_days(calendar, NaiveDate::MIN, 3);
        let _ = roll_forward(calendar, NaiveDate::MAX);
        let _ = roll_back(calendar, NaiveDate::MIN);
    }
}

proptest! {
    #[test]
    fn adding_and_subtracting_undo_each_other(
        offset in 0_u64..18_000, count in 0_u32..60, which in 0_usize..4,
    ) {
        let calendar = ALL[which];
        let start = roll_forward(calendar, date("2000-01-01") + Days::new(offset));
        let end = add_business_days(calendar, start, count);
        prop_assert!(is_business_day(calendar, end));
        prop_assert_eq!(subtract_business_days(calendar, end, count), start);
        prop_assert_eq!(business_days_between(calendar, start, end), count);
    }

    #[test]
    fn rolling_moves_the_least_it_must(offset in 0_u64..18_000, which in 0_usize..4) {
        let calendar = ALL[which];
        let day = date("2000-01-01") + Days::new(offset);
        let (back, forward) = (roll_back(calendar, day), roll_forward(calendar, day));
        prop_assert!(back <= day && day <= forward);
        prop_assert_eq!(back == forward, is_business_day(calendar, day));
        prop_assert!(next_business_day(calendar, day) > day);
        prop_assert!(previous_business_day(calendar, day) < day);
        prop_assert_eq!(business_days_between(calendar, back, forward), u32::from(back != forward && is_business_day(calendar, back)));
    }
}
