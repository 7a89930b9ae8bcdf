//! Disputes over invoices.

use chrono::NaiveDate;
use domain::ids::{AccountId, DisputeId, InvoiceId};
use domain::invoice::Dispute;
use rusqlite::{Connection, Row, params};

use crate::codec::{self, Read};
use crate::error::StoreError;

pub(crate) const DDL: &str = "
CREATE TABLE dispute (
  nr INTEGER PRIMARY KEY,
  id BLOB NOT NULL UNIQUE,
  account INTEGER NOT NULL REFERENCES account,
  invoice INTEGER NOT NULL,
  amount INTEGER NOT NULL,
  currency TEXT NOT NULL,
  reason TEXT NOT NULL,
  opened INTEGER NOT NULL,
  written INTEGER NOT NULL,
  resolved INTEGER,
  outcome TEXT,
  by_person INTEGER NOT NULL
) STRICT;
CREATE INDEX dispute_account ON dispute (account);
";

/// As `read` expects them, from column `at`.
pub(crate) const COLUMNS: &str =
    "t.id, t.invoice, t.amount, t.currency, t.reason, t.opened, t.written, t.resolved, t.outcome";

/// Of the picked accounts.
pub(crate) const OF_PICKED: &str = "dispute t ON t.account = p.account";

pub(crate) fn read(row: &Row<'_>, at: usize) -> rusqlite::Result<Dispute> {
    let outcome: Option<String> = row.get(at + 8)?;
    Ok(Dispute {
        id: DisputeId(row.uuid(at)?),
        invoice: InvoiceId(row.stable(at + 1)?),
        amount: row.money(at + 2)?,
        reason: row.get(at + 4)?,
        opened: row.day(at + 5)?,
        written: row.get(at + 6)?,
        resolved: row.opt_day(at + 7)?.map(|day| (day, outcome.unwrap_or_default())),
    })
}

const INSERT: &str = "INSERT INTO dispute
   (id, account, invoice, amount, currency, reason, opened, written, resolved, outcome, by_person)
 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)";

fn insert(
    conn: &Connection,
    sql: &str,
    account: AccountId,
    dispute: &Dispute,
    by_person: bool,
) -> Result<usize, StoreError> {
    Ok(conn.prepare_cached(sql)?.execute(params![
        dispute.id.0.as_bytes(),
        account.0.0,
        dispute.invoice.0.0,
        dispute.amount.to_minor()?,
        dispute.amount.currency.code(),
        dispute.reason,
        codec::day(dispute.opened),
        dispute.written,
        dispute.resolved.as_ref().map(|(day, _)| codec::day(*day)),
        dispute.resolved.as_ref().map(|(_, outcome)| outcome),
        by_person,
    ])?)
}

/// A dispute that a person opens.
pub(crate) fn open(conn: &Connection, account: AccountId, dispute: &Dispute) -> Result<(), StoreError> {
    insert(conn, INSERT, account, dispute, true)
        .map(|_| ())
        .map_err(|error| super::taken(error, "dispute", &dispute.id))
}

/// From an import; one that a person opened or resolved stays. Whether anything changed.
pub(crate) fn import(conn: &Connection, account: AccountId, dispute: &Dispute) -> Result<bool, StoreError> {
    let sql = format!(
        "{INSERT} ON CONFLICT (id) DO UPDATE SET amount = ?4, currency = ?5, reason = ?6, opened = ?7,
           written = ?8, resolved = ?9, outcome = ?10
         WHERE NOT by_person AND (amount, currency, reason, opened, written, resolved, outcome)
           IS NOT (?4, ?5, ?6, ?7, ?8, ?9, ?10)"
    );
    Ok(insert(conn, &sql, account, dispute, false)? > 0)
}

/// A person resolves it.
pub(crate) fn resolve(conn: &Connection, id: DisputeId, on: NaiveDate, outcome: &str) -> Result<(), StoreError> {
    let changed = conn
        .prepare_cached(
            "UPDATE dispute SET resolved = ?2, outcome = ?3, by_person = 1 WHERE id = ?1 AND resolved IS NULL",
        )?
        .execute(params![id.0.as_bytes(), codec::day(on), outcome])?;
    super::one(conn, changed, "dispute", "SELECT 1 FROM dispute WHERE id = ?1", id.0.as_bytes(), &id)
}

/// From the server.
pub(crate) fn mirror(conn: &Connection, account: AccountId, dispute: &Dispute) -> Result<(), StoreError> {
    let sql = format!(
        "{INSERT} ON CONFLICT (id) DO UPDATE SET account = ?2, invoice = ?3, amount = ?4, currency = ?5, reason = ?6,
           opened = ?7, written = ?8, resolved = ?9, outcome = ?10, by_person = ?11"
    );
    insert(conn, &sql, account, dispute, false).map(|_| ())
}
