//! Why a file can't be imported, and what is wrong in its rows. Each message says what happened, to
//! which thing, and what to do.

use serde::Serialize;

/// A row or a column that stands in the way. With one of these, nothing is imported.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Problem {
    /// Line of the file, from 1; a cell with line ends in it counts them. For a workbook, the row.
    pub line: u64,
    /// Column, as its heading says; empty when the whole row is meant.
    pub column: String,
    /// What is wrong.
    pub what: String,
    /// What to do.
    pub remedy: String,
}

impl Problem {
    pub(crate) fn new(line: u64, column: &str, what: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self { line, column: column.to_owned(), what: what.into(), remedy: remedy.into() }
    }

    /// What is wrong and what to do, in one sentence.
    #[must_use]
    pub fn sentence(&self) -> String {
        if self.remedy.is_empty() { self.what.clone() } else { format!("{}; {}", self.what, self.remedy) }
    }
}

/// A cell that reads two ways.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Example {
    /// Where it stands.
    pub line: u64,
    /// As written.
    pub text: String,
    /// Its one reading: an ISO date (month first if that is one), or an amount (decimal point).
    pub one: String,
    /// Its other reading: an ISO date, or an amount (decimal comma).
    pub other: String,
}

/// Why a file can't be read at all, or not without an answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum IntakeError {
    /// Nothing in it.
    #[error("the file is empty; export it again")]
    Empty,
    /// Not text and not a workbook.
    #[error("the file is {what}; export it as CSV or XLSX")]
    NotATable {
        /// What it looks like.
        what: &'static str,
    },
    /// A workbook that can't be opened.
    #[error("the workbook can't be opened ({what}); open it in a spreadsheet and save it again")]
    Workbook {
        /// The reader's words.
        what: String,
    },
    /// No such sheet.
    #[error("there is no sheet \"{sheet}\"; there are: {known}")]
    UnknownSheet {
        /// Asked for.
        sheet: String,
        /// Those that exist.
        known: String,
    },
    /// No line of headings.
    #[error(
        "no line of column headings was found; the first line should name the columns, such as \
         Customer, Invoice number, Due date, Amount"
    )]
    NoHeader,
    /// Needed fields have no column.
    #[error("no column for {}; map one of: {}", .missing.join(", "), .columns.join(", "))]
    MissingFields {
        /// Names of the fields.
        missing: Vec<&'static str>,
        /// Columns of the file.
        columns: Vec<String>,
        /// Line of the headings.
        line: u64,
    },
    /// A mapping names a column that is not there.
    #[error(
        "there is no column \"{column}\"{}; there are: {}",
        .nearest.as_ref().map(|near| format!(" (did you mean \"{near}\"?)")).unwrap_or_default(),
        .columns.join(", ")
    )]
    UnknownColumn {
        /// Asked for.
        column: String,
        /// Closest name.
        nearest: Option<String>,
        /// Those that exist.
        columns: Vec<String>,
    },
    /// A mapping names a field that does not exist.
    #[error(
        "there is no field \"{field}\"{}; the fields are: {}",
        .nearest.map(|near| format!(" (did you mean {near}?)")).unwrap_or_default(),
        .known.join(", ")
    )]
    UnknownField {
        /// Asked for.
        field: String,
        /// Closest name.
        nearest: Option<&'static str>,
        /// Those that exist.
        known: Vec<&'static str>,
    },
    /// Two columns bear the mapped name.
    #[error(
        "two columns are named \"{column}\" (columns {first} and {second}); map one by its place, \
         such as #{first}"
    )]
    DuplicateColumn {
        /// The name.
        column: String,
        /// Place, from 1.
        first: usize,
        /// Place, from 1.
        second: usize,
    },
    /// A mapping argument can't be read.
    #[error("\"{argument}\" is no mapping ({why}); write FIELD=COLUMN or FIELD=COLUMN:VALUE=TO,*=TO")]
    BadMap {
        /// As given.
        argument: String,
        /// Why.
        why: &'static str,
    },
    /// The currency for rows that name none does not exist.
    #[error("\"{code}\" is no currency; write its three letters, such as USD")]
    UnknownCurrency {
        /// As given.
        code: String,
    },
    /// A word is mapped to something that the field can't be.
    #[error("{field} can't be \"{meaning}\"; map its words to one of: {allowed}")]
    BadMeaning {
        /// The field.
        field: &'static str,
        /// As given.
        meaning: String,
        /// What it can be.
        allowed: &'static str,
    },
    /// A field is mapped twice.
    #[error("{field} is mapped twice; give it one column")]
    MappedTwice {
        /// The field.
        field: &'static str,
    },
    /// Every date of a column reads two ways.
    #[error(
        "the dates of column \"{column}\" read two ways, such as {}; say which with {}",
        .examples.iter().map(|e| format!("\"{}\" on line {} ({} or {})", e.text, e.line, e.one, e.other))
            .collect::<Vec<_>>().join(", "),
        crate::dated::orders_of(.examples).into_iter().map(|order| format!("--date-order {}", order.code()))
            .collect::<Vec<_>>().join(" or ")
    )]
    AmbiguousDates {
        /// The column.
        column: String,
        /// Up to three.
        examples: Vec<Example>,
    },
    /// Every amount of a column reads two ways.
    #[error(
        "the amounts of column \"{column}\" read two ways, such as {}; say whether the decimal mark is a point or a comma with --decimal point or --decimal comma",
        .examples.iter().map(|e| format!("\"{}\" on line {} ({} or {})", e.text, e.line, e.one, e.other))
            .collect::<Vec<_>>().join(", ")
    )]
    AmbiguousNumbers {
        /// The column.
        column: String,
        /// Up to three.
        examples: Vec<Example>,
    },
    /// Stopped by the person.
    #[error("the import was cancelled; nothing was imported")]
    Cancelled,
}

impl IntakeError {
    /// As a list for a report: an ambiguous column is named at its examples' lines.
    #[must_use]
    pub fn problems(&self) -> Vec<Problem> {
        let (line, column) = match self {
            Self::AmbiguousDates { column, examples } | Self::AmbiguousNumbers { column, examples } => {
                (examples.first().map_or(1, |example| example.line), column.as_str())
            }
            Self::MissingFields { line, .. } => (*line, ""),
            Self::UnknownColumn { column, .. } | Self::DuplicateColumn { column, .. } => (1, column.as_str()),
            _ => (1, ""),
        };
        vec![Problem::new(line, column, self.to_string(), "")]
    }
}
