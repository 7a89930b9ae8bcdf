//! The laptop that is killed: the app without its window in a process of its own, over its encrypted
//! file. It works without a pause and says each thing before and after it does it, a line of JSON each.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use contract::{
    AccountRef, AccountsQuery, Act, ActRequest, ArrangeForm, ConnectTeam, ErrorCode, Host as _, LinkState, Nothing,
    PickFile, Progress, Stage,
};
use dunlin_app::{Clock as _, Desk, Keychain, KeychainError, Shell};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::common::{Moving, NOON};
use crate::scene::PASSWORD;

/// Where a life is described to the process.
pub const LIFE: &str = "DUNLIN_TEST_LIFE";

/// One run of the program, until it is killed.
#[derive(Deserialize, Serialize)]
pub struct Life {
    /// The computer.
    pub computer: PathBuf,
    /// The server, or what stands before it.
    pub server: String,
    /// A code, should it have to join.
    pub code: String,
    pub login: String,
    /// Which life of this laptop; also where its dice start.
    pub number: u64,
    /// Whether it works, or only exchanges until all is there.
    pub works: bool,
}

/// The folder of a computer's database.
pub fn data(computer: &Path) -> PathBuf {
    computer.join("data")
}

/// A keychain that survives whoever uses it: a file an entry.
pub struct Files(pub PathBuf);

impl Files {
    pub fn of(computer: &Path) -> Self {
        let folder = computer.join("keychain");
        std::fs::create_dir_all(&folder).unwrap();
        Self(folder)
    }
}

impl Keychain for Files {
    fn get(&self, name: &str) -> Result<String, KeychainError> {
        std::fs::read_to_string(self.0.join(name)).map_err(|_| KeychainError::NoEntry)
    }

    fn set(&self, name: &str, secret: &str) -> Result<(), KeychainError> {
        let beside = self.0.join(".new");
        std::fs::write(&beside, secret).and_then(|()| std::fs::rename(beside, self.0.join(name))).unwrap();
        Ok(())
    }

    fn delete(&self, name: &str) -> Result<(), KeychainError> {
        let _ = std::fs::remove_file(self.0.join(name));
        Ok(())
    }
}

fn say(line: &Value) {
    println!("{line}");
}

/// A window that only tells what it would have shown afresh.
struct Telling;

impl Shell for Telling {
    fn progress(&self, _: &Progress) {}

    fn changed(&self, what: &str) {
        say(&json!({ "changed": what }));
    }

    fn pick_file(&self, _: &PickFile) -> Option<PathBuf> {
        None
    }

    fn open_in_browser(&self, _: &str) -> Result<(), String> {
        Err("nobody is there".to_owned())
    }
}

/// Lives until it is killed, or until nobody listens.
pub fn live(life: &Life) {
    std::thread::spawn(|| {
        let _ = std::io::stdin().read_line(&mut String::new());
        std::process::exit(0);
    });
    // The test harness's own words stand before.
    println!();
    let keychain = Arc::new(Files::of(&life.computer));
    let desk = Arc::new(Desk::new(&data(&life.computer), Arc::new(Telling), keychain, Moving::at(NOON)));
    desk.start();
    desk.watch_team();
    let session = desk.session(Nothing {}).expect("a view");
    say(&json!({ "opened": session.accounts, "stage": session.stage, "problem": session.problem }));
    if session.stage == Stage::FirstStart || desk.team(Nothing {}).is_ok_and(|team| team.server.is_empty()) {
        let join = ConnectTeam {
            server: life.server.clone(),
            code: life.code.clone(),
            password: PASSWORD.to_owned(),
            device: format!("{}'s laptop", life.login),
            authority: None,
            passphrase: None,
        };
        match desk.connect_team(join) {
            Ok(_) => say(&json!({ "joined": true })),
            Err(error) => return say(&json!({ "failed": error })),
        }
    }
    wait_for_all(&desk);
    if life.works { work(&desk, life) } else { rest(&desk) }
}

/// Until the first snapshot is in place.
fn wait_for_all(desk: &Desk) {
    loop {
        // Nobody is answered while the fetched data are put in place.
        if let Ok(session) = desk.session(Nothing {})
            && session.stage == Stage::Ready
            && session.accounts > 0
        {
            return say(&json!({ "whole": session.accounts }));
        }
        std::thread::sleep(Duration::from_millis(10));
    }
}

/// Exchanges, and says how it stands.
fn rest(desk: &Desk) {
    loop {
        let _ = desk.sync_now(Nothing {});
        std::thread::sleep(Duration::from_millis(100));
        if let Ok(team) = desk.team(Nothing {}) {
            let settled = team.link.state == LinkState::UpToDate && team.link.queued == 0;
            say(&json!({ "known": settled.then_some(team.known), "standing": team.link }));
        }
    }
}

fn work(desk: &Desk, life: &Life) {
    let mut dice = fastrand::Rng::with_seed(life.number);
    let mut accounts = Vec::new();
    let clock = Moving::at(NOON);
    for number in 0.. {
        if number % 8 == 0 {
            let query = AccountsQuery {
                text: String::new(),
                past_due: false,
                currency: None,
                min_amount: None,
                min_days: None,
                sort: "number".to_owned(),
                descending: false,
                offset: 0,
                limit: 14,
            };
            // The list is as it was while the data are put in place.
            if let Ok(page) = desk.accounts(query) {
                accounts = page.rows;
            }
        }
        let account = accounts[dice.usize(..accounts.len())].account.clone();
        let mark = format!("<{}.{}.{number}>", life.login, life.number);
        let act = match dice.u8(..10) {
            0..4 => Act::AddNote { note: format!("Asked for a copy of the invoice {mark}") },
            4 | 5 => Act::RecordContact {
                medium: "call".to_owned(),
                direction: "inbound".to_owned(),
                point: "208-342-5550".to_owned(),
                disposition: "spoke".to_owned(),
                note: format!("Will look into it {mark}"),
                promise_amount: None,
                promise_currency: None,
                date: None,
            },
            6 => Act::ScheduleFollowUp {
                due: (clock.now() + chrono::TimeDelta::days(3)).date_naive().to_string(),
                what: format!("Look again {mark}"),
                assignee: None,
            },
            7 | 8 => arrange(&mut dice),
            _ => {
                let view = desk.account(AccountRef { account: account.clone() });
                let active = view.ok().and_then(|view| view.arrangements.into_iter().find(|one| one.state == "active"));
                match active {
                    Some(active) => {
                        Act::CancelArrangement { arrangement: active.id, reason: format!("Asked to {mark}") }
                    }
                    None => arrange(&mut dice),
                }
            }
        };
        say(&json!({ "doing": mark }));
        match desk.act(ActRequest { account, act: act.clone() }) {
            Ok(done) => say(&json!({ "done": mark, "numbers": done.numbers, "act": act })),
            Err(error) => {
                // An account that has just left, or nobody is answered for a moment.
                let expected = [ErrorCode::Refused, ErrorCode::NotFound].contains(&error.code)
                    || error.message.contains("put in place");
                let how = if expected { "not" } else { "failed" };
                say(&json!({ how: error, "mark": mark }));
            }
        }
        let pause = Instant::now() + Duration::from_millis(dice.u64(..12));
        std::thread::sleep(pause.saturating_duration_since(Instant::now()));
    }
}

/// A promise or an arrangement, which another's may stand against.
fn arrange(dice: &mut fastrand::Rng) -> Act {
    let promise = dice.bool();
    Act::Arrange {
        terms: ArrangeForm {
            kind: if promise { "promise" } else { "installments" }.to_owned(),
            currency: "USD".to_owned(),
            invoices: Vec::new(),
            down: if promise { "0" } else { "40.00" }.to_owned(),
            count: Some(if promise { 1 } else { 3 }),
            amount: None,
            frequency: "monthly".to_owned(),
            first_due: if promise { "2026-03-20" } else { "2026-04-01" }.to_owned(),
            approved_by: None,
        },
    }
}
