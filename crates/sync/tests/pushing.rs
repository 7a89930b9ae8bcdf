//! What holds a device's queue in products that others shipped, and must not here: one record that is too
//! large, one that something on the way can't take, a gap that is found again and again, a version that
//! went out of use.
#![allow(clippy::unwrap_used, reason = "a test's way to fail")]

use chrono::DateTime;
use domain::decide::Command;
use domain::ids::{AccountId, CustomerId, StableId};
use dunlin_sync::{Action, Engine, Event, Input, Status, Stored, Trouble};
use protocol::{
    Act, COMMAND, Clock, CommandId, Cursor, DeviceId, Envelope, Json, PUSH_BYTES, Page, Problem, ProblemCode,
    PullRequest, PullResponse, PushRequest, PushResponse, SCHEMA, ScopeDelta, Unit, Versions,
};
use serde_json::{Value, json};
use uuid::Uuid;

const IN: Input = Input { now: 0, dice: 7 };

fn cursor() -> Cursor {
    Cursor { epoch: 1, seq: 5, scope_version: 1, schema_version: SCHEMA }
}

fn stored(decided: u64, given: u64) -> Stored {
    Stored { device: DeviceId(Uuid::from_u128(1)), cursor: cursor(), decided, given }
}

fn noted(seq: u64, note: &str) -> Envelope {
    let command = Command::AddNote { note: note.to_owned() };
    Envelope {
        id: CommandId(Uuid::from_u128(u128::from(seq))),
        device: DeviceId(Uuid::from_u128(1)),
        device_seq: seq,
        cmd_version: COMMAND,
        app_version: "0.1.0".to_owned(),
        clock: Clock { occurred_at: DateTime::UNIX_EPOCH, offset_ms: None, elapsed_ms: None },
        tz: "America/Boise".to_owned(),
        base_cursor: cursor(),
        policy_version: 1,
        permit: None,
        act: Json::of(&Act::Decide { account: AccountId(StableId(1)), command }).unwrap(),
        instead: None,
    }
}

fn answer(last: u64) -> PushResponse {
    PushResponse { epoch: 1, results: vec![], last_device_seq: last, seq: 9, server_time: DateTime::UNIX_EPOCH }
}

fn page() -> Page {
    Page {
        after: cursor(),
        cursor: cursor(),
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

fn pulls(actions: &[Action]) -> Option<(u64, PullRequest)> {
    actions.iter().find_map(|it| match it {
        Action::Pull(ticket, request) => Some((*ticket, request.clone())),
        _ => None,
    })
}

/// Plays an engine with this log against a way that refuses some pushes; what it was sent that arrived,
/// and how many requests that took. Ends with the first pull.
fn drained(log: &[Envelope], refuses: impl Fn(&PushRequest) -> Option<ProblemCode>) -> (Vec<Envelope>, usize) {
    let mut engine = Engine::default();
    let given = log.len() as u64;
    let mut actions = engine.step(Event::Started(stored(0, given)), IN);
    let (mut arrived, mut requests): (Vec<Envelope>, usize) = (Vec::new(), 0);
    loop {
        assert!(requests < 60, "it goes round in circles");
        let mut next = None;
        for action in actions {
            match action {
                Action::Read { after, count, bytes } => {
                    let mut room = bytes;
                    let all = log.iter().filter(|command| command.device_seq > after).take(count).enumerate();
                    let fits = |(at, command): &(usize, &Envelope)| {
                        let size = command.size();
                        let fits = *at == 0 || size <= room;
                        room = room.saturating_sub(size);
                        fits
                    };
                    next = Some(Event::Log(Ok(all.take_while(fits).map(|(_, command)| command.clone()).collect())));
                }
                Action::Push(ticket, request) => {
                    requests += 1;
                    next = Some(if let Some(code) = refuses(&request) {
                        Event::Pushed(ticket, Err(Trouble::Problem(Problem::new(code, "no", "less"))))
                    } else {
                        arrived.extend(request.commands.iter().cloned());
                        Event::Pushed(ticket, Ok(answer(request.commands.last().unwrap().device_seq)))
                    });
                }
                Action::Pull(..) => return (arrived, requests),
                Action::Tell(Status::Busy) => {}
                other => panic!("{other:?}"),
            }
        }
        actions = engine.step(next.unwrap(), IN);
    }
}

fn numbers(commands: &[Envelope]) -> Vec<u64> {
    commands.iter().map(|command| command.device_seq).collect()
}

#[test]
fn an_oversized_record_goes_as_a_word_and_what_comes_after_it_flows() {
    let large = "word ".repeat(PUSH_BYTES / 5 + 1);
    let log = [noted(1, "before"), noted(2, &large), noted(3, "after")];
    let (arrived, _) = drained(&log, |_| None);
    assert_eq!(numbers(&arrived), [1, 2, 3]);
    let word = &arrived[1];
    assert!(word.size() < 1_000, "its words stay at home");
    assert_eq!(word.too_large(), Some(log[1].size() as u64));
    assert_eq!(word.digest(), log[1].digest(), "it is the same command, should the whole of it come some day");
    assert_eq!((word.id, word.act().unwrap().account()), (log[1].id, AccountId(StableId(1))));
    assert_eq!((&arrived[0], &arrived[2]), (&log[0], &log[2]), "the others as they were logged");
}

/// A proxy with a limit of its own, or one that answers every body with a certain word by an error.
#[test]
fn what_something_on_the_way_refuses_is_found_by_halves_and_withheld_alone() {
    let log: Vec<Envelope> =
        (1..=40).map(|seq| noted(seq, if seq == 23 { "a word that is not let through" } else { "n" })).collect();
    for code in [ProblemCode::TooLarge, ProblemCode::Malformed] {
        let refuses = |request: &PushRequest| {
            let caught = request.commands.iter().any(|command| command.act.text().contains("not let through"));
            caught.then_some(code)
        };
        let (arrived, requests) = drained(&log, refuses);
        assert_eq!(numbers(&arrived), (1..=40).collect::<Vec<u64>>(), "each once, in order");
        let withheld: Vec<u64> =
            arrived.iter().filter(|command| command.too_large().is_some()).map(|it| it.device_seq).collect();
        assert_eq!(withheld, [23], "that one and no other");
        assert!(requests < 25, "{requests} requests");
    }
}

#[test]
fn where_not_even_a_word_goes_through_the_pull_goes_on() {
    let (arrived, requests) = drained_to_pull_only(&[noted(1, "n"), noted(2, "n")]);
    assert!(arrived.is_empty() && requests < 6, "{requests} requests");
}

fn drained_to_pull_only(log: &[Envelope]) -> (Vec<Envelope>, usize) {
    let mut engine = Engine::default();
    let mut actions = engine.step(Event::Started(stored(0, log.len() as u64)), IN);
    let mut requests = 0;
    loop {
        if pulls(&actions).is_some() {
            assert!(actions.iter().any(|action| matches!(action, Action::Tell(Status::PullOnly(_)))), "{actions:?}");
            return (Vec::new(), requests);
        }
        let next = actions.into_iter().find_map(|action| match action {
            Action::Read { after, count, .. } => Some(Event::Log(Ok(log
                .iter()
                .filter(|command| command.device_seq > after)
                .take(count)
                .cloned()
                .collect()))),
            Action::Push(ticket, _) => {
                requests += 1;
                let problem = Problem::new(ProblemCode::TooLarge, "no", "less");
                Some(Event::Pushed(ticket, Err(Trouble::Problem(problem))))
            }
            _ => None,
        });
        assert!(requests < 20, "it goes round in circles");
        actions = engine.step(next.unwrap(), IN);
    }
}

/// A log that lacks what the server wants: found once it is looked for at once, found again it is a
/// failure like any other, and waits longer each time.
#[test]
fn the_same_gap_again_is_no_retry_storm() {
    let mut engine = Engine::default();
    let mut actions = engine.step(Event::Started(stored(4, 6)), IN);
    let (mut requests, mut waits) = (0, Vec::new());
    while waits.len() < 4 {
        assert!(requests < 20, "a storm");
        let next = actions.into_iter().find_map(|action| match action {
            // Numbers 1 to 4 are gone.
            Action::Read { after, .. } => Some(Event::Log(Ok([noted(5, "n"), noted(6, "n")]
                .into_iter()
                .filter(|command| command.device_seq > after)
                .collect()))),
            Action::Push(ticket, _) => {
                requests += 1;
                let gap = Problem { expected: Some(3), ..Problem::new(ProblemCode::Gap, "gap", "push 3") };
                Some(Event::Pushed(ticket, Err(Trouble::Problem(gap))))
            }
            Action::Wait(ms) => {
                waits.push(ms);
                Some(Event::Ticked)
            }
            _ => None,
        });
        actions = engine.step(next.unwrap(), IN);
    }
    assert!(waits.is_sorted() && waits[3] > waits[0], "{waits:?}");
    assert_eq!(requests, 6, "two more than the waits: where it is, and that it is lost");
}

/// The server was restored from a backup older than the one it had called safe: neither side has what lies
/// between, and what comes after it goes on.
#[test]
fn what_a_restore_took_is_said_and_the_queue_goes_on() {
    let mut engine = Engine::default();
    let mut actions = engine.step(Event::Started(stored(2, 6)), IN);
    let mut said = Vec::new();
    let mut verdicts = 0;
    while verdicts == 0 {
        let next = actions.into_iter().find_map(|action| match action {
            // Numbers 3 and 4 were safe, and are pruned.
            Action::Read { after, .. } => Some(Event::Log(Ok([noted(5, "n"), noted(6, "n")]
                .into_iter()
                .filter(|command| command.device_seq > after)
                .collect()))),
            Action::Push(ticket, request) => {
                said.push(request.lost_upto);
                let answer = if request.lost_upto == Some(4) {
                    verdicts = 6;
                    Ok(answer(6))
                } else {
                    let gap = Problem { expected: Some(3), ..Problem::new(ProblemCode::Gap, "gap", "push 3") };
                    Err(Trouble::Problem(gap))
                };
                Some(Event::Pushed(ticket, answer))
            }
            _ => None,
        });
        actions = engine.step(next.unwrap(), IN);
    }
    assert_eq!(said, [None, None, Some(4)]);
    assert!(pulls(&actions).is_some(), "and it pulls");
}

#[test]
fn a_log_that_cannot_be_read_now_is_read_again_and_not_taken_as_pushed() {
    let mut engine = Engine::default();
    let actions = engine.step(Event::Started(stored(0, 1)), IN);
    assert!(actions.iter().any(|action| matches!(action, Action::Read { after: 0, .. })));
    let actions = engine.step(Event::Log(Err("the disk is away".to_owned())), IN);
    assert!(matches!(&actions[0], Action::Tell(Status::Retrying { why, .. }) if why.contains("disk")), "{actions:?}");
    let actions = engine.step(Event::Ticked, IN);
    assert!(actions.iter().any(|action| matches!(action, Action::Read { after: 0, .. })), "{actions:?}");
}

fn renamed(mut act: Value) -> Result<Value, String> {
    let command = act.pointer_mut("/decide/command").and_then(Value::as_object_mut).ok_or("no command")?;
    let text = command.remove("text").ok_or("no text")?;
    command.insert("note".to_owned(), text);
    Ok(act)
}

#[expect(clippy::unnecessary_wraps, reason = "a step has this form")]
fn unchanged(act: Value) -> Result<Value, String> {
    Ok(act)
}

#[test]
fn what_was_logged_long_ago_is_pushed_in_a_form_that_the_server_takes() {
    static STEPS: [protocol::Step; 3] = [renamed, unchanged, unchanged];
    let versions = Versions::new(&STEPS);
    assert_eq!((versions.newest(), versions.oldest()), (4, 2));
    let at = |seq: u64, cmd_version: u16, field: &str| {
        let act = json!({ "decide": { "account": AccountId(StableId(1)), "command": { "command": "add_note", field: "n" } } });
        Envelope { cmd_version, act: Json::of(&act).unwrap(), ..noted(seq, "") }
    };
    let log = vec![at(1, 1, "text"), at(2, 2, "note"), at(3, 4, "note")];
    let mut engine = Engine::speaking(versions);
    let _ = engine.step(Event::Started(stored(0, 3)), IN);
    let actions = engine.step(Event::Log(Ok(log.clone())), IN);
    let Action::Push(_, request) = &actions[0] else { panic!("{actions:?}") };
    assert_eq!(request.commands.iter().map(|command| command.cmd_version).collect::<Vec<_>>(), [4, 2, 4]);
    assert_eq!(request.commands[0].digest(), log[0].digest(), "the same command, should it have come before");
    assert_eq!(versions.own(&request.commands[0]).act(), noted(1, "n").act());
    assert_eq!(request.commands[1..], log[1..], "what the server still takes goes as it was logged");
}

#[test]
fn who_else_works_the_customers_is_asked_until_it_is_told() {
    let mut engine = Engine::default();
    let actions = engine.step(Event::Started(stored(0, 0)), IN);
    let (ticket, request) = pulls(&actions).unwrap();
    assert!(request.assigned, "the program does not know what it missed");
    let _ = engine.step(Event::Pulled(ticket, Err(Trouble::Net("lost".to_owned()))), IN);
    let (ticket, request) = pulls(&engine.step(Event::Ticked, IN)).unwrap();
    assert!(request.assigned, "it was not told");
    let told = Page { assigned: Some(vec![]), ..page() };
    let actions = engine.step(Event::Pulled(ticket, Ok(PullResponse::Page(told))), IN);
    let [Action::Apply(ticket, _)] = actions[..] else { panic!("{actions:?}") };
    let _ = engine.step(Event::Applied(ticket, Ok(stored(0, 0))), IN);
    let (_, request) = pulls(&engine.step(Event::Ticked, IN)).unwrap();
    assert!(!request.assigned, "once");
}

#[test]
fn a_repair_is_looked_at_again_soon() {
    let hour = 3_600_000;
    let late = Input { now: hour, dice: 7 };
    let mut engine = Engine::default();
    let actions = engine.step(Event::Started(stored(0, 0)), IN);
    let (ticket, _) = pulls(&actions).unwrap();
    let _ = engine.step(Event::Pulled(ticket, Ok(PullResponse::Page(page()))), IN);
    let compares =
        |actions: &[Action]| actions.iter().any(|action| matches!(action, Action::Compare { after: None, .. }));
    assert!(compares(&engine.step(Event::Ticked, late)));
    let customer = CustomerId(StableId(1));
    let (ticket, request) =
        pulls(&engine.step(Event::Compared(Some(vec![(customer, "aa".to_owned())])), late)).unwrap();
    assert_eq!(request.checksums.len(), 1);
    let mended = Page { repair: vec![Unit { customer, rows: vec![] }], ..page() };
    let actions = engine.step(Event::Pulled(ticket, Ok(PullResponse::Page(mended))), late);
    let [Action::Apply(ticket, _)] = actions[..] else { panic!("{actions:?}") };
    let _ = engine.step(Event::Applied(ticket, Ok(stored(0, 0))), late);
    let (ticket, request) = pulls(&engine.step(Event::Ticked, late)).unwrap();
    assert!(request.assigned, "who else works them went with them, and does not come with their rows");
    let _ = engine.step(Event::Pulled(ticket, Ok(PullResponse::Page(page()))), late);
    let actions = engine.step(Event::Ticked, Input { now: hour + hour / 2, dice: 7 });
    assert!(compares(&actions), "whether it is mended, and what did not go with that page");
}
