//! A treatment decision in full: the steps that are due, and of every debt that gets none, why not
//! and from when. It is what "why this level, why today" shows, for today and for any past day.

use chrono::NaiveDate;
use rust_decimal::Decimal;

use super::debts::{self, Debts};
use super::differences::segment_words;
use super::engine::Debt;
use super::ladder::{LadderMode, Plan};
use super::steps::{Step, next_steps};
use crate::facts::Facts;
use crate::money::Money;
use crate::policy::Policy;
use crate::reason::Reason;
use crate::risk;

/// What was decided on a day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    /// The plan the account follows, and the rule that says so, in words.
    pub plan: Option<String>,
    /// Which rule of the policy decided on the plan.
    pub segment: String,
    /// Steps due.
    pub steps: Vec<Step>,
    /// Why nothing more is due: of the account, or of each debt without a step.
    pub quiet: Vec<Reason>,
}

/// The decision on an account on a day.
#[must_use]
pub fn decision(facts: &Facts, policy: &Policy, today: NaiveDate) -> Decision {
    let found = policy.treatment.segment_for(facts, || risk::band(facts, today));
    let segment = match found {
        Some((index, segment)) => format!("rule {}: {}", index + 1, segment_words(segment)),
        None => "no rule of the policy holds for this account".to_owned(),
    };
    let steps = next_steps(facts, policy, today);
    let plan = found.and_then(|(_, segment)| policy.treatment.plan(segment.plan.as_deref()?));
    let quiet = match plan {
        Some(plan) => quiet(facts, policy, plan, &steps, today),
        None => vec![Reason::new("TRT-10", policy.label(), format!("No plan treats it: {segment}"))],
    };
    Decision { plan: plan.map(|plan| plan.name.clone()), segment, steps, quiet }
}

fn quiet(facts: &Facts, policy: &Policy, plan: &Plan, steps: &[Step], today: NaiveDate) -> Vec<Reason> {
    let version = policy.label();
    let say = |rule, text: String| Reason::new(rule, version.clone(), text);
    if let Some(hold) = debts::pausing(facts, today) {
        let until = hold.until.map_or_else(String::new, |day| format!(" until {day}"));
        let what = crate::decide::hold_word(&hold.kind);
        return vec![say("TRT-11", format!("Paused by a hold since {}{until}: {what}", hold.placed.date_naive()))];
    }
    let Some(debts) = debts::collect(facts, &policy.arrangement, today) else {
        return vec![say("TRT-12", "Nothing is open on the account".to_owned())];
    };
    if plan.mode == LadderMode::Severest {
        return if steps.is_empty() {
            vec![say("TRT-13", account_words(facts, plan, &debts, today))]
        } else {
            Vec::new()
        };
    }
    let unpaid = plan.unpaid(&debts.inputs);
    let stepped = |index: usize| {
        let id = debts.items[index].invoice.id;
        steps.iter().any(|step| step.target == super::Target::Invoice(id))
    };
    (0..debts.inputs.len())
        .filter(|index| !stepped(*index))
        .map(|index| {
            let (rule, text) = debt_words(facts, policy, plan, &debts, (index, unpaid), today);
            say(rule, format!("{}: {text}", debts.items[index].invoice.number))
        })
        .collect()
}

/// Why a debt gets no step.
fn debt_words(
    facts: &Facts,
    policy: &Policy,
    plan: &Plan,
    debts: &Debts<'_>,
    (index, unpaid): (usize, u32),
    today: NaiveDate,
) -> (&'static str, String) {
    let (debt, item) = (&debts.inputs[index], &debts.items[index]);
    let id = item.invoice.id;
    if let Some(way) = debts::insulation(facts, &policy.arrangement, id, today) {
        return ("TRT-3", way);
    }
    if debts::is_under_way(facts, Some(id)) {
        return ("TRT-14", "its step is on its way".to_owned());
    }
    let money = |amount| Money::new(amount, item.invoice.amount.currency).pretty();
    if !plan.is_treatable(debt.balance) {
        let mut parts = Vec::new();
        if item.disputed > Decimal::ZERO {
            parts.push(format!("{} is disputed", money(item.disputed)));
        }
        if debts.cash[index] > Decimal::ZERO {
            parts.push(format!("{} is here as unapplied cash", money(debts.cash[index])));
        }
        if debt.balance > Decimal::ZERO {
            parts.push(format!("{} is below the plan's tolerance of {}", money(debt.balance), money(plan.tolerance)));
        }
        return ("TRT-3", format!("of {} open, {}", money(item.open), parts.join(" and ")));
    }
    ("TRT-13", waits(plan, debt, unpaid, today))
}

/// What a collectable debt waits for.
fn waits(plan: &Plan, debt: &Debt<'_>, unpaid: u32, today: NaiveDate) -> String {
    let present = plan.present(&debt.sent);
    let sent = present.map_or_else(
        || format!("due {}, nothing sent yet", debt.due),
        |(level, on)| format!("{} was sent on {on}", plan.levels[level].name),
    );
    let next = plan.coming(debt).find(|(_, first_day)| *first_day > today);
    if let Some((level, first_day)) = next {
        return format!("{sent}; {} comes from {first_day}", plan.levels[level].name);
    }
    let start = present.map_or(0, |(level, _)| level + 1);
    if start >= plan.levels.len() {
        return format!("{sent}, the last level of the plan");
    }
    let level = &plan.levels[start];
    let mut lacks = Vec::new();
    if debt.balance < level.min_balance {
        lacks.push(format!("a balance of {}", level.min_balance));
    }
    if unpaid < level.min_unpaid {
        lacks.push(format!("{} unpaid invoices", level.min_unpaid));
    }
    if lacks.is_empty() {
        lacks.push("a level before it".to_owned());
    }
    format!("{sent}; {} needs {}", level.name, lacks.join(" and "))
}

/// Why an account of a severest plan gets no step.
fn account_words(facts: &Facts, plan: &Plan, debts: &Debts<'_>, today: NaiveDate) -> String {
    let Some(standing) = plan.standing(&debts.inputs, today) else {
        return "nothing collectable is unpaid".to_owned();
    };
    if debts::is_under_way(facts, None) {
        return "its step is on its way".to_owned();
    }
    match standing.level {
        Some((level, since)) => format!("it stands at {} since {since}, which was sent", plan.levels[level].name),
        None => format!("the earliest unpaid debt counts from {}: no level's conditions hold yet", standing.anchor),
    }
}
