//! Holds: what stops or narrows collection on a customer or account until it is released.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use crate::contact::Medium;
use crate::ids::{HoldId, InvoiceId};

/// What kind of hold; the gate reads these.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum HoldKind {
    /// Written refusal to pay or request to cease (12 CFR 1006.6(c)).
    Cease,
    /// The customer asked not to use a medium; oral is enough (12 CFR 1006.14(h)).
    RefusedMedium {
        /// Which.
        medium: Medium,
    },
    /// Represented by an attorney (12 CFR 1006.6(b)(2)).
    Attorney {
        /// Name and how to reach them, if known.
        contact: String,
        /// We wrote to the attorney on that day.
        letter_sent: Option<NaiveDate>,
    },
    /// Bankruptcy petition (11 USC 362).
    Bankruptcy {
        /// "7", "11", "13".
        chapter: String,
        /// Court's number.
        case_number: String,
        /// Petition date.
        petition: NaiveDate,
    },
    /// The customer has died (12 CFR 1006.6(a)(4)).
    Deceased,
    /// Identity theft reported (15 USC 1681m(f)-(g)).
    IdentityTheft,
    /// Not at these times, in the customer's local time (12 CFR 1006.6(b)(1)).
    InconvenientTime {
        /// `Mon`..`Sun`, three letters each.
        days: Vec<String>,
        /// `HH:MM`, inclusive.
        from: String,
        /// `HH:MM`, exclusive.
        to: String,
    },
    /// One invoice is not dunned.
    Invoice {
        /// Which.
        invoice: InvoiceId,
    },
    /// A person's own reason to pause: a complaint, a review.
    Manual,
}

impl HoldKind {
    /// Concerns the person, and so holds on all of the customer's accounts. A doubtful kind does: one
    /// call too few is no harm.
    #[must_use]
    pub fn is_wide(&self) -> bool {
        !matches!(self, Self::Invoice { .. } | Self::Manual | Self::IdentityTheft)
    }
}

/// A hold in time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hold {
    /// Identity.
    pub id: HoldId,
    /// What.
    pub kind: HoldKind,
    /// In a person's words.
    pub note: String,
    /// When we learned of it.
    pub placed: DateTime<Utc>,
    /// Ends by itself after this day.
    pub until: Option<NaiveDate>,
    /// Released by a person.
    pub released: Option<DateTime<Utc>>,
}

impl Hold {
    /// In force at that moment; `today` is the customer's date.
    #[must_use]
    pub fn is_active(&self, now: DateTime<Utc>, today: NaiveDate) -> bool {
        self.placed <= now && self.released.is_none_or(|at| at > now) && self.until.is_none_or(|day| day >= today)
    }
}
