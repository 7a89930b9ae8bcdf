//! The smaller shelves: outbox lists, runs, documents, history, templates, policies, settings,
//! mappings, saved views, freshness.

use chrono::{DateTime, NaiveDate, Utc};
use domain::history::Entry;
use domain::ids::{AccountId, OutboxId, RunId};
use domain::policy::Policy;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use uuid::Uuid;

use crate::error::StoreError;
use crate::store::Store;
use crate::table::document::{self, Document};
use crate::table::history::{self, HistoryFilter};
use crate::table::import_log::{self, ImportLog};
use crate::table::letter_run::{self, Member, Run};
use crate::table::outbox::{self, OutboxFilter, OutboxRow};
use crate::table::policy::{self, Published};
use crate::table::template::{self, Template};
use crate::table::{import_source, meta, saved_view, setting};

/// How fresh the data is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Freshness {
    /// The last import.
    pub import: Option<ImportLog>,
    /// When *My day* and the figures were last computed.
    pub planned_at: Option<DateTime<Utc>>,
    /// The day they were computed for.
    pub planned_for: Option<NaiveDate>,
}

impl Store {
    /// How many accounts there are.
    pub fn account_count(&self) -> Result<usize, StoreError> {
        self.read(|conn| crate::table::count(conn, "account"))
    }

    /// Those that open follow-ups are assigned to, by name.
    pub fn assignees(&self) -> Result<Vec<String>, StoreError> {
        self.read(crate::table::follow_up::assignees)
    }

    /// Segments that the accounts have, by name.
    pub fn segments(&self) -> Result<Vec<String>, StoreError> {
        self.read(crate::table::account::segments)
    }

    /// Intents in the order they were decided.
    pub fn outbox(&self, filter: OutboxFilter<'_>) -> Result<Vec<OutboxRow>, StoreError> {
        self.read(|conn| outbox::list(conn, filter))
    }

    /// One intent and where it stands.
    pub fn outbox_row(&self, id: OutboxId) -> Result<OutboxRow, StoreError> {
        self.read(|conn| outbox::get(conn, id))
    }

    /// How many intents stand in each state, by word.
    pub fn outbox_counts(&self) -> Result<Vec<(String, usize)>, StoreError> {
        self.read(outbox::counts)
    }

    /// A new run with its members.
    pub fn add_run(&self, run: &Run, members: &[Member]) -> Result<(), StoreError> {
        self.transact(|tx| letter_run::add(tx, run, members))
    }

    /// Runs, newest first.
    pub fn runs(&self, limit: usize) -> Result<Vec<Run>, StoreError> {
        self.read(|conn| letter_run::list(conn, limit))
    }

    /// A run and its members in order.
    pub fn run(&self, id: RunId) -> Result<(Run, Vec<Member>), StoreError> {
        self.read(|conn| letter_run::get(conn, id))
    }

    /// The letter that carries that serial number in its barcode.
    pub fn by_serial(&self, serial: i64) -> Result<Option<(RunId, Member)>, StoreError> {
        self.read(|conn| letter_run::by_serial(conn, serial))
    }

    /// The highest serial number used so far; 0 when none is.
    pub fn last_serial(&self) -> Result<i64, StoreError> {
        self.read(letter_run::last_serial)
    }

    /// Keeps a letter or file, encrypted with everything else.
    pub fn add_document(&self, document: &Document, bytes: &[u8]) -> Result<(), StoreError> {
        self.transact(|tx| document::add(tx, document, bytes))
    }

    /// A document's bytes, checked against the digest taken when it was kept.
    pub fn document_bytes(&self, id: Uuid) -> Result<Vec<u8>, StoreError> {
        self.read(|conn| document::bytes(conn, id))
    }

    /// An account's documents, newest first.
    pub fn documents_of(&self, account: AccountId, limit: usize) -> Result<Vec<Document>, StoreError> {
        self.read(|conn| document::of_account(conn, account, limit))
    }

    /// A run's documents, in the order they were made.
    pub fn documents_of_run(&self, run: RunId) -> Result<Vec<Document>, StoreError> {
        self.read(|conn| document::of_run(conn, run))
    }

    /// History entries, newest first.
    pub fn history(&self, filter: &HistoryFilter, offset: usize, limit: usize) -> Result<Vec<Entry>, StoreError> {
        self.read(|conn| history::list(conn, filter, offset, limit))
    }

    /// Recomputes the history's chain from its start; returns its length. `Chain` or `ChainCut`
    /// when an entry was altered, removed or moved.
    pub fn verify_history(&self) -> Result<usize, StoreError> {
        self.read(history::verify)
    }

    /// Saves a template's next version; returns its number.
    pub fn put_template(&self, key: &str, body: &Value, actor: &str, at: DateTime<Utc>) -> Result<u32, StoreError> {
        self.transact(|tx| template::put(tx, key, body, actor, at))
    }

    /// The newest version of each template, by key.
    pub fn templates(&self) -> Result<Vec<Template>, StoreError> {
        self.read(template::list)
    }

    /// A template's version, or its newest.
    pub fn template(&self, key: &str, version: Option<u32>) -> Result<Option<Template>, StoreError> {
        self.read(|conn| template::get(conn, key, version))
    }

    /// Publishes a policy; `Conflict` when its version is taken.
    pub fn publish_policy(&self, policy: &Policy, actor: &str, at: DateTime<Utc>) -> Result<(), StoreError> {
        self.transact(|tx| policy::publish(tx, policy, actor, at))
    }

    /// All published policies, newest first.
    pub fn policies(&self) -> Result<Vec<Published>, StoreError> {
        self.read(policy::list)
    }

    /// The newest policy whose first day has come.
    pub fn policy_on(&self, day: NaiveDate) -> Result<Option<Published>, StoreError> {
        self.read(|conn| policy::effective(conn, day))
    }

    /// A setting.
    pub fn setting<T: DeserializeOwned>(&self, key: &str) -> Result<Option<T>, StoreError> {
        self.read(|conn| setting::get(conn, key))
    }

    /// Sets a setting.
    pub fn put_setting<T: Serialize>(&self, key: &str, value: &T) -> Result<(), StoreError> {
        self.transact(|tx| setting::put(tx, key, value))
    }

    /// Keeps a source's column mapping.
    pub fn put_mapping(&self, source: &str, mapping: &Value) -> Result<(), StoreError> {
        self.transact(|tx| import_source::put(tx, source, mapping))
    }

    /// Forgets a source's mapping; whether there was one.
    pub fn remove_mapping(&self, source: &str) -> Result<bool, StoreError> {
        self.transact(|tx| import_source::remove(tx, source))
    }

    /// Sources and their mappings, by name.
    pub fn mappings(&self) -> Result<Vec<(String, Value)>, StoreError> {
        self.read(import_source::list)
    }

    /// Keeps a screen's filter under a name.
    pub fn put_view(&self, screen: &str, name: &str, body: &Value) -> Result<(), StoreError> {
        self.transact(|tx| saved_view::put(tx, screen, name, body))
    }

    /// Forgets a saved filter; whether there was one.
    pub fn remove_view(&self, screen: &str, name: &str) -> Result<bool, StoreError> {
        self.transact(|tx| saved_view::remove(tx, screen, name))
    }

    /// A screen's saved filters, by name.
    pub fn views(&self, screen: &str) -> Result<Vec<(String, Value)>, StoreError> {
        self.read(|conn| saved_view::list(conn, screen))
    }

    /// Finished imports, newest first.
    pub fn imports(&self, limit: usize) -> Result<Vec<ImportLog>, StoreError> {
        self.read(|conn| import_log::list(conn, limit))
    }

    /// How fresh the data is.
    pub fn freshness(&self) -> Result<Freshness, StoreError> {
        self.read(|conn| {
            Ok(Freshness {
                import: import_log::list(conn, 1)?.pop(),
                planned_at: meta::get(conn, "planned_at")?.and_then(DateTime::from_timestamp_millis),
                planned_for: meta::unless(conn, "unplanned", "planned_for")?
                    .and_then(|days| i32::try_from(days).ok())
                    .and_then(NaiveDate::from_num_days_from_ce_opt),
            })
        })
    }
}
