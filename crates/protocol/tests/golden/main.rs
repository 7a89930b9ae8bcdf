//! What goes over the wire, as files: `commands/vN` and `rows/vN`, one a kind. Those of today's version are
//! what this code writes, byte for byte; those of older versions it must read for as long as a device may
//! hold one in its queue, or a server one in its tables.
//!
//! A file is never changed. Whoever changes the form of a command adds a step to `VERSIONS`, which
//! makes the next version, and its files; of a row, raises `SCHEMA`. New files are written by
//! `GOLDEN_WRITE=1 cargo nextest run -p dunlin-protocol golden`, and looked at before they are committed.
#![allow(clippy::unwrap_used, reason = "a test's way to fail")]

mod commands;
mod rows;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use domain::row::Table;
use dunlin_protocol::{Act, COMMAND, Envelope, Json, SCHEMA, VERSIONS, WireRow};
use serde::de::DeserializeOwned;

fn folder(kind: &str, version: u16) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden").join(kind).join(format!("v{version}"))
}

/// The files of a version, by name.
fn files(kind: &str, version: u16) -> Vec<(String, String)> {
    let mut files: Vec<(String, String)> = std::fs::read_dir(folder(kind, version))
        .into_iter()
        .flatten()
        .map(|entry| {
            let path = entry.unwrap().path();
            let name = path.file_stem().unwrap().to_string_lossy().into_owned();
            (name, std::fs::read_to_string(path).unwrap())
        })
        .collect();
    files.sort_unstable();
    files
}

/// Today's files are exactly these; missing ones are written where that was asked for, and only then.
fn are_written(kind: &str, version: u16, today: &[(String, String)]) {
    let here = folder(kind, version);
    if std::env::var_os("GOLDEN_WRITE").is_some() {
        std::fs::create_dir_all(&here).unwrap();
        for (name, line) in today {
            let path = here.join(format!("{name}.json"));
            if !path.exists() {
                std::fs::write(path, format!("{line}\n")).unwrap();
            }
        }
    }
    let files = files(kind, version);
    for (name, line) in today {
        let file = files.iter().find(|(other, _)| other == name);
        let Some((_, file)) = file else { panic!("{kind}/v{version}/{name}.json is missing: see golden/main.rs") };
        assert_eq!(file.trim_end(), line, "{kind}/v{version}/{name}.json: the form changed without a new version");
    }
    assert_eq!(files.len(), today.len(), "a file of {kind}/v{version} is of nothing that is sent any more");
}

fn command(line: &str) -> Result<String, String> {
    let command: Envelope = serde_json::from_str(line).map_err(|error| error.to_string())?;
    let act = command.act().map_err(|error| error.to_string())?;
    let again = Envelope { act: Json::of(&act).map_err(|error| error.to_string())?, ..command };
    serde_json::to_string(&again).map_err(|error| error.to_string())
}

fn row(line: &str) -> Result<String, String> {
    let row: WireRow = serde_json::from_str(line).map_err(|error| error.to_string())?;
    let row = row.read().map_err(|error| error.to_string())?;
    let again = WireRow::of(&row).map_err(|error| error.to_string())?;
    serde_json::to_string(&again).map_err(|error| error.to_string())
}

/// The names of an enum's variants, by serde's own word.
fn variants<T: DeserializeOwned + std::fmt::Debug>(unknown: &str) -> BTreeSet<String> {
    let error = serde_json::from_str::<T>(unknown).unwrap_err().to_string();
    let list = error.split("expected one of").nth(1).unwrap();
    list.split('`').skip(1).step_by(2).map(str::to_owned).collect()
}

#[test]
fn golden_commands_are_what_is_sent_today() {
    let acts = commands::acts();
    let line = |act: &Act| serde_json::to_string(&commands::envelope(act)).unwrap();
    let today: Vec<(String, String)> = acts.iter().map(|(name, act)| (name.clone(), line(act))).collect();
    are_written("commands", COMMAND, &today);
    // None is forgotten.
    let names: BTreeSet<String> = acts.iter().map(|(name, _)| name.trim_start_matches("decide.").to_owned()).collect();
    let mut all = variants::<domain::decide::Command>(r#"{"command":"?"}"#);
    all.extend(variants::<Act>(r#"{"?":{}}"#));
    all.remove("decide");
    assert_eq!(names, all);
}

#[test]
fn golden_rows_are_what_is_sent_today() {
    let rows = rows::rows();
    let line = |row| serde_json::to_string(&WireRow::of(row).unwrap()).unwrap();
    let today: Vec<(String, String)> = rows.iter().map(|row| (row.table().name().to_owned(), line(row))).collect();
    are_written("rows", SCHEMA, &today);
    assert_eq!(today.len(), Table::ALL.len(), "one of every table");
}

#[test]
fn golden_files_of_today_are_read_and_written_again_byte_for_byte() {
    for (name, line) in files("commands", COMMAND) {
        assert_eq!(command(line.trim_end()).as_deref(), Ok(line.trim_end()), "{name}");
    }
    for (name, line) in files("rows", SCHEMA) {
        assert_eq!(row(line.trim_end()).as_deref(), Ok(line.trim_end()), "{name}");
    }
}

/// The versions before this one.
fn older(now: u16) -> std::ops::Range<u16> {
    1..now
}

#[test]
fn golden_files_of_older_versions_are_read_for_ever() {
    let today = files("commands", COMMAND);
    for version in older(COMMAND) {
        let files = files("commands", version);
        assert!(!files.is_empty(), "version {version} has files");
        for (name, line) in files {
            let before: Envelope = serde_json::from_str(&line).unwrap();
            let upcast = VERSIONS.upcast(&before).unwrap_or_else(|error| panic!("v{version}/{name}: {error}"));
            assert_eq!(upcast.digest(), before.digest(), "v{version}/{name}: still the same command");
            // A kind that there still is comes out as today's file has it.
            if let Some((_, now)) = today.iter().find(|(other, _)| *other == name) {
                let now: Envelope = serde_json::from_str(now).unwrap();
                assert_eq!(upcast.act(), now.act(), "v{version}/{name}");
            }
        }
    }
    for version in older(SCHEMA) {
        for (name, line) in files("rows", version) {
            row(&line).unwrap_or_else(|error| panic!("v{version}/{name}: {error}"));
        }
    }
}

/// What the tests above would say of a form that changed.
#[test]
fn golden_files_notice_what_is_added_lost_or_renamed() {
    let files = files("commands", COMMAND);
    let (_, note) = files.iter().find(|(name, _)| name == "decide.add_note").unwrap();
    for (from, to) in [
        ("\"note\":", "\"text\":"),
        ("\"note\":", "\"mood\":\"calm\",\"note\":"),
        ("\"tz\":\"America/Boise\",", ""),
        ("\"device_seq\":41,", "\"device_seq\":41,\"shift\":2,"),
    ] {
        let changed = note.trim_end().replacen(from, to, 1);
        assert_ne!(changed, note.trim_end());
        assert!(command(&changed).is_err(), "{changed}");
    }
    let files = self::files("rows", SCHEMA);
    let (_, invoice) = files.iter().find(|(name, _)| name == "invoice").unwrap();
    for (from, to) in
        [("\"due\":", "\"payable\":"), ("\"due\":", "\"terms\":\"net 20\",\"due\":"), ("\"invoice\"", "\"bill\"")]
    {
        let changed = invoice.trim_end().replacen(from, to, 1);
        assert!(row(&changed).is_err(), "{changed}");
    }
    // A field that may be left out is read, and then written: no longer the same bytes.
    let silent = note.trim_end().replacen("\"permit\":\"00000000-0000-0000-0000-00000000000a\",", "", 1);
    assert_ne!(silent, note.trim_end());
    assert_ne!(command(&silent).as_deref(), Ok(silent.as_str()));
}
