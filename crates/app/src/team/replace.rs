//! The team's data into a new file, and that file into the old one's place.

use std::path::PathBuf;
use std::sync::{Arc, PoisonError};
use std::time::{Duration, Instant};

use contract::{ApiError, ErrorCode};
use protocol::Manifest;
use store::{Key, Store, Taken};
use sync::Stored;

use super::driver::Driver;
use super::incoming::{place_of, replayed, verdict};
use super::link::open_store;
use crate::desk::{Access, Desk};
use crate::errors::stored;

/// So long the window's own work may take before the files are exchanged.
const PATIENCE: Duration = Duration::from_secs(30);

/// After so many rows.
const MANY: usize = 5_000;

/// The file that a snapshot is taken into.
pub(super) fn part_path(desk: &Desk) -> PathBuf {
    desk.folder.join("dunlin.db.snapshot")
}

impl Driver {
    /// The manifest of the unfinished file, if there is one.
    pub(super) fn begun(&mut self, desk: &Desk) -> Option<Manifest> {
        self.part = None;
        let key = desk.database_key().ok()?;
        let text = Store::unfinished(part_path(desk), &key).ok()??;
        serde_json::from_str(&text).ok()
    }

    /// A new file for a snapshot, or the one begun: which parts it has.
    pub(super) fn begin(&mut self, desk: &Desk, manifest: &Manifest) -> Result<Vec<u32>, String> {
        self.part = None;
        let key = desk.database_key().map_err(|error| error.message)?;
        let text = serde_json::to_string(manifest).map_err(|error| error.to_string())?;
        let part = Store::begin_snapshot(part_path(desk), &key, &text).map_err(|error| error.to_string())?;
        let parts = part.snapshot_parts().map_err(|error| error.to_string())?;
        self.part = Some(part);
        Ok(parts)
    }

    /// After much work the memory that it took goes back.
    pub(super) fn rest(&mut self, desk: &Desk) {
        if std::mem::take(&mut self.taken_in) > MANY {
            // Kept pages are a matter of speed only.
            let _ = open_store(desk).map(|store| store.shrink());
            heap::give_back();
        }
    }

    /// Carries over what only this device has, and puts the new file in the old one's place. Nobody
    /// works on the database for that moment.
    pub(super) fn finish(&mut self, desk: &Desk, manifest: &Manifest) -> Result<Stored, String> {
        let part = self.part.take().ok_or_else(|| "no snapshot was begun".to_owned())?;
        let device = self.member.as_ref().map(|member| member.device).unwrap_or_default();
        let key = desk.database_key().map_err(|error| error.message)?;
        let old = desk.take_store()?;
        let swapped = exchange(desk, manifest, device, part, old);
        let opened = Store::open(desk.database(), &key);
        let done = match opened {
            Ok(store) => {
                let done = self.stored(&store).map_err(|error| error.to_string());
                if swapped.is_ok()
                    && let Err(error) = desk.plan_all(&store)
                {
                    eprintln!("dunlin: My day could not be planned: {}", error.message);
                }
                desk.set(Access::Open(Arc::new(store)));
                done
            }
            Err(error) => {
                let told = error.to_string();
                desk.set(Access::Blocked(stored(error)));
                Err(told)
            }
        };
        desk.changed("exchange");
        self.taken_in = usize::MAX;
        swapped.and(done)
    }
}

fn exchange(desk: &Desk, manifest: &Manifest, device: uuid::Uuid, part: Store, old: Store) -> Result<(), String> {
    let by = desk.settings_of(&old).map_err(|error| error.message)?.actor();
    let taken = Taken {
        device,
        place: place_of(manifest),
        decided: manifest.last_device_seq,
        verdicts: manifest.results.iter().map(verdict).collect(),
    };
    let parts = u32::try_from(manifest.chunks.len()).unwrap_or(u32::MAX);
    // What was there before this device joined is nobody else's copy: it stays beside.
    let keep = !old.is_connected().map_err(|error| error.to_string())?
        && old.account_count().map_err(|error| error.to_string())? > 0;
    if !keep {
        super::papers::take_out_strangers(&old, &part, desk.now()).map_err(|error| error.to_string())?;
    }
    part.finish_snapshot(&taken, parts, Some(&old), &mut |logged, ground| replayed(logged, ground, &by))
        .map_err(|error| error.to_string())?;
    part.swap_in(Some(old), &desk.database(), keep).map(|_| ()).map_err(|error| error.to_string())
}

impl Desk {
    /// The database's key: of the open store, which needs no passphrase again.
    fn database_key(&self) -> Result<Key, ApiError> {
        Ok(self.store()?.key().clone())
    }

    /// Takes the store out of everybody's hands; waits for those who hold it.
    pub(super) fn take_store(&self) -> Result<Store, String> {
        let busy = "the database is in use; it is tried again".to_owned();
        let store = match &*self.state.read().unwrap_or_else(PoisonError::into_inner) {
            Access::Open(store) => Arc::clone(store),
            _ => return Err("the database is closed".to_owned()),
        };
        self.set(Access::Blocked(ApiError::new(
            ErrorCode::Failed,
            "The team's data are being put in place.",
            "This takes a few seconds; Dunlin goes on by itself.",
        )));
        let until = Instant::now() + PATIENCE;
        let mut store = store;
        loop {
            store = match Arc::try_unwrap(store) {
                Ok(store) => return Ok(store),
                Err(shared) => shared,
            };
            if Instant::now() > until {
                self.set(Access::Open(store));
                return Err(busy);
            }
            std::thread::sleep(Duration::from_millis(10));
        }
    }
}
