//! The replay, sentence by sentence of its format, for all three ladders.

mod app_agrees;
mod catch_up;
mod events;
mod fees;
mod format;
mod property;
mod severest;
mod shared;
mod strict;

use dunlin_domain::replay::{self, Report};
use serde_json::{Value, json};

/// A scenario over one policy `p`, accounts `a` and `b` under it, and no expectation.
#[expect(clippy::needless_pass_by_value, reason = "callers build each value for the call")]
fn scenario(policy: Value, invoices: Value, events: Value) -> Value {
    json!({
        "name": "test",
        "policies": {"p": policy},
        "accounts": [{"id": "a", "policy": "p"}, {"id": "b", "policy": "p"}],
        "invoices": invoices,
        "events": events,
    })
}

fn run(scenario: &Value) -> Report {
    replay::run(&scenario.to_string()).unwrap_or_else(|error| panic!("{error}"))
}

/// The runs' steps as `invoice due level balance`, one list per run.
fn steps(scenario: &Value) -> Vec<Vec<String>> {
    run(scenario)
        .runs
        .iter()
        .map(|run| {
            run.steps
                .iter()
                .map(|step| {
                    let of = step.invoice.as_ref().or(step.account.as_ref());
                    format!("{} {} {} {}", of.map_or("?", |of| of), step.due, step.level, step.balance)
                })
                .collect()
        })
        .collect()
}

/// The runs' states of account `a`.
fn states(scenario: &Value) -> Vec<String> {
    run(scenario).runs.iter().map(|run| run.states.get("a").cloned().unwrap_or_else(|| "-".to_owned())).collect()
}

fn invoice(id: &str, date: &str, due: &str, amount: &str) -> Value {
    json!({"id": id, "account": "a", "currency": "USD", "date": date, "installments": [{"due": due, "amount": amount}]})
}

fn level(name: &str, from: &str, wait_days: u32) -> Value {
    json!({"name": name, "from": from, "wait_days": wait_days, "channel": "letter"})
}

fn ladder(mode: &str, waits: &[u32]) -> Value {
    let levels: Vec<Value> =
        waits.iter().enumerate().map(|(index, wait)| level(&format!("L{}", index + 1), "anchor", *wait)).collect();
    json!({"mode": mode, "anchor": "due_date", "tolerance": "0.10", "levels": levels})
}

fn go(on: &str) -> Value {
    json!({"on": on, "do": "run"})
}

fn sent(on: &str) -> Value {
    json!({"on": on, "do": "sent"})
}

fn pay(on: &str, id: &str, invoice: &str, amount: &str) -> Value {
    json!({"on": on, "do": "payment", "id": id, "invoice": invoice, "amount": amount})
}

fn on_invoice(on: &str, event: &str, invoice: &str) -> Value {
    json!({"on": on, "do": event, "invoice": invoice})
}
