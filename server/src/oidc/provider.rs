//! The provider: its document and keys, the code's exchange, and the checks of the id token, by the
//! `openidconnect` library. Blocking, and always called off the async threads.

use std::sync::Mutex;
use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};
use openidconnect::core::{
    CoreAuthenticationFlow, CoreClient, CoreJwsSigningAlgorithm, CoreProviderMetadata, CoreUserInfoClaims,
};
use openidconnect::{
    AuthorizationCode, ClientId, ClientSecret, CsrfToken, HttpRequest, HttpResponse, IssuerUrl, Nonce,
    OAuth2TokenResponse as _, PkceCodeChallenge, PkceCodeVerifier, RedirectUrl, Scope, TokenResponse as _,
};

use crate::config::Oidc;
use crate::error::ServerError;

/// How long the provider's document and keys are taken for current. Keys that are replaced are
/// published before they sign; one that is not known yet makes them be read again.
const CURRENT: Duration = Duration::from_mins(10);

/// Longest a provider may take for an answer, and largest answer.
const PATIENCE: Duration = Duration::from_secs(10);
const LARGEST: u64 = 1 << 20;

/// Signatures that are taken: only those that the provider alone can make.
const ALGORITHMS: [CoreJwsSigningAlgorithm; 7] = [
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256,
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha384,
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha512,
    CoreJwsSigningAlgorithm::RsaSsaPssSha256,
    CoreJwsSigningAlgorithm::EcdsaP256Sha256,
    CoreJwsSigningAlgorithm::EcdsaP384Sha384,
    CoreJwsSigningAlgorithm::EdDsa,
];

/// Who the provider says it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// Never changes, and means nothing elsewhere.
    pub subject: String,
    /// In small letters; only if the provider verified it.
    pub email: Option<String>,
}

/// A provider of one organisation.
pub struct Provider {
    /// As configured.
    pub config: Oidc,
    agent: ureq::Agent,
    known: Mutex<Option<(Instant, CoreProviderMetadata)>>,
}

/// What the browser is sent to the provider with; the answer is checked against it.
pub struct Asked {
    /// The provider's address, with everything.
    pub url: String,
    /// Must come back in the id token.
    pub nonce: String,
    /// Goes along with the code.
    pub verifier: String,
}

fn away(what: &str, error: &dyn std::fmt::Display) -> ServerError {
    ServerError::Provider(format!("{what}: {error}"))
}

impl Provider {
    /// Asks nothing yet.
    #[must_use]
    pub fn new(config: Oidc) -> Self {
        let roots = rustls_native_certs::load_native_certs()
            .certs
            .into_iter()
            .map(|certificate| ureq::tls::Certificate::from_der(&certificate).to_owned())
            .collect::<Vec<_>>();
        let tls = ureq::tls::TlsConfig::builder().root_certs(ureq::tls::RootCerts::new_with_certs(&roots)).build();
        let agent = ureq::Agent::config_builder()
            .tls_config(tls)
            .timeout_global(Some(PATIENCE))
            // Sign-ins are rare: a connection that was kept is one that the provider closed meanwhile.
            .max_idle_connections(0)
            // A redirect could lead into the own network.
            .max_redirects(0)
            .http_status_as_error(false)
            .build()
            .into();
        Self { config, agent, known: Mutex::new(None) }
    }

    fn http(&self, request: HttpRequest) -> Result<HttpResponse, ureq::Error> {
        let mut response = self.agent.run(request)?;
        let body = response.body_mut().with_config().limit(LARGEST).read_to_vec()?;
        let (head, _) = response.into_parts();
        Ok(HttpResponse::from_parts(head, body))
    }

    /// The provider's document with its keys.
    fn metadata(&self, fresh: bool) -> Result<CoreProviderMetadata, ServerError> {
        let mut known = self.known.lock().map_err(|_| ServerError::Busy(1))?;
        match known.as_ref() {
            Some((at, metadata)) if !fresh && at.elapsed() < CURRENT => return Ok(metadata.clone()),
            _ => {}
        }
        let issuer = IssuerUrl::new(self.config.issuer.clone()).map_err(|error| away("issuer", &error))?;
        let metadata = CoreProviderMetadata::discover(&issuer, &|request| self.http(request))
            .map_err(|error| away("its document", &chain(&error)))?;
        *known = Some((Instant::now(), metadata.clone()));
        Ok(metadata)
    }

    fn redirect(&self) -> Result<RedirectUrl, ServerError> {
        let text = format!("{}{}", self.config.public_address.trim_end_matches('/'), protocol::path::OIDC_CALLBACK);
        RedirectUrl::new(text).map_err(|error| away("public_address", &error))
    }

    /// Where the browser goes.
    pub fn ask(&self, state: String) -> Result<Asked, ServerError> {
        let client = CoreClient::from_provider_metadata(
            self.metadata(false)?,
            ClientId::new(self.config.client_id.clone()),
            None,
        )
        .set_redirect_uri(self.redirect()?);
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        let mut request = client
            .authorize_url(CoreAuthenticationFlow::AuthorizationCode, || CsrfToken::new(state), Nonce::new_random)
            .set_pkce_challenge(challenge);
        for scope in &self.config.scopes {
            request = request.add_scope(Scope::new(scope.clone()));
        }
        let (url, _, nonce) = request.url();
        Ok(Asked { url: url.into(), nonce: nonce.secret().clone(), verifier: verifier.into_secret() })
    }

    /// Exchanges the code, and checks the id token: issuer, audience, nonce, expiry, algorithm and
    /// signature.
    pub fn redeem(
        &self,
        code: String,
        verifier: String,
        nonce: String,
        now: DateTime<Utc>,
    ) -> Result<Identity, ServerError> {
        let secret = self.config.client_secret.clone().map(ClientSecret::new);
        let client = CoreClient::from_provider_metadata(
            self.metadata(false)?,
            ClientId::new(self.config.client_id.clone()),
            secret.clone(),
        )
        .set_redirect_uri(self.redirect()?);
        let http = |request| self.http(request);
        let token = client
            .exchange_code(AuthorizationCode::new(code))
            .map_err(|error| away("its document", &error))?
            .set_pkce_verifier(PkceCodeVerifier::new(verifier))
            .request(&http)
            .map_err(|error| away("the code", &chain(&error)))?;
        let id = token.id_token().ok_or_else(|| away("the answer", &"no id token in it"))?;
        let nonce = Nonce::new(nonce);
        let verify = |client: &openidconnect::core::CoreClient<_, _, _, _, _, _>| {
            let verifier = client.id_token_verifier().set_allowed_algs(ALGORITHMS).set_time_fn(|| now);
            id.claims(&verifier, &nonce).cloned()
        };
        let claims = match verify(&client) {
            Ok(claims) => claims,
            Err(first) => {
                // Its keys may have been replaced since they were read.
                let renewed = CoreClient::from_provider_metadata(
                    self.metadata(true)?,
                    ClientId::new(self.config.client_id.clone()),
                    secret,
                )
                .set_redirect_uri(self.redirect()?);
                verify(&renewed).map_err(|_| away("the id token", &chain(&first)))?
            }
        };
        let mut email = claims.email().filter(|_| claims.email_verified() == Some(true)).map(|one| one.to_string());
        // Many providers tell the address only here. The library checks that the subject is the same.
        if claims.email().is_none()
            && let Ok(request) = client.user_info(token.access_token().clone(), Some(claims.subject().clone()))
        {
            let more: CoreUserInfoClaims =
                request.request(&http).map_err(|error| away("what it knows of the user", &chain(&error)))?;
            email = more.email().filter(|_| more.email_verified() == Some(true)).map(|one| one.to_string());
        }
        Ok(Identity { subject: claims.subject().to_string(), email: email.map(|text| text.to_lowercase()) })
    }
}

/// An error with its causes, for the log.
fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        text = format!("{text}: {inner}");
        cause = inner.source();
    }
    text
}
