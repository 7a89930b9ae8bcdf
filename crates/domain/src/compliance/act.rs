//! What the gate is asked about: an act, its purpose, and the little an item must tell about itself.
//! Whatever leaves implements [`Leaves`]; nothing else about it interests the gate.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::texts::Item;
use crate::contact::Medium;
use crate::facts::APPROVAL_GIVEN;
use crate::history::Entry;
use crate::ids::{AccountId, ContactPointId, InvoiceId, ServiceId};
use crate::money::Money;
use crate::service_order::OrderKind;

/// Why somebody is written to or called. The law looks at it: a stay stops a demand, and not a
/// receipt that the customer asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Purpose {
    /// Reminds before the due date, or on it.
    Reminder,
    /// Asks for what is past due.
    Dunning,
    /// The last notice before a suspension, a placement or a legal referral.
    FinalNotice,
    /// An arrangement or promise was not kept.
    BrokenArrangement,
    /// Confirms an arrangement and its schedule.
    ArrangementConfirmation,
    /// How to pay by ACH, with the authorization form.
    AchEnrollment,
    /// The validation notice (12 CFR 1006.34).
    ValidationNotice,
    /// Verification of the debt, or the original creditor's name and address (12 CFR 1006.38).
    DisputeAnswer,
    /// Says what was paid.
    Receipt,
    /// Answers a message of the customer's own, by the same medium.
    Reply,
    /// Says that an opt-out is honored, and nothing else (12 CFR 1006.14(h)(2)(i)).
    OptOutConfirmation,
    /// Says that efforts end (12 CFR 1006.6(c)(2)(i)).
    EffortsEnd,
    /// Says that a remedy is or may be invoked (12 CFR 1006.6(c)(2)(ii)-(iii)).
    RemedyNotice,
}

impl Purpose {
    /// Asks for money that is past due, so something must be.
    #[must_use]
    pub fn asks_for_past_due(self) -> bool {
        matches!(self, Self::Dunning | Self::FinalNotice)
    }

    /// Collects a debt or tries to. A receipt, an answer to a dispute or a confirmation that
    /// contact ends does not.
    #[must_use]
    pub fn collects(self) -> bool {
        !matches!(self, Self::Receipt | Self::DisputeAnswer | Self::Reply | Self::OptOutConfirmation | Self::EffortsEnd)
    }
}

/// Something that reaches a customer or a billing system.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Act<'a> {
    /// A live call, dialed by hand.
    Call {
        /// Which number; none for "some number", the best one there is.
        point: Option<ContactPointId>,
        /// Why.
        purpose: Purpose,
    },
    /// A voicemail with limited content (12 CFR 1006.2(j)). It counts as a call.
    Voicemail {
        /// On which number; none for the best one there is.
        point: Option<ContactPointId>,
    },
    /// A text message.
    Text {
        /// To which number.
        point: Option<ContactPointId>,
        /// Why.
        purpose: Purpose,
    },
    /// An email.
    Email {
        /// The address it goes to, as the message says; it must be one of the customer's.
        to: &'a str,
        /// Why.
        purpose: Purpose,
    },
    /// A letter to the customer's postal address.
    Letter {
        /// Why.
        purpose: Purpose,
    },
    /// A visit.
    Visit {
        /// Why.
        purpose: Purpose,
    },
    /// An order to the billing system.
    Order {
        /// What is ordered.
        kind: OrderKind,
        /// For which service.
        service: ServiceId,
    },
}

impl Act<'_> {
    /// How it reaches a person; an order reaches none.
    #[must_use]
    pub fn medium(&self) -> Option<Medium> {
        Some(match self {
            Self::Call { .. } => Medium::Call,
            Self::Voicemail { .. } => Medium::Voicemail,
            Self::Text { .. } => Medium::Text,
            Self::Email { .. } => Medium::Email,
            Self::Letter { .. } => Medium::Letter,
            Self::Visit { .. } => Medium::Visit,
            Self::Order { .. } => return None,
        })
    }

    /// Why it happens; an order has no words.
    #[must_use]
    pub fn purpose(&self) -> Option<Purpose> {
        match self {
            Self::Call { purpose, .. }
            | Self::Text { purpose, .. }
            | Self::Email { purpose, .. }
            | Self::Letter { purpose }
            | Self::Visit { purpose } => Some(*purpose),
            Self::Voicemail { .. } => Some(Purpose::Dunning),
            Self::Order { .. } => None,
        }
    }
}

/// What an item asks for. The gate computes it again on fresh facts and refuses on any difference,
/// so nobody is dunned for what was paid since.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Claim<'a> {
    /// The amount asked for, as printed.
    pub amount: Money,
    /// The invoices it asks for; empty means everything past due in that currency. See
    /// `compliance::claimable` for the figure that must come out.
    pub invoices: &'a [InvoiceId],
}

/// A supervisor's word that an act may happen although a presumption or a missing fact speaks
/// against it. It lifts what a supervisor may lift and nothing else, for a day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Approval {
    /// Who approved.
    pub by: String,
    /// Why.
    pub reason: String,
    /// When.
    pub at: DateTime<Utc>,
}

/// An approval as it was given: for the next act by a medium on one account, or for an order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GivenApproval {
    /// By which medium; none for an order.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub medium: Option<Medium>,
    /// Which order, for which service.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order: Option<(OrderKind, ServiceId)>,
    /// By whom, why and when.
    #[serde(flatten)]
    pub approval: Approval,
}

impl GivenApproval {
    /// The approval that a history entry gives; none for any other entry, and for one that does not
    /// read as one: then nothing was approved.
    #[must_use]
    pub fn of(entry: &Entry) -> Option<Self> {
        let given = (entry.kind == APPROVAL_GIVEN).then(|| entry.detail.get("given"))??;
        serde_json::from_value(given.clone()).ok()
    }
}

/// What the gate must know about something that leaves.
pub trait Leaves {
    /// The account it is about; must be the facts' own.
    fn account(&self) -> AccountId;

    /// What it does.
    fn act(&self) -> Act<'_>;

    /// What it asks for, if it names an amount.
    fn claim(&self) -> Option<Claim<'_>> {
        None
    }

    /// Whether its words hold a required text, by the text's id (`TXT_MM_SUBSEQUENT`,
    /// `TXT_OPTOUT`). An item answers for what it prints, not for what it was asked to print.
    fn carries(&self, _text: &str) -> bool {
        false
    }

    /// What a document of prescribed content lacks of it: a validation notice without its end date.
    fn lacks(&self) -> Vec<Item> {
        Vec::new()
    }

    /// Whether its words overshadow the right to dispute (VAL-4); none where nobody can tell.
    fn overshadows(&self) -> Option<bool> {
        None
    }

    /// A supervisor's approval of this very item.
    fn approval(&self) -> Option<&Approval> {
        None
    }
}
