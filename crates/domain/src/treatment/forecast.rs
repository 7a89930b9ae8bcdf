//! What a policy would do to the portfolio, day by day, before it is published: who would get what,
//! on which day, at what fee.
//!
//! The walk assumes that nobody pays, that an account is as risky as on the first day, that every proposed message leaves on the day it is due (a
//! federal business day), and that a supervisor confirms what needs it. The compliance gate is not
//! asked: it may hold back what is counted here, never add to it. What is already on its way counts
//! as sent.

use std::cell::OnceCell;
use std::collections::BTreeMap;

use chrono::NaiveDate;
use rust_decimal::Decimal;

use super::ladder::{Channel, Plan};
use super::pre_due::{PRE_DUE_LEVEL, reminders_of};
use super::steps::{Step, steps_of};
use super::{consolidate, debts};
use crate::aging::paid_by_invoice;
use crate::calendar::{Calendar, is_business_day, plus_days};
use crate::facts::Facts;
use crate::invoice::Invoice;
use crate::money::{Currency, Money};
use crate::outbox::{Intent, State};
use crate::payment::Payment;
use crate::policy::Policy;
use crate::risk;

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
    if days == 0 {
        return Vec::new();
    }
    let open = may_be_open(facts, from, end);
    if open.iter().all(|may| !may) {
        return Vec::new();
    }
    let open_days =
        || from.iter_days().take_while(|day| *day <= end).filter(|day| is_business_day(Calendar::Federal, *day));
    // Each policy's plan, once: whoever it treats is as risky as today.
    let risk = OnceCell::new();
    let mut plans: Vec<(&Policy, Option<&Plan>)> = Vec::new();
    for policy in open_days().map(&policy) {
        if !plans.iter().any(|(known, _)| std::ptr::eq(*known, policy)) {
            let plan = policy.treatment.plan_for(facts, || *risk.get_or_init(|| risk::band(facts, from)));
            plans.push((policy, plan));
        }
    }
    let whole = Whole::set_aside(facts, &open);
    let mut found = Vec::new();
    for today in open_days() {
        let policy = policy(today);
        let Some(plan) = plans.iter().find(|(known, _)| std::ptr::eq(*known, policy)).and_then(|(_, plan)| *plan)
        else {
            continue;
        };
        let steps = debts::collect(facts, &policy.arrangement, today).map_or_else(Vec::new, |debts| {
            let mut steps = steps_of(facts, policy, plan, &debts, today);
            steps.extend(reminders_of(facts, policy, plan, &debts, today));
            steps
        });
        if !steps.is_empty() {
            found.extend(messages(&steps, today));
            facts.steps.extend(steps.iter().map(|step| step.taken(today)));
        }
    }
    whole.put_back(facts);
    found
}

/// Both policies treat this account alike, so that one walk answers for both. Texts, fees and waits
/// are the plan's; how agreements insulate is the arrangement policy's.
#[must_use]
pub fn is_treated_alike(facts: &Facts, one: &Policy, other: &Policy, on: NaiveDate) -> bool {
    if one.arrangement != other.arrangement {
        return false;
    }
    let risk = OnceCell::new();
    let band = || *risk.get_or_init(|| risk::band(facts, on));
    one.treatment.plan_for(facts, band) == other.treatment.plan_for(facts, band)
}

/// What is set aside for the walk: what is on its way, which counts as sent, and debts that are
/// paid, with their payments, which would only be looked at in vain each day.
struct Whole {
    steps: usize,
    outbox: Vec<(Intent, State)>,
    paid: Option<(Vec<Invoice>, Vec<Payment>)>,
}

impl Whole {
    fn set_aside(facts: &mut Facts, open: &[bool]) -> Self {
        let steps = facts.steps.len();
        let outbox = std::mem::take(&mut facts.outbox);
        for (intent, _) in outbox.iter().filter(|(_, state)| state.is_under_way()) {
            facts.steps.extend(intent.steps.iter().cloned());
        }
        // An agreement looks at what was paid of the debts it covers.
        let paid = (facts.arrangements.is_empty() && open.contains(&false)).then(|| {
            let kept: Vec<Invoice> =
                facts.invoices.iter().zip(open).filter(|(_, may)| **may).map(|(invoice, _)| invoice.clone()).collect();
            let counts = |payment: &&Payment| {
                let allocated: Decimal = payment.allocations.iter().map(|part| part.amount.amount).sum();
                allocated != payment.amount.amount
                    || payment.allocations.iter().any(|part| kept.iter().any(|invoice| invoice.id == part.invoice))
            };
            let payments: Vec<Payment> = facts.payments.iter().filter(counts).cloned().collect();
            (std::mem::replace(&mut facts.invoices, kept), std::mem::replace(&mut facts.payments, payments))
        });
        Self { steps, outbox, paid }
    }

    fn put_back(self, facts: &mut Facts) {
        facts.steps.truncate(self.steps);
        facts.outbox = self.outbox;
        if let Some((invoices, payments)) = self.paid {
            facts.invoices = invoices;
            facts.payments = payments;
        }
    }
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

/// Which invoices could be open on one of the days; of most accounts of a portfolio none could.
fn may_be_open(facts: &Facts, from: NaiveDate, end: NaiveDate) -> Vec<bool> {
    let moving = facts
        .payments
        .iter()
        .any(|payment| payment.posted > from || payment.reversed.is_some_and(|day| day > from && day <= end));
    let paid = if moving { BTreeMap::new() } else { paid_by_invoice(&facts.payments, from) };
    let may = |invoice: &Invoice| {
        let applied = if invoice.settled.is_some() { Decimal::ZERO } else { invoice.applied };
        invoice.date <= end
            && invoice.settled.is_none_or(|day| day > from)
            && invoice.written_off.is_none_or(|day| day > from)
            && invoice.amount.amount > applied + paid.get(&invoice.id).copied().unwrap_or_default()
    };
    facts.invoices.iter().map(may).collect()
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
