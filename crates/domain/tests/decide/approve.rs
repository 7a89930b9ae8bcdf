//! A supervisor's approval: only where the rules leave it to one, for one act, for a day, and never
//! against a refusal.

use super::*;
use dunlin_domain::compliance::{May, Purpose, clear, contactability};
use dunlin_domain::decide::Role;
use dunlin_domain::facts::APPROVAL_GIVEN;
use dunlin_domain::hold::HoldKind;
use dunlin_domain::testkit::{Doing, Sample};

fn approve(medium: Medium, name: &str, role: Role, reason: &str) -> Command {
    Command::Approve { medium, approved_by: Some(name.to_owned()), role, reason: reason.to_owned() }
}

/// A third-party account called an hour ago: FRQ-4 leaves the next call to a supervisor.
fn called_an_hour_ago() -> World {
    World::of(testkit::with_contact(testkit::third_party(), 1, Medium::Call, Some(Disposition::NoAnswer)))
}

fn may(world: &World, medium: Medium) -> May {
    let answers = contactability(&world.facts, &world.policy, world.now);
    answers.iter().find(|one| one.medium == medium).map(|one| one.may).expect("the medium")
}

/// Decides, and takes the approval into the facts from the history, as the store does.
fn give(world: &mut World, command: Command) -> Plan {
    let plan = world.act(command);
    let entry = plan.history.iter().find(|entry| entry.kind == APPROVAL_GIVEN).expect("an entry");
    world.facts.approvals.push(serde_json::from_value(entry.detail["given"].clone()).expect("an approval"));
    plan
}

#[test]
fn an_approval_opens_one_call_and_stands_in_the_history() {
    let mut world = called_an_hour_ago();
    assert_eq!(may(&world, Medium::Call), May::Supervisor);
    let plan = give(&mut world, approve(Medium::Call, "Sam", Role::Supervisor, "asked to be called before noon"));
    assert_eq!(plan.history[0].summary, "Sam approved one contact by call");
    assert!(plan.reasons.iter().any(|reason| reason.rule == "FRQ-4"), "{:?}", plan.reasons);
    assert_eq!(may(&world, Medium::Call), May::Yes);
    let answers = contactability(&world.facts, &world.policy, world.now);
    let words = answers[0].words(world.now);
    assert!(words.contains("Approved by Sam: asked to be called before noon"), "{words}");
    // The item that leaves carries it, and the gate's reasons name it first.
    let item = Sample {
        approval: world.facts.approval(Medium::Call).cloned(),
        ..Sample::new(&world.facts, Doing::Contact(Medium::Call, Purpose::AchEnrollment))
    };
    let cleared = clear(item, &world.facts, &world.policy, world.now).expect("cleared");
    assert_eq!(cleared.reasons()[0].rule, "GATE-APPROVAL");
    // The call that follows uses it up.
    world.now += TimeDelta::minutes(5);
    world.act(Command::RecordContact(call(Disposition::NoAnswer)));
    assert!(world.facts.approval(Medium::Call).is_none());
    world.now += TimeDelta::minutes(5);
    assert_eq!(may(&world, Medium::Call), May::Supervisor);
}

#[test]
fn an_approval_runs_out_after_a_day_and_is_for_its_own_medium() {
    let mut world = called_an_hour_ago();
    give(&mut world, approve(Medium::Call, "Sam", Role::Supervisor, "agreed"));
    assert!(world.facts.approval(Medium::Email).is_none());
    world.later(1);
    assert_eq!(may(&world, Medium::Call), May::Yes);
    let at = world.now - TimeDelta::hours(1);
    world.facts = testkit::with_contact(world.facts, -23, Medium::Email, None);
    let hour_ago = world.facts.contacts[0].clone();
    world.facts.contacts = vec![dunlin_domain::contact::Contact { at, ..hour_ago }];
    world.facts.approvals[0].approval.at = world.now - TimeDelta::hours(25);
    world.facts.contacts[0].at = world.now - TimeDelta::hours(26);
    assert_eq!(may(&world, Medium::Call), May::Yes, "nothing stands against it any more");
    world.facts.contacts[0].at = world.now - TimeDelta::minutes(30);
    assert_eq!(may(&world, Medium::Call), May::Supervisor, "an old approval opens nothing");
}

#[test]
fn only_a_supervisor_with_a_reason_approves() {
    let mut world = called_an_hour_ago();
    let command = |name, role, reason| approve(Medium::Call, name, role, reason);
    assert_eq!(world.rules(command("Sam", Role::Supervisor, " ")), ["FORM-1 reason"]);
    assert_eq!(world.rules(command("Sam", Role::Specialist, "why")), ["APR-1 role"]);
    assert_eq!(world.rules(command("", Role::Supervisor, "why")), ["APR-1 name"]);
    // Robin sits at the keyboard as a specialist.
    assert_eq!(world.rules(command("robin", Role::Supervisor, "why")), ["APR-1 name"]);
    world.by = Actor::supervisor("Robin");
    world.act(command("", Role::Supervisor, "why"));
}

#[test]
fn what_is_allowed_needs_none_and_what_is_refused_gets_none() {
    let mut world = World::of(testkit::third_party());
    let command = || approve(Medium::Call, "Sam", Role::Supervisor, "why");
    assert_eq!(world.rules(command()), ["APR-2 medium"]);
    world.facts = testkit::with_hold(world.facts, HoldKind::Cease);
    assert_eq!(world.rules(command())[..2], ["APR-4", "CEA-1"]);
    // Given before the request to cease came in, it lifts nothing either.
    let mut world = called_an_hour_ago();
    give(&mut world, command());
    world.facts = testkit::with_hold(world.facts, HoldKind::Cease);
    assert_eq!(may(&world, Medium::Call), May::No);
}
