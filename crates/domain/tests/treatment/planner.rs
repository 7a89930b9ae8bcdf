//! Levels, channels, records and reasons of planned steps.

use chrono::Days;
use dunlin_domain::ids::OutboxId;
use dunlin_domain::outbox::{self, Intent, State};
use dunlin_domain::policy::Policy;
use dunlin_domain::testkit::{day, now, usd};
use dunlin_domain::treatment::{
    Channel, Fee, From, LadderMode, Level, StepTaken, Target, account_state, next_steps, pre_due_reminders,
};
use rust_decimal::Decimal;
use uuid::Uuid;

use super::{brief, facts, planned, today};

#[test]
fn each_overdue_invoice_gets_its_first_level_and_the_reason_says_why_today() {
    let facts = facts();
    let steps = planned(&facts);
    assert_eq!(brief(&facts, &steps), ["INV-1 Reminder 120.00", "INV-2 Reminder 80.00"]);
    let step = &steps[0];
    assert_eq!(step.first_day, day(2026, 2, 3));
    assert_eq!((step.template.as_str(), step.channel), ("dunning_1", Channel::Email));
    assert_eq!(step.why[0].rule, "TRT-1");
    assert_eq!(step.why[0].version, "v1");
    assert_eq!(step.why[0].text, "INV-1 was due 2026-01-29: Reminder from 2026-02-03, 5 days after");
    assert_eq!(step.why[0].inputs["from"], "2026-02-03");
}

#[test]
fn a_sent_step_raises_the_level_and_its_record_holds_what_the_next_one_needs() {
    let mut facts = facts();
    let record = planned(&facts)[0].taken(day(2026, 2, 4));
    assert_eq!(record.anchor, Some(day(2026, 1, 29)));
    assert_eq!(record.plan, "Standard");
    facts.steps.push(record);
    let steps = planned(&facts);
    assert_eq!(brief(&facts, &steps), ["INV-1 Second notice 120.00", "INV-2 Reminder 80.00"]);
    assert!(steps[0].why[0].text.contains("15 days after Reminder of 2026-02-04"), "{}", steps[0].why[0].text);
}

#[test]
fn a_record_of_a_later_day_does_not_count_yet() {
    let mut facts = facts();
    facts.steps.push(StepTaken::new(Some(facts.invoices[0].id), "Reminder", day(2026, 3, 11)));
    assert_eq!(brief(&facts, &planned(&facts))[0], "INV-1 Reminder 120.00");
}

#[test]
fn what_is_on_its_way_is_not_proposed_again_and_does_not_count_as_sent() {
    let mut facts = facts();
    let intent = Intent {
        id: OutboxId(Uuid::from_u128(9)),
        account: facts.account.id,
        channel: outbox::Channel::Letter,
        template: "dunning_1".to_owned(),
        run: None,
        arrangement: None,
        steps: vec![planned(&facts)[0].taken(today())],
        to: None,
        decided: now(),
        actor: "test".to_owned(),
    };
    facts.outbox.push((intent, State::Queued));
    for state in [State::Queued, State::Printed { at: now() }, State::Unknown { since: now(), why: String::new() }] {
        facts.outbox[0].1 = state;
        assert_eq!(brief(&facts, &planned(&facts)), ["INV-2 Reminder 80.00"]);
    }
    facts.outbox[0].1 = State::Cancelled { at: now(), why: String::new() };
    assert_eq!(brief(&facts, &planned(&facts)), ["INV-1 Reminder 120.00", "INV-2 Reminder 80.00"]);
}

#[test]
fn the_fallback_is_taken_only_where_the_channel_cannot_reach_the_customer() {
    let mut facts = facts();
    for point in &mut facts.customer.points {
        point.bad = true;
    }
    let step = planned(&facts).remove(0);
    assert_eq!(step.channel, Channel::Letter);
    assert!(step.why.iter().any(|reason| reason.rule == "TRT-6"), "{:?}", step.why);
    // Neither works: the level's own channel stands, and the gate will say so.
    facts.customer.address.city.clear();
    assert_eq!(planned(&facts)[0].channel, Channel::Email);
}

#[test]
fn fees_come_once_per_level_and_add_to_the_next_receivable() {
    let mut policy = Policy::standard();
    policy.treatment.plans[0].levels[0].fee = Some(Fee::Percent(Decimal::from(10)));
    policy.treatment.plans[0].levels[0].needs_approval = true;
    let mut facts = facts();
    let step = next_steps(&facts, &policy, today()).remove(0);
    assert_eq!((step.fee, step.receivable), (Some(usd(1_200)), usd(12_000)));
    assert!(step.needs_approval);
    facts.steps.push(step.taken(today()));
    let next = next_steps(&facts, &policy, day(2026, 4, 10)).remove(0);
    assert_eq!(
        (next.level.as_str(), next.fee, next.balance, next.receivable),
        ("Second notice", None, usd(12_000), usd(13_200))
    );
}

#[test]
fn severest_takes_the_account_as_a_whole_and_says_where_it_stands() {
    let mut policy = Policy::standard();
    let plan = &mut policy.treatment.plans[0];
    plan.mode = LadderMode::Severest;
    for (level, wait) in plan.levels.iter_mut().zip([5, 20, 40]) {
        level.from = dunlin_domain::treatment::From::Anchor;
        level.wait_days = wait;
    }
    plan.levels[1].min_unpaid = 2;
    plan.levels[2].min_balance = Decimal::from(500);
    let mut facts = facts();
    assert_eq!(account_state(&facts, &policy, today()).as_deref(), Some("Second notice"));
    let steps = next_steps(&facts, &policy, today());
    assert_eq!(steps.len(), 1);
    assert_eq!((steps[0].target, steps[0].balance, steps[0].due), (Target::Account, usd(20_000), day(2026, 1, 29)));
    assert!(steps[0].why.iter().any(|reason| reason.rule == "TRT-5" && reason.text.contains("skips Reminder")));
    facts.steps.push(steps[0].taken(today()));
    assert_eq!(next_steps(&facts, &policy, day(2026, 3, 11)), []);
    assert_eq!(account_state(&facts, &policy, day(2026, 3, 11)).as_deref(), Some("Second notice"));
    // The oldest is paid: the younger one is warned of from the start, not where the other stood.
    facts.invoices[0].settled = Some(day(2026, 3, 11));
    let steps = next_steps(&facts, &policy, day(2026, 3, 11));
    assert_eq!(brief(&facts, &steps), ["account Reminder 80.00"]);
}

#[test]
fn a_level_may_count_from_the_month_end_and_from_the_step_before() {
    let mut policy = Policy::standard();
    let plan = &mut policy.treatment.plans[0];
    plan.levels = vec![
        Level { from: From::MonthEnd, ..Level::letter("A", 3, "dunning_1") },
        Level { from: From::PreviousStep, ..Level::letter("B", 14, "dunning_2") },
    ];
    let mut facts = facts();
    facts.invoices.truncate(1); // due 29 January; 3 days after is 1 February: its month ends on the 28th
    assert_eq!(next_steps(&facts, &policy, day(2026, 2, 27)), []);
    let step = next_steps(&facts, &policy, day(2026, 2, 28)).remove(0);
    facts.steps.push(step.taken(day(2026, 3, 2)));
    assert_eq!(next_steps(&facts, &policy, day(2026, 3, 15)), []);
    let step = next_steps(&facts, &policy, day(2026, 3, 16)).remove(0);
    assert_eq!(step.why[0].text, "INV-1: B from 2026-03-16, 14 days after A of 2026-03-02");
}

#[test]
fn the_reminder_before_the_due_date_comes_once_and_starts_no_ladder() {
    let mut facts = facts();
    facts.invoices[1].due = day(2026, 3, 13);
    let policy = Policy::standard();
    assert_eq!(pre_due_reminders(&facts, &policy, day(2026, 3, 9)), []);
    let step = pre_due_reminders(&facts, &policy, today()).remove(0);
    assert_eq!((step.template.as_str(), step.due), ("reminder", day(2026, 3, 13)));
    facts.steps.push(step.taken(today()));
    assert_eq!(pre_due_reminders(&facts, &policy, day(2026, 3, 11)), []);
    let later = next_steps(&facts, &policy, day(2026, 3, 13) + Days::new(5));
    assert_eq!(brief(&facts, &later)[1], "INV-2 Reminder 80.00");
    facts.steps.clear();
    facts.account.autopay = true;
    assert_eq!(pre_due_reminders(&facts, &policy, today()), []);
}
