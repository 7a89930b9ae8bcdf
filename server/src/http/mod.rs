//! The protocol over HTTP: one handler a path, no decision in any. What every path does stands in
//! [`routes`]; the OpenAPI document is made from it.

mod attach;
mod body;
mod oidc;
pub mod openapi;
pub mod routes;
mod sync;
mod team;

use std::sync::Arc;
use std::time::Duration;

use axum::extract::DefaultBodyLimit;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::routing::{get, post};
use axum::{Json, Router};
use protocol::{Problem, ProblemCode, path};
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::{DefaultPredicate, NotForContentType, Predicate as _};
use tower_http::decompression::RequestDecompressionLayer;
use tower_http::set_header::SetResponseHeaderLayer;
use tower_http::timeout::TimeoutLayer;
use tower_http::trace::TraceLayer;

use crate::app::App;
use crate::error::ServerError;

/// Largest body after decompression: an extract's part.
const LARGEST: usize = 64 << 20;

/// Longest a request may take: a first snapshot of a large portfolio is packed within.
const LONGEST: Duration = Duration::from_mins(5);

/// Largest body, and longest time, where nobody has said yet who they are.
const SMALL: usize = 16 << 10;
const SHORT: Duration = Duration::from_secs(30);

/// Where anybody may ask: who speaks is found out here.
fn open() -> Router<Arc<App>> {
    Router::new()
        .route(path::ENROL, post(sync::enrol))
        .route(path::CHALLENGE, post(sync::challenge))
        .route(path::TOKEN, post(sync::token))
        .route(path::SIGN_IN, post(sync::sign_in))
        .route(path::WAYS, get(oidc::ways))
        .route(path::OIDC_START, get(oidc::start))
        .route(path::OIDC_CALLBACK, get(oidc::callback))
        .route(path::OIDC_ENROL, post(oidc::enrol))
        .route(path::OIDC_SIGN_IN, post(oidc::sign_in))
        .layer(DefaultBodyLimit::max(SMALL))
        .layer(TimeoutLayer::with_status_code(StatusCode::REQUEST_TIMEOUT, SHORT))
}

/// Nothing is at that address, or not by that method.
async fn nowhere() -> ServerError {
    Problem::new(ProblemCode::Missing, "There is nothing at that address.", "Update Dunlin or the server.").into()
}

/// Every path.
pub fn router(app: Arc<App>) -> Router {
    let timed = Router::new()
        .route(path::PUSH, post(sync::push))
        .route(path::PULL, post(sync::pull))
        .route(path::PERMITS, post(sync::permits))
        .route(path::SNAPSHOT, post(sync::snapshot))
        .route("/v1/snapshot/{id}/{chunk}", get(sync::chunk))
        .route(path::PRESENCE, post(sync::presence))
        .route(path::ATTACHMENTS, post(attach::begin))
        .route("/v1/attachments/{account}/{sha256}", get(attach::fetch).put(attach::put))
        .route("/v1/orders", get(team::orders))
        .route("/v1/assign", post(team::assign))
        .route("/v1/policy", post(team::policy))
        .route("/v1/template", post(team::template))
        .route("/v1/import", post(team::import))
        .route("/v1/people", get(team::people).post(team::add_person))
        .route("/v1/people/{login}/code", post(team::code))
        .route("/v1/people/{login}/password", post(team::password))
        .route("/v1/people/{login}/disable", post(team::disable))
        .route("/v1/devices", get(team::devices))
        .route("/v1/devices/{device}/revoke", post(team::revoke))
        .route("/v1/audit", get(team::audit))
        .route("/v1/audit/verify", get(team::verify))
        .route("/health/live", get(|| async { "ok" }))
        .route("/health/ready", get(team::ready))
        .route("/openapi.json", get(|| async { Json(openapi::build()) }))
        .layer(TimeoutLayer::with_status_code(StatusCode::SERVICE_UNAVAILABLE, LONGEST));
    // Chunks are compressed as they are; events must not wait in a compressor.
    let compressed = DefaultPredicate::new().and(NotForContentType::const_new("application/zstd"));
    timed
        .route(path::EVENTS, get(sync::events))
        .merge(open())
        .fallback(nowhere)
        .layer(RequestDecompressionLayer::new())
        .layer(CompressionLayer::new().compress_when(compressed))
        .layer(DefaultBodyLimit::max(LARGEST))
        .layer(SetResponseHeaderLayer::overriding(header::CACHE_CONTROL, HeaderValue::from_static("no-store")))
        .layer(SetResponseHeaderLayer::overriding(
            HeaderName::from_static("x-content-type-options"),
            HeaderValue::from_static("nosniff"),
        ))
        // Method, path and status; never a body, a header or a query.
        .layer(TraceLayer::new_for_http().make_span_with(|request: &axum::http::Request<_>| {
            tracing::info_span!("request", method = %request.method(), path = request.uri().path())
        }))
        .with_state(app)
}
