//! *My day*, as the last plan computed it: one row per thing to do.

use chrono::{DateTime, NaiveDate, Utc};
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
  callable INTEGER NOT NULL,
  callable_until INTEGER,
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
    /// Whether the customer could be called when this was asked last.
    pub callable: Callable,
    /// The row as the app made it: reason, next action.
    pub body: serde_json::Value,
}

/// Whether a customer may be called, and how long that answer holds by itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Callable {
    /// May be called.
    pub yes: bool,
    /// To be asked again from then on; none where only a change on the account changes it.
    pub until: Option<DateTime<Utc>>,
}

impl Callable {
    /// The answer still holds.
    #[must_use]
    pub fn holds(&self, now: DateTime<Utc>) -> bool {
        self.until.is_none_or(|until| now < until)
    }
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
        "INSERT INTO worklist
           (account, kind, urgency, rank, due, amount, currency, text, callable, callable_until, body, assignee)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
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
            row.callable.yes,
            codec::opt_ms(row.callable.until),
            codec::json(&row.body)?,
            row.assignee,
        ])?;
    }
    Ok(())
}

const SELECT: &str = "SELECT account, kind, urgency, rank, due, amount, currency, text, callable, callable_until, body, assignee FROM worklist";

/// The answer in that column and the next.
pub(crate) fn callable(row: &Row<'_>, column: usize) -> rusqlite::Result<Callable> {
    Ok(Callable { yes: row.get(column)?, until: row.opt_moment(column + 1)? })
}

/// Keeps a newer answer for an account's rows.
pub(crate) fn set_callable(conn: &Connection, account: AccountId, callable: Callable) -> Result<(), StoreError> {
    conn.prepare_cached("UPDATE worklist SET callable = ?2, callable_until = ?3 WHERE account = ?1")?
        .execute(params![account.0.0, callable.yes, codec::opt_ms(callable.until)])?;
    Ok(())
}

fn read(row: &Row<'_>) -> rusqlite::Result<WorkRow> {
    Ok(WorkRow {
        account: AccountId(row.stable(0)?),
        kind: row.get(1)?,
        urgency: row.get(2)?,
        rank: row.get(3)?,
        due: row.opt_day(4)?,
        amount: row.opt_money(5)?,
        text: row.get(7)?,
        callable: callable(row, 8)?,
        body: row.json(10)?,
        assignee: row.get(11)?,
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
