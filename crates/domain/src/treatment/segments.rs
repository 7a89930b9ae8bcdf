//! The treatment policy: the plans, and which segment of the portfolio follows which.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::ladder::{Anchor, Channel, From, LadderMode, Level, Plan, PreDue};
use crate::account::CustomerKind;
use crate::facts::Facts;
use crate::risk::Band;

/// A rule that maps accounts to a plan. An empty condition holds for all.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Segment {
    /// Consumer or business.
    #[serde(default)]
    pub kind: Option<CustomerKind>,
    /// The account's segment, spelled as the billing system does; case does not matter.
    #[serde(default)]
    pub segment: Option<String>,
    /// The account's risk band.
    #[serde(default)]
    pub risk: Option<Band>,
    /// The plan's name; none means: no treatment.
    pub plan: Option<String>,
}

impl Segment {
    /// Every account.
    #[must_use]
    pub fn all(plan: &str) -> Self {
        Self { plan: Some(plan.to_owned()), ..Self::default() }
    }

    /// Holds for every account, whatever its class, segment and risk.
    #[must_use]
    pub fn is_catch_all(&self) -> bool {
        self.kind.is_none() && self.segment.is_none() && self.risk.is_none()
    }

    fn holds(&self, facts: &Facts, band: impl FnOnce() -> Band) -> bool {
        self.kind.is_none_or(|kind| kind == facts.customer.kind)
            && self.segment.as_ref().is_none_or(|segment| segment.eq_ignore_ascii_case(&facts.account.segment))
            && self.risk.is_none_or(|wanted| wanted == band())
    }
}

/// Dunning plans and which segment follows which.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TreatmentPolicy {
    /// The plans.
    pub plans: Vec<Plan>,
    /// The first rule that holds decides; the last holds for all.
    pub segments: Vec<Segment>,
}

impl TreatmentPolicy {
    /// The plan of that name.
    #[must_use]
    pub fn plan(&self, name: &str) -> Option<&Plan> {
        self.plans.iter().find(|plan| plan.name == name)
    }

    /// The first rule that holds for an account, with its place from 0; `band` is asked only where a
    /// rule looks at risk.
    #[must_use]
    pub fn segment_for(&self, facts: &Facts, band: impl Fn() -> Band) -> Option<(usize, &Segment)> {
        self.segments.iter().enumerate().find(|(_, segment)| segment.holds(facts, &band))
    }

    /// The plan an account follows.
    #[must_use]
    pub fn plan_for(&self, facts: &Facts, band: impl Fn() -> Band) -> Option<&Plan> {
        let (_, segment) = self.segment_for(facts, band)?;
        self.plan(segment.plan.as_deref()?)
    }
}

impl Default for TreatmentPolicy {
    /// *Standard*: reminder by email 5 days after the due date, a letter at 20, the final notice
    /// at 40, one level at a time. *High risk*: the same letters at 2, 10 and 21 days, catching up
    /// with what was found late. Key accounts are a person's to handle.
    fn default() -> Self {
        let plan = |name: &str, mode, waits: [u32; 3]| Plan {
            name: name.to_owned(),
            mode,
            anchor: Anchor::DueDate,
            tolerance: Decimal::ONE,
            levels: vec![
                Level::letter("Reminder", waits[0], "dunning_1").by_email(),
                // From the step before: whoever is found late still has the time between two notices.
                Level { from: From::PreviousStep, ..Level::letter("Second notice", waits[1] - waits[0], "dunning_2") },
                Level {
                    from: From::PreviousStep,
                    ..Level::letter("Final notice", waits[2] - waits[1], "final_notice")
                },
            ],
            pre_due: Some(PreDue { days_before: 3, channel: Channel::Email, template: "reminder".to_owned() }),
        };
        Self {
            plans: vec![
                plan("Standard", LadderMode::Strict, [5, 20, 40]),
                plan("High risk", LadderMode::CatchUp, [2, 10, 21]),
            ],
            segments: vec![
                Segment { segment: Some("key account".to_owned()), ..Segment::default() },
                Segment { kind: Some(CustomerKind::Business), risk: Some(Band::High), ..Segment::all("High risk") },
                Segment::all("Standard"),
            ],
        }
    }
}
