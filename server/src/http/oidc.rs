//! Sign-in through the organisation's own provider: two addresses that a browser visits, and two that
//! the device does.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::header::{COOKIE, HeaderMap, SET_COOKIE};
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use protocol::{EnrolResponse, OidcEnrolRequest, OidcSignInRequest, SignInWays, TokenResponse};
use serde::Deserialize;

use super::body::{Body, From, Query};
use crate::app::App;
use crate::error::ServerError;
use crate::oidc::{self, Answer, Start};

/// Which browser asked.
const COOKIE_NAME: &str = "dunlin-sign-in";

/// Whose ways.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WaysQuery {
    org: String,
}

pub async fn ways(State(app): State<Arc<App>>, Query(query): Query<WaysQuery>) -> Json<SignInWays> {
    Json(oidc::ways(&app, &query.org))
}

/// For a person, in a browser.
fn page(status: StatusCode, text: &str) -> Response {
    let policy = [(HeaderName::from_static("content-security-policy"), HeaderValue::from_static("default-src 'none'"))];
    (status, policy, text.to_owned()).into_response()
}

fn away(address: &str, cookie: &str) -> Response {
    let headers = [
        (header::LOCATION, address.to_owned()),
        (SET_COOKIE, cookie.to_owned()),
        (header::REFERRER_POLICY, "no-referrer".to_owned()),
    ];
    (StatusCode::SEE_OTHER, headers).into_response()
}

fn cookie(app: &App, value: &str, seconds: u32) -> String {
    // Where the answer comes back from another site, Strict would keep it away.
    let secure = if app.config.tls.is_some() || app.config.behind_proxy { "; Secure" } else { "" };
    format!("{COOKIE_NAME}={value}; Path=/auth/oidc; HttpOnly; SameSite=Lax; Max-Age={seconds}{secure}")
}

pub async fn start(State(app): State<Arc<App>>, From(from): From, Query(query): Query<Start>) -> Response {
    let begun = match app.limits.challenge(from) {
        Ok(()) => oidc::start(&app, query).await,
        Err(error) => Err(error),
    };
    match begun {
        Ok((address, value)) => away(&address, &cookie(&app, &value, 600)),
        Err(error @ ServerError::Provider(_)) => {
            tracing::error!(%error, "nobody can sign in");
            page(StatusCode::BAD_GATEWAY, "Your organisation's sign-in can't be reached now. Try again later.")
        }
        Err(error) => error.into_response(),
    }
}

pub async fn callback(State(app): State<Arc<App>>, headers: HeaderMap, Query(answer): Query<Answer>) -> Response {
    let held = headers
        .get_all(COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|line| line.split(';'))
        .find_map(|pair| pair.trim().strip_prefix(COOKIE_NAME)?.strip_prefix('=').map(str::to_owned));
    match oidc::callback(&app, answer, held.as_deref()).await {
        Ok(address) => away(&address, &cookie(&app, "", 0)),
        Err(ServerError::Invalid(why)) => page(StatusCode::BAD_REQUEST, &format!("Sorry, {why}.")),
        Err(error) => error.into_response(),
    }
}

pub async fn enrol(
    State(app): State<Arc<App>>,
    From(from): From,
    Body(request): Body<OidcEnrolRequest>,
) -> Result<Json<EnrolResponse>, ServerError> {
    app.limits.sign_in(from)?;
    oidc::enrol(&app, request).await.map(Json)
}

pub async fn sign_in(
    State(app): State<Arc<App>>,
    From(from): From,
    Body(request): Body<OidcSignInRequest>,
) -> Result<Json<TokenResponse>, ServerError> {
    app.limits.sign_in(from)?;
    oidc::sign_in(&app, request).await.map(Json)
}
