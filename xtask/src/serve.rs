//! `cargo xtask serve`: the central server on this machine. Without a database it brings its own
//! PostgreSQL, thrown away at the end, with an organisation to try it with.

use std::path::PathBuf;
use std::process::{Command, Stdio};

use crate::postgres::Postgres;
use crate::run::{Failed, program, root, run};
use crate::setup;

const LISTEN: &str = "127.0.0.1:8470";

/// The users of the organisation to try: login is role.
const ROLES: [&str; 4] = ["administrator", "supervisor", "specialist", "auditor"];

struct Wanted {
    url: Option<String>,
    listen: String,
    extract: Option<PathBuf>,
}

/// Serves until it is stopped.
pub fn serve(args: &[String]) -> Result<(), Failed> {
    let mut wanted =
        Wanted { url: std::env::var("DUNLIN_DATABASE_URL").ok(), listen: LISTEN.to_owned(), extract: None };
    let mut rest = args.iter();
    while let Some(arg) = rest.next() {
        match (arg.as_str(), rest.next()) {
            ("--database-url", Some(given)) => wanted.url = Some(given.clone()),
            ("--listen", Some(given)) => wanted.listen.clone_from(given),
            // The server is run from the workspace's root.
            ("--extract", Some(given)) => wanted.extract = Some(std::path::absolute(given)?),
            _ => {
                return Err(Failed(format!(
                    "serve takes --database-url URL, --listen ADDRESS and --extract FILE, not \"{arg}\""
                )));
            }
        }
    }
    setup::to_compile()?;
    println!("Building the server ...");
    run(&mut program(env!("CARGO"), &["build", "--quiet", "--package", "dunlin-server"]))?;
    let own = if wanted.url.is_none() { Some(throw_away()?) } else { None };
    let url = wanted.url.or_else(|| own.as_ref().map(Postgres::url)).unwrap_or_default();
    let server = |words: &[&str]| {
        let mut command = program(env!("CARGO"), &["run", "--quiet", "--package", "dunlin-server", "--"]);
        command.args(words).env("DUNLIN_DATABASE_URL", &url);
        command
    };
    said(&mut server(&["migrate"]))?;
    let address = format!("http://{}", wanted.listen);
    if own.is_some() {
        try_out(&server, wanted.extract, &address)?;
        println!("Its PostgreSQL is thrown away at the end: {url}");
    } else {
        println!(
            "The database is at this program's schema. The first time, make an organisation and its administrator:\n\
             \x20 dunlin-server add-org example \"Example Telecom\"\n\
             \x20 dunlin-server add-user example pat administrator \"Pat Example\"\n\
             \x20 dunlin-server code example pat\n"
        );
    }
    println!("The server answers on {address} until Ctrl-C; what it offers: {address}/openapi.json\n");
    run(&mut server(&["serve", "--listen", &wanted.listen]))
}

/// PostgreSQL in a temporary folder.
fn throw_away() -> Result<Postgres, Failed> {
    setup::postgresql()?;
    let folder = std::env::temp_dir().join("dunlin-serve");
    // Ctrl-C ends this program without a goodbye; PostgreSQL hears it too and stops.
    Postgres::clear(&folder).map_err(Failed)?;
    Postgres::start(&folder, false).map_err(Failed)
}

/// Runs to its end; what it said.
fn said(command: &mut Command) -> Result<String, Failed> {
    let output = command.current_dir(root()).stderr(Stdio::piped()).output()?;
    if output.status.success() {
        Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
    } else {
        Err(Failed(String::from_utf8_lossy(&output.stderr).into_owned()))
    }
}

/// An organisation with a user of each role, a portfolio, and what to do next.
fn try_out(server: &dyn Fn(&[&str]) -> Command, extract: Option<PathBuf>, address: &str) -> Result<(), Failed> {
    said(&mut server(&["add-org", "example", "Example Telecom"]))?;
    for role in ROLES {
        said(&mut server(&["add-user", "example", role, role, "Example", role]))?;
    }
    let took = match extract {
        Some(file) => said(&mut server(&["import", "example", &file.to_string_lossy()]))?,
        None => said(&mut server(&["import-sample", "example", "200"]))?,
    };
    let assigned = said(&mut server(&["assign", "example", "specialist", "all"]))?;
    println!("\nThe organisation \"example\": {took}; {assigned} to specialist.\n\nEnrolment codes, each good once:");
    for role in ROLES {
        println!("  {role:<14} {}", said(&mut server(&["code", "example", role]))?);
    }
    println!(
        "\nNext: open Dunlin (cargo xtask run), connect to {address} with the specialist's code and a new password\n\
         of at least 12 characters: the first enrolment sets it. One more code:\n\
         \x20 DUNLIN_DATABASE_URL=\"...\" dunlin-server code example specialist\n"
    );
    Ok(())
}
