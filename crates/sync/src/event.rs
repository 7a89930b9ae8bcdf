//! What can happen to the engine, and what it can ask for.

use domain::ids::CustomerId;
use domain::row::Row;
use protocol::{
    Cursor, DeviceId, Envelope, Manifest, ManifestRequest, Permit, PermitId, PermitRequest, PermitResponse, Problem,
    PullRequest, PullResponse, PushRequest, PushResponse, SnapshotId,
};

use crate::page::ReadPage;

/// Time and chance, with every event.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Input {
    /// A monotonic clock, milliseconds.
    pub now: u64,
    /// A random number.
    pub dice: u64,
}

/// What the store remembers of the device.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stored {
    /// Which device.
    pub device: DeviceId,
    /// Up to where its rows are the server's. `schema_version` is what this build reads.
    pub cursor: Cursor,
    /// The last command whose effects the rows hold.
    pub decided: u64,
    /// The last command of the log.
    pub given: u64,
}

/// A request that got no answer, or no good one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// No answer: nobody knows whether the server did it.
    Net(String),
    /// The server's word.
    Problem(Problem),
}

/// What happens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// The program starts, or the device was just enrolled.
    Started(Stored),
    /// A command was logged; its number.
    Logged(u64),
    /// The server says that there is something (SSE), or a person asks.
    Woken,
    /// The network is back: waiting for it ends, after a random moment.
    Online,
    /// The timer.
    Ticked,
    /// To `Read`: the commands, or why they can't be read now.
    Log(Result<Vec<Envelope>, String>),
    /// To `Push`.
    Pushed(u64, Result<PushResponse, Trouble>),
    /// To `Pull`.
    Pulled(u64, Result<PullResponse, Trouble>),
    /// To `Apply`: the device as it is now, or what the store said.
    Applied(u64, Result<Stored, String>),
    /// To `GetManifest`.
    Manifest(u64, Result<Manifest, Trouble>),
    /// To `BeginSnapshot`: the parts that are there already.
    Begun(Result<Vec<u32>, String>),
    /// To `GetChunk`: its compressed bytes.
    Chunk(u64, Result<Vec<u8>, Trouble>),
    /// To `KeepPart`.
    Kept(Result<(), String>),
    /// To `FinishSnapshot`: the device as it is now.
    Finished(Result<Stored, String>),
    /// To `Compare`: those customers' checksums; none while anything is pending.
    Compared(Option<Vec<(CustomerId, String)>>),
    /// Calls are planned: permits are wanted for these customers, those are given back.
    WantPermits(Vec<CustomerId>, Vec<PermitId>),
    /// To `AskPermits`.
    Permits(u64, Result<PermitResponse, Trouble>),
}

/// What to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    /// Commands after this number, in order.
    Read {
        /// After this one.
        after: u64,
        /// At most so many.
        count: usize,
        /// At most so many bytes, unless the first alone is larger.
        bytes: usize,
    },
    /// `POST` [`protocol::path::PUSH`].
    Push(u64, PushRequest),
    /// `POST` [`protocol::path::PULL`].
    Pull(u64, PullRequest),
    /// Take in a page, in one transaction.
    Apply(u64, Box<ReadPage>),
    /// `POST` [`protocol::path::SNAPSHOT`]; the manifest of an unfinished file will do unless a fresh
    /// one is asked for.
    GetManifest {
        /// The ticket.
        ticket: u64,
        /// What to ask for.
        request: ManifestRequest,
        /// The server no longer has the one begun.
        fresh: bool,
    },
    /// Begin a new file for it, or go on with the one begun.
    BeginSnapshot(Manifest),
    /// `GET` one chunk.
    GetChunk(u64, SnapshotId, u32),
    /// Into the new file, in one transaction with its number.
    KeepPart(u32, Vec<Row>),
    /// Carry the log over, replay, swap the file in.
    FinishSnapshot(Manifest),
    /// The checksums of the next customers, in the order of their ids.
    Compare {
        /// After this one; the first ones otherwise.
        after: Option<CustomerId>,
        /// At most so many.
        count: usize,
    },
    /// `POST` [`protocol::path::PERMITS`].
    AskPermits(u64, PermitRequest),
    /// Keep these.
    KeepPermits(Vec<Permit>),
    /// Tick after so many milliseconds; replaces the timer before.
    Wait(u64),
    /// For the window.
    Tell(Status),
    /// The device was revoked: destroy the database's key.
    DestroyKey,
}

/// Why nothing goes on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Why {
    /// The server speaks of what this version does not know, or no longer speaks its version.
    Upgrade(String),
    /// The device was revoked.
    Revoked,
    /// The server has other commands under this device's numbers: the file is an old copy.
    Forked(String),
    /// The token was refused: sign in again.
    SignIn(String),
    /// The store could not take in what came.
    Store(String),
}

/// Where the engine stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Status {
    /// Everything the server had is here, and everything here is there.
    UpToDate,
    /// At work.
    Busy,
    /// Failed so often in a row; tried again by itself.
    Retrying {
        /// Failures in a row.
        failures: u32,
        /// What was said.
        why: String,
    },
    /// Pulls, but the server takes no commands from this version.
    PullOnly(String),
    /// Stopped until a person acts; nothing was lost, the queue stays.
    Stopped(Why),
}
