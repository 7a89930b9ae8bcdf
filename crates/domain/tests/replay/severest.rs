//! Severest: per account, from scratch at each run; it may drop or skip, and says so.

use serde_json::{Value, json};

use super::{go, invoice, on_invoice, pay, run, scenario, sent, states, steps};

/// By age of the earliest unpaid invoice: 30, 40, 50 days.
fn by_age() -> Value {
    json!({"mode": "severest", "anchor": "invoice_date", "tolerance": "0", "levels": [
        {"name": "OD1", "from": "anchor", "wait_days": 30, "channel": "email"},
        {"name": "OD2", "from": "anchor", "wait_days": 40, "channel": "email"},
        {"name": "OD3", "from": "anchor", "wait_days": 50, "channel": "letter"},
    ]})
}

fn two() -> Value {
    json!([invoice("i1", "2026-01-01", "2026-01-11", "10.00"), invoice("i2", "2026-01-31", "2026-02-10", "20.00")])
}

#[test]
fn the_state_follows_the_age_of_the_earliest_unpaid_invoice_to_the_day() {
    let events = json!([
        go("2026-01-30"),
        go("2026-01-31"),
        go("2026-02-09"),
        go("2026-02-10"),
        go("2026-02-19"),
        go("2026-02-20")
    ]);
    let world = scenario(by_age(), two(), events);
    assert_eq!(states(&world), ["clear", "OD1", "OD1", "OD2", "OD2", "OD3"]);
    let report = run(&world);
    assert!(report.runs[0].steps.is_empty());
    let step = &report.runs[1].steps[0];
    assert_eq!((step.account.as_deref(), step.invoice.as_deref()), (Some("a"), None));
    // The second invoice is dated the same day: it is unpaid from then on.
    assert_eq!((step.balance.as_str(), step.channel.as_str()), ("30.00", "email"));
    assert_eq!(report.runs[0].states["b"], "clear");
}

#[test]
fn paying_everything_clears_and_a_reversal_brings_it_back() {
    let events = json!([
        go("2026-02-20"), pay("2026-02-21", "p1", "i1", "10.00"), pay("2026-02-21", "p2", "i2", "20.00"), go("2026-02-21"),
        {"on": "2026-02-22", "do": "reverse_payment", "id": "p1"}, go("2026-02-22"),
        {"on": "2026-02-23", "do": "restore_payment", "id": "p1"}, go("2026-02-23"),
    ]);
    assert_eq!(states(&scenario(by_age(), two(), events)), ["OD3", "clear", "OD3", "clear"]);
}

#[test]
fn paying_the_oldest_reanchors_and_the_successor_is_warned_of_anew() {
    let events = json!([
        go("2026-02-20"),
        sent("2026-02-20"),
        pay("2026-02-21", "p1", "i1", "10.00"),
        go("2026-02-21"),
        go("2026-03-01"),
        go("2026-03-02"),
        sent("2026-03-02"),
        go("2026-03-03"),
    ]);
    let world = scenario(by_age(), two(), events);
    assert_eq!(states(&world), ["OD3", "clear", "clear", "OD1", "OD1"]);
    let found = steps(&world);
    assert_eq!(found[3], ["a 2026-02-10 OD1 20.00"]);
    // Sent, and the standing is the same: not proposed again.
    assert_eq!(found[4], Vec::<String>::new());
}

#[test]
fn it_drops_and_says_so() {
    let policy = json!({"mode": "severest", "levels": [{"name": "OD1", "wait_days": 10}, {"name": "OD2", "wait_days": 10, "min_unpaid": 2}]});
    let events = json!([go("2026-02-10"), pay("2026-02-11", "p1", "i2", "20.00"), go("2026-02-11")]);
    let world = scenario(policy, two(), events);
    assert_eq!(states(&world), ["OD2", "OD1"]);
    let why = run(&world).runs[1].steps[0].why.join("; ");
    assert!(why.contains("dropped from OD2"), "{why}");
}

#[test]
fn it_skips_and_says_so() {
    let world = scenario(by_age(), two(), json!([go("2026-02-15")]));
    assert_eq!(states(&world), ["OD2"]);
    let why = run(&world).runs[0].steps[0].why.join("; ");
    assert!(why.contains("skips OD1"), "{why}");
}

#[test]
fn an_unsent_step_is_proposed_again_and_a_sent_one_only_when_the_standing_changes() {
    let events = json!([go("2026-01-31"), go("2026-02-01"), sent("2026-02-01"), go("2026-02-02"), go("2026-02-10")]);
    let world = scenario(by_age(), two(), events);
    let levels: Vec<Vec<String>> = steps(&world);
    assert_eq!(
        levels,
        [vec!["a 2026-01-11 OD1 30.00"], vec!["a 2026-01-11 OD1 30.00"], vec![], vec!["a 2026-01-11 OD2 30.00"],]
    );
    assert_eq!(states(&world), ["OD1", "OD1", "OD1", "OD2"]);
}

#[test]
fn every_condition_must_hold_and_the_last_level_that_holds_wins() {
    let policy = json!({"mode": "severest", "anchor": "due_date", "levels": [
        {"name": "age", "wait_days": 10},
        {"name": "count", "wait_days": 10, "min_unpaid": 2},
        {"name": "sum", "wait_days": 10, "min_balance": "100.00"},
        {"name": "all", "wait_days": 20, "min_unpaid": 2, "min_balance": "100.00"},
    ]});
    let invoices = json!([
        invoice("i1", "2026-01-01", "2026-01-01", "99.99"),
        invoice("i2", "2026-01-12", "2026-03-01", "0.01"),
        invoice("i3", "2026-01-13", "2026-03-01", "50.00"),
    ]);
    let events = json!([
        go("2026-01-10"),
        go("2026-01-11"), // one unpaid, 99.99
        go("2026-01-12"), // two unpaid, 100.00: the limits are inclusive, the last wins
        pay("2026-01-12", "p1", "i1", "0.01"),
        go("2026-01-12"), // 99.99 again
        go("2026-01-21"), // age 20, three unpaid, 149.99
        on_invoice("2026-01-22", "hold", "i3"),
        go("2026-01-22"), // held: out of count and sum
        on_invoice("2026-01-23", "write_off", "i1"),
        go("2026-01-23"), // the earliest is now due in March
    ]);
    assert_eq!(states(&scenario(policy, invoices, events)), ["clear", "age", "sum", "count", "all", "count", "clear"]);
}

#[test]
fn installments_of_one_invoice_count_once_and_the_earliest_unpaid_one_decides() {
    let policy = json!({"mode": "severest", "anchor": "due_date", "levels": [
        {"name": "OD1", "wait_days": 10}, {"name": "OD2", "wait_days": 10, "min_unpaid": 2}]});
    let invoices = json!([{"id": "i1", "account": "a", "currency": "USD", "date": "2026-01-01", "installments": [
        {"due": "2026-01-01", "amount": "30.00"}, {"due": "2026-02-01", "amount": "70.00"}]}]);
    let events = json!([go("2026-01-11"), pay("2026-01-12", "p1", "i1", "30.00"), go("2026-02-10"), go("2026-02-11")]);
    assert_eq!(states(&scenario(policy, invoices, events)), ["OD1", "clear", "OD1"]);
}

#[test]
fn no_policy_is_clear_and_the_policy_back_is_the_state_back() {
    let set = |on: &str, policy: Value| json!({"on": on, "do": "set_policy", "account": "a", "policy": policy});
    let events = json!([
        go("2026-02-01"),
        set("2026-02-02", Value::Null),
        go("2026-02-02"),
        set("2026-02-03", json!("p")),
        go("2026-02-03"),
    ]);
    let world = scenario(by_age(), two(), events);
    assert_eq!(states(&world), ["OD1", "clear", "OD1"]);
    assert!(steps(&world)[1].is_empty());
}

#[test]
fn below_the_tolerance_is_as_good_as_paid() {
    let mut policy = by_age();
    policy["tolerance"] = json!("1.00");
    let events = json!([pay("2026-02-20", "p1", "i1", "9.01"), go("2026-02-20"), go("2026-03-02")]);
    assert_eq!(states(&scenario(policy, two(), events)), ["clear", "OD1"]);
}

#[test]
fn currencies_are_not_added_to_reach_a_least_balance() {
    let policy = json!({"mode": "severest", "levels": [{"name": "OD1", "wait_days": 1, "min_balance": "100.00"}]});
    let mut other = invoice("i2", "2026-01-01", "2026-01-01", "60.00");
    other["currency"] = json!("CAD");
    let invoices = json!([invoice("i1", "2026-01-01", "2026-01-01", "60.00"), other]);
    assert_eq!(states(&scenario(policy, invoices, json!([go("2026-02-01")]))), ["clear"]);
}

#[test]
fn a_fee_is_charged_on_the_earliest_unpaid_installment_once() {
    let mut policy = by_age();
    policy["levels"][0]["fee"] = json!({"percent": "10"});
    let events = json!([go("2026-01-31"), sent("2026-01-31"), go("2026-02-10")]);
    let report = run(&scenario(policy, two(), events));
    assert_eq!(report.runs[0].steps[0].fee.as_deref(), Some("1.00"));
    assert_eq!(report.runs[1].steps[0].receivable, "31.00");
}
