//! The engine while it takes a first snapshot: the manifest, the chunks in order, the swap. Each
//! chunk is checked before it is kept; what was kept is not fetched again.

use protocol::{Manifest, ManifestRequest, ProblemCode, WireRow, unpack};
use rayon::prelude::*;

use crate::engine::{Engine, Phase};
use crate::event::{Action, Event, Input, Trouble, Why};

/// What the snapshot waits for.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Taking {
    /// The manifest.
    Manifest,
    /// The new file.
    File(Manifest),
    /// A chunk.
    Chunk(Manifest, u32),
    /// The chunk's place in the file.
    Part(Manifest, u32),
    /// The swap.
    Swap,
}

impl Engine {
    pub(crate) fn get_manifest(&mut self, fresh: bool) -> Vec<Action> {
        self.draw();
        self.phase = Phase::Taking(Taking::Manifest);
        let (schema_version, decided) =
            self.stored.map_or((0, 0), |stored| (stored.cursor.schema_version, stored.decided));
        vec![Action::GetManifest { ticket: self.ticket, request: ManifestRequest { schema_version, decided }, fresh }]
    }

    pub(crate) fn taking(&mut self, event: Event, input: Input) -> Vec<Action> {
        let Phase::Taking(taking) = self.phase.clone() else {
            return Vec::new();
        };
        match (taking, event) {
            (Taking::Manifest, Event::Manifest(ticket, answer)) if ticket == self.ticket => match answer {
                Ok(manifest) => self.begin_file(manifest),
                Err(trouble) => self.trouble(trouble, input),
            },
            (Taking::File(manifest), Event::Begun(done)) => match done {
                Ok(parts) => {
                    let next = (0..).zip(&parts).take_while(|(nr, part)| nr == *part).count();
                    self.chunk(manifest, u32::try_from(next).unwrap_or(u32::MAX))
                }
                Err(why) => self.failed(why, None, input),
            },
            (Taking::Chunk(manifest, nr), Event::Chunk(ticket, answer)) if ticket == self.ticket => match answer {
                Ok(bytes) => self.keep(manifest, nr, &bytes, input),
                Err(Trouble::Problem(problem)) if problem.code == ProblemCode::SnapshotGone => self.get_manifest(true),
                Err(trouble) => self.trouble(trouble, input),
            },
            (Taking::Part(manifest, nr), Event::Kept(done)) => match done {
                Ok(()) => self.chunk(manifest, nr + 1),
                Err(why) => self.failed(why, None, input),
            },
            (Taking::Swap, Event::Finished(done)) => match done {
                Ok(stored) => self.restarted(stored),
                Err(why) => self.failed(why, None, input),
            },
            _ => Vec::new(),
        }
    }

    fn begin_file(&mut self, manifest: Manifest) -> Vec<Action> {
        let reads = self.stored.map_or(0, |stored| stored.cursor.schema_version);
        if manifest.cursor.schema_version != reads {
            let form = manifest.cursor.schema_version;
            return self
                .stop(Why::Upgrade(format!("The snapshot has form {form}, this version of Dunlin reads {reads}")));
        }
        self.phase = Phase::Taking(Taking::File(manifest.clone()));
        vec![Action::BeginSnapshot(manifest)]
    }

    /// The next chunk, or the end.
    fn chunk(&mut self, manifest: Manifest, nr: u32) -> Vec<Action> {
        if usize::try_from(nr).is_ok_and(|nr| nr < manifest.chunks.len()) {
            self.draw();
            let id = manifest.id;
            self.phase = Phase::Taking(Taking::Chunk(manifest, nr));
            vec![Action::GetChunk(self.ticket, id, nr)]
        } else {
            self.phase = Phase::Taking(Taking::Swap);
            vec![Action::FinishSnapshot(manifest)]
        }
    }

    fn keep(&mut self, manifest: Manifest, nr: u32, bytes: &[u8], input: Input) -> Vec<Action> {
        let chunk = usize::try_from(nr).ok().and_then(|nr| manifest.chunks.get(nr));
        let Some(chunk) = chunk else {
            return Vec::new();
        };
        let rows = match unpack(chunk, bytes) {
            Ok(rows) => rows,
            Err(error) => return self.failed(error.to_string(), None, input),
        };
        // In parallel: of a million rows, reading them strictly is half of the device's work.
        match rows.par_iter().map(WireRow::read).collect() {
            Ok(rows) => {
                self.phase = Phase::Taking(Taking::Part(manifest, nr));
                vec![Action::KeepPart(nr, rows)]
            }
            Err(unknown) => self.stop(Why::Upgrade(unknown.to_string())),
        }
    }
}
