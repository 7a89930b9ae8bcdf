//! The database's key: random and in the keychain, or made from a passphrase with Argon2id where
//! there is no keychain. A small file beside the database says which; it holds no secret.

use std::path::{Path, PathBuf};

use argon2::{Algorithm, Argon2, Params, Version};
use contract::{ApiError, ErrorCode};
use serde::{Deserialize, Serialize};
use store::Key;
use zeroize::Zeroizing;

use crate::seams::{Keychain, KeychainError};

/// How the key is come by.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum KeySource {
    /// Under this name in the keychain.
    Keychain {
        /// Entry's name.
        entry: String,
    },
    /// Argon2id (RFC 9106) of a passphrase.
    Passphrase {
        /// Salt, hex.
        salt: String,
        /// Memory, KiB.
        memory: u32,
        /// Passes.
        passes: u32,
        /// Lanes.
        lanes: u32,
    },
}

/// RFC 9106's second recommended option: 64 MiB, three passes, four lanes.
const MEMORY_KIB: u32 = 64 * 1024;
const PASSES: u32 = 3;
const LANES: u32 = 4;

/// Shortest passphrase.
pub const MIN_PASSPHRASE: usize = 12;

/// The file that says how the key is come by.
#[must_use]
pub fn source_path(database: &Path) -> PathBuf {
    let mut name = database.file_name().unwrap_or_default().to_os_string();
    name.push(".key.json");
    database.with_file_name(name)
}

/// Random bytes of the operating system.
pub fn random<const N: usize>() -> Result<[u8; N], ApiError> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|error| {
        ApiError::new(
            ErrorCode::Failed,
            format!("The operating system gave no random numbers: {error}"),
            "Restart the computer and try again.",
        )
    })?;
    Ok(bytes)
}

/// Lower-case hex.
#[must_use]
pub fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// Bytes from hex.
#[must_use]
pub fn unhex<const N: usize>(text: &str) -> Option<[u8; N]> {
    let mut bytes = [0; N];
    if text.len() != N * 2 || !text.is_ascii() {
        return None;
    }
    for (index, byte) in bytes.iter_mut().enumerate() {
        *byte = u8::from_str_radix(&text[index * 2..index * 2 + 2], 16).ok()?;
    }
    Some(bytes)
}

/// A new source with its key: in the keychain, or from the passphrase.
pub fn create(keychain: &dyn Keychain, passphrase: Option<&str>) -> Result<(KeySource, Key), ApiError> {
    match passphrase {
        None => {
            let bytes = Zeroizing::new(random::<32>()?);
            let entry = format!("database {}", hex(&random::<8>()?));
            let text = Zeroizing::new(hex(&*bytes));
            keychain.set(&entry, &text).map_err(|error| keychain_error(&error))?;
            // A keychain that forgets at once would lose the database.
            if keychain.get(&entry).map_err(|error| keychain_error(&error))? != *text {
                return Err(keychain_error(&KeychainError::Unavailable("it did not keep the key".to_owned())));
            }
            Ok((KeySource::Keychain { entry }, Key::new(*bytes)))
        }
        Some(passphrase) => {
            if passphrase.chars().count() < MIN_PASSPHRASE {
                return Err(ApiError::invalid(
                    "passphrase",
                    format!("The passphrase has fewer than {MIN_PASSPHRASE} characters."),
                    "Use a longer one: four ordinary words are good.",
                ));
            }
            let source =
                KeySource::Passphrase { salt: hex(&random::<16>()?), memory: MEMORY_KIB, passes: PASSES, lanes: LANES };
            let key = derive(&source, passphrase)?;
            Ok((source, key))
        }
    }
}

/// Deletes a database's files, the one that says where its key is among them. What is not there is fine.
pub fn delete(database: &Path) -> Result<(), ApiError> {
    let name = database.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let mut all = vec![database.to_owned(), source_path(database)];
    all.extend(["-wal", "-shm", ".lock"].map(|end| database.with_file_name(format!("{name}{end}"))));
    for file in all {
        match std::fs::remove_file(&file) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                return Err(crate::errors::file(&file, "deleted", &error));
            }
            _ => {}
        }
    }
    Ok(())
}

/// The key of a passphrase.
pub fn derive(source: &KeySource, passphrase: &str) -> Result<Key, ApiError> {
    let KeySource::Passphrase { salt, memory, passes, lanes } = source else {
        return Err(ApiError::new(
            ErrorCode::Failed,
            "This database's key is in the keychain, not made from a passphrase.",
            "Unlock the keychain.",
        ));
    };
    let unreadable = || {
        ApiError::new(
            ErrorCode::Damaged,
            "The file that tells how the passphrase protects the database can't be read.",
            "Restore a backup, or put the file ending in .key.json back from your own copy.",
        )
    };
    let salt = unhex::<16>(salt).ok_or_else(unreadable)?;
    let params = Params::new(*memory, *passes, *lanes, Some(32)).map_err(|_| unreadable())?;
    let mut key = Zeroizing::new([0; 32]);
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
        .hash_password_into(passphrase.as_bytes(), &salt, &mut *key)
        .map_err(|_| unreadable())?;
    Ok(Key::new(*key))
}

/// The key out of the keychain.
pub fn from_keychain(keychain: &dyn Keychain, entry: &str, database: &Path) -> Result<Key, ApiError> {
    let text = Zeroizing::new(keychain.get(entry).map_err(|error| match error {
        KeychainError::NoEntry => ApiError::new(
            ErrorCode::KeyLost,
            format!("The database {} is here, but the keychain has no key for it.", database.display()),
            "Sign in as the user who made it, or restore a backup with its passphrase. Nothing was changed.",
        ),
        other => keychain_error(&other),
    })?);
    unhex::<32>(&text).map(Key::new).ok_or_else(|| {
        ApiError::new(
            ErrorCode::KeyLost,
            "The keychain's entry for this database is not a key.",
            "Restore the keychain from its own backup, or restore a backup of the database.",
        )
    })
}

/// In words a person can act on.
#[must_use]
pub fn keychain_error(error: &KeychainError) -> ApiError {
    match error {
        KeychainError::NoEntry => ApiError::new(
            ErrorCode::KeyLost,
            "The keychain has no key for this database.",
            "Restore a backup with its passphrase.",
        ),
        KeychainError::Locked(why) => ApiError::new(
            ErrorCode::KeychainLocked,
            format!("The keychain did not open: {why}."),
            "Unlock it in your system's password settings, then try again.",
        ),
        KeychainError::Unavailable(why) => ApiError::new(
            ErrorCode::KeychainLocked,
            format!("This computer's keychain can't be reached: {why}."),
            "Start the keychain service (on Linux: GNOME Keyring or KWallet), then try again.",
        ),
    }
}

/// Reads the source file; empty when there is none. While a restore is under way it names two, of
/// which one fits.
pub fn read_sources(database: &Path) -> Result<Vec<KeySource>, ApiError> {
    let path = source_path(database);
    let unreadable = |why: String| {
        ApiError::new(
            ErrorCode::Damaged,
            format!("{} can't be read: {why}.", path.display()),
            "Put it back from your own copy, or restore a backup. Nothing was changed.",
        )
    };
    match std::fs::read(&path) {
        Ok(bytes) => serde_json::from_slice(&bytes).map_err(|error| unreadable(error.to_string())),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(Vec::new()),
        Err(error) => Err(unreadable(error.to_string())),
    }
}

/// Writes the source file: whole or not at all.
pub fn write_sources(database: &Path, sources: &[KeySource]) -> Result<(), ApiError> {
    let path = source_path(database);
    let failed = |error: std::io::Error| {
        ApiError::new(
            ErrorCode::Failed,
            format!("{} can't be written: {error}.", path.display()),
            "Check that the folder can be written to and the disk has room.",
        )
    };
    let text = serde_json::to_vec_pretty(sources).map_err(|error| failed(error.into()))?;
    let beside = path.with_extension("new");
    std::fs::write(&beside, text).map_err(failed)?;
    std::fs::rename(&beside, &path).map_err(failed)
}
