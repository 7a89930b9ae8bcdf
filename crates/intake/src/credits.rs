//! Credits and payments that stand among the invoices: unapplied, whatever they were meant for.

use chrono::NaiveDate;
use domain::ids::AccountId;
use domain::money::{Currency, Money};
use domain::payment::{Payment, PaymentKind};
use rust_decimal::Decimal;

use crate::field::Field;
use crate::identity::payment_id;
use crate::item::Item;
use crate::ledger::Ledger;
use crate::notes::Note;

impl<'a> Ledger<'a> {
    /// Takes a credit over, if something of it is left.
    pub(crate) fn credit(
        &mut self,
        item: &Item<'a>,
        left: Decimal,
        payment: bool,
        account: usize,
        account_id: AccountId,
        line: u64,
    ) {
        let Some(posted) = item.date.or(item.due).or(item.settled) else {
            self.problem(line, Field::InvoiceDate, "the credit has no date", "fill it in");
            return;
        };
        let amount = item.amount.or(item.open).unwrap_or(left);
        // Check numbers come round again; a credit memo's number does not.
        let reference = if item.number.is_empty() || payment {
            if item.number.is_empty() {
                self.notes.add(Note::NumberMissing, line);
            }
            format!("{} {posted} {}", item.number, amount.normalize()).trim_start().to_owned()
        } else {
            item.number.to_string()
        };
        let source = &self.reading.mapping.source;
        let id = payment_id(source, self.parties.reference(account), &reference);
        if let Some((first, fingerprint)) = self.payments.get(&id).copied() {
            self.again(line, first, fingerprint == item.fingerprint, &format!("credit {reference}"));
            return;
        }
        self.payments.insert(id, (line, item.fingerprint));
        self.batch.accepted += 1;
        if !left.is_zero() {
            let kind = if payment { PaymentKind::Payment } else { PaymentKind::Credit };
            self.push_payment(account, account_id, reference, kind, posted, left, item.currency);
        }
    }

    /// Unapplied money.
    #[allow(clippy::too_many_arguments, reason = "the parts of one payment")]
    pub(crate) fn push_payment(
        &mut self,
        account: usize,
        account_id: AccountId,
        reference: String,
        kind: PaymentKind,
        posted: NaiveDate,
        amount: Decimal,
        currency: Currency,
    ) {
        let source = &self.reading.mapping.source;
        self.batch.payments.push(Payment {
            id: payment_id(source, self.parties.reference(account), &reference),
            account: account_id,
            reference,
            kind,
            posted,
            amount: Money::new(amount, currency),
            method: String::new(),
            reversed: None,
            allocations: Vec::new(),
        });
    }
}
