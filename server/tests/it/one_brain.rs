//! One brain: for random commands the device's decision and the server's are the same, row for row.

use chrono::Days;
use domain::contact::Disposition;
use domain::decide::{Actor, Apply, Command, RecordPayment};
use domain::facts::Facts;
use domain::hold::HoldKind;
use domain::money::Currency;
use domain::policy::Policy;
use domain::row::Row;
use domain::rows::RowSet;
use domain::testkit;
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use protocol::Outcome;
use rust_decimal::Decimal;

use crate::scene::{Scene, start};
use crate::work::{arrange, call, note, rows};

type Choice = (u8, u8, i64, u64);

/// A command, chosen by what the account holds at that moment.
fn command(facts: &Facts, (which, outcome, cents, after): Choice) -> Command {
    let outcomes = [
        Disposition::NoAnswer,
        Disposition::LeftMessage,
        Disposition::Spoke,
        Disposition::SaysPaid,
        Disposition::Disputes,
        Disposition::CallBack,
    ];
    let due = testkit::day(2026, 3, 10) + Days::new(after);
    let pick = usize::try_from(after).unwrap_or_default();
    let invoice = facts.invoices[pick % facts.invoices.len()].id;
    let task = facts.follow_ups.get(pick % facts.follow_ups.len().max(1)).map(|task| task.id);
    let plain = || note("text");
    match which % 13 {
        0 | 1 => call(outcomes[usize::from(outcome) % outcomes.len()]),
        2 | 3 => arrange(),
        4 => Command::RecordPayment(RecordPayment {
            amount: Decimal::new(cents, 2),
            currency: Currency::USD,
            posted: testkit::day(2026, 3, 9),
            method: "check".to_owned(),
            reference: format!("r{cents}"),
            apply: Apply::Oldest,
        }),
        5 => Command::OpenDispute { invoice, amount: None, reason: "not mine".to_owned(), written: outcome > 99 },
        6 => facts
            .disputes
            .first()
            .map_or_else(plain, |one| Command::ResolveDispute { dispute: one.id, outcome: "upheld".to_owned() }),
        7 => Command::PlaceHold { hold: HoldKind::Manual, note: "wait".to_owned(), until: Some(due) },
        8 => facts.holds.first().map_or_else(plain, |hold| Command::ReleaseHold {
            hold: hold.id,
            reason: "done".to_owned(),
            approved_by: None,
        }),
        9 => Command::ScheduleFollowUp { due, what: "call".to_owned(), assignee: None },
        10 => task.map_or_else(plain, |follow_up| Command::CompleteFollowUp { follow_up }),
        11 => facts
            .arrangements
            .last()
            .map_or_else(plain, |one| Command::CancelArrangement { arrangement: one.id, reason: "over".to_owned() }),
        _ => Command::QueueLetter { template: "statement".to_owned(), arrangement: None },
    }
}

#[tokio::test]
async fn device_and_server_reach_the_same_verdict_and_the_same_rows() {
    let scene = Scene::new().await;
    let all = scene.accounts(1..9).await;
    let customers: Vec<_> = all.iter().map(|one| one.customer.id).collect();
    let device = scene.specialist("ana", &customers).await;
    let by = Actor::specialist(&device.enrolled.name);
    let policy = Policy::standard();
    let strategy = prop::collection::vec((any::<u8>(), any::<u8>(), -50_i64..30_000, 0_u64..30), 25);
    let mut runner = TestRunner::new_with_rng(Config::default(), TestRng::from_seed(RngAlgorithm::ChaCha, &[7; 32]));
    let (mut seq, mut accepted, mut refused) = (0, 0, 0);
    for one in &all {
        let mut copy = RowSet::of(rows(one));
        let choices = strategy.new_tree(&mut runner).unwrap().current();
        for some in choices.chunks(5) {
            let mut batch = Vec::new();
            let mut expected = Vec::new();
            for choice in some {
                seq += 1;
                let facts = copy.facts(one.account.id, start()).unwrap();
                let envelope = device.envelope(seq, one.account.id, command(&facts, *choice));
                let facts = copy.facts(one.account.id, envelope.clock.moment()).unwrap();
                let verdict = protocol::decide(&envelope, &facts, &policy, &by);
                if let Ok(plan) = &verdict {
                    copy.apply(plan).unwrap();
                }
                expected.push(verdict);
                batch.push(envelope);
            }
            for (result, mine) in device.push(&batch).await.unwrap().results.into_iter().zip(expected) {
                match (result.outcome, mine) {
                    (Outcome::Accepted { .. }, Ok(_)) => accepted += 1,
                    (Outcome::Refused { refusal }, Err(mine)) => {
                        assert_eq!(refusal, mine);
                        refused += 1;
                    }
                    (theirs, mine) => panic!("the server said {theirs:?}, the device {mine:?}"),
                }
            }
        }
        let theirs = RowSet::of(device.snapshot().await.0);
        for row in copy.iter().filter(|row| row.customer().is_none_or(|of| of == one.customer.id)) {
            assert_eq!(theirs.get(row.table(), &row.id()), Some(row), "{} {}", row.table().name(), row.id());
        }
        let count = |set: &RowSet| set.iter().filter(|row| row.account() == Some(one.account.id)).count();
        assert_eq!(count(&theirs), count(&copy));
    }
    assert!(accepted > 100 && refused > 10, "{accepted} accepted, {refused} refused: the choices cover both");
    assert!(all.iter().flat_map(rows).all(|row| !matches!(row, Row::History(_))));
}
