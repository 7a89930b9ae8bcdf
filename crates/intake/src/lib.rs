//! Billing extracts into typed rows: CSV in any common form, and workbooks.
//!
//! Bytes in, rows out. What it does *not* do: open files, store anything, or guess in silence. A
//! date or number form that reads two ways is asked, a row that can't be read is named by its line,
//! and a batch with a problem is not to be imported at all.
//!
//! [`inspect`] looks at a file and proposes a [`Mapping`]; [`read`] reads it into a [`Batch`].

mod address;
mod balance;
mod batch;
mod cells;
pub mod cli;
mod credits;
mod currency;
mod date;
mod dated;
mod describe;
mod document;
mod doubt;
mod encoding;
mod ending;
mod error;
mod evidence;
mod field;
mod forms;
mod identity;
mod item;
mod known;
mod layout;
mod ledger;
mod mapping;
mod notes;
mod number;
mod others;
mod parties;
mod preview;
mod propose;
mod read;
mod rows;
mod running;
pub mod sample;
mod side;
mod synonyms;
mod terms;
mod value;
mod workbook;

pub use batch::{Batch, Total, combine};
pub use date::{DateOrder, NotADateOrder};
pub use dated::orders_of;
pub use document::Format;
pub use error::{Example, IntakeError, Problem};
pub use field::Field;
pub use identity::{invoice_id, payment_id};
pub use known::keep_known;
pub use mapping::{ColumnMap, FileKind, Mapping, ValueMap};
pub use notes::{LINES, Warning};
pub use number::{DecimalMark, NotADecimalMark};
pub use parties::normalised_name;
pub use preview::{ColumnKind, ColumnPreview, Form, Preview, inspect, inspect_as};
pub use propose::{Confidence, Proposal, propose};
pub use read::read;
pub use value::Status;
