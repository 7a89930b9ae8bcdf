//! Letter and email runs: who was proposed, excluded, confirmed, mailed or came back.

use chrono::{DateTime, NaiveDate, Utc};
use domain::ids::{AccountId, OutboxId, RunId};
use domain::outbox::Channel;
use rusqlite::{Connection, OptionalExtension, Row, params};
use serde::{Deserialize, Serialize};

use crate::codec::{self, Read};
use crate::error::StoreError;

pub(crate) const DDL: &str = "
CREATE TABLE letter_run (
  nr INTEGER PRIMARY KEY,
  id BLOB NOT NULL UNIQUE,
  channel TEXT NOT NULL,
  title TEXT NOT NULL,
  as_of INTEGER NOT NULL,
  made INTEGER NOT NULL,
  actor TEXT NOT NULL,
  state TEXT NOT NULL
) STRICT;
CREATE TABLE letter_run_member (
  run INTEGER NOT NULL REFERENCES letter_run,
  position INTEGER NOT NULL,
  account INTEGER NOT NULL REFERENCES account,
  state TEXT NOT NULL,
  why TEXT NOT NULL,
  outbox BLOB,
  serial INTEGER,
  body TEXT NOT NULL,
  PRIMARY KEY (run, position)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX letter_run_member_serial ON letter_run_member (serial) WHERE serial IS NOT NULL;
CREATE INDEX letter_run_member_account ON letter_run_member (account);
";

/// Where a run stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RunState {
    /// Proposed; members may be excluded.
    Proposed,
    /// Confirmed by a person: intents are queued.
    Confirmed,
    /// Its file was made.
    Printed,
    /// A person said it was mailed, or every email left.
    Mailed,
    /// Given up.
    Cancelled,
}

/// Where a member of a run stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MemberState {
    /// Proposed by policy.
    Proposed,
    /// Taken out by a person.
    Excluded,
    /// Refused by the gate.
    Refused,
    /// Confirmed.
    Confirmed,
    /// In the run's file.
    Printed,
    /// Left.
    Mailed,
    /// Came back.
    Returned,
}

/// A run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Run {
    /// Identity.
    pub id: RunId,
    /// Letters or emails.
    pub channel: Channel,
    /// Its name for people.
    pub title: String,
    /// The day it was proposed for.
    pub as_of: NaiveDate,
    /// When it was proposed.
    pub made: DateTime<Utc>,
    /// By whom.
    pub actor: String,
    /// Where it stands.
    pub state: RunState,
}

/// One account in a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// Its place in the run, from 0.
    pub position: u32,
    /// Which account.
    pub account: AccountId,
    /// Where it stands.
    pub state: MemberState,
    /// Why it is proposed, excluded or refused, in a person's words.
    pub why: String,
    /// The intent, once confirmed.
    pub outbox: Option<OutboxId>,
    /// The barcode's serial number, by which returned mail is found.
    pub serial: Option<i64>,
    /// The proposal as the app made it.
    pub body: serde_json::Value,
}

const SELECT: &str = "SELECT t.nr, t.id, t.channel, t.title, t.as_of, t.made, t.actor, t.state FROM letter_run t";

fn read(row: &Row<'_>) -> rusqlite::Result<(i64, Run)> {
    let run = Run {
        id: RunId(row.uuid(1)?),
        channel: row.word(2)?,
        title: row.get(3)?,
        as_of: row.day(4)?,
        made: row.moment(5)?,
        actor: row.get(6)?,
        state: row.word(7)?,
    };
    Ok((row.get(0)?, run))
}

fn read_member(row: &Row<'_>) -> rusqlite::Result<Member> {
    Ok(Member {
        position: row.get(0)?,
        account: AccountId(row.stable(1)?),
        state: row.word(2)?,
        why: row.get(3)?,
        outbox: row.opt_uuid(4)?.map(OutboxId),
        serial: row.get(5)?,
        body: row.json(6)?,
    })
}

const MEMBER: &str = "m.position, m.account, m.state, m.why, m.outbox, m.serial, m.body";

/// A new run with its members.
pub(crate) fn add(conn: &Connection, run: &Run, members: &[Member]) -> Result<(), StoreError> {
    conn.prepare_cached(
        "INSERT INTO letter_run (id, channel, title, as_of, made, actor, state) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
    )?
    .execute(params![
        run.id.0.as_bytes(),
        codec::word(&run.channel)?,
        run.title,
        codec::day(run.as_of),
        codec::ms(run.made),
        run.actor,
        codec::word(&run.state)?,
    ])
    .map_err(|error| super::taken(error.into(), "run", &run.id))?;
    put_members(conn, conn.last_insert_rowid(), members)
}

fn put_members(conn: &Connection, nr: i64, members: &[Member]) -> Result<(), StoreError> {
    let mut put = conn.prepare_cached(
        "INSERT INTO letter_run_member (run, position, account, state, why, outbox, serial, body)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
         ON CONFLICT (run, position) DO UPDATE SET state = ?4, why = ?5, outbox = ?6, serial = ?7, body = ?8
         WHERE account = ?3",
    )?;
    for member in members {
        let changed = put.execute(params![
            nr,
            member.position,
            member.account.0.0,
            codec::word(&member.state)?,
            member.why,
            member.outbox.as_ref().map(|id| id.0.as_bytes()),
            member.serial,
            codec::json(&member.body)?,
        ])?;
        if changed == 0 {
            return Err(StoreError::Conflict { what: "letter of account", id: member.account.to_string() });
        }
    }
    Ok(())
}

fn number(conn: &Connection, id: RunId) -> Result<i64, StoreError> {
    let nr: Option<i64> = conn
        .prepare_cached("SELECT nr FROM letter_run WHERE id = ?1")?
        .query_row([id.0.as_bytes()], |row| row.get(0))
        .optional()?;
    nr.ok_or_else(|| StoreError::NoSuchRow { what: "run", id: id.to_string() })
}

/// The members that changed; the run stands where it stood.
pub(crate) fn update_members(conn: &Connection, id: RunId, members: &[Member]) -> Result<(), StoreError> {
    put_members(conn, number(conn, id)?, members)
}

/// Members that leave this device.
pub(crate) fn leave(conn: &Connection, id: RunId, accounts: &[AccountId]) -> Result<(), StoreError> {
    let nr = number(conn, id)?;
    let mut drop = conn.prepare_cached("DELETE FROM letter_run_member WHERE run = ?1 AND account = ?2")?;
    accounts.iter().try_for_each(|account| Ok(drop.execute(params![nr, account.0.0]).map(|_| ())?))
}

/// Every account with a letter in a run.
pub(crate) fn accounts(conn: &Connection) -> Result<Vec<AccountId>, StoreError> {
    let mut all = conn.prepare_cached("SELECT DISTINCT account FROM letter_run_member ORDER BY account")?;
    Ok(all.query_map([], |row| row.stable(0).map(AccountId))?.collect::<Result<_, _>>()?)
}

/// Runs with a letter of an account.
pub(crate) fn of_account(conn: &Connection, account: AccountId) -> Result<Vec<RunId>, StoreError> {
    let mut of = conn.prepare_cached(
        "SELECT DISTINCT t.id FROM letter_run t JOIN letter_run_member m ON m.run = t.nr WHERE m.account = ?1",
    )?;
    Ok(of.query_map([account.0.0], |row| row.uuid(0).map(RunId))?.collect::<Result<_, _>>()?)
}

/// The run's new state, and the members that changed with it.
pub(crate) fn update(conn: &Connection, id: RunId, state: RunState, members: &[Member]) -> Result<(), StoreError> {
    let nr = number(conn, id)?;
    conn.prepare_cached("UPDATE letter_run SET state = ?2 WHERE nr = ?1")?
        .execute(params![nr, codec::word(&state)?])?;
    put_members(conn, nr, members)
}

/// Newest first.
pub(crate) fn list(conn: &Connection, limit: usize) -> Result<Vec<Run>, StoreError> {
    let mut of = conn.prepare_cached(&format!("{SELECT} ORDER BY t.nr DESC LIMIT ?1"))?;
    let rows = of.query_map([super::limit(limit)], |row| read(row).map(|(_, run)| run))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// A run and its members in order.
pub(crate) fn get(conn: &Connection, id: RunId) -> Result<(Run, Vec<Member>), StoreError> {
    let found =
        conn.prepare_cached(&format!("{SELECT} WHERE t.id = ?1"))?.query_row([id.0.as_bytes()], read).optional()?;
    let Some((nr, run)) = found else {
        return Err(StoreError::NoSuchRow { what: "run", id: id.to_string() });
    };
    let mut of =
        conn.prepare_cached(&format!("SELECT {MEMBER} FROM letter_run_member m WHERE m.run = ?1 ORDER BY m.position"))?;
    let members = of.query_map([nr], read_member)?.collect::<Result<_, _>>()?;
    Ok((run, members))
}

/// The letter that carries that serial number in its barcode.
pub(crate) fn by_serial(conn: &Connection, serial: i64) -> Result<Option<(RunId, Member)>, StoreError> {
    Ok(conn
        .prepare_cached(&format!(
            "SELECT {MEMBER}, t.id FROM letter_run_member m JOIN letter_run t ON t.nr = m.run WHERE m.serial = ?1"
        ))?
        .query_row([serial], |row| Ok((RunId(row.uuid(7)?), read_member(row)?)))
        .optional()?)
}

/// The highest serial number used; the next letter takes the one after it.
pub(crate) fn last_serial(conn: &Connection) -> Result<i64, StoreError> {
    Ok(conn.query_row("SELECT coalesce(max(serial), 0) FROM letter_run_member", [], |row| row.get(0))?)
}
