//! When invoices were paid: by the extract's settlement date, or by the payment that filled them.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use rust_decimal::Decimal;

use crate::facts::Facts;
use crate::ids::InvoiceId;
use crate::invoice::Invoice;

/// An invoice that was paid in full by the day one asks about.
#[derive(Clone, Copy, Debug)]
pub struct PaidInvoice<'a> {
    /// The invoice.
    pub invoice: &'a Invoice,
    /// Day the last missing part came in.
    pub paid_on: NaiveDate,
}

impl PaidInvoice<'_> {
    /// Days after the due date; zero or below is in time.
    #[must_use]
    pub fn days_late(&self) -> i64 {
        (self.paid_on - self.invoice.due).num_days()
    }
}

/// The paid invoices of an account, as known on a day, by the day they were paid. What was written
/// off, or paid on an unknown day (an extract's "applied" column alone), tells nothing and is left
/// out.
#[must_use]
pub fn paid_invoices(facts: &Facts, today: NaiveDate) -> Vec<PaidInvoice<'_>> {
    let mut parts: BTreeMap<InvoiceId, Vec<(NaiveDate, Decimal)>> = BTreeMap::new();
    for payment in facts.payments.iter().filter(|payment| payment.counts(today)) {
        for part in &payment.allocations {
            parts.entry(part.invoice).or_default().push((payment.posted, part.amount.amount));
        }
    }
    let mut paid: Vec<PaidInvoice<'_>> = facts
        .invoices
        .iter()
        .filter(|invoice| invoice.date <= today && invoice.written_off.is_none_or(|day| day > today))
        .filter_map(|invoice| {
            let paid_on = match invoice.settled {
                Some(day) if day <= today => day,
                Some(_) => return None,
                None => filled_on(invoice, parts.get_mut(&invoice.id)?)?,
            };
            Some(PaidInvoice { invoice, paid_on })
        })
        .collect();
    paid.sort_by_key(|paid| paid.paid_on);
    paid
}

/// The day on which the payments reached the invoice's amount.
fn filled_on(invoice: &Invoice, parts: &mut [(NaiveDate, Decimal)]) -> Option<NaiveDate> {
    parts.sort_by_key(|(posted, _)| *posted);
    let mut missing = invoice.amount.amount - invoice.applied;
    parts.iter().find_map(|(posted, amount)| {
        missing -= *amount;
        (missing <= Decimal::ZERO).then_some(*posted)
    })
}
