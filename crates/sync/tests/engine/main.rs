//! The engine, step by step: the bugs that others shipped, each in the smallest world that shows it.
#![allow(clippy::unwrap_used, reason = "a test's way to fail")]

mod comparing;

use chrono::DateTime;
use dunlin_sync::{Action, Engine, Event, Input, Status, Stored, Trouble, Why};
use protocol::{
    COMMAND, Chunk, Clock, CommandId, Cursor, DeviceId, Envelope, Json, Manifest, Page, Problem, ProblemCode,
    PullResponse, PushResponse, SCHEMA, ScopeDelta, SnapshotId, Transaction, WireRow,
};
use uuid::Uuid;

const IN: Input = Input { now: 0, dice: 7 };

fn cursor(seq: u64) -> Cursor {
    Cursor { epoch: 1, seq, scope_version: 1, schema_version: SCHEMA }
}

fn stored(seq: u64, decided: u64, given: u64) -> Stored {
    Stored { device: DeviceId(Uuid::from_u128(1)), cursor: cursor(seq), decided, given }
}

fn command(seq: u64) -> Envelope {
    Envelope {
        id: CommandId(Uuid::from_u128(u128::from(seq))),
        device: DeviceId(Uuid::from_u128(1)),
        device_seq: seq,
        cmd_version: COMMAND,
        app_version: String::new(),
        clock: Clock { occurred_at: DateTime::UNIX_EPOCH, offset_ms: None, elapsed_ms: None },
        tz: String::new(),
        base_cursor: cursor(0),
        policy_version: 1,
        permit: None,
        act: Json::null(),
        instead: None,
    }
}

fn page(after: u64, to: u64) -> Page {
    Page {
        after: cursor(after),
        cursor: cursor(to),
        more: false,
        transactions: vec![],
        scope: ScopeDelta::default(),
        results: vec![],
        last_device_seq: 0,
        durable_seq: 0,
        permits: vec![],
        assigned: None,
        repair: vec![],
        payments_until: None,
        server_time: DateTime::UNIX_EPOCH,
    }
}

fn pulled(ticket: u64, page: Page) -> Event {
    Event::Pulled(ticket, Ok(PullResponse::Page(page)))
}

fn pull_ticket(actions: &[Action]) -> u64 {
    actions.iter().find_map(|it| if let Action::Pull(ticket, _) = it { Some(*ticket) } else { None }).unwrap()
}

fn push_ticket(actions: &[Action]) -> u64 {
    actions.iter().find_map(|it| if let Action::Push(ticket, _) = it { Some(*ticket) } else { None }).unwrap()
}

fn wait(actions: &[Action]) -> u64 {
    actions.iter().find_map(|it| if let Action::Wait(ms) = it { Some(*ms) } else { None }).unwrap()
}

fn problem(code: ProblemCode) -> Trouble {
    Trouble::Problem(Problem::new(code, "no", "later"))
}

fn row(table: &str, body: &str) -> WireRow {
    WireRow { table: table.into(), id: "1".into(), row: Json::parse(body.into()).unwrap() }
}

/// Pulling, with the ticket of the pull.
fn pulling() -> (Engine, u64) {
    let mut engine = Engine::default();
    let actions = engine.step(Event::Started(stored(5, 0, 0)), IN);
    (engine, pull_ticket(&actions))
}

/// Pushing one command, with the ticket of the push.
fn pushing(commands: u64) -> (Engine, u64) {
    let mut engine = Engine::default();
    let actions = engine.step(Event::Started(stored(5, 0, commands)), IN);
    assert!(matches!(actions[..], [_, Action::Read { after: 0, .. }]), "{actions:?}");
    let actions = engine.step(Event::Log(Ok((1..=commands).map(command).collect())), IN);
    let ticket = push_ticket(&actions);
    (engine, ticket)
}

fn answer(last: u64) -> PushResponse {
    PushResponse { epoch: 1, results: vec![], last_device_seq: last, seq: 9, server_time: DateTime::UNIX_EPOCH }
}

#[test]
fn an_unknown_table_stops_and_nothing_is_applied() {
    let (mut engine, ticket) = pulling();
    let mut news = page(5, 6);
    news.transactions.push(Transaction { seq: 6, rows: vec![row("payment_plan_note", "{}")] });
    let actions = engine.step(pulled(ticket, news), IN);
    assert!(
        matches!(&actions[..], [Action::Tell(Status::Stopped(Why::Upgrade(why)))] if why.contains("payment_plan_note"))
    );
    // And stays so, whatever happens.
    for event in [Event::Ticked, Event::Woken, Event::Online, Event::Logged(1)] {
        assert_eq!(engine.step(event, IN), vec![]);
    }
}

#[test]
fn an_unknown_field_stops_even_inside_a_tagged_value() {
    let hold = r#"{"account":"0000000000000001","of":{"id":"00000000-0000-0000-0000-000000000001",
        "kind":{"kind":"cease","until_when":3},"note":"","placed":"2026-01-01T00:00:00Z","until":null,"released":null}}"#;
    let (mut engine, ticket) = pulling();
    let mut news = page(5, 6);
    let id = "00000000-0000-0000-0000-000000000001".to_owned();
    news.transactions.push(Transaction { seq: 6, rows: vec![WireRow { id, ..row("hold", hold) }] });
    let actions = engine.step(pulled(ticket, news), IN);
    assert!(
        matches!(&actions[..], [Action::Tell(Status::Stopped(Why::Upgrade(why)))] if why.contains("kind.until_when")),
        "{actions:?}"
    );
}

#[test]
fn an_answer_that_comes_twice_or_late_is_dropped() {
    let (mut engine, ticket) = pulling();
    let mut news = page(5, 6);
    news.transactions.push(Transaction { seq: 6, rows: vec![] });
    assert!(matches!(engine.step(pulled(ticket, news.clone()), IN)[..], [Action::Apply(..)]));
    assert_eq!(engine.step(pulled(ticket, news.clone()), IN), vec![]);
    assert_eq!(engine.step(pulled(ticket - 1, news), IN), vec![]);
}

/// Found by the simulator: the permits' ticket made the pull's own answer look late, for ever.
#[test]
fn asking_for_permits_does_not_disturb_a_pull() {
    let (mut engine, ticket) = pulling();
    assert!(matches!(engine.step(Event::WantPermits(vec![], vec![]), IN)[..], [Action::AskPermits(..)]));
    let actions = engine.step(pulled(ticket, page(5, 5)), IN);
    assert!(matches!(actions[..], [Action::Tell(Status::UpToDate), Action::Wait(_)]));
}

#[test]
fn a_page_on_another_cursor_is_not_applied() {
    for wrong in [page(4, 6), page(6, 7), Page { cursor: Cursor { epoch: 2, ..cursor(6) }, ..page(5, 6) }, page(5, 3)] {
        let (mut engine, ticket) = pulling();
        let actions = engine.step(pulled(ticket, wrong), IN);
        assert!(matches!(actions[..], [Action::Tell(Status::Retrying { .. }), Action::Wait(_)]), "{actions:?}");
    }
}

#[test]
fn an_empty_page_is_not_written_and_a_full_last_page_asks_for_no_more() {
    let (mut engine, ticket) = pulling();
    let actions = engine.step(pulled(ticket, page(5, 5)), IN);
    assert!(matches!(actions[..], [Action::Tell(Status::UpToDate), Action::Wait(_)]));
    // "More", and nothing with it, would turn for ever.
    let (mut engine, ticket) = pulling();
    let actions = engine.step(pulled(ticket, Page { more: true, ..page(5, 5) }), IN);
    assert!(matches!(actions[..], [Action::Tell(Status::Retrying { .. }), Action::Wait(_)]));
}

#[test]
fn a_thousand_devices_do_not_come_back_in_the_same_second() {
    let mut waits: Vec<u64> = (0..1_000_u64)
        .map(|number| {
            let (mut engine, ticket) = pulling();
            let input = Input { now: 0, dice: number.wrapping_mul(0x9e37_79b9_7f4a_7c15) };
            let mut failed = Problem::new(ProblemCode::Busy, "busy", "later");
            failed.retry_after_ms = Some(20_000);
            wait(&engine.step(Event::Pulled(ticket, Err(Trouble::Problem(failed))), input))
        })
        .collect();
    waits.sort_unstable();
    assert!(waits[0] >= 20_000, "before the server's word: {}", waits[0]);
    let busiest = waits.chunk_by(|one, other| one / 100 == other / 100).map(<[u64]>::len).max().unwrap();
    assert!(busiest < 60, "{busiest} of 1,000 in a tenth of a second");
}

#[test]
fn work_does_not_shorten_the_wait_for_a_failing_server() {
    let (mut engine, ticket) = pulling();
    let _ = engine.step(Event::Pulled(ticket, Err(Trouble::Net("no answer".into()))), IN);
    assert_eq!(engine.step(Event::Logged(1), IN), vec![]);
    assert_eq!(engine.step(Event::Woken, IN), vec![]);
    // The timer does it, and what was logged meanwhile goes first.
    assert!(matches!(engine.step(Event::Ticked, IN)[..], [_, Action::Read { after: 0, .. }]));
}

#[test]
fn an_answer_lost_after_the_commit_is_asked_for_again() {
    let (mut engine, ticket) = pushing(3);
    let _ = engine.step(Event::Pushed(ticket, Err(Trouble::Net("the answer was lost".into()))), IN);
    assert!(matches!(engine.step(Event::Ticked, IN)[..], [_, Action::Read { after: 0, .. }]));
    let actions = engine.step(Event::Log(Ok((1..=3).map(command).collect())), IN);
    let Action::Push(_, request) = &actions[0] else { panic!("{actions:?}") };
    assert_eq!(request.commands.iter().map(|it| it.device_seq).collect::<Vec<_>>(), [1, 2, 3]);
}

#[test]
fn a_push_that_conflicts_recovers_from_where_the_server_is() {
    let (mut engine, ticket) = pushing(5);
    let gap = Problem { expected: Some(3), ..Problem::new(ProblemCode::Gap, "gap", "push 3") };
    let actions = engine.step(Event::Pushed(ticket, Err(Trouble::Problem(gap))), IN);
    assert!(matches!(actions[..], [Action::Read { after: 2, .. }]), "{actions:?}");
}

#[test]
fn an_old_copy_of_the_file_stops_instead_of_overwriting_numbers() {
    let (mut engine, ticket) = pushing(5);
    let gap = Problem { expected: Some(9), ..Problem::new(ProblemCode::Gap, "gap", "push 9") };
    let actions = engine.step(Event::Pushed(ticket, Err(Trouble::Problem(gap))), IN);
    assert!(matches!(actions[..], [Action::Tell(Status::Stopped(Why::Forked(_)))]));
    let (mut engine, ticket) = pushing(5);
    let actions = engine.step(Event::Pushed(ticket, Ok(answer(8))), IN);
    assert!(matches!(actions[..], [Action::Tell(Status::Stopped(Why::Forked(_)))]));
}

#[test]
fn what_is_too_large_together_goes_in_smaller_parts() {
    let (mut engine, ticket) = pushing(4);
    let actions = engine.step(Event::Pushed(ticket, Err(problem(ProblemCode::TooLarge))), IN);
    assert!(matches!(actions[..], [Action::Read { after: 0, count: 2, .. }]), "{actions:?}");
}

#[test]
fn a_command_under_trial_does_not_stop_the_pull_for_ever() {
    let (mut engine, ticket) = pushing(2);
    // The server decided the first, and tries the second.
    let actions = engine.step(Event::Pushed(ticket, Ok(answer(1))), IN);
    assert!(matches!(actions[..], [Action::Read { after: 1, .. }]));
    let ticket = push_ticket(&engine.step(Event::Log(Ok(vec![command(2)])), IN));
    let actions = engine.step(Event::Pushed(ticket, Ok(answer(1))), IN);
    assert!(matches!(actions[..], [Action::Tell(Status::Retrying { .. }), Action::Wait(_)]));
}

#[test]
fn below_the_minimum_it_still_pulls() {
    let (mut engine, ticket) = pushing(2);
    let actions = engine.step(Event::Pushed(ticket, Err(problem(ProblemCode::Upgrade))), IN);
    assert!(matches!(actions[..], [Action::Tell(Status::PullOnly(_)), Action::Pull(..)]));
}

#[test]
fn a_revoked_device_destroys_its_key() {
    let (mut engine, ticket) = pulling();
    let actions = engine.step(Event::Pulled(ticket, Err(problem(ProblemCode::Revoked))), IN);
    assert_eq!(actions.last(), Some(&Action::DestroyKey));
}

#[test]
fn a_restored_server_gets_the_log_again_after_the_snapshot() {
    let (mut engine, ticket) = pushing(4);
    let actions = engine.step(Event::Pushed(ticket, Err(problem(ProblemCode::Epoch))), IN);
    let ticket = pull_ticket(&actions);
    let actions = engine.step(Event::Pulled(ticket, Ok(PullResponse::Snapshot { why: "epoch".into() })), IN);
    let [Action::GetManifest { ticket, fresh: false, .. }] = actions[..] else { panic!("{actions:?}") };
    let manifest = manifest(2, vec![]);
    let _ = engine.step(Event::Manifest(ticket, Ok(manifest)), IN);
    let actions = engine.step(Event::Begun(Ok(vec![])), IN);
    assert!(matches!(actions[..], [Action::FinishSnapshot(_)]));
    let now = Stored { cursor: Cursor { epoch: 2, ..cursor(3) }, ..stored(3, 1, 4) };
    let actions = engine.step(Event::Finished(Ok(now)), IN);
    assert!(matches!(actions[..], [Action::Read { after: 1, .. }]), "{actions:?}");
}

fn manifest(epoch: u64, chunks: Vec<Chunk>) -> Manifest {
    Manifest {
        id: SnapshotId(Uuid::from_u128(9)),
        cursor: Cursor { epoch, ..cursor(3) },
        last_device_seq: 1,
        results: vec![],
        rows: 0,
        chunks,
    }
}

#[test]
fn a_broken_first_sync_goes_on_where_it_stopped_and_takes_no_damaged_part() {
    let (mut engine, ticket) = pulling();
    let actions = engine.step(Event::Pulled(ticket, Ok(PullResponse::Snapshot { why: "retention".into() })), IN);
    let [Action::GetManifest { ticket, .. }] = actions[..] else { panic!("{actions:?}") };
    let (chunk, bytes) = protocol::pack(&[]).unwrap();
    let manifest = manifest(1, vec![chunk.clone(), chunk.clone(), chunk]);
    let _ = engine.step(Event::Manifest(ticket, Ok(manifest.clone())), IN);
    // Two parts are there from before the break.
    let actions = engine.step(Event::Begun(Ok(vec![0, 1])), IN);
    let [Action::GetChunk(ticket, _, 2)] = actions[..] else { panic!("{actions:?}") };
    let mut damaged = bytes.clone();
    damaged[0] ^= 1;
    let actions = engine.step(Event::Chunk(ticket, Ok(damaged)), IN);
    assert!(matches!(actions[..], [Action::Tell(Status::Retrying { .. }), Action::Wait(_)]));
    // Again, from the manifest on; whole only with the last part.
    let ticket = pull_ticket(&engine.step(Event::Ticked, IN));
    let actions = engine.step(Event::Pulled(ticket, Ok(PullResponse::Snapshot { why: "retention".into() })), IN);
    let [Action::GetManifest { ticket, .. }] = actions[..] else { panic!("{actions:?}") };
    let _ = engine.step(Event::Manifest(ticket, Ok(manifest)), IN);
    let actions = engine.step(Event::Begun(Ok(vec![0, 1])), IN);
    let [Action::GetChunk(ticket, _, 2)] = actions[..] else { panic!("{actions:?}") };
    assert!(matches!(engine.step(Event::Chunk(ticket, Ok(bytes)), IN)[..], [Action::KeepPart(2, _)]));
    assert!(matches!(engine.step(Event::Kept(Ok(())), IN)[..], [Action::FinishSnapshot(_)]));
}

#[test]
fn one_too_large_alone_does_not_stop_the_pull() {
    let (mut engine, mut ticket) = pushing(1);
    for _ in 0..12 {
        let actions = engine.step(Event::Pushed(ticket, Err(problem(ProblemCode::TooLarge))), IN);
        if actions.iter().any(|action| matches!(action, Action::Pull(..))) {
            assert!(matches!(actions[0], Action::Tell(Status::PullOnly(_))), "{actions:?}");
            return;
        }
        ticket = push_ticket(&engine.step(Event::Log(Ok(vec![command(1)])), IN));
    }
    panic!("it tries the same for ever");
}

/// Rows that drifted may not take what comes upon them: drift that stopped sync for good.
#[test]
fn a_page_that_the_store_refuses_again_and_again_leads_to_one_fresh_snapshot() {
    let (mut engine, mut ticket) = pulling();
    let (mut asked, mut taken) = (0, 0);
    for _ in 0..12 {
        let actions = engine.step(pulled(ticket, page(5, 6)), IN);
        let [Action::Apply(apply, _)] = actions[..] else { panic!("{actions:?}") };
        let mut actions = engine.step(Event::Applied(apply, Err("a row that it refers to is missing".into())), IN);
        if let [Action::GetManifest { ticket, .. }] = actions[..] {
            asked += 1;
            // An interrupted one is gone on with; the third time it comes through.
            if asked < 3 {
                actions = engine.step(Event::Manifest(ticket, Err(Trouble::Net("no answer".into()))), IN);
            } else {
                taken += 1;
                let _ = engine.step(Event::Manifest(ticket, Ok(manifest(1, vec![]))), IN);
                let _ = engine.step(Event::Begun(Ok(vec![])), IN);
                actions = engine.step(Event::Finished(Ok(stored(5, 0, 0))), IN);
            }
        }
        ticket = if actions.iter().any(|action| matches!(action, Action::Wait(_))) {
            pull_ticket(&engine.step(Event::Ticked, IN))
        } else {
            pull_ticket(&actions)
        };
    }
    assert_eq!((asked, taken), (3, 1), "one that did not help is not taken again and again");
}
