//! `bench`: the numbers of the design, each beside its peer in the same run. Nothing is asserted:
//! times belong to the machine they were taken on, ratios say more.

mod bare;
mod import;
mod letters;
mod lists;
mod memory;
mod plan;
mod risk;
mod scene;
mod size;
mod start;
mod table;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args as Arguments, ValueEnum};
use store::measure::Pair;

use crate::failed;
use scene::Scene;
use table::Row;

/// What stops the bench: it has nobody to tell errors apart for.
type Failure = Box<dyn std::error::Error + Send + Sync>;

/// What to measure.
#[derive(Arguments)]
pub struct Args {
    /// Accounts in the made-up portfolio.
    #[arg(long, default_value_t = 100_000)]
    accounts: u32,
    /// Invoices in it.
    #[arg(long, default_value_t = 1_000_000)]
    invoices: u32,
    /// Letters.
    #[arg(long, default_value_t = 10_000)]
    letters: u32,
    /// Only this; may be given more than once.
    #[arg(long)]
    only: Vec<Part>,
    /// The process that `start` measures.
    #[arg(long, hide = true)]
    opened: Option<PathBuf>,
}

/// A part of the bench.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Part {
    /// Taking in the extract.
    Import,
    /// Lists, filters, search.
    Lists,
    /// Planning everything again.
    Replan,
    /// Trying a draft of the plans on everything.
    Simulate,
    /// What encryption adds.
    Cipher,
    /// Process start to My day, and memory.
    Start,
    /// Letters a second.
    Letters,
    /// Late payment foretold.
    Risk,
    /// Binary and installers.
    Size,
}

impl Args {
    fn wants(&self, part: Part) -> bool {
        self.only.is_empty() || self.only.contains(&part)
    }
}

/// Measures and prints the table.
pub fn run(args: &Args) -> ExitCode {
    if let Some(folder) = &args.opened {
        return start::opened(folder);
    }
    if cfg!(debug_assertions) {
        eprintln!("This is a debug build: its times say nothing. Use cargo xtask bench.");
    }
    match measured(args) {
        Ok(rows) => {
            print!("{}", table::layout(&rows));
            ExitCode::SUCCESS
        }
        Err(error) => failed(error),
    }
}

fn measured(args: &Args) -> Result<Vec<Row>, Failure> {
    println!(
        "{} accounts, {} invoices; {} {}, {} threads, load {}",
        args.accounts,
        args.invoices,
        std::env::consts::OS,
        std::env::consts::ARCH,
        std::thread::available_parallelism().map_or(1, usize::from),
        memory::load().map_or_else(|| "unknown".to_owned(), |load| format!("{load:.1}")),
    );
    if (args.accounts, args.invoices) != (100_000, 1_000_000) {
        println!("The bars are for 100,000 accounts and 1,000,000 invoices.");
    }
    if memory::load().is_some_and(|load| load > 1.0) {
        println!("The machine is busy with other work: times are too long, ratios hold better.");
    }
    let mut rows = Vec::new();
    // First, while this process holds nothing else: its memory is measured.
    if args.wants(Part::Letters) {
        eprintln!("letters ...");
        rows.extend(letters::rows(args.letters)?);
    }
    let mut all = Vec::new();
    let on_data = [Part::Import, Part::Lists, Part::Replan, Part::Simulate, Part::Cipher, Part::Start];
    if on_data.iter().any(|part| args.wants(*part)) {
        all.extend(on_portfolio(args)?);
    }
    all.append(&mut rows);
    if args.wants(Part::Risk) {
        all.extend(risk::rows()?);
    }
    if args.wants(Part::Size) {
        all.extend(size::rows());
    }
    Ok(all)
}

fn on_portfolio(args: &Args) -> Result<Vec<Row>, Failure> {
    eprintln!("making the portfolio ...");
    let scene = Scene::make(args)?;
    eprintln!("import ...");
    let imported = scene.import()?;
    let mut rows = Vec::new();
    if args.wants(Part::Import) {
        rows.extend(import::rows(&scene, &imported)?);
    }
    let later = [Part::Lists, Part::Replan, Part::Simulate, Part::Cipher, Part::Start];
    if !later.iter().any(|part| args.wants(*part)) {
        return Ok(rows);
    }
    eprintln!("plain copy ...");
    let pair = Pair::copy(&scene.desk.database(), &scene.key()?, &scene.plain())?;
    if args.wants(Part::Lists) {
        eprintln!("lists ...");
        rows.extend(lists::rows(&scene.desk, &pair, imported.report.accounts)?);
    }
    if args.wants(Part::Replan) {
        eprintln!("re-plan ...");
        rows.extend(plan::replan(&scene.desk, &pair, imported.report.accounts)?);
    }
    if args.wants(Part::Simulate) {
        eprintln!("simulate ...");
        rows.extend(plan::simulate(&scene.desk, imported.report.accounts)?);
    }
    if args.wants(Part::Cipher) {
        eprintln!("encryption ...");
        rows.extend(plan::cipher(&pair, imported.report.accounts)?);
    }
    drop(pair);
    let (secret, plain) = (scene.secret(), scene.plain());
    // The database has one instance at a time: the desk ends before another process opens it.
    let Scene { folder, desk, .. } = scene;
    drop(desk);
    if args.wants(Part::Start) {
        eprintln!("start ...");
        let mut start = start::rows(folder.path(), &secret, &plain)?;
        start.append(&mut rows);
        rows = start;
    }
    Ok(rows)
}
