//! A device in a team: what is logged, undone, taken in, replayed and purged.
#![allow(clippy::unwrap_used, reason = "a test's way to fail")]

mod common;

use common::plans::{arrangement, contact, follow_up, hold, id, intent, plan};
use common::{Fresh, Portfolio, at, day, entry, key, raw};
use domain::account::Account;
use domain::hold::HoldKind;
use domain::ids::{AccountId, CustomerId, RunId};
use domain::outbox::Channel;
use domain::plan::{Change, Plan};
use domain::row::Row;
use dunlin_store::{
    Document, Incoming, Logged, Member, MemberState, NewCommand, Place, Run, RunState, Settled, Store, StoreError,
    Taken, Verdict,
};
use uuid::Uuid;

const DEVICE: Uuid = Uuid::from_u128(0xd);

fn place(seq: u64) -> Place {
    Place { epoch: 1, seq, scope_version: 1, schema_version: 1 }
}

fn taken(decided: u64) -> Taken {
    Taken { device: DEVICE, place: place(1), decided, verdicts: vec![] }
}

/// A plan is what its command's body says: its number here.
fn logged(number: u128) -> NewCommand {
    NewCommand { id: id(0xc000 + number), at: at(1), body: number.to_string(), permit: None }
}

fn act(store: &Store, account: AccountId, number: u128, plan: &Plan) -> Result<Logged, StoreError> {
    store.act(account, at(1), |_| Ok((logged(number), plan.clone()))).map(|(logged, _)| logged)
}

fn run() -> Run {
    Run {
        id: RunId(Uuid::from_u128(0xa)),
        channel: Channel::Letter,
        title: "Letters of March 10".into(),
        as_of: day(400),
        made: at(1),
        actor: "specialist".into(),
        state: RunState::Printed,
    }
}

fn member(position: u32, account: AccountId) -> Member {
    let body = serde_json::json!({"level": "Letter 2"});
    let why = "40 days past due".into();
    Member { position, account, state: MemberState::Confirmed, why, outbox: None, serial: None, body }
}

fn document(number: u128, account: Option<AccountId>, run: Option<RunId>) -> Document {
    let (title, media_type) = ("Letters".into(), "application/pdf".into());
    Document { id: Uuid::from_u128(number), account, run, outbox: None, made: at(3), title, media_type }
}

fn nothing(_: &Logged, _: &dunlin_store::Ground<'_>) -> Result<Plan, String> {
    Err("not asked for".to_owned())
}

/// A connected device with the portfolio's rows, in a folder of its own.
fn connected(portfolio: &Portfolio) -> (Fresh, Store) {
    let source = Fresh::with(portfolio);
    let rows: Vec<Row> =
        source.store.customers().unwrap().iter().flat_map(|customer| source.store.unit(*customer).unwrap()).collect();
    let mut rows = rows;
    rows.sort_by_key(Row::table);
    let path = source.folder.path().join("new.db");
    let store = Store::begin_snapshot(&path, &key(), "{}").unwrap();
    store.add_snapshot_part(0, &rows).unwrap();
    store.finish_snapshot(&taken(0), 1, None, &mut nothing).unwrap();
    (source, store)
}

fn units(store: &Store) -> Vec<Vec<Row>> {
    store.customers().unwrap().iter().map(|customer| store.unit(*customer).unwrap()).collect()
}

/// One of everything that a command may do.
fn everything(portfolio: &Portfolio) -> Vec<Plan> {
    let account = portfolio.accounts[0].id;
    let customer = portfolio.customers[0].id;
    let mut point = portfolio.customers[0].points[0].clone();
    "+1 208 555 9999".clone_into(&mut point.value);
    let mut address = portfolio.customers[0].address.clone();
    "Nampa".clone_into(&mut address.city);
    let mut payment = portfolio.payments[0].clone();
    payment.id = domain::ids::PaymentId::derive("recorded", "1");
    let mut first = plan(vec![
        Change::AddContact(contact(1, account)),
        Change::AddFollowUp(follow_up(account)),
        Change::AddArrangement(account, arrangement(portfolio)),
        Change::PlaceHold(account, hold(40, HoldKind::Manual)),
        Change::Queue(intent(50, account)),
        Change::AddPayment(payment),
        Change::TakeStep(account, intent(50, account).steps[0].clone()),
    ]);
    first.history = vec![entry(1, Some(account)), entry(2, Some(account))];
    let mut second = plan(vec![
        Change::PutContactPoint(customer, point.clone()),
        Change::RemoveContactPoint(portfolio.customers[0].points[1].id),
        Change::SetAddress(customer, address),
        Change::ReversePayment(portfolio.payments[0].id, common::day(400)),
        Change::CloseFollowUp(follow_up(account).id, at(2)),
        Change::CancelArrangement(arrangement(portfolio).id, at(2)),
        Change::ReleaseHold(hold(40, HoldKind::Manual).id, at(2)),
        Change::SetOutbox(intent(50, account).id, domain::outbox::State::Sent { at: at(2) }),
    ]);
    second.history = vec![entry(3, Some(account))];
    vec![first, second]
}

#[test]
fn a_snapshot_is_the_same_rows() {
    let portfolio = Portfolio::of(4, 3);
    let (source, store) = connected(&portfolio);
    assert_eq!(units(&store), units(&source.store));
    assert_eq!(store.search("Northgate", 9).unwrap().accounts.len(), 1);
}

#[test]
fn pending_commands_are_undone_whole_and_replayed_to_the_same_rows() {
    let portfolio = Portfolio::of(3, 2);
    let (_source, store) = connected(&portfolio);
    let before = units(&store);
    let plans = everything(&portfolio);
    for (number, plan) in (0..).zip(&plans) {
        act(&store, portfolio.accounts[0].id, number, plan).unwrap();
    }
    let after = units(&store);
    assert_ne!(before, after);
    assert!(store.shadow_count().unwrap() > 8);
    let found =
        |text: &str| (store.search(text, 9).unwrap().accounts.len(), store.search(text, 9).unwrap().notes.len());
    assert_eq!((found("nampa"), found("9999"), found("café")), ((1, 0), (1, 0), (0, 1)));

    // A page about the customer comes; the replay does the same again.
    let whom = Row::Customer(portfolio.customers[0].clone());
    let page =
        |from, to| Incoming { after: place(from), to: place(to), rows: vec![whom.clone()], ..Incoming::default() };
    let mut again =
        |logged: &Logged, _: &dunlin_store::Ground<'_>| Ok(plans[logged.body.parse::<usize>().unwrap()].clone());
    let done = store.rebase(&page(1, 2), &mut again).unwrap();
    assert_eq!((done.stale, done.replayed, done.stuck), (false, 2, 0));
    assert_eq!(units(&store), after);
    assert_eq!(store.verify_history().unwrap(), 3);
    // The same page again is stale.
    assert!(store.rebase(&page(1, 2), &mut again).unwrap().stale);

    // Nothing replays: all of it is gone, from the rows, the search and the history; the log stays.
    let done = store.rebase(&page(2, 3), &mut nothing).unwrap();
    assert_eq!((done.replayed, done.stuck), (0, 2));
    assert_eq!(units(&store), before);
    assert_eq!((found("nampa"), found("9999"), found("café")), ((0, 0), (0, 0), (0, 0)));
    assert_eq!((store.verify_history().unwrap(), store.shadow_count().unwrap()), (0, 0));
    assert_eq!(store.pending().unwrap().iter().map(|it| it.device_seq).collect::<Vec<_>>(), [1, 2]);
    assert!(store.pending().unwrap()[0].stuck.is_some());
}

#[test]
fn verdicts_drop_what_was_decided_and_keep_what_was_refused() {
    let portfolio = Portfolio::of(2, 2);
    let (_source, store) = connected(&portfolio);
    for number in 1..=3_u128 {
        let account = portfolio.accounts[0].id;
        act(&store, account, number, &plan(vec![Change::AddContact(contact(number * 10, account))])).unwrap();
    }
    let verdict = |seq: u64, accepted| Verdict {
        device_seq: seq,
        id: id(0xc000 + u128::from(seq)),
        seq: seq + 1,
        accepted,
        body: format!("because {seq}"),
    };
    let page = Incoming {
        after: place(1),
        to: place(3),
        verdicts: vec![verdict(1, true), verdict(2, false)],
        decided: 2,
        durable: 2,
        ..Incoming::default()
    };
    let done = store.rebase(&page, &mut nothing).unwrap();
    assert_eq!(done.refused, 1);
    let state = store.sync_state().unwrap();
    assert_eq!((state.pending, state.refused, state.decided, state.given), (1, 1, 2, 3));
    // What a backup holds is forgotten; what only the server's memory holds is kept.
    assert_eq!(store.commands_after(0, 9, 9_999).unwrap().iter().map(|it| it.device_seq).collect::<Vec<_>>(), [2, 3]);
    assert_eq!(store.inbox().unwrap()[0].verdict, "because 2");
    store.settle_refused(2, Settled::Discarded, at(9)).unwrap();
    assert!(store.inbox().unwrap().is_empty());
    assert!(matches!(store.settle_refused(2, Settled::Retried, at(9)), Err(StoreError::Conflict { .. })));
}

#[test]
fn what_a_person_refuses_to_decide_takes_no_number() {
    let portfolio = Portfolio::of(1, 1);
    let (_source, store) = connected(&portfolio);
    let account = portfolio.accounts[0].id;
    let refused = store.act(account, at(1), |_| Err::<(NewCommand, Plan), _>(StoreError::Cancelled));
    assert!(matches!(refused, Err(StoreError::Cancelled)));
    // Nor does what does not fit.
    let twice = plan(vec![Change::AddContact(contact(1, account)), Change::AddContact(contact(1, account))]);
    assert!(matches!(act(&store, account, 1, &twice), Err(StoreError::Conflict { .. })));
    assert_eq!(store.sync_state().unwrap().given, 0);
    assert_eq!(act(&store, account, 2, &Plan::default()).unwrap().device_seq, 1);
}

#[test]
fn nothing_goes_behind_the_logs_back() {
    let portfolio = Portfolio::of(2, 2);
    let (_source, store) = connected(&portfolio);
    let account = portfolio.accounts[0].id;
    let note = plan(vec![Change::AddContact(contact(1, account))]);
    assert!(matches!(store.commit(&note), Err(StoreError::Connected)));
    let import = store.import(&portfolio.import(), |_| Vec::new(), &mut |_| true);
    assert!(matches!(import, Err(StoreError::Connected)));
}

#[test]
fn a_customer_who_leaves_is_purged_with_every_word() {
    let portfolio = Portfolio::of(3, 2);
    let (_source, store) = connected(&portfolio);
    let leaves = portfolio.customers[0].id;
    for (number, plan) in (0..).zip(&everything(&portfolio)) {
        act(&store, portfolio.accounts[0].id, number, plan).unwrap();
    }
    let page = Incoming { after: place(1), to: place(2), remove: vec![leaves], ..Incoming::default() };
    let done = store.rebase(&page, &mut nothing).unwrap();
    assert_eq!((done.purged, done.stuck), (1, 2));
    assert!(store.unit(leaves).unwrap().is_empty());
    assert!(!store.customers().unwrap().contains(&leaves));
    assert_eq!(store.pending().unwrap().len(), 2, "commands are pushed all the same");
    let path = store.path().to_owned();
    store.close().unwrap();
    let conn = raw(&path);
    conn.execute_batch(
        "CREATE VIRTUAL TABLE temp.words USING fts5vocab('main', 'account_search', 'row');
         CREATE VIRTUAL TABLE temp.notes USING fts5vocab('main', 'note_search', 'row');",
    )
    .unwrap();
    let count = |sql: &str| conn.query_row(sql, [], |row| row.get::<_, i64>(0)).unwrap();
    assert_eq!(count("SELECT count(*) FROM temp.words WHERE term = 'northgate'"), 0);
    assert!(count("SELECT count(*) FROM temp.words") > 0);
    assert_eq!(count("SELECT count(*) FROM temp.notes"), 0);
    assert_eq!(count("SELECT count(*) FROM history"), 0);
}

#[test]
fn one_who_comes_is_whole_and_a_repair_replaces() {
    let portfolio = Portfolio::of(3, 2);
    let (source, store) = connected(&portfolio);
    let whom = portfolio.customers[1].id;
    let rows = source.store.unit(whom).unwrap();
    let page = Incoming { after: place(1), to: place(2), remove: vec![whom], ..Incoming::default() };
    store.rebase(&page, &mut nothing).unwrap();
    let page = |from, to, rows: &[Row]| Incoming {
        after: place(from),
        to: place(to),
        replace: vec![(whom, rows.to_vec())],
        ..Incoming::default()
    };
    store.rebase(&page(2, 3, &rows), &mut nothing).unwrap();
    assert_eq!(store.unit(whom).unwrap(), rows);
    // Drift: an invoice too many goes.
    let fewer: Vec<Row> = rows.iter().filter(|row| !matches!(row, Row::Invoice(_))).cloned().collect();
    store.rebase(&page(3, 4, &fewer), &mut nothing).unwrap();
    assert_eq!(store.unit(whom).unwrap(), fewer);
}

/// The run of a morning's letters is nobody else's copy: a repair of one customer must not take it.
#[test]
fn what_only_this_device_has_survives_a_repair_and_leaves_with_the_account() {
    let portfolio = Portfolio::of(3, 2);
    let (source, store) = connected(&portfolio);
    let (whom, account) = (portfolio.customers[1].id, portfolio.accounts[1].id);
    let of_run = run();
    let members: Vec<Member> =
        (0_u32..).zip(&portfolio.accounts).map(|(position, account)| member(position, account.id)).collect();
    store.add_run(&of_run, &members).unwrap();
    let (all, own) = (document(1, None, Some(of_run.id)), document(2, Some(account), None));
    store.add_document(&all, b"everybody's letters").unwrap();
    store.add_document(&own, b"a confirmation").unwrap();
    let page = |from, to, rows: Vec<Row>| Incoming {
        after: place(from),
        to: place(to),
        replace: vec![(whom, rows)],
        ..Incoming::default()
    };
    let rows = source.store.unit(whom).unwrap();
    store.rebase(&page(1, 2, rows.clone()), &mut nothing).unwrap();
    assert_eq!(store.unit(whom).unwrap(), rows);
    assert_eq!(store.run(of_run.id).unwrap().1, members);
    assert_eq!(store.document_bytes(all.id).unwrap(), b"everybody's letters");
    assert_eq!(store.document_bytes(own.id).unwrap(), b"a confirmation");
    // The account is no more: its papers go, and nothing refers to what is not there.
    let person: Vec<Row> = rows.iter().filter(|row| matches!(row, Row::Customer(_))).cloned().collect();
    store.rebase(&page(2, 3, person), &mut nothing).unwrap();
    assert!(store.document_bytes(own.id).is_err());
    assert!(store.document_bytes(all.id).is_err());
    assert_eq!(store.run(of_run.id).unwrap().1.len(), 2);
}

/// The billing system gave an account to another customer who is here too: it never leaves, nor do its letters.
#[test]
fn an_account_that_goes_to_another_customer_keeps_its_papers() {
    let portfolio = Portfolio::of(3, 2);
    let (source, store) = connected(&portfolio);
    let (from, to) = (portfolio.customers[0].id, portfolio.customers[1].id);
    let account = portfolio.accounts[0].id;
    let own = document(1, Some(account), None);
    store.add_document(&own, b"a confirmation").unwrap();
    let (left, moved): (Vec<Row>, Vec<Row>) =
        source.store.unit(from).unwrap().into_iter().partition(|row| row.account() != Some(account));
    let mut whole = source.store.unit(to).unwrap();
    whole.extend(moved.into_iter().map(|row| match row {
        Row::Account(account) => Row::Account(Account { customer: to, ..account }),
        other => other,
    }));
    whole.sort_by_key(Row::table);
    // In whichever order they come.
    let replace = vec![(from, left.clone()), (to, whole.clone())];
    let page = Incoming { after: place(1), to: place(2), replace, ..Incoming::default() };
    let done = store.rebase(&page, &mut nothing).unwrap();
    assert_eq!(done.purged, 0, "nothing left this device");
    assert_eq!(store.document_bytes(own.id).unwrap(), b"a confirmation");
    assert!(store.unit(to).unwrap().iter().any(|row| row.account() == Some(account)));
    assert!(store.unit(from).unwrap().iter().all(|row| row.account() != Some(account)));
    // And to one who is not here: it leaves with every word, as its customer would.
    let replace = vec![(to, source.store.unit(to).unwrap())];
    let page = Incoming { after: place(2), to: place(3), replace, ..Incoming::default() };
    assert_eq!(store.rebase(&page, &mut nothing).unwrap().purged, 1);
    assert!(store.document_bytes(own.id).is_err());
}

/// A database that worked alone is connected: its log goes on top of the server's rows.
#[test]
fn what_was_done_alone_is_pending_once_a_server_is_there() {
    let portfolio = Portfolio::of(2, 2);
    let alone = Fresh::with(&portfolio);
    let plans = everything(&portfolio);
    for (number, plan) in (0..).zip(&plans) {
        act(&alone.store, portfolio.accounts[0].id, number, plan).unwrap();
    }
    assert_eq!(alone.store.shadow_count().unwrap(), 0, "alone, nothing will be undone");
    alone.store.put_setting("user", &"specialist").unwrap();
    let rows: Vec<Vec<Row>> = units(&connected(&portfolio).1);
    let path = alone.folder.path().join("new.db");
    let new = Store::begin_snapshot(&path, &key(), "manifest").unwrap();
    for (nr, rows) in (0..).zip(&rows) {
        new.add_snapshot_part(nr, rows).unwrap();
    }
    let expected = units(&alone.store);
    let mut again =
        |logged: &Logged, _: &dunlin_store::Ground<'_>| Ok(plans[logged.body.parse::<usize>().unwrap()].clone());
    new.finish_snapshot(&taken(0), 2, Some(&alone.store), &mut again).unwrap();
    assert_eq!(units(&new), expected);
    assert_eq!(new.sync_state().unwrap().pending, 2);
    assert_eq!(new.setting::<String>("user").unwrap().as_deref(), Some("specialist"));
    let (at, folder) = (alone.path(), alone.folder);
    let kept = new.swap_in(Some(alone.store), &at, true).unwrap().unwrap();
    assert!(kept.exists());
    let store = Store::open(&at, &key()).unwrap();
    assert_eq!(units(&store), expected);
    drop(folder);
}

#[test]
fn an_interrupted_snapshot_is_never_taken_for_whole() {
    let portfolio = Portfolio::of(2, 1);
    let rows = units(&connected(&portfolio).1);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("new.db");
    let store = Store::begin_snapshot(&path, &key(), "manifest").unwrap();
    store.add_snapshot_part(0, &rows[0]).unwrap();
    assert!(matches!(store.add_snapshot_part(0, &rows[0]), Err(StoreError::Conflict { .. })));
    assert!(matches!(store.finish_snapshot(&taken(0), 2, None, &mut nothing), Err(StoreError::Unfinished { .. })));
    drop(store);
    assert!(matches!(Store::open(&path, &key()), Err(StoreError::Unfinished { .. })));
    assert_eq!(Store::unfinished(&path, &key()).unwrap().as_deref(), Some("manifest"));
    // Taken up again where it stopped; another manifest starts anew.
    let store = Store::begin_snapshot(&path, &key(), "manifest").unwrap();
    assert_eq!(store.snapshot_parts().unwrap(), [0]);
    drop(store);
    let store = Store::begin_snapshot(&path, &key(), "another").unwrap();
    assert_eq!(store.snapshot_parts().unwrap(), Vec::<u32>::new());
    assert_eq!(store.customers().unwrap(), Vec::<CustomerId>::new());
}
