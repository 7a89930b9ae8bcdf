//! What the events do to balances, policies and drafts, for every ladder.

use serde_json::{Value, json};

use super::{go, invoice, ladder, level, on_invoice, pay, scenario, sent, steps};

fn simple(events: Value) -> Value {
    scenario(ladder("strict", &[5]), json!([invoice("i1", "2026-01-01", "2026-01-01", "100.00")]), events)
}

#[test]
fn what_is_dated_after_a_run_does_not_exist_yet_for_it() {
    // The payment, the hold and the reversal are listed before the runs they postdate.
    let events = json!([
        pay("2026-01-10", "p1", "i1", "40.00"), go("2026-01-09"), go("2026-01-10"),
        {"on": "2026-01-12", "do": "reverse_payment", "id": "p1"}, go("2026-01-11"), go("2026-01-12"),
        on_invoice("2026-01-14", "hold", "i1"), go("2026-01-13"), go("2026-01-14"),
    ]);
    assert_eq!(
        steps(&simple(events)),
        [
            vec!["i1 2026-01-01 L1 100.00"],
            vec!["i1 2026-01-01 L1 60.00"],
            vec!["i1 2026-01-01 L1 60.00"],
            vec!["i1 2026-01-01 L1 100.00"],
            vec!["i1 2026-01-01 L1 100.00"],
            vec![],
        ]
    );
    // An invoice dated later is not there, even if its due date has passed.
    let invoices = json!([invoice("i1", "2026-02-02", "2026-01-01", "100.00")]);
    let found = steps(&scenario(ladder("strict", &[0]), invoices, json!([go("2026-02-01"), go("2026-02-02")])));
    assert_eq!(found, [vec![], vec!["i1 2026-01-01 L1 100.00"]]);
    // A step said to be sent on the 20th is still a draft for a run of the 10th.
    let events = json!([go("2026-01-06"), sent("2026-01-20"), go("2026-01-10"), go("2026-01-21")]);
    assert_eq!(steps(&simple(events)), [vec!["i1 2026-01-01 L1 100.00"], vec!["i1 2026-01-01 L1 100.00"], vec![]]);
}

#[test]
fn a_balance_below_the_tolerance_is_not_treated_and_one_at_it_is() {
    let events = json!([
        pay("2026-01-06", "p1", "i1", "99.90"),
        go("2026-01-06"),
        pay("2026-01-07", "p2", "i1", "0.01"),
        go("2026-01-07"),
    ]);
    assert_eq!(steps(&simple(events)), [vec!["i1 2026-01-01 L1 0.10"], vec![]]);
    // Nothing open is never treated, whatever the tolerance.
    let mut zero = simple(json!([pay("2026-01-06", "p1", "i1", "100"), go("2026-01-06")]));
    zero["policies"]["p"]["tolerance"] = json!("0");
    assert_eq!(steps(&zero), [Vec::<String>::new()]);
}

#[test]
fn a_payment_pays_the_oldest_installment_first_and_never_beyond_its_invoice() {
    let invoices = json!([
        {"id": "i1", "account": "a", "currency": "USD", "date": "2026-01-01", "installments": [
            {"due": "2026-03-01", "amount": "70.00"}, {"due": "2026-01-01", "amount": "30.00"}]},
        invoice("i2", "2026-01-01", "2026-01-01", "50.00"),
    ]);
    let events = json!([
        pay("2026-03-06", "p1", "i1", "10.00"),
        go("2026-03-06"),
        pay("2026-03-07", "p2", "i1", "25.00"),
        go("2026-03-07"),
        pay("2026-03-08", "p3", "i1", "99.00"),
        go("2026-03-08"),
    ]);
    assert_eq!(
        steps(&scenario(ladder("strict", &[5]), invoices, events)),
        [
            vec!["i1 2026-01-01 L1 20.00", "i1 2026-03-01 L1 70.00", "i2 2026-01-01 L1 50.00"],
            vec!["i1 2026-03-01 L1 65.00", "i2 2026-01-01 L1 50.00"],
            vec!["i2 2026-01-01 L1 50.00"],
        ]
    );
}

#[test]
fn reversal_and_restoration_move_the_balance_back_and_forth_and_keep_the_levels_sent() {
    let mut scenario = simple(json!([
        go("2026-01-06"), sent("2026-01-06"),
        pay("2026-01-10", "p1", "i1", "100.00"), go("2026-01-20"),
        {"on": "2026-01-21", "do": "reverse_payment", "id": "p1"}, go("2026-01-21"),
        {"on": "2026-01-22", "do": "restore_payment", "id": "p1"}, go("2026-01-22"),
        {"on": "2026-01-23", "do": "reverse_payment", "id": "p1"}, go("2026-01-23"),
    ]));
    scenario["policies"]["p"] = ladder("strict", &[5, 10]);
    let second = vec!["i1 2026-01-01 L2 100.00"];
    assert_eq!(steps(&scenario), [vec!["i1 2026-01-01 L1 100.00"], vec![], second.clone(), vec![], second]);
}

#[test]
fn a_hold_and_a_write_off_touch_their_invoice_only() {
    let invoices =
        json!([invoice("i1", "2026-01-01", "2026-01-01", "1.00"), invoice("i2", "2026-01-01", "2026-01-01", "2.00")]);
    let events = json!([
        on_invoice("2026-01-06", "hold", "i1"),
        go("2026-01-06"),
        on_invoice("2026-01-07", "release", "i1"),
        go("2026-01-07"),
        on_invoice("2026-01-08", "write_off", "i2"),
        go("2026-01-08"),
    ]);
    assert_eq!(
        steps(&scenario(ladder("strict", &[5]), invoices, events)),
        [
            vec!["i2 2026-01-01 L1 2.00"],
            vec!["i1 2026-01-01 L1 1.00", "i2 2026-01-01 L1 2.00"],
            vec!["i1 2026-01-01 L1 1.00"],
        ]
    );
}

#[test]
fn no_policy_is_no_treatment_and_its_return_goes_on_where_it_stood() {
    let set = |on: &str, policy: Value| json!({"on": on, "do": "set_policy", "account": "a", "policy": policy});
    let mut scenario = simple(json!([
        go("2026-01-06"),
        sent("2026-01-06"),
        set("2026-01-07", Value::Null),
        go("2026-01-20"),
        set("2026-01-21", json!("p")),
        go("2026-01-21"),
    ]));
    scenario["policies"]["p"] = ladder("strict", &[5, 10]);
    assert_eq!(steps(&scenario), [vec!["i1 2026-01-01 L1 100.00"], vec![], vec!["i1 2026-01-01 L2 100.00"]]);
    scenario["accounts"][0]["policy"] = Value::Null;
    scenario["events"] = json!([go("2026-02-01"), set("2026-02-02", json!("p")), go("2026-02-02")]);
    assert_eq!(steps(&scenario), [vec![], vec!["i1 2026-01-01 L1 100.00"]]);
}

#[test]
fn another_policy_starts_at_its_own_first_level_unless_it_knows_the_level_sent() {
    let mut scenario = simple(json!([
        go("2026-01-06"), sent("2026-01-06"),
        {"on": "2026-01-07", "do": "set_policy", "account": "a", "policy": "q"}, go("2026-02-01"),
        {"on": "2026-02-02", "do": "set_policy", "account": "a", "policy": "p"}, go("2026-02-02"),
    ]));
    scenario["policies"]["p"] = ladder("strict", &[5, 10]);
    scenario["policies"]["q"] = json!({"mode": "strict", "levels": [level("Q1", "anchor", 5)]});
    assert_eq!(
        steps(&scenario),
        [["i1 2026-01-01 L1 100.00"], ["i1 2026-01-01 Q1 100.00"], ["i1 2026-01-01 L2 100.00"]]
    );
}

#[test]
fn sent_marks_the_drafts_of_the_last_run_only() {
    let invoices =
        json!([invoice("i1", "2026-01-01", "2026-01-01", "1.00"), invoice("i2", "2026-01-01", "2026-01-03", "2.00")]);
    // The first run's draft of i1 was never sent; the last run had it held, so only i2 was sent.
    let events = json!([
        go("2026-01-06"),
        on_invoice("2026-01-08", "hold", "i1"),
        go("2026-01-08"),
        sent("2026-01-08"),
        on_invoice("2026-01-09", "release", "i1"),
        go("2026-01-20"),
    ]);
    assert_eq!(
        steps(&scenario(ladder("strict", &[5, 10]), invoices, events)),
        [
            vec!["i1 2026-01-01 L1 1.00"],
            vec!["i2 2026-01-03 L1 2.00"],
            vec!["i1 2026-01-01 L1 1.00", "i2 2026-01-03 L2 2.00"],
        ]
    );
}
