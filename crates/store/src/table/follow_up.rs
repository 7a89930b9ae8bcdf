//! Follow-ups.

use chrono::{DateTime, NaiveDate, Utc};
use domain::contact::FollowUp;
use domain::ids::{AccountId, FollowUpId};
use rusqlite::{Connection, Row, params};

use crate::codec::{self, Read};
use crate::error::StoreError;

pub(crate) const DDL: &str = "
CREATE TABLE follow_up (
  nr INTEGER PRIMARY KEY,
  id BLOB NOT NULL UNIQUE,
  account INTEGER NOT NULL REFERENCES account,
  due INTEGER NOT NULL,
  what TEXT NOT NULL,
  why TEXT NOT NULL,
  done INTEGER
) STRICT;
CREATE INDEX follow_up_open ON follow_up (account) WHERE done IS NULL;
";

/// Later: a task may be somebody's.
pub(crate) const ASSIGNEE: &str = "ALTER TABLE follow_up ADD COLUMN assignee TEXT;";

/// As `read` expects them, from column `at`.
pub(crate) const COLUMNS: &str = "t.id, t.account, t.due, t.what, t.why, t.done, t.assignee";

/// Of the picked accounts, open ones.
pub(crate) const OF_PICKED: &str = "follow_up t ON t.account = p.account AND t.done IS NULL";

pub(crate) fn read(row: &Row<'_>, at: usize) -> rusqlite::Result<FollowUp> {
    Ok(FollowUp {
        id: FollowUpId(row.uuid(at)?),
        account: AccountId(row.stable(at + 1)?),
        due: row.day(at + 2)?,
        what: row.get(at + 3)?,
        why: row.get(at + 4)?,
        done: row.opt_moment(at + 5)?,
        assignee: row.get(at + 6)?,
    })
}

pub(crate) fn add(conn: &Connection, follow_up: &FollowUp) -> Result<(), StoreError> {
    conn.prepare_cached(
        "INSERT INTO follow_up (id, account, due, what, why, done, assignee) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
    )?
    .execute(params![
        follow_up.id.0.as_bytes(),
        follow_up.account.0.0,
        codec::day(follow_up.due),
        follow_up.what,
        follow_up.why,
        codec::opt_ms(follow_up.done),
        follow_up.assignee,
    ])
    .map(|_| ())
    .map_err(|error| super::taken(error.into(), "follow-up", &follow_up.id))
}

pub(crate) fn close(conn: &Connection, id: FollowUpId, at: DateTime<Utc>) -> Result<(), StoreError> {
    let changed = conn
        .prepare_cached("UPDATE follow_up SET done = ?2 WHERE id = ?1 AND done IS NULL")?
        .execute(params![id.0.as_bytes(), codec::ms(at)])?;
    super::one(conn, changed, "follow-up", "SELECT 1 FROM follow_up WHERE id = ?1", id.0.as_bytes(), &id)
}

pub(crate) fn shift(conn: &Connection, id: FollowUpId, due: NaiveDate) -> Result<(), StoreError> {
    let changed = conn
        .prepare_cached("UPDATE follow_up SET due = ?2 WHERE id = ?1 AND done IS NULL")?
        .execute(params![id.0.as_bytes(), codec::day(due)])?;
    super::one(conn, changed, "follow-up", "SELECT 1 FROM follow_up WHERE id = ?1", id.0.as_bytes(), &id)
}

/// From the server.
pub(crate) fn mirror(conn: &Connection, follow_up: &FollowUp) -> Result<(), StoreError> {
    conn.prepare_cached("DELETE FROM follow_up WHERE id = ?1")?.execute([follow_up.id.0.as_bytes()])?;
    add(conn, follow_up)
}

pub(crate) fn assign(conn: &Connection, id: FollowUpId, assignee: Option<&str>) -> Result<(), StoreError> {
    let changed = conn
        .prepare_cached("UPDATE follow_up SET assignee = ?2 WHERE id = ?1 AND done IS NULL")?
        .execute(params![id.0.as_bytes(), assignee])?;
    super::one(conn, changed, "follow-up", "SELECT 1 FROM follow_up WHERE id = ?1", id.0.as_bytes(), &id)
}

/// Those that tasks are assigned to, by name.
pub(crate) fn assignees(conn: &Connection) -> Result<Vec<String>, StoreError> {
    let mut of = conn.prepare_cached(
        "SELECT DISTINCT assignee FROM follow_up WHERE done IS NULL AND assignee IS NOT NULL ORDER BY assignee",
    )?;
    let rows = of.query_map([], |row| row.get(0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}
