//! Everything a person can do to an account, as data.

use chrono::NaiveDate;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::account::{Address, PointKind};
use crate::arrangement::Terms;
use crate::contact::{Direction, Disposition, Medium};
use crate::hold::HoldKind;
use crate::ids::{
    ArrangementId, ContactId, ContactPointId, DisputeId, FollowUpId, HoldId, InvoiceId, OutboxId, PaymentId, ServiceId,
};
use crate::money::{Currency, Money};
use crate::payment::Allocation;
use crate::service_order::OrderKind;

/// One act on one account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "command")]
pub enum Command {
    /// A call, a visit or a message took place. Never refused.
    RecordContact(RecordContact),
    /// A note. Never refused, unless it is empty.
    AddNote {
        /// The specialist's words.
        note: String,
    },
    /// A new log entry that corrects an older one; the older stays.
    CorrectContact {
        /// The entry that was wrong.
        corrects: ContactId,
        /// What it should say.
        note: String,
        /// How it really ended, if that was wrong.
        #[serde(default)]
        disposition: Option<Disposition>,
    },
    /// An arrangement, a lump sum or a promise.
    Arrange(Terms),
    /// Ends an arrangement; its debt is dunned again.
    CancelArrangement {
        /// Which.
        arrangement: ArrangementId,
        /// Why.
        reason: String,
    },
    /// The customer disputes an invoice or a part of it.
    OpenDispute {
        /// Which invoice.
        invoice: InvoiceId,
        /// How much, in the invoice's currency; none means all that is open and not yet disputed.
        #[serde(default)]
        amount: Option<Decimal>,
        /// The customer's reason.
        reason: String,
        /// In writing (12 CFR 1006.38).
        written: bool,
    },
    /// A dispute is settled.
    ResolveDispute {
        /// Which.
        dispute: DisputeId,
        /// How it ended.
        outcome: String,
    },
    /// Pauses or narrows collection. Never refused for want of authority.
    PlaceHold {
        /// What kind.
        hold: HoldKind,
        /// In a person's words.
        note: String,
        /// Ends by itself after this day.
        #[serde(default)]
        until: Option<NaiveDate>,
    },
    /// More is known of a hold: a case went on, an attorney was written to, a certificate was
    /// renewed.
    AmendHold {
        /// Which.
        hold: HoldId,
        /// All that is known of it now; its kind stays.
        kind: HoldKind,
        /// In a person's words.
        #[serde(default)]
        note: String,
    },
    /// A hold no longer stands.
    ReleaseHold {
        /// Which.
        hold: HoldId,
        /// Why.
        reason: String,
        /// The supervisor who approves, where the kind needs one.
        #[serde(default)]
        approved_by: Option<String>,
    },
    /// A payment or credit seen elsewhere, not yet in an extract.
    RecordPayment(RecordPayment),
    /// A payment was returned (NSF) or reversed.
    ReversePayment {
        /// Which.
        payment: PaymentId,
        /// From which day on it never was.
        on: NaiveDate,
        /// Why.
        reason: String,
    },
    /// Something to do on a day.
    ScheduleFollowUp {
        /// When.
        due: NaiveDate,
        /// What.
        what: String,
        /// Whose it is; none means whoever works the list.
        #[serde(default)]
        assignee: Option<String>,
    },
    /// It is done.
    CompleteFollowUp {
        /// Which.
        follow_up: FollowUpId,
    },
    /// It moves to another day.
    SnoozeFollowUp {
        /// Which.
        follow_up: FollowUpId,
        /// To when.
        due: NaiveDate,
    },
    /// It is somebody else's to do.
    AssignFollowUp {
        /// Which.
        follow_up: FollowUpId,
        /// A person's name or a role's word; none gives it back to whoever works the list.
        #[serde(default)]
        to: Option<String>,
    },
    /// A new or changed number or email address.
    PutContactPoint(PutContactPoint),
    /// One entered by mistake goes.
    RemoveContactPoint {
        /// Which.
        point: ContactPointId,
    },
    /// Another postal address.
    SetAddress {
        /// The new one.
        address: Address,
    },
    /// The customer asked not to be reached at a number or address.
    OptOut {
        /// Which.
        point: ContactPointId,
    },
    /// A letter to leave with the next run.
    QueueLetter {
        /// Template key.
        template: String,
        /// The arrangement it tells about.
        #[serde(default)]
        arrangement: Option<ArrangementId>,
    },
    /// An email to leave.
    QueueEmail {
        /// Template key.
        template: String,
        /// To which address.
        to: String,
        /// The arrangement it tells about.
        #[serde(default)]
        arrangement: Option<ArrangementId>,
    },
    /// A validation notice went out by another way: by the system worked with before, or a mail
    /// house. Never refused for being late; it is what took place.
    RecordNotice {
        /// When it was sent.
        sent: NaiveDate,
    },
    /// A person says what became of a letter or email, or takes it back.
    SettleOutbox {
        /// Which.
        outbox: OutboxId,
        /// What became of it.
        verdict: Verdict,
    },
    /// A supervisor allows the next act by a medium, where the rules leave that to one.
    Approve {
        /// By which medium.
        medium: Medium,
        /// The supervisor's name; none for the one at the keyboard.
        #[serde(default)]
        approved_by: Option<String>,
        /// What the one who approves is.
        role: super::Role,
        /// Why.
        reason: String,
    },
    /// A supervisor allows an order to the billing system, where the rules leave that to one.
    ApproveOrder {
        /// What is ordered.
        order: OrderKind,
        /// For which service.
        service: ServiceId,
        /// The supervisor's name; none for the one at the keyboard.
        #[serde(default)]
        approved_by: Option<String>,
        /// What the one who approves is.
        role: super::Role,
        /// Why.
        reason: String,
    },
    /// A letter came back as undeliverable.
    ReturnMail {
        /// The letter.
        outbox: OutboxId,
        /// What is stamped on it.
        note: String,
    },
}

/// A contact that took place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RecordContact {
    /// How.
    pub medium: Medium,
    /// Who started it.
    pub direction: Direction,
    /// The number or address used; empty for a visit.
    #[serde(default)]
    pub point: String,
    /// How it ended; messages have none.
    #[serde(default)]
    pub disposition: Option<Disposition>,
    /// The specialist's words.
    #[serde(default)]
    pub note: String,
    /// What was promised.
    #[serde(default)]
    pub promise: Option<Promised>,
    /// When the customer wants to be called back.
    #[serde(default)]
    pub call_back: Option<NaiveDate>,
    /// The follow-ups it answers; none given means those it answers by rule.
    #[serde(default)]
    pub answers: Option<Vec<FollowUpId>>,
}

/// A promise as the customer made it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Promised {
    /// How much.
    pub amount: Money,
    /// By when.
    pub on: NaiveDate,
}

/// A payment or credit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RecordPayment {
    /// How much.
    pub amount: Decimal,
    /// Of what.
    pub currency: Currency,
    /// Day it counts from.
    pub posted: NaiveDate,
    /// "ACH", "check", "card".
    pub method: String,
    /// The bank's reference.
    #[serde(default)]
    pub reference: String,
    /// What it pays.
    #[serde(default)]
    pub apply: Apply,
}

/// What a payment pays.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "by")]
pub enum Apply {
    /// Covered by the arrangement in force first, then oldest due first; never disputed debt.
    #[default]
    Oldest,
    /// These invoices, in this order, as far as it reaches.
    InOrder {
        /// The customer's choice.
        invoices: Vec<InvoiceId>,
    },
    /// Exactly so; the rest stays unapplied.
    Exactly {
        /// Invoice and amount.
        parts: Vec<Allocation>,
    },
}

/// A number or address as typed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PutContactPoint {
    /// The one it changes; none for a new one.
    #[serde(default)]
    pub id: Option<ContactPointId>,
    /// Phone or email.
    pub kind: PointKind,
    /// As dialed or written.
    pub value: String,
    /// Who answers.
    #[serde(default)]
    pub label: String,
    /// Known not to reach the customer.
    #[serde(default)]
    pub bad: bool,
    /// The customer used or agreed to it for the debt.
    #[serde(default)]
    pub consented: bool,
}

/// What a person says of a letter or email.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "verdict")]
pub enum Verdict {
    /// It left.
    Sent,
    /// It did not leave: send it again.
    NotSent,
    /// It shall not leave.
    Withdraw {
        /// Why.
        why: String,
    },
}
