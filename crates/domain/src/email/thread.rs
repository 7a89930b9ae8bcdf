//! Threading: every email about an account, or about one arrangement, is gathered in one
//! conversation in the reader's mailbox.

use crate::ids::{AccountId, ArrangementId, OutboxId};

use super::Mailbox;

/// A conversation. Its root is a message id that no message carries: readers gather what refers to
/// it (RFC 5322, 3.6.4), so it does not matter which email came first or got lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Thread {
    account: AccountId,
    arrangement: Option<ArrangementId>,
    previous: Option<OutboxId>,
}

impl Thread {
    /// The account's conversation.
    #[must_use]
    pub fn of_account(account: AccountId) -> Self {
        Self { account, arrangement: None, previous: None }
    }

    /// An arrangement's own conversation: confirmation, reminders, receipts.
    #[must_use]
    pub fn of_arrangement(account: AccountId, arrangement: ArrangementId) -> Self {
        Self { account, arrangement: Some(arrangement), previous: None }
    }

    /// After an email that left before.
    #[must_use]
    pub fn after(mut self, previous: Option<OutboxId>) -> Self {
        self.previous = previous;
        self
    }

    /// The root's message id at the sender's domain, in angle brackets.
    #[must_use]
    pub fn root(&self, from: &Mailbox) -> String {
        let domain = from.domain();
        match self.arrangement {
            Some(arrangement) => format!("<{}.{arrangement}@{domain}>", self.account),
            None => format!("<{}@{domain}>", self.account),
        }
    }

    pub(super) fn in_reply_to(&self, from: &Mailbox) -> String {
        self.previous.map_or_else(|| self.root(from), |previous| message_id(previous, from))
    }

    pub(super) fn references(&self, from: &Mailbox) -> Vec<String> {
        let mut references = vec![self.root(from)];
        references.extend(self.previous.map(|previous| message_id(previous, from)));
        references
    }
}

pub(super) fn message_id(id: OutboxId, from: &Mailbox) -> String {
    format!("<{id}@{}>", from.domain())
}
