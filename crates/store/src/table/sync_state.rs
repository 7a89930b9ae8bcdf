//! Where this device stands with the server: one row, written in the transactions that change what
//! it says.

use domain::ids::CustomerId;
use rusqlite::{Connection, OptionalExtension, params};
use uuid::Uuid;

use crate::codec::Read;
use crate::error::StoreError;

pub(crate) const DDL: &str = "
CREATE TABLE sync_state (
  only INTEGER PRIMARY KEY CHECK (only = 1),
  -- None while no server is known.
  device BLOB,
  -- The last number given to a command, whether its row is still in the log or not.
  given INTEGER NOT NULL,
  -- The last command whose effects, or refusal, the server's rows hold.
  decided INTEGER NOT NULL,
  epoch INTEGER NOT NULL,
  seq INTEGER NOT NULL,
  scope_version INTEGER NOT NULL,
  schema_version INTEGER NOT NULL,
  -- The history as it was before the first pending command; none when nothing is pending.
  history_count INTEGER,
  history_link BLOB,
  -- While a first snapshot is being taken in: what it consists of.
  manifest TEXT
) STRICT;
INSERT INTO sync_state (only, given, decided, epoch, seq, scope_version, schema_version)
VALUES (1, 0, 0, 0, 0, 0, 0);
CREATE TABLE snapshot_part (nr INTEGER PRIMARY KEY) STRICT;
-- A row here, within a transaction, lets that transaction undo and purge what is append-only.
CREATE TABLE sync_guard (only INTEGER PRIMARY KEY CHECK (only = 1)) STRICT;
DROP TRIGGER contact_is_not_changed;
DROP TRIGGER contact_is_not_deleted;
DROP TRIGGER history_is_not_changed;
DROP TRIGGER history_is_not_deleted;
CREATE TRIGGER contact_is_not_changed BEFORE UPDATE ON contact
BEGIN SELECT RAISE(ABORT, 'the contact log is append-only'); END;
CREATE TRIGGER contact_is_not_deleted BEFORE DELETE ON contact WHEN NOT EXISTS (SELECT 1 FROM sync_guard)
BEGIN SELECT RAISE(ABORT, 'the contact log is append-only'); END;
CREATE TRIGGER history_is_not_changed BEFORE UPDATE ON history WHEN NOT EXISTS (SELECT 1 FROM sync_guard)
BEGIN SELECT RAISE(ABORT, 'the history is append-only'); END;
CREATE TRIGGER history_is_not_deleted BEFORE DELETE ON history WHEN NOT EXISTS (SELECT 1 FROM sync_guard)
BEGIN SELECT RAISE(ABORT, 'the history is append-only'); END;
CREATE TABLE call_permit (
  id BLOB PRIMARY KEY,
  customer INTEGER NOT NULL,
  until INTEGER NOT NULL,
  -- The command that spent it.
  spent INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX call_permit_customer ON call_permit (customer);
CREATE TABLE assigned (
  customer INTEGER PRIMARY KEY,
  users TEXT NOT NULL
) STRICT;
";

/// Up to where this device knows the server's state.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Place {
    /// Which life of the server; 0 before the first contact.
    pub epoch: u64,
    /// The organisation's counter.
    pub seq: u64,
    /// The last change of scope applied.
    pub scope_version: u64,
    /// The form of the rows.
    pub schema_version: u16,
}

/// The row.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct State {
    pub(crate) device: Option<Uuid>,
    pub(crate) given: u64,
    pub(crate) decided: u64,
    pub(crate) place: Place,
    pub(crate) manifest: Option<String>,
}

pub(crate) fn get(conn: &Connection) -> Result<State, StoreError> {
    Ok(conn
        .prepare_cached(
            "SELECT device, given, decided, epoch, seq, scope_version, schema_version, manifest FROM sync_state",
        )?
        .query_row([], |row| {
            Ok(State {
                device: row.opt_uuid(0)?,
                given: row.get(1)?,
                decided: row.get(2)?,
                place: Place {
                    epoch: row.get(3)?,
                    seq: row.get(4)?,
                    scope_version: row.get(5)?,
                    schema_version: row.get(6)?,
                },
                manifest: row.get(7)?,
            })
        })?)
}

pub(crate) fn put(conn: &Connection, state: &State) -> Result<(), StoreError> {
    conn.prepare_cached(
        "UPDATE sync_state SET device = ?1, given = ?2, decided = ?3, epoch = ?4, seq = ?5, scope_version = ?6,
           schema_version = ?7, manifest = ?8",
    )?
    .execute(params![
        state.device.as_ref().map(Uuid::as_bytes),
        state.given,
        state.decided,
        state.place.epoch,
        state.place.seq,
        state.place.scope_version,
        state.place.schema_version,
        state.manifest,
    ])?;
    Ok(())
}

/// Refuses what would change the server's rows behind the command log's back.
pub(crate) fn unconnected(conn: &Connection) -> Result<(), StoreError> {
    let connected: bool =
        conn.prepare_cached("SELECT device IS NOT NULL FROM sync_state")?.query_row([], |row| row.get(0))?;
    if connected { Err(StoreError::Connected) } else { Ok(()) }
}

/// Lets the transaction undo and purge append-only rows, or ends that.
pub(crate) fn guard(conn: &Connection, open: bool) -> Result<(), StoreError> {
    let sql = if open { "INSERT INTO sync_guard (only) VALUES (1)" } else { "DELETE FROM sync_guard" };
    conn.prepare_cached(sql)?.execute([])?;
    Ok(())
}

pub(crate) fn parts(conn: &Connection) -> Result<Vec<u32>, StoreError> {
    let mut all = conn.prepare_cached("SELECT nr FROM snapshot_part ORDER BY nr")?;
    Ok(all.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?)
}

/// Notes a part as taken in; `Conflict` when it was before.
pub(crate) fn add_part(conn: &Connection, nr: u32) -> Result<(), StoreError> {
    conn.prepare_cached("INSERT INTO snapshot_part (nr) VALUES (?1)")?
        .execute([nr])
        .map(|_| ())
        .map_err(|error| super::taken(error.into(), "snapshot part", &nr))
}

pub(crate) fn clear_parts(conn: &Connection) -> Result<(), StoreError> {
    conn.execute("DELETE FROM snapshot_part", [])?;
    Ok(())
}

/// Who else works a customer; replaces all that was known.
pub(crate) fn set_assigned(conn: &Connection, assigned: &[(CustomerId, Vec<String>)]) -> Result<(), StoreError> {
    conn.prepare_cached("DELETE FROM assigned")?.execute([])?;
    assigned.iter().try_for_each(|(customer, users)| assign(conn, *customer, users))
}

/// Who else works one customer.
pub(crate) fn assign(conn: &Connection, customer: CustomerId, users: &[String]) -> Result<(), StoreError> {
    let mut add = conn.prepare_cached("INSERT OR REPLACE INTO assigned (customer, users) VALUES (?1, ?2)")?;
    add.execute(params![customer.0.0, crate::codec::json(&users)?])?;
    Ok(())
}

/// Who works a customer, by their names.
pub(crate) fn assigned(conn: &Connection, customer: CustomerId) -> Result<Vec<String>, StoreError> {
    Ok(conn
        .prepare_cached("SELECT users FROM assigned WHERE customer = ?1")?
        .query_row([customer.0.0], |row| row.json(0))
        .optional()?
        .unwrap_or_default())
}
