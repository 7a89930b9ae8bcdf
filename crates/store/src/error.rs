//! What can go wrong with the database, each with its way out. No error deletes or overwrites
//! anything: the data stays where it is.

use std::path::PathBuf;

use domain::history::Broken;
use domain::money::MoneyError;
use domain::outbox::OutOfOrder;
use rusqlite::ErrorCode;
use rusqlite::ffi::SQLITE_IOERR_SHMSIZE;

/// A failed operation of the store.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The file is there and the key does not open it.
    #[error(
        "the key does not open {}: another key belongs to it. Unlock with the passphrase or recovery key that was set for this file, or restore a backup; the file is unchanged",
        path.display()
    )]
    WrongKey {
        /// The database.
        path: PathBuf,
    },
    /// The file is there and nobody has its key.
    #[error(
        "there is a database at {} but no key for it. Unlock the keychain it was stored in, or enter the recovery key; do not start a new database over it. The file is unchanged",
        path.display()
    )]
    NoKey {
        /// The database.
        path: PathBuf,
    },
    /// There is no file.
    #[error("there is no database at {}. Choose where it was moved to, restore a backup, or start a new one", path.display())]
    Missing {
        /// Where it was looked for.
        path: PathBuf,
    },
    /// A file stands where a new one was to be made.
    #[error("{} exists already and is left as it is. Choose another name, or move it away first", path.display())]
    Exists {
        /// What stands there.
        path: PathBuf,
    },
    /// The file's content was altered or cut.
    #[error(
        "the database is damaged ({detail}). Nothing more is written to it: copy the file aside, then restore the latest backup"
    )]
    Damaged {
        /// What was found.
        detail: String,
    },
    /// A newer Dunlin wrote this file.
    #[error(
        "this database has schema {found}; this version of Dunlin knows up to {known}. Update Dunlin; the file is unchanged"
    )]
    NewerSchema {
        /// The file's schema.
        found: u32,
        /// The newest known here.
        known: u32,
    },
    /// A migration differs from the one this file went through.
    #[error(
        "migration {number} of this program is not the one this database went through. Install an official release; the file is unchanged"
    )]
    EditedMigration {
        /// Which.
        number: u32,
    },
    /// No room left.
    #[error("the disk is full: nothing of this change was saved, all earlier work is. Free some space and try again")]
    DiskFull,
    /// Another instance works on this file.
    #[error("{} is open in another Dunlin window. Continue there, or close it first", path.display())]
    InUse {
        /// The database.
        path: PathBuf,
    },
    /// The caller asked to stop; nothing was changed.
    #[error("cancelled: nothing was changed")]
    Cancelled,
    /// A change names a row that is not there.
    #[error("{what} {id} is not in the database: reload the account and try again")]
    NoSuchRow {
        /// What kind of row.
        what: &'static str,
        /// Its id.
        id: String,
    },
    /// A change was already made, or a row's id is taken.
    #[error("{what} {id} was already recorded or closed: reload the account to see its present state")]
    Conflict {
        /// What kind of row.
        what: &'static str,
        /// Its id.
        id: String,
    },
    /// A row refers to one that is not there.
    #[error("{what} refers to {missing}, which is not in the database: import that first, or together with it")]
    Orphan {
        /// The row, by its reference.
        what: String,
        /// What is missing.
        missing: String,
    },
    /// An imported row has the id of another one.
    #[error(
        "{what} is twice in this import, or belongs to another account already: correct the extract and import again"
    )]
    Duplicate {
        /// The row, by its reference.
        what: String,
    },
    /// An amount that can't be stored exactly.
    #[error("an amount can't be stored: {0}")]
    Money(#[from] MoneyError),
    /// A stored value that this version can't read.
    #[error("a stored value can't be read ({0}): update Dunlin, or restore the latest backup")]
    Unreadable(String),
    /// The history's chain is broken.
    #[error("{0}. Keep this file as evidence and restore the latest backup")]
    Chain(#[from] Broken),
    /// The history's end is missing.
    #[error(
        "the history holds {found} entries but {expected} were written: its end was removed. Keep this file as evidence and restore the latest backup"
    )]
    ChainCut {
        /// Entries found.
        found: usize,
        /// Entries written.
        expected: usize,
    },
    /// A change behind the command log's back.
    #[error(
        "this database is connected to a server: changes go through its command log, extracts are imported on the server. Nothing was changed"
    )]
    Connected,
    /// A first snapshot that was cut short.
    #[error("{} is a copy from the server that was not finished: it is taken up again at the next connection", path.display())]
    Unfinished {
        /// The file.
        path: PathBuf,
    },
    /// An event that can't happen to an intent in its state.
    #[error("the message can't change so: {0}")]
    OutOfOrder(#[from] OutOfOrder),
    /// The file system refused.
    #[error("{}: {source}. Check that the folder exists and may be written to", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// Any other refusal by SQLite.
    #[error(
        "the database refused: {0}. Nothing of this change was saved; try again, and restart Dunlin if it stays so"
    )]
    Sqlite(rusqlite::Error),
}

impl StoreError {
    pub(crate) fn io(path: impl Into<PathBuf>) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.into();
        move |source| match source.kind() {
            std::io::ErrorKind::StorageFull | std::io::ErrorKind::QuotaExceeded => Self::DiskFull,
            _ => Self::Io { path, source },
        }
    }

    pub(crate) fn unreadable(error: impl std::fmt::Display) -> Self {
        Self::Unreadable(error.to_string())
    }
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        match &error {
            rusqlite::Error::SqliteFailure(failure, detail) => match failure.code {
                ErrorCode::DiskFull => Self::DiskFull,
                // No room to grow the WAL's index.
                _ if failure.extended_code == SQLITE_IOERR_SHMSIZE => Self::DiskFull,
                ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase => {
                    Self::Damaged { detail: detail.clone().unwrap_or_else(|| failure.to_string()) }
                }
                ErrorCode::OperationInterrupted => Self::Cancelled,
                _ => Self::Sqlite(error),
            },
            rusqlite::Error::FromSqlConversionFailure(..)
            | rusqlite::Error::InvalidColumnType(..)
            | rusqlite::Error::IntegralValueOutOfRange(..) => Self::unreadable(&error),
            _ => Self::Sqlite(error),
        }
    }
}
