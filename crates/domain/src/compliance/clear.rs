//! The gate itself. [`clear`] is the only way to a [`Cleared`], and everything that leaves takes
//! nothing else: an ungated letter, email or order does not compile.

use chrono::{DateTime, Utc};

use super::act::Leaves;
use super::gate;
use crate::facts::Facts;
use crate::policy::Policy;
use crate::reason::{Reason, Refusal};

/// Something that passed the gate at a moment. Private fields, no `Deserialize`, no `Clone` and no
/// constructor but [`clear`]: a clearance can't be made up, stored or used twice.
#[derive(Debug)]
pub struct Cleared<T> {
    item: T,
    at: DateTime<Utc>,
    reasons: Vec<Reason>,
}

impl<T> Cleared<T> {
    /// What passed.
    #[must_use]
    pub fn item(&self) -> &T {
        &self.item
    }

    /// What passed, to hand it on; the clearance is gone.
    #[must_use]
    pub fn into_item(self) -> T {
        self.item
    }

    /// When it passed.
    #[must_use]
    pub fn at(&self) -> DateTime<Utc> {
        self.at
    }

    /// The rules that spoke, for the history.
    #[must_use]
    pub fn reasons(&self) -> &[Reason] {
        &self.reasons
    }
}

/// Passes an item through the gate on the facts of this moment.
pub fn clear<T: Leaves>(item: T, facts: &Facts, policy: &Policy, now: DateTime<Utc>) -> Result<Cleared<T>, Refusal> {
    let reasons = gate::pass(&item, facts, policy, now)?;
    Ok(Cleared { item, at: now, reasons })
}
