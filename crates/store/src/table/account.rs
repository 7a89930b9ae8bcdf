//! Billing accounts. The import owns them.

use domain::account::Account;
use domain::ids::{AccountId, CustomerId};
use rusqlite::{Connection, Row, params};

use crate::codec::{self, Read};
use crate::error::StoreError;

pub(crate) const DDL: &str = "
CREATE TABLE account (
  id INTEGER PRIMARY KEY,
  customer INTEGER NOT NULL REFERENCES customer,
  reference TEXT NOT NULL,
  mode TEXT NOT NULL,
  creditor TEXT NOT NULL,
  segment TEXT NOT NULL,
  opened INTEGER,
  closed INTEGER,
  autopay INTEGER NOT NULL,
  paperless INTEGER NOT NULL
) STRICT;
CREATE INDEX account_customer ON account (customer);
";

/// As `read` expects them, from column `at`.
pub(crate) const COLUMNS: &str =
    "a.id, a.customer, a.reference, a.mode, a.creditor, a.segment, a.opened, a.closed, a.autopay, a.paperless";

pub(crate) fn read(row: &Row<'_>, at: usize) -> rusqlite::Result<Account> {
    Ok(Account {
        id: AccountId(row.stable(at)?),
        customer: CustomerId(row.stable(at + 1)?),
        reference: row.get(at + 2)?,
        mode: row.word(at + 3)?,
        creditor: row.get(at + 4)?,
        segment: row.get(at + 5)?,
        opened: row.opt_day(at + 6)?,
        closed: row.opt_day(at + 7)?,
        autopay: row.get(at + 8)?,
        paperless: row.get(at + 9)?,
    })
}

/// All of them.
pub(crate) fn all(conn: &Connection) -> Result<Vec<Account>, StoreError> {
    let mut all = conn.prepare_cached(&format!("SELECT {COLUMNS} FROM account a"))?;
    let rows = all.query_map([], |row| read(row, 0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Inserts, or updates what differs. Whether anything changed.
pub(crate) fn import(conn: &Connection, account: &Account) -> Result<bool, StoreError> {
    let changed = conn
        .prepare_cached(
            "INSERT INTO account
               (id, customer, reference, mode, creditor, segment, opened, closed, autopay, paperless)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)
             ON CONFLICT (id) DO UPDATE SET customer = ?2, reference = ?3, mode = ?4, creditor = ?5,
               segment = ?6, opened = ?7, closed = ?8, autopay = ?9, paperless = ?10
             WHERE (customer, reference, mode, creditor, segment, opened, closed, autopay, paperless)
               IS NOT (?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
        )?
        .execute(params![
            account.id.0.0,
            account.customer.0.0,
            account.reference,
            codec::word(&account.mode)?,
            account.creditor,
            account.segment,
            codec::opt_day(account.opened),
            codec::opt_day(account.closed),
            account.autopay,
            account.paperless,
        ])?;
    Ok(changed > 0)
}

/// Segments that occur, by name.
pub(crate) fn segments(conn: &Connection) -> Result<Vec<String>, StoreError> {
    let mut of = conn.prepare_cached("SELECT DISTINCT segment FROM account WHERE segment <> '' ORDER BY segment")?;
    let rows = of.query_map([], |row| row.get(0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}
