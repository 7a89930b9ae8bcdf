//! PouchDB on a laptop and express-pouchdb as its server, each in a process of its own, on a prefix of
//! the same rows.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Value, json};

use crate::child::{Child, number};
use crate::climb::{self, Step};
use crate::crowd::{self, Met};
use crate::portfolio::Portfolio;
use crate::scene::Scene;
use crate::{Args, Failure};

/// What was measured; rates are rows a second.
pub struct Peer {
    /// Rows it had.
    pub rows: f64,
    /// First replication.
    pub first: f64,
    /// Memory of its laptop and its server then, in kB.
    pub memory: (f64, f64),
    /// What the commands made, put one after another on the laptop: documents a second.
    pub work: f64,
    /// Replication of it.
    pub push: f64,
    /// Changed documents, and their replication.
    pub delta: (f64, f64),
    /// Everybody asking at once.
    pub crowd: Met,
    /// Writing, as clients grow.
    pub climb: Vec<Step>,
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("peer")
}

/// Why it can't be measured here, if so.
pub fn missing() -> Option<String> {
    let there = folder().join("node_modules/express-pouchdb").is_dir();
    (!there).then(|| "PouchDB is not installed; cargo xtask bench does that, with Node.js and npm".to_owned())
}

fn start(name: &'static str, role: &str, at: &Path) -> Result<Child, Failure> {
    std::fs::create_dir_all(at)?;
    Child::start(name, Command::new("node").arg(folder().join("peer.mjs")).arg(role).arg(at))
}

/// Measures it.
pub fn measured(args: &Args, scene: &Scene, portfolio: &Portfolio, pushed: &Path, at: &Path) -> Result<Peer, Failure> {
    let mut server = start("PouchDB's server", "server", &at.join("pouch-server"))?;
    let mut laptop = start("PouchDB's laptop", "laptop", &at.join("pouch-laptop"))?;
    let port = server.ask(&json!({ "do": "serve" }))?["port"].clone();
    eprintln!("PouchDB: load ...");
    let loaded = server.ask(&json!({ "do": "load", "file": portfolio.rows, "rows": args.pouch_rows }))?;
    eprintln!("PouchDB: first replication ...");
    let first = laptop.ask(&json!({ "do": "pull", "port": port }))?;
    let memory = (number(&first, "resident_kb")?, number(&server.ask(&json!({ "do": "count" }))?, "resident_kb")?);
    if first["docs"] != loaded["docs"] {
        return Err(format!("PouchDB replicated {} of {}", first["docs"], loaded["docs"]).into());
    }
    eprintln!("PouchDB: what {} commands make ...", args.commands);
    let work = laptop.ask(&json!({ "do": "work", "file": pushed }))?;
    let push = laptop.ask(&json!({ "do": "push", "port": port }))?;
    if push["docs"] != work["docs"] {
        return Err(format!("PouchDB pushed {} of {}", push["docs"], work["docs"]).into());
    }
    eprintln!("PouchDB: delta ...");
    let changed = server.ask(&json!({ "do": "change", "file": portfolio.extract }))?;
    let delta = laptop.ask(&json!({ "do": "pull", "port": port }))?;
    if delta["docs"] != changed["docs"] {
        return Err(format!("PouchDB replicated {} of {} changes", delta["docs"], changed["docs"]).into());
    }
    eprintln!("PouchDB: clients ...");
    let base = format!("http://127.0.0.1:{port}");
    let since = server.ask(&json!({ "do": "count" }))?["seq"].clone();
    let crowd = scene.runtime.block_on(crowd::of_pouch(&base, args.clients, &since))?;
    let mut climb = Vec::new();
    for clients in climb::CLIENTS {
        climb.push(scene.runtime.block_on(climb::put(&base, clients))?);
    }
    Ok(Peer {
        rows: number(&first, "docs")?,
        first: rate(&first)?,
        memory,
        work: rate(&work)?,
        push: rate(&push)?,
        delta: (number(&delta, "docs")?, rate(&delta)?),
        crowd,
        climb,
    })
}

fn rate(answer: &Value) -> Result<f64, Failure> {
    Ok(number(answer, "docs")? / number(answer, "seconds")?.max(1e-9))
}
