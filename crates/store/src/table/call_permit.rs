//! Call permits that the server leased to this device.

use chrono::{DateTime, Utc};
use domain::ids::{AccountId, CustomerId};
use rusqlite::{Connection, OptionalExtension, params};
use uuid::Uuid;

use crate::codec::{self, Read};
use crate::error::StoreError;

pub(crate) fn add(conn: &Connection, permit: &(Uuid, CustomerId, DateTime<Utc>)) -> Result<(), StoreError> {
    conn.prepare_cached("INSERT OR IGNORE INTO call_permit (id, customer, until) VALUES (?1, ?2, ?3)")?
        .execute(params![permit.0.as_bytes(), permit.1.0.0, codec::ms(permit.2)])?;
    Ok(())
}

/// Spent once; `Conflict` when it was before.
pub(crate) fn spend(conn: &Connection, id: Uuid, device_seq: u64) -> Result<(), StoreError> {
    let changed = conn
        .prepare_cached("UPDATE call_permit SET spent = ?2 WHERE id = ?1 AND spent IS NULL")?
        .execute(params![id.as_bytes(), device_seq])?;
    super::one(conn, changed, "call permit", "SELECT 1 FROM call_permit WHERE id = ?1", id.as_bytes(), &id)
}

/// The one that runs out first.
pub(crate) fn find(conn: &Connection, customer: CustomerId, now: DateTime<Utc>) -> Result<Option<Uuid>, StoreError> {
    Ok(conn
        .prepare_cached(
            "SELECT id FROM call_permit WHERE customer = ?1 AND spent IS NULL AND until > ?2 ORDER BY until, id LIMIT 1",
        )?
        .query_row(params![customer.0.0, codec::ms(now)], |row| row.uuid(0))
        .optional()?)
}

pub(crate) fn unspent(conn: &Connection) -> Result<Vec<Uuid>, StoreError> {
    let mut all = conn.prepare_cached("SELECT id FROM call_permit WHERE spent IS NULL ORDER BY id")?;
    Ok(all.query_map([], |row| row.uuid(0))?.collect::<Result<_, _>>()?)
}

/// Unspent ones with their customer and end.
pub(crate) fn held(conn: &Connection) -> Result<Vec<(Uuid, CustomerId, DateTime<Utc>)>, StoreError> {
    let mut all = conn.prepare_cached("SELECT id, customer, until FROM call_permit WHERE spent IS NULL ORDER BY id")?;
    let rows = all.query_map([], |row| Ok((row.uuid(0)?, CustomerId(row.stable(1)?), row.moment(2)?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// The accounts of customers with an unspent one.
pub(crate) fn accounts(conn: &Connection, now: DateTime<Utc>) -> Result<Vec<AccountId>, StoreError> {
    let mut all = conn.prepare_cached(
        "SELECT id FROM account WHERE customer IN (SELECT customer FROM call_permit WHERE spent IS NULL AND until > ?1)",
    )?;
    let rows = all.query_map([codec::ms(now)], |row| row.stable(0).map(AccountId))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Forgets unspent ones that are given back.
pub(crate) fn give_back(conn: &Connection, ids: &[Uuid]) -> Result<(), StoreError> {
    let mut drop = conn.prepare_cached("DELETE FROM call_permit WHERE id = ?1 AND spent IS NULL")?;
    ids.iter().try_for_each(|id| Ok(drop.execute([id.as_bytes()]).map(|_| ())?))
}

/// Forgets what was spent by a decided command.
pub(crate) fn prune(conn: &Connection, decided: u64) -> Result<(), StoreError> {
    conn.prepare_cached("DELETE FROM call_permit WHERE spent <= ?1")?.execute([decided])?;
    Ok(())
}
