//! The rules as a reader of cases runs them: a rule's id and facts in JSON in, its decision in the
//! words of the case files out. Facts are read strictly: a field that no rule knows is an error.

mod contact;
mod debt;
mod facts;
mod frequency;
mod given;
mod message;
mod parts;
mod payment;
mod priority;
mod protected;
mod state;
mod synonyms;
mod telephone;
mod utility;
mod words;

use serde_json::Value;

use self::given::Given;
use super::rules;
use super::rules::scope::Scope;
use super::verdict::{Decision, Finding};
use crate::account::{CustomerKind, Mode};

/// Why a case could not be decided.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum VectorError {
    /// No such rule.
    #[error("\"{0}\" is not a rule; the rule table lists them")]
    UnknownRule(String),
    /// The facts are not an object.
    #[error("{rule}: the facts must be a JSON object")]
    NotAnObject {
        /// The rule.
        rule: String,
    },
    /// A field that no rule knows, or a value that is not of its kind.
    #[error("{rule}: field \"{field}\": {problem}")]
    Field {
        /// The rule.
        rule: String,
        /// The field.
        field: String,
        /// What is wrong with it.
        problem: String,
    },
}

/// What a rule answers to a case.
enum Answer {
    Decided(Decision),
    Value(String),
}

impl From<Finding> for Answer {
    fn from(finding: Finding) -> Self {
        Self::Decided(finding.decision)
    }
}

impl From<Box<Finding>> for Answer {
    fn from(finding: Box<Finding>) -> Self {
        Self::Decided(finding.decision)
    }
}

impl Answer {
    fn value(value: impl std::fmt::Display) -> Self {
        Self::Value(format!("{value}"))
    }
}

/// Runs one rule on one case. The answer is `allow`, `allow_with_text:<ids joined by |>`,
/// `supervisor`, `block`, or `=<value>` of a calculation.
pub fn decide(rule: &str, given: &Value) -> Result<String, VectorError> {
    let row = rules::rule(rule).ok_or_else(|| VectorError::UnknownRule(rule.to_owned()))?;
    let given = read(row.id, given)?;
    let answer = if out_of_scope(row, &given)? { Answer::Decided(Decision::Allow) } else { run(row.id, &given)? };
    Ok(match answer {
        Answer::Decided(decision) => decision.to_string(),
        Answer::Value(value) => format!("={value}"),
    })
}

/// The decision is the expected one: required texts in any order and between any of the usual
/// separators, the verdict in any case; a calculated value to the letter.
#[must_use]
pub fn agrees(decided: &str, expected: &str) -> bool {
    let parts = |text: &str| {
        let (verdict, texts) = text.split_once(':').unwrap_or((text, ""));
        let mut texts: Vec<String> =
            texts.split([',', '|', ';', '+', ' ']).filter(|id| !id.is_empty()).map(str::to_owned).collect();
        texts.sort();
        (verdict.trim().to_ascii_lowercase(), texts)
    };
    let (decided, expected) = (decided.trim(), expected.trim());
    decided == expected || (!expected.starts_with('=') && parts(decided) == parts(expected))
}

/// Federal rules for collectors do not bind others, save where the house keeps them all the same
/// (hours and frequency) or the case is about something else (scope, priority).
fn out_of_scope(row: &rules::RuleRow, given: &Given) -> Result<bool, VectorError> {
    if row.account.is_none() && row.mode.is_none() {
        return Ok(false);
    }
    let (mode, account) = (given.mode(row.id)?, given.account(row.id)?);
    let kept = ["TIM-", "FRQ-"].iter().any(|family| row.id.starts_with(family));
    let states = given.states();
    let mode = mode.unwrap_or(row.mode.unwrap_or(Mode::ThirdParty));
    let account = account.unwrap_or(row.account.unwrap_or(CustomerKind::Consumer));
    let scope = rules::scope::scp_1(row, mode, account, &states);
    if scope != Scope::NotApplicable {
        return Ok(false);
    }
    let hours = row.id.starts_with("TIM-");
    // ST-CAB and ACH-10 ask themselves whose debt it is.
    let asks = matches!(row.id, "ST-CAB" | "ACH-10");
    Ok(!asks && !hours && (account == CustomerKind::Business || !kept))
}

/// Runs the rules of one family; none for a rule of another.
type Family = fn(&'static str, &Given) -> Result<Option<Answer>, VectorError>;

fn run(rule: &'static str, given: &Given) -> Result<Answer, VectorError> {
    let families: [Family; 9] = [
        contact::run,
        message::run,
        frequency::run,
        debt::run,
        state::run,
        telephone::run,
        protected::run,
        utility::run,
        payment::run,
    ];
    for family in families {
        if let Some(answer) = family(rule, given)? {
            return Ok(answer);
        }
    }
    priority::run(given)
}

fn read(rule: &'static str, facts: &Value) -> Result<Given, VectorError> {
    let Value::Object(fields) = facts else {
        return Err(VectorError::NotAnObject { rule: rule.to_owned() });
    };
    let known = synonyms::renamed(fields).map_err(|field| VectorError::Field {
        rule: rule.to_owned(),
        field,
        problem: "the same is given under another name".to_owned(),
    })?;
    serde_json::from_value(Value::Object(known)).map_err(|error| {
        // Every field has a default, so one that fails alone is the one at fault.
        let wrong = fields.iter().find_map(|(name, value)| {
            let alone = synonyms::renamed(&[(name.clone(), value.clone())].into_iter().collect()).ok()?;
            let error = serde_json::from_value::<Given>(Value::Object(alone)).err()?;
            Some((name.clone(), error))
        });
        let (field, error) = wrong.unwrap_or((String::new(), error));
        let text = error.to_string();
        let problem = if text.starts_with("unknown field") { "no rule knows this field".to_owned() } else { text };
        VectorError::Field { rule: rule.to_owned(), field, problem }
    })
}
