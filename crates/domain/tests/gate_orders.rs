//! Suspensions and other orders, and what a row of *My day* says about contact.

use chrono::TimeDelta;
use domain::account::ServiceState;
use domain::compliance::{May, clear, contactability, release};
use domain::contact::{Disposition, Medium};
use domain::facts::Facts;
use domain::hold::HoldKind;
use domain::ids::OrderId;
use domain::policy::Policy;
use domain::reason::Refusal;
use domain::service_order::{OrderKind, ServiceOrder};
use domain::testkit::{day, facts, now, with_contact, with_hold};
use domain::treatment::StepTaken;
use dunlin_domain as domain;

fn rule(refusal: &Refusal) -> &str {
    refusal.reasons.first().map_or("", |reason| &reason.rule)
}

fn order(facts: &Facts, kind: OrderKind) -> ServiceOrder {
    ServiceOrder {
        id: OrderId(uuid::Uuid::from_u128(1)),
        account: facts.account.id,
        service: facts.services[0].id,
        kind,
        approval: None,
    }
}

#[test]
fn a_suspension_needs_its_notice_its_day_and_nothing_open() {
    let policy = Policy::standard();
    let suspend = |facts: &Facts, at| clear(order(facts, OrderKind::Suspend), facts, &policy, at);
    let mut ready = facts();
    let refusal = suspend(&ready, now()).expect_err("no notice");
    assert_eq!(rule(&refusal), "UT-1");
    ready.steps.push(StepTaken::new(None, "Final notice", day(2026, 2, 23)));
    let released = release(suspend(&ready, now()).expect("15 days later, a Tuesday at 11:00"));
    assert_eq!(released.order().kind, OrderKind::Suspend);
    assert_eq!(released.at(), now());
    assert!(!released.reasons().is_empty());

    let early = suspend(&ready, now() - TimeDelta::days(1)).expect_err("14 days");
    assert_eq!(rule(&early), "UT-1");
    let afternoon = suspend(&ready, now() + TimeDelta::hours(3)).expect_err("14:00");
    assert_eq!(rule(&afternoon), "UT-2");
    assert_eq!(afternoon.until, Some(now() + TimeDelta::hours(21)), "next day at 08:00");
    let friday = suspend(&ready, now() + TimeDelta::days(3)).expect_err("Friday");
    assert_eq!(friday.until, Some(now() + TimeDelta::days(6) - TimeDelta::hours(3)));

    let mut disputed = ready.clone();
    disputed.invoices[1].disputed = true;
    assert_eq!(rule(&suspend(&disputed, now()).expect_err("dispute")), "UT-6");
    let stay = HoldKind::Bankruptcy {
        chapter: "11".to_owned(),
        case_number: String::new(),
        petition: day(2026, 3, 1),
        file: Box::default(),
    };
    let mut stayed = with_hold(ready.clone(), stay);
    assert_eq!(rule(&suspend(&stayed, now()).expect_err("stay")), "BK-1");
    stayed.services[0].state = ServiceState::Suspended;
    for kind in [OrderKind::Restore, OrderKind::EquipmentPickup] {
        let _ = clear(order(&stayed, kind), &stayed, &policy, now()).expect("always");
    }
    assert_eq!(rule(&suspend(&stayed, now()).expect_err("suspended already")), "BK-1");
    ready.invoices.clear();
    assert_eq!(rule(&suspend(&ready, now()).expect_err("paid")), "GATE-CLAIM");
}

#[test]
fn every_row_says_whether_until_when_and_how_often() {
    let mut facts = with_contact(facts(), 30, Medium::Call, Some(Disposition::NoAnswer));
    facts = with_contact(facts, 50, Medium::Call, Some(Disposition::LeftMessage));
    let policy = Policy::standard();
    let rows = contactability(&facts, &policy, now());
    let say = |medium: Medium, at| {
        let rows = contactability(&facts, &policy, at);
        let row = rows.into_iter().find(|row| row.medium == medium).expect("a row");
        (row.may, row.words(at))
    };
    assert_eq!(rows.len(), 4);
    assert_eq!(
        say(Medium::Call, now()),
        (May::Yes, "May call now until 9:00 PM in Boise · 2 of 7 calls used".to_owned())
    );
    assert_eq!(say(Medium::Letter, now()), (May::Yes, "May write now".to_owned()));
    let (may, words) = say(Medium::Call, now() + TimeDelta::hours(11));
    assert_eq!(may, May::No);
    assert!(words.starts_with("May call from Wed Mar 11, 8:00 AM in Boise, in 10 hours: It is 10:00 PM"), "{words}");
    let (may, words) = say(Medium::Text, now());
    assert_eq!(may, May::No);
    assert!(words.starts_with("May not text: The customer has no mobile"), "{words}");
}
