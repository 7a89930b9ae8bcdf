//! Each way a database can fail to open has its own error, and the file stays as it is.
#![allow(clippy::unwrap_used, reason = "a test's way to fail")]

mod common;

use std::fs;
use std::path::Path;

use common::{Fresh, Portfolio, at, key, other_key, raw};
use dunlin_store::{Store, StoreError, Which};

fn closed(portfolio: &Portfolio) -> (tempfile::TempDir, std::path::PathBuf) {
    let fresh = Fresh::with(portfolio);
    let path = fresh.path();
    let Fresh { folder, store } = fresh;
    store.close().unwrap();
    (folder, path)
}

/// Every byte of the database is the same before and after.
fn untouched<T>(path: &Path, work: impl FnOnce() -> T) -> T {
    let before = fs::read(path).unwrap();
    let done = work();
    assert!(fs::read(path).unwrap() == before, "the file was changed");
    done
}

fn flip(path: &Path, at: usize) {
    let mut bytes = fs::read(path).unwrap();
    bytes[at] ^= 0x40;
    fs::write(path, bytes).unwrap();
}

#[test]
fn another_key_opens_nothing_and_changes_nothing() {
    let (_folder, path) = closed(&Portfolio::of(3, 2));
    let error = untouched(&path, || Store::open(&path, &other_key()).unwrap_err());
    assert!(matches!(error, StoreError::WrongKey { .. }), "{error}");
    assert!(error.to_string().contains("restore a backup"));
    Store::open(&path, &key()).unwrap();
}

#[test]
fn no_file_is_told_from_no_key_and_neither_starts_a_new_database() {
    let (folder, path) = closed(&Portfolio::default());
    let absent = folder.path().join("absent.db");
    assert!(matches!(Store::open(&absent, &key()), Err(StoreError::Missing { .. })));
    assert!(Store::open_if_any(&absent, None).unwrap().is_none());
    assert!(!absent.exists());
    let error = untouched(&path, || Store::open_if_any(&path, None).unwrap_err());
    assert!(matches!(error, StoreError::NoKey { .. }), "{error}");
    assert!(Store::open_if_any(&path, Some(&key())).unwrap().is_some());
}

#[test]
fn nothing_that_stands_is_written_over() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("letter.txt");
    fs::write(&path, "mine").unwrap();
    assert!(matches!(Store::create(&path, &key()), Err(StoreError::Exists { .. })));
    assert_eq!(fs::read(&path).unwrap(), b"mine");
}

#[test]
fn a_second_instance_is_turned_away_until_the_first_is_closed() {
    let fresh = Fresh::new();
    let error = Store::open(fresh.path(), &key()).unwrap_err();
    assert!(matches!(error, StoreError::InUse { .. }), "{error}");
    let path = fresh.path();
    let Fresh { folder: _folder, store } = fresh;
    drop(store);
    Store::open(&path, &key()).unwrap();
}

#[test]
fn damage_in_the_first_page_is_told_from_a_wrong_key() {
    let (_folder, path) = closed(&Portfolio::of(3, 2));
    for place in [0, 8, 20, 1_000, 4_090] {
        flip(&path, place);
        let error = untouched(&path, || Store::open(&path, &key()).unwrap_err());
        assert!(matches!(error, StoreError::Damaged { .. }), "byte {place}: {error}");
        let error = Store::open(&path, &other_key()).unwrap_err();
        assert!(matches!(error, StoreError::WrongKey { .. }), "byte {place}: {error}");
        flip(&path, place);
    }
    Store::open(&path, &key()).unwrap();
}

#[test]
fn damage_in_the_middle_is_found_when_read_and_by_the_check() {
    let (_folder, path) = closed(&Portfolio::of(300, 6));
    let middle = fs::metadata(&path).unwrap().len() / 2;
    for place in [middle, middle + 40_000, middle - 40_000] {
        let place = usize::try_from(place).unwrap();
        flip(&path, place);
        let store = Store::open(&path, &key()).unwrap();
        let error = store.check().unwrap_err();
        assert!(matches!(error, StoreError::Damaged { .. }), "byte {place}: {error:?}");
        let read = store.for_each_facts(Which::All, at(0), |_| Ok(()));
        assert!(matches!(read, Ok(()) | Err(StoreError::Damaged { .. })), "byte {place}: {read:?}");
        drop(store);
        flip(&path, place);
    }
    Store::open(&path, &key()).unwrap().check().unwrap();
}

#[test]
fn a_cut_file_is_damaged_and_not_an_empty_database() {
    let (_folder, path) = closed(&Portfolio::of(300, 6));
    let whole = fs::read(&path).unwrap();
    fs::write(&path, &whole[..whole.len() / 3]).unwrap();
    let failed = Store::open(&path, &key()).and_then(|store| store.check());
    assert!(matches!(failed, Err(StoreError::Damaged { .. })), "{failed:?}");
    fs::write(&path, b"").unwrap();
    let emptied = Store::open(&path, &key());
    assert!(matches!(emptied, Err(StoreError::Damaged { .. })), "{emptied:?}");
}

#[test]
fn a_newer_schema_is_left_alone() {
    let (_folder, path) = closed(&Portfolio::of(3, 2));
    raw(&path).pragma_update(None, "user_version", 99).unwrap();
    let error = untouched(&path, || Store::open(&path, &key()).unwrap_err());
    assert!(matches!(error, StoreError::NewerSchema { found: 99, known: 5 }), "{error}");
}

#[test]
fn a_migration_that_differs_from_the_recorded_one_is_refused() {
    let (_folder, path) = closed(&Portfolio::of(3, 2));
    raw(&path).execute("UPDATE migration SET checksum = zeroblob(32)", []).unwrap();
    let error = untouched(&path, || Store::open(&path, &key()).unwrap_err());
    assert!(matches!(error, StoreError::EditedMigration { number: 1 }), "{error}");
}

#[test]
fn no_word_of_a_customer_lies_readable_in_any_file() {
    let canary = "Quetzalcanary";
    let mut portfolio = Portfolio::of(200, 3);
    for customer in &mut portfolio.customers {
        customer.name = canary.to_owned();
    }
    let fresh = Fresh::with(&portfolio);
    assert_eq!(fresh.store.search(canary, 500).unwrap().accounts.len(), 200);
    let mut looked = Vec::new();
    for file in fs::read_dir(fresh.folder.path()).unwrap() {
        let file = file.unwrap();
        let bytes = fs::read(file.path()).unwrap();
        let name = file.file_name().to_string_lossy().into_owned();
        for text in [canary, &canary.to_lowercase(), "SQLite format", "CREATE TABLE", "example.com"] {
            let found = bytes.windows(text.len()).any(|window| window == text.as_bytes());
            assert!(!found, "{text} lies readable in {name}");
        }
        looked.push(name);
    }
    assert!(looked.iter().any(|name| name == "dunlin.db-wal"), "the log is among {looked:?}");
}

#[test]
fn the_key_shows_nowhere() {
    let fresh = Fresh::new();
    assert_eq!(format!("{:?}", key()), "Key(..)");
    assert!(!format!("{:?}", fresh.store).contains('7'.to_string().repeat(4).as_str()));
    let lock = fs::read(fresh.folder.path().join("dunlin.db.lock")).unwrap();
    assert!(!lock.windows(32).any(|window| window == key().bytes()));
}
