//! A first snapshot's rows into an empty file. Each comes once, so the big tables take them as they come,
//! without indexes and without words to search by; both are made afterwards, in one pass each.

use domain::row::Row;
use rusqlite::Connection;

use crate::error::StoreError;
use crate::table::{account, account_search, contact_point, customer, invoice, payment};
use crate::{bulk, mirror};

/// Tables whose indexes wait: those that hold most of a portfolio.
const BIG: [&str; 5] = ["contact_point", "account", "service", "invoice", "payment"];

/// Before the first row: takes the indexes away, and notes in the file what makes them again, so that a
/// snapshot that is resumed ends as one that was not interrupted.
pub(crate) fn begin(conn: &Connection) -> Result<(), StoreError> {
    conn.execute_batch("CREATE TABLE snapshot_index (nr INTEGER PRIMARY KEY, sql TEXT NOT NULL) STRICT")?;
    for table in BIG {
        for sql in bulk::take_indexes(conn, table)? {
            conn.execute("INSERT INTO snapshot_index (sql) VALUES (?1)", [sql])?;
        }
    }
    Ok(())
}

/// Lays one row down. Rows come in the order of their tables.
pub(crate) fn lay(conn: &Connection, row: &Row) -> Result<(), StoreError> {
    match row {
        Row::Customer(row) => {
            customer::mirror(conn, row)?;
            for (position, point) in row.points.iter().enumerate() {
                contact_point::add(conn, row.id, position, point)?;
            }
            Ok(())
        }
        Row::Account(row) => account::import(conn, row).map(|_| ()),
        Row::Invoice(row) => invoice::import(&mut invoice::inserting(conn)?, row).map(|_| ()),
        Row::Payment(row) => payment::import(&mut payment::inserting(conn)?, row, false).map(|_| ()),
        other => mirror::put(conn, other),
    }
}

/// After the last row: the indexes, which refuse what came twice, and the words to search by.
pub(crate) fn end(conn: &Connection) -> Result<(), StoreError> {
    let taken: Vec<String> = conn
        .prepare("SELECT sql FROM snapshot_index ORDER BY nr")?
        .query_map([], |row| row.get(0))?
        .collect::<Result<_, _>>()?;
    for sql in taken {
        conn.execute_batch(&sql)?;
    }
    conn.execute_batch("DROP TABLE snapshot_index")?;
    account_search::fill_from_rows(conn)
}
