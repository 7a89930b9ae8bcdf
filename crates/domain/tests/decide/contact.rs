//! The contact log: what follows from how a call ended, notes, corrections.

use super::*;
use dunlin_domain::arrangement::{ArrangementKind, insulated_invoices};
use dunlin_domain::ids::ContactId;
use dunlin_domain::testkit::usd;
use dunlin_domain::treatment::{Anchor, Channel, LadderMode, Level, Segment, TreatmentPolicy};

#[test]
fn an_attempt_is_logged_and_the_next_one_is_scheduled_on_a_business_day() {
    let mut world = World::new();
    world.later(2);
    let plan = world.act(Command::RecordContact(call(Disposition::NoAnswer)));
    assert_eq!(kinds(&plan), ["contact.recorded"]);
    assert_eq!(plan.history[0].summary, "Call: no answer");
    let logged = &world.facts.contacts[0];
    assert_eq!((logged.local_date, logged.actor.as_str()), (world.today, "Robin"));
    // Two days after Thursday is Saturday.
    assert_eq!(world.tasks(), [("2026-03-16".to_owned(), "Call again")]);
}

#[test]
fn every_outcome_leaves_a_next_action() {
    for outcome in [
        Disposition::NoAnswer,
        Disposition::LeftMessage,
        Disposition::Busy,
        Disposition::NotInService,
        Disposition::WrongNumber,
        Disposition::ThirdParty,
        Disposition::Spoke,
        Disposition::PromiseToPay,
        Disposition::SaysPaid,
        Disposition::Disputes,
        Disposition::RefusesToPay,
        Disposition::CallBack,
    ] {
        let mut world = World::new();
        world.policy.treatment = TreatmentPolicy::default();
        world.act(Command::RecordContact(call(outcome)));
        assert_eq!(world.tasks().len(), 1, "{outcome:?}");
        assert!(world.facts.follow_ups[0].due > world.today);
    }
}

#[test]
fn a_second_attempt_answers_the_first_ones_task_and_doubles_nothing() {
    let mut world = World::new();
    world.act(Command::RecordContact(call(Disposition::NoAnswer)));
    world.later(2);
    world.act(Command::RecordContact(call(Disposition::NoAnswer)));
    assert_eq!(world.tasks(), [("2026-03-16".to_owned(), "Call again")]);
    world.act(Command::RecordContact(call(Disposition::NoAnswer)));
    assert_eq!(world.tasks().len(), 1, "the same day again");
}

#[test]
fn an_attempt_does_not_answer_what_is_not_a_call_but_a_conversation_does() {
    let mut world = World::new();
    let due = world.today;
    for what in ["Work the credit request", "Call about INV-1"] {
        world.act(Command::ScheduleFollowUp { due, what: what.to_owned(), assignee: None });
    }
    world.act(Command::RecordContact(call(Disposition::Busy)));
    assert!(world.tasks().iter().any(|(_, what)| *what == "Work the credit request"));
    assert!(!world.tasks().iter().any(|(_, what)| *what == "Call about INV-1"));
    world.act(Command::RecordContact(call(Disposition::Spoke)));
    assert!(!world.tasks().iter().any(|(_, what)| *what == "Work the credit request"));
}

#[test]
fn what_the_contact_answers_can_be_named() {
    let mut world = World::new();
    let due = world.today;
    world.act(Command::ScheduleFollowUp { due, what: "One".to_owned(), assignee: None });
    world.act(Command::ScheduleFollowUp { due, what: "Two".to_owned(), assignee: None });
    let answers = Some(vec![world.facts.follow_ups[0].id]);
    world.act(Command::RecordContact(RecordContact { answers, ..call(Disposition::Spoke) }));
    assert!(world.tasks().iter().any(|(_, what)| *what == "Two"));
    assert!(!world.tasks().iter().any(|(_, what)| *what == "One"));
}

#[test]
fn a_wrong_or_dead_number_is_bad_however_it_is_written() {
    for outcome in [Disposition::WrongNumber, Disposition::NotInService] {
        let mut world = World::new();
        let point = "(208) 342-5550".to_owned();
        world.act(Command::RecordContact(RecordContact { point, ..call(outcome) }));
        assert!(world.facts.customer.points[0].bad);
        assert!(!world.facts.customer.points[1].bad, "the email address is none of it");
        assert_eq!(world.tasks()[0].1, "Find a working number");
    }
}

#[test]
fn a_promise_is_watched_by_itself_and_insulates_the_debt() {
    let mut world = World::new();
    let plan = world.act(promise(20_000, day(2026, 3, 13)));
    assert_eq!(kinds(&plan), ["contact.recorded", "arrangement.agreed"]);
    assert_eq!(world.facts.contacts[0].amount, Some(usd(20_000)));
    let made = &world.facts.arrangements[0];
    assert_eq!(made.kind, ArrangementKind::Promise);
    assert_eq!(made.installments[0].due, day(2026, 3, 13));
    assert_eq!(world.tasks(), []);
    let policy = &world.policy.arrangement;
    assert_eq!(insulated_invoices(&world.facts, policy, world.today).len(), 2);
}

#[test]
fn a_promise_that_policy_does_not_take_is_recorded_and_watched_as_a_task() {
    for (cents, on) in [(20_001, day(2026, 3, 13)), (20_000, day(2026, 5, 1))] {
        let mut world = World::new();
        let plan = world.act(promise(cents, on));
        assert_eq!(count(&plan, |change| matches!(change, Change::AddArrangement(..))), 0);
        assert_eq!(world.tasks(), [(on.to_string(), "Check that the promise was kept")]);
        assert!(world.facts.follow_ups[0].why.contains("not kept as a promise"), "says why");
        assert!(plan.history[0].summary.contains("promised to pay; not kept as a promise: "), "and says so at once");
    }
    let mut world = World::new();
    world.act(promise(20_000, day(2026, 3, 1)));
    assert_eq!(world.tasks()[0].0, "2026-03-10", "a day that is past is looked at today");
}

#[test]
fn a_call_back_has_the_customers_own_day() {
    let mut world = World::new();
    let call_back = Some(day(2026, 3, 14));
    world.act(Command::RecordContact(RecordContact { call_back, ..call(Disposition::CallBack) }));
    assert_eq!(world.tasks(), [("2026-03-14".to_owned(), "Call back as asked")]);
}

#[test]
fn nothing_past_due_wants_no_further_call() {
    let mut world = World::new();
    world.facts.invoices.clear();
    world.act(Command::RecordContact(call(Disposition::NoAnswer)));
    assert_eq!(world.tasks(), []);
    world.act(Command::RecordContact(call(Disposition::Disputes)));
    assert_eq!(world.tasks().len(), 1, "a question is answered all the same");
}

#[test]
fn a_step_by_telephone_is_taken_by_the_attempt() {
    let mut world = World::new();
    let mut level = Level::letter("Call 1", 5, "call");
    level.channel = Channel::Phone;
    let plan = dunlin_domain::treatment::Plan {
        name: "phone".to_owned(),
        mode: LadderMode::CatchUp,
        anchor: Anchor::default(),
        tolerance: rust_decimal::Decimal::ZERO,
        levels: vec![level],
        pre_due: None,
    };
    world.policy.treatment.plans = vec![plan];
    world.policy.treatment.segments = vec![Segment::all("phone")];
    let busy = world.act(Command::RecordContact(call(Disposition::Busy)));
    assert_eq!(count(&busy, |change| matches!(change, Change::TakeStep(..))), 0);
    let rang = world.act(Command::RecordContact(call(Disposition::NoAnswer)));
    assert_eq!(count(&rang, |change| matches!(change, Change::TakeStep(..))), 2, "both invoices");
    let again = world.act(Command::RecordContact(call(Disposition::NoAnswer)));
    assert_eq!(count(&again, |change| matches!(change, Change::TakeStep(..))), 0);
}

#[test]
fn notes_are_entries_that_count_as_nobody_contacted() {
    let mut world = World::new();
    world.act(Command::AddNote { note: "  Prefers mornings. ".to_owned() });
    let note = &world.facts.contacts[0];
    assert_eq!((note.medium, note.note.as_str()), (Medium::Note, "Prefers mornings."));
    assert_eq!(world.rules(Command::AddNote { note: " ".to_owned() }), ["FORM-1 note"]);
}

#[test]
fn a_correction_is_a_new_entry_at_the_old_ones_time() {
    let mut world = World::new();
    world.act(Command::RecordContact(call(Disposition::NoAnswer)));
    let old = world.facts.contacts[0].clone();
    world.later(1);
    let correct =
        |corrects, disposition| Command::CorrectContact { corrects, note: "It was busy".to_owned(), disposition };
    world.act(correct(old.id, Some(Disposition::Busy)));
    assert_eq!(world.facts.contacts[0], old, "the log is append-only");
    let new = world.facts.contacts[1].clone();
    assert_eq!(new.corrects, Some(old.id));
    assert_eq!((new.at, new.local_date), (old.at, old.local_date));
    assert_eq!(new.disposition, Some(Disposition::Busy));
    assert_eq!(world.rules(correct(old.id, None)), ["LOG-1 corrects"]);
    let unknown = ContactId(uuid::Uuid::from_u128(9));
    assert_eq!(world.rules(correct(unknown, None)), ["FORM-5 corrects"]);
    let empty = Command::CorrectContact { corrects: new.id, note: String::new(), disposition: None };
    assert_eq!(world.rules(empty), ["FORM-1 note"]);
}
