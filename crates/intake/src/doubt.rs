//! Columns that are not what they were taken for: a balance of the whole account read as the open
//! amount of one invoice, a billed amount where columns by age say that less is open.

use std::borrow::Cow;

use rust_decimal::Decimal;

use crate::document::Document;
use crate::error::Problem;
use crate::field::Field;
use crate::forms::column_name;
use crate::layout::{Layout, classify};
use crate::mapping::Columns;
use crate::number::{self, DecimalMark};
use crate::rows::split;

/// Rows looked at.
const LOOK: usize = 2_000;

/// Parts of headings of open amounts.
pub(crate) const OPEN_PARTS: &[&str] = &[
    "outstanding",
    "balance",
    "open",
    "remain",
    "unpaid",
    "offen",
    "restbetrag",
    "restant",
    "pendiente",
    "residu",
    "openstaand",
    "aberto",
    "aperto",
];

/// Words in headings of balances that are the account's, or of another time.
const OTHERS: &[&str] = &[
    "customer",
    "account",
    "client",
    "previous",
    "prior",
    "forward",
    "pastdue",
    "unapplied",
    "statement",
    "deposit",
    "beginning",
    "starting",
    "available",
    "limit",
];

/// The normalised heading of a balance says that it is not what is open of an invoice.
pub(crate) fn is_of_another(heading: &str) -> bool {
    OTHERS.iter().any(|word| heading.contains(word))
}

/// The amount in a cell; of a mark that reads both ways the point is as good as any to compare by.
fn amount(cells: &[Cow<'_, str>], at: usize) -> Option<Decimal> {
    let scanned = number::scan(cells.get(at)?)?;
    scanned.value(DecimalMark::Point).or_else(|| scanned.value(DecimalMark::Comma))
}

/// Calls back for each row of an invoice.
fn rows(document: &Document<'_>, columns: &Columns<'_>, mut each: impl FnMut(u64, &[Cow<'_, str>])) {
    let mut cells = Vec::new();
    for row in document.body().iter().take(LOOK) {
        split(row.text(&document.text), document.delimiter, &mut cells);
        if classify(&cells, &document.headers, columns) == Layout::Row {
            each(row.line, &cells);
        }
    }
}

/// More is open than was billed in most rows: it is not of the invoices.
pub(crate) fn above(document: &Document<'_>, columns: &Columns<'_>) -> Option<Problem> {
    let (billed, open) = (columns.of(Field::Amount)?, columns.of(Field::OpenAmount)?);
    let (mut all, mut above) = (0, 0);
    rows(document, columns, |_, cells| {
        if let (Some(billed), Some(open)) = (amount(cells, billed), amount(cells, open)) {
            all += 1;
            above += usize::from(open > billed && billed > Decimal::ZERO);
        }
    });
    (all >= 4 && above * 3 > all * 2).then(|| {
        Problem::new(
            document.header_line(),
            &column_name(document, open),
            format!("the open amount is above the billed amount in {above} of {all} rows: it may be the account's"),
            "map another column as the open amount, or that of the billed amount too",
        )
    })
}

/// `1-30`, `31 to 60 days`: two numbers with a dash or a word between.
fn is_span(heading: &str) -> bool {
    let mut numbers = heading.split(|c: char| !c.is_ascii_digit()).filter(|part| !part.is_empty());
    let words = || heading.split(|c: char| !c.is_alphabetic()).filter(|word| !word.is_empty());
    let known = ["to", "day", "days", "past", "due", "bis", "tage"];
    let rises = |from: &str, to: &str| from.parse::<u16>().ok() < to.parse::<u16>().ok() && to.len() < 4;
    match (numbers.next(), numbers.next(), numbers.next()) {
        (Some(from), Some(to), None) => {
            rises(from, to) && words().all(|word| known.contains(&word.to_lowercase().as_str()))
        }
        _ => false,
    }
}

/// The open ends of such a row of columns: `Current`, `Over 90`, `91+`, `> 90 days`.
fn is_end(heading: &str) -> bool {
    let lower = heading.to_lowercase();
    let plain = lower.trim_matches(['>', '+', ' ']);
    let digits = plain.chars().next().is_some_and(|c| c.is_ascii_digit());
    matches!(plain, "current" | "not due" | "not yet due" | "future" | "older")
        || plain.starts_with("over ")
        || digits && (lower.contains(['>', '+']) || plain.contains("over") || plain.contains("older"))
}

/// Columns by age whose sum is not the billed amount, where no column says what is open.
pub(crate) fn buckets(document: &Document<'_>, columns: &Columns<'_>) -> Option<Problem> {
    let billed = columns.of(Field::Amount)?;
    if columns.has(Field::OpenAmount) || columns.has(Field::PaidAmount) {
        return None;
    }
    let free = |at: &usize| columns.field_at(*at).is_none();
    let spans = (0..document.headers.len()).filter(free).filter(|at| is_span(&document.headers[*at])).count();
    if spans < 2 {
        return None;
    }
    let is_bucket = |at: &usize| is_span(&document.headers[*at]) || is_end(&document.headers[*at]);
    let ages: Vec<usize> = (0..document.headers.len()).filter(free).filter(is_bucket).collect();
    let mut wrong = None;
    rows(document, columns, |line, cells| {
        let sum: Decimal = ages.iter().filter_map(|at| amount(cells, *at)).sum();
        if wrong.is_none() && amount(cells, billed).is_some_and(|billed| billed != sum) {
            wrong = Some((line, sum));
        }
    });
    wrong.map(|(line, sum)| {
        Problem::new(
            line,
            &column_name(document, billed),
            format!("the columns by age say that {sum} is open, which is not the billed amount"),
            "map the column of what is open: --map open_amount=COLUMN (the billed amount's own, if all of it is open)",
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_and_ends_of_ages() {
        for heading in ["1-30", "1 - 30 Days", "31 to 60", "61-90 days past due", "91 bis 120 Tage"] {
            assert!(is_span(heading), "{heading}");
        }
        for heading in ["Net 30", "2026-11", "Q1-2", "Line 1-30", "90-60", "Period 1", "1-2-3"] {
            assert!(!is_span(heading), "{heading}");
        }
        for heading in ["Current", "Over 90", "91+", "> 90", ">90 days", "91 and over", "Older"] {
            assert!(is_end(heading), "{heading}");
        }
        for heading in ["Overdue", "Currency", "Due", "90"] {
            assert!(!is_end(heading), "{heading}");
        }
    }
}
