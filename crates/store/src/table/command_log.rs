//! The command log: what was done on this device, in order, until the server has decided it and
//! keeps it safe; and the inbox of what it refused.

use chrono::{DateTime, Utc};
use domain::ids::AccountId;
use rusqlite::{Connection, Row, params};
use uuid::Uuid;

use crate::codec::{self, Read};
use crate::error::StoreError;

pub(crate) const DDL: &str = "
CREATE TABLE command_log (
  device_seq INTEGER PRIMARY KEY,
  id BLOB NOT NULL UNIQUE,
  account INTEGER NOT NULL,
  at INTEGER NOT NULL,
  body TEXT NOT NULL,
  -- The organisation's counter at which the server decided it; none while it is pending.
  decided INTEGER,
  -- Why it has no effect here while it is pending: what the last replay said.
  stuck TEXT
) STRICT;
CREATE INDEX command_log_pending ON command_log (device_seq) WHERE decided IS NULL;
CREATE TABLE refused (
  device_seq INTEGER PRIMARY KEY,
  id BLOB NOT NULL,
  account INTEGER NOT NULL,
  at INTEGER NOT NULL,
  body TEXT NOT NULL,
  verdict TEXT NOT NULL,
  -- When a person settled it, and how: retried or discarded.
  settled INTEGER,
  how TEXT
) STRICT;
CREATE INDEX refused_open ON refused (device_seq) WHERE settled IS NULL;
";

/// A command of the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Logged {
    /// Its place in this device's order: 1, 2, 3, without gaps.
    pub device_seq: u64,
    /// Identity.
    pub id: Uuid,
    /// On which account.
    pub account: AccountId,
    /// When.
    pub at: DateTime<Utc>,
    /// The command, as whoever logged it wrote it.
    pub body: String,
    /// Why it has no effect on the rows here although it is pending.
    pub stuck: Option<String>,
}

/// A command that the server refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// The command.
    pub command: Logged,
    /// The server's verdict, as it came.
    pub verdict: String,
}

/// How a person settled a refused command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Settled {
    /// Edited and sent again, as a new command.
    Retried,
    /// Given up.
    Discarded,
}

const SELECT: &str = "SELECT device_seq, id, account, at, body, stuck FROM command_log";

fn read(row: &Row<'_>) -> rusqlite::Result<Logged> {
    Ok(Logged {
        device_seq: row.get(0)?,
        id: row.uuid(1)?,
        account: AccountId(row.stable(2)?),
        at: row.moment(3)?,
        body: row.get(4)?,
        stuck: row.get(5)?,
    })
}

pub(crate) fn add(conn: &Connection, command: &Logged) -> Result<(), StoreError> {
    conn.prepare_cached("INSERT INTO command_log (device_seq, id, account, at, body) VALUES (?1, ?2, ?3, ?4, ?5)")?
        .execute(params![
            command.device_seq,
            command.id.as_bytes(),
            command.account.0.0,
            codec::ms(command.at),
            command.body,
        ])
        .map(|_| ())
        .map_err(|error| super::taken(error.into(), "command", &command.id))
}

/// Those after a number, in order, pending or not: at most `count`, and at most `bytes` of bodies
/// unless the first alone is larger.
pub(crate) fn after(conn: &Connection, seq: u64, count: usize, bytes: usize) -> Result<Vec<Logged>, StoreError> {
    let mut of = conn.prepare_cached(&format!("{SELECT} WHERE device_seq > ?1 ORDER BY device_seq LIMIT ?2"))?;
    let mut rows = of.query(params![seq, super::limit(count)])?;
    let (mut found, mut total) = (Vec::new(), 0_usize);
    while let Some(row) = rows.next()? {
        let command = read(row)?;
        total = total.saturating_add(command.body.len());
        if total > bytes && !found.is_empty() {
            break;
        }
        found.push(command);
    }
    Ok(found)
}

/// What the server has not decided, in order.
pub(crate) fn pending(conn: &Connection) -> Result<Vec<Logged>, StoreError> {
    let mut of = conn.prepare_cached(&format!("{SELECT} WHERE decided IS NULL ORDER BY device_seq"))?;
    Ok(of.query_map([], read)?.collect::<Result<_, _>>()?)
}

/// Of those, what is on the customers in `temp.touched`, or on an account that is not here.
pub(crate) fn pending_of_touched(conn: &Connection) -> Result<Vec<Logged>, StoreError> {
    let mut of = conn.prepare_cached(&format!(
        "{SELECT} WHERE decided IS NULL AND coalesce((SELECT a.customer IN (SELECT customer FROM temp.touched)
           FROM account a WHERE a.id = command_log.account), true) ORDER BY device_seq"
    ))?;
    Ok(of.query_map([], read)?.collect::<Result<_, _>>()?)
}

/// How many the server has not decided.
pub(crate) fn pending_count(conn: &Connection) -> Result<usize, StoreError> {
    let count: i64 = conn
        .prepare_cached("SELECT count(*) FROM command_log WHERE decided IS NULL")?
        .query_row([], |row| row.get(0))?;
    Ok(usize::try_from(count).unwrap_or_default())
}

/// Decided at that counter. Its body, when it was in the log: none when it was decided and forgotten
/// before.
pub(crate) fn decide(conn: &Connection, device_seq: u64, id: Uuid, seq: u64) -> Result<Option<Logged>, StoreError> {
    let mut of = conn.prepare_cached(&format!("{SELECT} WHERE device_seq = ?1"))?;
    let Some(command) = of.query_map([device_seq], read)?.next().transpose()? else {
        return Ok(None);
    };
    if command.id != id {
        return Err(StoreError::Conflict { what: "command", id: id.to_string() });
    }
    conn.prepare_cached("UPDATE command_log SET decided = ?2, stuck = NULL WHERE device_seq = ?1")?
        .execute(params![device_seq, seq])?;
    Ok(Some(command))
}

/// Forgets what the server keeps safe.
pub(crate) fn prune(conn: &Connection, durable: u64) -> Result<usize, StoreError> {
    Ok(conn.prepare_cached("DELETE FROM command_log WHERE decided <= ?1")?.execute([durable])?)
}

/// What a fresh snapshot holds already, up to a number, is decided.
pub(crate) fn close(conn: &Connection, upto: u64, seq: u64) -> Result<(), StoreError> {
    conn.prepare_cached(
        "UPDATE command_log SET decided = ?2, stuck = NULL WHERE device_seq <= ?1 AND decided IS NULL",
    )?
    .execute(params![upto, seq])?;
    Ok(())
}

/// A restored server knows only up to a number: later ones are pending again.
pub(crate) fn reopen(conn: &Connection, after: u64) -> Result<(), StoreError> {
    conn.prepare_cached("UPDATE command_log SET decided = NULL, stuck = NULL WHERE device_seq > ?1")?
        .execute([after])?;
    conn.prepare_cached("DELETE FROM refused WHERE settled IS NULL AND device_seq > ?1")?.execute([after])?;
    Ok(())
}

/// Commands that the server decided, on accounts that left this device: their words are still here.
pub(crate) fn strangers(conn: &Connection) -> Result<Vec<(u64, String)>, StoreError> {
    let mut of = conn.prepare_cached(
        "SELECT device_seq, body FROM command_log
         WHERE decided IS NOT NULL AND NOT EXISTS (SELECT 1 FROM account WHERE id = command_log.account)",
    )?;
    Ok(of.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?.collect::<Result<_, _>>()?)
}

pub(crate) fn set_body(conn: &Connection, device_seq: u64, body: &str) -> Result<(), StoreError> {
    conn.prepare_cached("UPDATE command_log SET body = ?2 WHERE device_seq = ?1")?
        .execute(params![device_seq, body])?;
    Ok(())
}

/// What a person settled, on accounts that left: nothing of it is needed any more.
pub(crate) fn forget_settled_strangers(conn: &Connection) -> Result<usize, StoreError> {
    Ok(conn
        .prepare_cached(
            "DELETE FROM refused
             WHERE settled IS NOT NULL AND NOT EXISTS (SELECT 1 FROM account WHERE id = refused.account)",
        )?
        .execute([])?)
}

pub(crate) fn set_stuck(conn: &Connection, device_seq: u64, why: Option<&str>) -> Result<(), StoreError> {
    conn.prepare_cached("UPDATE command_log SET stuck = ?2 WHERE device_seq = ?1 AND stuck IS NOT ?2")?
        .execute(params![device_seq, why])?;
    Ok(())
}

/// Into the inbox, once.
pub(crate) fn refuse(conn: &Connection, command: &Logged, verdict: &str) -> Result<(), StoreError> {
    conn.prepare_cached(
        "INSERT OR IGNORE INTO refused (device_seq, id, account, at, body, verdict) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
    )?
    .execute(params![
        command.device_seq,
        command.id.as_bytes(),
        command.account.0.0,
        codec::ms(command.at),
        command.body,
        verdict,
    ])?;
    Ok(())
}

/// What the server refused and no person settled, oldest first.
pub(crate) fn inbox(conn: &Connection) -> Result<Vec<Refused>, StoreError> {
    let mut of = conn.prepare_cached(
        "SELECT device_seq, id, account, at, body, NULL, verdict FROM refused WHERE settled IS NULL ORDER BY device_seq",
    )?;
    let rows = of.query_map([], |row| Ok(Refused { command: read(row)?, verdict: row.get(6)? }))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

pub(crate) fn settle(conn: &Connection, device_seq: u64, how: Settled, at: DateTime<Utc>) -> Result<(), StoreError> {
    let word = match how {
        Settled::Retried => "retried",
        Settled::Discarded => "discarded",
    };
    let changed = conn
        .prepare_cached("UPDATE refused SET settled = ?2, how = ?3 WHERE device_seq = ?1 AND settled IS NULL")?
        .execute(params![device_seq, codec::ms(at), word])?;
    super::one(conn, changed, "refused command", "SELECT 1 FROM refused WHERE device_seq = ?1", device_seq, &device_seq)
}

/// From an old file into a fresh snapshot: the log, the inbox, the permits, and what only this device
/// has: settings, views, runs, letters kept, imports. What is on an account that did not come along
/// stays behind.
pub(crate) fn carry(from: &Connection, to: &Connection) -> Result<(), StoreError> {
    const HERE: &str = "EXISTS (SELECT 1 FROM account WHERE id = ?3)";
    copy(from, to, "command_log", 7, "1")?;
    copy(from, to, "refused", 8, "1")?;
    copy(from, to, "call_permit", 4, "1")?;
    copy(from, to, "saved_view", 3, "1")?;
    copy(from, to, "setting", 2, "1")?;
    copy(from, to, "import_source", 2, "1")?;
    copy(from, to, "import_log", 7, "1")?;
    copy(from, to, "letter_run", 8, "1")?;
    copy(from, to, "letter_run_member", 8, HERE)?;
    copy(from, to, "document", 10, &format!("?3 IS NULL OR {HERE}"))?;
    copy(from, to, "document_bytes", 2, "EXISTS (SELECT 1 FROM document WHERE nr = ?1)")?;
    // What waits for the server does so wherever its account went.
    copy(from, to, "attachment", 10, &format!("?9 IN ('waits', 'stopped') OR {HERE}"))?;
    copy(from, to, "attachment_bytes", 2, "EXISTS (SELECT 1 FROM attachment WHERE nr = ?1)")
}

/// A table's rows that fit: the condition sees the columns as `?1`, `?2`, ...
fn copy(from: &Connection, to: &Connection, table: &str, columns: usize, fits: &str) -> Result<(), StoreError> {
    let marks: Vec<String> = (1..=columns).map(|at| format!("?{at}")).collect();
    let mut all = from.prepare(&format!("SELECT * FROM {table}"))?;
    let mut put = to.prepare(&format!("INSERT OR REPLACE INTO {table} SELECT {} WHERE {fits}", marks.join(", ")))?;
    let mut rows = all.query([])?;
    while let Some(row) = rows.next()? {
        let values = (0..columns).map(|at| row.get(at)).collect::<rusqlite::Result<Vec<rusqlite::types::Value>>>()?;
        put.execute(rusqlite::params_from_iter(values))?;
    }
    Ok(())
}
