//! The way to the server: HTTP over TLS, one try each, a short token that is fetched when it is
//! needed. Whether to try again is the engine's decision.

use std::io::{ErrorKind, Read as _};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, TimeDelta, Utc};
use contract::ApiError;
use ed25519_dalek::{Signer as _, SigningKey};
use protocol::{
    ChallengeRequest, ChallengeResponse, DeviceId, OidcProof, OidcSignInRequest, Problem, ProblemCode, SignInRequest,
    SignedChallenge, TokenResponse, challenge_text, path,
};
use serde::Serialize;
use serde::de::DeserializeOwned;
use sync::Trouble;
use ureq::tls::{PemItem, RootCerts, TlsConfig, parse_pem};
use ureq::{Agent, Body, http};

use super::member::Membership;
use crate::seams::Clock;

/// Largest answer: a page with one large transaction, or a snapshot's chunk.
const LARGEST: u64 = 256 << 20;
/// A body above this is compressed on its way up.
const WORTH_PACKING: usize = 16 << 10;

/// So long a part of a letter may take on its way up.
const PART_PATIENCE: Duration = Duration::from_mins(2);

/// The way to a server, without knowing who asks.
#[derive(Clone)]
pub struct Way {
    agent: Agent,
    base: String,
}

/// The way for this device.
pub struct Net {
    way: Way,
    org: String,
    device: DeviceId,
    key: SigningKey,
    clock: Arc<dyn Clock>,
    token: Mutex<Option<TokenResponse>>,
    /// Held while a token is asked for: whoever comes meanwhile takes that one.
    asking: Mutex<()>,
    offset: Mutex<Option<Offset>>,
}

/// This device's clock minus the server's, as last measured.
#[derive(Clone, Copy)]
pub struct Offset {
    /// Milliseconds.
    pub ms: i64,
    /// When.
    pub at: Instant,
}

fn net(error: &dyn std::fmt::Display) -> Trouble {
    Trouble::Net(format!("The server can't be reached: {error}"))
}

/// Why no answer came, in words that a person without a network understands.
fn away(error: &ureq::Error) -> Trouble {
    let kind = match error {
        ureq::Error::Io(error) => error.kind(),
        ureq::Error::Timeout(_) => ErrorKind::TimedOut,
        ureq::Error::HostNotFound => ErrorKind::HostUnreachable,
        other => return net(other),
    };
    match kind {
        ErrorKind::ConnectionRefused => net(&"nothing answers at its address"),
        ErrorKind::TimedOut => net(&"it does not answer in time"),
        ErrorKind::HostUnreachable => net(&"its name is not known here; there may be no network"),
        ErrorKind::NetworkUnreachable | ErrorKind::NetworkDown => net(&"there is no network"),
        ErrorKind::ConnectionReset
        | ErrorKind::ConnectionAborted
        | ErrorKind::BrokenPipe
        | ErrorKind::UnexpectedEof => net(&"the connection broke off"),
        _ => net(error),
    }
}

/// Where a server may be: encrypted, unless it is this very computer.
pub fn address(text: &str) -> Result<String, ApiError> {
    let text = text.trim().trim_end_matches('/');
    let wrong = |why: &str| {
        ApiError::invalid(
            "server",
            format!("\"{text}\" {why}."),
            "Write the address your administrator gave you, such as https://dunlin.example.com.",
        )
    };
    let uri: http::Uri = text.parse().map_err(|_| wrong("is no address"))?;
    let host = uri.host().ok_or_else(|| wrong("names no server"))?;
    let here = matches!(host, "localhost" | "127.0.0.1" | "[::1]");
    match uri.scheme_str() {
        Some("https") => Ok(text.to_owned()),
        Some("http") if here => Ok(text.to_owned()),
        Some("http") => Err(wrong("would send customers' data unencrypted")),
        _ => Err(wrong("does not begin with https://")),
    }
}

/// A value in a path or query.
pub fn segment(text: &str) -> String {
    text.trim().bytes().fold(String::new(), |mut path, byte| {
        use std::fmt::Write as _;
        if byte.is_ascii_alphanumeric() || b"-._".contains(&byte) {
            path.push(char::from(byte));
        } else {
            let _ = write!(path, "%{byte:02X}");
        }
        path
    })
}

impl Way {
    /// To an address, trusting the system's authorities or the one given.
    pub fn new(server: &str, authority: Option<&str>) -> Result<Self, ApiError> {
        let roots = match authority {
            None => RootCerts::PlatformVerifier,
            Some(pem) => {
                let found: Vec<_> = parse_pem(pem.as_bytes())
                    .filter_map(|item| match item {
                        Ok(PemItem::Certificate(certificate)) => Some(certificate),
                        _ => None,
                    })
                    .collect();
                if found.is_empty() {
                    return Err(ApiError::invalid(
                        "authority",
                        "That holds no certificate.",
                        "Paste the authority's certificate in PEM form, from BEGIN to END CERTIFICATE.",
                    ));
                }
                RootCerts::Specific(Arc::new(found))
            }
        };
        let tls = TlsConfig::builder()
            .root_certs(roots)
            .unversioned_rustls_crypto_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .build();
        let agent = Agent::config_builder()
            .tls_config(tls)
            .timeout_connect(Some(Duration::from_secs(10)))
            .timeout_recv_response(Some(Duration::from_mins(1)))
            .http_status_as_error(false)
            .max_redirects(0)
            .build()
            .new_agent();
        Ok(Self { agent, base: address(server)? })
    }

    /// A path's whole address.
    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.base)
    }

    /// One `POST`, without a token.
    pub fn post<A: DeserializeOwned>(&self, path: &str, body: &impl Serialize) -> Result<A, Trouble> {
        read(self.send(path, body, None)?)
    }

    /// One `GET` of JSON, without a token.
    pub fn ask<A: DeserializeOwned>(&self, path: &str) -> Result<A, Trouble> {
        read(self.agent.get(self.url(path)).call().map_err(|error| away(&error))?)
    }

    fn send(&self, path: &str, body: &impl Serialize, token: Option<&str>) -> Result<http::Response<Body>, Trouble> {
        let bytes = serde_json::to_vec(body).map_err(|error| net(&error))?;
        let mut request = self
            .agent
            .post(self.url(path))
            .header("content-type", "application/json")
            .header("accept-encoding", "zstd");
        if let Some(token) = token {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        if bytes.len() > WORTH_PACKING {
            let packed = zstd::encode_all(bytes.as_slice(), 3).map_err(|error| net(&error))?;
            return request.header("content-encoding", "zstd").send(packed.as_slice()).map_err(|error| away(&error));
        }
        request.send(bytes.as_slice()).map_err(|error| away(&error))
    }

    fn put(&self, path: &str, bytes: &[u8], token: &str) -> Result<http::Response<Body>, Trouble> {
        self.agent
            .put(self.url(path))
            .config()
            .timeout_send_body(Some(PART_PATIENCE))
            .build()
            .header("content-type", "application/octet-stream")
            .header("authorization", format!("Bearer {token}"))
            .send(bytes)
            .map_err(|error| away(&error))
    }

    fn get(&self, path: &str, token: &str) -> Result<http::Response<Body>, Trouble> {
        self.agent
            .get(self.url(path))
            .header("accept-encoding", "zstd")
            .header("authorization", format!("Bearer {token}"))
            .call()
            .map_err(|error| away(&error))
    }
}

fn bytes(mut answer: http::Response<Body>) -> Result<Vec<u8>, Trouble> {
    let packed = answer.headers().get("content-encoding").is_some_and(|value| value == "zstd");
    let status = answer.status();
    let mut bytes = Vec::new();
    let body = answer.body_mut().with_config().limit(LARGEST).reader();
    let done = if packed {
        zstd::Decoder::new(body).and_then(|body| body.take(LARGEST).read_to_end(&mut bytes))
    } else {
        let mut body = body;
        body.read_to_end(&mut bytes)
    };
    done.map_err(|error| net(&error))?;
    if status.is_success() {
        return Ok(bytes);
    }
    // A proxy's own page is no problem of ours to read; but that a body is too large for it is to be known.
    if status == http::StatusCode::PAYLOAD_TOO_LARGE && serde_json::from_slice::<Problem>(&bytes).is_err() {
        let message = "That is too large for the server, or for a proxy before it.";
        return Err(Trouble::Problem(Problem::new(ProblemCode::TooLarge, message, "Ask your administrator.")));
    }
    Err(serde_json::from_slice::<Problem>(&bytes).map_or_else(
        |_| Trouble::Net(format!("The server, or a proxy before it, answered {status}")),
        Trouble::Problem,
    ))
}

fn read<A: DeserializeOwned>(answer: http::Response<Body>) -> Result<A, Trouble> {
    let bytes = bytes(answer)?;
    serde_json::from_slice(&bytes).map_err(|error| {
        Trouble::Problem(Problem::new(
            ProblemCode::Upgrade,
            format!("The server's answer can't be read ({error})."),
            "Update Dunlin on this device.",
        ))
    })
}

impl Net {
    /// For this device.
    pub fn new(member: &Membership, key: SigningKey, clock: Arc<dyn Clock>) -> Result<Self, ApiError> {
        Ok(Self {
            way: Way::new(&member.server, member.authority.as_deref())?,
            org: member.org.clone(),
            device: DeviceId(member.device),
            key,
            clock,
            token: Mutex::default(),
            asking: Mutex::default(),
            offset: Mutex::default(),
        })
    }

    /// This device's clock minus the server's; none before the first contact.
    pub fn offset(&self) -> Option<Offset> {
        *self.offset.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes the server's clock as it was between a request and its answer.
    pub fn measured(&self, server: DateTime<Utc>, asked: DateTime<Utc>) {
        let answered = self.clock.now();
        let middle = asked + (answered - asked) / 2;
        let offset = Offset { ms: (middle - server).num_milliseconds(), at: Instant::now() };
        *self.offset.lock().unwrap_or_else(PoisonError::into_inner) = Some(offset);
    }

    fn signed(&self) -> Result<SignedChallenge, Trouble> {
        let ask = ChallengeRequest { org: self.org.clone(), device: self.device };
        let ChallengeResponse { nonce } = self.way.post(path::CHALLENGE, &ask)?;
        let signature = self.key.sign(challenge_text(self.device, &nonce).as_bytes());
        Ok(SignedChallenge { device: self.device, nonce, signature: URL_SAFE_NO_PAD.encode(signature.to_bytes()) })
    }

    fn keep(&self, token: TokenResponse, asked: DateTime<Utc>) -> TokenResponse {
        self.measured(token.server_time, asked);
        *self.token.lock().unwrap_or_else(PoisonError::into_inner) = Some(token.clone());
        token
    }

    fn held(&self) -> Option<TokenResponse> {
        let held = self.token.lock().unwrap_or_else(PoisonError::into_inner).clone();
        held.filter(|held| self.server_now() + TimeDelta::seconds(30) < held.expires_at)
    }

    /// A token: the one at hand while it lasts, else a new one.
    pub fn token(&self) -> Result<TokenResponse, Trouble> {
        if let Some(held) = self.held() {
            return Ok(held);
        }
        let _asking = self.asking.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(held) = self.held() {
            return Ok(held);
        }
        let asked = self.clock.now();
        let token: TokenResponse = self.way.post(path::TOKEN, &self.signed()?)?;
        Ok(self.keep(token, asked))
    }

    /// The way itself.
    pub fn way(&self) -> &Way {
        &self.way
    }

    /// The user signed in again at the organisation's provider.
    pub fn sign_in_with(&self, proof: OidcProof) -> Result<TokenResponse, Trouble> {
        let asked = self.clock.now();
        let token: TokenResponse =
            self.way.post(path::OIDC_SIGN_IN, &OidcSignInRequest { signed: self.signed()?, proof })?;
        Ok(self.keep(token, asked))
    }

    /// The user signs in again.
    pub fn sign_in(&self, password: &str) -> Result<TokenResponse, Trouble> {
        let asked = self.clock.now();
        let request = SignInRequest { signed: self.signed()?, password: password.to_owned() };
        let token: TokenResponse = self.way.post(path::SIGN_IN, &request)?;
        Ok(self.keep(token, asked))
    }

    fn server_now(&self) -> DateTime<Utc> {
        let offset = self.offset().map_or(0, |offset| offset.ms);
        self.clock.now() - TimeDelta::milliseconds(offset)
    }

    /// With a token; with a fresh one when the server no longer knows it.
    fn with_token<A>(&self, ask: impl Fn(&str) -> Result<A, Trouble>) -> Result<A, Trouble> {
        match ask(&self.token()?.token) {
            Err(Trouble::Problem(problem)) if problem.code == ProblemCode::Unauthorized => {
                *self.token.lock().unwrap_or_else(PoisonError::into_inner) = None;
                ask(&self.token()?.token)
            }
            other => other,
        }
    }

    /// One `POST`.
    pub fn post<A: DeserializeOwned>(&self, path: &str, body: &impl Serialize) -> Result<A, Trouble> {
        self.with_token(|token| read(self.way.send(path, body, Some(token))?))
    }

    /// One `PUT` of bytes.
    pub fn put<A: DeserializeOwned>(&self, path: &str, bytes: &[u8]) -> Result<A, Trouble> {
        self.with_token(|token| read(self.way.put(path, bytes, token)?))
    }

    /// One `GET` of JSON.
    pub fn get<A: DeserializeOwned>(&self, path: &str) -> Result<A, Trouble> {
        self.with_token(|token| read(self.way.get(path, token)?))
    }

    /// One `GET` of bytes.
    pub fn fetch(&self, path: &str) -> Result<Vec<u8>, Trouble> {
        self.with_token(|token| bytes(self.way.get(path, token)?))
    }

    /// The server's hints, a line each, until it ends them.
    pub fn listen(&self) -> Result<impl std::io::BufRead + use<>, Trouble> {
        let answer = self.way.get(path::EVENTS, &self.token()?.token)?;
        if !answer.status().is_success() {
            return Err(bytes(answer).err().unwrap_or_else(|| net(&"no stream of hints")));
        }
        Ok(std::io::BufReader::new(answer.into_body().into_reader()))
    }
}
