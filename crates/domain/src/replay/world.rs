//! The scenario as the replay walks it: everything named is looked up once and known to exist.

use std::collections::HashMap;

use chrono::NaiveDate;
use rust_decimal::Decimal;

use super::ReplayError;
use super::scenario::{Event, InstallmentJson, Scenario};
use crate::money::Currency;
use crate::treatment::{Fee, LadderMode, Plan};

/// One more than the largest amount.
const LARGEST: i64 = 1_000_000_000_000_000;

/// An account: its first policy.
pub(super) struct Account<'a> {
    pub id: &'a str,
    pub policy: Option<usize>,
}

pub(super) struct Policy<'a> {
    pub plan: Plan,
    /// As the scenario spells them, by level.
    pub channels: Vec<&'a str>,
}

pub(super) struct Invoice<'a> {
    pub id: &'a str,
    pub account: usize,
    pub currency: Currency,
    pub date: NaiveDate,
    /// By due date.
    pub installments: Vec<InstallmentJson>,
}

/// What a step was proposed on: an installment of an invoice, or an account.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Target {
    Installment(usize, usize),
    Account(usize),
}

/// A draft, and once it was sent the record of it.
#[derive(Clone)]
pub(super) struct Draft {
    pub target: Target,
    pub level: String,
    pub on: NaiveDate,
    pub anchor: NaiveDate,
    pub fee: Decimal,
    /// The day it was said to be sent.
    pub said: NaiveDate,
}

pub(super) struct World<'a> {
    pub events: &'a [Event],
    pub policies: Vec<Policy<'a>>,
    pub accounts: Vec<Account<'a>>,
    pub invoices: Vec<Invoice<'a>>,
    pub policy_index: HashMap<&'a str, usize>,
    pub account_index: HashMap<&'a str, usize>,
    pub invoice_index: HashMap<&'a str, usize>,
    pub states_in_play: bool,
    pub sent: Vec<Draft>,
}

/// Amounts are summed: what would overflow the exact type is refused at the door.
fn check_amount(amount: Decimal, by: impl FnOnce() -> String) -> Result<(), ReplayError> {
    if amount.abs() < Decimal::from(LARGEST) { Ok(()) } else { Err(ReplayError::TooLarge { by: by(), amount }) }
}

fn look_up(
    index: &HashMap<&str, usize>,
    what: &'static str,
    id: &str,
    by: impl FnOnce() -> String,
) -> Result<usize, ReplayError> {
    index.get(id).copied().ok_or_else(|| ReplayError::Unknown { by: by(), what, id: id.to_owned() })
}

fn index_once<'a>(
    what: &'static str,
    ids: impl Iterator<Item = &'a str>,
) -> Result<HashMap<&'a str, usize>, ReplayError> {
    let mut index = HashMap::new();
    for (position, id) in ids.enumerate() {
        if index.insert(id, position).is_some() {
            return Err(ReplayError::Twice { what, id: id.to_owned() });
        }
    }
    Ok(index)
}

impl<'a> World<'a> {
    /// Checks that everything named exists and every plan can be climbed.
    pub fn new(scenario: &'a Scenario) -> Result<Self, ReplayError> {
        let mut policies = Vec::new();
        for (name, json) in &scenario.policies {
            let plan = json.plan(name);
            if let Some(why) = plan.check_ladder().into_iter().next() {
                return Err(ReplayError::BadPolicy { policy: name.clone(), why });
            }
            for level in &plan.levels {
                let fee = match level.fee {
                    Some(Fee::Amount(fee) | Fee::Percent(fee)) => fee,
                    None => Decimal::ZERO,
                };
                check_amount(fee, || format!("level \"{}\" of policy \"{name}\"", level.name))?;
            }
            policies.push(Policy { plan, channels: json.levels.iter().map(|level| level.channel.as_str()).collect() });
        }
        let policy_index: HashMap<&str, usize> =
            scenario.policies.keys().enumerate().map(|(position, name)| (name.as_str(), position)).collect();
        let account_index = index_once("account", scenario.accounts.iter().map(|account| account.id.as_str()))?;
        let invoice_index = index_once("invoice", scenario.invoices.iter().map(|invoice| invoice.id.as_str()))?;
        let mut accounts = Vec::new();
        for account in &scenario.accounts {
            let policy = account
                .policy
                .as_deref()
                .map(|name| look_up(&policy_index, "policy", name, || format!("account \"{}\"", account.id)))
                .transpose()?;
            accounts.push(Account { id: &account.id, policy });
        }
        let mut invoices = Vec::new();
        for invoice in &scenario.invoices {
            let mut installments = invoice.installments.clone();
            installments.sort_by_key(|installment| installment.due);
            for installment in &installments {
                check_amount(installment.amount, || format!("invoice \"{}\"", invoice.id))?;
            }
            invoices.push(Invoice {
                id: &invoice.id,
                account: look_up(&account_index, "account", &invoice.account, || {
                    format!("invoice \"{}\"", invoice.id)
                })?,
                currency: invoice.currency,
                date: invoice.date,
                installments,
            });
        }
        let states_in_play =
            policies.is_empty() || policies.iter().any(|policy| policy.plan.mode == LadderMode::Severest);
        let world = Self {
            events: &scenario.events,
            policies,
            accounts,
            invoices,
            policy_index,
            account_index,
            invoice_index,
            states_in_play,
            sent: Vec::new(),
        };
        world.check_events()?;
        Ok(world)
    }

    fn check_events(&self) -> Result<(), ReplayError> {
        let mut payments = Vec::new();
        for (position, event) in self.events.iter().enumerate() {
            let by = || format!("event {} ({})", position + 1, event.word());
            match event {
                Event::Payment { id, invoice, amount, .. } => {
                    look_up(&self.invoice_index, "invoice", invoice, by)?;
                    check_amount(*amount, by)?;
                    if payments.contains(&id.as_str()) {
                        return Err(ReplayError::Twice { what: "payment", id: id.clone() });
                    }
                    payments.push(id.as_str());
                }
                Event::ReversePayment { id, .. } | Event::RestorePayment { id, .. } => {
                    if !payments.contains(&id.as_str()) {
                        return Err(ReplayError::Unknown { by: by(), what: "payment", id: id.clone() });
                    }
                }
                Event::Hold { invoice, .. } | Event::Release { invoice, .. } | Event::WriteOff { invoice, .. } => {
                    look_up(&self.invoice_index, "invoice", invoice, by)?;
                }
                Event::SetPolicy { account, policy, .. } => {
                    look_up(&self.account_index, "account", account, by)?;
                    if let Some(policy) = policy {
                        look_up(&self.policy_index, "policy", policy, by)?;
                    }
                }
                Event::Run { .. } | Event::Sent { .. } => {}
            }
        }
        Ok(())
    }
}
