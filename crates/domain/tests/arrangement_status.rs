//! How an agreement stands: every state, from posted payments in any order of arrival.

use chrono::{DateTime, Days, NaiveDate, Utc};
use dunlin_domain::arrangement::{
    Arrangement, ArrangementKind, ArrangementPolicy, Installment, Standing, State, Status, active, broken_in_a_year,
    insulated_invoices, status,
};
use dunlin_domain::facts::Facts;
use dunlin_domain::ids::{ArrangementId, InvoiceId, PaymentId};
use dunlin_domain::money::Money;
use dunlin_domain::payment::{Allocation, Payment, PaymentKind};
use dunlin_domain::testkit::{day, facts, now, usd};
use proptest::prelude::*;
use rust_decimal::Decimal;
use uuid::Uuid;

/// 200.00 agreed on 10 March: 50.00 that day, then 50.00 on 24 March, 7 and 21 April.
fn arranged() -> Facts {
    let mut facts = facts();
    let covers = facts.invoices.iter().map(|invoice| invoice.id).collect();
    facts.arrangements.push(Arrangement {
        id: ArrangementId(Uuid::from_u128(1)),
        kind: ArrangementKind::Installments,
        agreed: now(),
        agreed_on: day(2026, 3, 10),
        covers,
        installments: [(3, 10), (3, 24), (4, 7), (4, 21)]
            .map(|(month, of)| Installment { due: day(2026, month, of), amount: usd(5_000) })
            .to_vec(),
        policy_version: 1,
        approved_by: None,
        cancelled: None,
        before: vec![],
    });
    facts
}

fn payment(number: u32, posted: NaiveDate, cents: i64) -> Payment {
    Payment {
        id: PaymentId::derive("bank", &number.to_string()),
        account: facts().account.id,
        reference: format!("P-{number}"),
        kind: PaymentKind::Payment,
        posted,
        amount: usd(cents),
        method: "ACH".to_owned(),
        reversed: None,
        allocations: vec![],
    }
}

fn with(mut facts: Facts, payments: &[Payment]) -> Facts {
    facts.payments.extend_from_slice(payments);
    facts
}

fn on(facts: &Facts, today: NaiveDate) -> Status {
    status(&facts.arrangements[0], facts, &ArrangementPolicy::default(), today)
}

fn insulated(facts: &Facts, today: NaiveDate) -> usize {
    insulated_invoices(facts, &ArrangementPolicy::default(), today).len()
}

#[test]
fn active_then_kept_then_completed() {
    let mut facts = arranged();
    assert_eq!(on(&facts, day(2026, 3, 10)).state, State::Active);
    assert_eq!(on(&facts, day(2026, 3, 10)).due_now, usd(5_000));
    facts = with(facts, &[payment(1, day(2026, 3, 10), 5_000)]);
    let kept = on(&facts, day(2026, 3, 11));
    assert_eq!(kept.state, State::Kept);
    assert_eq!(kept.next_due, Some((day(2026, 3, 24), usd(5_000))));
    assert_eq!(kept.installments[0].kept_on, Some(day(2026, 3, 10)));
    facts = with(facts, &[payment(2, day(2026, 3, 20), 16_000)]);
    let done = on(&facts, day(2026, 3, 20));
    assert_eq!(done.state, State::Completed);
    assert_eq!(done.over, usd(1_000));
    assert_eq!(done.remaining, usd(0));
    assert_eq!(insulated(&facts, day(2026, 3, 20)), 0, "over: nothing left to insulate");
}

#[test]
fn late_and_short_are_in_grace_and_broken_is_after_it() {
    let facts = with(arranged(), &[payment(1, day(2026, 3, 10), 5_000)]);
    let short = with(facts.clone(), &[payment(2, day(2026, 3, 24), 2_000)]);
    assert_eq!(on(&facts, day(2026, 3, 24)).state, State::Kept);
    for grace in 25..=27 {
        assert_eq!(on(&facts, day(2026, 3, grace)).state, State::Late);
        assert_eq!(on(&short, day(2026, 3, grace)).state, State::Short);
        assert_eq!(insulated(&short, day(2026, 3, grace)), 2);
    }
    let broken = on(&short, day(2026, 3, 28));
    assert_eq!(broken.state, State::Broken);
    assert_eq!(broken.broken_on, Some(day(2026, 3, 28)));
    assert_eq!(broken.due_now, usd(3_000));
    assert_eq!(broken.installments[1].standing, Standing::Missed);
    assert_eq!(insulated(&short, day(2026, 3, 28)), 0, "dunning resumes");
    assert!(active(&short, &ArrangementPolicy::default(), day(2026, 3, 28)).is_none());
}

#[test]
fn a_payment_posted_in_time_but_imported_late_unbreaks() {
    let facts = with(arranged(), &[payment(1, day(2026, 3, 10), 5_000)]);
    assert_eq!(on(&facts, day(2026, 3, 30)).state, State::Broken);
    let facts = with(facts, &[payment(2, day(2026, 3, 27), 5_000)]);
    let kept = on(&facts, day(2026, 3, 30));
    assert_eq!(kept.state, State::Kept);
    assert_eq!(kept.broken_on, None);
}

#[test]
fn a_late_payment_cures_but_that_it_broke_stays_known() {
    let facts = with(arranged(), &[payment(1, day(2026, 3, 10), 5_000), payment(2, day(2026, 4, 1), 5_000)]);
    let late = on(&facts, day(2026, 4, 1));
    assert_eq!(late.state, State::Late);
    assert_eq!(late.installments[1].standing, Standing::PaidLate);
    assert_eq!(late.broken_on, Some(day(2026, 3, 28)));
    assert_eq!(insulated(&facts, day(2026, 4, 1)), 2);
    let policy = ArrangementPolicy::default();
    assert_eq!(broken_in_a_year(&facts, &policy, day(2026, 4, 1)), 1);
    assert_eq!(broken_in_a_year(&facts, &policy, day(2027, 3, 27)), 1);
    assert_eq!(broken_in_a_year(&facts, &policy, day(2027, 3, 28)), 0);
}

#[test]
fn a_returned_payment_reopens_and_has_its_own_days_of_grace() {
    let mut bounced = payment(2, day(2026, 3, 24), 5_000);
    bounced.reversed = Some(day(2026, 3, 30));
    let facts = with(arranged(), &[payment(1, day(2026, 3, 10), 5_000), bounced]);
    assert_eq!(on(&facts, day(2026, 3, 29)).state, State::Kept, "not yet known to be returned");
    let returned = on(&facts, day(2026, 3, 30));
    assert_eq!(returned.state, State::Returned);
    assert_eq!(returned.returned, [PaymentId::derive("bank", "2")]);
    assert_eq!(returned.installments[1].last_day, day(2026, 4, 2));
    assert_eq!(on(&facts, day(2026, 4, 2)).state, State::Returned);
    assert_eq!(on(&facts, day(2026, 4, 3)).state, State::Broken);
    let replaced = with(facts, &[payment(3, day(2026, 4, 2), 5_000)]);
    assert_eq!(on(&replaced, day(2026, 4, 3)).state, State::Kept);
}

#[test]
fn a_second_return_gets_no_further_grace() {
    let mut first = payment(1, day(2026, 3, 10), 5_000);
    first.reversed = Some(day(2026, 3, 12));
    let mut second = payment(2, day(2026, 3, 14), 5_000);
    second.reversed = Some(day(2026, 3, 20));
    let facts = with(arranged(), &[first, second]);
    assert_eq!(on(&facts, day(2026, 3, 19)).state, State::Kept);
    assert_eq!(on(&facts, day(2026, 3, 20)).state, State::Broken);
}

#[test]
fn only_payments_towards_the_covered_debt_count() {
    let elsewhere = InvoiceId::derive("billing", "another");
    let mut other = payment(1, day(2026, 3, 10), 5_000);
    other.allocations = vec![Allocation { invoice: elsewhere, amount: usd(4_000) }];
    let earlier = payment(2, day(2026, 3, 9), 5_000);
    let facts = with(arranged(), &[other, earlier]);
    assert_eq!(on(&facts, day(2026, 3, 11)).paid, usd(1_000), "the unapplied rest only");

    let mut known = arranged();
    known.arrangements[0].before = vec![PaymentId::derive("bank", "3")];
    let known = with(known, &[payment(3, day(2026, 3, 10), 5_000)]);
    assert_eq!(on(&known, day(2026, 3, 10)).paid, usd(0), "the balance was already less by it");
}

#[test]
fn an_extract_that_only_lowers_the_balance_keeps_it_too() {
    let mut facts = arranged();
    facts.invoices[0].applied = Decimal::from(60);
    let kept = on(&facts, day(2026, 3, 20));
    assert_eq!((kept.state, kept.paid), (State::Kept, usd(6_000)));
    for invoice in &mut facts.invoices {
        invoice.settled = Some(day(2026, 3, 25));
    }
    assert_eq!(on(&facts, day(2026, 3, 25)).state, State::Completed);
}

#[test]
fn written_off_debt_is_over_and_not_broken() {
    let mut facts = arranged();
    for invoice in &mut facts.invoices {
        invoice.written_off = Some(day(2026, 3, 11));
    }
    assert_eq!(on(&facts, day(2026, 6, 1)).state, State::Completed);
}

#[test]
fn tolerance_is_of_the_running_sum_and_not_of_each_installment() {
    let policy = ArrangementPolicy { short_tolerance: Decimal::from(5), ..ArrangementPolicy::default() };
    let facts = with(arranged(), &[payment(1, day(2026, 3, 10), 4_600), payment(2, day(2026, 3, 24), 4_600)]);
    let status = status(&facts.arrangements[0], &facts, &policy, day(2026, 3, 25));
    assert_eq!(status.installments[0].standing, Standing::Kept);
    assert_eq!(status.installments[1].standing, Standing::Short);
    assert_eq!(status.installments[1].missing, usd(800));
}

#[test]
fn cancelled_is_cancelled_and_breaks_no_more() {
    let mut facts = arranged();
    let moment: DateTime<Utc> = now() + chrono::TimeDelta::hours(1);
    facts.arrangements[0].cancelled = Some(moment);
    let status = on(&facts, day(2026, 6, 1));
    assert_eq!((status.state, status.broken_on), (State::Cancelled, None));
    assert_eq!(on(&facts, day(2026, 3, 10)).state, State::Cancelled, "the same day");
    assert_eq!(insulated(&facts, day(2026, 3, 10)), 0);
}

#[test]
fn a_promise_is_kept_short_or_broken_by_the_same_rules() {
    let mut facts = arranged();
    let promise = &mut facts.arrangements[0];
    promise.kind = ArrangementKind::Promise;
    promise.installments = vec![Installment { due: day(2026, 3, 16), amount: usd(6_000) }];
    assert_eq!(on(&facts, day(2026, 3, 16)).state, State::Active);
    assert_eq!(on(&facts, day(2026, 3, 17)).state, State::Late);
    assert_eq!(on(&facts, day(2026, 3, 20)).state, State::Broken);
    let short = with(facts.clone(), &[payment(1, day(2026, 3, 16), 5_999)]);
    assert_eq!(on(&short, day(2026, 3, 17)).state, State::Short);
    let kept = with(facts, &[payment(1, day(2026, 3, 16), 6_000)]);
    assert_eq!(on(&kept, day(2026, 3, 17)).state, State::Completed);
}

/// Payments on days of March and April, some of them returned.
fn some_payments() -> impl Strategy<Value = Vec<Payment>> {
    let one = (0_u64..50, 1_i64..12_000, prop::option::of(0_u64..20), 0_u8..3);
    prop::collection::vec(one, 0..7).prop_map(|all| {
        (1_u32..)
            .zip(all)
            .map(|(number, (after, cents, returned, applied))| {
                let mut payment = payment(number, day(2026, 3, 8) + Days::new(after), cents);
                payment.reversed = returned.map(|days| payment.posted + Days::new(days));
                if applied > 0 {
                    let invoice = facts().invoices[usize::from(applied) - 1].id;
                    let amount = payment.amount;
                    payment.allocations = vec![Allocation { invoice, amount }];
                }
                payment
            })
            .collect()
    })
}

proptest! {
    #[test]
    fn the_order_of_arrival_plays_no_part(
        (sorted, shuffled) in some_payments().prop_flat_map(|all| (Just(all.clone()), Just(all).prop_shuffle())),
        after in 0_u64..70,
    ) {
        let today = day(2026, 3, 10) + Days::new(after);
        prop_assert_eq!(on(&with(arranged(), &sorted), today), on(&with(arranged(), &shuffled), today));
    }

    #[test]
    fn money_is_neither_lost_nor_made(payments in some_payments(), after in 0_u64..70) {
        let status = on(&with(arranged(), &payments), day(2026, 3, 10) + Days::new(after));
        let shares: Decimal = status.installments.iter().map(|one| one.paid.amount).sum();
        prop_assert_eq!(shares + status.over.amount, status.paid.amount);
        prop_assert_eq!(shares + status.remaining.amount, Decimal::from(200));
        let missing: Vec<Money> = status.installments.iter().map(|one| one.missing).collect();
        prop_assert!(missing.iter().all(|one| one.amount >= Decimal::ZERO));
    }

    #[test]
    fn what_a_person_never_hears_of_changes_nothing(payments in some_payments(), after in 0_u64..40) {
        let today = day(2026, 3, 10) + Days::new(after);
        let known: Vec<Payment> = payments.iter().filter(|one| one.posted <= today).cloned()
            .map(|mut one| { one.reversed = one.reversed.filter(|day| *day <= today); one }).collect();
        prop_assert_eq!(on(&with(arranged(), &payments), today), on(&with(arranged(), &known), today));
    }
}
