//! Letter and email templates, every version kept.

use chrono::{DateTime, Utc};
use domain::row::TemplateRow;
use rusqlite::{Connection, OptionalExtension, params};

use crate::codec::{self, Read};
use crate::error::StoreError;

pub(crate) const DDL: &str = "
CREATE TABLE template (
  key TEXT NOT NULL,
  version INTEGER NOT NULL,
  at INTEGER NOT NULL,
  actor TEXT NOT NULL,
  body TEXT NOT NULL,
  PRIMARY KEY (key, version)
) STRICT, WITHOUT ROWID;
";

/// A version of a template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Template {
    /// `dunning_1`, `arrangement_confirmation`.
    pub key: String,
    /// Counts up from 1.
    pub version: u32,
    /// When it was saved.
    pub at: DateTime<Utc>,
    /// By whom.
    pub actor: String,
    /// The template itself.
    pub body: serde_json::Value,
}

fn read(row: &rusqlite::Row<'_>) -> rusqlite::Result<Template> {
    Ok(Template { key: row.get(0)?, version: row.get(1)?, at: row.moment(2)?, actor: row.get(3)?, body: row.json(4)? })
}

/// Saves the next version; returns its number.
pub(crate) fn put(
    conn: &Connection,
    key: &str,
    body: &serde_json::Value,
    actor: &str,
    at: DateTime<Utc>,
) -> Result<u32, StoreError> {
    Ok(conn
        .prepare_cached(
            "INSERT INTO template (key, version, at, actor, body)
             VALUES (?1, (SELECT coalesce(max(version), 0) + 1 FROM template WHERE key = ?1), ?2, ?3, ?4)
             RETURNING version",
        )?
        .query_row(params![key, codec::ms(at), actor, codec::json(body)?], |row| row.get(0))?)
}

/// The newest version of each template, by key.
pub(crate) fn list(conn: &Connection) -> Result<Vec<Template>, StoreError> {
    let mut of = conn.prepare_cached(
        "SELECT key, version, at, actor, body FROM template t
         WHERE version = (SELECT max(version) FROM template WHERE key = t.key) ORDER BY key",
    )?;
    let rows = of.query_map([], read)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// A version, or the newest.
pub(crate) fn get(conn: &Connection, key: &str, version: Option<u32>) -> Result<Option<Template>, StoreError> {
    Ok(conn
        .prepare_cached(
            "SELECT key, version, at, actor, body FROM template
             WHERE key = ?1 AND (?2 IS NULL OR version = ?2) ORDER BY version DESC LIMIT 1",
        )?
        .query_row(params![key, version], read)
        .optional()?)
}

/// From the server.
pub(crate) fn mirror(conn: &Connection, row: &TemplateRow) -> Result<(), StoreError> {
    conn.prepare_cached("INSERT OR REPLACE INTO template (key, version, at, actor, body) VALUES (?1, ?2, ?3, ?4, ?5)")?
        .execute(params![row.key, row.version, codec::ms(row.at), row.actor, codec::json(&row.body)?])?;
    Ok(())
}
