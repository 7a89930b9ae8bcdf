//! The real extracts, with the figures that must come out. Loudly skipped where the folder is
//! missing.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::ControlFlow;
use std::path::PathBuf;

use chrono::NaiveDate;
use domain::account::{Account, Customer};
use domain::aging::{AgingPolicy, age, open_items};
use domain::facts::Facts;
use domain::ids::AccountId;
use domain::money::Currency;
use dunlin_intake as intake;
use intake::{Batch, DateOrder, Form, IntakeError, Mapping, inspect, read};
use rust_decimal::Decimal;

fn set(path: &str) -> Option<Vec<u8>> {
    let root = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data"));
    let bytes = std::fs::read(root.join(path));
    if bytes.is_err() {
        eprintln!("SKIPPED: shared/data/{path} is missing");
    }
    bytes.ok()
}

fn proposed(bytes: &[u8]) -> Batch {
    let mapping = inspect(bytes, "file", None).expect("a preview").mapping("test");
    read_all(bytes, &mapping).expect("a batch")
}

fn read_all(bytes: &[u8], mapping: &Mapping) -> Result<Batch, IntakeError> {
    let batch = read(bytes, mapping, &mut |_, _| ControlFlow::Continue(()))?;
    assert_eq!(batch.problems, []);
    Ok(batch)
}

fn day(text: &str) -> NaiveDate {
    text.parse().expect("a date")
}

fn facts(batch: &Batch) -> Vec<Facts> {
    let customers: BTreeMap<_, &Customer> = batch.customers.iter().map(|c| (c.id, c)).collect();
    let blank = |account: &Account| Facts {
        customer: customers[&account.customer].clone(),
        account: account.clone(),
        services: Vec::new(),
        invoices: Vec::new(),
        payments: Vec::new(),
        disputes: Vec::new(),
        holds: Vec::new(),
        arrangements: Vec::new(),
        contacts: Vec::new(),
        follow_ups: Vec::new(),
        steps: Vec::new(),
        ..domain::testkit::facts()
    };
    let mut all: BTreeMap<AccountId, Facts> =
        batch.accounts.iter().map(|account| (account.id, blank(account))).collect();
    for invoice in &batch.invoices {
        all.get_mut(&invoice.account).expect("an account").invoices.push(invoice.clone());
    }
    for payment in &batch.payments {
        all.get_mut(&payment.account).expect("an account").payments.push(payment.clone());
    }
    all.into_values().collect()
}

/// Open and past due: count and sum, of one currency.
fn open_on(batch: &Batch, on: &str, currency: Currency) -> ((usize, String), (usize, String)) {
    let all = facts(batch);
    let (mut open, mut past) = (Vec::new(), Vec::new());
    for facts in &all {
        for item in open_items(facts, day(on)) {
            if item.invoice.amount.currency == currency {
                open.push(item.open);
                if item.days_past_due > 0 {
                    past.push(item.open);
                }
            }
        }
    }
    let sum = |parts: &[Decimal]| (parts.len(), parts.iter().sum::<Decimal>().to_string());
    (sum(&open), sum(&past))
}

const MDY: &str = "ibm_ar/WA_Fn-UseC_-Accounts-Receivable.mdy.csv";
const DMY: &str = "ibm_ar/WA_Fn-UseC_-Accounts-Receivable.dmy.csv";

#[test]
fn ibm_figures_come_out() {
    let Some(bytes) = set(MDY) else { return };
    let batch = proposed(&bytes);
    assert_eq!((batch.rows, batch.accepted), (2_466, 2_466));
    assert_eq!(batch.customers.len(), 100);
    assert_eq!(batch.totals[0].billed.to_string(), "147703.18");
    let late = batch.invoices.iter().filter(|i| i.settled.is_some_and(|day| day > i.due)).count();
    assert_eq!(late, 877);
    let disputed: Vec<_> = batch.invoices.iter().filter(|i| i.disputed).collect();
    let amount: Decimal = disputed.iter().map(|i| i.amount.amount).sum();
    assert_eq!((disputed.len(), amount.to_string().as_str()), (561, "36746.12"));
    assert_eq!(open_on(&batch, "2013-06-30", Currency::USD), ((84, "5119.85".to_owned()), (12, "835.56".to_owned())));
    assert!(batch.accounts.iter().any(|account| account.paperless));
}

#[test]
fn ibm_both_date_forms_give_identical_rows() {
    let (Some(mdy), Some(dmy)) = (set(MDY), set(DMY)) else {
        return;
    };
    let preview = inspect(&dmy, "dmy", None).expect("a preview");
    let dates = preview.columns.iter().find(|column| column.name == "InvoiceDate").map(|c| &c.dates);
    assert_eq!(dates, Some(&Form::Settled { form: DateOrder::Dmy }));
    let (mut one, mut other) = (proposed(&mdy), proposed(&dmy));
    for batch in [&mut one, &mut other] {
        batch.invoices.sort_by_key(|invoice| invoice.id);
        batch.customers.sort_by_key(|customer| customer.id);
        batch.accounts.sort_by_key(|account| account.id);
    }
    assert_eq!(one.invoices, other.invoices);
    assert_eq!(one.customers, other.customers);
    assert_eq!(one.accounts, other.accounts);
}

#[test]
fn ibm_rows_that_read_either_way_alone_are_asked() {
    let Some(bytes) = set(DMY) else { return };
    let text = String::from_utf8(bytes).expect("text");
    // Only the rows whose every date reads both ways: nothing in the file settles the order.
    let both = |cell: &str| cell.split('/').take(2).all(|part| part.parse::<u32>().is_ok_and(|n| n <= 12));
    let mut kept: Vec<&str> = text.lines().take(1).collect();
    kept.extend(text.lines().skip(1).filter(|line| line.split(',').filter(|cell| cell.contains('/')).all(both)));
    assert!(kept.len() > 10);
    let kept = kept.join("\n");
    let mut mapping = inspect(kept.as_bytes(), "f", None).expect("a preview").mapping("test");
    let refused = read(kept.as_bytes(), &mapping, &mut |_, _| ControlFlow::Continue(()));
    assert!(
        matches!(&refused, Err(IntakeError::AmbiguousDates { examples, .. }) if examples.len() == 3),
        "{refused:?}"
    );
    mapping.date_order = Some(DateOrder::Dmy);
    assert_eq!(read_all(kept.as_bytes(), &mapping).expect("a batch").rows, kept.lines().count() as u64 - 1);
}

#[test]
fn unicorn_figures_come_out() {
    let Some(bytes) = set("unicorn/unicorn_inc.csv") else {
        return;
    };
    let batch = proposed(&bytes);
    assert_eq!((batch.rows, batch.accepted), (3_107, 3_107));
    assert_eq!(batch.customers.len(), 135);
    let (_, past) = open_on(&batch, "2025-03-01", Currency::USD);
    assert_eq!(past, (28, "39442.94".to_owned()));
    let first = facts(&batch)
        .iter()
        .flat_map(|facts| {
            open_items(facts, day("2025-03-01"))
                .into_iter()
                .map(|item| (item.days_past_due, item.invoice.number.clone(), item.open.to_string()))
                .collect::<Vec<_>>()
        })
        .max();
    assert_eq!(first, Some((325, "DF2014658".to_owned(), "2261.10".to_owned())));
    let billed: Vec<Decimal> = batch
        .invoices
        .iter()
        .filter(|i| i.date >= day("2024-11-01") && i.date <= day("2024-11-30"))
        .map(|i| i.amount.amount)
        .collect();
    assert_eq!((billed.len(), billed.iter().sum::<Decimal>().to_string()), (143, "318565.14".to_owned()));
    let derived = batch.warnings.iter().find(|warning| warning.what.contains("derived from the terms"));
    assert_eq!(derived.map(|warning| warning.count), Some(149));
    let mut served: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for customer in &batch.customers {
        for point in &customer.points {
            served.entry(&point.label).or_default().insert(&customer.name);
        }
    }
    assert_eq!(served.values().map(BTreeSet::len).max(), Some(22));
    let currencies: Vec<_> = batch.totals.iter().map(|total| (total.currency, total.invoices)).collect();
    assert_eq!(currencies, [(Currency::CAD, 24), (Currency::USD, 3_083)]);
}

#[test]
fn quickbooks_layout_has_three_invoices_and_one_credit() {
    let Some(bytes) = set("qbo/ar_aging_detail_layout.csv") else {
        return;
    };
    let batch = proposed(&bytes);
    assert_eq!((batch.rows, batch.accepted), (4, 4));
    let names: Vec<_> = batch.customers.iter().map(|customer| customer.name.as_str()).collect();
    assert_eq!(names, ["TACTICS", "ZUMIEZ", "Sports Basement", "Carter Katz - REP"]);
    let (open, past) = open_on(&batch, "2026-07-25", Currency::USD);
    assert_eq!(past, (1, "800.00".to_owned()));
    // SI-2 and SI-3 are dated after the report's day: they do not exist yet.
    assert_eq!(open, (1, "800.00".to_owned()));
    let (open, _) = open_on(&batch, "2026-08-01", Currency::USD);
    assert_eq!(open, (3, "1500.00".to_owned()));
    let unapplied: Decimal = facts(&batch)
        .iter()
        .flat_map(|facts| age(facts, &AgingPolicy::default(), day("2026-07-25")))
        .map(|aging| aging.unapplied)
        .sum();
    assert_eq!(unapplied.to_string(), "100.00");
    for told in ["group headings", "subtotal and total", "footer"] {
        assert!(batch.warnings.iter().any(|warning| warning.what.contains(told)), "{told}");
    }
}

#[test]
fn importing_again_gives_the_same_rows() {
    let Some(bytes) = set("unicorn/unicorn_inc.csv") else {
        return;
    };
    assert_eq!(proposed(&bytes), proposed(&bytes));
}
