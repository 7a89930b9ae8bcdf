//! How long the release build takes from its process's start to rows in *My day*, in the real window,
//! on a large encrypted portfolio. A measurement: `cargo xtask bench` runs it.

use std::fmt::Write as _;
use std::path::Path;
use std::time::Duration;

use serde_json::{Value, json};

use crate::common::mapping;
use crate::world::{TUESDAY, World};

/// Invoices of each account.
const EACH: u32 = 10;

fn number(name: &str, otherwise: u32) -> u32 {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(otherwise)
}

/// An extract with columns named for their fields; a quarter of the accounts has something due.
fn extract(path: &Path, accounts: u32) {
    let mut text = String::from(
        "customer_id,customer_name,customer_kind,account_id,invoice_id,invoice_date,due_date,amount,currency,phone,email,address1,city,state,zip\n",
    );
    for account in 0..accounts {
        for nr in 0..EACH {
            let due =
                if account % 4 == 0 { format!("2026-0{}-1{}", 1 + nr % 2, nr % 10) } else { "2030-01-15".to_owned() };
            let _ = writeln!(
                text,
                "C-{account},Customer {account},consumer,A-{account},I-{account}-{nr},2025-12-01,{due},{}.{:02},USD,208-342-{:04},,{account} Example Street,Boise,ID,83702",
                20 + nr,
                account % 100,
                account % 10_000,
            );
        }
    }
    std::fs::write(path, text).expect("written");
}

/// The kernel's count of hundredths at a process's start.
fn ticks(process: u32) -> f64 {
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat")).expect("a process");
    let fields = stat.rsplit(')').next().expect("fields");
    fields.split_whitespace().nth(19).expect("a start").parse().expect("ticks")
}

/// Milliseconds since the epoch at which a process started: by a process that starts now, since a
/// machine that was asleep has several clocks.
fn started(process: u32) -> f64 {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).expect("a clock");
    let mut fresh = std::process::Command::new("sleep").arg("5").spawn().expect("a process");
    let apart = ticks(fresh.id()) - ticks(process);
    fresh.kill().expect("ended");
    fresh.wait().expect("ended");
    now.as_secs_f64() * 1000.0 - apart * 10.0
}

/// The app's own process: the newest of that binary.
fn app() -> u32 {
    let binary = std::env::var_os("DUNLIN_BIN").expect("cargo xtask bench says which");
    std::fs::read_dir("/proc")
        .expect("processes")
        .filter_map(|entry| entry.ok()?.file_name().to_str()?.parse::<u32>().ok())
        .filter(|process| std::fs::read_link(format!("/proc/{process}/exe")).is_ok_and(|exe| exe.as_os_str() == binary))
        .max_by(|one, other| ticks(*one).total_cmp(&ticks(*other)))
        .expect("the app runs")
}

/// Megabytes of a kind: `Rss`, with libraries that others share; `Pss`, with its part of those; or
/// `Pss_Anon`, without files.
fn memory(process: u32, name: &str) -> u64 {
    let maps = std::fs::read_to_string(format!("/proc/{process}/smaps_rollup")).expect("a process");
    let kib = maps.lines().find_map(|line| line.strip_prefix(name)).expect("a figure");
    kib.trim().trim_end_matches(" kB").parse::<u64>().expect("a number") / 1024
}

#[tokio::test]
#[ignore = "a measurement, run by cargo xtask bench"]
async fn measured_start_to_my_day() {
    let accounts = number("DUNLIN_ACCOUNTS", 100_000);
    let mut world = World::new(TUESDAY).await;
    world.fill("Your name", "Robin").await;
    let path = world.home.path().join("extract.csv");
    extract(&path, accounts);
    world.command("create_database", json!({ "user": "Robin", "passphrase": null })).await.expect("made");
    let form: Value = serde_json::to_value(mapping()).expect("a form");
    // Longer than a script may take: asked for without waiting, then looked at.
    let input = json!({ "job": "import", "path": path, "source": "billing", "mapping": form, "save_mapping": false });
    let script = "const [input] = arguments; window.__imported = null;
        window.__TAURI_INTERNALS__.invoke('run_import', { input }).then((ok) => (window.__imported = { ok }), (err) => (window.__imported = { err }));";
    world.client().execute(script, vec![input]).await.expect("asked");
    loop {
        let done = world.client().execute("return window.__imported", vec![]).await.expect("looked");
        if !done.is_null() {
            assert_eq!(done["ok"]["done"], json!(true), "{done}");
            break;
        }
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
    let mut times = Vec::new();
    let mut rss = [0; 3];
    for _ in 0..5 {
        world.close().await;
        world.open().await;
        let script =
            "const done = arguments[0]; const look = () => { const [mark] = performance.getEntriesByName('my-day');
            if (mark) done(performance.timeOrigin + mark.startTime); else setTimeout(look, 20); }; look();";
        let shown = world.client().execute_async(script, vec![]).await.expect("rows").as_f64().expect("a time");
        let process = app();
        times.push(shown - started(process));
        tokio::time::sleep(Duration::from_secs(2)).await;
        rss = ["Rss:", "Pss:", "Pss_Anon:"].map(|name| memory(process, name));
    }
    times.sort_by(f64::total_cmp);
    println!(
        "process start to rows in My day, in the window, {accounts} accounts, {} invoices | best {:.0} ms, median {:.0} ms | bar <= 1000 ms",
        accounts * EACH,
        times[0],
        times[2]
    );
    let [all, share, own] = rss;
    println!(
        "memory of the app's own process, My day open | {share} MB ({own} MB not files; {all} MB with all of the shared libraries) | bar <= 150 MB"
    );
    world.close().await;
}
