//! One letter for several accounts of a customer. Its words and totals are the sum over all of
//! them, and each account passes the gate for its own share, on its own facts. Only when all have
//! passed is there a letter that can leave.

use std::sync::Arc;

use rust_decimal::Decimal;

use super::compose::{ComposeError, Mailing, write};
use super::{AccountShare, Letter};
use crate::compliance::rules::validation::overshadows;
use crate::compliance::{Act, Approval, Claim, Cleared, Leaves};
use crate::facts::Facts;
use crate::ids::{AccountId, InvoiceId};
use crate::template::{About, Kind, Occasion, Template, holds};

/// One account's share of a letter that is about several. It is no letter: [`join`] makes one of
/// all the shares, each cleared.
#[derive(Debug)]
pub struct Share {
    letter: Arc<Letter>,
    place: usize,
    own: AccountShare,
    claimed: Vec<InvoiceId>,
}

impl Share {
    /// The whole letter, to look at; nothing prints it.
    #[must_use]
    pub fn letter(&self) -> &Letter {
        &self.letter
    }

    /// The account, its number and what is asked for on it.
    #[must_use]
    pub fn own(&self) -> &AccountShare {
        &self.own
    }
}

impl Leaves for Share {
    fn account(&self) -> AccountId {
        self.own.account
    }

    fn act(&self) -> Act<'_> {
        Act::Letter { purpose: self.letter.kind.purpose() }
    }

    fn claim(&self) -> Option<Claim<'_>> {
        Some(Claim { amount: self.own.due, invoices: &self.claimed })
    }

    fn carries(&self, text: &str) -> bool {
        holds(&self.letter.words(), text)
    }

    fn overshadows(&self) -> Option<bool> {
        Some(overshadows(&self.letter.words()))
    }

    fn approval(&self) -> Option<&Approval> {
        // Given on the leading account, and for it alone.
        self.letter.approval.as_ref().filter(|_| self.place == 0)
    }
}

/// Why cleared shares make no letter.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum JoinError {
    /// There are none.
    #[error("there is no share to make a letter of; compose it first")]
    Empty,
    /// They were composed for different letters.
    #[error("the shares of accounts {0} and {1} are of different letters; compose one letter for both")]
    Different(String, String),
    /// One is not cleared.
    #[error("account {0}'s share of the letter is missing; compose it again without that account")]
    Missing(String),
    /// One is there twice.
    #[error("account {0}'s share of the letter is there twice; compose it again")]
    Twice(String),
    /// They passed the gate at different moments.
    #[error("account {0}'s share passed the gate at another moment than the others'; clear all again")]
    Moments(String),
    /// They don't add up to what the words name.
    #[error("the shares come to {shares} and the letter asks for {letter}; compose it again")]
    Sum {
        /// Of the shares.
        shares: Decimal,
        /// What the letter's words name.
        letter: Decimal,
    },
}

/// Writes one letter about several accounts of a customer, the leading one first; each account's
/// share is to be cleared on its own. Each occasion is of the same kind and day, and about what its
/// account owes; the letter lists the invoices of all and asks for the sum.
///
/// Debts of two creditors, in two currencies or in two capacities never share a letter, and a kind
/// that asks for no payment has no shares.
pub fn compose_joint(
    lead: (&Facts, &Occasion<'_>),
    others: &[(&Facts, &Occasion<'_>)],
    template: &Template,
    mailing: Mailing,
) -> Result<Vec<Share>, ComposeError> {
    for (index, other) in others.iter().enumerate() {
        together(lead, *other, &others[..index])?;
    }
    let letter = write(lead, others, template, mailing)?;
    if others.is_empty() {
        // One account's letter goes the same way, so that a caller needs none of its own.
        let due = letter.amount_due().filter(|_| letter.kind.asks_for_payment());
        let due = due.ok_or_else(|| ComposeError::NothingDue(letter.account_number.clone()))?;
        let own = AccountShare { account: letter.account, number: letter.account_number.clone(), due };
        let claimed = letter.claimed.clone();
        return Ok(vec![Share { letter: Arc::new(letter), place: 0, own, claimed }]);
    }
    let letter = Arc::new(letter);
    Ok(letter
        .accounts
        .iter()
        .enumerate()
        .map(|(place, own)| Share {
            letter: Arc::clone(&letter),
            place,
            own: own.clone(),
            claimed: letter.items.iter().filter(|item| item.account == place).map(|item| item.invoice).collect(),
        })
        .collect())
}

/// Whether an account may share the leading one's letter; `earlier` share it already.
fn together((lead, first): About<'_>, (other, second): About<'_>, earlier: &[About<'_>]) -> Result<(), ComposeError> {
    let twice =
        lead.account.id == other.account.id || earlier.iter().any(|(facts, _)| facts.account.id == other.account.id);
    let differs = [
        ("nothing", twice),
        ("the customer", lead.customer.id != other.customer.id),
        ("the customer's data", lead.customer != other.customer),
        ("the creditor", lead.account.creditor != other.account.creditor),
        ("in whose name it is written", lead.account.mode != other.account.mode),
        (
            "the kind of letter",
            first.kind != second.kind || !first.kind.asks_for_payment() || first.kind == Kind::ValidationNotice,
        ),
        ("its date", first.today != second.today || first.pay_by() != second.pay_by()),
        ("an arrangement", first.arrangement.is_some() || second.arrangement.is_some()),
    ];
    match differs.iter().find(|(_, differs)| *differs) {
        None => Ok(()),
        Some((what, _)) => Err(ComposeError::Apart {
            account: lead.account.reference.clone(),
            other: other.account.reference.clone(),
            what,
        }),
    }
}

/// One cleared letter of the cleared shares of all its accounts: each there once, cleared at the
/// same moment, and adding up to what the letter asks for.
pub fn join(shares: Vec<Cleared<Share>>) -> Result<Cleared<Letter>, JoinError> {
    let first = shares.first().ok_or(JoinError::Empty)?;
    let at = first.at();
    if let Some(other) = shares.iter().find(|share| share.at() != at) {
        return Err(JoinError::Moments(other.item().own.number.clone()));
    }
    let whole = Arc::clone(&first.item().letter);
    let mut missing: Vec<usize> = (0..whole.accounts.len().max(1)).collect();
    let mut sum = Decimal::ZERO;
    for share in shares.iter().map(Cleared::item) {
        if !Arc::ptr_eq(&share.letter, &whole) {
            return Err(JoinError::Different(first.item().own.number.clone(), share.own.number.clone()));
        }
        let before = missing.len();
        missing.retain(|place| *place != share.place);
        if missing.len() == before {
            return Err(JoinError::Twice(share.own.number.clone()));
        }
        sum += share.own.due.amount;
    }
    if let Some(place) = missing.first() {
        let number = whole.accounts.get(*place).map_or_else(String::new, |share| share.number.clone());
        return Err(JoinError::Missing(number));
    }
    let asked = whole.amount_due().map_or(Decimal::ZERO, |due| due.amount);
    if asked != sum {
        return Err(JoinError::Sum { shares: sum, letter: asked });
    }
    Cleared::joined(shares, |shares| {
        // The shares hold the same letter: with them gone it is taken out without a copy.
        drop(shares);
        Ok(Arc::unwrap_or_clone(whole))
    })
}

#[cfg(test)]
#[path = "joint_tests.rs"]
mod tests;
