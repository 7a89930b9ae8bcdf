//! Backup to an encrypted file that opens anywhere with its passphrase, restore, and the check of
//! the history's chain.

use std::path::{Path, PathBuf};

use contract::{ApiError, BackupReport, BackupRequest, ErrorCode, HistoryReport, Unlock};
use store::StoreError;

use crate::desk::{Access, Desk};
use crate::errors::{file, stored};
use crate::vault::{self, KeySource};
use crate::views::count;

fn backup_path(input: &BackupRequest) -> Result<PathBuf, ApiError> {
    let path = Path::new(input.path.trim());
    if path.as_os_str().is_empty() {
        return Err(ApiError::invalid("path", "No file is named.", "Name the backup file."));
    }
    Ok(path.to_owned())
}

impl Desk {
    /// Writes a backup under a key of its own, made from the passphrase.
    pub(crate) fn make_backup(&self, input: &BackupRequest) -> Result<BackupReport, ApiError> {
        let store = self.store()?;
        let path = backup_path(input)?;
        if path.exists() {
            return Err(ApiError::invalid(
                "path",
                format!("{} exists already.", path.display()),
                "Choose another name; a backup never overwrites a file.",
            ));
        }
        let (source, key) = vault::create(&*self.keychain, Some(&input.passphrase))?;
        store.backup(&path, &key, &mut |_| true).map_err(stored)?;
        vault::write_sources(&path, &[source])?;
        let entries = store::verify(&path, &key).map_err(stored)?;
        Ok(BackupReport {
            path: path.display().to_string(),
            message: format!(
                "The backup is written and checked ({entries} history entries). Keep it with the small file {} beside it, and remember its passphrase.",
                vault::source_path(&path).display()
            ),
        })
    }

    /// Replaces the database by a backup; the old one is kept beside it.
    pub(crate) fn restore_backup(&self, input: &BackupRequest) -> Result<BackupReport, ApiError> {
        let path = backup_path(input)?;
        if let Ok(store) = self.store() {
            Self::alone(&store, "A backup")?;
        }
        let Some(source) =
            vault::read_sources(&path)?.into_iter().find(|source| matches!(source, KeySource::Passphrase { .. }))
        else {
            return Err(ApiError::new(
                ErrorCode::KeyLost,
                format!(
                    "The small file {} that belongs to this backup is missing.",
                    vault::source_path(&path).display()
                ),
                "Put both files of the backup in the same folder.",
            ));
        };
        let key = vault::derive(&source, &input.passphrase)?;
        store::verify(&path, &key).map_err(|error| match error {
            StoreError::WrongKey { .. } => ApiError::new(
                ErrorCode::WrongPassphrase,
                "That passphrase does not open the backup.",
                "Try again; capital letters and spaces count. Nothing was changed.",
            ),
            // Not the database in use: that one is sound.
            StoreError::Damaged { .. } => ApiError::new(
                ErrorCode::Failed,
                format!("The backup {} is damaged and can't be restored.", path.display()),
                "Restore an earlier one. The database here is as it was.",
            ),
            other => stored(other),
        })?;
        std::fs::create_dir_all(&self.folder).map_err(|error| file(&self.folder, "created", &error))?;
        // A copy that is to be destroyed must not take the restored one with it.
        self.finish_destroying()?;
        let database = self.database();
        // Another key: the restored database gets one in this computer's keychain, or keeps the passphrase.
        let (own_source, own_key) = match vault::create(&*self.keychain, None) {
            Ok(made) => made,
            Err(_) => vault::create(&*self.keychain, Some(&input.passphrase))?,
        };
        let old_sources = vault::read_sources(&database)?;
        // Both, until the swap is done: whichever file stands there after a crash can be opened.
        let mut both = vec![own_source.clone()];
        both.extend(old_sources.iter().cloned());
        vault::write_sources(&database, &both)?;
        let held = self.store().ok();
        self.set(Access::Closed);
        // The lock is released when the last user of the store has gone.
        drop(held);
        let kept = match store::restore(&path, &key, &database, &own_key) {
            Ok(kept) => kept,
            Err(error) => {
                // What was open is opened again: both keys are still named.
                self.start();
                return Err(stored(error));
            }
        };
        if let Some(aside) = &kept {
            vault::write_sources(aside, &old_sources)?;
        }
        let asks = matches!(own_source, KeySource::Passphrase { .. });
        vault::write_sources(&database, &[own_source])?;
        if asks {
            self.unlock_with(&Unlock { passphrase: input.passphrase.clone() })?;
        } else {
            self.start();
        }
        self.store()?;
        let aside =
            kept.map_or_else(String::new, |old| format!(" The database that was here is kept as {}.", old.display()));
        let opens = if asks { " From now on its passphrase opens it." } else { "" };
        Ok(BackupReport {
            path: database.display().to_string(),
            message: format!("The backup is restored.{opens}{aside}"),
        })
    }

    /// Checks the history's chain.
    pub(crate) fn check_history(&self) -> Result<HistoryReport, ApiError> {
        match self.store()?.verify_history() {
            Ok(entries) => Ok(HistoryReport { entries: count(entries), broken: None }),
            Err(error @ (StoreError::Chain(_) | StoreError::ChainCut { .. })) => {
                Ok(HistoryReport { entries: 0, broken: Some(error.to_string()) })
            }
            Err(error) => Err(stored(error)),
        }
    }
}
