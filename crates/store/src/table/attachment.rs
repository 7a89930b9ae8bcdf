//! Letters as they were printed, one by one: those that wait to be sent to the team's server, those
//! it does not take, and those that were fetched from it. Encrypted by lying in the database.

use chrono::{DateTime, Utc};
use domain::ids::{AccountId, OutboxId};
use rusqlite::{Connection, OptionalExtension, Row, params};
use sha2::{Digest, Sha256};

use crate::codec::{self, Read};
use crate::error::StoreError;

pub(crate) const DDL: &str = "
CREATE TABLE attachment (
  nr INTEGER PRIMARY KEY,
  outbox BLOB NOT NULL,
  -- Without a reference: a customer who is taken whole anew keeps what waits.
  account INTEGER NOT NULL,
  made INTEGER NOT NULL,
  title TEXT NOT NULL,
  media_type TEXT NOT NULL,
  size INTEGER NOT NULL,
  sha256 BLOB NOT NULL,
  -- 'waits' for the server, 'stopped' by it, or 'here': fetched from it.
  state TEXT NOT NULL,
  why TEXT,
  UNIQUE (account, sha256)
) STRICT;
CREATE INDEX attachment_state ON attachment (state, nr);
-- Apart, so that listing what waits reads no bytes.
CREATE TABLE attachment_bytes (
  attachment INTEGER PRIMARY KEY REFERENCES attachment,
  bytes BLOB NOT NULL
) STRICT;
";

/// A letter, without its bytes. Named by their SHA-256.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attachment {
    /// The intent it carries out.
    pub outbox: OutboxId,
    /// With which account it is filed.
    pub account: AccountId,
    /// When it was made.
    pub made: DateTime<Utc>,
    /// Its name for people.
    pub title: String,
    /// `application/pdf`.
    pub media_type: String,
    /// Bytes.
    pub size: u64,
    /// Of its bytes.
    pub sha256: [u8; 32],
    /// Why the server does not take it; none while it waits, or was fetched.
    pub stopped: Option<String>,
}

const SELECT: &str =
    "SELECT t.nr, t.outbox, t.account, t.made, t.title, t.media_type, t.size, t.sha256, t.why FROM attachment t";

fn read(row: &Row<'_>) -> rusqlite::Result<(i64, Attachment)> {
    let attachment = Attachment {
        outbox: OutboxId(row.uuid(1)?),
        account: AccountId(row.stable(2)?),
        made: row.moment(3)?,
        title: row.get(4)?,
        media_type: row.get(5)?,
        size: u64::try_from(row.get::<_, i64>(6)?).unwrap_or_default(),
        sha256: row.get(7)?,
        stopped: row.get(8)?,
    };
    Ok((row.get(0)?, attachment))
}

/// Keeps it in a state, unless the very bytes are filed with the account already.
pub(crate) fn add(conn: &Connection, one: &Attachment, bytes: &[u8], state: &str) -> Result<(), StoreError> {
    let changed = conn
        .prepare_cached(
            "INSERT INTO attachment (outbox, account, made, title, media_type, size, sha256, state)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) ON CONFLICT (account, sha256) DO NOTHING",
        )?
        .execute(params![
            one.outbox.0.as_bytes(),
            one.account.0.0,
            codec::ms(one.made),
            one.title,
            one.media_type,
            super::limit(bytes.len()),
            one.sha256,
            state,
        ])?;
    if changed == 1 {
        let nr = conn.last_insert_rowid();
        conn.prepare_cached("INSERT INTO attachment_bytes (attachment, bytes) VALUES (?1, ?2)")?
            .execute(params![nr, bytes])?;
    }
    Ok(())
}

/// What waits and what was stopped, in the order it was made: at most so many.
pub(crate) fn unsent(conn: &Connection, most: usize) -> Result<Vec<Attachment>, StoreError> {
    let mut of = conn
        .prepare_cached(&format!("{SELECT} WHERE t.state IN ('waits', 'stopped') ORDER BY t.state, t.nr LIMIT ?1"))?;
    let rows = of.query_map([super::limit(most)], |row| read(row).map(|(_, one)| one))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// How many wait, and how many were stopped.
pub(crate) fn counts(conn: &Connection) -> Result<(usize, usize), StoreError> {
    let of = |state: &str| -> Result<usize, StoreError> {
        let count: i64 = conn
            .prepare_cached("SELECT count(*) FROM attachment WHERE state = ?1")?
            .query_row([state], |row| row.get(0))?;
        Ok(usize::try_from(count).unwrap_or_default())
    };
    Ok((of("waits")?, of("stopped")?))
}

/// The next to send, with its bytes.
pub(crate) fn next(conn: &Connection) -> Result<Option<(Attachment, Vec<u8>)>, StoreError> {
    let found = conn
        .prepare_cached(&format!("{SELECT} WHERE t.state = 'waits' ORDER BY t.nr LIMIT 1"))?
        .query_row([], read)
        .optional()?;
    found.map(|(nr, one)| Ok((one, checked(conn, nr)?))).transpose()
}

/// The bytes of an account's attachment, where they are here.
pub(crate) fn bytes(conn: &Connection, account: AccountId, sha256: [u8; 32]) -> Result<Option<Vec<u8>>, StoreError> {
    let found: Option<i64> = conn
        .prepare_cached("SELECT nr FROM attachment WHERE account = ?1 AND sha256 = ?2")?
        .query_row(params![account.0.0, sha256], |row| row.get(0))
        .optional()?;
    found.map(|nr| checked(conn, nr)).transpose()
}

fn checked(conn: &Connection, nr: i64) -> Result<Vec<u8>, StoreError> {
    let (bytes, digest): (Vec<u8>, [u8; 32]) = conn
        .prepare_cached(
            "SELECT b.bytes, t.sha256 FROM attachment t JOIN attachment_bytes b ON b.attachment = t.nr WHERE t.nr = ?1",
        )?
        .query_row([nr], |row| Ok((row.get(0)?, row.get(1)?)))?;
    if <[u8; 32]>::from(Sha256::digest(&bytes)) != digest {
        return Err(StoreError::Damaged { detail: format!("attachment {nr} is not what was stored") });
    }
    Ok(bytes)
}

/// It is with the server: the copy goes.
pub(crate) fn sent(conn: &Connection, account: AccountId, sha256: [u8; 32]) -> Result<(), StoreError> {
    drop_where(conn, "account = ?1 AND sha256 = ?2 AND state = 'waits'", params![account.0.0, sha256])
}

/// The account left this device: what was fetched goes. What the server does not have yet stays until it
/// has it; nobody else can send it.
pub(crate) fn forget(conn: &Connection, account: AccountId) -> Result<(), StoreError> {
    drop_where(conn, "account = ?1 AND state = 'here'", params![account.0.0])
}

fn drop_where(conn: &Connection, which: &str, given: &[&dyn rusqlite::ToSql]) -> Result<(), StoreError> {
    for sql in [
        format!("DELETE FROM attachment_bytes WHERE attachment IN (SELECT nr FROM attachment WHERE {which})"),
        format!("DELETE FROM attachment WHERE {which}"),
    ] {
        conn.prepare_cached(&sql)?.execute(given)?;
    }
    Ok(())
}

/// The server does not take it.
pub(crate) fn stop(conn: &Connection, account: AccountId, sha256: [u8; 32], why: &str) -> Result<(), StoreError> {
    conn.prepare_cached(
        "UPDATE attachment SET state = 'stopped', why = ?3 WHERE account = ?1 AND sha256 = ?2 AND state = 'waits'",
    )?
    .execute(params![account.0.0, sha256, why])?;
    Ok(())
}

/// What was stopped waits again; how many there were.
pub(crate) fn again(conn: &Connection) -> Result<usize, StoreError> {
    Ok(conn.prepare_cached("UPDATE attachment SET state = 'waits', why = NULL WHERE state = 'stopped'")?.execute([])?)
}
