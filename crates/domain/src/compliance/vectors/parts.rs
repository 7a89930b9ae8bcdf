//! Objects within a vector's facts.

use serde::Deserialize;

use super::words::{Clock, Day, Weekdays};

/// A time the consumer called inconvenient.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct InconvenientGiven {
    pub days: Option<Weekdays>,
    pub from: Option<Clock>,
    pub to: Option<Clock>,
    #[serde(alias = "number_type")]
    pub place: Option<String>,
}

/// A look-up of the number.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RndCheck {
    pub on: Day,
    pub reassigned: Option<bool>,
}

/// Consent to be called.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ConsentGiven {
    pub given: Day,
    #[serde(default)]
    pub terms: String,
    #[serde(alias = "revoked", alias = "ended")]
    pub withdrawn: Option<Day>,
}
