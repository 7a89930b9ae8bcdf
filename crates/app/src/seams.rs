//! What the app asks of its surroundings: a clock, a keychain, a desktop. Each has a stand-in for
//! work without a window.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;
use contract::{PickFile, Progress};
use domain::ids::IdSource;
use uuid::Uuid;

/// The time, asked once for each decision.
pub trait Clock: Send + Sync {
    /// This moment.
    fn now(&self) -> DateTime<Utc>;
    /// The specialist's date at this moment.
    fn today(&self) -> NaiveDate;
    /// The specialist's zone; UTC where the machine does not tell.
    fn zone(&self) -> Tz {
        Tz::UTC
    }
}

/// The machine's clock.
#[derive(Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "this is the one place that asks the system")]
    fn now(&self) -> DateTime<Utc> {
        pinned().unwrap_or_else(Utc::now)
    }

    #[expect(clippy::disallowed_methods, reason = "this is the one place that asks the system")]
    fn today(&self) -> NaiveDate {
        pinned().map_or_else(|| chrono::Local::now().date_naive(), |at| at.date_naive())
    }

    fn zone(&self) -> Tz {
        iana_time_zone::get_timezone().ok().and_then(|name| name.parse().ok()).unwrap_or(Tz::UTC)
    }
}

/// Builds for testing can stand at a given moment (`DUNLIN_NOW`, RFC 3339), so that what is decided
/// at 10:00 on a Tuesday can be tested on a Sunday night.
#[cfg(debug_assertions)]
fn pinned() -> Option<DateTime<Utc>> {
    std::env::var("DUNLIN_NOW").ok()?.parse().ok()
}

#[cfg(not(debug_assertions))]
fn pinned() -> Option<DateTime<Utc>> {
    None
}

/// A clock that stands still: for replays and tests.
#[derive(Debug, Clone, Copy)]
pub struct FixedClock(pub DateTime<Utc>);

impl Clock for FixedClock {
    fn now(&self) -> DateTime<Utc> {
        self.0
    }

    fn today(&self) -> NaiveDate {
        self.0.date_naive()
    }
}

/// Ids from a clock's time and the system's randomness, or counted instead of random: the same work
/// then gives the same ids, and so the same bytes.
pub struct TimeIds {
    now: DateTime<Utc>,
    rest: Rest,
}

/// What of an id does not come from the clock.
enum Rest {
    Random(uuid::ContextV7),
    Counted(Arc<AtomicU64>),
}

impl TimeIds {
    /// Ids of that moment.
    #[must_use]
    pub fn at(now: DateTime<Utc>) -> Self {
        Self { now, rest: Rest::Random(uuid::ContextV7::new()) }
    }

    /// Ids of that moment, counted on.
    #[must_use]
    pub fn counted(now: DateTime<Utc>, count: Arc<AtomicU64>) -> Self {
        Self { now, rest: Rest::Counted(count) }
    }
}

impl IdSource for TimeIds {
    fn fresh(&mut self) -> Uuid {
        match &self.rest {
            Rest::Random(context) => {
                let seconds = u64::try_from(self.now.timestamp()).unwrap_or(0);
                Uuid::new_v7(uuid::Timestamp::from_unix(context, seconds, self.now.timestamp_subsec_nanos()))
            }
            Rest::Counted(count) => {
                let mut low = [0; 10];
                low[2..].copy_from_slice(&count.fetch_add(1, Ordering::Relaxed).to_be_bytes());
                let millis = u64::try_from(self.now.timestamp_millis()).unwrap_or(0);
                uuid::Builder::from_unix_timestamp_millis(millis, &low).into_uuid()
            }
        }
    }
}

/// What can go wrong with a keychain.
#[derive(Debug, Clone, thiserror::Error)]
pub enum KeychainError {
    /// It has nothing under that name.
    #[error("the keychain has no such entry")]
    NoEntry,
    /// It is locked, or the person declined.
    #[error("the keychain is locked: {0}")]
    Locked(String),
    /// There is none.
    #[error("there is no keychain: {0}")]
    Unavailable(String),
}

/// Secrets by name.
pub trait Keychain: Send + Sync {
    /// Reads a secret.
    fn get(&self, name: &str) -> Result<String, KeychainError>;
    /// Writes a secret.
    fn set(&self, name: &str, secret: &str) -> Result<(), KeychainError>;
    /// Forgets a secret; nothing to forget is fine.
    fn delete(&self, name: &str) -> Result<(), KeychainError>;
}

/// Secrets in memory only: for work that leaves nothing behind.
#[derive(Default)]
pub struct MemoryKeychain(Mutex<HashMap<String, String>>);

impl Keychain for MemoryKeychain {
    fn get(&self, name: &str) -> Result<String, KeychainError> {
        let held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        held.get(name).cloned().ok_or(KeychainError::NoEntry)
    }

    fn set(&self, name: &str, secret: &str) -> Result<(), KeychainError> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(name.to_owned(), secret.to_owned());
        Ok(())
    }

    fn delete(&self, name: &str) -> Result<(), KeychainError> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(name);
        Ok(())
    }
}

/// A machine without a keychain.
pub struct NoKeychain;

impl Keychain for NoKeychain {
    fn get(&self, _: &str) -> Result<String, KeychainError> {
        Err(KeychainError::Unavailable("none on this machine".to_owned()))
    }

    fn set(&self, _: &str, _: &str) -> Result<(), KeychainError> {
        Err(KeychainError::Unavailable("none on this machine".to_owned()))
    }

    fn delete(&self, _: &str) -> Result<(), KeychainError> {
        Ok(())
    }
}

/// The desktop around the window.
pub trait Shell: Send + Sync {
    /// A long job came further.
    fn progress(&self, progress: &Progress);
    /// Something changed that the window shows.
    fn changed(&self, what: &str);
    /// Asks the person for a file.
    fn pick_file(&self, ask: &PickFile) -> Option<PathBuf>;
    /// Opens a web page in the system's browser.
    fn open_in_browser(&self, url: &str) -> Result<(), String>;
}

/// No desktop: nobody to ask or tell.
pub struct NoShell;

impl Shell for NoShell {
    fn progress(&self, _: &Progress) {}

    fn changed(&self, _: &str) {}

    fn pick_file(&self, _: &PickFile) -> Option<PathBuf> {
        None
    }

    fn open_in_browser(&self, _: &str) -> Result<(), String> {
        Err("there is no browser here".to_owned())
    }
}
