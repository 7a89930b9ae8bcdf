//! What makes a treatment policy unusable, said before it is published.

use std::collections::BTreeSet;

use rust_decimal::Decimal;

use super::ladder::{Channel, Fee, From, LadderMode, Level, Plan};
use super::segments::TreatmentPolicy;

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
    /// A fallback that is the channel itself.
    #[error("level \"{level}\" of plan \"{plan}\" falls back to its own channel; choose another or none")]
    SameFallback {
        /// The plan.
        plan: String,
        /// The level.
        level: String,
    },
}

impl TreatmentPolicy {
    /// Everything that must be mended before publishing; empty when there is nothing.
    #[must_use]
    pub fn check(&self) -> Vec<PolicyError> {
        let mut errors = Vec::new();
        let mut names = BTreeSet::new();
        for plan in &self.plans {
            if plan.name.trim().is_empty() || !names.insert(plan.name.as_str()) {
                errors.push(PolicyError::PlanName(plan.name.clone()));
            }
            if plan.levels.is_empty() {
                errors.push(PolicyError::NoLevels(plan.name.clone()));
            }
            errors.extend(plan.check_ladder());
            errors.extend(plan.levels.iter().filter_map(|level| plan.check_words(level)));
        }
        for (index, segment) in self.segments.iter().enumerate() {
            match segment.plan.as_deref() {
                Some(name) if self.plan(name).is_none() => {
                    errors.push(PolicyError::UnknownPlan { segment: index + 1, plan: name.to_owned() });
                }
                _ => {}
            }
            if segment.is_catch_all() && index + 1 < self.segments.len() {
                errors.push(PolicyError::Unreachable(index + 1));
            }
        }
        if !self.segments.last().is_some_and(super::Segment::is_catch_all) {
            errors.push(PolicyError::NoCatchAll);
        }
        errors
    }
}

impl Plan {
    /// What the ladder itself needs to be climbed; a replayed history needs no more than this.
    #[must_use]
    pub fn check_ladder(&self) -> Vec<PolicyError> {
        let mut errors = Vec::new();
        let mut negative = |amount: Decimal, what: String| {
            if amount.is_sign_negative() && !amount.is_zero() {
                errors.push(PolicyError::Negative { plan: self.name.clone(), what });
            }
        };
        negative(self.tolerance, "the tolerance".to_owned());
        for level in &self.levels {
            let name = &level.name;
            negative(level.min_balance, format!("the least balance of level \"{name}\""));
            if let Some(Fee::Amount(fee) | Fee::Percent(fee)) = level.fee {
                negative(fee, format!("the fee of level \"{name}\""));
            }
        }
        let mut names = BTreeSet::new();
        for (index, level) in self.levels.iter().enumerate() {
            if level.name.trim().is_empty() || !names.insert(level.name.as_str()) {
                errors.push(PolicyError::LevelName { plan: self.name.clone(), level: level.name.clone() });
            }
            if level.from == From::PreviousStep && (index == 0 || self.mode == LadderMode::Severest) {
                errors.push(PolicyError::NoPrevious { plan: self.name.clone(), level: level.name.clone() });
            }
        }
        errors
    }

    fn check_words(&self, level: &Level) -> Option<PolicyError> {
        let plan = self.name.clone();
        let name = level.name.clone();
        match level.fee {
            Some(Fee::Percent(percent)) if percent > Decimal::ONE_HUNDRED => {
                return Some(PolicyError::FeeTooHigh { plan, level: name, percent });
            }
            _ => {}
        }
        if level.template.trim().is_empty() && level.channel != Channel::Phone {
            return Some(PolicyError::NoTemplate { plan, level: name });
        }
        (level.fallback == Some(level.channel)).then_some(PolicyError::SameFallback { plan, level: name })
    }
}
