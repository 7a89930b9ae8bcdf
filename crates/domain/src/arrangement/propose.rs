//! What may be agreed: the terms a form asks for, the limits it shows, the balance it covers.

use chrono::{DateTime, NaiveDate, Utc};
use rust_decimal::{Decimal, RoundingStrategy};
use serde::{Deserialize, Serialize};

use super::schedule::business_day_from;
use super::{Arrangement, ArrangementKind, ArrangementPolicy, Frequency, Installment, Split};
use crate::aging::{AgingPolicy, age, open_items};
use crate::calendar::plus_days;
use crate::facts::Facts;
use crate::hold::HoldKind;
use crate::ids::{ArrangementId, InvoiceId};
use crate::money::{Currency, Money};
use crate::reason::Reason;

/// What is asked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Terms {
    /// Installments, one lump sum, or a promise.
    pub kind: ArrangementKind,
    /// Currency of every amount here; debt in others is left out.
    pub currency: Currency,
    /// Invoices to cover; none given means everything past due and undisputed in that currency.
    #[serde(default)]
    pub covers: Option<Vec<InvoiceId>>,
    /// Paid first; zero for none. Installments only.
    #[serde(default)]
    pub down: Decimal,
    /// Day the down payment is due; none given means today.
    #[serde(default)]
    pub down_due: Option<NaiveDate>,
    /// How the rest is divided. A lump sum ignores it; a promise takes its amount from `Amount`, or
    /// the whole balance from `Count`.
    pub split: Split,
    /// How often; lump sums and promises ignore it.
    pub frequency: Frequency,
    /// Day of the first installment, of the lump sum, or of the promise.
    pub first_due: NaiveDate,
    /// The supervisor who approves what policy alone would refuse.
    #[serde(default)]
    pub approved_by: Option<String>,
}

/// What policy allows on an account, for the form to show before anything is submitted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Limits {
    /// What would be covered if nothing else is asked for.
    pub covers: Vec<InvoiceId>,
    /// Their undisputed open balance, less unapplied cash that will pay them.
    pub balance: Money,
    /// Least down payment: the policy's percent of the balance, rounded up to the minor unit.
    pub min_down: Money,
    /// Most installments after the down payment.
    pub max_count: u32,
    /// Least installment.
    pub min_installment: Money,
    /// What may be chosen.
    pub frequencies: Vec<Frequency>,
    /// Next business day.
    pub earliest: NaiveDate,
    /// Latest day of the last installment.
    pub latest_end: NaiveDate,
    /// Latest day of a promise.
    pub latest_promise: NaiveDate,
    /// Up to this balance no approval is needed.
    pub authority: Money,
    /// Why a supervisor must approve whatever the terms; empty if not.
    pub needs_approval: Vec<Reason>,
    /// Why nothing can be agreed now; empty if it can.
    pub blocked: Vec<Reason>,
}

/// A schedule that policy allows, or that a supervisor allowed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proposal {
    /// What would be agreed.
    pub kind: ArrangementKind,
    /// The invoices covered.
    pub covers: Vec<InvoiceId>,
    /// Their balance; the installments sum to it, except a promise of less.
    pub balance: Money,
    /// Down payment first, if there is one.
    pub installments: Vec<Installment>,
    /// What policy said, and what an approver lifted.
    pub reasons: Vec<Reason>,
    /// What policy allows on this account.
    pub limits: Limits,
    /// The approver, if one was needed.
    pub approved_by: Option<String>,
    /// Version of the policy.
    pub policy_version: u32,
}

impl Proposal {
    /// The arrangement, agreed at that moment on the customer's `today`.
    #[must_use]
    pub fn agree(self, id: ArrangementId, facts: &Facts, now: DateTime<Utc>, today: NaiveDate) -> Arrangement {
        Arrangement {
            id,
            kind: self.kind,
            agreed: now,
            agreed_on: today,
            covers: self.covers,
            installments: self.installments,
            policy_version: self.policy_version,
            approved_by: self.approved_by,
            cancelled: None,
            before: facts
                .payments
                .iter()
                .filter(|payment| payment.posted == today && payment.reversed.is_none())
                .map(|payment| payment.id)
                .collect(),
        }
    }
}

/// The invoices and the balance an agreement would cover: open, undisputed, in one currency, less
/// the unapplied cash that oldest-first application would put on them.
#[must_use]
pub fn coverage(
    facts: &Facts,
    currency: Currency,
    asked: Option<&[InvoiceId]>,
    today: NaiveDate,
) -> (Vec<InvoiceId>, Money) {
    let held = |id| {
        facts.holds.iter().any(|hold| {
            hold.released.is_none()
                && hold.until.is_none_or(|day| day >= today)
                && hold.kind == HoldKind::Invoice { invoice: id }
        })
    };
    let mut items = open_items(facts, today);
    items.retain(|item| item.invoice.amount.currency == currency && item.open > item.disputed);
    items.sort_by_key(|item| (item.invoice.due, item.invoice.id));
    let mut unapplied: Decimal = age(facts, &AgingPolicy::default(), today)
        .iter()
        .filter(|aging| aging.currency == currency)
        .map(|aging| aging.unapplied.max(Decimal::ZERO))
        .sum();
    let mut covers = Vec::new();
    let mut balance = Decimal::ZERO;
    for item in items {
        let net = item.open - item.disputed;
        let credit = net.min(unapplied);
        unapplied -= credit;
        let id = item.invoice.id;
        let wanted = match asked {
            Some(asked) => asked.contains(&id),
            None => item.days_past_due > 0 && !held(id),
        };
        if wanted && net > credit {
            covers.push(id);
            balance += net - credit;
        }
    }
    (covers, Money::new(balance, currency))
}

/// What the form shows before it is submitted, for each currency with something open, by code.
#[must_use]
pub fn limits(facts: &Facts, policy: &ArrangementPolicy, policy_version: u32, today: NaiveDate) -> Vec<Limits> {
    let mut currencies: Vec<Currency> = facts.invoices.iter().map(|invoice| invoice.amount.currency).collect();
    currencies.sort_unstable();
    currencies.dedup();
    currencies
        .into_iter()
        .map(|currency| limits_of(facts, policy, currency, policy_version, None, today))
        .filter(|limits| limits.balance.is_positive())
        .collect()
}

pub(super) fn limits_of(
    facts: &Facts,
    policy: &ArrangementPolicy,
    currency: Currency,
    policy_version: u32,
    asked: Option<&[InvoiceId]>,
    today: NaiveDate,
) -> Limits {
    let (covers, balance) = coverage(facts, currency, asked, today);
    let min_down = (balance.amount * policy.min_down_percent / Decimal::ONE_HUNDRED)
        .round_dp_with_strategy(currency.minor_digits(), RoundingStrategy::AwayFromZero);
    let mut limits = Limits {
        covers,
        balance,
        min_down: Money::new(min_down, currency),
        max_count: policy.max_installments,
        min_installment: Money::new(policy.min_installment, currency),
        frequencies: policy.frequencies.clone(),
        earliest: business_day_from(today),
        latest_end: plus_days(today, policy.max_days),
        latest_promise: plus_days(today, policy.max_promise_days),
        authority: Money::new(policy.authority, currency),
        needs_approval: Vec::new(),
        blocked: Vec::new(),
    };
    super::rules::standing(facts, policy, policy_version, today, &mut limits);
    limits
}
