//! Full-text search over accounts: references, the customer's name, numbers, email addresses, city.
//! The index holds tokens only, no text; a row's id is its account's.

use std::collections::HashMap;

use domain::account::{Account, Customer};
use domain::ids::{AccountId, CustomerId};
use rusqlite::{CachedStatement, Connection, Rows, params};

use crate::codec::Read;
use crate::error::StoreError;

pub(crate) const DDL: &str = "
CREATE VIRTUAL TABLE account_search USING fts5(
  text, content='', contentless_delete=1, prefix='1 2 3', tokenize='unicode61 remove_diacritics 2'
);
";

const SOURCE: &str = "
SELECT a.id, a.reference, c.reference, c.name, c.city,
  (SELECT group_concat(t.value, char(10)) FROM contact_point t WHERE t.customer = c.id AND NOT t.removed)
FROM account a JOIN customer c ON c.id = a.customer";

/// The tokens of one account. A telephone number is found by all its digits, by those without the
/// country code, by its last seven and by its last four.
fn text(parts: [&str; 4], points: &str) -> String {
    let mut text = parts.join(" ");
    for point in points.lines() {
        text.push(' ');
        text.push_str(point);
        if point.contains('@') {
            continue;
        }
        let digits: String = point.chars().filter(char::is_ascii_digit).collect();
        for count in [digits.len(), 10, 7, 4] {
            if (1..=digits.len()).contains(&count) {
                text.push(' ');
                text.push_str(&digits[digits.len() - count..]);
            }
        }
    }
    text
}

/// Builds all of it from the rows of a first import; it must be empty.
pub(crate) fn fill(conn: &Connection, accounts: &[Account], customers: &[Customer]) -> Result<(), StoreError> {
    let by_id: HashMap<CustomerId, &Customer> = customers.iter().map(|row| (row.id, row)).collect();
    let mut accounts: Vec<&Account> = accounts.iter().collect();
    accounts.sort_unstable_by_key(|row| row.id);
    roomy(conn)?;
    let mut put = conn.prepare_cached("INSERT INTO account_search (rowid, text) VALUES (?1, ?2)")?;
    for account in accounts {
        let Some(customer) = by_id.get(&account.customer) else {
            continue;
        };
        let points: Vec<&str> = customer.points.iter().map(|point| point.value.as_str()).collect();
        let parts = [&account.reference, &customer.reference, &customer.name, &customer.address.city];
        put.execute(params![account.id.0.0, text(parts.map(String::as_str), &points.join("\n"))])?;
    }
    usual(conn)
}

/// Builds all of it from the rows in the tables; it must be empty.
pub(crate) fn fill_from_rows(conn: &Connection) -> Result<(), StoreError> {
    roomy(conn)?;
    let mut source = conn.prepare_cached(&format!("{SOURCE} ORDER BY a.id"))?;
    let mut put = conn.prepare_cached("INSERT INTO account_search (rowid, text) VALUES (?1, ?2)")?;
    write(&mut source.query([])?, &mut put)?;
    usual(conn)
}

/// Fewer, larger segments, merged once: a third less work than merging as it goes.
fn roomy(conn: &Connection) -> Result<(), StoreError> {
    set(conn, "hashsize", 4 << 20)?;
    set(conn, "automerge", 0)?;
    set(conn, "crisismerge", 64)
}

fn usual(conn: &Connection) -> Result<(), StoreError> {
    set(conn, "hashsize", 1 << 20)?;
    set(conn, "automerge", 4)?;
    set(conn, "crisismerge", 16)
}

fn set(conn: &Connection, option: &str, value: i64) -> Result<(), StoreError> {
    conn.prepare_cached("INSERT INTO account_search (account_search, rank) VALUES (?1, ?2)")?
        .execute(params![option, value])?;
    Ok(())
}

/// Brings the customer's accounts up to date.
pub(crate) fn refresh(conn: &Connection, customer: CustomerId) -> Result<(), StoreError> {
    let mut source = conn.prepare_cached(&format!("{SOURCE} WHERE c.id = ?1"))?;
    let mut put = conn.prepare_cached("INSERT OR REPLACE INTO account_search (rowid, text) VALUES (?1, ?2)")?;
    write(&mut source.query(params![customer.0.0])?, &mut put)
}

/// Rows of [`SOURCE`] into the index.
fn write(rows: &mut Rows<'_>, put: &mut CachedStatement<'_>) -> Result<(), StoreError> {
    while let Some(row) = rows.next()? {
        let part = |at: usize| row.get_ref(at).map(|value| value.as_str().unwrap_or_default());
        let text = text([part(1)?, part(2)?, part(3)?, part(4)?], part(5)?);
        put.execute(params![row.stable(0)?.0, text])?;
    }
    Ok(())
}

/// An account found by its own or its customer's words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountHit {
    /// Which.
    pub account: AccountId,
    /// Its reference.
    pub reference: String,
    /// The customer's name.
    pub name: String,
    /// The customer's city.
    pub city: String,
}

/// Accounts that match the FTS expression, at most `limit`.
pub(crate) fn find(conn: &Connection, expression: &str, limit: usize) -> Result<Vec<AccountHit>, StoreError> {
    let mut found = conn.prepare_cached(
        "SELECT a.id, a.reference, c.name, c.city
         FROM (SELECT rowid FROM account_search WHERE account_search MATCH ?1 LIMIT ?2) f
         JOIN account a ON a.id = f.rowid JOIN customer c ON c.id = a.customer",
    )?;
    let rows = found.query_map(params![expression, super::limit(limit)], |row| {
        Ok(AccountHit {
            account: AccountId(row.stable(0)?),
            reference: row.get(1)?,
            name: row.get(2)?,
            city: row.get(3)?,
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}
