//! Taking in the extract, beside the sqlite3 program's `.import` of the same file into a plain one.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use super::Failure;
use super::scene::{Imported, Scene};
use super::table::{Row, over, time};

/// The import's rows.
pub fn rows(scene: &Scene, done: &Imported) -> Result<Vec<Row>, Failure> {
    let what = format!("import, {} rows, checked, encrypted, indexed", done.report.rows);
    let row = Row::new(what, time(done.import));
    let row = match sqlite3_import(&scene.extract, &scene.folder.path().join("imported.db"))? {
        Some(peer) => {
            let ratio = over(done.import, peer);
            row.peer(format!("{} sqlite3 .import, plain", time(peer))).ratio(ratio).bar("<= 3x", ratio <= 3.0)
        }
        None => row.peer(no_sqlite3("the import")),
    };
    let mut rows = vec![
        row,
        Row::new("  of which reading and checking", time(done.reading)),
        Row::new("  then the first plan of My day", time(done.planning)),
    ];
    if let Some(memory) = done.memory {
        rows.push(Row::new("  memory beyond what was in use before", format!("{} MB", memory / 1_000)));
    }
    if let Ok(file) = std::fs::metadata(scene.desk.database()) {
        rows.push(Row::new("  encrypted file", format!("{} MB", file.len() / 1_000_000)));
    }
    Ok(rows)
}

/// Says that the sqlite3 program is missing; what the table shows then.
pub fn no_sqlite3(what: &str) -> &'static str {
    eprintln!("SKIPPED: the peer of {what}: there is no sqlite3 program (on Debian: apt-get install sqlite3)");
    "SKIPPED: no sqlite3 program"
}

fn sqlite3_import(extract: &Path, into: &Path) -> Result<Option<Duration>, Failure> {
    let load = format!(".import --csv \"{}\" extract", extract.display());
    sqlite3(into, &load)
}

/// Runs the sqlite3 program; none when there is none.
pub fn sqlite3(file: &Path, order: &str) -> Result<Option<Duration>, Failure> {
    let start = Instant::now();
    let run = Command::new("sqlite3").arg(file).arg(order).stdin(Stdio::null()).stdout(Stdio::null()).status();
    match run {
        Ok(status) if status.success() => Ok(Some(start.elapsed())),
        Ok(status) => Err(format!("sqlite3 failed on {order} ({status})").into()),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error.into()),
    }
}
