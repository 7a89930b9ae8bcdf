//! The validation notice as a step of its own: when, to whom, once.

use chrono::{DateTime, Utc};
use dunlin_domain::contact::{Disposition, Medium};
use dunlin_domain::facts::Facts;
use dunlin_domain::hold::HoldKind;
use dunlin_domain::outbox::State;
use dunlin_domain::policy::Policy;
use dunlin_domain::testkit::{self, day, now, with_contact, with_hold, with_notice};
use dunlin_domain::treatment::{NoticeStep, NoticeTo, notice_step, notice_words};
use dunlin_domain::worklist::{self, Kind, NextAction};
use proptest::prelude::*;

use super::today;

fn spoken(days: i64) -> Facts {
    with_contact(testkit::third_party(), days * 24, Medium::Call, Some(Disposition::Spoke))
}

fn step(facts: &Facts) -> Option<NoticeStep> {
    at(facts, now())
}

fn at(facts: &Facts, now: DateTime<Utc>) -> Option<NoticeStep> {
    notice_step(facts, &Policy::standard(), now, today(), false)
}

#[test]
fn it_is_wanted_from_the_first_communication_until_it_is_sent() {
    let wanted = step(&spoken(2)).expect("a notice");
    assert_eq!((wanted.initial, wanted.due), (Some(day(2026, 3, 8)), day(2026, 3, 13)));
    assert_eq!(wanted.balance, testkit::usd(20_000));
    assert_eq!(wanted.why[0].rule, "VAL-1");
    assert_eq!(step(&testkit::third_party()), None, "nothing was communicated yet");
    let begins = notice_step(&testkit::third_party(), &Policy::standard(), now(), today(), true).expect("it begins");
    assert_eq!((begins.initial, begins.due), (None, day(2026, 3, 15)));
    assert_eq!(step(&with_notice(spoken(2), 1)), None, "never twice");
    let mut queued = with_notice(spoken(2), 0);
    queued.outbox[0].1 = State::Queued;
    assert_eq!(step(&queued), None, "it waits to leave");
    queued.outbox[0].1 = State::Cancelled { at: now(), why: "x".to_owned() };
    assert!(step(&queued).is_some(), "it was taken back");
    let mut paid = spoken(2);
    for invoice in &mut paid.invoices {
        invoice.settled = Some(today());
    }
    assert_eq!(step(&paid), None, "paid");
    for own in [testkit::facts(), testkit::business()] {
        assert_eq!(step(&with_contact(own, 48, Medium::Letter, None)), None);
    }
    let mut other_name = with_contact(testkit::facts(), 48, Medium::Letter, None);
    let mut policy = Policy::standard();
    policy.gate.collects_in_name = "Recovery Partners".to_owned();
    assert!(notice_step(&other_name, &policy, now(), today(), false).is_some(), "in another's name");
    other_name.customer.kind = dunlin_domain::account::CustomerKind::Business;
    assert_eq!(notice_step(&other_name, &policy, now(), today(), false), None);
}

#[test]
fn holds_insulate_and_an_attorney_or_an_estate_gets_it() {
    let request = HoldKind::CreditorRequest { received: today(), written: true, answered: None };
    for stop in [HoldKind::Cease, HoldKind::IdentityTheft, HoldKind::Manual, request] {
        assert_eq!(step(&with_hold(spoken(2), stop)), None);
    }
    let attorney = HoldKind::Attorney { contact: "A. Law".to_owned(), letter_sent: None };
    let represented = with_hold(spoken(2), attorney);
    assert_eq!(step(&represented).expect("due all the same").to, NoticeTo::Attorney);
    assert_eq!(step(&with_hold(spoken(2), HoldKind::Deceased)).expect("due").to, NoticeTo::Estate);
    assert_eq!(step(&with_hold(with_hold(spoken(2), HoldKind::Deceased), HoldKind::Cease)), None);
    let rows = worklist::rows(&represented, &Policy::standard(), now(), today());
    let row = rows.iter().find(|row| row.kind == Kind::ValidationDue).expect("a row");
    assert_eq!(row.next_action, NextAction::Review);
    assert!(row.next_label.contains("attorney"));
}

#[test]
fn my_day_says_why_today_and_by_which_day() {
    let row = worklist::item(&spoken(2), &Policy::standard(), now(), today()).expect("a line").primary;
    assert_eq!((row.kind, row.next_action), (Kind::ValidationDue, NextAction::Letter));
    assert_eq!(row.due, day(2026, 3, 13));
    assert_eq!(row.why_today, "First communication 2 days ago; by law it is sent by 2026-03-13");
    let late = worklist::item(&spoken(9), &Policy::standard(), now(), today()).expect("a line").primary;
    assert_eq!(late.why_today, "First communication 9 days ago; it was due by 2026-03-06");
    assert!(row.score < late.score || row.due > late.due);
    let words = |facts: &Facts| notice_words(facts, &Policy::standard(), now(), today());
    assert_eq!(words(&testkit::facts()), None);
    assert!(words(&spoken(2)).expect("words").contains("by law it is sent by 2026-03-13"));
    assert!(words(&with_notice(spoken(2), 1)).expect("words").contains("runs through 2026-04-15"));
}

proptest! {
    /// Whatever was sent, queued or taken back in whatever order, at most one is wanted, and none
    /// while one is out that did not come back.
    #[test]
    fn it_is_never_doubled(states in prop::collection::vec(0_u8..5, 0..5), spoke in 0_i64..60) {
        let mut facts = spoken(spoke);
        for (index, state) in states.iter().enumerate() {
            facts = with_notice(facts, i64::try_from(index).expect("small"));
            let last = facts.outbox.last_mut().expect("one");
            match state {
                0 => last.1 = State::Queued,
                1 => last.1 = State::Printed { at: now() },
                2 => last.1 = State::Cancelled { at: now(), why: String::new() },
                3 => last.1 = State::Unknown { since: now(), why: String::new() },
                _ => {}
            }
        }
        let out = states.iter().any(|state| *state != 2);
        prop_assert_eq!(step(&facts).is_none(), out);
    }
}
