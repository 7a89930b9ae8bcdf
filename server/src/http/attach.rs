//! Attachments, in parts.

use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderName, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use domain::ids::AccountId;
use protocol::{AttachmentRequest, AttachmentState};
use serde::Deserialize;

use super::body::{Body, Path, Query};
use crate::app::App;
use crate::attach;
use crate::auth::Caller;
use crate::error::ServerError;

/// From which byte on.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct From {
    #[serde(default)]
    offset: u64,
}

pub async fn begin(
    State(app): State<Arc<App>>,
    caller: Caller,
    Body(request): Body<AttachmentRequest>,
) -> Result<Json<AttachmentState>, ServerError> {
    attach::begin(&app, &caller, &request).await.map(Json)
}

pub async fn put(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path((account, sha256)): Path<(AccountId, String)>,
    Query(from): Query<From>,
    part: Bytes,
) -> Result<Json<AttachmentState>, ServerError> {
    attach::put(&app, &caller, account, &sha256, from.offset, &part).await.map(Json)
}

pub async fn fetch(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path((account, sha256)): Path<(AccountId, String)>,
    Query(from): Query<From>,
) -> Result<Response, ServerError> {
    let (media_type, bytes) = attach::fetch(&app, &caller, account, &sha256, from.offset).await?;
    let media_type =
        HeaderValue::from_str(&media_type).unwrap_or_else(|_| HeaderValue::from_static("application/octet-stream"));
    let headers = [
        (header::CONTENT_TYPE, media_type),
        // Never shown in a browser as if it were a page of this server.
        (header::CONTENT_DISPOSITION, HeaderValue::from_static("attachment")),
        (HeaderName::from_static("content-security-policy"), HeaderValue::from_static("default-src 'none'; sandbox")),
    ];
    Ok((headers, bytes).into_response())
}
