//! The first snapshot: the server's rows into a new file, part by part, resumable; then the command
//! log of the old file on top, and the new file in the old one's place. Until the last step the new
//! file says of itself that it is unfinished, and opens as nothing else.

use std::path::{Path, PathBuf};

use domain::row::Row;
use rusqlite::Connection;
use uuid::Uuid;

use crate::error::StoreError;
use crate::key::Key;
use crate::rebase::{Rebased, Replay, Verdict, replay_pending, verdicts};
use crate::store::Store;
use crate::table::command_log;
use crate::table::shadow::{self, Whose};
use crate::table::sync_state::{self, Place};
use crate::{backup, laying};

/// What a finished snapshot is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Taken {
    /// This device.
    pub device: Uuid,
    /// The rows are those of this place.
    pub place: Place,
    /// The device's last command whose effects are in the rows; later ones are pending.
    pub decided: u64,
    /// Verdicts that the old file has not heard.
    pub verdicts: Vec<Verdict>,
}

impl Store {
    /// A new file for a first snapshot, or the one begun before with the same manifest; another's is
    /// thrown away. `manifest` is kept as it is given.
    pub fn begin_snapshot(path: impl AsRef<Path>, key: &Key, manifest: &str) -> Result<Self, StoreError> {
        let path = path.as_ref();
        if path.exists() {
            match Self::open_any(path, key) {
                Ok(store) if store.read(sync_state::get)?.manifest.as_deref() == Some(manifest) => return Ok(store),
                Ok(store) => drop(store),
                Err(StoreError::InUse { path }) => return Err(StoreError::InUse { path }),
                // Cut short while it was made: it holds nothing yet.
                Err(_) => {}
            }
            backup::discard(path);
        }
        let store = Self::create(path, key)?;
        store.transact(|tx| {
            let mut state = sync_state::get(tx)?;
            state.manifest = Some(manifest.to_owned());
            sync_state::put(tx, &state)?;
            laying::begin(tx)
        })?;
        Ok(store)
    }

    /// The manifest of the unfinished snapshot at `path`; none when there is none, or a finished one.
    pub fn unfinished(path: impl AsRef<Path>, key: &Key) -> Result<Option<String>, StoreError> {
        let path = path.as_ref();
        if !path.exists() {
            return Ok(None);
        }
        let store = Self::open_any(path, key)?;
        Ok(store.read(sync_state::get)?.manifest)
    }

    /// The parts taken in so far.
    pub fn snapshot_parts(&self) -> Result<Vec<u32>, StoreError> {
        self.read(sync_state::parts)
    }

    /// Takes in a part, once: `Conflict` when it was before. Parts come in their order.
    pub fn add_snapshot_part(&self, nr: u32, rows: &[Row]) -> Result<(), StoreError> {
        self.with_room(|| {
            self.transact(|tx| {
                sync_state::add_part(tx, nr)?;
                rows.iter().try_for_each(|row| laying::lay(tx, row))
            })
        })
    }

    /// Ends a snapshot: carries over from `old` the command log, the inbox, the permits, and what only
    /// the device has (settings, views, runs, kept letters, imports), and replays what the server has not decided. `parts` is how many there must be:
    /// `Unfinished` when one is missing.
    pub fn finish_snapshot(
        &self,
        taken: &Taken,
        parts: u32,
        old: Option<&Self>,
        replay: Replay<'_>,
    ) -> Result<Rebased, StoreError> {
        self.with_room(|| self.transact(|tx| self.finish(tx, taken, parts, old, replay)))
    }

    fn finish(
        &self,
        tx: &Connection,
        taken: &Taken,
        parts: u32,
        old: Option<&Self>,
        replay: Replay<'_>,
    ) -> Result<Rebased, StoreError> {
        let mut state = sync_state::get(tx)?;
        if state.manifest.is_none() || !sync_state::parts(tx)?.into_iter().eq(0..parts) {
            return Err(StoreError::Unfinished { path: self.path().to_owned() });
        }
        laying::end(tx)?;
        if let Some(old) = old {
            state.given = old.read(|from| {
                command_log::carry(from, tx)?;
                Ok(sync_state::get(from)?.given)
            })?;
        }
        // An enrolment that lost its file goes on after what the server knows.
        state.given = state.given.max(taken.decided);
        state.device = Some(taken.device);
        state.place = taken.place;
        state.decided = taken.decided;
        state.manifest = None;
        sync_state::put(tx, &state)?;
        sync_state::clear_parts(tx)?;
        let mut done = Rebased::default();
        verdicts(tx, &taken.verdicts, &mut done)?;
        command_log::close(tx, taken.decided, taken.place.seq)?;
        command_log::reopen(tx, taken.decided)?;
        shadow::prepare(tx)?;
        replay_pending(tx, Whose::Everyones, replay, &mut done)?;
        Ok(done)
    }

    /// Puts a finished snapshot's file in the place of an old database, in one step. The old one is
    /// kept under the returned name when `keep` says so, and deleted otherwise.
    pub fn swap_in(self, old: Option<Self>, at: &Path, keep: bool) -> Result<Option<PathBuf>, StoreError> {
        if let Some(manifest) = self.read(sync_state::get)?.manifest {
            drop(manifest);
            return Err(StoreError::Unfinished { path: self.path().to_owned() });
        }
        let new = self.path().to_owned();
        if let Some(old) = old {
            old.close()?;
        }
        self.close()?;
        backup::swap(&new, at, keep)
    }

    /// Whether this file is a snapshot that was not finished.
    pub(crate) fn refuse_unfinished(self) -> Result<Self, StoreError> {
        match self.read(sync_state::get)?.manifest {
            None => Ok(self),
            Some(_) => Err(StoreError::Unfinished { path: self.path().to_owned() }),
        }
    }
}
