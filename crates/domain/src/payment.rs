//! Payments, credit memos and how they are applied.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::ids::{AccountId, InvoiceId, PaymentId};
use crate::money::Money;

/// Cash or credit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PaymentKind {
    /// Money received.
    Payment,
    /// A credit memo.
    Credit,
}

/// A part of a payment that pays one invoice.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Allocation {
    /// The invoice it pays.
    pub invoice: InvoiceId,
    /// How much, in the payment's currency.
    pub amount: Money,
}

/// A payment or credit memo. What is not allocated is unapplied cash.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Payment {
    /// Identity.
    pub id: PaymentId,
    /// The account it was made on.
    pub account: AccountId,
    /// The bank's or billing system's reference.
    pub reference: String,
    /// Cash or credit.
    pub kind: PaymentKind,
    /// Day it counts from.
    pub posted: NaiveDate,
    /// Amount, above zero.
    pub amount: Money,
    /// "ACH", "check", "card".
    pub method: String,
    /// Day it was returned (NSF) or reversed; from then on it never was.
    pub reversed: Option<NaiveDate>,
    /// What it pays.
    pub allocations: Vec<Allocation>,
}

impl Payment {
    /// Counts on that day: posted by then and not reversed by then.
    #[must_use]
    pub fn counts(&self, on: NaiveDate) -> bool {
        self.posted <= on && self.reversed.is_none_or(|day| day > on)
    }
}
