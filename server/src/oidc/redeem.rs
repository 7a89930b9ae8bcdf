//! The device comes with the code that its browser brought, its verifier and its key.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Utc};
use protocol::{EnrolResponse, OidcEnrolRequest, OidcProof, OidcSignInRequest, SignInWays, TokenResponse};
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use super::flow::{note, of_org};
use crate::app::App;
use crate::auth::{self, secrets};
use crate::db::{Conn, Run};
use crate::error::ServerError;
use crate::params;

/// How an organisation's users sign in. Says the same of an organisation that is not here as of one
/// without a provider.
#[must_use]
pub fn ways(app: &App, org: &str) -> SignInWays {
    match of_org(app, org) {
        Ok(provider) => SignInWays {
            password: !provider.config.only,
            provider: true,
            needs_code: !provider.config.enrol_without_code,
        },
        Err(_) => SignInWays { password: true, provider: false, needs_code: true },
    }
}

/// Takes the code, which is good once: whose it is, if the verifier is the one of the challenge.
/// A wrong one is kept in the history.
async fn redeem(app: &App, proof: &OidcProof) -> Result<(Uuid, Uuid), ServerError> {
    let org = secrets::org_of(&proof.code).ok_or(ServerError::WrongCredentials)?;
    let conn = app.db.conn().await?;
    let found = taken(&conn, org, proof, app.now()).await;
    if !matches!(found, Err(ServerError::WrongCredentials)) {
        return found;
    }
    let known = conn.row("SELECT 1 FROM org WHERE org_id = $1", params![org]).await?.is_some();
    drop(conn);
    if known {
        let text = "A sign-in code was brought that is unknown, used, expired or another device's".to_owned();
        note(app, org, "auth.failed", text).await?;
    }
    found
}

async fn taken(conn: &Conn, org: Uuid, proof: &OidcProof, now: DateTime<Utc>) -> Result<(Uuid, Uuid), ServerError> {
    let row = conn
        .row(
            "DELETE FROM oidc_code WHERE org_id = $1 AND code_hash = $2 AND expires_at > $3
             RETURNING user_id, device_challenge",
            params![org, secrets::hash(&proof.code), now],
        )
        .await?
        .ok_or(ServerError::WrongCredentials)?;
    let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(proof.verifier.as_bytes()));
    // RFC 7636: at least 43 characters, so that it can't be guessed from its hash.
    if proof.verifier.len() < 43 || challenge != row.get::<_, String>(1) {
        return Err(ServerError::WrongCredentials);
    }
    Ok((org, row.get(0)))
}

/// Makes a device of the user whom the provider named. Unless configured otherwise an administrator's
/// code for that user is needed too: it says that this computer is meant.
pub async fn enrol(app: &App, request: OidcEnrolRequest) -> Result<EnrolResponse, ServerError> {
    let (org, user) = redeem(app, &request.proof).await?;
    let conn = app.db.conn().await?;
    let row = conn.row("SELECT slug FROM org WHERE org_id = $1", params![org]).await?;
    let provider = of_org(app, row.ok_or(ServerError::WrongCredentials)?.get(0))?;
    drop(conn);
    if request.enrolment_code.is_none() && !provider.config.enrol_without_code {
        return Err(ServerError::Invalid("a new device needs an enrolment code from your administrator".to_owned()));
    }
    auth::enrol_proved(app, (org, user), &request).await
}

/// The user signs in again through the provider; a token comes with it.
pub async fn sign_in(app: &App, request: OidcSignInRequest) -> Result<TokenResponse, ServerError> {
    let who = redeem(app, &request.proof).await?;
    auth::sign_in_proved(app, who, &request.signed).await
}
