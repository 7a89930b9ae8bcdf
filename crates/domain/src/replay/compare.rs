//! What was expected against what was printed: only the fields an expectation names.

use std::fmt;

use chrono::NaiveDate;
use rust_decimal::Decimal;
use serde_json::{Map, Value};

use super::RunLine;
use super::scenario::Expected;

/// The fields that hold amounts: `100` and `100.00` are the same one.
const AMOUNTS: [&str; 3] = ["balance", "fee", "receivable"];

/// One place where a run is not as expected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// The run's date.
    pub on: NaiveDate,
    /// Which run of that date, from 1.
    pub run: usize,
    /// Where: `steps[2].level`.
    pub place: String,
    /// What should be there.
    pub expected: String,
    /// What is.
    pub found: String,
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} (run {} of that day): {}: expected {}, found {}",
            self.on, self.run, self.place, self.expected, self.found
        )
    }
}

/// Compares; the nth expectation of a date is about the nth run of that date.
pub(super) fn compare(expected: &[Expected], runs: &[RunLine]) -> Vec<Difference> {
    let mut differences = Vec::new();
    for (position, wanted) in expected.iter().enumerate() {
        let nth = expected[..position].iter().filter(|earlier| earlier.on == wanted.on).count();
        let mut note = |place: String, expected: String, found: String| {
            differences.push(Difference { on: wanted.on, run: nth + 1, place, expected, found });
        };
        let Some(run) = runs.iter().filter(|run| run.on == wanted.on).nth(nth) else {
            note("run".to_owned(), "a run".to_owned(), "none".to_owned());
            continue;
        };
        if let Some(states) = &wanted.states {
            for (account, state) in states {
                let found = run.states.get(account);
                if found != Some(state) {
                    note(
                        format!("states.{account}"),
                        format!("{state:?}"),
                        found.map_or_else(|| "nothing".to_owned(), |found| format!("{found:?}")),
                    );
                }
            }
        }
        if let Some(steps) = &wanted.steps {
            compare_steps(steps, run, &mut note);
        }
    }
    differences
}

fn compare_steps(wanted: &[Map<String, Value>], run: &RunLine, note: &mut impl FnMut(String, String, String)) {
    let printed: Vec<Value> = run.steps.iter().map(|step| serde_json::to_value(step).unwrap_or_default()).collect();
    // Printed steps are sorted by invoice and due date; an expectation written in another order
    // means the same steps.
    let mut wanted: Vec<&Map<String, Value>> = wanted.iter().collect();
    wanted.sort_by_key(|step| {
        let text = |field: &str| step.get(field).and_then(Value::as_str).unwrap_or_default().to_owned();
        (text("invoice") + &text("account"), text("due"))
    });
    if wanted.len() != printed.len() {
        let list = |steps: Vec<Value>| Value::Array(steps).to_string();
        note(
            "steps".to_owned(),
            format!(
                "{} of them: {}",
                wanted.len(),
                list(wanted.iter().map(|step| Value::Object((*step).clone())).collect())
            ),
            format!("{}: {}", printed.len(), list(printed)),
        );
        return;
    }
    for (index, (wanted, printed)) in wanted.iter().zip(&printed).enumerate() {
        for (field, value) in *wanted {
            let found = printed.get(field).unwrap_or(&Value::Null);
            if !same(field, value, found) {
                note(format!("steps[{index}].{field}"), value.to_string(), found.to_string());
            }
        }
    }
}

fn same(field: &str, wanted: &Value, found: &Value) -> bool {
    if wanted == found {
        return true;
    }
    if !AMOUNTS.contains(&field) {
        return false;
    }
    // No fee and a fee of zero are the same.
    let amount = |value: &Value| match value {
        Value::Null => Some(Decimal::ZERO),
        Value::String(text) => text.parse::<Decimal>().ok(),
        _ => None,
    };
    matches!((amount(wanted), amount(found)), (Some(wanted), Some(found)) if wanted == found)
}
