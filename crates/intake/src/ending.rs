//! The end of a file: control totals in a last line, and a last cell that was cut off.

use crate::document::{Document, Format};
use crate::error::Problem;
use crate::field::Field;
use crate::forms::{AMOUNTS, DATES, column_name};
use crate::mapping::Columns;
use crate::number;
use crate::rows::{Row, split};
use crate::value::trim;

/// First cells of a line of control totals.
const TAGS: &[&str] =
    &["t", "tr", "trl", "tlr", "trailer", "footer", "eof", "end", "z", "9", "99", "999", "control", "count", "f"];

/// A line at the end that repeats how many rows stand above it.
pub(crate) struct Trailer {
    pub(crate) line: u64,
    /// Rows that are whole.
    rows: usize,
    said: Vec<String>,
}

impl Trailer {
    /// Nothing, or that the count is not right: the file lost rows on its way.
    pub(crate) fn problem(&self) -> Option<Problem> {
        let agrees = self.said.iter().any(|cell| cell.parse() == Ok(self.rows));
        (!agrees).then(|| {
            Problem::new(
                self.line,
                "",
                format!("the control line says {} but {} rows stand above it", self.said.join(", "), self.rows),
                "export the file again; rows may be missing",
            )
        })
    }
}

/// The last line, if it is one of control totals: a tag and numbers, shorter than a row.
pub(crate) fn trailer(document: &Document<'_>) -> Option<Trailer> {
    let mut cells = Vec::new();
    let filled = |row: &&Row| !row.text(&document.text).trim().is_empty();
    let last = document.body().iter().rev().find(filled)?;
    split(last.text(&document.text), document.delimiter, &mut cells);
    let tag = trim(cells.first()?).to_lowercase();
    let said: Vec<String> =
        cells[1..].iter().map(|cell| trim(cell).to_owned()).filter(|cell| !cell.is_empty()).collect();
    let short = (2..document.headers.len()).contains(&cells.len());
    let counts = said.iter().any(|cell| cell.bytes().all(|b| b.is_ascii_digit()));
    let numbers = said.iter().all(|cell| cell.bytes().any(|b| b.is_ascii_digit()));
    if !(short && counts && numbers && TAGS.contains(&tag.as_str())) {
        return None;
    }
    let mut rows = 0;
    for row in document.body().iter().filter(|row| row.line != last.line).filter(filled) {
        split(row.text(&document.text), document.delimiter, &mut cells);
        rows += usize::from(cells.len() >= document.headers.len());
    }
    Some(Trailer { line: last.line, rows, said })
}

/// What a cell shows of its form, and the least that the others of its column show.
fn shape(field: Field, cell: &str) -> Option<usize> {
    let cell = trim(cell);
    if AMOUNTS.contains(&field) {
        return Some(number::scan(cell)?.last_three().map_or(0, |(_, decimals)| decimals.len()));
    }
    (field == Field::Currency || DATES.contains(&field)).then(|| cell.chars().count()).filter(|count| *count > 0)
}

/// The last cell of a file without a final line end, where it is shorter than every other of its
/// column: `12` below `100.00`, `US` below `USD`. A file that was cut there looks whole otherwise.
pub(crate) fn cut(document: &Document<'_>, columns: &Columns<'_>) -> Option<Problem> {
    if document.format != Format::Csv || document.text.ends_with(['\n', '\r']) {
        return None;
    }
    let at = document.headers.len().checked_sub(1)?;
    let field = columns.field_at(at)?;
    let mut cells = Vec::new();
    let (last, above) = document.body().split_last()?;
    split(last.text(&document.text), document.delimiter, &mut cells);
    let cell = trim(cells.get(at)?).to_owned();
    let own = shape(field, &cell)?;
    let mut others = Vec::new();
    for row in above {
        split(row.text(&document.text), document.delimiter, &mut cells);
        others.extend(cells.get(at).and_then(|cell| shape(field, cell)));
    }
    let usual = others.iter().min().filter(|_| others.len() > 1)?;
    (own < *usual).then(|| {
        Problem::new(
            last.line,
            &column_name(document, at),
            format!("the file ends behind \"{cell}\", which is shorter than every other cell of its column"),
            "the file may have been cut off; export it again, or end its last line if it is whole",
        )
    })
}
