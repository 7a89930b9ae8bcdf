//! Exactly what is covered is insulated; no step ever asks for nothing or for too much.

use chrono::{Days, NaiveDate};
use dunlin_domain::account::CustomerKind;
use dunlin_domain::arrangement::{Arrangement, ArrangementKind, Installment};
use dunlin_domain::facts::Facts;
use dunlin_domain::hold::HoldKind;
use dunlin_domain::ids::{ArrangementId, DisputeId, InvoiceId, PaymentId};
use dunlin_domain::invoice::Dispute;
use dunlin_domain::money::{Currency, Money};
use dunlin_domain::payment::{Allocation, Payment, PaymentKind};
use dunlin_domain::policy::Policy;
use dunlin_domain::testkit::{day, now, usd, with_hold, with_invoice};
use dunlin_domain::treatment::next_steps;
use proptest::prelude::*;
use rust_decimal::Decimal;
use uuid::Uuid;

use super::{brief, facts, planned, today};

fn payment(facts: &Facts, posted: NaiveDate, amount: Money, on: &[(InvoiceId, i64)]) -> Payment {
    Payment {
        id: PaymentId::derive("billing", &format!("P-{}", facts.payments.len())),
        account: facts.account.id,
        reference: String::new(),
        kind: PaymentKind::Payment,
        posted,
        amount,
        method: "ACH".to_owned(),
        reversed: None,
        allocations: on
            .iter()
            .map(|(invoice, cents)| Allocation {
                invoice: *invoice,
                amount: Money::from_minor(*cents, amount.currency),
            })
            .collect(),
    }
}

fn promise(covers: Vec<InvoiceId>, due: NaiveDate, amount: Money) -> Arrangement {
    Arrangement {
        id: ArrangementId(Uuid::from_u128(1)),
        kind: ArrangementKind::Promise,
        agreed: now() - Days::new(5),
        agreed_on: day(2026, 3, 5),
        covers,
        installments: vec![Installment { due, amount }],
        policy_version: 1,
        approved_by: None,
        cancelled: None,
        before: vec![],
    }
}

fn dispute(facts: &Facts, cents: i64) -> Dispute {
    Dispute {
        id: DisputeId(Uuid::from_u128(1)),
        invoice: facts.invoices[0].id,
        amount: usd(cents),
        reason: "wrong meter".to_owned(),
        opened: day(2026, 3, 1),
        written: false,
        resolved: None,
    }
}

#[test]
fn the_undisputed_part_stays_collectable() {
    let mut facts = facts();
    facts.disputes.push(dispute(&facts, 5_000));
    let steps = planned(&facts);
    assert_eq!(brief(&facts, &steps), ["INV-1 Reminder 70.00", "INV-2 Reminder 80.00"]);
    assert_eq!(steps[0].why[1].text, "INV-1: of 120.00 USD open, 50.00 USD is disputed");
    facts.disputes[0].amount = usd(12_000);
    assert_eq!(brief(&facts, &planned(&facts)), ["INV-2 Reminder 80.00"]);
    facts.disputes[0].resolved = Some((today(), "upheld".to_owned()));
    assert_eq!(planned(&facts).len(), 2);
    facts.invoices[0].disputed = true;
    assert_eq!(brief(&facts, &planned(&facts)), ["INV-2 Reminder 80.00"]);
}

#[test]
fn a_promise_pauses_what_it_covers_and_resumes_when_broken() {
    let mut facts = facts();
    facts.arrangements.push(promise(vec![facts.invoices[0].id], day(2026, 3, 12), usd(12_000)));
    assert_eq!(brief(&facts, &planned(&facts)), ["INV-2 Reminder 80.00"]);
    let policy = Policy::standard();
    let broken = day(2026, 4, 1);
    assert_eq!(brief(&facts, &next_steps(&facts, &policy, broken)), ["INV-1 Reminder 120.00", "INV-2 Reminder 80.00"]);
    facts.arrangements[0].cancelled = Some(now());
    assert_eq!(planned(&facts).len(), 2);
}

#[test]
fn holds_pause_the_account_or_their_invoice_until_released() {
    for kind in [HoldKind::Manual, HoldKind::Deceased, HoldKind::Cease, HoldKind::IdentityTheft] {
        let mut facts = with_hold(facts(), kind.clone());
        assert_eq!(planned(&facts), [], "{kind:?}");
        facts.holds[0].released = Some(now());
        assert_eq!(planned(&facts).len(), 2, "{kind:?} released");
        facts.holds[0].released = None;
        facts.holds[0].until = Some(day(2026, 3, 9));
        assert_eq!(planned(&facts).len(), 2, "{kind:?} ended");
    }
    let invoice = facts().invoices[0].id;
    let facts = with_hold(facts(), HoldKind::Invoice { invoice });
    assert_eq!(brief(&facts, &planned(&facts)), ["INV-2 Reminder 80.00"]);
}

#[test]
fn unapplied_cash_counts_against_the_oldest_debt_of_its_currency() {
    let mut facts = facts();
    facts.payments.push(payment(&facts, day(2026, 3, 1), usd(5_000), &[]));
    let steps = planned(&facts);
    assert_eq!(brief(&facts, &steps), ["INV-1 Reminder 70.00", "INV-2 Reminder 80.00"]);
    assert_eq!(steps[0].why[1].text, "INV-1: of 120.00 USD open, 50.00 USD is here as unapplied cash");
    facts.payments[0].amount = usd(12_000);
    assert_eq!(brief(&facts, &planned(&facts)), ["INV-2 Reminder 80.00"]);
    facts.payments[0].amount = usd(99_999);
    assert_eq!(planned(&facts), []);
    facts.payments[0].amount = Money::from_minor(99_999, Currency::CAD);
    assert_eq!(planned(&facts).len(), 2);
    facts.payments[0].amount = usd(99_999);
    facts.payments[0].reversed = Some(today());
    assert_eq!(planned(&facts).len(), 2);
}

#[test]
fn cash_goes_to_what_would_be_dunned_and_not_to_what_is_insulated() {
    let mut facts = facts();
    facts.disputes.push(dispute(&facts, 12_000));
    facts.payments.push(payment(&facts, day(2026, 3, 1), usd(3_000), &[]));
    assert_eq!(brief(&facts, &planned(&facts)), ["INV-2 Reminder 50.00"]);
}

#[test]
fn a_rest_below_the_tolerance_is_left_alone() {
    let mut facts = facts();
    let id = facts.invoices[0].id;
    facts.payments.push(payment(&facts, day(2026, 3, 1), usd(11_901), &[(id, 11_901)]));
    assert_eq!(brief(&facts, &planned(&facts)), ["INV-2 Reminder 80.00"]);
    facts.payments[0].allocations[0].amount = usd(11_900);
    facts.payments[0].amount = usd(11_900);
    assert_eq!(brief(&facts, &planned(&facts))[0], "INV-1 Reminder 1.00");
}

proptest! {
    #[test]
    fn no_step_asks_for_nothing_or_for_more_than_is_open(
        bills in prop::collection::vec((1_i64..50_000, 0_u64..120), 1..6),
        paid in prop::collection::vec((0_i64..60_000, 0_usize..6, any::<bool>()), 0..6),
        disputed in 0_i64..60_000,
    ) {
        let mut facts = facts();
        facts.customer.kind = CustomerKind::Business;
        facts.invoices.clear();
        for (index, (cents, age)) in bills.iter().enumerate() {
            facts = with_invoice(facts, &format!("B-{index}"), today() - Days::new(*age), usd(*cents));
        }
        facts.disputes.push(dispute(&facts, disputed));
        for (cents, index, applied) in paid {
            let invoice = facts.invoices[index % facts.invoices.len()].id;
            let parts: &[(InvoiceId, i64)] = if applied { &[(invoice, cents)] } else { &[] };
            let payment = payment(&facts, day(2026, 3, 1), usd(cents), parts);
            facts.payments.push(payment);
        }
        let steps = planned(&facts);
        let asked: Decimal = steps.iter().map(|step| step.balance.amount).sum();
        let open = dunlin_domain::aging::age(&facts, &Policy::standard().aging, today());
        let most = open.first().map_or(Decimal::ZERO, |usd| usd.open - usd.disputed - usd.unapplied);
        prop_assert!(steps.iter().all(|step| step.balance.amount >= Decimal::ONE));
        prop_assert!(asked <= most.max(Decimal::ZERO), "asked {asked} of {most}");
    }
}
