//! Catch-up: the first level that the age allows, then the next whose wait has passed.

use serde_json::json;

use super::{go, invoice, ladder, level, pay, run, scenario, sent, steps};

#[test]
fn a_debt_found_late_starts_at_the_first_level_and_rises_by_what_has_passed() {
    let invoices = json!([invoice("i1", "2026-01-01", "2026-01-01", "1.00")]);
    let events = json!([
        go("2026-01-05"),
        go("2026-02-20"),
        sent("2026-02-20"),
        go("2026-02-20"),
        sent("2026-02-20"),
        go("2026-02-20"),
        sent("2026-02-20"),
        go("2026-02-20"),
    ]);
    assert_eq!(
        steps(&scenario(ladder("catch_up", &[5, 20, 40]), invoices, events)),
        [vec![], vec!["i1 2026-01-01 L1 1.00"], vec!["i1 2026-01-01 L2 1.00"], vec!["i1 2026-01-01 L3 1.00"], vec![],]
    );
}

#[test]
fn it_does_not_rise_before_the_present_level_was_sent() {
    let invoices = json!([invoice("i1", "2026-01-01", "2026-01-01", "1.00")]);
    let events = json!([go("2026-01-06"), go("2026-01-31"), go("2026-03-31"), sent("2026-03-31"), go("2026-03-31")]);
    assert_eq!(
        steps(&scenario(ladder("catch_up", &[5, 20, 40]), invoices, events)),
        [["i1 2026-01-01 L1 1.00"], ["i1 2026-01-01 L1 1.00"], ["i1 2026-01-01 L1 1.00"], ["i1 2026-01-01 L2 1.00"],]
    );
}

#[test]
fn it_stays_between_two_levels_until_the_next_wait_has_passed() {
    let invoices = json!([invoice("i1", "2026-01-01", "2026-01-01", "1.00")]);
    let events = json!([
        go("2026-01-06"),
        sent("2026-01-06"),
        go("2026-01-20"),
        go("2026-01-21"),
        sent("2026-01-21"),
        go("2026-02-09"),
        go("2026-02-10")
    ]);
    assert_eq!(
        steps(&scenario(ladder("catch_up", &[5, 20, 40]), invoices, events)),
        [vec!["i1 2026-01-01 L1 1.00"], vec![], vec!["i1 2026-01-01 L2 1.00"], vec![], vec!["i1 2026-01-01 L3 1.00"],]
    );
}

#[test]
fn a_level_of_no_days_is_due_on_the_day_and_the_last_level_is_the_end() {
    let invoices = json!([invoice("i1", "2026-01-01", "2026-01-01", "1.00")]);
    let events = json!([go("2026-01-01"), sent("2026-01-01"), go("2026-01-02"), go("2027-01-01")]);
    assert_eq!(
        steps(&scenario(ladder("catch_up", &[0]), invoices, events)),
        [vec!["i1 2026-01-01 L1 1.00"], vec![], vec![]]
    );
}

#[test]
fn levels_are_tried_in_the_order_of_the_list() {
    // The second level's wait passes first; then the first one is behind and stays behind.
    let invoices = json!([invoice("i1", "2026-01-01", "2026-01-01", "1.00")]);
    let events = json!([go("2026-01-11"), sent("2026-01-11"), go("2026-02-01")]);
    assert_eq!(
        steps(&scenario(ladder("catch_up", &[20, 5]), invoices, events)),
        [vec!["i1 2026-01-01 L2 1.00"], vec![]]
    );
}

#[test]
fn a_level_whose_conditions_fail_is_passed_over_and_the_reason_says_so() {
    let mut policy = ladder("catch_up", &[5, 10, 15]);
    policy["levels"][1]["min_balance"] = json!("10.00");
    let invoices = json!([invoice("i1", "2026-01-01", "2026-01-01", "1.00")]);
    let events = json!([go("2026-01-06"), sent("2026-01-06"), go("2026-01-11"), go("2026-01-16")]);
    let scenario = scenario(policy, invoices, events);
    assert_eq!(steps(&scenario), [vec!["i1 2026-01-01 L1 1.00"], vec![], vec!["i1 2026-01-01 L3 1.00"]]);
    assert!(run(&scenario).runs[2].steps[0].why.iter().any(|why| why.contains("L2 passed over")));
}

#[test]
fn previous_step_counts_from_the_level_sent_and_never_starts_a_ladder() {
    let policy = json!({"mode": "catch_up", "levels": [level("L1", "anchor", 5), level("L2", "previous_step", 7), level("L3", "previous_step", 7)]});
    let invoices = json!([invoice("i1", "2026-01-01", "2026-01-01", "1.00")]);
    let events = json!([
        go("2026-03-01"),
        sent("2026-03-01"),
        go("2026-03-07"),
        go("2026-03-08"),
        sent("2026-03-08"),
        go("2026-03-14"),
        go("2026-03-15"),
    ]);
    assert_eq!(
        steps(&scenario(policy, invoices, events)),
        [vec!["i1 2026-01-01 L1 1.00"], vec![], vec!["i1 2026-01-01 L2 1.00"], vec![], vec!["i1 2026-01-01 L3 1.00"],]
    );
}

#[test]
fn a_new_debt_of_the_same_account_starts_at_its_own_first_level() {
    let invoices =
        json!([invoice("i1", "2026-01-01", "2026-01-01", "1.00"), invoice("i2", "2026-01-20", "2026-02-01", "2.00")]);
    let events = json!([
        go("2026-01-06"),
        sent("2026-01-06"),
        go("2026-02-06"),
        sent("2026-02-06"),
        pay("2026-02-07", "p1", "i1", "1.00"),
        go("2026-02-21"),
    ]);
    assert_eq!(
        steps(&scenario(ladder("catch_up", &[5, 20]), invoices, events)),
        [
            vec!["i1 2026-01-01 L1 1.00"],
            vec!["i1 2026-01-01 L2 1.00", "i2 2026-02-01 L1 2.00"],
            vec!["i2 2026-02-01 L2 2.00"],
        ]
    );
}
