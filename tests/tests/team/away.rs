//! Devices away from their server: what one loses that was revoked meanwhile, what a clock that is set
//! back gains, and when the server counts as reached.

use std::net::TcpListener;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use chrono::TimeDelta;
use contract::{Act, Host as _, LinkState, Nothing, SessionView, Stage};
use dunlin_app::{Desk, Keychain, KeychainError, MemoryKeychain, NoShell};
use server::auth::{self, Role};
use server::db::Run as _;
use server::params;

use crate::common::{Moving, NOON, Office, assert_told};
use crate::devices::pair;
use crate::pages::entry;
use crate::scene::{Scene, link, until};

fn revoke(scene: &Scene, login: &str) {
    scene.wait_for(async {
        let sql = "SELECT device_id FROM device WHERE org_id = $1 AND name = $2";
        let conn = scene.app.db.conn().await.unwrap();
        let row = conn.row(sql, params![scene.org, format!("{login}'s laptop")]).await.unwrap();
        let device = row.expect("a device").get(0);
        auth::revoke(&scene.app, scene.org, "administrator", device, "Left in a taxi").await.unwrap();
    });
}

fn opened(desk: &Desk) -> SessionView {
    desk.retry_open(Nothing {}).expect("a view")
}

fn note_of(office: &Office) -> bool {
    office.path("dunlin.db.destroy.json").exists()
}

#[test]
fn a_device_revoked_while_it_was_away_loses_its_copy_before_it_opens() {
    let mut scene = Scene::new();
    let (_lead, ana) = pair(&scene, &["A-1"]);
    let key = entry(ana.folder.path());
    ana.desk.lock(Nothing {}).expect("locked");
    scene.offline();
    scene.clock.forward(TimeDelta::days(60));
    scene.online();
    revoke(&scene, "ana");
    let view = opened(&ana.desk);
    assert_told(&view.problem.expect("said"), "ended this device's access");
    assert!(!ana.path("dunlin.db").exists() && !note_of(&ana));
    assert!(ana.keychain.get(&key).is_err());
    ana.desk.start();
    assert_eq!(ana.desk.session(Nothing {}).unwrap().stage, Stage::FirstStart);
}

#[test]
fn what_cannot_be_deleted_at_once_is_deleted_before_anything_opens() {
    let scene = Scene::new();
    let (_lead, ana) = pair(&scene, &["A-1"]);
    let key = entry(ana.folder.path());
    // No file, and so not deleted as one.
    let stubborn = ana.path("dunlin.db.snapshot");
    std::fs::create_dir(&stubborn).unwrap();
    revoke(&scene, "ana");
    until("she is told", || {
        let _ = ana.desk.sync_now(Nothing {});
        ana.desk.session(Nothing {}).unwrap().problem.is_some_and(|problem| problem.message.contains("not wholly"))
    });
    assert!(ana.keychain.get(&key).is_err(), "without its key the file says nothing");
    assert!(note_of(&ana));
    assert_told(&opened(&ana.desk).problem.expect("not yet"), "not wholly");
    std::fs::remove_dir(stubborn).unwrap();
    assert_eq!(opened(&ana.desk).stage, Stage::FirstStart);
    assert!(!note_of(&ana));
}

/// A keychain that gives nothing up while its owner keeps it locked.
#[derive(Default)]
struct Stubborn {
    inner: MemoryKeychain,
    refuses: AtomicBool,
}

impl Keychain for Stubborn {
    fn get(&self, name: &str) -> Result<String, KeychainError> {
        self.inner.get(name)
    }

    fn set(&self, name: &str, secret: &str) -> Result<(), KeychainError> {
        self.inner.set(name, secret)
    }

    fn delete(&self, name: &str) -> Result<(), KeychainError> {
        if self.refuses.load(Ordering::Relaxed) {
            return Err(KeychainError::Locked("the password was not given".to_owned()));
        }
        self.inner.delete(name)
    }
}

#[test]
fn a_keychain_that_refuses_gives_its_entries_up_later_and_the_copy_is_gone_all_the_same() {
    let scene = Scene::new();
    scene.person("ana", Role::Specialist);
    let (folder, keychain) = (tempfile::tempdir().unwrap(), Arc::new(Stubborn::default()));
    let desk = Arc::new(Desk::new(folder.path(), Arc::new(NoShell), keychain.clone(), scene.clock.clone()));
    desk.watch_team();
    desk.connect_team(scene.join("ana")).expect("joined");
    until("her data are here", || desk.session(Nothing {}).unwrap().link.state == LinkState::UpToDate);
    let key = entry(folder.path());
    keychain.refuses.store(true, Ordering::Relaxed);
    revoke(&scene, "ana");
    until("her laptop hears of it", || {
        let _ = desk.sync_now(Nothing {});
        !folder.path().join("dunlin.db").exists()
    });
    until("it is noted", || folder.path().join("dunlin.db.destroy.json").exists());
    until("she is told", || desk.session(Nothing {}).unwrap().stage == Stage::Blocked);
    assert!(keychain.get(&key).is_ok());
    assert_eq!(opened(&desk).stage, Stage::FirstStart, "a key that opens nothing keeps nobody from beginning anew");
    keychain.refuses.store(false, Ordering::Relaxed);
    desk.start();
    assert!(keychain.get(&key).is_err());
    assert!(!folder.path().join("dunlin.db.destroy.json").exists());
}

#[test]
fn a_clock_that_is_set_back_makes_no_lease_longer() {
    let mut scene = Scene::new();
    let (_lead, ana) = pair(&scene, &["A-1"]);
    scene.offline();
    ana.desk.lock(Nothing {}).expect("locked");
    scene.clock.forward(TimeDelta::days(60));
    assert_told(&opened(&ana.desk).problem.expect("said"), "too long");
    scene.clock.set(NOON);
    assert_told(&opened(&ana.desk).problem.expect("still"), "too long");
    scene.online();
    assert_eq!(opened(&ana.desk).stage, Stage::Ready, "the server's word counts from now on");
    scene.offline();
    ana.desk.lock(Nothing {}).expect("locked");
    assert_eq!(opened(&ana.desk).stage, Stage::Ready);
}

#[test]
fn a_try_is_no_answer_and_an_old_answer_is_none() {
    let mut scene = Scene::new();
    let (_lead, ana) = pair(&scene, &["A-1"]);
    scene.clock.forward(TimeDelta::minutes(10));
    assert_eq!(link(&ana).state, LinkState::Offline, "the computer slept: nobody knows what happened meanwhile");
    scene.up_to_date(&ana);
    assert_eq!(ana.view("A-1").contact.state, "yes");

    scene.offline();
    until("it is known", || {
        let _ = ana.desk.sync_now(Nothing {});
        link(&ana).state == LinkState::Offline
    });
    // Until the permits that it holds ran out.
    scene.clock.forward(TimeDelta::days(1));
    // What takes every connection and answers none: a network before one signed in to it.
    let hole = TcpListener::bind(scene.address()).unwrap();
    for _ in 0..20 {
        let _ = ana.desk.sync_now(Nothing {});
        std::thread::sleep(Duration::from_millis(100));
        assert_eq!(link(&ana).state, LinkState::Offline);
        let contact = ana.view("A-1").contact;
        assert_eq!(contact.state, "no", "{contact:?}");
        assert_eq!(contact.media.iter().find(|one| one.medium == "call").unwrap().reasons[0].rule, "SYN-12");
    }
    drop(hole);
    scene.online();
    scene.up_to_date(&ana);
    assert_eq!(ana.view("A-1").contact.state, "yes");
}

#[test]
fn how_far_the_clock_is_off_is_known_after_a_restart_without_the_server() {
    let mut scene = Scene::new();
    let (lead, _) = pair(&scene, &["A-1"]);
    scene.person("bob", Role::Specialist);
    let bob = Office::bare(Moving::at("2026-03-10T21:00:00Z"));
    bob.desk.watch_team();
    bob.desk.connect_team(scene.join("bob")).expect("joined");
    scene.up_to_date(&bob);
    crate::devices::assign(&lead, "bob", &["A-1"], true);
    scene.up_to_date(&bob);
    bob.act("A-1", Act::AddNote { note: "before".to_owned() }).expect("noted");
    scene.up_to_date(&bob);
    scene.offline();
    bob.desk.lock(Nothing {}).expect("locked");
    assert_eq!(opened(&bob.desk).stage, Stage::Ready);
    until("it is known", || link(&bob).state == LinkState::Offline);
    bob.act("A-1", Act::AddNote { note: "after".to_owned() }).expect("noted");
    scene.online();
    scene.up_to_date(&bob);
    scene.up_to_date(&lead);
    for entry in lead.timeline("A-1").iter().filter(|entry| format!("{entry:?}").contains("Note")) {
        assert!(format!("{entry:?}").contains("2026-03-10T18:"), "by the server's clock, three hours off: {entry:?}");
    }
}
