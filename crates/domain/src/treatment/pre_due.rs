//! The friendly reminder before the due date. It starts no ladder and charges nothing.

use chrono::{Days, NaiveDate};

use super::debts::{self, Debts};
use super::ladder::{Channel, Plan};
use super::steps::{Step, Target, plan_of};
use crate::account::PointKind;
use crate::facts::Facts;
use crate::money::Money;
use crate::policy::Policy;
use crate::reason::Reason;

/// The name under which a reminder before the due date is remembered; no ladder counts it.
pub const PRE_DUE_LEVEL: &str = "before due";

/// Reminders of invoices that fall due soon and were not reminded of yet. An account that is
/// debited by itself needs none; a reminder by email without an address is left out.
#[must_use]
pub fn pre_due_reminders(facts: &Facts, policy: &Policy, today: NaiveDate) -> Vec<Step> {
    if facts.account.autopay {
        return Vec::new();
    }
    let Some(plan) = plan_of(facts, policy, today) else {
        return Vec::new();
    };
    if plan.pre_due.is_none() {
        return Vec::new();
    }
    debts::collect(facts, &policy.arrangement, today)
        .map_or_else(Vec::new, |debts| reminders_of(facts, policy, plan, &debts, today))
}

/// The same under a plan that is known, on debts that were collected.
pub(super) fn reminders_of(
    facts: &Facts,
    policy: &Policy,
    plan: &Plan,
    debts: &Debts<'_>,
    today: NaiveDate,
) -> Vec<Step> {
    let Some(pre_due) = plan.pre_due.as_ref().filter(|_| !facts.account.autopay) else {
        return Vec::new();
    };
    let has_email =
        facts.customer.points.iter().any(|point| point.kind == PointKind::Email && !point.bad && !point.opted_out);
    if pre_due.channel == Channel::Email && !has_email {
        return Vec::new();
    }
    let mut steps = Vec::new();
    for (debt, item) in debts.inputs.iter().zip(&debts.items) {
        let first_day = debt.due.checked_sub_days(Days::new(u64::from(pre_due.days_before))).unwrap_or(debt.due);
        let reminded = debt.sent.iter().any(|sent| sent.level == PRE_DUE_LEVEL);
        if debts::is_under_way(facts, Some(item.invoice.id)) {
            continue;
        }
        if !plan.is_treatable(debt.balance) || reminded || today < first_day || today > debt.due {
            continue;
        }
        let balance = Money::new(debt.balance, debt.original.currency);
        steps.push(Step {
            customer: facts.customer.id,
            account: facts.account.id,
            creditor: facts.account.creditor.clone(),
            target: Target::Invoice(item.invoice.id),
            plan: plan.name.clone(),
            level: PRE_DUE_LEVEL.to_owned(),
            rank: 0,
            channel: pre_due.channel,
            template: pre_due.template.clone(),
            due: debt.due,
            anchor: debt.due,
            first_day,
            balance,
            others: Vec::new(),
            fee: None,
            receivable: balance,
            needs_approval: false,
            why: vec![Reason::new(
                "TRT-8",
                policy.label(),
                format!("{} falls due on {}: reminder from {first_day}", item.invoice.number, debt.due),
            )],
        });
    }
    steps
}
