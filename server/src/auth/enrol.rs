//! A device's first contact.

use chrono::{DateTime, TimeDelta, Utc};
use ed25519_dalek::VerifyingKey;
use protocol::{DeviceId, EnrolRequest, EnrolResponse, OidcEnrolRequest};
use serde_json::json;
use tokio_postgres::IsolationLevel;
use uuid::Uuid;

use super::{secrets, token};
use crate::app::App;
use crate::db::{Conn, Run};
use crate::error::ServerError;
use crate::{history, params};

/// Who a device is made for.
struct Newcomer {
    org: Uuid,
    user: Uuid,
    login: String,
    name: String,
    role: String,
    epoch: i64,
    password: Option<String>,
}

/// Makes a device of the code's user. The user's first enrolment sets the password, every later one
/// must know it; a code is good once, and a wrong password does not use it up.
pub async fn enrol(app: &App, request: EnrolRequest) -> Result<EnrolResponse, ServerError> {
    let (slug, code) = secrets::typed(&request.code).ok_or(ServerError::WrongCredentials)?;
    if !crate::oidc::ways(app, &slug).password {
        return Err(ServerError::Invalid("this organisation signs in through its own provider".to_owned()));
    }
    let device = NewDevice::of(&request.public_key, &request.device_name)?;
    let mut conn = app.db.conn().await?;
    let who = match of_code(&conn, &slug, &code, app.now()).await {
        Err(ServerError::WrongCredentials) => return Err(wrong_code(app, &mut conn, &slug).await),
        found => found?,
    };
    let new_password = match who.password.clone() {
        Some(stored) => {
            token::must_know(app, &mut conn, (who.org, who.user, &who.name), request.password, stored).await?;
            None
        }
        None => Some(app.passwords.hash(request.password).await?),
    };
    make(app, &mut conn, who, &device, Some(&code), new_password).await
}

/// The same for a user whom the organisation's provider named.
pub async fn enrol_proved(
    app: &App,
    (org, user): (Uuid, Uuid),
    request: &OidcEnrolRequest,
) -> Result<EnrolResponse, ServerError> {
    let device = NewDevice::of(&request.public_key, &request.device_name)?;
    let mut conn = app.db.conn().await?;
    let code = match &request.enrolment_code {
        None => None,
        Some(typed) => Some(secrets::typed(typed).ok_or(ServerError::WrongCredentials)?),
    };
    let who = match &code {
        Some((slug, code)) => match of_code(&conn, slug, code, app.now()).await {
            Err(ServerError::WrongCredentials) => return Err(wrong_code(app, &mut conn, slug).await),
            found => found?,
        },
        None => of_user(&conn, org, user).await?,
    };
    if (who.org, who.user) != (org, user) {
        return Err(ServerError::WrongCredentials);
    }
    make(app, &mut conn, who, &device, code.as_ref().map(|(_, code)| code.as_str()), None).await
}

/// A device to be.
struct NewDevice {
    key: VerifyingKey,
    name: String,
}

impl NewDevice {
    fn of(key: &str, name: &str) -> Result<Self, ServerError> {
        let key = token::public_key(key)?;
        let name = name.trim();
        if name.is_empty() || name.chars().count() > 100 {
            return Err(ServerError::Invalid("give the device a name of at most 100 characters".to_owned()));
        }
        Ok(Self { key, name: name.to_owned() })
    }
}

fn newcomer(row: &tokio_postgres::Row) -> Newcomer {
    Newcomer {
        org: row.get(0),
        user: row.get(1),
        login: row.get(2),
        name: row.get(3),
        role: row.get(4),
        password: row.get(5),
        epoch: row.get(6),
    }
}

async fn of_code(conn: &Conn, slug: &str, code: &str, now: DateTime<Utc>) -> Result<Newcomer, ServerError> {
    let row = conn
        .row(
            "SELECT o.org_id, p.user_id, p.login, p.name, p.role, p.password, o.epoch
             FROM org o JOIN enrolment e ON e.org_id = o.org_id AND e.code_hash = $2
             JOIN person p ON p.org_id = e.org_id AND p.user_id = e.user_id
             WHERE o.slug = $1 AND e.used_at IS NULL AND e.expires_at > $3 AND p.disabled_at IS NULL",
            params![slug, secrets::hash(code), now],
        )
        .await?;
    row.as_ref().map(newcomer).ok_or(ServerError::WrongCredentials)
}

/// Keeps the attempt in the history of the organisation it named, if there is one.
async fn wrong_code(app: &App, conn: &mut Conn, slug: &str) -> ServerError {
    let kept = async {
        let Some(org) = conn.row("SELECT org_id FROM org WHERE slug = $1", params![slug]).await? else {
            return Ok::<_, ServerError>(());
        };
        let text = "An enrolment code was tried that is unknown, used or expired";
        history::note(conn, org.get(0), history::entry(app.now(), "server", "auth.failed", text, json!({}))).await
    };
    match kept.await {
        Ok(()) => ServerError::WrongCredentials,
        Err(error) => error,
    }
}

async fn of_user(conn: &Conn, org: Uuid, user: Uuid) -> Result<Newcomer, ServerError> {
    let row = conn
        .row(
            "SELECT o.org_id, p.user_id, p.login, p.name, p.role, p.password, o.epoch
             FROM org o JOIN person p USING (org_id) WHERE o.org_id = $1 AND p.user_id = $2 AND p.disabled_at IS NULL",
            params![org, user],
        )
        .await?;
    row.as_ref().map(newcomer).ok_or(ServerError::WrongCredentials)
}

async fn make(
    app: &App,
    conn: &mut Conn,
    who: Newcomer,
    new: &NewDevice,
    code: Option<&str>,
    password: Option<String>,
) -> Result<EnrolResponse, ServerError> {
    let now = app.now();
    let device = Uuid::now_v7();
    let tx = conn.begin(IsolationLevel::ReadCommitted).await?;
    if let Some(code) = code {
        let taken = tx
            .run(
                "UPDATE enrolment SET used_at = $3 WHERE org_id = $1 AND code_hash = $2 AND used_at IS NULL",
                params![who.org, secrets::hash(code), now],
            )
            .await?;
        if taken == 0 {
            return Err(ServerError::WrongCredentials);
        }
    }
    if let Some(password) = password {
        tx.run(
            "UPDATE person SET password = $3 WHERE org_id = $1 AND user_id = $2 AND password IS NULL",
            params![who.org, who.user, password],
        )
        .await?;
    }
    let added = tx
        .run(
            "INSERT INTO device (org_id, device_id, user_id, name, public_key, enrolled_at, signed_in_at)
             VALUES ($1, $2, $3, $4, $5, $6, $6) ON CONFLICT DO NOTHING",
            params![who.org, device, who.user, new.name, new.key.to_bytes().to_vec(), now],
        )
        .await?;
    if added == 0 {
        return Err(ServerError::Conflict("this key is enrolled already; make a new one".to_owned()));
    }
    let summary = format!("{} enrolled the device {}", who.name, new.name);
    let entry = history::entry(now, &who.name, "auth.enrolled", summary, json!({ "device": device }));
    history::append(&tx, who.org, &[entry]).await?;
    tx.commit().await?;
    Ok(EnrolResponse {
        device: DeviceId(device),
        org: who.org.to_string(),
        login: who.login,
        name: who.name,
        role: who.role,
        epoch: u64::try_from(who.epoch).unwrap_or_default(),
        offline_until: offline_until(app, now),
    })
}

/// Up to when the device may stay away.
pub(super) fn offline_until(app: &App, now: DateTime<Utc>) -> DateTime<Utc> {
    now + TimeDelta::days(app.config.auth.offline_days)
}
