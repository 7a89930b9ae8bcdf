//! The feed: whole transactions in the order of the organisation's counter, filtered by what the
//! user works, and what came into or left that scope.

use chrono::{DateTime, Utc};
use domain::ids::CustomerId;
use domain::rows::RowSet;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::ids::PermitId;
use crate::json::canonical;
use crate::permit::Permit;
use crate::push::CommandResult;
use crate::row::WireRow;

/// Up to where a device knows the server's state. Kept in the transaction that applies a page.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cursor {
    /// Which life of the server: a restore from backup begins another. 0 before the first contact.
    pub epoch: u64,
    /// The organisation's counter: every transaction up to here is applied. 0 is before the first.
    pub seq: u64,
    /// The last change of the user's scope that is applied. 0 is before the first.
    pub scope_version: u64,
    /// The rows' form that the device reads, see [`crate::SCHEMA`].
    pub schema_version: u16,
}

/// Asks for what comes after a cursor.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PullRequest {
    /// After this.
    pub cursor: Cursor,
    /// About how many bytes of rows; the server may send fewer, at most [`crate::PAGE_BYTES`], and
    /// always sends one whole transaction if there is one.
    pub limit_bytes: u64,
    /// Permits that the device still holds unspent, so that the server need not guess.
    #[serde(default)]
    pub permits: Vec<PermitId>,
    /// Once a day, part by part: the checksum of each customer that the device holds in a stretch. Answered
    /// in `Page::repair`. Only meant when nothing is pending.
    #[serde(default)]
    pub checksums: Vec<(CustomerId, String)>,
    /// The stretch. None from a device that does not name it: from its first checksum to its last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stretch: Option<Stretch>,
    /// These were found different: send them whole.
    #[serde(default)]
    pub repair: Vec<CustomerId>,
    /// The device does not know who else works its customers: after a snapshot, and whenever the program
    /// starts. Answered in `Page::assigned`.
    #[serde(default)]
    pub assigned: bool,
}

/// Customers, in the order of their ids.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Stretch {
    /// Those after this one; none is from the first.
    pub after: Option<CustomerId>,
    /// Up to this one, it included; none is to the last.
    pub upto: Option<CustomerId>,
}

impl Stretch {
    /// Whether the customer lies in it.
    #[must_use]
    pub fn holds(&self, customer: CustomerId) -> bool {
        self.after.is_none_or(|after| customer > after) && self.upto.is_none_or(|upto| customer <= upto)
    }
}

impl PullRequest {
    /// Whether the device told a checksum of that customer, if it holds them; none without checksums.
    #[must_use]
    pub fn told_of(&self, customer: CustomerId) -> bool {
        if let Some(stretch) = self.stretch {
            return stretch.holds(customer);
        }
        // No more than it can have meant.
        let ids = || self.checksums.iter().map(|(of, _)| *of);
        ids().min().is_some_and(|first| first <= customer) && ids().max() >= Some(customer)
    }
}

/// The answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(clippy::large_enum_variant, reason = "one answer at a time, and it is nearly always the page")]
pub enum PullResponse {
    /// What comes next; empty when the device is up to date.
    Page(Page),
    /// The cursor is of no use any more: take a fresh snapshot. The command log stays.
    Snapshot {
        /// Why: one of [`why_snapshot`].
        why: String,
    },
    /// The device reads an older form than this server writes: upgrade. Nothing is sent.
    Upgrade {
        /// The form it must read.
        schema_version: u16,
    },
}

/// Why a snapshot is needed.
pub mod why_snapshot {
    /// The device has nothing yet.
    pub const FIRST: &str = "first";
    /// The cursor lies before what the server still keeps.
    pub const RETENTION: &str = "retention";
    /// The server was restored from a backup.
    pub const EPOCH: &str = "epoch";
}

/// A stretch of the feed. **Applying it whole brings the device to `cursor`**, exactly: to the
/// server's rows as of `cursor.seq`, for the customers in scope as of `cursor.scope_version`.
///
/// How a server makes one, in one REPEATABLE READ view:
/// 1. the transactions after the request's `seq`, whole, in order, until the bytes are used up; of
///    each only the rows of customers that were in the scope at the request's `scope_version` **and
///    that no later change of the scope names** (one that left may have been purged already, and one
///    that came back comes whole, by step 3), plus the organisation's own rows. Images are those of
///    that transaction.
/// 2. In `scope.remove`, at once: customers of the scope at the request's `scope_version` that are not
///    in it now.
/// 3. Only when step 1 reached the head: the scope's changes after the request's `scope_version`,
///    oldest first, until the bytes are used up (at least one). Each customer that one of them names
///    goes whole, as of `cursor.seq`, into `scope.add` when it is in the scope now (**even when it was
///    in it before**: step 1 left its rows out), else into `scope.remove`.
/// 4. `cursor` names the last transaction of step 1 and the last change of step 3 (the request's, when
///    that did not run); `more` says that there is more. `results` are this device's, of `seq` in
///    (request, cursor]; `last_device_seq` is its last command decided **at or before `cursor.seq`**,
///    not now.
/// 5. `repair` only when the request's cursor is at the head and its scope is current: otherwise the
///    checksums speak of different moments.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Page {
    /// The cursor it follows: a page on another is not applied.
    pub after: Cursor,
    /// Where the device is then.
    pub cursor: Cursor,
    /// There is more: pull again at once.
    pub more: bool,
    /// In order of `seq`.
    pub transactions: Vec<Transaction>,
    /// Applied after the transactions: first `remove`, then `add`.
    #[serde(default)]
    pub scope: ScopeDelta,
    /// Verdicts on this device's commands.
    pub results: Vec<CommandResult>,
    /// Its last command whose effects are in the device's rows once this page is applied.
    pub last_device_seq: u64,
    /// Commands decided up to here survive a loss of the server: they are in a backup. The device
    /// keeps later ones, to push them again to a restored server.
    pub durable_seq: u64,
    /// Permits that this device holds by the server's books.
    #[serde(default)]
    pub permits: Vec<Permit>,
    /// Who else works the customers in scope; replaces what the device knew. None: unchanged.
    #[serde(default)]
    pub assigned: Option<Vec<Assigned>>,
    /// Customers whose checksum differs, that should be on the device and have none, or that were asked
    /// for: whole as of `cursor.seq`, replacing what the device has. Not necessarily all at once.
    #[serde(default)]
    pub repair: Vec<Unit>,
    /// The payment feed is complete up to this moment: a cut needs it fresh.
    #[serde(default)]
    pub payments_until: Option<DateTime<Utc>>,
    /// The server's clock.
    pub server_time: DateTime<Utc>,
}

/// The rows that one transaction changed, as it left them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Transaction {
    /// The organisation's counter after it.
    pub seq: u64,
    /// In the order of their tables.
    pub rows: Vec<WireRow>,
}

/// A customer with all accounts, and everything on them. The customer is the unit of scope: caps,
/// refusals and bankruptcies look at the person, so two specialists never share one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Unit {
    /// Who.
    pub customer: CustomerId,
    /// Every row, in the order of their tables. Empty: the customer is no more.
    pub rows: Vec<WireRow>,
}

/// What came into and left the user's scope.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ScopeDelta {
    /// Purge these.
    #[serde(default)]
    pub remove: Vec<CustomerId>,
    /// Take these in.
    #[serde(default)]
    pub add: Vec<Unit>,
}

/// Who works a customer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Assigned {
    /// Whom.
    pub customer: CustomerId,
    /// Who, by their names.
    pub users: Vec<String>,
}

impl Page {
    /// Applying it would change nothing: the device is where it was. Nothing is written for it.
    #[must_use]
    pub fn says_nothing(&self) -> bool {
        self.after == self.cursor
            && self.transactions.is_empty()
            && self.results.is_empty()
            && self.scope == ScopeDelta::default()
            && self.repair.is_empty()
            && self.assigned.is_none()
    }
}

impl Unit {
    /// A customer of a set of rows, whole.
    pub fn of(rows: &RowSet, customer: CustomerId) -> Result<Self, serde_json::Error> {
        Ok(Self { customer, rows: rows.of_customer(customer).map(WireRow::of).collect::<Result<_, _>>()? })
    }

    /// SHA-256 over the rows, whatever their order: what device and server compare.
    #[must_use]
    pub fn checksum(&self) -> String {
        let mut lines: Vec<String> = self
            .rows
            .iter()
            .map(|row| {
                let mut line = format!("{}/{}/", row.table, row.id);
                let value: Value = serde_json::from_str(row.row.text()).unwrap_or_default();
                canonical(&value, &mut line);
                line
            })
            .collect();
        lines.sort_unstable();
        let mut hash = Sha256::new();
        for line in lines {
            hash.update((line.len() as u64).to_le_bytes());
            hash.update(line.as_bytes());
        }
        hash.finalize().iter().fold(String::with_capacity(64), |mut text, byte| {
            use std::fmt::Write as _;
            let _ = write!(text, "{byte:02x}");
            text
        })
    }
}
