//! Every other kind of row: when it comes and when it goes.

use super::*;
use dunlin_domain::account::ServiceState;
use dunlin_domain::hold::HoldKind;
use dunlin_domain::ids::OutboxId;
use dunlin_domain::outbox::State;
use dunlin_domain::payment::{Payment, PaymentKind};
use dunlin_domain::testkit::usd;
use dunlin_domain::treatment::{Anchor, Channel, LadderMode, Level, Plan, Segment, StepTaken};
use dunlin_domain::worklist::{NextAction, Urgency};

/// One level after five days, another ten days after it was sent.
fn ladder(world: &mut World) {
    let mut second = Level::letter("L2", 10, "dunning_2");
    second.from = dunlin_domain::treatment::From::PreviousStep;
    world.policy.treatment.plans = vec![Plan {
        name: "standard".to_owned(),
        mode: LadderMode::CatchUp,
        anchor: Anchor::default(),
        tolerance: Decimal::ZERO,
        levels: vec![Level::letter("L1", 5, "dunning_1"), second],
        pre_due: None,
    }];
    world.policy.treatment.segments = vec![Segment::all("standard")];
}

fn take(world: &mut World, level: &str) {
    for invoice in world.facts.invoices.clone() {
        let step = StepTaken::new(Some(invoice.id), level, world.today);
        world.facts.steps.push(step);
    }
}

#[test]
fn nothing_past_due_wants_nothing() {
    let mut world = World::new();
    world.on(1, 20);
    assert_eq!(world.item(), None);
    world.on(3, 10);
    for invoice in &mut world.facts.invoices {
        invoice.applied = invoice.amount.amount;
    }
    assert_eq!(world.item(), None);
}

#[test]
fn a_due_step_is_one_row_and_a_waiting_one_none() {
    let mut world = World::new();
    ladder(&mut world);
    let row = world.item().expect("due").primary;
    assert_eq!((row.kind, row.next_action), (Kind::StepDue, NextAction::Letter));
    assert_eq!(row.amount, Some(usd(20_000)), "both invoices");
    assert!(row.why.starts_with("INV-1 was due") && row.why.ends_with("; 1 more"), "the oldest is named: {}", row.why);
    take(&mut world, "L1");
    assert_eq!(world.kinds(), [], "the next level waits: nothing to do, and no orphan");
    world.on(3, 20);
    let row = world.item().expect("due").primary;
    assert!(row.why.starts_with("INV-1: L2 from 2026-03-20"), "{}", row.why);
    assert_eq!(row.due, day(2026, 3, 20));
    take(&mut world, "L2");
    assert_eq!(world.kinds(), [Kind::NoNextAction], "the ladder has ended");
}

#[test]
fn a_step_by_telephone_is_a_call_and_one_to_approve_is_the_supervisors() {
    let mut world = World::new();
    ladder(&mut world);
    world.policy.treatment.plans[0].levels[0].channel = Channel::Phone;
    assert_eq!(world.item().expect("due").primary.next_action, NextAction::Call);
    world.policy.treatment.plans[0].levels[0].needs_approval = true;
    assert_eq!(world.item().expect("due").primary.next_action, NextAction::Approve);
}

#[test]
fn an_orphan_is_listed_until_something_is_planned() {
    let mut world = World::new();
    let row = world.item().expect("orphan").primary;
    assert_eq!((row.kind, row.amount), (Kind::NoNextAction, Some(usd(20_000))));
    assert_eq!(row.why, "40 days past due, and nothing is planned");
    let due = day(2026, 3, 12);
    world.act(Command::ScheduleFollowUp { due, what: "Call".to_owned(), assignee: None });
    assert_eq!(world.kinds(), []);
    world.on(3, 12);
    assert_eq!(world.kinds(), [Kind::FollowUp]);
}

#[test]
fn a_hold_without_a_task_is_an_orphan_too() {
    let mut world = World::new();
    ladder(&mut world);
    world.facts = testkit::with_hold(world.facts.clone(), HoldKind::Manual);
    assert_eq!(world.kinds(), [Kind::NoNextAction]);
}

#[test]
fn a_task_overdue_for_days_or_under_a_legal_hold_is_urgent() {
    let mut world = World::new();
    let due = world.today;
    world.act(Command::ScheduleFollowUp { due, what: "Call about INV-1".to_owned(), assignee: None });
    let row = world.item().expect("due").primary;
    assert_eq!((row.urgency, row.next_action), (Urgency::Normal, NextAction::Call));
    assert_eq!(row.why_today, "Due today");
    world.on(3, 15);
    let row = world.item().expect("overdue").primary;
    assert_eq!((row.urgency, row.why_today.as_str()), (Urgency::Urgent, "Due 5 days ago"));

    let mut world = World::new();
    let petition = world.today;
    let hold =
        HoldKind::Bankruptcy { chapter: "7".to_owned(), case_number: String::new(), petition, file: Box::default() };
    world.act(Command::PlaceHold { hold, note: String::new(), until: None });
    world.on(3, 11);
    let row = world.item().expect("due").primary;
    assert_eq!((row.urgency, row.next_action), (Urgency::Urgent, NextAction::Review));
}

#[test]
fn everything_paid_and_still_suspended_is_a_restoration() {
    let mut world = World::new();
    world.facts.services[0].state = ServiceState::Suspended;
    assert_eq!(world.kinds(), [Kind::NoNextAction], "it still owes");
    world.pay(19_999);
    assert!(!world.kinds().contains(&Kind::Restore));
    world.pay(1);
    let row = world.item().expect("restore").primary;
    assert_eq!((row.kind, row.urgency), (Kind::Restore, Urgency::Urgent));
    assert_eq!(row.next_action, NextAction::Restore);
    assert_eq!(row.why_today, "Paid today");
    world.facts.services[0].state = ServiceState::Active;
    assert_eq!(world.kinds(), []);
}

#[test]
fn unapplied_cash_unlocks_a_restoration_and_a_returned_payment_locks_it_again() {
    let mut world = World::new();
    world.facts.services[0].state = ServiceState::Suspended;
    let mut cash = Payment {
        id: dunlin_domain::ids::PaymentId::derive("bank", "1"),
        account: world.facts.account.id,
        reference: String::new(),
        kind: PaymentKind::Payment,
        posted: world.today,
        amount: usd(20_000),
        method: "ACH".to_owned(),
        reversed: None,
        allocations: vec![],
    };
    world.facts.payments.push(cash.clone());
    assert_eq!(world.kinds()[0], Kind::Restore);
    cash.reversed = Some(world.today);
    world.facts.payments = vec![cash];
    assert!(!world.kinds().contains(&Kind::Restore));
}

#[test]
fn an_untended_dispute_is_chased() {
    let mut world = World::new();
    for invoice in &mut world.facts.invoices {
        invoice.disputed = true;
    }
    let item = world.item().expect("the extract's disputes");
    assert_eq!(item.primary.kind, Kind::Dispute);
    assert_eq!(item.primary.amount, Some(usd(12_000)), "the larger first");
    assert_eq!(item.also.len(), 1);
    let due = day(2026, 3, 30);
    world.act(Command::ScheduleFollowUp { due, what: "Ask billing".to_owned(), assignee: None });
    assert_eq!(world.kinds(), [], "a task watches them");
}

#[test]
fn a_written_dispute_left_alone_is_urgent() {
    let mut world = World::new();
    let invoice = world.facts.invoices[0].id;
    let open = Command::OpenDispute { invoice, amount: None, reason: "x".to_owned(), written: true };
    world.act(open);
    world.facts.follow_ups.clear();
    world.on(3, 12);
    assert!(!world.kinds().contains(&Kind::Dispute), "it is worked on");
    world.on(3, 16);
    assert_eq!(world.item().expect("chase").primary.urgency, Urgency::Normal);
    world.on(3, 24);
    let row = world.item().expect("chase").primary;
    assert_eq!((row.kind, row.urgency), (Kind::Dispute, Urgency::Urgent));
}

#[test]
fn returned_mail_waits_for_an_address() {
    let mut world = World::new();
    let outbox = OutboxId(uuid::Uuid::from_u128(5));
    world.act(Command::ReturnMail { outbox, note: String::new() });
    assert_eq!(world.kinds(), [Kind::ReturnedMail]);
}

#[test]
fn what_nobody_knows_of_is_asked_about() {
    let mut world = World::new();
    world.act(Command::QueueLetter { template: "statement".to_owned(), arrangement: None });
    assert_eq!(world.kinds(), [], "it is on its way");
    let at = world.now;
    world.facts.outbox[0].1 = State::Printed { at };
    assert_eq!(world.kinds(), []);
    world.now += hours(48);
    assert_eq!(world.kinds(), [Kind::OutboxInDoubt]);
    world.facts.outbox[0].1 = State::Unknown { since: at, why: "the line broke".to_owned() };
    let row = world.item().expect("in doubt").primary;
    assert_eq!((row.kind, row.urgency), (Kind::OutboxInDoubt, Urgency::Urgent));
    world.facts.outbox[0].1 = State::Stopped { at, why: "no such mailbox".to_owned() };
    assert_eq!(world.kinds(), [Kind::OutboxInDoubt]);
}

#[test]
fn who_can_t_be_called_is_written_to() {
    let mut world = World::new();
    let due = world.today;
    world.act(Command::ScheduleFollowUp { due, what: "Call about INV-1".to_owned(), assignee: None });
    world.facts.customer.points[0].bad = true;
    assert_eq!(world.item().expect("due").primary.next_action, NextAction::Email);
    world.facts.customer.points[1].opted_out = true;
    assert_eq!(world.item().expect("due").primary.next_action, NextAction::Letter);
    world.facts.customer.address.zip.clear();
    assert_eq!(world.item().expect("due").primary.next_action, NextAction::Review);
}
