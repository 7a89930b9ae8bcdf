//! What somebody with a device of their own, or with none, tries.

use protocol::{Act, Json, Outcome, Problem, ProblemCode};
use serde_json::{Value, json};
use server::auth::{self, Role};
use server::history::{self, Filter};

use crate::http::Client;
use crate::scene::{PASSWORD, Scene, enrolment, rand_key};
use crate::work::{note, refused};
use domain::history::Entry;
use domain::ids::{HistoryId, OutboxId};
use domain::outbox::{Channel, Intent};
use domain::plan::{Change, Plan};
use uuid::Uuid;

#[tokio::test]
async fn a_record_gives_no_approval_and_takes_nobodys_rows() {
    let scene = Scene::new().await;
    let all = scene.accounts(1..3).await;
    let ana = scene.specialist("ana", &[all[0].customer.id]).await;
    let bob = scene.specialist("bob", &[all[1].customer.id]).await;
    let (mine, theirs) = (all[0].account.id, all[1].account.id);
    let record = |device: &crate::scene::Device, seq, account, plan| {
        let mut envelope = device.envelope(seq, account, note("n"));
        envelope.act = Json::of(&Act::Record { account, plan }).unwrap();
        envelope
    };
    let entry = |id: Uuid, account, kind: &str, actor: &str| Entry {
        id: HistoryId(id),
        at: crate::scene::start(),
        actor: actor.to_owned(),
        account: Some(account),
        kind: kind.to_owned(),
        summary: "Approved".to_owned(),
        detail: json!({ "given": { "medium": "letter", "by": "Supervisor", "reason": "x", "at": crate::scene::start() } }),
    };
    let name = &ana.enrolled.name;
    let forged = Plan { history: vec![entry(Uuid::now_v7(), mine, "approval.given", name)], ..Plan::default() };
    let results = ana.push(&[record(&ana, 1, mine, forged)]).await.unwrap().results;
    assert_eq!(refused(&results[0]), "SYN-2", "only a decision approves");

    let intent = |id: Uuid, account, actor: &str| Intent {
        id: OutboxId(id),
        account,
        channel: Channel::Letter,
        template: "statement".to_owned(),
        run: None,
        arrangement: None,
        steps: Vec::new(),
        to: None,
        decided: crate::scene::start(),
        actor: actor.to_owned(),
    };
    let (letter, told) = (Uuid::now_v7(), Uuid::now_v7());
    let plan = |account, actor: &str, letter, told| Plan {
        changes: vec![Change::Queue(intent(letter, account, actor))],
        history: vec![entry(told, account, "letter.queued", actor)],
        ..Plan::default()
    };
    let queued = plan(theirs, &bob.enrolled.name, letter, told);
    assert!(bob.push(&[record(&bob, 1, theirs, queued)]).await.unwrap().results[0].outcome.is_accepted());
    let before = scene.count("SELECT sum(hashtext(body))::bigint FROM record").await;
    let batch = [
        record(&ana, 2, mine, plan(mine, name, letter, Uuid::now_v7())),
        record(&ana, 3, mine, plan(mine, name, Uuid::now_v7(), told)),
    ];
    for result in ana.push(&batch).await.unwrap().results {
        assert!(matches!(result.outcome, Outcome::Quarantined { .. }), "another's id: {result:?}");
    }
    assert_eq!(
        scene.count("SELECT sum(hashtext(body))::bigint FROM record").await,
        before,
        "his rows are as they were"
    );
    assert!(ana.act(4, mine, note("goes on")).await.outcome.is_accepted());
}

#[tokio::test]
async fn a_moment_that_no_calendar_knows_stops_no_queue() {
    let scene = Scene::new().await;
    let one = scene.accounts(1..2).await.remove(0);
    let device = scene.specialist("ana", &[one.customer.id]).await;
    let mut odd = device.envelope(1, one.account.id, note("n"));
    odd.clock.occurred_at = "-9999-12-31T23:59:59Z".parse().unwrap();
    let results = device.push(&[odd, device.envelope(2, one.account.id, note("n"))]).await.unwrap().results;
    assert!(matches!(results[0].outcome, Outcome::Quarantined { .. }), "{results:?}");
    assert!(results[1].outcome.is_accepted());
    let mut long = device.envelope(3, one.account.id, note("n"));
    long.app_version = "x".repeat(1_000_000);
    assert_eq!(device.push(&[long]).await.unwrap_err().code(), ProblemCode::Malformed);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn nonsense_is_the_callers_mistake_and_strangers_send_little() {
    let scene = Scene::new().await;
    let (mut client, _handle) = Client::of(&scene).await;
    let key = ed25519_dalek::SigningKey::from_bytes(&rand_key());
    let guess = |code: &str, name: &str| {
        let mut request = serde_json::to_value(enrolment(code, PASSWORD, &key)).unwrap();
        request["device_name"] = json!(name);
        request.to_string()
    };
    for body in [guess("a\0-AAAAA", "x"), guess("example-AAAAA", "x\0")] {
        let (status, _, text) = client.send("post", "/v1/enrol", Some(body));
        assert_eq!(status, 422, "{text}");
    }
    let (status, _, _) = client.send("post", "/v1/enrol", Some(guess("example-AAAAA", &"x".repeat(20_000))));
    assert_eq!(status, 413);
    scene.person("boss", Role::Administrator).await;
    client.token = Some(scene.device("boss").await.token().await.unwrap().token);
    for (method, path) in [
        ("post", "/v1/people/a%00b/code"),
        ("get", "/v1/audit?below=99999999999999999999"),
        ("get", "/v1/snapshot/x/0"),
        ("get", "/nowhere"),
    ] {
        let (status, _, text) = client.send(method, path, Some("{}".to_owned()));
        assert!(status == 422 || status == 404, "{method} {path}: {status} {text}");
        serde_json::from_str::<Problem>(&text).unwrap_or_else(|error| panic!("{path}: {error} {text}"));
    }
    let new = json!({ "login": "x\u{0}", "name": "X", "role": "auditor" });
    assert_eq!(client.post::<Value>("/v1/people", &new).unwrap_err().code, ProblemCode::Malformed);
}

#[tokio::test]
async fn a_device_holds_few_streams_and_the_newest_stays() {
    let scene = Scene::new().await;
    let device = Uuid::now_v7();
    let mut seats: Vec<_> = (0..5).map(|_| scene.app.wake.sit(device).unwrap()).collect();
    let ended: Vec<bool> =
        seats.iter_mut().map(|seat| seat.try_recv() != Err(tokio::sync::oneshot::error::TryRecvError::Empty)).collect();
    assert_eq!(ended, [true, true, false, false, false]);
    drop(seats);
    scene.app.wake.sweep();
    assert!(scene.app.wake.sit(device).unwrap().try_recv().is_err(), "there is room again");
}

#[tokio::test]
async fn every_refused_attempt_is_in_the_audit() {
    let scene = Scene::new().await;
    scene.person("ana", Role::Specialist).await;
    let device = scene.device("ana").await;
    let failed = async || {
        let conn = scene.app.db.conn().await.unwrap();
        let filter = Filter { kind: Some("auth.failed".to_owned()), ..Filter::default() };
        history::list(&conn, scene.org, &filter).await.unwrap().len()
    };
    let key = ed25519_dalek::SigningKey::from_bytes(&rand_key());
    auth::enrol(&scene.app, enrolment("example-AAAAA-AAAAA-AAAAA-AAAAA", PASSWORD, &key)).await.unwrap_err();
    assert_eq!(failed().await, 1, "a guessed code");
    auth::enrol(&scene.app, enrolment("nowhere-AAAAA-AAAAA-AAAAA-AAAAA", PASSWORD, &key)).await.unwrap_err();
    assert_eq!(failed().await, 1, "nobody's audit");
    let attempt = async |password: &str| {
        let signed = device.signed(&device.key).await;
        auth::sign_in(&scene.app, protocol::SignInRequest { signed, password: password.to_owned() }).await
    };
    for _ in 0..6 {
        attempt("wrong wrong wrong").await.err().unwrap();
    }
    assert_eq!(failed().await, 1 + 4 + 1, "the fifth locks, the sixth meets the lock");
    let made = auth::new_password(&scene.app, scene.org, "administrator", "ana").await.unwrap();
    attempt(PASSWORD).await.err().unwrap();
    attempt(&made).await.expect("the new one, and no lock any more");
}
