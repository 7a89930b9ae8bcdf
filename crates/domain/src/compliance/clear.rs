//! The gate itself. [`clear`] is the only way to a [`Cleared`], and everything that leaves takes
//! nothing else: an ungated letter, email or order does not compile.

use chrono::{DateTime, Utc};

use super::act::Leaves;
use super::gate;
use crate::facts::Facts;
use crate::policy::Policy;
use crate::reason::{Reason, Refusal};

/// Something that passed the gate at a moment. Private fields, no `Deserialize`, no `Clone` and no
/// constructor but [`clear`] (a letter's [`join`](crate::letter::join) passes clearances on): a
/// clearance can't be made up, stored or used twice.
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

    /// Several clearances into that of what they make up together. Each is used up by it; it counts
    /// from the earliest. The caller vouches that the whole holds nothing but the parts: that is
    /// why no other crate can call it.
    pub(crate) fn joined<U, E>(parts: Vec<Self>, whole: impl FnOnce(Vec<T>) -> Result<U, E>) -> Result<Cleared<U>, E> {
        let at = parts.iter().map(|part| part.at).min().unwrap_or_default();
        let mut reasons: Vec<Reason> = Vec::new();
        let mut items = Vec::with_capacity(parts.len());
        for part in parts {
            items.push(part.item);
            for reason in part.reasons {
                if !reasons.contains(&reason) {
                    reasons.push(reason);
                }
            }
        }
        Ok(Cleared { item: whole(items)?, at, reasons })
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
