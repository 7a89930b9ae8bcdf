//! Planning the whole portfolio again, and what encryption adds to the same queries.

use std::time::{Duration, Instant};

use app::Desk;
use contract::{Host, JobRef};
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
