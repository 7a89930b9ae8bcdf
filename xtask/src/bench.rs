//! `cargo xtask bench`: first what one device does alone (`dunlin-headless`), then the release build in
//! its window, then many devices with a server (`dunlin-fleet`), beside PouchDB from npm.

use crate::run::{Failed, binary, headless, program, run};
use crate::{setup, test};

/// The part with a server.
const EXCHANGE: &str = "exchange";

/// The part in the real window; every other one is the headless bench's.
const WINDOW: &str = "window";

/// Options that both benches take.
const SHARED: &[&str] = &["--accounts", "--invoices"];

/// Options of the exchange.
const FLEET: &[&str] = &["--commands", "--clients", "--pouch-rows"];

/// What each bench is to be told; none when it is not to run.
#[derive(Debug, Default, PartialEq, Eq)]
struct Shares {
    alone: Option<Vec<String>>,
    window: bool,
    fleet: Option<Vec<String>>,
}

/// Runs what is asked for.
pub fn bench(args: &[String]) -> Result<(), Failed> {
    let shares = share(args);
    if let Some(args) = shares.alone {
        headless("bench", &args, true)?;
    }
    if shares.window {
        test::window_bench()?;
    }
    if let Some(args) = shares.fleet {
        println!();
        exchange(&args)?;
    }
    Ok(())
}

fn exchange(args: &[String]) -> Result<(), Failed> {
    setup::to_compile()?;
    setup::postgresql()?;
    // Without it everything but the peer is measured, and the bench says so.
    if let Err(Failed(why)) = setup::node_modules("crates/fleet/peer") {
        eprintln!("xtask: PouchDB could not be installed ({why}); Node.js 20 and npm do it");
    }
    run(&mut program(env!("CARGO"), &["build", "--quiet", "--release", "--package", "dunlin-server"]))?;
    binary("dunlin-fleet", args, true)
}

fn share(args: &[String]) -> Shares {
    let (mut alone, mut fleet) = (Vec::new(), Vec::new());
    let mut only: Vec<String> = Vec::new();
    let mut rest = args.iter();
    while let Some(arg) = rest.next() {
        let (name, value) = match arg.split_once('=') {
            Some((name, value)) => (name, Some(value.to_owned())),
            None if arg.starts_with("--") => (arg.as_str(), rest.next().cloned()),
            None => (arg.as_str(), None),
        };
        let words = || std::iter::once(name.to_owned()).chain(value.clone());
        if name == "--only" {
            only.extend(value.clone());
        }
        let elsewhere = name == "--only" && value.as_deref().is_some_and(|part| [EXCHANGE, WINDOW].contains(&part));
        if FLEET.contains(&name) {
            fleet.extend(words());
        } else if !elsewhere {
            alone.extend(words());
            if SHARED.contains(&name) {
                fleet.extend(words());
            }
        }
    }
    let wants = |part: &str| only.is_empty() || only.iter().any(|one| one == part);
    let others = only.is_empty() || only.iter().any(|one| ![EXCHANGE, WINDOW].contains(&one.as_str()));
    Shares { alone: others.then_some(alone), window: wants(WINDOW), fleet: wants(EXCHANGE).then_some(fleet) }
}

#[cfg(test)]
mod tests {
    use super::*;

    type Told = (Option<String>, bool, Option<String>);

    fn shares(args: &str) -> Told {
        let args: Vec<String> = args.split_whitespace().map(str::to_owned).collect();
        let Shares { alone, window, fleet } = share(&args);
        (alone.map(|args| args.join(" ")), window, fleet.map(|args| args.join(" ")))
    }

    fn told(alone: Option<&str>, window: bool, fleet: Option<&str>) -> Told {
        (alone.map(str::to_owned), window, fleet.map(str::to_owned))
    }

    #[test]
    fn each_bench_gets_its_own_options_and_only_what_is_asked_for_runs() {
        assert_eq!(shares(""), told(Some(""), true, Some("")));
        assert_eq!(shares("--only lists --only start"), told(Some("--only lists --only start"), false, None));
        assert_eq!(
            shares("--only exchange --pouch-rows 9 --accounts 5"),
            told(None, false, Some("--pouch-rows 9 --accounts 5"))
        );
        assert_eq!(shares("--only=exchange --only lists"), told(Some("--only lists"), false, Some("")));
        assert_eq!(shares("--only window"), told(None, true, None));
        assert_eq!(
            shares("--invoices=7 --letters 3 --clients 2"),
            told(Some("--invoices 7 --letters 3"), true, Some("--invoices 7 --clients 2"))
        );
    }
}
