//! How a source's files are read: saved once, used for every later import from that source.

use chrono::NaiveDate;
use domain::account::{CustomerKind, Mode};
use domain::money::Currency;
use serde::{Deserialize, Serialize};

use crate::currency::{Named, named};
use crate::date::DateOrder;
use crate::document::Document;
use crate::error::IntakeError;
use crate::field::{FIELDS, Field, nearest};
use crate::layout::Shape;
use crate::number::DecimalMark;
use crate::value;

/// What the rows of a file are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FileKind {
    /// Invoices, with whatever is known of their customers and accounts; credits among them.
    #[default]
    Invoices,
    /// Customers.
    Customers,
    /// Billing accounts.
    Accounts,
    /// Services.
    Services,
    /// Payments, perhaps allocated to invoices.
    Payments,
    /// Credit memos, perhaps allocated to invoices.
    Credits,
}

impl FileKind {
    /// Every kind.
    pub const ALL: [Self; 6] =
        [Self::Invoices, Self::Customers, Self::Accounts, Self::Services, Self::Payments, Self::Credits];
}

/// Words of the file and what they mean: `1` is `open`, `0` is `closed`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ValueMap {
    /// Cell (case and outer spaces do not matter) and meaning.
    pub values: Vec<(String, String)>,
    /// Meaning of every other cell.
    pub other: Option<String>,
}

impl ValueMap {
    /// No words.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.values.is_empty() && self.other.is_none()
    }

    /// The meaning of a trimmed cell. An empty cell is a value like any other where some value is
    /// listed; where everything that is written means one thing (`*=yes`), nothing written does not.
    pub(crate) fn translate(&self, field: Field, cell: &str) -> Option<&str> {
        let listed = self.values.iter().find(|(from, _)| {
            from.eq_ignore_ascii_case(cell) || cell.strip_suffix(".0").is_some_and(|whole| whole == from)
        });
        if let Some((_, to)) = listed {
            return Some(to);
        }
        let blank = cell.is_empty();
        let covers_blanks = match field {
            Field::Disputed => false,
            Field::Currency => true,
            _ => !self.values.is_empty(),
        };
        self.other.as_deref().filter(|_| !blank || covers_blanks)
    }
}

/// A field's column.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ColumnMap {
    /// The field.
    pub field: Field,
    /// The column's heading, or its place: `#3`.
    pub column: String,
    /// Meanings of its cells.
    #[serde(default, skip_serializing_if = "ValueMap::is_empty")]
    pub values: ValueMap,
}

/// How the files of one source are read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mapping {
    /// Name of the billing system; part of every row's identity.
    pub source: String,
    /// What the rows are.
    #[serde(default)]
    pub kind: FileKind,
    /// Sheet of a workbook; the first with rows, if none is named.
    #[serde(default)]
    pub sheet: Option<String>,
    /// Fields and their columns.
    pub columns: Vec<ColumnMap>,
    /// The order of dates, where a person said so; otherwise settled from the columns.
    #[serde(default)]
    pub date_order: Option<DateOrder>,
    /// The decimal mark, where a person said so; otherwise settled from the columns.
    #[serde(default)]
    pub decimal: Option<DecimalMark>,
    /// Currency of rows that name none.
    #[serde(default)]
    pub currency: Option<Currency>,
    /// Day on which the extract was made: an invoice without a date existed then.
    #[serde(default)]
    pub extract_date: Option<NaiveDate>,
    /// Kind of customers that the file says nothing about. Consumer is the stricter.
    #[serde(default = "strictest")]
    pub customer_kind: CustomerKind,
    /// In whose name we collect.
    #[serde(default = "first_party")]
    pub mode: Mode,
    /// To whom the money is owed, where the file does not say.
    #[serde(default)]
    pub creditor: String,
    /// Segment of accounts that the file says nothing about.
    #[serde(default = "standard")]
    pub segment: String,
    /// The columns were proposed rather than given: a warning tells how they were read.
    #[serde(default)]
    pub proposed: bool,
}

fn strictest() -> CustomerKind {
    CustomerKind::Consumer
}

fn first_party() -> Mode {
    Mode::FirstParty
}

fn standard() -> String {
    "standard".to_owned()
}

impl Mapping {
    /// A mapping with no columns yet.
    #[must_use]
    pub fn new(source: &str, kind: FileKind) -> Self {
        Self {
            source: source.to_owned(),
            kind,
            sheet: None,
            columns: Vec::new(),
            date_order: None,
            decimal: None,
            currency: None,
            extract_date: None,
            customer_kind: strictest(),
            mode: first_party(),
            creditor: String::new(),
            segment: standard(),
            proposed: false,
        }
    }

    /// The same with one more column.
    #[must_use]
    pub fn with(mut self, field: Field, column: &str) -> Self {
        self.columns.push(ColumnMap { field, column: column.to_owned(), values: ValueMap::default() });
        self
    }

    /// The columns that the line of headings must name.
    pub(crate) fn wanted(&self) -> Vec<String> {
        let named = self.columns.iter().filter(|map| place(&map.column).is_none());
        named.map(|map| map.column.clone()).collect()
    }
}

/// `#3` is the third column.
fn place(column: &str) -> Option<usize> {
    column.strip_prefix('#')?.parse().ok().filter(|place| *place > 0)
}

/// The index of a named column: exactly so, else without regard to case and outer spaces, else by
/// its place.
pub(crate) fn find_column(headers: &[String], column: &str) -> Result<usize, IntakeError> {
    let loose = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase();
    let wanted = loose(column);
    let exact = |header: &&String| header.as_str() == column;
    let matches: Vec<usize> = if headers.iter().any(|header| exact(&header)) {
        (0..headers.len()).filter(|index| exact(&&headers[*index])).collect()
    } else {
        (0..headers.len()).filter(|index| loose(&headers[*index]) == wanted).collect()
    };
    match (matches.as_slice(), place(column)) {
        ([index], _) => Ok(*index),
        ([first, second, ..], _) if !wanted.is_empty() => {
            Err(IntakeError::DuplicateColumn { column: column.to_owned(), first: first + 1, second: second + 1 })
        }
        (_, Some(place)) if place <= headers.len() => Ok(place - 1),
        _ => {
            let named = || headers.iter().map(String::as_str).filter(|name| !name.is_empty());
            Err(IntakeError::UnknownColumn {
                column: column.to_owned(),
                nearest: nearest(&wanted, named()).map(str::to_owned),
                columns: named().map(str::to_owned).collect(),
            })
        }
    }
}

/// What the words of a column are mapped to must be something that the field can be.
fn check_meaning(field: Field, meaning: &str) -> Result<(), IntakeError> {
    let is_flag = || value::flag(meaning) != value::Flag::Words;
    let (sound, allowed) = match field {
        Field::Status => (value::status(meaning).is_some(), "open, closed, void, draft, written_off, disputed"),
        Field::Disputed | Field::Autopay | Field::Paperless => (is_flag(), "yes, no"),
        Field::DebitCredit => (value::side(meaning).is_some(), "debit, credit"),
        Field::TransactionType => {
            let known = !matches!(value::document(meaning), value::Document::Unknown | value::Document::UnclearCredit);
            (known, "invoice, credit, payment")
        }
        Field::Currency => (matches!(named(meaning), Named::Is(_)), "a currency's three letters"),
        _ => return Ok(()),
    };
    if sound || meaning.trim().is_empty() {
        return Ok(());
    }
    Err(IntakeError::BadMeaning { field: field.name(), meaning: meaning.to_owned(), allowed })
}

/// A mapping resolved against a file's headings.
pub(crate) struct Columns<'m> {
    index: [Option<usize>; FIELDS],
    values: [Option<&'m ValueMap>; FIELDS],
    /// What the lines of the file are, beside rows.
    pub(crate) shape: Shape,
}

impl<'m> Columns<'m> {
    /// No column mapped.
    pub(crate) fn nothing() -> Self {
        Self { index: [None; FIELDS], values: [None; FIELDS], shape: Shape::default() }
    }

    pub(crate) fn resolve(mapping: &'m Mapping, document: &Document) -> Result<Self, IntakeError> {
        let mut columns = Self::nothing();
        for map in &mapping.columns {
            let at = map.field as usize;
            if columns.index[at].is_some() {
                return Err(IntakeError::MappedTwice { field: map.field.name() });
            }
            for meaning in map.values.values.iter().map(|(_, to)| to).chain(&map.values.other) {
                check_meaning(map.field, meaning)?;
            }
            columns.index[at] = Some(find_column(&document.headers, &map.column)?);
            columns.values[at] = (!map.values.is_empty()).then_some(&map.values);
        }
        Ok(columns)
    }

    pub(crate) fn of(&self, field: Field) -> Option<usize> {
        self.index[field as usize]
    }

    pub(crate) fn has(&self, field: Field) -> bool {
        self.of(field).is_some()
    }

    pub(crate) fn values(&self, field: Field) -> Option<&'m ValueMap> {
        self.values[field as usize]
    }

    pub(crate) fn field_at(&self, column: usize) -> Option<Field> {
        Field::ALL.iter().copied().find(|field| self.of(*field) == Some(column))
    }
}
