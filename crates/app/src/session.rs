//! Opening, creating, locking; and what the frame always shows.

use std::sync::Arc;

use contract::{ApiError, CreateDatabase, ErrorCode, ImportStamp, SessionView, Stage, Unlock};
use store::{Key, OutboxFilter, Store};

use crate::desk::{Access, Desk};
use crate::errors::{file, stored};
use crate::seams::KeychainError;
use crate::settings::Settings;
use crate::team::Stay;
use crate::vault::{self, KeySource};

/// A name under which nothing is ever kept: asking for it shows whether the keychain answers.
const PROBE: &str = "probe";

impl Desk {
    /// Opens the database if its key is at hand; what prevents it is shown by `session`.
    pub fn start(&self) {
        let opened = self.try_open();
        self.settle(opened);
    }

    fn settle(&self, opened: Result<Option<Store>, ApiError>) {
        match opened {
            Ok(Some(store)) => {
                match self.stay_allowed(&store) {
                    Ok(Stay::Revoked) => self.revoked_while_shut(store),
                    // What was being sent when the program stopped: a person decides.
                    Ok(Stay::Allowed) => self.set(match self.found_unsent(&store) {
                        Ok(()) => Access::Open(Arc::new(store)),
                        Err(error) => Access::Blocked(error),
                    }),
                    Err(error) => self.set(Access::Blocked(error)),
                }
                self.link.opened();
            }
            Ok(None) => self.set(Access::Closed),
            Err(error) => self.set(Access::Blocked(error)),
        }
    }

    /// None when there is no database, or one that waits for its passphrase.
    fn try_open(&self) -> Result<Option<Store>, ApiError> {
        self.finish_destroying()?;
        let path = self.database();
        if !self.has_database() {
            return Ok(None);
        }
        let sources = vault::read_sources(&path)?;
        let mut refused = None;
        for source in &sources {
            let KeySource::Keychain { entry } = source else {
                continue;
            };
            let opened = vault::from_keychain(&*self.keychain, entry, &path)
                .and_then(|key| Store::open(&path, &key).map_err(stored));
            match opened {
                Ok(store) => return Ok(Some(store)),
                Err(error) => refused = Some(error),
            }
        }
        if sources.iter().any(|source| matches!(source, KeySource::Passphrase { .. })) {
            return Ok(None);
        }
        Err(refused.unwrap_or_else(|| no_source(&path)))
    }

    fn keychain_note(&self) -> Option<String> {
        match self.keychain.get(PROBE) {
            Ok(_) | Err(KeychainError::NoEntry) => None,
            Err(KeychainError::Locked(_)) => Some("This computer's keychain is locked.".to_owned()),
            Err(KeychainError::Unavailable(_)) => {
                Some("This computer has no keychain that Dunlin can reach.".to_owned())
            }
        }
    }

    /// What the frame shows.
    pub(crate) fn session_view(&self) -> Result<SessionView, ApiError> {
        let (stage, problem) = match self.store() {
            Ok(_) => (Stage::Ready, None),
            Err(error) if error.code == ErrorCode::NotReady => {
                if !self.has_database() {
                    (Stage::FirstStart, None)
                } else if self.passphrase_protects()? {
                    (Stage::NeedsPassphrase, None)
                } else {
                    // Locked, with its key in the keychain: nobody knows a passphrase for it.
                    (Stage::Blocked, Some(error))
                }
            }
            Err(error) => (Stage::Blocked, Some(error)),
        };
        let mut view = SessionView {
            stage,
            problem,
            keychain: true,
            keychain_note: None,
            database_path: self.database().display().to_string(),
            user: String::new(),
            role: String::new(),
            today: self.today().to_string(),
            last_import: None,
            planned_at: None,
            outbox_waiting: 0,
            outbox_unknown: 0,
            accounts: 0,
            sample: false,
            link: self.link_view(),
        };
        if stage == Stage::Ready {
            view.keychain = !vault::read_sources(&self.database())?
                .iter()
                .any(|source| matches!(source, KeySource::Passphrase { .. }));
            self.fill(&mut view)?;
        } else {
            view.keychain_note = self.keychain_note();
            view.keychain = view.keychain_note.is_none();
        }
        Ok(view)
    }

    fn passphrase_protects(&self) -> Result<bool, ApiError> {
        let sources = vault::read_sources(&self.database())?;
        Ok(sources.iter().any(|source| matches!(source, KeySource::Passphrase { .. })))
    }

    fn fill(&self, view: &mut SessionView) -> Result<(), ApiError> {
        let store = self.store()?;
        let settings = self.settings_of(&store)?;
        let fresh = store.freshness().map_err(stored)?;
        view.user = settings.user;
        view.role = crate::views::word(&settings.role);
        view.sample = settings.sample;
        view.last_import = fresh.import.map(|log| ImportStamp {
            at: log.at.to_rfc3339(),
            file: log.file_name,
            invoices: u32::try_from(
                log.counts.invoices.inserted + log.counts.invoices.updated + log.counts.invoices.unchanged,
            )
            .unwrap_or(u32::MAX),
        });
        view.planned_at = fresh.planned_at.map(|at| at.to_rfc3339());
        view.accounts = u32::try_from(store.account_count().map_err(stored)?).unwrap_or(u32::MAX);
        let waiting = store.outbox(OutboxFilter::Words(&["queued", "waiting", "unknown"])).map_err(stored)?;
        let emails = waiting.iter().filter(|row| row.intent.channel == domain::outbox::Channel::Email);
        for row in emails {
            if row.state.word() == "unknown" {
                view.outbox_unknown += 1;
            } else {
                view.outbox_waiting += 1;
            }
        }
        Ok(())
    }

    /// Creates the database with a key in the keychain, or from the passphrase.
    pub(crate) fn create(&self, input: &CreateDatabase) -> Result<SessionView, ApiError> {
        self.finish_destroying()?;
        let path = self.database();
        if self.has_database() {
            return Err(ApiError::new(
                ErrorCode::Failed,
                format!("There is a database at {} already.", path.display()),
                "Unlock it, or restore a backup over it.",
            ));
        }
        if input.user.trim().is_empty() {
            return Err(ApiError::invalid("user", "The log can't be signed without a name.", "Write your name."));
        }
        std::fs::create_dir_all(&self.folder).map_err(|error| file(&self.folder, "created", &error))?;
        let (source, key) = vault::create(&*self.keychain, input.passphrase.as_deref())?;
        vault::write_sources(&path, &[source])?;
        let store = Store::create(&path, &key).map_err(stored)?;
        let settings = Settings { user: input.user.trim().to_owned(), ..Settings::default() };
        settings.save(&store).map_err(stored)?;
        self.set(Access::Open(Arc::new(store)));
        self.session_view()
    }

    /// Opens a database that a passphrase protects.
    pub(crate) fn unlock_with(&self, input: &Unlock) -> Result<SessionView, ApiError> {
        self.finish_destroying()?;
        let path = self.database();
        let mut refused = no_source(&path);
        for source in vault::read_sources(&path)?.iter().filter(|source| matches!(source, KeySource::Passphrase { .. }))
        {
            let key: Key = vault::derive(source, &input.passphrase)?;
            match Store::open(&path, &key).map_err(stored) {
                Ok(store) => {
                    self.settle(Ok(Some(store)));
                    return self.session_view();
                }
                Err(error) if error.code == ErrorCode::WrongKey => {
                    refused = ApiError::new(
                        ErrorCode::WrongPassphrase,
                        "That passphrase does not open the database.",
                        "Try again; capital letters and spaces count. Nothing was changed.",
                    );
                }
                Err(error) => refused = error,
            }
        }
        Err(refused)
    }

    /// Tries again to open it.
    pub(crate) fn reopen(&self) -> Result<SessionView, ApiError> {
        let opened = self.try_open();
        self.settle(opened);
        self.session_view()
    }

    /// Closes the database. One with its key in the keychain is opened again by `retry_open`.
    pub(crate) fn close(&self) -> Result<SessionView, ApiError> {
        let by_keychain =
            vault::read_sources(&self.database())?.iter().any(|source| matches!(source, KeySource::Keychain { .. }));
        self.forget_simulation();
        self.set(if by_keychain {
            Access::Blocked(ApiError::new(
                ErrorCode::NotReady,
                "Dunlin is locked.",
                "Unlock it to go on where you were.",
            ))
        } else {
            Access::Closed
        });
        self.link.opened();
        self.session_view()
    }
}

fn no_source(database: &std::path::Path) -> ApiError {
    ApiError::new(
        ErrorCode::KeyLost,
        format!("There is a database at {}, but the file that tells where its key is has gone.", database.display()),
        "Put the file ending in .key.json back beside it, or restore a backup. The database is unchanged.",
    )
}
