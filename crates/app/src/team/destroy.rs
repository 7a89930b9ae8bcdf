//! Destroying this device's copy of a team's data: when the administrator ended its access, and when
//! its person leaves. What can't be deleted at once is noted beside the database and deleted before
//! anything is opened again.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use contract::{ApiError, ErrorCode};
use serde::{Deserialize, Serialize};
use store::Store;

use super::Membership;
use super::link::open_store;
use super::replace::part_path;
use crate::desk::{Access, Desk};
use crate::seams::Keychain;
use crate::vault::{self, KeySource};

/// So long work under way may hold the database before its files are deleted all the same.
const PATIENCE: Duration = Duration::from_secs(30);

/// One at a time: a copy that is being destroyed must not make room for a new one halfway.
#[derive(Default)]
pub struct Destroying(Mutex<()>);

/// What is still to be destroyed, in a file of its own. The names of the keychain's entries are no secrets.
#[derive(Debug, Serialize, Deserialize)]
struct Doomed {
    /// The database's files are there.
    files: bool,
    /// Entries of the keychain that are there, the database's before the device's.
    entries: Vec<String>,
}

fn note_path(database: &Path) -> PathBuf {
    database.with_file_name("dunlin.db.destroy.json")
}

/// Under which names the keychain has the database's key.
fn entries(database: &Path) -> Result<Vec<String>, ApiError> {
    let sources = vault::read_sources(database)?.into_iter();
    Ok(sources
        .filter_map(|source| match source {
            KeySource::Keychain { entry } => Some(entry),
            KeySource::Passphrase { .. } => None,
        })
        .collect())
}

fn device_entry(store: &Store) -> Option<String> {
    Membership::load(store).ok().flatten()?.key.entry().map(str::to_owned)
}

impl Doomed {
    /// What was noted and not done yet. A note that can't be read still says that the files are to go.
    fn noted(database: &Path) -> Option<Self> {
        let text = std::fs::read(note_path(database)).ok()?;
        Some(
            serde_json::from_slice(&text)
                .unwrap_or_else(|_| Self { files: true, entries: entries(database).unwrap_or_default() }),
        )
    }

    /// Notes what is left; takes the note away when nothing is.
    fn note(&self, database: &Path) {
        let path = note_path(database);
        let done = if self.files || !self.entries.is_empty() {
            serde_json::to_vec(self).map_err(std::io::Error::from).and_then(|text| std::fs::write(&path, text))
        } else {
            std::fs::remove_file(&path)
        };
        match done {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                eprintln!("dunlin: what is left to destroy can't be noted: {error}");
            }
            _ => {}
        }
    }

    /// Without its key the file says nothing any more, whoever holds it open. An entry that the keychain
    /// does not give up stays noted.
    fn forget_keys(&mut self, keychain: &dyn Keychain) {
        self.entries.retain(|entry| keychain.delete(entry).is_err());
    }

    fn delete_files(&mut self, desk: &Desk) -> Result<(), ApiError> {
        vault::delete(&desk.database())?;
        vault::delete(&part_path(desk))?;
        self.files = false;
        Ok(())
    }
}

/// Waits until nobody else holds it, for a while, and closes it.
fn let_go(mut store: Arc<Store>) {
    let until = Instant::now() + PATIENCE;
    while Instant::now() < until {
        store = match Arc::try_unwrap(store) {
            Ok(store) => {
                // Its files go in a moment, whatever it could not write into them.
                let _ = store.close();
                return;
            }
            Err(shared) => shared,
        };
        std::thread::sleep(Duration::from_millis(10));
    }
}

fn ended(remedy: &str) -> Access {
    Access::Blocked(ApiError::new(
        ErrorCode::Failed,
        "The administrator ended this device's access to the team.",
        remedy,
    ))
}

impl Desk {
    /// The administrator ended this device's access: nothing opens any more, and its copy is destroyed.
    pub(super) fn revoked(&self) {
        let open = open_store(self);
        self.set(ended("Its copy of the team's data is being destroyed."));
        self.changed("exchange");
        let device = open.as_deref().and_then(device_entry);
        self.destroy(device, || {
            if let Some(store) = open {
                let_go(store);
            }
        });
    }

    /// The same, where the server said so before the database was opened.
    pub(crate) fn revoked_while_shut(&self, store: Store) {
        let device = device_entry(&store);
        self.destroy(device, || {
            let _ = store.close();
        });
    }

    fn destroy(&self, device: Option<String>, close: impl FnOnce()) {
        let _one = self.link.destroying.0.lock().unwrap_or_else(PoisonError::into_inner);
        let database = self.database();
        // Without that file the key's name is not known; the files go.
        let mut doomed = Doomed { files: true, entries: entries(&database).unwrap_or_default() };
        doomed.entries.extend(device);
        doomed.note(&database);
        doomed.forget_keys(&*self.keychain);
        doomed.note(&database);
        close();
        let gone = doomed.delete_files(self);
        doomed.note(&database);
        self.set(match gone {
            Ok(()) => ended(
                "Its copy of the team's data is destroyed. Start Dunlin again to begin anew, with a new code from the administrator.",
            ),
            Err(error) => left_over(&error),
        });
        self.changed("exchange");
    }

    /// Finishes what was begun to be destroyed; fails while files of it are there.
    pub(crate) fn finish_destroying(&self) -> Result<(), ApiError> {
        let database = self.database();
        let _one = self.link.destroying.0.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(mut doomed) = Doomed::noted(&database) else {
            return Ok(());
        };
        doomed.forget_keys(&*self.keychain);
        let done = if doomed.files { doomed.delete_files(self) } else { Ok(()) };
        doomed.note(&database);
        done.map_err(|error| match left_over(&error) {
            Access::Blocked(told) => told,
            _ => error,
        })
    }

    /// The person leaves: the database's key goes first. Where the keychain refuses that, nothing is gone.
    pub(super) fn destroy_copy(&self) -> Result<(), ApiError> {
        let database = self.database();
        let keys = entries(&database)?;
        let store = self.take_store().map_err(|why| {
            ApiError::new(ErrorCode::Failed, format!("The database can't be closed: {why}."), "Try again in a moment.")
        })?;
        for entry in &keys {
            self.keychain.delete(entry).map_err(|error| vault::keychain_error(&error))?;
        }
        let doomed = Doomed { files: true, entries: device_entry(&store).into_iter().collect() };
        doomed.note(&database);
        // Its files go in a moment, whatever it could not write into them.
        let _ = store.close();
        self.finish_destroying()
    }
}

fn left_over(error: &ApiError) -> Access {
    Access::Blocked(ApiError::new(
        ErrorCode::Failed,
        format!("This device's copy of a team's data is not wholly destroyed yet. {}", error.message),
        "It does not open any more. Close other programs that use it and try again; each start of Dunlin does so.",
    ))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::time::{Duration, Instant};

    use contract::CreateDatabase;

    use crate::desk::Desk;
    use crate::seams::{Keychain as _, MemoryKeychain, NoShell, SystemClock};

    /// A job that holds the database keeps its key from nobody: what it works on is lost already.
    #[test]
    fn work_under_way_does_not_keep_a_revoked_copy_alive() {
        let folder = tempfile::tempdir().unwrap();
        let keychain = Arc::new(MemoryKeychain::default());
        let desk = Arc::new(Desk::new(folder.path(), Arc::new(NoShell), keychain.clone(), Arc::new(SystemClock)));
        desk.create(&CreateDatabase { passphrase: None, user: "Ana".to_owned() }).unwrap();
        let [entry] = super::entries(&desk.database()).unwrap().try_into().unwrap();
        let job = desk.store().unwrap();
        let other = Arc::clone(&desk);
        let revoked = std::thread::spawn(move || other.revoked());
        let until = Instant::now() + Duration::from_secs(20);
        while keychain.get(&entry).is_ok() {
            assert!(Instant::now() < until, "the key is kept");
            std::thread::sleep(Duration::from_millis(5));
        }
        assert!(desk.store().is_err(), "nothing opens any more");
        // The program ends before the job does: the next one knows.
        assert!(super::note_path(&desk.database()).exists());
        drop(job);
        revoked.join().unwrap();
        assert!(!desk.database().exists() && !super::note_path(&desk.database()).exists());
        assert!(desk.finish_destroying().is_ok());
    }
}
