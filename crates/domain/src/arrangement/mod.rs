//! Payment arrangements and promises to pay: what a department allows ([`propose`], [`limits`]),
//! and how an agreement stands as payments arrive in any order ([`status`]).

mod form;
mod propose;
mod rules;
mod schedule;
mod state;
mod status;

use std::collections::BTreeSet;

use chrono::{DateTime, NaiveDate, Utc};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

pub(crate) use self::form::field;
pub use self::propose::{Limits, Proposal, Terms, coverage, limits};
pub use self::rules::propose;
pub use self::schedule::{Split, amounts, count_for, due_dates};
pub use self::state::{Standing, State};
pub use self::status::{Progress, Status, status};
use crate::calendar::minus_days;
use crate::facts::Facts;
use crate::ids::{ArrangementId, InvoiceId, PaymentId};
use crate::money::Money;

/// How often installments fall due.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Frequency {
    /// Every seven days.
    Weekly,
    /// Every fourteen days.
    Biweekly,
    /// The same day each month, clamped to the month's last.
    Monthly,
}

impl Frequency {
    /// For people: "weekly".
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Weekly => "weekly",
            Self::Biweekly => "biweekly",
            Self::Monthly => "monthly",
        }
    }
}

/// What a department allows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ArrangementPolicy {
    /// Least down payment, percent of the balance.
    pub min_down_percent: Decimal,
    /// Most installments after the down payment.
    pub max_installments: u32,
    /// Longest time from agreement to the last installment, days.
    pub max_days: u32,
    /// Least installment, in the balance's currency.
    pub min_installment: Decimal,
    /// What may be chosen.
    pub frequencies: Vec<Frequency>,
    /// Up to this balance a specialist acts alone.
    pub authority: Decimal,
    /// Days after a due date within which a payment is still in time.
    pub grace_days: u32,
    /// A shortfall up to this much still keeps an installment.
    pub short_tolerance: Decimal,
    /// Furthest day of a promise to pay, days from today.
    pub max_promise_days: u32,
    /// Broken arrangements within a year after which a new one needs a supervisor.
    pub max_broken_per_year: u32,
}

impl Default for ArrangementPolicy {
    fn default() -> Self {
        Self {
            min_down_percent: Decimal::from(25),
            max_installments: 6,
            max_days: 180,
            min_installment: Decimal::from(25),
            frequencies: vec![Frequency::Weekly, Frequency::Biweekly, Frequency::Monthly],
            authority: Decimal::from(5_000),
            grace_days: 3,
            short_tolerance: Decimal::ZERO,
            max_promise_days: 14,
            max_broken_per_year: 2,
        }
    }
}

/// One amount due on one day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Installment {
    /// Business day it is due.
    pub due: NaiveDate,
    /// Amount.
    pub amount: Money,
}

/// What was agreed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ArrangementKind {
    /// Several installments.
    Installments,
    /// One payment of the whole covered balance.
    LumpSum,
    /// A promise of one payment, which may be less than the balance.
    Promise,
}

/// An agreement, with the debt it covers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Arrangement {
    /// Identity.
    pub id: ArrangementId,
    /// What was agreed.
    pub kind: ArrangementKind,
    /// When it was agreed.
    pub agreed: DateTime<Utc>,
    /// The customer's date then; payments from that day count towards it.
    pub agreed_on: NaiveDate,
    /// The invoices it covers: insulated from dunning while it is kept.
    pub covers: Vec<InvoiceId>,
    /// Down payment first, if there is one; sums to the covered balance.
    pub installments: Vec<Installment>,
    /// Version of the policy it was agreed under.
    pub policy_version: u32,
    /// The supervisor who approved what was beyond authority.
    pub approved_by: Option<String>,
    /// Cancelled by a person.
    pub cancelled: Option<DateTime<Utc>>,
    /// Payments of `agreed_on` itself that were known when it was agreed: the covered balance is
    /// already less by them, so they fill no installment.
    #[serde(default)]
    pub before: Vec<PaymentId>,
}

impl ArrangementKind {
    /// For people: "arrangement", "lump-sum arrangement", "promise to pay".
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Installments => "arrangement",
            Self::LumpSum => "lump-sum arrangement",
            Self::Promise => "promise to pay",
        }
    }
}

/// Insulates its debt from dunning: agreed, not cancelled, not broken, and not over.
#[must_use]
pub fn is_insulating(arrangement: &Arrangement, facts: &Facts, policy: &ArrangementPolicy, today: NaiveDate) -> bool {
    arrangement.agreed_on <= today && status(arrangement, facts, policy, today).state.is_live()
}

/// The arrangement in force, with its status: the latest that is live.
#[must_use]
pub fn active<'a>(facts: &'a Facts, policy: &ArrangementPolicy, today: NaiveDate) -> Option<(&'a Arrangement, Status)> {
    facts
        .arrangements
        .iter()
        .rev()
        .filter(|arrangement| arrangement.agreed_on <= today)
        .map(|arrangement| (arrangement, status(arrangement, facts, policy, today)))
        .find(|(_, status)| status.state.is_live())
}

/// The invoices that dunning leaves alone on that day: exactly those an arrangement in force
/// covers. They come back by themselves when it is broken, cancelled or over.
#[must_use]
pub fn insulated_invoices(facts: &Facts, policy: &ArrangementPolicy, today: NaiveDate) -> BTreeSet<InvoiceId> {
    facts
        .arrangements
        .iter()
        .filter(|arrangement| is_insulating(arrangement, facts, policy, today))
        .flat_map(|arrangement| arrangement.covers.iter().copied())
        .collect()
}

/// Arrangements and promises that broke in the year up to that day, cured or replaced since or not.
#[must_use]
pub fn broken_in_a_year(facts: &Facts, policy: &ArrangementPolicy, today: NaiveDate) -> u32 {
    let year_ago = minus_days(today, 365);
    let count = facts
        .arrangements
        .iter()
        .filter(|arrangement| arrangement.agreed_on <= today)
        .filter_map(|arrangement| status(arrangement, facts, policy, today).broken_on)
        .filter(|day| *day > year_ago && *day <= today)
        .count();
    u32::try_from(count).unwrap_or(u32::MAX)
}
