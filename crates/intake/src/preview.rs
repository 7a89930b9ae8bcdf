//! A first look at a file: what it seems to be, and the mapping it proposes.

use std::borrow::Cow;

use rayon::prelude::*;
use serde::Serialize;

use crate::date::DateOrder;
use crate::dated::DateEvidence;
use crate::document::{Document, Format};
use crate::error::{Example, IntakeError};
use crate::evidence::NumberEvidence;
use crate::field::Field;
use crate::forms::column_name;
use crate::layout::{Layout, classify};
use crate::mapping::{Columns, FileKind, Mapping, find_column};
use crate::number::DecimalMark;
use crate::propose::{Proposal, propose};
use crate::rows::{Row, split};
use crate::running::{Places, is_running};
use crate::value;

/// What a column seems to hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ColumnKind {
    /// Nothing.
    Empty,
    /// Dates.
    Date,
    /// Amounts or other numbers with fractions or signs.
    Amount,
    /// Numbers and codes without spaces.
    Identifier,
    /// Yes and no.
    Flag,
    /// Email addresses.
    Email,
    /// Words.
    Text,
}

/// How a whole column settles its form.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "state")]
pub enum Form<T> {
    /// There is nothing to settle.
    Plain,
    /// The column shows it.
    Settled {
        /// The form.
        form: T,
    },
    /// It reads two ways: a person must say.
    Ambiguous {
        /// Cells and their two readings.
        examples: Vec<Example>,
    },
    /// Two cells can't be of one form.
    Mixed {
        /// First line and cell.
        one: (u64, String),
        /// Second line and cell.
        other: (u64, String),
    },
}

/// One column.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ColumnPreview {
    /// Heading, or place (`#3`) where there is none.
    pub name: String,
    /// What it seems to hold.
    pub kind: ColumnKind,
    /// Cells that are not empty, among the rows looked at.
    pub filled: u64,
    /// First different cells.
    pub samples: Vec<String>,
    /// Order of its dates.
    pub dates: Form<DateOrder>,
    /// Decimal mark of its numbers.
    pub numbers: Form<DecimalMark>,
}

/// A file at a first look.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Preview {
    /// File name, as given.
    pub name: String,
    /// What the rows were taken for.
    pub kind: FileKind,
    /// Text or workbook.
    pub format: Format,
    /// Encoding, by its WHATWG name.
    pub encoding: &'static str,
    /// Delimiter of text.
    pub delimiter: Option<char>,
    /// Line of the headings.
    pub header_line: u64,
    /// Records below the headings, before any is left out.
    pub records: u64,
    /// Columns, in the order of the file.
    pub columns: Vec<ColumnPreview>,
    /// Sheets of a workbook.
    pub sheets: Vec<String>,
    /// The sheet looked at.
    pub sheet: Option<String>,
    /// Proposed fields and how sure each is.
    pub proposals: Vec<Proposal>,
}

/// Rows whose samples are shown and whose content is weighed.
const LOOK: usize = 5_000;

/// Looks at a file of invoices. Dates and numbers are weighed over the whole of it.
pub fn inspect(bytes: &[u8], name: &str, sheet: Option<&str>) -> Result<Preview, IntakeError> {
    inspect_as(bytes, name, sheet, FileKind::Invoices)
}

/// Looks at a file whose rows a person says to be of that kind.
pub fn inspect_as(bytes: &[u8], name: &str, sheet: Option<&str>, kind: FileKind) -> Result<Preview, IntakeError> {
    let document = Document::open(bytes, sheet, &[])?;
    Ok(look(&document, name, kind, true))
}

pub(crate) fn look(document: &Document<'_>, name: &str, kind: FileKind, whole: bool) -> Preview {
    let columns = weigh(document, whole);
    let mut proposals = propose(&columns, kind);
    // A balance that runs on would be taken for what is open of each invoice.
    if runs(document, &proposals) {
        proposals.retain(|proposal| proposal.map.field != Field::OpenAmount);
    }
    Preview {
        name: name.to_owned(),
        kind,
        format: document.format,
        encoding: document.encoding,
        delimiter: (document.format == Format::Csv).then(|| char::from(document.delimiter)),
        header_line: document.header_line(),
        records: document.body().len() as u64,
        columns,
        sheets: document.sheets.clone(),
        sheet: document.sheet.clone(),
        proposals,
    }
}

fn runs(document: &Document<'_>, proposals: &[Proposal]) -> bool {
    let place = |field: Field| {
        let found = proposals.iter().find(|proposal| proposal.map.field == field)?;
        find_column(&document.headers, &found.map.column).ok()
    };
    let (Some(amount), Some(balance)) = (place(Field::Amount), place(Field::OpenAmount)) else {
        return false;
    };
    let (credit, turned) = (place(Field::CreditAmount), place(Field::DebitCredit).is_some());
    is_running(document, &Places { amount, credit, turned, balance })
}

impl Preview {
    /// The proposed mapping.
    #[must_use]
    pub fn mapping(&self, source: &str) -> Mapping {
        let mut mapping = Mapping::new(source, self.kind);
        mapping.sheet.clone_from(&self.sheet);
        mapping.columns = self.proposals.iter().map(|proposal| proposal.map.clone()).collect();
        mapping.proposed = true;
        mapping
    }
}

#[derive(Default)]
struct Weighed {
    dates: DateEvidence,
    numbers: NumberEvidence,
    filled: u64,
    /// Cells whose dates and numbers were weighed.
    formed: u64,
    looked: u64,
    flags: u64,
    emails: u64,
    codes: u64,
    whole: u64,
    samples: Vec<String>,
}

/// Content is weighed over the first rows; dates and numbers, if `whole`, over all of them.
fn weigh(document: &Document<'_>, whole: bool) -> Vec<ColumnPreview> {
    let body = document.body();
    let (first, rest) = body.split_at(body.len().min(LOOK));
    let mut weighed = weigh_rows(document, first, true, &|_| true);
    if !rest.is_empty() {
        let formed: Vec<bool> = weighed
            .iter()
            .map(|weighed| whole && (weighed.dates.dates + weighed.numbers.numbers > 0 || weighed.filled == 0))
            .collect();
        let more = rest
            .par_chunks(8_192)
            .map(|rows| weigh_rows(document, rows, false, &|at| formed[at]))
            .reduce(Vec::new, merge);
        weighed = merge(weighed, more);
    }
    weighed.into_iter().enumerate().map(|(at, weighed)| weighed.preview(column_name(document, at))).collect()
}

fn merge(one: Vec<Weighed>, other: Vec<Weighed>) -> Vec<Weighed> {
    if one.is_empty() {
        return other;
    }
    one.into_iter().zip(other).map(|(one, other)| one.merge(other)).collect()
}

fn weigh_rows(document: &Document<'_>, rows: &[Row], content: bool, formed: &dyn Fn(usize) -> bool) -> Vec<Weighed> {
    let nothing = Columns::nothing();
    let mut weighed: Vec<Weighed> = Vec::new();
    weighed.resize_with(document.headers.len(), Weighed::default);
    let mut cells: Vec<Cow<'_, str>> = Vec::new();
    for row in rows {
        split(row.text(&document.text), document.delimiter, &mut cells);
        // With nothing mapped yet, a customer called Total looks like a total: a line that is
        // mostly filled is a row.
        let filled = cells.iter().filter(|cell| !cell.trim().is_empty()).count();
        let is_row = match classify(&cells, &document.headers, &nothing) {
            Layout::Row => true,
            Layout::Total(_) => filled * 2 >= document.headers.len(),
            _ => false,
        };
        if !is_row {
            continue;
        }
        for (at, (cell, weighed)) in cells.iter().zip(&mut weighed).enumerate() {
            let cell = cell.trim();
            if value::is_null(cell) {
                continue;
            }
            weighed.filled += 1;
            if formed(at) {
                weighed.dates.look(row.line, cell);
                weighed.numbers.look(row.line, cell, &|| None);
                weighed.formed += 1;
            }
            if content {
                weighed.content(cell);
            }
        }
    }
    weighed
}

impl Weighed {
    fn merge(self, other: Self) -> Self {
        Self {
            dates: self.dates.merge(other.dates),
            numbers: self.numbers.merge(other.numbers),
            filled: self.filled + other.filled,
            formed: self.formed + other.formed,
            looked: self.looked + other.looked,
            flags: self.flags + other.flags,
            emails: self.emails + other.emails,
            codes: self.codes + other.codes,
            whole: self.whole + other.whole,
            samples: if self.samples.is_empty() { other.samples } else { self.samples },
        }
    }

    fn content(&mut self, cell: &str) {
        self.looked += 1;
        self.flags += u64::from(value::flag(cell) != value::Flag::Words);
        self.emails += u64::from(cell.contains('@'));
        let code = !cell.contains(' ') && cell.bytes().any(|b| b.is_ascii_digit());
        self.codes += u64::from(code);
        self.whole += u64::from(value::whole_number(cell).is_some());
        if self.samples.len() < 5 && !self.samples.iter().any(|sample| sample == cell) {
            self.samples.push(cell.to_owned());
        }
    }

    fn preview(self, name: String) -> ColumnPreview {
        let most = |count: u64| count * 10 >= self.looked * 9;
        let dates = self.dates.dates * 10 >= self.formed * 9;
        let numbers = self.numbers.numbers * 10 >= self.formed * 9;
        // Day numbers and eight-digit dates are numbers too: as dates they pass only when all do.
        let kind = if self.filled == 0 {
            ColumnKind::Empty
        } else if dates && (self.dates.bad == 0 || !numbers) {
            ColumnKind::Date
        } else if most(self.flags) {
            ColumnKind::Flag
        } else if most(self.emails) {
            ColumnKind::Email
        } else if numbers && !most(self.whole) {
            ColumnKind::Amount
        } else if most(self.codes) {
            ColumnKind::Identifier
        } else {
            ColumnKind::Text
        };
        ColumnPreview {
            name,
            kind,
            filled: self.filled,
            samples: self.samples,
            dates: form(
                kind == ColumnKind::Date,
                self.dates.mixed(),
                self.dates.settled(None, &self.dates.years),
                self.dates.examples(None, &self.dates.years),
            ),
            numbers: form(numbers, self.numbers.mixed(), self.numbers.settled(), self.numbers.examples()),
        }
    }
}

fn form<T>(applies: bool, mixed: Option<[(u64, String); 2]>, settled: Option<T>, examples: Vec<Example>) -> Form<T> {
    match (mixed, settled) {
        _ if !applies => Form::Plain,
        (Some([one, other]), _) => Form::Mixed { one, other },
        (None, Some(form)) => Form::Settled { form },
        (None, None) if examples.is_empty() => Form::Plain,
        (None, None) => Form::Ambiguous { examples },
    }
}
