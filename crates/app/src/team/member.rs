//! This device's membership: which server, who, and the key that proves it. Kept in the encrypted
//! database; the key itself in the keychain where there is one.

use chrono::{DateTime, Utc};
use contract::{ApiError, ErrorCode};
use ed25519_dalek::SigningKey;
use serde::{Deserialize, Serialize};
use store::Store;
use uuid::Uuid;
use zeroize::Zeroizing;

use crate::errors::stored;
use crate::seams::{Keychain, KeychainError};
use crate::vault::{hex, keychain_error, random, unhex};

const KEY: &str = "team";

/// The membership.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Membership {
    /// The server's address, without a slash at the end.
    pub server: String,
    /// The organisation's short name, for its provider.
    #[serde(default)]
    pub organisation: String,
    /// The organisation, for challenges.
    pub org: String,
    /// This device.
    pub device: Uuid,
    /// As the supervisor sees it.
    pub device_name: String,
    /// The user's login.
    pub login: String,
    /// The user's name, as the history has it.
    pub name: String,
    /// `specialist`, `supervisor`, `administrator` or `auditor`.
    pub role: String,
    /// The server's authority, PEM, where the system does not know it.
    pub authority: Option<String>,
    /// Without contact until then the database stays shut.
    pub offline_until: DateTime<Utc>,
    /// Where the device's key is.
    pub key: KeyPlace,
}

/// Where the device's key is.
#[derive(Clone, Serialize, Deserialize)]
#[serde(tag = "place", rename_all = "snake_case")]
pub enum KeyPlace {
    /// In the keychain, under this name.
    Keychain {
        /// Entry's name.
        entry: String,
    },
    /// In the database, which a passphrase protects: there is no keychain.
    Database {
        /// Hex.
        seed: String,
    },
}

impl std::fmt::Debug for KeyPlace {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("KeyPlace")
    }
}

impl Membership {
    /// This database's membership, if it has one.
    pub fn load(store: &Store) -> Result<Option<Self>, ApiError> {
        Ok(store.setting::<Option<Self>>(KEY).map_err(stored)?.flatten())
    }

    /// Keeps it.
    pub fn save(&self, store: &Store) -> Result<(), ApiError> {
        store.put_setting(KEY, &Some(self)).map_err(stored)
    }

    /// The device's key.
    pub fn signing_key(&self, keychain: &dyn Keychain) -> Result<SigningKey, ApiError> {
        let seed = match &self.key {
            KeyPlace::Database { seed } => Zeroizing::new(seed.clone()),
            KeyPlace::Keychain { entry } => {
                Zeroizing::new(keychain.get(entry).map_err(|error| keychain_error(&error))?)
            }
        };
        unhex::<32>(&seed).map(|seed| SigningKey::from_bytes(&seed)).ok_or_else(|| {
            ApiError::new(
                ErrorCode::KeyLost,
                "The keychain's entry for this device is not a key.",
                "Leave the team, ask the administrator for a new code, and connect again.",
            )
        })
    }
}

impl KeyPlace {
    /// Its name in the keychain, if it is there.
    pub fn entry(&self) -> Option<&str> {
        match self {
            Self::Keychain { entry } => Some(entry),
            Self::Database { .. } => None,
        }
    }

    /// The key goes. One that can't be deleted proves nothing to a server that does not know its device.
    pub fn forget(&self, keychain: &dyn Keychain) {
        if let Some(entry) = self.entry() {
            let _ = keychain.delete(entry);
        }
    }
}

/// A new key for a device: in the keychain, else for the database.
pub fn new_key(keychain: &dyn Keychain) -> Result<(KeyPlace, SigningKey), ApiError> {
    let seed = Zeroizing::new(random::<32>()?);
    let key = SigningKey::from_bytes(&seed);
    let entry = format!("device {}", hex(&random::<8>()?));
    let place = match keychain.set(&entry, &hex(&*seed)) {
        Ok(()) => KeyPlace::Keychain { entry },
        Err(KeychainError::Unavailable(_)) => KeyPlace::Database { seed: hex(&*seed) },
        Err(error) => return Err(keychain_error(&error)),
    };
    Ok((place, key))
}
