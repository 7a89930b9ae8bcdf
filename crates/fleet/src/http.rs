//! HTTP for many clients in one process: kept alive, nothing compressed, one try each.

use http_body_util::{BodyExt as _, Full};
use hyper::body::Bytes;
use hyper::{Method, Request, StatusCode};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use protocol::Problem;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::Failure;

/// Connections to a server, as many as ask at once.
#[derive(Clone)]
pub struct Http {
    client: Client<HttpConnector, Full<Bytes>>,
    base: String,
}

/// What came back.
pub enum Answer<A> {
    /// What was asked for.
    Given(A),
    /// Come later: after so many milliseconds.
    Later(u64),
    /// Anything else.
    Error(String),
}

impl<A> Answer<A> {
    /// What was asked for, or why it did not come.
    pub fn given(self) -> Result<A, Failure> {
        match self {
            Self::Given(given) => Ok(given),
            Self::Later(ms) => Err(format!("the server is busy for {ms} ms").into()),
            Self::Error(why) => Err(why.into()),
        }
    }
}

impl Http {
    /// To a server.
    pub fn to(base: &str) -> Self {
        let mut connector = HttpConnector::new();
        connector.set_nodelay(true);
        Self { client: Client::builder(TokioExecutor::new()).build(connector), base: base.to_owned() }
    }

    /// One request with a JSON body; the answer's bytes.
    pub async fn send(
        &self,
        method: Method,
        path: &str,
        token: Option<&str>,
        body: &impl Serialize,
    ) -> Result<(StatusCode, Bytes), Failure> {
        let mut request = Request::builder()
            .method(method)
            .uri(format!("{}{path}", self.base))
            .header("content-type", "application/json");
        if let Some(token) = token {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        let answer = self.client.request(request.body(Full::new(serde_json::to_vec(body)?.into()))?).await?;
        let status = answer.status();
        Ok((status, answer.into_body().collect().await?.to_bytes()))
    }

    /// One `POST` of the protocol.
    pub async fn post<A: DeserializeOwned>(&self, path: &str, token: Option<&str>, body: &impl Serialize) -> Answer<A> {
        let (status, bytes) = match self.send(Method::POST, path, token, body).await {
            Ok(answer) => answer,
            Err(error) => return Answer::Error(error.to_string()),
        };
        if status.is_success() {
            return match serde_json::from_slice(&bytes) {
                Ok(given) => Answer::Given(given),
                Err(error) => Answer::Error(format!("{path}: {error}")),
            };
        }
        match serde_json::from_slice::<Problem>(&bytes) {
            Ok(Problem { retry_after_ms: Some(ms), .. }) => Answer::Later(ms),
            Ok(problem) => Answer::Error(format!("{path}: {}", problem.message)),
            Err(_) => Answer::Error(format!("{path}: {status}")),
        }
    }
}
