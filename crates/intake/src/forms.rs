//! How the cells of each field are to be read, settled from the evidence of whole columns, or asked.

use std::borrow::Cow;

use chrono::NaiveDate;
use domain::money::Currency;
use rayon::prelude::*;

use crate::currency::{Named, named};
use crate::date::DateOrder;
use crate::dated::{DateEvidence, Years};
use crate::document::Document;
use crate::error::IntakeError;
use crate::evidence::{NumberEvidence, Place};
use crate::field::Field;
use crate::mapping::{Columns, Mapping};
use crate::number::{self, DecimalMark};
use crate::rows::{Row, split};
use crate::side::{SideEvidence, Sides};
use crate::value;

/// Fields that hold dates.
pub(crate) const DATES: [Field; 7] = [
    Field::InvoiceDate,
    Field::DueDate,
    Field::SettledDate,
    Field::PostedDate,
    Field::ReversedDate,
    Field::OpenedDate,
    Field::ClosedDate,
];

/// Fields that hold amounts.
pub(crate) const AMOUNTS: [Field; 4] = [Field::Amount, Field::OpenAmount, Field::PaidAmount, Field::CreditAmount];

/// Fields that hold identifiers.
pub(crate) const IDENTIFIERS: [Field; 5] =
    [Field::CustomerId, Field::AccountId, Field::InvoiceId, Field::Reference, Field::ServiceId];

/// What a column says about `.0` at the end of identifiers.
#[derive(Clone, Copy, Debug, Default)]
struct IdentifierEvidence {
    real_fraction: bool,
}

/// Everything that columns say.
#[derive(Clone, Default)]
struct Evidence {
    dates: [DateEvidence; DATES.len()],
    numbers: [NumberEvidence; AMOUNTS.len()],
    identifiers: [IdentifierEvidence; IDENTIFIERS.len()],
    currencies: bool,
    sides: SideEvidence,
}

impl Evidence {
    fn look(&mut self, columns: &Columns<'_>, row: Row, cells: &[Cow<'_, str>], default: Option<Currency>) {
        let cell = |field: Field| columns.of(field).and_then(|at| cells.get(at));
        self.currencies |= cell(Field::Currency).is_some_and(|text| !value::is_null(text));
        for (field, evidence) in DATES.into_iter().zip(&mut self.dates) {
            if let Some(text) = cell(field) {
                evidence.look(row.line, text);
            }
        }
        let currency = || {
            let text = cell(Field::Currency).map_or("", |text| value::trim(text));
            let values = columns.values(Field::Currency);
            match named(values.and_then(|values| values.translate(Field::Currency, text)).unwrap_or(text)) {
                Named::Is(currency) => Some(currency),
                Named::Dollar => Some(default.unwrap_or(Currency::USD)),
                Named::Unknown => default,
            }
        };
        for (field, evidence) in AMOUNTS.into_iter().zip(&mut self.numbers) {
            if let Some(text) = cell(field) {
                evidence.look(row.line, text, &currency);
            }
        }
        self.sides.look(columns, row.line, cells);
        for (field, evidence) in IDENTIFIERS.into_iter().zip(&mut self.identifiers) {
            if let Some(text) = cell(field).map(|text| text.trim())
                && let Some((whole, fraction)) = text.split_once('.')
            {
                let digits = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
                evidence.real_fraction |= digits(whole) && digits(fraction) && fraction.bytes().any(|b| b != b'0');
            }
        }
    }

    fn merge(mut self, other: Self) -> Self {
        for (one, more) in self.dates.iter_mut().zip(other.dates) {
            *one = std::mem::take(one).merge(more);
        }
        for (one, more) in self.numbers.iter_mut().zip(other.numbers) {
            *one = std::mem::take(one).merge(more);
        }
        for (one, more) in self.identifiers.iter_mut().zip(other.identifiers) {
            one.real_fraction |= more.real_fraction;
        }
        self.currencies |= other.currencies;
        self.sides = self.sides.merge(other.sides);
        self
    }
}

/// How the cells of each field are to be read.
#[derive(Clone, Debug)]
pub(crate) struct Forms {
    orders: [DateOrder; DATES.len()],
    marks: [DecimalMark; AMOUNTS.len()],
    point_zero: [bool; IDENTIFIERS.len()],
    /// The sign convention of the paid column is turned round.
    pub(crate) paid_is_negative: bool,
    /// How a column of debit and credit is to be read.
    pub(crate) sides: Sides,
    /// Some amount is below zero, so that amounts tell credits by their sign.
    pub(crate) signed: bool,
    /// Columns that contradict themselves: name and the two places.
    pub(crate) mixed: Vec<(String, [Place; 2])>,
    /// The column of currencies has something in it; an empty one is as good as none.
    pub(crate) currency_given: bool,
    /// Currency named in the heading of the amount.
    pub(crate) heading_currency: Option<Currency>,
}

impl Forms {
    pub(crate) fn order(&self, field: Field) -> DateOrder {
        let at = DATES.iter().position(|date| *date == field).unwrap_or(0);
        self.orders[at]
    }

    pub(crate) fn mark(&self, field: Field) -> DecimalMark {
        let at = AMOUNTS.iter().position(|amount| *amount == field).unwrap_or(0);
        self.marks[at]
    }

    pub(crate) fn point_zero(&self, field: Field) -> bool {
        let at = IDENTIFIERS.iter().position(|identifier| *identifier == field);
        at.is_some_and(|at| self.point_zero[at])
    }
}

/// Settles the forms, or asks.
pub(crate) fn settle(document: &Document<'_>, columns: &Columns<'_>, mapping: &Mapping) -> Result<Forms, IntakeError> {
    let heading_currency =
        AMOUNTS.into_iter().find_map(|field| crate::currency::in_heading(&document.headers[columns.of(field)?]));
    let evidence = gather(document, columns, mapping.currency.or(heading_currency));
    let name = |field: Field| {
        let at = columns.of(field);
        at.map_or_else(String::new, |at| column_name(document, at))
    };
    let mut mixed = Vec::new();
    let mut orders = [DateOrder::Mdy; DATES.len()];
    if let Some(order) = mapping.date_order {
        orders = [order; DATES.len()];
    } else {
        let mut years = Years::default();
        for evidence in &evidence.dates {
            years.add(&evidence.years);
        }
        let extract = mapping.extract_date;
        let settled: Vec<DateOrder> =
            evidence.dates.iter().filter_map(|evidence| evidence.settled(extract, &years)).collect();
        let mut elsewhere = agreed(&settled);
        for ((field, evidence), order) in DATES.into_iter().zip(&evidence.dates).zip(&mut orders) {
            if let Some(places) = evidence.mixed() {
                mixed.push((name(field), places));
            } else if let Some(own) = evidence.settled(extract, &years) {
                *order = own;
            } else {
                let examples = evidence.examples(extract, &years);
                if examples.is_empty() {
                    continue;
                }
                if elsewhere.is_none() && settled.is_empty() {
                    elsewhere = other_columns(document, columns, extract);
                }
                *order = elsewhere
                    .filter(|order| evidence.allows(*order, extract, &years))
                    .ok_or_else(|| IntakeError::AmbiguousDates { column: name(field), examples })?;
            }
        }
    }
    let mut marks = [DecimalMark::Point; AMOUNTS.len()];
    if let Some(mark) = mapping.decimal {
        marks = [mark; AMOUNTS.len()];
    } else {
        let settled: Vec<DecimalMark> = evidence.numbers.iter().filter_map(NumberEvidence::settled).collect();
        let by_currency: Vec<DecimalMark> = evidence.numbers.iter().filter_map(NumberEvidence::by_currency).collect();
        let by_currency = agreed(&by_currency);
        for ((field, evidence), mark) in AMOUNTS.into_iter().zip(&evidence.numbers).zip(&mut marks) {
            if let Some(places) = evidence.mixed() {
                mixed.push((name(field), places));
            } else if let Some(own) = evidence.settled() {
                *mark = own;
            } else if evidence.is_unclear() {
                *mark = agreed(&settled).or(by_currency).ok_or_else(|| IntakeError::AmbiguousNumbers {
                    column: name(field),
                    examples: evidence.examples(),
                })?;
            }
        }
    }
    if let Some(places) = evidence.sides.mixed() {
        mixed.push((name(Field::DebitCredit), places));
    }
    let paid = &evidence.numbers[2];
    let signed = columns.has(Field::DebitCredit)
        || columns.has(Field::CreditAmount)
        || evidence.numbers[..2].iter().any(|numbers| numbers.signs[1] > 0);
    Ok(Forms {
        orders,
        marks,
        point_zero: evidence.identifiers.map(|identifier| !identifier.real_fraction),
        paid_is_negative: paid.signs[1] > 0 && paid_positives(document, columns) == 0,
        sides: evidence.sides.settled(),
        signed,
        mixed,
        currency_given: evidence.currencies,
        heading_currency,
    })
}

/// What all say alike.
fn agreed<T: Copy + PartialEq>(settled: &[T]) -> Option<T> {
    let first = settled.first()?;
    settled.iter().all(|other| other == first).then_some(*first)
}

/// A column's heading, or its place where it has none.
pub(crate) fn column_name(document: &Document<'_>, at: usize) -> String {
    match document.headers.get(at) {
        Some(name) if !name.is_empty() => name.clone(),
        _ => format!("#{}", at + 1),
    }
}

fn gather(document: &Document<'_>, columns: &Columns<'_>, default: Option<Currency>) -> Evidence {
    document
        .body()
        .par_chunks(8_192)
        .map(|rows| {
            let mut evidence = Evidence::default();
            let mut cells = Vec::new();
            for row in rows {
                split(row.text(&document.text), document.delimiter, &mut cells);
                evidence.look(columns, *row, &cells, default);
            }
            evidence
        })
        .reduce(Evidence::default, Evidence::merge)
}

/// The order on which the columns agree that no field is mapped to.
fn other_columns(document: &Document<'_>, columns: &Columns<'_>, extract: Option<NaiveDate>) -> Option<DateOrder> {
    let mut found = vec![DateEvidence::default(); document.headers.len()];
    let mut cells = Vec::new();
    for row in document.body() {
        split(row.text(&document.text), document.delimiter, &mut cells);
        for (at, (evidence, cell)) in found.iter_mut().zip(&cells).enumerate() {
            if columns.field_at(at).is_none() {
                evidence.look(row.line, cell);
            }
        }
    }
    let dated = found.iter().filter(|evidence| evidence.dates > evidence.bad);
    agreed(&dated.filter_map(|evidence| evidence.settled(extract, &evidence.years)).collect::<Vec<_>>())
}

/// Paid amounts above zero, to tell a turned sign convention from a single reversal.
fn paid_positives(document: &Document<'_>, columns: &Columns<'_>) -> u64 {
    let Some(at) = columns.of(Field::PaidAmount) else {
        return 0;
    };
    let mut cells = Vec::new();
    let mut count = 0;
    for row in document.body() {
        split(row.text(&document.text), document.delimiter, &mut cells);
        let positive = cells.get(at).and_then(|cell| number::scan(cell)).is_some_and(|scanned| {
            !scanned.is_negative() && scanned.value(DecimalMark::Point).is_none_or(|value| !value.is_zero())
        });
        count += u64::from(positive);
    }
    count
}
