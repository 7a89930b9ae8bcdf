//! The gate on one account, case by case: what passes, what is refused, why, and what to do.

use chrono::{DateTime, TimeDelta, TimeZone as _, Utc};
use domain::account::PointKind;
use domain::arrangement::{Arrangement, ArrangementKind, Installment};
use domain::compliance::{Cleared, Purpose, clear, required_texts};
use domain::contact::{Disposition, Medium};
use domain::facts::Facts;
use domain::hold::HoldKind;
use domain::ids::{AccountId, ArrangementId};
use domain::policy::Policy;
use domain::reason::{Lift, Refusal};
use domain::testkit::{
    Doing, Sample, business, cleared, day, facts, now, point, third_party, usd, with_contact, with_hold, with_invoice,
};
use dunlin_domain as domain;
use uuid::Uuid;

fn letter(facts: &Facts) -> Sample {
    Sample {
        asks: Some((usd(20_000), vec![])),
        texts: vec!["TXT_MM_INITIAL", "TXT_OPTOUT"],
        ..Sample::new(facts, Doing::Contact(Medium::Letter, Purpose::Dunning))
    }
}

fn call(facts: &Facts) -> Sample {
    Sample::new(facts, Doing::Contact(Medium::Call, Purpose::Dunning))
}

fn email(facts: &Facts) -> Sample {
    let to = "Customer@Example.com".to_owned();
    Sample { doing: Doing::Email(to, Purpose::Dunning), ..letter(facts) }
}

fn pass(item: Sample, facts: &Facts, at: DateTime<Utc>) -> Result<Cleared<Sample>, Refusal> {
    clear(item, facts, &Policy::standard(), at)
}

fn refused(item: Sample, facts: &Facts) -> Refusal {
    pass(item, facts, now()).expect_err("refused")
}

fn rule(refusal: &Refusal) -> &str {
    refusal.reasons.first().map_or("", |reason| &reason.rule)
}

#[test]
fn a_sample_of_every_channel_passes_for_every_profile() {
    for facts in [facts(), business(), third_party()] {
        let passed = cleared(letter(&facts), &facts);
        assert_eq!(passed.at(), now());
        assert!(!passed.reasons().is_empty());
        assert_eq!(passed.into_item(), letter(&facts));
        let _ = cleared(email(&facts), &facts);
        let _ = cleared(call(&facts), &facts);
    }
}

#[test]
fn another_accounts_facts_clear_nothing() {
    let facts = facts();
    let mut item = letter(&facts);
    item.account = AccountId::derive("billing", "another");
    assert_eq!(rule(&refused(item, &facts)), "GATE-ACCOUNT");
}

#[test]
fn what_was_paid_disputed_or_promised_since_is_not_asked_for() {
    let base = facts();
    let mut paid = base.clone();
    paid.invoices[0].settled = Some(day(2026, 3, 9));
    let refusal = refused(letter(&paid), &paid);
    assert_eq!(rule(&refusal), "GATE-CLAIM");
    assert_eq!(refusal.message, "The balance changed: it asks for $200.00, and $80.00 is open.");
    paid.invoices[1].settled = Some(day(2026, 3, 9));
    assert!(refused(letter(&paid), &paid).message.contains("nothing is open"));
    let mut silent = letter(&paid);
    silent.asks = None;
    assert_eq!(rule(&refused(silent, &paid)), "GATE-CLAIM", "without an amount too");

    let both: Vec<_> = base.invoices.iter().map(|invoice| invoice.id).collect();
    let mut named = letter(&base);
    named.asks = Some((usd(20_000), both.clone()));
    let _ = cleared(named.clone(), &base);
    let held = with_hold(base.clone(), HoldKind::Invoice { invoice: both[1] });
    assert!(refused(named, &held).message.contains("INV-2 is on hold"));
    // Without names it is the account's figure that leaves the held invoice out.
    let mut rest = letter(&held);
    rest.asks = Some((usd(12_000), vec![]));
    let _ = cleared(rest, &held);

    let mut disputed = base.clone();
    disputed.invoices[0].disputed = true;
    let mut item = letter(&disputed);
    item.asks = Some((usd(8_000), vec![]));
    let _ = cleared(item, &disputed);
    // An invoice that is not due yet is no part of it.
    let ahead = with_invoice(base, "INV-3", day(2026, 4, 1), usd(5_000));
    let _ = cleared(letter(&ahead), &ahead);
}

#[test]
fn a_reminder_leaves_alone_what_is_promised_or_held_and_may_ask_ahead() {
    let base = with_invoice(facts(), "INV-3", day(2026, 3, 25), usd(5_000));
    let all: Vec<_> = base.invoices.iter().map(|invoice| invoice.id).collect();
    let reminder = |facts: &Facts| Sample {
        doing: Doing::Contact(Medium::Letter, Purpose::Reminder),
        asks: Some((usd(25_000), all.clone())),
        ..letter(facts)
    };
    let _ = cleared(reminder(&base), &base);
    let mut promised = base.clone();
    promised.arrangements.push(Arrangement {
        id: ArrangementId(Uuid::from_u128(1)),
        kind: ArrangementKind::Promise,
        agreed: now(),
        agreed_on: day(2026, 3, 10),
        covers: vec![all[0]],
        installments: vec![Installment { due: day(2026, 3, 20), amount: usd(12_000) }],
        policy_version: 1,
        approved_by: None,
        cancelled: None,
        before: vec![],
    });
    let refusal = refused(reminder(&promised), &promised);
    assert_eq!(rule(&refusal), "GATE-CLAIM");
    assert!(refusal.message.contains("INV-1 is in an arrangement that is kept"), "{}", refusal.message);
    promised.arrangements[0].cancelled = Some(now());
    let _ = cleared(reminder(&promised), &promised);
    let held = with_hold(base, HoldKind::Invoice { invoice: all[2] });
    assert!(refused(reminder(&held), &held).message.contains("INV-3 is on hold"));
}

#[test]
fn the_address_must_be_the_customers_and_usable() {
    let mut facts = facts();
    let mut item = email(&facts);
    item.doing = Doing::Email("somebody@example.com".to_owned(), Purpose::Dunning);
    assert_eq!(rule(&refused(item, &facts)), "GATE-POINT");
    facts.customer.points[1].opted_out = true;
    let refusal = refused(email(&facts), &facts);
    assert_eq!((rule(&refusal), refusal.lift), ("GATE-POINT", Lift::Nobody));
    assert!(refusal.remedy.contains("another"));
    facts.customer.points[0].bad = true;
    assert_eq!(rule(&refused(call(&facts), &facts)), "GATE-POINT");
    facts.customer.address.zip.clear();
    assert!(refused(letter(&facts), &facts).message.contains("postal address"));
}

#[test]
fn hours_are_those_of_every_zone_the_customer_may_be_in() {
    let mut facts = facts();
    // 07:30 in Boise.
    let early = now() - TimeDelta::minutes(210);
    let refusal = pass(call(&facts), &facts, early).expect_err("too early");
    assert_eq!((rule(&refusal), refusal.lift), ("TIM-1", Lift::Wait));
    assert_eq!(refusal.until, Some(early + TimeDelta::minutes(30)));
    let _ = pass(letter(&facts), &facts, early).expect("a letter has no hour");
    // A second telephone in New York: 20:30 in Boise is 22:30 there.
    facts.customer.points.push(point(3, PointKind::Phone, "212-555-0100"));
    let late = Utc.with_ymd_and_hms(2026, 3, 11, 2, 30, 0).single().expect("a moment");
    assert!(pass(call(&facts), &facts, late).is_err());
    facts.customer.points.pop();
    assert!(pass(call(&facts), &facts, late).is_ok());
    // Nobody knows where: a supervisor.
    facts.customer.address.country = "FR".to_owned();
    let refusal = refused(call(&facts), &facts);
    assert_eq!((rule(&refusal), refusal.lift), ("TIM-2", Lift::Supervisor));
    let _ = pass(call(&facts).approved(now()), &facts, now()).expect("approved");
}

#[test]
fn business_hours_may_be_exceeded_with_a_fresh_approval_and_consumer_hours_may_not() {
    let night = now() + TimeDelta::hours(12);
    for (facts, lift) in [(business(), Lift::Supervisor), (third_party(), Lift::Wait)] {
        let refusal = pass(call(&facts), &facts, night).expect_err("night");
        assert_eq!(refusal.lift, lift);
        let approved = pass(call(&facts).approved(night), &facts, night);
        assert_eq!(approved.is_ok(), lift == Lift::Supervisor);
        let stale = call(&facts).approved(night - TimeDelta::hours(25));
        assert!(pass(stale, &facts, night).is_err());
        let ahead = call(&facts).approved(night + TimeDelta::hours(1));
        assert!(pass(ahead, &facts, night).is_err());
    }
}

#[test]
fn calls_are_capped_and_a_correction_counts_once() {
    let mut capped = third_party();
    for index in 0..7 {
        capped = with_contact(capped, 24 * index + 3, Medium::Call, Some(Disposition::NoAnswer));
    }
    let refusal = refused(call(&capped), &capped);
    assert_eq!((rule(&refusal), refusal.lift), ("FRQ-3", Lift::Supervisor));
    let boise_morning = Utc.with_ymd_and_hms(2026, 3, 11, 14, 0, 0).single();
    assert_eq!(refusal.until, boise_morning, "when the oldest call leaves the window and hours open");
    // The last entry replaces the one before it: six calls.
    let replaced = capped.contacts[5].id;
    capped.contacts[6].corrects = Some(replaced);
    let _ = cleared(call(&capped), &capped);
    // Busy lines do not count.
    capped.contacts[6].corrects = None;
    capped.contacts[0].disposition = Some(Disposition::Busy);
    let _ = cleared(call(&capped), &capped);
}

#[test]
fn after_a_conversation_a_week_passes_unless_the_customer_asked_for_the_call() {
    let spoke = with_contact(third_party(), 50, Medium::Call, Some(Disposition::Spoke));
    assert_eq!(rule(&refused(call(&spoke), &spoke)), "FRQ-3");
    let mut back = with_contact(third_party(), 50, Medium::Call, Some(Disposition::CallBack));
    let _ = cleared(call(&back), &back);
    back.contacts[0].note = "asks to be called on Thursday".to_owned();
    assert!(pass(call(&back), &back, now()).is_err(), "now is a Tuesday");
}

#[test]
fn what_the_customer_or_a_court_stopped_stays_stopped() {
    let attorney = HoldKind::Attorney { contact: "A. Law, 1 Main St".to_owned(), letter_sent: Some(day(2026, 3, 2)) };
    let stay = HoldKind::Bankruptcy {
        chapter: "7".to_owned(),
        case_number: "26-1".to_owned(),
        petition: day(2026, 3, 2),
        file: Box::default(),
    };
    let refuses = |medium| HoldKind::RefusedMedium { medium };
    let evening =
        HoldKind::InconvenientTime { days: vec!["Tue".to_owned()], from: "10:00".to_owned(), to: "12:00".to_owned() };
    let unreadable = HoldKind::InconvenientTime {
        days: vec!["weekdays".to_owned()],
        from: "10:00".to_owned(),
        to: "12:00".to_owned(),
    };
    for (hold, expected) in [
        (HoldKind::Cease, "CEA-1"),
        (attorney, "ATT-1"),
        (stay, "BK-1"),
        (refuses(Medium::Call), "MED-1"),
        (refuses(Medium::Voicemail), "MED-1"),
        (evening, "TIM-3"),
        (unreadable, "TIM-3"),
        (HoldKind::IdentityTheft, "IDT-2"),
        (HoldKind::Deceased, "DEC-1"),
        (HoldKind::Manual, "GATE-HOLD"),
    ] {
        for base in [third_party(), facts(), business()] {
            let held = with_hold(base, hold.clone());
            let refusal = refused(call(&held), &held);
            assert_eq!(rule(&refusal), expected, "{hold:?}");
            assert!(!refusal.remedy.is_empty());
        }
    }
}

#[test]
fn a_written_cease_binds_the_creditor_only_where_the_state_says_so() {
    let mut held = with_hold(facts(), HoldKind::Cease);
    assert_eq!(refused(letter(&held), &held).lift, Lift::Supervisor);
    held.customer.address.state = "CA".to_owned();
    let refusal = refused(letter(&held), &held);
    assert_eq!((rule(&refusal), refusal.lift), ("ST-CA", Lift::Nobody));
    let mut last = letter(&held);
    last.doing = Doing::Contact(Medium::Letter, Purpose::EffortsEnd);
    last.asks = None;
    let _ = cleared(last, &held);
}

#[test]
fn a_collectors_words_hold_the_required_texts() {
    let facts = third_party();
    let mut item = email(&facts);
    item.texts.clear();
    assert_eq!(rule(&refused(item.clone(), &facts)), "OPT-1");
    item.texts = vec!["TXT_OPTOUT"];
    let refusal = refused(item.clone(), &facts);
    assert_eq!(rule(&refusal), "GATE-TEXT");
    assert!(refusal.message.contains("TXT_MM_INITIAL"));
    let later = with_contact(facts.clone(), 100, Medium::Letter, None);
    item.texts = vec!["TXT_OPTOUT", "TXT_MM_SUBSEQUENT"];
    let _ = cleared(item.clone(), &later);
    let act = domain::compliance::Leaves::act(&item);
    let ids: Vec<_> = required_texts(&act, &facts, &Policy::standard(), now());
    assert_eq!(ids.iter().map(|id| id.id()).collect::<Vec<_>>(), ["TXT_MM_INITIAL", "TXT_OPTOUT"]);
}

#[test]
fn a_letter_that_came_back_stops_the_next_until_the_address_is_mended() {
    let mut facts = facts();
    facts.follow_ups.push(domain::contact::FollowUp {
        id: domain::ids::FollowUpId(uuid::Uuid::from_u128(1)),
        account: facts.account.id,
        due: day(2026, 3, 10),
        what: domain::followup::RETURNED_MAIL.to_owned(),
        why: "a letter came back".to_owned(),
        done: None,
        assignee: None,
    });
    let refusal = pass(letter(&facts), &facts, now()).expect_err("nobody lives there");
    assert!(refusal.message.contains("came back"), "{}", refusal.message);
    facts.follow_ups[0].done = Some(now());
    pass(letter(&facts), &facts, now()).expect("the address is mended");
}
