//! Text into records, with the true line of each.
//!
//! Own code rather than a CSV crate: those take a quote that is never closed for the rest of the
//! file as one field, mend misplaced quotes in silence and count records instead of lines, where
//! this has to name the damaged line and go on with the next.

use std::borrow::Cow;

use memchr::{memchr, memchr_iter, memchr2};

/// One record: a range of the text and the physical line on which it begins (from 1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Row {
    pub(crate) start: usize,
    pub(crate) end: usize,
    pub(crate) line: u64,
}

impl Row {
    pub(crate) fn text<'a>(&self, text: &'a str) -> &'a str {
        &text[self.start..self.end]
    }
}

/// Damage found while looking for records.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Damage {
    pub(crate) line: u64,
    pub(crate) what: DamageKind,
}

/// What is wrong with a quote.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum DamageKind {
    /// It opens and the file ends.
    NeverCloses,
    /// It closes in the middle of a cell.
    InsideCell,
}

/// All records of a text.
#[derive(Default)]
pub(crate) struct Records {
    pub(crate) rows: Vec<Row>,
    pub(crate) damage: Vec<Damage>,
}

/// Finds the records. `\n`, `\r\n` and, where the text has no `\n` at all, `\r` end a line.
pub(crate) fn records(text: &str, delimiter: u8, limit: usize) -> Records {
    let bytes = text.as_bytes();
    let newline = if memchr(b'\n', bytes).is_none() { b'\r' } else { b'\n' };
    let mut found = Records::default();
    let (mut start, mut line) = (0, 1);
    while start < bytes.len() && found.rows.len() < limit {
        match record_end(bytes, start, delimiter, newline) {
            Ok((end, lines)) => {
                push(&mut found.rows, bytes, start, end, line);
                start = end + 1;
                line += lines;
            }
            Err((quote, what)) => {
                let above = memchr_iter(newline, &bytes[start..quote]).count() as u64;
                found.damage.push(Damage { line: line + above, what });
                // Go on behind the damaged line.
                let end = memchr(newline, &bytes[quote..]).map_or(bytes.len(), |at| quote + at);
                start = end + 1;
                line += above + 1;
            }
        }
    }
    found
}

fn push(rows: &mut Vec<Row>, bytes: &[u8], start: usize, end: usize, line: u64) {
    let mut trimmed = end;
    while trimmed > start && bytes[trimmed - 1] == b'\r' {
        trimmed -= 1;
    }
    rows.push(Row { start, end: trimmed, line });
}

/// Where the record ends, and how many lines it takes; or the place of the quote that is wrong.
fn record_end(bytes: &[u8], start: usize, delimiter: u8, newline: u8) -> Result<(usize, u64), (usize, DamageKind)> {
    let mut at = start;
    let mut lines = 1;
    loop {
        let Some(next) = memchr2(b'"', newline, &bytes[at..]).map(|offset| at + offset) else {
            return Ok((bytes.len(), lines));
        };
        if bytes[next] == newline {
            return Ok((next, lines));
        }
        if !opens_a_cell(bytes, start, next, delimiter) {
            at = next + 1;
            continue;
        }
        let close = closing_quote(bytes, next).ok_or((next, DamageKind::NeverCloses))?;
        if !ends_a_cell(bytes, close + 1, delimiter, newline) {
            return Err((next, DamageKind::InsideCell));
        }
        lines += memchr_iter(newline, &bytes[next..close]).count() as u64;
        at = close + 1;
    }
}

fn opens_a_cell(bytes: &[u8], start: usize, quote: usize, delimiter: u8) -> bool {
    let before = bytes[start..quote].iter().rev().find(|b| **b != b' ');
    before.is_none_or(|b| *b == delimiter)
}

fn closing_quote(bytes: &[u8], open: usize) -> Option<usize> {
    let mut at = open + 1;
    loop {
        let quote = at + memchr(b'"', &bytes[at..])?;
        if bytes.get(quote + 1) != Some(&b'"') {
            return Some(quote);
        }
        at = quote + 2;
    }
}

fn ends_a_cell(bytes: &[u8], after: usize, delimiter: u8, newline: u8) -> bool {
    let next = bytes[after..].iter().find(|b| **b != b' ');
    next.is_none_or(|b| *b == delimiter || *b == newline || *b == b'\r')
}

/// The cells of a record, unquoted but not trimmed.
pub(crate) fn split<'a>(row: &'a str, delimiter: u8, cells: &mut Vec<Cow<'a, str>>) {
    cells.clear();
    let bytes = row.as_bytes();
    if memchr(b'"', bytes).is_none() {
        let mut start = 0;
        for at in memchr_iter(delimiter, bytes) {
            cells.push(Cow::Borrowed(&row[start..at]));
            start = at + 1;
        }
        cells.push(Cow::Borrowed(&row[start..]));
        return;
    }
    let mut start = 0;
    loop {
        let lead = bytes[start..].iter().take_while(|b| **b == b' ').count();
        if bytes.get(start + lead) == Some(&b'"') {
            let open = start + lead;
            let close = closing_quote(bytes, open).unwrap_or(bytes.len());
            let inner = row.get(open + 1..close).unwrap_or("");
            cells.push(if inner.contains("\"\"") {
                Cow::Owned(inner.replace("\"\"", "\""))
            } else {
                Cow::Borrowed(inner)
            });
            start = close.min(bytes.len());
            match memchr(delimiter, &bytes[start..]) {
                Some(offset) => start += offset + 1,
                None => return,
            }
        } else if let Some(offset) = memchr(delimiter, &bytes[start..]) {
            cells.push(Cow::Borrowed(&row[start..start + offset]));
            start += offset + 1;
        } else {
            cells.push(Cow::Borrowed(&row[start..]));
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cells(row: &str) -> Vec<String> {
        let mut cells = Vec::new();
        split(row, b',', &mut cells);
        cells.into_iter().map(Cow::into_owned).collect()
    }

    #[test]
    fn cells_with_quotes_delimiters_and_line_ends() {
        assert_eq!(cells("a,,b "), ["a", "", "b "]);
        assert_eq!(cells("\"a, \"\"b\"\"\", \"c\" ,"), ["a, \"b\"", "c", ""]);
        assert_eq!(cells("5\" pipe,x"), ["5\" pipe", "x"]);
    }

    #[test]
    fn lines_count_through_quoted_line_ends() {
        let found = records("h\r\n\"a\r\nb\",1\r\n\r\nc,2", b',', usize::MAX);
        let lines: Vec<_> = found.rows.iter().map(|row| row.line).collect();
        assert_eq!(lines, [1, 2, 4, 5]);
        assert!(found.damage.is_empty());
        assert_eq!(records("a\rb\rc", b',', usize::MAX).rows.len(), 3);
    }

    #[test]
    fn a_wrong_quote_names_its_line_and_the_rest_is_read() {
        let found = records("h,i\n\"a,1\nb,2\n", b',', usize::MAX);
        assert_eq!(found.damage, [Damage { line: 2, what: DamageKind::NeverCloses }]);
        assert_eq!(found.rows.len(), 2);
        let found = records("h,i\n\"a,1\n\"b\",2\nc,3\n", b',', usize::MAX);
        assert_eq!(found.damage, [Damage { line: 2, what: DamageKind::InsideCell }]);
        assert_eq!(found.rows.last().map(|row| row.line), Some(4));
    }
}
