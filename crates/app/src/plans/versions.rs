//! The versions of the policy: which is in force on a day, which was known on a past one, and what
//! each changed, in words.

use chrono::{DateTime, NaiveDate, Utc};
use contract::{ApiError, PlanView, PolicyChange};
use domain::policy::Policy;
use domain::treatment::{differences, level_words, reminder_words, segment_words};
use serde_json::Value;
use store::{Published, Store};

use crate::errors::stored;
use crate::views::word;

/// Every version, newest first; the one Dunlin ships stands at the end.
pub struct Timeline {
    published: Vec<Published>,
    shipped: Policy,
}

impl Timeline {
    /// As it stands now.
    pub fn load(store: &Store) -> Result<Self, ApiError> {
        Ok(Self { published: store.policies().map_err(stored)?, shipped: Policy::standard() })
    }

    /// As it stood at a moment: later publications were not known.
    pub fn known_at(mut self, at: DateTime<Utc>) -> Self {
        self.published.retain(|one| one.at <= at);
        self
    }

    fn policies(&self) -> impl Iterator<Item = &Policy> {
        self.published.iter().map(|one| &one.policy)
    }

    /// The newest version whose first day has come.
    pub fn on(&self, day: NaiveDate) -> &Policy {
        self.policies().find(|policy| policy.effective_from <= day).unwrap_or(&self.shipped)
    }

    /// A version by its number.
    pub fn version(&self, version: u32) -> Option<&Policy> {
        self.policies().chain([&self.shipped]).find(|policy| policy.version == version)
    }

    /// Versions whose first day lies ahead.
    pub fn to_come(&self, today: NaiveDate) -> impl Iterator<Item = &Policy> {
        self.policies().filter(move |policy| policy.effective_from > today)
    }

    /// Every version with what it changed, newest first.
    pub fn told(&self, today: NaiveDate) -> Vec<PolicyChange> {
        let in_force = self.on(today).version;
        let mut all: Vec<PolicyChange> = self
            .published
            .iter()
            .map(|one| {
                let policy = &one.policy;
                let before = self.policies().find(|other| other.version < policy.version).unwrap_or(&self.shipped);
                let overtaken = self
                    .policies()
                    .any(|other| other.version > policy.version && other.effective_from <= policy.effective_from);
                let state = if policy.version == in_force {
                    "in_force"
                } else if policy.effective_from > today {
                    if overtaken { "overtaken" } else { "to_come" }
                } else {
                    "past"
                };
                PolicyChange {
                    version: policy.version,
                    effective_from: policy.effective_from.to_string(),
                    at: Some(one.at.to_rfc3339()),
                    by: one.actor.clone(),
                    state: state.to_owned(),
                    changes: changes(before, policy),
                    plans: plans(policy),
                    segments: policy.treatment.segments.iter().map(segment_words).collect(),
                }
            })
            .collect();
        if self.version(self.shipped.version).is_some_and(|policy| *policy == self.shipped) {
            all.push(PolicyChange {
                version: self.shipped.version,
                effective_from: String::new(),
                at: None,
                by: "Dunlin".to_owned(),
                state: if in_force == self.shipped.version { "in_force" } else { "past" }.to_owned(),
                changes: Vec::new(),
                plans: plans(&self.shipped),
                segments: self.shipped.treatment.segments.iter().map(segment_words).collect(),
            });
        }
        all
    }
}

/// Plans in words.
pub fn plans(policy: &Policy) -> Vec<PlanView> {
    policy
        .treatment
        .plans
        .iter()
        .map(|plan| {
            let mut levels: Vec<String> =
                plan.levels.iter().map(|level| format!("{}: {}", level.name, level_words(plan, level))).collect();
            if plan.pre_due.is_some() {
                levels.insert(0, format!("Reminder: {}", reminder_words(plan.pre_due.as_ref())));
            }
            PlanView { name: plan.name.clone(), mode: word(&plan.mode), levels }
        })
        .collect()
}

/// What a version changed, the plans first.
fn changes(before: &Policy, after: &Policy) -> Vec<String> {
    let mut said = differences(&before.treatment, &after.treatment);
    let parts = |policy: &Policy| {
        [
            ("Aging", serde_json::to_value(&policy.aging)),
            ("Arrangements", serde_json::to_value(&policy.arrangement)),
            ("Contact rules", serde_json::to_value(&policy.gate)),
            ("Follow-ups", serde_json::to_value(&policy.follow_up)),
        ]
        .map(|(name, value)| (name, value.unwrap_or_default()))
    };
    for ((name, old), (_, new)) in parts(before).into_iter().zip(parts(after)) {
        fields(name, &old, &new, &mut said);
    }
    said
}

/// One sentence for each field that differs.
fn fields(name: &str, old: &Value, new: &Value, said: &mut Vec<String>) {
    match (old, new) {
        (Value::Object(was), Value::Object(now)) => {
            for (key, value) in now {
                let place = format!("{name}, {}", key.replace('_', " "));
                fields(&place, was.get(key).unwrap_or(&Value::Null), value, said);
            }
        }
        _ if old != new => said.push(format!("{name}: {} instead of {}.", plain(new), plain(old))),
        _ => {}
    }
}

fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => "nothing".to_owned(),
        Value::Array(list) => list.iter().map(plain).collect::<Vec<_>>().join(", "),
        other => other.to_string(),
    }
}
