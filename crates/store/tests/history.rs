//! The history is append-only and its chain finds what was altered, removed or moved.
#![allow(clippy::unwrap_used, reason = "a test's way to fail")]

mod common;

use common::{Fresh, Portfolio, at, entry, raw};
use domain::plan::Plan;
use dunlin_store::{HistoryFilter, StoreError};

fn with_history(entries: u128) -> Fresh {
    let portfolio = Portfolio::of(2, 1);
    let fresh = Fresh::with(&portfolio);
    let account = portfolio.accounts[0].id;
    for number in 0..entries {
        let history = vec![entry(number, (number.is_multiple_of(2)).then_some(account))];
        fresh.store.commit(&Plan { history, ..Plan::default() }).unwrap();
    }
    fresh
}

/// Lifts the triggers, as one with the key and ill will would.
fn harm(fresh: &Fresh, sql: &str) {
    raw(&fresh.path())
        .execute_batch(&format!("DROP TRIGGER history_is_not_changed; DROP TRIGGER history_is_not_deleted; {sql}"))
        .unwrap();
}

#[test]
fn an_untouched_chain_holds_across_commits_and_reopening() {
    let fresh = with_history(9);
    assert_eq!(fresh.store.verify_history().unwrap(), 9);
    let path = fresh.path();
    let Fresh { folder: _folder, store } = fresh;
    store.close().unwrap();
    let store = dunlin_store::Store::open(&path, &common::key()).unwrap();
    store.commit(&Plan { history: vec![entry(50, None), entry(51, None)], ..Plan::default() }).unwrap();
    assert_eq!(store.verify_history().unwrap(), 11);
}

#[test]
fn every_altered_column_is_found() {
    for change in [
        "actor = 'another'",
        "summary = summary || '.'",
        "detail = '{}'",
        "at = at + 1",
        "account = NULL",
        "kind = 'letter.mailed'",
        "link = zeroblob(32)",
        "id = randomblob(16)",
    ] {
        let fresh = with_history(6);
        harm(&fresh, &format!("UPDATE history SET {change} WHERE nr = 3"));
        let error = fresh.store.verify_history().unwrap_err();
        assert!(matches!(&error, StoreError::Chain(broken) if broken.position == 3), "{change}: {error:?}");
    }
}

#[test]
fn a_removed_row_is_found_wherever_it_stood() {
    for (nr, whole_end) in [(1, false), (3, false), (6, true)] {
        let fresh = with_history(6);
        harm(&fresh, &format!("DELETE FROM history WHERE nr = {nr}"));
        let error = fresh.store.verify_history().unwrap_err();
        assert_eq!(whole_end, matches!(error, StoreError::ChainCut { found: 5, expected: 6 }), "row {nr}: {error:?}");
    }
}

#[test]
fn moved_rows_are_found() {
    let fresh = with_history(6);
    harm(
        &fresh,
        "UPDATE history SET nr = 99 WHERE nr = 2; UPDATE history SET nr = 2 WHERE nr = 3; UPDATE history SET nr = 3 WHERE nr = 99;",
    );
    assert!(matches!(fresh.store.verify_history(), Err(StoreError::Chain(broken)) if broken.position == 2));
}

#[test]
fn the_database_itself_refuses_to_change_what_was_recorded() {
    let fresh = with_history(2);
    let conn = raw(&fresh.path());
    for sql in ["UPDATE history SET actor = 'x'", "DELETE FROM history", "REPLACE INTO history SELECT * FROM history"] {
        let error = conn.execute(sql, []).unwrap_err();
        assert!(error.to_string().contains("append-only") || error.to_string().contains("UNIQUE"), "{sql}: {error}");
    }
    assert_eq!(fresh.store.verify_history().unwrap(), 2);
}

#[test]
fn an_entry_is_recorded_once() {
    let fresh = with_history(3);
    let again = Plan { history: vec![entry(1, None)], ..Plan::default() };
    assert!(matches!(fresh.store.commit(&again), Err(StoreError::Conflict { what: "history entry", .. })));
    assert_eq!(fresh.store.verify_history().unwrap(), 3);
}

#[test]
fn entries_are_listed_newest_first_and_filtered() {
    let fresh = with_history(8);
    let store = &fresh.store;
    let all = store.history(&HistoryFilter::default(), 0, 100).unwrap();
    assert_eq!(all.len(), 8);
    assert_eq!(all[0], entry(7, None));
    let account = all[1].account;
    let own = store.history(&HistoryFilter { account, ..HistoryFilter::default() }, 1, 2).unwrap();
    assert_eq!(own, vec![entry(4, account), entry(2, account)]);
    let some =
        HistoryFilter { from: Some(at(3)), to: Some(at(5)), kind: Some("contact.".into()), ..HistoryFilter::default() };
    assert_eq!(store.history(&some, 0, 100).unwrap().len(), 2);
    let nobody = HistoryFilter { actor: Some("supervisor".into()), ..HistoryFilter::default() };
    assert!(store.history(&nobody, 0, 100).unwrap().is_empty());
}
