//! Runs, templates, policies, settings, mappings, saved views, documents.
#![allow(clippy::unwrap_used, reason = "a test's way to fail")]

mod common;

use common::{Fresh, Portfolio, at, day, entry};
use domain::ids::{OutboxId, RunId};
use domain::outbox::Channel;
use domain::plan::Plan;
use domain::policy::Policy;
use dunlin_store::{Document, Member, MemberState, Run, RunState, RunStep, StoreError};
use serde_json::json;
use uuid::Uuid;

fn step<'a>(state: RunState, members: &'a [Member], files: &'a [(Document, &'a [u8])]) -> RunStep<'a> {
    RunStep { run: run().id, state, members, files, letters: &[] }
}

fn run() -> Run {
    Run {
        id: RunId(Uuid::from_u128(1)),
        channel: Channel::Letter,
        title: "Letters of March 10".into(),
        as_of: day(400),
        made: at(1),
        actor: "specialist".into(),
        state: RunState::Proposed,
    }
}

/// A file of the run.
fn document(number: u128) -> Document {
    Document {
        id: Uuid::from_u128(number),
        account: None,
        run: Some(run().id),
        outbox: None,
        made: at(3),
        title: "Run of March 10".into(),
        media_type: "application/pdf".into(),
    }
}

#[test]
fn a_run_goes_from_proposed_to_mailed_and_its_barcodes_lead_back() {
    let portfolio = Portfolio::of(3, 1);
    let fresh = Fresh::with(&portfolio);
    let mut members: Vec<Member> = (0_u32..)
        .zip(&portfolio.accounts)
        .map(|(position, account)| Member {
            position,
            account: account.id,
            state: MemberState::Proposed,
            why: "40 days past due".into(),
            outbox: None,
            serial: None,
            body: json!({"level": "Letter 2"}),
        })
        .collect();
    let store = &fresh.store;
    store.add_run(&run(), &members).unwrap();
    assert!(matches!(store.add_run(&run(), &members), Err(StoreError::Conflict { what: "run", .. })));
    members[0].state = MemberState::Excluded;
    members[1].state = MemberState::Confirmed;
    members[1].outbox = Some(OutboxId(Uuid::from_u128(8)));
    members[1].serial = Some(store.last_serial().unwrap() + 1);
    let plan = Plan { history: vec![entry(1, None)], ..Plan::default() };
    store.commit_run(&step(RunState::Confirmed, &members[..2], &[]), std::slice::from_ref(&plan)).unwrap();
    let (found, all) = store.run(run().id).unwrap();
    assert_eq!((found.state, &all), (RunState::Confirmed, &members));
    assert_eq!(store.by_serial(1).unwrap(), Some((run().id, members[1].clone())));
    assert_eq!(store.by_serial(2).unwrap(), None);
    assert_eq!((store.last_serial().unwrap(), store.verify_history().unwrap()), (1, 1));
    assert_eq!(store.runs(5).unwrap(), vec![found]);
    // The plan fails, so the run stays as it was, and no file of it is kept.
    let file = document(5);
    assert!(store.commit_run(&step(RunState::Printed, &[], &[(file.clone(), b"%PDF")]), &[plan]).is_err());
    assert_eq!(store.run(run().id).unwrap().0.state, RunState::Confirmed);
    assert_eq!(store.documents_of_run(run().id).unwrap(), []);
    // A file that is there already takes the run's new state back with it.
    store.add_document(&file, b"%PDF").unwrap();
    let next = Plan { history: vec![entry(2, None)], ..Plan::default() };
    let again = store.commit_run(&step(RunState::Printed, &[], &[(file, b"%PDF")]), std::slice::from_ref(&next));
    assert!(matches!(again, Err(StoreError::Conflict { what: "document", .. })));
    assert_eq!(store.run(run().id).unwrap().0.state, RunState::Confirmed);
    store.commit_run(&step(RunState::Printed, &[], &[(document(6), b"account")]), &[next]).unwrap();
    assert_eq!(store.run(run().id).unwrap().0.state, RunState::Printed);
    assert_eq!(store.document_bytes(document(6).id).unwrap(), b"account");
    let mut moved = members[2].clone();
    moved.account = portfolio.accounts[0].id;
    assert!(store.commit_run(&step(RunState::Mailed, &[moved], &[]), &[]).is_err());
    let unknown = RunId(Uuid::from_u128(99));
    assert!(matches!(store.run(unknown), Err(StoreError::NoSuchRow { what: "run", .. })));
}

#[test]
fn every_version_of_a_template_stays() {
    let fresh = Fresh::new();
    let store = &fresh.store;
    for (key, text) in [("dunning_1", "first"), ("dunning_1", "second"), ("reminder", "hello")] {
        store.put_template(key, &json!({ "text": text }), "supervisor", at(1)).unwrap();
    }
    let newest = store.template("dunning_1", None).unwrap().unwrap();
    assert_eq!((newest.version, &newest.body), (2, &json!({"text": "second"})));
    assert_eq!(store.template("dunning_1", Some(1)).unwrap().unwrap().body, json!({"text": "first"}));
    assert_eq!(store.templates().unwrap().iter().map(|row| row.version).collect::<Vec<_>>(), [2, 1]);
    assert!(store.template("none", None).unwrap().is_none());
}

#[test]
fn the_policy_of_a_day_is_the_newest_that_holds_then() {
    let fresh = Fresh::new();
    let store = &fresh.store;
    assert!(store.policy_on(day(9)).unwrap().is_none());
    for (version, from) in [(1, 0), (2, 100), (3, 50)] {
        let policy = Policy { version, effective_from: day(from), ..Policy::standard() };
        store.publish_policy(&policy, "supervisor", at(i64::from(version))).unwrap();
        let again = store.publish_policy(&policy, "another", at(9));
        assert!(matches!(again, Err(StoreError::Conflict { what: "policy version", .. })), "{again:?}");
    }
    for (on, version) in [(0, 1), (49, 1), (50, 3), (100, 3)] {
        let found = store.policy_on(day(on)).unwrap().unwrap();
        assert_eq!((found.policy.version, found.actor.as_str()), (version, "supervisor"), "day {on}");
    }
    assert_eq!(store.policies().unwrap().len(), 3);
}

#[test]
fn settings_mappings_and_views_are_kept_by_name() {
    let fresh = Fresh::new();
    let store = &fresh.store;
    assert_eq!(store.setting::<Vec<u32>>("columns").unwrap(), None);
    store.put_setting("columns", &vec![1_u32, 2]).unwrap();
    store.put_setting("columns", &vec![3_u32]).unwrap();
    assert_eq!(store.setting::<Vec<u32>>("columns").unwrap(), Some(vec![3]));
    assert!(matches!(store.setting::<String>("columns"), Err(StoreError::Unreadable(_))));
    store.put_mapping("billing", &json!({"number": "Invoice No"})).unwrap();
    assert_eq!(store.mappings().unwrap(), vec![("billing".to_owned(), json!({"number": "Invoice No"}))]);
    assert!(store.remove_mapping("billing").unwrap() && !store.remove_mapping("billing").unwrap());
    store.put_view("accounts", "Large", &json!({"min": 1000})).unwrap();
    store.put_view("my_day", "Mine", &json!({})).unwrap();
    assert_eq!(store.views("accounts").unwrap(), vec![("Large".to_owned(), json!({"min": 1000}))]);
    assert!(store.remove_view("accounts", "Large").unwrap());
    assert!(store.views("accounts").unwrap().is_empty());
}

#[test]
fn a_document_is_what_was_kept() {
    let fresh = Fresh::new();
    let document = document(4);
    let bytes: Vec<u8> = (0..=255_u8).cycle().take(300_000).collect();
    fresh.store.add_document(&document, &bytes).unwrap();
    assert_eq!(fresh.store.document_bytes(document.id).unwrap(), bytes);
    assert_eq!(fresh.store.documents_of_run(run().id).unwrap(), vec![document.clone()]);
    common::raw(&fresh.path()).execute("UPDATE document_bytes SET bytes = x'00'", []).unwrap();
    let error = fresh.store.document_bytes(document.id).unwrap_err();
    assert!(matches!(error, StoreError::Damaged { .. }), "{error}");
}

#[test]
fn freshness_names_the_last_import_and_plan() {
    let fresh = Fresh::new();
    assert_eq!(fresh.store.freshness().unwrap(), dunlin_store::Freshness::default());
    fresh.import(&Portfolio::of(2, 1)).unwrap();
    fresh.store.replace_plan(&[], &[], day(120), at(4)).unwrap();
    let now = fresh.store.freshness().unwrap();
    assert_eq!((now.planned_at, now.planned_for), (Some(at(4)), Some(day(120))));
    assert_eq!(now.import.unwrap().file_name, "extract.csv");
}
