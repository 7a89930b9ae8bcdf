//! What supervisors, administrators, auditors and monitoring ask for.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use chrono::{DateTime, Utc};
use domain::ids::AccountId;
use domain::policy::Policy;
use protocol::WireRow;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::body::{Body, Path, Query};
use crate::app::App;
use crate::auth::{self, Caller, NewPerson, Person, Role};
use crate::error::ServerError;
use crate::history::Filter;
use crate::migrate;
use crate::orders::{OrderLine, Which};
use crate::supervise::assign::{self, Assign, Assigned};
use crate::supervise::import::{self, How, Imported};
use crate::supervise::publish::{self, NewTemplate, Published};
use crate::supervise::watch::{self, AuditLine, DeviceLine};

type Answer<T> = Result<Json<T>, ServerError>;

pub async fn assign(State(app): State<Arc<App>>, caller: Caller, Body(change): Body<Assign>) -> Answer<Assigned> {
    assign::assign(&app, &caller, &change).await.map(Json)
}

pub async fn policy(State(app): State<Arc<App>>, caller: Caller, Body(policy): Body<Policy>) -> Answer<Published> {
    publish::policy(&app, &caller, policy).await.map(Json)
}

pub async fn template(
    State(app): State<Arc<App>>,
    caller: Caller,
    Body(template): Body<NewTemplate>,
) -> Answer<Published> {
    publish::template(&app, &caller, template).await.map(Json)
}

/// A part of an extract.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Part {
    rows: Vec<WireRow>,
    /// Payments are complete up to this moment; with the last part only.
    #[serde(default)]
    payments_until: Option<DateTime<Utc>>,
    /// More parts of the same file follow.
    #[serde(default)]
    more: bool,
}

pub async fn import(State(app): State<Arc<App>>, caller: Caller, Body(part): Body<Part>) -> Answer<Imported> {
    caller.must_be(&[Role::Supervisor])?;
    let how = How { payments_until: part.payments_until, more: part.more, ..How::default() };
    import::import(&app, caller.org, &caller.name, &part.rows, how).await.map(Json)
}

const MANAGES: &[Role] = &[Role::Administrator];

pub async fn people(State(app): State<Arc<App>>, caller: Caller) -> Answer<Vec<Person>> {
    caller.must_be(&[Role::Administrator, Role::Supervisor, Role::Auditor])?;
    auth::people(&app, caller.org).await.map(Json)
}

/// A new user's identity.
#[derive(Serialize)]
pub struct Added {
    user: Uuid,
}

pub async fn add_person(State(app): State<Arc<App>>, caller: Caller, Body(new): Body<NewPerson>) -> Answer<Added> {
    caller.must_be(MANAGES)?;
    let user = auth::add_person(&app, caller.org, &caller.name, &new).await?;
    Ok(Json(Added { user }))
}

pub async fn orders(State(app): State<Arc<App>>, caller: Caller, Query(which): Query<Which>) -> Answer<Vec<OrderLine>> {
    crate::orders::list(&app, &caller, &which).await.map(Json)
}

/// A one-time code; shown once.
#[derive(Serialize)]
pub struct Code {
    code: String,
}

pub async fn code(State(app): State<Arc<App>>, caller: Caller, Path(login): Path<String>) -> Answer<Code> {
    caller.must_be(MANAGES)?;
    let code = auth::new_code(&app, caller.org, &caller.name, &login).await?;
    Ok(Json(Code { code }))
}

/// A new password; shown once.
#[derive(Serialize)]
pub struct Password {
    password: String,
}

pub async fn password(State(app): State<Arc<App>>, caller: Caller, Path(login): Path<String>) -> Answer<Password> {
    caller.must_be(MANAGES)?;
    let password = auth::new_password(&app, caller.org, &caller.name, &login).await?;
    Ok(Json(Password { password }))
}

pub async fn disable(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path(login): Path<String>,
) -> Answer<serde_json::Value> {
    caller.must_be(MANAGES)?;
    auth::disable(&app, caller.org, &caller.name, &login).await?;
    Ok(Json(serde_json::json!({})))
}

pub async fn devices(State(app): State<Arc<App>>, caller: Caller) -> Answer<Vec<DeviceLine>> {
    watch::devices(&app, &caller).await.map(Json)
}

/// Why a device is revoked.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Revoke {
    why: String,
}

pub async fn revoke(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path(device): Path<Uuid>,
    Body(revoke): Body<Revoke>,
) -> Answer<serde_json::Value> {
    caller.must_be(MANAGES)?;
    auth::revoke(&app, caller.org, &caller.name, device, &revoke.why).await?;
    Ok(Json(serde_json::json!({})))
}

/// Which part of the audit.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AuditQuery {
    #[serde(default)]
    account: Option<AccountId>,
    #[serde(default)]
    kind: Option<String>,
    #[serde(default)]
    below: Option<i64>,
}

pub async fn audit(
    State(app): State<Arc<App>>,
    caller: Caller,
    Query(query): Query<AuditQuery>,
) -> Answer<Vec<AuditLine>> {
    let filter = Filter { account: query.account, kind: query.kind, below: query.below };
    watch::audit(&app, &caller, &filter).await.map(Json)
}

/// How long the chain is that holds.
#[derive(Serialize)]
pub struct Verified {
    entries: i64,
}

pub async fn verify(State(app): State<Arc<App>>, caller: Caller) -> Answer<Verified> {
    let entries = watch::verify(&app, &caller).await?;
    Ok(Json(Verified { entries }))
}

/// The database answers, and is at this program's schema.
pub async fn ready(State(app): State<Arc<App>>) -> Result<&'static str, ServerError> {
    migrate::check(&app.db).await?;
    Ok("ok")
}
