//! Messages: queued with their plan, started once, found again after a crash.
#![allow(clippy::unwrap_used, reason = "a test's way to fail")]

mod common;

use common::at;
use common::plans::{facts, id, intent, plan, setup};
use domain::ids::RunId;
use domain::outbox::{Event, State};
use domain::plan::Change;
use dunlin_store::{OutboxFilter, StoreError};

#[test]
fn steps_and_intents_come_back_whole_and_old_ones_leave_the_facts() {
    let (fresh, _, account) = setup();
    let message = intent(50, account);
    let step = message.steps[0].clone();
    fresh.store.commit(&plan(vec![Change::Queue(message.clone()), Change::TakeStep(account, step.clone())])).unwrap();
    let now = facts(&fresh, account);
    assert_eq!(now.steps, vec![step]);
    assert_eq!(now.outbox, vec![(message.clone(), State::Queued)]);
    assert_eq!(fresh.store.outbox(OutboxFilter::Run(RunId(id(77)))).unwrap()[0].intent, message);
    fresh.store.outbox_event(message.id, Event::Started, at(100)).unwrap();
    fresh.store.outbox_event(message.id, Event::Accepted, at(101)).unwrap();
    let sent = State::Sent { at: at(101) };
    assert_eq!(facts(&fresh, account).outbox, vec![(message.clone(), sent)]);
    let month = fresh.store.facts(account, at(101 + 31 * 24 * 60)).unwrap();
    assert!(month.outbox.is_empty());
    assert_eq!(fresh.store.outbox_counts().unwrap(), vec![("sent".to_owned(), 1)]);
}

#[test]
fn a_message_is_started_once_and_a_crash_leaves_it_to_a_person() {
    let (fresh, _, account) = setup();
    let message = intent(51, account).id;
    fresh.store.commit(&plan(vec![Change::Queue(intent(51, account))])).unwrap();
    let started: Vec<_> = std::thread::scope(|scope| {
        let workers: Vec<_> =
            (0..4).map(|_| scope.spawn(|| fresh.store.outbox_event(message, Event::Started, at(1)))).collect();
        workers.into_iter().map(|worker| worker.join().unwrap()).collect()
    });
    assert_eq!(started.iter().filter(|result| result.is_ok()).count(), 1);
    assert!(
        started
            .iter()
            .filter_map(|result| result.as_ref().err())
            .all(|error| matches!(error, StoreError::OutOfOrder(_)))
    );
    assert_eq!(fresh.store.outbox_found(at(2)).unwrap(), 1);
    assert_eq!(fresh.store.outbox_row(message).unwrap().state.word(), "unknown");
    assert_eq!(fresh.store.outbox_found(at(3)).unwrap(), 0);
}
