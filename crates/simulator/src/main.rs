//! `simulate [--from SEED] [--seeds N] [--trace] [--plant BUG]`: plays seeds, each twice, and fails on any violation.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;
use dunlin_simulator::{Bug, Outcome, simulate, template};
use rayon::prelude::*;

/// Plays seeded worlds of devices and a server; exit 1 when one breaks a promise.
#[derive(Parser)]
#[command(name = "cargo xtask simulate", disable_version_flag = true)]
struct Args {
    /// The first seed.
    #[arg(long, default_value_t = 1)]
    from: u64,
    /// How many.
    #[arg(long, default_value_t = 200)]
    seeds: u64,
    /// Prints the trace of the first seed.
    #[arg(long)]
    trace: bool,
    /// Plants a bug, by its name: the checker must find it.
    #[arg(long, value_parser = planted)]
    plant: Option<Bug>,
}

fn planted(name: &str) -> Result<Bug, String> {
    let names = || Bug::ALL.map(|bug| format!("{bug:?}")).join(", ");
    Bug::ALL
        .into_iter()
        .find(|bug| format!("{bug:?}").eq_ignore_ascii_case(name))
        .ok_or_else(|| format!("there are: {}", names()))
}

fn main() -> ExitCode {
    let args = Args::parse();
    let folder = match scratch() {
        Ok(folder) => folder,
        Err(error) => {
            eprintln!("no folder for the devices' files: {error}");
            return ExitCode::FAILURE;
        }
    };
    let empty = folder.path().join("empty.db");
    if let Err(error) = template(&empty) {
        eprintln!("{error}");
        return ExitCode::FAILURE;
    }
    let seeds: Vec<u64> = (args.from..args.from.saturating_add(args.seeds)).collect();
    let played: Vec<Option<Outcome>> = seeds
        .par_iter()
        .map(|seed| {
            let outcome = twice(*seed, args.plant, &empty, &folder.path().join(seed.to_string()));
            // Said at once: a long run is worth reading while it goes on.
            match &outcome {
                Ok(outcome) => outcome.violations.iter().for_each(|found| println!("FAIL seed {seed}: {found}")),
                Err(why) => println!("FAIL seed {seed}: {why}"),
            }
            outcome.ok()
        })
        .collect();
    let (mut failed, mut commands, mut crashes, mut pages) = (0, 0, 0, 0);
    for outcome in &played {
        let Some(outcome) = outcome else {
            failed += 1;
            continue;
        };
        commands += outcome.commands;
        crashes += u64::from(outcome.crashes);
        pages += u64::from(outcome.pages);
        failed += u64::from(!outcome.violations.is_empty());
    }
    if args.trace
        && let Some(Some(first)) = played.first()
    {
        first.trace.iter().for_each(|line| println!("{line}"));
    }
    println!("{} seeds, {commands} commands, {pages} pages, {crashes} crashes: {failed} failed", played.len());
    if failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn twice(seed: u64, bug: Option<Bug>, empty: &std::path::Path, folder: &std::path::Path) -> Result<Outcome, String> {
    let play = |part: &str| simulate(seed, bug, empty, &folder.join(part)).map_err(|error| error.to_string());
    let (first, second) = (play("a")?, play("b")?);
    let _ = std::fs::remove_dir_all(folder);
    match first.trace.iter().zip(&second.trace).find(|(one, other)| one != other) {
        Some((one, other)) => Err(format!("two plays differ: {one} | {other}")),
        None if first.trace.len() != second.trace.len() => Err("two plays differ in length".to_owned()),
        None => Ok(first),
    }
}

/// In memory where the system has such a place: thousands of files are made and thrown away.
fn scratch() -> std::io::Result<tempfile::TempDir> {
    let memory = PathBuf::from("/dev/shm");
    if memory.is_dir() { tempfile::tempdir_in(memory) } else { tempfile::tempdir() }
}
