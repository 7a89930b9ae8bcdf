//! Boundaries of the contact rules: seconds, clock changes, ends of windows, and when an answer
//! changes by itself.

// A test that cannot read its own input has failed.
#![allow(clippy::unwrap_used)]

use std::collections::BTreeSet;

use chrono::{DateTime, Days, Duration, NaiveDate, NaiveTime, Timelike, Utc, Weekday};
use chrono_tz::Tz;
use dunlin_domain::calendar::{Calendar, is_business_day};
use dunlin_domain::compliance::rules::electronic::{ReassignedCheck, txt_1};
use dunlin_domain::compliance::rules::frequency::{CallConsent, CallFact, DebtCalls, frq_1, frq_2, frq_3};
use dunlin_domain::compliance::rules::hours::{Inconvenient, federal_hours, next_open, tim_1, tim_3};
use dunlin_domain::compliance::rules::stops::{Attorney, att_1};
use dunlin_domain::compliance::rules::table;
use dunlin_domain::compliance::rules::validation::{Sending, val_3};
use dunlin_domain::compliance::texts::{self, Checklist, TextId};
use dunlin_domain::compliance::verdict::{Decision, Finding, combine};
use dunlin_domain::contact::Medium;
use proptest::prelude::*;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

fn midnight(text: &str) -> DateTime<Utc> {
    day(text).and_time(NaiveTime::MIN).and_utc()
}

fn blocks(finding: &Finding) -> bool {
    finding.decision == Decision::Block
}

const NEW_YORK: Tz = chrono_tz::America::New_York;
const LOS_ANGELES: Tz = chrono_tz::America::Los_Angeles;

#[test]
fn the_window_opens_at_eight_and_closes_before_nine() {
    let open = |text: &str| tim_1(&[NEW_YORK], at(text), federal_hours()).permits();
    assert!(!open("2026-07-01T11:59:59.999Z"));
    assert!(open("2026-07-01T12:00:00Z"));
    assert!(open("2026-07-02T00:59:59.999Z"));
    assert!(!open("2026-07-02T01:00:00Z"));
    // A zone with a half hour, and one that keeps no summer time.
    let phoenix = [chrono_tz::America::Phoenix];
    assert!(tim_1(&phoenix, at("2026-07-01T15:00:00Z"), federal_hours()).permits());
    assert!(!tim_1(&[], at("2026-07-01T15:00:00Z"), federal_hours()).permits());
}

#[test]
fn clock_changes_move_the_window_with_the_local_time() {
    // 2026-03-08 jumps from 2:00 to 3:00; 2026-11-01 falls from 2:00 back to 1:00.
    for (before, after) in
        [("2026-03-07T13:00:00Z", "2026-03-08T12:00:00Z"), ("2026-10-31T12:00:00Z", "2026-11-01T13:00:00Z")]
    {
        for moment in [before, after] {
            let eight = at(moment);
            assert!(tim_1(&[NEW_YORK], eight, federal_hours()).permits());
            let early = tim_1(&[NEW_YORK], eight - Duration::seconds(1), federal_hours());
            assert!(blocks(&early));
            assert_eq!(early.changes_at, Some(eight));
        }
    }
    let night = tim_1(&[NEW_YORK], at("2026-03-08T03:30:00Z"), federal_hours());
    assert_eq!(night.changes_at, Some(at("2026-03-08T12:00:00Z")));
}

#[test]
fn an_inconvenient_night_belongs_to_the_day_it_starts_on() {
    let night = Inconvenient {
        days: vec![Weekday::Fri],
        from: NaiveTime::from_hms_opt(20, 0, 0).unwrap(),
        to: NaiveTime::from_hms_opt(10, 0, 0).unwrap(),
    };
    let ask = |text: &str| tim_3(std::slice::from_ref(&night), false, &[NEW_YORK], at(text), Medium::Call, None);
    // Friday 2026-07-10, 19:59, 20:00; Saturday 9:59, 10:00; Thursday 20:30.
    assert!(ask("2026-07-10T23:59:00Z").permits());
    let friday = ask("2026-07-11T00:00:00Z");
    assert!(blocks(&friday));
    assert_eq!(friday.changes_at, Some(at("2026-07-11T14:00:00Z")));
    assert!(blocks(&ask("2026-07-11T13:59:59Z")));
    assert!(ask("2026-07-11T14:00:00Z").permits());
    assert!(ask("2026-07-10T00:30:00Z").permits());
}

#[test]
fn a_full_week_frees_up_when_its_oldest_call_leaves() {
    let start = day("2026-03-02");
    let calls: Vec<CallFact> = (0..7).map(|n| CallFact::counted(start + Days::new(n))).collect();
    let full = frq_1(&calls, day("2026-03-08"), 7);
    assert!(blocks(&full) && full.overridable);
    assert_eq!(full.changes_at, Some(midnight("2026-03-09")));
    assert!(frq_1(&calls, day("2026-03-09"), 7).permits());
    assert!(frq_1(&calls[1..], day("2026-03-08"), 7).permits());
    // Busy lines do not count.
    let mut busy = calls.clone();
    busy[3].connected = false;
    assert!(frq_1(&busy, day("2026-03-08"), 7).permits());
}

#[test]
fn a_conversation_blocks_six_days_after_its_own() {
    let talked = [day("2026-03-02")];
    assert!(blocks(&frq_2(&talked, day("2026-03-02"), 7)));
    let last = frq_2(&talked, day("2026-03-08"), 7);
    assert!(blocks(&last));
    assert_eq!(last.changes_at, Some(midnight("2026-03-09")));
    assert!(frq_2(&talked, day("2026-03-09"), 7).permits());
}

#[test]
fn consent_lasts_seven_dates_and_ends_with_the_next_conversation() {
    let consent = CallConsent { given: day("2026-03-02"), withdrawn: None, terms: "call any time".to_owned() };
    let debt = |conversations: &[&str], withdrawn: Option<&str>| DebtCalls {
        conversations: conversations.iter().map(|text| day(text)).collect(),
        consents: vec![CallConsent { withdrawn: withdrawn.map(day), ..consent.clone() }],
        ..DebtCalls::default()
    };
    let ask = |debt: &DebtCalls, on: &str| frq_3(debt, day(on), 7, 7).permits();
    assert!(ask(&debt(&["2026-03-02"], None), "2026-03-08"));
    assert!(!ask(&debt(&["2026-03-02"], Some("2026-03-05")), "2026-03-05"));
    assert!(!ask(&debt(&["2026-03-02", "2026-03-04"], None), "2026-03-05"));
    // A day of the week in the words limits the consent to it.
    let thursday = DebtCalls {
        conversations: vec![day("2026-03-02")],
        consents: vec![CallConsent { terms: "call me Thursday".to_owned(), ..consent.clone() }],
        ..DebtCalls::default()
    };
    assert!(ask(&thursday, "2026-03-05"));
    assert!(!ask(&thursday, "2026-03-04"));
}

#[test]
fn the_sixtieth_day_still_counts() {
    let last = Some(day("2026-01-05"));
    assert!(txt_1(last, None, false, day("2026-03-06")).permits());
    assert!(blocks(&txt_1(last, None, false, day("2026-03-07"))));
    let check = Some(ReassignedCheck { on: day("2026-03-07"), reassigned: false });
    assert!(txt_1(last, check, false, day("2026-05-06")).permits());
    assert!(blocks(&txt_1(last, check, false, day("2026-05-07"))));
    assert!(blocks(&txt_1(last, check, true, day("2026-03-07"))));
}

#[test]
fn an_attorney_has_thirty_days() {
    let attorney = Attorney {
        represented: Some(true),
        contact_known: Some(true),
        letter_sent: Some(day("2026-03-02")),
        ..Attorney::default()
    };
    let waiting = att_1(attorney, day("2026-04-01"), 30);
    assert!(blocks(&waiting) && waiting.hard_stop && !waiting.overridable);
    assert_eq!(waiting.changes_at, Some(midnight("2026-04-02")));
    assert_eq!(att_1(attorney, day("2026-04-02"), 30).decision, Decision::Supervisor);
}

#[test]
fn the_worst_finding_wins_and_texts_add_up() {
    let texts = [
        Finding::with_text(&table::MMD_1, TextId::MiniMirandaInitial, "first"),
        Finding::allow(&table::TIM_1, "in hours"),
        Finding::with_text(&table::OPT_1, TextId::OptOut, "opt-out"),
    ];
    let allowed = combine(texts.clone());
    assert_eq!(allowed.decision.to_string(), "allow_with_text:TXT_MM_INITIAL|TXT_OPTOUT");
    assert_eq!(allowed.findings.len(), 3);
    let late = Finding::block(&table::TIM_1, "too late").until_day(day("2026-03-09"));
    let often = Finding::block(&table::FRQ_1, "too often").until_day(day("2026-03-12"));
    let stay = Finding::block(&table::BK_1, "stay");
    let both = combine(texts.iter().cloned().chain([late.clone(), often.clone()]));
    assert_eq!(both.decision, Decision::Block);
    assert_eq!(both.changes_at(), Some(midnight("2026-03-12")));
    assert!(!both.overridable());
    assert!(combine([often.clone()]).overridable());
    // A stop without an end has none, and comes first.
    let stopped = combine([late, often, stay]);
    assert_eq!(stopped.changes_at(), None);
    assert_eq!(stopped.deciding().unwrap().reason.rule, "BK-1");
}

#[test]
fn only_presumptions_and_safe_harbors_can_be_overridden() {
    let overridable: BTreeSet<&str> =
        dunlin_domain::compliance::rules::rules().filter(|row| row.overridable).map(|row| row.id).collect();
    let expected = ["EML-1", "FRQ-1", "FRQ-2", "FRQ-3", "FRQ-4", "TXT-1"];
    assert_eq!(overridable, BTreeSet::from(expected));
}

#[test]
fn a_document_is_complete_or_names_what_it_lacks() {
    for kind in [Checklist::ValidationNotice, Checklist::AchConsumer, Checklist::AchTelephone, Checklist::AchCorporate]
    {
        let all: BTreeSet<&str> = texts::items(kind).map(|item| item.id).collect();
        assert!(texts::missing(kind, &all).is_empty());
        assert_eq!(all.len(), texts::items(kind).count(), "an id twice in {kind:?}");
        for gone in &all {
            let mut less = all.clone();
            less.remove(gone);
            let missing = texts::missing(kind, &less);
            assert_eq!(missing.len(), 1);
            assert_eq!(missing[0].id, *gone);
        }
    }
    for id in TextId::ALL {
        assert!(!id.wording(Medium::Email).is_empty());
        assert_eq!(serde_json::to_value(id).unwrap(), id.id());
    }
}

proptest! {
    #[test]
    fn the_next_opening_is_open_everywhere_and_not_before(
        minutes in 0_i64..2_000_000, one in 0_usize..6, two in 0_usize..6,
    ) {
        let zones = [
            NEW_YORK, LOS_ANGELES, chrono_tz::Pacific::Honolulu, chrono_tz::America::Puerto_Rico,
            chrono_tz::America::Anchorage, chrono_tz::America::Chicago,
        ];
        let set = [zones[one], zones[two]];
        let now = at("2025-01-01T00:00:00Z") + Duration::minutes(minutes);
        let free = next_open(&set, now, federal_hours()).unwrap();
        prop_assert!(free >= now && free < now + Duration::hours(48));
        prop_assert!(tim_1(&set, free, federal_hours()).permits());
        // No quarter hour between now and then is open.
        let mut moment = now;
        while moment < free {
            prop_assert!(!tim_1(&set, moment, federal_hours()).permits());
            moment += Duration::minutes(15);
        }
    }

    #[test]
    fn every_local_hour_from_eight_to_twenty_is_open(minutes in 0_i64..3_000_000) {
        let now = at("2024-01-01T00:00:00Z") + Duration::minutes(minutes);
        let hour = now.with_timezone(&NEW_YORK).hour();
        let open = tim_1(&[NEW_YORK], now, federal_hours()).permits();
        prop_assert_eq!(open, (8..21).contains(&hour));
    }

    #[test]
    fn frq_1_counts_as_a_plain_loop_does(
        offsets in proptest::collection::vec(0_u64..20, 0..30), today in 0_u64..25,
    ) {
        let start = day("2026-01-01");
        let calls: Vec<CallFact> =
            offsets.iter().map(|n| CallFact::counted(start + Days::new(*n))).collect();
        let count = |today: u64| {
            offsets.iter().filter(|n| **n <= today && **n + 7 > today).count()
        };
        let finding = frq_1(&calls, start + Days::new(today), 7);
        prop_assert_eq!(blocks(&finding), count(today) >= 7);
        if let Some(change) = finding.changes_at {
            let first = u64::try_from((change.date_naive() - start).num_days()).unwrap();
            // Until then it stays full, if nothing later is logged yet.
            let known = |on: u64| {
                offsets.iter().filter(|n| **n <= today && **n + 7 > on).count()
            };
            prop_assert!(known(first) < 7);
            prop_assert!((today..first).all(|on| known(on) >= 7));
        }
    }

    #[test]
    fn the_validation_period_agrees_with_a_day_by_day_count(offset in 0_u64..9_000) {
        let sent = day("2022-01-01") + Days::new(offset);
        for calendar in [Calendar::Federal, Calendar::Statutory] {
            let sending = Sending { sent, returned: None, resent: None, receipt: None };
            let end = val_3(sending, calendar).unwrap();
            let mut left = 5;
            let mut receipt = sent;
            while left > 0 {
                receipt = receipt + Days::new(1);
                left -= i32::from(is_business_day(calendar, receipt));
            }
            prop_assert_eq!(end, receipt + Days::new(30));
        }
    }
}
