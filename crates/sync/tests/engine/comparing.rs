//! Checksums compared with the server's: when, how many at once, and again where it came to nothing.

use domain::ids::{CustomerId, StableId};
use dunlin_sync::{Action, Event, Input, Trouble};
use protocol::Stretch;

use crate::{IN, page, pull_ticket, pulled, pulling, stored};

fn is_compare(action: &Action) -> bool {
    matches!(action, Action::Compare { after: None, .. })
}

#[test]
fn a_large_portfolio_is_compared_part_by_part_from_one_poll_to_the_next() {
    let (mut engine, ticket) = pulling();
    let _ = engine.step(pulled(ticket, page(5, 5)), IN);
    let soon = |turn: u64| Input { now: (31 + turn) * 60_000, dice: 7 };
    let customer = |nr: i64| CustomerId(StableId(nr));
    let (mut all, mut turn) = (Vec::new(), 0);
    loop {
        let actions = engine.step(Event::Ticked, soon(turn));
        let Some(Action::Compare { after, count }) =
            actions.iter().find(|action| matches!(action, Action::Compare { .. }))
        else {
            break;
        };
        let next = after.map_or(0, |after| after.0.0) + 1;
        let last = (next + i64::try_from(*count).unwrap() - 1).min(1_200);
        let sums: Vec<_> = (next..=last).map(|nr| (customer(nr), nr.to_string())).collect();
        let actions = engine.step(Event::Compared(Some(sums)), soon(turn));
        let Action::Pull(ticket, request) = &actions[0] else { panic!("{actions:?}") };
        assert!(request.checksums.len() <= 500);
        let upto = if last == 1_200 { None } else { Some(customer(last)) };
        assert_eq!(request.stretch, Some(Stretch { after: *after, upto }), "all of it, and no more");
        turn += 1;
        if turn == 2 {
            // No answer: the same ones are compared at the next turn.
            let actions = engine.step(Event::Pulled(*ticket, Err(Trouble::Net("gone".to_owned()))), soon(turn));
            assert!(matches!(actions.last(), Some(Action::Wait(_))), "{actions:?}");
            let actions = engine.step(Event::Ticked, soon(turn));
            let ticket = pull_ticket(&actions);
            let _ = engine.step(pulled(ticket, page(5, 5)), soon(turn));
            continue;
        }
        all.extend(request.checksums.iter().map(|(customer, _)| customer.0.0));
        let ticket = *ticket;
        let _ = engine.step(pulled(ticket, page(5, 5)), soon(turn));
    }
    assert_eq!((all.len(), turn), (1_200, 4));
    assert!(all.is_sorted_by(|a, b| a < b));
}

#[test]
fn checksums_are_compared_once_a_day_when_nothing_is_pending() {
    let (mut engine, ticket) = pulling();
    let _ = engine.step(pulled(ticket, page(5, 5)), IN);
    let tomorrow = Input { now: 25 * 3_600_000, dice: 7 };
    let actions = engine.step(Event::Ticked, tomorrow);
    assert!(actions.iter().any(is_compare));
    let customer = CustomerId(StableId(1));
    let actions = engine.step(Event::Compared(Some(vec![(customer, "aa".into())])), tomorrow);
    let Action::Pull(_, request) = &actions[0] else { panic!("{actions:?}") };
    assert_eq!(request.checksums.len(), 1);
}

/// Something waits to be pushed, or the file can't be read: the round goes on where it was, soon.
#[test]
fn a_part_that_says_nothing_now_is_summed_again_soon() {
    let (mut engine, ticket) = pulling();
    let _ = engine.step(pulled(ticket, page(5, 5)), IN);
    let soon = Input { now: 31 * 60_000, dice: 7 };
    assert!(engine.step(Event::Ticked, soon).iter().any(is_compare));
    let actions = engine.step(Event::Compared(None), soon);
    let Action::Pull(ticket, request) = &actions[0] else { panic!("{actions:?}") };
    assert_eq!((request.checksums.len(), request.stretch), (0, None));
    let ticket = *ticket;
    let _ = engine.step(pulled(ticket, page(5, 5)), soon);
    let actions = engine.step(Event::Ticked, Input { now: soon.now + 60_000, dice: 7 });
    assert!(!actions.iter().any(is_compare));
    let _ = engine.step(pulled(pull_ticket(&actions), page(5, 5)), soon);
    assert!(engine.step(Event::Ticked, Input { now: 2 * soon.now, dice: 7 }).iter().any(is_compare));
}

/// Nobody left here, as far as this device knows: the server is told so, and sends whom it should have.
#[test]
fn a_device_that_holds_nobody_says_so() {
    let (mut engine, ticket) = pulling();
    let _ = engine.step(pulled(ticket, page(5, 5)), IN);
    let soon = Input { now: 31 * 60_000, dice: 7 };
    let _ = engine.step(Event::Ticked, soon);
    let actions = engine.step(Event::Compared(Some(vec![])), soon);
    let Action::Pull(_, request) = &actions[0] else { panic!("{actions:?}") };
    assert_eq!((request.checksums.len(), request.stretch), (0, Some(Stretch::default())));
}

#[test]
fn checksums_that_came_too_early_are_compared_again_and_soon() {
    let (mut engine, ticket) = pulling();
    let _ = engine.step(pulled(ticket, page(5, 5)), IN);
    // A laptop that is shut every evening compares too.
    let soon = Input { now: 31 * 60_000, dice: 7 };
    assert!(engine.step(Event::Ticked, soon).iter().any(is_compare));
    let customer = CustomerId(StableId(1));
    let actions = engine.step(Event::Compared(Some(vec![(customer, "aa".into())])), soon);
    let Action::Pull(ticket, _) = actions[0] else { panic!("{actions:?}") };
    // Something happened meanwhile: the server looked at no checksum.
    let actions = engine.step(pulled(ticket, page(5, 6)), soon);
    let [Action::Apply(ticket, _)] = actions[..] else { panic!("{actions:?}") };
    let _ = engine.step(Event::Applied(ticket, Ok(stored(6, 0, 0))), soon);
    assert!(engine.step(Event::Ticked, Input { now: soon.now + 60_000, dice: 7 }).iter().any(is_compare));
}
