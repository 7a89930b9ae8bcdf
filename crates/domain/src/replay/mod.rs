//! A treatment plan run over a history, as data: what would have been proposed on each day, and
//! whether that is what was expected.
//!
//! A replay drives the same engine as the app (`treatment::engine`); it only stands in for the
//! store (what is open, held and sent on a day) and for the person who sends the drafts. Events
//! apply in the order they are listed, and what is dated after a run does not exist for that run.

mod compare;
mod line;
mod play;
mod scenario;
mod world;

pub use compare::Difference;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Why a scenario can't be run.
#[derive(Debug, thiserror::Error)]
pub enum ReplayError {
    /// Not JSON, or not of the format: the place is in the message.
    #[error("the scenario can't be read: {0}; see the replay format")]
    Unreadable(#[from] serde_json::Error),
    /// A plan that can't be climbed.
    #[error("the policy \"{policy}\" can't be used: {why}")]
    BadPolicy {
        /// Its name.
        policy: String,
        /// What is wrong, and what to do.
        why: crate::treatment::PolicyError,
    },
    /// An amount that no ledger holds; sums of such could not be exact.
    #[error("{by} has the amount {amount}, which is too large; enter less than 10^15")]
    TooLarge {
        /// What has it: `event 3 (payment)`.
        by: String,
        /// The amount.
        amount: rust_decimal::Decimal,
    },
    /// The same id twice.
    #[error("{what} \"{id}\" is listed twice; give each its own id")]
    Twice {
        /// "account", "invoice", "payment".
        what: &'static str,
        /// The id.
        id: String,
    },
    /// Something names what is not there.
    #[error("{by} names the {what} \"{id}\", which does not exist; add it or mend the name")]
    Unknown {
        /// What names it: `event 3 (payment)`.
        by: String,
        /// "account", "invoice", "policy", "payment".
        what: &'static str,
        /// The id.
        id: String,
    },
}

/// One printed step.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StepLine {
    /// The invoice; none in the severest mode.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub invoice: Option<String>,
    /// The account, in the severest mode only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub account: Option<String>,
    /// The installment's due date; of the earliest unpaid one for an account.
    pub due: NaiveDate,
    /// The level's name.
    pub level: String,
    /// What is unpaid.
    pub balance: String,
    /// Of every amount in the line.
    pub currency: String,
    /// The level's channel, as the policy spells it.
    pub channel: String,
    /// Charged when it is sent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fee: Option<String>,
    /// The balance and the fees charged before this print.
    pub receivable: String,
    /// Why this level, why today.
    pub why: Vec<String>,
}

/// One run's printed line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunLine {
    /// The run's date.
    pub on: NaiveDate,
    /// Sorted by invoice, then due date.
    pub steps: Vec<StepLine>,
    /// Account to level or `clear`: the accounts under a severest plan; and those under no plan,
    /// which are clear, wherever states are in play.
    pub states: BTreeMap<String, String>,
}

/// What a replay printed, and where it is not what was expected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// The scenario's name.
    pub name: String,
    /// One line per run, in order.
    pub runs: Vec<RunLine>,
    /// Empty when everything expected came out.
    pub differences: Vec<Difference>,
}

impl Report {
    /// The runs as they are printed: one JSON value per line.
    pub fn lines(&self) -> impl Iterator<Item = String> + '_ {
        self.runs.iter().map(|run| serde_json::to_string(run).unwrap_or_default())
    }
}

/// Runs one scenario.
pub fn run(json: &str) -> Result<Report, ReplayError> {
    let scenario: scenario::Scenario = serde_json::from_str(json.trim_start_matches('\u{feff}'))?;
    let runs = world::World::new(&scenario)?.play();
    let differences = compare::compare(&scenario.expect, &runs);
    Ok(Report { name: scenario.name, runs, differences })
}
