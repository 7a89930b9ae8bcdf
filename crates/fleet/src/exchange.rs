//! The measurement, part after part on one server: first load, first sync, push, delta, the crowd, the
//! climb; then the peer.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::time::Duration;

use app::{Clock as _, SystemClock};
use domain::ids::CustomerId;
use serde_json::{Value, json};
use server::auth::Role;

use crate::child::{Child, number};
use crate::climb::{self, Step};
use crate::crowd::{self, Met};
use crate::http::Http;
use crate::light::Light;
use crate::peer::{self, Peer};
use crate::portfolio::{self, Portfolio};
use crate::scene::{PASSWORD, Scene};
use crate::table::{Row, time};
use crate::{Args, Failure, memory};

/// Whose laptop is measured: a supervisor works every customer.
const LEAD: &str = "lead";

/// Most customers given to a user: a request moves so many at most.
const MOST: usize = 5_000;

/// What Dunlin's side came to. Answers of the laptop are as it gave them.
struct Ours {
    load: Duration,
    join: Value,
    work: Value,
    push: Value,
    /// The rows that the push changed, and how many.
    pushed: (PathBuf, u64),
    night: Duration,
    delta: Value,
    /// Resident and most, in kB, after first sync, push, delta, crowd, climb.
    memory: [Option<(u64, u64)>; 5],
    at_once: Met,
    in_time: Met,
    climb: Vec<(usize, [Step; 2])>,
}

/// Measures and lays out.
pub fn measured(args: &Args) -> Result<Vec<Row>, Failure> {
    let load = memory::load().map_or_else(|| "unknown".to_owned(), |load| format!("{load:.1}"));
    println!("The exchange: {} accounts, {} invoices; load {load}", args.accounts, args.invoices);
    let folder = tempfile::Builder::new().prefix("dunlin-fleet-").tempdir()?;
    open_to_postgres(folder.path())?;
    let beside = || Ok::<_, std::io::Error>(std::env::current_exe()?.with_file_name("dunlin-server"));
    let program = args.server.clone().map_or_else(beside, Ok)?;
    eprintln!("making the portfolio ...");
    let portfolio = portfolio::write(folder.path(), args.accounts, args.invoices, SystemClock.today())?;
    let mut scene = Scene::new(folder.path(), program)?;
    let ours = ours(args, &mut scene, &portfolio, &folder.path().join("laptop"))?;
    // The peer has the machine to itself.
    scene.stop()?;
    let peer = match (args.pouch_rows, peer::missing()) {
        (0, _) => None,
        (_, Some(why)) => {
            eprintln!("SKIPPED: {why}");
            None
        }
        (_, None) => Some(peer::measured(args, &scene, &portfolio, &ours.pushed.0, folder.path())?),
    };
    rows(args, &portfolio, &ours, peer.as_ref())
}

/// PostgreSQL runs as another user, who must reach its folder in ours.
fn open_to_postgres(folder: &Path) -> Result<(), Failure> {
    #[cfg(unix)]
    std::fs::set_permissions(folder, std::os::unix::fs::PermissionsExt::from_mode(0o755))?;
    let _ = folder;
    Ok(())
}

fn ours(args: &Args, scene: &mut Scene, portfolio: &Portfolio, at: &Path) -> Result<Ours, Failure> {
    eprintln!("first load ...");
    let load = scene.import(&portfolio.rows, true)?;
    scene.people(Role::Supervisor, &[LEAD.to_owned()])?;
    scene.serve()?;
    eprintln!("{} users enrol ...", args.clients);
    let clients = crowd_of(args, scene, portfolio)?;

    eprintln!("first sync ...");
    std::fs::create_dir_all(at)?;
    let mut laptop = Child::start("the laptop", Command::new(std::env::current_exe()?).arg("--laptop").arg(at))?;
    let (address, code) = (scene.address(), scene.code(LEAD)?);
    let join = laptop.ask(&json!({ "do": "join", "server": address, "code": code, "password": PASSWORD }))?;
    eprintln!("  {join}");
    let after_join = scene.memory();

    // Another device of the same user hears of what the laptop will push.
    let http = Http::to(&scene.address());
    let code = scene.code(LEAD)?;
    let mut witness = scene.runtime.block_on(Light::enrol(&http, &code))?;
    scene.runtime.block_on(witness.catch_up())?;

    eprintln!("{} commands ...", args.commands);
    scene.stop()?;
    laptop.ask(&json!({ "do": "lose" }))?;
    let accounts: Vec<String> = portfolio.people.iter().map(|(_, account)| account.to_string()).collect();
    let work = laptop.ask(&json!({ "do": "work", "accounts": accounts, "count": args.commands }))?;
    if work["queued"] != json!(args.commands) {
        return Err(format!("{} commands wait, not {}", work["queued"], args.commands).into());
    }
    scene.serve()?;
    let push = laptop.ask(&json!({ "do": "exchange" }))?;
    eprintln!("  {push}");
    if push["refused"] != json!(0) {
        return Err(format!("{} commands were refused", push["refused"]).into());
    }
    let after_push = scene.memory();
    let file = at.with_file_name("pushed.jsonl");
    let pushed = (file.clone(), scene.runtime.block_on(witness.came(&file))?);

    eprintln!("a night ...");
    scene.stop()?;
    laptop.ask(&json!({ "do": "lose" }))?;
    let night = scene.import(&portfolio.extract, false)?;
    scene.serve()?;
    let delta = laptop.ask(&json!({ "do": "exchange" }))?;
    eprintln!("  {delta}");
    let after_delta = scene.memory();
    drop(laptop);

    let (at_once, in_time, climb, after) = fleet(scene, clients)?;
    let memory = [after_join, after_push, after_delta, after.0, after.1];
    Ok(Ours { load, join, work, push, pushed, night, delta, memory, at_once, in_time, climb })
}

/// Users with a client and a part of the portfolio each.
fn crowd_of(args: &Args, scene: &Scene, portfolio: &Portfolio) -> Result<Vec<Light>, Failure> {
    let logins: Vec<String> = (1..=args.clients).map(|nr| format!("user{nr}")).collect();
    let codes = scene.people(Role::Specialist, &logins)?;
    let code = scene.code(LEAD)?;
    let http = Http::to(&scene.address());
    let each = (portfolio.people.len() / logins.len().max(1)).clamp(1, MOST);
    scene.runtime.block_on(async {
        let lead = Light::enrol(&http, &code).await?;
        let mut clients = Vec::with_capacity(codes.len());
        for ((login, code), part) in logins.iter().zip(&codes).zip(portfolio.people.chunks(each).cycle()) {
            let mut customers: Vec<CustomerId> = part.iter().map(|(customer, _)| *customer).collect();
            customers.dedup();
            lead.assign(login, &customers).await?;
            let mut client = Light::enrol(&http, code).await?;
            client.accounts = part.iter().map(|(_, account)| *account).collect();
            clients.push(client);
        }
        Ok(clients)
    })
}

type Fleet = (Met, Met, Vec<(usize, [Step; 2])>, (Option<(u64, u64)>, Option<(u64, u64)>));

fn fleet(scene: &Scene, mut clients: Vec<Light>) -> Result<Fleet, Failure> {
    eprintln!("{} clients ...", clients.len());
    scene.runtime.block_on(async {
        for client in &mut clients {
            client.sign().await?;
            client.catch_up().await?;
        }
        let clients: Vec<Arc<Light>> = clients.into_iter().map(Arc::new).collect();
        let at_once = crowd::at_once(&clients).await?;
        let in_time = crowd::in_time(&clients).await?;
        let after_crowd = scene.memory();
        eprintln!("commands as clients grow ...");
        let mut clients: Vec<Light> = clients.into_iter().filter_map(Arc::into_inner).collect();
        let mut climb = Vec::new();
        for count in climb::CLIENTS {
            let mut steps = [Step::default(); 2];
            for (step, together) in steps.iter_mut().zip([1, 100]) {
                let some = clients.split_off(clients.len().saturating_sub(count));
                let (back, done) = climb::push(some, together).await?;
                clients.extend(back);
                *step = done;
            }
            climb.push((count, steps));
        }
        Ok((at_once, in_time, climb, (after_crowd, scene.memory())))
    })
}

fn megabytes(kb: f64) -> String {
    format!("{:.0} MB", kb / 1024.0)
}

#[expect(clippy::cast_precision_loss, reason = "memory in kB")]
fn server_memory(of: Option<(u64, u64)>) -> String {
    of.map_or_else(
        || "unknown".to_owned(),
        |(now, most)| format!("{}, at most {}", megabytes(now as f64), megabytes(most as f64)),
    )
}

fn seconds(answer: &Value) -> Result<f64, Failure> {
    number(answer, "seconds").map(|took| took.max(1e-9))
}

fn shown(took: f64) -> String {
    time(Duration::from_secs_f64(took))
}

/// A rate beside the peer's, and whether the bar holds.
fn held(row: Row, ours: f64, theirs: Option<(f64, String)>) -> Row {
    let Some((theirs, words)) = theirs else { return row };
    let ratio = ours / theirs.max(1e-9);
    row.peer(words).ratio(ratio).bar(">= 10x", ratio >= 10.0)
}

/// The commands, as they were written on the laptop and as they were pushed.
fn push_rows(args: &Args, ours: &Ours, peer: Option<&Peer>) -> Result<[Row; 2], Failure> {
    let commands = f64::from(args.commands);
    let made = ours.pushed.1;
    #[expect(clippy::cast_precision_loss, reason = "counts of rows")]
    let each = made as f64 / commands;
    let push = seconds(&ours.push)?;
    let written = Row::new(
        format!("{commands} notes written offline, one transaction each"),
        format!("{:.0}/s", commands / seconds(&ours.work)?),
    );
    let words = |peer: &Peer| format!("PouchDB, the {made} rows they make, not on disk yet: {:.0}/s", peer.work / each);
    let pushed = Row::new(
        format!("push of {commands} commands, all decided and back"),
        format!("{}, {:.0}/s", shown(push), commands / push),
    );
    let theirs = peer.map(|peer| {
        let rate = peer.push / each;
        (rate, format!("PouchDB, the {made} rows they make, {:.0} rows/s: {rate:.0}/s", peer.push))
    });
    Ok([written.peer(peer.map_or_else(String::new, words)), held(pushed, commands / push, theirs)])
}

fn rows(args: &Args, portfolio: &Portfolio, ours: &Ours, peer: Option<&Peer>) -> Result<Vec<Row>, Failure> {
    #[expect(clippy::cast_precision_loss, reason = "counts of rows")]
    let (all, changed) = (portfolio.count as f64, portfolio.changed as f64);
    let (join, delta) = (seconds(&ours.join)?, seconds(&ours.delta)?);
    let [work, push] = push_rows(args, ours, peer)?;
    let reached = Row::new(
        format!("  {changed} changes reach the laptop, My day planned"),
        format!("{}, {:.0} rows/s", shown(delta), changed / delta),
    );
    let reached = match peer.map(|peer| peer.delta) {
        Some((docs, rate)) => {
            reached.peer(format!("PouchDB, {docs} changes: {rate:.0} rows/s")).ratio(changed / delta / rate.max(1e-9))
        }
        None => reached,
    };
    let mut rows = vec![
        Row::new(
            format!("first load of {all} rows into PostgreSQL"),
            format!("{}, {:.0} rows/s", shown(ours.load.as_secs_f64()), all / ours.load.as_secs_f64()),
        ),
        held(
            Row::new(
                format!("first sync of {all} rows, encrypted, My day planned"),
                format!("{}, {:.0} rows/s", shown(join), all / join),
            ),
            all / join,
            peer.map(|peer| (peer.first, format!("PouchDB, {} of the rows: {:.0} rows/s", peer.rows, peer.first))),
        ),
        Row::new(
            "  the app's own process then",
            format!(
                "{}, at most {}",
                megabytes(number(&ours.join, "resident_kb")?),
                megabytes(number(&ours.join, "peak_kb")?)
            ),
        )
        .peer(peer.map_or_else(String::new, |peer| format!("PouchDB: {}", megabytes(peer.memory.0))))
        .bar("<= 150 MB", number(&ours.join, "resident_kb")? <= 150.0 * 1024.0),
        Row::new("  the server's process then", server_memory(ours.memory[0]))
            .peer(peer.map_or_else(String::new, |peer| format!("express-pouchdb: {}", megabytes(peer.memory.1)))),
        work,
        push,
        Row::new("  the server's process then", server_memory(ours.memory[1])),
        Row::new(
            format!("nightly extract, {changed} invoices changed, on the server"),
            format!("{}, {:.0} rows/s", shown(ours.night.as_secs_f64()), changed / ours.night.as_secs_f64()),
        ),
        reached,
        Row::new("  the server's process then", server_memory(ours.memory[2])),
    ];
    let met = |met: &Met| {
        let errors =
            if met.errors == 0 { "no errors".to_owned() } else { format!("{} errors ({})", met.errors, met.first) };
        format!("{}, {:.0}/s, {errors}", met.times.spread(), met.rate)
    };
    rows.push(
        Row::new(format!("{} clients pull, all at once, ten times", args.clients), met(&ours.at_once))
            .peer(peer.map_or_else(String::new, |peer| format!("_changes: {}", met(&peer.crowd)))),
    );
    rows.push(Row::new(format!("{} clients pull, every 5 s", args.clients), met(&ours.in_time)));
    rows.push(Row::new("  the server's process then", server_memory(ours.memory[3])));
    for (at, (clients, [alone, batch])) in ours.climb.iter().enumerate() {
        let later =
            |step: &Step| if step.later == 0 { String::new() } else { format!(" ({} told to wait)", step.later) };
        let row = Row::new(
            format!("commands a second, {clients} clients"),
            format!("{:.0}{}; {:.0}{} by hundreds", alone.rate(), later(alone), batch.rate(), later(batch)),
        );
        rows.push(match peer.and_then(|peer| peer.climb.get(at)) {
            Some(step) => row
                .peer(format!("PUT to express-pouchdb: {:.0}", step.rate()))
                .ratio(alone.rate() / step.rate().max(1e-9)),
            None => row,
        });
    }
    rows.push(Row::new("  the server's process then", server_memory(ours.memory[4])));
    Ok(rows)
}
