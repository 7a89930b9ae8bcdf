//! Who else works an account now. A hint for people; nothing is decided by it.

use chrono::{DateTime, Utc};
use domain::ids::AccountId;
use serde::{Deserialize, Serialize};

/// What this device has open; said again every 30 s or so, and at once when it changes. What was not
/// said again within a minute counts no more.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PresenceRequest {
    /// Empty when the window is closed.
    pub open: Vec<AccountId>,
}

/// A colleague at an account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Present {
    /// Which.
    pub account: AccountId,
    /// Who.
    pub name: String,
    /// Since when.
    pub since: DateTime<Utc>,
}

/// Colleagues at the user's accounts, whether this device has them open or not.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PresenceResponse {
    /// By account and name.
    pub others: Vec<Present>,
}
