//! Every case of the shared vectors, and of our own in `vectors/own.csv`, run as the headless command
//! runs them. The answers of our own were decided from the rule table's text before they were run.

// A test that cannot read its own input has failed.
#![allow(clippy::unwrap_used)]

use std::path::Path;

use dunlin_domain::compliance::planted::{Bug, with_bugs};
use dunlin_domain::compliance::vectors::{VectorError, agrees, decide};
use proptest::prelude::*;
use serde_json::{Value, json};

/// Id, rule, facts and expected answer of each shared case; none without the file.
fn shared() -> Option<Vec<(String, String, String, String)>> {
    let path = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/compliance/vectors.csv"));
    if !path.exists() {
        println!("SKIPPED: {} is missing", path.display());
        return None;
    }
    Some(read(path))
}

/// Our own cases.
fn own() -> Vec<(String, String, String, String)> {
    read(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/vectors/own.csv")))
}

fn read(path: &Path) -> Vec<(String, String, String, String)> {
    let rows = csv::Reader::from_path(path).unwrap().into_records();
    let cell = |row: &csv::StringRecord, n: usize| row[n].to_owned();
    rows.map(|row| row.unwrap()).map(|row| (cell(&row, 0), cell(&row, 1), cell(&row, 3), cell(&row, 4))).collect()
}

#[test]
fn every_shared_case_is_decided_as_expected() {
    let Some(rows) = shared() else { return };
    check(rows);
}

#[test]
fn every_case_of_our_own_is_decided_as_expected() {
    check(own());
}

/// What a case may leave out without leaving something unknown: the field tells of an event, and where
/// none is told of there was none. Every other field, once unknown, never turns a refusal into leave.
const EVENTS: &[&str] = &[
    // What somebody said, asked for, sent or filed, and what was counted of it.
    "attorney_known",
    "blocked_media",
    "calls",
    "calls_7d",
    "calls_all_debts_7d",
    "calls_all_debts_today",
    "calls_cell",
    "calls_debtA",
    "calls_home",
    "cease_oral",
    "cease_words",
    "cease_written_received",
    "coerced_debt_docs",
    "communications",
    "confirmations",
    "consent_requests_7d",
    "consumer_deceased",
    "consumer_says_identity_theft",
    "contacts",
    "conversation",
    "conversations",
    "conversations_7d",
    "discharged",
    "dispute",
    "do_not_call",
    "e_msgs_7d",
    "emails",
    "hours_since_last_call",
    "inconvenient",
    "inconvenient_place",
    "letters",
    "medical_cert",
    "names_employer",
    "notice_given",
    "oc_request",
    "opted_out",
    "optout",
    "petition",
    "prior_location_contacts",
    "received",
    "renewed",
    "replies_sent",
    "revoked_at",
    "revoked_other_matter",
    "revoked_to_originator",
    "texts",
    "undeliverable",
    "written_dispute",
    "written_request",
    "assistance_pledged",
    "dispute_open",
    "extension_open",
    "plan_current",
    // What a message holds beyond what it must.
    "condition",
    "description",
    "envelope_text",
    "extra",
    "false_header",
    "fee_included",
    "mentions_debt",
    "optout_fee_or_extra_info",
    // Where a default is stated: a debit is single, a copy among the elements, the creditor's file says so.
    "copy_sent",
    "fees_itemized",
    "medical_debt",
    "public_domain",
    "recurring",
    // Whose law and which number: the general rule, and a residence, where nothing else is named.
    "number_type",
    "state",
    // The sending of a verification is itself the fact.
    "today",
];

#[test]
fn what_is_not_known_never_allows() {
    let Some(mut rows) = shared() else { return };
    rows.extend(own());
    let mut allowed = std::collections::BTreeSet::new();
    for (id, rule, given, expected) in rows {
        if !matches!(expected.as_str(), "block" | "supervisor") {
            continue;
        }
        let facts: serde_json::Map<String, Value> = serde_json::from_str(&given).unwrap();
        for name in facts.keys().filter(|name| !EVENTS.contains(&name.as_str())) {
            let mut unknown = facts.clone();
            unknown.remove(name);
            let answer = decide(&rule, &Value::Object(unknown)).unwrap();
            if answer == "allow" {
                allowed.insert(format!("{rule} {name} ({id})"));
            }
        }
    }
    assert!(allowed.is_empty(), "{} fields: {allowed:#?}", allowed.len());
}

/// A rule that falls silent changes the answer of one of its own cases: no rule is untested.
#[test]
fn a_silent_rule_fails_a_case_of_our_own() {
    let own = own();
    let unnoticed: Vec<&str> = dunlin_domain::compliance::rules::rules()
        .map(|row| row.id)
        .filter(|id| {
            let mut cases = own.iter().filter(|(_, rule, ..)| rule == id);
            !cases.any(|(_, rule, given, expected)| {
                let given = serde_json::from_str(given).unwrap();
                with_bugs(&[Bug::Silent(id)], || decide(rule, &given)).unwrap() != *expected
            })
        })
        .collect();
    assert!(unnoticed.is_empty(), "{unnoticed:?}");
}

fn check(rows: Vec<(String, String, String, String)>) {
    let count = rows.len();
    let mut failures = Vec::new();
    for (id, rule, given, expected) in rows {
        let answer = match decide(&rule, &serde_json::from_str(&given).unwrap()) {
            Ok(answer) if answer == expected => continue,
            Ok(answer) => answer,
            Err(error) => error.to_string(),
        };
        failures.push(format!("{id} {rule}: expected {expected}, got {answer}\n    {given}"));
    }
    for failure in &failures {
        println!("{failure}");
    }
    println!("{count} cases");
    assert!(count > 0, "no cases");
    assert!(failures.is_empty(), "{} of {count} cases fail", failures.len());
}

#[test]
fn a_field_that_no_rule_knows_is_named() {
    let error = decide("TIM-1", &json!({"moon_phase": "full", "tz": []})).unwrap_err();
    assert!(matches!(&error, VectorError::Field { field, .. } if field == "moon_phase"));
    assert_eq!(error.to_string(), "TIM-1: field \"moon_phase\": no rule knows this field");
}

#[test]
fn a_value_of_the_wrong_kind_is_named() {
    let error = decide("FRQ-1", &json!({"today": "03/08/2026"})).unwrap_err();
    assert!(matches!(&error, VectorError::Field { field, .. } if field == "today"));
    let error = decide("TIM-1", &json!({"tz": ["Mars/Olympus"]})).unwrap_err();
    assert!(matches!(&error, VectorError::Field { field, .. } if field == "tz"));
    let error = decide("TIM-1", &json!({"mode": "third-party"})).unwrap_err();
    assert!(matches!(&error, VectorError::Field { field, .. } if field == "mode"));
}

#[test]
fn a_decision_agrees_however_its_texts_are_listed() {
    let both = "allow_with_text:TXT_MM_SUBSEQUENT|TXT_OPTOUT";
    for expected in
        [both, "allow_with_text:TXT_OPTOUT, TXT_MM_SUBSEQUENT", "Allow_With_Text:TXT_OPTOUT;TXT_MM_SUBSEQUENT "]
    {
        assert!(agrees(both, expected), "{expected}");
    }
    for expected in ["allow_with_text:TXT_OPTOUT", "allow", "block", ""] {
        assert!(!agrees(both, expected), "{expected}");
    }
    assert!(agrees("=2026-03-21", "=2026-03-21") && !agrees("=2026-03-21", "=2026-03-22"));
}

#[test]
fn an_unknown_rule_is_named() {
    let error = decide("XYZ-9", &json!({})).unwrap_err();
    assert_eq!(error, VectorError::UnknownRule("XYZ-9".to_owned()));
}

#[test]
fn facts_must_be_an_object() {
    assert!(matches!(decide("TIM-1", &json!([1, 2])), Err(VectorError::NotAnObject { .. })));
}

#[test]
fn no_rule_allows_on_no_facts_what_it_cannot_know() {
    // Rules that need to know an event are silent without it; all others ask for a person.
    let silent = [
        "TIM-3", "PLC-1", "CEA-1", "MED-1", "BK-1", "DEC-1", "IDT-1", "IDT-2", "DSP-1", "DSP-2", "FRQ-4", "TCP-2",
        "TCP-2b", "TBD-1", "SOC-1", "UT-3", "UT-6", "ACH-5", "ACH-13", "REC-1", "OPT-1", "ST-NV",
    ];
    for row in dunlin_domain::compliance::rules::rules() {
        let answer = decide(row.id, &json!({})).unwrap();
        if !silent.contains(&row.id) {
            assert!(matches!(answer.as_str(), "supervisor" | "block"), "{}: {answer}", row.id);
        }
    }
}

/// Each case with one of its values replaced, or gone, is decided or names that field.
#[test]
fn a_case_with_one_strange_value_is_decided_or_refused() {
    let Some(rows) = shared() else { return };
    let strange = [
        json!(null),
        json!("0000-01-01"),
        json!("9999-12-31"),
        json!("+262142-12-31T23:59:59Z"),
        json!("-262143-01-01T00:00:00Z"),
        json!("9999-12-31T23:59:59Z"),
        json!("0000-01-01T00:00"),
        json!(i64::MAX),
        json!(u32::MAX),
        json!(-1),
        json!(1e28),
        json!(true),
        json!([]),
        json!(["9999-12-31", "0000-01-01:call"]),
    ];
    for (_, rule, given, _) in rows {
        let facts: serde_json::Map<String, Value> = serde_json::from_str(&given).unwrap();
        for (name, value) in facts.keys().flat_map(|name| strange.iter().map(move |v| (name, v))) {
            let mut changed = facts.clone();
            changed.insert(name.clone(), value.clone());
            if let Err(error) = decide(&rule, &Value::Object(changed)) {
                assert!(matches!(&error, VectorError::Field { field, .. } if field == name), "{rule} {name}: {error}");
            }
        }
    }
}

/// The fields that the vocabulary declares, aliases and renamings included.
fn vocabulary() -> Vec<String> {
    let code = include_str!("../src/compliance/vectors/given.rs");
    let declared = code.lines().filter_map(|line| {
        let field = line.trim().strip_prefix("pub ")?;
        field.split_once(':').map(|(name, _)| name.to_owned())
    });
    let quoted = code
        .lines()
        .filter(|line| line.contains("serde("))
        .flat_map(|line| line.split('"').skip(1).step_by(2).map(str::to_owned));
    declared.chain(quoted).collect()
}

fn values() -> impl Strategy<Value = Value> {
    let words = [
        "2026-03-02",
        "2026-03-08",
        "0000-01-01",
        "9999-12-31",
        "2026-03-08T02:30:00Z",
        "+262142-12-31T23:59:59Z",
        "-262143-01-01T00:00:00Z",
        "9999-12-31T23:59:59Z",
        "2026-03-02:busy",
        "2026-03-08T02:30",
        "America/New_York",
        "Pacific/Kiritimati",
        "MA",
        "WA",
        "TX",
        "OH",
        "call",
        "text",
        "email",
        "consumer",
        "business",
        "first_party",
        "third_party",
        "R11",
        "CCD",
        "13",
        "",
        "é",
        "work",
        "A",
    ];
    prop_oneof![
        proptest::sample::select(words.to_vec()).prop_map(Value::from),
        proptest::collection::vec(proptest::sample::select(words.to_vec()), 0..3).prop_map(Value::from),
        proptest::sample::select(vec![0_i64, 1, 7, 90, -1, i64::MAX, i64::MIN]).prop_map(Value::from),
        proptest::sample::select(vec![0.5_f64, 1e28, 7.9e27, -3.25]).prop_map(Value::from),
        any::<bool>().prop_map(Value::from),
        Just(Value::Null),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]
    /// Whatever the values: an answer, or an error that names a field.
    #[test]
    fn no_facts_make_a_rule_panic(
        fields in proptest::collection::vec((proptest::sample::select(vocabulary()), values()), 0..7),
    ) {
        let facts: serde_json::Map<String, Value> = fields.into_iter().collect();
        for row in dunlin_domain::compliance::rules::rules() {
            match decide(row.id, &Value::Object(facts.clone())) {
                Ok(answer) => prop_assert!(!answer.is_empty()),
                Err(error) => prop_assert!(matches!(error, VectorError::Field { .. }), "{error}"),
            }
        }
    }
}
