//! Tables as plain text, for email. A letter draws its own from the same items.

use std::fmt::Write;

use super::values::Sum;
use crate::aging::OpenItem;
use crate::arrangement::Installment;
use crate::money::Money;

/// Rows of cells, padded so that they stand under one another in a fixed-width font; the columns
/// from `right` on are flush right.
fn aligned(rows: &[Vec<String>], right: usize) -> String {
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let widths: Vec<usize> = (0..columns)
        .map(|column| rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.chars().count()).max().unwrap_or(0))
        .collect();
    let mut text = String::new();
    for row in rows {
        let mut line = String::new();
        for (column, cell) in row.iter().enumerate() {
            let width = widths[column];
            // Writing into a String can't fail.
            let _ = if column < right { write!(line, "{cell:<width$}  ") } else { write!(line, "{cell:>width$}  ") };
        }
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text.truncate(text.trim_end().len());
    text
}

/// The invoices a text is about, each with the number of its account, and totals. With `accounts`
/// the numbers are shown.
pub(super) fn invoices(items: &[(&str, OpenItem<'_>)], sums: &[Sum], accounts: bool) -> String {
    if items.is_empty() {
        return String::new();
    }
    let first = usize::from(!accounts);
    let head = ["Account", "Invoice", "Date", "Due", "Days past due", "Amount", "Open"];
    let mut rows = vec![head.map(str::to_owned)[first..].to_vec()];
    for (number, item) in items {
        let currency = item.invoice.amount.currency;
        let row = [
            (*number).to_owned(),
            item.invoice.number.clone(),
            item.invoice.date.to_string(),
            item.invoice.due.to_string(),
            item.days_past_due.max(0).to_string(),
            item.invoice.amount.pretty(),
            Money::new(item.open - item.disputed, currency).pretty(),
        ];
        rows.push(row[first..].to_vec());
    }
    let mut text = aligned(&rows, 4 - first);
    for sum in sums {
        if !sum.unapplied.is_zero() {
            let unapplied = Money::new(sum.unapplied, sum.currency).pretty();
            let _ = write!(text, "\nLess payments and credits not yet applied: {unapplied}");
        }
        let _ = write!(text, "\nAmount due: {}", sum.due().pretty());
        if !sum.disputed.is_zero() {
            let disputed = Money::new(sum.disputed, sum.currency).pretty();
            let _ = write!(text, "\nNot included: {disputed} under dispute");
        }
    }
    text
}

/// An arrangement's installments.
pub(super) fn schedule(installments: &[Installment]) -> String {
    let mut rows = vec![["No.", "Due", "Amount"].map(str::to_owned).to_vec()];
    for (index, one) in installments.iter().enumerate() {
        rows.push(vec![(index + 1).to_string(), super::values::long_date(one.due), one.amount.pretty()]);
    }
    aligned(&rows, 2)
}
