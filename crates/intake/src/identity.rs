//! Identities of invoices and payments: of one account, so that a number that two accounts use names
//! two rows, and importing again finds the same ones.

use domain::ids::{InvoiceId, PaymentId};

/// The identity of an invoice: the same number on another account is another invoice.
#[must_use]
pub fn invoice_id(source: &str, account_reference: &str, number: &str) -> InvoiceId {
    InvoiceId::derive(source, &format!("{account_reference}\u{1f}{number}"))
}

/// The identity of a payment or credit on an account.
#[must_use]
pub fn payment_id(source: &str, account_reference: &str, reference: &str) -> PaymentId {
    PaymentId::derive(source, &format!("{account_reference}\u{1f}{reference}"))
}
