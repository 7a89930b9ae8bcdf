//! A hundred thousand accounts and a million invoices: times, printed. Slow, so only on demand:
//! `cargo test -p dunlin-store --release --test big -- --ignored --nocapture`.
#![allow(clippy::unwrap_used, reason = "a test's way to fail")]

mod common;

use std::time::Instant;

use common::{Fresh, Portfolio, at, day, usd};
use domain::aging::{AgingPolicy, age};
use domain::facts::Facts;
use dunlin_store::{AccountQuery, AccountSort, Callable, StoreError, Summary, Which, WorkQuery, WorkRow};

/// Processor time of this process so far, in hundredths of a second; 0 where /proc is not there. On
/// a busy machine it says more than the clock.
fn ticks() -> u64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    stat.rsplit(") ")
        .next()
        .unwrap_or_default()
        .split(' ')
        .skip(11)
        .take(2)
        .filter_map(|part| part.parse::<u64>().ok())
        .sum()
}

fn timed<T>(what: &str, work: impl FnOnce() -> T) -> T {
    let (start, cpu) = (Instant::now(), ticks());
    let done = work();
    let cpu = (ticks() - cpu) * 10;
    println!("{what:48} {:>9.1} ms, {cpu:>6} ms processor", start.elapsed().as_secs_f64() * 1e3);
    done
}

fn plan(facts: &Facts) -> (Vec<WorkRow>, Vec<Summary>) {
    let summaries: Vec<Summary> = age(facts, &AgingPolicy::default(), day(400))
        .into_iter()
        .map(|aging| Summary { account: facts.account.id, aging, next: "Letter 2".to_owned() })
        .collect();
    let rows = summaries
        .iter()
        .filter(|summary| summary.aging.oldest_days > 60)
        .map(|summary| WorkRow {
            account: summary.account,
            kind: "step_due".to_owned(),
            urgency: u8::try_from(summary.aging.oldest_days % 4).unwrap(),
            rank: -summary.aging.oldest_days,
            due: Some(day(400)),
            amount: Some(usd(i64::try_from(summary.aging.past_due.mantissa()).unwrap())),
            assignee: None,
            text: format!("{} {}", facts.customer.name, facts.account.reference),
            callable: Callable::default(),
            body: serde_json::json!({"why": "Letter 1 was mailed 15 days ago", "next": "letter"}),
        })
        .collect();
    (rows, summaries)
}

fn worst(what: &str, times: u32, mut work: impl FnMut(u32)) {
    let mut all: Vec<f64> = (0..times)
        .map(|turn| {
            let start = Instant::now();
            work(turn);
            start.elapsed().as_secs_f64() * 1e3
        })
        .collect();
    all.sort_by(f64::total_cmp);
    println!("{what:48} median {:>6.2} ms, worst {:>6.2} ms", all[all.len() / 2], all[all.len() - 1]);
}

#[test]
#[ignore = "takes a minute"]
#[allow(clippy::too_many_lines, reason = "one story, told in order")]
fn a_hundred_thousand_accounts_and_a_million_invoices() {
    let portfolio = timed("made", || Portfolio::of(100_000, 10));
    let fresh = Fresh::new();
    let counts = timed("import", || fresh.import(&portfolio).unwrap());
    assert_eq!(counts.invoices.inserted, 1_000_000);
    println!("file {} MB", std::fs::metadata(fresh.path()).unwrap().len() / 1_000_000);
    let again = timed("import again", || fresh.import(&portfolio).unwrap());
    assert_eq!(again.invoices.unchanged, 1_000_000);
    drop(portfolio);
    let store = &fresh.store;
    for threads in [1, 2] {
        let loaded = timed(&format!("facts, {threads} threads"), || {
            store.fold_facts(
                Which::Working,
                at(0),
                threads,
                || 0_usize,
                |count, facts| {
                    *count += facts.invoices.len();
                    Ok(())
                },
            )
        });
        assert_eq!(loaded.unwrap().iter().sum::<usize>(), 1_000_000);
    }
    let plans = timed("facts and aging, 2 threads", || {
        store.fold_facts(Which::Working, at(0), 2, Vec::new, |plans, facts| -> Result<(), StoreError> {
            plans.push(plan(&facts));
            Ok(())
        })
    });
    let (mut rows, mut summaries) = (Vec::new(), Vec::new());
    for (more, figures) in plans.unwrap().into_iter().flatten() {
        rows.extend(more);
        summaries.extend(figures);
    }
    println!("{} rows, {} summaries", rows.len(), summaries.len());
    timed("replace_plan", || {
        store.replace_plan(&rows, &summaries, day(400), at(1)).unwrap();
    });
    let path = fresh.path();
    let common::Fresh { folder, store } = fresh;
    timed("close", || store.close().unwrap());
    let store = timed("open", || dunlin_store::Store::open(&path, &common::key()).unwrap());
    timed("first page of My day", || store.worklist(&WorkQuery::default()).unwrap());
    timed("work counts, which load the board", || store.work_counts().unwrap());
    timed("account board", || {
        store.warm_accounts(AccountSort::PastDue).unwrap();
    });
    for sort in [AccountSort::Name, AccountSort::Oldest, AccountSort::Reference] {
        timed(&format!("  sorted by {sort:?}"), || {
            store.warm_accounts(sort).unwrap();
        });
    }
    let accounts: Vec<_> = summaries.iter().step_by(997).map(|summary| summary.account).collect();
    worst("facts of one account", 100, |turn| {
        store.facts(accounts[turn as usize], at(0)).unwrap();
    });
    for (name, query) in [
        ("accounts, no filter", AccountQuery::default()),
        ("accounts, by name", AccountQuery { sort: AccountSort::Name, offset: 90_000, ..AccountQuery::default() }),
        ("accounts, text", AccountQuery { text: "gate den 77".into(), ..AccountQuery::default() }),
        (
            "accounts, segment and days",
            AccountQuery { segment: Some("key account".into()), min_days: Some(90), ..AccountQuery::default() },
        ),
    ] {
        worst(name, 50, |_| {
            store.accounts(&query).unwrap();
        });
    }
    worst("worklist, text", 50, |_| {
        store.worklist(&WorkQuery { text: "harbor".into(), ..WorkQuery::default() }).unwrap();
    });
    for text in ["n", "no", "northgate", "dental north", "208 555 0123", "A-77", "INV-0088123", "2", "ap99", "example"]
    {
        worst(&format!("search {text}"), 20, |_| {
            store.search(text, 20).unwrap();
        });
    }
    worst("one account planned anew", 20, |turn| {
        let own: Vec<_> = summaries.iter().filter(|row| row.account == accounts[turn as usize]).cloned().collect();
        store.replace_account_plan(accounts[turn as usize], &[], &own).unwrap();
    });
    let copy = folder.path().join("copy.db");
    timed("backup, verified", || {
        store.backup(&copy, &common::other_key(), &mut |_| true).unwrap();
    });
}
