//! A supervisor works every customer, so that approving, assigning and watching need no server: who
//! is new comes to every supervisor, and a new supervisor gets all there are.

use domain::ids::{CustomerId, StableId};
use uuid::Uuid;

use super::assign::number;
use crate::db::{self, Run, Tx};
use crate::error::ServerError;
use crate::params;

/// New customers come to all supervisors.
pub async fn comes(tx: &Tx<'_>, org: Uuid, customers: &[i64]) -> Result<(), ServerError> {
    let rows = tx
        .rows(
            "INSERT INTO assignment (org_id, user_id, customer)
             SELECT $1, p.user_id, c FROM person p, unnest($2::bigint[]) AS c
             WHERE p.org_id = $1 AND p.role = 'supervisor' AND p.disabled_at IS NULL
             ON CONFLICT DO NOTHING RETURNING user_id, customer",
            params![org, customers.to_vec()],
        )
        .await?;
    let done: Vec<(Uuid, CustomerId, bool)> =
        rows.iter().map(|row| (row.get(0), CustomerId(StableId(row.get(1))), true)).collect();
    if !done.is_empty() {
        number(tx, org, &done).await?;
    }
    Ok(())
}

/// A new supervisor works everybody. No device has fetched anything for them yet, so nothing changes
/// in a feed.
pub async fn begins(tx: &Tx<'_>, org: Uuid, user: Uuid) -> Result<(), ServerError> {
    let came = tx
        .run(
            "INSERT INTO assignment (org_id, user_id, customer)
         SELECT $1, $2, r.customer FROM record r WHERE r.org_id = $1 AND r.tbl = 30 ON CONFLICT DO NOTHING",
            params![org, user],
        )
        .await?;
    db::look_again(tx, &["assignment"], usize::try_from(came).unwrap_or(usize::MAX)).await
}
