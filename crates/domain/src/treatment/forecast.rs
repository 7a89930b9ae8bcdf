//! What a policy would do to the portfolio, day by day, before it is published: who would get what,
//! on which day, at what fee.
//!
//! The walk assumes that nobody pays, that every proposed message leaves on the day it is due (a
//! federal business day), and that a supervisor confirms what needs it. The compliance gate is not
//! asked: it may hold back what is counted here, never add to it. What is already on its way counts
//! as sent.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use rust_decimal::Decimal;

use super::ladder::Channel;
use super::pre_due::{PRE_DUE_LEVEL, pre_due_reminders};
use super::steps::{Step, next_steps};
use super::{consolidate, debts};
use crate::aging::paid_by_invoice;
use crate::calendar::{Calendar, is_business_day, plus_days};
use crate::facts::Facts;
use crate::money::{Currency, Money};
use crate::policy::Policy;

/// A message or call that an account would get.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Foreseen {
    /// On which day.
    pub on: NaiveDate,
    /// The plan of its leading step.
    pub plan: String,
    /// The leading step's level; [`PRE_DUE_LEVEL`] for a reminder before the due date.
    pub level: String,
    /// The level's place in its plan, from 0; reminders before the due date come before all.
    pub rank: Option<usize>,
    /// By which way.
    pub channel: Channel,
    /// The leading step's template key.
    pub template: String,
    /// What it would ask for.
    pub amount: Money,
    /// Fees charged with it, in the amount's currency.
    pub fee: Decimal,
    /// Debts in it.
    pub steps: usize,
    /// A supervisor must confirm it.
    pub needs_approval: bool,
}

impl Foreseen {
    /// The customer notices no difference: same day, level, way, text and fee.
    #[must_use]
    pub fn is_same(&self, other: &Self) -> bool {
        let key = |one: &Self| (one.on, one.channel, one.fee, one.amount, one.needs_approval);
        key(self) == key(other) && self.level == other.level && self.template == other.template
    }
}

/// What an account would get in so many days from `from` on, which is the first of them. `policy`
/// gives the policy in force on a day. The facts are as before afterwards.
pub fn forecast<'p>(
    facts: &mut Facts,
    policy: impl Fn(NaiveDate) -> &'p Policy,
    from: NaiveDate,
    days: u32,
) -> Vec<Foreseen> {
    let end = plus_days(from, days.saturating_sub(1));
    if days == 0 || !may_owe(facts, from, end) {
        return Vec::new();
    }
    let known = facts.steps.len();
    let outbox = std::mem::take(&mut facts.outbox);
    for (intent, _) in outbox.iter().filter(|(_, state)| debts::on_its_way(state)) {
        facts.steps.extend(intent.steps.iter().cloned());
    }
    let mut found = Vec::new();
    for today in from.iter_days().take_while(|day| *day <= end) {
        if !is_business_day(Calendar::Federal, today) {
            continue;
        }
        let policy = policy(today);
        let mut steps = next_steps(facts, policy, today);
        steps.extend(pre_due_reminders(facts, policy, today));
        if steps.is_empty() {
            continue;
        }
        found.extend(messages(&steps, today));
        facts.steps.extend(steps.iter().map(|step| step.taken(today)));
    }
    facts.steps.truncate(known);
    facts.outbox = outbox;
    found
}

/// One message for each way and currency, as a run makes them.
fn messages(steps: &[Step], today: NaiveDate) -> Vec<Foreseen> {
    let mut groups: BTreeMap<(Channel, Currency), Vec<Step>> = BTreeMap::new();
    for step in steps {
        groups.entry((step.channel, step.balance.currency)).or_default().push(step.clone());
    }
    let mut found = Vec::new();
    for ((channel, currency), group) in groups {
        for notice in consolidate(&group) {
            let fees = notice.steps.iter().filter_map(|step| step.fee).filter(|fee| fee.currency == currency);
            let asked = notice.totals.iter().find(|total| total.currency == currency);
            let lead = notice.steps.first();
            found.push(Foreseen {
                on: today,
                plan: lead.map(|step| step.plan.clone()).unwrap_or_default(),
                rank: lead.filter(|step| step.level != PRE_DUE_LEVEL).map(|step| step.rank),
                level: notice.level,
                template: notice.template,
                channel,
                amount: asked.copied().unwrap_or_else(|| Money::zero(currency)),
                fee: fees.map(|fee| fee.amount).sum(),
                steps: notice.steps.len(),
                needs_approval: notice.needs_approval,
            });
        }
    }
    found
}

/// Could owe something on one of the days; most accounts of a portfolio could not.
fn may_owe(facts: &Facts, from: NaiveDate, end: NaiveDate) -> bool {
    let moving = facts
        .payments
        .iter()
        .any(|payment| payment.posted > from || payment.reversed.is_some_and(|day| day > from && day <= end));
    let paid = if moving { BTreeMap::new() } else { paid_by_invoice(&facts.payments, from) };
    facts.invoices.iter().any(|invoice| {
        let applied = if invoice.settled.is_some() { Decimal::ZERO } else { invoice.applied };
        invoice.date <= end
            && invoice.settled.is_none_or(|day| day > from)
            && invoice.written_off.is_none_or(|day| day > from)
            && invoice.amount.amount > applied + paid.get(&invoice.id).copied().unwrap_or_default()
    })
}

/// Totals of one line: a level of a plan by one way.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LevelTotal {
    /// Messages or calls.
    pub messages: u64,
    /// Of them, those a supervisor must confirm.
    pub approvals: u64,
    /// Debts in them.
    pub steps: u64,
    /// Fees charged, by currency.
    pub fees: BTreeMap<Currency, Decimal>,
}

/// A level of a plan by one way, in the order in which they are listed.
pub type LevelKey = (String, Option<usize>, String, Channel);

/// What a policy would do to many accounts; shares of a portfolio add up.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outlook {
    /// Accounts that get something.
    pub accounts: u64,
    /// By plan, level and way.
    pub levels: BTreeMap<LevelKey, LevelTotal>,
    /// Messages by day and way.
    pub days: BTreeMap<NaiveDate, BTreeMap<Channel, u64>>,
}

impl Outlook {
    /// Counts what one account gets.
    pub fn add(&mut self, found: &[Foreseen]) {
        self.accounts += u64::from(!found.is_empty());
        for one in found {
            let key = (one.plan.clone(), one.rank, one.level.clone(), one.channel);
            let total = self.levels.entry(key).or_default();
            total.messages += 1;
            total.approvals += u64::from(one.needs_approval);
            total.steps += one.steps as u64;
            if !one.fee.is_zero() {
                *total.fees.entry(one.amount.currency).or_default() += one.fee;
            }
            *self.days.entry(one.on).or_default().entry(one.channel).or_default() += 1;
        }
    }

    /// Adds another share.
    pub fn merge(&mut self, other: Self) {
        self.accounts += other.accounts;
        for (key, more) in other.levels {
            let total = self.levels.entry(key).or_default();
            total.messages += more.messages;
            total.approvals += more.approvals;
            total.steps += more.steps;
            for (currency, fee) in more.fees {
                *total.fees.entry(currency).or_default() += fee;
            }
        }
        for (day, ways) in other.days {
            for (channel, count) in ways {
                *self.days.entry(day).or_default().entry(channel).or_default() += count;
            }
        }
    }

    /// Messages by way.
    #[must_use]
    pub fn by_channel(&self) -> BTreeMap<Channel, u64> {
        let mut sums = BTreeMap::new();
        for ((_, _, _, channel), total) in &self.levels {
            *sums.entry(*channel).or_default() += total.messages;
        }
        sums
    }

    /// Fees by currency.
    #[must_use]
    pub fn fees(&self) -> BTreeMap<Currency, Decimal> {
        let mut sums: BTreeMap<Currency, Decimal> = BTreeMap::new();
        for total in self.levels.values() {
            for (currency, fee) in &total.fees {
                *sums.entry(*currency).or_default() += fee;
            }
        }
        sums
    }
}
