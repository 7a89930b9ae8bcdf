//! `replay FILE.json`.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args as Arguments;

use crate::failed;

/// Which file.
#[derive(Arguments)]
pub struct Args {
    /// The scenario.
    file: PathBuf,
}

/// Prints a JSON line per run and each difference from what was expected; exit 1 if there is any.
pub fn run(args: &Args) -> ExitCode {
    let text = match std::fs::read_to_string(&args.file) {
        Ok(text) => text,
        Err(error) => return failed(format!("{} can't be read: {error}", args.file.display())),
    };
    match domain::replay::run(&text) {
        Ok(report) => {
            for line in report.lines() {
                println!("{line}");
            }
            for difference in &report.differences {
                println!("{difference}");
            }
            if report.differences.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
        }
        Err(error) => failed(format!("{}: {error}", args.file.display())),
    }
}
