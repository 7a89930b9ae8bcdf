//! Over several accounts: one notice per customer, and a change tried out before it is published.

use dunlin_domain::ids::AccountId;
use dunlin_domain::money::{Currency, Money};
use dunlin_domain::policy::Policy;
use dunlin_domain::testkit::{day, usd, with_invoice};
use dunlin_domain::treatment::{StepTaken, consolidate, simulate};

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

#[test]
fn a_change_of_policy_can_be_tried_on_the_portfolio() {
    let present = Policy::standard();
    let mut proposed = Policy::standard();
    proposed.version = 2;
    let portfolio = [facts(), facts()];
    assert_eq!(simulate(&portfolio, &present, &proposed, today()).changed, 0);
    proposed.treatment.plans[0].levels[0].wait_days = 30;
    let result = simulate(&portfolio, &present, &proposed, today());
    assert_eq!((result.accounts, result.changed), (2, 2));
    assert_eq!((result.now["Reminder"], result.proposed["Reminder"]), (4, 2));
}
