//! What was imported when, and what it changed.

use chrono::{DateTime, Utc};
use rusqlite::{Connection, params};

use crate::codec::{self, Read};
use crate::error::StoreError;
use crate::import::Counts;

pub(crate) const DDL: &str = "
CREATE TABLE import_log (
  nr INTEGER PRIMARY KEY,
  at INTEGER NOT NULL,
  actor TEXT NOT NULL,
  source TEXT NOT NULL,
  file_name TEXT NOT NULL,
  file_hash TEXT NOT NULL,
  counts TEXT NOT NULL
) STRICT;
CREATE INDEX import_log_hash ON import_log (file_hash);
";

/// A finished import.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImportLog {
    /// When.
    pub at: DateTime<Utc>,
    /// By whom.
    pub actor: String,
    /// From which source.
    pub source: String,
    /// The file's name, without its folder.
    pub file_name: String,
    /// The file's SHA-256, as hex.
    pub file_hash: String,
    /// What it changed.
    pub counts: Counts,
}

pub(crate) fn add(conn: &Connection, log: &ImportLog) -> Result<(), StoreError> {
    conn.prepare_cached(
        "INSERT INTO import_log (at, actor, source, file_name, file_hash, counts) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
    )?
    .execute(params![
        codec::ms(log.at),
        log.actor,
        log.source,
        log.file_name,
        log.file_hash,
        codec::json(&log.counts)?,
    ])?;
    Ok(())
}

fn read(row: &rusqlite::Row<'_>) -> rusqlite::Result<ImportLog> {
    Ok(ImportLog {
        at: row.moment(0)?,
        actor: row.get(1)?,
        source: row.get(2)?,
        file_name: row.get(3)?,
        file_hash: row.get(4)?,
        counts: row.json(5)?,
    })
}

/// Newest first.
pub(crate) fn list(conn: &Connection, limit: usize) -> Result<Vec<ImportLog>, StoreError> {
    let mut of = conn.prepare_cached(
        "SELECT at, actor, source, file_name, file_hash, counts FROM import_log ORDER BY nr DESC LIMIT ?1",
    )?;
    let rows = of.query_map([super::limit(limit)], read)?;
    Ok(rows.collect::<Result<_, _>>()?)
}
