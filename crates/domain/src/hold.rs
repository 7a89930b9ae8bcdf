//! Holds: what stops or narrows collection on a customer or account until it is released.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use crate::bankruptcy::CaseFile;
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
        /// What else the notices of the court say, as far as it is known.
        #[serde(default, skip_serializing_if = "CaseFile::is_empty")]
        file: Box<CaseFile>,
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
    /// The customer asked for the original creditor's name and address (12 CFR 1006.38(c)).
    CreditorRequest {
        /// Day it was received.
        received: NaiveDate,
        /// In writing; an oral one stops nothing by law.
        written: bool,
        /// Day on which the name and address were sent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        answered: Option<NaiveDate>,
    },
    /// A medical certificate: somebody in the household would be harmed by a cut-off. It postpones
    /// one, and nothing else.
    Medical {
        /// Its day, or that of its renewal.
        certified: NaiveDate,
        /// The customer can't pay; none when not known (California asks).
        #[serde(default, skip_serializing_if = "Option::is_none")]
        unable_to_pay: Option<bool>,
        /// The customer agreed to a plan; none when not known (California asks).
        #[serde(default, skip_serializing_if = "Option::is_none")]
        agreed_plan: Option<bool>,
    },
    /// A person's own reason to pause: a complaint, a review.
    Manual,
}

impl HoldKind {
    /// Concerns the person, and so holds on all of the customer's accounts. A doubtful kind does: one
    /// call too few is no harm.
    #[must_use]
    pub fn is_wide(&self) -> bool {
        !matches!(self, Self::Invoice { .. } | Self::Manual | Self::IdentityTheft | Self::CreditorRequest { .. })
    }

    /// Stops collection of the whole account while it is in force.
    #[must_use]
    pub fn is_pausing(&self, today: NaiveDate) -> bool {
        match self {
            Self::Cease | Self::Bankruptcy { .. } | Self::Deceased | Self::IdentityTheft | Self::Manual => true,
            Self::CreditorRequest { written, answered, .. } => *written && answered.is_none_or(|day| day > today),
            Self::RefusedMedium { .. }
            | Self::Attorney { .. }
            | Self::InconvenientTime { .. }
            | Self::Invoice { .. }
            | Self::Medical { .. } => false,
        }
    }

    /// A law protects the customer by it: it is released by a supervisor, and its tasks come first.
    #[must_use]
    pub fn is_protected(&self) -> bool {
        matches!(
            self,
            Self::Bankruptcy { .. }
                | Self::Cease
                | Self::Attorney { .. }
                | Self::Deceased
                | Self::IdentityTheft
                | Self::CreditorRequest { answered: None, .. }
                | Self::Medical { .. }
        )
    }

    /// Comes from the customer, a court or a creditor, and binds from the moment we hear it; the rest are pauses
    /// that we choose.
    #[must_use]
    pub fn is_made_known(&self) -> bool {
        !matches!(self, Self::Invoice { .. } | Self::Manual)
    }

    /// What is known of it may grow: a case goes on, an attorney is written to, a certificate is
    /// renewed.
    #[must_use]
    pub fn may_grow(&self) -> bool {
        matches!(
            self,
            Self::Bankruptcy { .. } | Self::Attorney { .. } | Self::CreditorRequest { .. } | Self::Medical { .. }
        )
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
