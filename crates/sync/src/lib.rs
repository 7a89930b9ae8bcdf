//! The device's side of a team: what to push and pull, when, and what to do with the answer.
//!
//! [`Engine::step`] takes an event and gives actions. It has no clock, no randomness, no network and
//! no database: all are in the events, so that a seeded simulator drives the very engine that ships.
//! Whoever drives it (the app, the simulator) owns the store and the connection:
//!
//! | action | what the driver does | event back |
//! |---|---|---|
//! | `Read` | commands after a number, from the store's log | `Log` |
//! | `Push`, `Pull`, `GetManifest`, `GetChunk`, `AskPermits` | one request | `Pushed`, `Pulled`, ... |
//! | `GetManifest`, not fresh | first a look for an unfinished file: its manifest is the answer | `Manifest` |
//! | `Apply` | the store's `rebase`, replaying with [`replay`] | `Applied` |
//! | `BeginSnapshot`, `KeepPart`, `FinishSnapshot` | the store's, into a new file | `Begun`, `Kept`, `Finished` |
//! | `Compare` | checksums of the next customers, none while anything is pending | `Compared` |
//! | `Wait` | one timer, which replaces the one before | `Ticked` |
//! | `KeepPermits`, `Tell`, `DestroyKey` | keep, show, destroy | none |
//!
//! An answer carries the ticket of its request; one that comes late, or twice, is dropped. A driver
//! that crashes starts a new engine from what the store says: nothing but the store remembers.

mod backoff;
mod compare;
mod engine;
mod event;
mod page;
mod push;
mod replay;
mod snapshot;
mod trouble;

pub use engine::Engine;
pub use event::{Action, Event, Input, Status, Stored, Trouble, Why};
pub use page::ReadPage;
pub use replay::{blank, decided, replay};
