//! Workbooks (XLSX, XLS, ODS) as text records: dates as `2024-01-05`, numbers as they are stored,
//! so that whatever reads CSV reads them too.

use std::io::Cursor;

use calamine::{Data, Reader, SheetVisible, open_workbook_auto_from_rs};

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

/// Reads a sheet: the one of that name; or the first that `fits`, else the first of more than one row.
/// A sheet that nobody sees (the one of a year ago, a list of codes) comes after those in sight.
pub(crate) fn read(bytes: &[u8], wanted: Option<&str>, fits: &dyn Fn(&Sheet) -> bool) -> Result<Sheet, IntakeError> {
    let damaged = |error: calamine::Error| IntakeError::Workbook { what: error.to_string() };
    let mut workbook = open_workbook_auto_from_rs(Cursor::new(bytes)).map_err(damaged)?;
    let sheets = workbook.sheet_names();
    let candidates: Vec<String> = if let Some(wanted) = wanted {
        let found = sheets.iter().find(|name| name.trim().eq_ignore_ascii_case(wanted.trim())).cloned();
        vec![found.ok_or_else(|| IntakeError::UnknownSheet { sheet: wanted.to_owned(), known: sheets.join(", ") })?]
    } else {
        let mut metadata = workbook.sheets_metadata().to_vec();
        metadata.sort_by_key(|sheet| sheet.visible != SheetVisible::Visible);
        metadata.into_iter().map(|sheet| sheet.name).collect()
    };
    let mut first = None;
    for name in candidates {
        let range = workbook.worksheet_range(&name).map_err(damaged)?;
        if range.height() < 2 && wanted.is_none() {
            continue;
        }
        let formulas = workbook.worksheet_formula(&name).unwrap_or_default();
        let (top, left) = range.start().unwrap_or_default();
        let mut text = String::new();
        let mut records = Records::default();
        for (index, cells) in range.rows().enumerate() {
            let start = text.len();
            for (column, cell) in cells.iter().enumerate() {
                if column > 0 {
                    text.push(char::from(DELIMITER));
                }
                let at = (top + u32::try_from(index).unwrap_or(u32::MAX), left + u32::try_from(column).unwrap_or(0));
                write_cell(&mut text, cell, formulas.get_value(at).map_or("", String::as_str));
            }
            records.rows.push(Row { start, end: text.len(), line: u64::from(top) + index as u64 + 1 });
            text.push('\n');
        }
        let sheet = Sheet { text, records, name, sheets: sheets.clone() };
        if wanted.is_some() || fits(&sheet) {
            return Ok(sheet);
        }
        first = first.or(Some(sheet));
    }
    first.ok_or(IntakeError::Empty)
}

/// A formula whose value was never worked out stays visible, to be refused where it counts.
fn write_cell(text: &mut String, cell: &Data, formula: &str) {
    use std::fmt::Write;
    // Writing to a String can't fail.
    let _ = match cell {
        Data::Empty if formula.is_empty() => Ok(()),
        Data::Empty => write!(text, "={}", formula.replace(char::from(DELIMITER), " ")),
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_formula_without_a_value_stays_visible() {
        let text = |cell: &Data, formula: &str| {
            let mut text = String::new();
            write_cell(&mut text, cell, formula);
            text
        };
        assert_eq!(text(&Data::Empty, "F2-40"), "=F2-40");
        assert_eq!(text(&Data::Float(60.5), "F2-40"), "60.5");
        assert_eq!(text(&Data::String(String::new()), "IF(A1,1,\"\")"), "");
        assert_eq!(text(&Data::Empty, ""), "");
        assert!(crate::number::scan("=F2-40").is_none());
    }
}
