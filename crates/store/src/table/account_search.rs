//! Full-text search over accounts: references, the customer's name, numbers, email addresses, city.
//! The index holds tokens only, no text; a row's id is its account's.

use domain::ids::{AccountId, CustomerId};
use rusqlite::{Connection, params};

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

fn build(conn: &Connection, by: &str, id: Option<i64>, sql: &str) -> Result<(), StoreError> {
    let mut source = conn.prepare_cached(&format!("{SOURCE} {by}"))?;
    let mut put = conn.prepare_cached(sql)?;
    let mut rows = source.query(params![id])?;
    while let Some(row) = rows.next()? {
        let part = |at: usize| row.get_ref(at).map(|value| value.as_str().unwrap_or_default());
        let text = text([part(1)?, part(2)?, part(3)?, part(4)?], part(5)?);
        put.execute(params![row.stable(0)?.0, text])?;
    }
    Ok(())
}

/// Builds all of it; it must be empty.
pub(crate) fn fill(conn: &Connection) -> Result<(), StoreError> {
    build(
        conn,
        "WHERE ?1 IS NULL ORDER BY a.id",
        None,
        "INSERT INTO account_search (rowid, text) VALUES (?1, ?2)",
    )
}

/// Brings the customer's accounts up to date.
pub(crate) fn refresh(conn: &Connection, customer: CustomerId) -> Result<(), StoreError> {
    build(
        conn,
        "WHERE c.id = ?1",
        Some(customer.0.0),
        "INSERT OR REPLACE INTO account_search (rowid, text) VALUES (?1, ?2)",
    )
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
