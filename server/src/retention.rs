//! What is forgotten, and when.

use chrono::TimeDelta;
use tokio_postgres::IsolationLevel;
use uuid::Uuid;

use crate::app::App;
use crate::db::Run;
use crate::error::ServerError;
use crate::params;

/// Forgets the feed but its last `keep` transactions, ended tokens, and snapshots older than a day. The
/// number after which the feed begins.
pub async fn prune(app: &App, org: Uuid, keep: i64) -> Result<i64, ServerError> {
    let mut conn = app.db.conn().await?;
    let tx = conn.begin(IsolationLevel::ReadCommitted).await?;
    let row = tx
        .row(
            "UPDATE org SET floor_seq = greatest(floor_seq, seq - $2) WHERE org_id = $1 RETURNING floor_seq",
            params![org, keep.max(0)],
        )
        .await?
        .ok_or(ServerError::Missing("organisation"))?;
    let floor: i64 = row.get(0);
    tx.run("DELETE FROM feed WHERE org_id = $1 AND seq <= $2", params![org, floor]).await?;
    tx.run("DELETE FROM session WHERE org_id = $1 AND expires_at < $2", params![org, app.now()]).await?;
    let day_ago = app.now() - TimeDelta::days(1);
    tx.run("DELETE FROM snapshot WHERE org_id = $1 AND made_at < $2", params![org, day_ago]).await?;
    tx.commit().await?;
    Ok(floor)
}
