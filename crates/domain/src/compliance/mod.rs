//! The compliance gate: nothing leaves without passing it on fresh facts.

use serde::{Deserialize, Serialize};

/// House parameters of the contact rules, where the law is silent or a department is stricter.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct GatePolicy {}
