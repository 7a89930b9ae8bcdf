//! What a file becomes: typed rows with stable identities, and everything to be said about it.

use std::collections::{BTreeMap, BTreeSet};

use domain::account::{Account, Customer, Service};
use domain::ids::{AccountId, CustomerId};
use domain::invoice::Invoice;
use domain::money::Currency;
use domain::payment::{Payment, PaymentKind};
use rust_decimal::Decimal;
use serde::Serialize;

use crate::error::Problem;
use crate::mapping::FileKind;
use crate::notes::Warning;

/// Sums of one currency, as a person checks them against the billing system before importing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Total {
    /// Currency of every amount here.
    pub currency: Currency,
    /// Invoices.
    pub invoices: u64,
    /// Billed on them.
    pub billed: Decimal,
    /// Invoices with something open by the extract's own state.
    pub open_invoices: u64,
    /// Open on them.
    pub open: Decimal,
    /// Credit memos, unapplied parts.
    pub credits: Decimal,
    /// Payments.
    pub payments: Decimal,
}

/// A file, read. With a problem in it nothing may be imported; the rows are there for the dry run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Batch {
    /// Name of the billing system.
    pub source: String,
    /// What the rows were.
    pub kind: FileKind,
    /// Customers, in the order of their first row.
    pub customers: Vec<Customer>,
    /// Accounts, likewise.
    pub accounts: Vec<Account>,
    /// Services, likewise.
    pub services: Vec<Service>,
    /// Invoices, likewise.
    pub invoices: Vec<Invoice>,
    /// Payments and credits, likewise.
    pub payments: Vec<Payment>,
    /// What stands in the way, by line.
    pub problems: Vec<Problem>,
    /// What a person should know.
    pub warnings: Vec<Warning>,
    /// Rows of the file: without headings, totals, footers and blank lines.
    pub rows: u64,
    /// Rows that count: without repeats, void rows, drafts and those with problems.
    pub accepted: u64,
    /// Sums by currency.
    pub totals: Vec<Total>,
}

impl Batch {
    /// Nothing stands in the way.
    #[must_use]
    pub fn is_importable(&self) -> bool {
        self.problems.is_empty()
    }

    /// Recomputes the totals from the rows.
    pub(crate) fn sum_up(&mut self) {
        let mut totals: BTreeMap<Currency, Total> = BTreeMap::new();
        let blank = |currency| Total {
            currency,
            invoices: 0,
            billed: Decimal::ZERO,
            open_invoices: 0,
            open: Decimal::ZERO,
            credits: Decimal::ZERO,
            payments: Decimal::ZERO,
        };
        for invoice in &self.invoices {
            let currency = invoice.amount.currency;
            let total = totals.entry(currency).or_insert_with(|| blank(currency));
            total.invoices += 1;
            total.billed += invoice.amount.amount;
            let open = invoice.amount.amount - invoice.applied;
            let is_open = invoice.settled.is_none() && invoice.written_off.is_none();
            if is_open && open > Decimal::ZERO {
                total.open_invoices += 1;
                total.open += open;
            }
        }
        for payment in &self.payments {
            let currency = payment.amount.currency;
            let total = totals.entry(currency).or_insert_with(|| blank(currency));
            match payment.kind {
                PaymentKind::Credit => total.credits += payment.amount.amount,
                PaymentKind::Payment => total.payments += payment.amount.amount,
            }
        }
        self.totals = totals.into_values().collect();
    }
}

/// Joins the files of one source. A file of customers knows customers best, one of accounts
/// accounts; what another file said of them gives way. Customers that only stood in for an account
/// whose owner is now known are left out.
#[must_use]
pub fn combine(batches: Vec<Batch>) -> Batch {
    let mut joined = Batch::default();
    let mut customers: BTreeMap<CustomerId, (bool, usize)> = BTreeMap::new();
    let mut accounts: BTreeMap<AccountId, (bool, usize)> = BTreeMap::new();
    for batch in batches {
        if joined.source.is_empty() {
            joined.source.clone_from(&batch.source);
        }
        for customer in batch.customers {
            let knows = batch.kind == FileKind::Customers;
            put(&mut customers, &mut joined.customers, customer.id, customer, knows);
        }
        for account in batch.accounts {
            let knows = batch.kind == FileKind::Accounts;
            put(&mut accounts, &mut joined.accounts, account.id, account, knows);
        }
        joined.services.extend(batch.services);
        joined.invoices.extend(batch.invoices);
        joined.payments.extend(batch.payments);
        joined.problems.extend(batch.problems);
        joined.warnings.extend(batch.warnings);
        joined.rows += batch.rows;
        joined.accepted += batch.accepted;
    }
    let owners: BTreeSet<CustomerId> = joined.accounts.iter().map(|account| account.customer).collect();
    joined.customers.retain(|customer| {
        owners.contains(&customer.id) || customers.get(&customer.id).is_some_and(|(knows, _)| *knows)
    });
    joined.sum_up();
    joined
}

fn put<K: Ord, T>(places: &mut BTreeMap<K, (bool, usize)>, rows: &mut Vec<T>, key: K, row: T, knows: bool) {
    if let Some((settled, at)) = places.get_mut(&key) {
        if knows && !*settled {
            rows[*at] = row;
            *settled = true;
        }
    } else {
        places.insert(key, (knows, rows.len()));
        rows.push(row);
    }
}
