//! Treatment plans: which dunning step is next, why, and why today.
//!
//! - [`policy`](self::TreatmentPolicy): plans and segments as data that a supervisor edits.
//! - [`engine`]: the three ladders as pure functions over small inputs. The app's planner
//!   ([`next_steps`]) and the replay of a history (`crate::replay`) both run it; neither has rules
//!   of its own.
//! - `debts`: what of an account may be dunned at all: disputes, holds and kept promises insulate
//!   exactly what they cover, and unapplied cash counts against the oldest debt.
//!
//! What it does *not* do: send anything, or decide whether the customer may be contacted now. That
//! is the compliance gate's, on fresh facts.

pub mod engine;

mod consolidate;
mod debts;
mod decision;
mod differences;
pub(crate) mod explain;
mod forecast;
mod ladder;
mod notice;
mod pre_due;
mod segments;
mod steps;
mod validate;

pub use consolidate::{Notice, consolidate};
pub use decision::{Decision, decision};
pub use differences::{differences, level_words, mode_words, reminder_words, segment_words};
pub use forecast::{Foreseen, LevelKey, LevelTotal, Outlook, forecast, is_treated_alike};
pub use ladder::{Anchor, Channel, Fee, From, LadderMode, Level, Plan, PreDue};
pub use notice::{NoticeStep, NoticeTo, notice_step, notice_words};
pub use pre_due::{PRE_DUE_LEVEL, pre_due_reminders};
pub use segments::{Segment, TreatmentPolicy};
pub use steps::{Step, Target, account_state, next_steps};
pub use validate::{PolicyError, Problem};

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::ids::InvoiceId;
use crate::money::Money;

/// A dunning step that was sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StepTaken {
    /// On which invoice; none for a step on the whole account.
    pub invoice: Option<InvoiceId>,
    /// The level's name in its plan.
    pub level: String,
    /// Run date it counts from.
    pub on: NaiveDate,
    /// The day the wait was counted from: the debt's anchor, for an account's step that of its
    /// earliest unpaid debt. None where an older record did not keep it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub anchor: Option<NaiveDate>,
    /// The plan it belongs to; empty where an older record did not keep it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub plan: String,
    /// Fee charged with it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fee: Option<Money>,
}

impl StepTaken {
    /// A step without fee, as a person or an import records it.
    #[must_use]
    pub fn new(invoice: Option<InvoiceId>, level: impl Into<String>, on: NaiveDate) -> Self {
        Self { invoice, level: level.into(), on, anchor: None, plan: String::new(), fee: None }
    }
}
