//! A provider that lies in every way an id token can: none of it signs anybody in.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use axum::extract::{Form, State};
use axum::routing::{get, post};
use axum::{Json, Router};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Utc};
use ed25519_dalek::{Signer as _, SigningKey};
use serde_json::{Value, json};
use server::config::Oidc;
use server::error::ServerError;
use server::oidc::Provider;
use sha2::{Digest as _, Sha256};

use crate::scene::rand_key;

struct Liar {
    issuer: String,
    key: SigningKey,
    other: SigningKey,
    nonce: Mutex<String>,
    challenge: Mutex<String>,
    now: DateTime<Utc>,
}

impl Liar {
    fn signed(header: &Value, claims: &Value, key: &SigningKey) -> String {
        let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let text = format!("{}.{}", part(header), part(claims));
        let signature = URL_SAFE_NO_PAD.encode(key.sign(text.as_bytes()).to_bytes());
        format!("{text}.{signature}")
    }

    /// The token for a code, which says what is wrong with it.
    fn token(&self, kind: &str) -> String {
        let mut header = json!({ "alg": "EdDSA", "kid": "one" });
        let mut claims = json!({
            "iss": self.issuer, "aud": "dunlin", "sub": "s-1", "nonce": *self.nonce.lock().unwrap(),
            "iat": self.now.timestamp() - 5, "exp": self.now.timestamp() + 60,
            "email": "Ana@Example.com", "email_verified": true,
        });
        let mut key = &self.key;
        match kind {
            "another nonce" => claims["nonce"] = json!("another"),
            "no nonce" => {
                claims.as_object_mut().unwrap().remove("nonce");
            }
            "expired" => claims["exp"] = json!(self.now.timestamp() - 1),
            "another audience" => claims["aud"] = json!("somebody else"),
            "another issuer" => claims["iss"] = json!("https://elsewhere.example.com"),
            "another key" => key = &self.other,
            "nobody checked the address" => claims["email_verified"] = json!(false),
            "no signature" => {
                header = json!({ "alg": "none" });
                let text = Self::signed(&header, &claims, key);
                return format!("{}.", text.rsplit_once('.').unwrap().0);
            }
            "the secret as key" => header = json!({ "alg": "HS256" }),
            _ => {}
        }
        Self::signed(&header, &claims, key)
    }
}

async fn exchange(
    State(liar): State<Arc<Liar>>,
    Form(form): Form<HashMap<String, String>>,
) -> Result<Json<Value>, axum::http::StatusCode> {
    let verifier = form.get("code_verifier").cloned().unwrap_or_default();
    if URL_SAFE_NO_PAD.encode(Sha256::digest(verifier)) != *liar.challenge.lock().unwrap() {
        return Err(axum::http::StatusCode::BAD_REQUEST);
    }
    Ok(Json(json!({ "access_token": "x", "token_type": "Bearer", "id_token": liar.token(&form["code"]) })))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_lie_signs_anybody_in() {
    let listener = tokio::net::TcpListener::bind(SocketAddr::from(([127, 0, 0, 1], 0))).await.unwrap();
    let issuer = format!("http://{}", listener.local_addr().unwrap());
    let now = crate::scene::start();
    let liar = Arc::new(Liar {
        issuer: issuer.clone(),
        key: SigningKey::from_bytes(&rand_key()),
        other: SigningKey::from_bytes(&rand_key()),
        nonce: Mutex::default(),
        challenge: Mutex::default(),
        now,
    });
    let at = |path: &str| format!("{issuer}{path}");
    let document = json!({
        "issuer": issuer, "authorization_endpoint": at("/auth"), "token_endpoint": at("/token"),
        "jwks_uri": at("/keys"), "response_types_supported": ["code"], "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["EdDSA", "HS256", "none"],
    });
    let keys = json!({ "keys": [{ "kty": "OKP", "crv": "Ed25519", "kid": "one", "use": "sig", "alg": "EdDSA",
        "x": URL_SAFE_NO_PAD.encode(liar.key.verifying_key().as_bytes()) }] });
    let router = Router::new()
        .route("/.well-known/openid-configuration", get(|| async { Json(document) }))
        .route("/keys", get(|| async { Json(keys) }))
        .route("/token", post(exchange))
        .with_state(liar.clone());
    tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });

    let provider = Arc::new(Provider::new(Oidc {
        org: "example".to_owned(),
        issuer,
        client_id: "dunlin".to_owned(),
        client_secret_file: None,
        client_secret: Some("not-much-of-a-secret".to_owned()),
        public_address: "http://127.0.0.1:8470".to_owned(),
        scopes: Vec::new(),
        only: false,
        enrol_without_code: false,
    }));
    let attempt = async |kind: &str, keep_verifier: bool| {
        let (provider, liar, kind) = (provider.clone(), liar.clone(), kind.to_owned());
        tokio::task::spawn_blocking(move || {
            let asked = provider.ask("state".to_owned()).unwrap();
            let url = url::Url::parse(&asked.url).unwrap();
            let query: HashMap<_, _> = url.query_pairs().into_owned().collect();
            assert_eq!(query["code_challenge_method"], "S256");
            *liar.nonce.lock().unwrap() = query["nonce"].clone();
            *liar.challenge.lock().unwrap() = query["code_challenge"].clone();
            let verifier = if keep_verifier { asked.verifier } else { "x".repeat(43) };
            provider.redeem(kind, verifier, asked.nonce, now)
        })
        .await
        .unwrap()
    };
    let good = attempt("nothing", true).await.unwrap();
    assert_eq!((good.subject.as_str(), good.email.as_deref()), ("s-1", Some("ana@example.com")));
    assert_eq!(attempt("nobody checked the address", true).await.unwrap().email, None);
    assert!(attempt("nothing", false).await.is_err(), "a code without its verifier");
    for kind in [
        "another nonce",
        "no nonce",
        "expired",
        "another audience",
        "another issuer",
        "another key",
        "no signature",
        "the secret as key",
    ] {
        let error = attempt(kind, true).await.expect_err(kind);
        assert!(matches!(error, ServerError::Provider(_)), "{kind}: {error}");
    }
}
