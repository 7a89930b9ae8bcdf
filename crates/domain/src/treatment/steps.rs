//! The planner: which steps an account gets today.

use chrono::NaiveDate;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::StepTaken;
use super::debts::{self, Debts};
use super::engine::{self, Standing};
use super::explain;
use super::ladder::{Channel, LadderMode, Level, Plan};
use crate::account::{Customer, PointKind};
use crate::facts::Facts;
use crate::ids::{AccountId, CustomerId, InvoiceId};
use crate::money::Money;
use crate::policy::Policy;
use crate::reason::Reason;
use crate::risk;

/// What a step is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Target {
    /// One invoice.
    Invoice(InvoiceId),
    /// All that is unpaid on the account (the severest mode).
    Account,
}

/// A dunning step that is due. It is a proposal: the compliance gate still decides.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// Who owes.
    pub customer: CustomerId,
    /// On which account.
    pub account: AccountId,
    /// In whose name it would be written.
    pub creditor: String,
    /// What it is about.
    pub target: Target,
    /// The plan.
    pub plan: String,
    /// The level's name.
    pub level: String,
    /// The level's place in its plan, from 0: higher is more severe.
    pub rank: usize,
    /// By which way, the fallback already considered.
    pub channel: Channel,
    /// Template key.
    pub template: String,
    /// Due date of the debt; of the earliest unpaid one for an account.
    pub due: NaiveDate,
    /// The day the wait is counted from.
    pub anchor: NaiveDate,
    /// First day it was due.
    pub first_day: NaiveDate,
    /// What may be dunned: undisputed, less unapplied cash; never zero. For an account: in the
    /// currency of its earliest debt; `others` has the rest.
    pub balance: Money,
    /// For an account: what is unpaid in other currencies.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub others: Vec<Money>,
    /// Charged when it is sent.
    pub fee: Option<Money>,
    /// Balance and the fees charged before; this step's fee comes to it with the next.
    pub receivable: Money,
    /// A supervisor must confirm it.
    pub needs_approval: bool,
    /// Why this level, why today.
    pub why: Vec<Reason>,
}

impl Step {
    /// The record of it once it was sent; `on` is the run's date.
    #[must_use]
    pub fn taken(&self, on: NaiveDate) -> StepTaken {
        StepTaken {
            invoice: match self.target {
                Target::Invoice(invoice) => Some(invoice),
                Target::Account => None,
            },
            level: self.level.clone(),
            on,
            anchor: Some(self.anchor),
            plan: self.plan.clone(),
            fee: self.fee,
        }
    }
}

/// The steps due on an account on that day, in the order of its invoices; none when its segment has
/// no plan. What is already on its way (see the outbox) is not proposed again. Nothing is written
/// for an account without a step.
#[must_use]
pub fn next_steps(facts: &Facts, policy: &Policy, today: NaiveDate) -> Vec<Step> {
    let Some(plan) = plan_of(facts, policy, today) else {
        return Vec::new();
    };
    debts::collect(facts, &policy.arrangement, today)
        .map_or_else(Vec::new, |debts| steps_of(facts, policy, plan, &debts, today))
}

/// The same under a plan that is known, on debts that were collected.
pub(super) fn steps_of(facts: &Facts, policy: &Policy, plan: &Plan, debts: &Debts<'_>, today: NaiveDate) -> Vec<Step> {
    if plan.mode == LadderMode::Severest {
        return account_step(facts, policy, plan, debts, today).into_iter().collect();
    }
    let unpaid = plan.unpaid(&debts.inputs);
    let mut steps = Vec::new();
    for (index, debt) in debts.inputs.iter().enumerate() {
        let Some(due) = plan.next_level(debt, unpaid, today) else {
            continue;
        };
        let item = &debts.items[index];
        if debts::is_under_way(facts, Some(item.invoice.id)) {
            continue;
        }
        let level = &plan.levels[due.level];
        let version = policy.label();
        let mut why = explain::why_level(plan, &version, &item.invoice.number, debt, &due);
        why.extend(why_smaller(debts, index, &version));
        let charged = debt.sent.iter().any(|sent| sent.level == level.name);
        steps.push(build(
            facts,
            plan,
            due.level,
            &version,
            why,
            &Found {
                target: Target::Invoice(item.invoice.id),
                due: debt.due,
                anchor: plan.anchor_of(debt),
                first_day: due.first_day,
                balance: debt.balance,
                fees: debt.fees(),
                fee: engine::fee(level, debt.original, charged),
                original: debt.original,
            },
        ));
    }
    steps
}

/// Where an account stands under a severest plan: its level's name, or none when it is clear or
/// follows another kind of plan.
#[must_use]
pub fn account_state(facts: &Facts, policy: &Policy, today: NaiveDate) -> Option<String> {
    let plan = plan_of(facts, policy, today).filter(|plan| plan.mode == LadderMode::Severest)?;
    let debts = debts::collect(facts, &policy.arrangement, today)?;
    let (level, _) = plan.standing(&debts.inputs, today)?.level?;
    Some(plan.levels[level].name.clone())
}

/// The plan an account follows.
pub(super) fn plan_of<'p>(facts: &Facts, policy: &'p Policy, today: NaiveDate) -> Option<&'p Plan> {
    policy.treatment.plan_for(facts, || risk::band(facts, today))
}

fn account_step(facts: &Facts, policy: &Policy, plan: &Plan, debts: &Debts<'_>, today: NaiveDate) -> Option<Step> {
    let standing = plan.standing(&debts.inputs, today)?;
    let (index, first_day) = standing.level?;
    if plan.is_taken(&standing, &debts.account_sent) || debts::is_under_way(facts, None) {
        return None;
    }
    let version = policy.label();
    let earliest = &debts.inputs[standing.earliest];
    let level = &plan.levels[index];
    let mut why = explain::why_standing(
        plan,
        &version,
        &debts.items[standing.earliest].invoice.number,
        &standing,
        plan.last_sent(&debts.account_sent).and_then(|last| plan.level_named(last.level)),
        today,
    );
    for position in 0..debts.inputs.len() {
        why.extend(why_smaller(debts, position, &version));
    }
    let charged =
        debts.account_sent.iter().any(|sent| sent.level == level.name && sent.anchor == Some(standing.anchor));
    let currency = earliest.original.currency;
    let mut step = build(
        facts,
        plan,
        index,
        &version,
        why,
        &Found {
            target: Target::Account,
            due: earliest.due,
            anchor: standing.anchor,
            first_day,
            balance: standing.total(currency),
            fees: debts.account_sent.iter().map(|sent| sent.fee).sum(),
            fee: engine::fee(level, earliest.original, charged),
            original: earliest.original,
        },
    );
    step.others = others(&standing, step.balance);
    Some(step)
}

fn others(standing: &Standing, main: Money) -> Vec<Money> {
    standing.totals.iter().filter(|total| total.currency != main.currency).copied().collect()
}

/// What the engine and the debts say of a step.
struct Found {
    target: Target,
    due: NaiveDate,
    anchor: NaiveDate,
    first_day: NaiveDate,
    balance: Decimal,
    fees: Decimal,
    fee: Option<Money>,
    original: Money,
}

fn build(facts: &Facts, plan: &Plan, rank: usize, version: &str, mut why: Vec<Reason>, found: &Found) -> Step {
    let level = &plan.levels[rank];
    let channel = reachable(level, &facts.customer);
    if channel != level.channel {
        why.push(Reason::new(
            "TRT-6",
            version.to_owned(),
            format!("by {} instead of {}: no usable address for it", channel.word(), level.channel.word()),
        ));
    }
    if level.needs_approval {
        why.push(Reason::new("TRT-7", version.to_owned(), format!("{} needs a supervisor's approval", level.name)));
    }
    let currency = found.original.currency;
    Step {
        customer: facts.customer.id,
        account: facts.account.id,
        creditor: facts.account.creditor.clone(),
        target: found.target,
        plan: plan.name.clone(),
        level: level.name.clone(),
        rank,
        channel,
        template: level.template.clone(),
        due: found.due,
        anchor: found.anchor,
        first_day: found.first_day,
        balance: Money::new(found.balance, currency),
        others: Vec::new(),
        fee: found.fee,
        receivable: Money::new(found.balance + found.fees, currency),
        needs_approval: level.needs_approval,
        why,
    }
}

/// Says what was left out of a debt's balance.
fn why_smaller(debts: &Debts<'_>, index: usize, version: &str) -> Option<Reason> {
    let item = &debts.items[index];
    let currency = item.invoice.amount.currency;
    let cash = debts.cash[index];
    let disputed = if debts.inputs[index].balance + cash < item.open { item.disputed } else { Decimal::ZERO };
    let mut parts = Vec::new();
    if disputed > Decimal::ZERO {
        parts.push(format!("{} is disputed", Money::new(disputed, currency)));
    }
    if cash > Decimal::ZERO {
        parts.push(format!("{} is here as unapplied cash", Money::new(cash, currency)));
    }
    (!parts.is_empty()).then(|| {
        Reason::new(
            "TRT-3",
            version.to_owned(),
            format!("{}: of {} open, {}", item.invoice.number, Money::new(item.open, currency), parts.join(" and ")),
        )
        .with("invoice", &item.invoice.number)
    })
}

/// The level's channel, or its fallback where only that one can reach the customer.
fn reachable(level: &Level, customer: &Customer) -> Channel {
    let works = |channel| match channel {
        Channel::Letter => customer.address.is_mailable(),
        Channel::Email => {
            customer.points.iter().any(|point| point.kind == PointKind::Email && !point.bad && !point.opted_out)
        }
        Channel::Phone => {
            customer.points.iter().any(|point| point.kind != PointKind::Email && !point.bad && !point.opted_out)
        }
    };
    match level.fallback {
        Some(fallback) if !works(level.channel) && works(fallback) => fallback,
        _ => level.channel,
    }
}
