//! Published policies, every version kept.

use chrono::{DateTime, Utc};
use domain::policy::Policy;
use domain::row::PolicyRow;
use rusqlite::{Connection, OptionalExtension, params};

use crate::codec::{self, Read};
use crate::error::StoreError;

pub(crate) const DDL: &str = "
CREATE TABLE policy (
  version INTEGER PRIMARY KEY,
  effective_from INTEGER NOT NULL,
  at INTEGER NOT NULL,
  actor TEXT NOT NULL,
  body TEXT NOT NULL
) STRICT;
";

/// A published policy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Published {
    /// When it was published.
    pub at: DateTime<Utc>,
    /// By whom.
    pub actor: String,
    /// The policy.
    pub policy: Policy,
}

pub(crate) fn publish(conn: &Connection, policy: &Policy, actor: &str, at: DateTime<Utc>) -> Result<(), StoreError> {
    conn.prepare_cached("INSERT INTO policy (version, effective_from, at, actor, body) VALUES (?1, ?2, ?3, ?4, ?5)")?
        .execute(
            params![policy.version, codec::day(policy.effective_from), codec::ms(at), actor, codec::json(policy)?,],
        )
        .map(|_| ())
        .map_err(|error| super::taken(error.into(), "policy version", &policy.version))
}

fn read(row: &rusqlite::Row<'_>) -> rusqlite::Result<Published> {
    Ok(Published { at: row.moment(0)?, actor: row.get(1)?, policy: row.json(2)? })
}

/// All versions, newest first.
pub(crate) fn list(conn: &Connection) -> Result<Vec<Published>, StoreError> {
    let mut of = conn.prepare_cached("SELECT at, actor, body FROM policy ORDER BY version DESC")?;
    let rows = of.query_map([], read)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// The newest version whose first day has come.
pub(crate) fn effective(conn: &Connection, on: chrono::NaiveDate) -> Result<Option<Published>, StoreError> {
    Ok(conn
        .prepare_cached("SELECT at, actor, body FROM policy WHERE effective_from <= ?1 ORDER BY version DESC LIMIT 1")?
        .query_row([codec::day(on)], read)
        .optional()?)
}

/// From the server.
pub(crate) fn mirror(conn: &Connection, row: &PolicyRow) -> Result<(), StoreError> {
    conn.prepare_cached(
        "INSERT OR REPLACE INTO policy (version, effective_from, at, actor, body) VALUES (?1, ?2, ?3, ?4, ?5)",
    )?
    .execute(params![
        row.policy.version,
        codec::day(row.policy.effective_from),
        codec::ms(row.at),
        row.actor,
        codec::json(&row.policy)?,
    ])?;
    Ok(())
}
