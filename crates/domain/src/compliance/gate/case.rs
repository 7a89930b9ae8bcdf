//! The facts of one account at one moment, as the rules ask for them.

use std::cell::OnceCell;

use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;

use crate::account::{ContactPoint, CustomerKind, Mode, PointKind};
use crate::compliance::gate_policy::Hours;
use crate::compliance::notice::NoticeState;
use crate::compliance::rules::hours::{ConsumerMessage, tim_1};
use crate::compliance::rules::scope::{effective_mode, uses_other_name};
use crate::compliance::verdict::Finding;
use crate::compliance::zone::{Zones, area_state};
use crate::contact::{Contact, Direction, Medium};
use crate::facts::Facts;
use crate::hold::Hold;
use crate::policy::Policy;

/// What every rule of the gate may look at.
pub(super) struct Case<'a> {
    pub facts: &'a Facts,
    pub policy: &'a Policy,
    pub now: DateTime<Utc>,
    /// Every zone the customer may be in.
    pub zones: Vec<Tz>,
    /// The customer's date, the earliest of the zones.
    pub today: NaiveDate,
    /// Mode for the rules: a creditor who collects in another name counts as a third party (15 USC
    /// 1692a(6)).
    pub mode: Mode,
    /// Person or business.
    pub kind: CustomerKind,
    /// Two-letter states whose rules reach the customer: residence and area codes.
    pub states: Vec<&'a str>,
    /// The customer lives in New York City.
    pub nyc: bool,
    /// The hours' answer, the same for every medium that keeps them.
    hours: OnceCell<(Hours, Finding)>,
    /// Where the validation notice stands, read once.
    notice: OnceCell<NoticeState>,
}

impl<'a> Case<'a> {
    pub fn of(facts: &'a Facts, policy: &'a Policy, now: DateTime<Utc>) -> Self {
        let customer = &facts.customer;
        let zones = Zones::of(customer);
        let today = zones.date(now);
        let address = &customer.address;
        let mut states = Vec::new();
        if !address.state.is_empty() {
            states.push(address.state.as_str());
        }
        for point in customer.points.iter().filter(|point| is_phone(point)) {
            if let Some(state) = area_state(&point.value)
                && !states.contains(&state)
            {
                states.push(state);
            }
        }
        let in_name = &policy.gate.collects_in_name;
        let other_name = uses_other_name(&facts.account.creditor, in_name);
        Self {
            facts,
            policy,
            now,
            zones: zones.iter().collect(),
            today,
            mode: effective_mode(facts.account.mode, other_name),
            kind: customer.kind,
            states,
            nyc: address.state == "NY" && is_new_york_city(&address.zip),
            hours: OnceCell::new(),
            notice: OnceCell::new(),
        }
    }

    /// TIM-1 and TIM-2 for a window of hours.
    pub fn hours(&self, window: Hours) -> Finding {
        let answer = || (window, tim_1(&self.zones, self.now, window));
        let (answered, finding) = self.hours.get_or_init(answer);
        if *answered == window { finding.clone() } else { answer().1 }
    }

    /// Where the validation notice stands.
    pub fn notice(&self) -> &NoticeState {
        self.notice.get_or_init(|| NoticeState::of(self.facts, self.now))
    }

    /// A person's debt.
    pub fn is_consumer(&self) -> bool {
        self.kind == CustomerKind::Consumer
    }

    /// Regulation F binds: a person's debt, collected for another.
    pub fn is_reg_f(&self) -> bool {
        self.is_consumer() && self.mode == Mode::ThirdParty
    }

    /// The laws of that state reach the customer.
    pub fn in_state(&self, state: &str) -> bool {
        self.states.contains(&state)
    }

    /// Holds in force.
    pub fn holds(&self) -> impl Iterator<Item = &'a Hold> {
        let (now, today) = (self.now, self.today);
        let holds = self.facts.holds.iter();
        holds.filter(move |hold| hold.is_active(now, today))
    }

    /// The contacts up to now, without notes and without entries that a later one corrects.
    pub fn log(&self) -> impl Iterator<Item = &'a Contact> {
        let contacts = &self.facts.contacts;
        let corrected = contacts.iter().any(|contact| contact.corrects.is_some());
        let now = self.now;
        contacts.iter().filter(move |contact| {
            let replaced = || contacts.iter().any(|other| other.corrects == Some(contact.id));
            contact.at <= now && contact.medium != Medium::Note && !(corrected && replaced())
        })
    }

    /// The date of an entry for windows of days: never after today, whatever zone it was recorded
    /// in.
    pub fn date(&self, contact: &Contact) -> NaiveDate {
        contact.local_date.min(self.today)
    }

    /// The customer's last own message by a medium, with our answers to it.
    pub fn message(&self, medium: Medium) -> Option<ConsumerMessage> {
        let mut message = None;
        for contact in self.log().filter(|contact| contact.medium == medium) {
            match (contact.direction, &mut message) {
                (Direction::Inbound, _) => {
                    message = Some(ConsumerMessage { at: contact.at, medium, replies_sent: 0 });
                }
                (Direction::Outbound, Some(message)) => message.replies_sent += 1,
                (Direction::Outbound, None) => {}
            }
        }
        message
    }
}

/// A telephone of any kind.
pub(super) fn is_phone(point: &ContactPoint) -> bool {
    point.kind != PointKind::Email
}

/// The same telephone number, however it is written.
pub(super) fn same_number(one: &str, two: &str) -> bool {
    fn digits(number: &str) -> impl Iterator<Item = u8> {
        number.bytes().rev().filter(u8::is_ascii_digit).take(10)
    }
    digits(one).eq(digits(two))
}

/// The five boroughs by ZIP prefix; the two codes of Queens that share one with Nassau County.
fn is_new_york_city(zip: &str) -> bool {
    zip.get(..3).is_some_and(|three| {
        matches!(three, "100" | "101" | "102" | "103" | "104" | "111" | "112" | "113" | "114" | "116")
    }) || zip.starts_with("11004")
        || zip.starts_with("11005")
}
