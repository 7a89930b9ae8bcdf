//! Backup to another encrypted file, and the way back. A file counts only once it was opened with
//! its key, every page's MAC fitted and the history's chain held; what it replaces is kept aside.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::Connection;
use rusqlite::backup::{Backup, StepResult};

use crate::connection::{self, Access};
use crate::error::StoreError;
use crate::import::Progress;
use crate::key::Key;
use crate::lock::{Lock, beside};
use crate::migration;
use crate::store::Store;
use crate::table::history;

/// Pages copied between two looks at the caller's wish to stop: 8 MiB.
const PAGES: i32 = 2_048;

impl Store {
    /// Writes the last committed state to a new file under its own key, while work goes on. `Exists`
    /// when `to` is there; a backup that fails leaves nothing behind. Progress counts pages.
    pub fn backup(
        &self,
        to: impl AsRef<Path>,
        key: &Key,
        go_on: &mut dyn FnMut(Progress) -> bool,
    ) -> Result<(), StoreError> {
        let to = to.as_ref();
        let part = reserve(to)?;
        let made = self
            .read(|conn| copy(conn, &part, key, go_on))
            .and_then(|()| verify(&part, key))
            .and_then(|_| put(&part, to));
        if made.is_err() {
            // The unfinished copy is ours: its name was free when it was made.
            discard(&part);
        }
        made
    }

    /// Checks every page's MAC, the structure of every table and the history's chain; returns the
    /// chain's length.
    pub fn check(&self) -> Result<usize, StoreError> {
        self.read(sound)
    }
}

/// Opens a backup with its key and checks all of it; returns the length of its history.
pub fn verify(path: impl AsRef<Path>, key: &Key) -> Result<usize, StoreError> {
    let path = path.as_ref();
    if !path.is_file() {
        return Err(StoreError::Missing { path: path.to_owned() });
    }
    look(path, key, |conn| {
        migration::check(conn)?;
        sound(conn)
    })
}

/// Reads a file and leaves nothing beside it: a connection that only reads does not clear away the
/// side files that it made, which hold nothing.
fn look<T>(path: &Path, key: &Key, read: impl FnOnce(&Connection) -> Result<T, StoreError>) -> Result<T, StoreError> {
    let mut made = ["-wal", "-shm"].map(|suffix| beside(path, suffix)).to_vec();
    made.retain(|file| !file.exists());
    let done = connection::open(path, key, Access::Read).and_then(|conn| read(&conn));
    for file in made {
        let _ = std::fs::remove_file(file);
    }
    done
}

/// Puts the backup at `from` in the place of `to`, under `to_key`. The backup is verified first and
/// stays; the database that stood at `to` is kept beside it under the returned name. `InUse` while
/// `to` is open.
pub fn restore(
    from: impl AsRef<Path>,
    from_key: &Key,
    to: impl AsRef<Path>,
    to_key: &Key,
) -> Result<Option<PathBuf>, StoreError> {
    let (from, to) = (from.as_ref(), to.as_ref());
    let mut lock = Lock::take(to)?;
    verify(from, from_key)?;
    let part = free(to, ".restoring");
    File::create_new(&part).map_err(StoreError::io(&part))?;
    let copied =
        look(from, from_key, |conn| copy(conn, &part, to_key, &mut |_| true)).and_then(|()| verify(&part, to_key));
    if let Err(error) = copied {
        discard(&part);
        return Err(error);
    }
    let aside = put_in_place(&part, to)?;
    lock.note(to_key);
    Ok(aside)
}

/// Puts a closed database in the place of another, which goes aside, or goes altogether.
pub(crate) fn swap(new: &Path, at: &Path, keep: bool) -> Result<Option<PathBuf>, StoreError> {
    let _lock = Lock::take(at)?;
    let aside = (keep && at.exists()).then(|| free(at, ".before-snapshot"));
    if let Some(aside) = &aside {
        // A second name, not another name: at no moment is there no database.
        if std::fs::hard_link(at, aside).is_err() {
            std::fs::copy(at, aside).map_err(StoreError::io(aside))?;
        }
    }
    // A log left beside would be taken for the new file's: it was written back when it was closed.
    for suffix in ["-wal", "-shm"] {
        let _ = std::fs::remove_file(beside(at, suffix));
    }
    rename(new, at)?;
    sync_folder(at);
    Ok(aside)
}

fn put_in_place(part: &Path, to: &Path) -> Result<Option<PathBuf>, StoreError> {
    let aside = to.exists().then(|| free(to, ".before-restore"));
    if let Some(aside) = &aside {
        // The log first: a database without its log is older than one with it, so if this is cut
        // short, both lie under the new name or the old ones still stand.
        for suffix in ["-wal", "-shm"] {
            let log = beside(to, suffix);
            if log.exists() {
                rename(&log, &beside(aside, suffix))?;
            }
        }
        rename(to, aside)?;
    }
    rename(part, to)?;
    sync_folder(to);
    Ok(aside)
}

/// A name beside `path` that is not taken: `.restoring-1`, `.restoring-2`.
fn free(path: &Path, suffix: &str) -> PathBuf {
    (1..=u32::MAX)
        .map(|number| beside(path, &format!("{suffix}-{number}")))
        .find(|name| !name.exists())
        .unwrap_or_else(|| beside(path, suffix))
}

fn reserve(to: &Path) -> Result<PathBuf, StoreError> {
    if to.exists() {
        return Err(StoreError::Exists { path: to.to_owned() });
    }
    let part = free(to, ".part");
    File::create_new(&part).map_err(StoreError::io(&part))?;
    Ok(part)
}

fn copy(from: &Connection, to: &Path, key: &Key, go_on: &mut dyn FnMut(Progress) -> bool) -> Result<(), StoreError> {
    let mut target = connection::open(to, key, Access::Create)?;
    target.execute_batch("PRAGMA journal_mode = DELETE; PRAGMA synchronous = OFF;")?;
    let backup = Backup::new(from, &mut target)?;
    loop {
        let step = backup.step(PAGES)?;
        let left = backup.progress();
        let total = usize::try_from(left.pagecount).unwrap_or_default();
        let done = total.saturating_sub(usize::try_from(left.remaining).unwrap_or_default());
        if !go_on(Progress { done, total }) {
            return Err(StoreError::Cancelled);
        }
        match step {
            StepResult::Done => break,
            StepResult::More => {}
            _ => std::thread::sleep(Duration::from_millis(5)),
        }
    }
    drop(backup);
    target.close().map_err(|(_, error)| StoreError::from(error))?;
    File::options().write(true).open(to).and_then(|file| file.sync_all()).map_err(StoreError::io(to))
}

fn sound(conn: &Connection) -> Result<usize, StoreError> {
    for pragma in ["cipher_integrity_check", "quick_check"] {
        let mut check = conn.prepare(&format!("PRAGMA {pragma}"))?;
        let mut rows = check.query([])?;
        while let Some(row) = rows.next()? {
            let found: String = row.get(0)?;
            if found != "ok" {
                return Err(StoreError::Damaged { detail: found });
            }
        }
    }
    history::verify(conn)
}

/// Without ever replacing what stands at `to`.
fn put(part: &Path, to: &Path) -> Result<(), StoreError> {
    match std::fs::hard_link(part, to) {
        Ok(()) => discard(part),
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {
            return Err(StoreError::Exists { path: to.to_owned() });
        }
        // A file system without hard links, such as a USB stick's.
        Err(_) if !to.exists() => rename(part, to)?,
        Err(error) => return Err(StoreError::io(to)(error)),
    }
    sync_folder(to);
    Ok(())
}

fn rename(from: &Path, to: &Path) -> Result<(), StoreError> {
    std::fs::rename(from, to).map_err(StoreError::io(from))
}

/// Removes a copy that this run made; a leftover does no harm.
pub(crate) fn discard(part: &Path) {
    for suffix in ["", "-wal", "-shm", "-journal"] {
        let _ = std::fs::remove_file(beside(part, suffix));
    }
}

/// Makes a rename durable where the system knows how; elsewhere it is so by itself.
fn sync_folder(path: &Path) {
    if let Some(folder) = path.parent()
        && let Ok(folder) = File::open(folder)
    {
        let _ = folder.sync_all();
    }
}

/// Removes a database that nobody has open, with what stands beside it; one that is not there is removed already.
pub fn remove(database: &Path) -> std::io::Result<()> {
    // The database first: what is left of it after a crash is of no use, and harmless.
    for suffix in ["", "-wal", "-shm"] {
        match std::fs::remove_file(beside(database, suffix)) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
    }
    Ok(())
}
