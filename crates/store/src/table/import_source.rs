//! Where extracts come from, and how each source's columns are mapped.

use rusqlite::{Connection, params};
use serde_json::Value;

use crate::codec::{self, Read};
use crate::error::StoreError;

pub(crate) const DDL: &str = "
CREATE TABLE import_source (
  name TEXT PRIMARY KEY,
  mapping TEXT NOT NULL
) STRICT, WITHOUT ROWID;
";

pub(crate) fn put(conn: &Connection, name: &str, mapping: &Value) -> Result<(), StoreError> {
    conn.prepare_cached(
        "INSERT INTO import_source (name, mapping) VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE SET mapping = ?2",
    )?
    .execute(params![name, codec::json(mapping)?])?;
    Ok(())
}

pub(crate) fn remove(conn: &Connection, name: &str) -> Result<bool, StoreError> {
    Ok(conn.prepare_cached("DELETE FROM import_source WHERE name = ?1")?.execute([name])? > 0)
}

/// By name.
pub(crate) fn list(conn: &Connection) -> Result<Vec<(String, Value)>, StoreError> {
    let mut of = conn.prepare_cached("SELECT name, mapping FROM import_source ORDER BY name")?;
    let rows = of.query_map([], |row| Ok((row.get(0)?, row.json(1)?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}
