//! A decided command: what changes, as data. The store commits a plan in one transaction or not at
//! all.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use crate::account::{Address, ContactPoint};
use crate::arrangement::Arrangement;
use crate::contact::{Contact, FollowUp};
use crate::history::Entry;
use crate::hold::Hold;
use crate::ids::{
    AccountId, ArrangementId, ContactPointId, CustomerId, DisputeId, FollowUpId, HoldId, OutboxId, PaymentId,
};
use crate::invoice::Dispute;
use crate::outbox::{Intent, State};
use crate::payment::Payment;
use crate::reason::Reason;
use crate::treatment::StepTaken;

/// One row's change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "change", content = "of")]
pub enum Change {
    /// A new entry of the contact log.
    AddContact(Contact),
    /// A new follow-up.
    AddFollowUp(FollowUp),
    /// A follow-up is done or superseded.
    CloseFollowUp(FollowUpId, DateTime<Utc>),
    /// A follow-up moves to another day.
    MoveFollowUp(FollowUpId, NaiveDate),
    /// A follow-up goes to somebody, or back to whoever works the list.
    AssignFollowUp(FollowUpId, Option<String>),
    /// A new arrangement or promise.
    AddArrangement(AccountId, Arrangement),
    /// An arrangement ends by a person's hand.
    CancelArrangement(ArrangementId, DateTime<Utc>),
    /// A new hold on an account.
    PlaceHold(AccountId, Hold),
    /// A hold ends by a person's hand.
    ReleaseHold(HoldId, DateTime<Utc>),
    /// A new dispute.
    OpenDispute(AccountId, Dispute),
    /// A dispute ends: the day and how.
    ResolveDispute(DisputeId, NaiveDate, String),
    /// A payment or credit that a person records.
    AddPayment(Payment),
    /// A payment was returned or reversed on that day.
    ReversePayment(PaymentId, NaiveDate),
    /// A payment that a person recorded goes, since the billing system posted it too.
    ReplacePayment {
        /// Goes.
        recorded: PaymentId,
        /// Stays.
        posted: PaymentId,
    },
    /// A new or changed number or email address.
    PutContactPoint(CustomerId, ContactPoint),
    /// Removes a number or address entered by mistake.
    RemoveContactPoint(ContactPointId),
    /// Another postal address.
    SetAddress(CustomerId, Address),
    /// A letter or email to leave.
    Queue(Intent),
    /// What became of an intent.
    SetOutbox(OutboxId, State),
    /// A dunning step counts as sent.
    TakeStep(AccountId, StepTaken),
}

/// What a command does, and why it may.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    /// Row changes, in order.
    pub changes: Vec<Change>,
    /// History entries, in order; the store links them into its chain.
    pub history: Vec<Entry>,
    /// The rules that spoke.
    pub reasons: Vec<Reason>,
}
