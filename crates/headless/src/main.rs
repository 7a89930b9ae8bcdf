//! The app's work without its window: a day on an extract, compliance vectors, replays, barcodes,
//! and the bench.

mod bench;
mod day;
mod imb;
mod replay;
mod vectors;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

#[derive(Parser)]
#[command(name = "cargo xtask", disable_version_flag = true)]
struct Line {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// The numbers of the design, each beside its peer.
    Bench(bench::Args),
    /// A day's work on an extract: aging, letters and emails into a folder.
    Day(day::Args),
    /// The 65 letters of an Intelligent Mail barcode.
    Imb(imb::Args),
    /// Runs compliance vectors through the app's own rules.
    Vectors(vectors::Args),
    /// Replays a treatment plan over a history.
    Replay(replay::Args),
}

fn main() -> ExitCode {
    match Line::parse().command {
        Command::Bench(args) => bench::run(&args),
        Command::Day(args) => day::run(args),
        Command::Imb(args) => imb::run(&args),
        Command::Vectors(args) => vectors::run(&args),
        Command::Replay(args) => replay::run(&args),
    }
}

/// Says what went wrong and fails.
fn failed(why: impl std::fmt::Display) -> ExitCode {
    eprintln!("{why}");
    ExitCode::FAILURE
}
