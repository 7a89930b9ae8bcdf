//! Cells of one record as typed values, with what has to be said about them.

use std::borrow::Cow;

use chrono::NaiveDate;
use domain::money::{Currency, Money};
use rust_decimal::Decimal;

use crate::currency::{Named, named};
use crate::date;
use crate::document::Document;
use crate::error::Problem;
use crate::field::Field;
use crate::forms::{Forms, column_name};
use crate::mapping::{Columns, Mapping};
use crate::notes::Note;
use crate::number;
use crate::value::{self, Mended};

/// A file with everything that was settled about it.
#[derive(Clone, Copy)]
pub(crate) struct Reading<'a> {
    pub(crate) document: &'a Document<'a>,
    pub(crate) columns: &'a Columns<'a>,
    pub(crate) forms: &'a Forms,
    pub(crate) mapping: &'a Mapping,
}

/// What is to be said about one record.
#[derive(Default)]
pub(crate) struct Findings {
    pub(crate) problems: Vec<Problem>,
    pub(crate) notes: Vec<(Note, Option<String>)>,
}

impl Findings {
    pub(crate) fn note(&mut self, note: Note) {
        self.notes.push((note, None));
    }

    pub(crate) fn detail(&mut self, note: Note, detail: impl Into<String>) {
        self.notes.push((note, Some(detail.into())));
    }
}

/// One record being read.
pub(crate) struct Record<'a, 'c> {
    pub(crate) reading: Reading<'a>,
    pub(crate) cells: &'c [Cow<'a, str>],
    pub(crate) line: u64,
    pub(crate) findings: Findings,
}

/// How far an amount may be from a whole minor unit and still be taken for the noise of a binary
/// fraction.
const NOISE: Decimal = Decimal::from_parts(1, 0, 0, false, 6);

/// No amount reaches ten trillion; sums of millions of smaller ones are still kept exactly.
const TOO_MUCH: Decimal = Decimal::from_parts(1_316_134_912, 2_328, 0, false, 0);

impl<'a> Record<'a, '_> {
    /// A trimmed cell, translated by the mapping's words; empty where nothing is mapped.
    pub(crate) fn text(&self, field: Field) -> Cow<'a, str> {
        let Some(cell) = self.reading.columns.of(field).and_then(|at| self.cells.get(at)) else {
            return Cow::Borrowed("");
        };
        if let Some(values) = self.reading.columns.values(field)
            && let Some(meaning) = values.translate(field, value::trim(cell))
        {
            return Cow::Owned(meaning.to_owned());
        }
        trimmed(cell)
    }

    /// Text in which "n/a" and its like mean nothing.
    pub(crate) fn words(&self, field: Field) -> Cow<'a, str> {
        let text = self.text(field);
        if value::is_null(&text) { Cow::Borrowed("") } else { text }
    }

    pub(crate) fn column(&self, field: Field) -> String {
        let at = self.reading.columns.of(field);
        at.map_or_else(String::new, |at| column_name(self.reading.document, at))
    }

    pub(crate) fn problem(&mut self, field: Field, what: impl Into<String>, remedy: &str) {
        let column = self.column(field);
        self.findings.problems.push(Problem::new(self.line, &column, what, remedy));
    }

    pub(crate) fn identifier(&mut self, field: Field) -> Cow<'a, str> {
        let text = self.text(field);
        let (mended, how) = value::identifier(&text, self.reading.forms.point_zero(field));
        let mended = match mended {
            // Keep borrowing from the file where nothing changed.
            Cow::Borrowed(kept) if kept.len() == text.len() => None,
            other => Some(other.into_owned()),
        };
        match how {
            Mended::No => {}
            Mended::PointZero => self.findings.note(Note::PointZero),
            Mended::Scientific => self.findings.note(Note::Scientific),
        }
        mended.map_or(text, Cow::Owned)
    }

    pub(crate) fn date(&mut self, field: Field) -> Option<NaiveDate> {
        let text = self.text(field);
        match date::scan(&text) {
            date::Scanned::Empty => None,
            date::Scanned::Never => {
                self.findings.detail(Note::Never, format!("\"{}\" in \"{}\"", shortened(&text), self.column(field)));
                None
            }
            date::Scanned::Date(date) => Some(date),
            date::Scanned::Serial(date) => {
                self.findings.note(Note::Serial);
                Some(date)
            }
            date::Scanned::Parts(parts) => {
                let order = self.reading.forms.order(field);
                let date = parts.read(order);
                if date.is_none() {
                    let asked = self.reading.mapping.date_order.is_some();
                    self.problem(
                        field,
                        format!("\"{text}\" is no date in the order {}", order.code()),
                        if asked {
                            "correct it, or give another date order"
                        } else {
                            "correct it in the billing system, or in the file"
                        },
                    );
                }
                date
            }
            date::Scanned::Bad => {
                self.problem(
                    field,
                    format!("\"{}\" is no date", shortened(&text)),
                    "correct it in the billing system, or in the file",
                );
                None
            }
        }
    }

    /// An amount as written, and what its sign or code says about the currency.
    pub(crate) fn number(&mut self, field: Field) -> Option<(Decimal, Named)> {
        let text = self.text(field);
        if text.is_empty() {
            return None;
        }
        // Accounting sheets write zero as a dash, perhaps with the currency's sign.
        let dashes = text.trim_matches(|c: char| c.is_whitespace() || !c.is_alphanumeric() && c != '-');
        if text.contains('-') && dashes.bytes().all(|b| b == b'-') {
            return Some((Decimal::ZERO, Named::Unknown));
        }
        if value::is_null(&text) {
            return None;
        }
        let mark = self.reading.forms.mark(field);
        let scanned = number::scan(&text);
        let named = scanned.map_or(Named::Unknown, |scanned| named(scanned.marker));
        let unknown = scanned.is_some_and(|scanned| !scanned.marker.is_empty()) && named == Named::Unknown;
        let value = scanned.filter(|_| !unknown).and_then(|scanned| scanned.value(mark));
        if value.is_none() {
            self.problem(
                field,
                format!("\"{}\" is no amount", shortened(&text)),
                if text.starts_with('=') {
                    "the formula has no value; open the file in a spreadsheet, save it, and import it again"
                } else {
                    "correct it in the billing system, or in the file"
                },
            );
        }
        value.map(|value| (value, named))
    }

    /// Rounds away the noise of binary fractions; more decimals than the currency knows are refused.
    pub(crate) fn in_minor(&mut self, field: Field, value: Decimal, currency: Currency) -> Option<Decimal> {
        let mut rounded = Money::new(value, currency).round_half_even().amount;
        rounded.rescale(currency.minor_digits());
        if rounded.abs() >= TOO_MUCH {
            self.problem(field, format!("{value} {currency} is more than any invoice"), "correct the amount");
            return None;
        }
        let off = (value - rounded).abs();
        if off > NOISE {
            self.problem(
                field,
                format!("{value} {currency} has more decimals than {currency} knows"),
                "correct the amount",
            );
            return None;
        }
        if !off.is_zero() {
            self.findings.note(Note::FloatNoise);
        }
        Some(rounded)
    }

    /// The row's currency: its column, else the sign in its amounts, else the heading, else what
    /// the mapping says, else US dollars with a warning.
    pub(crate) fn currency(&mut self, signs: impl Iterator<Item = Named>) -> Option<Currency> {
        let mapping = self.reading.mapping.currency;
        let mut sign = Named::Unknown;
        for found in signs {
            match (sign, found) {
                (Named::Is(one), Named::Is(other)) if one != other => {
                    self.problem(
                        Field::Amount,
                        format!("the row's amounts are in {one} and in {other}"),
                        "give them one currency",
                    );
                    return None;
                }
                (_, Named::Unknown) | (Named::Is(_), _) => {}
                _ => sign = found,
            }
        }
        let text = self.words(Field::Currency);
        if !text.is_empty() {
            let stated = match named(&text) {
                Named::Is(currency) => currency,
                Named::Dollar => mapping.unwrap_or(Currency::USD),
                Named::Unknown => {
                    self.problem(
                        Field::Currency,
                        format!("\"{}\" is no currency", shortened(&text)),
                        "write its three letters, such as USD",
                    );
                    return None;
                }
            };
            if let Named::Is(other) = sign
                && other != stated
            {
                self.problem(
                    Field::Currency,
                    format!("the currency is {stated} but the amount says {other}"),
                    "correct one of them",
                );
                return None;
            }
            return Some(stated);
        }
        if let Named::Is(currency) = sign {
            self.findings.detail(Note::CurrencySign, currency.code());
            return Some(currency);
        }
        if let Some(currency) = mapping {
            return Some(currency);
        }
        if self.reading.columns.has(Field::Currency) && self.reading.forms.currency_given {
            self.problem(
                Field::Currency,
                "the currency is missing",
                "fill it in, or give the currency of such rows with --currency",
            );
            return None;
        }
        if let Some(currency) = self.reading.forms.heading_currency {
            self.findings.detail(Note::CurrencyHeading, currency.code());
            return Some(currency);
        }
        if sign == Named::Dollar {
            self.findings.detail(Note::CurrencySign, "$ as USD");
        } else {
            self.findings.note(Note::CurrencyAssumed);
        }
        Some(Currency::USD)
    }
}

/// Keeps borrowing where the cell borrows.
fn trimmed<'a>(cell: &Cow<'a, str>) -> Cow<'a, str> {
    match cell {
        Cow::Borrowed(text) => Cow::Borrowed(value::trim(text)),
        Cow::Owned(text) => Cow::Owned(text.trim().to_owned()),
    }
}

/// At most 40 characters of a cell, for a message.
pub(crate) fn shortened(text: &str) -> String {
    let line: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    if line.chars().count() > 40 {
        let start: String = line.chars().take(39).collect();
        format!("{start}\u{2026}")
    } else {
        line
    }
}
