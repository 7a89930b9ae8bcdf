//! Workbooks (XLSX, XLS, ODS) as text records: dates as `2024-01-05`, numbers as they are stored,
//! so that whatever reads CSV reads them too.

use std::io::Cursor;

use calamine::{Data, Reader, open_workbook_auto_from_rs};

use crate::error::IntakeError;
use crate::rows::{Records, Row};

/// The delimiter of the text made here: the unit separator, which no cell contains.
pub(crate) const DELIMITER: u8 = 0x1f;

/// A sheet as text.
pub(crate) struct Sheet {
    pub(crate) text: String,
    pub(crate) records: Records,
    pub(crate) name: String,
    pub(crate) sheets: Vec<String>,
}

/// Begins as a ZIP archive or an OLE document does.
pub(crate) fn is_workbook(bytes: &[u8]) -> bool {
    bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
}

/// Reads a sheet: the one of that name, or the first that has more than one row.
pub(crate) fn read(bytes: &[u8], wanted: Option<&str>) -> Result<Sheet, IntakeError> {
    let damaged = |error: calamine::Error| IntakeError::Workbook { what: error.to_string() };
    let mut workbook = open_workbook_auto_from_rs(Cursor::new(bytes)).map_err(damaged)?;
    let sheets = workbook.sheet_names();
    let candidates: Vec<String> = match wanted {
        Some(wanted) => {
            let found = sheets.iter().find(|name| name.trim().eq_ignore_ascii_case(wanted.trim()));
            vec![
                found
                    .cloned()
                    .ok_or_else(|| IntakeError::UnknownSheet { sheet: wanted.to_owned(), known: sheets.join(", ") })?,
            ]
        }
        None => sheets.clone(),
    };
    for name in candidates {
        let range = workbook.worksheet_range(&name).map_err(damaged)?;
        if range.height() < 2 && wanted.is_none() {
            continue;
        }
        let top = range.start().map_or(0, |(row, _)| row);
        let mut text = String::new();
        let mut records = Records::default();
        for (index, cells) in range.rows().enumerate() {
            let start = text.len();
            for (column, cell) in cells.iter().enumerate() {
                if column > 0 {
                    text.push(char::from(DELIMITER));
                }
                write_cell(&mut text, cell);
            }
            records.rows.push(Row { start, end: text.len(), line: u64::from(top) + index as u64 + 1 });
            text.push('\n');
        }
        return Ok(Sheet { text, records, name, sheets });
    }
    Err(IntakeError::Empty)
}

fn write_cell(text: &mut String, cell: &Data) {
    use std::fmt::Write;
    // Writing to a String can't fail.
    let _ = match cell {
        Data::Empty => Ok(()),
        Data::Bool(flag) => write!(text, "{flag}"),
        Data::Int(number) => write!(text, "{number}"),
        Data::Float(number) => write!(text, "{number}"),
        Data::DateTime(when) => match when.as_datetime() {
            Some(when) => write!(text, "{}", when.date()),
            None => write!(text, "{}", when.as_f64()),
        },
        Data::DateTimeIso(when) => write!(text, "{when}"),
        Data::Error(error) => write!(text, "{error}"),
        other => {
            // The scanner never sees this text, but a leading quote would be taken for quoting.
            let cell = other.to_string();
            if cell.trim_start().starts_with('"') {
                write!(text, "\"{}\"", cell.replace('"', "\"\""))
            } else {
                write!(text, "{}", cell.replace(char::from(DELIMITER), " "))
            }
        }
    };
}
