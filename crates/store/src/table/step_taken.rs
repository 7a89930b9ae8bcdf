//! Dunning steps that were sent.

use domain::ids::{AccountId, InvoiceId};
use domain::money::Money;
use domain::treatment::StepTaken;
use rusqlite::{Connection, Row, params};

use crate::codec::{self, Read};
use crate::error::StoreError;

pub(crate) const DDL: &str = "
CREATE TABLE step_taken (
  nr INTEGER PRIMARY KEY,
  account INTEGER NOT NULL REFERENCES account,
  invoice INTEGER,
  level TEXT NOT NULL,
  run_on INTEGER NOT NULL,
  anchor INTEGER,
  plan TEXT NOT NULL,
  fee INTEGER,
  fee_currency TEXT
) STRICT;
CREATE INDEX step_taken_account ON step_taken (account);
";

/// As `read` expects them, from column `at`.
pub(crate) const COLUMNS: &str = "t.invoice, t.level, t.run_on, t.anchor, t.plan, t.fee, t.fee_currency";

/// Of the picked accounts.
pub(crate) const OF_PICKED: &str = "step_taken t ON t.account = p.account";

pub(crate) fn read(row: &Row<'_>, at: usize) -> rusqlite::Result<StepTaken> {
    Ok(StepTaken {
        invoice: row.opt_stable(at)?.map(InvoiceId),
        level: row.get(at + 1)?,
        on: row.day(at + 2)?,
        anchor: row.opt_day(at + 3)?,
        plan: row.get(at + 4)?,
        fee: row.opt_money(at + 5)?,
    })
}

pub(crate) fn add(conn: &Connection, account: AccountId, step: &StepTaken) -> Result<(), StoreError> {
    conn.prepare_cached(
        "INSERT INTO step_taken (account, invoice, level, run_on, anchor, plan, fee, fee_currency)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
    )?
    .execute(params![
        account.0.0,
        step.invoice.map(|id| id.0.0),
        step.level,
        codec::day(step.on),
        codec::opt_day(step.anchor),
        step.plan,
        step.fee.map(Money::to_minor).transpose()?,
        step.fee.as_ref().map(|fee| fee.currency.code()),
    ])
    .map(|_| ())
    .map_err(|error| super::taken(error.into(), "step", &step.level))
}

/// From the server: these, in this order, and no others.
pub(crate) fn mirror(conn: &Connection, account: AccountId, steps: &[StepTaken]) -> Result<(), StoreError> {
    conn.prepare_cached("DELETE FROM step_taken WHERE account = ?1")?.execute([account.0.0])?;
    steps.iter().try_for_each(|step| add(conn, account, step))
}
