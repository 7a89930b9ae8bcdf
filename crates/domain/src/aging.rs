//! Aging: what is open, past due, disputed and unapplied on a day, per currency.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::facts::Facts;
use crate::ids::InvoiceId;
use crate::invoice::Invoice;
use crate::money::Currency;
use crate::payment::Payment;

/// Upper ends, in days past due, of every bucket but the last: 30, 60, 90 give 1-30, 31-60, 61-90,
/// 91+.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AgingPolicy {
    /// Strictly rising, above zero.
    pub bounds: Vec<u32>,
}

impl Default for AgingPolicy {
    fn default() -> Self {
        Self { bounds: vec![30, 60, 90] }
    }
}

impl AgingPolicy {
    /// Number of buckets: not due, due today, one per bound, and the open-ended last.
    #[must_use]
    pub fn buckets(&self) -> usize {
        self.bounds.len() + 3
    }

    /// The bucket of a number of days past due: negative is not due (0), zero is due today (1), and
    /// day 30 is in 1-30.
    #[must_use]
    pub fn bucket(&self, days_past_due: i64) -> usize {
        match days_past_due {
            ..0 => 0,
            0 => 1,
            days => 2 + self.bounds.iter().filter(|bound| days > i64::from(**bound)).count(),
        }
    }

    /// `not_due`, `due_today`, `1-30`, ... `91+`.
    #[must_use]
    pub fn label(&self, bucket: usize) -> String {
        match bucket {
            0 => "not_due".to_owned(),
            1 => "due_today".to_owned(),
            index => {
                let lower = if index == 2 { 1 } else { self.bounds.get(index - 3).map_or(0, |bound| bound + 1) };
                self.bounds.get(index - 2).map_or_else(|| format!("{lower}+"), |upper| format!("{lower}-{upper}"))
            }
        }
    }
}

/// One currency's figures. `net = open - unapplied`, `open = undisputed + disputed`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CurrencyAging {
    /// Currency of every amount here.
    pub currency: Currency,
    /// Open on invoices.
    pub open: Decimal,
    /// Open on invoices due before the day.
    pub past_due: Decimal,
    /// Part of `open` under dispute.
    pub disputed: Decimal,
    /// Part of `past_due` under dispute.
    pub past_due_disputed: Decimal,
    /// Payments and credits not applied to any invoice.
    pub unapplied: Decimal,
    /// By bucket: invoices and open amount; index as `AgingPolicy::bucket`.
    pub buckets: Vec<(u32, Decimal)>,
    /// Days past due of the oldest open invoice; zero when none is past due.
    pub oldest_days: i64,
}

impl CurrencyAging {
    /// Past due and not disputed, less what is unapplied; never below zero: what may be collected.
    #[must_use]
    pub fn collectable(&self) -> Decimal {
        (self.past_due - self.past_due_disputed - self.unapplied).max(Decimal::ZERO)
    }
}

/// What is open on an invoice on a day, given the payments that count then. An invoice dated after
/// the day does not exist yet; a later payment has not been made yet.
#[must_use]
pub fn open_on(invoice: &Invoice, paid: Decimal, on: NaiveDate) -> Decimal {
    if invoice.date > on
        || invoice.settled.is_some_and(|day| day <= on)
        || invoice.written_off.is_some_and(|day| day <= on)
    {
        return Decimal::ZERO;
    }
    // With a settlement date known, the undated `applied` figure is the state after it.
    let applied = if invoice.settled.is_some() { Decimal::ZERO } else { invoice.applied };
    (invoice.amount.amount - applied - paid).max(Decimal::ZERO)
}

/// Paid by invoice through the payments that count on a day.
#[must_use]
pub fn paid_by_invoice(payments: &[Payment], on: NaiveDate) -> BTreeMap<InvoiceId, Decimal> {
    let mut paid = BTreeMap::new();
    for payment in payments.iter().filter(|payment| payment.counts(on)) {
        for allocation in &payment.allocations {
            *paid.entry(allocation.invoice).or_insert(Decimal::ZERO) += allocation.amount.amount;
        }
    }
    paid
}

/// An open invoice on a day.
#[derive(Clone, Copy, Debug)]
pub struct OpenItem<'a> {
    /// The invoice.
    pub invoice: &'a Invoice,
    /// Open on it.
    pub open: Decimal,
    /// Part of `open` under dispute.
    pub disputed: Decimal,
    /// Days since the due date; negative before it.
    pub days_past_due: i64,
}

/// The open invoices of an account on a day, in the facts' order.
#[must_use]
pub fn open_items(facts: &Facts, on: NaiveDate) -> Vec<OpenItem<'_>> {
    let paid = paid_by_invoice(&facts.payments, on);
    facts
        .invoices
        .iter()
        .filter_map(|invoice| {
            let open = open_on(invoice, paid.get(&invoice.id).copied().unwrap_or_default(), on);
            if open.is_zero() {
                return None;
            }
            let disputed = if invoice.disputed {
                open
            } else {
                facts
                    .open_disputes(on)
                    .filter(|dispute| dispute.invoice == invoice.id)
                    .map(|dispute| dispute.amount.amount)
                    .sum::<Decimal>()
                    .min(open)
            };
            Some(OpenItem { invoice, open, disputed, days_past_due: (on - invoice.due).num_days() })
        })
        .collect()
}

/// An account's aging on a day, one entry per currency in sight, by code.
#[must_use]
pub fn age(facts: &Facts, policy: &AgingPolicy, on: NaiveDate) -> Vec<CurrencyAging> {
    let mut by_currency: BTreeMap<Currency, CurrencyAging> = BTreeMap::new();
    let blank = |currency| CurrencyAging {
        currency,
        open: Decimal::ZERO,
        past_due: Decimal::ZERO,
        disputed: Decimal::ZERO,
        past_due_disputed: Decimal::ZERO,
        unapplied: Decimal::ZERO,
        buckets: vec![(0, Decimal::ZERO); policy.buckets()],
        oldest_days: 0,
    };
    for item in open_items(facts, on) {
        let currency = item.invoice.amount.currency;
        let aging = by_currency.entry(currency).or_insert_with(|| blank(currency));
        aging.open += item.open;
        aging.disputed += item.disputed;
        if item.days_past_due > 0 {
            aging.past_due += item.open;
            aging.past_due_disputed += item.disputed;
            aging.oldest_days = aging.oldest_days.max(item.days_past_due);
        }
        let (count, amount) = &mut aging.buckets[policy.bucket(item.days_past_due)];
        *count += 1;
        *amount += item.open;
    }
    for payment in facts.payments.iter().filter(|payment| payment.counts(on)) {
        let allocated: Decimal = payment.allocations.iter().map(|part| part.amount.amount).sum();
        let unapplied = payment.amount.amount - allocated;
        if !unapplied.is_zero() {
            let currency = payment.amount.currency;
            by_currency.entry(currency).or_insert_with(|| blank(currency)).unapplied += unapplied;
        }
    }
    by_currency.into_values().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn day_30_is_in_1_to_30_and_every_day_has_a_bucket() {
        let policy = AgingPolicy::default();
        let labels: Vec<_> = (0..policy.buckets()).map(|bucket| policy.label(bucket)).collect();
        assert_eq!(labels, ["not_due", "due_today", "1-30", "31-60", "61-90", "91+"]);
        for (days, label) in [
            (-400, "not_due"),
            (0, "due_today"),
            (1, "1-30"),
            (30, "1-30"),
            (31, "31-60"),
            (90, "61-90"),
            (91, "91+"),
            (9_999, "91+"),
        ] {
            assert_eq!(policy.label(policy.bucket(days)), label, "day {days}");
        }
    }
}
