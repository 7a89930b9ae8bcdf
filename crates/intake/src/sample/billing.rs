//! Monthly invoices and how each kind of customer pays them.

use chrono::{Datelike, Days, Months, NaiveDate};
use domain::account::Account;
use domain::invoice::Invoice;
use domain::money::{Currency, Money};
use domain::payment::{Allocation, Payment, PaymentKind};
use rust_decimal::Decimal;

use super::SOURCE;
use super::random::Random;
use crate::identity::{invoice_id, payment_id};

/// How a customer pays.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Behaviour {
    /// By the due date, or a day or two around it.
    Prompt,
    /// In full, weeks late.
    Slow,
    /// Now and then, sometimes in part.
    Sporadic,
    /// Stopped some months ago.
    Broken,
    /// Late in winter only.
    Seasonal,
}

impl Behaviour {
    pub(super) fn draw(random: &mut Random, autopay: bool) -> Self {
        if autopay {
            return if random.percent(97) { Self::Prompt } else { Self::Broken };
        }
        match random.between(0, 99) {
            0..=54 => Self::Prompt,
            55..=73 => Self::Slow,
            74..=84 => Self::Sporadic,
            85..=92 => Self::Broken,
            _ => Self::Seasonal,
        }
    }
}

/// What an account's invoices are made of.
pub(super) struct Plan {
    pub(super) behaviour: Behaviour,
    /// Invoices.
    pub(super) months: u32,
    /// Monthly charge in cents.
    pub(super) charge: i64,
    /// Days from invoice to due date.
    pub(super) terms: u64,
    /// Write payments as rows of their own; otherwise as settlement dates.
    pub(super) payments: bool,
    pub(super) currency: Currency,
}

/// What came of them.
#[derive(Default)]
pub(super) struct Billed {
    pub(super) invoices: Vec<Invoice>,
    pub(super) payments: Vec<Payment>,
}

pub(super) fn bill(random: &mut Random, account: &Account, plan: &Plan, as_of: NaiveDate) -> Billed {
    let mut billed = Billed::default();
    let cycle = [1, 8, 15, 22][random.between(0, 3) as usize];
    let stopped = random.between(2, 7);
    let latest = as_of
        .with_day(cycle)
        .filter(|day| *day <= as_of)
        .unwrap_or_else(|| (as_of - Months::new(1)).with_day(cycle).unwrap_or(as_of));
    for age in (0..plan.months).rev() {
        let date = latest - Months::new(age);
        let due = date + Days::new(plan.terms);
        let usage = i64::from(random.between(0, 3_000)) - 900;
        let amount = Money::from_minor((plan.charge + usage.max(0)).max(500), plan.currency);
        let number = format!("{}-{}", account.reference, date.format("%y%m"));
        let mut invoice = Invoice {
            id: invoice_id(SOURCE, &account.reference, &number),
            account: account.id,
            number,
            date,
            due,
            amount,
            applied: Decimal::ZERO,
            settled: None,
            disputed: false,
            written_off: None,
        };
        let paid = pays(random, plan.behaviour, due, age, stopped).filter(|(day, _)| *day <= as_of);
        if let Some((day, share)) = paid {
            let part = Money::new(amount.amount * Decimal::from(share) / Decimal::ONE_HUNDRED, plan.currency);
            let part = part.round_half_even();
            if plan.payments {
                billed.payments.push(payment(random, account, &invoice, day, part));
            } else if share == 100 {
                invoice.settled = Some(day);
            } else {
                invoice.applied = part.amount;
            }
        } else {
            invoice.disputed = random.percent(6);
        }
        billed.invoices.push(invoice);
    }
    if random.percent(4) {
        billed.payments.push(credit(random, account, plan.currency, as_of));
    }
    billed
}

/// Day and percentage of the payment of an invoice; none while it stays unpaid.
fn pays(random: &mut Random, behaviour: Behaviour, due: NaiveDate, age: u32, stopped: u32) -> Option<(NaiveDate, u32)> {
    let late = |random: &mut Random, from, to| due + Days::new(u64::from(random.between(from, to)));
    let prompt = |random: &mut Random| due - Days::new(4) + Days::new(u64::from(random.between(0, 5)));
    Some(match behaviour {
        Behaviour::Slow => (late(random, 8, 48), 100),
        Behaviour::Sporadic => match random.between(0, 9) {
            0..=4 => (late(random, 0, 20), 100),
            5 | 6 => (late(random, 20, 75), 100),
            7 | 8 => (late(random, 5, 30), random.between(3, 8) * 10),
            _ => return None,
        },
        Behaviour::Broken if age < stopped => return None,
        Behaviour::Broken => (late(random, 0, 25), 100),
        Behaviour::Seasonal if matches!(due.month(), 1..=3) => (late(random, 25, 70), 100),
        Behaviour::Prompt | Behaviour::Seasonal => (prompt(random), 100),
    })
}

fn payment(random: &mut Random, account: &Account, invoice: &Invoice, day: NaiveDate, amount: Money) -> Payment {
    let method = if account.autopay { "ACH" } else { random.pick(&["check", "card", "ACH", "lockbox"]) };
    let reference = format!("P{}", invoice.number);
    // A check in a hundred comes back.
    let returned = method == "check" && random.percent(1);
    Payment {
        id: payment_id(SOURCE, &account.reference, &reference),
        account: account.id,
        reference,
        kind: PaymentKind::Payment,
        posted: day,
        amount,
        method: method.to_owned(),
        reversed: returned.then(|| day + Days::new(4)),
        allocations: vec![Allocation { invoice: invoice.id, amount }],
    }
}

fn credit(random: &mut Random, account: &Account, currency: Currency, as_of: NaiveDate) -> Payment {
    let posted = as_of - Days::new(u64::from(random.between(3, 80)));
    let reference = format!("CM-{}", account.reference);
    Payment {
        id: payment_id(SOURCE, &account.reference, &reference),
        account: account.id,
        reference,
        kind: PaymentKind::Credit,
        posted,
        amount: Money::from_minor(i64::from(random.between(500, 4_500)), currency),
        method: String::new(),
        reversed: None,
        allocations: Vec::new(),
    }
}
