//! One instance per database: a lock file beside it, held as long as the store is open. The file
//! also holds a check of the key, so that a damaged first page is told from a wrong key. A key of
//! 256 random bits can't be found from its hash.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use crate::error::StoreError;
use crate::key::Key;

/// The held lock; released when dropped, or by the system when the process ends.
#[derive(Debug)]
pub(crate) struct Lock {
    file: File,
}

/// The database's path with a suffix: `dunlin.db` and `.lock` give `dunlin.db.lock`.
pub(crate) fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}

impl Lock {
    pub(crate) fn take(path: &Path) -> Result<Self, StoreError> {
        let beside = beside(path, ".lock");
        let file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(&beside)
            .map_err(StoreError::io(&beside))?;
        match file.try_lock() {
            Ok(()) => Ok(Self { file }),
            Err(TryLockError::WouldBlock) => Err(StoreError::InUse { path: path.to_owned() }),
            Err(TryLockError::Error(error)) => Err(StoreError::io(beside)(error)),
        }
    }

    /// Whether the key is the one that last opened this file; none when that is not known.
    pub(crate) fn fits(&mut self, key: &Key) -> Option<bool> {
        let mut noted = Vec::new();
        self.file.seek(SeekFrom::Start(0)).ok()?;
        self.file.read_to_end(&mut noted).ok()?;
        (noted.len() == 32).then(|| noted == check(key))
    }

    /// Notes the key that opened the file. Failing to is no error: only a hint is lost.
    pub(crate) fn note(&mut self, key: &Key) {
        if self.fits(key) == Some(true) {
            return;
        }
        let written = self
            .file
            .set_len(0)
            .and_then(|()| self.file.seek(SeekFrom::Start(0)))
            .and_then(|_| self.file.write_all(&check(key)));
        if written.is_err() {
            let _ = self.file.set_len(0);
        }
    }
}

/// Whether a database was opened with any key so far.
pub(crate) fn was_opened(path: &Path) -> bool {
    std::fs::metadata(beside(path, ".lock")).is_ok_and(|file| file.len() > 0)
}

fn check(key: &Key) -> [u8; 32] {
    let mut hash = Sha256::new();
    hash.update(b"dunlin key check 1");
    hash.update(key.bytes());
    hash.finalize().into()
}
