//! A hundred and fifty thousand random histories, and a second opinion on each clearance. The
//! checker below was written from the rules' text on its own and shares no code with them: it has
//! its own places, its own counting and its own reading of holds.

#[path = "gate_checker/checker.rs"]
mod checker;
#[path = "gate_checker/dice.rs"]
mod dice;
#[path = "gate_checker/histories.rs"]
mod histories;
#[path = "gate_checker/orders.rs"]
mod orders;

use std::collections::BTreeMap;

use dice::Dice;
use domain::account::PointKind;
use domain::compliance::{May, Purpose, clear, contactability};
use domain::contact::Medium;
use domain::policy::Policy;
use domain::reason::{Lift, Refusal};
use domain::testkit::{Doing, Sample};
use dunlin_domain as domain;

const HISTORIES: u64 = 150_000;

#[test]
fn nothing_cleared_breaks_an_hour_a_cap_a_cease_a_refusal_or_a_stay() {
    let policy = Policy::standard();
    let mut passed = BTreeMap::<String, u32>::new();
    let mut refused = BTreeMap::<String, u32>::new();
    for seed in 0..HISTORIES {
        let history = histories::roll(&mut Dice::new(seed));
        let item = history.item.clone();
        match clear(item, &history.facts, &policy, history.now) {
            Ok(cleared) => {
                let objections = checker::objections(&history);
                assert!(
                    objections.is_empty(),
                    "history {seed} was cleared at {}, but: {objections:?}\n{:#?}\n{:#?}\n{:#?}",
                    history.now,
                    history.item,
                    history.facts,
                    cleared.reasons(),
                );
                *passed.entry(history.kind()).or_default() += 1;
            }
            Err(refusal) => {
                assert!(!refusal.message.is_empty() && !refusal.remedy.is_empty());
                assert!(!refusal.reasons.is_empty(), "{refusal:?}");
                let rule = refusal.reasons[0].rule.to_string();
                *refused.entry(rule).or_default() += 1;
            }
        }
    }
    eprintln!("cleared {passed:?}\nrefused {refused:?}");
    // The check means something only where much passes and every rule refuses at times.
    for kind in ["Call", "Email", "Letter", "Order", "Text", "Voicemail"] {
        assert!(passed.get(kind).is_some_and(|count| *count > 1_000), "{kind}: {passed:?}");
    }
    for rule in [
        "TIM-1",
        "TIM-2",
        "TIM-3",
        "FRQ-3",
        "FRQ-4",
        "CEA-1",
        "MED-1",
        "ATT-1",
        "BK-1",
        "DEC-1",
        "IDT-2",
        "ST-CA",
        "ST-MA",
        "ST-WA",
        "ST-NYC",
        "UT-1",
        "UT-2",
        "UT-6",
        "GATE-POINT",
        "GATE-CLAIM",
    ] {
        assert!(refused.get(rule).is_some_and(|count| *count > 20), "{rule}: {refused:?}");
    }
}

#[test]
fn what_a_row_of_my_day_says_is_what_the_gate_does() {
    let policy = Policy::standard();
    let mut said = BTreeMap::<String, u32>::new();
    for seed in 0..20_000 {
        let history = histories::roll(&mut Dice::new(seed));
        let (facts, now) = (&history.facts, history.now);
        for row in contactability(facts, &policy, now) {
            let purpose = Purpose::Dunning;
            let doing = match row.medium {
                Medium::Email => {
                    let mut points = facts.customer.points.iter();
                    let usable = |point: &&domain::account::ContactPoint| {
                        point.kind == PointKind::Email && !point.bad && !point.opted_out
                    };
                    let to = points.find(usable).map_or("", |point| &point.value);
                    Doing::Email(to.to_owned(), purpose)
                }
                medium => Doing::Contact(medium, purpose),
            };
            let item = Sample { doing, asks: None, ..history.item.clone() };
            let answer = clear(item, facts, &policy, now);
            let about_money = |refusal: &Refusal| {
                let mut rules = refusal.reasons.iter().map(|reason| &reason.rule);
                rules.any(|rule| rule == "GATE-CLAIM")
            };
            *said.entry(format!("{:?} {:?}", row.medium, row.may)).or_default() += 1;
            match (row.may, answer) {
                (May::Yes, Ok(_)) => {}
                // A row tells of contact; whether something is owed is another column.
                (_, Err(refusal)) if about_money(&refusal) => {}
                (May::Supervisor, Err(refusal)) => assert_eq!(refusal.lift, Lift::Supervisor),
                (May::No, Err(refusal)) => {
                    assert_ne!(refusal.lift, Lift::Supervisor);
                    assert_eq!(refusal.until, row.changes, "history {seed}");
                }
                (may, answer) => panic!("history {seed}: {:?} {may:?}, {answer:?}", row.medium),
            }
            // "From then on" is a promise about what is known now.
            if let Some(from) = row.changes.filter(|_| row.may == May::No) {
                assert!(from > now, "history {seed}: {row:?} at {now}");
            }
            assert!(row.words(now).starts_with("May "));
        }
    }
    assert!(said.len() == 12, "{said:?}");
}

#[test]
fn the_checker_objects_to_what_the_gate_refuses() {
    // Without the gate between them, the same histories do break the rules: the checker is awake.
    let mut broken = BTreeMap::<&'static str, u32>::new();
    for seed in 0..20_000 {
        let history = histories::roll(&mut Dice::new(seed));
        for objection in checker::objections(&history) {
            *broken.entry(objection).or_default() += 1;
        }
    }
    eprintln!("{broken:?}");
    for objection in checker::ALL {
        assert!(broken.get(objection).is_some_and(|count| *count > 5), "{objection}: {broken:?}");
    }
}
