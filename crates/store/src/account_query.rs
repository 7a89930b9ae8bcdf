//! What may be asked of the account list, and what a line of it says.

use domain::account::CustomerKind;
use domain::ids::{AccountId, CustomerId};
use domain::money::{Currency, Money};
use rust_decimal::Decimal;

use crate::table::account_summary::Summary;

/// By which column.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum AccountSort {
    /// Past due.
    PastDue,
    /// Open.
    Open,
    /// Days past due of the oldest invoice.
    Oldest,
    /// Disputed.
    Disputed,
    /// Unapplied cash.
    Unapplied,
    /// The customer's name.
    Name,
    /// The account's reference.
    Reference,
}

/// Which accounts, in which order; every given part must fit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountQuery {
    /// Words that occur in the name or reference.
    pub text: String,
    /// Of this segment.
    pub segment: Option<String>,
    /// Person or business.
    pub kind: Option<CustomerKind>,
    /// With figures in this currency.
    pub currency: Option<Currency>,
    /// At least so much past due, in whatever currency.
    pub min_past_due: Option<Decimal>,
    /// The oldest invoice at least so many days past due.
    pub min_days: Option<i64>,
    /// Only with something under dispute.
    pub disputed: bool,
    /// Only with unapplied cash.
    pub unapplied: bool,
    /// By which column.
    pub sort: AccountSort,
    /// Largest or last first.
    pub descending: bool,
    /// Lines to leave out first.
    pub offset: usize,
    /// Lines at most.
    pub limit: usize,
}

impl Default for AccountQuery {
    fn default() -> Self {
        Self {
            text: String::new(),
            segment: None,
            kind: None,
            currency: None,
            min_past_due: None,
            min_days: None,
            disputed: false,
            unapplied: false,
            sort: AccountSort::PastDue,
            descending: true,
            offset: 0,
            limit: 50,
        }
    }
}

/// A line of the account list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountLine {
    /// Which account.
    pub account: AccountId,
    /// Whose.
    pub customer: CustomerId,
    /// Its reference.
    pub reference: String,
    /// The customer's name.
    pub name: String,
    /// Person or business.
    pub kind: CustomerKind,
    /// Its segment.
    pub segment: String,
    /// Its figures in one currency; none when it has none.
    pub summary: Option<Summary>,
}

/// One page of the account list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountPage {
    /// The lines from the offset on.
    pub rows: Vec<AccountLine>,
    /// Lines that pass the filter, on all pages.
    pub total: usize,
    /// What is past due on all of them, by currency code; currencies with nothing past due are left out.
    pub past_due: Vec<Money>,
}
