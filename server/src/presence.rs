//! Who else works an account now: a colleague's open window, so that two don't call one customer in
//! the same minute. A hint for people and nothing else: no decision looks at it, and it is in no
//! history.

use chrono::TimeDelta;
use domain::ids::{AccountId, StableId};
use protocol::{PresenceRequest, PresenceResponse, Present};
use tokio_postgres::IsolationLevel;

use crate::app::App;
use crate::auth::Caller;
use crate::db::Run;
use crate::error::ServerError;
use crate::params;

/// What was not said again for so long counts no more.
const FRESH: TimeDelta = TimeDelta::seconds(60);

/// Accounts that one device has open at most.
const OPEN: usize = 20;

/// Keeps what the device has open, and tells who else has which of the user's accounts open.
pub async fn tell(app: &App, caller: &Caller, request: &PresenceRequest) -> Result<PresenceResponse, ServerError> {
    caller.actor()?;
    if request.open.len() > OPEN {
        return Err(ServerError::Invalid(format!("a device has at most {OPEN} accounts open")));
    }
    let now = app.now();
    let open: Vec<i64> = request.open.iter().map(|account| account.0.0).collect();
    let ids: Vec<String> = request.open.iter().map(ToString::to_string).collect();
    let mut conn = app.db.conn().await?;
    let tx = conn.begin(IsolationLevel::ReadCommitted).await?;
    tx.run(
        "DELETE FROM presence WHERE org_id = $1 AND (device_id = $2 AND NOT (account = ANY($3)) OR said_at < $4)",
        params![caller.org, caller.device.0, open, now - FRESH],
    )
    .await?;
    // Only of customers that the user works: nobody shows up on another's accounts.
    tx.run(
        "INSERT INTO presence (org_id, device_id, account, customer, since, said_at)
         SELECT r.org_id, $2, g.account, r.customer, $5, $5 FROM unnest($3::bigint[], $6::text[]) AS g (account, id)
         JOIN record r ON r.org_id = $1 AND r.tbl = 40 AND r.id = g.id
         JOIN assignment a ON a.org_id = r.org_id AND a.customer = r.customer AND a.user_id = $4
         ON CONFLICT (org_id, device_id, account) DO UPDATE SET said_at = excluded.said_at",
        params![caller.org, caller.device.0, open, caller.user, now, ids],
    )
    .await?;
    let rows = tx
        .rows(
            "SELECT p.account, w.name, min(p.since) FROM presence p
             JOIN device d ON d.org_id = p.org_id AND d.device_id = p.device_id AND d.revoked_at IS NULL
             JOIN person w ON w.org_id = d.org_id AND w.user_id = d.user_id
             JOIN assignment a ON a.org_id = p.org_id AND a.customer = p.customer AND a.user_id = $2
             WHERE p.org_id = $1 AND w.user_id <> $2 AND p.said_at >= $3
             GROUP BY p.account, w.name ORDER BY p.account, w.name",
            params![caller.org, caller.user, now - FRESH],
        )
        .await?;
    tx.commit().await?;
    let others = rows
        .iter()
        .map(|row| Present { account: AccountId(StableId(row.get(0))), name: row.get(1), since: row.get(2) })
        .collect();
    Ok(PresenceResponse { others })
}
