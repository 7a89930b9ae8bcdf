//! *My day*, as the last plan computed it: one row per thing to do.

use chrono::NaiveDate;
use domain::ids::AccountId;
use domain::money::Money;
use rusqlite::{Connection, Row, params};

use crate::codec::{self, Read};
use crate::error::StoreError;

pub(crate) const DDL: &str = "
CREATE TABLE worklist (
  nr INTEGER PRIMARY KEY,
  account INTEGER NOT NULL REFERENCES account,
  kind TEXT NOT NULL,
  urgency INTEGER NOT NULL,
  rank INTEGER NOT NULL,
  due INTEGER,
  amount INTEGER,
  currency TEXT,
  text TEXT NOT NULL,
  body TEXT NOT NULL
) STRICT;
CREATE INDEX worklist_order ON worklist (urgency, rank, account);
CREATE INDEX worklist_account ON worklist (account);
";

/// Later: a row may be somebody's.
pub(crate) const ASSIGNEE: &str = "ALTER TABLE worklist ADD COLUMN assignee TEXT;";

/// One thing to do on an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WorkRow {
    /// On which account.
    pub account: AccountId,
    /// A stable word: `broken_arrangement`, `follow_up`.
    pub kind: String,
    /// 0 is the most urgent.
    pub urgency: u8,
    /// Order within an urgency, lowest first.
    pub rank: i64,
    /// The day it is due, if it has one.
    pub due: Option<NaiveDate>,
    /// The amount it is about.
    pub amount: Option<Money>,
    /// Whose it is, where it was given to somebody.
    pub assignee: Option<String>,
    /// What a text filter looks in: the customer's name, the references.
    pub text: String,
    /// The row as the app made it: reason, next action, contactability.
    pub body: serde_json::Value,
}

pub(crate) fn clear(conn: &Connection) -> Result<(), StoreError> {
    conn.execute("DELETE FROM worklist", [])?;
    Ok(())
}

pub(crate) fn clear_account(conn: &Connection, account: AccountId) -> Result<(), StoreError> {
    conn.prepare_cached("DELETE FROM worklist WHERE account = ?1")?.execute([account.0.0])?;
    Ok(())
}

pub(crate) fn add(conn: &Connection, rows: &[&WorkRow]) -> Result<(), StoreError> {
    let mut insert = conn.prepare_cached(
        "INSERT INTO worklist (account, kind, urgency, rank, due, amount, currency, text, body, assignee)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
    )?;
    for row in rows {
        insert.execute(params![
            row.account.0.0,
            row.kind,
            row.urgency,
            row.rank,
            codec::opt_day(row.due),
            row.amount.map(Money::to_minor).transpose()?,
            row.amount.as_ref().map(|amount| amount.currency.code()),
            row.text,
            codec::json(&row.body)?,
            row.assignee,
        ])?;
    }
    Ok(())
}

const SELECT: &str = "SELECT account, kind, urgency, rank, due, amount, currency, text, body, assignee FROM worklist";

fn read(row: &Row<'_>) -> rusqlite::Result<WorkRow> {
    Ok(WorkRow {
        account: AccountId(row.stable(0)?),
        kind: row.get(1)?,
        urgency: row.get(2)?,
        rank: row.get(3)?,
        due: row.opt_day(4)?,
        amount: row.opt_money(5)?,
        text: row.get(7)?,
        body: row.json(8)?,
        assignee: row.get(9)?,
    })
}

/// In order, without any filter: what the first screen needs before anything else is loaded.
pub(crate) fn first(conn: &Connection, offset: usize, limit: usize) -> Result<Vec<WorkRow>, StoreError> {
    let mut of = conn.prepare_cached(&format!("{SELECT} ORDER BY urgency, rank, account, nr LIMIT ?1 OFFSET ?2"))?;
    let rows = of.query_map(params![super::limit(limit), super::limit(offset)], read)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// The row of that number.
pub(crate) fn get(conn: &Connection, nr: i64) -> Result<WorkRow, StoreError> {
    Ok(conn.prepare_cached(&format!("{SELECT} WHERE nr = ?1"))?.query_row([nr], read)?)
}

/// The account's rows, in order.
pub(crate) fn of_account(conn: &Connection, account: AccountId) -> Result<Vec<WorkRow>, StoreError> {
    let mut of = conn.prepare_cached(&format!("{SELECT} WHERE account = ?1 ORDER BY urgency, rank, nr"))?;
    let rows = of.query_map([account.0.0], read)?;
    Ok(rows.collect::<Result<_, _>>()?)
}
