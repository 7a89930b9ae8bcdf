//! A payment recorded by hand and then posted by the billing system counts once.

use super::cash::payment;
use super::*;
use dunlin_domain::aging::{AgingPolicy, age};
use dunlin_domain::decide::{Apply, RecordPayment, brought};
use dunlin_domain::ids::PaymentId;
use dunlin_domain::payment::Payment;
use rust_decimal::Decimal;

/// Records payments; then the extract brings others, unapplied.
fn world(recorded: &[(i64, u32, &str)], posted: &[(i64, u32, &str)]) -> (World, Vec<PaymentId>) {
    let mut world = World::new();
    for (cents, on, reference) in recorded {
        let asked = RecordPayment {
            posted: day(2026, 3, *on),
            reference: (*reference).to_owned(),
            ..payment(*cents, Apply::Oldest)
        };
        world.act(Command::RecordPayment(asked));
    }
    let own: Vec<PaymentId> = world.facts.payments.iter().map(|one| one.id).collect();
    for (number, (cents, on, reference)) in posted.iter().enumerate() {
        let like: Payment = world.facts.payments[0].clone();
        world.facts.payments.push(Payment {
            id: PaymentId::derive("billing", &number.to_string()),
            reference: (*reference).to_owned(),
            posted: day(2026, 3, *on),
            amount: dunlin_domain::money::Money::new(Decimal::new(*cents, 2), like.amount.currency),
            allocations: Vec::new(),
            ..like
        });
    }
    (world, own)
}

fn matched(world: &mut World, own: &[PaymentId]) -> Plan {
    let plan = brought(&world.facts, own, "Robin", world.now, &mut world.ids);
    world.commit(&plan);
    plan
}

#[test]
fn the_same_amount_at_about_the_same_time_is_the_same_payment_whatever_its_reference() {
    let (mut world, own) = world(&[(5_000, 5, "check 1182")], &[(5_000, 8, "LBX-77")]);
    let before = age(&world.facts, &AgingPolicy::default(), world.today)[0].collectable();
    let plan = matched(&mut world, &own);
    assert_eq!(world.facts.payments.len(), 1);
    assert_eq!(world.facts.payments[0].reference, "LBX-77");
    assert_eq!(
        plan.history[0].summary,
        "The $50.00 recorded 2026-03-05 came with the extract, posted 2026-03-08: counted once"
    );
    assert_eq!(age(&world.facts, &AgingPolicy::default(), world.today)[0].collectable(), before + Decimal::from(50));
    // Asked again, nothing is left to say.
    assert_eq!(brought(&world.facts, &[], "Robin", world.now, &mut world.ids), Plan::default());
}

#[test]
fn another_amount_or_a_time_too_far_away_is_another_payment() {
    for posted in [(4_999, 5, "check 1182"), (5_000, 1, ""), (5_000, 25, "")] {
        let (mut world, own) = world(&[(5_000, 5, "check 1182")], &[posted]);
        assert_eq!(matched(&mut world, &own), Plan::default(), "{posted:?}");
    }
}

#[test]
fn each_posted_payment_replaces_one_and_the_reference_decides_first() {
    let (mut world, own) = world(&[(5_000, 5, ""), (5_000, 6, "B")], &[(5_000, 5, "B"), (5_000, 9, "")]);
    let plan = matched(&mut world, &own);
    assert_eq!((plan.changes.len(), world.facts.payments.len()), (2, 2));
    let (mut world, own) = self::world(&[(5_000, 5, ""), (5_000, 6, "")], &[(5_000, 5, "B")]);
    matched(&mut world, &own);
    assert_eq!(world.facts.payments.len(), 2, "one of the two is still on its way");
}

#[test]
fn what_was_returned_is_left_alone() {
    let (mut world, own) = world(&[(5_000, 5, "")], &[]);
    world.act(Command::ReversePayment { payment: own[0], on: day(2026, 3, 9), reason: "NSF".to_owned() });
    let (posted, _) = self::world(&[(5_000, 5, "")], &[(5_000, 8, "")]);
    world.facts.payments.push(posted.facts.payments[1].clone());
    assert_eq!(matched(&mut world, &own), Plan::default());
}
