//! Treatment plans: which dunning step is next, why, and why today.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::ids::InvoiceId;

/// Dunning plans and which segment follows which.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TreatmentPolicy {}

/// A dunning step that was sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StepTaken {
    /// On which invoice; none for a step on the whole account.
    pub invoice: Option<InvoiceId>,
    /// The level's name in its plan.
    pub level: String,
    /// Run date it counts from.
    pub on: NaiveDate,
}
