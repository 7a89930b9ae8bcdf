//! A line of *My day*: what, why, why today, what to do next.

use std::cmp::Reverse;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::ids::AccountId;
use crate::money::Money;
use crate::reason::Reason;

/// Why an account is on the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Everything due is paid and a service is still suspended.
    Restore,
    /// A validation notice that the law wants sent.
    ValidationDue,
    /// A letter or email of which nobody knows whether it left, or that stopped.
    OutboxInDoubt,
    /// A payment towards an arrangement came back.
    ReturnedPayment,
    /// An arrangement or promise is broken.
    BrokenArrangement,
    /// A promise is due today, or late within grace.
    PromiseDue,
    /// An installment is due today, or late within grace.
    InstallmentDue,
    /// A task is due.
    FollowUp,
    /// A letter came back: the address is to be found.
    ReturnedMail,
    /// A dispute that nobody chases.
    Dispute,
    /// A dunning step is due.
    StepDue,
    /// Past-due debt without anything to be done on it.
    NoNextAction,
}

impl Kind {
    /// Every kind, in the order in which rows of one account are shown where all else is equal.
    pub const ALL: [Self; 12] = [
        Self::Restore,
        Self::ValidationDue,
        Self::OutboxInDoubt,
        Self::ReturnedPayment,
        Self::BrokenArrangement,
        Self::PromiseDue,
        Self::InstallmentDue,
        Self::FollowUp,
        Self::ReturnedMail,
        Self::Dispute,
        Self::StepDue,
        Self::NoNextAction,
    ];

    /// The kind's word, as it is written: `broken_arrangement`.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Restore => "restore",
            Self::ValidationDue => "validation_due",
            Self::OutboxInDoubt => "outbox_in_doubt",
            Self::ReturnedPayment => "returned_payment",
            Self::BrokenArrangement => "broken_arrangement",
            Self::PromiseDue => "promise_due",
            Self::InstallmentDue => "installment_due",
            Self::FollowUp => "follow_up",
            Self::ReturnedMail => "returned_mail",
            Self::Dispute => "dispute",
            Self::StepDue => "step_due",
            Self::NoNextAction => "no_next_action",
        }
    }

    /// For people.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Restore => "Ready to restore",
            Self::ValidationDue => "Validation notice due",
            Self::OutboxInDoubt => "Did it leave?",
            Self::ReturnedPayment => "Payment returned",
            Self::BrokenArrangement => "Broken arrangement",
            Self::PromiseDue => "Promise due",
            Self::InstallmentDue => "Installment due",
            Self::FollowUp => "Follow-up",
            Self::ReturnedMail => "Returned mail",
            Self::Dispute => "Dispute to chase",
            Self::StepDue => "Next step due",
            Self::NoNextAction => "No next action",
        }
    }
}

/// What to do next.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NextAction {
    /// Call the customer.
    Call,
    /// Send an email.
    Email,
    /// Send a letter.
    Letter,
    /// Order the restoration.
    Restore,
    /// Have a supervisor approve.
    Approve,
    /// Look at it and decide.
    Review,
}

impl NextAction {
    /// The action's word, as it is written: `call`.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Call => "call",
            Self::Email => "email",
            Self::Letter => "letter",
            Self::Restore => "restore",
            Self::Approve => "approve",
            Self::Review => "review",
        }
    }
}

/// Whether it can wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Urgency {
    /// In its turn.
    Normal,
    /// First.
    Urgent,
}

/// The classes of the list's order. Within a class the riskier account comes first, then the larger
/// amount, then the earlier day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Class {
    /// No clock runs: steps, disputes to chase, accounts without a next action.
    Routine,
    /// Somebody was promised something for today: promises, installments, tasks.
    Today,
    /// Money or trust is being lost: broken, returned, in doubt.
    Urgent,
    /// A law or a court set the clock: restoration, holds that law protects, written disputes.
    Legal,
}

/// One reason for an account to be on the list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    /// Which account.
    pub account: AccountId,
    /// Why it is here.
    pub kind: Kind,
    /// Whether it can wait.
    pub urgency: Urgency,
    /// The list's order, highest first: class, then risk, then amount. Comparable across accounts
    /// and at most 2^43, so that every JSON reader holds it exactly. Amounts of different
    /// currencies are compared by their figures.
    pub score: u64,
    /// What it is about, where it is about money.
    pub amount: Option<Money>,
    /// The rules that spoke.
    pub reasons: Vec<Reason>,
    /// Why it is here, in one line.
    pub why: String,
    /// Why today, in one line.
    pub why_today: String,
    /// What to do next.
    pub next_action: NextAction,
    /// The same in words: "Call about the missed installment".
    pub next_label: String,
    /// Day it was due.
    pub due: NaiveDate,
    /// Whose it is, where it was given to somebody.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub assignee: Option<String>,
}

impl Row {
    /// Orders rows of any accounts: by score, then the earlier day, then the kind.
    #[must_use]
    pub fn order(&self) -> impl Ord + use<> {
        (Reverse(self.score), self.due, self.kind, self.account)
    }
}

/// An account's line: its most urgent reason, and the others beneath.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Item {
    /// Shown.
    pub primary: Row,
    /// Listed beneath, in order.
    pub also: Vec<Row>,
}
