//! Acts on an account, what they leave behind, and taking them back.

use contract::{Act, ErrorCode, Field, Host as _, SearchQuery};

use crate::common::{Office, assert_told};

fn call(disposition: &str) -> Act {
    Act::RecordContact {
        medium: "call".to_owned(),
        direction: "outbound".to_owned(),
        point: "208-342-5550".to_owned(),
        disposition: disposition.to_owned(),
        note: "a note on the call".to_owned(),
        promise_amount: None,
        promise_currency: None,
        date: None,
    }
}

fn note(text: &str) -> Act {
    Act::AddNote { note: text.to_owned() }
}

fn hold(kind: &str, fields: &[(&str, &str)]) -> Act {
    let fields =
        fields.iter().map(|(name, value)| Field { name: (*name).to_owned(), value: (*value).to_owned() }).collect();
    Act::PlaceHold { kind: kind.to_owned(), note: "the customer asked".to_owned(), until: None, fields }
}

#[test]
fn a_call_is_in_the_log_is_counted_and_leaves_the_next_one() {
    let office = Office::open();
    assert_eq!(office.view("A-1").contact.calls_used, 0);
    let outcome = office.act("A-1", call("no_answer")).expect("recorded");
    assert!(!outcome.message.is_empty());
    assert_eq!(outcome.undo, None, "what took place is corrected, not undone");
    let view = office.view("A-1");
    assert_eq!(view.contact.calls_used, 1);
    assert_eq!((view.follow_ups[0].due.as_str(), view.follow_ups[0].what.as_str()), ("2026-03-12", "Call again"));
    let first = office.timeline("A-1").remove(0);
    assert!(first.kind == "call" && first.summary.contains("no answer"), "{first:?}");
    assert_eq!((first.detail.as_str(), first.actor.as_str()), ("a note on the call", crate::common::USER));
    assert!(first.correctable);
    let correct = Act::CorrectContact {
        corrects: first.id,
        note: "it was busy".to_owned(),
        disposition: Some("busy".to_owned()),
    };
    office.act("A-1", correct).expect("corrected");
    assert!(office.timeline("A-1")[0].summary.starts_with("Correction"));
    assert_eq!(office.view("A-1").contact.calls_used, 0, "a busy line is no call (12 CFR 1006.14(b)(3))");
}

#[test]
fn a_wrong_number_is_never_called_again() {
    let office = Office::open();
    office.act("A-1", call("wrong_number")).expect("recorded");
    let view = office.view("A-1");
    assert!(view.points.iter().any(|point| point.kind == "phone" && point.bad));
    assert_ne!(view.contact.state, "yes");
}

#[test]
fn notes_are_kept_found_and_never_empty() {
    let office = Office::open();
    office.act("A-2", note("asked about the zebra crossing fee")).expect("noted");
    assert_eq!(office.timeline("A-2")[0].detail, "asked about the zebra crossing fee");
    let hits = office.desk.search(SearchQuery { text: "zebra".to_owned(), limit: 5 }).expect("found");
    assert_eq!((hits.len(), hits[0].account.clone()), (1, office.account("A-2")));
    let empty = office.act("A-2", note("  ")).expect_err("empty");
    assert_eq!(empty.code, ErrorCode::Refused);
    assert!(!empty.remedy.is_empty(), "{empty:?}");
}

#[test]
fn a_hold_pauses_the_account_and_its_undo_lets_it_go_on() {
    let office = Office::open();
    let outcome = office.act("A-1", hold("manual", &[])).expect("placed");
    assert_eq!(office.view("A-1").holds.len(), 1);
    assert_ne!(office.kind("A-1").as_deref(), Some("step_due"));
    assert!(!crate::common::numbers(&office.propose("letter")).contains(&"A-1"));
    assert_eq!(office.act("A-1", hold("manual", &[])).expect_err("a twin").code, ErrorCode::Refused);
    office.act("A-1", outcome.undo.expect("can be undone")).expect("released");
    assert!(office.view("A-1").holds.is_empty());
    assert!(crate::common::numbers(&office.propose("letter")).contains(&"A-1"));
}

#[test]
fn a_hold_names_the_field_that_is_missing() {
    let office = Office::open();
    let missing = office.act("A-1", hold("bankruptcy", &[("chapter", "7")])).expect_err("no case number");
    assert_eq!(missing.field.as_deref(), Some("case_number"));
    assert_eq!(office.act("A-1", hold("whatever", &[])).expect_err("no such kind").field.as_deref(), Some("kind"));
    office
        .act("A-1", hold("bankruptcy", &[("chapter", "7"), ("case_number", "26-1"), ("petition", "2026-03-09")]))
        .expect("placed");
    assert_eq!(office.view("A-1").contact.state, "no");
}

#[test]
fn a_dispute_takes_its_amount_out_and_its_undo_brings_it_back() {
    let office = Office::open();
    let invoice = office.view("A-2").invoices.into_iter().find(|one| one.number == "I-2").expect("an invoice").id;
    let dispute = |amount: &str| Act::OpenDispute {
        invoice: invoice.clone(),
        amount: amount.to_owned(),
        reason: "was never installed".to_owned(),
        written: false,
    };
    let too_much = office.act("A-2", dispute("80.01")).expect_err("more than is open");
    assert!(too_much.message.contains("$80.00"), "{too_much:?}");
    let outcome = office.act("A-2", dispute("30.00")).expect("opened");
    let view = office.view("A-2");
    assert_eq!(
        (view.aging[0].open.as_str(), view.aging[0].disputed.as_str(), view.aging[0].undisputed.as_str()),
        ("130.00", "30.00", "100.00")
    );
    assert_eq!(view.disputes[0].amount.amount, "30.00");
    let run = office.propose("letter");
    let member = run.members.iter().find(|one| one.number == "A-2").expect("the rest is dunned");
    assert_eq!(member.amount.amount, "100.00");
    office.act("A-2", outcome.undo.expect("can be undone")).expect("resolved");
    assert_eq!(office.view("A-2").aging[0].disputed, "0.00");
}

#[test]
fn a_payment_pays_the_oldest_first_and_a_returned_one_is_open_again() {
    let office = Office::open();
    let pay = |reference: &str, invoices: Vec<String>| Act::RecordPayment {
        amount: "$100.00".to_owned(),
        currency: "USD".to_owned(),
        posted: "2026-03-10".to_owned(),
        method: "check".to_owned(),
        reference: reference.to_owned(),
        invoices,
    };
    office.act("A-2", pay("check 7", Vec::new())).expect("recorded");
    let view = office.view("A-2");
    let open = |number: &str| view.invoices.iter().find(|one| one.number == number).map(|one| one.open.amount.clone());
    assert_eq!((open("I-2").as_deref(), open("I-3").as_deref()), (Some("0.00"), Some("30.00")));
    assert_eq!(view.payments[0].pays, ["I-2", "I-3"]);
    let twin = office.act("A-2", pay("check 7", Vec::new())).expect_err("recorded already");
    assert!(twin.reasons.iter().any(|reason| reason.rule == "PAY-1"), "{twin:?}");
    let back = Act::ReversePayment {
        payment: view.payments[0].id.clone(),
        on: "2026-03-10".to_owned(),
        reason: "R01".to_owned(),
    };
    office.act("A-2", back).expect("returned");
    assert_eq!(office.view("A-2").aging[0].open, "130.00");
    assert_eq!(office.kind("A-2").as_deref(), Some("returned_payment"));
}

#[test]
fn what_was_typed_wrong_is_named_by_its_field() {
    let office = Office::open();
    let payment = |amount: &str, posted: &str| Act::RecordPayment {
        amount: amount.to_owned(),
        currency: "USD".to_owned(),
        posted: posted.to_owned(),
        method: "ACH".to_owned(),
        reference: String::new(),
        invoices: Vec::new(),
    };
    for (act, field) in [(payment("lots", "2026-03-10"), "amount"), (payment("10", "tomorrow"), "posted")] {
        let error = office.act("A-1", act).expect_err("wrong");
        assert_eq!((error.code, error.field.as_deref()), (ErrorCode::Invalid, Some(field)));
        assert!(!error.message.is_empty() && !error.remedy.is_empty());
    }
    let future = office.act("A-1", payment("10", "2026-03-11")).expect_err("in the future");
    assert_eq!(future.field.as_deref(), Some("posted"), "a rule's field is named as well: {future:?}");
    let nowhere =
        office.desk.act(contract::ActRequest { account: "nonsense".to_owned(), act: note("x") }).expect_err("no id");
    assert_eq!(nowhere.code, ErrorCode::NotFound);
    assert_told(&nowhere, "nonsense");
}

#[test]
fn numbers_and_addresses_change_and_change_back() {
    let office = Office::open();
    let point = |id: Option<String>, value: &str| Act::PutPoint {
        id,
        kind: "email".to_owned(),
        value: value.to_owned(),
        label: "accounting".to_owned(),
        bad: false,
        consented: true,
    };
    assert_eq!(
        office.act("A-1", point(None, "not an address")).expect_err("no address").field.as_deref(),
        Some("value")
    );
    let outcome = office.act("A-1", point(None, "one@example.com")).expect("added");
    assert_eq!(
        office.day().rows.iter().find(|row| row.number == "A-1").expect("a row").next,
        "email",
        "it can be reached by email now"
    );
    office.act("A-1", outcome.undo.expect("can be undone")).expect("removed");
    assert!(office.view("A-1").points.iter().all(|point| point.kind != "email"));
    let moved = contract::AddressView {
        lines: vec!["200 Other Street".to_owned()],
        city: "Nampa".to_owned(),
        state: "ID".to_owned(),
        zip: "83651".to_owned(),
    };
    let outcome = office.act("A-1", Act::SetAddress { address: moved }).expect("moved");
    assert_eq!(office.view("A-1").address_parts.zip, "83651");
    office.act("A-1", outcome.undo.expect("can be undone")).expect("moved back");
    assert_eq!(office.view("A-1").address_parts.zip, "83702");
}

#[test]
fn tasks_come_back_on_their_day() {
    let office = Office::open();
    let task =
        Act::ScheduleFollowUp { due: "2026-03-12".to_owned(), what: "Send the contract".to_owned(), assignee: None };
    let outcome = office.act("A-5", task).expect("planned");
    assert_eq!(office.kind("A-5"), None);
    office.clock.set("2026-03-12T18:00:00Z");
    assert_eq!(office.kind("A-5").as_deref(), Some("follow_up"), "My day is planned afresh for a new day");
    office.act("A-5", outcome.undo.expect("can be undone")).expect("done");
    assert_eq!(office.kind("A-5"), None);
}

#[test]
fn times_of_day_are_told_by_the_twelve_hour_clock() {
    let office = Office::open();
    let view = office.view("A-1");
    assert_eq!(view.local_time.as_deref(), Some("12:00 PM"));
    assert!(view.contact.text.starts_with("May call now until 9:00 PM in Boise"), "{}", view.contact.text);
    let fields = [("days", "Tue"), ("from", "10:00"), ("to", "13:30")]
        .map(|(name, value)| Field { name: name.to_owned(), value: value.to_owned() });
    let hold = Act::PlaceHold {
        kind: "inconvenient_time".to_owned(),
        note: String::new(),
        until: None,
        fields: fields.to_vec(),
    };
    office.act("A-1", hold).expect("placed");
    let view = office.view("A-1");
    assert_eq!(view.holds[0].label, "Not 10:00 AM to 1:30 PM");
    let why = "May call from 1:30 PM in Boise, in 90 minutes: It is Tue 12:00 PM in America/Denver; the customer asked \
               not to be contacted from 10:00 AM to 1:30 PM";
    assert_eq!(view.contact.text, why);
}
