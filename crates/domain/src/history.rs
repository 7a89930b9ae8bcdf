//! Append-only history with a hash chain: an altered, removed or reordered entry is found.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::ids::{AccountId, HistoryId};

/// One thing that happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// Identity.
    pub id: HistoryId,
    /// When.
    pub at: DateTime<Utc>,
    /// Who: a user, or "policy".
    pub actor: String,
    /// On which account, if on one.
    pub account: Option<AccountId>,
    /// A stable word: `contact.recorded`, `letter.mailed`.
    pub kind: String,
    /// In a person's words, one line.
    pub summary: String,
    /// The whole of it, as JSON.
    pub detail: serde_json::Value,
}

/// The kind of an entry that says that a validation notice went out by another way.
pub const NOTICE_RECORDED: &str = "notice.recorded";

/// The link of an entry: SHA-256 over the previous link and the entry's fields, each preceded by
/// its length.
#[must_use]
pub fn link(previous: &[u8; 32], entry: &Entry) -> [u8; 32] {
    let mut hash = Sha256::new();
    hash.update(previous);
    let account = entry.account.map(|id| id.to_string()).unwrap_or_default();
    let at = entry.at.timestamp_millis().to_string();
    let id = entry.id.to_string();
    let detail = entry.detail.to_string();
    for part in [
        id.as_str(),
        at.as_str(),
        entry.actor.as_str(),
        account.as_str(),
        entry.kind.as_str(),
        entry.summary.as_str(),
        detail.as_str(),
    ] {
        hash.update((part.len() as u64).to_le_bytes());
        hash.update(part.as_bytes());
    }
    hash.finalize().into()
}

/// Where a chain breaks.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("history entry {position} ({id}) does not fit the chain: it, or one before it, was altered")]
pub struct Broken {
    /// 1-based position in the chain.
    pub position: usize,
    /// The first entry that does not fit.
    pub id: HistoryId,
}

/// Recomputes a chain from its start; returns how many entries it holds.
pub fn verify<'a>(entries: impl Iterator<Item = (&'a Entry, [u8; 32])>) -> Result<usize, Broken> {
    let mut previous = [0_u8; 32];
    let mut count = 0;
    for (entry, stored) in entries {
        count += 1;
        let expected = link(&previous, entry);
        if expected != stored {
            return Err(Broken { position: count, id: entry.id });
        }
        previous = stored;
    }
    Ok(count)
}
