//! What may be agreed: the calculator, the schedule, the limits and every refusal with its numbers.

use chrono::{Datelike as _, NaiveDate};
use dunlin_domain::arrangement::{
    ArrangementKind, ArrangementPolicy, Frequency, Proposal, Split, Terms, amounts, count_for, due_dates, limits,
    propose,
};
use dunlin_domain::calendar::{Calendar, is_business_day};
use dunlin_domain::facts::Facts;
use dunlin_domain::hold::HoldKind;
use dunlin_domain::ids::{ArrangementId, DisputeId, InvoiceId};
use dunlin_domain::invoice::Dispute;
use dunlin_domain::money::{Currency, Money};
use dunlin_domain::reason::{Lift, Refusal};
use dunlin_domain::testkit::{day, facts, now, usd, with_hold, with_invoice};
use proptest::prelude::*;
use rust_decimal::Decimal;
use uuid::Uuid;

fn today() -> NaiveDate {
    day(2026, 3, 10)
}

/// 200.00 past due, 50.00 down, three monthly installments of 50.00.
fn terms() -> Terms {
    Terms {
        kind: ArrangementKind::Installments,
        currency: Currency::USD,
        covers: None,
        down: Decimal::from(50),
        down_due: None,
        split: Split::Count { count: 3 },
        frequency: Frequency::Monthly,
        first_due: day(2026, 3, 31),
        approved_by: None,
    }
}

fn proposed(terms: &Terms, facts: &Facts) -> Result<Proposal, Refusal> {
    propose(terms, facts, &ArrangementPolicy::default(), 3, today())
}

fn refused(terms: &Terms, facts: &Facts) -> (Vec<String>, Lift, String) {
    let refusal = proposed(terms, facts).expect_err("refused");
    let rules = refusal.reasons.iter().map(|reason| reason.rule.to_string()).collect();
    (rules, refusal.lift, refusal.message)
}

#[test]
fn the_schedule_sums_to_the_balance_and_the_31st_comes_back() {
    let proposal = proposed(&terms(), &facts()).expect("within policy");
    assert_eq!(proposal.balance, usd(20_000));
    let schedule: Vec<(String, String)> =
        proposal.installments.iter().map(|one| (one.due.to_string(), one.amount.plain())).collect();
    let expected = [
        ("2026-03-10", "50.00"),
        ("2026-03-31", "50.00"),
        ("2026-04-30", "50.00"),
        // 31 May 2026 is a Sunday.
        ("2026-06-01", "50.00"),
    ];
    assert_eq!(schedule, expected.map(|(due, amount)| (due.to_owned(), amount.to_owned())));
    assert_eq!(proposal.reasons[0].version, "v3");
    assert_eq!(proposal.approved_by, None);
}

#[test]
fn weekends_and_federal_holidays_move_forward() {
    let days = due_dates(day(2026, 7, 3), Frequency::Weekly, 2);
    // Independence Day 2026 is a Saturday, observed on Friday the 3rd.
    assert_eq!(days, [day(2026, 7, 6), day(2026, 7, 10)]);
    assert_eq!(
        due_dates(day(2026, 1, 31), Frequency::Monthly, 3),
        [day(2026, 2, 2), day(2026, 3, 2), day(2026, 3, 31)]
    );
}

#[test]
fn count_and_amount_are_two_sides_of_one_calculator() {
    let plain = |split| amounts(usd(10_000), split).expect("divides").iter().map(Money::plain).collect::<Vec<_>>();
    assert_eq!(plain(Split::Count { count: 3 }), ["33.33", "33.33", "33.34"]);
    let each = Decimal::new(3_333, 2);
    assert_eq!(plain(Split::Amount { each }), ["33.33", "33.33", "33.34"]);
    let each = Decimal::from(30);
    assert_eq!(plain(Split::Amount { each }), ["30", "30", "30", "10"].map(|whole| format!("{whole}.00")));
    let more = Decimal::from(500);
    assert_eq!(plain(Split::Amount { each: more }), ["100.00"]);
}

#[test]
fn nothing_sensible_to_divide_is_none_and_never_a_panic() {
    assert_eq!(amounts(usd(2), Split::Count { count: 3 }), None);
    assert_eq!(amounts(usd(100), Split::Count { count: 0 }), None);
    assert_eq!(amounts(usd(100), Split::Count { count: u32::MAX }), None);
    assert_eq!(amounts(usd(0), Split::Amount { each: Decimal::ONE }), None);
    assert_eq!(count_for(Money::new(Decimal::MAX, Currency::USD), Decimal::new(1, 28)), None);
}

#[test]
fn disputed_debt_and_unapplied_cash_are_not_arranged() {
    let mut facts = facts();
    facts.disputes.push(Dispute {
        id: DisputeId(Uuid::from_u128(1)),
        invoice: facts.invoices[0].id,
        amount: usd(3_000),
        reason: "wrong rate".to_owned(),
        opened: day(2026, 3, 1),
        written: false,
        resolved: None,
    });
    let proposal = proposed(&terms(), &facts).expect("within policy");
    assert_eq!(proposal.balance, usd(17_000));

    facts.disputes[0].amount = usd(12_000);
    let mut asked = terms();
    asked.covers = Some(vec![facts.invoices[0].id]);
    let (rules, lift, message) = refused(&asked, &facts);
    assert!(rules.contains(&"ARR-9".to_owned()), "{rules:?}");
    assert_eq!(lift, Lift::Nobody);
    assert!(message.contains("INV-1 is disputed"), "{message}");
    asked.approved_by = Some("Supervisor".to_owned());
    assert!(proposed(&asked, &facts).is_err(), "no approver lifts a dispute");
}

#[test]
fn every_breach_is_named_at_once_with_its_numbers_and_an_approver_lifts_them() {
    let facts = with_invoice(facts(), "INV-3", day(2026, 2, 1), usd(1_000_000));
    let mut asked = terms();
    asked.down = Decimal::ZERO;
    asked.split = Split::Count { count: 600 };
    let (rules, lift, message) = refused(&asked, &facts);
    assert_eq!(rules, ["ARR-6", "ARR-3", "ARR-1", "ARR-2", "ARR-4"]);
    assert_eq!(lift, Lift::Supervisor);
    for number in ["$10,200.00", "$5,000.00", "$2,550.00", "25 %", "600", "$17.00", "$25.00"] {
        assert!(message.contains(number), "{number} in {message}");
    }
    asked.approved_by = Some("Dana".to_owned());
    let proposal = proposed(&asked, &facts).expect("approved");
    assert_eq!(proposal.approved_by.as_deref(), Some("Dana"));
    assert!(proposal.reasons.iter().any(|reason| reason.rule == "ARR-1" && reason.text.ends_with("approved by Dana")));
}

#[test]
fn a_blank_approver_is_none_and_an_unneeded_one_is_not_recorded() {
    let mut asked = terms();
    asked.down = Decimal::ZERO;
    asked.approved_by = Some("  ".to_owned());
    assert_eq!(refused(&asked, &facts()).0, ["ARR-1"]);
    asked.down = Decimal::from(50);
    asked.approved_by = Some("Dana".to_owned());
    assert_eq!(proposed(&asked, &facts()).expect("fits").approved_by, None);
}

#[test]
fn frequencies_are_the_departments() {
    let policy = ArrangementPolicy { frequencies: vec![Frequency::Monthly], ..ArrangementPolicy::default() };
    let mut asked = terms();
    asked.frequency = Frequency::Weekly;
    let refusal = propose(&asked, &facts(), &policy, 1, today()).expect_err("refused");
    assert_eq!(refusal.reasons[0].rule, "ARR-5");
    assert_eq!(refusal.reasons[0].inputs["required"], "monthly");
}

#[test]
fn one_arrangement_at_a_time() {
    let mut facts = facts();
    let first = proposed(&terms(), &facts).expect("fits");
    let first = first.agree(ArrangementId(Uuid::from_u128(7)), &facts, now(), today());
    facts.arrangements.push(first);
    let mut asked = terms();
    asked.approved_by = Some("Dana".to_owned());
    let (rules, lift, _) = refused(&asked, &facts);
    assert_eq!((rules[0].as_str(), lift), ("ARR-8", Lift::Nobody));
}

#[test]
fn bankruptcy_and_identity_theft_are_never_arranged_and_an_estate_only_with_approval() {
    let petition = HoldKind::Bankruptcy {
        chapter: "13".to_owned(),
        case_number: "26-1".to_owned(),
        petition: day(2026, 3, 1),
        file: Box::default(),
    };
    let mut asked = terms();
    asked.approved_by = Some("Dana".to_owned());
    for kind in [petition, HoldKind::IdentityTheft] {
        let (rules, lift, _) = refused(&asked, &with_hold(facts(), kind));
        assert_eq!((rules[0].as_str(), lift), ("ARR-10", Lift::Nobody));
    }
    let estate = with_hold(facts(), HoldKind::Deceased);
    assert_eq!(refused(&terms(), &estate).1, Lift::Supervisor);
    assert!(proposed(&asked, &estate).is_ok());
}

#[test]
fn a_promise_may_be_less_than_the_balance_but_not_more_nor_far_away() {
    let mut asked = terms();
    asked.kind = ArrangementKind::Promise;
    asked.down = Decimal::ZERO;
    asked.split = Split::Amount { each: Decimal::from(60) };
    asked.first_due = day(2026, 3, 20);
    let promise = proposed(&asked, &facts()).expect("fits");
    assert_eq!(promise.installments.len(), 1);
    assert_eq!(promise.installments[0].amount, usd(6_000));

    asked.split = Split::Amount { each: Decimal::from(201) };
    assert_eq!(refused(&asked, &facts()).0, ["FORM-2"]);
    asked.split = Split::Count { count: 1 };
    asked.first_due = day(2026, 3, 25);
    let (rules, lift, message) = refused(&asked, &facts());
    assert_eq!((rules[0].as_str(), lift), ("ARR-11", Lift::Supervisor));
    assert!(message.contains("2026-03-24"), "{message}");
}

#[test]
fn a_lump_sum_is_the_whole_balance_once() {
    let mut asked = terms();
    asked.kind = ArrangementKind::LumpSum;
    asked.down = Decimal::ZERO;
    asked.split = Split::Count { count: 9 };
    let lump = proposed(&asked, &facts()).expect("fits");
    assert_eq!(lump.installments.len(), 1);
    assert_eq!(lump.installments[0].amount, usd(20_000));
    asked.down = Decimal::ONE;
    assert_eq!(refused(&asked, &facts()).0, ["FORM-2"]);
}

#[test]
fn amounts_and_dates_that_mean_nothing_are_refused_by_field() {
    type Change = fn(&mut Terms);
    let cases: [(&str, Change); 8] = [
        ("down", |terms| terms.down = Decimal::from(-1)),
        ("down", |terms| terms.down = Decimal::new(10_001, 3)),
        ("down", |terms| terms.down = Decimal::from(200)),
        ("each", |terms| terms.split = Split::Amount { each: Decimal::ZERO }),
        ("count", |terms| terms.split = Split::Count { count: 0 }),
        ("first_due", |terms| terms.first_due = day(2026, 3, 9)),
        ("first_due", |terms| terms.first_due = day(2026, 3, 10)),
        ("covers", |terms| terms.covers = Some(vec![])),
    ];
    for (name, change) in cases {
        let mut asked = terms();
        change(&mut asked);
        let refusal = proposed(&asked, &facts()).expect_err(name);
        assert_eq!(refusal.lift, Lift::Nobody);
        assert!(
            refusal.reasons.iter().any(|reason| reason.inputs.get("field").is_some_and(|field| field == name)),
            "{name}: {:?}",
            refusal.reasons
        );
    }
    let mut asked = terms();
    asked.covers = Some(vec![InvoiceId::derive("billing", "unknown")]);
    assert_eq!(refused(&asked, &facts()).0[0], "ARR-9");
    asked.covers = None;
    asked.currency = Currency::CAD;
    assert_eq!(refused(&asked, &facts()).0[0], "ARR-9");
}

#[test]
fn the_form_knows_its_limits_before_it_is_submitted() {
    let all = limits(&facts(), &ArrangementPolicy::default(), 3, today());
    assert_eq!(all.len(), 1);
    assert_eq!(all[0].balance, usd(20_000));
    assert_eq!(all[0].min_down, usd(5_000));
    assert_eq!(all[0].latest_promise, day(2026, 3, 24));
    assert_eq!(all[0].latest_end, day(2026, 9, 6));
    assert!(all[0].blocked.is_empty() && all[0].needs_approval.is_empty());
    let odd = with_invoice(facts(), "INV-9", day(2026, 3, 2), usd(1));
    let down = limits(&odd, &ArrangementPolicy::default(), 3, today())[0].min_down;
    assert_eq!(down, usd(5_001), "a quarter of 200.01, rounded up");
}

proptest! {
    #[test]
    fn any_schedule_sums_to_the_balance_on_business_days(
        cents in 100_i64..5_000_000,
        down in 0_i64..100,
        count in 1_u32..40,
        offset in 1_u64..400,
        frequency in prop::sample::select(vec![Frequency::Weekly, Frequency::Biweekly, Frequency::Monthly]),
    ) {
        let mut base = facts();
        base.invoices.clear();
        let facts = with_invoice(base, "INV-1", day(2026, 1, 29), usd(cents));
        let asked = Terms {
            down: Decimal::new(down, 2),
            split: Split::Count { count },
            frequency,
            first_due: today() + chrono::Days::new(offset),
            approved_by: Some("Dana".to_owned()),
            ..terms()
        };
        let proposal = proposed(&asked, &facts).expect("approved");
        let sum: Decimal = proposal.installments.iter().map(|one| one.amount.amount).sum();
        prop_assert_eq!(sum, usd(cents).amount);
        for pair in proposal.installments.windows(2) {
            prop_assert!(pair[0].due < pair[1].due);
        }
        for one in &proposal.installments {
            prop_assert!(is_business_day(Calendar::Federal, one.due), "{}", one.due);
            prop_assert!(one.amount.is_positive() && one.amount.to_minor().is_ok());
        }
    }

    #[test]
    fn a_monthly_schedule_keeps_its_day_or_rolls_within_four_days(first in 0_u64..800, count in 2_u32..30) {
        let first = day(2026, 1, 1) + chrono::Days::new(first);
        let days = due_dates(first, Frequency::Monthly, count);
        for (index, due) in days.iter().enumerate() {
            let asked = first + chrono::Months::new(u32::try_from(index).unwrap());
            prop_assert!(asked.day() == first.day() || asked.day() < first.day());
            prop_assert!((*due - asked).num_days() <= 4, "{asked} -> {due}");
            prop_assert!(*due >= asked);
        }
    }

    #[test]
    fn the_count_of_a_counts_amount_is_that_count(cents in 1_000_000_i64..900_000_000, count in 1_u32..60) {
        let parts = amounts(usd(cents), Split::Count { count }).expect("divides");
        let again = amounts(usd(cents), Split::Amount { each: parts[0].amount }).expect("divides");
        prop_assert_eq!(&parts, &again);
        prop_assert_eq!(count_for(usd(cents), parts[0].amount), Some(count));
    }

    #[test]
    fn any_amount_divides_to_the_cent(cents in 1_i64..100_000_000, each in 1_i64..10_000_000) {
        if let Some(parts) = amounts(usd(cents), Split::Amount { each: Decimal::new(each, 2) }) {
            let sum: Decimal = parts.iter().map(|part| part.amount).sum();
            prop_assert_eq!(sum, usd(cents).amount);
            prop_assert!(parts.iter().all(Money::is_positive));
        } else {
            prop_assert!(cents / each >= 1_200);
        }
    }
}
