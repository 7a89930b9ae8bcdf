//! Short tokens, given to who can sign with the device's key; and the user's own sign-in.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, TimeDelta, Utc};
use ed25519_dalek::{Signature, VerifyingKey};
use protocol::{ChallengeRequest, ChallengeResponse, SignInRequest, SignedChallenge, TokenResponse, challenge_text};
use serde_json::json;
use tokio_postgres::IsolationLevel;
use uuid::Uuid;

use super::enrol::offline_until;
use super::{must_be_signed_in, secrets};
use crate::app::App;
use crate::db::{Conn, Run, Tx};
use crate::error::ServerError;
use crate::{history, params};

const CHALLENGE_SECONDS: i64 = 120;

/// A device's public key from its text: base64url without padding.
pub(super) fn public_key(text: &str) -> Result<VerifyingKey, ServerError> {
    let wrong = || ServerError::Invalid("the public key is not an Ed25519 key".to_owned());
    let bytes: [u8; 32] =
        URL_SAFE_NO_PAD.decode(text).ok().and_then(|bytes| bytes.try_into().ok()).ok_or_else(wrong)?;
    let key = VerifyingKey::from_bytes(&bytes).map_err(|_| wrong())?;
    // A key of small order would make any signature good.
    if key.is_weak() { Err(wrong()) } else { Ok(key) }
}

/// Something to sign. Unknown devices get one too: nothing is told by it.
pub async fn challenge(app: &App, request: &ChallengeRequest) -> Result<ChallengeResponse, ServerError> {
    let org: Uuid = request.org.parse().map_err(|_| ServerError::WrongCredentials)?;
    let nonce = secrets::token(org)?;
    let now = app.now();
    let conn = app.db.conn().await?;
    conn.run("DELETE FROM challenge WHERE org_id = $1 AND expires_at < $2", params![org, now]).await?;
    conn.run(
        "INSERT INTO challenge (org_id, nonce_hash, device_id, expires_at)
         SELECT org_id, $3, device_id, $4 FROM device WHERE org_id = $1 AND device_id = $2",
        params![org, request.device.0, secrets::hash(&nonce), now + TimeDelta::seconds(CHALLENGE_SECONDS)],
    )
    .await?;
    Ok(ChallengeResponse { nonce })
}

/// A device that proved to hold its key.
struct Proved {
    org: Uuid,
    device: Uuid,
    device_name: String,
    user: Uuid,
    name: String,
    role: String,
    password: Option<String>,
    signed_in_at: DateTime<Utc>,
}

/// Takes the challenge, which is good once, and checks the signature. A revoked device hears that it
/// is, once it has proved to be the one.
async fn prove(tx: &Tx<'_>, signed: &SignedChallenge, now: DateTime<Utc>) -> Result<Proved, ServerError> {
    let org = secrets::org_of(&signed.nonce).ok_or(ServerError::WrongCredentials)?;
    let row = tx
        .row(
            "WITH taken AS (DELETE FROM challenge WHERE org_id = $1 AND nonce_hash = $2 AND device_id = $3
                AND expires_at > $4 RETURNING org_id, device_id)
             SELECT d.public_key, d.revoked_at IS NOT NULL, coalesce(d.revoked_why, ''), d.name, d.signed_in_at,
               p.user_id, p.name, p.role, p.password, p.disabled_at IS NOT NULL
             FROM taken JOIN device d USING (org_id, device_id)
             JOIN person p ON p.org_id = d.org_id AND p.user_id = d.user_id",
            params![org, secrets::hash(&signed.nonce), signed.device.0, now],
        )
        .await?
        .ok_or(ServerError::WrongCredentials)?;
    let key: [u8; 32] = row.get::<_, Vec<u8>>(0).try_into().map_err(|_| ServerError::WrongCredentials)?;
    let key = VerifyingKey::from_bytes(&key).map_err(|_| ServerError::WrongCredentials)?;
    let signature: [u8; 64] = URL_SAFE_NO_PAD
        .decode(&signed.signature)
        .ok()
        .and_then(|bytes| bytes.try_into().ok())
        .ok_or(ServerError::WrongCredentials)?;
    key.verify_strict(challenge_text(signed.device, &signed.nonce).as_bytes(), &Signature::from_bytes(&signature))
        .map_err(|_| ServerError::WrongCredentials)?;
    if row.get(1) {
        return Err(ServerError::Revoked(row.get(2)));
    }
    if row.get(9) {
        return Err(ServerError::Revoked("the user's access ended".to_owned()));
    }
    Ok(Proved {
        org,
        device: signed.device.0,
        device_name: row.get(3),
        user: row.get(5),
        name: row.get(6),
        role: row.get(7),
        password: row.get(8),
        signed_in_at: row.get(4),
    })
}

/// A token for a device whose user signed in lately.
pub async fn token(app: &App, signed: &SignedChallenge) -> Result<TokenResponse, ServerError> {
    let mut conn = app.db.conn().await?;
    let now = app.now();
    let tx = conn.begin(IsolationLevel::ReadCommitted).await?;
    let proved = match prove(&tx, signed, now).await {
        Ok(proved) => proved,
        Err(error) => return failed(app, tx, signed, error).await,
    };
    must_be_signed_in(app, proved.signed_in_at)?;
    let response = give(app, &tx, &proved, now).await?;
    tx.commit().await?;
    Ok(response)
}

/// The user signs in again with the password; a token comes with it.
pub async fn sign_in(app: &App, request: SignInRequest) -> Result<TokenResponse, ServerError> {
    let mut conn = app.db.conn().await?;
    let now = app.now();
    let tx = conn.begin(IsolationLevel::ReadCommitted).await?;
    let proved = match prove(&tx, &request.signed, now).await {
        Ok(proved) => proved,
        Err(error) => return failed(app, tx, &request.signed, error).await,
    };
    tx.commit().await?;
    if !password_counts(app, &conn, proved.org).await? {
        return Err(ServerError::Invalid("this organisation signs in through its own provider".to_owned()));
    }
    let stored = proved.password.clone().ok_or(ServerError::WrongCredentials)?;
    must_know(app, &mut conn, (proved.org, proved.user, &proved.name), request.password, stored).await?;
    signed_in(app, &mut conn, &proved, "").await
}

/// The same for a user whom the organisation's provider named: must be the device's.
pub async fn sign_in_proved(
    app: &App,
    who: (Uuid, Uuid),
    signed: &SignedChallenge,
) -> Result<TokenResponse, ServerError> {
    let mut conn = app.db.conn().await?;
    let tx = conn.begin(IsolationLevel::ReadCommitted).await?;
    let proved = match prove(&tx, signed, app.now()).await {
        Ok(proved) if (proved.org, proved.user) == who => proved,
        Ok(_) => return failed(app, tx, signed, ServerError::WrongCredentials).await,
        Err(error) => return failed(app, tx, signed, error).await,
    };
    tx.commit().await?;
    signed_in(app, &mut conn, &proved, " through the provider").await
}

async fn password_counts(app: &App, conn: &Conn, org: Uuid) -> Result<bool, ServerError> {
    let row = conn.row("SELECT slug FROM org WHERE org_id = $1", params![org]).await?;
    Ok(row.is_some_and(|row| crate::oidc::ways(app, row.get(0)).password))
}

async fn signed_in(app: &App, conn: &mut Conn, proved: &Proved, how: &str) -> Result<TokenResponse, ServerError> {
    let now = app.now();
    let tx = conn.begin(IsolationLevel::ReadCommitted).await?;
    tx.run(
        "UPDATE device SET signed_in_at = $3 WHERE org_id = $1 AND device_id = $2",
        params![proved.org, proved.device, now],
    )
    .await?;
    let summary = format!("{} signed in on {}{how}", proved.name, proved.device_name);
    let entry = history::entry(now, &proved.name, "auth.signed_in", summary, json!({ "device": proved.device }));
    history::append(&tx, proved.org, &[entry]).await?;
    let response = give(app, &tx, proved, now).await?;
    tx.commit().await?;
    Ok(response)
}

/// Keeps a refused attempt of a known device in the history; the challenge stays used up.
async fn failed(
    app: &App,
    tx: Tx<'_>,
    signed: &SignedChallenge,
    error: ServerError,
) -> Result<TokenResponse, ServerError> {
    let org = secrets::org_of(&signed.nonce);
    if let (Some(org), ServerError::WrongCredentials | ServerError::Revoked(_)) = (org, &error) {
        let known = tx
            .row("SELECT name FROM device WHERE org_id = $1 AND device_id = $2", params![org, signed.device.0])
            .await?;
        if let Some(known) = known {
            let name: String = known.get(0);
            let entry = history::entry(
                app.now(),
                &name,
                "auth.failed",
                format!("The device {name} was refused: {error}"),
                json!({ "device": signed.device }),
            );
            history::append(&tx, org, &[entry]).await?;
            tx.commit().await?;
        }
    }
    Err(error)
}

async fn give(app: &App, tx: &Tx<'_>, proved: &Proved, now: DateTime<Utc>) -> Result<TokenResponse, ServerError> {
    let token = secrets::token(proved.org)?;
    let expires_at = now + TimeDelta::minutes(app.config.auth.token_minutes);
    tx.run(
        "DELETE FROM session WHERE org_id = $1 AND device_id = $2 AND expires_at <= $3",
        params![proved.org, proved.device, now],
    )
    .await?;
    tx.run(
        "INSERT INTO session (org_id, token_hash, device_id, expires_at) VALUES ($1, $2, $3, $4)",
        params![proved.org, secrets::hash(&token), proved.device, expires_at],
    )
    .await?;
    tx.run(
        "UPDATE device SET seen_at = $3 WHERE org_id = $1 AND device_id = $2",
        params![proved.org, proved.device, now],
    )
    .await?;
    let entry = history::entry(
        now,
        &proved.name,
        "auth.token",
        format!("A token for {} on {}", proved.name, proved.device_name),
        json!({ "device": proved.device }),
    );
    history::append(tx, proved.org, &[entry]).await?;
    Ok(TokenResponse {
        token,
        expires_at,
        server_time: now,
        offline_until: offline_until(app, now),
        name: proved.name.clone(),
        role: proved.role.clone(),
    })
}

/// Checks a password; counts the wrong ones and locks the user after too many. In a transaction of
/// its own, so that a failure is kept whatever becomes of the request.
pub(super) async fn must_know(
    app: &App,
    conn: &mut Conn,
    (org, user, name): (Uuid, Uuid, &str),
    password: String,
    stored: String,
) -> Result<(), ServerError> {
    let now = app.now();
    // Counted before it is checked: many attempts at once can't all see the same low count.
    let tx = conn.begin(IsolationLevel::ReadCommitted).await?;
    let row = tx
        .row(
            "SELECT failures, locked_until FROM person WHERE org_id = $1 AND user_id = $2 FOR UPDATE",
            params![org, user],
        )
        .await?
        .ok_or(ServerError::WrongCredentials)?;
    if let Some(until) = row.get::<_, Option<DateTime<Utc>>>(1).filter(|until| *until > now) {
        let summary = format!("A password was given for {name}, who is locked");
        let entry = history::entry(now, name, "auth.failed", summary, json!({ "user": user }));
        history::append(&tx, org, &[entry]).await?;
        tx.commit().await?;
        return Err(ServerError::Locked((until - now).num_minutes() + 1));
    }
    let failures = row.get::<_, i32>(0) + 1;
    let lock = (failures >= app.config.auth.lock_after).then(|| now + TimeDelta::minutes(app.config.auth.lock_minutes));
    tx.run(
        "UPDATE person SET failures = CASE WHEN $4::timestamptz IS NULL THEN $3 ELSE 0 END, locked_until = $4
         WHERE org_id = $1 AND user_id = $2",
        params![org, user, failures, lock],
    )
    .await?;
    tx.commit().await?;
    let right = app.passwords.verify(password, stored).await?;
    let tx = conn.begin(IsolationLevel::ReadCommitted).await?;
    if right {
        tx.run(
            "UPDATE person SET failures = 0, locked_until = NULL WHERE org_id = $1 AND user_id = $2",
            params![org, user],
        )
        .await?;
        tx.commit().await?;
        return Ok(());
    }
    let (kind, summary) = match lock {
        Some(_) => ("auth.locked", format!("{name} is locked after {failures} wrong passwords")),
        None => ("auth.failed", format!("A wrong password for {name}")),
    };
    history::append(&tx, org, &[history::entry(now, name, kind, summary, json!({ "user": user }))]).await?;
    tx.commit().await?;
    Err(if lock.is_some() { ServerError::Locked(app.config.auth.lock_minutes) } else { ServerError::WrongCredentials })
}
