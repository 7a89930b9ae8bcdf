//! What is about to leave in a random history, under which house rules, and one history rolled on
//! purpose.

use chrono::{DateTime, TimeDelta, Utc};
use domain::account::PointKind;
use domain::compliance::{Approval, Purpose};
use domain::contact::{Direction, Disposition, Medium};
use domain::facts::Facts;
use domain::ids::AccountId;
use domain::policy::Policy;
use domain::service_order::OrderKind;
use domain::testkit::{self, Doing, Sample};
use dunlin_domain as domain;

use crate::dice::Dice;
use crate::histories::{History, PLACES, entry};

/// What the house keeps where no law asks for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct House {
    pub hours: bool,
    pub caps: bool,
}

impl House {
    /// Its number among the policies of [`policies`].
    pub fn index(self) -> usize {
        usize::from(self.hours) + 2 * usize::from(self.caps)
    }
}

/// The standard policy with and without the house's hours and caps.
pub fn policies() -> Vec<Policy> {
    let house = |index: usize| {
        let mut policy = Policy::standard();
        policy.gate.first_party_apply_hours = index % 2 == 1;
        policy.gate.first_party_apply_caps = index >= 2;
        policy
    };
    (0..4).map(house).collect()
}

/// Far too many calls or talks in West Virginia, which a supervisor wants to go on with.
pub fn storm(dice: &mut Dice, history: &mut History) {
    let (city, state, zip, zone) = PLACES[12];
    let address = &mut history.facts.customer.address;
    (address.city, address.state, address.zip) = (city.to_owned(), state.to_owned(), zip.to_owned());
    address.country.clear();
    history.facts.customer.zones.clear();
    history.facts.holds.clear();
    (history.zones, history.states) = (vec![zone], vec![state]);
    history.facts.customer.points.truncate(0);
    history.facts.customer.points.push(testkit::point(10, PointKind::Phone, "800-555-0100"));
    let (count, talks) = dice.pick(&[(29, false), (30, false), (30, false), (9, true), (10, true), (10, true)]);
    history.facts.contacts.clear();
    for index in 0..count {
        let how = if talks { Disposition::Spoke } else { Disposition::NoAnswer };
        let at = history.now - TimeDelta::hours(3 + 4 * index);
        history.facts.contacts.push(entry(&history.facts, index, at, zone, Medium::Call, Some(how)));
    }
    history.facts.contacts.sort_by_key(|contact| contact.at);
    history.item.doing = Doing::Contact(Medium::Call, Purpose::AchEnrollment);
    history.item.asks = None;
    history.item = history.item.clone().approved(history.now);
}

/// The customer's last text is about sixty days old.
pub fn old_text(dice: &mut Dice, history: &mut History) {
    let Some(zone) = history.zones.first().copied() else { return };
    let facts = &mut history.facts;
    facts.contacts.clear();
    facts.customer.points[0].kind = PointKind::Mobile;
    let at = history.now - TimeDelta::days(58 + dice.below(6));
    let mut text = entry(facts, 0, at, zone, Medium::Text, None);
    text.direction = Direction::Inbound;
    facts.contacts.push(text);
    history.item.doing = Doing::Contact(Medium::Text, Purpose::AchEnrollment);
    history.item.asks = None;
}

pub fn item(dice: &mut Dice, facts: &Facts, now: DateTime<Utc>) -> Sample {
    let purpose = dice.pick(&[
        Purpose::Dunning,
        Purpose::Dunning,
        Purpose::Dunning,
        Purpose::Receipt,
        Purpose::EffortsEnd,
        Purpose::AchEnrollment,
    ]);
    let doing = match dice.below(10) {
        0..=2 => Doing::Contact(Medium::Call, purpose),
        3 => Doing::Contact(Medium::Voicemail, Purpose::Dunning),
        4 => Doing::Contact(Medium::Text, purpose),
        5 | 6 => Doing::Email("customer@example.com".to_owned(), purpose),
        7 => Doing::Contact(Medium::Letter, purpose),
        _ => {
            let kind = dice.pick(&[OrderKind::Suspend, OrderKind::Suspend, OrderKind::Terminate, OrderKind::Restore]);
            Doing::Order(kind, facts.services[0].id)
        }
    };
    let demands = purpose == Purpose::Dunning && dice.percent(60);
    let mut texts = vec!["TXT_MM_INITIAL", "TXT_MM_SUBSEQUENT", "TXT_OPTOUT"];
    if dice.percent(12) {
        texts.retain(|_| dice.percent(50));
    }
    let mut approval = dice.percent(20).then(|| Approval {
        by: "supervisor".to_owned(),
        reason: "agreed with the customer".to_owned(),
        at: now - TimeDelta::minutes(dice.below(28 * 60) - 30),
    });
    if let Some(word) = approval.as_mut().filter(|_| dice.percent(10)) {
        dice.pick(&["", " ", "x"]).clone_into(&mut word.reason);
    }
    let account = if dice.percent(1) { AccountId::derive("billing", "another") } else { facts.account.id };
    Sample {
        asks: demands.then(|| (testkit::usd(dice.pick(&[20_000, 20_000, 12_000])), Vec::new())),
        texts,
        approval,
        account,
        ..Sample::new(facts, doing)
    }
}
