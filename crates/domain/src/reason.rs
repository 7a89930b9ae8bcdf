//! Decisions are data: every plan and every refusal carries the rules that spoke and what they saw.

use std::borrow::Cow;
use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// One rule's part in a decision.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reason {
    /// The rule's id: `TIM-1`, `ARR-2`.
    pub rule: Cow<'static, str>,
    /// The rule's or policy's version.
    pub version: Cow<'static, str>,
    /// In a person's words, for this case.
    pub text: String,
    /// What decided, by name.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub inputs: BTreeMap<Cow<'static, str>, String>,
}

impl Reason {
    /// A reason without inputs.
    #[must_use]
    pub fn new(rule: &'static str, version: impl Into<Cow<'static, str>>, text: impl Into<String>) -> Self {
        Self { rule: Cow::Borrowed(rule), version: version.into(), text: text.into(), inputs: BTreeMap::new() }
    }

    /// With one more input.
    #[must_use]
    #[expect(clippy::needless_pass_by_value, reason = "callers pass numbers, dates and words as they stand")]
    pub fn with(mut self, name: &'static str, value: impl ToString) -> Self {
        self.inputs.insert(Cow::Borrowed(name), value.to_string());
        self
    }
}

/// Who could lift a refusal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Lift {
    /// Nobody: the law or the facts forbid it.
    Nobody,
    /// A supervisor, giving a reason.
    Supervisor,
    /// Time, or a change of the facts.
    Wait,
}

/// A refused command: what, why, and what would unblock it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("{message}")]
pub struct Refusal {
    /// What is refused and why, in one sentence.
    pub message: String,
    /// What to do instead, in one sentence.
    pub remedy: String,
    /// Who could lift it.
    pub lift: Lift,
    /// When it would first change by itself, if it would.
    pub until: Option<DateTime<Utc>>,
    /// The rules that spoke, the deciding one first.
    pub reasons: Vec<Reason>,
}

impl Refusal {
    /// A refusal by one rule.
    #[must_use]
    pub fn by(reason: Reason, remedy: impl Into<String>) -> Self {
        Self {
            message: reason.text.clone(),
            remedy: remedy.into(),
            lift: Lift::Nobody,
            until: None,
            reasons: vec![reason],
        }
    }

    /// One that a supervisor may lift.
    #[must_use]
    pub fn needing_supervisor(mut self) -> Self {
        self.lift = Lift::Supervisor;
        self
    }
}
