//! What a change of the treatment policy changes, in words: read before it is published, and in the
//! list of versions.

use std::fmt::Write as _;

use rust_decimal::Decimal;

use super::ladder::{Anchor, Channel, Fee, From, LadderMode, Level, Plan, PreDue};
use super::segments::{Segment, TreatmentPolicy};
use crate::account::CustomerKind;
use crate::template::Kind;

/// One sentence for each difference, in the order of the plans, then of the segments; empty exactly
/// when the two are equal.
#[must_use]
pub fn differences(before: &TreatmentPolicy, after: &TreatmentPolicy) -> Vec<String> {
    let mut said = Vec::new();
    if before == after {
        return said;
    }
    for plan in before.plans.iter().filter(|plan| after.plan(&plan.name).is_none()) {
        said.push(format!("Plan \"{}\" goes.", plan.name));
    }
    for plan in &after.plans {
        match before.plan(&plan.name) {
            None => said.push(format!("Plan \"{}\" is new: {}.", plan.name, rungs(&plan.levels))),
            Some(old) => of_plan(old, plan, &mut said),
        }
    }
    let lines = |policy: &TreatmentPolicy| policy.segments.iter().map(segment_words).collect::<Vec<_>>();
    let (old, new) = (lines(before), lines(after));
    if old != new {
        for line in old.iter().filter(|line| !new.contains(line)) {
            said.push(format!("No longer: {line}."));
        }
        for (index, line) in new.iter().enumerate().filter(|(_, line)| !old.contains(line)) {
            said.push(format!("New, asked as number {}: {line}.", index + 1));
        }
        if said.is_empty() || old.iter().all(|line| new.contains(line)) && new.iter().all(|line| old.contains(line)) {
            said.push(format!("The segments are asked in another order: {}.", new.join("; then ")));
        }
    }
    if said.is_empty() {
        // The plans' order, or names that are not unique yet.
        said.push("The order or the spelling of the plans changes.".to_owned());
    }
    said
}

/// "consumers of segment \"gold\" at high risk follow \"Standard\"".
#[must_use]
pub fn segment_words(segment: &Segment) -> String {
    let who = match segment.kind {
        Some(CustomerKind::Consumer) => "consumers",
        Some(CustomerKind::Business) => "businesses",
        None if segment.is_catch_all() => "all others",
        None => "accounts",
    };
    let of = segment.segment.as_ref().map_or_else(String::new, |name| format!(" of segment \"{name}\""));
    let risk = segment.risk.map_or_else(String::new, |band| format!(" at {} risk", band.word()));
    match &segment.plan {
        Some(plan) => format!("{who}{of}{risk} follow \"{plan}\""),
        None => format!("{who}{of}{risk} are left to a person"),
    }
}

/// "letter, else email, 20 days after the due date, least balance 5.00, fee 2 %, a supervisor confirms".
#[must_use]
pub fn level_words(plan: &Plan, level: &Level) -> String {
    let mut words = way(level);
    words.push_str(", ");
    words.push_str(&wait(plan.anchor, level));
    if !level.template.is_empty() {
        // Writing into a String can't fail.
        let _ = write!(words, ", \"{}\"", template(&level.template));
    }
    if !level.min_balance.is_zero() {
        let _ = write!(words, ", from a balance of {}", level.min_balance);
    }
    if level.min_unpaid > 0 {
        let _ = write!(words, ", from {} unpaid invoices", level.min_unpaid);
    }
    if level.fee.is_some() {
        let _ = write!(words, ", fee {}", fee(level.fee));
    }
    if level.needs_approval {
        words.push_str(", a supervisor confirms");
    }
    words
}

/// What a ladder mode means.
#[must_use]
pub fn mode_words(mode: LadderMode) -> &'static str {
    match mode {
        LadderMode::Strict => "one level at a time, in order",
        LadderMode::CatchUp => "starts at the level its age allows, then the next that is due",
        LadderMode::Severest => "the whole account at the last level whose conditions all hold",
    }
}

/// A reminder before the due date: "email 3 days before the due date".
#[must_use]
pub fn reminder_words(reminder: Option<&PreDue>) -> String {
    reminder.map_or_else(
        || "none".to_owned(),
        |one| {
            format!(
                "{} {} before the due date, \"{}\"",
                one.channel.word(),
                days(one.days_before),
                template(&one.template)
            )
        },
    )
}

fn of_plan(old: &Plan, new: &Plan, said: &mut Vec<String>) {
    let name = &new.name;
    let mut changed = |what: &str, from: String, to: String| {
        if from != to {
            said.push(format!("{name}: {what} {to} instead of {from}."));
        }
    };
    changed("climbs:", mode_words(old.mode).to_owned(), mode_words(new.mode).to_owned());
    changed("age counts from the", anchor(old.anchor).to_owned(), anchor(new.anchor).to_owned());
    changed("a debt is left alone below", amount(old.tolerance), amount(new.tolerance));
    changed(
        "reminder before the due date:",
        reminder_words(old.pre_due.as_ref()),
        reminder_words(new.pre_due.as_ref()),
    );
    let (gone, come): (Vec<&Level>, Vec<&Level>) = (
        old.levels.iter().filter(|level| new.level_named(&level.name).is_none()).collect(),
        new.levels.iter().filter(|level| old.level_named(&level.name).is_none()).collect(),
    );
    for level in &gone {
        said.push(format!("{name}: level \"{}\" goes; who was sent it counts as not having been sent it.", level.name));
    }
    for level in &come {
        said.push(format!("{name}: level \"{}\" is new: {}.", level.name, level_words(new, level)));
    }
    for level in &new.levels {
        if let Some(was) = old.levels.iter().find(|was| was.name == level.name) {
            of_level(new, was, level, said);
        }
    }
    let kept = |plan: &Plan, other: &Plan| -> Vec<String> {
        let names = plan.levels.iter().map(|level| &level.name);
        names.filter(|name| other.level_named(name).is_some()).cloned().collect()
    };
    if kept(old, new) != kept(new, old) {
        said.push(format!("{name}: the levels come in another order: {}.", rungs(&new.levels)));
    }
}

fn of_level(plan: &Plan, old: &Level, new: &Level, said: &mut Vec<String>) {
    let mut changed = |what: &str, from: String, to: String| {
        if from != to {
            said.push(format!("{}, {}: {what}{to} instead of {from}.", plan.name, new.name));
        }
    };
    // The anchor's change was said of the plan.
    changed("", wait(plan.anchor, old), wait(plan.anchor, new));
    changed("by ", way(old), way(new));
    changed("text ", template(&old.template), template(&new.template));
    changed("fee ", fee(old.fee), fee(new.fee));
    changed("least balance ", amount(old.min_balance), amount(new.min_balance));
    changed("least number of unpaid invoices ", old.min_unpaid.to_string(), new.min_unpaid.to_string());
    let approval = |level: &Level| if level.needs_approval { "a supervisor confirms" } else { "nobody confirms" };
    changed("", approval(old).to_owned(), approval(new).to_owned());
}

fn rungs(levels: &[Level]) -> String {
    if levels.is_empty() {
        return "no levels".to_owned();
    }
    levels.iter().map(|level| level.name.as_str()).collect::<Vec<_>>().join(", then ")
}

fn anchor(anchor: Anchor) -> &'static str {
    match anchor {
        Anchor::DueDate => "due date",
        Anchor::InvoiceDate => "invoice date",
    }
}

fn days(days: u32) -> String {
    if days == 1 { "1 day".to_owned() } else { format!("{days} days") }
}

fn wait(from: Anchor, level: &Level) -> String {
    match level.from {
        From::Anchor => format!("{} after the {}", days(level.wait_days), anchor(from)),
        From::MonthEnd => format!("at the end of the month of {} after the {}", days(level.wait_days), anchor(from)),
        From::PreviousStep => format!("{} after the level before", days(level.wait_days)),
    }
}

fn way(level: &Level) -> String {
    let word = Channel::word;
    level.fallback.map_or_else(
        || word(level.channel).to_owned(),
        |other| format!("{}, else {}", word(level.channel), word(other)),
    )
}

fn template(key: &str) -> String {
    match Kind::of_key(key) {
        Some(kind) => kind.title().to_owned(),
        None if key.is_empty() => "none".to_owned(),
        None => key.to_owned(),
    }
}

fn fee(fee: Option<Fee>) -> String {
    match fee {
        None => "none".to_owned(),
        Some(Fee::Amount(amount)) => amount.normalize().to_string(),
        Some(Fee::Percent(percent)) => format!("{} %", percent.normalize()),
    }
}

fn amount(amount: Decimal) -> String {
    amount.normalize().to_string()
}
