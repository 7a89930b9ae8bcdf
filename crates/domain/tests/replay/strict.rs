//! Strict: one level at a time, in order, each only when the one before it was sent.

use serde_json::json;

use super::{go, invoice, ladder, level, on_invoice, pay, scenario, sent, steps};

#[test]
fn one_level_a_run_however_late() {
    let events = json!([
        go("2026-06-01"),
        sent("2026-06-01"),
        go("2026-06-01"),
        sent("2026-06-01"),
        go("2026-06-02"),
        sent("2026-06-02"),
        go("2026-06-03"),
    ]);
    let invoices = json!([invoice("i1", "2026-01-01", "2026-01-01", "1.00")]);
    assert_eq!(
        steps(&scenario(ladder("strict", &[5, 20, 40]), invoices, events)),
        [vec!["i1 2026-01-01 L1 1.00"], vec!["i1 2026-01-01 L2 1.00"], vec!["i1 2026-01-01 L3 1.00"], vec![],]
    );
}

#[test]
fn an_unsent_draft_is_proposed_again_at_the_same_level() {
    let events = json!([go("2026-01-06"), go("2026-03-01"), go("2026-03-01"), sent("2026-03-01"), go("2026-03-01")]);
    let invoices = json!([invoice("i1", "2026-01-01", "2026-01-01", "1.00")]);
    assert_eq!(
        steps(&scenario(ladder("strict", &[5, 20]), invoices, events)),
        [["i1 2026-01-01 L1 1.00"], ["i1 2026-01-01 L1 1.00"], ["i1 2026-01-01 L1 1.00"], ["i1 2026-01-01 L2 1.00"],]
    );
}

#[test]
fn limits_are_inclusive_to_the_day() {
    let invoices = json!([invoice("i1", "2026-01-01", "2026-01-31", "1.00")]);
    let events = json!([go("2026-01-30"), go("2026-01-31")]);
    assert_eq!(
        steps(&scenario(ladder("strict", &[0]), invoices.clone(), events)),
        [vec![], vec!["i1 2026-01-31 L1 1.00"]]
    );
    let events = json!([go("2026-03-01"), go("2026-03-02")]);
    assert_eq!(steps(&scenario(ladder("strict", &[30]), invoices, events)), [vec![], vec!["i1 2026-01-31 L1 1.00"]]);
}

#[test]
fn month_end_is_the_last_day_of_the_month_of_anchor_and_wait() {
    let policy = json!({"mode": "strict", "levels": [level("L1", "month_end", 30)]});
    for (due, before, on) in [
        ("2026-01-18", "2026-02-27", "2026-02-28"), // 17 February
        ("2026-01-29", "2026-02-27", "2026-02-28"), // 28 February itself
        ("2026-01-30", "2026-03-30", "2026-03-31"), // 1 March
        ("2024-01-30", "2024-02-28", "2024-02-29"), // leap year: 29 February itself
        ("2026-12-01", "2026-12-30", "2026-12-31"), // 31 December itself
        ("2026-12-02", "2027-01-30", "2027-01-31"), // over the year's end
    ] {
        let invoices = json!([invoice("i1", "2024-01-01", due, "1.00")]);
        let found = steps(&scenario(policy.clone(), invoices, json!([go(before), go(on)])));
        assert_eq!(found, [vec![], vec![format!("i1 {due} L1 1.00")]], "due {due}");
    }
}

#[test]
fn previous_step_counts_from_the_run_date_of_the_level_before() {
    let policy = json!({"mode": "strict", "levels": [level("L1", "anchor", 5), level("L2", "previous_step", 10)]});
    let invoices = json!([invoice("i1", "2026-01-01", "2026-01-01", "1.00")]);
    // Proposed on the 6th and again on the 20th; said to be sent on the 25th: the 20th counts.
    let events = json!([go("2026-01-06"), go("2026-01-20"), sent("2026-01-25"), go("2026-01-29"), go("2026-01-30")]);
    assert_eq!(
        steps(&scenario(policy, invoices, events)),
        [vec!["i1 2026-01-01 L1 1.00"], vec!["i1 2026-01-01 L1 1.00"], vec![], vec!["i1 2026-01-01 L2 1.00"],]
    );
}

#[test]
fn the_anchor_may_be_the_invoice_date_for_every_installment() {
    let mut policy = ladder("strict", &[10]);
    policy["anchor"] = json!("invoice_date");
    let invoices = json!([{"id": "i1", "account": "a", "currency": "USD", "date": "2026-01-01", "installments": [
        {"due": "2026-01-20", "amount": "1.00"}, {"due": "2026-05-20", "amount": "2.00"}]}]);
    assert_eq!(
        steps(&scenario(policy, invoices, json!([go("2026-01-10"), go("2026-01-11")]))),
        [vec![], vec!["i1 2026-01-20 L1 1.00", "i1 2026-05-20 L1 2.00"],]
    );
}

#[test]
fn each_installment_climbs_by_itself() {
    let invoices = json!([{"id": "i1", "account": "a", "currency": "USD", "date": "2026-01-01", "installments": [
        {"due": "2026-01-01", "amount": "30.00"}, {"due": "2026-02-01", "amount": "70.00"}]}]);
    let events = json!([
        go("2026-01-06"),
        sent("2026-01-06"),
        go("2026-02-06"),
        sent("2026-02-06"),
        pay("2026-02-10", "p1", "i1", "30.00"),
        go("2026-03-01"),
        sent("2026-03-01"),
        go("2026-04-01"),
    ]);
    assert_eq!(
        steps(&scenario(ladder("strict", &[5, 20, 40]), invoices, events)),
        [
            vec!["i1 2026-01-01 L1 30.00"],
            vec!["i1 2026-01-01 L2 30.00", "i1 2026-02-01 L1 70.00"],
            vec!["i1 2026-02-01 L2 70.00"],
            vec!["i1 2026-02-01 L3 70.00"],
        ]
    );
}

#[test]
fn a_held_draft_is_gone_and_comes_back_at_its_level() {
    let invoices = json!([invoice("i1", "2026-01-01", "2026-01-01", "1.00")]);
    let events = json!([
        go("2026-01-06"),
        on_invoice("2026-01-07", "hold", "i1"),
        go("2026-03-01"),
        on_invoice("2026-03-02", "release", "i1"),
        go("2026-03-02"),
    ]);
    assert_eq!(
        steps(&scenario(ladder("strict", &[5, 20]), invoices, events)),
        [vec!["i1 2026-01-01 L1 1.00"], vec![], vec!["i1 2026-01-01 L1 1.00"],]
    );
}

#[test]
fn a_level_waits_for_its_least_balance_and_its_number_of_unpaid_invoices() {
    let mut policy = ladder("strict", &[5, 10]);
    policy["levels"][0]["min_balance"] = json!("50.00");
    policy["levels"][1]["min_unpaid"] = json!(2);
    let invoices =
        json!([invoice("i1", "2026-01-01", "2026-01-01", "50.00"), invoice("i2", "2026-01-20", "2026-02-20", "49.99")]);
    let events = json!([go("2026-01-06"), sent("2026-01-06"), go("2026-01-19"), go("2026-01-20")]);
    assert_eq!(
        steps(&scenario(policy, invoices, events)),
        [vec!["i1 2026-01-01 L1 50.00"], vec![], vec!["i1 2026-01-01 L2 50.00"],]
    );
}
