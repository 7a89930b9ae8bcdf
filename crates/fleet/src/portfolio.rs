//! The portfolio as the billing system's rows, one JSON object a line, customer by customer: so that a
//! prefix of the file is a smaller portfolio of the same make. And the nightly extract after it.

use std::fs::File;
use std::io::{BufWriter, Write as _};
use std::path::{Path, PathBuf};

use chrono::NaiveDate;
use domain::ids::{AccountId, CustomerId};
use domain::invoice::Invoice;
use domain::row::Row;
use protocol::WireRow;

use crate::Failure;

/// The same portfolio as the headless bench has.
const SEED: u64 = 20_261_124;

/// Of so many invoices one is paid overnight.
const ONE_OF: usize = 50;

/// The files, and whom they are about.
pub struct Portfolio {
    /// Everything.
    pub rows: PathBuf,
    /// How many rows that is.
    pub count: u64,
    /// What the next night brings: invoices that were paid.
    pub extract: PathBuf,
    /// How many.
    pub changed: u64,
    /// Whom the portfolio is about.
    pub people: Vec<(CustomerId, AccountId)>,
}

/// Makes it and writes the files.
pub fn write(folder: &Path, accounts: u32, invoices: u32, today: NaiveDate) -> Result<Portfolio, Failure> {
    let each = (invoices / accounts.max(1)).max(1);
    let batch = intake::sample::bulk(SEED, accounts, each, today);
    let (rows, extract) = (folder.join("rows.jsonl"), folder.join("extract.jsonl"));
    let mut file = BufWriter::new(File::create(&rows)?);
    let mut count = 0;
    let mut put = |row: &Row| -> Result<(), Failure> {
        serde_json::to_writer(&mut file, &WireRow::of(row)?)?;
        file.write_all(b"\n")?;
        count += 1;
        Ok(())
    };
    let mut customers = batch.customers.iter().peekable();
    let mut services = batch.services.iter().peekable();
    let mut billed = batch.invoices.iter().peekable();
    // The generator gives each in the order of the accounts.
    for account in &batch.accounts {
        while let Some(customer) = customers.next_if(|customer| customer.id == account.customer) {
            put(&Row::Customer(customer.clone()))?;
        }
        put(&Row::Account(account.clone()))?;
        while let Some(service) = services.next_if(|service| service.account == account.id) {
            put(&Row::Service(service.clone()))?;
        }
        while let Some(invoice) = billed.next_if(|invoice| invoice.account == account.id) {
            put(&Row::Invoice(invoice.clone()))?;
        }
    }
    if customers.next().is_some() || services.next().is_some() || billed.next().is_some() {
        return Err("the portfolio is not in the order of its accounts".into());
    }
    file.flush()?;
    let mut file = BufWriter::new(File::create(&extract)?);
    let mut changed = 0;
    for invoice in batch.invoices.iter().skip(ONE_OF / 2).step_by(ONE_OF) {
        let paid = Invoice { applied: invoice.amount.amount, settled: Some(today), ..invoice.clone() };
        serde_json::to_writer(&mut file, &WireRow::of(&Row::Invoice(paid))?)?;
        file.write_all(b"\n")?;
        changed += 1;
    }
    file.flush()?;
    let people = batch.accounts.iter().map(|account| (account.customer, account.id)).collect();
    Ok(Portfolio { rows, count, extract, changed, people })
}
