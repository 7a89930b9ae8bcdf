//! A portfolio from a seed, and plans made of it. Used by every test of the store.
#![allow(dead_code, reason = "each test binary uses its part")]
#![allow(clippy::unwrap_used, reason = "a test's way to fail")]

pub mod plans;

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use chrono::{DateTime, Days, NaiveDate, TimeDelta, Utc};
use domain::account::{Account, Address, ContactPoint, Customer, CustomerKind, Mode, PointKind, Service, ServiceState};
use domain::history::Entry;
use domain::ids::{AccountId, ContactPointId, CustomerId, HistoryId, InvoiceId, PaymentId, ServiceId};
use domain::invoice::Invoice;
use domain::money::{Currency, Money};
use domain::payment::{Allocation, Payment, PaymentKind};
use dunlin_store::{Counts, Import, Key, Store, StoreError};
use rust_decimal::Decimal;
use uuid::Uuid;

pub fn key() -> Key {
    Key::new([7; 32])
}

pub fn other_key() -> Key {
    Key::new([8; 32])
}

/// A database in a folder of its own, which goes with it.
pub struct Fresh {
    pub folder: tempfile::TempDir,
    pub store: Store,
}

impl Fresh {
    pub fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::create(folder.path().join("dunlin.db"), &key()).unwrap();
        Self { folder, store }
    }

    pub fn with(portfolio: &Portfolio) -> Self {
        let fresh = Self::new();
        fresh.import(portfolio).unwrap();
        fresh
    }

    pub fn path(&self) -> PathBuf {
        self.folder.path().join("dunlin.db")
    }

    pub fn import(&self, portfolio: &Portfolio) -> Result<Counts, StoreError> {
        self.store.import(&portfolio.import(), |_| Vec::new(), &mut |_| true)
    }
}

/// The file, opened beside the store with the same key: for looking, and for doing harm.
pub fn raw(path: &Path) -> rusqlite::Connection {
    let conn = rusqlite::Connection::open(path).unwrap();
    let mut hex = String::new();
    for byte in key().bytes() {
        write!(hex, "{byte:02x}").unwrap();
    }
    conn.pragma_update(None, "key", format!("x'{hex}'")).unwrap();
    conn
}

pub fn at(minutes: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_772_000_000, 0).unwrap() + TimeDelta::minutes(minutes)
}

pub fn day(days: u64) -> NaiveDate {
    NaiveDate::from_ymd_opt(2025, 1, 1).unwrap() + Days::new(days)
}

pub fn usd(cents: i64) -> Money {
    Money::from_minor(cents, Currency::USD)
}

pub fn entry(number: u128, account: Option<AccountId>) -> Entry {
    Entry {
        id: HistoryId(Uuid::from_u128(0xffff_0000 + number)),
        at: at(i64::try_from(number).unwrap()),
        actor: "specialist".to_owned(),
        account,
        kind: "contact.recorded".to_owned(),
        summary: format!("Called for the {number}. time"),
        detail: serde_json::json!({"z": 1, "a": [number.to_string(), null], "text": "déjà \"vu\""}),
    }
}

/// Rows as an intake would hand them over.
#[derive(Clone, Default)]
pub struct Portfolio {
    pub customers: Vec<Customer>,
    pub accounts: Vec<Account>,
    pub services: Vec<Service>,
    pub invoices: Vec<Invoice>,
    pub payments: Vec<Payment>,
}

const FIRST: [&str; 8] = ["Northgate", "Vega", "Harbor", "Juniper", "Zoë", "Cedar", "Summit", "Ferry"];
const SECOND: [&str; 8] = ["Dental", "Logistics", "Bakery", "Motors", "Clinic", "Books", "Roofing", "Farms"];

impl Portfolio {
    /// `accounts` accounts of as many customers, `per` invoices on each, the first half of them
    /// paid by one payment each; every 50th account is in Canadian dollars.
    pub fn of(accounts: usize, per: usize) -> Self {
        let mut made = Self::default();
        for index in 0..accounts {
            made.account(index, per);
        }
        made
    }

    fn account(&mut self, index: usize, per: usize) {
        let customer = CustomerId::derive("billing", &format!("C-{index}"));
        let account = AccountId::derive("billing", &format!("A-{index}"));
        let currency = if index % 50 == 49 { Currency::CAD } else { Currency::USD };
        self.customers.push(Customer {
            id: customer,
            reference: format!("C-{index}"),
            name: format!("{} {} {index}", FIRST[index % 8], SECOND[index / 8 % 8]),
            kind: if index.is_multiple_of(3) { CustomerKind::Business } else { CustomerKind::Consumer },
            address: Address {
                lines: vec![format!("{index} Example Street"), "Suite 4".to_owned()],
                city: "Boise".to_owned(),
                state: "ID".to_owned(),
                zip: "83702".to_owned(),
                country: String::new(),
            },
            zones: if index.is_multiple_of(4) { vec!["America/Boise".to_owned()] } else { vec![] },
            points: vec![
                point(2 * index, PointKind::Mobile, &format!("+1 208 555 {index:04}")),
                point(2 * index + 1, PointKind::Email, &format!("ap{index}@example.com")),
            ],
        });
        self.accounts.push(Account {
            id: account,
            customer,
            reference: format!("A-{index}"),
            mode: Mode::FirstParty,
            creditor: "Example Telecom".to_owned(),
            segment: if index.is_multiple_of(5) { "key account" } else { "standard" }.to_owned(),
            opened: Some(day(1)),
            closed: None,
            autopay: index.is_multiple_of(7),
            paperless: index.is_multiple_of(2),
        });
        self.services.push(Service {
            id: ServiceId::derive("billing", &format!("S-{index}")),
            account,
            product: "Internet 500".to_owned(),
            identifier: format!("circuit {index}"),
            state: ServiceState::Active,
        });
        self.invoices_of(account, currency, index, per);
    }

    fn invoices_of(&mut self, account: AccountId, currency: Currency, index: usize, per: usize) {
        for part in 0..per {
            let number = format!("INV-{:07}", index * per + part);
            let days = u64::try_from(index % 90 + part * 30).unwrap();
            let id = InvoiceId::derive("billing", &number);
            let amount = Money::from_minor(i64::try_from(1_000 + index % 9_000 + part).unwrap(), currency);
            self.invoices.push(Invoice {
                id,
                account,
                number,
                date: day(days),
                due: day(days + 20),
                amount,
                applied: Decimal::ZERO,
                settled: None,
                disputed: part % 11 == 10,
                written_off: None,
            });
            if part < per / 2 {
                let reference = format!("P-{index}-{part}");
                self.payments.push(Payment {
                    id: PaymentId::derive("billing", &reference),
                    account,
                    reference,
                    kind: PaymentKind::Payment,
                    posted: day(days + 25),
                    amount,
                    method: "ACH".to_owned(),
                    reversed: None,
                    allocations: vec![Allocation { invoice: id, amount }],
                });
            }
        }
    }

    pub fn import(&self) -> Import<'_> {
        Import {
            source: "billing",
            file_name: "extract.csv",
            file_hash: "00",
            actor: "specialist",
            at: at(0),
            customers: &self.customers,
            accounts: &self.accounts,
            services: &self.services,
            invoices: &self.invoices,
            payments: &self.payments,
            disputes: &[],
        }
    }
}

pub fn point(number: usize, kind: PointKind, value: &str) -> ContactPoint {
    ContactPoint {
        id: ContactPointId(Uuid::from_u128(u128::try_from(number).unwrap() + 1)),
        kind,
        value: value.to_owned(),
        label: String::new(),
        source: "billing".to_owned(),
        bad: false,
        opted_out: false,
        consented: kind == PointKind::Email,
    }
}
