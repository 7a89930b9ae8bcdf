//! Every path for every role: who may, who may not, and nobody whose device was revoked.

use protocol::ProblemCode;
use serde_json::{Value, json};
use server::auth::{self, Role};
use server::http::routes::ROUTES;

use crate::http::Client;
use crate::scene::Scene;

const ROLES: [Role; 4] = [Role::Specialist, Role::Supervisor, Role::Administrator, Role::Auditor];

/// A body that is read, so that it is the role that decides.
fn body(path: &str) -> Value {
    let cursor = json!({ "epoch": 1, "seq": 0, "scope_version": 0, "schema_version": 1 });
    match path {
        "/v1/push" => json!({ "epoch": 1, "commands": [] }),
        "/v1/pull" => json!({ "cursor": cursor, "limit_bytes": 1000 }),
        "/v1/permits" => json!({ "customers": [] }),
        "/v1/snapshot" => json!({ "schema_version": 1, "decided": 0 }),
        "/v1/presence" => json!({ "open": [] }),
        "/v1/attachments" => {
            json!({ "account": "0000000000000001", "sha256": "aa", "bytes": 1, "media_type": "image/png" })
        }
        "/v1/assign" => json!({ "login": "nobody" }),
        "/v1/policy" => serde_json::to_value(domain::policy::Policy::standard()).unwrap(),
        "/v1/template" => json!({ "key": "letter", "body": {} }),
        "/v1/import" => json!({ "rows": [] }),
        "/v1/people" => json!({ "login": "", "name": "", "role": "auditor" }),
        "/v1/devices/{device}/revoke" => json!({ "why": "" }),
        _ => json!({}),
    }
}

fn address(path: &str) -> String {
    path.replace("{id}", &uuid::Uuid::nil().to_string())
        .replace("{chunk}", "0")
        .replace("{account}", "0000000000000001")
        .replace("{sha256}", &"0".repeat(64))
        .replace("{login}", "nobody")
        .replace("{device}", &uuid::Uuid::nil().to_string())
}

fn code(text: &str) -> Option<ProblemCode> {
    serde_json::from_value(serde_json::from_str::<Value>(text).ok()?.get("code")?.clone()).ok()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn every_path_is_for_the_roles_that_it_names_and_for_no_revoked_device() {
    let scene = Scene::new().await;
    let (mut client, _handle) = Client::of(&scene).await;
    let behind: Vec<_> = ROUTES.iter().filter(|route| !route.who.is_empty() && route.path != "/v1/events").collect();
    assert!(behind.len() > 20);
    for role in ROLES {
        scene.person(role.word(), role).await;
        let device = scene.device(role.word()).await;
        client.token = Some(device.token().await.unwrap().token);
        for route in &behind {
            let (status, _, text) = client.send(route.method, &address(route.path), Some(body(route.path).to_string()));
            let what = format!("{} {} as {}: {status} {text}", route.method, route.path, role.word());
            let may = route.who == "any" || route.who.split(", ").any(|word| word == role.word());
            assert_eq!(code(&text) == Some(ProblemCode::Forbidden), !may, "{what}");
            assert!(status < 500 && status != 401, "{what}");
        }
        if role == Role::Supervisor {
            let (status, _, text) = client.send("get", "/v1/orders?state=refused", None);
            assert_eq!((status, text.as_str()), (200, "[]"));
            let behind = format!("/v1/orders?state=refused&after={}", uuid::Uuid::nil());
            assert_eq!(code(&client.send("get", &behind, None).2), Some(ProblemCode::Missing));
        }
        auth::revoke(&scene.app, scene.org, "administrator", device.id().0, "lost").await.unwrap();
        for route in ROUTES.iter().filter(|route| !route.who.is_empty()) {
            let (_, _, text) = client.send(route.method, &address(route.path), Some(body(route.path).to_string()));
            assert_eq!(code(&text), Some(ProblemCode::Revoked), "{} {} after that: {text}", route.method, route.path);
        }
    }
}

#[tokio::test]
async fn customers_come_only_to_who_may_see_them() {
    use server::supervise::assign::{Assign, assign};
    let scene = Scene::new().await;
    let one = scene.accounts(1..2).await.remove(0);
    for role in [Role::Administrator, Role::Auditor] {
        scene.person(role.word(), role).await;
        let change = Assign { login: role.word().to_owned(), add: vec![one.customer.id], ..Assign::default() };
        let error = assign(&scene.app, &scene.supervisor(), &change).await.unwrap_err();
        assert!(error.to_string().contains("works no customers"), "{error}");
    }
    assert_eq!(scene.count("SELECT count(*) FROM assignment").await, 0);
}
