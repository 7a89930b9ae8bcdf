//! The desk: an open (or locked, or missing) database and everything that works on it.

use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicU64;
use std::sync::{Arc, PoisonError, RwLock};

use chrono::{DateTime, NaiveDate, Utc};
use contract::{ApiError, ErrorCode};
use domain::policy::Policy;
use store::Store;

use crate::errors::stored;
use crate::jobs::{Job, Jobs};
use crate::seams::{Clock, Keychain, Shell, TimeIds};
use crate::settings::Settings;
use crate::team::Link;

/// The app without its window.
pub struct Desk {
    pub(crate) folder: PathBuf,
    pub(crate) shell: Arc<dyn Shell>,
    pub(crate) keychain: Arc<dyn Keychain>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) jobs: Jobs,
    /// The exchange with a team's server.
    pub(crate) link: Link,
    pub(crate) state: RwLock<Access>,
    /// One sender at a time: two would hand over the same message.
    pub(crate) sending: std::sync::Mutex<()>,
    /// One planner at a time, from reading the facts to keeping what they give: else older facts could
    /// overwrite what newer ones gave.
    pub(crate) planning: std::sync::Mutex<()>,
    /// How many ids were given, where they are counted.
    counted: Option<Arc<AtomicU64>>,
    /// The last simulation of a policy, until its policies change or the database is closed.
    pub(crate) simulation: std::sync::Mutex<Option<crate::plans::Simulation>>,
}

/// How the database stands.
pub enum Access {
    /// Not opened yet.
    Closed,
    /// Can't be opened; why.
    Blocked(ApiError),
    /// Open.
    Open(Arc<Store>),
}

impl Desk {
    /// A desk over a folder; nothing is opened yet.
    #[must_use]
    pub fn new(folder: &Path, shell: Arc<dyn Shell>, keychain: Arc<dyn Keychain>, clock: Arc<dyn Clock>) -> Self {
        Self {
            folder: folder.to_owned(),
            shell,
            keychain,
            clock,
            jobs: Jobs::default(),
            link: Link::default(),
            state: RwLock::new(Access::Closed),
            sending: std::sync::Mutex::new(()),
            planning: std::sync::Mutex::new(()),
            counted: None,
            simulation: std::sync::Mutex::new(None),
        }
    }

    /// The same desk with counted ids in place of random ones: for a day's work whose results are
    /// the same, byte by byte, each time it is done.
    #[must_use]
    pub(crate) fn counting(self) -> Self {
        Self { counted: Some(Arc::default()), ..self }
    }

    /// The database's file.
    #[must_use]
    pub fn database(&self) -> PathBuf {
        self.folder.join("dunlin.db")
    }

    /// Whether there is a database: what is left of one whose making was cut short is none.
    pub(crate) fn has_database(&self) -> bool {
        let path = self.database();
        path.exists() && !Store::was_never_made(&path)
    }

    /// The open store, or why there is none.
    pub(crate) fn store(&self) -> Result<Arc<Store>, ApiError> {
        match &*self.state.read().unwrap_or_else(PoisonError::into_inner) {
            Access::Open(store) => Ok(Arc::clone(store)),
            Access::Blocked(error) => Err(error.clone()),
            Access::Closed => Err(ApiError::new(ErrorCode::NotReady, "The database is not open.", "Unlock it first.")),
        }
    }

    pub(crate) fn set(&self, access: Access) {
        *self.state.write().unwrap_or_else(PoisonError::into_inner) = access;
    }

    pub(crate) fn now(&self) -> DateTime<Utc> {
        self.clock.now()
    }

    pub(crate) fn today(&self) -> NaiveDate {
        self.clock.today()
    }

    pub(crate) fn ids(&self) -> TimeIds {
        match &self.counted {
            Some(count) => TimeIds::counted(self.now(), Arc::clone(count)),
            None => TimeIds::at(self.now()),
        }
    }

    pub(crate) fn job(&self, name: &str) -> Job<'_> {
        self.jobs.start(name, &*self.shell)
    }

    /// The policy in force on a day.
    #[expect(clippy::unused_self, reason = "reads as what it is: the desk's policy")]
    pub(crate) fn policy_on(&self, store: &Store, day: NaiveDate) -> Result<Policy, ApiError> {
        crate::policy::in_force(store, day)
    }

    /// This installation's settings.
    #[expect(clippy::unused_self, reason = "reads as what it is: the desk's settings")]
    pub(crate) fn settings_of(&self, store: &Store) -> Result<Settings, ApiError> {
        Settings::load(store).map_err(stored)
    }

    /// Tells the window that something changed.
    pub(crate) fn changed(&self, what: &str) {
        self.shell.changed(what);
    }
}
