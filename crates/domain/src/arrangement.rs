//! Payment arrangements and promises to pay.

use chrono::{DateTime, NaiveDate, Utc};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::ids::{ArrangementId, InvoiceId};
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
}
