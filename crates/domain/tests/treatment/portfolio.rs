//! Over several accounts: one notice per customer, and a change tried out before it is published.

use std::collections::BTreeMap;

use chrono::{Days, NaiveDate};
use dunlin_domain::calendar::{Calendar, is_business_day};
use dunlin_domain::facts::Facts;
use dunlin_domain::ids::{AccountId, OutboxId, PaymentId};
use dunlin_domain::money::{Currency, Money};
use dunlin_domain::outbox::{Intent, State};
use dunlin_domain::payment::{Allocation, Payment, PaymentKind};
use dunlin_domain::policy::Policy;
use dunlin_domain::testkit::{day, usd, with_invoice};
use dunlin_domain::treatment::{
    Channel, Fee, From, LadderMode, Outlook, StepTaken, consolidate, forecast, next_steps, pre_due_reminders,
};
use proptest::prelude::*;
use rust_decimal::Decimal;

use super::{facts, planned, today};

#[test]
fn a_customer_gets_one_notice_at_the_highest_level_with_every_debt_in_it() {
    let mut first = facts();
    first.steps.push(StepTaken::new(Some(first.invoices[0].id), "Reminder", day(2026, 2, 4)));
    let mut second = with_invoice(facts(), "INV-9", day(2026, 2, 1), Money::from_minor(700, Currency::CAD));
    second.account.id = AccountId::derive("billing", "A-2");
    second.invoices.retain(|invoice| invoice.number == "INV-9");
    let mut steps = planned(&second);
    steps.extend(planned(&first));
    let notices = consolidate(&steps);
    assert_eq!(notices.len(), 1);
    let notice = &notices[0];
    assert_eq!((notice.level.as_str(), notice.template.as_str()), ("Second notice", "dunning_2"));
    assert_eq!(notice.steps.len(), 3);
    assert_eq!(notice.accounts, [first.account.id, second.account.id]);
    assert_eq!(notice.totals, [usd(20_000), Money::from_minor(700, Currency::CAD)]);
    // Each step still counts at its own level.
    let levels: Vec<_> = notice.steps.iter().map(|step| step.level.as_str()).collect();
    assert_eq!(levels, ["Second notice", "Reminder", "Reminder"]);
}

#[test]
fn two_creditors_never_share_a_notice_and_the_order_of_steps_plays_no_part() {
    let mut other = facts();
    other.account.creditor = "Example Power".to_owned();
    let mut steps = planned(&facts());
    steps.extend(planned(&other));
    let notices = consolidate(&steps);
    assert_eq!(notices.len(), 2);
    steps.reverse();
    assert_eq!(consolidate(&steps), notices);
}

fn promised(facts: &Facts, policy: &Policy, days: u32) -> Vec<String> {
    let found = forecast(&mut facts.clone(), |_| policy, today(), days);
    found.iter().map(|one| format!("{} {} {}", one.on, one.level, one.amount.plain())).collect()
}

#[test]
fn a_forecast_climbs_the_plan_on_business_days_with_one_message_for_all_debts_of_a_day() {
    // INV-1 was due 2026-01-29, INV-2 on 2026-03-01: both get the reminder today, in one message.
    // 15 days later is Wednesday the 25th; 20 days after that Tuesday, April 14.
    let facts = facts();
    let policy = Policy::standard();
    assert_eq!(
        promised(&facts, &policy, 60),
        ["2026-03-10 Reminder 200.00", "2026-03-25 Second notice 200.00", "2026-04-14 Final notice 200.00"]
    );
    assert_eq!(promised(&facts, &policy, 15), ["2026-03-10 Reminder 200.00"]);
    assert_eq!(promised(&facts, &policy, 0), [""; 0]);
    let mut weekend = Policy::standard();
    // 41 days after March 1 is Saturday, April 11, so it leaves on Monday the 13th.
    weekend.treatment.plans[0].levels[0].wait_days = 41;
    let found = promised(&facts, &weekend, 60);
    assert!(found.contains(&"2026-04-13 Reminder 80.00".to_owned()), "{found:?}");
}

#[test]
fn what_is_on_its_way_is_not_promised_again_and_the_facts_stay_as_they_are() {
    let mut facts = facts();
    let steps = planned(&facts);
    let intent = Intent {
        id: OutboxId(uuid::Uuid::from_u128(7)),
        account: facts.account.id,
        channel: dunlin_domain::outbox::Channel::Letter,
        template: "dunning_1".to_owned(),
        run: None,
        arrangement: None,
        steps: steps.iter().map(|step| step.taken(today())).collect(),
        to: None,
        decided: dunlin_domain::testkit::now(),
        actor: "Robin".to_owned(),
    };
    facts.outbox.push((intent, State::Queued));
    let before = facts.clone();
    let policy = Policy::standard();
    let found = forecast(&mut facts, |_| &policy, today(), 30);
    assert_eq!(facts, before);
    assert_eq!(found.iter().map(|one| one.level.as_str()).collect::<Vec<_>>(), ["Second notice"]);
}

#[test]
fn a_new_policy_counts_from_its_first_day_and_fees_are_added_by_currency() {
    let present = Policy::standard();
    let mut proposed = Policy::standard();
    proposed.treatment.plans[0].levels[1].fee = Some(Fee::Amount(Decimal::new(350, 2)));
    proposed.treatment.plans[0].levels[1].needs_approval = true;
    let from = day(2026, 3, 20);
    let found = forecast(&mut facts(), |day| if day < from { &present } else { &proposed }, today(), 60);
    assert_eq!(found.iter().map(|one| one.fee).sum::<Decimal>(), Decimal::new(700, 2), "one fee for each debt");
    let late = day(2026, 3, 26);
    let later = forecast(&mut facts(), |day| if day < late { &present } else { &proposed }, today(), 60);
    assert_eq!(later.iter().map(|one| one.fee).sum::<Decimal>(), Decimal::ZERO, "it was sent before the first day");
    let mut one = Outlook::default();
    one.add(&found);
    let mut two = one.clone();
    two.merge(one.clone());
    assert_eq!((two.accounts, two.fees()[&Currency::USD]), (2, Decimal::new(1_400, 2)));
    assert_eq!(two.by_channel()[&Channel::Email], 2, "the reminder goes by email");
    assert_eq!(two.by_channel()[&Channel::Letter], 4);
    assert_eq!(two.days.values().flat_map(|ways| ways.values()).sum::<u64>(), 6);
    assert_eq!(two.levels.values().map(|total| total.approvals).sum::<u64>(), 2);
}

proptest! {
    /// A second, plain walk: ask the planner each business day and send what it says.
    #[test]
    fn a_forecast_is_what_the_planner_says_day_by_day(
        dues in prop::collection::vec((0_u64..120, 1_i64..50_000), 0..6),
        paid in 0_i64..90_000,
        mode in prop::sample::select(vec![LadderMode::Strict, LadderMode::CatchUp, LadderMode::Severest]),
        days in 1_u32..70,
    ) {
        let mut facts = facts();
        facts.invoices.clear();
        for (index, (late, cents)) in dues.iter().enumerate() {
            let due = today() + Days::new(40) - Days::new(*late);
            facts = with_invoice(facts, &format!("INV-{index}"), due, usd(*cents));
        }
        if paid > 0 {
            facts.payments.push(payment(&facts, paid));
        }
        // Every third is paid by a payment of its own, or settled by the extract, before or on the way.
        for index in (0..facts.invoices.len()).step_by(3) {
            let (id, amount, due) = (facts.invoices[index].id, facts.invoices[index].amount, facts.invoices[index].due);
            if paid % 2 == 0 {
                facts.invoices[index].settled = Some(due);
            } else {
                let allocations = vec![Allocation { invoice: id, amount }];
                let number = PaymentId::derive("billing", &format!("own {index}"));
                facts.payments.push(Payment { id: number, amount, allocations, ..payment(&facts, 1) });
            }
        }
        let mut policy = Policy::standard();
        policy.treatment.plans[0].mode = mode;
        if mode == LadderMode::Severest {
            for (index, level) in policy.treatment.plans[0].levels.iter_mut().enumerate() {
                level.from = From::Anchor;
                level.wait_days = 5 + 20 * u32::try_from(index).unwrap_or(0);
            }
        }
        let found = forecast(&mut facts.clone(), |_| &policy, today(), days);
        let (mut expected, mut world) = (Vec::new(), facts);
        for offset in 0..u64::from(days) {
            let on = today() + Days::new(offset);
            if !is_business_day(Calendar::Federal, on) {
                continue;
            }
            let mut steps = next_steps(&world, &policy, on);
            steps.extend(pre_due_reminders(&world, &policy, on));
            for step in &steps {
                expected.push((on, step.channel, step.balance.amount));
                world.steps.push(step.taken(on));
            }
        }
        let sum = |all: &[(NaiveDate, Channel, Decimal)]| {
            let mut sums: BTreeMap<(NaiveDate, Channel), Decimal> = BTreeMap::new();
            for (on, channel, amount) in all {
                *sums.entry((*on, *channel)).or_default() += amount;
            }
            sums
        };
        let found_steps: usize = found.iter().map(|one| one.steps).sum();
        prop_assert_eq!(found_steps, expected.len());
        let asked: Vec<_> = found.iter().map(|one| (one.on, one.channel, one.amount.amount)).collect();
        // A message asks for what is owed with it: fees there are none here.
        prop_assert_eq!(sum(&asked), sum(&expected));
    }
}

fn payment(facts: &Facts, cents: i64) -> Payment {
    Payment {
        id: PaymentId::derive("billing", "P-1"),
        account: facts.account.id,
        reference: String::new(),
        kind: PaymentKind::Payment,
        posted: today(),
        amount: usd(cents),
        method: "ACH".to_owned(),
        reversed: None,
        allocations: Vec::new(),
    }
}
