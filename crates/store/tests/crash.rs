//! The process is killed in the middle of an import and of commits; the disk is full: what was
//! saved before stays, and nothing is half there. The child is this test binary itself.
#![allow(clippy::unwrap_used, reason = "a test's way to fail")]

mod common;

use std::io::{BufRead as _, BufReader, Read as _};
use std::path::Path;
use std::process::{Command, Stdio};

use common::{Portfolio, at, entry, key};
use domain::contact::{Contact, Direction, Medium};
use domain::ids::ContactId;
use domain::plan::{Change, Plan};
use dunlin_store::{Store, StoreError, Which};
use uuid::Uuid;

const PATH: &str = "DUNLIN_STORE_TEST_PATH";
const WORK: &str = "DUNLIN_STORE_TEST_WORK";

/// One commit: a contact and the history entry that tells of it.
fn called(number: u128, account: domain::ids::AccountId) -> Plan {
    let contact = Contact {
        id: ContactId(Uuid::from_u128(number)),
        account,
        at: at(0),
        local_date: common::day(1),
        actor: "specialist".into(),
        medium: Medium::Call,
        direction: Direction::Outbound,
        point: String::new(),
        disposition: None,
        note: format!("call {number}"),
        amount: None,
        corrects: None,
    };
    Plan { changes: vec![Change::AddContact(contact)], history: vec![entry(number, Some(account))], ..Plan::default() }
}

/// Not a test of its own: what the child does until it is killed. It says on stdout what is saved.
#[test]
fn child() {
    let (Ok(path), Ok(work)) = (std::env::var(PATH), std::env::var(WORK)) else {
        return;
    };
    let store = Store::open(path, &key()).unwrap();
    if work == "import" {
        let portfolio = Portfolio::of(6_000, 6);
        let mut looks = 0;
        store
            .import(&portfolio.import(), |_| vec![entry(1, None)], &mut |_| {
                looks += 1;
                println!("working {looks}");
                true
            })
            .unwrap();
        println!("imported");
    } else {
        let account = Portfolio::of(1, 1).accounts[0].id;
        for number in 1.. {
            store.commit(&called(number, account)).unwrap();
            println!("saved {number}");
        }
    }
}

/// Runs the child until its output holds `line`, then kills it without warning. What it said last.
fn killed(path: &Path, work: &str, line: &str) -> String {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["child", "--exact", "--nocapture"])
        .env(PATH, path)
        .env(WORK, work)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut output = BufReader::new(child.stdout.take().unwrap());
    let mut said = String::new();
    loop {
        let mut next = String::new();
        assert!(output.read_line(&mut next).unwrap() > 0, "the child ended by itself: {said}");
        next.trim().clone_into(&mut said);
        if said.ends_with(line) {
            break;
        }
    }
    child.kill().unwrap();
    child.wait().unwrap();
    let mut rest = String::new();
    let _ = output.read_to_string(&mut rest);
    rest.lines().last().map_or(said, str::to_owned)
}

#[test]
fn a_process_killed_in_an_import_leaves_no_part_of_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("dunlin.db");
    let first = Portfolio::of(200, 4);
    let store = Store::create(&path, &key()).unwrap();
    store.import(&first.import(), |_| Vec::new(), &mut |_| true).unwrap();
    store.close().unwrap();
    for line in ["working 2", "working 9", "working 16"] {
        killed(&path, "import", line);
        let store = Store::open(&path, &key()).unwrap();
        assert_eq!(store.check().unwrap(), 0);
        assert_eq!(store.account_count().unwrap(), 200);
        let mut invoices = 0;
        store
            .for_each_facts(Which::All, at(0), |facts| {
                invoices += facts.invoices.len();
                Ok(())
            })
            .unwrap();
        assert_eq!(invoices, 800);
        assert_eq!(store.imports(9).unwrap().len(), 1);
    }
}

#[test]
fn a_process_killed_between_commits_loses_none_that_was_acknowledged() {
    let folder = tempfile::tempdir().unwrap();
    for line in ["saved 1", "saved 33", "saved 120"] {
        let path = folder.path().join(format!("{}.db", line.replace(' ', "-")));
        let portfolio = Portfolio::of(1, 1);
        let store = Store::create(&path, &key()).unwrap();
        store.import(&portfolio.import(), |_| Vec::new(), &mut |_| true).unwrap();
        store.close().unwrap();
        let said = killed(&path, "commit", line);
        let acknowledged: usize = said.trim_start_matches("saved ").parse().unwrap_or(1);
        let store = Store::open(&path, &key()).unwrap();
        let entries = store.check().unwrap();
        let contacts = store.facts(portfolio.accounts[0].id, at(0)).unwrap().contacts.len();
        assert!(entries >= acknowledged, "{entries} of {acknowledged} are there");
        assert_eq!(contacts, entries, "a commit is there whole");
    }
}

/// A file system of a few MB: needs root and mount; elsewhere the test says that it was skipped.
struct Small(tempfile::TempDir);

impl Small {
    fn mount(size: &str) -> Option<Self> {
        let folder = tempfile::tempdir().unwrap();
        let mounted = Command::new("mount")
            .args(["-t", "tmpfs", "-o", &format!("size={size}"), "tmpfs"])
            .arg(folder.path())
            .stderr(Stdio::null())
            .status();
        mounted.is_ok_and(|status| status.success()).then_some(Self(folder))
    }
}

impl Drop for Small {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg(self.0.path()).status();
    }
}

#[test]
fn a_full_disk_saves_nothing_of_the_change_and_keeps_the_rest() {
    let Some(small) = Small::mount("6m") else {
        println!("SKIPPED: a full disk needs root and mount");
        return;
    };
    let path = small.0.path().join("dunlin.db");
    let portfolio = Portfolio::of(30, 4);
    let store = Store::create(&path, &key()).unwrap();
    store.import(&portfolio.import(), |_| Vec::new(), &mut |_| true).unwrap();
    let account = portfolio.accounts[0].id;
    store.commit(&called(1, account)).unwrap();
    let big = Portfolio::of(20_000, 6);
    let failed = store.import(&big.import(), |_| Vec::new(), &mut |_| true);
    assert!(matches!(failed, Err(StoreError::DiskFull)), "{failed:?}");
    assert!(failed.unwrap_err().to_string().contains("Free some space"));
    // Now to the last byte, with commits.
    let filler = small.0.path().join("filler");
    let _ = std::fs::write(&filler, vec![0; 8 << 20]);
    let mut saved = 1;
    let failed = loop {
        match store.commit(&called(saved + 1, account)) {
            Ok(()) => saved += 1,
            Err(error) => break error,
        }
    };
    assert!(matches!(failed, StoreError::DiskFull), "{failed:?}");
    let there = |store: &Store| {
        let contacts = store.facts(account, at(0)).unwrap().contacts.len();
        assert_eq!(store.account_count().unwrap(), 30);
        assert_eq!((contacts, store.verify_history().unwrap()), (usize::try_from(saved).unwrap(), contacts));
    };
    there(&store);
    std::fs::remove_file(&filler).unwrap();
    there(&store);
    drop(store);
    let store = Store::open(&path, &key()).unwrap();
    there(&store);
    store.commit(&called(saved + 1, account)).unwrap();
    store.check().unwrap();
}
