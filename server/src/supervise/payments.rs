//! Up to when payments are known: what suspensions wait for. The billing system's word, brought with an extract, and
//! an operator's, who takes back a moment that was wrong. Both are in the audit.

use chrono::{DateTime, SecondsFormat, Utc};
use serde_json::json;
use tokio_postgres::IsolationLevel;
use uuid::Uuid;

use crate::app::App;
use crate::db::Run;
use crate::error::ServerError;
use crate::{history, params};

/// An extract's payments are complete up to that moment, and at most up to now; an earlier one changes nothing.
pub async fn known(app: &App, org: Uuid, by: &str, until: DateTime<Utc>) -> Result<(), ServerError> {
    let until = until.min(app.now());
    put(
        app,
        org,
        by,
        until,
        "UPDATE org SET payments_until = $2 WHERE org_id = $1
      AND (payments_until IS NULL OR payments_until < $2)",
    )
    .await?;
    Ok(())
}

/// Puts it to that moment, later or earlier: what was released on the strength of a later one waits again when it is
/// to be handed out.
pub async fn set(app: &App, org: Uuid, by: &str, until: DateTime<Utc>) -> Result<(), ServerError> {
    if until > app.now() {
        return Err(ServerError::Invalid("payments can't be complete up to a moment that is still to come".to_owned()));
    }
    put(
        app,
        org,
        by,
        until,
        "UPDATE org SET payments_until = $2 WHERE org_id = $1 AND payments_until IS DISTINCT FROM $2",
    )
    .await?;
    Ok(())
}

async fn put(app: &App, org: Uuid, by: &str, until: DateTime<Utc>, sql: &str) -> Result<(), ServerError> {
    let mut conn = app.db.conn().await?;
    let tx = conn.begin(IsolationLevel::ReadCommitted).await?;
    // The history's head first, as everybody does who changes the organisation's row too.
    tx.row("SELECT 1 FROM history_head WHERE org_id = $1 FOR UPDATE", params![org]).await?;
    let before = tx
        .row("SELECT payments_until FROM org WHERE org_id = $1", params![org])
        .await?
        .and_then(|row| row.get::<_, Option<DateTime<Utc>>>(0));
    if tx.run(sql, params![org, until]).await? > 0 {
        let summary = format!("Payments are known up to {}", until.format("%Y-%m-%d %H:%M UTC"));
        let said = |at: DateTime<Utc>| at.to_rfc3339_opts(SecondsFormat::Millis, true);
        let detail = json!({ "until": said(until), "before": before.map(said) });
        history::append(&tx, org, &[history::entry(app.now(), by, "payments.known", summary, detail)]).await?;
    }
    tx.commit().await
}
