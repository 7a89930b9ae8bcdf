//! The browser's way: to the provider and back to the device's loopback port.

use std::sync::Arc;

use chrono::TimeDelta;
use serde::Deserialize;
use serde_json::json;
use tokio_postgres::IsolationLevel;
use uuid::Uuid;

use super::provider::{Identity, Provider};
use crate::app::App;
use crate::auth::secrets;
use crate::db::Run;
use crate::error::ServerError;
use crate::{history, params};

/// How long a person may take at the provider's.
const LOGIN: TimeDelta = TimeDelta::minutes(10);
/// How long the device may take to come for its token.
const CODE: TimeDelta = TimeDelta::minutes(2);
/// Longest state of a device.
const STATE: usize = 200;

/// What Dunlin opens the browser with.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Start {
    /// The organisation's short name.
    pub org: String,
    /// SHA-256 of the device's verifier, base64url without padding (PKCE S256).
    pub challenge: String,
    /// Where the device listens: `http://127.0.0.1:PORT/...`, for this one answer.
    pub redirect: String,
    /// Comes back to the device as it is.
    pub state: String,
}

/// What the provider sends the browser back with.
#[derive(Clone, Debug, Deserialize)]
pub struct Answer {
    /// Which sign-in.
    pub state: String,
    /// For the token.
    #[serde(default)]
    pub code: Option<String>,
    /// Or why there is none: `access_denied`.
    #[serde(default)]
    pub error: Option<String>,
}

/// The device's loopback address, and nothing else: a code must not leave the machine.
fn loopback(redirect: &str) -> Result<url::Url, ServerError> {
    let wrong = || ServerError::Invalid("the answer goes to http://127.0.0.1:PORT on the same computer".to_owned());
    let url = url::Url::parse(redirect).map_err(|_| wrong())?;
    let here = matches!(url.host_str(), Some("127.0.0.1" | "[::1]"));
    let plain = url.scheme() == "http" && url.username().is_empty() && url.password().is_none();
    let fits = here && plain && url.port().is_some() && url.query().is_none() && url.fragment().is_none();
    if fits { Ok(url) } else { Err(wrong()) }
}

pub(super) fn of_org(app: &App, org: &str) -> Result<Arc<Provider>, ServerError> {
    let slug = org.trim().to_lowercase();
    app.providers
        .iter()
        .find(|provider| provider.config.org == slug)
        .cloned()
        .ok_or(ServerError::Missing("sign-in provider"))
}

/// Remembers the sign-in; where the browser goes, and the cookie it keeps.
pub async fn start(app: &App, start: Start) -> Result<(String, String), ServerError> {
    let redirect = loopback(&start.redirect)?;
    let well_formed = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    if start.challenge.len() != 43 || !start.challenge.bytes().all(well_formed) || start.state.len() > STATE {
        return Err(ServerError::Invalid("the challenge or the state is not as it should be".to_owned()));
    }
    let provider = of_org(app, &start.org)?;
    let org = crate::auth::org_by_slug(app, &provider.config.org).await?;
    let (state, cookie) = (secrets::token(org)?, secrets::token(org)?);
    let asked = {
        let state = state.clone();
        tokio::task::spawn_blocking(move || provider.ask(state)).await.map_err(broken)??
    };
    let now = app.now();
    let conn = app.db.conn().await?;
    conn.run("DELETE FROM oidc_login WHERE org_id = $1 AND expires_at < $2", params![org, now]).await?;
    conn.run("DELETE FROM oidc_code WHERE org_id = $1 AND expires_at < $2", params![org, now]).await?;
    conn.run(
        "INSERT INTO oidc_login (org_id, state_hash, cookie_hash, nonce, verifier, device_challenge, redirect,
           device_state, expires_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        params![
            org,
            secrets::hash(&state),
            secrets::hash(&cookie),
            asked.nonce,
            asked.verifier,
            start.challenge,
            redirect.to_string(),
            start.state,
            now + LOGIN
        ],
    )
    .await?;
    Ok((asked.url, cookie))
}

#[expect(clippy::needless_pass_by_value, reason = "it is the argument of map_err")]
fn broken(error: tokio::task::JoinError) -> ServerError {
    ServerError::Unavailable(error.to_string())
}

/// A sign-in under way.
struct Login {
    org: Uuid,
    nonce: String,
    verifier: String,
    device_challenge: String,
    redirect: url::Url,
    device_state: String,
}

/// Takes the sign-in, which is good once and in the same browser only.
async fn take(app: &App, state: &str, cookie: Option<&str>) -> Result<Login, ServerError> {
    let again = || ServerError::Invalid("this sign-in has run out; begin again in Dunlin".to_owned());
    let org = secrets::org_of(state).ok_or_else(again)?;
    let conn = app.db.conn().await?;
    let row = conn
        .row(
            "DELETE FROM oidc_login WHERE org_id = $1 AND state_hash = $2 AND cookie_hash = $3 AND expires_at > $4
             RETURNING nonce, verifier, device_challenge, redirect, device_state",
            params![org, secrets::hash(state), secrets::hash(cookie.unwrap_or_default()), app.now()],
        )
        .await?
        .ok_or_else(again)?;
    let redirect = loopback(row.get(3))?;
    Ok(Login {
        org,
        nonce: row.get(0),
        verifier: row.get(1),
        device_challenge: row.get(2),
        redirect,
        device_state: row.get(4),
    })
}

/// Back from the provider: where the browser goes now, which is the device's loopback port with a
/// one-time code, or with why there is none.
pub async fn callback(app: &App, answer: Answer, cookie: Option<&str>) -> Result<String, ServerError> {
    let login = take(app, &answer.state, cookie).await?;
    let mut back = login.redirect.clone();
    let state = login.device_state.clone();
    let (name, value) = match finish(app, login, answer).await {
        Ok(code) => ("code", code),
        Err(error) => {
            tracing::warn!(%error, "a sign-in through the provider failed");
            let why = match error {
                ServerError::Forbidden(_) => "unknown_user",
                ServerError::WrongCredentials => "access_denied",
                _ => "server_error",
            };
            ("error", why.to_owned())
        }
    };
    back.query_pairs_mut().append_pair(name, &value).append_pair("state", &state);
    Ok(back.to_string())
}

async fn finish(app: &App, login: Login, answer: Answer) -> Result<String, ServerError> {
    let conn = app.db.conn().await?;
    let row = conn.row("SELECT slug FROM org WHERE org_id = $1", params![login.org]).await?;
    let slug: String = row.ok_or(ServerError::Missing("organisation"))?.get(0);
    drop(conn);
    let provider = of_org(app, &slug)?;
    let code = answer.code.ok_or(ServerError::WrongCredentials);
    let now = app.now();
    let found = match code {
        Err(error) => Err(error),
        Ok(code) => {
            let provider = provider.clone();
            tokio::task::spawn_blocking(move || provider.redeem(code, login.verifier, login.nonce, now))
                .await
                .map_err(broken)?
        }
    };
    match found {
        Ok(identity) => give_code(app, login.org, &provider.config.issuer, &identity, login.device_challenge).await,
        Err(error) => {
            let text = format!("A sign-in through {} failed: {error}", provider.config.issuer);
            note(app, login.org, "auth.failed", text).await?;
            Err(error)
        }
    }
}

pub(super) async fn note(app: &App, org: Uuid, kind: &str, text: String) -> Result<(), ServerError> {
    let mut conn = app.db.conn().await?;
    history::note(&mut conn, org, history::entry(app.now(), "server", kind, text, json!({}))).await
}

/// Finds the user, by the provider's subject or for the first time by the verified address, and makes
/// the device's one-time code.
async fn give_code(
    app: &App,
    org: Uuid,
    issuer: &str,
    identity: &Identity,
    challenge: String,
) -> Result<String, ServerError> {
    let now = app.now();
    let mut conn = app.db.conn().await?;
    let tx = conn.begin(IsolationLevel::ReadCommitted).await?;
    let linked = tx
        .row(
            "SELECT p.user_id FROM identity i JOIN person p USING (org_id, user_id)
             WHERE i.org_id = $1 AND i.issuer = $2 AND i.subject = $3 AND p.disabled_at IS NULL",
            params![org, issuer, identity.subject],
        )
        .await?
        .map(|row| row.get::<_, Uuid>(0));
    #[expect(clippy::single_match_else, reason = "both arms give the user")]
    let user = match linked {
        Some(user) => user,
        None => {
            // An address that belongs to a user who is linked to another subject already was given to
            // somebody new: an administrator must look.
            let found = tx
                .row(
                    "SELECT p.user_id, p.name FROM person p WHERE p.org_id = $1 AND p.email = $2
                       AND p.disabled_at IS NULL AND NOT EXISTS (SELECT 1 FROM identity i WHERE i.org_id = p.org_id
                       AND i.user_id = p.user_id AND i.issuer = $3) FOR UPDATE",
                    params![org, identity.email, issuer],
                )
                .await?;
            let Some(row) = found else {
                drop(tx);
                let text = format!("{issuer} signed in {}, whom no user here is linked to", identity.subject);
                note(app, org, "auth.failed", text).await?;
                return Err(ServerError::Forbidden("an unknown user"));
            };
            let (user, name): (Uuid, String) = (row.get(0), row.get(1));
            link(&tx, (org, user), issuer, &identity.subject, now).await?;
            let summary = format!("{name} was linked to {} of {issuer}, by the address", identity.subject);
            let entry = history::entry(now, &name, "auth.linked", summary, json!({ "user": user }));
            history::append(&tx, org, &[entry]).await?;
            user
        }
    };
    let code = secrets::token(org)?;
    tx.run(
        "INSERT INTO oidc_code (org_id, code_hash, user_id, device_challenge, expires_at) VALUES ($1, $2, $3, $4, $5)",
        params![org, secrets::hash(&code), user, challenge, now + CODE],
    )
    .await?;
    tx.commit().await?;
    Ok(code)
}

/// Links a user to a subject.
pub(super) async fn link(
    db: &(impl Run + Sync),
    (org, user): (Uuid, Uuid),
    issuer: &str,
    subject: &str,
    now: chrono::DateTime<chrono::Utc>,
) -> Result<(), ServerError> {
    db.run(
        "INSERT INTO identity (org_id, issuer, subject, user_id, linked_at) VALUES ($1, $2, $3, $4, $5)",
        params![org, issuer, subject, user, now],
    )
    .await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_goes_to_this_computer_and_nowhere_else() {
        assert!(loopback("http://127.0.0.1:49152/signed-in").is_ok());
        assert!(loopback("http://[::1]:49152/").is_ok());
        for elsewhere in [
            "https://127.0.0.1:49152/",
            "http://localhost:49152/",
            "http://127.0.0.1/",
            "http://127.0.0.1:1@example.com:2/",
            "http://127.0.0.1.example.com:49152/",
            "http://user@127.0.0.1:49152/",
            "http://127.0.0.1:49152/?x=1",
            "dunlin://127.0.0.1:1/",
            "",
        ] {
            assert!(loopback(elsewhere).is_err(), "{elsewhere}");
        }
    }
}
