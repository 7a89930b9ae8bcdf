//! Planning the whole portfolio again, and what encryption adds to the same queries.

use std::time::{Duration, Instant};

use app::Desk;
use contract::{Costs, Host, JobRef, SimulatePlans, VersionRef};
use store::StoreError;
use store::measure::{Pair, Side};

use super::Failure;
use super::scene::{moment, said};
use super::table::{Row, Times, over, time};

/// Turns of everything that takes seconds.
const TURNS: usize = 3;

/// The row on planning.
pub fn replan(desk: &Desk, pair: &Pair, accounts: u32) -> Result<Vec<Row>, Failure> {
    let (mut ours, mut peer) = (Vec::new(), Vec::new());
    for _ in 0..TURNS {
        let start = Instant::now();
        desk.replan(JobRef { job: "replan".to_owned() }).map_err(said)?;
        ours.push(start.elapsed());
        let start = Instant::now();
        pair.aging_by_sql(moment().date_naive())?;
        peer.push(start.elapsed());
    }
    let (ours, peer) = (Times::new(ours).median(), Times::new(peer).median());
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let row = Row::new(format!("re-plan of {accounts} accounts, {threads} threads"), time(ours))
        .peer(format!("{} one SQL aging, plain", time(peer)))
        .ratio(over(ours, peer))
        .bar("<= 2 s on 2 cores", ours <= Duration::from_secs(2));
    Ok(vec![row])
}

/// The row on a simulation: a draft that changes every account's waits, beside planning the same
/// accounts once.
pub fn simulate(desk: &Desk, accounts: u32) -> Result<Vec<Row>, Failure> {
    let days = 90;
    let present = desk.plans(VersionRef { version: None }).map_err(said)?.treatment;
    let mut moved = present.clone();
    for level in moved.plans.iter_mut().flat_map(|plan| &mut plan.levels) {
        level.wait_days = (level.wait_days.trim().parse::<u32>()? + 1).to_string();
    }
    let costs = || Costs { letter: "0.75".to_owned(), email: String::new(), call: String::new() };
    let (mut drafts, mut replans) = (Vec::new(), Vec::new());
    let mut messages = 0;
    for _ in 0..TURNS {
        let start = Instant::now();
        let view = desk
            .simulate_plans(SimulatePlans {
                job: "simulate".to_owned(),
                treatment: moved.clone(),
                effective_from: moment().date_naive().to_string(),
                days,
                costs: costs(),
            })
            .map_err(said)?;
        drafts.push(start.elapsed());
        messages = view.proposed.messages.letter + view.proposed.messages.email + view.proposed.messages.phone;
        let start = Instant::now();
        desk.replan(JobRef { job: "replan".to_owned() }).map_err(said)?;
        replans.push(start.elapsed());
    }
    let (ours, peer) = (Times::new(drafts).median(), Times::new(replans).median());
    let row = Row::new(format!("simulation of {accounts} accounts, {days} days, {messages} messages"), time(ours))
        .peer(format!("{} one re-plan", time(peer)))
        .ratio(over(ours, peer))
        .bar("<= 15 s on 2 cores", ours <= Duration::from_secs(15));
    Ok(vec![row])
}

/// One query's time on each side: the better of a few turns, after one that warms the cache.
fn both(pair: &Pair, ask: impl Fn(&Pair, Side) -> Result<(), StoreError>) -> Result<[Duration; 2], Failure> {
    let mut best = [Duration::MAX; 2];
    for turn in 0..=TURNS {
        for (side, best) in [Side::Encrypted, Side::Plain].into_iter().zip(&mut best) {
            let start = Instant::now();
            ask(pair, side)?;
            if turn > 0 {
                *best = (*best).min(start.elapsed());
            }
        }
    }
    Ok(best)
}

/// The rows on encryption.
pub fn cipher(pair: &Pair, accounts: u32) -> Result<Vec<Row>, Failure> {
    let some = pair.accounts(accounts as usize / 2_000)?;
    let texts = ["kar", "harbor", "2000", "boise", "juniper dental", "kamira", "20000100-26", "555-0142"];
    let queries = [
        (
            "facts of 2,000 accounts, one by one",
            both(pair, |pair, side| pair.facts_one_by_one(side, &some, moment()).map(drop))?,
        ),
        ("facts of all accounts to work", both(pair, |pair, side| pair.facts_of_all(side, moment()).map(drop))?),
        (
            "200 pages of My day",
            both(pair, |pair, side| (0..200).try_for_each(|page| pair.day_page(side, page * 50).map(drop)))?,
        ),
        ("both long lists into memory", both(pair, Pair::boards)?),
        (
            "200 searches",
            both(pair, |pair, side| {
                (0..200).try_for_each(|turn| pair.search(side, texts[turn % texts.len()]).map(drop))
            })?,
        ),
    ];
    let mut rows = Vec::new();
    let mut sums = [Duration::ZERO; 2];
    for (what, times) in queries {
        let [ours, plain] = times;
        rows.push(
            Row::new(format!("  {what}"), time(ours))
                .peer(format!("{} plain SQLite", time(plain)))
                .ratio(over(ours, plain)),
        );
        sums[0] += ours;
        sums[1] += plain;
    }
    let ratio = over(sums[0], sums[1]);
    let sum = Row::new("SQLCipher, the store's own queries", time(sums[0]))
        .peer(format!("{} plain SQLite", time(sums[1])))
        .ratio(ratio)
        .bar("<= 1.3x", ratio <= 1.3);
    rows.insert(0, sum);
    Ok(rows)
}
