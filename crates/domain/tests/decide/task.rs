//! Follow-ups: nothing doubled, nothing dropped, never the last one.

use super::*;
use dunlin_domain::followup::has_next_action;
use dunlin_domain::ids::FollowUpId;

fn schedule(due: NaiveDate, what: &str) -> Command {
    Command::ScheduleFollowUp { due, what: what.to_owned(), assignee: None }
}

#[test]
fn a_task_is_scheduled_moved_and_done() {
    let mut world = World::new();
    world.act(schedule(day(2026, 3, 12), "Read the contract"));
    let follow_up = world.facts.follow_ups[0].id;
    world.act(Command::SnoozeFollowUp { follow_up, due: day(2026, 3, 20) });
    assert_eq!(world.tasks(), [("2026-03-20".to_owned(), "Read the contract")]);
    world.act(Command::CompleteFollowUp { follow_up });
    assert_eq!(world.rules(Command::CompleteFollowUp { follow_up }), ["FORM-5 follow_up"]);
    let due = day(2026, 3, 20);
    assert_eq!(world.rules(Command::SnoozeFollowUp { follow_up, due }), ["FORM-5 follow_up"]);
}

#[test]
fn the_same_task_is_not_doubled_and_moves_only_forward() {
    let mut world = World::new();
    world.act(schedule(day(2026, 3, 12), "Read"));
    world.act(schedule(day(2026, 3, 14), "Read"));
    assert_eq!(world.tasks(), [("2026-03-12".to_owned(), "Read")]);
    world.act(schedule(day(2026, 3, 11), "Read"));
    assert_eq!(world.tasks(), [("2026-03-11".to_owned(), "Read")]);
}

#[test]
fn days_in_the_past_and_empty_tasks_are_refused() {
    let mut world = World::new();
    assert_eq!(world.rules(schedule(day(2026, 3, 9), "Read")), ["FORM-3 due"]);
    assert_eq!(world.rules(schedule(day(2026, 3, 10), " ")), ["FORM-1 what"]);
    world.act(schedule(day(2026, 3, 10), "Read"));
    let follow_up = world.facts.follow_ups[0].id;
    let due = day(2026, 3, 9);
    assert_eq!(world.rules(Command::SnoozeFollowUp { follow_up, due }), ["FORM-3 due"]);
    let unknown = FollowUpId(uuid::Uuid::from_u128(3));
    assert_eq!(world.rules(Command::CompleteFollowUp { follow_up: unknown }), ["FORM-5 follow_up"]);
}

#[test]
fn the_last_task_of_an_account_with_debt_leaves_another() {
    let mut world = World::new();
    world.policy.treatment.plans.clear();
    world.policy.treatment.segments.clear();
    world.act(schedule(day(2026, 3, 10), "Read"));
    let follow_up = world.facts.follow_ups[0].id;
    world.act(Command::CompleteFollowUp { follow_up });
    assert_eq!(world.tasks(), [("2026-03-17".to_owned(), "Decide the next step")]);
    assert!(has_next_action(&world.facts, &world.policy, world.today));
}

#[test]
fn a_task_goes_to_somebody_and_back_and_its_name_stays_when_it_is_undone() {
    let mut world = World::new();
    world.act(Command::ScheduleFollowUp {
        due: day(2026, 3, 12),
        what: "Call".to_owned(),
        assignee: Some("Sam".to_owned()),
    });
    let follow_up = world.facts.follow_ups[0].id;
    assert_eq!(world.facts.follow_ups[0].assignee.as_deref(), Some("Sam"));
    let to = |name: Option<&str>| Command::AssignFollowUp { follow_up, to: name.map(str::to_owned) };
    assert_eq!(world.rules(to(Some("Sam"))), ["FORM-6 to"]);
    assert_eq!(world.rules(to(Some(" "))), ["FORM-1 to"]);
    let before = world.facts.clone();
    let plan = world.act(to(Some("supervisor")));
    assert_eq!(plan.history[0].kind, "follow_up.assigned");
    let back =
        dunlin_domain::decide::undo(&to(Some("supervisor")), &plan, &before, world.today).expect("can be undone");
    assert_eq!(back, to(Some("Sam")));
    world.act(back);
    let before = world.facts.clone();
    let done = Command::CompleteFollowUp { follow_up };
    let plan = world.act(done.clone());
    world.act(dunlin_domain::decide::undo(&done, &plan, &before, world.today).expect("can be undone"));
    assert_eq!(world.facts.follow_ups[0].assignee.as_deref(), Some("Sam"));
    let again = world.facts.follow_ups[0].id;
    world.act(Command::AssignFollowUp { follow_up: again, to: None });
    assert_eq!(world.facts.follow_ups[0].assignee, None);
}
