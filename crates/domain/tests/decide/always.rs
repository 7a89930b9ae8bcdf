//! What holds for every command, in any order.

use super::*;
use dunlin_domain::account::PointKind;
use dunlin_domain::decide::{Apply, PutContactPoint, Verdict, undo};
use dunlin_domain::followup::has_next_action;
use dunlin_domain::hold::HoldKind;
use dunlin_domain::ids::HoldId;
use proptest::prelude::*;

const SECRET: &str = "4242 Elm Street";

fn outcomes() -> impl Strategy<Value = Disposition> {
    prop::sample::select(vec![
        Disposition::NoAnswer,
        Disposition::LeftMessage,
        Disposition::NotInService,
        Disposition::Spoke,
        Disposition::PromiseToPay,
        Disposition::SaysPaid,
        Disposition::Disputes,
        Disposition::RefusesToPay,
        Disposition::CallBack,
    ])
}

/// A command, chosen by what the account holds at that moment.
pub type Choice = (u8, Disposition, i64, u64);

pub fn command(world: &World, (which, outcome, cents, after): Choice) -> Command {
    let facts = &world.facts;
    let due = world.today + chrono::Days::new(after);
    let pick = usize::try_from(after).unwrap_or_default();
    let invoice = facts.invoices[pick % facts.invoices.len()].id;
    let task = facts.follow_ups.get(pick % facts.follow_ups.len().max(1)).map(|task| task.id);
    let hold = facts.holds.first().map(|hold| hold.id);
    let outbox = facts.outbox.last().map(|(intent, _)| intent.id);
    let note = Command::AddNote { note: SECRET.to_owned() };
    match which % 18 {
        0..=2 => Command::RecordContact(RecordContact { note: SECRET.to_owned(), ..call(outcome) }),
        3 => promise(cents, due),
        4 => Command::Arrange(super::agree::terms()),
        5 => Command::RecordPayment(super::cash::payment(cents, Apply::Oldest)),
        6 => facts.payments.first().map_or(note, |payment| Command::ReversePayment {
            payment: payment.id,
            on: world.today,
            reason: SECRET.to_owned(),
        }),
        7 => Command::OpenDispute { invoice, amount: None, reason: SECRET.to_owned(), written: false },
        8 => facts
            .disputes
            .first()
            .map_or(note, |one| Command::ResolveDispute { dispute: one.id, outcome: SECRET.to_owned() }),
        9 => Command::PlaceHold { hold: HoldKind::Manual, note: SECRET.to_owned(), until: Some(due) },
        10 => hold.map_or(note, |hold| Command::ReleaseHold { hold, reason: SECRET.to_owned(), approved_by: None }),
        11 | 12 => task.map_or(note, |follow_up| Command::CompleteFollowUp { follow_up }),
        13 => Command::QueueLetter { template: "statement".to_owned(), arrangement: None },
        14 => outbox.map_or(note, |outbox| Command::SettleOutbox {
            outbox,
            verdict: Verdict::Withdraw { why: "no".to_owned() },
        }),
        15 => Command::RecordNotice { sent: world.today - chrono::Days::new(after) },
        16 => case(world, hold),
        _ => Command::PutContactPoint(PutContactPoint {
            id: None,
            kind: PointKind::Phone,
            value: format!("208555{cents:04}"),
            label: SECRET.to_owned(),
            bad: false,
            consented: false,
        }),
    }
}

/// A request for the creditor that was answered, or more of it.
fn case(world: &World, hold: Option<HoldId>) -> Command {
    let case = |written| HoldKind::CreditorRequest { received: world.today, written, answered: Some(world.today) };
    match hold {
        Some(hold) => Command::AmendHold { hold, kind: case(true), note: SECRET.to_owned() },
        None => Command::PlaceHold { hold: case(false), note: SECRET.to_owned(), until: None },
    }
}

pub fn choices() -> impl Strategy<Value = Vec<(Choice, i64)>> {
    let one = ((any::<u8>(), outcomes(), 1_i64..30_000, 0_u64..30), 0_i64..4);
    prop::collection::vec(one, 1..14)
}

proptest! {
    #[test]
    fn no_order_of_commands_leaves_debt_without_a_next_action_or_changes_the_log(choices in choices()) {
        let mut world = World::new();
        // Without a plan nothing but the commands themselves brings the account back.
        world.policy.treatment.plans.clear();
        world.act(Command::ScheduleFollowUp { due: world.today, what: "Call".to_owned(), assignee: None });
        for (choice, days) in choices {
            world.later(days);
            let log = world.facts.contacts.clone();
            let command = command(&world, choice);
            let had_one = has_next_action(&world.facts, &world.policy, world.today);
            let Ok(plan) = world.ask(command.clone()) else { continue };
            world.commit(&plan);
            prop_assert!(!plan.history.is_empty(), "{command:?} leaves no trace");
            prop_assert!(world.facts.contacts.starts_with(&log), "append-only");
            if had_one {
                prop_assert!(has_next_action(&world.facts, &world.policy, world.today), "{command:?}");
            }
            for entry in &plan.history {
                prop_assert!(!entry.summary.contains(SECRET) && !entry.summary.contains("555"), "{}", entry.summary);
                prop_assert!(!entry.summary.contains('\n'));
            }
        }
    }

    #[test]
    fn commands_survive_the_wire(choices in choices()) {
        let world = World::new();
        for (choice, _) in choices {
            let command = command(&world, choice);
            let text = serde_json::to_string(&command).expect("writes");
            prop_assert_eq!(serde_json::from_str::<Command>(&text).expect("reads"), command);
        }
    }

    #[test]
    fn what_took_place_is_never_refused(outcome in outcomes(), cents in -5_i64..1_000_000, after in 0_u64..2_000, hold in 0_u8..4) {
        let mut world = World::new();
        if hold == 1 {
            world.act(Command::PlaceHold { hold: HoldKind::Cease, note: String::new(), until: None });
        } else if hold == 2 {
            world.act(Command::Arrange(super::agree::terms()));
        }
        let on = day(2025, 1, 1) + chrono::Days::new(after);
        let contact = RecordContact {
            promise: Some(Promised { amount: testkit::usd(cents), on }),
            call_back: Some(on),
            ..call(outcome)
        };
        world.act(Command::RecordContact(contact));
        prop_assert_eq!(world.facts.contacts.len(), 1);
    }

    #[test]
    fn undoing_is_a_command_like_any_other(choice in (any::<u8>(), outcomes(), 1_i64..30_000, 0_u64..30)) {
        let mut world = World::new();
        let command = command(&world, choice);
        let before = world.facts.clone();
        let Ok(plan) = world.ask(command.clone()) else { return Ok(()) };
        world.commit(&plan);
        if let Some(back) = undo(&command, &plan, &before, world.today) {
            let undone = world.ask(back);
            prop_assert!(undone.is_ok(), "{command:?}: {undone:?}");
        }
    }
}

#[test]
fn undo_puts_things_back() {
    let mut world = World::new();
    let points = world.facts.customer.points.clone();
    let address = world.facts.customer.address.clone();
    let moved = dunlin_domain::account::Address { city: "Nampa".to_owned(), ..address.clone() };
    let due = day(2026, 3, 12);
    for command in [
        Command::RemoveContactPoint { point: points[0].id },
        Command::SetAddress { address: moved },
        Command::ScheduleFollowUp { due, what: "Read".to_owned(), assignee: None },
        Command::PlaceHold { hold: HoldKind::Manual, note: String::new(), until: None },
        Command::Arrange(super::agree::terms()),
        Command::QueueLetter { template: "statement".to_owned(), arrangement: None },
    ] {
        let before = world.facts.clone();
        let plan = world.act(command.clone());
        let back = undo(&command, &plan, &before, world.today).expect("can be undone");
        world.act(back);
    }
    let values: Vec<&str> = world.facts.customer.points.iter().map(|point| point.value.as_str()).collect();
    assert_eq!(values, [points[1].value.as_str(), points[0].value.as_str()]);
    assert_eq!(world.facts.customer.address, address);
    assert!(world.facts.arrangements[0].cancelled.is_some());
    let note = Command::AddNote { note: "said".to_owned() };
    let before = world.facts.clone();
    let plan = world.act(note.clone());
    assert_eq!(undo(&note, &plan, &before, world.today), None);
}
