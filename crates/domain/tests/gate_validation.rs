//! The validation notice, a request for the original creditor, a discharge and a medical certificate
//! at the gate, on facts as the app records them.

use chrono::{DateTime, TimeDelta, Utc};
use domain::bankruptcy::CaseFile;
use domain::compliance::rules::claims::Bar;
use domain::compliance::{NoticeState, Purpose, clear, verdict};
use domain::contact::{Direction, Disposition, Medium};
use domain::facts::Facts;
use domain::hold::HoldKind;
use domain::ids::OrderId;
use domain::policy::Policy;
use domain::reason::{Lift, Refusal};
use domain::service_order::{OrderKind, ServiceOrder};
use domain::testkit::{Doing, Sample, day, facts, now, third_party, usd, with_contact, with_hold, with_notice};
use domain::treatment::StepTaken;
use dunlin_domain as domain;

const DAY: i64 = 24;

fn letter(facts: &Facts, purpose: Purpose) -> Sample {
    Sample {
        asks: matches!(purpose, Purpose::Dunning).then(|| (usd(20_000), vec![])),
        texts: vec!["TXT_MM_INITIAL", "TXT_MM_SUBSEQUENT", "TXT_OPTOUT"],
        ..Sample::new(facts, Doing::Contact(Medium::Letter, purpose))
    }
}

fn ask(item: Sample, facts: &Facts, at: DateTime<Utc>) -> Result<(), Refusal> {
    clear(item, facts, &Policy::standard(), at).map(|_| ())
}

fn dun(facts: &Facts) -> Result<(), Refusal> {
    ask(letter(facts, Purpose::Dunning), facts, now())
}

fn rules(refusal: &Refusal) -> Vec<&str> {
    refusal.reasons.iter().map(|reason| reason.rule.as_ref()).collect()
}

/// A third party that spoke with the consumer that many days ago.
fn spoken(days: i64) -> Facts {
    with_contact(third_party(), days * DAY, Medium::Call, Some(Disposition::Spoke))
}

#[test]
fn without_its_notice_a_debt_is_not_collected_from_the_sixth_day_on() {
    assert!(dun(&third_party()).is_ok(), "the letter is the initial communication");
    assert!(dun(&spoken(5)).is_ok(), "the fifth day is the last");
    let late = dun(&spoken(6)).expect_err("the sixth");
    assert_eq!((rules(&late), late.lift), (vec!["VAL-1"], Lift::Nobody));
    assert!(late.message.contains("2026-03-09") && late.remedy.contains("Send the validation notice"), "{late:?}");
    // Nobody answered, and a voicemail says nothing of the debt.
    for (medium, how) in [(Medium::Call, Some(Disposition::NoAnswer)), (Medium::Voicemail, None)] {
        let tried = with_contact(third_party(), 6 * DAY, medium, how);
        assert_eq!(NoticeState::of(&tried, now()).initial, None);
        assert!(dun(&tried).is_ok());
    }
    // The notice itself goes out late rather than never; a receipt does not collect.
    for purpose in [Purpose::ValidationNotice, Purpose::Receipt] {
        ask(letter(&spoken(6), purpose), &spoken(6), now()).expect("leaves");
    }
    let mut creditor = spoken(6);
    creditor.account.mode = facts().account.mode;
    assert!(dun(&creditor).is_ok(), "a creditor of its own debt has no such duty");
}

#[test]
fn a_notice_in_time_opens_the_way_and_a_late_one_is_a_supervisors() {
    let sent = with_notice(spoken(40), 36);
    assert!(dun(&sent).is_ok());
    let late = with_notice(spoken(40), 34);
    let refusal = dun(&late).expect_err("the sixth day");
    assert_eq!((rules(&refusal), refusal.lift), (vec!["VAL-1"], Lift::Supervisor));
    let state = NoticeState::of(&late, now());
    assert_eq!(state.end().expect("it arrived"), Some(day(2026, 3, 13)), "2026-02-04, five business days, thirty days");
    // Once the consumer had all of the period, it is history.
    let after = now() + TimeDelta::days(4);
    assert!(ask(letter(&late, Purpose::Dunning), &late, after).is_ok());
}

#[test]
fn a_notice_that_came_back_is_sent_again_first() {
    let mut facts = with_notice(spoken(10), 9);
    facts = with_contact(facts, 2 * DAY, Medium::Letter, Some(Disposition::NotInService));
    facts
        .contacts
        .iter_mut()
        .filter(|one| one.medium == Medium::Letter)
        .for_each(|one| one.direction = Direction::Inbound);
    let refusal = dun(&facts).expect_err("it came back");
    assert!(rules(&refusal).contains(&"VAL-3"), "{refusal:?}");
    assert_eq!(refusal.lift, Lift::Supervisor);
    assert!(dun(&with_notice(facts, 1)).is_ok());
}

#[test]
fn words_that_press_wait_for_the_end_of_the_period() {
    let facts = with_notice(spoken(10), 9);
    let pressing = Sample { presses: true, ..letter(&facts, Purpose::Dunning) };
    let refusal = ask(pressing.clone(), &facts, now()).expect_err("overshadows");
    assert_eq!((rules(&refusal), refusal.lift), (vec!["VAL-4"], Lift::Wait));
    let until = refusal.until.expect("the period ends");
    assert!(ask(pressing.clone(), &facts, until - TimeDelta::minutes(1)).is_err());
    assert!(ask(pressing, &facts, until).is_ok());
    // Before the notice its period is not known.
    let before = Sample { presses: true, ..letter(&third_party(), Purpose::Dunning) };
    let refusal = ask(before, &third_party(), now()).expect_err("no period yet");
    assert_eq!((rules(&refusal), refusal.lift), (vec!["VAL-4"], Lift::Supervisor));
}

#[test]
fn a_request_for_the_creditor_stops_collection_until_it_is_answered() {
    let request = |received, written, answered| HoldKind::CreditorRequest { received, written, answered };
    let base = with_notice(spoken(10), 9);
    let asked = with_hold(base.clone(), request(day(2026, 3, 9), true, None));
    let refusal = dun(&asked).expect_err("asked");
    assert_eq!((rules(&refusal), refusal.lift), (vec!["DSP-2"], Lift::Nobody));
    ask(letter(&asked, Purpose::DisputeAnswer), &asked, now()).expect("the answer may leave");
    assert!(dun(&with_hold(base.clone(), request(day(2026, 3, 9), true, Some(day(2026, 3, 10))))).is_ok());
    let orally = dun(&with_hold(base.clone(), request(day(2026, 3, 9), false, None))).expect_err("orally");
    assert_eq!((rules(&orally), orally.lift), (vec!["DSP-2"], Lift::Supervisor));
    // After the period a person decides; before any notice the period has not begun.
    let late = with_hold(with_notice(spoken(60), 58), request(day(2026, 3, 9), true, None));
    assert_eq!(dun(&late).expect_err("late").lift, Lift::Supervisor);
    let early = with_hold(spoken(2), request(day(2026, 3, 9), true, None));
    assert_eq!(dun(&early).expect_err("early").lift, Lift::Nobody);
}

#[test]
fn a_written_dispute_after_the_period_is_a_supervisors() {
    let disputed = |mut facts: Facts| {
        for (index, invoice) in facts.invoices.clone().into_iter().enumerate() {
            facts.disputes.push(domain::invoice::Dispute {
                id: domain::ids::DisputeId(uuid::Uuid::from_u128(index as u128 + 1)),
                invoice: invoice.id,
                amount: invoice.amount,
                reason: "not mine".to_owned(),
                opened: day(2026, 3, 9),
                written: true,
                resolved: None,
            });
        }
        facts
    };
    let call = |facts: &Facts| {
        let act = domain::compliance::Act::Call { point: None, purpose: Purpose::AchEnrollment };
        verdict(&act, facts, &Policy::standard(), now())
    };
    let within = call(&disputed(with_notice(with_contact(third_party(), 10 * DAY, Medium::Letter, None), 9)));
    assert!(!within.permits() && !within.overridable());
    let after = call(&disputed(with_notice(with_contact(third_party(), 60 * DAY, Medium::Letter, None), 58)));
    assert!(!after.permits() && after.overridable(), "{after:?}");
}

fn bankrupt(file: CaseFile) -> HoldKind {
    let chapter = "7".to_owned();
    HoldKind::Bankruptcy { chapter, case_number: "26-1".to_owned(), petition: day(2025, 11, 3), file: Box::new(file) }
}

#[test]
fn a_discharged_debt_is_never_collected_and_a_dismissed_case_is_counsels() {
    let on = Some(day(2026, 3, 10));
    for base in [facts(), third_party()] {
        let discharged = with_hold(base.clone(), bankrupt(CaseFile { discharged: on, ..CaseFile::default() }));
        let refusal = dun(&discharged).expect_err("discharged");
        assert!(rules(&refusal).contains(&"BK-2") && refusal.lift == Lift::Nobody, "{refusal:?}");
        let dismissed = with_hold(base.clone(), bankrupt(CaseFile { dismissed: on, ..CaseFile::default() }));
        let refusal = dun(&dismissed).expect_err("dismissed");
        assert_eq!((rules(&refusal), refusal.lift), (vec!["BK-1"], Lift::Supervisor));
        let stayed = with_hold(base, bankrupt(CaseFile::default()));
        assert_eq!(dun(&stayed).expect_err("stayed").lift, Lift::Nobody);
    }
}

#[test]
fn a_case_file_counts_its_bar_date_and_names_what_it_lacks() {
    let petition = day(2025, 11, 3);
    let file = CaseFile::default();
    assert_eq!(file.bar("13", petition), Bar::On(day(2026, 1, 12)), "70 days: 2026-01-12, a Monday");
    assert_eq!(file.bar("11", petition), Bar::FromCourtOrder);
    let none = CaseFile { assets: Some(false), ..CaseFile::default() };
    assert_eq!(none.bar("7", petition), Bar::DoNotFile);
    let notice = CaseFile { asset_notice: Some(day(2026, 1, 5)), ..none };
    assert_eq!(notice.bar("7", petition), Bar::On(day(2026, 4, 6)), "90 days: a Sunday, the next day");
    let city = CaseFile { government: true, ..CaseFile::default() };
    assert_eq!(city.bar("13", petition), Bar::On(day(2026, 5, 4)), "180 days: a Saturday, then Monday");
    let court = CaseFile { claim_bar: Some(day(2026, 2, 2)), ..CaseFile::default() };
    assert_eq!(court.bar("11", petition), Bar::On(day(2026, 2, 2)));

    let missing = file.missing("11", "26-1", petition);
    assert!(missing.contains(&"Court") && missing.contains(&"Last day to file a claim"), "{missing:?}");
    assert!(!missing.contains(&"Trustee") && !missing.contains(&"Case number"), "{missing:?}");
    assert!(file.missing("13", "", petition).contains(&"Case number"));
}

fn suspend(facts: &Facts) -> Result<(), Refusal> {
    let order = ServiceOrder {
        id: OrderId(uuid::Uuid::from_u128(1)),
        account: facts.account.id,
        service: facts.services[0].id,
        kind: OrderKind::Suspend,
        approval: None,
    };
    clear(order, facts, &Policy::standard(), now()).map(|_| ())
}

#[test]
fn a_medical_certificate_keeps_the_service_up_while_it_runs() {
    let medical = |certified| HoldKind::Medical { certified, unable_to_pay: None, agreed_plan: None };
    let mut ready = facts();
    ready.steps.push(StepTaken::new(None, "Final notice", day(2026, 2, 1)));
    assert!(suspend(&ready).is_ok());
    let refusal = suspend(&with_hold(ready.clone(), medical(day(2026, 2, 8)))).expect_err("thirty days");
    assert_eq!(rules(&refusal), ["UT-3"]);
    assert!(suspend(&with_hold(ready.clone(), medical(day(2026, 2, 7)))).is_ok(), "it ran out yesterday");
    ready.customer.address.state = "IL".to_owned();
    assert!(suspend(&with_hold(ready.clone(), medical(day(2026, 2, 7)))).is_err(), "sixty days in Illinois");
    assert!(dun(&with_hold(facts(), medical(day(2026, 3, 9)))).is_ok(), "it stops a cut-off and nothing else");
}
