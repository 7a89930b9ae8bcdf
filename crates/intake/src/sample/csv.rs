//! A portfolio as a billing system would export it: one row an invoice, with what is open on a day.

use std::collections::HashMap;
use std::fmt::Write;

use chrono::NaiveDate;
use domain::account::{Account, Customer, CustomerKind, PointKind};
use domain::aging::{open_on, paid_by_invoice};
use domain::payment::PaymentKind;

use crate::batch::Batch;

const HEADINGS: &str = "customer_id,customer_name,customer_kind,contact_name,email,phone,mobile,address1,address2,city,state,zip,\
account_id,segment,autopay,paperless,invoice_id,invoice_date,due_date,amount,open_amount,currency,disputed,settled_date\n";

/// Comma-separated text with ISO dates. Credits follow the invoices as negative rows.
#[must_use]
pub fn to_csv(batch: &Batch, as_of: NaiveDate) -> String {
    let customers: HashMap<_, &Customer> = batch.customers.iter().map(|c| (c.id, c)).collect();
    let accounts: HashMap<_, (&Account, String)> = batch
        .accounts
        .iter()
        .filter_map(|account| Some((account.id, (account, about(customers.get(&account.customer)?, account)))))
        .collect();
    let paid = paid_by_invoice(&batch.payments, as_of);
    let mut text = String::with_capacity(HEADINGS.len() + batch.invoices.len() * 220);
    text.push_str(HEADINGS);
    for invoice in &batch.invoices {
        let Some((_, about)) = accounts.get(&invoice.account) else {
            continue;
        };
        let open = open_on(invoice, paid.get(&invoice.id).copied().unwrap_or_default(), as_of);
        let settled = invoice.settled.filter(|day| *day <= as_of).map(|day| day.to_string()).unwrap_or_default();
        // Writing to a String can't fail.
        let _ = writeln!(
            text,
            "{about}{},{},{},{},{open},{},{},{settled}",
            invoice.number,
            invoice.date,
            invoice.due,
            invoice.amount.plain(),
            invoice.amount.currency,
            if invoice.disputed { "yes" } else { "no" },
        );
    }
    for credit in batch.payments.iter().filter(|payment| payment.kind == PaymentKind::Credit && payment.counts(as_of)) {
        let Some((_, about)) = accounts.get(&credit.account) else {
            continue;
        };
        let (amount, currency) = (credit.amount.plain(), credit.amount.currency);
        let _ = writeln!(text, "{about}{},{},,-{amount},-{amount},{currency},no,", credit.reference, credit.posted);
    }
    text
}

/// The cells that are the same on every row of an account.
fn about(customer: &Customer, account: &Account) -> String {
    let point = |kind: PointKind| {
        let found = customer.points.iter().find(|point| point.kind == kind);
        found.map(|point| point.value.as_str()).unwrap_or_default()
    };
    let line = |at: usize| customer.address.lines.get(at).map(String::as_str).unwrap_or_default();
    let yes = |flag| if flag { "yes" } else { "no" };
    let cells = [
        customer.reference.as_str(),
        customer.name.as_str(),
        if customer.kind == CustomerKind::Business { "business" } else { "consumer" },
        customer.points.first().map(|point| point.label.as_str()).unwrap_or_default(),
        point(PointKind::Email),
        point(PointKind::Phone),
        point(PointKind::Mobile),
        line(0),
        line(1),
        customer.address.city.as_str(),
        customer.address.state.as_str(),
        customer.address.zip.as_str(),
        account.reference.as_str(),
        account.segment.as_str(),
        yes(account.autopay),
        yes(account.paperless),
    ];
    cells.into_iter().fold(String::new(), |mut text, cell| {
        if cell.contains([',', '"', '\n']) {
            let _ = write!(text, "\"{}\",", cell.replace('"', "\"\""));
        } else {
            text.push_str(cell);
            text.push(',');
        }
        text
    })
}
