//! The rows a world starts with, made of numbers.

use chrono::{DateTime, Days, NaiveDate, Utc};
use domain::account::{Account, Address, ContactPoint, Customer, CustomerKind, Mode, PointKind, Service, ServiceState};
use domain::ids::{AccountId, ContactPointId, CustomerId, InvoiceId, PaymentId, ServiceId};
use domain::invoice::Invoice;
use domain::money::{Currency, Money};
use domain::payment::{Allocation, Payment, PaymentKind};
use domain::row::Row;
use rust_decimal::Decimal;
use uuid::Uuid;

/// When every world begins: a Tuesday, 16:00 UTC.
pub(crate) fn start() -> DateTime<Utc> {
    DateTime::from_timestamp(1_773_158_400, 0).unwrap_or_default()
}

fn day(offset: i64) -> NaiveDate {
    let today = start().date_naive();
    match u64::try_from(offset) {
        Ok(days) => today.checked_add_days(Days::new(days)),
        Err(_) => today.checked_sub_days(Days::new(offset.unsigned_abs())),
    }
    .unwrap_or(today)
}

pub(crate) fn usd(cents: i64) -> Money {
    Money::from_minor(cents, Currency::USD)
}

/// A customer's number, as a name that is found by search and is nowhere else.
pub(crate) fn name(number: usize) -> String {
    format!("Customer Zq{number}x")
}

/// A customer; every third has two accounts.
pub(crate) fn customer(number: usize) -> Vec<Row> {
    let id = CustomerId::derive("billing", &format!("C-{number}"));
    let mut rows = vec![Row::Customer(Customer {
        id,
        reference: format!("C-{number}"),
        name: name(number),
        kind: CustomerKind::Consumer,
        address: Address {
            lines: vec![format!("{number} Example Street")],
            city: "Boise".to_owned(),
            state: "ID".to_owned(),
            zip: "83702".to_owned(),
            country: String::new(),
        },
        zones: vec![],
        points: vec![
            point(number * 2, PointKind::Phone, &format!("+1 208 555 {number:04}")),
            point(number * 2 + 1, PointKind::Email, &format!("c{number}@example.com")),
        ],
    })];
    for part in 0..if number.is_multiple_of(3) { 2 } else { 1 } {
        account(id, number * 10 + part, &mut rows);
    }
    rows
}

fn point(number: usize, kind: PointKind, value: &str) -> ContactPoint {
    ContactPoint {
        id: ContactPointId(Uuid::from_u128(number as u128 + 1)),
        kind,
        value: value.to_owned(),
        label: String::new(),
        source: "billing".to_owned(),
        bad: false,
        opted_out: false,
        consented: true,
    }
}

fn account(customer: CustomerId, number: usize, rows: &mut Vec<Row>) {
    let id = AccountId::derive("billing", &format!("A-{number}"));
    rows.push(Row::Account(Account {
        id,
        customer,
        reference: format!("A-{number}"),
        mode: Mode::FirstParty,
        creditor: "Example Telecom".to_owned(),
        segment: "standard".to_owned(),
        opened: Some(day(-900)),
        closed: None,
        autopay: false,
        paperless: false,
    }));
    rows.push(Row::Service(Service {
        id: ServiceId::derive("billing", &format!("S-{number}")),
        account: id,
        product: "Internet 500".to_owned(),
        identifier: format!("circuit {number}"),
        state: ServiceState::Active,
    }));
    for part in 0..3 {
        rows.push(invoice(id, &format!("INV-{number}-{part}"), -60 + 25 * part, 5_000 + 700 * part));
    }
}

/// An invoice of the billing system.
pub(crate) fn invoice(account: AccountId, number: &str, due: i64, cents: i64) -> Row {
    Row::Invoice(Invoice {
        id: InvoiceId::derive("billing", number),
        account,
        number: number.to_owned(),
        date: day(due - 20),
        due: day(due),
        amount: usd(cents),
        applied: Decimal::ZERO,
        settled: None,
        disputed: false,
        written_off: None,
    })
}

/// A payment from the billing system, on one invoice.
pub(crate) fn payment(of: &Invoice, reference: &str, cents: i64) -> Row {
    Row::Payment(Payment {
        id: PaymentId::derive("billing", reference),
        account: of.account,
        reference: reference.to_owned(),
        kind: PaymentKind::Payment,
        posted: day(0),
        amount: usd(cents),
        method: "ACH".to_owned(),
        reversed: None,
        allocations: vec![Allocation { invoice: of.id, amount: usd(cents) }],
    })
}
