//! The open database: one writer, a few readers, one instance at a time.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use rusqlite::{Connection, Transaction, TransactionBehavior};

use crate::board::Boards;
use crate::connection::{self, Access};
use crate::error::StoreError;
use crate::key::Key;
use crate::lock::Lock;
use crate::migration;
use crate::table::{shadow, sync_state};

/// Readers kept open between uses; a busier moment opens more and closes them again.
const READERS: usize = 3;

/// The encrypted client database. Shared between threads by reference: one thread writes at a
/// time, others read the last committed state meanwhile.
pub struct Store {
    path: PathBuf,
    key: Key,
    // Closed before the writer: the last to close writes the log back, which a reader can't.
    readers: Mutex<Vec<Connection>>,
    writer: Mutex<Connection>,
    pub(crate) boards: Boards,
    // Dropped last: another instance may open only after the connections are closed.
    _lock: Lock,
}

impl std::fmt::Debug for Store {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Store").field("path", &self.path).finish_non_exhaustive()
    }
}

impl Store {
    /// Makes a new, empty database. `Exists` when anything is there.
    pub fn create(path: impl AsRef<Path>, key: &Key) -> Result<Self, StoreError> {
        let path = path.as_ref();
        let lock = Lock::take(path)?;
        // Reserves the name: what stands there is never overwritten. An empty file is what a crash at
        // this very place leaves.
        match std::fs::File::create_new(path) {
            Ok(_) => {}
            Err(_) if is_empty_file(path) => {}
            Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {
                return Err(StoreError::Exists { path: path.to_owned() });
            }
            Err(error) => return Err(StoreError::io(path)(error)),
        }
        Self::start(path, key, connection::open(path, key, Access::Create)?, lock)
    }

    /// Opens an existing database and brings its schema up to date. `Missing`, `WrongKey`,
    /// `Damaged`, `NewerSchema`, `EditedMigration`, `Unfinished` or `InUse` where that is so; the file stays as
    /// it is then.
    pub fn open(path: impl AsRef<Path>, key: &Key) -> Result<Self, StoreError> {
        Self::open_any(path.as_ref(), key)?.refuse_unfinished()
    }

    /// Opens one that may be an unfinished snapshot.
    pub(crate) fn open_any(path: &Path, key: &Key) -> Result<Self, StoreError> {
        if !path.is_file() {
            return Err(StoreError::Missing { path: path.to_owned() });
        }
        let mut lock = Lock::take(path)?;
        if is_empty_file(path) {
            return Err(StoreError::Damaged { detail: "the file is empty".to_owned() });
        }
        let writer = match connection::open(path, key, Access::Write) {
            Err(StoreError::WrongKey { .. }) if lock.fits(key) == Some(true) => {
                return Err(StoreError::Damaged { detail: "its key fits, its first page does not".to_owned() });
            }
            other => other?,
        };
        Self::start(path, key, writer, lock)
    }

    /// At the program's start: none when there is no database yet, `NoKey` when there is one and
    /// the keychain gave no key (which must not be taken for a new user), else the open store.
    pub fn open_if_any(path: impl AsRef<Path>, key: Option<&Key>) -> Result<Option<Self>, StoreError> {
        let path = path.as_ref();
        match key {
            _ if !path.exists() => Ok(None),
            None => Err(StoreError::NoKey { path: path.to_owned() }),
            Some(key) => Self::open(path, key).map(Some),
        }
    }

    /// Whether a program that ended while it made this file left nothing but its name: it is empty, and was
    /// never opened with a key. One that was, and is empty now, is `Damaged`.
    #[must_use]
    pub fn was_never_made(path: &Path) -> bool {
        is_empty_file(path) && !crate::lock::was_opened(path)
    }

    fn start(path: &Path, key: &Key, mut writer: Connection, mut lock: Lock) -> Result<Self, StoreError> {
        migration::run(&mut writer)?;
        if sync_state::get(&writer)?.device.is_some() {
            shadow::prepare(&writer)?;
        }
        lock.note(key);
        Ok(Self {
            path: path.to_owned(),
            key: key.clone(),
            writer: Mutex::new(writer),
            readers: Mutex::new(Vec::new()),
            boards: Boards::default(),
            _lock: lock,
        })
    }

    /// Where the database is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The key it was opened with: to make a file that takes its place.
    #[must_use]
    pub fn key(&self) -> &Key {
        &self.key
    }

    /// Writes the WAL back into the file and closes it.
    pub fn close(self) -> Result<(), StoreError> {
        self.write(|conn| Ok(conn.execute_batch("PRAGMA wal_checkpoint(TRUNCATE)")?))
    }

    /// The writer connection, outside of a transaction.
    pub(crate) fn write<T>(
        &self,
        work: impl FnOnce(&mut Connection) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        work(&mut held(&self.writer))
    }

    /// Writes the log back into the file, before something that will fill it: if the disk is full
    /// then, the log can be given back whole. Best effort; readers may hold parts of it.
    pub(crate) fn settle(&self) -> Result<(), StoreError> {
        self.write(|conn| {
            let _ = conn.execute_batch("PRAGMA wal_checkpoint(TRUNCATE)");
            Ok(())
        })
    }

    /// With room for more decrypted pages while a big transaction runs, given back afterwards.
    pub(crate) fn with_room<T>(&self, work: impl FnOnce() -> Result<T, StoreError>) -> Result<T, StoreError> {
        self.write(|conn| Ok(conn.pragma_update(None, "cache_size", -connection::BULK_CACHE_KIB)?))?;
        let done = work();
        self.write(|conn| {
            conn.pragma_update(None, "cache_size", -connection::CACHE_KIB)?;
            Ok(conn.execute_batch("PRAGMA shrink_memory")?)
        })?;
        done
    }

    /// Lets go of the decrypted pages that are kept for the next look: after work that looked at everything
    /// they are not those that a person will ask for.
    pub fn shrink(&self) -> Result<(), StoreError> {
        let shrink = |conn: &Connection| conn.execute_batch("PRAGMA shrink_memory");
        held(&self.readers).iter().try_for_each(shrink)?;
        self.write(|conn| Ok(shrink(conn)?))
    }

    /// One transaction: all of `work` or nothing of it.
    pub(crate) fn transact<T>(
        &self,
        work: impl FnOnce(&Transaction<'_>) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        self.write(|conn| {
            let done = attempt(conn, work);
            if let Err(StoreError::DiskFull) = done {
                // Gives back what the log had taken of the disk.
                let _ = conn.execute_batch("PRAGMA wal_checkpoint(TRUNCATE)");
            }
            done
        })
    }

    /// One transaction after which nothing of what it deleted or replaced is left in the file.
    pub(crate) fn overwriting<T>(
        &self,
        work: impl FnOnce(&Transaction<'_>) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        // Freed pages are overwritten too, not only freed cells.
        self.write(|conn| Ok(conn.pragma_update(None, "secure_delete", "ON")?))?;
        let done = self.transact(work);
        self.write(|conn| {
            // The log holds what the pages held before.
            conn.execute_batch("PRAGMA wal_checkpoint(TRUNCATE)")?;
            Ok(conn.pragma_update(None, "secure_delete", "FAST")?)
        })?;
        done
    }

    /// A consistent view of the last committed state.
    pub(crate) fn read<T>(&self, work: impl FnOnce(&Connection) -> Result<T, StoreError>) -> Result<T, StoreError> {
        let reader = Reader::take(self)?;
        let tx = reader.conn()?.unchecked_transaction()?;
        work(&tx)
    }

    /// `count` readers that see the same committed state, each in its own read transaction. Readers
    /// beyond the pool's are opened for the occasion.
    pub(crate) fn same_view(&self, count: usize) -> Result<Vec<Connection>, StoreError> {
        // While the writer is held nothing can be committed in between.
        let writer = held(&self.writer);
        let mut readers = Vec::with_capacity(count);
        for _ in 0..count {
            let pooled = held(&self.readers).pop();
            let conn = match pooled {
                Some(conn) => conn,
                None => connection::open(&self.path, &self.key, Access::Read)?,
            };
            conn.execute_batch("BEGIN; SELECT 1 FROM sqlite_schema LIMIT 1;")?;
            readers.push(conn);
        }
        drop(writer);
        Ok(readers)
    }

    /// Ends a reader's transaction and keeps it for the next.
    pub(crate) fn give_back(&self, conn: Connection) {
        if conn.is_autocommit() || conn.execute_batch("ROLLBACK").is_ok() {
            let mut readers = held(&self.readers);
            if readers.len() < READERS {
                readers.push(conn);
            }
        }
    }
}

fn attempt<T>(
    conn: &mut Connection,
    work: impl FnOnce(&Transaction<'_>) -> Result<T, StoreError>,
) -> Result<T, StoreError> {
    let tx = conn.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let done = work(&tx)?;
    tx.commit()?;
    Ok(done)
}

fn is_empty_file(path: &Path) -> bool {
    std::fs::metadata(path).is_ok_and(|file| file.is_file() && file.len() == 0)
}

/// A poisoned lock means that a thread panicked; its transaction was rolled back, so go on.
fn held<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A borrowed reader that finds its way back.
struct Reader<'s> {
    store: &'s Store,
    conn: Option<Connection>,
}

impl<'s> Reader<'s> {
    fn take(store: &'s Store) -> Result<Self, StoreError> {
        let pooled = held(&store.readers).pop();
        let conn = match pooled {
            Some(conn) => conn,
            None => connection::open(&store.path, &store.key, Access::Read)?,
        };
        Ok(Self { store, conn: Some(conn) })
    }

    fn conn(&self) -> Result<&Connection, StoreError> {
        self.conn.as_ref().ok_or_else(|| StoreError::unreadable("a reader was given back twice"))
    }
}

impl Drop for Reader<'_> {
    fn drop(&mut self) {
        if let Some(conn) = self.conn.take() {
            self.store.give_back(conn);
        }
    }
}
