//! Organisations, users, codes and devices: what the administrator and the command line do.

use chrono::{DateTime, TimeDelta, Utc};
use serde::Serialize;
use serde_json::json;
use tokio_postgres::IsolationLevel;
use uuid::Uuid;

use super::{Role, secrets};
use crate::app::App;
use crate::db::{Run, Tx};
use crate::error::ServerError;
use crate::supervise::{assign, oversee};
use crate::{history, params};

/// A new organisation.
pub async fn add_org(app: &App, slug: &str, name: &str) -> Result<Uuid, ServerError> {
    let fits =
        (2..=20).contains(&slug.len()) && slug.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit());
    if !fits || name.trim().is_empty() {
        return Err(ServerError::Invalid(
            "an organisation has a name, and a short name of 2 to 20 lower-case letters and digits".to_owned(),
        ));
    }
    let org = Uuid::now_v7();
    let mut conn = app.db.conn().await?;
    let tx = conn.begin(IsolationLevel::ReadCommitted).await?;
    let added = tx
        .run(
            "INSERT INTO org (org_id, slug, name) VALUES ($1, $2, $3) ON CONFLICT (slug) DO NOTHING",
            params![org, slug, name.trim()],
        )
        .await?;
    if added == 0 {
        return Err(ServerError::Conflict(format!("there is an organisation {slug} already")));
    }
    tx.run("INSERT INTO history_head (org_id, count, link) VALUES ($1, 0, $2)", params![org, vec![0_u8; 32]]).await?;
    let entry = history::entry(app.now(), "server", "org.added", format!("{} was set up", name.trim()), json!({}));
    history::append(&tx, org, &[entry]).await?;
    tx.commit().await?;
    Ok(org)
}

/// The organisation of that short name.
pub async fn org_by_slug(app: &App, slug: &str) -> Result<Uuid, ServerError> {
    let conn = app.db.conn().await?;
    let row = conn.row("SELECT org_id FROM org WHERE slug = $1", params![slug]).await?;
    Ok(row.ok_or_else(|| ServerError::NoSuch("organisation", slug.to_owned()))?.get(0))
}

/// A user to be.
#[derive(Clone, Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewPerson {
    /// Short and unique.
    pub login: String,
    /// As the history names them: unique in the organisation, however it is capitalized.
    pub name: String,
    /// What they may do.
    pub role: Role,
    /// By which the organisation's sign-in provider knows them.
    #[serde(default)]
    pub email: Option<String>,
}

/// A new user. `by` is who adds them.
pub async fn add_person(app: &App, org: Uuid, by: &str, new: &NewPerson) -> Result<Uuid, ServerError> {
    let login = new.login.trim().to_lowercase();
    let name = new.name.split_whitespace().collect::<Vec<_>>().join(" ");
    if login.is_empty() || login.len() > 100 || name.is_empty() || name.chars().count() > 100 {
        return Err(ServerError::Invalid("a user has a login and a name of at most 100 characters".to_owned()));
    }
    let email = new.email.as_deref().map(|email| email.trim().to_lowercase()).filter(|email| !email.is_empty());
    let user = Uuid::now_v7();
    let mut conn = app.db.conn().await?;
    let tx = conn.begin(IsolationLevel::ReadCommitted).await?;
    let added = tx
        .run(
            "INSERT INTO person (org_id, user_id, login, name, role, email) VALUES ($1, $2, $3, $4, $5, $6)
             ON CONFLICT DO NOTHING",
            params![org, user, login, name, new.role.word(), email],
        )
        .await?;
    if added == 0 {
        return Err(taken(&tx, org, &login, &name).await?);
    }
    if new.role == Role::Supervisor {
        oversee::begins(&tx, org, user).await?;
    }
    let summary = format!("{name} became a user, as {}", new.role.word());
    let entry = history::entry(app.now(), by, "user.added", summary, json!({ "user": user, "role": new.role }));
    history::append(&tx, org, &[entry]).await?;
    tx.commit().await?;
    Ok(user)
}

/// Who stands in the way of a new user.
async fn taken(tx: &Tx<'_>, org: Uuid, login: &str, name: &str) -> Result<ServerError, ServerError> {
    let same = tx
        .row(
            "SELECT login FROM person WHERE org_id = $1 AND lower(name) = lower($3) AND login <> $2",
            params![org, login, name],
        )
        .await?;
    let why = match same {
        // Histories and approvals name people so.
        Some(row) => format!(
            "{name} is the name of a user already ({}), and the history goes by names; add a middle name or the department",
            row.get::<_, &str>(0)
        ),
        None => format!("there is a user {login}, or one with this address, already"),
    };
    Ok(ServerError::Conflict(why))
}

/// Links a user to the provider's subject, whatever address it has.
pub async fn link(app: &App, org: Uuid, by: &str, login: &str, of: (&str, &str)) -> Result<(), ServerError> {
    let (issuer, subject) = of;
    let mut conn = app.db.conn().await?;
    let now = app.now();
    let tx = conn.begin(IsolationLevel::ReadCommitted).await?;
    let row = tx
        .row(
            "INSERT INTO identity (org_id, issuer, subject, user_id, linked_at)
             SELECT org_id, $3, $4, user_id, $5 FROM person WHERE org_id = $1 AND login = $2
             ON CONFLICT (org_id, issuer, subject) DO UPDATE SET user_id = excluded.user_id, linked_at = $5
             RETURNING user_id",
            params![org, login.trim().to_lowercase(), issuer, subject, now],
        )
        .await?
        .ok_or_else(|| no_user(login))?;
    let summary = format!("{login} was linked to {subject} of {issuer}");
    let detail = json!({ "user": row.get::<_, Uuid>(0) });
    history::append(&tx, org, &[history::entry(now, by, "auth.linked", summary, detail)]).await?;
    tx.commit().await
}

fn no_user(login: &str) -> ServerError {
    ServerError::NoSuch("user", login.trim().to_lowercase())
}

/// A one-time code with which that user enrols a device. Shown once.
pub async fn new_code(app: &App, org: Uuid, by: &str, login: &str) -> Result<String, ServerError> {
    let mut conn = app.db.conn().await?;
    let tx = conn.begin(IsolationLevel::ReadCommitted).await?;
    let row = tx
        .row(
            "SELECT p.user_id, p.name, o.slug FROM person p JOIN org o USING (org_id)
             WHERE p.org_id = $1 AND p.login = $2 AND p.disabled_at IS NULL",
            params![org, login.trim().to_lowercase()],
        )
        .await?
        .ok_or_else(|| no_user(login))?;
    let (user, name, slug): (Uuid, String, String) = (row.get(0), row.get(1), row.get(2));
    let code = secrets::code(&slug)?;
    let now = app.now();
    tx.run(
        "INSERT INTO enrolment (org_id, code_hash, user_id, expires_at) VALUES ($1, $2, $3, $4)",
        params![org, secrets::hash(&code), user, now + TimeDelta::hours(app.config.auth.enrolment_hours)],
    )
    .await?;
    let summary = format!("An enrolment code was made for {name}");
    history::append(&tx, org, &[history::entry(now, by, "auth.code", summary, json!({ "user": user }))]).await?;
    tx.commit().await?;
    Ok(code)
}

/// Ends a device's access, for good. It destroys its database at its next contact.
pub async fn revoke(app: &App, org: Uuid, by: &str, device: Uuid, why: &str) -> Result<(), ServerError> {
    let why = why.trim();
    if why.is_empty() {
        return Err(ServerError::Invalid("say why the device is revoked".to_owned()));
    }
    let mut conn = app.db.conn().await?;
    let now = app.now();
    let tx = conn.begin(IsolationLevel::ReadCommitted).await?;
    let row = tx
        .row(
            "UPDATE device SET revoked_at = coalesce(revoked_at, $3), revoked_why = coalesce(revoked_why, $4)
             WHERE org_id = $1 AND device_id = $2 RETURNING name",
            params![org, device, now, why],
        )
        .await?
        .ok_or_else(|| ServerError::NoSuch("device", device.to_string()))?;
    let summary = format!("The device {} was revoked: {why}", row.get::<_, String>(0));
    history::append(&tx, org, &[history::entry(now, by, "auth.revoked", summary, json!({ "device": device }))]).await?;
    tx.commit().await
}

/// Ends a user's access on every device. What they work stays theirs until somebody takes it over; whoever works
/// beside them hears at the next contact that they no longer do.
pub async fn disable(app: &App, org: Uuid, by: &str, login: &str) -> Result<(), ServerError> {
    let mut conn = app.db.conn().await?;
    let now = app.now();
    let tx = conn.begin(IsolationLevel::ReadCommitted).await?;
    let row = tx
        .row(
            "UPDATE person SET disabled_at = coalesce(disabled_at, $3) WHERE org_id = $1 AND login = $2
             RETURNING user_id, name",
            params![org, login.trim().to_lowercase(), now],
        )
        .await?
        .ok_or_else(|| no_user(login))?;
    let user: Uuid = row.get(0);
    let summary = format!("{}'s access was ended", row.get::<_, String>(1));
    history::append(&tx, org, &[history::entry(now, by, "user.disabled", summary, json!({ "user": user }))]).await?;
    assign::stopped_working(&tx, org, user).await?;
    tx.commit().await
}

/// A new password for who forgot theirs, made up here and shown once; a lock ends. Whoever learns it still needs
/// the key of one of the user's devices, or an enrolment code.
pub async fn new_password(app: &App, org: Uuid, by: &str, login: &str) -> Result<String, ServerError> {
    let made = secrets::password()?;
    let hash = app.passwords.hash(made.clone()).await?;
    let mut conn = app.db.conn().await?;
    let tx = conn.begin(IsolationLevel::ReadCommitted).await?;
    let row = tx
        .row(
            "UPDATE person SET password = $3, failures = 0, locked_until = NULL
             WHERE org_id = $1 AND login = $2 AND disabled_at IS NULL RETURNING user_id, name",
            params![org, login.trim().to_lowercase(), hash],
        )
        .await?
        .ok_or_else(|| no_user(login))?;
    let user: Uuid = row.get(0);
    let summary = format!("{} was given a new password", row.get::<_, String>(1));
    let entry = history::entry(app.now(), by, "auth.password", summary, json!({ "user": user }));
    history::append(&tx, org, &[entry]).await?;
    tx.commit().await?;
    Ok(made)
}

/// A user as listed.
#[derive(Clone, Debug, Serialize)]
pub struct Person {
    /// Identity.
    pub user: Uuid,
    /// Login.
    pub login: String,
    /// Name.
    pub name: String,
    /// Role.
    pub role: String,
    /// Locked until.
    pub locked_until: Option<DateTime<Utc>>,
    /// Access ended.
    pub disabled_at: Option<DateTime<Utc>>,
}

/// Every user, by login.
pub async fn people(app: &App, org: Uuid) -> Result<Vec<Person>, ServerError> {
    let conn = app.db.conn().await?;
    let rows = conn
        .rows(
            "SELECT user_id, login, name, role, locked_until, disabled_at FROM person WHERE org_id = $1 ORDER BY login",
            params![org],
        )
        .await?;
    Ok(rows
        .iter()
        .map(|row| Person {
            user: row.get(0),
            login: row.get(1),
            name: row.get(2),
            role: row.get(3),
            locked_until: row.get(4),
            disabled_at: row.get(5),
        })
        .collect())
}
