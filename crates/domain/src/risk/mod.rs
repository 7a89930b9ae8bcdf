//! Risk: how likely an account is to pay late or not at all, as a score with the facts behind it.
//!
//! The score is a sum of points, each from one fact of the account's own history, so that a person
//! can check it by hand. It sets the order of a queue and the segment of a treatment plan; it never
//! overrides the compliance gate, and it says nothing about who the customer is.

pub mod late;

mod history;
mod measures;

pub use history::{PaidInvoice, paid_invoices};
pub use measures::Measures;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::facts::Facts;

/// A third of the scale.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Band {
    /// Below 35.
    Low,
    /// 35 to 64.
    Medium,
    /// From 65.
    High,
}

impl Band {
    /// The band of a score.
    #[must_use]
    pub fn of(score: u8) -> Self {
        match score {
            ..35 => Self::Low,
            35..65 => Self::Medium,
            65.. => Self::High,
        }
    }

    /// For people.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
        }
    }
}

/// One fact's part in a score.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Factor {
    /// A stable word: `late_share`, `broken_promises`.
    pub name: std::borrow::Cow<'static, str>,
    /// Its points; below zero they speak for the account.
    pub points: i32,
    /// The fact, in a person's words.
    pub text: String,
}

/// A score with its contributing facts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Risk {
    /// 0 (pays in time) to 100: the sum of the factors, kept within these ends.
    pub score: u8,
    /// Its band.
    pub band: Band,
    /// What made it, the heaviest first; facts without points are left out.
    pub factors: Vec<Factor>,
}

/// The score of an account on a day, from what was known then.
#[must_use]
pub fn score(facts: &Facts, today: NaiveDate) -> Risk {
    let measures = Measures::of(facts, today);
    let score = measures.score();
    let mut factors = measures.factors();
    factors.sort_by_key(|factor| std::cmp::Reverse(factor.points.abs()));
    Risk { score, band: Band::of(score), factors }
}

/// The band alone: nothing is written, so it costs little per account.
#[must_use]
pub fn band(facts: &Facts, today: NaiveDate) -> Band {
    Band::of(Measures::of(facts, today).score())
}
