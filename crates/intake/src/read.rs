//! Reading a file under a mapping.

use std::ops::ControlFlow;

use rayon::prelude::*;

use crate::batch::Batch;
use crate::cells::Reading;
use crate::document::Document;
use crate::error::{IntakeError, Problem};
use crate::field::Field;
use crate::forms::{Forms, column_name, settle};
use crate::item::{self, Read};
use crate::layout::{Layout, classify};
use crate::ledger::Ledger;
use crate::mapping::{Columns, FileKind, Mapping};
use crate::notes::{Note, Notes};
use crate::rows::{DamageKind, split};
use crate::synonyms;

/// Rows read between two reports of progress.
const STRIDE: usize = 32_768;

/// Reads a file into typed rows. `progress` hears how many of how many records are done, and may
/// stop the import.
///
/// An error means that the file, or a whole column, can't be read without an answer. Rows that
/// can't be read are problems of the batch; with a single one nothing may be imported.
pub fn read(
    bytes: &[u8],
    mapping: &Mapping,
    progress: &mut dyn FnMut(u64, u64) -> ControlFlow<()>,
) -> Result<Batch, IntakeError> {
    let document = Document::open(bytes, mapping.sheet.as_deref(), &mapping.wanted())?;
    let columns = Columns::resolve(mapping, &document)?;
    let grouped = mapping.kind == FileKind::Invoices && customers_in_headings(&document, &columns);
    require(mapping.kind, &columns, &document, grouped)?;
    let forms = settle(&document, &columns, mapping)?;
    let reading = Reading { document: &document, columns: &columns, forms: &forms, mapping };
    let mut batch = if mapping.kind == FileKind::Invoices {
        read_invoices(reading, grouped, progress)?
    } else {
        crate::others::read(reading, progress)?
    };
    batch.kind = mapping.kind;
    batch.problems.extend(damage(&document));
    batch.problems.extend(mixed(&forms));
    batch.problems.sort_by_key(|problem| problem.line);
    batch.sum_up();
    Ok(batch)
}

fn read_invoices(
    reading: Reading<'_>,
    grouped: bool,
    progress: &mut dyn FnMut(u64, u64) -> ControlFlow<()>,
) -> Result<Batch, IntakeError> {
    let mut ledger = Ledger::new(reading, grouped);
    about_columns(reading, &mut ledger.notes);
    let body = reading.document.body();
    let mut done = 0;
    for stride in body.chunks(STRIDE) {
        if progress(done, body.len() as u64).is_break() {
            return Err(IntakeError::Cancelled);
        }
        let read: Vec<Vec<Read<'_>>> = stride
            .par_chunks(1_024)
            .map(|rows| {
                let mut cells = Vec::new();
                rows.iter().map(|row| item::read(reading, *row, &mut cells)).collect()
            })
            .collect();
        for read in read.into_iter().flatten() {
            ledger.add(read);
        }
        done += stride.len() as u64;
    }
    if progress(done, done).is_break() {
        return Err(IntakeError::Cancelled);
    }
    if ledger.batch.rows == 0 {
        ledger.notes.detail(Note::NoRows, None, reading.document.headers.join(", "));
    }
    Ok(ledger.finish())
}

/// Whether headings above the rows name the customers: no column does, or the headings stand in the
/// customer's own column.
fn customers_in_headings(document: &Document<'_>, columns: &Columns<'_>) -> bool {
    let parties = [Field::CustomerId, Field::CustomerName, Field::AccountId].map(|field| columns.of(field));
    let nobody = parties.iter().all(Option::is_none);
    let mut cells = Vec::new();
    document.body().iter().take(1_000).any(|row| {
        split(row.text(&document.text), document.delimiter, &mut cells);
        let first = cells.iter().position(|cell| !cell.trim().is_empty());
        matches!(classify(&cells, &document.headers, columns), Layout::Heading(_))
            && (nobody || parties.contains(&first))
    })
}

fn require(kind: FileKind, columns: &Columns<'_>, document: &Document<'_>, grouped: bool) -> Result<(), IntakeError> {
    let has = |field| columns.has(field);
    let party = has(Field::CustomerId) || has(Field::CustomerName) || has(Field::AccountId) || grouped;
    let mut missing = Vec::new();
    let mut need = |there: bool, name| {
        if !there {
            missing.push(name);
        }
    };
    match kind {
        FileKind::Invoices => {
            need(party, "customer_id or customer_name");
            need(has(Field::InvoiceId), "invoice_id");
            need(has(Field::Amount) || has(Field::OpenAmount), "amount or open_amount");
            let derived = has(Field::Terms) && has(Field::InvoiceDate);
            need(has(Field::DueDate) || derived, "due_date (or invoice_date and terms)");
        }
        FileKind::Customers => need(has(Field::CustomerId) || has(Field::CustomerName), "customer_id or customer_name"),
        FileKind::Accounts => {
            need(has(Field::AccountId), "account_id");
            need(has(Field::CustomerId) || has(Field::CustomerName), "customer_id or customer_name");
        }
        FileKind::Services => {
            need(party, "account_id");
            need(has(Field::Product) || has(Field::ServiceId), "product");
        }
        FileKind::Payments | FileKind::Credits => {
            need(party, "account_id");
            need(has(Field::Amount), "amount");
            need(has(Field::PostedDate), "posted_date");
        }
    }
    if missing.is_empty() {
        return Ok(());
    }
    let columns = document.headers.iter().filter(|name| !name.is_empty());
    Err(IntakeError::MissingFields { missing, columns: columns.cloned().collect(), line: document.header_line() })
}

fn damage(document: &Document<'_>) -> impl Iterator<Item = Problem> {
    document.damage.iter().map(|damage| {
        let what = match damage.what {
            DamageKind::NeverCloses => "a quote opens on this line and never closes",
            DamageKind::InsideCell => "a quote closes in the middle of a cell",
        };
        Problem::new(damage.line, "", what, "look for a quote that is missing or too many")
    })
}

fn mixed(forms: &Forms) -> Vec<Problem> {
    forms
        .mixed
        .iter()
        .map(|(column, [(one, first), (other, second)])| {
            Problem::new(
                (*one).max(*other),
                column,
                format!("\"{first}\" on line {one} and \"{second}\" on line {other} can't be of one form"),
                "correct the odd one out, or say which form the file has",
            )
        })
        .collect()
}

/// What was done with the columns and with the lines above them.
pub(crate) fn about_columns(reading: Reading<'_>, notes: &mut Notes) {
    let (document, columns) = (reading.document, reading.columns);
    for row in &document.rows[..document.header] {
        if !row.text(&document.text).trim().is_empty() {
            notes.add(Note::Preamble, row.line);
        }
    }
    if reading.mapping.proposed {
        let read_as: Vec<String> =
            reading.mapping.columns.iter().map(|map| format!("{} from \"{}\"", map.field.name(), map.column)).collect();
        notes.detail(Note::ReadAs, None, read_as.join(", "));
    }
    let unused = |at: &usize| columns.field_at(*at).is_none() && !document.headers[*at].is_empty();
    let unused: Vec<usize> = (0..document.headers.len()).filter(unused).collect();
    let weighty = [Field::Status, Field::SettledDate, Field::OpenAmount, Field::PaidAmount, Field::Disputed];
    for at in &unused {
        let wanted = synonyms::normalise(&document.headers[*at]);
        let looks = weighty.into_iter().find(|field| {
            !columns.has(*field) && synonyms::names(synonyms::SYNONYMS, *field).any(|name| name == wanted)
        });
        if let Some(field) = looks {
            let detail = format!("\"{}\" (like {})", document.headers[*at], field.name());
            notes.detail(Note::LooksLike, None, detail);
        }
    }
    let names: Vec<String> = unused.iter().map(|at| column_name(document, *at)).collect();
    if !names.is_empty() {
        notes.detail(Note::NotUsed, None, names.join(", "));
    }
}
