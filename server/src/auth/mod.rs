//! Who speaks: organisation, user, device and role come from the token, never from a body.
//!
//! An administrator gives out a one-time code; a device enrols with it, its new Ed25519 key and the
//! user's password; from then on the device signs a challenge for each short token. The user signs
//! in again from time to time. Every attempt, good or bad, is in the history.

mod enrol;
mod limit;
mod password;
mod people;
pub(crate) mod secrets;
mod token;

use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;
use chrono::{DateTime, TimeDelta, Utc};
use domain::decide::Actor;
use protocol::DeviceId;
use uuid::Uuid;

pub use self::enrol::{enrol, enrol_proved};
pub use self::limit::Limits;
pub use self::password::{Passwords, SHORTEST};
pub use self::people::{
    NewPerson, Person, add_org, add_person, disable, link, new_code, new_password, org_by_slug, people, revoke,
};
pub use self::token::{challenge, sign_in, sign_in_proved, token};
use crate::app::App;
use crate::db::Run;
use crate::error::ServerError;
use crate::params;

/// What a user may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Works the accounts assigned to them.
    Specialist,
    /// Assigns, approves, publishes policy and templates; sees every account.
    Supervisor,
    /// Manages users and devices; sees no account.
    Administrator,
    /// Reads the history and the devices; changes nothing and sees no account's rows.
    Auditor,
}

impl Role {
    /// As it is stored and shown.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Specialist => "specialist",
            Self::Supervisor => "supervisor",
            Self::Administrator => "administrator",
            Self::Auditor => "auditor",
        }
    }

    /// The role of that word.
    pub fn of(word: &str) -> Result<Self, ServerError> {
        [Self::Specialist, Self::Supervisor, Self::Administrator, Self::Auditor]
            .into_iter()
            .find(|role| role.word() == word)
            .ok_or_else(|| {
                ServerError::Invalid(format!(
                    "\"{word}\" is no role; there are specialist, supervisor, administrator, auditor"
                ))
            })
    }
}

/// Who speaks.
#[derive(Clone, Debug)]
pub struct Caller {
    /// Organisation.
    pub org: Uuid,
    /// User.
    pub user: Uuid,
    /// As the history names them.
    pub name: String,
    /// What they may do.
    pub role: Role,
    /// Through which device.
    pub device: DeviceId,
}

impl Caller {
    /// Fails unless the role is one of these.
    pub fn must_be(&self, roles: &[Role]) -> Result<(), ServerError> {
        if roles.contains(&self.role) { Ok(()) } else { Err(ServerError::Forbidden(self.role.word())) }
    }

    /// As the domain knows them.
    pub fn actor(&self) -> Result<Actor, ServerError> {
        match self.role {
            Role::Specialist => Ok(Actor::specialist(&self.name)),
            Role::Supervisor => Ok(Actor::supervisor(&self.name)),
            other => Err(ServerError::Forbidden(other.word())),
        }
    }
}

impl FromRequestParts<Arc<App>> for Caller {
    type Rejection = ServerError;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, ServerError> {
        let token = parts
            .headers
            .get(AUTHORIZATION)
            .and_then(|value| value.to_str().ok())
            .and_then(|value| value.strip_prefix("Bearer "))
            .ok_or(ServerError::NoToken)?;
        let caller = find(app, token).await?;
        app.limits.request(caller.device.0)?;
        Ok(caller)
    }
}

/// Whose token that is. Looked up at every request: a revocation holds from the next one on.
async fn find(app: &App, token: &str) -> Result<Caller, ServerError> {
    let org = secrets::org_of(token).ok_or(ServerError::NoToken)?;
    let conn = app.db.conn().await?;
    let row = conn
        .row(
            "SELECT s.device_id, s.expires_at, d.revoked_at IS NOT NULL, coalesce(d.revoked_why, ''), d.signed_in_at,
               p.user_id, p.name, p.role, p.disabled_at IS NOT NULL
             FROM session s JOIN device d USING (org_id, device_id)
             JOIN person p ON p.org_id = d.org_id AND p.user_id = d.user_id
             WHERE s.org_id = $1 AND s.token_hash = $2",
            params![org, secrets::hash(token)],
        )
        .await?
        .ok_or(ServerError::NoToken)?;
    if row.get(2) {
        return Err(ServerError::Revoked(row.get(3)));
    }
    if row.get(8) {
        return Err(ServerError::Revoked("the user's access ended".to_owned()));
    }
    if row.get::<_, DateTime<Utc>>(1) <= app.now() {
        return Err(ServerError::NoToken);
    }
    must_be_signed_in(app, row.get(4))?;
    Ok(Caller { org, user: row.get(5), name: row.get(6), role: Role::of(row.get(7))?, device: DeviceId(row.get(0)) })
}

fn must_be_signed_in(app: &App, at: DateTime<Utc>) -> Result<(), ServerError> {
    if at + TimeDelta::days(app.config.auth.sign_in_days) <= app.now() {
        return Err(ServerError::SignInAgain);
    }
    Ok(())
}
