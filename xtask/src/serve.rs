//! `cargo xtask serve`: the central server on this machine. Without a database it brings its own
//! PostgreSQL, thrown away at the end, with an organisation to try it with.

use std::process::Command;

use crate::postgres::Postgres;
use crate::run::{Failed, program, root, run};
use crate::setup;

/// Serves until it is stopped.
pub fn serve(args: &[String]) -> Result<(), Failed> {
    let mut url = std::env::var("DUNLIN_DATABASE_URL").ok();
    let mut rest = args.iter();
    while let Some(arg) = rest.next() {
        match (arg.as_str(), rest.next()) {
            ("--database-url", Some(given)) => url = Some(given.clone()),
            _ => return Err(Failed(format!("serve takes --database-url URL, not \"{arg}\""))),
        }
    }
    setup::to_compile()?;
    let own = if url.is_none() { Some(throw_away()?) } else { None };
    let url = url.or_else(|| own.as_ref().map(Postgres::url)).unwrap_or_default();
    run(&mut program(env!("CARGO"), &["build", "--quiet", "--package", "dunlin-server"]))?;
    let server = |words: &[&str]| {
        let mut command = program(env!("CARGO"), &["run", "--quiet", "--package", "dunlin-server", "--"]);
        command.args(words).env("DUNLIN_DATABASE_URL", &url);
        command
    };
    run(&mut server(&["migrate"]))?;
    if own.is_some() {
        println!("A PostgreSQL to throw away is at: {url}\n");
        try_out(&server)?;
    }
    println!("The server answers on http://127.0.0.1:8470 until Ctrl-C.");
    run(&mut server(&["serve"]))
}

/// PostgreSQL in a temporary folder.
fn throw_away() -> Result<Postgres, Failed> {
    setup::postgresql()?;
    let folder = std::env::temp_dir().join("dunlin-serve");
    // Ctrl-C ends this program without a goodbye; PostgreSQL hears it too and stops.
    Postgres::clear(&folder).map_err(Failed)?;
    Postgres::start(&folder, false).map_err(Failed)
}

/// An organisation with a user of each role, and their enrolment codes.
fn try_out(server: &dyn Fn(&[&str]) -> Command) -> Result<(), Failed> {
    run(server(&["add-org", "example", "Example Telecom"]).stdout(std::process::Stdio::null()))?;
    println!("Enrolment codes of the organisation \"example\":");
    for role in ["administrator", "supervisor", "specialist", "auditor"] {
        run(server(&["add-user", "example", role, role, "Example", role]).stdout(std::process::Stdio::null()))?;
        let output = server(&["code", "example", role]).current_dir(root()).output()?;
        if !output.status.success() {
            return Err(Failed(String::from_utf8_lossy(&output.stderr).into_owned()));
        }
        println!("  {role:<14} {}", String::from_utf8_lossy(&output.stdout).trim());
    }
    println!();
    Ok(())
}
