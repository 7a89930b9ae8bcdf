//! Access tokens for XOAUTH2: fetched with the refresh token, kept in memory until shortly before
//! they end. Secrets never appear in an error: what a provider answers is quoted only where the
//! standard says it is a reason.

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use oauth2::basic::{BasicClient, BasicErrorResponse, BasicErrorResponseType, BasicTokenResponse};
use oauth2::{
    ClientId, ClientSecret, HttpRequest, HttpResponse, RefreshToken, RequestTokenError, Scope, TokenResponse, TokenUrl,
};
use secrecy::{ExposeSecret, SecretString};
use ureq::Agent;
use ureq::tls::{RootCerts, TlsConfig};

use crate::account::{OAuthProvider, SetupError};

/// Why there is no token.
#[derive(Debug, thiserror::Error)]
pub enum OAuthError {
    /// The settings can't work.
    #[error(transparent)]
    Setup(#[from] SetupError),
    /// The refresh token was revoked, has ended, or the password changed.
    #[error("the permission with {provider} has ended ({why}); sign in again")]
    SignInAgain {
        /// Provider.
        provider: String,
        /// Its words.
        why: String,
    },
    /// The provider said no for another reason.
    #[error("{provider} refused to sign in: {why}; check the client id and the permissions asked for")]
    Refused {
        /// Provider.
        provider: String,
        /// Its words.
        why: String,
    },
    /// Not reached, or no sense in the answer.
    #[error("{provider} can't be reached to sign in ({why}); check the network and try again")]
    Unreachable {
        /// Provider.
        provider: String,
        /// What happened.
        why: String,
    },
    /// The browser never came back.
    #[error("signing in with {provider} was not finished in the browser; start it again")]
    NotFinished {
        /// Provider.
        provider: String,
    },
}

impl OAuthError {
    /// The provider's name; empty for settings.
    pub(crate) fn provider(&self) -> String {
        match self {
            Self::Setup(_) => String::new(),
            Self::SignInAgain { provider, .. }
            | Self::Refused { provider, .. }
            | Self::Unreachable { provider, .. }
            | Self::NotFinished { provider } => provider.clone(),
        }
    }
}

/// A token is renewed this long before its end, so that it doesn't end on the way.
const SKEW: TimeDelta = TimeDelta::minutes(2);

/// What a provider that names no lifetime is taken to mean.
const LIFETIME: Duration = Duration::from_mins(15);

/// One account's tokens.
pub(crate) struct Tokens {
    provider: OAuthProvider,
    refresh: SecretString,
    client_secret: Option<SecretString>,
    access: Option<(SecretString, DateTime<Utc>)>,
    rotated: bool,
}

impl Tokens {
    pub(crate) fn new(
        provider: OAuthProvider,
        refresh: SecretString,
        client_secret: Option<SecretString>,
    ) -> Result<Self, SetupError> {
        safe(&provider.token_url)?;
        Ok(Self { provider, refresh, client_secret, access: None, rotated: false })
    }

    pub(crate) fn provider(&self) -> &OAuthProvider {
        &self.provider
    }

    /// A token that still holds for a while.
    pub(crate) fn access(&mut self, now: DateTime<Utc>) -> Result<SecretString, OAuthError> {
        if let Some((token, until)) = &self.access
            && now < *until
        {
            return Ok(token.clone());
        }
        let client = client(&self.provider, self.client_secret.as_ref())?;
        let refresh = RefreshToken::new(self.refresh.expose_secret().to_owned());
        let response = client
            .exchange_refresh_token(&refresh)
            .add_scopes(self.provider.scopes.iter().cloned().map(Scope::new))
            .request(&http(&agent()))
            .map_err(|error| failed(&self.provider, error))?;
        if let Some(fresh) = response.refresh_token().filter(|fresh| fresh.secret() != refresh.secret()) {
            self.refresh = fresh.secret().clone().into();
            self.rotated = true;
        }
        let (token, until) = access_of(&response, now);
        self.access = Some((token.clone(), until));
        Ok(token)
    }

    /// The server refused the token although it had not ended.
    pub(crate) fn forget(&mut self) {
        self.access = None;
    }

    pub(crate) fn rotated(&mut self) -> Option<SecretString> {
        std::mem::take(&mut self.rotated).then(|| self.refresh.clone())
    }
}

/// The access token and when to renew it.
pub(crate) fn access_of(response: &BasicTokenResponse, now: DateTime<Utc>) -> (SecretString, DateTime<Utc>) {
    let lifetime = TimeDelta::from_std(response.expires_in().unwrap_or(LIFETIME)).unwrap_or(SKEW);
    let until = now.checked_add_signed(lifetime - SKEW).unwrap_or(now);
    (response.access_token().secret().clone().into(), until)
}

/// A client that knows the token endpoint.
pub(crate) type Client = BasicClient<
    oauth2::EndpointNotSet,
    oauth2::EndpointNotSet,
    oauth2::EndpointNotSet,
    oauth2::EndpointNotSet,
    oauth2::EndpointSet,
>;

pub(crate) fn client(provider: &OAuthProvider, secret: Option<&SecretString>) -> Result<Client, OAuthError> {
    let url =
        TokenUrl::new(provider.token_url.clone()).map_err(|_| SetupError::Endpoint(provider.token_url.clone()))?;
    let mut client = BasicClient::new(ClientId::new(provider.client_id.clone()))
        .set_auth_type(oauth2::AuthType::RequestBody)
        .set_token_uri(url);
    if let Some(secret) = secret {
        client = client.set_client_secret(ClientSecret::new(secret.expose_secret().to_owned()));
    }
    Ok(client)
}

/// `https://`, or plain HTTP to this very machine.
pub(crate) fn safe(url: &str) -> Result<(), SetupError> {
    let local = ["http://127.0.0.1:", "http://localhost:"];
    if url.starts_with("https://") || local.iter().any(|start| url.starts_with(start)) {
        Ok(())
    } else {
        Err(SetupError::Endpoint(url.to_owned()))
    }
}

/// The operating system's authorities, no redirects: a token goes to one place only.
pub(crate) fn agent() -> Agent {
    let tls = TlsConfig::builder()
        .root_certs(RootCerts::PlatformVerifier)
        .unversioned_rustls_crypto_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .build();
    Agent::config_builder()
        .tls_config(tls)
        .timeout_global(Some(Duration::from_secs(30)))
        .http_status_as_error(false)
        .max_redirects(0)
        .build()
        .new_agent()
}

/// What can go wrong below HTTP.
#[derive(Debug, thiserror::Error)]
pub(crate) enum HttpFault {
    #[error(transparent)]
    Transport(#[from] ureq::Error),
    #[error(transparent)]
    Shape(#[from] oauth2::http::Error),
}

pub(crate) fn http(agent: &Agent) -> impl Fn(HttpRequest) -> Result<HttpResponse, HttpFault> + '_ {
    move |request| {
        let mut answer = agent.run(request)?;
        let body = answer.body_mut().with_config().limit(256 * 1024).read_to_vec()?;
        let mut response = oauth2::http::Response::builder().status(answer.status().as_u16());
        for (name, value) in answer.headers() {
            response = response.header(name, value);
        }
        Ok(response.body(body)?)
    }
}

pub(crate) fn failed(provider: &OAuthProvider, error: RequestTokenError<HttpFault, BasicErrorResponse>) -> OAuthError {
    let provider = provider.name.clone();
    match error {
        RequestTokenError::ServerResponse(answer) => {
            let why = answer.error_description().cloned().unwrap_or_else(|| answer.error().to_string());
            match answer.error() {
                BasicErrorResponseType::InvalidGrant => OAuthError::SignInAgain { provider, why },
                // Microsoft's word when a person must act, such as a second factor.
                BasicErrorResponseType::Extension(word) if word == "interaction_required" => {
                    OAuthError::SignInAgain { provider, why }
                }
                BasicErrorResponseType::Extension(word)
                    if word == "temporarily_unavailable" || word == "server_error" =>
                {
                    OAuthError::Unreachable { provider, why }
                }
                _ => OAuthError::Refused { provider, why },
            }
        }
        RequestTokenError::Request(fault) => OAuthError::Unreachable { provider, why: fault.to_string() },
        // Its body may hold a token.
        RequestTokenError::Parse(..) | RequestTokenError::Other(_) => {
            OAuthError::Unreachable { provider, why: "its answer makes no sense".to_owned() }
        }
    }
}
