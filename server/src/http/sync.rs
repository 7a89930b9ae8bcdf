//! What devices ask for.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::Json;
use axum::extract::State;
use axum::http::header;
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use futures_util::stream::{self, Stream};
use protocol::{
    ChallengeRequest, ChallengeResponse, EnrolRequest, EnrolResponse, Manifest, ManifestRequest, PermitRequest,
    PermitResponse, PresenceRequest, PresenceResponse, PullRequest, PullResponse, PushRequest, PushResponse,
    SignInRequest, SignedChallenge, SnapshotId, TokenResponse,
};
use uuid::Uuid;

use super::body::{Body, From, Path};
use crate::app::App;
use crate::auth::{self, Caller};
use crate::error::ServerError;

type Answer<T> = Result<Json<T>, ServerError>;

pub async fn enrol(
    State(app): State<Arc<App>>,
    From(from): From,
    Body(request): Body<EnrolRequest>,
) -> Answer<EnrolResponse> {
    app.limits.sign_in(from)?;
    auth::enrol(&app, request).await.map(Json)
}

pub async fn challenge(
    State(app): State<Arc<App>>,
    From(from): From,
    Body(request): Body<ChallengeRequest>,
) -> Answer<ChallengeResponse> {
    app.limits.challenge(from)?;
    auth::challenge(&app, &request).await.map(Json)
}

pub async fn token(
    State(app): State<Arc<App>>,
    From(from): From,
    Body(request): Body<SignedChallenge>,
) -> Answer<TokenResponse> {
    app.limits.challenge(from)?;
    auth::token(&app, &request).await.map(Json)
}

pub async fn sign_in(
    State(app): State<Arc<App>>,
    From(from): From,
    Body(request): Body<SignInRequest>,
) -> Answer<TokenResponse> {
    app.limits.sign_in(from)?;
    auth::sign_in(&app, request).await.map(Json)
}

pub async fn push(
    State(app): State<Arc<App>>,
    caller: Caller,
    Body(request): Body<PushRequest>,
) -> Answer<PushResponse> {
    let response = crate::push::push(&app, &caller, &request).await?;
    app.wake.hint(caller.org, response.epoch, response.seq);
    Ok(Json(response))
}

pub async fn pull(
    State(app): State<Arc<App>>,
    caller: Caller,
    Body(request): Body<PullRequest>,
) -> Answer<PullResponse> {
    crate::pull::pull(&app, &caller, &request).await.map(Json)
}

pub async fn permits(
    State(app): State<Arc<App>>,
    caller: Caller,
    Body(request): Body<PermitRequest>,
) -> Answer<PermitResponse> {
    crate::permits::lease(&app, &caller, &request).await.map(Json)
}

pub async fn presence(
    State(app): State<Arc<App>>,
    caller: Caller,
    Body(request): Body<PresenceRequest>,
) -> Answer<PresenceResponse> {
    crate::presence::tell(&app, &caller, &request).await.map(Json)
}

pub async fn snapshot(
    State(app): State<Arc<App>>,
    caller: Caller,
    Body(request): Body<ManifestRequest>,
) -> Answer<Manifest> {
    crate::snapshot::take(&app, &caller, request).await.map(Json)
}

pub async fn chunk(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path((id, nr)): Path<(Uuid, i32)>,
) -> Result<Response, ServerError> {
    let bytes = crate::snapshot::chunk(&app, &caller, SnapshotId(id), nr).await?;
    Ok(([(header::CONTENT_TYPE, "application/zstd")], bytes).into_response())
}

/// Hints that there is something to pull. They end with the token's life; the device comes back.
pub async fn events(
    State(app): State<Arc<App>>,
    caller: Caller,
) -> Result<Sse<impl Stream<Item = Result<Event, Infallible>>>, ServerError> {
    let mut news = app.wake.listen(&app.db, caller.org).await?;
    news.mark_changed();
    let left = app.wake.sit(caller.device.0)?;
    let minutes = u64::try_from(app.config.auth.token_minutes).unwrap_or(15);
    let until = tokio::time::Instant::now() + Duration::from_mins(minutes);
    let stream = stream::unfold((news, left), move |(mut news, mut left)| async move {
        tokio::select! {
            _ = &mut left => return None,
            changed = tokio::time::timeout_at(until, news.changed()) => changed.ok()?.ok()?,
        }
        let (epoch, seq) = *news.borrow_and_update();
        let event = Event::default().data(format!("{{\"epoch\":{epoch},\"seq\":{seq}}}"));
        Some((Ok(event), (news, left)))
    });
    Ok(Sse::new(stream).keep_alive(KeepAlive::new().interval(Duration::from_secs(15))))
}
