//! Arrangements and promises on the list: quiet while kept, there at once when not.

use super::*;
use dunlin_domain::testkit::usd;
use dunlin_domain::worklist::{NextAction, Urgency};

#[test]
fn an_insulated_account_shows_nothing_until_something_is_due() {
    let mut world = World::new();
    assert_eq!(world.kinds(), [Kind::NoNextAction]);
    world.arrange();
    assert_eq!(world.kinds(), [Kind::InstallmentDue], "the down payment, today");
    world.pay(5_000);
    assert_eq!(world.kinds(), []);
    world.on(3, 16);
    assert_eq!(world.kinds(), []);
    world.on(3, 17);
    let item = world.item().expect("due");
    assert_eq!(item.primary.kind, Kind::InstallmentDue);
    assert_eq!(item.primary.amount, Some(usd(5_000)));
    assert_eq!(item.primary.why, "Installment 2 of 4: $50.00 due today");
    assert_eq!(item.primary.why_today, "Due today; in time until 2026-03-20");
}

#[test]
fn late_is_a_call_and_broken_is_urgent_at_once() {
    let mut world = World::new();
    world.arrange();
    world.pay(7_000);
    world.on(3, 19);
    let late = world.item().expect("late").primary;
    assert_eq!((late.kind, late.urgency), (Kind::InstallmentDue, Urgency::Normal));
    assert_eq!(late.why, "Installment 2 of 4 is late: $30.00 of $50.00 missing");
    assert_eq!(late.next_action, NextAction::Call);
    world.on(3, 21);
    let broken = world.item().expect("broken").primary;
    assert_eq!((broken.kind, broken.urgency), (Kind::BrokenArrangement, Urgency::Urgent));
    assert_eq!(broken.amount, Some(usd(3_000)));
    assert_eq!(broken.due, day(2026, 3, 21));
    assert_eq!(broken.next_label, "Call about the broken agreement");
    assert!(broken.why_today.starts_with("Broken today"), "{}", broken.why_today);
}

#[test]
fn a_broken_one_leaves_the_list_when_it_was_worked_and_comes_back_with_its_task() {
    let mut world = World::new();
    world.arrange();
    world.on(3, 20);
    assert_eq!(world.kinds(), [Kind::BrokenArrangement]);
    world.call(Disposition::LeftMessage);
    assert_eq!(world.kinds(), []);
    world.on(3, 24);
    assert_eq!(world.kinds()[0], Kind::BrokenArrangement, "the task is due: nothing is dropped");
    assert!(world.kinds().contains(&Kind::FollowUp));
}

#[test]
fn a_new_agreement_answers_a_broken_one() {
    let mut world = World::new();
    world.arrange();
    world.on(3, 20);
    assert_eq!(world.kinds(), [Kind::BrokenArrangement]);
    world.promise(20_000, day(2026, 3, 24));
    assert_eq!(world.kinds(), []);
}

#[test]
fn a_promise_is_due_then_late_then_broken_or_kept() {
    let mut world = World::new();
    world.promise(20_000, day(2026, 3, 12));
    assert_eq!(world.kinds(), []);
    world.on(3, 12);
    let due = world.item().expect("due").primary;
    assert_eq!(due.kind, Kind::PromiseDue);
    assert_eq!(due.why, "Promise of $200.00: $200.00 due today");
    world.on(3, 13);
    assert_eq!(world.item().expect("late").primary.next_action, NextAction::Call);
    world.on(3, 16);
    assert_eq!(world.kinds(), [Kind::BrokenArrangement]);
    world.pay(20_000);
    assert_eq!(world.kinds(), [], "paid after all");
}

#[test]
fn a_returned_payment_is_urgent_and_told_once() {
    let mut world = World::new();
    world.arrange();
    world.pay(5_000);
    world.on(3, 12);
    let payment = world.facts.payments[0].id;
    let mut imported = world.facts.clone();
    imported.payments[0].reversed = Some(world.today);
    let facts = std::mem::replace(&mut world.facts, imported);
    let row = world.item().expect("returned").primary;
    assert_eq!((row.kind, row.urgency), (Kind::ReturnedPayment, Urgency::Urgent));
    assert!(row.why_today.contains("2026-03-15"), "{}", row.why_today);

    world.facts = facts;
    let on = world.today;
    world.act(Command::ReversePayment { payment, on, reason: "NSF".to_owned() });
    assert_eq!(world.kinds(), [Kind::ReturnedPayment], "by its task, not twice");
}

#[test]
fn dunning_pauses_with_an_agreement_and_resumes_when_it_is_broken() {
    let mut world = World::new();
    world.policy = Policy::standard();
    assert_eq!(world.kinds(), [Kind::StepDue]);
    world.arrange();
    world.pay(5_000);
    for of in 10..17 {
        world.on(3, of);
        assert_eq!(world.kinds(), [], "March {of}");
    }
    for of in 17..=20 {
        world.on(3, of);
        assert_eq!(world.kinds(), [Kind::InstallmentDue], "March {of}");
    }
    world.on(3, 21);
    assert_eq!(world.kinds(), [Kind::BrokenArrangement, Kind::StepDue]);
    world.pay(10_000);
    assert_eq!(world.kinds(), [], "caught up: it insulates again");
}
