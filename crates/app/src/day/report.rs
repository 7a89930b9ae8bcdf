//! What a day found: `report.json`.

use serde::Serialize;

/// `report.json`.
#[derive(Debug, Default, Serialize)]
pub struct Report {
    /// The day.
    pub as_of: String,
    /// Data rows.
    pub rows: u64,
    /// Rows that count.
    pub accepted: u64,
    /// What prevents the import.
    pub problems: Vec<Line>,
    /// What was derived or left out.
    pub warnings: Vec<Line>,
    /// Customers.
    pub customers: usize,
    /// Accounts.
    pub accounts: usize,
    /// Open, by currency.
    pub open: Vec<Open>,
    /// Open, by currency and age.
    pub aging: Vec<Bucket>,
    /// Letters made; a customer's accounts share one.
    pub letters: usize,
    /// Emails written.
    pub emails: usize,
    /// Accounts with a step due that got neither, by reason.
    pub left_out: Vec<LeftOut>,
}

/// A line of the file, or none for the whole of it.
#[derive(Debug, Serialize)]
pub struct Line {
    /// 1-based.
    pub line: Option<u64>,
    /// What.
    pub what: String,
}

/// One currency's open balance.
#[derive(Debug, Serialize)]
pub struct Open {
    pub(super) currency: String,
    pub(super) invoices: u64,
    pub(super) amount: String,
    pub(super) past_due_invoices: u64,
    pub(super) past_due_amount: String,
    pub(super) disputed_amount: String,
    pub(super) unapplied_amount: String,
}

/// One bucket of one currency.
#[derive(Debug, Serialize)]
pub struct Bucket {
    pub(super) currency: String,
    #[serde(rename = "bucket")]
    pub(super) label: String,
    pub(super) invoices: u64,
    pub(super) amount: String,
}

/// Accounts left out for one reason.
#[derive(Debug, Serialize)]
pub struct LeftOut {
    pub(super) why: String,
    pub(super) accounts: u32,
}
