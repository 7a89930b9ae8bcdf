//! Getting at the database, or not: each way in, each thing that stands in it with its way out, and
//! that no failure changes a byte.

#[path = "session_parts/backups.rs"]
mod backups;
mod common;

use std::path::Path;
use std::sync::Arc;

use common::{NOON, Office, USER, assert_told, desk};
use contract::{
    ApiError, BackupRequest, CreateDatabase, ErrorCode, Host as _, LoadSample, Nothing, SessionView, Stage, Unlock,
};
use dunlin_app::{Desk, Keychain, KeychainError, MemoryKeychain, NoKeychain};

const PASSPHRASE: &str = "four ordinary words here";

/// A keychain whose owner did not unlock it.
struct Locked;

impl Keychain for Locked {
    fn get(&self, _: &str) -> Result<String, KeychainError> {
        Err(KeychainError::Locked("the password was not given".to_owned()))
    }

    fn set(&self, _: &str, _: &str) -> Result<(), KeychainError> {
        Err(KeychainError::Locked("the password was not given".to_owned()))
    }

    fn delete(&self, _: &str) -> Result<(), KeychainError> {
        Ok(())
    }
}

/// A keychain that says yes and keeps nothing.
struct Forgetful;

impl Keychain for Forgetful {
    fn get(&self, _: &str) -> Result<String, KeychainError> {
        Err(KeychainError::NoEntry)
    }

    fn set(&self, _: &str, _: &str) -> Result<(), KeychainError> {
        Ok(())
    }

    fn delete(&self, _: &str) -> Result<(), KeychainError> {
        Ok(())
    }
}

fn at(folder: &Path, keychain: Arc<dyn Keychain>) -> Desk {
    desk(folder, keychain, common::Moving::at(NOON))
}

/// A desk that was started, and what it shows.
fn started(folder: &Path, keychain: Arc<dyn Keychain>) -> (Desk, SessionView) {
    let desk = at(folder, keychain);
    desk.start();
    let view = desk.session(Nothing {}).expect("a view");
    (desk, view)
}

fn create(desk: &Desk, passphrase: Option<&str>) -> Result<SessionView, ApiError> {
    desk.create_database(CreateDatabase { passphrase: passphrase.map(str::to_owned), user: USER.to_owned() })
}

fn unlock(desk: &Desk, passphrase: &str) -> Result<SessionView, ApiError> {
    desk.unlock(Unlock { passphrase: passphrase.to_owned() })
}

fn backup(path: &Path, passphrase: &str) -> BackupRequest {
    BackupRequest { path: path.display().to_string(), passphrase: passphrase.to_owned() }
}

/// What prevents it, which must name the database and a way out.
fn problem(view: &SessionView) -> ApiError {
    assert_eq!(view.stage, Stage::Blocked);
    view.problem.clone().expect("why")
}

fn bytes(folder: &Path) -> Vec<u8> {
    std::fs::read(folder.join("dunlin.db")).expect("a database")
}

#[test]
fn a_first_start_creates_with_the_keychain_and_opens_again_by_itself() {
    let folder = tempfile::tempdir().expect("a folder");
    let keychain = Arc::new(MemoryKeychain::default());
    let (desk, view) = started(folder.path(), keychain.clone());
    assert_eq!((view.stage, view.keychain, view.problem), (Stage::FirstStart, true, None));
    assert!(!folder.path().join("dunlin.db").exists(), "a look creates nothing");
    let view = create(&desk, None).expect("created");
    assert_eq!((view.stage, view.user.as_str(), view.role.as_str()), (Stage::Ready, USER, "specialist"));
    assert!(create(&desk, None).is_err(), "there is one already");
    drop(desk);
    let (_, view) = started(folder.path(), keychain);
    assert_eq!((view.stage, view.user.as_str(), view.keychain), (Stage::Ready, USER, true));
    let plain = String::from_utf8_lossy(&bytes(folder.path())).contains("SQLite format 3");
    assert!(!plain, "the file is encrypted");
}

#[test]
fn a_name_and_a_long_enough_passphrase_are_asked_for_before_anything_is_made() {
    let folder = tempfile::tempdir().expect("a folder");
    let desk = at(folder.path(), Arc::new(NoKeychain));
    let nobody = desk.create_database(CreateDatabase { passphrase: Some(PASSPHRASE.to_owned()), user: " ".to_owned() });
    assert_eq!(nobody.expect_err("no name").field.as_deref(), Some("user"));
    let short = create(&desk, Some("short")).expect_err("too short");
    assert_eq!(short.field.as_deref(), Some("passphrase"));
    let none = create(&desk, None).expect_err("no keychain");
    assert_eq!(none.code, ErrorCode::KeychainLocked);
    assert_told(&none, "keychain");
    assert!(!folder.path().join("dunlin.db").exists());
    assert!(!folder.path().join("dunlin.db.key.json").exists());
}

#[test]
fn a_keychain_that_forgets_at_once_creates_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let desk = at(folder.path(), Arc::new(Forgetful));
    assert!(create(&desk, None).is_err());
    assert!(!folder.path().join("dunlin.db").exists());
}

#[test]
fn without_a_keychain_the_passphrase_opens_and_another_does_not() {
    let folder = tempfile::tempdir().expect("a folder");
    let desk = at(folder.path(), Arc::new(NoKeychain));
    let view = create(&desk, Some(PASSPHRASE)).expect("created");
    assert_eq!((view.stage, view.keychain), (Stage::Ready, false));
    drop(desk);
    let before = bytes(folder.path());
    let (desk, view) = started(folder.path(), Arc::new(NoKeychain));
    assert_eq!(view.stage, Stage::NeedsPassphrase);
    assert!(view.keychain_note.is_some_and(|note| !note.is_empty()));
    let refused = unlock(&desk, "four ordinary words There").expect_err("another passphrase");
    assert_eq!(refused.code, ErrorCode::WrongPassphrase);
    assert_told(&refused, "passphrase");
    assert_eq!(bytes(folder.path()), before, "a wrong passphrase changes nothing");
    assert_eq!(unlock(&desk, PASSPHRASE).expect("opens").stage, Stage::Ready);
    // No secret lies beside it.
    let key = std::fs::read_to_string(folder.path().join("dunlin.db.key.json")).expect("a source");
    assert!(key.contains("passphrase") && !key.contains(PASSPHRASE), "{key}");
}

#[test]
fn a_database_whose_key_the_keychain_lost_is_not_taken_for_a_new_user() {
    let office = Office::open();
    let folder = office.folder;
    let keychain = office.keychain;
    drop(office.desk);
    let before = bytes(folder.path());
    let (other, view) = started(folder.path(), Arc::new(MemoryKeychain::default()));
    let lost = problem(&view);
    assert_eq!(lost.code, ErrorCode::KeyLost);
    assert_told(&lost, "dunlin.db");
    assert!(create(&other, None).is_err(), "no new database over it");
    let refused = other.my_day(contract::DayQuery {
        kinds: vec![],
        urgent: false,
        contactable: false,
        whose: String::new(),
        text: String::new(),
        offset: 0,
        limit: 1,
    });
    assert_eq!(refused.expect_err("blocked").code, ErrorCode::KeyLost);
    assert_eq!(bytes(folder.path()), before);
    drop(other);
    let (_, view) = started(folder.path(), keychain);
    assert_eq!((view.stage, view.accounts), (Stage::Ready, 5));
}

#[test]
fn a_locked_keychain_is_waited_for_and_opens_at_the_next_try() {
    let office = Office::open();
    let folder = office.folder;
    drop(office.desk);
    let before = bytes(folder.path());
    let (locked, view) = started(folder.path(), Arc::new(Locked));
    let why = problem(&view);
    assert_eq!(why.code, ErrorCode::KeychainLocked);
    assert_told(&why, "keychain");
    assert!(!view.keychain && view.keychain_note.is_some());
    assert_eq!(locked.retry_open(Nothing {}).expect("a view").stage, Stage::Blocked);
    assert_eq!(bytes(folder.path()), before);
    drop(locked);
    assert_eq!(started(folder.path(), office.keychain).1.stage, Stage::Ready);
}

#[test]
fn an_entry_that_is_no_key_and_another_s_key_are_told_apart_from_a_damaged_file() {
    let office = Office::open();
    let folder = office.folder;
    drop(office.desk);
    let before = bytes(folder.path());
    let source = std::fs::read_to_string(folder.path().join("dunlin.db.key.json")).expect("a source");
    let source: serde_json::Value = serde_json::from_str(&source).expect("JSON");
    let entry = source[0]["entry"].as_str().expect("an entry");
    let other = Arc::new(MemoryKeychain::default());
    for (secret, code) in [("not a key", ErrorCode::KeyLost), (&"ab".repeat(32), ErrorCode::WrongKey)] {
        other.set(entry, secret).expect("kept");
        let (_, view) = started(folder.path(), other.clone());
        let why = problem(&view);
        assert_eq!(why.code, code, "{why:?}");
        assert!(!why.message.is_empty() && !why.remedy.is_empty(), "{why:?}");
        assert_eq!(bytes(folder.path()), before);
    }
}

#[test]
fn a_second_window_is_told_that_the_first_has_it() {
    let office = Office::open();
    let (second, view) = started(office.folder.path(), office.keychain.clone());
    let why = problem(&view);
    assert_eq!(why.code, ErrorCode::InUse);
    assert_told(&why, "dunlin.db");
    drop(office.desk);
    assert_eq!(second.retry_open(Nothing {}).expect("a view").stage, Stage::Ready);
}

#[test]
fn a_damaged_file_and_a_damaged_source_are_named_and_left_as_they_are() {
    let office = Office::open();
    let folder = office.folder;
    drop(office.desk);
    let whole = bytes(folder.path());
    let mut broken = whole.clone();
    broken[100..600].fill(0x5a);
    let file = folder.path().join("dunlin.db");
    std::fs::write(&file, &broken).expect("written");
    let (desk, view) = started(folder.path(), office.keychain.clone());
    let why = problem(&view);
    assert_eq!(why.code, ErrorCode::Damaged, "{why:?}");
    assert_told(&why, "damaged");
    assert!(bytes(folder.path()) == broken, "nothing more is written to it");
    drop(desk);

    std::fs::write(&file, &whole).expect("written");
    let key = folder.path().join("dunlin.db.key.json");
    let source = std::fs::read(&key).expect("a source");
    std::fs::write(&key, "{ half").expect("written");
    let (_, view) = started(folder.path(), office.keychain.clone());
    let why = problem(&view);
    assert_eq!(why.code, ErrorCode::Damaged);
    assert_told(&why, "dunlin.db.key.json");
    std::fs::write(&key, source).expect("written");
    assert_eq!(started(folder.path(), office.keychain).1.stage, Stage::Ready);
}

#[test]
fn a_start_that_was_cut_short_begins_anew_and_a_file_that_was_emptied_does_not() {
    let folder = tempfile::tempdir().expect("a folder");
    let keychain = Arc::new(MemoryKeychain::default());
    let (desk, _) = started(folder.path(), keychain.clone());
    create(&desk, None).expect("created");
    drop(desk);
    // As a kill leaves it that falls between the file's name and its first page.
    std::fs::write(folder.path().join("dunlin.db"), []).expect("emptied");
    std::fs::write(folder.path().join("dunlin.db-journal"), [0; 512]).expect("written");
    let lock = folder.path().join("dunlin.db.lock");
    let (_, damaged) = started(folder.path(), keychain.clone());
    assert_eq!(damaged.stage, Stage::Blocked, "it was opened before: it held something");
    assert_eq!(problem(&damaged).code, ErrorCode::Damaged);
    std::fs::write(&lock, []).expect("emptied");
    let (desk, view) = started(folder.path(), keychain.clone());
    assert_eq!(view.stage, Stage::FirstStart, "{:?}", view.problem);
    create(&desk, None).expect("created");
    drop(desk);
    let (_, view) = started(folder.path(), keychain);
    assert_eq!((view.stage, view.user.as_str()), (Stage::Ready, USER));
}

#[test]
fn a_missing_source_file_asks_for_it_back() {
    let office = Office::open();
    let folder = office.folder;
    drop(office.desk);
    let (key, aside) = (folder.path().join("dunlin.db.key.json"), folder.path().join("aside"));
    std::fs::rename(&key, &aside).expect("moved");
    let (desk, view) = started(folder.path(), office.keychain.clone());
    let why = problem(&view);
    assert_eq!(why.code, ErrorCode::KeyLost);
    assert_told(&why, "dunlin.db");
    assert!(why.remedy.contains(".key.json"), "{why:?}");
    assert_eq!(unlock(&desk, PASSPHRASE).expect_err("no source").code, ErrorCode::KeyLost);
    std::fs::rename(&aside, &key).expect("moved");
    assert_eq!(desk.retry_open(Nothing {}).expect("a view").accounts, 5);
}

#[test]
fn locking_closes_everything_until_it_is_unlocked() {
    let office = Office::open();
    let view = office.desk.lock(Nothing {}).expect("locked");
    assert_eq!(view.stage, Stage::Blocked, "there is no passphrase to ask for");
    assert_eq!(problem(&view).code, ErrorCode::NotReady);
    assert!(view.user.is_empty() && view.accounts == 0, "nothing of the data is shown");
    let error = office.desk.settings(Nothing {}).expect_err("locked");
    assert_eq!(error.code, ErrorCode::NotReady);
    let view = office.desk.retry_open(Nothing {}).expect("opened");
    assert_eq!((view.stage, view.accounts), (Stage::Ready, 5));

    let folder = tempfile::tempdir().expect("a folder");
    let desk = at(folder.path(), Arc::new(NoKeychain));
    create(&desk, Some(PASSPHRASE)).expect("created");
    assert_eq!(desk.lock(Nothing {}).expect("locked").stage, Stage::NeedsPassphrase);
    assert_eq!(desk.retry_open(Nothing {}).expect("a view").stage, Stage::NeedsPassphrase);
    assert_eq!(unlock(&desk, PASSPHRASE).expect("opened").stage, Stage::Ready);
}

#[test]
fn a_backup_without_its_small_file_says_which_is_missing() {
    let office = Office::open();
    let file = office.path("backup.db");
    office.desk.backup(backup(&file, PASSPHRASE)).expect("a backup");
    std::fs::remove_file(office.path("backup.db.key.json")).expect("removed");
    let error = office.desk.restore(backup(&file, PASSPHRASE)).expect_err("no source");
    assert_eq!(error.code, ErrorCode::KeyLost);
    assert_told(&error, "backup.db.key.json");
    assert_eq!(office.desk.session(Nothing {}).expect("a view").accounts, 5);
}

#[test]
fn restoring_keeps_the_old_database_beside_it_and_that_opens_again() {
    let office = Office::open();
    let file = office.path("backup.db");
    office.desk.backup(backup(&file, PASSPHRASE)).expect("a backup");
    let note = contract::Act::AddNote { note: "after the backup".to_owned() };
    office.act("A-1", note).expect("noted");
    let notes = |office: &Office| {
        let query = contract::TimelineQuery { account: office.account("A-1"), offset: 0, limit: 50 };
        let page = office.desk.timeline(query).expect("a timeline");
        page.entries.iter().filter(|entry| entry.detail == "after the backup").count()
    };
    assert_eq!(notes(&office), 1);
    let report = office.desk.restore(backup(&file, PASSPHRASE)).expect("restored");
    assert_eq!(notes(&office), 0, "the backup's state");
    let kept = office.path("dunlin.db.before-restore-1");
    assert!(report.message.contains(&kept.display().to_string()), "{report:?}");

    let aside = tempfile::tempdir().expect("a folder");
    std::fs::copy(&kept, aside.path().join("dunlin.db")).expect("copied");
    std::fs::copy(office.path("dunlin.db.before-restore-1.key.json"), aside.path().join("dunlin.db.key.json"))
        .expect("copied");
    let (old, view) = started(aside.path(), office.keychain.clone());
    assert_eq!((view.stage, view.accounts), (Stage::Ready, 5));
    let query = contract::TimelineQuery { account: office.account("A-1"), offset: 0, limit: 50 };
    assert!(old.timeline(query).expect("a timeline").entries.iter().any(|entry| entry.detail == "after the backup"));
    let history = office.desk.verify_history(Nothing {}).expect("checked");
    assert!(history.broken.is_none() && history.entries > 0, "{history:?}");
}

#[test]
fn the_sample_goes_only_into_an_empty_database() {
    let office = Office::open();
    let refused =
        office.desk.load_sample(LoadSample { job: "sample".to_owned(), accounts: 10 }).expect_err("not empty");
    assert_eq!(refused.code, ErrorCode::Refused);
    assert!(!office.desk.session(Nothing {}).expect("a view").sample);
    let empty = Office::empty();
    empty.desk.load_sample(LoadSample { job: "sample".to_owned(), accounts: 10 }).expect("filled");
    let view = empty.desk.session(Nothing {}).expect("a view");
    assert!(view.sample && view.accounts >= 10, "{view:?}");
}

#[test]
fn the_sample_is_put_away_for_own_data_and_nothing_else_ever_is() {
    let own = Office::open();
    let refused = own.desk.leave_sample(Nothing {}).expect_err("own data");
    assert_eq!(refused.code, ErrorCode::Refused);
    assert_eq!(own.desk.session(Nothing {}).expect("a view").accounts, 5);

    let office = Office::empty();
    office.desk.load_sample(LoadSample { job: "sample".to_owned(), accounts: 10 }).expect("filled");
    let refused =
        office.desk.run_import(office.request(&common::csv(&common::ROWS))).expect_err("among made-up accounts");
    assert_eq!(refused.code, ErrorCode::Refused);
    let view = office.desk.leave_sample(Nothing {}).expect("put away");
    assert_eq!(view.stage, Stage::FirstStart);
    assert!(!office.path("dunlin.db").exists() && !office.path("dunlin.db.key.json").exists());
    let fresh = contract::CreateDatabase { user: "Robin".to_owned(), passphrase: None };
    let view = office.desk.create_database(fresh).expect("created");
    assert_eq!((view.stage, view.sample, view.accounts), (Stage::Ready, false, 0));
}
