//! What stays, and what does not, when a customer leaves this device: letters that only it can send, the
//! others' letters of a run, permits that are spent.
#![allow(clippy::unwrap_used, reason = "a test's way to fail")]

mod common;

use common::plans::{contact, id, plan};
use common::{Fresh, Portfolio, at, day, key};
use domain::ids::{AccountId, OutboxId, RunId};
use domain::outbox::Channel;
use domain::plan::{Change, Plan};
use domain::row::Row;
use dunlin_store::{
    Attachment, Document, Incoming, Logged, Member, MemberState, NewCommand, Place, Run, RunState, RunStep, Store,
    StoreError, Taken,
};
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

const DEVICE: Uuid = Uuid::from_u128(0xd);

fn place(seq: u64) -> Place {
    Place { epoch: 1, seq, scope_version: 1, schema_version: 1 }
}

fn nothing(_: &Logged, _: &dunlin_store::Ground<'_>) -> Result<Plan, String> {
    Err("not asked for".to_owned())
}

/// A connected device with these customers' rows, and what the old file has.
fn connected(source: &Fresh, name: &str, without: Option<usize>, old: Option<&Store>) -> Store {
    let customers = source.store.customers().unwrap();
    let here = customers.iter().enumerate().filter(|(at, _)| Some(*at) != without).map(|(_, customer)| *customer);
    let mut rows: Vec<Row> = here.flat_map(|customer| source.store.unit(customer).unwrap()).collect();
    rows.sort_by_key(Row::table);
    let store = Store::begin_snapshot(source.folder.path().join(name), &key(), "{}").unwrap();
    store.add_snapshot_part(0, &rows).unwrap();
    let taken = Taken { device: DEVICE, place: place(1), decided: 1, verdicts: vec![] };
    store.finish_snapshot(&taken, 1, old, &mut nothing).unwrap();
    store
}

fn run() -> Run {
    Run {
        id: RunId(Uuid::from_u128(0xa)),
        channel: Channel::Letter,
        title: "Letters of March 10".into(),
        as_of: day(400),
        made: at(1),
        actor: "specialist".into(),
        state: RunState::Proposed,
    }
}

fn member(position: u32, account: AccountId) -> Member {
    let body = serde_json::json!({"level": "Letter 2", "page": position + 1});
    let why = "40 days past due".into();
    Member { position, account, state: MemberState::Printed, why, outbox: None, serial: None, body }
}

fn letter(account: AccountId, text: &str) -> (Attachment, Vec<u8>) {
    let bytes = text.as_bytes().to_vec();
    let one = Attachment {
        outbox: OutboxId(Uuid::from_u128(7)),
        account,
        made: at(1),
        title: "Letter 2".into(),
        media_type: "application/pdf".into(),
        size: bytes.len() as u64,
        sha256: Sha256::digest(&bytes).into(),
        stopped: None,
    };
    (one, bytes)
}

/// Two letters that wait for the server, one of them refused once, and one that was fetched.
fn with_letters(store: &Store, account: AccountId) {
    let of_run = run();
    store.add_run(&of_run, &[member(0, account)]).unwrap();
    let letters = [letter(account, "waits for the server"), letter(account, "stopped by the server")];
    let step = RunStep { run: of_run.id, state: RunState::Printed, members: &[], files: &[], letters: &letters };
    let command = NewCommand { id: id(0xc000), at: at(1), body: "1".to_owned(), permit: None };
    let made = plan(vec![Change::AddContact(contact(1, account))]);
    store
        .act_together(&[account], at(1), Some(&step), |_, _| Ok::<_, StoreError>((command.clone(), made.clone())))
        .unwrap();
    let stopped = &letters[1].0;
    store.letter_stopped(account, stopped.sha256, "too large").unwrap();
    let (fetched, bytes) = letter(account, "fetched from the server");
    store.keep_letter(&fetched, &bytes).unwrap();
}

fn titles(store: &Store) -> Vec<String> {
    let found = ["waits for the server", "stopped by the server", "fetched from the server"].into_iter();
    let account = store.unsent_letters(9).unwrap()[0].account;
    let here = |text: &&str| store.letter_bytes(account, letter(account, text).0.sha256).unwrap().is_some();
    found.filter(here).map(str::to_owned).collect()
}

#[test]
fn a_letter_that_waits_for_the_server_does_so_wherever_its_account_went() {
    let portfolio = Portfolio::of(3, 2);
    let source = Fresh::with(&portfolio);
    let store = connected(&source, "one.db", None, None);
    let (whom, account) = (portfolio.customers[0].id, portfolio.accounts[0].id);
    with_letters(&store, account);
    let again = connected(&source, "two.db", Some(0), Some(&store));
    assert_eq!(titles(&again), ["waits for the server", "stopped by the server"], "a fresh copy without the account");

    let page = Incoming { after: place(1), to: place(2), remove: vec![whom], ..Incoming::default() };
    store.rebase(&page, &mut nothing).unwrap();
    assert_eq!(titles(&store), ["waits for the server", "stopped by the server"]);
    let (next, _) = store.next_letter().unwrap().expect("it waits");
    store.letter_sent(account, next.sha256).unwrap();
    assert_eq!(titles(&store), ["stopped by the server"]);
}

#[test]
fn one_who_leaves_a_run_leaves_the_others_files() {
    let portfolio = Portfolio::of(3, 2);
    let source = Fresh::with(&portfolio);
    let store = connected(&source, "one.db", None, None);
    let of_run = run();
    let members: Vec<Member> = (0..).zip(&portfolio.accounts).map(|(at, account)| member(at, account.id)).collect();
    store.add_run(&of_run, &members).unwrap();
    let document = |number: u128| Document {
        id: Uuid::from_u128(number),
        account: None,
        run: Some(of_run.id),
        outbox: None,
        made: at(3),
        title: "Letters".into(),
        media_type: "application/pdf".into(),
    };
    store.add_document(&document(1), b"everybody's letters").unwrap();
    store.add_document(&document(2), b"an earlier try").unwrap();
    let (whom, account) = (portfolio.customers[0].id, portfolio.accounts[0].id);
    assert_eq!(store.accounts_of(whom).unwrap(), [account]);
    assert_eq!(store.runs_of(account).unwrap(), [of_run.id]);
    let moved = Member { body: serde_json::json!({"page": 1}), ..members[1].clone() };
    let files = [(Uuid::from_u128(1), Some(b"the others' letters".to_vec())), (Uuid::from_u128(2), None)];
    store.leave_run(of_run.id, &[account], std::slice::from_ref(&moved), &files).unwrap();
    let page = Incoming { after: place(1), to: place(2), remove: vec![whom], ..Incoming::default() };
    store.rebase(&page, &mut nothing).unwrap();
    assert_eq!(store.run(of_run.id).unwrap().1, [moved, members[2].clone()]);
    assert_eq!(store.documents_of_run(of_run.id).unwrap().len(), 1);
    assert_eq!(store.document_bytes(Uuid::from_u128(1)).unwrap(), b"the others' letters");
    assert!(!store.has_account(account).unwrap() && store.accounts_in_runs().unwrap().len() == 2);
}

/// The server counts a permit as unspent until the command that spends it arrives.
#[test]
fn a_spent_permit_stays_spent_whatever_a_repair_says_of_it() {
    let portfolio = Portfolio::of(2, 1);
    let source = Fresh::with(&portfolio);
    let store = connected(&source, "one.db", None, None);
    let (whom, account) = (portfolio.customers[0].id, portfolio.accounts[0].id);
    let permits = [(id(0xb1), whom, at(600)), (id(0xb2), whom, at(600))];
    store.add_permits(&permits).unwrap();
    let command = NewCommand { id: id(0xc001), at: at(1), body: "1".to_owned(), permit: Some(id(0xb1)) };
    let made = plan(vec![Change::AddContact(contact(1, account))]);
    store.act(account, at(1), |_| Ok::<_, StoreError>((command, made))).unwrap();
    let page = Incoming {
        after: place(1),
        to: place(2),
        replace: vec![(whom, source.store.unit(whom).unwrap())],
        permits: permits.to_vec(),
        ..Incoming::default()
    };
    store.rebase(&page, &mut |_, _| Ok(plan(vec![Change::AddContact(contact(1, account))]))).unwrap();
    assert_eq!(store.permits().unwrap(), [id(0xb2)], "the other one");
}
