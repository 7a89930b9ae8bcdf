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
        let bytes = Bytes::from_request(request, app).await.map_err(|rejection| {
            let code = match rejection.status().as_u16() {
                413 => ProblemCode::TooLarge,
                _ => ProblemCode::Malformed,
            };
            Problem::new(code, rejection.body_text(), "Send less at a time.")
        })?;
        let read = serde_json::from_slice(&bytes).map_err(|error| {
            Problem::new(ProblemCode::Malformed, format!("The request can't be read: {error}."), "Update Dunlin.")
        })?;
        Ok(Self(read))
    }
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
