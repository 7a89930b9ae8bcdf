//! Importing: idempotent, all or nothing, and never over what a person recorded.
#![allow(clippy::unwrap_used, reason = "a test's way to fail")]

mod common;

use common::{Fresh, Portfolio, at, day, entry, point, usd};
use domain::account::{Address, PointKind};
use domain::ids::{AccountId, ContactPointId, DisputeId};
use domain::invoice::Dispute;
use domain::plan::{Change, Plan};
use dunlin_store::{Count, Counts, Import, StoreError, Which};
use rust_decimal::Decimal;
use uuid::Uuid;

fn commit(fresh: &Fresh, change: Change) {
    fresh.store.commit(&Plan { changes: vec![change], ..Plan::default() }).unwrap();
}

#[test]
fn the_same_extract_changes_nothing_the_second_time_in_whatever_order() {
    let portfolio = Portfolio::of(60, 5);
    let fresh = Fresh::new();
    let counts = fresh.import(&portfolio).unwrap();
    let new = |inserted| Count { inserted, ..Count::default() };
    assert_eq!(
        counts,
        Counts {
            customers: new(60),
            accounts: new(60),
            services: new(60),
            invoices: new(300),
            payments: new(120),
            disputes: new(0),
        }
    );
    let before: Vec<_> = all(&fresh);
    let mut turned = portfolio.clone();
    turned.invoices.reverse();
    turned.payments.reverse();
    turned.customers.reverse();
    turned.accounts.reverse();
    let again = fresh.import(&turned).unwrap();
    let same = |unchanged| Count { unchanged, ..Count::default() };
    assert_eq!(
        again,
        Counts {
            customers: same(60),
            accounts: same(60),
            services: same(60),
            invoices: same(300),
            payments: same(120),
            disputes: same(0),
        }
    );
    assert_eq!(all(&fresh), before);
    assert_eq!(fresh.store.imports(10).unwrap().len(), 2);
    assert_eq!(fresh.store.freshness().unwrap().import.unwrap().counts, again);
}

fn all(fresh: &Fresh) -> Vec<domain::facts::Facts> {
    let mut all = Vec::new();
    fresh
        .store
        .for_each_facts(Which::All, at(0), |facts| {
            all.push(facts);
            Ok(())
        })
        .unwrap();
    all
}

#[test]
fn rows_that_changed_at_the_billing_system_are_updated_and_counted() {
    let mut portfolio = Portfolio::of(10, 4);
    let fresh = Fresh::with(&portfolio);
    portfolio.invoices[3].applied = Decimal::new(250, 2);
    portfolio.invoices[5].settled = Some(day(99));
    portfolio.payments[0].reversed = Some(day(80));
    portfolio.customers[2].name = "Renamed Ltd".to_owned();
    portfolio.customers[4].points[0].value = "+1 208 555 9999".to_owned();
    portfolio.accounts[1].segment = "watch".to_owned();
    let extra = Portfolio::of(11, 4);
    portfolio.customers.push(extra.customers[10].clone());
    portfolio.accounts.push(extra.accounts[10].clone());
    portfolio.invoices.extend(extra.invoices[40..].iter().cloned());
    let counts = fresh.import(&portfolio).unwrap();
    assert_eq!(counts.invoices, Count { inserted: 4, updated: 2, unchanged: 38 });
    assert_eq!(counts.payments, Count { inserted: 0, updated: 1, unchanged: 19 });
    assert_eq!(counts.customers, Count { inserted: 1, updated: 2, unchanged: 8 });
    assert_eq!(counts.accounts, Count { inserted: 1, updated: 1, unchanged: 9 });
    let account = portfolio.accounts[0].id;
    let facts = fresh.store.facts(account, at(0)).unwrap();
    assert!(facts.invoices.iter().any(|invoice| invoice.applied == Decimal::new(250, 2)));
    assert_eq!(facts.payments[0].reversed, Some(day(80)));
    assert_eq!(fresh.store.search("renamed", 5).unwrap().accounts.len(), 1);
    assert_eq!(fresh.store.search("208 555 9999", 5).unwrap().accounts.len(), 1);
    assert!(fresh.store.search("2085550004", 5).unwrap().accounts.is_empty(), "the old number");
}

#[test]
fn what_a_person_recorded_outlives_every_import() {
    let portfolio = Portfolio::of(3, 4);
    let fresh = Fresh::with(&portfolio);
    let customer = &portfolio.customers[0];
    let account = portfolio.accounts[0].id;
    let address = Address {
        lines: vec!["PO Box 9".into()],
        city: "Nampa".into(),
        state: "ID".into(),
        zip: "83651".into(),
        country: String::new(),
    };
    commit(&fresh, Change::SetAddress(customer.id, address.clone()));
    let mut wrong = customer.points[0].clone();
    wrong.bad = true;
    commit(&fresh, Change::PutContactPoint(customer.id, wrong.clone()));
    commit(&fresh, Change::RemoveContactPoint(customer.points[1].id));
    let found = point(900, PointKind::Phone, "+1 208 555 7777");
    commit(&fresh, Change::PutContactPoint(customer.id, found.clone()));
    commit(&fresh, Change::ReversePayment(portfolio.payments[0].id, day(77)));
    let mut own = portfolio.payments[1].clone();
    own.id = domain::ids::PaymentId::derive("person", "1");
    commit(&fresh, Change::AddPayment(own.clone()));

    let mut next = portfolio.clone();
    next.customers[0].name = "Another Name".to_owned();
    // The billing system lists the removed address again, under another id.
    next.customers[0].points[1].id = ContactPointId(Uuid::from_u128(0xabc));
    own.amount = usd(1);
    next.payments.push(own.clone());
    fresh.import(&next).unwrap();

    let facts = fresh.store.facts(account, at(0)).unwrap();
    assert_eq!(facts.customer.name, "Another Name");
    assert_eq!(facts.customer.address, address);
    let mut points = facts.customer.points;
    points.sort_by_key(|point| point.id);
    assert_eq!(points, vec![wrong, found]);
    let reversed = facts.payments.iter().find(|payment| payment.id == portfolio.payments[0].id).unwrap();
    assert_eq!(reversed.reversed, Some(day(77)));
    let kept = facts.payments.iter().find(|payment| payment.id == own.id).unwrap();
    assert_ne!(kept.amount, usd(1));
}

#[test]
fn disputes_come_in_and_a_persons_resolution_stays() {
    let portfolio = Portfolio::of(2, 2);
    let fresh = Fresh::with(&portfolio);
    let account = portfolio.accounts[0].id;
    let dispute = Dispute {
        id: DisputeId(Uuid::from_u128(5)),
        invoice: portfolio.invoices[0].id,
        amount: usd(500),
        reason: "never delivered".into(),
        opened: day(40),
        written: true,
        resolved: None,
    };
    let disputes = [(account, dispute.clone())];
    let import = Import { disputes: &disputes, ..portfolio.import() };
    let counts = fresh.store.import(&import, |_| Vec::new(), &mut |_| true).unwrap();
    assert_eq!(counts.disputes.inserted, 1);
    commit(&fresh, Change::ResolveDispute(dispute.id, day(50), "credited".into()));
    let counts = fresh.store.import(&import, |_| Vec::new(), &mut |_| true).unwrap();
    assert_eq!(counts.disputes.unchanged, 1);
    let facts = fresh.store.facts(account, at(0)).unwrap();
    assert_eq!(facts.disputes[0].resolved, Some((day(50), "credited".into())));
}

#[test]
fn a_row_that_refers_to_nothing_is_named_and_nothing_is_imported() {
    let mut portfolio = Portfolio::of(5, 2);
    portfolio.invoices[7].account = AccountId::derive("billing", "nowhere");
    let fresh = Fresh::new();
    let error = fresh.import(&portfolio).unwrap_err();
    assert!(matches!(&error, StoreError::Orphan { what, .. } if what == "invoice INV-0000007"), "{error}");
    assert_eq!(fresh.store.account_count().unwrap(), 0);
    assert!(fresh.store.imports(10).unwrap().is_empty());
}

#[test]
fn a_row_twice_in_an_extract_is_named_and_nothing_is_imported() {
    let mut portfolio = Portfolio::of(5, 2);
    let twice = portfolio.invoices[3].clone();
    portfolio.invoices.push(twice);
    let fresh = Fresh::new();
    for _ in 0..2 {
        let error = fresh.import(&portfolio).unwrap_err();
        assert!(matches!(&error, StoreError::Duplicate { what } if what == "invoice INV-0000003"), "{error}");
        assert_eq!(fresh.store.account_count().unwrap(), 0);
    }
}

#[test]
fn cancelling_at_any_moment_leaves_everything_as_it_was() {
    let first = Portfolio::of(500, 6);
    let second = Portfolio::of(1_500, 6);
    let fresh = Fresh::with(&first);
    let before = all(&fresh);
    for stop_at in [0, 1, 3] {
        let mut asked = 0;
        let stopped = fresh.store.import(&second.import(), |_| vec![entry(1, None)], &mut |progress| {
            assert!(progress.done <= progress.total);
            asked += 1;
            asked <= stop_at
        });
        assert!(matches!(stopped, Err(StoreError::Cancelled)), "{stopped:?}");
        assert_eq!(all(&fresh), before);
        assert_eq!(fresh.store.verify_history().unwrap(), 0);
    }
    fresh.import(&second).unwrap();
    assert_eq!(fresh.store.account_count().unwrap(), 1_500);
}

#[test]
fn cancelling_the_first_import_leaves_an_empty_database_with_its_indexes() {
    let portfolio = Portfolio::of(1_000, 6);
    let fresh = Fresh::new();
    let before = schema(&fresh);
    let stopped = fresh.store.import(&portfolio.import(), |_| Vec::new(), &mut |_| false);
    assert!(matches!(stopped, Err(StoreError::Cancelled)));
    assert_eq!(schema(&fresh), before);
    fresh.import(&portfolio).unwrap();
    assert_eq!(schema(&fresh), before);
}

fn schema(fresh: &Fresh) -> Vec<String> {
    let conn = common::raw(&fresh.path());
    let mut all = conn.prepare("SELECT coalesce(sql, name) FROM sqlite_schema ORDER BY type, name").unwrap();
    let rows = all.query_map([], |row| row.get(0)).unwrap();
    rows.map(Result::unwrap).collect()
}

#[test]
fn the_import_is_in_the_history_with_its_counts() {
    let portfolio = Portfolio::of(3, 2);
    let fresh = Fresh::new();
    fresh
        .store
        .import(
            &portfolio.import(),
            |counts| {
                let mut note = entry(1, None);
                note.summary = format!("Imported {} invoices", counts.invoices.inserted);
                vec![note]
            },
            &mut |_| true,
        )
        .unwrap();
    let history = fresh.store.history(&dunlin_store::HistoryFilter::default(), 0, 9).unwrap();
    assert_eq!(history[0].summary, "Imported 6 invoices");
    assert_eq!(fresh.store.verify_history().unwrap(), 1);
}
