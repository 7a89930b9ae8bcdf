//! The server's program: serving, and what an operator does from the command line.

mod operate;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use server::app::App;
use server::config::Config;
use server::error::{ServerError, chain};
use server::explain::explain;
use server::serve::{ServeError, serve, stop_on_signal};

/// Dunlin's central server.
#[derive(Parser)]
#[command(name = "dunlin-server", version, after_help = "DUNLIN_DATABASE_URL overrides the file's database.")]
struct Line {
    /// The configuration; without one every value has its default.
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Answers devices; fails when the database is not migrated.
    Serve {
        /// Where to listen, instead of what the configuration says; port 0 takes a free one.
        #[arg(long, value_name = "ADDRESS")]
        listen: Option<SocketAddr>,
    },
    #[command(flatten)]
    Operate(operate::Operate),
}

#[tokio::main]
async fn main() -> ExitCode {
    let line = Line::parse();
    let mut config = match Config::read(line.config.as_deref(), std::env::var("DUNLIN_DATABASE_URL").ok()) {
        Ok(config) => config,
        Err(error) => return failed(&error),
    };
    config = match &line.command {
        Command::Serve { .. } => match config.to_serve() {
            Ok(config) => config,
            Err(error) => return failed(&error),
        },
        Command::Operate(_) => config.to_operate(),
    };
    if let Command::Serve { listen: Some(listen) } = &line.command {
        config.listen = *listen;
        config = match config.check() {
            Ok(config) => config,
            Err(error) => return failed(&error),
        };
    }
    log(config.log_json);
    let database = config.database.clone();
    let refused = |error: &ServerError| {
        eprintln!("dunlin-server: {}", explain(error, &database));
        ExitCode::FAILURE
    };
    let app = match App::new(config) {
        Ok(app) => app,
        Err(error) => return refused(&error),
    };
    match line.command {
        Command::Serve { .. } => {
            let handle = axum_server::Handle::new();
            tokio::spawn(stop_on_signal(handle.clone()));
            let scheme = if app.config.tls.is_some() { "https" } else { "http" };
            let listening = handle.clone();
            tokio::spawn(async move {
                if let Some(address) = listening.listening().await {
                    // On standard output, for whoever started it: with port 0 nobody knows it before.
                    println!("listening on {scheme}://{address}");
                }
            });
            match serve(app, handle).await {
                Ok(()) => ExitCode::SUCCESS,
                Err(ServeError::Server(error)) => refused(&error),
                Err(error) => failed(&error),
            }
        }
        Command::Operate(command) => match operate::operate(&app, command).await {
            Ok(said) => {
                println!("{said}");
                ExitCode::SUCCESS
            }
            Err(error) => refused(&error),
        },
    }
}

fn log(json: bool) {
    use tracing_subscriber::EnvFilter;
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info"));
    let builder = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    if json { builder.json().init() } else { builder.init() }
}

fn failed(error: &dyn std::error::Error) -> ExitCode {
    eprintln!("dunlin-server: {}", chain(error));
    ExitCode::FAILURE
}
