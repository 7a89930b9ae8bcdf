//! A full re-plan of a large portfolio is a matter of moments.

use std::time::Instant;

use chrono::Days;
use dunlin_domain::account::CustomerKind;
use dunlin_domain::facts::Facts;
use dunlin_domain::ids::PaymentId;
use dunlin_domain::payment::{Allocation, Payment, PaymentKind};
use dunlin_domain::policy::Policy;
use dunlin_domain::testkit::{usd, with_invoice};
use dunlin_domain::treatment::{forecast, next_steps};

use super::{facts, today};

#[test]
fn a_hundred_thousand_accounts_are_planned_in_well_under_a_second() {
    // Ten invoices each, most of them settled; every tenth account has something to dun.
    let account = |late: bool| -> Facts {
        let mut facts = facts();
        facts.invoices.clear();
        for month in 0..10 {
            facts = with_invoice(
                facts,
                &format!("INV-{month}"),
                today() - Days::new(300) + Days::new(30 * month),
                usd(5_000),
            );
            if let Some(invoice) = facts.invoices.last_mut().filter(|_| month < 9 || !late) {
                invoice.settled = Some(invoice.due);
            }
        }
        facts
    };
    // A payment behind each, and a business, so that the segment rule asks for its risk.
    let paying = |mut facts: Facts| -> Facts {
        facts.customer.kind = CustomerKind::Business;
        for invoice in &mut facts.invoices {
            let Some(posted) = invoice.settled.take() else {
                continue;
            };
            facts.payments.push(Payment {
                id: PaymentId::derive("billing", &invoice.number),
                account: invoice.account,
                reference: String::new(),
                kind: PaymentKind::Payment,
                posted,
                amount: invoice.amount,
                method: "ACH".to_owned(),
                reversed: None,
                allocations: vec![Allocation { invoice: invoice.id, amount: invoice.amount }],
            });
        }
        facts
    };
    let kinds = [paying(account(false)), paying(account(true))];
    let policy = Policy::standard();
    let started = Instant::now();
    let steps: usize =
        (0..100_000).map(|index| next_steps(&kinds[usize::from(index % 10 == 0)], &policy, today()).len()).sum();
    let took = started.elapsed();
    let started = Instant::now();
    let mut walked = kinds.clone();
    let seen: usize = (0..10_000)
        .map(|index| forecast(&mut walked[usize::from(index % 10 == 0)], |_| &policy, today(), 90).len())
        .sum();
    println!("10,000 accounts walked 90 days in {:?} on one thread", started.elapsed());
    assert_eq!(seen, 3_000, "three levels for every tenth account");
    assert_eq!(steps, 10_000);
    println!("planned 100,000 accounts in {took:?} on one thread");
    // Generous for a loaded machine and an unoptimised build; the bench holds the real bar.
    assert!(took.as_millis() < 3_000, "{took:?}");
}
