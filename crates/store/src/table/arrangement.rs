//! Arrangements and promises, with their installments.

use chrono::{DateTime, Utc};
use domain::arrangement::{Arrangement, Installment};
use domain::ids::{AccountId, ArrangementId};
use rusqlite::{Connection, Row, params};

use crate::codec::{self, Read};
use crate::error::StoreError;

pub(crate) const DDL: &str = "
CREATE TABLE arrangement (
  nr INTEGER PRIMARY KEY,
  id BLOB NOT NULL UNIQUE,
  account INTEGER NOT NULL REFERENCES account,
  kind TEXT NOT NULL,
  agreed INTEGER NOT NULL,
  agreed_on INTEGER NOT NULL,
  covers TEXT NOT NULL,
  before TEXT NOT NULL,
  policy_version INTEGER NOT NULL,
  approved_by TEXT,
  cancelled INTEGER
) STRICT;
CREATE INDEX arrangement_account ON arrangement (account);
CREATE TABLE installment (
  arrangement INTEGER NOT NULL REFERENCES arrangement,
  position INTEGER NOT NULL,
  due INTEGER NOT NULL,
  amount INTEGER NOT NULL,
  currency TEXT NOT NULL,
  PRIMARY KEY (arrangement, position)
) STRICT, WITHOUT ROWID;
";

/// As `read` expects them, from column `at`.
pub(crate) const COLUMNS: &str =
    "t.nr, t.id, t.kind, t.agreed, t.agreed_on, t.covers, t.before, t.policy_version, t.approved_by, t.cancelled";

/// Of the picked accounts.
pub(crate) const OF_PICKED: &str = "arrangement t ON t.account = p.account";

/// With its row number, which `installments` takes.
pub(crate) fn read(row: &Row<'_>, at: usize) -> rusqlite::Result<(i64, Arrangement)> {
    let arrangement = Arrangement {
        id: ArrangementId(row.uuid(at + 1)?),
        kind: row.word(at + 2)?,
        agreed: row.moment(at + 3)?,
        agreed_on: row.day(at + 4)?,
        covers: row.json(at + 5)?,
        installments: Vec::new(),
        before: row.json(at + 6)?,
        policy_version: row.get(at + 7)?,
        approved_by: row.get(at + 8)?,
        cancelled: row.opt_moment(at + 9)?,
    };
    Ok((row.get(at)?, arrangement))
}

pub(crate) fn installments(conn: &Connection, nr: i64) -> rusqlite::Result<Vec<Installment>> {
    let mut of =
        conn.prepare_cached("SELECT due, amount, currency FROM installment WHERE arrangement = ?1 ORDER BY position")?;
    of.query_map([nr], |row| Ok(Installment { due: row.day(0)?, amount: row.money(1)? }))?.collect()
}

pub(crate) fn add(conn: &Connection, account: AccountId, arrangement: &Arrangement) -> Result<(), StoreError> {
    conn.prepare_cached(
        "INSERT INTO arrangement
           (id, account, kind, agreed, agreed_on, covers, before, policy_version, approved_by, cancelled)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
    )?
    .execute(params![
        arrangement.id.0.as_bytes(),
        account.0.0,
        codec::word(&arrangement.kind)?,
        codec::ms(arrangement.agreed),
        codec::day(arrangement.agreed_on),
        codec::json(&arrangement.covers)?,
        codec::json(&arrangement.before)?,
        arrangement.policy_version,
        arrangement.approved_by,
        codec::opt_ms(arrangement.cancelled),
    ])
    .map_err(|error| super::taken(error.into(), "arrangement", &arrangement.id))?;
    let nr = conn.last_insert_rowid();
    let mut insert = conn.prepare_cached(
        "INSERT INTO installment (arrangement, position, due, amount, currency) VALUES (?1, ?2, ?3, ?4, ?5)",
    )?;
    for (position, part) in (0_i64..).zip(&arrangement.installments) {
        insert.execute(params![
            nr,
            position,
            codec::day(part.due),
            part.amount.to_minor()?,
            part.amount.currency.code(),
        ])?;
    }
    Ok(())
}

pub(crate) fn cancel(conn: &Connection, id: ArrangementId, at: DateTime<Utc>) -> Result<(), StoreError> {
    let changed = conn
        .prepare_cached("UPDATE arrangement SET cancelled = ?2 WHERE id = ?1 AND cancelled IS NULL")?
        .execute(params![id.0.as_bytes(), codec::ms(at)])?;
    super::one(conn, changed, "arrangement", "SELECT 1 FROM arrangement WHERE id = ?1", id.0.as_bytes(), &id)
}

/// From the server.
pub(crate) fn mirror(conn: &Connection, account: AccountId, arrangement: &Arrangement) -> Result<(), StoreError> {
    let id = arrangement.id.0.as_bytes();
    conn.prepare_cached("DELETE FROM installment WHERE arrangement = (SELECT nr FROM arrangement WHERE id = ?1)")?
        .execute([id])?;
    conn.prepare_cached("DELETE FROM arrangement WHERE id = ?1")?.execute([id])?;
    add(conn, account, arrangement)
}
