//! Department policy: versioned, effective-dated data that a supervisor edits.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::aging::AgingPolicy;
use crate::arrangement::ArrangementPolicy;
use crate::compliance::GatePolicy;
use crate::followup::FollowUpPolicy;
use crate::treatment::TreatmentPolicy;

/// Everything a department decides for itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Policy {
    /// Counts up with each publication.
    pub version: u32,
    /// First day it holds.
    pub effective_from: NaiveDate,
    /// Aging buckets.
    pub aging: AgingPolicy,
    /// Payment arrangements and promises.
    pub arrangement: ArrangementPolicy,
    /// Dunning levels by segment.
    pub treatment: TreatmentPolicy,
    /// Contact rules' house parameters.
    pub gate: GatePolicy,
    /// When to follow up on which outcome.
    pub follow_up: FollowUpPolicy,
}

impl Policy {
    /// The policy a new installation starts with.
    #[must_use]
    pub fn standard() -> Self {
        Self {
            version: 1,
            effective_from: NaiveDate::default(),
            aging: AgingPolicy::default(),
            arrangement: ArrangementPolicy::default(),
            treatment: TreatmentPolicy::default(),
            gate: GatePolicy::default(),
            follow_up: FollowUpPolicy::default(),
        }
    }

    /// The policy's name in reasons: `v3`.
    #[must_use]
    pub fn label(&self) -> String {
        format!("v{}", self.version)
    }
}
