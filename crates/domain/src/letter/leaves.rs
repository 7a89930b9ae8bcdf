//! What the gate asks a letter.

use super::Letter;
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

    fn approval(&self) -> Option<&Approval> {
        self.approval.as_ref()
    }
}
