//! The two big tables of an import. Into an empty table, rows go in the order they will be read,
//! without indexes, which are built afterwards in one pass each; into a filled one, row by row.

use domain::invoice::Invoice;
use domain::payment::Payment;
use rusqlite::Connection;

use crate::error::StoreError;
use crate::import::{Count, Watch, is_empty};
use crate::table::{invoice, payment};

pub(crate) fn invoices(conn: &Connection, rows: &[Invoice], watch: &mut Watch<'_>) -> Result<Count, StoreError> {
    distinct(rows, |row| row.id.0.0, |row| format!("invoice {}", row.number))?;
    let order = by_account(rows, |row| (row.account, row.due));
    load(conn, "invoice", rows.len(), |first| {
        let mut statement = if first { invoice::inserting(conn)? } else { invoice::importing(conn)? };
        let mut changed = 0;
        for row in order {
            changed += usize::from(invoice::import(&mut statement, row)?);
            watch.row()?;
        }
        Ok(changed)
    })
}

pub(crate) fn payments(conn: &Connection, rows: &[Payment], watch: &mut Watch<'_>) -> Result<Count, StoreError> {
    distinct(rows, |row| row.id.0.0, |row| format!("payment {}", row.reference))?;
    let order = by_account(rows, |row| (row.account, row.posted));
    load(conn, "payment", rows.len(), |first| {
        let mut statement = if first { payment::inserting(conn)? } else { payment::importing(conn)? };
        let mut changed = 0;
        for row in order {
            changed += usize::from(payment::import(&mut statement, row, false)?);
            watch.row()?;
        }
        Ok(changed)
    })
}

/// `Duplicate` when two rows have the same id.
fn distinct<T>(rows: &[T], id: impl Fn(&T) -> i64, name: impl Fn(&T) -> String) -> Result<(), StoreError> {
    let mut ids: Vec<i64> = rows.iter().map(&id).collect();
    ids.sort_unstable();
    let Some(twice) = ids.windows(2).find(|pair| pair[0] == pair[1]).map(|pair| pair[0]) else {
        return Ok(());
    };
    let what = rows.iter().find(|row| id(row) == twice).map(name).unwrap_or_default();
    Err(StoreError::Duplicate { what })
}

/// The rows in the order of their key; cheap when they come so.
fn by_account<T, K: Ord>(rows: &[T], key: impl Fn(&T) -> K) -> Vec<&T> {
    let mut order: Vec<&T> = rows.iter().collect();
    order.sort_by_key(|row| key(row));
    order
}

fn load(
    conn: &Connection,
    table: &str,
    rows: usize,
    write: impl FnOnce(bool) -> Result<usize, StoreError>,
) -> Result<Count, StoreError> {
    let last = |conn: &Connection| -> Result<i64, StoreError> {
        Ok(conn.query_row(&format!("SELECT coalesce(max(nr), 0) FROM {table}"), [], |row| row.get(0))?)
    };
    if rows == 0 {
        return Ok(Count::default());
    }
    let before = last(conn)?;
    let first = is_empty(conn, table)?;
    let changed = indexed_after(conn, table, || write(first))?;
    Ok(Count::numbered(rows, changed, before, last(conn)?))
}

/// Into an empty table: builds its indexes after the rows are there. Into a filled one: just writes.
pub(crate) fn indexed_after<T>(
    conn: &Connection,
    table: &str,
    write: impl FnOnce() -> Result<T, StoreError>,
) -> Result<T, StoreError> {
    let indexes = if is_empty(conn, table)? { take_indexes(conn, table)? } else { Vec::new() };
    let done = write()?;
    for sql in indexes {
        conn.execute_batch(&sql)?;
    }
    Ok(done)
}

/// Drops the table's indexes; returns what makes them again.
pub(crate) fn take_indexes(conn: &Connection, table: &str) -> Result<Vec<String>, StoreError> {
    let mut of = conn.prepare(
        "SELECT name, sql FROM sqlite_schema WHERE type = 'index' AND tbl_name = ?1 AND sql IS NOT NULL ORDER BY rowid",
    )?;
    let found: Vec<(String, String)> =
        of.query_map([table], |row| Ok((row.get(0)?, row.get(1)?)))?.collect::<Result<_, _>>()?;
    for (name, _) in &found {
        conn.execute_batch(&format!("DROP INDEX {name}"))?;
    }
    Ok(found.into_iter().map(|(_, sql)| sql).collect())
}
