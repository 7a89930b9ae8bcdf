//! Everything known about one account at the moment a decision is taken.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::account::{Account, Customer, Service};
use crate::arrangement::Arrangement;
use crate::compliance::{Approval, GivenApproval};
use crate::contact::{Contact, Direction, FollowUp, Medium};
use crate::hold::Hold;
use crate::ids::{InvoiceId, ServiceId};
use crate::invoice::{Dispute, Invoice};
use crate::outbox::{Intent, State};
use crate::payment::Payment;
use crate::service_order::OrderKind;
use crate::treatment::StepTaken;

/// One account's facts. Whoever loads them takes them fresh from the store; nothing here is cached.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Facts {
    /// Who owes.
    pub customer: Customer,
    /// On what account.
    pub account: Account,
    /// Services on the account.
    pub services: Vec<Service>,
    /// Invoices, oldest due first.
    pub invoices: Vec<Invoice>,
    /// Payments and credit memos, oldest first.
    pub payments: Vec<Payment>,
    /// Disputes over the account's invoices.
    pub disputes: Vec<Dispute>,
    /// Holds on the account or its customer.
    pub holds: Vec<Hold>,
    /// Arrangements and promises, oldest first; at most one is active.
    pub arrangements: Vec<Arrangement>,
    /// Contact log of the account's customer, oldest first.
    pub contacts: Vec<Contact>,
    /// Follow-ups, open ones only.
    pub follow_ups: Vec<FollowUp>,
    /// Dunning steps already sent.
    pub steps: Vec<StepTaken>,
    /// Letters and emails that have not left (queued, waiting, printed, unknown, stopped), and those
    /// that left or were withdrawn in the last 30 days; validation notices that left, whenever.
    #[serde(default)]
    pub outbox: Vec<(Intent, State)>,
    /// Supervisors' approvals that may still hold, oldest first.
    #[serde(default)]
    pub approvals: Vec<GivenApproval>,
}

/// Sent and withdrawn messages younger than this are part of the facts.
pub const OUTBOX_DAYS: i64 = 30;

/// Messages by this template are part of the facts however long ago they left: the law counts from
/// them.
pub const KEPT_TEMPLATE: &str = "validation_notice";

/// The kind of a history entry that gives an approval; the facts take them from there.
pub const APPROVAL_GIVEN: &str = "approval.given";

/// Approvals younger than this are part of the facts; policy says for how many hours of it they hold.
pub const APPROVAL_DAYS: i64 = 7;

impl Facts {
    /// Brings the lists into the one order that decisions are taken in, whoever loaded them: by day,
    /// what is of one day by number or id. Steps stay as they were recorded.
    pub fn sort(&mut self) {
        self.services.sort_by_key(|service| service.id);
        self.invoices.sort_by(|a, b| (a.due, &a.number, a.id).cmp(&(b.due, &b.number, b.id)));
        self.payments.sort_by_key(|payment| (payment.posted, payment.id));
        self.disputes.sort_by_key(|dispute| (dispute.opened, dispute.id));
        self.holds.sort_by_key(|hold| (hold.placed, hold.id));
        self.arrangements.sort_by_key(|arrangement| (arrangement.agreed, arrangement.id));
        self.contacts.sort_by_key(|contact| (contact.at, contact.id));
        self.follow_ups.sort_by_key(|task| task.id);
        self.outbox.sort_by_key(|(intent, _)| (intent.decided, intent.id));
    }

    /// The invoice of that id.
    #[must_use]
    pub fn invoice(&self, id: InvoiceId) -> Option<&Invoice> {
        self.invoices.iter().find(|invoice| invoice.id == id)
    }

    /// The last approval for a medium that no act of ours by it has used up since.
    #[must_use]
    pub fn approval(&self, medium: Medium) -> Option<&Approval> {
        let given = self.approvals.iter().rfind(|given| given.medium == Some(medium))?;
        let used = self.contacts.iter().any(|entry| {
            let ours = entry.account == self.account.id && entry.direction == Direction::Outbound;
            ours && entry.medium == medium && entry.at > given.approval.at
        });
        (!used).then_some(&given.approval)
    }

    /// The last approval of that order. The billing system's word that it was carried out uses it up:
    /// the order no longer fits the service then.
    #[must_use]
    pub fn order_approval(&self, kind: OrderKind, service: ServiceId) -> Option<&Approval> {
        let given = self.approvals.iter().rfind(|given| given.order == Some((kind, service)))?;
        Some(&given.approval)
    }

    /// Open disputes on that day.
    pub fn open_disputes(&self, on: NaiveDate) -> impl Iterator<Item = &Dispute> {
        self.disputes.iter().filter(move |dispute| dispute.is_open(on))
    }
}
