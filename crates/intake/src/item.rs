//! One row of an invoice file, typed but not yet placed: what each cell says, before customers,
//! repeats and balances are looked at. Rows are read in parallel.

use std::borrow::Cow;
use std::hash::{Hash, Hasher};

use chrono::NaiveDate;
use domain::money::Currency;
use rust_decimal::Decimal;
use rustc_hash::FxHasher;

use crate::cells::{Findings, Reading, Record, shortened};
use crate::currency::Named;
use crate::document::Format;
use crate::encoding::{is_damage, is_mojibake};
use crate::error::Problem;
use crate::field::Field;
use crate::forms::AMOUNTS;
use crate::layout::{Layout, classify};
use crate::notes::Note;
use crate::number;
use crate::rows::{Row, split};
use crate::side;
use crate::terms::{self, Terms};
use crate::value::{self, Flag, Status};

/// A record of the file.
pub(crate) struct Read<'a> {
    pub(crate) row: Row,
    pub(crate) layout: Layout,
    pub(crate) item: Option<Item<'a>>,
    /// Its amounts, as far as a line of sums may repeat them.
    pub(crate) sums: [Option<Decimal>; AMOUNTS.len()],
    pub(crate) findings: Findings,
}

/// A typed row.
pub(crate) struct Item<'a> {
    /// Hash of all its cells: equal for a row that is repeated exactly.
    pub(crate) fingerprint: u64,
    /// Hash of its contact and address cells.
    pub(crate) contacts: u64,
    pub(crate) customer_id: Cow<'a, str>,
    pub(crate) customer_name: Cow<'a, str>,
    pub(crate) account_id: Cow<'a, str>,
    pub(crate) number: Cow<'a, str>,
    pub(crate) date: Option<NaiveDate>,
    pub(crate) due: Option<NaiveDate>,
    pub(crate) settled: Option<NaiveDate>,
    pub(crate) terms: Option<Terms>,
    pub(crate) amount: Option<Decimal>,
    pub(crate) open: Option<Decimal>,
    pub(crate) paid: Option<Decimal>,
    pub(crate) currency: Currency,
    pub(crate) status: Option<Status>,
    pub(crate) disputed: bool,
    pub(crate) document: value::Document,
}

/// Fields about the customer rather than the invoice.
pub(crate) const ABOUT_CUSTOMER: [Field; 16] = [
    Field::ContactName,
    Field::Email,
    Field::Phone,
    Field::Mobile,
    Field::WorkPhone,
    Field::Address1,
    Field::Address2,
    Field::City,
    Field::State,
    Field::Zip,
    Field::Country,
    Field::CustomerKind,
    Field::Creditor,
    Field::Segment,
    Field::Autopay,
    Field::Paperless,
];

/// Reads one record.
pub(crate) fn read<'a>(reading: Reading<'a>, row: Row, cells: &mut Vec<Cow<'a, str>>) -> Read<'a> {
    let document = reading.document;
    let text = row.text(&document.text);
    split(text, document.delimiter, cells);
    let (layout, problem) = layout_of(reading, row, cells);
    let mut record = Record { reading, cells, line: row.line, findings: Findings::default() };
    let mut item = None;
    let mut sums = [None; AMOUNTS.len()];
    if let Some(problem) = problem {
        record.findings.problems.push(problem);
    } else if layout == Layout::Row {
        (item, sums) = read_item(&mut record).map_or((None, sums), |(item, sums)| (Some(item), sums));
    } else if layout == Layout::Unlabelled {
        sums = AMOUNTS.map(|field| record.number(field).map(|(value, _)| value));
    }
    if !text.is_ascii() && is_mojibake(text) {
        record.findings.note(Note::Mojibake);
    }
    let findings = record.findings;
    Read { row, layout, item, sums, findings }
}

/// What a record is, and what makes it unreadable as a whole.
pub(crate) fn layout_of(reading: Reading<'_>, row: Row, cells: &[Cow<'_, str>]) -> (Layout, Option<Problem>) {
    let document = reading.document;
    if reading.columns.shape.is_extra(row.line, row.text(&document.text)) {
        return (Layout::Footer, None);
    }
    let layout = classify(cells, &document.headers, reading.columns);
    // A file cut off in its last row looks like a heading.
    let cut = matches!(layout, Layout::Heading(_)) && reading.columns.shape.is_cut(row.line, cells);
    let layout = if cut { Layout::Ragged } else { layout };
    let problem = damage(reading, row, row.text(&document.text), cells).or_else(|| {
        (layout == Layout::Ragged).then(|| {
            let (has, wants) = (cells.len(), document.headers.len());
            Problem::new(
                row.line,
                "",
                format!("the headings have {wants} cells but the row has {has}"),
                "look for a missing or unquoted delimiter, or a file cut short",
            )
        })
    });
    // A damaged record is a row that can't be read, whatever it looks like.
    let layout = if problem.is_some() { Layout::Ragged } else { layout };
    (layout, problem)
}

/// Bytes that are no text, and rows swallowed by a quote that closes too late.
fn damage(reading: Reading<'_>, row: Row, text: &str, cells: &[Cow<'_, str>]) -> Option<Problem> {
    if reading.document.format == Format::Workbook {
        return None;
    }
    let odd = |b: u8| b < b' ' && !matches!(b, b'\t' | b'\n' | b'\r' | 0xb | 0xc) || b == 0x7f || b >= 0x80;
    if text.bytes().any(odd) && text.chars().any(is_damage) {
        return Some(Problem::new(
            row.line,
            "",
            format!("the row holds bytes that are no text: \"{}\"", shortened(text)),
            "the file is damaged; export it again",
        ));
    }
    if text.contains('\n') && reading.document.headers.len() > 2 {
        let delimiter = char::from(reading.document.delimiter);
        let most = reading.document.headers.len() / 2;
        let swallowed = cells
            .iter()
            .filter(|cell| cell.contains('\n'))
            .any(|cell| cell.lines().any(|line| line.matches(delimiter).count() >= most.max(2)));
        if swallowed {
            return Some(Problem::new(
                row.line,
                "",
                "a quoted cell holds what look like further rows",
                "look for a quote that is missing or too many",
            ));
        }
    }
    None
}

fn read_item<'a>(record: &mut Record<'a, '_>) -> Option<(Item<'a>, [Option<Decimal>; AMOUNTS.len()])> {
    let customer_id = record.identifier(Field::CustomerId);
    let customer_name = record.identifier(Field::CustomerName);
    let account_id = record.identifier(Field::AccountId);
    let number = record.identifier(Field::InvoiceId);
    let date = record.date(Field::InvoiceDate);
    let due = record.date(Field::DueDate);
    let settled = record.date(Field::SettledDate);
    let terms = if due.is_none() { terms::parse(&record.words(Field::Terms)) } else { None };
    let numbers = AMOUNTS.map(|field| record.number(field));
    let currency = record.currency(numbers.iter().flatten().map(|(_, named)| *named))?;
    let mut numbers = [0, 1, 2, 3].map(|at| {
        let (value, _) = numbers[at]?;
        record.in_minor(AMOUNTS[at], value, currency)
    });
    let mut sums = numbers;
    side::sign(record, &mut numbers);
    let [amount, open, paid, _] = numbers;
    if !record.reading.columns.has(Field::CreditAmount) {
        sums = numbers;
    }
    let status = read_status(record);
    let disputed = read_dispute(record) || status == Some(Status::Disputed);
    let document = read_document(record, amount.or(open).unwrap_or_default());
    if !record.findings.problems.is_empty() {
        return None;
    }
    let item = Item {
        fingerprint: fingerprint(record),
        contacts: contacts(record),
        customer_id,
        customer_name,
        account_id,
        number,
        date,
        due,
        settled,
        terms,
        amount,
        open,
        paid,
        currency,
        status,
        disputed,
        document,
    };
    Some((item, sums))
}

/// The document by its type; a word that is not known is told, and where a code names credits in
/// one system and the file has no signs, a person must say.
fn read_document(record: &mut Record<'_, '_>, amount: Decimal) -> value::Document {
    let text = record.text(Field::TransactionType);
    let document = value::document(&text);
    let unsaid = amount > Decimal::ZERO;
    match document {
        value::Document::UnclearCredit if unsaid && !record.reading.forms.signed => record.problem(
            Field::TransactionType,
            format!("\"{text}\" may be a credit or a payment, but no amount of the file has a sign"),
            "say what it is, for example with --map transaction_type=COLUMN:DZ=payment,DG=credit",
        ),
        value::Document::Unknown | value::Document::UnclearCredit if unsaid => {
            record.findings.detail(Note::TypeUnknown, format!("\"{}\"", shortened(&text)));
        }
        _ => {}
    }
    document
}

fn read_status(record: &mut Record<'_, '_>) -> Option<Status> {
    let text = record.words(Field::Status);
    if text.is_empty() {
        return None;
    }
    let status = value::status(&text).or_else(|| yes_or_no_status(&record.column(Field::Status), &text));
    let columns = record.reading.columns;
    if value::is_partial(&text) && !columns.has(Field::OpenAmount) && !columns.has(Field::PaidAmount) {
        record.findings.note(Note::PartialUnknown);
    }
    if status.is_none() {
        record.findings.detail(Note::StatusUnknown, format!("\"{}\"", shortened(&text)));
    }
    status
}

/// A column that asks whether an invoice is open, or paid, answers with yes or no.
fn yes_or_no_status(heading: &str, text: &str) -> Option<Status> {
    let heading = crate::synonyms::normalise(heading);
    let yes = match heading.as_str() {
        "isopen" | "open" | "unpaid" | "isunpaid" | "outstanding" => Status::Open,
        "ispaid" | "paid" | "isclosed" | "closed" | "cleared" | "iscleared" | "settled" => Status::Closed,
        _ => return None,
    };
    let no = if yes == Status::Open { Status::Closed } else { Status::Open };
    match value::flag(text) {
        Flag::Yes => Some(yes),
        Flag::No => Some(no),
        Flag::Words => None,
    }
}

fn read_dispute(record: &mut Record<'_, '_>) -> bool {
    let text = record.text(Field::Disputed);
    match value::flag(&text) {
        Flag::Yes => true,
        Flag::No => false,
        Flag::Words => {
            // A disputed amount: above zero means yes.
            if number::scan(&text).is_some() {
                let some = text.bytes().any(|b| matches!(b, b'1'..=b'9'));
                if some {
                    record.findings.note(Note::DisputedAmount);
                }
                return some;
            }
            record.findings.detail(Note::DisputeWords, format!("\"{}\"", shortened(&text)));
            true
        }
    }
}

/// Columns without a heading and pandas' row numbers do not make two rows differ.
pub(crate) fn fingerprint(record: &Record<'_, '_>) -> u64 {
    let mut hasher = FxHasher::default();
    for (cell, heading) in record.cells.iter().zip(&record.reading.document.headers) {
        if !heading.is_empty() && !heading.starts_with("Unnamed:") {
            value::trim(cell).hash(&mut hasher);
        }
    }
    hasher.finish()
}

fn contacts(record: &Record<'_, '_>) -> u64 {
    let mut hasher = FxHasher::default();
    for field in ABOUT_CUSTOMER {
        if let Some(cell) = record.reading.columns.of(field).and_then(|at| record.cells.get(at)) {
            (field as usize, value::trim(cell)).hash(&mut hasher);
        }
    }
    hasher.finish()
}

/// The currency of an amount whose sign is known, for files without invoices.
pub(crate) fn only(named: Named) -> std::iter::Once<Named> {
    std::iter::once(named)
}
