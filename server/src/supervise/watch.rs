//! Devices and how fresh they are; the audit.

use chrono::{DateTime, Utc};
use domain::history::Entry;
use serde::{Deserialize, Serialize};
use tokio_postgres::IsolationLevel;
use uuid::Uuid;

use crate::app::App;
use crate::auth::{Caller, Role};
use crate::db::Run;
use crate::error::ServerError;
use crate::history::{self, Filter};
use crate::params;

/// A device as listed.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct DeviceLine {
    /// Identity.
    pub device: Uuid,
    /// Name.
    pub name: String,
    /// Whose.
    pub login: String,
    /// Enrolled.
    pub enrolled_at: DateTime<Utc>,
    /// Last contact.
    pub seen_at: Option<DateTime<Utc>>,
    /// Transactions it has not fetched yet.
    pub behind: i64,
    /// Program.
    pub app_version: String,
    /// Its clock minus ours.
    pub clock_ahead_ms: i64,
    /// Commands that could not be decided.
    pub quarantined: i64,
    /// Access ended.
    pub revoked_at: Option<DateTime<Utc>>,
}

/// Every device, the longest silent first.
pub async fn devices(app: &App, caller: &Caller) -> Result<Vec<DeviceLine>, ServerError> {
    caller.must_be(&[Role::Supervisor, Role::Administrator, Role::Auditor])?;
    let conn = app.db.conn().await?;
    let rows = conn
        .rows(
            "SELECT d.device_id, d.name, p.login, d.enrolled_at, d.seen_at, greatest(o.seq - d.cursor_seq, 0),
               d.app_version, d.clock_ahead_ms, (SELECT count(*) FROM command c WHERE c.org_id = d.org_id
               AND c.device_id = d.device_id AND c.outcome = 'quarantined'), d.revoked_at
             FROM device d JOIN person p USING (org_id, user_id) JOIN org o USING (org_id)
             WHERE d.org_id = $1 ORDER BY d.seen_at NULLS FIRST, d.device_id",
            params![caller.org],
        )
        .await?;
    Ok(rows
        .iter()
        .map(|row| DeviceLine {
            device: row.get(0),
            name: row.get(1),
            login: row.get(2),
            enrolled_at: row.get(3),
            seen_at: row.get(4),
            behind: row.get(5),
            app_version: row.get(6),
            clock_ahead_ms: row.get(7),
            quarantined: row.get(8),
            revoked_at: row.get(9),
        })
        .collect())
}

/// A line of the audit.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct AuditLine {
    /// Its number in the chain.
    pub nr: i64,
    /// The entry.
    pub entry: Entry,
}

/// The audit, newest first, a page at a time.
pub async fn audit(app: &App, caller: &Caller, filter: &Filter) -> Result<Vec<AuditLine>, ServerError> {
    caller.must_be(&[Role::Supervisor, Role::Auditor])?;
    let conn = app.db.conn().await?;
    let lines = history::list(&conn, caller.org, filter).await?;
    Ok(lines.into_iter().map(|(nr, entry)| AuditLine { nr, entry }).collect())
}

/// Recomputes the chain in one view; how many entries it has.
pub async fn verify(app: &App, caller: &Caller) -> Result<i64, ServerError> {
    caller.must_be(&[Role::Supervisor, Role::Auditor])?;
    let mut conn = app.db.conn().await?;
    let tx = conn.begin(IsolationLevel::RepeatableRead).await?;
    history::verify(&tx, caller.org).await
}
