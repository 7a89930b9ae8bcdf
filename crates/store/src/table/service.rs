//! Services on accounts. The import owns them.

use domain::account::Service;
use domain::ids::{AccountId, ServiceId};
use rusqlite::{Connection, Row, params};

use crate::codec::{self, Read};
use crate::error::StoreError;

pub(crate) const DDL: &str = "
CREATE TABLE service (
  id INTEGER PRIMARY KEY,
  account INTEGER NOT NULL REFERENCES account,
  product TEXT NOT NULL,
  identifier TEXT NOT NULL,
  state TEXT NOT NULL
) STRICT;
CREATE INDEX service_account ON service (account, id);
CREATE INDEX service_suspended ON service (account) WHERE state = 'suspended';
";

/// As `read` expects them, from column `at`.
pub(crate) const COLUMNS: &str = "t.id, t.account, t.product, t.identifier, t.state";

/// Of the picked accounts, in order of id.
pub(crate) const OF_PICKED: &str = "service t ON t.account = p.account";

pub(crate) fn read(row: &Row<'_>, at: usize) -> rusqlite::Result<Service> {
    Ok(Service {
        id: ServiceId(row.stable(at)?),
        account: AccountId(row.stable(at + 1)?),
        product: row.get(at + 2)?,
        identifier: row.get(at + 3)?,
        state: row.word(at + 4)?,
    })
}

/// Inserts, or updates what differs. Whether anything changed.
pub(crate) fn import(conn: &Connection, service: &Service) -> Result<bool, StoreError> {
    let changed = conn
        .prepare_cached(
            "INSERT INTO service (id, account, product, identifier, state) VALUES (?1, ?2, ?3, ?4, ?5)
             ON CONFLICT (id) DO UPDATE SET account = ?2, product = ?3, identifier = ?4, state = ?5
             WHERE (account, product, identifier, state) IS NOT (?2, ?3, ?4, ?5)",
        )?
        .execute(params![
            service.id.0.0,
            service.account.0.0,
            service.product,
            service.identifier,
            codec::word(&service.state)?,
        ])?;
    Ok(changed > 0)
}
