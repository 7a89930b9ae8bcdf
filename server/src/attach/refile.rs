//! The papers of an account that another customer has now. They are filed and sealed with the customer, so
//! they are sealed anew.

use domain::ids::{AccountId, CustomerId};
use uuid::Uuid;

use super::transfer::place;
use crate::app::App;
use crate::db::{Run, Tx};
use crate::error::ServerError;
use crate::params;

/// Files what the account's rows name with the other customer too. It stays with the first: their other
/// accounts may name the same letter.
pub async fn refile(
    app: &App,
    tx: &Tx<'_>,
    org: Uuid,
    account: AccountId,
    (from, to): (CustomerId, CustomerId),
) -> Result<(), ServerError> {
    let named = tx
        .rows(
            "INSERT INTO attachment (org_id, customer, sha256, media_type, bytes, here, complete, device_id, begun_at)
             SELECT a.org_id, $4, a.sha256, a.media_type, a.bytes, a.here, a.complete, a.device_id, a.begun_at
             FROM attachment a WHERE a.org_id = $1 AND a.customer = $3 AND a.complete AND EXISTS (
               SELECT 1 FROM record r WHERE r.org_id = a.org_id AND r.customer = a.customer AND r.account = $2
                 AND position(encode(a.sha256, 'hex') IN r.body) > 0)
             ON CONFLICT DO NOTHING RETURNING sha256",
            params![org, account.0.0, from.0.0, to.0.0],
        )
        .await?;
    for row in &named {
        let digest: Vec<u8> = row.get(0);
        let parts = tx
            .rows(
                "SELECT start, key_id, sealed FROM attachment_part
                 WHERE org_id = $1 AND customer = $2 AND sha256 = $3 ORDER BY start",
                params![org, from.0.0, digest.clone()],
            )
            .await?;
        for part in &parts {
            let start: i64 = part.get(0);
            let open = app.seal.open(part.get(1), part.get(2), &place(org, from, &digest, start))?;
            let (key, sealed) = app.seal.seal(&open, &place(org, to, &digest, start))?;
            tx.run(
                "INSERT INTO attachment_part (org_id, customer, sha256, start, key_id, sealed)
                 VALUES ($1, $2, $3, $4, $5, $6)",
                params![org, to.0.0, digest.clone(), start, key, sealed],
            )
            .await?;
        }
    }
    Ok(())
}
