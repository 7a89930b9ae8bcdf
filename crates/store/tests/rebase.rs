//! What waits on customers whom a page does not touch stands as it is; what the server decided alike
//! becomes the server's where it stands.
#![allow(clippy::unwrap_used, reason = "a test's way to fail")]

mod common;

use common::plans::{contact, follow_up, id, plan};
use common::{Fresh, Portfolio, at, entry, key};
use domain::history::Entry;
use domain::plan::{Change, Plan};
use domain::policy::Policy;
use domain::row::{PolicyRow, Row};
use dunlin_store::{Ground, Incoming, Logged, NewCommand, Place, Store, Taken, Verdict};
use uuid::Uuid;

fn place(seq: u64) -> Place {
    Place { epoch: 1, seq, scope_version: 1, schema_version: 1 }
}

fn connected(portfolio: &Portfolio) -> (Fresh, Store) {
    let source = Fresh::with(portfolio);
    let mut rows = units(&source.store).concat();
    rows.sort_by_key(Row::table);
    let store = Store::begin_snapshot(source.folder.path().join("new.db"), &key(), "{}").unwrap();
    store.add_snapshot_part(0, &rows).unwrap();
    let taken = Taken { device: Uuid::from_u128(0xd), place: place(1), decided: 0, verdicts: vec![] };
    store.finish_snapshot(&taken, 1, None, &mut |_, _| Err("nothing is pending".to_owned())).unwrap();
    (source, store)
}

fn units(store: &Store) -> Vec<Vec<Row>> {
    store.customers().unwrap().iter().map(|customer| store.unit(*customer).unwrap()).collect()
}

/// Three commands, each on another customer, with an entry of the history each.
fn three(portfolio: &Portfolio, store: &Store) -> Vec<Plan> {
    let plans: Vec<Plan> = (0..3_u128)
        .map(|nr| {
            let account = portfolio.accounts[usize::try_from(nr).unwrap()].id;
            let mut done = plan(vec![Change::AddContact(contact(100 + 10 * nr, account))]);
            if nr == 2 {
                done.changes.push(Change::AddFollowUp(follow_up(account)));
            }
            done.history = vec![entry(nr, Some(account))];
            done
        })
        .collect();
    for (nr, plan) in plans.iter().enumerate() {
        let command = NewCommand { id: command(nr), at: at(1), body: nr.to_string(), permit: None };
        store
            .act(portfolio.accounts[nr].id, at(1), |_| Ok::<_, dunlin_store::StoreError>((command, plan.clone())))
            .unwrap();
    }
    plans
}

fn command(nr: usize) -> Uuid {
    id(0xc000 + nr as u128)
}

fn verdict(nr: usize, accepted: bool) -> Verdict {
    Verdict { device_seq: nr as u64 + 1, id: command(nr), seq: 2, accepted, body: "because".to_owned() }
}

fn page(from: u64, rows: Vec<Row>, verdicts: Vec<Verdict>) -> Incoming {
    Incoming { after: place(from), to: place(from + 1), rows, verdicts, ..Incoming::default() }
}

/// The rows that a plan's command leads to on the server.
fn rows(plan: &Plan) -> Vec<Row> {
    let changed = plan.changes.iter().filter_map(|change| match change {
        Change::AddContact(row) => Some(Row::Contact(row.clone())),
        Change::AddFollowUp(row) => Some(Row::FollowUp(row.clone())),
        _ => None,
    });
    changed.chain(plan.history.iter().cloned().map(Row::History)).collect()
}

fn never(logged: &Logged, _: &Ground<'_>) -> Result<Plan, String> {
    panic!("command {} is on a customer whom the page does not touch", logged.body)
}

#[test]
fn what_the_server_decided_alike_stands_and_nobody_else_is_replayed() {
    let portfolio = Portfolio::of(4, 2);
    let (_source, store) = connected(&portfolio);
    let plans = three(&portfolio, &store);
    let before = units(&store);
    let shadows = store.shadow_count().unwrap();
    for (from, nr) in [(1, 0), (2, 2), (3, 1)] {
        let done = store.rebase(&page(from, rows(&plans[nr]), vec![verdict(nr, true)]), &mut never).unwrap();
        assert_eq!((done.replayed, done.stuck, done.refused), (0, 0, 0));
        assert_eq!(done.accounts, [portfolio.accounts[nr].id]);
        assert_eq!(units(&store), before);
        assert_eq!(store.verify_history().unwrap(), 3);
        assert_eq!(store.search("café", 9).unwrap().notes.len(), 3);
    }
    assert_eq!((shadows, store.shadow_count().unwrap(), store.sync_state().unwrap().pending), (7, 0, 0));
    // It is the server's: nothing undoes it any more.
    let other = portfolio.customers.iter().cloned().map(Row::Customer).collect();
    store.rebase(&page(4, other, vec![]), &mut never).unwrap();
    assert_eq!(units(&store), before);
}

#[test]
fn a_refused_command_goes_from_the_middle_of_the_history() {
    let portfolio = Portfolio::of(4, 2);
    let (source, store) = connected(&portfolio);
    let _ = three(&portfolio, &store);
    let before = units(&store);
    let done = store.rebase(&page(1, vec![], vec![verdict(1, false)]), &mut never).unwrap();
    assert_eq!((done.refused, done.accounts), (1, vec![portfolio.accounts[1].id]));
    let after = units(&store);
    for (nr, customer) in store.customers().unwrap().into_iter().enumerate() {
        let stands = if customer == portfolio.customers[1].id {
            source.store.unit(customer).unwrap()
        } else {
            before[nr].clone()
        };
        assert_eq!(after[nr], stands);
    }
    assert_eq!((store.verify_history().unwrap(), store.search("café", 9).unwrap().notes.len()), (2, 2));
    // The chain goes on where the gap is, behind what goes next.
    let late = Entry { id: domain::ids::HistoryId(id(77)), ..entry(9, Some(portfolio.accounts[3].id)) };
    store.rebase(&page(2, vec![Row::History(late)], vec![verdict(2, false)]), &mut never).unwrap();
    assert_eq!(store.verify_history().unwrap(), 2);
}

#[test]
fn what_the_server_decided_otherwise_is_put_as_it_says_under_what_still_waits() {
    let portfolio = Portfolio::of(3, 2);
    let (_source, store) = connected(&portfolio);
    let plans = three(&portfolio, &store);
    let account = portfolio.accounts[0].id;
    let mut second = plan(vec![Change::AddContact(contact(500, account))]);
    second.history = vec![entry(50, Some(account))];
    let next = NewCommand { id: command(3), at: at(2), body: "3".to_owned(), permit: None };
    store.act(account, at(2), |_| Ok::<_, dunlin_store::StoreError>((next, second.clone()))).unwrap();
    let mut decided = rows(&plans[0]);
    if let Row::Contact(contact) = &mut decided[0] {
        "as the server has it".clone_into(&mut contact.note);
    }
    let mut replayed = Vec::new();
    let done = store
        .rebase(&page(1, decided.clone(), vec![verdict(0, true)]), &mut |logged, _| {
            replayed.push(logged.device_seq);
            Ok(second.clone())
        })
        .unwrap();
    assert_eq!((replayed, done.replayed, done.stuck), (vec![4], 1, 0));
    let unit = store.unit(portfolio.customers[0].id).unwrap();
    for row in decided.iter().chain(&rows(&second)) {
        assert!(unit.contains(row), "{row:?} is missing");
    }
    assert_eq!((store.verify_history().unwrap(), store.search("server", 9).unwrap().notes.len()), (4, 1));
    // A new policy may change every decision: all that waits is decided again.
    let policy = PolicyRow { policy: Policy::standard(), at: at(3), actor: "supervisor".to_owned() };
    let mut asked = 0;
    let done = store
        .rebase(&page(2, vec![Row::Policy(policy)], vec![]), &mut |_, _| {
            asked += 1;
            Err("not any more".to_owned())
        })
        .unwrap();
    assert_eq!((asked, done.stuck, store.shadow_count().unwrap()), (3, 3, 0));
    assert_eq!((store.verify_history().unwrap(), store.search("server", 9).unwrap().notes.len()), (1, 1));
}
