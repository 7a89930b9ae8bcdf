//! Saved filters of a screen.

use rusqlite::{Connection, params};
use serde_json::Value;

use crate::codec::{self, Read};
use crate::error::StoreError;

pub(crate) const DDL: &str = "
CREATE TABLE saved_view (
  screen TEXT NOT NULL,
  name TEXT NOT NULL,
  body TEXT NOT NULL,
  PRIMARY KEY (screen, name)
) STRICT, WITHOUT ROWID;
";

pub(crate) fn put(conn: &Connection, screen: &str, name: &str, body: &Value) -> Result<(), StoreError> {
    conn.prepare_cached(
        "INSERT INTO saved_view (screen, name, body) VALUES (?1, ?2, ?3)
         ON CONFLICT (screen, name) DO UPDATE SET body = ?3",
    )?
    .execute(params![screen, name, codec::json(body)?])?;
    Ok(())
}

pub(crate) fn remove(conn: &Connection, screen: &str, name: &str) -> Result<bool, StoreError> {
    Ok(conn.prepare_cached("DELETE FROM saved_view WHERE screen = ?1 AND name = ?2")?.execute([screen, name])? > 0)
}

/// By name.
pub(crate) fn list(conn: &Connection, screen: &str) -> Result<Vec<(String, Value)>, StoreError> {
    let mut of = conn.prepare_cached("SELECT name, body FROM saved_view WHERE screen = ?1 ORDER BY name")?;
    let rows = of.query_map([screen], |row| Ok((row.get(0)?, row.json(1)?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}
