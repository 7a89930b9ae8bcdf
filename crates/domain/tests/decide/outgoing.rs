//! Letters and emails: nothing twice, what left is a contact, what came back is a task.

use super::*;
use dunlin_domain::account::Address;
use dunlin_domain::compliance::NoticeState;
use dunlin_domain::decide::{Apply, Verdict, settle};
use dunlin_domain::ids::{ArrangementId, OutboxId};
use dunlin_domain::outbox::{Channel, Event, Intent, State};
use dunlin_domain::past::as_of;
use dunlin_domain::treatment::StepTaken;

fn letter(template: &str) -> Command {
    Command::QueueLetter { template: template.to_owned(), arrangement: None }
}

fn email(to: &str) -> Command {
    Command::QueueEmail { template: "receipt".to_owned(), to: to.to_owned(), arrangement: None }
}

fn settled(outbox: OutboxId, verdict: Verdict) -> Command {
    Command::SettleOutbox { outbox, verdict }
}

#[test]
fn a_notice_sent_by_another_way_counts_from_its_day() {
    let mut world = World::of(testkit::third_party());
    let ahead = Command::RecordNotice { sent: day(2026, 3, 11) };
    assert_eq!(world.rules(ahead), ["FORM-3 sent"]);
    let plan = world.act(Command::RecordNotice { sent: day(2026, 2, 4) });
    assert_eq!(kinds(&plan), ["notice.recorded"]);
    let state = NoticeState::of(&world.facts, world.now);
    assert_eq!((state.initial, state.first_sent), (Some(day(2026, 2, 4)), Some(day(2026, 2, 4))));
    assert_eq!(state.end().expect("it arrived"), Some(day(2026, 3, 13)));
    // Before it was recorded, nobody knew of it.
    let before = world.now - TimeDelta::minutes(1);
    let past = as_of(world.facts.clone(), &plan.history, &[], before, world.today);
    assert_eq!(NoticeState::of(&past.facts, before), NoticeState::default());
}

/// A dunning letter of a run, in that state.
fn dunning(world: &mut World, state: State) -> OutboxId {
    let id = OutboxId(uuid::Uuid::from_u128(70));
    let intent = Intent {
        id,
        account: world.facts.account.id,
        channel: Channel::Letter,
        template: "dunning_1".to_owned(),
        run: None,
        arrangement: None,
        steps: vec![StepTaken::new(Some(world.facts.invoices[0].id), "L1", world.today)],
        to: None,
        decided: world.now,
        actor: "Robin".to_owned(),
    };
    world.facts.outbox.push((intent, state));
    id
}

#[test]
fn nothing_is_queued_twice() {
    let mut world = World::new();
    world.act(letter("statement"));
    assert_eq!(world.rules(letter("statement")), ["OUT-1"]);
    world.act(letter("w9"));
    let id = world.facts.outbox[0].0.id;
    let why = "not needed".to_owned();
    world.act(settled(id, Verdict::Withdraw { why }));
    world.act(letter("statement"));
    assert_eq!(world.facts.outbox.len(), 3);
}

#[test]
fn what_left_today_does_not_leave_again_today() {
    let mut world = World::new();
    world.act(email("customer@example.com"));
    let id = world.facts.outbox[0].0.id;
    for event in [Event::Started, Event::Accepted] {
        let plan = settle(&world.facts, &world.policy, (id, event), &world.by, world.now, world.today, &mut world.ids);
        world.commit(&plan.expect("in order"));
    }
    assert!(matches!(world.facts.outbox[0].1, State::Sent { .. }));
    assert_eq!(world.rules(email("customer@example.com")), ["OUT-1"]);
    world.later(1);
    world.act(email("customer@example.com"));
}

#[test]
fn a_mailed_letter_is_a_contact_and_takes_its_steps_once() {
    let mut world = World::new();
    let now = world.now;
    let id = dunning(&mut world, State::Printed { at: now });
    let plan = world.act(settled(id, Verdict::Sent));
    assert_eq!(kinds(&plan), ["outbox.sent"]);
    assert_eq!(world.facts.steps.len(), 1);
    assert_eq!(world.facts.contacts[0].medium, Medium::Letter);
    assert_eq!(world.rules(settled(id, Verdict::Sent)), ["OUT-3"]);
    assert_eq!(world.rules(settled(id, Verdict::NotSent)), ["OUT-3"]);
    assert_eq!(world.facts.steps.len(), 1);
}

#[test]
fn in_doubt_a_person_says_what_became_of_it() {
    let mut world = World::new();
    let unknown = State::Unknown { since: world.now, why: "the connection broke".to_owned() };
    let id = dunning(&mut world, unknown);
    world.act(settled(id, Verdict::NotSent));
    assert_eq!(world.facts.outbox[0].1, State::Queued);
    assert!(world.facts.steps.is_empty() && world.facts.contacts.is_empty());
    assert_eq!(world.rules(settled(id, Verdict::Sent)), ["OUT-3"]);
    let silent = Verdict::Withdraw { why: " ".to_owned() };
    assert_eq!(world.rules(settled(id, silent)), ["FORM-1 why"]);
    let gone = OutboxId(uuid::Uuid::from_u128(99));
    assert_eq!(world.rules(settled(gone, Verdict::Sent)), ["FORM-5 outbox"]);
}

#[test]
fn an_email_goes_to_one_of_the_customers_addresses() {
    let mut world = World::new();
    assert_eq!(world.rules(email("else@example.com")), ["FORM-4 to"]);
    assert_eq!(world.rules(email(" ")), ["FORM-1 to"]);
    world.facts.customer.points[1].bad = true;
    assert_eq!(world.rules(email("customer@example.com")), ["FORM-4 to"]);
    world.facts.customer.points[1].bad = false;
    world.facts.customer.points[1].opted_out = true;
    assert_eq!(world.rules(email("customer@example.com")), ["FORM-4 to"]);
}

#[test]
fn a_letter_needs_an_address_a_template_and_its_own_arrangement() {
    let mut world = World::new();
    assert_eq!(world.rules(letter(" ")), ["FORM-1 template"]);
    let arrangement = Some(ArrangementId(uuid::Uuid::from_u128(9)));
    let about = Command::QueueLetter { template: "confirmation".to_owned(), arrangement };
    assert_eq!(world.rules(about), ["FORM-5 arrangement"]);
    world.facts.customer.address = Address::default();
    assert_eq!(world.rules(letter("statement")), ["FORM-4 address"]);
}

#[test]
fn returned_mail_is_recorded_however_old_and_waits_for_an_address() {
    let mut world = World::new();
    world.act(letter("statement"));
    let outbox = OutboxId(uuid::Uuid::from_u128(4_711));
    let plan = world.act(Command::ReturnMail { outbox, note: "moved".to_owned() });
    assert_eq!(kinds(&plan), ["letter.returned", "outbox.withdrawn"]);
    assert_eq!(world.tasks(), [("2026-03-10".to_owned(), "Find a working address")]);
    world.act(Command::RecordContact(call(Disposition::Spoke)));
    assert!(world.tasks().iter().any(|(_, what)| *what == "Find a working address"));
    let address = Address { city: "Nampa".to_owned(), ..world.facts.customer.address.clone() };
    world.act(Command::SetAddress { address });
    assert!(!world.tasks().iter().any(|(_, what)| *what == "Find a working address"));
}

#[test]
fn a_payment_of_everything_takes_back_the_dunning_that_waits() {
    let mut world = World::new();
    dunning(&mut world, State::Queued);
    let pay = |cents| Command::RecordPayment(super::cash::payment(cents, Apply::Oldest));
    world.act(pay(19_999));
    assert_eq!(world.facts.outbox[0].1, State::Queued);
    let plan = world.act(pay(1));
    assert_eq!(kinds(&plan), ["payment.recorded", "outbox.withdrawn"]);
}

#[test]
fn an_arrangement_or_a_dispute_takes_back_the_dunning_of_its_debt() {
    let mut world = World::new();
    dunning(&mut world, State::Queued);
    world.act(Command::Arrange(super::agree::terms()));
    assert!(matches!(world.facts.outbox[0].1, State::Cancelled { .. }));

    let mut world = World::new();
    let now = world.now;
    dunning(&mut world, State::Printed { at: now });
    let invoice = world.facts.invoices[0].id;
    world.act(Command::OpenDispute { invoice, amount: None, reason: "x".to_owned(), written: false });
    assert!(matches!(world.facts.outbox[0].1, State::Cancelled { .. }));
}
