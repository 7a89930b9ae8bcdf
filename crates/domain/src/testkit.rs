//! Facts for tests and benches, of this crate and of others. Everything here passes through the
//! same doors as the product: [`cleared`] calls the real gate.

use chrono::{DateTime, NaiveDate, TimeZone as _, Utc};
use rust_decimal::Decimal;
use uuid::Uuid;

use crate::account::{Account, Address, ContactPoint, Customer, CustomerKind, Mode, PointKind, Service, ServiceState};
use crate::compliance::texts::{Checklist, Item, items};
use crate::compliance::{Act, Approval, Claim, Cleared, Leaves, Purpose, clear};
use crate::contact::{Contact, Direction, Disposition, Medium};
use crate::facts::{Facts, KEPT_TEMPLATE};
use crate::hold::{Hold, HoldKind};
use crate::ids::{AccountId, ContactId, ContactPointId, CustomerId, HoldId, InvoiceId, OutboxId, ServiceId};
use crate::invoice::Invoice;
use crate::money::{Currency, Money};
use crate::outbox::{Channel, Intent, State};
use crate::policy::Policy;
use crate::service_order::OrderKind;

/// The moment at which [`facts`] are taken: Tuesday 2026-03-10, 11:00 in Boise.
#[must_use]
pub fn now() -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2026, 3, 10, 17, 0, 0).single().unwrap_or_default()
}

/// A calendar day; the first of 1970 if there is no such day.
#[must_use]
pub fn day(year: i32, month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, month, day).unwrap_or_default()
}

/// Dollars and cents.
#[must_use]
pub fn usd(cents: i64) -> Money {
    Money::from_minor(cents, Currency::USD)
}

/// A contact point, numbered.
#[must_use]
pub fn point(number: u128, kind: PointKind, value: &str) -> ContactPoint {
    ContactPoint {
        id: ContactPointId(Uuid::from_u128(number)),
        kind,
        value: value.to_owned(),
        label: String::new(),
        source: "billing".to_owned(),
        bad: false,
        opted_out: false,
        consented: true,
    }
}

/// A consumer in Boise with a phone, an email and an address, one service, and two invoices past
/// due on [`now`]: 120.00 for 40 days and 80.00 for 9. First party; nothing speaks against contact.
#[must_use]
pub fn facts() -> Facts {
    let customer = CustomerId::derive("billing", "C-1001");
    let account = AccountId::derive("billing", "A-1001");
    let facts = Facts {
        customer: Customer {
            id: customer,
            reference: "C-1001".to_owned(),
            name: "Sample Customer".to_owned(),
            kind: CustomerKind::Consumer,
            address: Address {
                lines: vec!["100 Example Street".to_owned()],
                city: "Boise".to_owned(),
                state: "ID".to_owned(),
                zip: "83702".to_owned(),
                country: String::new(),
            },
            zones: vec![],
            points: vec![
                point(1, PointKind::Phone, "+1 208 342 5550"),
                point(2, PointKind::Email, "customer@example.com"),
            ],
        },
        account: Account {
            id: account,
            customer,
            reference: "A-1001".to_owned(),
            mode: Mode::FirstParty,
            creditor: "Example Telecom".to_owned(),
            segment: "standard".to_owned(),
            opened: Some(day(2023, 5, 1)),
            closed: None,
            autopay: false,
            paperless: false,
        },
        services: vec![Service {
            id: ServiceId::derive("billing", "S-1001"),
            account,
            product: "Internet 500".to_owned(),
            identifier: "208-342-5550".to_owned(),
            state: ServiceState::Active,
        }],
        invoices: vec![],
        payments: vec![],
        disputes: vec![],
        holds: vec![],
        arrangements: vec![],
        contacts: vec![],
        follow_ups: vec![],
        steps: vec![],
        outbox: vec![],
        approvals: vec![],
    };
    let facts = with_invoice(facts, "INV-1", day(2026, 1, 29), usd(12_000));
    with_invoice(facts, "INV-2", day(2026, 3, 1), usd(8_000))
}

/// The same account as [`facts`], owed by a business.
#[must_use]
pub fn business() -> Facts {
    let facts = facts();
    Facts {
        customer: Customer { kind: CustomerKind::Business, name: "Sample Business LLC".to_owned(), ..facts.customer },
        ..facts
    }
}

/// The same account as [`facts`], collected for another: Reg F applies in full.
#[must_use]
pub fn third_party() -> Facts {
    let mut facts = facts();
    facts.account.mode = Mode::ThirdParty;
    facts
}

/// With one more open invoice, dated 20 days before it is due.
#[must_use]
pub fn with_invoice(mut facts: Facts, number: &str, due: NaiveDate, amount: Money) -> Facts {
    facts.invoices.push(Invoice {
        id: InvoiceId::derive("billing", number),
        account: facts.account.id,
        number: number.to_owned(),
        date: due - chrono::Days::new(20),
        due,
        amount,
        applied: Decimal::ZERO,
        settled: None,
        disputed: false,
        written_off: None,
    });
    facts.invoices.sort_by_key(|invoice| invoice.due);
    facts
}

/// With a hold placed an hour before [`now`], open-ended.
#[must_use]
pub fn with_hold(mut facts: Facts, kind: HoldKind) -> Facts {
    let number = 1 + facts.holds.len() as u128;
    facts.holds.push(Hold {
        id: HoldId(Uuid::from_u128(number)),
        kind,
        note: String::new(),
        placed: now() - chrono::TimeDelta::hours(1),
        until: None,
        released: None,
    });
    facts
}

/// What a [`Sample`] does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Doing {
    /// A call, voicemail, text or visit, or a letter.
    Contact(Medium, Purpose),
    /// An email to an address.
    Email(String, Purpose),
    /// An order.
    Order(OrderKind, ServiceId),
}

/// An item of any kind, for the gate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sample {
    /// On which account.
    pub account: AccountId,
    /// What it does.
    pub doing: Doing,
    /// The amount it asks for, and for which invoices.
    pub asks: Option<(Money, Vec<InvoiceId>)>,
    /// Ids of the required texts in its words.
    pub texts: Vec<&'static str>,
    /// Items of its prescribed content that it lacks, by id.
    pub lacks: Vec<&'static str>,
    /// Its words overshadow the right to dispute.
    pub presses: bool,
    /// A supervisor's approval.
    pub approval: Option<Approval>,
}

impl Sample {
    /// On the facts' account, without amount, texts and approval.
    #[must_use]
    pub fn new(facts: &Facts, doing: Doing) -> Self {
        Self {
            account: facts.account.id,
            doing,
            asks: None,
            texts: Vec::new(),
            lacks: Vec::new(),
            presses: false,
            approval: None,
        }
    }

    /// Approved by a supervisor at that moment.
    #[must_use]
    pub fn approved(mut self, at: DateTime<Utc>) -> Self {
        self.approval =
            Some(Approval { by: "supervisor".to_owned(), reason: "agreed with the customer".to_owned(), at });
        self
    }
}

impl Leaves for Sample {
    fn account(&self) -> AccountId {
        self.account
    }

    fn act(&self) -> Act<'_> {
        match &self.doing {
            Doing::Email(to, purpose) => Act::Email { to, purpose: *purpose },
            Doing::Order(kind, service) => Act::Order { kind: *kind, service: *service },
            Doing::Contact(medium, purpose) => {
                let (point, purpose) = (None, *purpose);
                match medium {
                    Medium::Voicemail => Act::Voicemail { point },
                    Medium::Text => Act::Text { point, purpose },
                    Medium::Letter => Act::Letter { purpose },
                    Medium::Visit => Act::Visit { purpose },
                    _ => Act::Call { point, purpose },
                }
            }
        }
    }

    fn claim(&self) -> Option<Claim<'_>> {
        let (amount, invoices) = self.asks.as_ref()?;
        Some(Claim { amount: *amount, invoices })
    }

    fn carries(&self, text: &str) -> bool {
        self.texts.contains(&text)
    }

    fn lacks(&self) -> Vec<Item> {
        items(Checklist::ValidationNotice).filter(|item| self.lacks.contains(&item.id)).collect()
    }

    fn overshadows(&self) -> Option<bool> {
        Some(self.presses)
    }

    fn approval(&self) -> Option<&Approval> {
        self.approval.as_ref()
    }
}

/// With a validation notice mailed that many days before [`now`].
#[must_use]
pub fn with_notice(mut facts: Facts, days_ago: i64) -> Facts {
    let at = now() - chrono::TimeDelta::days(days_ago);
    let intent = Intent {
        id: OutboxId(Uuid::from_u128(900 + facts.outbox.len() as u128)),
        account: facts.account.id,
        channel: Channel::Letter,
        template: KEPT_TEMPLATE.to_owned(),
        run: None,
        arrangement: None,
        steps: Vec::new(),
        to: None,
        decided: at,
        actor: "specialist".to_owned(),
    };
    facts.outbox.push((intent, State::Sent { at }));
    facts
}

/// With an entry of the contact log: ours, that many hours before [`now`].
#[must_use]
pub fn with_contact(mut facts: Facts, hours_ago: i64, medium: Medium, disposition: Option<Disposition>) -> Facts {
    let at = now() - chrono::TimeDelta::hours(hours_ago);
    facts.contacts.push(Contact {
        id: ContactId(Uuid::from_u128(1 + facts.contacts.len() as u128)),
        account: facts.account.id,
        at,
        local_date: at.with_timezone(&chrono_tz::America::Boise).date_naive(),
        actor: "specialist".to_owned(),
        medium,
        direction: Direction::Outbound,
        point: String::new(),
        disposition,
        note: String::new(),
        amount: None,
        corrects: None,
    });
    facts.contacts.sort_by_key(|contact| contact.at);
    facts
}

/// The item, cleared by the real gate on these facts at [`now`] under the standard policy.
///
/// # Panics
/// When the gate refuses; the refusal is in the message.
#[must_use]
pub fn cleared<T: Leaves>(item: T, facts: &Facts) -> Cleared<T> {
    match clear(item, facts, &Policy::standard(), now()) {
        Ok(cleared) => cleared,
        Err(refusal) => panic!("the sample is refused: {refusal} {:?}", refusal.reasons),
    }
}
