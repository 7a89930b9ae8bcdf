//! Made-up versions of commands, so that worlds are mixed: some devices run an older program, some so old a
//! one that the server takes nothing from it until it is updated, with what waits in its log.

use protocol::{Act, Envelope, Json, Step, Versions};
use serde_json::{Value, json};

/// Today's, in a world. The server takes this one and two before.
pub(crate) const NEWEST: u16 = 5;

/// From one version to the next; [`older`] goes the other way.
static STEPS: [Step; 4] = [unwrapped, noted, on_account, same];

/// What a program of a version knows.
pub(crate) fn known_to(version: u16) -> Versions {
    Versions::new(&STEPS[..usize::from(version.clamp(1, NEWEST)) - 1])
}

/// A command as today's code reads it.
pub(crate) fn own(command: &Envelope) -> Envelope {
    known_to(NEWEST).own(command)
}

/// Version 1 had a list around the act.
fn unwrapped(act: Value) -> Result<Value, String> {
    match act {
        Value::Array(mut list) if list.len() == 1 => Ok(list.remove(0)),
        _ => Err("it is no list of one act".to_owned()),
    }
}

/// Version 2 said `text` for a note's `note`.
#[expect(clippy::unnecessary_wraps, reason = "a step has this form")]
fn noted(mut act: Value) -> Result<Value, String> {
    rename(&mut act, "/decide/command", "text", "note");
    Ok(act)
}

/// Version 3 said `on` for `account`.
#[expect(clippy::unnecessary_wraps, reason = "a step has this form")]
fn on_account(mut act: Value) -> Result<Value, String> {
    rename(&mut act, "/decide", "on", "account");
    Ok(act)
}

#[expect(clippy::unnecessary_wraps, reason = "a step has this form")]
fn same(act: Value) -> Result<Value, String> {
    Ok(act)
}

fn rename(act: &mut Value, at: &str, from: &str, to: &str) {
    if let Some(fields) = act.pointer_mut(at).and_then(Value::as_object_mut)
        && let Some(value) = fields.remove(from)
    {
        fields.insert(to.to_owned(), value);
    }
}

/// An act as a program of that version writes it.
pub(crate) fn older(act: &Act, version: u16) -> Option<Json> {
    let mut value = serde_json::to_value(act).ok()?;
    if version < 4 {
        rename(&mut value, "/decide", "account", "on");
    }
    // Only a note's own words had another name.
    if version < 3 && value.pointer("/decide/command/command") == Some(&json!("add_note")) {
        rename(&mut value, "/decide/command", "note", "text");
    }
    if version < 2 {
        value = json!([value]);
    }
    Json::of(&value).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::decide::Command;
    use domain::ids::{AccountId, StableId};

    #[test]
    fn what_an_older_program_writes_is_what_todays_reads() {
        let act = Act::Decide { account: AccountId(StableId(7)), command: Command::AddNote { note: "n".to_owned() } };
        for version in 1..=NEWEST {
            let mut value: Value = serde_json::from_str(older(&act, version).expect("JSON").text()).expect("JSON");
            for step in &STEPS[usize::from(version) - 1..] {
                value = step(value).expect("a step");
            }
            assert_eq!(serde_json::from_value::<Act>(value).expect("an act"), act, "version {version}");
        }
    }
}
