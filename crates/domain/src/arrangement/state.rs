//! The words for how an agreement and its installments stand.

use serde::{Deserialize, Serialize};

/// How an agreement stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Nothing was paid yet and nothing is overdue.
    Active,
    /// Everything due so far was paid in time.
    Kept,
    /// Past a due date with a part paid; still within the days of grace.
    Short,
    /// Past a due date with nothing paid, still within the days of grace; or caught up after them.
    Late,
    /// A payment was returned and opened an installment again; still within the days of grace.
    Returned,
    /// An installment is short beyond tolerance after its last day.
    Broken,
    /// Ended by a person.
    Cancelled,
    /// Paid in full, or nothing is owed any more.
    Completed,
}

impl State {
    /// In force: its debt is insulated from dunning.
    #[must_use]
    pub fn is_live(self) -> bool {
        matches!(self, Self::Active | Self::Kept | Self::Short | Self::Late | Self::Returned)
    }

    /// For people.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Kept => "kept",
            Self::Short => "short",
            Self::Late => "late",
            Self::Returned => "returned",
            Self::Broken => "broken",
            Self::Cancelled => "cancelled",
            Self::Completed => "completed",
        }
    }
}

/// How one installment stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// Not past its due date and not yet paid.
    Upcoming,
    /// Paid in time.
    Kept,
    /// Paid after its last day.
    PaidLate,
    /// Past due with nothing paid, within grace.
    Late,
    /// Past due with a part paid, within grace.
    Short,
    /// Was paid; the payment was returned.
    Returned,
    /// Unpaid or short after its last day.
    Missed,
}
