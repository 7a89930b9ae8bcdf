//! Sign-in through a provider: the whole way through panva's oidc-provider and its own forms, and a
//! provider that lies in every way an id token can.

use std::io::{BufRead as _, BufReader, Read as _};
use std::net::SocketAddr;
use std::process::{Child, ChildStdout, Command, Stdio};

use axum_server::Handle;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{TimeDelta, Utc};
use ed25519_dalek::SigningKey;
use protocol::{OidcEnrolRequest, OidcProof, OidcSignInRequest, path};
use serde_json::Value;
use server::auth::{self, NewPerson, Role};
use server::config::Oidc;
use server::error::ServerError;
use server::history::{self, Filter};
use server::oidc;
use sha2::{Digest as _, Sha256};

use crate::scene::{Device, Scene, rand_key, start};

/// The provider's process; ends with the test.
struct Panva {
    process: Child,
    said: Value,
    /// Kept open: the provider talks on, and a closed pipe would end it.
    _talk: BufReader<ChildStdout>,
}

impl Drop for Panva {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn panva(redirect: &str) -> Option<Panva> {
    let peers = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/peers");
    if !std::path::Path::new(peers).join("node_modules/oidc-provider").is_dir() {
        println!("SKIPPED: tests/peers has no oidc-provider; cargo xtask setup installs it.");
        return None;
    }
    let mut process = Command::new("node")
        .current_dir(peers)
        .args(["oidc.mjs", "--redirect", redirect])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut talk = BufReader::new(process.stdout.take().unwrap());
    let said = talk.by_ref().lines().find_map(|line| serde_json::from_str(&line.unwrap()).ok());
    Some(Panva { process, said: said.expect("the provider starts"), _talk: talk })
}

pub fn free_port() -> u16 {
    std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

fn provider(port: u16, issuer: &str) -> Oidc {
    Oidc {
        org: "example".to_owned(),
        issuer: issuer.to_owned(),
        client_id: "dunlin".to_owned(),
        client_secret_file: None,
        client_secret: Some("not-much-of-a-secret".to_owned()),
        public_address: format!("http://127.0.0.1:{port}"),
        scopes: vec!["email".to_owned()],
        only: false,
        enrol_without_code: false,
    }
}

/// A server at real time with that provider, and the users ana and bob.
async fn scene(port: u16, oidc: Oidc) -> (Scene, Handle<SocketAddr>) {
    let scene = Scene::with(|config| {
        config.listen = SocketAddr::from(([127, 0, 0, 1], port));
        config.oidc = vec![oidc];
    })
    .await;
    #[expect(clippy::disallowed_methods, reason = "the provider's tokens are of now")]
    scene.wait(Utc::now() - start());
    for login in ["ana", "bob", "unverified"] {
        let new = NewPerson {
            login: login.to_owned(),
            name: format!("{login} by name"),
            role: Role::Specialist,
            email: Some(format!("{login}@Example.com")),
        };
        auth::add_person(&scene.app, scene.org, "administrator", &new).await.unwrap();
    }
    let handle = Handle::new();
    let (app, stop) = (scene.app.clone(), handle.clone());
    tokio::spawn(async move { server::serve::serve(app, stop).await.unwrap() });
    handle.listening().await.unwrap();
    (scene, handle)
}

/// A device's part of a sign-in.
struct Asking {
    verifier: String,
    url: String,
}

fn asking(port: u16) -> Asking {
    let verifier = URL_SAFE_NO_PAD.encode(rand_key());
    let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(verifier.as_bytes()));
    let redirect = "http%3A%2F%2F127.0.0.1%3A9%2Fsigned-in";
    let url = format!(
        "http://127.0.0.1:{port}{}?org=example&challenge={challenge}&redirect={redirect}&state=mine",
        path::OIDC_START
    );
    Asking { verifier, url }
}

/// A browser: keeps cookies; follows redirects and fills in forms by hand, until the device's port.
struct Browser(ureq::Agent);

impl Browser {
    fn new() -> Self {
        let config = ureq::Agent::config_builder().http_status_as_error(false).max_redirects(0);
        Self(config.max_idle_connections(0).build().into())
    }

    fn get(&self, url: &str) -> (u16, Option<String>, String) {
        read(self.0.get(url).call().unwrap())
    }

    /// Signs in as that user; the address at which the device's port is called.
    fn sign_in(&self, url: &str, login: &str) -> String {
        let mut at = url.to_owned();
        let mut answer = self.get(&at);
        for _ in 0..20 {
            let (status, location, body) = answer;
            if let Some(location) = location {
                at = url::Url::parse(&at).unwrap().join(&location).unwrap().into();
                if at.starts_with("http://127.0.0.1:9/") {
                    return at;
                }
                answer = self.get(&at);
                continue;
            }
            assert_eq!(status, 200, "{at}: {body}");
            let action = body.split("action=\"").nth(1).and_then(|rest| rest.split('"').next()).expect("a form");
            let prompt = if body.contains("value=\"login\"") { "login" } else { "consent" };
            at = url::Url::parse(&at).unwrap().join(action).unwrap().into();
            let form = [("prompt", prompt), ("login", login), ("password", "anything")];
            answer = read(self.0.post(&at).send_form(form).unwrap());
        }
        panic!("the browser goes round in circles at {at}");
    }
}

fn read(mut response: ureq::http::Response<ureq::Body>) -> (u16, Option<String>, String) {
    let location = response.headers().get("location").map(|value| value.to_str().unwrap().to_owned());
    (response.status().as_u16(), location, response.body_mut().read_to_string().unwrap_or_default())
}

fn query(address: &str, name: &str) -> Option<String> {
    url::Url::parse(address).unwrap().query_pairs().find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
}

fn enrolment(proof: OidcProof, code: Option<String>, key: &SigningKey) -> OidcEnrolRequest {
    OidcEnrolRequest {
        proof,
        enrolment_code: code,
        device_name: "Front desk".to_owned(),
        public_key: URL_SAFE_NO_PAD.encode(key.verifying_key().as_bytes()),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_device_enrols_and_signs_in_again_through_a_real_provider() {
    let port = free_port();
    let Some(panva) = panva(&format!("http://127.0.0.1:{port}{}", path::OIDC_CALLBACK)) else { return };
    let mut config = provider(port, panva.said["issuer"].as_str().unwrap());
    config.only = true;
    let (scene, _handle) = scene(port, config).await;
    assert!(!oidc::ways(&scene.app, "example").password && oidc::ways(&scene.app, "nobody").password);
    let sign_in = |login: &'static str| {
        let asked = asking(port);
        let came = tokio::task::block_in_place(|| Browser::new().sign_in(&asked.url, login));
        assert_eq!(query(&came, "state").as_deref(), Some("mine"));
        (query(&came, "code").ok_or_else(|| query(&came, "error").unwrap()), asked.verifier)
    };
    let proof = |login| {
        let (code, verifier) = sign_in(login);
        OidcProof { code: code.unwrap(), verifier }
    };

    let key = SigningKey::from_bytes(&rand_key());
    let error = oidc::enrol(&scene.app, enrolment(proof("ana"), None, &key)).await.unwrap_err();
    assert!(matches!(error, ServerError::Invalid(_)), "a new computer needs a code: {error}");
    let code = scene.code("ana").await;
    let password = crate::scene::enrolment(&code, crate::scene::PASSWORD, &key);
    let error = auth::enrol(&scene.app, password).await.unwrap_err();
    assert!(matches!(error, ServerError::Invalid(_)), "no passwords here: {error}");
    let error = oidc::enrol(&scene.app, enrolment(proof("bob"), Some(code.clone()), &key)).await.unwrap_err();
    assert!(matches!(error, ServerError::WrongCredentials), "ana's code is not bob's: {error}");
    let mut stolen = proof("ana");
    stolen.verifier = URL_SAFE_NO_PAD.encode(rand_key());
    let error = oidc::enrol(&scene.app, enrolment(stolen, Some(code.clone()), &key)).await.unwrap_err();
    assert!(matches!(error, ServerError::WrongCredentials), "without the verifier the code is nothing: {error}");
    let enrolled = oidc::enrol(&scene.app, enrolment(proof("ana"), Some(code), &key)).await.unwrap();
    assert_eq!(enrolled.login, "ana");

    let device = Device { app: scene.app.clone(), key, enrolled, user: uuid::Uuid::nil() };
    device.token().await.unwrap();
    scene.wait(TimeDelta::days(8));
    assert!(matches!(device.token().await.err(), Some(ServerError::SignInAgain)));
    // The provider's tokens are of now, and expire: seen from eight days ahead none is good.
    assert_eq!(sign_in("ana").0.unwrap_err(), "server_error");
    scene.wait(TimeDelta::days(-8));
    let request = OidcSignInRequest { signed: device.signed(&device.key).await, proof: proof("ana") };
    oidc::sign_in(&scene.app, request).await.unwrap();
    let request = OidcSignInRequest { signed: device.signed(&device.key).await, proof: proof("bob") };
    assert!(oidc::sign_in(&scene.app, request).await.is_err(), "bob does not sign in on ana's device");

    assert_eq!(sign_in("somebody").0.unwrap_err(), "unknown_user");
    assert_eq!(sign_in("unverified").0.unwrap_err(), "unknown_user", "an address that nobody checked");
    // A subject is linked for good: the address may change hands.
    let conn = scene.app.db.conn().await.unwrap();
    let filter = Filter { kind: Some("auth.".to_owned()), ..Filter::default() };
    let entries = history::list(&conn, scene.org, &filter).await.unwrap();
    assert_eq!(entries.iter().filter(|(_, entry)| entry.kind == "auth.linked").count(), 2, "ana and bob, once each");
    assert!(entries.iter().any(|(_, entry)| entry.summary.contains("whom no user here is linked to")));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_sign_in_is_good_once_and_only_in_its_own_browser() {
    let port = free_port();
    let Some(panva) = panva(&format!("http://127.0.0.1:{port}{}", path::OIDC_CALLBACK)) else { return };
    let mut config = provider(port, panva.said["issuer"].as_str().unwrap());
    config.enrol_without_code = true;
    let (scene, _handle) = scene(port, config).await;
    let asked = asking(port);
    let (mine, others) = (Browser::new(), Browser::new());
    let (_, to_provider, _) = tokio::task::block_in_place(|| mine.get(&asked.url));
    let state = query(&to_provider.unwrap(), "state").unwrap();
    let callback = format!("http://127.0.0.1:{port}{}?state={state}&error=access_denied", path::OIDC_CALLBACK);
    let (status, location, _) = tokio::task::block_in_place(|| others.get(&callback));
    assert_eq!((status, location), (400, None), "another browser brings nothing back");
    let (_, location, _) = tokio::task::block_in_place(|| mine.get(&callback));
    assert_eq!(query(&location.unwrap(), "error").as_deref(), Some("access_denied"));
    let (status, ..) = tokio::task::block_in_place(|| mine.get(&callback));
    assert_eq!(status, 400, "good once");

    let asked = asking(port);
    let came = tokio::task::block_in_place(|| Browser::new().sign_in(&asked.url, "ana"));
    let proof = || OidcProof { code: query(&came, "code").unwrap(), verifier: asked.verifier.clone() };
    let key = SigningKey::from_bytes(&rand_key());
    scene.wait(TimeDelta::minutes(3));
    assert!(oidc::enrol(&scene.app, enrolment(proof(), None, &key)).await.is_err(), "good for two minutes");
    scene.wait(TimeDelta::minutes(-3));
    let asked = asking(port);
    let came = tokio::task::block_in_place(|| Browser::new().sign_in(&asked.url, "ana"));
    let proof = || OidcProof { code: query(&came, "code").unwrap(), verifier: asked.verifier.clone() };
    oidc::enrol(&scene.app, enrolment(proof(), None, &key)).await.expect("the provider's word is enough here");
    let other = SigningKey::from_bytes(&rand_key());
    assert!(oidc::enrol(&scene.app, enrolment(proof(), None, &other)).await.is_err(), "a code is good once");
}
