//! What the gate asks a letter.

use super::Letter;
use super::notice::{Parties, lacking};
use crate::compliance::rules::validation::overshadows;
use crate::compliance::texts::Item;
use crate::compliance::{Act, Approval, Claim, Leaves, Purpose};
use crate::ids::AccountId;
use crate::template::{Kind, holds};

impl Kind {
    /// Why a text of this kind is written, as the gate sees it.
    #[must_use]
    pub fn purpose(self) -> Purpose {
        match self {
            Self::Reminder | Self::PromiseReminder => Purpose::Reminder,
            Self::Dunning1 | Self::Dunning2 => Purpose::Dunning,
            Self::FinalNotice => Purpose::FinalNotice,
            Self::ArrangementConfirmation => Purpose::ArrangementConfirmation,
            Self::ArrangementBroken => Purpose::BrokenArrangement,
            Self::Receipt => Purpose::Receipt,
            Self::AchEnrollment => Purpose::AchEnrollment,
            Self::ValidationNotice => Purpose::ValidationNotice,
        }
    }
}

impl Leaves for Letter {
    fn account(&self) -> AccountId {
        self.account
    }

    fn act(&self) -> Act<'_> {
        Act::Letter { purpose: self.kind.purpose() }
    }

    fn claim(&self) -> Option<Claim<'_>> {
        self.kind.asks_for_payment().then_some(())?;
        self.amount_due().map(|amount| Claim { amount, invoices: &self.claimed })
    }

    fn carries(&self, text: &str) -> bool {
        holds(&self.words(), text)
    }

    fn lacks(&self) -> Vec<Item> {
        if self.kind != Kind::ValidationNotice {
            return Vec::new();
        }
        let parties = Parties {
            collector: &self.sender.name,
            collector_address: &self.sender.return_address,
            consumer: &self.customer_name,
            consumer_address: self.address.get(1..).unwrap_or_default(),
            creditor: &self.creditor,
            account: &self.account_number,
        };
        lacking(&self.printed(), self.notice.as_ref(), &parties)
    }

    fn overshadows(&self) -> Option<bool> {
        Some(overshadows(&self.words()))
    }

    fn approval(&self) -> Option<&Approval> {
        self.approval.as_ref()
    }
}
