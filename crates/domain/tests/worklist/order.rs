//! The order of the list, and that nobody is forgotten.

use super::*;
use dunlin_domain::account::ServiceState;
use dunlin_domain::testkit::usd;
use dunlin_domain::worklist::rows;
use proptest::prelude::*;

#[test]
fn the_most_urgent_is_shown_and_the_others_beneath() {
    let mut world = World::new();
    world.arrange();
    world.on(3, 20);
    let due = world.today;
    world.act(Command::ScheduleFollowUp { due, what: "Read the contract".to_owned(), assignee: None });
    assert_eq!(world.kinds(), [Kind::BrokenArrangement, Kind::FollowUp]);
    world.facts.services[0].state = ServiceState::Suspended;
    world.pay(20_000);
    assert_eq!(world.kinds(), [Kind::Restore, Kind::FollowUp]);
}

#[test]
fn law_comes_before_money_and_the_larger_amount_before_the_smaller() {
    let row = |facts: Facts| {
        let mut world = World::new();
        world.facts = facts;
        world.item().expect("a row").primary
    };
    let orphan = row(testkit::facts());
    let large = row(testkit::with_invoice(testkit::facts(), "INV-3", day(2026, 2, 1), usd(9_999_999)));
    let mut restored = testkit::facts();
    restored.invoices.clear();
    restored.services[0].state = ServiceState::Suspended;
    let restore = row(restored);
    assert!(restore.score > large.score && large.score > orphan.score);
    assert!(restore.order() < large.order() && large.order() < orphan.order());
    assert!(restore.score < 1 << 53, "exact in every JSON reader");
}

#[test]
fn kinds_and_words_are_the_wires() {
    for kind in Kind::ALL {
        let wire = serde_json::to_value(kind).expect("writes");
        assert_eq!(wire, kind.word());
        assert!(!kind.label().is_empty());
    }
}

proptest! {
    /// An account that owes is on the list, or something brings it back to it.
    #[test]
    fn no_account_that_owes_is_ever_forgotten(days in 0_i64..200, acts in prop::collection::vec(0_u8..7, 0..6)) {
        let mut world = World::new();
        for act in acts {
            match act {
                0 => world.call(Disposition::NoAnswer),
                1 => world.call(Disposition::SaysPaid),
                2 if world.facts.arrangements.is_empty() => world.arrange(),
                3 => world.pay(1_500),
                4 => {
                    let follow_up = world.facts.follow_ups.first().map(|task| task.id);
                    if let Some(follow_up) = follow_up {
                        world.act(Command::CompleteFollowUp { follow_up });
                    }
                }
                5 => {
                    let invoice = world.facts.invoices[0].id;
                    let amount = Some(Decimal::ONE);
                    if world.facts.disputes.is_empty() {
                        let reason = "x".to_owned();
                        world.act(Command::OpenDispute { invoice, amount, reason, written: false });
                    }
                }
                _ => {}
            }
        }
        // Every day from then on until it shows: at the latest when the farthest task is due.
        let start = world.today;
        let shown = (0..=days + 60).any(|after| {
            let today = start + chrono::Days::new(after.unsigned_abs());
            !rows(&world.facts, &world.policy, world.now + chrono::TimeDelta::days(after), today).is_empty()
        });
        let owes = dunlin_domain::followup::owes(&world.facts, start);
        prop_assert!(shown || !owes);
    }

    #[test]
    fn rows_are_in_order_and_repeatable(days in 0_u64..60) {
        let mut world = World::new();
        world.arrange();
        world.call(Disposition::Disputes);
        let today = world.today + chrono::Days::new(days);
        let now = world.now + chrono::TimeDelta::days(days.cast_signed());
        let first = rows(&world.facts, &world.policy, now, today);
        prop_assert!(first.windows(2).all(|pair| pair[0].order() <= pair[1].order()));
        prop_assert_eq!(first, rows(&world.facts, &world.policy, now, today));
    }
}

/// 100,000 accounts of ten invoices: a third late, a tenth of those arranged, the rest paid.
/// `cargo test --release --test worklist portfolio -- --ignored --nocapture`
#[test]
#[ignore = "a measurement: release build only"]
fn a_portfolio_is_planned_in_about_a_second() {
    let policy = Policy::standard();
    let sample: Vec<Facts> = (0..1_000_u32)
        .map(|number| {
            let mut world = World::new();
            world.facts.invoices.clear();
            for index in 0..10 {
                let name = format!("INV-{number}-{index}");
                let due = day(2026, 1, 5) + chrono::Days::new(7 * index);
                world.facts = testkit::with_invoice(world.facts, &name, due, usd(4_000));
            }
            let late = number % 3 == 0;
            for invoice in &mut world.facts.invoices {
                if !late || invoice.due < day(2026, 2, 20) {
                    invoice.applied = invoice.amount.amount;
                }
            }
            if late && number % 30 == 0 {
                world.arrange();
            }
            world.facts
        })
        .collect();
    let world = World::new();
    let start = std::time::Instant::now();
    let mut found = 0;
    for _ in 0..100 {
        for facts in &sample {
            found += usize::from(item(facts, &policy, world.now, world.today).is_some());
        }
    }
    println!("100,000 accounts, {found} with rows, one core: {:?}", start.elapsed());
    assert!(found > 20_000);
}
