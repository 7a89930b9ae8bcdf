//! The app's planner and the replay are one engine: the same history gives the same steps.

use chrono::{Days, NaiveDate};
use dunlin_domain::ids::PaymentId;
use dunlin_domain::payment::{Allocation, Payment, PaymentKind};
use dunlin_domain::policy::Policy;
use dunlin_domain::testkit::{day, facts, usd, with_invoice};
use dunlin_domain::treatment::{Fee, From, LadderMode, Segment, Target, next_steps};
use proptest::prelude::*;
use rust_decimal::Decimal;
use serde_json::{Value, json};

use super::{go, pay, run, scenario, sent};

fn start() -> NaiveDate {
    day(2026, 1, 1)
}

fn policy(mode: LadderMode) -> Policy {
    let mut policy = Policy::standard();
    policy.treatment.segments = vec![Segment::all("Standard")];
    let plan = &mut policy.treatment.plans[0];
    plan.mode = mode;
    plan.levels[0].fee = Some(Fee::Amount(Decimal::TWO));
    plan.levels[1].from = From::MonthEnd;
    plan.levels[1].fee = Some(Fee::Percent(Decimal::from(7)));
    if mode == LadderMode::Severest {
        // The severest level is counted from the debt alone: no level there waits for another.
        for (number, level) in plan.levels.iter_mut().enumerate().filter(|(_, level)| level.from == From::PreviousStep)
        {
            level.from = From::Anchor;
            level.wait_days = 12 * u32::try_from(number).expect("few levels");
        }
    } else {
        plan.levels[2].from = From::PreviousStep;
        plan.levels[2].wait_days = 9;
    }
    policy
}

/// The same plan in the scenario's words.
fn as_json(policy: &Policy) -> Value {
    let plan = &policy.treatment.plans[0];
    let levels: Vec<Value> = plan
        .levels
        .iter()
        .map(|level| json!({"name": level.name, "from": level.from, "wait_days": level.wait_days, "channel": "letter", "fee": level.fee}))
        .collect();
    json!({"mode": plan.mode, "anchor": plan.anchor, "tolerance": plan.tolerance, "levels": levels})
}

proptest! {
    #[test]
    fn the_same_history_gives_the_same_steps(
        bills in prop::collection::vec((100_i64..20_000, 0_u64..90), 1..5),
        moves in prop::collection::vec((0_u64..15, any::<bool>(), 0_usize..5, 1_i64..15_000), 1..14),
        mode in 0_usize..3,
    ) {
        let mode = [LadderMode::Strict, LadderMode::CatchUp, LadderMode::Severest][mode];
        let policy = policy(mode);
        let mut facts = facts();
        facts.invoices.clear();
        let mut invoices = Vec::new();
        for (number, (cents, due)) in bills.iter().enumerate() {
            let due = start() + Days::new(*due);
            let name = format!("i{number}");
            facts = with_invoice(facts, &name, due, usd(*cents));
            let date = due - Days::new(20);
            invoices.push(json!({"id": name, "account": "a", "currency": "USD", "date": date, "installments": [
                {"due": due, "amount": usd(*cents).plain()}]}));
        }
        let mut events = Vec::new();
        let mut today = start();
        let mut planned = Vec::new();
        for (number, (days, pays, invoice, cents)) in moves.into_iter().enumerate() {
            today = today + Days::new(days);
            let on = today.to_string();
            if pays {
                let index = invoice % facts.invoices.len();
                let paid = &facts.invoices[index];
                let left = paid.amount.amount
                    - facts.payments.iter().flat_map(|one| &one.allocations).filter(|part| part.invoice == paid.id).map(|part| part.amount.amount).sum::<Decimal>();
                let amount = usd(cents).amount.min(left);
                if amount > Decimal::ZERO {
                    let amount = dunlin_domain::money::Money::new(amount, paid.amount.currency);
                    events.push(pay(&on, &format!("p{number}"), &paid.number, &amount.plain()));
                    facts.payments.push(Payment {
                        id: PaymentId::derive("billing", &number.to_string()),
                        account: facts.account.id,
                        reference: String::new(),
                        kind: PaymentKind::Payment,
                        posted: today,
                        amount,
                        method: String::new(),
                        reversed: None,
                        allocations: vec![Allocation { invoice: paid.id, amount }],
                    });
                }
                continue;
            }
            let steps = next_steps(&facts, &policy, today);
            facts.steps.extend(steps.iter().map(|step| step.taken(today)));
            let mut lines: Vec<_> = steps
                .iter()
                .map(|step| {
                    let of = match step.target {
                        Target::Invoice(id) => facts.invoice(id).expect("there").number.clone(),
                        Target::Account => "a".to_owned(),
                    };
                    (of, step.due, step.level.clone(), step.balance.plain(), step.fee.map(|fee| fee.plain()), step.receivable.plain())
                })
                .collect();
            lines.sort();
            planned.push(lines);
            events.push(go(&on));
            events.push(sent(&on));
        }
        let report = run(&scenario(as_json(&policy), json!(invoices), json!(events)));
        let replayed: Vec<Vec<_>> = report
            .runs
            .iter()
            .map(|run| {
                run.steps
                    .iter()
                    .map(|step| {
                        let of = step.invoice.clone().or_else(|| step.account.clone()).expect("a target");
                        (of, step.due, step.level.clone(), step.balance.clone(), step.fee.clone(), step.receivable.clone())
                    })
                    .collect()
            })
            .collect();
        prop_assert_eq!(planned, replayed);
    }
}
