//! `kill -9` of a laptop's process, again and again, while it works, pushes, pulls and takes a snapshot: the
//! real program without its window, over its encrypted file. What it told a person it had is never lost,
//! the server decides each command once, and in the end the laptop has what the server has.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use contract::{Act, ActRequest, AssignAccounts, ConnectTeam, Host as _, LinkState, Nothing, Stage};
use dunlin_app::{Desk, Keychain, KeychainError, NoShell};
use protocol::{Unit, WireRow};
use server::auth::Role;
use server::db::Run as _;
use server::params;
use store::{Key, Store};

use crate::common::{Moving, NOON, Office, ROWS, csv};
use crate::pages::entry;
use crate::scene::{Scene, until};

/// Secrets in files, so that the next life of the process finds them.
struct Files(PathBuf);

impl Files {
    fn path(&self, name: &str) -> PathBuf {
        let name: String =
            name.chars().map(|letter| if letter.is_ascii_alphanumeric() { letter } else { '-' }).collect();
        self.0.join(name)
    }
}

impl Keychain for Files {
    fn get(&self, name: &str) -> Result<String, KeychainError> {
        std::fs::read_to_string(self.path(name)).map_err(|_| KeychainError::NoEntry)
    }

    fn set(&self, name: &str, secret: &str) -> Result<(), KeychainError> {
        std::fs::create_dir_all(&self.0).expect("a folder");
        std::fs::write(self.path(name), secret).expect("written");
        Ok(())
    }

    fn delete(&self, name: &str) -> Result<(), KeychainError> {
        let _ = std::fs::remove_file(self.path(name));
        Ok(())
    }
}

fn desk(folder: &Path) -> Arc<Desk> {
    let keys = Arc::new(Files(folder.join("keys")));
    let desk = Arc::new(Desk::new(folder, Arc::new(NoShell), keys, Moving::at(NOON)));
    desk.watch_team();
    desk
}

fn rested(desk: &Desk) -> bool {
    let _ = desk.sync_now(Nothing {});
    std::thread::sleep(Duration::from_millis(50));
    desk.session(Nothing {}).is_ok_and(|it| it.link.state == LinkState::UpToDate && it.link.queued == 0)
}

/// One life of the laptop. What it is to do stands in its environment.
#[test]
#[ignore = "the process that the test below starts and kills"]
fn the_laptop() {
    let variable = |name: &str| std::env::var(name).ok();
    let folder = PathBuf::from(variable("DUNLIN_LAPTOP").expect("a folder"));
    let desk = desk(&folder);
    desk.start();
    if let Some(join) = variable("DUNLIN_JOIN") {
        let join: ConnectTeam = serde_json::from_str(&join).expect("a way to join");
        desk.connect_team(join).expect("joined");
    }
    until("the file opens", || desk.session(Nothing {}).is_ok_and(|it| it.stage == Stage::Ready));
    let Some(life) = variable("DUNLIN_LIFE") else {
        until("it comes to rest", || rested(&desk));
        return;
    };
    let accounts: Vec<String> = variable("DUNLIN_ACCOUNTS").expect("accounts").split(',').map(str::to_owned).collect();
    let mut said = std::fs::File::options().create(true).append(true).open(folder.join("said")).expect("a file");
    for nr in 0.. {
        let note = format!("life {life}, note {nr}.");
        let act = Act::AddNote { note: note.clone() };
        // While a fetched copy is put in place nobody is answered, and nothing is told to be done.
        if desk.act(ActRequest { account: accounts[nr % accounts.len()].clone(), act }).is_ok() {
            said.write_all(format!("{note}\n").as_bytes()).expect("written");
        }
        if nr % 4 == 0 {
            let _ = desk.sync_now(Nothing {});
        }
        std::thread::sleep(Duration::from_millis(3));
    }
}

/// Ends with the value, as a power cut does.
struct Life(Child);

impl Drop for Life {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn command(folder: &Path) -> Command {
    let mut command = Command::new(std::env::current_exe().expect("this program"));
    command.args(["--exact", "killed::the_laptop", "--ignored", "--nocapture"]);
    command.env("DUNLIN_LAPTOP", folder).stdin(Stdio::null()).stdout(Stdio::null());
    command
}

fn said(folder: &Path) -> Vec<String> {
    let text = std::fs::read_to_string(folder.join("said")).unwrap_or_default();
    // A line that was cut was not said.
    let whole = text.rfind('\n').map_or("", |end| &text[..end]);
    whole.lines().map(str::to_owned).collect()
}

#[test]
fn a_laptop_that_is_killed_again_and_again_loses_nothing_it_said() {
    let scene = Scene::new();
    let lead = scene.laptop("lead", Role::Supervisor);
    assert!(lead.import(&csv(&ROWS)).done);
    scene.up_to_date(&lead);
    let numbers = ["A-1", "A-2", "A-3"];
    let accounts: Vec<String> = numbers.iter().map(|number| lead.account(number)).collect();
    let bob = scene.laptop("bob", Role::Specialist);
    scene.person("ana", Role::Specialist);
    for login in ["ana", "bob"] {
        let accounts = accounts.clone();
        let input = AssignAccounts { login: login.to_owned(), accounts, add: true, take_over_from: None };
        lead.desk.assign_accounts(input).expect("assigned");
    }
    scene.up_to_date(&bob);

    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let join = serde_json::to_string(&scene.join("ana")).unwrap();
    assert!(command(folder).env("DUNLIN_JOIN", join).status().unwrap().success(), "she joins");
    let lives = 12;
    for life in 0..lives {
        let mut laptop = command(folder);
        laptop.env("DUNLIN_LIFE", life.to_string()).env("DUNLIN_ACCOUNTS", accounts.join(","));
        let process = Life(laptop.spawn().unwrap());
        let before = said(folder).len();
        until("it works", || said(folder).len() > before + 5);
        // Others work too, so that there is something to pull; and once it must take a fresh copy.
        bob.act(numbers[life % 3], Act::AddNote { note: format!("bob, {life}") }).expect("noted");
        let _ = bob.desk.sync_now(Nothing {});
        if life == 5 {
            scene.wait_for(async {
                let conn = scene.app.db.conn().await.unwrap();
                conn.script("UPDATE org SET floor_seq = seq").await.unwrap();
            });
        }
        // At another moment each time, over what an exchange takes.
        std::thread::sleep(Duration::from_millis(40 + 67 * (life as u64 * 5 % 12)));
        drop(process);
    }
    scene.up_to_date(&bob);
    assert!(command(folder).status().unwrap().success(), "it comes to rest");
    let said = said(folder);
    assert!(said.len() > lives * 5, "{} notes in {lives} lives", said.len());
    check(&scene, folder, &said);
    drop((lead, bob));
}

fn check(scene: &Scene, folder: &Path, said: &[String]) {
    let keys = Files(folder.join("keys"));
    let hex = keys.get(&entry(folder)).unwrap();
    let mut key = [0; 32];
    for (at, byte) in key.iter_mut().enumerate() {
        *byte = u8::from_str_radix(&hex[at * 2..at * 2 + 2], 16).unwrap();
    }
    let store = Store::open(folder.join("dunlin.db"), &Key::new(key)).unwrap();
    let state = store.sync_state().unwrap();
    assert_eq!(state.pending, 0);
    let (device, given) = (state.device.unwrap(), i64::try_from(state.given).unwrap());
    scene.wait_for(async {
        let conn = scene.app.db.conn().await.unwrap();
        let count = "SELECT count(*), count(DISTINCT id), coalesce(max(device_seq), 0),
          count(*) FILTER (WHERE outcome = 'accepted') FROM command WHERE device_id = $1";
        let row = conn.row(count, params![device]).await.unwrap().unwrap();
        let numbers: [i64; 4] = [row.get(0), row.get(1), row.get(2), row.get(3)];
        assert_eq!(numbers, [given; 4], "each command once, without a gap, accepted");
        let rows = conn.rows("SELECT body FROM record WHERE tbl = 110", params![]).await.unwrap();
        let bodies: Vec<String> = rows.iter().map(|row| row.get(0)).collect();
        for note in said {
            let found = bodies.iter().filter(|body| body.contains(&format!("\"{note}\""))).count();
            assert_eq!(found, 1, "{note}");
        }
        let notes = bodies.iter().filter(|body| body.contains("\"life ")).count();
        assert_eq!(i64::try_from(notes).unwrap(), given, "every command has its note, and one only");
        let customers = store.customers().unwrap();
        assert_eq!(customers.len(), 3);
        for customer in customers {
            let rows = store.unit(customer).unwrap().iter().map(|row| WireRow::of(row).unwrap()).collect();
            let here = Unit { customer, rows }.checksum();
            let there = server::records::unit(&conn, scene.org, customer).await.unwrap().checksum();
            assert_eq!(here, there, "{customer} is on the laptop as on the server");
        }
    });
}
