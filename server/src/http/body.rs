//! Bodies and addresses as handlers take them.

use std::convert::Infallible;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{ConnectInfo, FromRequest, FromRequestParts, Request};
use axum::http::request::Parts;
use protocol::{Problem, ProblemCode};
use serde::de::DeserializeOwned;

use crate::app::App;
use crate::error::ServerError;

/// A JSON body; what can't be read is told in the protocol's words.
pub struct Body<T>(pub T);

impl<T: DeserializeOwned> FromRequest<Arc<App>> for Body<T> {
    type Rejection = ServerError;

    async fn from_request(request: Request, app: &Arc<App>) -> Result<Self, ServerError> {
        let path = request.uri().path().to_owned();
        let bytes = Bytes::from_request(request, app).await.map_err(|rejection| {
            let code = match rejection.status().as_u16() {
                413 => ProblemCode::TooLarge,
                _ => ProblemCode::Malformed,
            };
            Problem::new(code, rejection.body_text(), "Send less at a time.")
        })?;
        // A command that holds one is set aside by itself, without stopping its device's queue.
        let whole = || std::str::from_utf8(&bytes).is_ok_and(protocol::holds_nul);
        if path != protocol::path::PUSH && whole() {
            let message = "The request holds the character NUL, which is kept nowhere.";
            return Err(Problem::new(ProblemCode::Malformed, message, "Leave it out.").into());
        }
        let read = serde_json::from_slice(&bytes).map_err(|error| {
            Problem::new(ProblemCode::Malformed, format!("The request can't be read: {error}."), "Update Dunlin.")
        })?;
        Ok(Self(read))
    }
}

/// The parameters of an address; what can't be read is told in the protocol's words.
pub struct Path<T>(pub T);

impl<T: DeserializeOwned + Send> FromRequestParts<Arc<App>> for Path<T> {
    type Rejection = ServerError;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, ServerError> {
        let read = axum::extract::Path::from_request_parts(parts, app).await;
        read.map(|axum::extract::Path(value)| Self(value)).map_err(|rejection| unreadable(&rejection.body_text()))
    }
}

/// What follows an address's question mark, likewise.
pub struct Query<T>(pub T);

impl<T: DeserializeOwned> FromRequestParts<Arc<App>> for Query<T> {
    type Rejection = ServerError;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, ServerError> {
        let read = axum::extract::Query::from_request_parts(parts, app).await;
        read.map(|axum::extract::Query(value)| Self(value)).map_err(|rejection| unreadable(&rejection.body_text()))
    }
}

fn unreadable(why: &str) -> ServerError {
    Problem::new(ProblemCode::Malformed, format!("The address can't be read: {why}."), "Correct it.").into()
}

/// From where a request comes: what the proxy says if there is one, and never otherwise.
pub struct From(pub IpAddr);

impl FromRequestParts<Arc<App>> for From {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Infallible> {
        let direct = parts
            .extensions
            .get::<ConnectInfo<SocketAddr>>()
            .map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |ConnectInfo(address)| address.ip());
        let forwarded = || {
            // The last is the one that our own proxy saw; those before it are anybody's claim.
            let list = parts.headers.get_all("x-forwarded-for").iter().next_back()?.to_str().ok()?;
            list.rsplit(',').next()?.trim().parse().ok()
        };
        Ok(Self(if app.config.behind_proxy { forwarded().unwrap_or(direct) } else { direct }))
    }
}
