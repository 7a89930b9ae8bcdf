//! A change of policy in words, the mistakes beside their fields, and why nothing is due.

use dunlin_domain::hold::HoldKind;
use dunlin_domain::policy::Policy;
use dunlin_domain::risk::Band;
use dunlin_domain::testkit::with_hold;
use dunlin_domain::treatment::{
    Anchor, Channel, Decision, Fee, From, LadderMode, Level, Plan, PreDue, Segment, StepTaken, TreatmentPolicy,
    decision, differences, next_steps,
};
use proptest::prelude::*;
use rust_decimal::Decimal;

use super::{facts, today};

fn said(change: impl FnOnce(&mut TreatmentPolicy)) -> Vec<String> {
    let mut after = TreatmentPolicy::default();
    change(&mut after);
    differences(&TreatmentPolicy::default(), &after)
}

#[test]
fn each_change_is_said_once_and_in_a_persons_words() {
    let wait = said(|policy| policy.plans[0].levels[1].wait_days = 21);
    assert_eq!(
        wait,
        ["Standard, Second notice: 21 days after the level before instead of 15 days after the level before."]
    );
    let gone = said(|policy| drop(policy.plans[0].levels.remove(2)));
    assert_eq!(gone, ["Standard: level \"Final notice\" goes; who was sent it counts as not having been sent it."]);
    let fee = said(|policy| policy.plans[1].levels[2].fee = Some(Fee::Percent(Decimal::TWO)));
    assert_eq!(fee, ["High risk, Final notice: fee 2 % instead of none."]);
    let moved = said(|policy| policy.segments.swap(0, 1));
    assert_eq!(moved.len(), 1);
    assert!(moved[0].starts_with("The segments are asked in another order: businesses at high risk"), "{moved:?}");
    let renamed = said(|policy| "Gentle".clone_into(&mut policy.plans[1].name));
    assert_eq!(renamed[0], "Plan \"High risk\" goes.");
    assert!(renamed[1].starts_with("Plan \"Gentle\" is new: Reminder, then Second notice"), "{renamed:?}");
}

#[test]
fn each_mistake_is_beside_its_field() {
    let places = |change: fn(&mut TreatmentPolicy)| -> Vec<String> {
        let mut policy = TreatmentPolicy::default();
        change(&mut policy);
        policy.problems().into_iter().map(|one| one.at).collect()
    };
    assert_eq!(places(|policy| policy.plans[1].name.clear()), ["plans.1.name", "segments.1.plan"]);
    assert_eq!(places(|policy| policy.plans[0].levels[2].wait_days = 0), [""; 0]);
    assert_eq!(places(|policy| policy.plans[0].levels[2].template = "poem".to_owned()), ["plans.0.levels.2.template"]);
    assert_eq!(
        places(|policy| policy.plans[0].levels[0].fallback = Some(Channel::Email)),
        ["plans.0.levels.0.fallback"]
    );
    assert_eq!(
        places(|policy| policy.plans[0].mode = LadderMode::Severest),
        ["plans.0.levels.1.from", "plans.0.levels.2.from"]
    );
    assert_eq!(
        places(|policy| {
            policy.plans[0].tolerance = -Decimal::ONE;
            policy.plans[0].levels[1].fee = Some(Fee::Amount(-Decimal::ONE));
            policy.plans[1].pre_due = Some(PreDue { days_before: 3, channel: Channel::Phone, template: String::new() });
            policy.segments.pop();
        }),
        ["plans.0.tolerance", "plans.0.levels.1.fee", "plans.1.pre_due.channel", "segments"]
    );
}

fn decided(change: impl FnOnce(&mut dunlin_domain::facts::Facts)) -> Decision {
    let mut facts = facts();
    change(&mut facts);
    decision(&facts, &Policy::standard(), today())
}

fn quiet(change: impl FnOnce(&mut dunlin_domain::facts::Facts)) -> Vec<String> {
    decided(change).quiet.into_iter().map(|reason| reason.text).collect()
}

#[test]
fn a_debt_without_a_step_says_what_it_waits_for() {
    let due = decided(|_| {});
    assert_eq!(
        (due.plan.as_deref(), due.segment.as_str(), due.steps.len()),
        (Some("Standard"), "rule 3: all others follow \"Standard\"", 2)
    );
    assert_eq!(due.quiet, []);
    let first = facts().invoices[0].id;
    let sent = |level: &'static str, on| {
        move |facts: &mut dunlin_domain::facts::Facts| {
            facts.steps.push(StepTaken::new(Some(first), level, on));
        }
    };
    let on = dunlin_domain::testkit::day;
    assert_eq!(
        quiet(sent("Reminder", on(2026, 3, 2))),
        ["INV-1: Reminder was sent on 2026-03-02; Second notice comes from 2026-03-17"]
    );
    assert_eq!(
        quiet(sent("Final notice", on(2026, 3, 2))),
        ["INV-1: Final notice was sent on 2026-03-02, the last level of the plan"]
    );
    let held = with_hold(facts(), HoldKind::Cease);
    let reasons = decision(&held, &Policy::standard(), today()).quiet;
    assert_eq!(reasons.len(), 1);
    assert!(reasons[0].text.contains("written request to cease"), "{reasons:?}");
    let left = decided(|facts| "Key account".clone_into(&mut facts.account.segment));
    assert_eq!(left.plan, None);
    assert!(left.quiet[0].text.contains("left to a person"), "{:?}", left.quiet);
    assert_eq!(quiet(|facts| facts.invoices.clear()), ["Nothing is open on the account"]);
}

fn amount() -> impl Strategy<Value = Decimal> {
    (0_i64..5_000).prop_map(|cents| Decimal::new(cents, 2))
}

fn level() -> impl Strategy<Value = Level> {
    let channel = || prop::sample::select(vec![Channel::Letter, Channel::Email, Channel::Phone]);
    (
        "[A-D]",
        prop::sample::select(vec![From::Anchor, From::MonthEnd, From::PreviousStep]),
        0_u32..40,
        channel(),
        prop::option::of(channel()),
        prop::sample::select(vec!["dunning_1", "dunning_2", "final_notice"]),
        amount(),
        (0_u32..3, prop::option::of(amount()), any::<bool>()),
    )
        .prop_map(
            |(name, from, wait_days, channel, fallback, template, min_balance, (min_unpaid, fee, approval))| Level {
                from,
                channel,
                fallback,
                min_balance,
                min_unpaid,
                fee: fee.map(Fee::Percent),
                needs_approval: approval,
                ..Level::letter(&name, wait_days, template)
            },
        )
}

fn plan() -> impl Strategy<Value = Plan> {
    let modes = vec![LadderMode::Strict, LadderMode::CatchUp, LadderMode::Severest];
    let anchors = vec![Anchor::DueDate, Anchor::InvoiceDate];
    let reminder = (1_u32..9).prop_map(|days_before| PreDue {
        days_before,
        channel: Channel::Email,
        template: "reminder".to_owned(),
    });
    (
        "[P-R]",
        prop::sample::select(modes),
        prop::sample::select(anchors),
        amount(),
        prop::collection::vec(level(), 0..4),
        prop::option::of(reminder),
    )
        .prop_map(|(name, mode, anchor, tolerance, levels, pre_due)| Plan {
            name,
            mode,
            anchor,
            tolerance,
            levels,
            pre_due,
        })
}

fn policy() -> impl Strategy<Value = TreatmentPolicy> {
    let bands = vec![Band::Low, Band::High];
    let segment = (prop::option::of("[x-z]"), prop::option::of(prop::sample::select(bands)), prop::option::of("[P-R]"))
        .prop_map(|(segment, risk, plan)| Segment { kind: None, segment, risk, plan });
    (prop::collection::vec(plan(), 0..3), prop::collection::vec(segment, 0..4))
        .prop_map(|(plans, segments)| TreatmentPolicy { plans, segments })
}

proptest! {
    #[test]
    fn there_is_something_to_say_exactly_when_something_differs(one in policy(), other in policy()) {
        prop_assert_eq!(differences(&one, &one), Vec::<String>::new());
        prop_assert_eq!(differences(&one, &other).is_empty(), one == other);
    }

    #[test]
    fn a_change_of_one_field_of_a_sound_policy_is_said(
        which in 0_usize..2, at in 0_usize..3, new in level(), field in 0_u8..8,
    ) {
        let before = TreatmentPolicy::default();
        let mut after = before.clone();
        let level = &mut after.plans[which].levels[at];
        match field {
            0 => level.from = new.from,
            1 => level.wait_days = new.wait_days,
            2 => level.channel = new.channel,
            3 => level.fallback = new.fallback,
            4 => level.template = new.template,
            5 => level.min_balance = new.min_balance,
            6 => level.fee = new.fee,
            _ => level.needs_approval = new.needs_approval,
        }
        prop_assert_eq!(differences(&before, &after).len(), usize::from(before != after));
    }

    /// Whatever the policy, the decision names a plan or says why none, and explains every debt.
    #[test]
    fn every_open_debt_has_a_step_or_a_reason(treatment in policy(), sent in 0_u32..30) {
        let mut policy = Policy::standard();
        policy.treatment = treatment;
        let mut facts = facts();
        let on = today() - chrono::Days::new(u64::from(sent));
        facts.steps.push(StepTaken::new(Some(facts.invoices[0].id), "A", on));
        let decided = decision(&facts, &policy, today());
        prop_assert_eq!(&decided.steps, &next_steps(&facts, &policy, today()));
        let by_account = decided.plan.as_deref().and_then(|name| policy.treatment.plan(name))
            .is_none_or(|plan| plan.mode == LadderMode::Severest);
        if by_account {
            prop_assert_eq!(decided.steps.len() + decided.quiet.len(), 1);
        } else {
            prop_assert_eq!(decided.steps.len() + decided.quiet.len(), facts.invoices.len());
        }
    }
}
