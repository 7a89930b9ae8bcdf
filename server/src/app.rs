//! What every request shares: configuration, pool, clock, limits. Nothing here outlives the process
//! but what the database holds; any number of servers stand side by side.

use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use chrono::{DateTime, Utc};
use protocol::Versions;
use tokio::sync::Semaphore;

use crate::attach::Seal;
use crate::auth::{Limits, Passwords};
use crate::config::Config;
use crate::db::Db;
use crate::error::ServerError;
use crate::oidc::Provider;
use crate::wake::Wake;

/// Where the time comes from.
pub type Clock = Arc<dyn Fn() -> DateTime<Utc> + Send + Sync>;

/// The shared part.
pub struct App {
    /// As configured.
    pub config: Config,
    /// The pool.
    pub db: Db,
    /// A replica's pool, for pulls.
    pub reads: Option<Db>,
    /// Pulls that the replica answered.
    pub replica_reads: AtomicU64,
    /// Password hashing.
    pub passwords: Passwords,
    /// Requests allowed by address and by device.
    pub limits: Limits,
    /// Batches being decided.
    pub pushes: Semaphore,
    /// Parts of attachments being taken.
    pub uploads: Semaphore,
    /// The keys of attachments.
    pub seal: Seal,
    /// Devices that listen.
    pub wake: Wake,
    /// Sign-in providers, one an organisation.
    pub providers: Vec<Arc<Provider>>,
    /// Which command versions are taken, and how the older ones are read.
    pub versions: Versions,
    clock: Clock,
}

impl App {
    /// With the system's clock.
    pub fn new(config: Config) -> Result<Arc<Self>, ServerError> {
        #[expect(clippy::disallowed_methods, reason = "the server's clock is the one authority on time")]
        Self::with_clock(config, Arc::new(|| pinned().unwrap_or_else(Utc::now)))
    }

    /// With another clock, for tests.
    pub fn with_clock(config: Config, clock: Clock) -> Result<Arc<Self>, ServerError> {
        Self::speaking(config, clock, Versions::default())
    }

    /// With other command versions than this build's, for tests of an upgrade.
    pub fn speaking(config: Config, clock: Clock, versions: Versions) -> Result<Arc<Self>, ServerError> {
        Ok(Arc::new(Self {
            db: Db::new(&config.database)?,
            reads: config.database.read_url.as_ref().map(|url| Db::of(url, &config.database)).transpose()?,
            replica_reads: AtomicU64::new(0),
            passwords: Passwords::new(config.auth.argon2_mib),
            limits: Limits::new(&config.limits),
            pushes: Semaphore::new(config.limits.pushes_at_once),
            uploads: Semaphore::new(config.attachments.uploads_at_once),
            seal: Seal::read(&config.attachments.key_files).map_err(|error| ServerError::Invalid(error.to_string()))?,
            wake: Wake::default(),
            providers: config.oidc.iter().cloned().map(|one| Arc::new(Provider::new(one))).collect(),
            versions,
            config,
            clock,
        }))
    }

    /// The moment, in microseconds: finer is not kept by PostgreSQL.
    #[must_use]
    pub fn now(&self) -> DateTime<Utc> {
        let now = (self.clock)();
        DateTime::from_timestamp_micros(now.timestamp_micros()).unwrap_or(now)
    }
}

/// Builds for testing can stand at a given moment, as the app's do (`DUNLIN_NOW`, RFC 3339).
#[cfg(debug_assertions)]
fn pinned() -> Option<DateTime<Utc>> {
    std::env::var("DUNLIN_NOW").ok()?.parse().ok()
}

#[cfg(not(debug_assertions))]
fn pinned() -> Option<DateTime<Utc>> {
    None
}
