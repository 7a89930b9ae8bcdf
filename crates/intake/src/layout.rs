//! Which records are rows, and which are a report's headings, subtotals, totals and footers.

use std::borrow::Cow;

use rustc_hash::FxHashSet;

use crate::document::Document;
use crate::ending::{self, Trailer};
use crate::field::Field;
use crate::mapping::Columns;
use crate::rows::split;
use crate::value::trim;
use crate::{date, number, value};

/// What a record is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Layout {
    /// A row.
    Row,
    /// Nothing in it.
    Blank,
    /// A group's heading.
    Heading(String),
    /// A subtotal or total; with the group it closes, if it names one.
    Total(String),
    /// A line of nothing but amounts: the sum of what stands above, or a damaged row.
    Unlabelled,
    /// A footer or separator.
    Footer,
    /// The headings again, as on each page of a printed report.
    Header,
    /// Too few or too many cells.
    Ragged,
}

/// What a file's lines show about it as a whole.
#[derive(Default)]
pub(crate) struct Shape {
    /// A line of one cell above rows without a customer names the customer.
    lone_headings: bool,
    /// Lines above the headings; a printed report repeats them on each page.
    preamble: FxHashSet<String>,
    /// Control totals at the end.
    pub(crate) trailer: Option<Trailer>,
    /// Line of the last record; a lone cell there is no heading.
    last: u64,
    /// The blank line below which nothing but lone cells stands: who made the report, and for whom.
    tail: Option<u64>,
}

impl Shape {
    pub(crate) fn of(document: &Document<'_>, columns: &Columns<'_>) -> Self {
        let parties = [Field::CustomerId, Field::CustomerName, Field::AccountId].map(|field| columns.of(field));
        let (mut whole, mut nameless) = (0_u64, 0_u64);
        let mut cells = Vec::new();
        // Totals and repeated headings have no number of an invoice.
        let number = columns.of(Field::InvoiceId);
        for row in document.body().iter().take(20_000) {
            split(row.text(&document.text), document.delimiter, &mut cells);
            let numbered = number.is_none_or(|at| {
                cells.get(at).is_some_and(|cell| !trim(cell).is_empty() && trim(cell) != document.headers[at])
            });
            if cells.len() >= document.headers.len() && cells.len() > 1 && numbered {
                whole += 1;
                nameless += u64::from(parties.iter().flatten().all(|at| trim(&cells[*at]).is_empty()));
            }
        }
        let lone_headings = whole > 0 && nameless * 10 >= whole * 8;
        let preamble = document.rows[..document.header].iter().map(|row| row.text(&document.text).trim().to_owned());
        Self {
            // Where a lone cell names a customer, the last one may have lost its rows.
            tail: tail(document).filter(|_| !lone_headings),
            lone_headings,
            preamble: preamble.filter(|line| !line.is_empty()).collect(),
            trailer: ending::trailer(document),
            last: document.body().last().map_or(0, |row| row.line),
        }
    }

    /// A lone cell in the last record names nothing.
    pub(crate) fn is_cut(&self, line: u64, cells: &[Cow<'_, str>]) -> bool {
        self.lone_headings && line == self.last && cells.len() == 1
    }

    /// A line that was seen above the headings, or the control totals.
    pub(crate) fn is_extra(&self, line: u64, text: &str) -> bool {
        self.trailer.as_ref().is_some_and(|trailer| trailer.line == line)
            || self.tail.is_some_and(|tail| line > tail && !text.trim().is_empty())
            || !self.preamble.is_empty() && self.preamble.contains(text.trim())
    }
}

/// The blank line above the lone cells at the end. A single one without a line end may be a row that
/// was cut off.
fn tail(document: &Document<'_>) -> Option<u64> {
    let mut cells = Vec::new();
    let (mut blank, mut lone, mut below) = (None, 0, 0);
    for row in document.body().iter().rev() {
        let text = row.text(&document.text);
        split(text, document.delimiter, &mut cells);
        if text.trim().is_empty() {
            (blank, below) = (Some(row.line), lone);
        } else if cells.len() == 1 && number::scan(text).is_none() {
            lone += 1;
        } else {
            break;
        }
    }
    blank.filter(|_| below > 1 || below == 1 && document.text.ends_with(['\n', '\r']))
}

const TOTALS: &[&str] = &[
    "total",
    "totals",
    "subtotal",
    "sub-total",
    "sub total",
    "grand total",
    "sum",
    "summe",
    "gesamt",
    "gesamtsumme",
    "zwischensumme",
    "result",
    "overall result",
    "report total",
    "totale",
    "suma",
    "somme",
    "totaal",
    "subtotaal",
    "sous-total",
    "gesamtbetrag",
    "endsumme",
    "importe total",
    "total général",
    "total general",
    "total geral",
    "totale generale",
    "eindtotaal",
];

const FOOTERS: &[&str] = &[
    "page ",
    "printed",
    "generated",
    "report ",
    "run date",
    "end of ",
    "accrual basis",
    "cash basis",
    "rows affected",
    "records",
    "rows selected",
    "copyright",
    "confidential",
    "exported",
    "as of ",
    "created on",
    "created by",
    "(",
];

/// Decides what a record is. Cells are trimmed by the caller's reading, not here.
pub(crate) fn classify(cells: &[Cow<'_, str>], headers: &[String], columns: &Columns<'_>) -> Layout {
    let mut filled = cells.iter().enumerate().filter(|(_, cell)| !trim(cell).is_empty());
    let Some((first, label)) = filled.next() else {
        return Layout::Blank;
    };
    let label = trim(label);
    let alone = filled.next().is_none();
    let ruled = |cell: &Cow<'_, str>| trim(cell).bytes().all(|b| matches!(b, b'-' | b'=' | b'_' | b' '));
    if label.len() > 2 && cells.iter().all(ruled) {
        return Layout::Footer;
    }
    let width = headers.len();
    let extra = cells.get(width..).unwrap_or_default();
    let named = headers.iter().rposition(|name| !name.is_empty()).map_or(0, |at| at + 1);
    let whole = cells.len() >= named && extra.iter().all(|cell| trim(cell).is_empty());
    // A group may be called Total Wine: alone, only the bare word or "total for" is a total.
    let named_total = !alone || is_bare_total(label) || label.to_lowercase().starts_with("total for ");
    if named_total && is_total(label, first, cells, columns) {
        return Layout::Total(group_closed(label));
    }
    if !alone && cells.len() >= width && (0..width).all(|at| trim(&cells[at]) == headers[at]) {
        return Layout::Header;
    }
    if alone && (is_footer(label) || is_stamp(label)) && !is_identifier_cell(first, label, columns) {
        return Layout::Footer;
    }
    let lone = cells.len() == 1 && width > 2 && columns.shape.lone_headings && !label.contains(['<', '>']);
    if !whole && !lone {
        return Layout::Ragged;
    }
    if alone && width > 2 && is_heading(first, label, columns) {
        return Layout::Heading(label.to_owned());
    }
    if width > 2 && is_bare_sum(cells, columns) {
        return Layout::Unlabelled;
    }
    Layout::Row
}

fn cell<'c>(cells: &'c [Cow<'_, str>], columns: &Columns<'_>, field: Field) -> &'c str {
    let at = columns.of(field);
    at.and_then(|at| cells.get(at)).map_or("", |cell| trim(cell))
}

const DATES: [Field; 4] = [Field::InvoiceDate, Field::DueDate, Field::SettledDate, Field::PostedDate];

/// A label that says total, in a record with no date and no number of its own: a customer may be
/// called Total Wine.
fn is_total(label: &str, at: usize, cells: &[Cow<'_, str>], columns: &Columns<'_>) -> bool {
    let holds = |field: Field| {
        let text = cell(cells, columns, field);
        !text.is_empty() && columns.of(field) != Some(at)
    };
    // Nearly every row is decided here, without a look at its words.
    if holds(Field::InvoiceId) || DATES.into_iter().any(holds) {
        return false;
    }
    let lower = label.to_lowercase();
    let bare = lower.trim_end_matches([':', '.', ' ']);
    cells.iter().any(|cell| !trim(cell).is_empty() && is_bare_total(trim(cell)))
        || bare.ends_with(" total")
        || bare.ends_with(" totals")
        || TOTALS.iter().any(|word| {
            bare.strip_prefix(word).is_some_and(|rest| rest.chars().next().is_none_or(|c| !c.is_alphanumeric()))
        })
}

fn is_bare_total(label: &str) -> bool {
    // Most cells are told apart by their first letter.
    let may = |b: &u8| matches!(b.to_ascii_lowercase(), b'*' | b't' | b's' | b'g' | b'z' | b'r' | b'o' | b'e' | b'i');
    if label.len() > 24 || !label.as_bytes().first().is_some_and(may) {
        return false;
    }
    let lower = label.to_lowercase();
    let bare = lower.trim_end_matches([':', '.', ' ']);
    TOTALS.contains(&bare) || bare.bytes().all(|b| b == b'*')
}

/// `Total for Acme` closes Acme.
fn group_closed(label: &str) -> String {
    let lower = label.to_lowercase();
    let rest = ["total for ", "subtotal for ", "total - ", "total "]
        .into_iter()
        .find(|start| lower.starts_with(start))
        .and_then(|start| label.get(start.len()..));
    let end = label.len().saturating_sub(" total".len());
    let rest = rest.or_else(|| lower.ends_with(" total").then(|| label.get(..end)).flatten());
    rest.unwrap_or_default().trim().to_owned()
}

/// Words before a page's number.
const PAGES: &[&str] = &["seite ", "página ", "pagina ", "pág. ", "pag. ", "blatt ", "blad ", "p. "];

fn is_footer(label: &str) -> bool {
    // `*** End of report ***`
    let lower = label.trim_matches(['*', '-', '=', ' ']).to_lowercase();
    let page = PAGES.iter().find_map(|word| lower.strip_prefix(word));
    if page.is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit())) {
        return true;
    }
    FOOTERS.iter().any(|word| lower.starts_with(word))
        || lower.ends_with("rows affected)")
        || lower.ends_with(" records")
        || lower.ends_with(" rows")
        || lower.contains("basis")
}

/// The time at which a report was made.
fn is_stamp(label: &str) -> bool {
    label.contains(':') && !matches!(date::scan(label), date::Scanned::Bad | date::Scanned::Empty)
}

fn is_identifier_cell(at: usize, label: &str, columns: &Columns<'_>) -> bool {
    columns.of(Field::InvoiceId) == Some(at) && label.bytes().any(|b| b.is_ascii_digit())
}

fn is_heading(at: usize, label: &str, columns: &Columns<'_>) -> bool {
    label.chars().any(char::is_alphanumeric)
        && match columns.field_at(at) {
            None | Some(Field::CustomerName | Field::CustomerId | Field::AccountId) => true,
            Some(Field::InvoiceId) => !label.bytes().any(|b| b.is_ascii_digit()),
            Some(Field::Amount | Field::OpenAmount | Field::PaidAmount) => false,
            Some(_) => at == 0 && label.chars().any(char::is_alphabetic),
        }
}

/// Nothing but amounts.
fn is_bare_sum(cells: &[Cow<'_, str>], columns: &Columns<'_>) -> bool {
    let keys = [
        Field::CustomerId,
        Field::CustomerName,
        Field::AccountId,
        Field::InvoiceId,
        Field::Terms,
        Field::TransactionType,
    ];
    let empty = |field: Field| value::is_null(cell(cells, columns, field));
    let sums = |cell: &Cow<'_, str>| trim(cell).is_empty() || number::scan(cell).is_some();
    keys.into_iter().chain(DATES).all(empty) && cells.iter().all(sums)
}
