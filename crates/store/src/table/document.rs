//! Letters and files produced, with their bytes: encrypted by lying in the database.

use chrono::{DateTime, Utc};
use domain::ids::{AccountId, OutboxId, RunId};
use rusqlite::{Connection, OptionalExtension, Row, params};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::codec::{self, Read};
use crate::error::StoreError;

pub(crate) const DDL: &str = "
CREATE TABLE document (
  nr INTEGER PRIMARY KEY,
  id BLOB NOT NULL UNIQUE,
  account INTEGER REFERENCES account,
  run BLOB,
  outbox BLOB,
  made INTEGER NOT NULL,
  title TEXT NOT NULL,
  media_type TEXT NOT NULL,
  size INTEGER NOT NULL,
  sha256 BLOB NOT NULL
) STRICT;
CREATE INDEX document_account ON document (account, made) WHERE account IS NOT NULL;
CREATE INDEX document_run ON document (run) WHERE run IS NOT NULL;
-- Apart, so that listing documents reads no bytes.
CREATE TABLE document_bytes (
  document INTEGER PRIMARY KEY REFERENCES document,
  bytes BLOB NOT NULL
) STRICT;
";

/// What is known about a document without reading it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Document {
    /// Identity.
    pub id: Uuid,
    /// The account it concerns; none for a whole run.
    pub account: Option<AccountId>,
    /// The run it came from.
    pub run: Option<RunId>,
    /// The intent it carries out.
    pub outbox: Option<OutboxId>,
    /// When it was made.
    pub made: DateTime<Utc>,
    /// Its name for people.
    pub title: String,
    /// `application/pdf`, `text/csv`.
    pub media_type: String,
}

const SELECT: &str = "SELECT t.id, t.account, t.run, t.outbox, t.made, t.title, t.media_type FROM document t";

fn read(row: &Row<'_>) -> rusqlite::Result<Document> {
    Ok(Document {
        id: row.uuid(0)?,
        account: row.opt_stable(1)?.map(AccountId),
        run: row.opt_uuid(2)?.map(RunId),
        outbox: row.opt_uuid(3)?.map(OutboxId),
        made: row.moment(4)?,
        title: row.get(5)?,
        media_type: row.get(6)?,
    })
}

pub(crate) fn add(conn: &Connection, document: &Document, bytes: &[u8]) -> Result<(), StoreError> {
    let digest: [u8; 32] = Sha256::digest(bytes).into();
    conn.prepare_cached(
        "INSERT INTO document (id, account, run, outbox, made, title, media_type, size, sha256)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
    )?
    .execute(params![
        document.id.as_bytes(),
        document.account.map(|id| id.0.0),
        document.run.as_ref().map(|id| id.0.as_bytes()),
        document.outbox.as_ref().map(|id| id.0.as_bytes()),
        codec::ms(document.made),
        document.title,
        document.media_type,
        super::limit(bytes.len()),
        digest,
    ])
    .map_err(|error| super::taken(error.into(), "document", &document.id))?;
    let nr = conn.last_insert_rowid();
    conn.prepare_cached("INSERT INTO document_bytes (document, bytes) VALUES (?1, ?2)")?.execute(params![nr, bytes])?;
    Ok(())
}

/// Other bytes under the same name; none: it goes.
pub(crate) fn replace(conn: &Connection, id: Uuid, bytes: Option<&[u8]>) -> Result<(), StoreError> {
    let id = id.as_bytes();
    let Some(bytes) = bytes else {
        conn.prepare_cached("DELETE FROM document_bytes WHERE document = (SELECT nr FROM document WHERE id = ?1)")?
            .execute([id])?;
        conn.prepare_cached("DELETE FROM document WHERE id = ?1")?.execute([id])?;
        return Ok(());
    };
    let digest: [u8; 32] = Sha256::digest(bytes).into();
    conn.prepare_cached(
        "UPDATE document_bytes SET bytes = ?2 WHERE document = (SELECT nr FROM document WHERE id = ?1)",
    )?
    .execute(params![id, bytes])?;
    conn.prepare_cached("UPDATE document SET size = ?2, sha256 = ?3 WHERE id = ?1")?.execute(params![
        id,
        super::limit(bytes.len()),
        digest
    ])?;
    Ok(())
}

/// Its bytes, checked against the digest taken when it was stored.
pub(crate) fn bytes(conn: &Connection, id: Uuid) -> Result<Vec<u8>, StoreError> {
    let found: Option<(Vec<u8>, [u8; 32])> = conn
        .prepare_cached(
            "SELECT b.bytes, t.sha256 FROM document t JOIN document_bytes b ON b.document = t.nr WHERE t.id = ?1",
        )?
        .query_row([id.as_bytes()], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    let Some((bytes, digest)) = found else {
        return Err(StoreError::NoSuchRow { what: "document", id: id.to_string() });
    };
    if <[u8; 32]>::from(Sha256::digest(&bytes)) != digest {
        return Err(StoreError::Damaged { detail: format!("document {id} is not what was stored") });
    }
    Ok(bytes)
}

/// Those of an account, newest first.
pub(crate) fn of_account(conn: &Connection, account: AccountId, limit: usize) -> Result<Vec<Document>, StoreError> {
    let mut of =
        conn.prepare_cached(&format!("{SELECT} WHERE t.account = ?1 ORDER BY t.made DESC, t.nr DESC LIMIT ?2"))?;
    let rows = of.query_map(params![account.0.0, super::limit(limit)], read)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Those of a run, in the order they were made.
pub(crate) fn of_run(conn: &Connection, run: RunId) -> Result<Vec<Document>, StoreError> {
    let mut of = conn.prepare_cached(&format!("{SELECT} WHERE t.run = ?1 ORDER BY t.nr"))?;
    let rows = of.query_map([run.0.as_bytes()], read)?;
    Ok(rows.collect::<Result<_, _>>()?)
}
