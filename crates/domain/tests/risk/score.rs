//! The score: each fact moves it the right way, and says so.

use chrono::{Days, NaiveDate};
use dunlin_domain::arrangement::{Arrangement, ArrangementKind, Installment};
use dunlin_domain::facts::Facts;
use dunlin_domain::ids::{ArrangementId, PaymentId};
use dunlin_domain::payment::{Allocation, Payment, PaymentKind};
use dunlin_domain::risk::{Band, band, paid_invoices, score};
use dunlin_domain::testkit::{day, facts, now, usd, with_invoice};
use uuid::Uuid;

fn today() -> NaiveDate {
    day(2026, 3, 10)
}

/// Eight monthly invoices, each paid so many days after its due date.
fn payer(days_late: &[i64]) -> Facts {
    let mut facts = facts();
    facts.invoices.clear();
    for (month, late) in days_late.iter().enumerate() {
        let due = today() - Days::new(300) + Days::new(30 * month as u64);
        facts = with_invoice(facts, &format!("M-{month}"), due, usd(5_000));
        facts.invoices[month].settled = Some(due + chrono::TimeDelta::days(*late));
    }
    facts
}

fn points(facts: &Facts, name: &str) -> i32 {
    score(facts, today()).factors.iter().find(|factor| factor.name == name).map_or(0, |factor| factor.points)
}

#[test]
fn a_prompt_payer_is_low_a_slow_one_higher_and_a_defaulter_high() {
    let prompt = score(&payer(&[-3; 8]), today());
    let slow = score(&payer(&[25; 8]), today());
    let mut facts = payer(&[25; 8]);
    for invoice in facts.invoices.iter_mut().skip(3) {
        invoice.settled = None;
    }
    let defaulter = score(&facts, today());
    assert_eq!(prompt.band, Band::Low);
    assert_eq!(slow.band, Band::Medium);
    assert_eq!(defaulter.band, Band::High);
    assert!(
        prompt.score < slow.score && slow.score < defaulter.score,
        "{} {} {}",
        prompt.score,
        slow.score,
        defaulter.score
    );
    assert_eq!(band(&facts, today()), Band::High);
}

#[test]
fn the_factors_add_up_and_the_heaviest_comes_first() {
    let risk = score(&payer(&[25, -3, 12, 40, 2, 9, -1, 30]), today());
    let sum: i32 = risk.factors.iter().map(|factor| factor.points).sum();
    assert_eq!(i32::from(risk.score), sum);
    assert!(risk.factors.is_sorted_by_key(|factor| -factor.points.abs()));
    assert_eq!(risk.factors[0].name, "late_share");
    assert_eq!(risk.factors[0].text, "6 of 8 invoices were late");
}

#[test]
fn a_turn_for_the_worse_and_for_the_better_show() {
    assert!(points(&payer(&[-3, -3, -3, -3, 20, 20, 20, 20]), "trend") > 0);
    assert!(points(&payer(&[20, 20, 20, 20, -3, -3, -3, -3]), "trend") < 0);
    assert_eq!(points(&payer(&[20, 20, 20]), "trend"), 0);
}

#[test]
fn only_what_was_known_on_the_day_counts() {
    let mut facts = payer(&[25; 8]);
    let before = score(&facts, day(2025, 4, 1));
    assert_eq!(before.factors[0].text, "no payment history yet");
    // A settlement, a payment and a reversal of a later day change nothing today.
    let reference = score(&facts, today());
    facts = with_invoice(facts, "LATER", today() + Days::new(40), usd(5_000));
    assert_eq!(score(&facts, today()), reference);
}

#[test]
fn an_invoice_is_paid_on_the_day_its_last_missing_part_came() {
    let mut facts = facts();
    let invoice = facts.invoices[0].id; // 120.00, due 2026-01-29
    for (number, posted, cents) in [(1, day(2026, 2, 20), 7_000), (2, day(2026, 1, 20), 5_000)] {
        facts.payments.push(Payment {
            id: PaymentId::derive("billing", &number.to_string()),
            account: facts.account.id,
            reference: String::new(),
            kind: PaymentKind::Payment,
            posted,
            amount: usd(cents),
            method: String::new(),
            reversed: None,
            allocations: vec![Allocation { invoice, amount: usd(cents) }],
        });
    }
    let paid = paid_invoices(&facts, today());
    assert_eq!((paid.len(), paid[0].paid_on, paid[0].days_late()), (1, day(2026, 2, 20), 22));
    assert_eq!(paid_invoices(&facts, day(2026, 2, 19)).len(), 0);
    facts.payments[0].reversed = Some(day(2026, 3, 1));
    assert_eq!(paid_invoices(&facts, today()).len(), 0);
    assert_eq!(points(&facts, "returned_payments"), 5);
    assert!(points(&facts, "past_due") > 0);
}

#[test]
fn a_broken_promise_counts_for_a_year() {
    let mut facts = facts();
    facts.arrangements.push(Arrangement {
        id: ArrangementId(Uuid::from_u128(1)),
        kind: ArrangementKind::Promise,
        agreed: now() - Days::new(30),
        agreed_on: day(2026, 2, 8),
        covers: vec![facts.invoices[0].id],
        installments: vec![Installment { due: day(2026, 2, 12), amount: usd(12_000) }],
        policy_version: 1,
        approved_by: None,
        cancelled: None,
        before: vec![],
    });
    assert_eq!(points(&facts, "broken_promises"), 6);
    let later = score(&facts, day(2027, 4, 1));
    assert!(!later.factors.iter().any(|factor| factor.name == "broken_promises"));
}

#[test]
fn a_disputed_debt_is_no_late_payment_and_the_score_stays_in_its_ends() {
    let mut facts = facts();
    let before = score(&facts, today());
    for invoice in &mut facts.invoices {
        invoice.disputed = true;
    }
    assert!(score(&facts, today()).score < before.score);
    facts.invoices.clear();
    assert!(score(&facts, today()).score <= 100);
}
