//! Reading a template's text: where the braces are, and which known name a wrong one resembles.

use super::TemplateError;

/// A stretch of text, or a placeholder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Piece<'a> {
    /// As it stands; an escaped brace comes as its own piece.
    Text(&'a str),
    /// A placeholder's name.
    Name {
        name: &'a str,
        line: usize,
        column: usize,
        /// Nothing else but spaces on its line.
        alone: bool,
    },
}

/// The pieces of a text, or the first thing wrong with its braces.
pub(super) fn pieces(text: &str) -> Pieces<'_> {
    Pieces { text, at: 0 }
}

pub(super) struct Pieces<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Iterator for Pieces<'a> {
    type Item = Result<Piece<'a>, TemplateError>;

    fn next(&mut self) -> Option<Self::Item> {
        let rest = &self.text[self.at..];
        if rest.is_empty() {
            return None;
        }
        let start = self.at;
        let Some(brace) = rest.find(['{', '}']) else {
            self.at = self.text.len();
            return Some(Ok(Piece::Text(rest)));
        };
        if brace > 0 {
            self.at += brace;
            return Some(Ok(Piece::Text(&rest[..brace])));
        }
        if rest.starts_with("{{") || rest.starts_with("}}") {
            self.at += 2;
            return Some(Ok(Piece::Text(&rest[..1])));
        }
        let (line, column) = position(self.text, start);
        if rest.starts_with('}') {
            self.at = self.text.len();
            return Some(Err(TemplateError::NotOpened { line, column }));
        }
        // A placeholder never spans lines or holds another brace: the first of those ends the search.
        let inner = &rest[1..];
        let Some(close) = inner.find(['{', '}', '\n']).filter(|index| inner[*index..].starts_with('}')) else {
            self.at = self.text.len();
            return Some(Err(TemplateError::NotClosed { line, column }));
        };
        let end = start + 1 + close + 1;
        self.at = end;
        let before = self.text[..start].rsplit('\n').next().unwrap_or("");
        let after = self.text[end..].split('\n').next().unwrap_or("");
        Some(Ok(Piece::Name {
            name: inner[..close].trim(),
            line,
            column,
            alone: before.trim().is_empty() && after.trim().is_empty(),
        }))
    }
}

/// 1-based line and column (in characters) of a byte offset.
fn position(text: &str, offset: usize) -> (usize, usize) {
    let before = &text[..offset];
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap_or("").chars().count() + 1;
    (line, column)
}

/// The known name most like a wrong one, if it is near enough to be meant.
pub(super) fn nearest<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> Option<String> {
    let plain = |text: &str| text.to_lowercase().replace([' ', '-', '.'], "_");
    let wrong = plain(name);
    known
        .map(|one| (distance(&wrong, one), one))
        .min()
        .filter(|(away, one)| *away <= (one.len() / 2).max(2))
        .map(|(_, one)| one.to_owned())
}

/// Levenshtein distance, in characters.
fn distance(left: &str, right: &str) -> usize {
    let right: Vec<char> = right.chars().collect();
    let mut row: Vec<usize> = (0..=right.len()).collect();
    for (i, a) in left.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, b) in right.iter().enumerate() {
            let substituted = diagonal + usize::from(a != *b);
            diagonal = row[j + 1];
            row[j + 1] = substituted.min(diagonal + 1).min(row[j] + 1);
        }
    }
    row[right.len()]
}
