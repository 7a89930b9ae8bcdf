//! Call permits: what lets a device call while nobody can ask the server. The server leases them
//! and counts each against the customer's caps from the moment it is given.

use chrono::{DateTime, Utc};
use domain::ids::CustomerId;
use serde::{Deserialize, Serialize};

use crate::ids::PermitId;

/// Leave to call a customer once, until a moment.
///
/// The server counts it as a call until it is spent (by a command that names it), given back, or
/// the cap's window has passed after `until`. Running out alone frees nothing: an offline device may
/// have called.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Permit {
    /// Identity.
    pub id: PermitId,
    /// Whom to call.
    pub customer: CustomerId,
    /// May be spent up to here, by the server's clock.
    pub until: DateTime<Utc>,
}

/// Asks for permits, and gives back those that won't be used.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PermitRequest {
    /// One for each of these customers, as far as the caps leave room.
    pub customers: Vec<CustomerId>,
    /// Unspent ones, given back.
    #[serde(default)]
    pub returned: Vec<PermitId>,
}

/// What was leased. A customer that is missing has no room under the caps: no call.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PermitResponse {
    /// New permits.
    pub permits: Vec<Permit>,
}
