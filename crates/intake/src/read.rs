//! Reading a file under a mapping.

use std::ops::ControlFlow;

use rayon::prelude::*;
use rustc_hash::FxHashSet;

use crate::batch::Batch;
use crate::cells::Reading;
use crate::document::Document;
use crate::doubt;
use crate::ending;
use crate::error::{IntakeError, Problem};
use crate::field::Field;
use crate::forms::{Forms, column_name, settle};
use crate::item::{self, Read};
use crate::layout::{Layout, Shape, classify};
use crate::ledger::Ledger;
use crate::mapping::{Columns, FileKind, Mapping};
use crate::notes::{Note, Notes};
use crate::rows::{DamageKind, split};
use crate::running::{Places, is_running};
use crate::{number, synonyms, value};

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
    let mut columns = Columns::resolve(mapping, &document)?;
    if let Some(currency) = mapping.currency.filter(|currency| !crate::currency::is_listed(*currency)) {
        return Err(IntakeError::UnknownCurrency { code: currency.code().to_owned() });
    }
    columns.shape = Shape::of(&document, &columns);
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
    batch.problems.extend(ending::cut(&document, &columns));
    batch.problems.extend(columns.shape.trailer.as_ref().and_then(ending::Trailer::problem));
    batch.problems.extend(running(&document, &columns));
    batch.problems.extend(doubt::above(&document, &columns));
    batch.problems.extend(doubt::buckets(&document, &columns));
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

/// An open amount that is the account's balance.
fn running(document: &Document<'_>, columns: &Columns<'_>) -> Option<Problem> {
    let named = || {
        let is_amount = |name: &String| {
            let name = synonyms::normalise(name);
            synonyms::names(synonyms::SYNONYMS, Field::Amount).any(|known| known == name)
        };
        document.headers.iter().position(is_amount)
    };
    let places = Places {
        amount: columns.of(Field::Amount).or_else(named)?,
        credit: columns.of(Field::CreditAmount),
        turned: columns.has(Field::DebitCredit),
        balance: columns.of(Field::OpenAmount)?,
    };
    is_running(document, &places).then(|| {
        Problem::new(
            document.header_line(),
            &column_name(document, places.balance),
            "the balance runs on from row to row: it is the account's, not what is open of each invoice",
            "map another column as the open amount, or none",
        )
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

/// What a column that is not read may be by a part of its name, or by nothing but letters such as S
/// and H in it.
fn resembles(document: &Document<'_>, columns: &Columns<'_>, at: usize, heading: &str) -> Option<Field> {
    let open = doubt::OPEN_PARTS.iter().any(|part| heading.contains(part))
        && !heading.contains("opening")
        && !doubt::is_of_another(heading);
    let mut cells = Vec::new();
    let (mut amounts, mut others) = (0, 0);
    let mut sides = FxHashSet::default();
    for row in document.body().iter().take(1_000) {
        split(row.text(&document.text), document.delimiter, &mut cells);
        let Some(cell) = cells.get(at).map(|cell| value::trim(cell)).filter(|cell| !value::is_null(cell)) else {
            continue;
        };
        amounts += usize::from(number::scan(cell).is_some());
        match value::side(cell) {
            Some(side) => drop(sides.insert(side)),
            None => others += 1,
        }
    }
    if !columns.has(Field::DebitCredit) && others == 0 && sides.len() == 2 {
        return Some(Field::DebitCredit);
    }
    if !columns.has(Field::OpenAmount) && !columns.has(Field::PaidAmount) && is_part(document, columns, at) {
        return Some(Field::OpenAmount);
    }
    (open && amounts > 0 && !columns.has(Field::OpenAmount)).then_some(Field::OpenAmount)
}

/// In each row the billed amount, or less of it, now one and now the other: what is open, or paid.
fn is_part(document: &Document<'_>, columns: &Columns<'_>, at: usize) -> bool {
    let Some(billed) = columns.of(Field::Amount) else {
        return false;
    };
    let mut cells = Vec::new();
    let (mut all, mut less) = (0, 0);
    for row in document.body().iter().take(1_000) {
        split(row.text(&document.text), document.delimiter, &mut cells);
        let number = |at: usize| number::scan(cells.get(at)?)?.value(number::DecimalMark::Point);
        match (number(billed), number(at)) {
            (Some(billed), Some(part)) if part == billed => all += 1,
            (Some(billed), Some(part)) if part.abs() < billed.abs() => less += 1,
            (Some(_), Some(_)) => return false,
            _ => {}
        }
    }
    // A net amount is seldom the billed one.
    less > 0 && all > 0 && all * 4 >= all + less
}

/// What was done with the columns and with the lines above them.
pub(crate) fn about_columns(reading: Reading<'_>, notes: &mut Notes) {
    let (document, columns) = (reading.document, reading.columns);
    for row in &document.rows[..document.header] {
        if !row.text(&document.text).trim().is_empty() {
            notes.add(Note::Preamble, row.line);
        }
    }
    let others: Vec<&str> =
        document.sheets.iter().filter(|name| Some(*name) != document.sheet.as_ref()).map(String::as_str).collect();
    if !others.is_empty() && reading.mapping.proposed {
        notes.detail(Note::OtherSheets, None, others.join(", "));
    }
    if reading.mapping.proposed {
        let read_as: Vec<String> =
            reading.mapping.columns.iter().map(|map| format!("{} from \"{}\"", map.field.name(), map.column)).collect();
        notes.detail(Note::ReadAs, None, read_as.join(", "));
    }
    let unused = |at: &usize| columns.field_at(*at).is_none() && !document.headers[*at].is_empty();
    let unused: Vec<usize> = (0..document.headers.len()).filter(unused).collect();
    let weighty = [
        Field::Status,
        Field::SettledDate,
        Field::OpenAmount,
        Field::PaidAmount,
        Field::CreditAmount,
        Field::DebitCredit,
        Field::Disputed,
    ];
    for at in &unused {
        let wanted = synonyms::normalise(&document.headers[*at]);
        let looks = weighty.into_iter().find(|field| {
            !columns.has(*field) && synonyms::names(synonyms::SYNONYMS, *field).any(|name| name == wanted)
        });
        if let Some(field) = looks {
            let detail = format!("\"{}\" (like {})", document.headers[*at], field.name());
            notes.detail(Note::LooksLike, None, detail);
        } else if let Some(field) = resembles(document, columns, *at, &wanted) {
            let detail = format!("\"{}\" (perhaps {})", document.headers[*at], field.name());
            notes.detail(Note::LooksLike, None, detail);
        }
    }
    let names: Vec<String> = unused.iter().map(|at| column_name(document, *at)).collect();
    if !names.is_empty() {
        notes.detail(Note::NotUsed, None, names.join(", "));
    }
}
