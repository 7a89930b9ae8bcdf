//! What is forgotten, and when: by age, and after a restore.

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

/// After a restore: a new epoch for every organisation; how many there are. What was given out before is unknown
/// to the backup or, worse, known again: tokens, codes that were used up since.
///
/// The epoch follows the clock. The backup may be restored twice, and know nothing of the first time: counted on
/// from the backup, the second epoch would be the first one again, and devices would not see it.
pub async fn restored(app: &App) -> Result<u64, ServerError> {
    let mut conn = app.db.conn().await?;
    let tx = conn.begin(IsolationLevel::ReadCommitted).await?;
    for sql in [
        "DELETE FROM session",
        "DELETE FROM challenge",
        "DELETE FROM oidc_login",
        "DELETE FROM oidc_code",
        "DELETE FROM enrolment WHERE used_at IS NULL",
    ] {
        tx.run(sql, &[]).await?;
    }
    let orgs = tx
        .run("UPDATE org SET epoch = greatest(epoch + 1, $1), durable_seq = seq", params![app.now().timestamp()])
        .await?;
    tx.commit().await?;
    Ok(orgs)
}
