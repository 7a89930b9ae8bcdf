//! What holds for every ladder: order, dates, amounts, holds, payments, policies, expectations.

use dunlin_domain::replay::{self, ReplayError};
use serde_json::{Value, json};

use super::{go, invoice, ladder, level, pay, run, scenario, steps};

fn simple(events: Value) -> Value {
    scenario(ladder("strict", &[5]), json!([invoice("i1", "2026-01-01", "2026-01-01", "100.00")]), events)
}

#[test]
fn a_run_prints_one_json_value_with_on_steps_and_states() {
    let report = run(&simple(json!([go("2026-01-05"), go("2026-01-06")])));
    let lines: Vec<Value> = report.lines().map(|line| serde_json::from_str(&line).expect("json")).collect();
    assert_eq!(lines.len(), 2);
    assert_eq!(lines[0], json!({"on": "2026-01-05", "steps": [], "states": {}}));
    let step = &lines[1]["steps"][0];
    assert_eq!(step["invoice"], "i1");
    assert_eq!(step["due"], "2026-01-01");
    assert_eq!(step["balance"], "100.00");
    assert_eq!(step["receivable"], "100.00");
    assert_eq!(step["channel"], "letter");
    assert_eq!(step.get("fee"), None);
    assert_eq!(step.get("account"), None);
    assert!(step["why"][0].as_str().expect("words").contains("2026-01-06"), "{step}");
    assert!(!report.lines().any(|line| line.contains('\n')));
}

#[test]
fn a_byte_order_mark_before_the_scenario_is_none_of_it() {
    let text = format!("\u{feff}{}", simple(json!([go("2026-01-06")])));
    assert_eq!(dunlin_domain::replay::run(&text).unwrap().runs.len(), 1);
}

#[test]
fn unknown_fields_are_errors_everywhere() {
    let good = simple(json!([go("2026-01-06")]));
    assert!(replay::run(&good.to_string()).is_ok());
    for place in [
        "",
        "/policies/p",
        "/policies/p/levels/0",
        "/accounts/0",
        "/invoices/0",
        "/invoices/0/installments/0",
        "/events/0",
    ] {
        let mut bad = good.clone();
        bad.pointer_mut(place)
            .expect("a place")
            .as_object_mut()
            .expect("an object")
            .insert("colour".to_owned(), json!("red"));
        let error = replay::run(&bad.to_string()).expect_err(place);
        assert!(matches!(error, ReplayError::Unreadable(_)), "{place}: {error}");
        assert!(error.to_string().contains("colour"), "{place}: {error}");
    }
    let mut bad = good.clone();
    bad["expect"] = json!([{"on": "2026-01-06", "colour": 1}]);
    assert!(replay::run(&bad.to_string()).is_err());
    let mut bad = good;
    bad["events"][0]["do"] = json!("dance");
    assert!(replay::run(&bad.to_string()).is_err());
}

#[test]
fn amounts_are_strings_and_dates_are_iso() {
    let mut bad = simple(json!([]));
    bad["invoices"][0]["installments"][0]["amount"] = json!(100.0);
    assert!(replay::run(&bad.to_string()).is_err());
    let mut bad = simple(json!([]));
    bad["invoices"][0]["date"] = json!("01/02/2026");
    assert!(replay::run(&bad.to_string()).is_err());
    let mut bad = simple(json!([{"on": "2026-01-01", "do": "payment", "id": "p", "invoice": "i1", "amount": 5}]));
    assert!(replay::run(&bad.to_string()).is_err());
    bad["events"][0]["amount"] = json!("5");
    assert!(replay::run(&bad.to_string()).is_ok());
}

#[test]
fn what_is_named_exists_once() {
    let unknown = |scenario: &Value| match replay::run(&scenario.to_string()) {
        Err(ReplayError::Unknown { what, id, .. }) => format!("{what} {id}"),
        other => panic!("{other:?}"),
    };
    assert_eq!(unknown(&simple(json!([pay("2026-01-01", "p1", "i9", "1")]))), "invoice i9");
    assert_eq!(unknown(&simple(json!([{"on": "2026-01-01", "do": "reverse_payment", "id": "p9"}]))), "payment p9");
    assert_eq!(
        unknown(&simple(json!([{"on": "2026-01-01", "do": "set_policy", "account": "z", "policy": null}]))),
        "account z"
    );
    assert_eq!(
        unknown(&simple(json!([{"on": "2026-01-01", "do": "set_policy", "account": "a", "policy": "q"}]))),
        "policy q"
    );
    let twice = simple(json!([pay("2026-01-01", "p1", "i1", "1"), pay("2026-01-02", "p1", "i1", "1")]));
    assert!(matches!(replay::run(&twice.to_string()), Err(ReplayError::Twice { what: "payment", .. })));
}

#[test]
fn steps_are_sorted_by_invoice_then_due_date() {
    let parts = json!([{"due": "2026-01-03", "amount": "3.00"}, {"due": "2026-01-02", "amount": "2.00"}]);
    let invoices = json!([
        {"id": "z", "account": "a", "currency": "USD", "date": "2026-01-01", "installments": parts},
        {"id": "c", "account": "b", "currency": "USD", "date": "2026-01-01", "installments": parts},
        {"id": "m", "account": "a", "currency": "USD", "date": "2026-01-01", "installments": parts},
    ]);
    assert_eq!(
        steps(&scenario(ladder("catch_up", &[5]), invoices, json!([go("2026-02-01")]))),
        [[
            "c 2026-01-02 L1 2.00",
            "c 2026-01-03 L1 3.00",
            "m 2026-01-02 L1 2.00",
            "m 2026-01-03 L1 3.00",
            "z 2026-01-02 L1 2.00",
            "z 2026-01-03 L1 3.00",
        ]]
    );
}

#[test]
fn amounts_are_printed_in_the_currency_of_their_invoice() {
    let invoices = json!([
        {"id": "y", "account": "a", "currency": "JPY", "date": "2026-01-01", "installments": [{"due": "2026-01-01", "amount": "1500"}]},
        {"id": "k", "account": "a", "currency": "KWD", "date": "2026-01-01", "installments": [{"due": "2026-01-01", "amount": "1.5"}]},
    ]);
    assert_eq!(
        steps(&scenario(ladder("strict", &[5]), invoices, json!([go("2026-01-06")]))),
        [["k 2026-01-01 L1 1.500", "y 2026-01-01 L1 1500"]]
    );
}

#[test]
fn an_expectation_compares_only_the_fields_it_names_and_says_where_it_differs() {
    let mut scenario = simple(json!([go("2026-01-05"), go("2026-01-06"), go("2026-01-06")]));
    scenario["expect"] = json!([
        {"on": "2026-01-05", "steps": []},
        {"on": "2026-01-06"},
        {"on": "2026-01-06", "steps": [{"invoice": "i1", "balance": "100", "fee": null}]},
    ]);
    assert_eq!(run(&scenario).differences, []);
    scenario["expect"] = json!([
        {"on": "2026-01-05", "steps": [{"invoice": "i1"}]},
        {"on": "2026-01-06", "steps": [{"invoice": "i1", "level": "L2", "balance": "99"}]},
        {"on": "2026-01-07", "steps": []},
        {"on": "2026-01-06", "states": {"a": "OD1"}},
    ]);
    let report = run(&scenario);
    let places: Vec<_> = report.differences.iter().map(|one| (one.run, one.place.as_str())).collect();
    assert_eq!(places, [(1, "steps"), (1, "steps[0].balance"), (1, "steps[0].level"), (1, "run"), (2, "states.a")]);
    assert!(report.differences[2].to_string().contains("expected \"L2\", found \"L1\""), "{}", report.differences[2]);
}

#[test]
fn a_plan_that_cannot_be_climbed_is_refused_by_name() {
    for (policy, words) in [
        (json!({"mode": "strict", "levels": [level("L1", "previous_step", 5)]}), "there is none"),
        (
            json!({"mode": "catch_up", "levels": [level("L", "anchor", 5), level("L", "anchor", 9)]}),
            "repeated level name",
        ),
        (json!({"mode": "strict", "tolerance": "-1", "levels": []}), "below zero"),
    ] {
        let error = replay::run(&scenario(policy, json!([]), json!([])).to_string()).expect_err(words).to_string();
        assert!(error.contains("\"p\"") && error.contains(words), "{error}");
    }
}

#[test]
fn an_amount_beyond_every_ledger_is_refused_and_never_overflows() {
    for amount in ["1000000000000000", "-79228162514264337593543950335"] {
        let error =
            replay::run(&simple(json!([pay("2026-01-01", "p1", "i1", amount)])).to_string()).expect_err("too large");
        assert!(error.to_string().contains("event 1 (payment)") && error.to_string().contains(amount), "{error}");
    }
}
