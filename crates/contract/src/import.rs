//! Importing a billing extract.

use crate::{MoneyView, dto};

dto! {
    /// A file to look at.
    pub struct InspectRequest {
        /// Full path.
        pub path: String,
        /// Name of the billing system or extract; its mapping is kept under it.
        pub source: String,
        /// What the rows are; see `MappingForm`.
        pub kind: String,
    }

    /// What the file looks like.
    pub struct InspectView {
        /// File name.
        pub file: String,
        /// `CSV` or `XLSX`.
        pub format: String,
        /// "UTF-8", "windows-1252".
        pub encoding: String,
        /// Delimiter in words.
        pub delimiter: String,
        /// 1-based line of the header.
        pub header_line: u32,
        /// Data rows, by count.
        pub rows: u32,
        /// Columns.
        pub columns: Vec<ColumnView>,
        /// Fields that can be mapped.
        pub fields: Vec<FieldView>,
        /// Proposed or saved mapping.
        pub mapping: MappingForm,
        /// The mapping was saved before for this source.
        pub saved: bool,
        /// What must be answered before importing, with examples.
        pub questions: Vec<ImportQuestion>,
        /// First rows, as text.
        pub sample: Vec<Vec<String>>,
        /// In a team, of a file that says what was paid: a careful guess at the moment up to which its
        /// payments are complete, RFC 3339. None: it is not asked.
        pub payments_until: Option<String>,
    }

    /// One column.
    pub struct ColumnView {
        /// Header.
        pub name: String,
        /// Detected: "date (month first)", "amount", "text".
        pub detected: String,
        /// Some values.
        pub samples: Vec<String>,
    }

    /// One field that can be mapped.
    pub struct FieldView {
        /// Field word: `invoice_id`.
        pub field: String,
        /// What the window calls it.
        pub label: String,
        /// An import can't do without it.
        pub required: bool,
    }

    /// Something the file leaves open.
    pub struct ImportQuestion {
        /// `date_order` or `decimal`.
        pub field: String,
        /// The question, with examples.
        pub text: String,
        /// Answers to choose from.
        pub options: Vec<String>,
    }

    /// How columns become fields.
    pub struct MappingForm {
        /// Which column is which field, with value replacements.
        pub fields: Vec<FieldMapping>,
        /// `mdy`, `dmy` or `ymd`; none: settled from the whole column.
        pub date_order: Option<String>,
        /// Currency where the file has none.
        pub currency: Option<String>,
        /// `point` or `comma`; none: settled from the whole column.
        pub decimal: Option<String>,
        /// What the rows are: `invoices`, `customers`, `accounts`, `services`, `payments` or
        /// `credits`.
        pub kind: String,
    }

    /// One field's column.
    pub struct FieldMapping {
        /// Field word.
        pub field: String,
        /// Column name.
        pub column: String,
        /// Value replacements: `Yes=true,*=false`.
        pub values: String,
    }

    /// Try or do an import.
    pub struct ImportRequest {
        /// Progress and cancel go by this name.
        pub job: String,
        /// Full path.
        pub path: String,
        /// Source name.
        pub source: String,
        /// Mapping.
        pub mapping: MappingForm,
        /// Keep the mapping for this source.
        pub save_mapping: bool,
        /// In a team: every payment up to this moment is in the file, RFC 3339; none: nobody knows.
        pub payments_until: Option<String>,
    }

    /// What an import found or did.
    pub struct ImportReport {
        /// Data rows read.
        pub rows: u32,
        /// Rows that count.
        pub accepted: u32,
        /// Customers in the file.
        pub customers: u32,
        /// Accounts in the file.
        pub accounts: u32,
        /// Invoices in the file.
        pub invoices: u32,
        /// Payments and credits in the file.
        pub payments: u32,
        /// Billed, by currency.
        pub billed: Vec<MoneyView>,
        /// Open as of today, by currency.
        pub open: Vec<MoneyView>,
        /// Past due as of today, by currency.
        pub past_due: Vec<MoneyView>,
        /// What prevents the import, by line.
        pub problems: Vec<ProblemView>,
        /// Problems in all; the list is cut at 500.
        pub problem_count: u32,
        /// What was derived or left out.
        pub warnings: Vec<ProblemView>,
        /// New rows, when done.
        pub inserted: u32,
        /// Changed rows, when done.
        pub updated: u32,
        /// Rows that were there already, when done.
        pub unchanged: u32,
        /// It was imported.
        pub done: bool,
    }

    /// A line and what is wrong with it.
    pub struct ProblemView {
        /// 1-based line of the file; zero for the whole file.
        pub line: u32,
        /// What, and what to do.
        pub what: String,
    }
}
