//! Warnings: what was decided about rows without a person, gathered so that a thousand rows of one
//! kind are one sentence with a count and the first lines.

use std::collections::BTreeMap;

use serde::Serialize;

/// Something that a person should know and that does not stand in the way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Warning {
    /// First line it is about; none when it is about the whole file.
    pub line: Option<u64>,
    /// The first lines it is about, at most [`LINES`].
    pub lines: Vec<u64>,
    /// How many rows it is about.
    pub count: u64,
    /// What.
    pub what: String,
}

/// How many lines a warning names.
pub const LINES: usize = 10;

/// How many details, such as unknown words, a warning names.
const DETAILS: usize = 6;

macro_rules! notes {
    ($($variant:ident => $text:literal,)*) => {
        /// Kinds of warnings, in the order in which they are told.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub(crate) enum Note {
            $($variant,)*
        }

        impl Note {
            fn text(self) -> &'static str {
                match self {
                    $(Self::$variant => $text,)*
                }
            }
        }
    };
}

notes! {
    ReadAs => "the columns were read as",
    NotUsed => "columns not imported",
    LooksLike => "columns not imported that look as if they mattered; map them if they do",
    OtherSheets => "sheets of the workbook that were not read; save each as a file of its own if they hold invoices too",
    NoRows => "there are no rows below the headings",
    Preamble => "lines above the headings were left out",
    Heading => "group headings were left out; they are not invoices",
    Total => "subtotal and total lines were left out; they are not invoices",
    Footer => "footer and separator lines were left out",
    RepeatedHeader => "repeated lines of headings were left out",
    CustomerFromHeading => "customers were taken from the group headings above their rows",
    Duplicate => "rows that repeat an earlier row exactly were counted once",
    Void => "void or cancelled rows were left out",
    Draft => "drafts were left out; they are not issued yet",
    WrittenOff => "invoices are written off and count as no longer owed",
    DueFromTerms => "the due date is missing and was derived from the terms",
    DueMissing => "the due date is missing on invoices with nothing open; the invoice date stands in",
    DateMissing => "the invoice date is missing; the invoice is taken as issued before its due date",
    DueBeforeDate => "the due date lies before the invoice date",
    SettledBefore => "the settlement date lies before the invoice date; the invoice counts as paid",
    Never => "days by which systems write that there is none were read as no date",
    Serial => "dates were written as spreadsheet day numbers",
    FloatNoise => "amounts had the noise of binary fractions and were rounded to the minor unit",
    PointZero => "identifiers ended in \".0\", which was removed",
    Scientific => "identifiers were written in scientific form; if digits were lost, export them as text",
    Credit => "credits are not invoices; they count as unapplied credit",
    CreditUsed => "credits have nothing left to apply and were left out",
    PaymentRow => "payments are not invoices; they count as unapplied cash",
    NumberMissing => "credits or payments have no number; date and amount stand in",
    Overpaid => "more was paid than billed; the excess counts as unapplied credit",
    OpenAboveAmount => "the open amount is above the billed amount; the open amount counts",
    OpenMismatch => "amount less paid is not the open amount; the open amount counts",
    PaidNegative => "paid amounts are written as negatives; they count as paid",
    StatusClosedOpen => "the status says closed but the amounts leave something open; the amounts count",
    StatusOpenPaid => "the status says open but nothing is left to pay; the amounts count",
    SettledOpen => "a settlement date is given but the amounts leave something open; the amounts count",
    StatusPaid => "closed without a date or paid amount; counted as paid in full",
    OpenMissing => "the open amount is blank; the whole billed amount counts as open",
    PartialUnknown => "the status says paid in part, but no column says how much; the whole amount counts as open",
    DisputedAmount => "part of the amount may be disputed; the whole invoice counts as disputed until a dispute of that part is entered",
    TypeUnknown => "transaction types are not known; their rows count as invoices because their amount is above zero",
    StatusUnknown => "status words are not known; the amounts count",
    DisputeWords => "dispute column holds words; each counts as disputed",
    CurrencyAssumed => "no currency is named in the file; US dollars were assumed (give --currency to say otherwise)",
    CurrencySign => "the currency was taken from the sign in the amounts",
    CurrencyHeading => "the currency was taken from the column heading",
    Email => "email addresses can't be used and were left out",
    Mojibake => "names or texts look as if they were decoded twice; export the file again as UTF-8 if they do",
    NameVaries => "a customer number stands with more than one name; the first name counts",
    Similar => "names that may be the same customer were kept apart",
    IdMissing => "the customer number is missing; the name stands in",
    AccountShared => "an account number stands under more than one customer; each was given its own account",
}

#[derive(Clone, Debug, Default)]
struct Gathered {
    count: u64,
    lines: Vec<u64>,
    details: Vec<String>,
}

/// Warnings being gathered.
#[derive(Clone, Debug, Default)]
pub(crate) struct Notes(BTreeMap<Note, Gathered>);

impl Notes {
    pub(crate) fn add(&mut self, note: Note, line: u64) {
        let gathered = self.0.entry(note).or_default();
        gathered.count += 1;
        if gathered.lines.len() < LINES && gathered.lines.last() != Some(&line) {
            gathered.lines.push(line);
        }
    }

    /// With a word that belongs to it, told once.
    pub(crate) fn detail(&mut self, note: Note, line: Option<u64>, detail: impl Into<String>) {
        if let Some(line) = line {
            self.add(note, line);
        }
        let detail = detail.into();
        let gathered = self.0.entry(note).or_default();
        if gathered.details.len() <= DETAILS && !gathered.details.contains(&detail) {
            gathered.details.push(detail);
        }
    }

    pub(crate) fn finish(self) -> Vec<Warning> {
        self.0
            .into_iter()
            .map(|(note, gathered)| {
                let mut what = note.text().to_owned();
                if !gathered.details.is_empty() {
                    let more = gathered.details.len() > DETAILS;
                    let shown = &gathered.details[..gathered.details.len().min(DETAILS)];
                    what = format!("{what}: {}", shown.join("; "));
                    if more {
                        what.push_str("; ...");
                    }
                }
                Warning {
                    line: gathered.lines.first().copied(),
                    count: gathered.count.max(1),
                    lines: gathered.lines,
                    what,
                }
            })
            .collect()
    }
}
