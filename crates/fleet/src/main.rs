//! Many devices at once: the numbers of the exchange, beside PouchDB and express-pouchdb on the same
//! rows in the same run. The server is the real program on a PostgreSQL to throw away, the laptop is the
//! app without its window in a process of its own, and HTTP is between them. Nothing is asserted but that
//! nothing was lost: times belong to the machine they were taken on, ratios say more.

mod child;
mod climb;
mod crowd;
mod exchange;
mod http;
mod laptop;
mod light;
// The headless bench prints the same table, and asks Linux the same things.
#[allow(dead_code, reason = "each bench uses a part")]
#[path = "../../headless/src/bench/memory.rs"]
mod memory;
mod peer;
mod portfolio;
#[path = "../../../xtask/src/postgres.rs"]
mod postgres;
mod scene;
#[allow(dead_code, reason = "each bench uses a part")]
#[path = "../../headless/src/bench/table.rs"]
mod table;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;

/// What stops the bench: it has nobody to tell errors apart for.
type Failure = Box<dyn std::error::Error + Send + Sync>;

/// The exchange, measured.
#[derive(Parser)]
#[command(name = "dunlin-fleet")]
struct Args {
    /// Accounts in the made-up portfolio.
    #[arg(long, default_value_t = 100_000)]
    accounts: u32,
    /// Invoices in it.
    #[arg(long, default_value_t = 1_000_000)]
    invoices: u32,
    /// Commands that the laptop has to push.
    #[arg(long, default_value_t = 10_000)]
    commands: u32,
    /// Clients at once.
    #[arg(long, default_value_t = 1_000)]
    clients: u32,
    /// Rows that PouchDB is measured on, a prefix of the same file: it would take hours on all of them.
    /// 0 leaves it out.
    #[arg(long, default_value_t = 50_000)]
    pouch_rows: u32,
    /// The server's program; the one beside this by default.
    #[arg(long)]
    server: Option<PathBuf>,
    /// The process that is the laptop: its folder.
    #[arg(long, hide = true)]
    laptop: Option<PathBuf>,
}

fn main() -> ExitCode {
    let args = Args::parse();
    if let Some(folder) = args.laptop {
        return laptop::run(&folder);
    }
    if cfg!(debug_assertions) {
        eprintln!("This is a debug build: its times say nothing. Use cargo xtask bench.");
    }
    match exchange::measured(&args) {
        Ok(rows) => {
            print!("{}", table::layout(&rows));
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("dunlin-fleet: {error}");
            ExitCode::FAILURE
        }
    }
}
