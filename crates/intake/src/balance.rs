//! What a row owes: billed, applied and settled out of the amounts, the settlement date and the
//! status that the extract gives. Where they contradict each other the amounts count, and it is
//! said.

use chrono::NaiveDate;
use rust_decimal::Decimal;

use crate::cells::Reading;
use crate::field::Field;
use crate::item::Item;
use crate::notes::Note;
use crate::value::{Document, Status};

/// What becomes of a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// An invoice.
    Invoice(Owed),
    /// A credit memo or payment with so much left to apply; below zero never.
    Credit { left: Decimal, payment: bool },
    /// Counts for nothing: void or draft.
    LeftOut,
    /// The row gives no amount.
    NoAmount,
}

/// An invoice's state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Owed {
    pub(crate) amount: Decimal,
    pub(crate) applied: Decimal,
    pub(crate) settled: Option<NaiveDate>,
    pub(crate) written_off: bool,
    /// Paid beyond the amount.
    pub(crate) excess: Decimal,
}

impl Owed {
    /// Nothing is left to pay.
    pub(crate) fn is_paid(&self) -> bool {
        self.settled.is_some() || self.applied >= self.amount || self.written_off
    }
}

/// Weighs a row of a file.
pub(crate) fn weigh(item: &Item<'_>, reading: Reading<'_>, notes: &mut Vec<Note>) -> Outcome {
    let paid_is_negative = reading.forms.paid_is_negative;
    match item.status {
        Some(Status::Void) => {
            notes.push(Note::Void);
            return Outcome::LeftOut;
        }
        Some(Status::Draft) => {
            notes.push(Note::Draft);
            return Outcome::LeftOut;
        }
        _ => {}
    }
    let paid = item.paid.map(|paid| if paid_is_negative { -paid } else { paid });
    if paid_is_negative && paid.is_some_and(|paid| !paid.is_zero()) {
        notes.push(Note::PaidNegative);
    }
    let billed = match (item.amount, item.open, paid) {
        (Some(amount), ..) => amount,
        (None, Some(open), Some(paid)) => open + paid,
        (None, Some(open), None) => open,
        (None, None, _) => return Outcome::NoAmount,
    };
    if matches!(item.document, Document::Credit | Document::Payment) || billed < Decimal::ZERO {
        return credit(item, billed, paid, notes);
    }
    // An open amount says more than the billed one only where both are given.
    let open = item.open.filter(|_| item.amount.is_some());
    let says_nothing = item.open.is_none() && paid.is_none() && item.settled.is_none() && !billed.is_zero();
    if says_nothing
        && reading.columns.has(Field::OpenAmount)
        && !matches!(item.status, Some(Status::Closed | Status::WrittenOff))
    {
        notes.push(Note::OpenMissing);
    }
    Outcome::Invoice(invoice(item, billed, open, paid, notes))
}

fn invoice(
    item: &Item<'_>,
    billed: Decimal,
    open: Option<Decimal>,
    paid: Option<Decimal>,
    notes: &mut Vec<Note>,
) -> Owed {
    let mut owed = Owed {
        amount: billed,
        applied: Decimal::ZERO,
        settled: item.settled,
        written_off: item.status == Some(Status::WrittenOff),
        excess: Decimal::ZERO,
    };
    let known = open.is_some() || paid.is_some();
    if let Some(open) = open {
        if paid.is_some_and(|paid| billed - paid != open) {
            notes.push(Note::OpenMismatch);
        }
        if open > billed {
            notes.push(Note::OpenAboveAmount);
            owed.amount = open;
        } else {
            owed.applied = billed - open;
        }
    } else if let Some(paid) = paid {
        owed.applied = paid;
    }
    if owed.applied > owed.amount {
        notes.push(Note::Overpaid);
        owed.excess = owed.applied - owed.amount;
        owed.applied = owed.amount;
    }
    let leaves_open = owed.applied < owed.amount;
    if owed.settled.is_some() && open.is_some() && leaves_open {
        notes.push(Note::SettledOpen);
        owed.settled = None;
    }
    match item.status {
        Some(Status::WrittenOff) => notes.push(Note::WrittenOff),
        Some(Status::Closed) if owed.settled.is_none() && leaves_open => {
            if known {
                notes.push(Note::StatusClosedOpen);
            } else {
                notes.push(Note::StatusPaid);
                owed.applied = owed.amount;
            }
        }
        Some(Status::Open | Status::Disputed) if owed.settled.is_none() && !leaves_open && !owed.amount.is_zero() => {
            notes.push(Note::StatusOpenPaid);
        }
        _ => {}
    }
    owed
}

fn credit(item: &Item<'_>, billed: Decimal, paid: Option<Decimal>, notes: &mut Vec<Note>) -> Outcome {
    let payment = item.document == Document::Payment;
    let whole = billed.abs();
    let used = item.settled.is_some() && item.open.is_none_or(|open| open.is_zero());
    let left = if used {
        Decimal::ZERO
    } else if let Some(open) = item.open {
        open.abs()
    } else if let Some(paid) = paid {
        (whole - paid.abs()).max(Decimal::ZERO)
    } else if item.status == Some(Status::Closed) {
        Decimal::ZERO
    } else {
        whole
    };
    notes.push(match (left.is_zero(), payment) {
        (true, _) => Note::CreditUsed,
        (false, true) => Note::PaymentRow,
        (false, false) => Note::Credit,
    });
    Outcome::Credit { left, payment }
}
