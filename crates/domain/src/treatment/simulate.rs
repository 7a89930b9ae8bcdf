//! What a policy change would do to the portfolio, before it is published.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::steps::{Step, Target, next_steps};
use crate::facts::Facts;
use crate::policy::Policy;

/// The difference on one day between two policies.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Simulated {
    /// Accounts looked at.
    pub accounts: u64,
    /// Accounts whose steps differ.
    pub changed: u64,
    /// Steps by level under the present policy.
    pub now: BTreeMap<String, u64>,
    /// Steps by level under the proposed one.
    pub proposed: BTreeMap<String, u64>,
}

/// Plans every account under both policies and counts. What was sent so far stays as it is.
#[must_use]
pub fn simulate<'f>(
    portfolio: impl IntoIterator<Item = &'f Facts>,
    present: &Policy,
    proposed: &Policy,
    today: NaiveDate,
) -> Simulated {
    let mut result = Simulated::default();
    for facts in portfolio {
        let before = next_steps(facts, present, today);
        let after = next_steps(facts, proposed, today);
        result.accounts += 1;
        if !same(&before, &after) {
            result.changed += 1;
        }
        for (steps, counts) in [(&before, &mut result.now), (&after, &mut result.proposed)] {
            for step in steps {
                *counts.entry(step.level.clone()).or_default() += 1;
            }
        }
    }
    result
}

/// Reasons name the policy's version, so they always differ; what is sent is what counts.
fn same(before: &[Step], after: &[Step]) -> bool {
    fn key(step: &Step) -> (Target, &str, super::Channel, &str, Option<crate::money::Money>) {
        (step.target, &step.level, step.channel, &step.template, step.fee)
    }
    before.iter().map(key).eq(after.iter().map(key))
}
