//! Asking the server as this device: one try each, with a short token that is fetched when it is
//! needed. Whether to try again is the engine's decision.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, TimeDelta, Utc};
use contract::ApiError;
use ed25519_dalek::{Signer as _, SigningKey};
use protocol::{
    ChallengeRequest, ChallengeResponse, DeviceId, OidcProof, OidcSignInRequest, ProblemCode, SignInRequest,
    SignedChallenge, TokenResponse, challenge_text, path,
};
use serde::Serialize;
use serde::de::DeserializeOwned;
use sync::Trouble;

use super::member::Membership;
pub use super::way::{Way, address, segment};
use super::way::{bytes, net, read};
use crate::seams::Clock;

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
