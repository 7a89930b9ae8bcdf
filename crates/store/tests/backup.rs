//! Backup and the way back.
#![allow(clippy::unwrap_used, reason = "a test's way to fail")]

mod common;

use std::fs;

use common::{Fresh, Portfolio, at, entry, key, other_key};
use domain::plan::Plan;
use dunlin_store::{Key, Store, StoreError, Which, restore, verify};

fn filled() -> (Fresh, Portfolio) {
    let portfolio = Portfolio::of(400, 6);
    let fresh = Fresh::with(&portfolio);
    let history = (0..5).map(|number| entry(number, None)).collect();
    fresh.store.commit(&Plan { history, ..Plan::default() }).unwrap();
    (fresh, portfolio)
}

fn content(store: &Store) -> Vec<domain::facts::Facts> {
    let mut all = Vec::new();
    store
        .for_each_facts(Which::All, at(0), |facts| {
            all.push(facts);
            Ok(())
        })
        .unwrap();
    all
}

#[test]
fn a_backup_under_its_own_key_comes_back_as_it_was_and_the_old_file_is_kept() {
    let (fresh, mut portfolio) = filled();
    let before = content(&fresh.store);
    let backup = fresh.folder.path().join("backup.dunlin");
    let mut last = None;
    fresh
        .store
        .backup(&backup, &other_key(), &mut |progress| {
            last = Some(progress);
            true
        })
        .unwrap();
    let last = last.unwrap();
    assert!(last.done == last.total && last.total > 50, "{last:?}");
    assert_eq!(verify(&backup, &other_key()).unwrap(), 5);
    assert!(matches!(verify(&backup, &key()), Err(StoreError::WrongKey { .. })));
    for suffix in ["-wal", "-shm"] {
        assert!(
            !fresh.folder.path().join(format!("backup.dunlin{suffix}")).exists(),
            "a look leaves nothing beside it"
        );
    }
    let bytes = fs::read(&backup).unwrap();
    assert!(!bytes.windows(9).any(|window| window == b"Northgate" || window == b"SQLite fo"));

    portfolio.customers[0].name = "Changed afterwards".into();
    fresh.import(&portfolio).unwrap();
    let changed = content(&fresh.store);
    let path = fresh.path();
    let Fresh { folder: _folder, store } = fresh;
    let in_use = restore(&backup, &other_key(), &path, &key());
    assert!(matches!(in_use, Err(StoreError::InUse { .. })), "{in_use:?}");
    drop(store);
    let aside = restore(&backup, &other_key(), &path, &key()).unwrap().unwrap();
    let store = Store::open(&path, &key()).unwrap();
    assert_eq!(content(&store), before);
    assert_eq!(store.check().unwrap(), 5);
    let old = Store::open(&aside, &key()).unwrap();
    assert_eq!(content(&old), changed);
}

#[test]
fn a_backup_writes_over_nothing_and_leaves_nothing_when_stopped() {
    let (fresh, _) = filled();
    let files = || {
        let mut names: Vec<_> =
            fs::read_dir(fresh.folder.path()).unwrap().map(|file| file.unwrap().file_name()).collect();
        names.sort();
        names
    };
    let taken = fresh.folder.path().join("taken");
    fs::write(&taken, "mine").unwrap();
    let refused = fresh.store.backup(&taken, &key(), &mut |_| true);
    assert!(matches!(refused, Err(StoreError::Exists { .. })), "{refused:?}");
    assert_eq!(fs::read(&taken).unwrap(), b"mine");
    let before = files();
    let stopped = fresh.store.backup(fresh.folder.path().join("new"), &key(), &mut |_| false);
    assert!(matches!(stopped, Err(StoreError::Cancelled)), "{stopped:?}");
    assert_eq!(files(), before);
    let nowhere = fresh.store.backup(fresh.folder.path().join("no/folder/x"), &key(), &mut |_| true);
    assert!(matches!(nowhere, Err(StoreError::Io { .. })), "{nowhere:?}");
}

#[test]
fn work_goes_on_during_a_backup_which_holds_one_moment() {
    let (fresh, _) = filled();
    let backup = fresh.folder.path().join("backup");
    let mut added = 10;
    fresh
        .store
        .backup(&backup, &key(), &mut |_| {
            added += 1;
            fresh.store.commit(&Plan { history: vec![entry(added, None)], ..Plan::default() }).unwrap();
            true
        })
        .unwrap();
    assert_eq!(verify(&backup, &key()).unwrap(), 5);
    assert!(fresh.store.verify_history().unwrap() > 5);
}

#[test]
fn a_damaged_or_foreign_backup_replaces_nothing() {
    let (fresh, _) = filled();
    let backup = fresh.folder.path().join("backup");
    fresh.store.backup(&backup, &key(), &mut |_| true).unwrap();
    let path = fresh.path();
    let before = content(&fresh.store);
    let Fresh { folder, store } = fresh;
    store.close().unwrap();
    let mut bytes = fs::read(&backup).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    let damaged = folder.path().join("damaged");
    fs::write(&damaged, &bytes).unwrap();
    let foreign = folder.path().join("foreign");
    fs::write(&foreign, vec![b'x'; 8_192]).unwrap();
    let wrong = Key::new([1; 32]);
    for (from, with) in
        [(&damaged, &key()), (&foreign, &key()), (&backup, &wrong), (&folder.path().join("absent"), &key())]
    {
        let refused = restore(from, with, &path, &key());
        assert!(
            matches!(
                refused,
                Err(StoreError::Damaged { .. } | StoreError::WrongKey { .. } | StoreError::Missing { .. })
            ),
            "{}: {refused:?}",
            from.display()
        );
    }
    assert_eq!(content(&Store::open(&path, &key()).unwrap()), before);
}

#[test]
fn a_lost_database_comes_back_from_its_backup() {
    let (fresh, _) = filled();
    let backup = fresh.folder.path().join("backup");
    fresh.store.backup(&backup, &other_key(), &mut |_| true).unwrap();
    let target = fresh.folder.path().join("new machine.db");
    assert_eq!(restore(&backup, &other_key(), &target, &key()).unwrap(), None);
    assert_eq!(content(&Store::open(&target, &key()).unwrap()), content(&fresh.store));
}
