//! `kill -9` of real laptops, again and again: while they join, in their first sync, in the middle of
//! acts, pushes and rebases. What was acknowledged is done, once; nothing else is left behind.

mod gate;
mod laptop;
mod verdict;

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use contract::{Act, AssignAccounts, Host as _};
use fastrand::Rng;
use protocol::path;
use serde_json::Value;
use server::auth::Role;
use tempfile::TempDir;

use self::gate::{Aim, Gate, When};
use self::laptop::{LIFE, Life};
use crate::common::{Office, csv};
use crate::scene::{PATIENCE, Scene, until};

/// Customers of the portfolio.
const CUSTOMERS: usize = 60;
/// The last ones change hands all the time.
const MOVING: usize = 4;
/// An address long enough that so few customers make three parts of a snapshot.
const ADDRESS: usize = 160_000;

/// A life's end.
enum Kill {
    At(Aim),
    /// So long after it began to work.
    In(Duration),
}

fn at(begins: &'static str, ends: &'static str, when: When) -> Kill {
    Kill::At(Aim { begins, ends, pass: 0, when })
}

/// Counts when it is dropped.
struct Tick<'a>(&'a AtomicUsize);

impl Drop for Tick<'_> {
    fn drop(&mut self) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }
}

/// The process of a laptop; killed with the value.
struct Running {
    process: Child,
    said: Arc<Mutex<Vec<Value>>>,
    listener: Option<JoinHandle<()>>,
}

impl Running {
    fn start(life: &Life) -> Self {
        let mut process = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "kills::a_laptop_of_its_own", "--ignored", "--nocapture", "--test-threads=1"])
            .env(LIFE, serde_json::to_string(life).unwrap())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let said = Arc::new(Mutex::new(Vec::new()));
        let (lines, heard) = (BufReader::new(process.stdout.take().unwrap()).lines(), Arc::clone(&said));
        let listener = std::thread::spawn(move || {
            // The test's own words stand between; a line that the kill cut in two was not said.
            for line in lines.map_while(Result::ok) {
                if let Ok(line @ Value::Object(_)) = serde_json::from_str(&line) {
                    heard.lock().unwrap().push(line);
                }
            }
        });
        Self { process, said, listener: Some(listener) }
    }

    fn has_said(&self, what: &str) -> bool {
        self.said.lock().unwrap().iter().any(|line| !line[what].is_null())
    }

    /// `kill -9`; everything it said.
    fn kill(mut self) -> Vec<Value> {
        self.end();
        if let Some(listener) = self.listener.take() {
            listener.join().unwrap();
        }
        std::mem::take(&mut *self.said.lock().unwrap())
    }

    fn end(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.end();
    }
}

/// A computer whose program is killed.
struct Laptop<'a> {
    scene: &'a Scene,
    login: &'static str,
    computer: TempDir,
    gate: Gate,
    lives: u64,
    /// What it said in all its lives.
    diary: Vec<Value>,
    /// Where the kills fell.
    fell: BTreeMap<&'static str, u32>,
}

impl<'a> Laptop<'a> {
    fn of(scene: &'a Scene, login: &'static str) -> Self {
        let (gate, computer) = (Gate::before(scene.address()), TempDir::new().unwrap());
        Self { scene, login, computer, gate, lives: 0, diary: Vec::new(), fell: BTreeMap::new() }
    }

    fn computer(&self) -> PathBuf {
        self.computer.path().to_owned()
    }

    fn start(&mut self, works: bool) -> Running {
        self.lives += 1;
        Running::start(&Life {
            computer: self.computer(),
            server: format!("http://{}", self.gate.address),
            code: self.scene.code(self.login),
            login: self.login.to_owned(),
            number: self.lives,
            works,
        })
    }

    /// One life, from the program's start to its violent end.
    fn live(&mut self, first_sync: bool, kill: &Kill) {
        if let Kill::At(aim) = kill {
            self.gate.aim(aim.clone());
        }
        let running = self.start(true);
        let over = Instant::now() + PATIENCE;
        let mut known = 0;
        loop {
            assert!(Instant::now() < over, "{}: it never came to {kill:?}: {}", self.login, running.tail());
            assert!(!running.has_said("failed"), "{}: {}", self.login, running.tail());
            match kill {
                Kill::At(aim) if self.gate.fired(Duration::from_millis(5)) => {
                    known = running.said.lock().unwrap().len();
                    if let When::After(ms) = aim.when {
                        std::thread::sleep(Duration::from_millis(ms));
                    }
                    break;
                }
                Kill::In(time) if running.has_said("whole") => {
                    std::thread::sleep(*time);
                    break;
                }
                // An earlier life came further than its kill was to let it.
                Kill::At(_) if first_sync && running.has_said("whole") => break,
                Kill::At(_) => {}
                Kill::In(_) => std::thread::sleep(Duration::from_millis(5)),
            }
        }
        let said = running.kill();
        self.gate.let_be();
        self.look_at(first_sync, kill, &said, known);
        self.diary.extend(said);
    }

    /// What must hold of any life; where its end fell.
    fn look_at(&mut self, first_sync: bool, kill: &Kill, said: &[Value], known: usize) {
        for line in said {
            let whole = line["whole"].as_u64().or_else(|| line["opened"].as_u64().filter(|accounts| *accounts > 0));
            if first_sync && let Some(accounts) = whole {
                assert_eq!(accounts, CUSTOMERS as u64, "a part of a snapshot was taken for all of it");
            }
            assert!(line["failed"].is_null(), "{}: {line}", self.login);
            assert_ne!(line["stage"], "blocked", "{}: {line}", self.login);
        }
        let mut fell = |place| *self.fell.entry(place).or_default() += 1;
        let was_whole = said.iter().any(|line| !line["whole"].is_null());
        if !was_whole {
            fell(if said.iter().any(|line| !line["joined"].is_null()) { "joining" } else { "first sync" });
        }
        let acts = said.iter().rev().find(|line| ["doing", "done", "not"].iter().any(|word| !line[word].is_null()));
        if acts.is_some_and(|last| !last["doing"].is_null()) {
            fell("act");
        }
        if let Kill::At(aim) = kill
            && was_whole
        {
            // A page that was taken in is told to the window.
            let taken_in = said[known.min(said.len())..].iter().any(|line| line["changed"] == "exchange");
            match (aim.begins.contains(path::PUSH), aim.when) {
                (true, When::Unheard | When::Unanswered) => fell("push"),
                (false, When::After(_)) if !taken_in => fell("rebase"),
                _ => {}
            }
        }
    }
}

impl Running {
    /// The last it said.
    fn tail(&self) -> String {
        let said = self.said.lock().unwrap();
        said.iter().skip(said.len().saturating_sub(12)).map(Value::to_string).collect::<Vec<_>>().join("\n  ")
    }
}

impl std::fmt::Debug for Kill {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::At(aim) => write!(f, "{aim:?}"),
            Self::In(time) => write!(f, "{time:?}"),
        }
    }
}

/// Ends in the way to the first whole copy.
fn early(login: &str, dice: &mut Rng) -> Vec<Kill> {
    const ENROL: &str = "POST /v1/enrol";
    const PART: &str = "GET /v1/snapshot/";
    const MANIFEST: &str = "POST /v1/snapshot";
    assert!(ENROL.ends_with(path::ENROL) && MANIFEST.ends_with(path::SNAPSHOT));
    if login == "ana" {
        vec![
            at(ENROL, "", When::Unanswered),
            at(ENROL, "", When::After(dice.u64(..60))),
            at(MANIFEST, "", When::After(dice.u64(..20))),
            at(PART, "/0", When::After(dice.u64(..80))),
            at(PART, "/1", When::Unanswered),
            at(PART, "/2", When::After(dice.u64(..400))),
        ]
    } else {
        vec![
            at(ENROL, "", When::After(dice.u64(..60))),
            at(MANIFEST, "", When::Unanswered),
            at(PART, "/1", When::After(dice.u64(..80))),
            at(PART, "/2", When::After(dice.u64(..400))),
        ]
    }
}

/// Ends in the middle of work.
fn late(dice: &mut Rng) -> Vec<Kill> {
    const PUSH: &str = "POST /v1/push";
    const PULL: &str = "POST /v1/pull";
    assert!(PUSH.ends_with(path::PUSH) && PULL.ends_with(path::PULL));
    let mut kills = vec![
        at(PUSH, "", When::Unheard),
        at(PUSH, "", When::Unanswered),
        at(PUSH, "", When::After(dice.u64(..20))),
        at(PULL, "", When::Unanswered),
        at(PULL, "", When::After(dice.u64(..10))),
        at(PULL, "", When::After(dice.u64(..25))),
        Kill::In(Duration::from_millis(dice.u64(100..500))),
        Kill::In(Duration::from_millis(dice.u64(100..500))),
    ];
    for kill in &mut kills {
        if let Kill::At(aim) = kill {
            aim.pass = dice.u32(..4);
        }
    }
    dice.shuffle(&mut kills);
    kills
}

/// The supervisor's hand in it: notes on what the laptops work, and customers that change hands.
fn interfere(lead: &Office, dice: &mut Rng, number: u32) {
    let note = format!("A colleague looked at it {number}");
    lead.act(&format!("A-{}", 10 + dice.usize(..14)), Act::AddNote { note }).expect("noted");
    if number.is_multiple_of(3) {
        let moving = CUSTOMERS - 1 - dice.usize(..MOVING);
        hand_over(lead, ["ana", "bob"][dice.usize(..2)], &[moving], dice.bool());
    }
}

fn hand_over(lead: &Office, login: &str, numbers: &[usize], add: bool) {
    let accounts = numbers.iter().map(|number| lead.account(&format!("A-{}", 10 + number))).collect();
    let input = AssignAccounts { login: login.to_owned(), accounts, add, take_over_from: None };
    lead.desk.assign_accounts(input).expect("assigned");
}

/// A supervisor with a portfolio, all of it assigned to two specialists.
fn office(scene: &Scene) -> Office {
    let lead = scene.laptop("lead", Role::Supervisor);
    let numbers: Vec<String> = (10..10 + CUSTOMERS).map(|number| number.to_string()).collect();
    let rows: Vec<[String; 3]> =
        numbers.iter().map(|nr| [format!("A-{nr}"), format!("Sample Customer {nr}"), format!("I-{nr}")]).collect();
    let rows: Vec<_> = rows
        .iter()
        .map(|[account, name, invoice]| {
            (account.as_str(), name.as_str(), "consumer", "", invoice.as_str(), "2026-02-20", "240.00", "83702")
        })
        .collect();
    let long = format!("100 Example Street {}", "x".repeat(ADDRESS));
    assert!(lead.import(&csv(&rows).replace("100 Example Street", &long)).done);
    scene.up_to_date(&lead);
    until("My day is planned from what came back", || lead.day().rows.len() == CUSTOMERS);
    let all: Vec<usize> = (0..CUSTOMERS).collect();
    for login in ["ana", "bob"] {
        scene.person(login, Role::Specialist);
        hand_over(&lead, login, &all, true);
    }
    for number in CUSTOMERS - MOVING..CUSTOMERS {
        let note = format!("Speaks of zebrafinch {number} matters");
        lead.act(&format!("A-{}", 10 + number), Act::AddNote { note }).expect("noted");
    }
    scene.up_to_date(&lead);
    lead
}

#[test]
fn laptops_that_are_killed_again_and_again_lose_nothing_and_do_nothing_twice() {
    let seed = std::env::var("DUNLIN_SEED").map_or(1, |seed| seed.parse().expect("a number"));
    println!("DUNLIN_SEED={seed}");
    let scene = Scene::new();
    let lead = office(&scene);
    let (whole, done) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let mut laptops = ["ana", "bob"].map(|login| Laptop::of(&scene, login));
    std::thread::scope(|scope| {
        for (number, laptop) in (0_u64..).zip(&mut laptops) {
            let (whole, done) = (&whole, Tick(&done));
            scope.spawn(move || {
                // Counted whether it ends well or not.
                let _done = done;
                let mut dice = Rng::with_seed(seed * 2 + number);
                for kill in early(laptop.login, &mut dice) {
                    laptop.live(true, &kill);
                }
                // Not killed before its copy is whole; the dice fall from here on.
                laptop.live(true, &Kill::In(Duration::from_millis(dice.u64(..300))));
                whole.fetch_add(1, Ordering::Relaxed);
                for kill in late(&mut dice) {
                    laptop.live(false, &kill);
                }
            });
        }
        let mut dice = Rng::with_seed(seed);
        let mut number = 0;
        while done.load(Ordering::Relaxed) < 2 {
            if whole.load(Ordering::Relaxed) == 2 {
                number += 1;
                interfere(&lead, &mut dice, number);
            }
            std::thread::sleep(Duration::from_millis(60));
        }
    });
    // One that is nobody's any more, one that changed hands for good.
    hand_over(&lead, "ana", &[CUSTOMERS - 1, CUSTOMERS - 2], false);
    hand_over(&lead, "bob", &[CUSTOMERS - 1], false);
    hand_over(&lead, "bob", &[CUSTOMERS - 2], true);
    scene.up_to_date(&lead);
    let resting: Vec<Running> = laptops.iter_mut().map(|laptop| laptop.start(false)).collect();
    let over = Instant::now() + PATIENCE;
    for running in &resting {
        let knows = || {
            let said = running.said.lock().unwrap();
            said.last().is_some_and(|line| line["known"].as_str() == Some(&scene.seq().to_string()))
        };
        while !knows() {
            assert!(Instant::now() < over, "the queue does not drain: {}", running.tail());
            std::thread::sleep(Duration::from_millis(50));
        }
    }
    for (laptop, running) in laptops.iter_mut().zip(resting) {
        let said = running.kill();
        laptop.diary.extend(said);
        println!("{}: {} lives, {:?}", laptop.login, laptop.lives, laptop.fell);
    }
    for place in ["first sync", "act", "push", "rebase"] {
        let fell: u32 = laptops.iter().filter_map(|laptop| laptop.fell.get(place)).sum();
        assert!(fell > 0, "no kill fell in: {place}");
    }
    for laptop in &laptops {
        verdict::of(&scene, laptop);
    }
    verdict::of_all(&scene, &laptops);
}

/// No test: the process that is killed.
#[test]
#[ignore = "the laptop of the test above, which starts it"]
fn a_laptop_of_its_own() {
    if let Ok(life) = std::env::var(LIFE) {
        laptop::live(&serde_json::from_str(&life).expect("a life"));
    }
}
