//! Random histories, and a second opinion on each clearance. The checker below was written from the
//! rules' text on its own and shares no code with them: it has its own places, its own counting and
//! its own reading of holds. Bugs planted into the rules show that it is awake.
//!
//! `cargo xtask histories N` runs that many; without a number 150,000.

#[path = "gate_checker/checker.rs"]
mod checker;
#[path = "gate_checker/dice.rs"]
mod dice;
#[path = "gate_checker/histories.rs"]
mod histories;
#[path = "gate_checker/items.rs"]
mod items;
#[path = "gate_checker/messages.rs"]
mod messages;
#[path = "gate_checker/mutants.rs"]
mod mutants;
#[path = "gate_checker/notices.rs"]
mod notices;
#[path = "gate_checker/orders.rs"]
mod orders;
#[path = "gate_checker/states.rs"]
mod states;

use std::collections::{BTreeMap, BTreeSet};
use std::thread;

use dice::Dice;
use domain::account::PointKind;
use domain::compliance::{May, Purpose, clear, contactability};
use domain::contact::Medium;
use domain::policy::Policy;
use domain::reason::{Lift, Refusal};
use domain::testkit::{Doing, Sample};
use dunlin_domain as domain;

/// How many histories: `DUNLIN_HISTORIES`, else 150,000.
fn histories() -> u64 {
    std::env::var("DUNLIN_HISTORIES").ok().and_then(|number| number.parse().ok()).unwrap_or(150_000)
}

/// What came of some histories.
#[derive(Default)]
struct Count {
    passed: BTreeMap<String, u64>,
    /// Refusals by the deciding rule.
    refused: BTreeMap<String, u64>,
    /// Every rule that spoke.
    spoke: BTreeSet<String>,
}

impl Count {
    fn add(mut self, other: Self) -> Self {
        for (into, from) in [(&mut self.passed, other.passed), (&mut self.refused, other.refused)] {
            for (name, count) in from {
                *into.entry(name).or_default() += count;
            }
        }
        self.spoke.extend(other.spoke);
        self
    }
}

fn run(seeds: impl Iterator<Item = u64>) -> Count {
    let policies = items::policies();
    let mut count = Count::default();
    for seed in seeds {
        let history = histories::roll(&mut Dice::new(seed));
        let item = history.item.clone();
        match clear(item, &history.facts, &policies[history.house.index()], history.now) {
            Ok(cleared) => {
                let objections = checker::objections(&history);
                assert!(
                    objections.is_empty(),
                    "history {seed} was cleared at {}, but: {objections:?}\n{:?}\n{:#?}\n{:#?}\n{:#?}",
                    history.now,
                    history.house,
                    history.item,
                    history.facts,
                    cleared.reasons(),
                );
                *count.passed.entry(history.kind()).or_default() += 1;
                note(&mut count.spoke, cleared.reasons().iter().map(|reason| reason.rule.as_ref()));
            }
            Err(refusal) => {
                assert!(!refusal.message.is_empty() && !refusal.remedy.is_empty());
                assert!(!refusal.reasons.is_empty(), "{refusal:?}");
                *count.refused.entry(refusal.reasons[0].rule.to_string()).or_default() += 1;
                note(&mut count.spoke, refusal.reasons.iter().map(|reason| reason.rule.as_ref()));
            }
        }
    }
    count
}

fn note<'a>(spoke: &mut BTreeSet<String>, rules: impl Iterator<Item = &'a str>) {
    for rule in rules {
        if !spoke.contains(rule) {
            spoke.insert(rule.to_owned());
        }
    }
}

#[test]
fn nothing_cleared_breaks_an_hour_a_cap_a_cease_a_refusal_or_a_stay() {
    let all = histories();
    let lanes = thread::available_parallelism().map_or(1, |count| count.get() as u64);
    let start = std::time::Instant::now();
    let count = thread::scope(|scope| {
        let lane = |lane| scope.spawn(move || run((lane..all).step_by(usize::try_from(lanes).expect("few"))));
        let running: Vec<_> = (0..lanes).map(lane).collect();
        running.into_iter().map(|lane| lane.join().expect("a lane")).fold(Count::default(), Count::add)
    });
    let Count { passed, refused, spoke } = count;
    let cleared: u64 = passed.values().sum();
    eprintln!(
        "{all} histories in {:.1?}, {cleared} cleared, no objection\ncleared {passed:?}\nrefused {refused:?}",
        start.elapsed()
    );
    // The check means something only where much passes and every rule refuses at times.
    for kind in ["Call", "Email", "Letter", "Order", "Text", "Voicemail"] {
        assert!(passed.get(kind).is_some_and(|count| *count > 400), "{kind}: {passed:?}");
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
        "ST-WV",
        "ST-FL",
        "ST-NYC",
        "UT-1",
        "UT-2",
        "UT-6",
        "VAL-1",
        "GATE-POINT",
        "GATE-CLAIM",
        "GATE-TEXT",
    ] {
        assert!(refused.get(rule).is_some_and(|count| *count > 20), "{rule}: {refused:?}");
    }
    // No rule speaks at the gate that no bug is planted into.
    let planted: BTreeSet<&str> = mutants::PLANTED.iter().map(mutants::Plant::rule).collect();
    let unplanted: Vec<&String> = spoke.iter().filter(|rule| !planted.contains(rule.as_str())).collect();
    assert!(unplanted.is_empty(), "{unplanted:?}");
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
            let texts = vec!["TXT_MM_INITIAL", "TXT_MM_SUBSEQUENT", "TXT_OPTOUT"];
            let item = Sample { texts, ..Sample::new(facts, doing) };
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
