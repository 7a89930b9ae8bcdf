//! What holds for every history: no level twice or out of order, nothing of no amount, and a rerun
//! that changes nothing.

use std::collections::BTreeMap;

use dunlin_domain::replay::RunLine;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::{go, ladder, on_invoice, run, scenario, sent};

fn day(number: u32) -> String {
    format!("2026-{:02}-{:02}", 1 + number / 28, 1 + number % 28)
}

/// Runs, most of them sent, between payments, reversals, holds and releases.
fn history() -> impl Strategy<Value = Vec<Value>> {
    prop::collection::vec((0_u32..8, 0_u32..9, 0_usize..3, 1_i64..90), 1..40).prop_map(|moves| {
        let mut events = Vec::new();
        let mut today = 0;
        let mut payments = 0;
        for (kind, days, invoice, amount) in moves {
            today += days;
            let on = day(today % 330);
            let invoice = format!("i{invoice}");
            match kind {
                0 => {
                    payments += 1;
                    events.push(json!({"on": on, "do": "payment", "id": format!("p{payments}"), "invoice": invoice, "amount": amount.to_string()}));
                }
                1 if payments > 0 => events.push(json!({"on": on, "do": "reverse_payment", "id": format!("p{payments}")})),
                2 => events.push(on_invoice(&on, "hold", &invoice)),
                3 => events.push(on_invoice(&on, "release", &invoice)),
                4 => events.push(go(&on)),
                _ => {
                    events.push(go(&on));
                    events.push(sent(&on));
                }
            }
        }
        events.sort_by_key(|event| event["on"].as_str().map(str::to_owned));
        events
    })
}

fn invoices() -> Value {
    let bill = |id: &str, first: &str, second: &str| {
        json!({"id": id, "account": "a", "currency": "USD", "date": "2026-01-01", "installments": [
            {"due": first, "amount": "60"}, {"due": second, "amount": "40.05"}]})
    };
    json!([
        bill("i0", "2026-01-01", "2026-02-01"),
        bill("i1", "2026-02-10", "2026-03-10"),
        bill("i2", "2026-03-01", "2026-07-01")
    ])
}

/// The runs without their reasons: those say what changed since the run before, and it did not.
fn bare(runs: &[RunLine]) -> Vec<RunLine> {
    let mut runs = runs.to_vec();
    for step in runs.iter_mut().flat_map(|run| &mut run.steps) {
        step.why.clear();
    }
    runs
}

proptest! {
    #[test]
    fn levels_rise_in_order_and_none_is_sent_twice(events in history(), strict in any::<bool>()) {
        let mode = if strict { "strict" } else { "catch_up" };
        let mut policy = ladder(mode, &[5, 20, 40]);
        policy["levels"][2]["from"] = json!("previous_step");
        let report = run(&scenario(policy, invoices(), json!(events)));
        let mut reached: BTreeMap<(String, chrono::NaiveDate), usize> = BTreeMap::new();
        let mut runs = report.runs.iter();
        let mut last = None;
        for event in &events {
            match event["do"].as_str() {
                Some("run") => last = runs.next(),
                Some("sent") => for step in last.take().map(|run| run.steps.as_slice()).unwrap_or_default() {
                    let level: usize = step.level[1..].parse().expect("a number");
                    let before = reached.insert((step.invoice.clone().expect("an invoice"), step.due), level).unwrap_or(0);
                    prop_assert_eq!(level, before + 1, "{:?}", step);
                },
                _ => {}
            }
        }
    }

    #[test]
    fn every_step_asks_for_something_and_for_no_more_than_its_installment(events in history()) {
        let report = run(&scenario(ladder("catch_up", &[5, 20, 40]), invoices(), json!(events)));
        for step in report.runs.iter().flat_map(|run| &run.steps) {
            let balance: rust_decimal::Decimal = step.balance.parse().expect("an amount");
            prop_assert!(balance >= "0.10".parse().expect("an amount") && balance <= "60".parse().expect("an amount"), "{:?}", step);
            prop_assert!(!step.why.is_empty());
        }
    }

    #[test]
    fn a_rerun_on_the_same_day_prints_the_same_line(events in history(), mode in 0_usize..3) {
        let mode = ["strict", "catch_up", "severest"][mode];
        let doubled: Vec<Value> = events
            .iter()
            .flat_map(|event| std::iter::repeat_n(event.clone(), if event["do"] == "run" { 2 } else { 1 }))
            .collect();
        let once = run(&scenario(ladder(mode, &[5, 20, 40]), invoices(), json!(events)));
        let twice = run(&scenario(ladder(mode, &[5, 20, 40]), invoices(), json!(doubled)));
let every_second: Vec<_> = twice.runs.iter().skip(1).step_by(2).cloned().collect();
        prop_assert_eq!(bare(&once.runs), bare(&every_second));
    }
}
