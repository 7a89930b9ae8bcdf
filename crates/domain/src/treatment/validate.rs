//! What makes a treatment policy unusable, said before it is published.

use std::collections::BTreeSet;

use rust_decimal::Decimal;

use super::ladder::{Channel, Fee, From, LadderMode, Level, Plan};
use super::segments::TreatmentPolicy;
use crate::template::Kind;

/// Why a treatment policy can't be published.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PolicyError {
    /// Nobody would be treated, or the portfolio could fall through.
    #[error("the last segment must hold for every account; add one without conditions at the end")]
    NoCatchAll,
    /// Rules after it can never hold.
    #[error("segment {0} holds for every account, so the ones after it never apply; move it to the end")]
    Unreachable(usize),
    /// A segment names no plan of the policy.
    #[error("segment {segment} names the plan \"{plan}\", which does not exist; name one of the plans")]
    UnknownPlan {
        /// 1-based place of the segment.
        segment: usize,
        /// The missing plan.
        plan: String,
    },
    /// Two plans share a name, or one has none.
    #[error("the plan name \"{0}\" is empty or used twice; give each plan its own name")]
    PlanName(String),
    /// A plan without levels.
    #[error("plan \"{0}\" has no levels; add one, or map its segments to no plan")]
    NoLevels(String),
    /// Sent steps are remembered by level name.
    #[error("plan \"{plan}\" has an empty or repeated level name \"{level}\"; give each level its own name")]
    LevelName {
        /// The plan.
        plan: String,
        /// The name.
        level: String,
    },
    /// Nothing comes before it.
    #[error(
        "level \"{level}\" of plan \"{plan}\" waits for a step before it, but there is none; count it from the anchor"
    )]
    NoPrevious {
        /// The plan.
        plan: String,
        /// The level.
        level: String,
    },
    /// An amount below zero.
    #[error("{what} of plan \"{plan}\" is below zero; enter zero or more")]
    Negative {
        /// The plan.
        plan: String,
        /// "the tolerance", "the fee of level ...".
        what: String,
    },
    /// A fee above the debt is a typing error.
    #[error("the fee of level \"{level}\" of plan \"{plan}\" is {percent} percent; enter at most 100")]
    FeeTooHigh {
        /// The plan.
        plan: String,
        /// The level.
        level: String,
        /// The percentage.
        percent: Decimal,
    },
    /// A letter or email needs words.
    #[error("level \"{level}\" of plan \"{plan}\" has no template; choose one")]
    NoTemplate {
        /// The plan.
        plan: String,
        /// The level.
        level: String,
    },
    /// The key names none of the texts.
    #[error("there is no template \"{key}\" for {what} of plan \"{plan}\"; choose one of the list")]
    UnknownTemplate {
        /// The plan.
        plan: String,
        /// "level ..." or "the reminder before the due date".
        what: String,
        /// The key that names nothing.
        key: String,
    },
    /// Nobody would send it: the reminder before the due date is no task.
    #[error("the reminder before the due date of plan \"{0}\" can't be a phone call; choose letter or email")]
    PhoneReminder(String),
    /// A fallback that is the channel itself.
    #[error("level \"{level}\" of plan \"{plan}\" falls back to its own channel; choose another or none")]
    SameFallback {
        /// The plan.
        plan: String,
        /// The level.
        level: String,
    },
}

/// A mistake and the field it is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The field: `plans.0.levels.2.fee`, `segments.1.plan`, `segments`.
    pub at: String,
    /// What is wrong.
    pub error: PolicyError,
}

impl Problem {
    fn new(at: impl Into<String>, error: PolicyError) -> Self {
        Self { at: at.into(), error }
    }

    /// The same, its field inside another.
    fn within(self, place: &str) -> Self {
        Self { at: format!("{place}.{}", self.at), ..self }
    }
}

impl TreatmentPolicy {
    /// Everything that must be mended before publishing; empty when there is nothing.
    #[must_use]
    pub fn check(&self) -> Vec<PolicyError> {
        self.problems().into_iter().map(|problem| problem.error).collect()
    }

    /// The same, each with the field it is about.
    #[must_use]
    pub fn problems(&self) -> Vec<Problem> {
        let mut found = Vec::new();
        let mut names = BTreeSet::new();
        for (index, plan) in self.plans.iter().enumerate() {
            let mut of_plan = Vec::new();
            if plan.name.trim().is_empty() || !names.insert(plan.name.as_str()) {
                of_plan.push(Problem::new("name", PolicyError::PlanName(plan.name.clone())));
            }
            if plan.levels.is_empty() {
                of_plan.push(Problem::new("levels", PolicyError::NoLevels(plan.name.clone())));
            }
            of_plan.extend(plan.ladder_problems());
            for (at, level) in plan.levels.iter().enumerate() {
                of_plan.extend(plan.word_problems(level).into_iter().map(|one| one.within(&format!("levels.{at}"))));
            }
            of_plan.extend(plan.reminder_problem());
            found.extend(of_plan.into_iter().map(|one| one.within(&format!("plans.{index}"))));
        }
        for (index, segment) in self.segments.iter().enumerate() {
            match segment.plan.as_deref() {
                Some(name) if self.plan(name).is_none() => {
                    let error = PolicyError::UnknownPlan { segment: index + 1, plan: name.to_owned() };
                    found.push(Problem::new(format!("segments.{index}.plan"), error));
                }
                _ => {}
            }
            if segment.is_catch_all() && index + 1 < self.segments.len() {
                found.push(Problem::new(format!("segments.{index}"), PolicyError::Unreachable(index + 1)));
            }
        }
        if !self.segments.last().is_some_and(super::Segment::is_catch_all) {
            found.push(Problem::new("segments", PolicyError::NoCatchAll));
        }
        found
    }
}

impl Plan {
    /// What the ladder itself needs to be climbed; a replayed history needs no more than this.
    #[must_use]
    pub fn check_ladder(&self) -> Vec<PolicyError> {
        self.ladder_problems().into_iter().map(|problem| problem.error).collect()
    }

    fn ladder_problems(&self) -> Vec<Problem> {
        let mut found = Vec::new();
        let mut negative = |at: String, amount: Decimal, what: String| {
            if amount.is_sign_negative() && !amount.is_zero() {
                found.push(Problem::new(at, PolicyError::Negative { plan: self.name.clone(), what }));
            }
        };
        negative("tolerance".to_owned(), self.tolerance, "the tolerance".to_owned());
        for (index, level) in self.levels.iter().enumerate() {
            let name = &level.name;
            let least = format!("the least balance of level \"{name}\"");
            negative(format!("levels.{index}.min_balance"), level.min_balance, least);
            if let Some(Fee::Amount(fee) | Fee::Percent(fee)) = level.fee {
                negative(format!("levels.{index}.fee"), fee, format!("the fee of level \"{name}\""));
            }
        }
        let mut names = BTreeSet::new();
        for (index, level) in self.levels.iter().enumerate() {
            let (plan, name) = (self.name.clone(), level.name.clone());
            if level.name.trim().is_empty() || !names.insert(level.name.as_str()) {
                let error = PolicyError::LevelName { plan: plan.clone(), level: name.clone() };
                found.push(Problem::new(format!("levels.{index}.name"), error));
            }
            if level.from == From::PreviousStep && (index == 0 || self.mode == LadderMode::Severest) {
                let error = PolicyError::NoPrevious { plan, level: name };
                found.push(Problem::new(format!("levels.{index}.from"), error));
            }
        }
        found
    }

    /// What is wrong with the words and ways of a level; fields are the level's own.
    fn word_problems(&self, level: &Level) -> Vec<Problem> {
        let (plan, name) = (|| self.name.clone(), || level.name.clone());
        let mut found = Vec::new();
        match level.fee {
            Some(Fee::Percent(percent)) if percent > Decimal::ONE_HUNDRED => {
                found.push(Problem::new("fee", PolicyError::FeeTooHigh { plan: plan(), level: name(), percent }));
            }
            _ => {}
        }
        let key = level.template.trim();
        if key.is_empty() && level.channel != Channel::Phone {
            found.push(Problem::new("template", PolicyError::NoTemplate { plan: plan(), level: name() }));
        } else if !key.is_empty() && Kind::of_key(key).is_none() {
            let what = format!("level \"{}\"", level.name);
            let error = PolicyError::UnknownTemplate { plan: plan(), what, key: key.to_owned() };
            found.push(Problem::new("template", error));
        }
        if level.fallback == Some(level.channel) {
            found.push(Problem::new("fallback", PolicyError::SameFallback { plan: plan(), level: name() }));
        }
        found
    }

    fn reminder_problem(&self) -> Option<Problem> {
        let reminder = self.pre_due.as_ref()?;
        if reminder.channel == Channel::Phone {
            return Some(Problem::new("pre_due.channel", PolicyError::PhoneReminder(self.name.clone())));
        }
        let what = "the reminder before the due date".to_owned();
        let key = reminder.template.trim().to_owned();
        Kind::of_key(&key).is_none().then(|| {
            Problem::new("pre_due.template", PolicyError::UnknownTemplate { plan: self.name.clone(), what, key })
        })
    }
}
