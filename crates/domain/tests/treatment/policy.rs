//! Policy as data: which segment follows which plan, and what can't be published.

use dunlin_domain::account::CustomerKind;
use dunlin_domain::policy::Policy;
use dunlin_domain::risk::Band;
use dunlin_domain::treatment::{Channel, Fee, From, Level, PolicyError, Segment, TreatmentPolicy};
use rust_decimal::Decimal;

use super::facts;

#[test]
fn the_standard_policy_is_sound_and_survives_its_json() {
    let policy = TreatmentPolicy::default();
    assert_eq!(policy.check(), []);
    let json = serde_json::to_string(&policy).expect("json");
    assert_eq!(serde_json::from_str::<TreatmentPolicy>(&json).expect("policy"), policy);
    let bad = json.replacen("\"segments\"", "\"colour\":1,\"segments\"", 1);
    assert!(serde_json::from_str::<TreatmentPolicy>(&bad).is_err());
}

#[test]
fn the_first_segment_that_holds_decides() {
    let policy = TreatmentPolicy::default();
    let mut facts = facts();
    let name = |facts: &_, band| policy.plan_for(facts, || band).map(|plan| plan.name.clone());
    assert_eq!(name(&facts, Band::High).as_deref(), Some("Standard"));
    facts.customer.kind = CustomerKind::Business;
    assert_eq!(name(&facts, Band::Low).as_deref(), Some("Standard"));
    assert_eq!(name(&facts, Band::High).as_deref(), Some("High risk"));
    facts.account.segment = "Key Account".to_owned();
    assert_eq!(name(&facts, Band::High), None);
    assert_eq!(dunlin_domain::treatment::next_steps(&facts, &Policy::standard(), super::today()), []);
}

#[test]
fn risk_is_asked_only_where_a_rule_looks_at_it() {
    let policy = TreatmentPolicy { segments: vec![Segment::all("Standard")], ..TreatmentPolicy::default() };
    let plan = policy.plan_for(&facts(), || unreachable!("no rule looks at risk"));
    assert_eq!(plan.map(|plan| plan.name.as_str()), Some("Standard"));
}

fn errors_of(change: impl FnOnce(&mut TreatmentPolicy)) -> Vec<PolicyError> {
    let mut policy = TreatmentPolicy::default();
    change(&mut policy);
    policy.check()
}

#[test]
fn each_mistake_is_found_and_says_what_to_do() {
    let level = |change: fn(&mut Level)| errors_of(|policy| change(&mut policy.plans[0].levels[1]));
    let found = [
        errors_of(|policy| policy.segments.clear()),
        errors_of(|policy| policy.segments.push(Segment::all("Standard"))),
        errors_of(|policy| policy.segments[1].plan = Some("Gentle".to_owned())),
        errors_of(|policy| policy.plans[1].name = "Standard".to_owned()),
        errors_of(|policy| policy.plans[0].levels.clear()),
        level(|level| level.name = "Reminder".to_owned()),
        errors_of(|policy| policy.plans[0].levels[0].from = From::PreviousStep),
        errors_of(|policy| policy.plans[0].tolerance = -Decimal::ONE),
        level(|level| level.fee = Some(Fee::Percent(Decimal::from(150)))),
        level(|level| level.template.clear()),
        level(|level| level.fallback = Some(Channel::Letter)),
    ];
    let words = [
        "add one without conditions at the end",
        "never apply",
        "\"Gentle\"",
        "used twice",
        "no levels",
        "repeated level name",
        "there is none",
        "the tolerance",
        "150 percent",
        "no template",
        "its own channel",
    ];
    for (errors, words) in found.iter().zip(words) {
        assert!(errors.iter().any(|error| error.to_string().contains(words)), "{words}: {errors:?}");
    }
}
