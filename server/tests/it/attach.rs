//! Attachments: in parts that go on after a cut, refused when they are not what their name says, for
//! those who work the account, and unreadable in the database.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};

use axum_server::Handle;
use domain::history::Entry;
use domain::ids::HistoryId;
use domain::plan::Plan;
use protocol::{ATTACHMENT_PART, Act, AttachmentRequest, AttachmentState, Json, ProblemCode, path};
use server::attach::{begin, fetch, put};
use server::db::Run as _;
use server::error::ServerError;
use sha2::{Digest as _, Sha256};
use tempfile::TempDir;

use crate::scene::{Device, Scene};
use crate::work::{facts, note};

const PDF: &str = "application/pdf";

/// With a key to seal with.
async fn scene() -> (Scene, TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let key = folder.path().join("key");
    std::fs::write(&key, "5c".repeat(32)).unwrap();
    let scene = Scene::with(|config| {
        config.attachments.key_files = vec![key];
        config.attachments.most_bytes = 4 << 20;
    })
    .await;
    (scene, folder)
}

fn document(length: usize) -> (Vec<u8>, String) {
    let bytes: Vec<u8> = b"%PDF-1.7 Dear customer, ".iter().copied().cycle().take(length).collect();
    let name = Sha256::digest(&bytes).iter().fold(String::new(), |name, byte| format!("{name}{byte:02x}"));
    (bytes, name)
}

fn request(name: &str, bytes: usize) -> AttachmentRequest {
    let account = facts(1).account.id;
    AttachmentRequest { account, sha256: name.to_owned(), bytes: bytes as u64, media_type: PDF.to_owned() }
}

#[tokio::test]
async fn a_letter_goes_up_in_parts_and_comes_down_from_anywhere() {
    let (scene, _folder) = scene().await;
    let one = scene.accounts(1..2).await.remove(0);
    let (app, account) = (&scene.app, one.account.id);
    let device = scene.specialist("ana", &[one.customer.id]).await;
    let caller = device.caller();
    let (bytes, name) = document(2 * ATTACHMENT_PART + 7);
    let state = begin(app, &caller, &request(&name, bytes.len())).await.unwrap();
    assert_eq!(state, AttachmentState { here: 0, bytes: bytes.len() as u64, complete: false });
    let error = put(app, &caller, account, &name, 5, b"x").await.unwrap_err();
    assert!(matches!(&error, ServerError::Told(told) if told.code == ProblemCode::Gap && told.expected == Some(0)));
    for (nr, part) in bytes.chunks(ATTACHMENT_PART).enumerate() {
        let offset = (nr * ATTACHMENT_PART) as u64;
        let state = put(app, &caller, account, &name, offset, part).await.unwrap();
        assert_eq!(state.here, offset + part.len() as u64);
        let again = put(app, &caller, account, &name, offset, part).await.unwrap();
        assert_eq!(again, state, "answered, not taken again");
    }
    assert!(begin(app, &caller, &request(&name, bytes.len())).await.unwrap().complete, "sent before");
    for offset in [0, 3, ATTACHMENT_PART, ATTACHMENT_PART + 1, 2 * ATTACHMENT_PART + 7] {
        let (media_type, rest) = fetch(app, &caller, account, &name, offset as u64).await.unwrap();
        assert!(rest == bytes[offset..] && media_type == PDF, "from {offset}");
    }
    let conn = app.db.conn().await.unwrap();
    let plain = conn
        .row("SELECT count(*) FROM attachment_part WHERE position('Dear customer'::bytea IN sealed) > 0", &[])
        .await
        .unwrap();
    assert_eq!(plain.unwrap().get::<_, i64>(0), 0, "sealed");
    conn.run("UPDATE attachment_part SET start = start + 1 WHERE start > 0", &[]).await.unwrap();
    let error = fetch(app, &caller, account, &name, 0).await.unwrap_err();
    assert!(error.to_string().contains("altered"), "{error}");
}

#[tokio::test]
async fn what_is_not_as_named_too_large_or_anothers_is_refused() {
    let (scene, _folder) = scene().await;
    let one = scene.accounts(1..2).await.remove(0);
    let (app, account) = (&scene.app, one.account.id);
    let caller = scene.specialist("ana", &[one.customer.id]).await.caller();
    let (bytes, name) = document(5_000);
    let mut wrong = bytes.clone();
    wrong[4_000] ^= 1;
    begin(app, &caller, &request(&name, bytes.len())).await.unwrap();
    put(app, &caller, account, &name, 0, &wrong[..3_000]).await.unwrap();
    let error = put(app, &caller, account, &name, 3_000, &wrong[3_000..]).await.unwrap_err();
    assert!(matches!(error, ServerError::Conflict(_)), "{error}");
    assert!(fetch(app, &caller, account, &name, 0).await.is_err());
    let state = begin(app, &caller, &request(&name, bytes.len())).await.unwrap();
    assert_eq!(state.here, 0, "all of it again");
    put(app, &caller, account, &name, 0, &bytes).await.unwrap();

    let error = begin(app, &caller, &request(&document(9).1, 5 << 20)).await.unwrap_err();
    assert_eq!(error.code(), ProblemCode::TooLarge, "{error}");
    let html = AttachmentRequest { media_type: "text/html".to_owned(), ..request(&document(9).1, 9) };
    assert!(begin(app, &caller, &html).await.is_err());
    assert!(begin(app, &caller, &request("../../etc/passwd", 9)).await.is_err());

    let other = scene.specialist("bob", &[]).await.caller();
    for error in [
        fetch(app, &other, account, &name, 0).await.map(|_| ()).unwrap_err(),
        begin(app, &other, &request(&name, bytes.len())).await.map(|_| ()).unwrap_err(),
        put(app, &other, account, &name, 0, &bytes).await.map(|_| ()).unwrap_err(),
    ] {
        assert!(matches!(error, ServerError::Missing(_)), "who knows a name gets nothing by it: {error}");
    }
    scene.assign("ana", &[], &[one.customer.id]).await;
    assert!(fetch(app, &caller, account, &name, 0).await.is_err(), "given to a colleague");
}

/// A letter that was made, and waits for the server, when its customer is given to a colleague.
#[tokio::test]
async fn what_was_on_its_way_still_arrives_and_is_not_given_back() {
    let (scene, _folder) = scene().await;
    let one = scene.accounts(1..2).await.remove(0);
    let (app, account) = (&scene.app, one.account.id);
    let device = scene.specialist("ana", &[one.customer.id]).await;
    let caller = device.caller();
    let (bytes, name) = document(5_000);
    let entry = Entry {
        id: HistoryId(uuid::Uuid::from_u128(0xabcd)),
        at: scene.app.now(),
        actor: caller.name.clone(),
        account: Some(account),
        kind: "letter.made".to_owned(),
        summary: "First reminder made: $ 80.00".to_owned(),
        detail: serde_json::json!({ "document": { "sha256": name, "bytes": bytes.len(), "media_type": PDF } }),
    };
    let mut envelope = device.envelope(1, account, note("n"));
    let plan = Plan { changes: Vec::new(), history: vec![entry], reasons: Vec::new() };
    envelope.act = Json::of(&Act::Record { account, plan }).unwrap();
    let done = device.push(&[envelope]).await.unwrap().results.remove(0);
    assert!(done.outcome.is_accepted(), "{done:?}");
    scene.assign("ana", &[], &[one.customer.id]).await;

    begin(app, &caller, &request(&name, bytes.len())).await.expect("it was hers");
    put(app, &caller, account, &name, 0, &bytes).await.unwrap();
    assert!(begin(app, &caller, &request(&name, bytes.len())).await.unwrap().complete);
    assert!(matches!(fetch(app, &caller, account, &name, 0).await, Err(ServerError::Missing(_))), "not hers any more");
    let (other, unnamed) = document(6_000);
    let refused = begin(app, &caller, &request(&unnamed, other.len())).await.unwrap_err();
    assert!(matches!(refused, ServerError::Missing(_)), "nobody made that: {refused}");
    let never = scene.specialist("bob", &[]).await.caller();
    assert!(matches!(begin(app, &never, &request(&name, bytes.len())).await, Err(ServerError::Missing(_))));
}

async fn serve(scene: &Scene) -> (SocketAddr, Handle<SocketAddr>) {
    let handle = Handle::new();
    let (app, stop) = (scene.app.clone(), handle.clone());
    tokio::spawn(async move { server::serve::serve(app, stop).await.unwrap() });
    (handle.listening().await.unwrap(), handle)
}

/// Sends the head of a request and only so many bytes of its body, and hangs up.
fn cut_off(address: SocketAddr, target: &str, token: &str, body: &[u8], sent: usize) {
    let mut stream = TcpStream::connect(address).unwrap();
    write!(
        stream,
        "PUT {target} HTTP/1.1\r\nhost: {address}\r\nauthorization: Bearer {token}\r\ncontent-length: {}\r\n\r\n",
        body.len()
    )
    .unwrap();
    stream.write_all(&body[..sent]).unwrap();
    stream.shutdown(std::net::Shutdown::Write).unwrap();
    let mut rest = Vec::new();
    let _ = stream.read_to_end(&mut rest);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_cut_connection_costs_one_part_and_no_more() {
    let (scene, _folder) = scene().await;
    let one = scene.accounts(1..2).await.remove(0);
    let device: Device = scene.specialist("ana", &[one.customer.id]).await;
    let (address, _handle) = serve(&scene).await;
    let token = device.token().await.unwrap().token;
    let (bytes, name) = document(ATTACHMENT_PART + 500_000);
    let target = |offset: usize| format!("{}/{}/{name}?offset={offset}", path::ATTACHMENTS, one.account.id);
    let agent: ureq::Agent = ureq::Agent::config_builder().http_status_as_error(false).build().into();
    let bearer = format!("Bearer {token}");
    let read = |mut response: ureq::http::Response<ureq::Body>| -> AttachmentState {
        let text = response.body_mut().read_to_string().unwrap();
        assert_eq!(response.status().as_u16(), 200, "{text}");
        serde_json::from_str(&text).unwrap()
    };
    let ask = || {
        let body = serde_json::to_string(&request(&name, bytes.len())).unwrap();
        read(
            agent
                .post(format!("http://{address}{}", path::ATTACHMENTS))
                .header("authorization", &bearer)
                .send(body)
                .unwrap(),
        )
    };
    let send = |offset: usize, part: &[u8]| {
        read(
            agent
                .put(format!("http://{address}{}", target(offset)))
                .header("authorization", &bearer)
                .send(part)
                .unwrap(),
        )
    };
    tokio::task::block_in_place(|| {
        assert_eq!(ask().here, 0);
        send(0, &bytes[..ATTACHMENT_PART]);
        let rest = &bytes[ATTACHMENT_PART..];
        cut_off(address, &target(ATTACHMENT_PART), &token, rest, 300_000);
        let state = ask();
        assert_eq!(state.here, ATTACHMENT_PART as u64, "half a part counts for nothing");
        assert!(send(ATTACHMENT_PART, rest).complete);
        let mut response =
            agent.get(format!("http://{address}{}", target(0))).header("authorization", &bearer).call().unwrap();
        assert_eq!(response.headers()["content-disposition"], "attachment");
        let all = response.body_mut().with_config().limit(10 << 20).read_to_vec().unwrap();
        assert!(all == bytes, "whole");
    });
}
