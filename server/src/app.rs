//! What every request shares: configuration, pool, clock, limits. Nothing here outlives the process
//! but what the database holds; any number of servers stand side by side.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use tokio::sync::Semaphore;

use crate::auth::{Limits, Passwords};
use crate::config::Config;
use crate::db::Db;
use crate::error::ServerError;
use crate::wake::Wake;

/// Where the time comes from.
pub type Clock = Arc<dyn Fn() -> DateTime<Utc> + Send + Sync>;

/// The shared part.
pub struct App {
    /// As configured.
    pub config: Config,
    /// The pool.
    pub db: Db,
    /// Password hashing.
    pub passwords: Passwords,
    /// Requests allowed by address and by device.
    pub limits: Limits,
    /// Batches being decided.
    pub pushes: Semaphore,
    /// Devices that listen.
    pub wake: Wake,
    clock: Clock,
}

impl App {
    /// With the system's clock.
    pub fn new(config: Config) -> Result<Arc<Self>, ServerError> {
        #[expect(clippy::disallowed_methods, reason = "the server's clock is the one authority on time")]
        Self::with_clock(config, Arc::new(Utc::now))
    }

    /// With another clock, for tests.
    pub fn with_clock(config: Config, clock: Clock) -> Result<Arc<Self>, ServerError> {
        Ok(Arc::new(Self {
            db: Db::new(&config.database)?,
            passwords: Passwords::new(config.auth.argon2_mib),
            limits: Limits::new(&config.limits),
            pushes: Semaphore::new(config.limits.pushes_at_once),
            wake: Wake::default(),
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
