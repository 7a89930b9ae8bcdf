//! Why this level, why today: the words for a decision of the engine.

use chrono::NaiveDate;

use super::engine::{Debt, Due, Standing};
use super::ladder::{Anchor, From, LadderMode, Level, Plan};
use crate::money::Money;
use crate::reason::Reason;

/// Why a debt gets a level (strict, catch-up). `name` is the debt in a sentence.
pub(crate) fn why_level(plan: &Plan, version: &str, name: &str, debt: &Debt<'_>, due: &Due) -> Vec<Reason> {
    let level = &plan.levels[due.level];
    let anchor = plan.anchor_of(debt);
    let previous = due.present.map(|(index, on)| (plan.levels[index].name.as_str(), on));
    let mut why = vec![
        Reason::new("TRT-1", version.to_owned(), wait_text(plan, level, name, anchor, previous, due.first_day))
            .with("plan", &plan.name)
            .with("level", &level.name)
            .with("anchor", anchor)
            .with("from", due.first_day)
            .with("balance", debt.balance),
    ];
    if plan.mode == LadderMode::CatchUp {
        let start = due.present.map_or(0, |(index, _)| index + 1);
        if due.level > start {
            why.push(Reason::new(
                "TRT-2",
                version.to_owned(),
                format!("{} passed over: not all of its conditions hold", names(&plan.levels[start..due.level])),
            ));
        }
    }
    why
}

fn wait_text(
    plan: &Plan,
    level: &Level,
    name: &str,
    anchor: NaiveDate,
    previous: Option<(&str, NaiveDate)>,
    first_day: NaiveDate,
) -> String {
    let was = match plan.anchor {
        Anchor::DueDate => "was due",
        Anchor::InvoiceDate => "is of",
    };
    let days = level.wait_days;
    let plural = if days == 1 { "" } else { "s" };
    let after = match (level.from, previous) {
        (From::PreviousStep, Some((previous, on))) => {
            return format!("{name}: {} from {first_day}, {days} day{plural} after {previous} of {on}", level.name);
        }
        (From::MonthEnd, _) => format!("the end of the month of {days} day{plural} after"),
        _ => format!("{days} day{plural} after"),
    };
    let sent = previous.map_or_else(String::new, |(previous, on)| format!("; {previous} was sent on {on}"));
    format!("{name} {was} {anchor}: {} from {first_day}, {after}{sent}", level.name)
}

/// Why an account stands at a level (severest), and what it dropped from or skipped since `before`,
/// the level it stood at.
pub(crate) fn why_standing(
    plan: &Plan,
    version: &str,
    name: &str,
    standing: &Standing,
    before: Option<usize>,
    today: NaiveDate,
) -> Vec<Reason> {
    let Some((index, first_day)) = standing.level else {
        return Vec::new();
    };
    let level = &plan.levels[index];
    let totals: Vec<String> = standing.totals.iter().map(Money::to_string).collect();
    let age = (today - standing.anchor).num_days();
    let invoices = if standing.unpaid == 1 { "1 invoice".to_owned() } else { format!("{} invoices", standing.unpaid) };
    let mut why = vec![
        Reason::new(
            "TRT-4",
            version.to_owned(),
            format!(
                "{invoices} unpaid, {}; the earliest ({name}) counts from {}, {age} days ago: {} holds from {first_day}",
                totals.join(" and "),
                standing.anchor,
                level.name,
            ),
        )
        .with("plan", &plan.name)
        .with("level", &level.name)
        .with("anchor", standing.anchor)
        .with("from", first_day)
        .with("unpaid", standing.unpaid),
    ];
    let text = match before {
        Some(before) if before > index => {
            Some(format!("dropped from {}: its conditions no longer all hold", plan.levels[before].name))
        }
        Some(before) if index > before + 1 => Some(format!(
            "skips {}: the conditions of {} already hold",
            names(&plan.levels[before + 1..index]),
            level.name
        )),
        None if index > 0 => {
            Some(format!("skips {}: the conditions of {} already hold", names(&plan.levels[..index]), level.name))
        }
        _ => None,
    };
    why.extend(text.map(|text| Reason::new("TRT-5", version.to_owned(), text)));
    why
}

fn names(levels: &[Level]) -> String {
    levels.iter().map(|level| level.name.as_str()).collect::<Vec<_>>().join(", ")
}
