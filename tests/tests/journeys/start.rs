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
            let due = if account % 4 == 0 { format!("2026-0{}-1{}", 1 + nr % 2, nr % 10) } else { "2030-01-15".to_owned() };
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

/// Milliseconds since the epoch at which a process started.
fn started(process: u32) -> f64 {
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat")).expect("a process");
    let ticks: f64 = stat.rsplit(')').next().expect("fields").split_whitespace().nth(19).expect("a start").parse().expect("ticks");
    let boot = std::fs::read_to_string("/proc/stat").expect("the kernel's figures");
    let boot: f64 =
        boot.lines().find_map(|line| line.strip_prefix("btime ")).expect("a boot time").parse().expect("seconds");
    // The boot's second is whole: what is lost there is taken from the up time.
    let up = std::fs::read_to_string("/proc/uptime").expect("up time");
    let up: f64 = up.split_whitespace().next().expect("seconds").parse().expect("seconds");
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).expect("a clock").as_secs_f64();
    let exact = now - up;
    assert!((exact - boot).abs() < 5.0, "two clocks that differ");
    (exact + ticks / 100.0) * 1000.0
}

/// The app's own process below this test's.
fn app() -> u32 {
    std::fs::read_dir("/proc")
        .expect("processes")
        .filter_map(|entry| entry.ok()?.file_name().to_str()?.parse::<u32>().ok())
        .filter(|process| std::fs::read_to_string(format!("/proc/{process}/comm")).is_ok_and(|name| name.trim() == "dunlin"))
        .max()
        .expect("the app runs")
}

fn memory(process: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).expect("a process");
    let kib = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).expect("a figure");
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
    let mut rss = 0;
    for _ in 0..5 {
        world.close().await;
        world.open().await;
        let script = "const done = arguments[0]; const look = () => { const [mark] = performance.getEntriesByName('my-day');
            if (mark) done(performance.timeOrigin + mark.startTime); else setTimeout(look, 20); }; look();";
        let shown = world.client().execute_async(script, vec![]).await.expect("rows").as_f64().expect("a time");
        let process = app();
        times.push(shown - started(process));
        tokio::time::sleep(Duration::from_secs(2)).await;
        rss = memory(process);
    }
    times.sort_by(f64::total_cmp);
    println!(
        "process start to rows in My day, in the window, {accounts} accounts, {} invoices | best {:.0} ms, median {:.0} ms | bar <= 1000 ms",
        accounts * EACH, times[0], times[2]
    );
    println!("memory of the app's own process, My day open | {rss} MB | bar <= 150 MB");
    world.close().await;
}
