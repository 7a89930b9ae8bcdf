//! Opening one keyed connection, and how it is set up. The key is given before anything is read;
//! temporary results stay in memory, so nothing unencrypted reaches the disk.

use std::path::Path;

use rusqlite::{Connection, ErrorCode, OpenFlags};

use crate::error::StoreError;
use crate::key::Key;

/// What a connection may do.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Access {
    /// A new file, or an empty one.
    Create,
    /// The one writer.
    Write,
    /// A reader.
    Read,
}

/// 64 MiB of decrypted pages: measured, the one setting that pays for the encryption.
pub(crate) const CACHE_KIB: i64 = 65_536;

/// While an import runs: a page that leaves the cache dirty is encrypted again for each change.
pub(crate) const BULK_CACHE_KIB: i64 = 196_608;

/// Opens and unlocks; the first page was read and its MAC verified.
pub(crate) fn open(path: &Path, key: &Key, access: Access) -> Result<Connection, StoreError> {
    let mode = match access {
        Access::Create => OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE,
        Access::Write => OpenFlags::SQLITE_OPEN_READ_WRITE,
        Access::Read => OpenFlags::SQLITE_OPEN_READ_ONLY,
    };
    let conn = Connection::open_with_flags(path, mode | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    // SQLCipher would write to stderr what is returned as an error anyway.
    conn.execute_batch("PRAGMA cipher_log_level = NONE")?;
    conn.pragma_update(None, "key", key.pragma().as_str())?;
    first_page(&conn, path)?;
    conn.pragma_update(None, "temp_store", "MEMORY")?;
    conn.pragma_update(None, "cache_size", -CACHE_KIB)?;
    conn.busy_timeout(std::time::Duration::from_secs(10))?;
    conn.set_prepared_statement_cache_capacity(128);
    // What facts are loaded of, in order; in memory, and the connection's own.
    conn.execute_batch("CREATE TEMP TABLE picked (account INTEGER PRIMARY KEY, customer INTEGER NOT NULL)")?;
    if access != Access::Read {
        // FULL: what a person recorded survives a power cut right after the commit.
        conn.execute_batch(
            "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;
             PRAGMA secure_delete = FAST; PRAGMA journal_size_limit = 67108864;
             PRAGMA trusted_schema = OFF; PRAGMA threads = 2;",
        )?;
    }
    Ok(conn)
}

/// With a key that does not fit, the first page's MAC fails and SQLite says "not a database".
fn first_page(conn: &Connection, path: &Path) -> Result<(), StoreError> {
    match conn.query_row("SELECT count(*) FROM sqlite_schema", [], |_| Ok(())) {
        Err(rusqlite::Error::SqliteFailure(failure, _)) if failure.code == ErrorCode::NotADatabase => {
            Err(StoreError::WrongKey { path: path.to_owned() })
        }
        other => Ok(other?),
    }
}
