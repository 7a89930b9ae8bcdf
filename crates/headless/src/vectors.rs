//! `vectors FILE.csv`: columns id, rule, source, `given_json`, expected, why.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args as Arguments;
use domain::compliance::vectors;

use crate::failed;

/// Which file.
#[derive(Arguments)]
pub struct Args {
    /// The vectors.
    file: PathBuf,
}

/// Runs each case; exit 1 on any failure.
pub fn run(args: &Args) -> ExitCode {
    // A row may end before the columns that nobody reads.
    let mut reader = match csv::ReaderBuilder::new().flexible(true).from_path(&args.file) {
        Ok(reader) => reader,
        Err(error) => return failed(format!("{} can't be read: {error}", args.file.display())),
    };
    let headers = match reader.headers() {
        Ok(headers) => headers.clone(),
        Err(error) => return failed(format!("{} can't be read: {error}", args.file.display())),
    };
    let column = |name: &str| headers.iter().position(|header| header.trim().eq_ignore_ascii_case(name));
    let (Some(id), Some(rule), Some(given), Some(expected)) =
        (column("id"), column("rule"), column("given_json"), column("expected"))
    else {
        return failed(format!("{} lacks one of the columns id, rule, given_json, expected", args.file.display()));
    };
    let (mut passed, mut wrong) = (0, 0);
    for (row, record) in reader.records().enumerate() {
        let record = match record {
            Ok(record) => record,
            Err(error) => {
                println!("FAIL row {}: {error}", row + 2);
                wrong += 1;
                continue;
            }
        };
        let cell = |at: usize| record.get(at).unwrap_or_default().trim();
        if record.iter().all(|cell| cell.trim().is_empty()) {
            continue;
        }
        let decided = serde_json::from_str(cell(given))
            .map_err(|error| format!("given_json can't be read: {error}"))
            .and_then(|given| vectors::decide(cell(rule), &given).map_err(|error| error.to_string()));
        match decided {
            Ok(decided) if vectors::agrees(&decided, cell(expected)) => passed += 1,
            Ok(decided) => {
                println!("FAIL {} {}: expected {}, decided {decided}", cell(id), cell(rule), cell(expected));
                wrong += 1;
            }
            Err(error) => {
                println!("FAIL {} {}: expected {}, error: {error}", cell(id), cell(rule), cell(expected));
                wrong += 1;
            }
        }
    }
    println!("{passed} passed, {wrong} failed");
    if wrong == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
