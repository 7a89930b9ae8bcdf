//! Bugs planted into the gate's rules one by one, and the objection by which the checker must notice
//! each. A rule behind another one is tested with that other one silent: then its own bug alone makes
//! the difference.

use domain::compliance::clear;
use domain::compliance::planted::Bug::{self, Loose, Silent};
use domain::compliance::planted::with_bugs;
use dunlin_domain as domain;

use crate::checker;
use crate::dice::Dice;
use crate::{histories, items};

/// One bug.
pub struct Plant {
    bug: Bug,
    /// Rules that would stop the same, silenced as well.
    behind: &'static [&'static str],
    /// What the checker must say.
    noticed: &'static str,
}

impl Plant {
    pub fn rule(&self) -> &'static str {
        let (Silent(rule) | Loose(rule)) = self.bug;
        rule
    }
}

const fn plant(bug: Bug, noticed: &'static str) -> Plant {
    Plant { bug, behind: &[], noticed }
}

const fn hidden(bug: Bug, behind: &'static [&'static str], noticed: &'static str) -> Plant {
    Plant { bug, behind, noticed }
}

/// Every rule that the gate asks.
pub const PLANTED: [Plant; 78] = [
    plant(Silent("TIM-1"), "outside the hours"),
    plant(Loose("TIM-1"), "outside the hours"),
    plant(Silent("TIM-2"), "outside the hours"),
    plant(Loose("TIM-2"), "outside the hours"),
    plant(Silent("TIM-3"), "an hour named inconvenient"),
    plant(Silent("PLC-1"), "at work, unasked"),
    hidden(Silent("PLC-2"), &["EML-1"], "an email address without consent or use"),
    hidden(Silent("EML-1"), &["PLC-2"], "an email address without consent or use"),
    plant(Silent("TXT-1"), "a number that sent no text in sixty days"),
    plant(Loose("TXT-1"), "a number that sent no text in sixty days"),
    plant(Silent("OPT-1"), "no way to opt out"),
    plant(Silent("MMD-1"), "a first writing without its text"),
    plant(Silent("MMD-2"), "not from a debt collector, by its words"),
    plant(Silent("ATT-1"), "attorney"),
    plant(Loose("ATT-1"), "attorney"),
    plant(Silent("CEA-1"), "cease"),
    plant(Silent("MED-1"), "refused medium"),
    plant(Silent("DSP-1"), "all of it is disputed"),
    plant(Silent("DSP-2"), "asked for the original creditor"),
    plant(Silent("VAL-1"), "no validation notice"),
    plant(Silent("VAL-3"), "the validation notice came back"),
    plant(Silent("VAL-4"), "words that overshadow"),
    plant(Silent("BK-2"), "a discharged debt"),
    plant(Silent("UT-3"), "a medical certificate"),
    plant(Silent("DEC-1"), "died"),
    plant(Silent("IDT-2"), "identity theft"),
    hidden(Silent("FRQ-1"), &["FRQ-4"], "seven calls in seven days"),
    hidden(Loose("FRQ-1"), &["FRQ-4"], "seven calls in seven days"),
    plant(Silent("FRQ-2"), "spoke within seven days"),
    plant(Loose("FRQ-2"), "spoke within seven days"),
    plant(Silent("FRQ-3"), "spoke within seven days"),
    hidden(Silent("FRQ-3"), &["FRQ-4"], "seven calls in seven days"),
    plant(Silent("FRQ-4"), "seven calls over all accounts"),
    plant(Silent("FRQ-4"), "three calls today"),
    plant(Silent("FRQ-4"), "called within two hours"),
    plant(Loose("FRQ-4"), "seven calls over all accounts"),
    plant(Loose("FRQ-4"), "three calls today"),
    plant(Silent("BK-1"), "stay"),
    hidden(Silent("BK-1"), &["BK-4", "BK-5"], "a cut in bankruptcy"),
    hidden(Silent("BK-4"), &["BK-1"], "a cut in bankruptcy"),
    hidden(Silent("BK-5"), &["BK-1"], "a cut in bankruptcy"),
    plant(Silent("ST-CA"), "cease"),
    plant(Silent("ST-MA"), "two in seven days (MA)"),
    plant(Loose("ST-MA"), "two in seven days (MA)"),
    plant(Silent("ST-MA"), "two in thirty days at work (MA)"),
    plant(Silent("ST-MA"), "at night (MA)"),
    plant(Silent("ST-WA"), "three contacts a week (WA)"),
    plant(Loose("ST-WA"), "three contacts a week (WA)"),
    plant(Silent("ST-WA"), "one a week at work (WA)"),
    plant(Silent("ST-WA"), "two a day to a cell (WA)"),
    plant(Silent("ST-FL"), "at night (FL)"),
    plant(Silent("ST-NY"), "no consent to messages (NY)"),
    plant(Silent("ST-NYC"), "two contacts in seven days (NYC)"),
    plant(Loose("ST-NYC"), "two contacts in seven days (NYC)"),
    plant(Silent("ST-NYC27"), "three contacts in seven days (NYC 2027)"),
    plant(Loose("ST-NYC27"), "three contacts in seven days (NYC 2027)"),
    plant(Silent("ST-NYC27"), "no consent to messages (NYC 2027)"),
    plant(Silent("ST-DC"), "four calls in seven days (DC)"),
    plant(Loose("ST-DC"), "four calls in seven days (DC)"),
    plant(Silent("ST-DC"), "no consent to messages (DC)"),
    plant(Silent("ST-WV"), "thirty calls or ten talks a week (WV)"),
    plant(Loose("ST-WV"), "thirty calls or ten talks a week (WV)"),
    plant(Silent("UT-1"), "cut without notice"),
    plant(Loose("UT-1"), "cut without notice"),
    plant(Silent("UT-2"), "cut at a bad time"),
    plant(Loose("UT-2"), "cut at a bad time"),
    plant(Silent("UT-4"), "the weather is not known"),
    plant(Silent("UT-6"), "cut while something is open"),
    plant(Silent("UT-7"), "not known what is unpaid on the telephone"),
    plant(Silent("UT-9"), "not known what is unpaid on Lifeline"),
    plant(Silent("GATE-ACCOUNT"), "another account's facts"),
    plant(Silent("GATE-POINT"), "no usable address"),
    plant(Silent("GATE-POINT"), "no postal address that works"),
    plant(Silent("GATE-CLAIM"), "asks for what is not owed"),
    plant(Silent("GATE-HOLD"), "paused by a person"),
    plant(Silent("GATE-TEXT"), "not from a debt collector, by its words"),
    plant(Silent("GATE-SERVICE"), "an order that does not fit the service"),
    plant(Loose("GATE-APPROVAL"), "attorney"),
];

/// The first history that the gate lets through with the bug and the checker objects to as it must.
fn noticed(plant: &Plant, most: u64) -> Option<u64> {
    let policies = items::policies();
    let behind: Vec<Bug> = plant.behind.iter().map(|rule| Silent(rule)).collect();
    let all: Vec<Bug> = behind.iter().copied().chain([plant.bug]).collect();
    (0..most).find(|seed| {
        let history = histories::roll(&mut Dice::new(*seed));
        let policy = &policies[history.house.index()];
        let passes =
            |bugs: &[Bug]| with_bugs(bugs, || clear(history.item.clone(), &history.facts, policy, history.now).is_ok());
        passes(&all) && checker::objections(&history).contains(&plant.noticed) && !passes(&behind)
    })
}

#[test]
fn the_checker_notices_a_bug_in_any_one_rule() {
    let mut missed = Vec::new();
    for plant in &PLANTED {
        match noticed(plant, 400_000) {
            Some(seed) => eprintln!("{:?}: noticed in history {seed}: {}", plant.bug, plant.noticed),
            None => missed.push(format!("{:?} ({})", plant.bug, plant.noticed)),
        }
    }
    assert!(missed.is_empty(), "not noticed: {missed:#?}");
}
