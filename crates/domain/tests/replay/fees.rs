//! Fees: once per installment and level, when sent, on the original amount, half-even.

use serde_json::{Value, json};

use super::{go, invoice, ladder, pay, run, scenario, sent};

/// `fee receivable` of the first step of each run.
fn fees(scenario: &Value) -> Vec<String> {
    run(scenario)
        .runs
        .iter()
        .map(|run| {
            run.steps
                .first()
                .map_or_else(String::new, |step| format!("{} {}", step.fee.as_deref().unwrap_or("-"), step.receivable))
        })
        .collect()
}

fn with_fees(waits: &[u32], fees: &[Value]) -> Value {
    let mut policy = ladder("strict", waits);
    for (index, fee) in fees.iter().enumerate() {
        policy["levels"][index]["fee"] = fee.clone();
    }
    policy
}

#[test]
fn a_fee_adds_to_nothing_but_the_receivable_of_the_next_print() {
    let policy = with_fees(&[5, 10, 15], &[json!({"amount": "10.00"}), json!({"percent": "15"})]);
    let invoices = json!([invoice("i1", "2026-01-01", "2026-01-01", "100.00")]);
    let events = json!([
        go("2026-01-06"),
        go("2026-01-06"),
        sent("2026-01-06"), // proposed twice, charged once
        go("2026-01-11"),
        sent("2026-01-11"),
        pay("2026-01-12", "p1", "i1", "40.00"),
        go("2026-01-16"),
    ]);
    // 15 % of the original 100.00, not of 110.00; at the end 60.00 + 10.00 + 15.00.
    let scenario = scenario(policy, invoices, events);
    assert_eq!(fees(&scenario), ["10.00 100.00", "10.00 100.00", "15.00 110.00", "- 85.00"]);
    let balances: Vec<_> = run(&scenario).runs.iter().map(|run| run.steps[0].balance.clone()).collect();
    assert_eq!(balances, ["100.00", "100.00", "100.00", "60.00"]);
}

#[test]
fn percent_is_of_the_original_amount_even_when_part_is_paid() {
    let policy = with_fees(&[5], &[json!({"percent": "10"})]);
    let invoices = json!([invoice("i1", "2026-01-01", "2026-01-01", "80.00")]);
    let events = json!([pay("2026-01-02", "p1", "i1", "79.00"), go("2026-01-06")]);
    assert_eq!(fees(&scenario(policy, invoices, events)), ["8.00 1.00"]);
}

#[test]
fn rounding_is_half_even_to_the_minor_unit_of_the_currency() {
    for (currency, amount, percent, fee) in [
        ("USD", "0.50", "25", "0.12"), // 0.125
        ("USD", "1.50", "25", "0.38"), // 0.375
        ("USD", "0.30", "50", "0.15"),
        ("USD", "1.01", "0.5", "0.01"), // 0.00505
        ("JPY", "50", "5", "2"),        // 2.5
        ("JPY", "70", "5", "4"),        // 3.5
        ("KWD", "0.250", "1", "0.002"), // 0.0025
    ] {
        let policy = with_fees(&[5], &[json!({"percent": percent})]);
        let mut bill = invoice("i1", "2026-01-01", "2026-01-01", amount);
        bill["currency"] = json!(currency);
        let found = run(&scenario(policy, json!([bill]), json!([go("2026-01-06")])));
        assert_eq!(found.runs[0].steps[0].fee.as_deref(), Some(fee), "{percent} % of {amount} {currency}");
    }
}

#[test]
fn each_installment_is_charged_by_itself() {
    let policy = with_fees(&[5], &[json!({"amount": "5.00"})]);
    let invoices = json!([{"id": "i1", "account": "a", "currency": "USD", "date": "2026-01-01", "installments": [
        {"due": "2026-01-01", "amount": "30.00"}, {"due": "2026-01-02", "amount": "70.00"}]}]);
    let report = run(&scenario(policy, invoices, json!([go("2026-01-10")])));
    let fees: Vec<_> = report.runs[0].steps.iter().map(|step| step.fee.as_deref()).collect();
    assert_eq!(fees, [Some("5.00"), Some("5.00")]);
}

#[test]
fn a_fee_that_rounds_to_nothing_is_none() {
    let policy = with_fees(&[5], &[json!({"percent": "1"})]);
    let invoices = json!([invoice("i1", "2026-01-01", "2026-01-01", "0.40")]);
    assert_eq!(fees(&scenario(policy, invoices, json!([go("2026-01-06")]))), ["- 0.40"]);
}

#[test]
fn a_level_sent_under_one_policy_is_not_charged_again_under_another() {
    let mut world = scenario(
        with_fees(&[5], &[json!({"amount": "5.00"})]),
        json!([invoice("i1", "2026-01-01", "2026-01-01", "30.00")]),
        json!([
            go("2026-01-06"), sent("2026-01-06"),
            {"on": "2026-01-07", "do": "set_policy", "account": "a", "policy": "q"}, go("2026-01-20"),
        ]),
    );
    world["policies"]["q"] = json!({"mode": "strict", "levels": [
        {"name": "L0", "wait_days": 1, "fee": {"amount": "1.00"}}, {"name": "L1", "wait_days": 2, "fee": {"amount": "9.00"}}]});
    // L1 is known and sent there: nothing is left to do, and nothing to charge.
    assert_eq!(fees(&world), ["5.00 30.00", ""]);
}
