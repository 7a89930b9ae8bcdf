//! The measured laptop: the app without its window, in a process of its own so that its memory is its
//! own, over an encrypted file. It is told what to do line by line.

use std::io::BufRead as _;
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::{Duration, Instant};

use app::{Desk, MemoryKeychain, NoShell, SystemClock};
use contract::{Act, ActRequest, ApiError, ConnectTeam, Host as _, LinkState, LinkView, Nothing};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::{Failure, memory};

/// How long an exchange may take.
const PATIENCE: Duration = Duration::from_hours(1);

/// What it is told.
#[derive(Deserialize)]
#[serde(tag = "do", rename_all = "snake_case")]
enum Command {
    /// Joins a team and fetches everything; done when My day can be worked.
    Join { server: String, code: String, password: String },
    /// Looks for the server; done when it knows that there is none.
    Lose,
    /// So many notes, one after another, each on another of these accounts.
    Work { accounts: Vec<String>, count: usize },
    /// Exchanges; done when all is here and all is there.
    Exchange,
}

/// Answers until nobody asks.
pub fn run(folder: &Path) -> ExitCode {
    let desk = Desk::new(folder, Arc::new(NoShell), Arc::new(MemoryKeychain::default()), Arc::new(SystemClock));
    let desk = Arc::new(desk);
    desk.watch_team();
    for line in std::io::stdin().lock().lines() {
        let Ok(line) = line else {
            return ExitCode::FAILURE;
        };
        memory::forget_peak();
        let start = Instant::now();
        let mut answer = obey(&desk, &line).unwrap_or_else(|error| json!({ "error": error.to_string() }));
        answer["seconds"] = start.elapsed().as_secs_f64().into();
        answer["resident_kb"] = memory::resident().into();
        answer["peak_kb"] = memory::peak().into();
        println!("{answer}");
    }
    ExitCode::SUCCESS
}

/// An error of a command as one of this program.
#[expect(clippy::needless_pass_by_value, reason = "it is the argument of map_err everywhere")]
fn said(error: ApiError) -> Failure {
    format!("{} {}", error.message, error.remedy).into()
}

fn obey(desk: &Arc<Desk>, line: &str) -> Result<Value, Failure> {
    match serde_json::from_str(line)? {
        Command::Join { server, code, password } => {
            let device = "the laptop".to_owned();
            desk.connect_team(ConnectTeam { server, code, password, device, authority: None, passphrase: None })
                .map_err(said)?;
            settled(desk, None)
        }
        Command::Lose => {
            desk.sync_now(Nothing {}).map_err(said)?;
            wait(desk, |link| link.state == LinkState::Offline).map(|_| json!({}))
        }
        Command::Work { accounts, count } => {
            for (nr, account) in accounts.iter().cycle().take(count).enumerate() {
                let note = format!("Note {nr}: the customer asked for a copy of the latest invoice.");
                desk.act(ActRequest { account: account.clone(), act: Act::AddNote { note } }).map_err(said)?;
            }
            Ok(json!({ "queued": link(desk).map_or(0, |link| link.queued) }))
        }
        Command::Exchange => {
            let before = link(desk).and_then(|link| link.fresh_at);
            desk.sync_now(Nothing {}).map_err(said)?;
            settled(desk, before.as_deref())
        }
    }
}

/// How it stands; nobody is answered while the fetched data are put in place.
fn link(desk: &Desk) -> Option<LinkView> {
    desk.session(Nothing {}).ok().map(|session| session.link)
}

/// Waits until an exchange after `before` has ended well; what was seen on the way, and when.
fn settled(desk: &Desk, before: Option<&str>) -> Result<Value, Failure> {
    let start = Instant::now();
    let mut stages: Vec<(String, f64)> = Vec::new();
    let mut see = |name: String| {
        if stages.last().is_none_or(|(last, _)| *last != name) {
            stages.push((name, start.elapsed().as_secs_f64()));
        }
    };
    let done = wait(desk, |link| {
        see(match &link.state {
            LinkState::Fetching if link.total == 0 => "asking".to_owned(),
            LinkState::Fetching if link.done == 0 => "first part".to_owned(),
            LinkState::Fetching if link.done + 1 == link.total => "last part".to_owned(),
            LinkState::Fetching => return false,
            state => format!("{state:?}"),
        });
        link.state == LinkState::UpToDate && link.queued == 0 && link.fresh_at.as_deref() != before
    })?;
    Ok(json!({ "refused": done.refused, "stages": stages }))
}

fn wait(desk: &Desk, mut done: impl FnMut(&LinkView) -> bool) -> Result<LinkView, Failure> {
    let until = Instant::now() + PATIENCE;
    loop {
        if let Some(link) = link(desk) {
            if done(&link) {
                return Ok(link);
            }
            if matches!(link.state, LinkState::Stopped | LinkState::SignIn) || Instant::now() > until {
                return Err(format!("the laptop stands at {:?}: {} {}", link.state, link.text, link.detail).into());
            }
        }
        std::thread::sleep(Duration::from_millis(10));
    }
}
