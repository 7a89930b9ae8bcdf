//! One letter per customer, at the highest level: what users of dunning systems ask for most.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::ladder::Channel;
use super::steps::Step;
use crate::ids::{AccountId, CustomerId};
use crate::money::Money;

/// One letter, email or call that carries all steps of a customer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notice {
    /// To whom.
    pub customer: CustomerId,
    /// In whose name: debts of two creditors never share a letter.
    pub creditor: String,
    /// The accounts it is about, the leading step's first.
    pub accounts: Vec<AccountId>,
    /// The way of the leading step.
    pub channel: Channel,
    /// The leading step's template.
    pub template: String,
    /// The leading step's level.
    pub level: String,
    /// Some step needs a supervisor's approval, so the notice does.
    pub needs_approval: bool,
    /// What is asked for, one sum per currency, in order of first appearance.
    pub totals: Vec<Money>,
    /// Every step it carries, the leading one first: each counts as taken, at its own level.
    pub steps: Vec<Step>,
}

/// Gathers steps of any number of accounts into notices, in order of customer. The step of the
/// highest level leads; of equal ones the one with the oldest anchor.
#[must_use]
pub fn consolidate(steps: &[Step]) -> Vec<Notice> {
    let mut groups: BTreeMap<(CustomerId, &str), Vec<&Step>> = BTreeMap::new();
    for step in steps {
        groups.entry((step.customer, step.creditor.as_str())).or_default().push(step);
    }
    groups
        .into_iter()
        .filter_map(|((customer, creditor), mut steps)| {
            steps.sort_by_key(|step| (std::cmp::Reverse(step.rank), step.anchor, step.account, step.target));
            let leading = *steps.first()?;
            let mut accounts: Vec<AccountId> = Vec::new();
            let mut totals: Vec<Money> = Vec::new();
            for step in &steps {
                if !accounts.contains(&step.account) {
                    accounts.push(step.account);
                }
                for part in std::iter::once(&step.receivable).chain(&step.others) {
                    match totals.iter_mut().find(|total| total.currency == part.currency) {
                        Some(total) => total.amount += part.amount,
                        None => totals.push(*part),
                    }
                }
            }
            Some(Notice {
                customer,
                creditor: creditor.to_owned(),
                accounts,
                channel: leading.channel,
                template: leading.template.clone(),
                level: leading.level.clone(),
                needs_approval: steps.iter().any(|step| step.needs_approval),
                totals,
                steps: steps.into_iter().cloned().collect(),
            })
        })
        .collect()
}
