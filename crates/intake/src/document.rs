//! A file opened: its text, delimiter, records and line of headings.

use std::borrow::Cow;

use serde::Serialize;

use crate::encoding::decode;
use crate::error::IntakeError;
use crate::rows::{Damage, Row, records, split};
use crate::{date, number, synonyms, workbook};

/// What the file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Format {
    /// Delimited text.
    Csv,
    /// A workbook.
    Workbook,
}

/// An opened file.
pub(crate) struct Document<'a> {
    pub(crate) text: Cow<'a, str>,
    pub(crate) format: Format,
    pub(crate) encoding: &'static str,
    pub(crate) delimiter: u8,
    /// All records, those above the headings too.
    pub(crate) rows: Vec<Row>,
    pub(crate) damage: Vec<Damage>,
    /// Index of the headings among `rows`.
    pub(crate) header: usize,
    pub(crate) headers: Vec<String>,
    pub(crate) sheet: Option<String>,
    pub(crate) sheets: Vec<String>,
}

/// Delimiters that are known.
const CANDIDATES: [u8; 6] = [b',', b';', b'\t', b'|', b'^', b'~'];

/// How many records are looked at to find the delimiter and the headings.
const LOOK: usize = 400;

impl<'a> Document<'a> {
    /// Opens a file. `wanted`: columns that the headings must name.
    pub(crate) fn open(bytes: &'a [u8], sheet: Option<&str>, wanted: &[String]) -> Result<Self, IntakeError> {
        let mut document = if workbook::is_workbook(bytes) {
            let fits = |sheet: &workbook::Sheet| {
                find_header(&sheet.text, &sheet.records.rows, workbook::DELIMITER, wanted)
                    .is_some_and(|found| found.sure)
            };
            let sheet = workbook::read(bytes, sheet, &fits)?;
            Self {
                text: Cow::Owned(sheet.text),
                format: Format::Workbook,
                encoding: "UTF-8",
                delimiter: workbook::DELIMITER,
                rows: sheet.records.rows,
                damage: Vec::new(),
                header: 0,
                headers: Vec::new(),
                sheet: Some(sheet.name),
                sheets: sheet.sheets,
            }
        } else {
            let decoded = decode(bytes)?;
            let delimiter = stated(&decoded.text).unwrap_or_else(|| delimiter(&decoded.text));
            let found = records(&decoded.text, delimiter, usize::MAX);
            Self {
                text: decoded.text,
                format: Format::Csv,
                encoding: decoded.name,
                delimiter,
                rows: found.rows,
                damage: found.damage,
                header: 0,
                headers: Vec::new(),
                sheet: None,
                sheets: Vec::new(),
            }
        };
        let found = find_header(&document.text, &document.rows, document.delimiter, wanted);
        let found = found.ok_or(IntakeError::NoHeader)?;
        document.header = found.at;
        document.headers = found.names;
        Ok(document)
    }

    /// The records below the headings.
    pub(crate) fn body(&self) -> &[Row] {
        &self.rows[self.header + 1..]
    }

    /// Line of the headings.
    pub(crate) fn header_line(&self) -> u64 {
        self.rows[self.header].line
    }
}

/// The line of headings.
struct Found {
    at: usize,
    names: Vec<String>,
    /// It names what was asked for, or several fields.
    sure: bool,
}

fn find_header(text: &str, rows: &[Row], delimiter: u8, wanted: &[String]) -> Option<Found> {
    let mut cells = Vec::new();
    let mut best: Option<(usize, usize, Vec<String>)> = None;
    let mut widths = Vec::new();
    let mut plain: Vec<(usize, Vec<String>)> = Vec::new();
    for (index, row) in rows.iter().take(LOOK).enumerate() {
        split(row.text(text), delimiter, &mut cells);
        let heads: Vec<String> = cells.iter().map(|cell| heading(cell)).collect();
        let filled = heads.iter().filter(|head| !head.is_empty()).count();
        if filled == 0 {
            continue;
        }
        widths.push(cells.len());
        let named = wanted.iter().all(|name| heads.iter().any(|head| head.eq_ignore_ascii_case(name.trim())));
        if !wanted.is_empty() && named {
            return Some(Found { at: index, names: heads, sure: true });
        }
        let values = heads.iter().filter(|head| is_value(head)).count();
        if index < 60 && filled >= 2 && values == 0 {
            let known = heads.iter().filter(|head| synonyms::is_known(head)).count();
            if known >= 2 && best.as_ref().is_none_or(|(most, ..)| known > *most) {
                best = Some((known, index, heads));
            } else if plain.len() < 60 {
                plain.push((index, heads));
            }
        }
    }
    if let Some((known, at, names)) = best {
        return Some(Found { at, names, sure: known >= 3 });
    }
    let usual = most_common(&widths);
    let (at, names) = plain.into_iter().find(|(_, heads)| heads.len() == usual)?;
    Some(Found { at, names, sure: false })
}

fn heading(cell: &str) -> String {
    let cell = cell.trim().trim_start_matches('\u{feff}');
    cell.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A cell that belongs into a row rather than among headings.
fn is_value(cell: &str) -> bool {
    let amount = number::scan(cell).is_some_and(|scanned| scanned.marker.len() <= 3);
    amount || cell.contains('@') || matches!(date::scan(cell), date::Scanned::Date(_) | date::Scanned::Parts(_))
}

/// Excel's own first line: `sep=;`.
fn stated(text: &str) -> Option<u8> {
    let first = text.lines().next()?.trim();
    let sign = first.strip_prefix("sep=").or_else(|| first.strip_prefix("SEP="))?;
    match sign.as_bytes() {
        [byte] if byte.is_ascii_punctuation() => Some(*byte),
        [] if text.starts_with("sep=\t") => Some(b'\t'),
        _ => None,
    }
}

/// Headings that a candidate shows in the first lines: as many as any line has.
fn headings_known(text: &str, candidate: u8) -> usize {
    let mut cells = Vec::new();
    let first = records(text, candidate, 60);
    let known = first.rows.iter().map(|row| {
        split(row.text(text), candidate, &mut cells);
        let values = cells.iter().any(|cell| is_value(&heading(cell)));
        if values { 0 } else { cells.iter().filter(|cell| synonyms::is_known(&heading(cell))).count() }
    });
    known.max().unwrap_or(0)
}

/// The delimiter that makes headings of a line, which no text inside a cell does; else the one under which most records have the same number of cells, and the most cells.
fn delimiter(text: &str) -> u8 {
    let mut best = (0.0, b',');
    let mut cells = Vec::new();
    let known = CANDIDATES.map(|candidate| (headings_known(text, candidate), candidate));
    let most = known.iter().map(|(count, _)| *count).max().unwrap_or(0);
    let mut leaders = known.iter().filter(|(count, _)| *count == most);
    if let (Some((3.., leader)), None) = (leaders.next(), leaders.next()) {
        return *leader;
    }
    for candidate in CANDIDATES {
        let widths: Vec<usize> = records(text, candidate, LOOK)
            .rows
            .iter()
            .filter(|row| !row.text(text).trim().is_empty())
            .map(|row| {
                split(row.text(text), candidate, &mut cells);
                cells.len()
            })
            .collect();
        let several: Vec<usize> = widths.iter().copied().filter(|width| *width > 1).collect();
        let usual = most_common(&several);
        if usual < 2 {
            continue;
        }
        let share = |count: usize| f64::from(u32::try_from(count).unwrap_or(u32::MAX));
        let same = several.iter().filter(|width| **width == usual).count();
        let steady = share(same) / share(widths.len());
        let score = steady * steady * share(usual - 1);
        if score > best.0 {
            best = (score, candidate);
        }
    }
    best.1
}

fn most_common(widths: &[usize]) -> usize {
    let mut sorted = widths.to_vec();
    sorted.sort_unstable();
    sorted.chunk_by(|one, other| one == other).max_by_key(|run| run.len()).map_or(0, |run| run[0])
}
