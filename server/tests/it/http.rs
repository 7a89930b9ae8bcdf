//! The same over HTTP and TLS, by a client that knows nothing but the protocol.

use std::net::SocketAddr;

use axum_server::Handle;
use protocol::{
    Cursor, EnrolResponse, ManifestRequest, Problem, ProblemCode, PullRequest, PullResponse, PushRequest, PushResponse,
    SCHEMA, Stretch, TokenResponse, path,
};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use server::auth::Role;
use server::config::Tls;
use server::http::openapi;
use server::http::routes::{self, QUERIES, ROUTES, Shape};

use crate::scene::{PASSWORD, Scene};
use crate::work::{after, note};

pub struct Client {
    pub agent: ureq::Agent,
    pub base: String,
    pub token: Option<String>,
}

impl Client {
    /// Serves the scene on a free port.
    pub async fn of(scene: &Scene) -> (Self, Handle<SocketAddr>) {
        let handle = Handle::new();
        let (app, stop) = (scene.app.clone(), handle.clone());
        tokio::spawn(async move { server::serve::serve(app, stop).await.unwrap() });
        let address = handle.listening().await.unwrap();
        // A request whose body nobody read ends its connection: none is used twice.
        let agent = ureq::Agent::config_builder().http_status_as_error(false).max_idle_connections(0).build().into();
        (Self { agent, base: format!("http://{address}"), token: None }, handle)
    }

    /// ureq blocks; the server needs its threads meanwhile.
    pub fn send(&self, method: &str, path: &str, body: Option<String>) -> (u16, Option<String>, String) {
        tokio::task::block_in_place(|| {
            let url = format!("{}{path}", self.base);
            let bearer = self.token.as_ref().map(|token| format!("Bearer {token}")).unwrap_or_default();
            let mut response = if method == "get" {
                self.agent.get(url).header("authorization", bearer).call()
            } else if method == "put" {
                self.agent.put(url).header("authorization", bearer).send(body.unwrap_or_default())
            } else {
                self.agent.post(url).header("authorization", bearer).send(body.unwrap_or_default())
            }
            .unwrap();
            let wait = response.headers().get("retry-after").map(|value| value.to_str().unwrap().to_owned());
            let status = response.status().as_u16();
            (status, wait, response.body_mut().read_to_string().unwrap_or_default())
        })
    }

    pub fn post<T: DeserializeOwned>(&self, path: &str, body: &impl Serialize) -> Result<T, Problem> {
        let (status, _, text) = self.send("post", path, Some(serde_json::to_string(body).unwrap()));
        if status == 200 { Ok(serde_json::from_str(&text).unwrap()) } else { Err(serde_json::from_str(&text).unwrap()) }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_device_goes_its_whole_way_over_http() {
    let scene = Scene::new().await;
    let one = scene.accounts(1..2).await.remove(0);
    scene.person("ana", Role::Specialist).await;
    scene.assign("ana", &[one.customer.id], &[]).await;
    let (mut client, _handle) = Client::of(&scene).await;
    let device = scene.device("ana").await;

    let problem = client.post::<Value>(path::PULL, &after(Cursor::default())).unwrap_err();
    assert_eq!(problem.code, ProblemCode::Unauthorized);
    let token: TokenResponse = client.post(path::TOKEN, &device.signed(&device.key).await).unwrap();
    client.token = Some(token.token);
    let manifest: protocol::Manifest =
        client.post(path::SNAPSHOT, &ManifestRequest { schema_version: SCHEMA, decided: 0 }).unwrap();
    assert_eq!(manifest.chunks.len(), 1);
    let push =
        PushRequest { epoch: 1, commands: vec![device.envelope(1, one.account.id, note("hello"))], lost_upto: None };
    let pushed: PushResponse = client.post(path::PUSH, &push).unwrap();
    assert!(pushed.results[0].outcome.is_accepted());
    let pulled: PullResponse = client.post(path::PULL, &PullRequest { ..after(manifest.cursor) }).unwrap();
    let PullResponse::Page(page) = pulled else { panic!("{pulled:?}") };
    assert_eq!((page.transactions.len(), page.results.len(), page.cursor.seq), (1, 1, pushed.seq));

    let problem = client.post::<Value>(path::PUSH, &json!({"commands": 1})).unwrap_err();
    assert_eq!(problem.code, ProblemCode::Malformed);
    let problem = client.post::<Value>("/v1/assign", &json!({"login": "ana"})).unwrap_err();
    assert_eq!(problem.code, ProblemCode::Forbidden, "a specialist assigns nothing");
    scene.wait(chrono::TimeDelta::minutes(16));
    let problem = client.post::<Value>(path::PULL, &after(manifest.cursor)).unwrap_err();
    assert_eq!(problem.code, ProblemCode::Unauthorized, "a token is short");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn events_tell_the_number_and_too_many_requests_are_told_to_wait() {
    use std::io::{BufRead as _, BufReader};
    let scene = Scene::with(|config| {
        config.limits.requests_per_second = 2;
        config.limits.sign_ins_per_minute = 2;
    })
    .await;
    let one = scene.accounts(1..2).await.remove(0);
    let device = scene.specialist("ana", &[one.customer.id]).await;
    let (mut client, _handle) = Client::of(&scene).await;
    for (method, path, fields) in QUERIES {
        let operation = &openapi::build()["paths"][path][method];
        let named = operation["parameters"].as_array().expect("a path that is there");
        for (name, of) in *fields {
            let one = named.iter().find(|one| one["name"] == **name && one["in"] == "query").expect("it is named");
            assert_eq!(one["required"], !of.ends_with('?'), "{path} {name}");
        }
    }
    let (status, _, _) = client.send("get", "/v1/sign-in-ways", None);
    assert_eq!(status, 422, "an organisation must be named");
    client.token = Some(device.token().await.unwrap().token);
    let (agent, url) = (client.agent.clone(), format!("{}{}", client.base, path::EVENTS));
    let bearer = format!("Bearer {}", client.token.clone().unwrap());
    let listening = tokio::task::spawn_blocking(move || {
        let response = agent.get(url).header("authorization", bearer).call().unwrap();
        let lines = BufReader::new(response.into_body().into_reader()).lines();
        let events: Vec<Value> = lines
            .map_while(Result::ok)
            .filter_map(|line| serde_json::from_str(line.strip_prefix("data: ")?).ok())
            .take(2)
            .collect();
        events
    });
    tokio::time::sleep(std::time::Duration::from_millis(300)).await;
    // Committed without this process's knowledge, as by another server beside it.
    let seq = device.push(&[device.envelope(1, one.account.id, note("n"))]).await.unwrap().seq;
    let events = listening.await.unwrap();
    assert_eq!(events[0]["seq"], seq - 1, "where it was when the device came");
    assert_eq!(events[1]["seq"], seq);

    let mut busy = None;
    for _ in 0..60 {
        let (status, wait, text) = client.send("get", "/v1/devices", None);
        if status == 429 {
            busy = Some((wait, serde_json::from_str::<Problem>(&text).unwrap()));
            break;
        }
    }
    let (wait, problem) = busy.expect("sixty at once are too many");
    assert!(wait.unwrap().parse::<u64>().unwrap() >= 1 && problem.retry_after_ms.is_some());
    let guess = json!({"code": "example-AAAAA-AAAAA-AAAAA-AAAAA", "password": PASSWORD, "device_name": "x",
        "public_key": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"});
    let codes: Vec<ProblemCode> =
        (0..4).map(|_| client.post::<EnrolResponse>(path::ENROL, &guess).unwrap_err().code).collect();
    assert_eq!(codes[0], ProblemCode::Credentials);
    assert_eq!(codes[3], ProblemCode::Busy, "guessing is slowed down");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn tls_is_spoken_and_plain_http_is_not_answered() {
    let folder = tempfile::tempdir().unwrap();
    let (certificate, key) = (folder.path().join("cert.pem"), folder.path().join("key.pem"));
    let made = std::process::Command::new("openssl")
        .args(["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"])
        .args(["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-addext"])
        .arg("basicConstraints=critical,CA:FALSE")
        .arg("-keyout")
        .arg(&key)
        .arg("-out")
        .arg(&certificate)
        .output()
        .unwrap();
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    let pem = std::fs::read(&certificate).unwrap();
    let long_after = "2200-01-01T00:00:00Z".parse().unwrap();
    let said = server::certificate::remark(&certificate, long_after).unwrap();
    assert!(said.contains("cert.pem expired at 20"), "{said}");
    let scene = Scene::with(|config| config.tls = Some(Tls { certificate, key })).await;
    let (mut client, handle) = Client::of(&scene).await;
    let address = handle.listening().await.unwrap();
    let trusted = ureq::tls::Certificate::from_pem(&pem).unwrap();
    let roots = ureq::tls::RootCerts::new_with_certs(&[trusted]);
    client.agent = ureq::Agent::config_builder()
        .tls_config(ureq::tls::TlsConfig::builder().root_certs(roots).build())
        .build()
        .into();
    client.base = format!("https://localhost:{}", address.port());
    let (status, _, text) = client.send("get", "/health/ready", None);
    assert_eq!((status, text.as_str()), (200, "ok"));
    let plain = tokio::task::block_in_place(|| ureq::get(format!("http://{address}/health/live")).call());
    assert!(plain.is_err(), "no answer without TLS");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_document_names_every_path_and_its_bodies_as_they_are() {
    let scene = Scene::new().await;
    let one = scene.accounts(1..2).await.remove(0);
    let device = scene.specialist("ana", &[one.customer.id]).await;
    let (mut client, _handle) = Client::of(&scene).await;
    for route in ROUTES {
        let path = route.path.replace("{id}", &uuid::Uuid::nil().to_string()).replace("{chunk}", "0");
        let path = path.replace("{account}", &one.account.id.to_string()).replace("{sha256}", "00");
        let path = path.replace("{login}", "ana").replace("{device}", &uuid::Uuid::nil().to_string());
        let (status, _, _) = client.send(route.method, &path, Some("{}".to_owned()));
        if route.who.is_empty() {
            assert!(status != 404 && status != 405 && status != 401, "{} {path}: {status}", route.method);
        } else {
            assert_eq!(status, 401, "{} {path} without a token", route.method);
        }
    }
    assert_eq!(openapi::build()["paths"].as_object().unwrap().len(), {
        let mut paths: Vec<_> = ROUTES.iter().map(|route| route.path).collect();
        paths.dedup();
        paths.len()
    });
    client.token = Some(device.token().await.unwrap().token);
    let fields = |shape: &Shape, of: &Value| {
        let mut known: Vec<&str> = shape.fields.iter().map(|(name, _)| *name).collect();
        let mut found: Vec<&str> = of.as_object().unwrap().keys().map(String::as_str).collect();
        known.sort_unstable();
        found.sort_unstable();
        assert_eq!(found, known, "{}", shape.name);
    };
    let push =
        PushRequest { epoch: 1, commands: vec![device.envelope(1, one.account.id, note("n"))], lost_upto: Some(0) };
    fields(&routes::PUSH_REQUEST, &serde_json::to_value(&push).unwrap());
    fields(&routes::PUSH_RESPONSE, &client.post(path::PUSH, &push).unwrap());
    let pull = PullRequest { stretch: Some(Stretch::default()), ..after(Cursor::default()) };
    fields(&routes::PULL_REQUEST, &serde_json::to_value(pull).unwrap());
    let signed = device.signed(&device.key).await;
    fields(&routes::SIGNED_CHALLENGE, &serde_json::to_value(&signed).unwrap());
    fields(&routes::TOKEN_RESPONSE, &client.post(path::TOKEN, &signed).unwrap());
    fields(&routes::ENROL_RESPONSE, &serde_json::to_value(&device.enrolled).unwrap());
    let request = ManifestRequest { schema_version: SCHEMA, decided: 0 };
    fields(&routes::MANIFEST_REQUEST, &serde_json::to_value(request).unwrap());
    fields(&routes::MANIFEST, &client.post(path::SNAPSHOT, &request).unwrap());
    let permits = protocol::PermitRequest { customers: vec![one.customer.id], returned: vec![] };
    fields(&routes::PERMIT_REQUEST, &serde_json::to_value(&permits).unwrap());
    fields(&routes::PERMIT_RESPONSE, &client.post(path::PERMITS, &permits).unwrap());
    let (_, _, problem) = client.send("post", path::PUSH, Some("{}".to_owned()));
    fields(&routes::PROBLEM, &serde_json::from_str(&problem).unwrap());
}
