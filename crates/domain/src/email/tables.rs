//! Invoices and schedules as rows for an email; a letter draws its own from the same items.

use chrono::NaiveDate;

use super::{Align, Table};
use crate::aging::OpenItem;
use crate::arrangement::Arrangement;
use crate::money::Money;
use crate::template::Sum;

/// The invoices of one currency, with what is asked for in the last row.
pub(super) fn invoices(items: &[OpenItem<'_>], sums: &[Sum]) -> Table {
    let mut rows: Vec<Vec<String>> = items
        .iter()
        .map(|item| {
            vec![
                item.invoice.number.clone(),
                short(item.invoice.date),
                short(item.invoice.due),
                item.days_past_due.max(0).to_string(),
                Money::new(item.open - item.disputed, item.invoice.amount.currency).pretty(),
            ]
        })
        .collect();
    let last =
        |label: &str, money: Money| vec![label.to_owned(), String::new(), String::new(), String::new(), money.pretty()];
    for sum in sums.iter().filter(|sum| !sum.unapplied.is_zero()) {
        rows.push(last("Payments and credits not yet applied", Money::new(-sum.unapplied, sum.currency)));
    }
    Table {
        caption: "Open invoices".to_owned(),
        columns: vec![
            ("Invoice".to_owned(), Align::Start),
            ("Date".to_owned(), Align::Start),
            ("Due".to_owned(), Align::Start),
            ("Days past due".to_owned(), Align::End),
            ("Open".to_owned(), Align::End),
        ],
        rows,
        total: sums.first().map(|sum| last("Amount due", sum.due())),
    }
}

/// An arrangement's installments.
pub(super) fn schedule(arrangement: &Arrangement) -> Option<Table> {
    let first = arrangement.installments.first()?;
    let total = arrangement.installments.iter().map(|one| one.amount.amount).sum();
    Some(Table {
        caption: "Payment schedule".to_owned(),
        columns: vec![
            ("No.".to_owned(), Align::Start),
            ("Due".to_owned(), Align::Start),
            ("Amount".to_owned(), Align::End),
        ],
        rows: arrangement
            .installments
            .iter()
            .enumerate()
            .map(|(index, one)| vec![(index + 1).to_string(), short(one.due), one.amount.pretty()])
            .collect(),
        total: Some(vec!["Total".to_owned(), String::new(), Money::new(total, first.amount.currency).pretty()]),
    })
}

/// `Nov 22, 2026`: never a form that two countries read differently.
fn short(day: NaiveDate) -> String {
    day.format("%b %-d, %Y").to_string()
}
