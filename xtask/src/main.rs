//! A contributor's scripts. Builds in seconds on a machine where nothing is set up yet, so it has no
//! dependencies; whatever needs the app is run through the `dunlin-headless` binary.

mod bench;
mod postgres;
mod report;
mod run;
mod serve;
mod setup;
mod test;
mod tidy;

use std::process::ExitCode;

use crate::run::Failed;

const HELP: &str = "\
cargo xtask COMMAND

  run                 installs or names what is missing, builds and opens the app
  test [--fast]       everything that CI checks; --fast leaves out the window's journeys
  serve [--database-url URL] [--listen ADDRESS] [--extract FILE]
                      the central server; without a database on a PostgreSQL to throw away, with a portfolio
  setup               only installs or names what is missing
  installer           builds this system's installer (on Debian a package) into target/release/bundle
  tidy                the house rules: arrows, module docs, file length, SQL's place
  codegen [--check]   writes (or checks) the TypeScript side of the contract
  bench [ARGS]        the numbers of the design, each beside its peer (release build); --only PART, where
                      the part exchange is the one with a server; --accounts, --invoices, --pouch-rows
  day FILE --as-of DATE --out DIR [--map FIELD=COLUMN[:VALUE=TO,...,*=TO]]... [--date-order mdy|dmy|ymd] [--currency CUR]
                      a day's work on an extract without a window
  imb TRACKING [ROUTING]   the 65 letters of an Intelligent Mail barcode
  vectors FILE.csv    runs compliance vectors
  replay FILE.json    replays a treatment plan over a history
  histories [N]       N random histories (a million) through the gate and its second checker (release build)
  simulate [--from SEED] [--seeds N] [--trace]
                      plays seeded worlds of devices and a server; exit 1 when one breaks a promise
";

fn main() -> ExitCode {
    let mut args = std::env::args().skip(1);
    let command = args.next().unwrap_or_default();
    let rest: Vec<String> = args.collect();
    let done = match command.as_str() {
        "run" => run::app(&rest),
        "test" => test::all(&rest),
        "serve" => serve::serve(&rest),
        "setup" => setup::everything(),
        "installer" => run::installer(),
        "tidy" => tidy::check(),
        "codegen" => run::codegen(rest.iter().any(|arg| arg == "--check")),
        "bench" => bench::bench(&rest),
        "day" | "imb" | "vectors" | "replay" => run::headless(&command, &rest, false),
        "histories" => run::histories(rest.first().map_or("1000000", String::as_str)),
        "simulate" => run::binary("dunlin-simulator", &rest, false),
        "" | "help" | "--help" | "-h" => {
            print!("{HELP}");
            Ok(())
        }
        other => Err(Failed(format!("there is no command \"{other}\"; see cargo xtask help"))),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(Failed(why)) => {
            if !why.is_empty() {
                eprintln!("xtask: {why}");
            }
            ExitCode::FAILURE
        }
    }
}
