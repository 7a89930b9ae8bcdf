//! Aging against a second ledger that posts every cent one after the other, and at its edges.

use std::collections::BTreeMap;

use chrono::{Days, NaiveDate};
use dunlin_domain::aging::{AgingPolicy, CurrencyAging, age, open_items};
use dunlin_domain::facts::Facts;
use dunlin_domain::ids::{DisputeId, InvoiceId, PaymentId};
use dunlin_domain::invoice::Dispute;
use dunlin_domain::money::{Currency, Money};
use dunlin_domain::payment::{Allocation, Payment, PaymentKind};
use dunlin_domain::testkit::{day, facts, usd, with_invoice};
use proptest::prelude::*;
use rust_decimal::Decimal;
use uuid::Uuid;

fn today() -> NaiveDate {
    day(2026, 3, 10)
}

fn payment(number: usize, posted: NaiveDate, amount: Money) -> Payment {
    Payment {
        id: PaymentId::derive("bank", &number.to_string()),
        account: facts().account.id,
        reference: format!("P-{number}"),
        kind: PaymentKind::Payment,
        posted,
        amount,
        method: "ACH".to_owned(),
        reversed: None,
        allocations: vec![],
    }
}

fn dispute(invoice: InvoiceId, cents: i64) -> Dispute {
    Dispute {
        id: DisputeId(Uuid::from_u128(1)),
        invoice,
        amount: usd(cents),
        reason: "wrong rate".to_owned(),
        opened: day(2026, 3, 5),
        written: false,
        resolved: None,
    }
}

fn aged(facts: &Facts, on: NaiveDate) -> Vec<CurrencyAging> {
    age(facts, &AgingPolicy::default(), on)
}

#[test]
fn undisputed_disputed_unapplied_and_net_are_kept_apart() {
    let mut facts = facts();
    facts.disputes.push(dispute(facts.invoices[0].id, 3_000));
    facts.payments.push(payment(1, day(2026, 3, 9), usd(2_500)));
    let usd_aging = &aged(&facts, today())[0];
    assert_eq!(usd_aging.open, usd(20_000).amount);
    assert_eq!(usd_aging.past_due, usd(20_000).amount);
    assert_eq!(usd_aging.past_due_disputed, usd(3_000).amount);
    assert_eq!(usd_aging.unapplied, usd(2_500).amount);
    assert_eq!(usd_aging.collectable(), usd(14_500).amount);
    assert_eq!(usd_aging.oldest_days, 40);
    // 9 days is in 1-30, 40 days in 31-60.
    assert_eq!(usd_aging.buckets[2], (1, usd(8_000).amount));
    assert_eq!(usd_aging.buckets[3], (1, usd(12_000).amount));
}

#[test]
fn currencies_never_meet() {
    let canadian = Money::from_minor(7_000, Currency::CAD);
    let mut facts = with_invoice(facts(), "CAD-1", day(2026, 2, 1), canadian);
    let cash = Money::from_minor(5_000, Currency::CAD);
    facts.payments.push(payment(1, day(2026, 3, 9), cash));
    let all = aged(&facts, today());
    assert_eq!(all.iter().map(|one| one.currency).collect::<Vec<_>>(), [Currency::CAD, Currency::USD]);
    assert_eq!(all[0].collectable(), Decimal::from(20));
    assert_eq!(all[1].collectable(), Decimal::from(200));
}

#[test]
fn what_is_dated_later_does_not_exist_yet() {
    let mut facts = facts();
    facts.invoices.clear();
    let mut facts = with_invoice(facts, "INV-9", day(2026, 4, 30), usd(1_000));
    facts.payments.push(payment(1, day(2026, 3, 11), usd(400)));
    assert!(aged(&facts, today()).is_empty(), "an invoice of 10 April, a payment of tomorrow");
    assert_eq!(aged(&facts, day(2026, 4, 10))[0].open, usd(1_000).amount);
    assert_eq!(aged(&facts, day(2026, 4, 30))[0].buckets[1].0, 1, "due today");
    assert_eq!(aged(&facts, day(2026, 4, 30))[0].past_due, Decimal::ZERO);
    assert_eq!(aged(&facts, day(2026, 5, 1))[0].past_due, usd(1_000).amount);
}

#[test]
fn a_returned_payment_counts_until_the_day_it_came_back() {
    let mut facts = facts();
    let mut check = payment(1, day(2026, 3, 2), usd(12_000));
    check.allocations = vec![Allocation { invoice: facts.invoices[0].id, amount: usd(12_000) }];
    check.reversed = Some(day(2026, 3, 9));
    facts.payments.push(check);
    assert_eq!(aged(&facts, day(2026, 3, 8))[0].open, usd(8_000).amount);
    assert_eq!(aged(&facts, day(2026, 3, 9))[0].open, usd(20_000).amount);
}

#[test]
fn a_dispute_ends_with_the_day_it_is_settled_and_is_never_more_than_is_open() {
    let mut facts = facts();
    facts.disputes.push(dispute(facts.invoices[0].id, 99_000));
    assert_eq!(open_items(&facts, today())[0].disputed, usd(12_000).amount);
    assert_eq!(open_items(&facts, day(2026, 3, 4))[0].disputed, Decimal::ZERO);
    facts.disputes[0].resolved = Some((today(), "denied".to_owned()));
    assert_eq!(open_items(&facts, day(2026, 3, 9))[0].disputed, usd(12_000).amount);
    assert_eq!(open_items(&facts, today())[0].disputed, Decimal::ZERO);
}

/// Invoices, and payments that each pay one of them in part.
#[derive(Clone, Debug)]
struct Books {
    invoices: Vec<(u64, i64)>,
    payments: Vec<(u64, i64, usize, Option<u64>)>,
}

fn books() -> impl Strategy<Value = Books> {
    let invoices = prop::collection::vec((0_u64..200, 1_i64..100_000), 1..6);
    let payment = (0_u64..200, 1_i64..60_000, 0_usize..7, prop::option::of(0_u64..40));
    let payments = prop::collection::vec(payment, 0..8);
    (invoices, payments).prop_map(|(invoices, payments)| Books { invoices, payments })
}

fn start() -> NaiveDate {
    day(2025, 11, 1)
}

/// Payments beyond what is left of their invoice stay unapplied.
fn posted(books: &Books) -> Facts {
    let mut facts = facts();
    facts.invoices.clear();
    for (index, (after, cents)) in books.invoices.iter().enumerate() {
        let due = start() + Days::new(*after);
        facts = with_invoice(facts, &format!("B-{index}"), due, usd(*cents));
    }
    let mut left: BTreeMap<InvoiceId, i64> = BTreeMap::new();
    for (index, (_, cents)) in books.invoices.iter().enumerate() {
        left.insert(InvoiceId::derive("billing", &format!("B-{index}")), *cents);
    }
    for (number, (after, cents, target, returned)) in books.payments.iter().enumerate() {
        let mut one = payment(number, start() + Days::new(*after), usd(*cents));
        one.reversed = returned.map(|days| one.posted + Days::new(days));
        let invoice = InvoiceId::derive("billing", &format!("B-{target}"));
        if let Some(open) = left.get_mut(&invoice) {
            let part = (*open).min(*cents);
            *open -= part;
            if part > 0 {
                one.allocations = vec![Allocation { invoice, amount: usd(part) }];
            }
        }
        facts.payments.push(one);
    }
    facts
}

proptest! {
    #[test]
    fn it_agrees_to_the_cent_with_a_ledger_of_postings(books in books(), after in 0_u64..260) {
        let facts = posted(&books);
        let on = start() + Days::new(after);
        // Everything billed less everything received, in cents.
        let mut ledger = 0_i64;
        for (due, cents) in &books.invoices {
            if start() + Days::new(*due) - Days::new(20) <= on {
                ledger += cents;
            }
        }
        let mut early = 0_i64;
        for (payment, (_, cents, ..)) in facts.payments.iter().zip(&books.payments) {
            if payment.counts(on) {
                ledger -= cents;
                // Paid before its invoice exists: neither open nor unapplied.
                for part in &payment.allocations {
                    if facts.invoice(part.invoice).is_some_and(|invoice| invoice.date > on) {
                        early += part.amount.to_minor().unwrap();
                    }
                }
            }
        }
        let net: Decimal = aged(&facts, on).iter().map(|one| one.open - one.unapplied).sum();
        prop_assert_eq!(net, usd(ledger + early).amount);
    }

    #[test]
    fn the_buckets_sum_to_what_is_open_and_past_due(books in books(), after in 0_u64..260) {
        let facts = posted(&books);
        for one in aged(&facts, start() + Days::new(after)) {
            let all: Decimal = one.buckets.iter().map(|(_, amount)| *amount).sum();
            let late: Decimal = one.buckets[2..].iter().map(|(_, amount)| *amount).sum();
            prop_assert_eq!(all, one.open);
            prop_assert_eq!(late, one.past_due);
            prop_assert!(one.disputed <= one.open && one.past_due <= one.open);
            prop_assert!(one.collectable() >= Decimal::ZERO);
        }
    }

    #[test]
    fn every_day_has_one_bucket_for_any_bounds(mut bounds in prop::collection::btree_set(1_u32..400, 1..6), days in -50_i64..500) {
        bounds.insert(30);
        let policy = AgingPolicy { bounds: bounds.into_iter().collect() };
        let label = policy.label(policy.bucket(days));
        let (low, high) = match label.as_str() {
            "not_due" => (i64::MIN, -1),
            "due_today" => (0, 0),
            range => match range.split_once('-') {
                Some((low, high)) => (low.parse().unwrap(), high.parse().unwrap()),
                None => (range.trim_end_matches('+').parse().unwrap(), i64::MAX),
            },
        };
        prop_assert!((low..=high).contains(&days), "{days} is in {label}");
    }
}
