//! What the database knows about itself: its migrations, and a few figures with a name.

use rusqlite::{Connection, OptionalExtension};

use crate::error::StoreError;

pub(crate) const DDL: &str = "
CREATE TABLE migration (
  number INTEGER PRIMARY KEY,
  checksum BLOB NOT NULL
) STRICT;
CREATE TABLE meta (
  name TEXT PRIMARY KEY,
  value INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
";

pub(crate) fn get(conn: &Connection, name: &str) -> Result<Option<i64>, StoreError> {
    Ok(conn.prepare_cached("SELECT value FROM meta WHERE name = ?1")?.query_row([name], |row| row.get(0)).optional()?)
}

/// A figure, unless another is there.
pub(crate) fn unless(conn: &Connection, other: &str, name: &str) -> Result<Option<i64>, StoreError> {
    if get(conn, other)?.is_some() { Ok(None) } else { get(conn, name) }
}

pub(crate) fn put(conn: &Connection, name: &str, value: i64) -> Result<(), StoreError> {
    conn.prepare_cached(
        "INSERT INTO meta (name, value) VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
    )?
    .execute((name, value))?;
    Ok(())
}

pub(crate) fn forget(conn: &Connection, name: &str) -> Result<(), StoreError> {
    conn.prepare_cached("DELETE FROM meta WHERE name = ?1")?.execute([name])?;
    Ok(())
}
