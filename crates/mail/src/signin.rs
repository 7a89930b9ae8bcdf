//! Signing in through the system browser: authorization code with PKCE and a loopback redirect
//! (RFC 8252). The password is typed at the provider's page and never passes through here.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};
use oauth2::url::Url;
use oauth2::{
    AuthUrl, AuthorizationCode, CsrfToken, PkceCodeChallenge, PkceCodeVerifier, RedirectUrl, Scope, TokenResponse,
};
use secrecy::SecretString;

use crate::account::{OAuthProvider, Secret, SetupError};
use crate::oauth::{OAuthError, agent, client, failed, http, safe};

/// A sign-in that waits for the browser.
pub struct BrowserSignIn {
    url: String,
    loopback: Loopback,
    redirect: RedirectUrl,
    state: CsrfToken,
    verifier: PkceCodeVerifier,
    provider: OAuthProvider,
    client_secret: Option<SecretString>,
}

/// What a finished sign-in gives: the secret to keep in the keychain.
#[derive(Debug)]
pub struct Granted {
    /// For [`Smtp::new`](crate::Smtp::new) and for the keychain.
    pub secret: Secret,
    /// When it was granted.
    pub at: DateTime<Utc>,
}

impl BrowserSignIn {
    /// Listens on a free loopback port and makes the address to open in the browser. `hint` is the
    /// mailbox's address, which spares the person typing it.
    pub fn begin(provider: OAuthProvider, client_secret: Option<SecretString>, hint: &str) -> Result<Self, OAuthError> {
        safe(&provider.authorize_url)?;
        safe(&provider.token_url)?;
        let unreachable = |error: std::io::Error| OAuthError::Unreachable {
            provider: provider.name.clone(),
            why: format!("no port of this computer could be opened: {error}"),
        };
        let loopback = Loopback::open(&provider.loopback).map_err(unreachable)?;
        let wrong = |url: &str| OAuthError::Setup(SetupError::Endpoint(url.to_owned()));
        let back = loopback.address().to_owned();
        let redirect = RedirectUrl::new(back.clone()).map_err(|_| wrong(&back))?;
        let authorize = AuthUrl::new(provider.authorize_url.clone()).map_err(|_| wrong(&provider.authorize_url))?;
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        let client = client(&provider, None)?.set_auth_uri(authorize);
        let mut request = client
            .authorize_url(CsrfToken::new_random)
            .add_scopes(provider.scopes.iter().cloned().map(Scope::new))
            .set_pkce_challenge(challenge)
            .set_redirect_uri(std::borrow::Cow::Borrowed(&redirect));
        for (name, value) in &provider.parameters {
            request = request.add_extra_param(name, value);
        }
        if !hint.is_empty() {
            request = request.add_extra_param("login_hint", hint);
        }
        let (url, state) = request.url();
        Ok(Self { url: url.to_string(), loopback, redirect, state, verifier, provider, client_secret })
    }

    /// What to open in the system browser.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Waits for the browser to come back, then exchanges the code. Blocks up to `patience`; `now`
    /// dates the grant.
    pub fn finish(self, patience: Duration, now: DateTime<Utc>) -> Result<Granted, OAuthError> {
        let provider = || self.provider.name.clone();
        let code = self.loopback.wait(self.state.secret(), patience).map_err(|error| match error {
            NotSignedIn::TimedOut => OAuthError::NotFinished { provider: provider() },
            NotSignedIn::Refused(why) => OAuthError::Refused { provider: provider(), why },
        })?;
        let code = AuthorizationCode::new(code);
        let client = client(&self.provider, self.client_secret.as_ref())?;
        let response = client
            .exchange_code(code)
            .set_pkce_verifier(self.verifier)
            .set_redirect_uri(std::borrow::Cow::Borrowed(&self.redirect))
            .request(&http(&agent()))
            .map_err(|error| failed(&self.provider, error))?;
        let Some(refresh) = response.refresh_token() else {
            return Err(OAuthError::Refused {
                provider: self.provider.name.clone(),
                why: "it gave no refresh token".to_owned(),
            });
        };
        Ok(Granted {
            secret: Secret::Refresh { token: refresh.secret().clone().into(), client_secret: self.client_secret },
            at: now,
        })
    }
}

/// A port of this computer that a browser comes back to (RFC 8252, section 7.3).
#[derive(Debug)]
pub struct Loopback {
    listener: TcpListener,
    address: String,
}

/// Why the browser brought no code.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotSignedIn {
    /// It never came.
    #[error("signing in was not finished in the browser")]
    TimedOut,
    /// It came with a refusal.
    #[error("signing in was refused: {0}")]
    Refused(String),
}

impl Loopback {
    /// Listens on a free port; the browser comes back to `http://HOST:PORT/`, where the host is a
    /// name of this computer.
    pub fn open(host: &str) -> std::io::Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0))?;
        listener.set_nonblocking(true)?;
        let port = listener.local_addr()?.port();
        Ok(Self { listener, address: format!("http://{host}:{port}/") })
    }

    /// Where the browser is sent back to.
    #[must_use]
    pub fn address(&self) -> &str {
        &self.address
    }

    /// Waits for the browser to come back with a code, under the `state` it was sent with.
    pub fn wait(&self, state: &str, patience: Duration) -> Result<String, NotSignedIn> {
        let until = Instant::now() + patience;
        while Instant::now() < until {
            let Ok((stream, _)) = self.listener.accept() else {
                std::thread::sleep(Duration::from_millis(50));
                continue;
            };
            // A browser also asks for an icon, and others may knock: only our state counts.
            if let Some(answer) = self.answer(&stream, state) {
                return answer;
            }
        }
        Err(NotSignedIn::TimedOut)
    }

    fn answer(&self, stream: &TcpStream, state: &str) -> Option<Result<String, NotSignedIn>> {
        stream.set_nonblocking(false).ok()?;
        stream.set_read_timeout(Some(Duration::from_secs(5))).ok()?;
        let mut first = String::new();
        BufReader::new(stream.take(16 * 1024)).read_line(&mut first).ok()?;
        let target = first.strip_prefix("GET ")?.split(' ').next()?;
        let query = Url::parse(&self.address).ok()?.join(target).ok()?;
        let of = |name: &str| query.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value.into_owned());
        if of("state").as_deref() != Some(state) {
            page(stream, "404 Not Found", "Nothing is waiting here.");
            return None;
        }
        if let Some(code) = of("code") {
            page(stream, "200 OK", "You are signed in. You may close this window and go back to Dunlin.");
            return Some(Ok(code));
        }
        page(stream, "200 OK", "You are not signed in. You may close this window and go back to Dunlin.");
        Some(Err(NotSignedIn::Refused(of("error_description").or_else(|| of("error")).unwrap_or_default())))
    }
}

fn page(mut stream: &TcpStream, status: &str, words: &str) {
    let html = format!("<!DOCTYPE html><meta charset=\"utf-8\"><title>Dunlin</title><p>{words}</p>");
    // A browser that left already has nothing to be told.
    let _ = write!(
        stream,
        "HTTP/1.1 {status}\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: {}\r\n\
         Cache-Control: no-store\r\nReferrer-Policy: no-referrer\r\nConnection: close\r\n\r\n{html}",
        html.len()
    );
}
