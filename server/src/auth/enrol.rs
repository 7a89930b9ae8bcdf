//! A device's first contact.

use chrono::{DateTime, TimeDelta, Utc};
use protocol::{DeviceId, EnrolRequest, EnrolResponse};
use serde_json::json;
use tokio_postgres::IsolationLevel;
use uuid::Uuid;

use super::{secrets, token};
use crate::app::App;
use crate::db::Run;
use crate::error::ServerError;
use crate::{history, params};

/// Makes a device of the code's user. The user's first enrolment sets the password, every later one
/// must know it; a code is good once, and a wrong password does not use it up.
pub async fn enrol(app: &App, request: EnrolRequest) -> Result<EnrolResponse, ServerError> {
    let (slug, code) = secrets::typed(&request.code).ok_or(ServerError::WrongCredentials)?;
    let key = token::public_key(&request.public_key)?;
    let name = request.device_name.trim();
    if name.is_empty() || name.chars().count() > 100 {
        return Err(ServerError::Invalid("give the device a name of at most 100 characters".to_owned()));
    }
    let mut conn = app.db.conn().await?;
    let now = app.now();
    let found = conn
        .row(
            "SELECT o.org_id, p.user_id, p.login, p.name, p.role, p.password, o.epoch
             FROM org o JOIN enrolment e ON e.org_id = o.org_id AND e.code_hash = $2
             JOIN person p ON p.org_id = e.org_id AND p.user_id = e.user_id
             WHERE o.slug = $1 AND e.used_at IS NULL AND e.expires_at > $3 AND p.disabled_at IS NULL",
            params![slug, secrets::hash(&code), now],
        )
        .await?
        .ok_or(ServerError::WrongCredentials)?;
    let (org, user): (Uuid, Uuid) = (found.get(0), found.get(1));
    let who: String = found.get(3);
    let stored: Option<String> = found.get(5);
    let new_password = match stored {
        Some(stored) => {
            token::must_know(app, &mut conn, (org, user, &who), request.password, stored).await?;
            None
        }
        None => Some(app.passwords.hash(request.password).await?),
    };
    let device = Uuid::now_v7();
    let tx = conn.begin(IsolationLevel::ReadCommitted).await?;
    let taken = tx
        .run(
            "UPDATE enrolment SET used_at = $3 WHERE org_id = $1 AND code_hash = $2 AND used_at IS NULL",
            params![org, secrets::hash(&code), now],
        )
        .await?;
    if taken == 0 {
        return Err(ServerError::WrongCredentials);
    }
    if let Some(password) = new_password {
        tx.run(
            "UPDATE person SET password = $3 WHERE org_id = $1 AND user_id = $2 AND password IS NULL",
            params![org, user, password],
        )
        .await?;
    }
    let added = tx
        .run(
            "INSERT INTO device (org_id, device_id, user_id, name, public_key, enrolled_at, signed_in_at)
             VALUES ($1, $2, $3, $4, $5, $6, $6) ON CONFLICT DO NOTHING",
            params![org, device, user, name, key.to_bytes().to_vec(), now],
        )
        .await?;
    if added == 0 {
        return Err(ServerError::Conflict("this key is enrolled already; make a new one".to_owned()));
    }
    let entry = history::entry(
        now,
        &who,
        "auth.enrolled",
        format!("{who} enrolled the device {name}"),
        json!({ "device": device }),
    );
    history::append(&tx, org, &[entry]).await?;
    tx.commit().await?;
    Ok(EnrolResponse {
        device: DeviceId(device),
        org: org.to_string(),
        login: found.get(2),
        name: who,
        role: found.get(4),
        epoch: u64::try_from(found.get::<_, i64>(6)).unwrap_or_default(),
        offline_until: offline_until(app, now),
    })
}

/// Up to when the device may stay away.
pub(super) fn offline_until(app: &App, now: DateTime<Utc>) -> DateTime<Utc> {
    now + TimeDelta::days(app.config.auth.offline_days)
}
