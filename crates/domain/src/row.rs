//! Whole rows, as they pass between a device and the server: final images, whatever the database.

use crate::account::{Account, Customer, Service};
use crate::arrangement::Arrangement;
use crate::contact::{Contact, FollowUp};
use crate::history::Entry;
use crate::hold::Hold;
use crate::ids::{AccountId, CustomerId};
use crate::invoice::{Dispute, Invoice};
use crate::money::Money;
use crate::outbox::{Intent, State};
use crate::payment::Payment;
use crate::policy::Policy;
use crate::treatment::StepTaken;
use chrono::{DateTime, Utc};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

/// A kind of row, in the order in which rows refer to one another: what comes later may name what
/// came before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Table {
    /// Of the organisation.
    Policy,
    /// Of the organisation.
    Template,
    /// With the contact points.
    Customer,
    /// Billing accounts.
    Account,
    /// Services.
    Service,
    /// Invoices.
    Invoice,
    /// Payments and credit memos.
    Payment,
    /// Disputes.
    Dispute,
    /// Holds.
    Hold,
    /// With their installments.
    Arrangement,
    /// The contact log.
    Contact,
    /// Follow-ups, done ones too.
    FollowUp,
    /// Letters and emails, with where they stand.
    Outbox,
    /// An account's dunning steps, all of them in one row.
    Steps,
    /// The audit's entries about accounts.
    History,
}

impl Table {
    /// All, in order.
    pub const ALL: [Self; 15] = [
        Self::Policy,
        Self::Template,
        Self::Customer,
        Self::Account,
        Self::Service,
        Self::Invoice,
        Self::Payment,
        Self::Dispute,
        Self::Hold,
        Self::Arrangement,
        Self::Contact,
        Self::FollowUp,
        Self::Outbox,
        Self::Steps,
        Self::History,
    ];

    /// Its name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Policy => "policy",
            Self::Template => "template",
            Self::Customer => "customer",
            Self::Account => "account",
            Self::Service => "service",
            Self::Invoice => "invoice",
            Self::Payment => "payment",
            Self::Dispute => "dispute",
            Self::Hold => "hold",
            Self::Arrangement => "arrangement",
            Self::Contact => "contact",
            Self::FollowUp => "follow_up",
            Self::Outbox => "outbox",
            Self::Steps => "steps",
            Self::History => "history",
        }
    }

    /// The table of that name.
    #[must_use]
    pub fn by_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|table| table.name() == name)
    }
}

/// Something on an account that does not say so itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OnAccount<T> {
    /// On which.
    pub account: AccountId,
    /// What.
    pub of: T,
}

/// A letter or email and where it stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sent {
    /// What should leave.
    pub intent: Intent,
    /// Where it stands.
    pub state: State,
}

/// A published policy.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PolicyRow {
    /// The policy, with its version.
    pub policy: Policy,
    /// When it was published.
    pub at: DateTime<Utc>,
    /// By whom.
    pub actor: String,
}

/// A template's version.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TemplateRow {
    /// Its key: `dunning_1`.
    pub key: String,
    /// Its version.
    pub version: u32,
    /// When it was saved.
    pub at: DateTime<Utc>,
    /// By whom.
    pub actor: String,
    /// The template.
    pub body: serde_json::Value,
}

/// One row, whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Row {
    /// A policy.
    Policy(PolicyRow),
    /// A template.
    Template(TemplateRow),
    /// Who owes.
    Customer(Customer),
    /// A billing account.
    Account(Account),
    /// A service.
    Service(Service),
    /// An invoice.
    Invoice(Invoice),
    /// A payment or credit memo.
    Payment(Payment),
    /// A dispute.
    Dispute(OnAccount<Dispute>),
    /// A hold.
    Hold(OnAccount<Hold>),
    /// An arrangement.
    Arrangement(OnAccount<Arrangement>),
    /// An entry of the contact log.
    Contact(Contact),
    /// A follow-up.
    FollowUp(FollowUp),
    /// A letter or email.
    Outbox(Sent),
    /// All dunning steps of an account, in the order they were taken.
    Steps(OnAccount<Vec<StepTaken>>),
    /// A history entry.
    History(Entry),
}

impl Row {
    /// Its table.
    #[must_use]
    pub fn table(&self) -> Table {
        match self {
            Self::Policy(_) => Table::Policy,
            Self::Template(_) => Table::Template,
            Self::Customer(_) => Table::Customer,
            Self::Account(_) => Table::Account,
            Self::Service(_) => Table::Service,
            Self::Invoice(_) => Table::Invoice,
            Self::Payment(_) => Table::Payment,
            Self::Dispute(_) => Table::Dispute,
            Self::Hold(_) => Table::Hold,
            Self::Arrangement(_) => Table::Arrangement,
            Self::Contact(_) => Table::Contact,
            Self::FollowUp(_) => Table::FollowUp,
            Self::Outbox(_) => Table::Outbox,
            Self::Steps(_) => Table::Steps,
            Self::History(_) => Table::History,
        }
    }

    /// Its id within the table.
    #[must_use]
    pub fn id(&self) -> String {
        match self {
            Self::Policy(row) => row.policy.version.to_string(),
            Self::Template(row) => format!("{}/{}", row.key, row.version),
            Self::Customer(row) => row.id.to_string(),
            Self::Account(row) => row.id.to_string(),
            Self::Service(row) => row.id.to_string(),
            Self::Invoice(row) => row.id.to_string(),
            Self::Payment(row) => row.id.to_string(),
            Self::Dispute(row) => row.of.id.to_string(),
            Self::Hold(row) => row.of.id.to_string(),
            Self::Arrangement(row) => row.of.id.to_string(),
            Self::Contact(row) => row.id.to_string(),
            Self::FollowUp(row) => row.id.to_string(),
            Self::Outbox(row) => row.intent.id.to_string(),
            Self::Steps(row) => row.account.to_string(),
            Self::History(row) => row.id.to_string(),
        }
    }

    /// The account it is on; none for customers and what is the organisation's.
    #[must_use]
    pub fn account(&self) -> Option<AccountId> {
        match self {
            Self::Policy(_) | Self::Template(_) | Self::Customer(_) => None,
            Self::Account(row) => Some(row.id),
            Self::Service(row) => Some(row.account),
            Self::Invoice(row) => Some(row.account),
            Self::Payment(row) => Some(row.account),
            Self::Dispute(row) => Some(row.account),
            Self::Hold(row) => Some(row.account),
            Self::Arrangement(row) => Some(row.account),
            Self::Contact(row) => Some(row.account),
            Self::FollowUp(row) => Some(row.account),
            Self::Outbox(row) => Some(row.intent.account),
            Self::Steps(row) => Some(row.account),
            Self::History(row) => row.account,
        }
    }

    /// The customer it names itself.
    #[must_use]
    pub fn customer(&self) -> Option<CustomerId> {
        match self {
            Self::Customer(row) => Some(row.id),
            Self::Account(row) => Some(row.customer),
            _ => None,
        }
    }

    /// The same row as any store gives it back: moments to the millisecond, amounts with their
    /// currency's digits.
    #[must_use]
    pub fn canonical(mut self) -> Self {
        match &mut self {
            Self::Policy(row) => ms(&mut row.at),
            Self::Template(row) => ms(&mut row.at),
            Self::Customer(_) | Self::Account(_) | Self::Service(_) => {}
            Self::Invoice(row) => {
                minor(&mut row.amount);
                row.applied = digits(row.applied, row.amount.currency.minor_digits());
            }
            Self::Payment(row) => {
                minor(&mut row.amount);
                row.allocations.iter_mut().for_each(|part| minor(&mut part.amount));
            }
            Self::Dispute(row) => minor(&mut row.of.amount),
            Self::Hold(row) => {
                ms(&mut row.of.placed);
                row.of.released.iter_mut().for_each(ms);
            }
            Self::Arrangement(row) => {
                ms(&mut row.of.agreed);
                row.of.cancelled.iter_mut().for_each(ms);
                row.of.installments.iter_mut().for_each(|part| minor(&mut part.amount));
            }
            Self::Contact(row) => {
                ms(&mut row.at);
                row.amount.iter_mut().for_each(minor);
            }
            Self::FollowUp(row) => row.done.iter_mut().for_each(ms),
            Self::Outbox(row) => ms(&mut row.intent.decided),
            Self::Steps(row) => {
                row.of.iter_mut().filter_map(|step| step.fee.as_mut()).for_each(minor);
            }
            Self::History(row) => ms(&mut row.at),
        }
        self
    }
}

fn ms(at: &mut DateTime<Utc>) {
    if let Some(whole) = DateTime::from_timestamp_millis(at.timestamp_millis()) {
        *at = whole;
    }
}

fn digits(mut amount: Decimal, digits: u32) -> Decimal {
    amount.normalize_assign();
    if amount.scale() < digits {
        amount.rescale(digits);
    }
    amount
}

fn minor(money: &mut Money) {
    money.amount = digits(money.amount, money.currency.minor_digits());
}
