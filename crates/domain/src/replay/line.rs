//! One step as it is printed, and as it is remembered when it is sent.

use chrono::NaiveDate;
use rust_decimal::Decimal;

use super::StepLine;
use super::world::{Draft, Policy, Target};
use crate::money::Money;
use crate::reason::Reason;
use crate::treatment::engine;

/// What a run found of a step.
pub(super) struct Found<'a> {
    pub target: Target,
    /// Invoice or account.
    pub ids: (Option<&'a str>, Option<&'a str>),
    pub due: NaiveDate,
    pub anchor: NaiveDate,
    pub original: Money,
    pub balance: Decimal,
    /// Charged so far.
    pub fees: Decimal,
    /// The level was charged before.
    pub charged: bool,
}

/// The line to print, and the draft that `sent` would make a record of.
pub(super) fn step_line(
    policy: &Policy<'_>,
    level: usize,
    why: &[Reason],
    today: NaiveDate,
    found: &Found<'_>,
) -> (StepLine, Draft) {
    let currency = found.original.currency;
    let fee = engine::fee(&policy.plan.levels[level], found.original, found.charged);
    let line = StepLine {
        invoice: found.ids.0.map(str::to_owned),
        account: found.ids.1.map(str::to_owned),
        due: found.due,
        level: policy.plan.levels[level].name.clone(),
        balance: Money::new(found.balance, currency).plain(),
        currency: currency.code().to_owned(),
        channel: policy.channels[level].to_owned(),
        fee: fee.as_ref().map(Money::plain),
        receivable: Money::new(found.balance + found.fees, currency).plain(),
        why: why.iter().map(|reason| reason.text.clone()).collect(),
    };
    let draft = Draft {
        target: found.target,
        level: line.level.clone(),
        on: today,
        anchor: found.anchor,
        fee: fee.map_or(Decimal::ZERO, |fee| fee.amount),
        said: today,
    };
    (line, draft)
}
