//! Files of customers, accounts, services, payments and credits.

use std::ops::ControlFlow;

use domain::account::{Service, ServiceState};
use domain::ids::ServiceId;
use domain::money::{Currency, Money};
use domain::payment::{Allocation, Payment, PaymentKind};
use rust_decimal::Decimal;
use rustc_hash::FxHashMap;

use crate::batch::Batch;
use crate::cells::{Findings, Reading, Record};
use crate::describe::{describe_account, describe_customer};
use crate::error::{IntakeError, Problem};
use crate::field::Field;
use crate::identity::{invoice_id, payment_id};
use crate::item::{self, only};
use crate::layout::Layout;
use crate::mapping::FileKind;
use crate::notes::{Note, Notes};
use crate::parties::{Named, Parties};
use crate::rows::split;

struct Reader<'a> {
    reading: Reading<'a>,
    parties: Parties<'a>,
    notes: Notes,
    batch: Batch,
    /// First line and hash of the rows seen, by their key.
    seen: FxHashMap<String, (u64, u64)>,
    payments: FxHashMap<String, usize>,
}

pub(crate) fn read(
    reading: Reading<'_>,
    progress: &mut dyn FnMut(u64, u64) -> ControlFlow<()>,
) -> Result<Batch, IntakeError> {
    let mut reader = Reader {
        reading,
        parties: Parties::default(),
        notes: Notes::default(),
        batch: Batch { source: reading.mapping.source.clone(), ..Batch::default() },
        seen: FxHashMap::default(),
        payments: FxHashMap::default(),
    };
    crate::read::about_columns(reading, &mut reader.notes);
    let body = reading.document.body();
    let total = body.len() as u64;
    let mut cells = Vec::new();
    for (done, row) in body.iter().enumerate() {
        if done % 16_384 == 0 && progress(done as u64, total).is_break() {
            return Err(IntakeError::Cancelled);
        }
        split(row.text(&reading.document.text), reading.document.delimiter, &mut cells);
        let (layout, problem) = item::layout_of(reading, *row, &cells);
        match layout {
            Layout::Blank => {}
            Layout::Footer => reader.notes.add(Note::Footer, row.line),
            Layout::Header => reader.notes.add(Note::RepeatedHeader, row.line),
            Layout::Heading(_) if reading.mapping.kind != FileKind::Customers => {
                reader.notes.add(Note::Heading, row.line);
            }
            Layout::Total(_) => reader.notes.add(Note::Total, row.line),
            _ => {
                reader.batch.rows += 1;
                let mut record = Record { reading, cells: &cells, line: row.line, findings: Findings::default() };
                let accepted = problem.is_none() && reader.row(&mut record);
                let findings = record.findings;
                let clean = problem.is_none() && findings.problems.is_empty();
                reader.batch.problems.extend(problem);
                reader.batch.problems.extend(findings.problems);
                for (note, detail) in findings.notes {
                    match detail {
                        Some(detail) => reader.notes.detail(note, Some(row.line), detail),
                        None => reader.notes.add(note, row.line),
                    }
                }
                reader.batch.accepted += u64::from(accepted && clean);
            }
        }
    }
    if progress(total, total).is_break() {
        return Err(IntakeError::Cancelled);
    }
    reader.parties.similar(&mut reader.notes);
    let mut batch = reader.batch;
    batch.customers = reader.parties.customers;
    batch.accounts = if reading.mapping.kind == FileKind::Customers { Vec::new() } else { reader.parties.accounts };
    batch.warnings = reader.notes.finish();
    Ok(batch)
}

impl<'a> Reader<'a> {
    /// Whether the row counts.
    fn row(&mut self, record: &mut Record<'a, '_>) -> bool {
        let id = record.identifier(Field::CustomerId);
        let name = record.identifier(Field::CustomerName);
        let number = record.identifier(Field::AccountId);
        let mapping = self.reading.mapping;
        let named = Named { id: &id, name: &name, account: &number };
        let Some(customer) = self.parties.customer(&named, record.line, mapping, &mut self.notes) else {
            record.problem(Field::CustomerName, "the row names no customer", "fill it in, or take the row out");
            return false;
        };
        if mapping.kind == FileKind::Customers {
            let key = self.parties.customers[customer].id.to_string();
            let fresh = self.first(record, key, "the customer");
            if fresh {
                describe_customer(&mut self.parties.customers[customer], &mut self.parties.points, record);
            }
            return fresh;
        }
        let account = self.parties.account(customer, &number, record.line, mapping, &mut self.notes);
        match mapping.kind {
            FileKind::Accounts => self.account(record, customer, account),
            FileKind::Services => self.service(record, account, &number),
            _ => self.payment(record, account),
        }
    }

    /// The first row of a key; a repeat is told, a contradiction refused.
    fn first(&mut self, record: &mut Record<'a, '_>, key: String, what: &str) -> bool {
        let hash = item::fingerprint(record);
        match self.seen.get(&key).copied() {
            None => {
                self.seen.insert(key, (record.line, hash));
                true
            }
            Some((_, before)) if before == hash => {
                self.notes.add(Note::Duplicate, record.line);
                false
            }
            Some((line, _)) => {
                record.findings.problems.push(Problem::new(
                    record.line,
                    "",
                    format!("{what} stands on line {line} too, with other content"),
                    "keep the right one",
                ));
                false
            }
        }
    }

    fn account(&mut self, record: &mut Record<'a, '_>, customer: usize, account: usize) -> bool {
        let key = self.parties.accounts[account].id.to_string();
        if !self.first(record, key, "the account") {
            return false;
        }
        let opened = record.date(Field::OpenedDate);
        let closed = record.date(Field::ClosedDate);
        describe_customer(&mut self.parties.customers[customer], &mut self.parties.points, record);
        let account = &mut self.parties.accounts[account];
        describe_account(account, record);
        account.opened = opened;
        account.closed = closed;
        true
    }

    fn service(&mut self, record: &mut Record<'a, '_>, account: usize, number: &str) -> bool {
        let product = record.words(Field::Product);
        let identifier = record.words(Field::Identifier);
        let own = record.identifier(Field::ServiceId);
        let key = if own.is_empty() { format!("{number}\u{1f}{product}\u{1f}{identifier}") } else { own.to_string() };
        let word = record.words(Field::ServiceState).to_lowercase();
        let state = match word.as_str() {
            "" | "active" | "a" | "in service" | "connected" | "live" | "open" => ServiceState::Active,
            "suspended" | "s" | "soft disconnect" | "on hold" => ServiceState::Suspended,
            "terminated" | "t" | "disconnected" | "closed" | "cancelled" | "canceled" | "inactive" => {
                ServiceState::Terminated
            }
            _ => {
                record.problem(
                    Field::ServiceState,
                    format!("\"{word}\" is no state of a service"),
                    "write active, suspended or terminated, or map the word to one of them",
                );
                return false;
            }
        };
        if !self.first(record, format!("service\u{1f}{key}"), "the service") {
            return false;
        }
        self.batch.services.push(Service {
            id: ServiceId::derive(&self.reading.mapping.source, &key),
            account: self.parties.accounts[account].id,
            product: product.into_owned(),
            identifier: identifier.into_owned(),
            state,
        });
        true
    }

    fn payment(&mut self, record: &mut Record<'a, '_>, account: usize) -> bool {
        let posted = record.date(Field::PostedDate);
        let reversed = record.date(Field::ReversedDate);
        let Some((value, sign)) = record.number(Field::Amount) else {
            record.problem(Field::Amount, "the amount is missing", "fill it in, or take the row out");
            return false;
        };
        let Some(currency) = record.currency(only(sign)) else {
            return false;
        };
        // Some systems write money received below zero: it reduces what is owed.
        let Some(amount) = record.in_minor(Field::Amount, value.abs(), currency) else {
            return false;
        };
        let Some(posted) = posted else {
            if record.findings.problems.is_empty() {
                record.problem(Field::PostedDate, "the date is missing", "fill it in");
            }
            return false;
        };
        if amount.is_zero() {
            self.notes.add(Note::CreditUsed, record.line);
            return true;
        }
        let number = record.identifier(Field::Reference);
        if number.is_empty() {
            self.notes.add(Note::NumberMissing, record.line);
        }
        let invoice = record.identifier(Field::InvoiceId);
        // One payment over several invoices comes as several rows of one number and day.
        let whole = if invoice.is_empty() { format!(" {}", amount.normalize()) } else { String::new() };
        let reference = format!("{number} {posted}{whole}").trim().to_owned();
        let base = format!("{}\u{1f}{reference}", self.parties.reference(account));
        if !self.first(record, format!("{base}\u{1f}{invoice}"), "the payment") {
            return false;
        }
        let part = Part { account, amount, currency, invoice: &invoice };
        if let Some(at) = self.payments.get(&base).copied() {
            return self.allocate(record, at, &part);
        }
        let kind =
            if self.reading.mapping.kind == FileKind::Credits { PaymentKind::Credit } else { PaymentKind::Payment };
        let source = &self.reading.mapping.source;
        self.payments.insert(base, self.batch.payments.len());
        self.batch.payments.push(Payment {
            id: payment_id(source, self.parties.reference(account), &reference),
            account: self.parties.accounts[account].id,
            reference: if number.is_empty() { reference } else { number.into_owned() },
            kind,
            posted,
            amount: Money::zero(currency),
            method: record.words(Field::Method).into_owned(),
            reversed,
            allocations: Vec::new(),
        });
        self.allocate(record, self.batch.payments.len() - 1, &part)
    }

    fn allocate(&mut self, record: &mut Record<'a, '_>, at: usize, part: &Part<'_>) -> bool {
        let share = Money::new(part.amount, part.currency);
        let reference = self.parties.reference(part.account);
        let invoice =
            (!part.invoice.is_empty()).then(|| invoice_id(&self.reading.mapping.source, reference, part.invoice));
        let payment = &mut self.batch.payments[at];
        let Ok(sum) = payment.amount.checked_add(share) else {
            record.problem(Field::Currency, "one payment has parts in two currencies", "give each its own number");
            return false;
        };
        payment.amount = sum;
        payment.allocations.extend(invoice.map(|invoice| Allocation { invoice, amount: share }));
        true
    }
}

/// What one row adds to a payment.
struct Part<'p> {
    account: usize,
    amount: Decimal,
    currency: Currency,
    invoice: &'p str,
}
