//! The chain of versions: what is upcast, what is refused, and what stays the same command.
#![allow(clippy::unwrap_used, reason = "a test's way to fail")]

use chrono::DateTime;
use domain::decide::Command;
use domain::ids::{AccountId, StableId};
use dunlin_protocol::{
    Act, COMMAND, Clock, CommandId, Cursor, DeviceId, Envelope, Json, Step, Unreadable, VERSIONS, Versions,
};
use serde_json::{Value, json};
use uuid::Uuid;

fn envelope(cmd_version: u16, act: &Value) -> Envelope {
    Envelope {
        id: CommandId(Uuid::from_u128(1)),
        device: DeviceId(Uuid::from_u128(2)),
        device_seq: 1,
        cmd_version,
        app_version: "0.1.0".to_owned(),
        clock: Clock { occurred_at: DateTime::UNIX_EPOCH, offset_ms: None, elapsed_ms: None },
        tz: "America/Boise".to_owned(),
        base_cursor: Cursor::default(),
        policy_version: 1,
        permit: None,
        act: Json::of(act).unwrap(),
        instead: None,
    }
}

fn account() -> AccountId {
    AccountId(StableId(7))
}

/// Version 2 said `note` for `text`.
fn note(mut act: Value) -> Result<Value, String> {
    let command = act.pointer_mut("/decide/command").and_then(Value::as_object_mut).ok_or("no command")?;
    let text = command.remove("text").ok_or("no text")?;
    command.insert("note".to_owned(), text);
    Ok(act)
}

/// Version 3 said `account` for `on`.
fn on(mut act: Value) -> Result<Value, String> {
    let decide = act.pointer_mut("/decide").and_then(Value::as_object_mut).ok_or("no act")?;
    let on = decide.remove("on").ok_or("no account")?;
    decide.insert("account".to_owned(), on);
    Ok(act)
}

#[expect(clippy::unnecessary_wraps, reason = "a step has this form")]
fn same(act: Value) -> Result<Value, String> {
    Ok(act)
}

static STEPS: [Step; 4] = [note, on, same, same];
const FIVE: Versions = Versions::new(&STEPS);

fn first() -> Envelope {
    envelope(1, &json!({ "decide": { "on": account(), "command": { "command": "add_note", "text": "n" } } }))
}

#[test]
fn a_command_goes_up_step_by_step_and_stays_the_same_command() {
    let today = Act::Decide { account: account(), command: Command::AddNote { note: "n".to_owned() } };
    let second =
        envelope(2, &json!({ "decide": { "on": account(), "command": { "command": "add_note", "note": "n" } } }));
    let third =
        envelope(3, &json!({ "decide": { "account": account(), "command": { "command": "add_note", "note": "n" } } }));
    for command in [first(), second, third] {
        let upcast = FIVE.upcast(&command).unwrap();
        assert_eq!((upcast.cmd_version, upcast.digest()), (5, command.digest()));
        // Again, as a server does with what a device has upcast: still the same.
        let own = FIVE.own(&upcast);
        assert_eq!((own.act().unwrap(), own.digest()), (today.clone(), command.digest()));
    }
}

#[test]
fn a_server_takes_two_versions_back_and_no_more() {
    assert_eq!((FIVE.newest(), FIVE.oldest()), (5, 3));
    for (version, taken) in [(1, false), (2, false), (3, true), (4, true), (5, true), (6, true)] {
        let verdict = FIVE.takes(&Envelope { cmd_version: version, ..first() });
        assert_eq!(verdict.is_ok(), taken, "version {version}");
        if let Err(error) = verdict {
            assert_eq!(error, Unreadable::Older { found: version, oldest: 3 });
            assert!(error.to_string().contains("upgrade the device, or export its work"), "{error}");
        }
    }
    // One that is newer is set aside by itself, see the server's quarantine; it does not stop the others.
    assert!(matches!(FIVE.upcast(&envelope(6, &json!({}))), Err(Unreadable::Newer { found: 6, known: 5 })));
    for steps in 0..5 {
        let versions = Versions::new(&STEPS[..steps.min(4)]);
        assert!(versions.newest() - versions.oldest() <= 2 && versions.oldest() >= 1);
    }
}

#[test]
fn what_no_step_can_read_is_said_and_stays_as_it_is() {
    let odd = envelope(1, &json!({ "decide": { "on": account() } }));
    let error = FIVE.upcast(&odd).unwrap_err();
    assert!(matches!(&error, Unreadable::Malformed(why) if why.contains("version 1") && why.contains("no command")));
    assert_eq!(FIVE.own(&odd), odd);
    assert_eq!(FIVE.pushed(odd.clone()), odd);
    assert!(FIVE.upcast(&envelope(0, &json!({}))).is_err());
}

#[test]
fn todays_commands_pass_through_untouched() {
    assert_eq!(VERSIONS.newest(), COMMAND);
    let today = envelope(
        COMMAND,
        &json!({ "decide": { "account": account(), "command": { "command": "add_note", "note": "n" } } }),
    );
    assert_eq!(VERSIONS.taken(std::slice::from_ref(&today)), None, "not even copied");
    assert_eq!(VERSIONS.pushed(today.clone()), today);
    assert!(today.act().is_ok());
    let text = serde_json::to_string(&today).unwrap();
    assert!(!text.contains("instead"), "what travels as it was logged says nothing of it: {text}");
}

#[test]
fn a_word_stands_for_a_command_under_its_own_digest() {
    let today = envelope(
        COMMAND,
        &json!({ "decide": { "account": account(), "command": { "command": "add_note", "note": "n" } } }),
    );
    let word = today.withheld().unwrap();
    assert_eq!((word.digest(), word.too_large()), (today.digest(), Some(today.size() as u64)));
    assert!(matches!(word.act().unwrap(), Act::Record { plan, .. } if plan.changes.is_empty()));
    assert_eq!(word.withheld(), None, "it is one already");
    let emptied = today.emptied().unwrap();
    assert_eq!((emptied.digest(), emptied.too_large()), (today.digest(), None));
    let again: Envelope = serde_json::from_str(&serde_json::to_string(&word).unwrap()).unwrap();
    assert_eq!(again, word);
}

#[test]
fn a_nul_that_no_database_takes_is_found_and_backslashes_are_not_taken_for_one() {
    let said = |note: &str| {
        let command = json!({ "command": "add_note", "note": note });
        envelope(COMMAND, &json!({ "decide": { "account": account(), "command": command } })).act()
    };
    for note in ["nothing\0here", "\\\0"] {
        assert!(matches!(said(note), Err(Unreadable::Malformed(why)) if why.contains("NUL")), "{note:?}");
    }
    for note in ["\\u0000", "a \\\\u0000 b", "u0000"] {
        assert!(said(note).is_ok(), "{note:?}");
    }
}
