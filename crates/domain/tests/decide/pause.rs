//! Disputes and holds: at once, with their task, released by who may.

use super::*;
use dunlin_domain::aging::{AgingPolicy, age};
use dunlin_domain::bankruptcy::CaseFile;
use dunlin_domain::hold::HoldKind;
use dunlin_domain::ids::{DisputeId, HoldId, InvoiceId};
use dunlin_domain::outbox::State;
use dunlin_domain::reason::Lift;
use dunlin_domain::testkit::usd;
use rust_decimal::Decimal;

fn dispute(world: &World, cents: Option<i64>) -> Command {
    Command::OpenDispute {
        invoice: world.facts.invoices[0].id,
        amount: cents.map(|cents| Decimal::new(cents, 2)),
        reason: "never ordered".to_owned(),
        written: false,
    }
}

fn hold(kind: HoldKind) -> Command {
    Command::PlaceHold { hold: kind, note: "said so".to_owned(), until: None }
}

fn bankruptcy(petition: NaiveDate) -> HoldKind {
    HoldKind::Bankruptcy { chapter: "13".to_owned(), case_number: "26-101".to_owned(), petition, file: Box::default() }
}

#[test]
fn the_undisputed_part_stays_collectable_at_once() {
    let mut world = World::new();
    let part = dispute(&world, Some(3_000));
    let plan = world.act(part);
    assert_eq!(plan.history[0].summary, "$30.00 of INV-1 disputed");
    let aging = &age(&world.facts, &AgingPolicy::default(), world.today)[0];
    assert_eq!(aging.past_due_disputed, usd(3_000).amount);
    assert_eq!(aging.collectable(), usd(17_000).amount);
    assert_eq!(world.tasks(), [("2026-03-16".to_owned(), "Work the dispute")]);

    let too_much = dispute(&world, Some(9_001));
    assert_eq!(world.rules(too_much), ["FORM-2 amount"]);
    let rest = dispute(&world, None);
    world.act(rest);
    let again = dispute(&world, None);
    assert_eq!(world.rules(again), ["DIS-1"]);
}

#[test]
fn a_settled_dispute_is_collected_again_and_the_customer_hears_of_it() {
    let mut world = World::new();
    let all = dispute(&world, None);
    world.act(all);
    let id = world.facts.disputes[0].id;
    let resolve = |dispute, outcome: &str| Command::ResolveDispute { dispute, outcome: outcome.to_owned() };
    assert_eq!(world.rules(resolve(id, "")), ["FORM-1 outcome"]);
    world.act(resolve(id, "credit denied"));
    assert_eq!(world.tasks(), [("2026-03-11".to_owned(), "Call about the settled dispute")]);
    let aging = &age(&world.facts, &AgingPolicy::default(), world.today)[0];
    assert_eq!(aging.disputed, Decimal::ZERO);
    assert_eq!(world.rules(resolve(id, "again")), ["FORM-5 dispute"]);
    let unknown = DisputeId(uuid::Uuid::from_u128(5));
    assert_eq!(world.rules(resolve(unknown, "x")), ["FORM-5 dispute"]);
}

#[test]
fn a_dispute_needs_a_reason_and_an_open_invoice() {
    let mut world = World::new();
    let invoice = world.facts.invoices[0].id;
    let silent = Command::OpenDispute { invoice, amount: None, reason: String::new(), written: true };
    assert_eq!(world.rules(silent), ["FORM-1 reason"]);
    let elsewhere = Command::OpenDispute {
        invoice: InvoiceId::derive("billing", "other"),
        amount: None,
        reason: "x".to_owned(),
        written: true,
    };
    assert_eq!(world.rules(elsewhere), ["FORM-5 invoice"]);
    let nothing = dispute(&world, Some(0));
    assert_eq!(world.rules(nothing), ["FORM-2 amount"]);
}

#[test]
fn what_a_court_or_a_customer_said_takes_back_what_waits_to_leave() {
    for kind in [
        bankruptcy(day(2026, 3, 1)),
        HoldKind::Cease,
        HoldKind::Deceased,
        HoldKind::IdentityTheft,
        HoldKind::Attorney { contact: String::new(), letter_sent: None },
    ] {
        let mut world = World::new();
        world.act(Command::QueueLetter { template: "statement".to_owned(), arrangement: None });
        let plan = world.act(hold(kind.clone()));
        assert_eq!(kinds(&plan), ["hold.placed", "outbox.withdrawn"], "{kind:?}");
        assert!(matches!(world.facts.outbox[0].1, State::Cancelled { .. }));
        assert_eq!(world.tasks().len(), 1, "{kind:?} leaves something to do");
    }
}

#[test]
fn a_narrow_hold_takes_back_only_what_it_is_about() {
    let mut world = World::new();
    world.act(Command::QueueLetter { template: "statement".to_owned(), arrangement: None });
    let refused = HoldKind::RefusedMedium { medium: Medium::Email };
    world.act(hold(refused));
    assert_eq!(world.facts.outbox[0].1, State::Queued);
    world.act(hold(HoldKind::RefusedMedium { medium: Medium::Letter }));
    assert!(matches!(world.facts.outbox[0].1, State::Cancelled { .. }));
}

#[test]
fn what_law_protects_is_released_by_a_supervisor() {
    let mut world = World::new();
    world.act(hold(bankruptcy(day(2026, 3, 1))));
    let id = world.facts.holds[0].id;
    let release = |approved_by: Option<&str>| Command::ReleaseHold {
        hold: id,
        reason: "dismissed".to_owned(),
        approved_by: approved_by.map(str::to_owned),
    };
    let refusal = world.ask(release(Some("Robin"))).expect_err("own name");
    assert_eq!((refusal.reasons[0].rule.as_ref(), refusal.lift), ("HLD-1", Lift::Supervisor));
    world.act(release(Some("Dana")));
    assert!(world.facts.holds[0].released.is_some());
    assert_eq!(world.rules(release(Some("Dana"))), ["FORM-5 hold"]);

    world.act(hold(HoldKind::Manual));
    let id = world.facts.holds[1].id;
    world.act(Command::ReleaseHold { hold: id, reason: "done".to_owned(), approved_by: None });
}

#[test]
fn more_becomes_known_of_a_case_and_the_past_keeps_what_was_known() {
    let mut world = World::new();
    let petition = day(2026, 3, 2);
    world.act(hold(bankruptcy(petition)));
    world.later(1);
    let with = |file: CaseFile| HoldKind::Bankruptcy {
        chapter: "13".to_owned(),
        case_number: "26-101".to_owned(),
        petition,
        file: Box::new(file),
    };
    let amend = |hold, kind| Command::AmendHold { hold, kind, note: String::new() };
    let first = world.facts.holds[0].id;
    let file = CaseFile { court: "D. Idaho".to_owned(), learned: Some(day(2026, 3, 10)), ..CaseFile::default() };
    let plan = world.act(amend(first, with(file.clone())));
    assert_eq!(kinds(&plan), ["hold.amended"]);
    assert_eq!(world.facts.holds.len(), 2);
    assert_eq!((world.facts.holds[0].released, world.facts.holds[1].released), (Some(world.now), None));
    assert_eq!(world.facts.holds[1].kind, with(file.clone()));
    let task = world.facts.follow_ups.iter().find(|task| task.what == "File the proof of claim").expect("a task");
    assert_eq!(task.due, day(2026, 4, 27), "two weeks before 2026-05-11, the 70th day");
    // The old one is gone, a kind stays, and nothing new is nothing.
    assert_eq!(world.rules(amend(first, with(CaseFile::default()))), ["FORM-5 hold"]);
    let second = world.facts.holds[1].id;
    assert_eq!(world.rules(amend(second, HoldKind::Cease)), ["FORM-5 hold"]);
    assert_eq!(world.rules(amend(second, with(file.clone()))), ["FORM-6 hold"]);
    let ahead = CaseFile { discharged: Some(day(2027, 1, 1)), ..file };
    assert_eq!(world.rules(amend(second, with(ahead))), ["FORM-3 discharged"]);
    world.act(hold(HoldKind::Manual));
    let manual = world.facts.holds[2].id;
    assert_eq!(world.rules(amend(manual, HoldKind::Manual)), ["FORM-5 hold"]);
}

#[test]
fn a_holds_own_fields_must_mean_something() {
    let mut world = World::new();
    let times = |days: &[&str], from: &str, to: &str| {
        hold(HoldKind::InconvenientTime {
            days: days.iter().map(|&day| day.to_owned()).collect(),
            from: from.to_owned(),
            to: to.to_owned(),
        })
    };
    let invoice = InvoiceId::derive("billing", "other");
    let until = Some(day(2026, 3, 9));
    let cases = [
        ("FORM-3 days", times(&["Monday"], "09:00", "12:00")),
        ("FORM-3 days", times(&[], "09:00", "12:00")),
        ("FORM-3 from", times(&["Mon"], "9 am", "12:00")),
        ("FORM-3 to", times(&["Mon"], "09:00", "24:30")),
        ("FORM-3 to", times(&["Mon"], "09:00", "09:00")),
        ("FORM-5 invoice", hold(HoldKind::Invoice { invoice })),
        ("FORM-3 petition", hold(bankruptcy(day(2026, 3, 11)))),
        ("FORM-3 until", Command::PlaceHold { hold: HoldKind::Manual, note: String::new(), until }),
    ];
    for (rule, command) in cases {
        assert_eq!(world.rules(command), [rule]);
    }
    world.act(times(&["Mon", "Fri"], "09:00", "12:00"));
    assert_eq!(world.rules(times(&["Mon", "Fri"], "09:00", "12:00")), ["HLD-2"]);
    let hold = HoldId(uuid::Uuid::from_u128(5));
    let release = Command::ReleaseHold { hold, reason: "x".to_owned(), approved_by: None };
    assert_eq!(world.rules(release), ["FORM-5 hold"]);
}
