//! The server's program: serving, and what an operator does from the command line.

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use server::app::App;
use server::auth::{self, NewPerson, Role};
use server::config::Config;
use server::db::Run as _;
use server::error::ServerError;
use server::serve::{serve, stop_on_signal};
use server::supervise::import::{How, import};
use server::{history, migrate, params, retention};
use uuid::Uuid;

const HELP: &str = "\
dunlin-server [--config FILE] COMMAND        (DUNLIN_DATABASE_URL overrides the file's)

  serve                           answers devices; fails when the database is not migrated
  migrate                         brings the database to this program's schema
  add-org ORG NAME                a new organisation, with its short name
  add-user ORG LOGIN ROLE NAME    a new user: specialist, supervisor, administrator, auditor
  code ORG LOGIN                  a one-time enrolment code, shown once
  disable ORG LOGIN               ends a user's access
  revoke ORG DEVICE WHY           ends a device's access, for good
  import ORG FILE [--fresh]       rows of the billing system, one JSON object a line
  seq ORG                         the organisation's number; write it down before a backup
  backed-up ORG SEQ               everything up to that number is in a backup
  restored                        after a restore: begins a new epoch for every organisation
  prune ORG KEEP                  forgets the feed but its last KEEP transactions
  verify ORG                      recomputes the audit's chain
";

#[tokio::main]
async fn main() -> ExitCode {
    let mut args: Vec<String> = std::env::args().skip(1).collect();
    let config = match args.iter().position(|arg| arg == "--config") {
        Some(at) if at + 1 < args.len() => {
            let file = PathBuf::from(args.remove(at + 1));
            args.remove(at);
            Some(file)
        }
        _ => None,
    };
    if args.is_empty() || ["help", "--help", "-h"].contains(&args[0].as_str()) {
        print!("{HELP}");
        return ExitCode::SUCCESS;
    }
    let config = match Config::read(config.as_deref(), std::env::var("DUNLIN_DATABASE_URL").ok()) {
        Ok(config) => config,
        Err(error) => return failed(&error),
    };
    log(config.log_json);
    let app = match App::new(config) {
        Ok(app) => app,
        Err(error) => return failed(&error),
    };
    let words: Vec<&str> = args.iter().map(String::as_str).collect();
    if words == ["serve"] {
        let handle = axum_server::Handle::new();
        tokio::spawn(stop_on_signal(handle.clone()));
        tracing::info!(listen = %app.config.listen, tls = app.config.tls.is_some(), "serving");
        return match serve(app, handle).await {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => failed(&error),
        };
    }
    match operate(&app, &words).await {
        Ok(said) => {
            println!("{said}");
            ExitCode::SUCCESS
        }
        Err(error) => failed(&error),
    }
}

fn log(json: bool) {
    use tracing_subscriber::EnvFilter;
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info"));
    let builder = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    if json { builder.json().init() } else { builder.init() }
}

fn failed(error: &dyn std::error::Error) -> ExitCode {
    eprintln!("dunlin-server: {error}");
    let mut cause = error.source();
    while let Some(inner) = cause {
        eprintln!("  because: {inner}");
        cause = inner.source();
    }
    ExitCode::FAILURE
}

/// Who the history names for what is done here.
const OPERATOR: &str = "operator";

async fn operate(app: &Arc<App>, words: &[&str]) -> Result<String, ServerError> {
    let org = async |slug: &str| auth::org_by_slug(app, slug).await;
    let number =
        |word: &str| word.parse::<i64>().map_err(|_| ServerError::Invalid(format!("\"{word}\" is not a number")));
    match words {
        ["migrate"] => Ok(format!("{} migrations applied", migrate::migrate(&app.db).await?)),
        ["add-org", slug, name @ ..] => Ok(auth::add_org(app, slug, &name.join(" ")).await?.to_string()),
        ["add-user", slug, login, role, name @ ..] => {
            let new = NewPerson { login: (*login).to_owned(), name: name.join(" "), role: Role::of(role)? };
            Ok(auth::add_person(app, org(slug).await?, OPERATOR, &new).await?.to_string())
        }
        ["code", slug, login] => auth::new_code(app, org(slug).await?, OPERATOR, login).await,
        ["disable", slug, login] => {
            auth::disable(app, org(slug).await?, OPERATOR, login).await?;
            Ok(format!("{login} has no access any more"))
        }
        ["revoke", slug, device, why @ ..] => {
            let id = device.parse::<Uuid>().map_err(|_| ServerError::Missing("device"))?;
            auth::revoke(app, org(slug).await?, OPERATOR, id, &why.join(" ")).await?;
            Ok(format!("{device} has no access any more"))
        }
        ["import", slug, file, rest @ ..] => {
            let rows = read_rows(file)?;
            let how = How { payments_until: None, fresh: rest == ["--fresh"] };
            let done = import(app, org(slug).await?, OPERATOR, &rows, how).await?;
            Ok(format!("{} rows changed, {} were the same", done.changed, done.same))
        }
        ["seq", slug] => {
            let org = org(slug).await?;
            let row = app.db.conn().await?.row("SELECT seq FROM org WHERE org_id = $1", params![org]).await?;
            Ok(row.map_or(0, |row| row.get::<_, i64>(0)).to_string())
        }
        ["backed-up", slug, seq] => {
            let (org, seq) = (org(slug).await?, number(seq)?);
            let sql = "UPDATE org SET durable_seq = least(seq, greatest(durable_seq, $2)) WHERE org_id = $1";
            app.db.conn().await?.run(sql, params![org, seq]).await?;
            Ok(format!("what was decided up to {seq} is in a backup"))
        }
        ["restored"] => {
            let conn = app.db.conn().await?;
            // Tokens given out before the restore are unknown to it or, worse, known again.
            conn.run("DELETE FROM session", &[]).await?;
            let orgs = conn.run("UPDATE org SET epoch = epoch + 1, durable_seq = seq", &[]).await?;
            Ok(format!("{orgs} organisations are in a new epoch"))
        }
        ["prune", slug, keep] => {
            let floor = retention::prune(app, org(slug).await?, number(keep)?).await?;
            Ok(format!("the feed begins after {floor}"))
        }
        ["verify", slug] => {
            let conn = app.db.conn().await?;
            Ok(format!("{} entries, the chain holds", history::verify(&conn, org(slug).await?).await?))
        }
        _ => {
            Err(ServerError::Invalid(format!("there is no such command: {}; see dunlin-server help", words.join(" "))))
        }
    }
}

fn read_rows(file: &str) -> Result<Vec<protocol::WireRow>, ServerError> {
    let text = std::fs::read_to_string(file).map_err(|error| ServerError::Invalid(format!("{file}: {error}")))?;
    text.lines()
        .enumerate()
        .map(|(at, line)| {
            serde_json::from_str(line)
                .map_err(|error| ServerError::Invalid(format!("{file}, line {}: {error}", at + 1)))
        })
        .collect()
}
