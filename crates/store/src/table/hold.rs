//! Holds. What concerns the person (a bankruptcy, an attorney, a refused medium) holds on all of
//! the customer's accounts; what concerns one account or invoice holds there.

use chrono::{DateTime, Utc};
use domain::hold::Hold;
use domain::ids::{AccountId, HoldId};
use rusqlite::{Connection, Row, params};

use crate::codec::{self, Read};
use crate::error::StoreError;

pub(crate) const DDL: &str = "
CREATE TABLE hold (
  nr INTEGER PRIMARY KEY,
  id BLOB NOT NULL UNIQUE,
  account INTEGER NOT NULL REFERENCES account,
  wide INTEGER NOT NULL,
  kind TEXT NOT NULL,
  note TEXT NOT NULL,
  placed INTEGER NOT NULL,
  until INTEGER,
  released INTEGER
) STRICT;
CREATE INDEX hold_account ON hold (account);
";

/// As `read` expects them, from column `at`.
pub(crate) const COLUMNS: &str = "t.id, t.kind, t.note, t.placed, t.until, t.released";

/// Of the picked accounts and, where it concerns the person, of their customers.
pub(crate) const OF_PICKED: &str = "account b ON b.customer = p.customer
     CROSS JOIN hold t ON t.account = b.id AND (t.wide OR b.id = p.account)";

pub(crate) fn read(row: &Row<'_>, at: usize) -> rusqlite::Result<Hold> {
    Ok(Hold {
        id: HoldId(row.uuid(at)?),
        kind: row.json(at + 1)?,
        note: row.get(at + 2)?,
        placed: row.moment(at + 3)?,
        until: row.opt_day(at + 4)?,
        released: row.opt_moment(at + 5)?,
    })
}

pub(crate) fn place(conn: &Connection, account: AccountId, hold: &Hold) -> Result<(), StoreError> {
    conn.prepare_cached(
        "INSERT INTO hold (id, account, wide, kind, note, placed, until, released)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
    )?
    .execute(params![
        hold.id.0.as_bytes(),
        account.0.0,
        hold.kind.is_wide(),
        codec::json(&hold.kind)?,
        hold.note,
        codec::ms(hold.placed),
        codec::opt_day(hold.until),
        codec::opt_ms(hold.released),
    ])
    .map(|_| ())
    .map_err(|error| super::taken(error.into(), "hold", &hold.id))
}

pub(crate) fn release(conn: &Connection, id: HoldId, at: DateTime<Utc>) -> Result<(), StoreError> {
    let changed = conn
        .prepare_cached("UPDATE hold SET released = ?2 WHERE id = ?1 AND released IS NULL")?
        .execute(params![id.0.as_bytes(), codec::ms(at)])?;
    super::one(conn, changed, "hold", "SELECT 1 FROM hold WHERE id = ?1", id.0.as_bytes(), &id)
}

/// From the server.
pub(crate) fn mirror(conn: &Connection, account: AccountId, hold: &Hold) -> Result<(), StoreError> {
    conn.prepare_cached("DELETE FROM hold WHERE id = ?1")?.execute([hold.id.0.as_bytes()])?;
    place(conn, account, hold)
}
