//! From the start of a process to the first page of *My day*, in a process of its own, and what that
//! process keeps in memory. The window's own start is not in it.

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Command, ExitCode, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use app::{Desk, FixedClock, NoShell};
use contract::{AccountsQuery, DayQuery, Host, Nothing, SearchQuery, Stage};
use store::measure::FIRST_PAGE;

use super::import::{no_sqlite3, sqlite3};
use super::scene::{OneSecret, moment, said};
use super::table::{Row, Times, over, time};
use super::{Failure, memory};

const TURNS: usize = 7;
const READY: &str = "ready";

/// The rows on the start; no other process may have the database open.
pub fn rows(folder: &Path, secret: &str, plain: &Path) -> Result<Vec<Row>, Failure> {
    let (mut ours, mut peers) = (Vec::new(), Vec::new());
    let mut resident = None;
    for _ in 0..TURNS {
        let (ready, kilobytes) = once(folder, secret)?;
        ours.push(ready);
        resident = kilobytes;
        peers.extend(sqlite3(plain, FIRST_PAGE)?);
    }
    let ours = Times::new(ours).median();
    let row = Row::new("process start to My day's first page, no window", time(ours));
    let row = if peers.is_empty() {
        row.peer(no_sqlite3("the start"))
    } else {
        let peer = Times::new(peers).median();
        row.peer(format!("{} sqlite3, same page, plain", time(peer))).ratio(over(ours, peer))
    };
    let mut rows = vec![row.bar("<= 1.0 s with the window", ours <= Duration::from_secs(1))];
    rows.push(match resident {
        Some(kilobytes) => {
            let row = Row::new("memory at rest, lists loaded, no window", format!("{} MB", kilobytes / 1_000));
            row.bar("<= 150 MB", kilobytes <= 150_000)
        }
        None => Row::skipped("memory at rest", "this system does not tell it"),
    });
    Ok(rows)
}

/// Starts a process, gives it the key, and waits for its page; what it then keeps, in kB.
fn once(folder: &Path, secret: &str) -> Result<(Duration, Option<u64>), Failure> {
    let start = Instant::now();
    let mut child = Command::new(std::env::current_exe()?)
        .args(["bench", "--opened"])
        .arg(folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()?;
    if let Some(mut input) = child.stdin.take() {
        writeln!(input, "{secret}")?;
    }
    let mut lines = BufReader::new(child.stdout.take().ok_or("no output to read")?).lines();
    let first = lines.next().transpose()?.unwrap_or_default();
    let ready = start.elapsed();
    let resident = lines.next().transpose()?.and_then(|line| line.parse().ok());
    let status = child.wait()?;
    if first != READY || !status.success() {
        return Err(format!("the process that opens the database failed ({status})").into());
    }
    Ok((ready, resident))
}

/// The process itself: opens, shows the first page, then uses the lists once.
pub fn opened(folder: &Path) -> ExitCode {
    match open(folder) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => crate::failed(error),
    }
}

fn open(folder: &Path) -> Result<(), Failure> {
    let mut secret = String::new();
    std::io::stdin().read_line(&mut secret)?;
    let keychain = Arc::new(OneSecret::new(secret.trim()));
    let desk = Desk::new(folder, Arc::new(NoShell), keychain, Arc::new(FixedClock(moment())));
    desk.start();
    let session = desk.session(Nothing {}).map_err(said)?;
    if session.stage != Stage::Ready {
        return Err("the database did not open".into());
    }
    let day = DayQuery {
        kinds: Vec::new(),
        urgent: false,
        contactable: false,
        whose: String::new(),
        text: String::new(),
        offset: 0,
        limit: 50,
    };
    let page = desk.my_day(day).map_err(said)?;
    if page.rows.is_empty() {
        return Err("My day is empty".into());
    }
    println!("{READY}");
    for sort in ["past_due", "name"] {
        let query = AccountsQuery {
            text: String::new(),
            past_due: false,
            currency: None,
            min_amount: None,
            min_days: None,
            sort: sort.to_owned(),
            descending: true,
            offset: 0,
            limit: 50,
        };
        desk.accounts(query).map_err(said)?;
    }
    desk.search(SearchQuery { text: "harbor".to_owned(), limit: 20 }).map_err(said)?;
    println!("{}", memory::resident().map_or_else(String::new, |kilobytes| kilobytes.to_string()));
    Ok(())
}
