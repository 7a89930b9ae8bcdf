//! The planner of the app: what is dunned, how much of it, by which way, and how fast.

mod differences;
mod insulation;
mod notice;
mod planner;
mod policy;
mod portfolio;
mod speed;

use chrono::NaiveDate;
use dunlin_domain::facts::Facts;
use dunlin_domain::policy::Policy;
use dunlin_domain::testkit::day;
use dunlin_domain::treatment::{Step, next_steps};

/// The testkit's account: INV-1 of 120.00 due 2026-01-29, INV-2 of 80.00 due 2026-03-01.
fn facts() -> Facts {
    dunlin_domain::testkit::facts()
}

fn today() -> NaiveDate {
    day(2026, 3, 10)
}

fn planned(facts: &Facts) -> Vec<Step> {
    next_steps(facts, &Policy::standard(), today())
}

/// `invoice level amount` of each step.
fn brief(facts: &Facts, steps: &[Step]) -> Vec<String> {
    steps
        .iter()
        .map(|step| {
            let number = match step.target {
                dunlin_domain::treatment::Target::Invoice(id) => {
                    facts.invoice(id).map_or("?", |invoice| invoice.number.as_str())
                }
                dunlin_domain::treatment::Target::Account => "account",
            };
            format!("{number} {} {}", step.level, step.balance.plain())
        })
        .collect()
}
