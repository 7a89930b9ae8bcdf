//! Typed rows into customers, accounts, invoices and credits, one after another in the order of the
//! file: repeats, contradictions and groups are seen here.

use std::borrow::Cow;

use chrono::{Datelike, NaiveDate};
use domain::ids::{AccountId, InvoiceId, PaymentId};
use domain::invoice::Invoice;
use domain::money::Money;
use domain::payment::PaymentKind;
use rust_decimal::Decimal;
use rustc_hash::FxHashMap;

use crate::balance::{Outcome, Owed, weigh};
use crate::batch::Batch;
use crate::cells::{Findings, Reading, Record};
use crate::error::Problem;
use crate::field::Field;
use crate::forms::AMOUNTS;
use crate::identity::invoice_id;
use crate::item::{Item, Read};
use crate::layout::Layout;
use crate::notes::{Note, Notes};
use crate::parties::{Named, Parties};
use crate::rows::split;
use crate::terms::Terms;

/// Where an invoice or credit was first seen, and the hash of its row.
type Seen = (u64, u64);

/// Years beyond which a due date is not meant.
const FAR: i32 = 10;

/// An invoice without a date of its own: its place, until the earliest due date is known.
struct Undated {
    invoice: usize,
    due: NaiveDate,
}

pub(crate) struct Ledger<'a> {
    pub(crate) reading: Reading<'a>,
    pub(crate) parties: Parties<'a>,
    pub(crate) notes: Notes,
    pub(crate) batch: Batch,
    invoices: FxHashMap<InvoiceId, Seen>,
    pub(crate) payments: FxHashMap<PaymentId, Seen>,
    groups: Vec<String>,
    grouped: bool,
    undated: Vec<Undated>,
    earliest: Option<NaiveDate>,
    group_sums: [Decimal; AMOUNTS.len()],
    file_sums: [Decimal; AMOUNTS.len()],
}

impl<'a> Ledger<'a> {
    /// `grouped`: customers stand in headings above their rows.
    pub(crate) fn new(reading: Reading<'a>, grouped: bool) -> Self {
        Self {
            reading,
            parties: Parties::default(),
            notes: Notes::default(),
            batch: Batch { source: reading.mapping.source.clone(), ..Batch::default() },
            invoices: FxHashMap::default(),
            payments: FxHashMap::default(),
            groups: Vec::new(),
            grouped,
            undated: Vec::new(),
            earliest: None,
            group_sums: [Decimal::ZERO; AMOUNTS.len()],
            file_sums: [Decimal::ZERO; AMOUNTS.len()],
        }
    }

    pub(crate) fn add(&mut self, read: Read<'a>) {
        let line = read.row.line;
        self.tell(line, read.findings);
        match read.layout {
            Layout::Blank => {}
            Layout::Footer => self.notes.add(Note::Footer, line),
            Layout::Header => self.notes.add(Note::RepeatedHeader, line),
            Layout::Heading(name) => {
                self.notes.add(Note::Heading, line);
                self.groups.push(name);
                self.group_sums = [Decimal::ZERO; AMOUNTS.len()];
            }
            Layout::Total(closed) => {
                self.notes.add(Note::Total, line);
                self.close_group(&closed);
            }
            Layout::Unlabelled => self.bare_sum(line, read.sums),
            Layout::Ragged => self.batch.rows += 1,
            Layout::Row => {
                self.batch.rows += 1;
                if let Some(item) = read.item {
                    for (at, value) in read.sums.into_iter().enumerate() {
                        let value = value.unwrap_or_default();
                        self.group_sums[at] += value;
                        self.file_sums[at] += value;
                    }
                    self.place(item, read.row);
                }
            }
        }
    }

    fn tell(&mut self, line: u64, findings: Findings) {
        self.batch.problems.extend(findings.problems);
        for (note, detail) in findings.notes {
            match detail {
                Some(detail) => self.notes.detail(note, Some(line), detail),
                None => self.notes.add(note, line),
            }
        }
    }

    fn close_group(&mut self, closed: &str) {
        if let Some(at) = self.groups.iter().rposition(|group| group.eq_ignore_ascii_case(closed)) {
            self.groups.truncate(at);
        } else {
            self.groups.pop();
        }
        self.group_sums = [Decimal::ZERO; AMOUNTS.len()];
    }

    /// A line of nothing but amounts is the sum of what stands above it, or a damaged row.
    fn bare_sum(&mut self, line: u64, sums: [Option<Decimal>; AMOUNTS.len()]) {
        let given = || sums.iter().enumerate().filter_map(|(at, sum)| Some((at, (*sum)?)));
        let is_sum = given().next().is_none()
            || given().all(|(at, sum)| sum == self.group_sums[at])
            || given().all(|(at, sum)| sum == self.file_sums[at]);
        if is_sum {
            self.notes.add(Note::Total, line);
            self.group_sums = [Decimal::ZERO; AMOUNTS.len()];
        } else {
            self.batch.rows += 1;
            self.batch.problems.push(Problem::new(
                line,
                "",
                "the row has amounts but no customer, number or date, and is not the sum of the rows above",
                "fill it in, or take it out",
            ));
        }
    }

    fn place(&mut self, mut item: Item<'a>, row: crate::rows::Row) {
        let line = row.line;
        if self.grouped && item.customer_id.is_empty() && item.customer_name.is_empty() && !self.groups.is_empty() {
            self.notes.add(Note::CustomerFromHeading, line);
            item.customer_name = Cow::Owned(self.groups.join(":"));
        }
        let mut notes = Vec::new();
        let outcome = weigh(&item, self.reading, &mut notes);
        for note in notes {
            self.notes.add(note, line);
        }
        match outcome {
            Outcome::LeftOut => return,
            Outcome::NoAmount => {
                self.problem(line, Field::Amount, "the amount is missing", "fill it in, or take the row out");
                return;
            }
            Outcome::Invoice(_) | Outcome::Credit { .. } => {}
        }
        let mapping = self.reading.mapping;
        let named = Named { id: &item.customer_id, name: &item.customer_name, account: &item.account_id };
        if item.customer_id.is_empty() && !item.customer_name.is_empty() && self.reading.columns.has(Field::CustomerId)
        {
            self.notes.add(Note::IdMissing, line);
        }
        let Some(customer) = self.parties.customer(&named, line, mapping, &mut self.notes) else {
            self.problem(line, Field::CustomerName, "the row names no customer", "fill it in, or take the row out");
            return;
        };
        let account = self.parties.account(customer, &item.account_id, line, mapping, &mut self.notes);
        self.describe(customer, account, item.contacts, row);
        let id = self.parties.accounts[account].id;
        match outcome {
            Outcome::Invoice(owed) => self.invoice(&item, &owed, account, id, line),
            Outcome::Credit { left, payment } => {
                self.credit(&item, left, payment, account, id, line);
            }
            Outcome::LeftOut | Outcome::NoAmount => {}
        }
    }

    fn describe(&mut self, customer: usize, account: usize, contacts: u64, row: crate::rows::Row) {
        if self.parties.is_described(account, contacts) {
            return;
        }
        let mut cells = Vec::new();
        let document = self.reading.document;
        split(row.text(&document.text), document.delimiter, &mut cells);
        let mut record = Record { reading: self.reading, cells: &cells, line: row.line, findings: Findings::default() };
        self.parties.describe(customer, account, contacts, &mut record);
        let findings = record.findings;
        self.tell(row.line, findings);
    }

    pub(crate) fn problem(&mut self, line: u64, field: Field, what: impl Into<String>, remedy: &str) {
        let at = self.reading.columns.of(field);
        let column = at.map_or_else(String::new, |at| crate::forms::column_name(self.reading.document, at));
        self.batch.problems.push(Problem::new(line, &column, what, remedy));
    }

    fn invoice(&mut self, item: &Item<'a>, owed: &Owed, account: usize, account_id: AccountId, line: u64) {
        if item.number.is_empty() {
            self.problem(line, Field::InvoiceId, "the invoice number is missing", "fill it in, or take the row out");
            return;
        }
        let reference = self.parties.reference(account);
        let id = invoice_id(&self.reading.mapping.source, reference, &item.number);
        if let Some((first, fingerprint)) = self.invoices.get(&id).copied() {
            self.again(line, first, fingerprint == item.fingerprint, &format!("invoice {}", item.number));
            return;
        }
        self.invoices.insert(id, (line, item.fingerprint));
        let Some((date, due)) = self.dates(item, owed, line) else {
            return;
        };
        let currency = item.currency;
        let written_off = owed.written_off.then(|| item.settled.or(date).unwrap_or(due));
        self.batch.accepted += 1;
        self.earliest = Some(self.earliest.map_or(due, |earliest| earliest.min(due)));
        if date.is_none() {
            self.notes.add(Note::DateMissing, line);
            self.undated.push(Undated { invoice: self.batch.invoices.len(), due });
        }
        self.batch.invoices.push(Invoice {
            id,
            account: account_id,
            number: item.number.to_string(),
            date: date.unwrap_or(due),
            due,
            amount: Money::new(owed.amount, currency),
            applied: owed.applied,
            settled: owed.settled,
            disputed: item.disputed,
            written_off,
        });
        if !owed.excess.is_zero() {
            let reference = format!("{} overpaid", item.number);
            let posted = date.unwrap_or(due);
            self.push_payment(account, account_id, reference, PaymentKind::Credit, posted, owed.excess, currency);
        }
    }

    /// Invoice and due date; `None` when there is no due date and none can be derived.
    fn dates(&mut self, item: &Item<'a>, owed: &Owed, line: u64) -> Option<(Option<NaiveDate>, NaiveDate)> {
        let due = item.due.or_else(|| {
            let due = item.date.zip(item.terms).and_then(|(date, terms): (NaiveDate, Terms)| terms.due(date));
            if due.is_some() {
                self.notes.add(Note::DueFromTerms, line);
            }
            due.or_else(|| {
                let stands_in = item.date.filter(|_| owed.is_paid());
                if stands_in.is_some() {
                    self.notes.add(Note::DueMissing, line);
                }
                stands_in
            })
        });
        let Some(due) = due else {
            self.problem(
                line,
                Field::DueDate,
                format!("invoice {} has no due date, and no terms to derive it from", item.number),
                "fill it in",
            );
            return None;
        };
        if !self.dates_fit(item, due, line) {
            return None;
        }
        if item.date.is_some_and(|date| due < date) {
            self.notes.add(Note::DueBeforeDate, line);
        }
        Some((item.date, due))
    }

    /// Dates of one invoice that can't belong together are a slip of the pen: named, not aged.
    fn dates_fit(&mut self, item: &Item<'a>, due: NaiveDate, line: u64) -> bool {
        let remedy = "correct it in the billing system, or in the file";
        let issued = item.date.or(self.reading.mapping.extract_date);
        if let Some(issued) = issued
            && due.year() > issued.year() + FAR
        {
            self.problem(line, Field::DueDate, format!("the due date {due} lies more than {FAR} years ahead"), remedy);
            return false;
        }
        let extract = self.reading.mapping.extract_date;
        if let Some((date, extract)) = item.date.zip(extract)
            && (date.year() - extract.year()).abs() > 5 * FAR
        {
            let what = format!("the invoice date {date} lies more than {} years from the extract's", 5 * FAR);
            self.problem(line, Field::InvoiceDate, what, remedy);
            return false;
        }
        if let Some((date, settled)) = item.date.zip(item.settled).filter(|(date, settled)| settled < date) {
            if date.signed_duration_since(settled).num_days() > 366 {
                let what = format!("the settlement date {settled} lies more than a year before the invoice date");
                self.problem(line, Field::SettledDate, what, "correct it, or leave it empty if nothing was paid");
                return false;
            }
            self.notes.add(Note::SettledBefore, line);
        }
        true
    }

    pub(crate) fn again(&mut self, line: u64, first: u64, same: bool, what: &str) {
        if same {
            self.notes.add(Note::Duplicate, line);
        } else {
            self.problem(
                line,
                Field::InvoiceId,
                format!("{what} stands on line {first} too, with other content, for the same account"),
                "keep the right one, or map the account number if they belong to two accounts",
            );
        }
    }

    /// Dates of invoices without one: not after the extract, and not after any due date.
    pub(crate) fn finish(mut self) -> Batch {
        let existed = self.reading.mapping.extract_date.or(self.earliest);
        for undated in &self.undated {
            self.batch.invoices[undated.invoice].date = existed.map_or(undated.due, |day| day.min(undated.due));
        }
        self.parties.similar(&mut self.notes);
        self.batch.customers = self.parties.customers;
        self.batch.accounts = self.parties.accounts;
        self.batch.warnings = self.notes.finish();
        self.batch
    }
}
