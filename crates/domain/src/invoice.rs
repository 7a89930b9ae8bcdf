//! Invoices and what is open on them at a date.

use chrono::NaiveDate;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::ids::{AccountId, DisputeId, InvoiceId};
use crate::money::Money;

/// A bill. Its amount never changes; what is open on it depends on the date one asks about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Invoice {
    /// Identity.
    pub id: InvoiceId,
    /// The account it bills.
    pub account: AccountId,
    /// The number printed on it.
    pub number: String,
    /// Invoice date.
    pub date: NaiveDate,
    /// Due date.
    pub due: NaiveDate,
    /// Billed amount, above zero.
    pub amount: Money,
    /// Paid or credited so far without a known date (an extract's "applied" column).
    pub applied: Decimal,
    /// The extract says it was paid in full on this day.
    pub settled: Option<NaiveDate>,
    /// The customer disputes it, by the extract.
    pub disputed: bool,
    /// No longer owed, from this day: written off or void.
    pub written_off: Option<NaiveDate>,
}

/// A dispute over an invoice.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dispute {
    /// Identity.
    pub id: DisputeId,
    /// Over which invoice.
    pub invoice: InvoiceId,
    /// How much of it.
    pub amount: Money,
    /// In a person's words.
    pub reason: String,
    /// First day.
    pub opened: NaiveDate,
    /// In writing: 12 CFR 1006.38 looks at it.
    pub written: bool,
    /// Last day and how it ended.
    pub resolved: Option<(NaiveDate, String)>,
}

impl Dispute {
    /// Open on that day.
    #[must_use]
    pub fn is_open(&self, on: NaiveDate) -> bool {
        self.opened <= on && self.resolved.as_ref().is_none_or(|(day, _)| *day > on)
    }
}
