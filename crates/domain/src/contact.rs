//! The contact log: attempts, conversations, messages, letters and notes. Entries are never changed;
//! a correction is a new entry that names the old one.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use crate::ids::{AccountId, ContactId, FollowUpId};
use crate::money::Money;

/// How somebody is reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Medium {
    /// A live telephone call.
    Call,
    /// A voicemail left.
    Voicemail,
    /// A text message.
    Text,
    /// An email.
    Email,
    /// A letter.
    Letter,
    /// A visit.
    Visit,
    /// A note: nobody was contacted, so it never counts against a cap.
    Note,
}

impl Medium {
    /// "call", "text message": what one act by it is.
    #[must_use]
    pub fn noun(self) -> &'static str {
        match self {
            Self::Call => "call",
            Self::Voicemail => "voicemail",
            Self::Text => "text message",
            Self::Email => "email",
            Self::Letter => "letter",
            Self::Visit => "visit",
            Self::Note => "note",
        }
    }
}

/// How a call or visit ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Disposition {
    /// Nobody answered.
    NoAnswer,
    /// A message was left.
    LeftMessage,
    /// Busy line: the call did not connect, and does not count (12 CFR 1006.14(b)(3)(ii)).
    Busy,
    /// Not in service: does not count, and marks the number bad.
    NotInService,
    /// Somebody else's number: marks it bad.
    WrongNumber,
    /// Spoke with a third party who is not the consumer.
    ThirdParty,
    /// Right-party contact: spoke, no result.
    Spoke,
    /// Right-party contact: promised to pay.
    PromiseToPay,
    /// Right-party contact: says it is paid.
    SaysPaid,
    /// Right-party contact: disputes the debt.
    Disputes,
    /// Right-party contact: refuses to pay.
    RefusesToPay,
    /// Right-party contact: asked to be called back.
    CallBack,
}

impl Disposition {
    /// The telephone connected, so the call counts against the caps.
    #[must_use]
    pub fn counts_as_call(self) -> bool {
        !matches!(self, Self::Busy | Self::NotInService)
    }

    /// A conversation with the right party.
    #[must_use]
    pub fn is_right_party(self) -> bool {
        matches!(
            self,
            Self::Spoke | Self::PromiseToPay | Self::SaysPaid | Self::Disputes | Self::RefusesToPay | Self::CallBack
        )
    }
}

/// Who started it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// We did.
    Outbound,
    /// The customer did.
    Inbound,
}

/// One entry of the contact log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contact {
    /// Identity.
    pub id: ContactId,
    /// On which account.
    pub account: AccountId,
    /// When it happened.
    pub at: DateTime<Utc>,
    /// The customer's date then: windows of days are counted in it.
    pub local_date: NaiveDate,
    /// Who recorded it.
    pub actor: String,
    /// How.
    pub medium: Medium,
    /// Who started it.
    pub direction: Direction,
    /// The number or address used.
    pub point: String,
    /// How it ended; messages have none.
    pub disposition: Option<Disposition>,
    /// The specialist's words.
    pub note: String,
    /// Amount spoken of, such as a promise's.
    pub amount: Option<Money>,
    /// The entry that this one corrects.
    pub corrects: Option<ContactId>,
}

/// Something to do on an account on a day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FollowUp {
    /// Identity.
    pub id: FollowUpId,
    /// On which account.
    pub account: AccountId,
    /// Day it is due.
    pub due: NaiveDate,
    /// What to do: "call back about INV-7".
    pub what: String,
    /// Why it was scheduled.
    pub why: String,
    /// Done or superseded, when.
    pub done: Option<DateTime<Utc>>,
    /// Whose it is: a person's name or a role's word; none means whoever works the list.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub assignee: Option<String>,
}
