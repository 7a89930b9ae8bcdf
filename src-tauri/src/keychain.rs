//! The operating system's keychain: Secret Service, Keychain, Credential Manager.

use app::{Keychain, KeychainError};
use keyring::{Entry, Error};

const SERVICE: &str = "app.dunlin.desktop";

/// The keychain of the person who is signed in.
pub struct OsKeychain;

fn told(error: Error) -> KeychainError {
    match error {
        Error::NoEntry => KeychainError::NoEntry,
        Error::NoStorageAccess(cause) => KeychainError::Locked(cause.to_string()),
        Error::PlatformFailure(cause) => KeychainError::Unavailable(cause.to_string()),
        other => KeychainError::Unavailable(other.to_string()),
    }
}

impl Keychain for OsKeychain {
    fn get(&self, name: &str) -> Result<String, KeychainError> {
        Entry::new(SERVICE, name).and_then(|entry| entry.get_password()).map_err(told)
    }

    fn set(&self, name: &str, secret: &str) -> Result<(), KeychainError> {
        Entry::new(SERVICE, name).and_then(|entry| entry.set_password(secret)).map_err(told)
    }

    fn delete(&self, name: &str) -> Result<(), KeychainError> {
        match Entry::new(SERVICE, name).and_then(|entry| entry.delete_credential()) {
            Ok(()) | Err(Error::NoEntry) => Ok(()),
            Err(error) => Err(told(error)),
        }
    }
}
