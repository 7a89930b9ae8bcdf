//! Devices of several versions at one server, and a server that is upgraded under them. The versions are
//! this test's own: nothing has changed yet in commands.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use chrono::TimeDelta;
use domain::ids::AccountId;
use protocol::{Envelope, Json, Outcome, Problem, ProblemCode, Step, Versions};
use serde_json::{Value, json};
use server::app::App;
use server::error::ServerError;

use crate::scene::{Device, Scene, start};
use crate::work::{note, refused};

fn rename(mut act: Value, at: &str, from: &str, to: &str) -> Result<Value, String> {
    let fields = act.pointer_mut(at).and_then(Value::as_object_mut).ok_or_else(|| format!("no {at}"))?;
    let value = fields.remove(from).ok_or_else(|| format!("no {from}"))?;
    fields.insert(to.to_owned(), value);
    Ok(act)
}

#[expect(clippy::unnecessary_wraps, reason = "a step has this form")]
fn same(act: Value) -> Result<Value, String> {
    Ok(act)
}

/// Version 3 said `on` for `account`.
fn third(act: Value) -> Result<Value, String> {
    rename(act, "/decide", "on", "account")
}

/// Version 4 said `text` for `note`.
fn fourth(act: Value) -> Result<Value, String> {
    rename(act, "/decide/command", "text", "note")
}

static STEPS: [Step; 4] = [same, same, third, fourth];
const THREE: Versions = Versions::new(&[same, same]);
const FIVE_ALIKE: Versions = Versions::new(&[same, same, same, same]);

fn five() -> Versions {
    Versions::new(&STEPS)
}

impl Scene {
    /// The same server, of another version.
    fn speaking(&self, versions: Versions) -> Arc<App> {
        let ahead = self.ahead.clone();
        let clock = move || start() + TimeDelta::milliseconds(ahead.load(Ordering::Relaxed));
        App::speaking(self.app.config.clone(), Arc::new(clock), versions).unwrap()
    }
}

/// A note as a program of that version writes it.
fn written(device: &Device, cmd_version: u16, seq: u64, account: AccountId, words: &str) -> Envelope {
    let command = match cmd_version {
        ..=4 => json!({ "command": "add_note", "text": words }),
        _ => json!({ "command": "add_note", "note": words }),
    };
    let act = match cmd_version {
        ..=3 => json!({ "decide": { "on": account, "command": command } }),
        _ => json!({ "decide": { "account": account, "command": command } }),
    };
    Envelope { cmd_version, act: Json::of(&act).unwrap(), ..device.envelope(seq, account, note("")) }
}

fn told(error: ServerError) -> Problem {
    match error {
        ServerError::Told(problem) => *problem,
        other => panic!("{other}"),
    }
}

async fn notes(scene: &Scene, words: &str) -> i64 {
    scene.count(&format!("SELECT count(*) FROM record WHERE tbl = 110 AND body LIKE '%{words}%'")).await
}

#[tokio::test]
async fn two_versions_back_are_decided_and_three_may_pull_and_export_only() {
    let scene = Scene::new().await;
    let one = scene.accounts(1..2).await.remove(0);
    let device = scene.specialist("ana", &[one.customer.id]).await.through(scene.speaking(five()));
    let account = one.account.id;
    let batch: Vec<Envelope> = [(1, 5, "today's"), (2, 4, "one back"), (3, 3, "two back")]
        .map(|(seq, version, words)| written(&device, version, seq, account, words))
        .into();
    let results = device.push(&batch).await.unwrap().results;
    assert!(results.iter().all(|result| result.outcome.is_accepted()), "{results:?}");
    for words in ["today's", "one back", "two back"] {
        let words = words.replace('\'', "''");
        assert_eq!(notes(&scene, &words).await, 1, "{words}");
    }
    assert_eq!(device.push(&batch).await.unwrap().results, results, "asked again, answered from the ledger");

    let late = written(&device, 2, 4, account, "three back");
    let problem = told(device.push(std::slice::from_ref(&late)).await.unwrap_err());
    assert_eq!((problem.code, problem.code.status()), (ProblemCode::Upgrade, 426));
    assert!(problem.message.contains("version 2") && problem.message.contains("oldest"), "{problem:?}");
    assert_eq!(problem.remedy, "Update Dunlin on this device, or export its work.");
    assert_eq!(notes(&scene, "three back").await, 0);
    // It pulls as before.
    let (rows, cursor) = device.snapshot().await;
    assert!(!rows.is_empty());
    let page = device.page(cursor).await;
    assert_eq!(page.cursor, cursor, "and is up to date");
    // Updated, with the same command in its log: it goes up in a form that is taken.
    let updated = five().pushed(late.clone());
    assert_eq!((updated.cmd_version, updated.id, updated.digest()), (5, late.id, late.digest()));
    let results = device.push(&[updated, written(&device, 5, 5, account, "after it")]).await.unwrap().results;
    assert!(results.iter().all(|result| result.outcome.is_accepted()), "{results:?}");
    assert_eq!(notes(&scene, "three back").await, 1);
}

/// The server decided it, the answer was lost, and both sides were upgraded before it was asked again.
#[tokio::test]
async fn a_command_from_before_the_upgrade_is_still_the_same_command() {
    let scene = Scene::new().await;
    let one = scene.accounts(1..2).await.remove(0);
    let before = scene.specialist("ana", &[one.customer.id]).await.through(scene.speaking(THREE));
    let old = Envelope { cmd_version: 1, ..before.envelope(1, one.account.id, note("an old note")) };
    let lost = before.push(std::slice::from_ref(&old)).await.unwrap();
    assert!(lost.results[0].outcome.is_accepted(), "{lost:?}");
    let after = before.through(scene.speaking(FIVE_ALIKE));
    let again = FIVE_ALIKE.pushed(old);
    assert_eq!(again.cmd_version, 5, "too old to go as it is");
    let found = after.push(&[again]).await.unwrap();
    assert_eq!(found.results, lost.results, "the stored verdict, word for word");
    assert_eq!(notes(&scene, "an old note").await, 1, "and done once");
}

#[tokio::test]
async fn what_no_step_can_read_is_set_aside_and_the_rest_flows() {
    let scene = Scene::new().await;
    let one = scene.accounts(1..2).await.remove(0);
    let device = scene.specialist("ana", &[one.customer.id]).await.through(scene.speaking(five()));
    let account = one.account.id;
    let odd = Envelope {
        cmd_version: 3,
        act: Json::of(&json!({ "decide": { "command": {} } })).unwrap(),
        ..device.envelope(2, account, note(""))
    };
    let newer = Envelope { cmd_version: 6, ..device.envelope(3, account, note("from tomorrow")) };
    let batch = [written(&device, 4, 1, account, "before"), odd, newer, written(&device, 4, 4, account, "after")];
    let results = device.push(&batch).await.unwrap().results;
    let accepted: Vec<bool> = results.iter().map(|result| result.outcome.is_accepted()).collect();
    assert_eq!(accepted, [true, false, false, true], "{results:?}");
    for (at, word) in [(1, "version 3"), (2, "version 6")] {
        let Outcome::Quarantined { why } = &results[at].outcome else { panic!("{results:?}") };
        assert!(why.contains(word), "{why}");
    }
}

#[tokio::test]
async fn a_word_of_what_was_too_large_for_the_way_is_refused_in_its_place() {
    let scene = Scene::new().await;
    let one = scene.accounts(1..2).await.remove(0);
    let device = scene.specialist("ana", &[one.customer.id]).await;
    let whole = device.envelope(1, one.account.id, note("a proxy does not let this through"));
    let word = whole.withheld().unwrap();
    let results = device.push(&[word, device.envelope(2, one.account.id, note("after it"))]).await.unwrap().results;
    assert_eq!(refused(&results[0]), "SYN-11");
    let Outcome::Refused { refusal } = &results[0].outcome else { panic!("{results:?}") };
    assert!(refusal.remedy.contains("Shorten it") && refusal.remedy.contains("administrator"), "{refusal:?}");
    assert!(results[1].outcome.is_accepted(), "{results:?}");
    // The proxy is gone one day, and the device asks again: the same command, the same verdict.
    assert_eq!(device.push(&[whole]).await.unwrap().results, results[..1]);
    assert_eq!(notes(&scene, "does not let").await, 0);
}
