//! Arrangements: who may agree what, and what takes the place of what.

use super::*;
use dunlin_domain::arrangement::{ArrangementKind, Frequency, Split, Terms};
use dunlin_domain::ids::ArrangementId;
use dunlin_domain::money::Currency;
use dunlin_domain::reason::Lift;
use rust_decimal::Decimal;

pub fn terms() -> Terms {
    Terms {
        kind: ArrangementKind::Installments,
        currency: Currency::USD,
        covers: None,
        down: Decimal::from(50),
        down_due: None,
        split: Split::Count { count: 3 },
        frequency: Frequency::Monthly,
        first_due: day(2026, 4, 10),
        approved_by: None,
    }
}

fn cancel(arrangement: ArrangementId) -> Command {
    Command::CancelArrangement { arrangement, reason: "asked to".to_owned() }
}

#[test]
fn an_arrangement_is_agreed_and_cancelled() {
    let mut world = World::new();
    let plan = world.act(Command::Arrange(terms()));
    assert_eq!(kinds(&plan), ["arrangement.agreed"]);
    assert_eq!(plan.history[0].summary, "Arrangement agreed: 4 payments until 2026-06-10");
    let id = world.facts.arrangements[0].id;
    assert_eq!(world.rules(Command::Arrange(terms())), ["ARR-8"]);
    world.act(cancel(id));
    assert!(world.facts.arrangements[0].cancelled.is_some());
    assert_eq!(world.rules(cancel(id)), ["FORM-5 arrangement"]);
    world.act(Command::Arrange(terms()));
}

#[test]
fn a_cancellation_says_why() {
    let mut world = World::new();
    world.act(Command::Arrange(terms()));
    let arrangement = world.facts.arrangements[0].id;
    let silent = Command::CancelArrangement { arrangement, reason: " ".to_owned() };
    assert_eq!(world.rules(silent), ["FORM-1 reason"]);
}

#[test]
fn nobody_approves_themselves_but_a_supervisor_may() {
    let mut world = World::new();
    let little = |approved_by: Option<&str>| {
        Command::Arrange(Terms { down: Decimal::ONE, approved_by: approved_by.map(str::to_owned), ..terms() })
    };
    assert_eq!(world.ask(little(None)).expect_err("refused").lift, Lift::Supervisor);
    assert_eq!(world.rules(little(Some("robin "))), ["ARR-1", "ARR-12"]);
    assert!(world.ask(little(Some("Dana"))).is_ok());
    world.by = Actor::supervisor("Dana");
    world.act(little(None));
    assert_eq!(world.facts.arrangements[0].approved_by.as_deref(), Some("Dana"));
}

#[test]
fn ones_own_authority_goes_before_the_policys() {
    let mut world = World::new();
    world.by.authority = Some(Decimal::from(100));
    assert_eq!(world.rules(Command::Arrange(terms())), ["ARR-6"]);
    world.by.authority = None;
    assert!(world.ask(Command::Arrange(terms())).is_ok());
}

#[test]
fn a_new_agreement_takes_the_place_of_a_broken_one() {
    let mut world = World::new();
    world.act(Command::Arrange(terms()));
    world.later(10);
    let plan = world.act(promise(5_000, day(2026, 3, 24)));
    assert_eq!(kinds(&plan), ["contact.recorded", "arrangement.superseded", "arrangement.agreed"]);
    assert!(world.facts.arrangements[0].cancelled.is_some());
    assert_eq!(world.facts.arrangements.len(), 2);
}
