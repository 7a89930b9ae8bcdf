//! Payments recorded by hand: what they pay, what is refused, what comes back.

use super::*;
use dunlin_domain::decide::{Apply, RecordPayment};
use dunlin_domain::ids::InvoiceId;
use dunlin_domain::invoice::Dispute;
use dunlin_domain::money::Currency;
use dunlin_domain::payment::Allocation;
use dunlin_domain::testkit::usd;
use rust_decimal::Decimal;

pub fn payment(cents: i64, apply: Apply) -> RecordPayment {
    RecordPayment {
        amount: Decimal::new(cents, 2),
        currency: Currency::USD,
        posted: day(2026, 3, 10),
        method: "card".to_owned(),
        reference: String::new(),
        apply,
    }
}

fn pay(cents: i64, apply: Apply) -> Command {
    Command::RecordPayment(payment(cents, apply))
}

fn applied(world: &World) -> Vec<String> {
    let payment = world.facts.payments.last().expect("a payment");
    payment
        .allocations
        .iter()
        .map(|part| {
            let invoice = world.facts.invoice(part.invoice).expect("an invoice");
            format!("{} {}", invoice.number, part.amount.plain())
        })
        .collect()
}

#[test]
fn the_oldest_is_paid_first_and_the_rest_stays_unapplied() {
    let mut world = World::new();
    let plan = world.act(pay(25_000, Apply::Oldest));
    assert_eq!(applied(&world), ["INV-1 120.00", "INV-2 80.00"]);
    assert_eq!(plan.history[0].summary, "Payment of $250.00 recorded");
    assert!(plan.reasons[0].text.contains("$50.00 unapplied"), "{}", plan.reasons[0].text);
}

#[test]
fn disputed_debt_is_not_paid_unless_the_customer_says_so() {
    let mut world = World::new();
    let invoice = world.facts.invoices[0].id;
    world.facts.disputes.push(Dispute {
        id: dunlin_domain::ids::DisputeId(uuid::Uuid::from_u128(1)),
        invoice,
        amount: usd(10_000),
        reason: "never used".to_owned(),
        opened: day(2026, 3, 1),
        written: true,
        resolved: None,
    });
    world.act(pay(5_000, Apply::Oldest));
    assert_eq!(applied(&world), ["INV-1 20.00", "INV-2 30.00"]);
    let mut world = World::of(world.facts.clone());
    world.act(pay(5_000, Apply::InOrder { invoices: vec![invoice, invoice] }));
    assert_eq!(applied(&world), ["INV-1 50.00"]);
}

#[test]
fn what_an_arrangement_covers_is_paid_first() {
    let mut world = World::new();
    let younger = world.facts.invoices[1].id;
    let mut terms = super::agree::terms();
    terms.covers = Some(vec![younger]);
    terms.split = dunlin_domain::arrangement::Split::Count { count: 1 };
    world.act(Command::Arrange(terms));
    world.act(pay(10_000, Apply::Oldest));
    assert_eq!(applied(&world), ["INV-2 80.00", "INV-1 20.00"]);
}

#[test]
fn a_payment_that_means_nothing_is_refused_by_field() {
    let mut world = World::new();
    let inv1 = world.facts.invoices[0].id;
    let part = |invoice, cents| Allocation { invoice, amount: usd(cents) };
    let parts = |parts| pay(5_000, Apply::Exactly { parts });
    let elsewhere = InvoiceId::derive("billing", "other");
    let cases = [
        ("FORM-2 amount", pay(0, Apply::Oldest)),
        ("FORM-2 amount", pay(-5, Apply::Oldest)),
        ("FORM-2 parts", parts(vec![part(inv1, 5_001)])),
        ("FORM-2 parts", parts(vec![part(inv1, 12_001)])),
        ("FORM-2 parts", parts(vec![part(inv1, 1_000), part(inv1, 1_000)])),
        ("FORM-5 parts", parts(vec![part(elsewhere, 1_000)])),
        ("FORM-5 invoices", pay(5_000, Apply::InOrder { invoices: vec![elsewhere] })),
        ("FORM-1 method", Command::RecordPayment(RecordPayment { method: String::new(), ..payment(1, Apply::Oldest) })),
        (
            "FORM-3 posted",
            Command::RecordPayment(RecordPayment { posted: day(2026, 3, 11), ..payment(1, Apply::Oldest) }),
        ),
        (
            "FORM-2 invoices",
            Command::RecordPayment(RecordPayment {
                currency: Currency::CAD,
                ..payment(1, Apply::InOrder { invoices: vec![inv1] })
            }),
        ),
    ];
    for (rule, command) in cases {
        assert_eq!(world.rules(command), [rule]);
    }
}

#[test]
fn the_same_reference_and_amount_is_the_same_payment() {
    let mut world = World::new();
    let check = |cents| {
        Command::RecordPayment(RecordPayment { reference: "CHK 77".to_owned(), ..payment(cents, Apply::Oldest) })
    };
    world.act(check(1_000));
    assert_eq!(world.rules(check(1_000)), ["PAY-1 reference"]);
    world.act(check(2_000));
}

#[test]
fn a_returned_payment_opens_what_it_paid_and_somebody_calls() {
    let mut world = World::new();
    world.act(pay(20_000, Apply::Oldest));
    let id = world.facts.payments[0].id;
    let reverse = |on| Command::ReversePayment { payment: id, on, reason: "NSF".to_owned() };
    assert_eq!(world.rules(reverse(day(2026, 3, 9))), ["FORM-3 on"]);
    world.later(3);
    assert_eq!(world.rules(reverse(day(2026, 3, 14))), ["FORM-3 on"]);
    world.act(reverse(day(2026, 3, 13)));
    assert_eq!(world.tasks(), [("2026-03-13".to_owned(), "Call about the returned payment")]);
    assert_eq!(dunlin_domain::aging::open_items(&world.facts, world.today).len(), 2);
    assert_eq!(world.rules(reverse(day(2026, 3, 13))), ["FORM-5 payment"]);
}

#[test]
fn a_payment_answers_the_task_of_looking_for_it() {
    let mut world = World::new();
    world.act(Command::RecordContact(call(Disposition::SaysPaid)));
    assert_eq!(world.tasks()[0].1, "Look for the payment");
    world.act(pay(20_000, Apply::Oldest));
    assert_eq!(world.tasks(), []);
}
