//! Every change of a plan comes back as facts; a plan is saved whole or not at all.
#![allow(clippy::unwrap_used, reason = "a test's way to fail")]

mod common;

use std::collections::BTreeSet;

use common::{Fresh, Portfolio, at, day, entry, usd};
use domain::arrangement::{Arrangement, ArrangementKind, Installment};
use domain::contact::{Contact, Direction, Disposition, FollowUp, Medium};
use domain::facts::Facts;
use domain::hold::{Hold, HoldKind};
use domain::ids::{AccountId, ArrangementId, ContactId, DisputeId, FollowUpId, HoldId, OutboxId, PaymentId, RunId};
use domain::invoice::Dispute;
use domain::outbox::{Channel, Event, Intent, State};
use domain::plan::{Change, Plan};
use domain::treatment::StepTaken;
use dunlin_store::{OutboxFilter, StoreError};
use uuid::Uuid;

fn id(number: u128) -> Uuid {
    Uuid::from_u128(number)
}

fn plan(changes: Vec<Change>) -> Plan {
    Plan { changes, ..Plan::default() }
}

fn setup() -> (Fresh, Portfolio, AccountId) {
    let portfolio = Portfolio::of(3, 2);
    let account = portfolio.accounts[0].id;
    (Fresh::with(&portfolio), portfolio, account)
}

fn facts(fresh: &Fresh, account: AccountId) -> Facts {
    fresh.store.facts(account, at(10_000)).unwrap()
}

fn contact(number: u128, account: AccountId) -> Contact {
    Contact {
        id: ContactId(id(number)),
        account,
        at: at(i64::try_from(number).unwrap()),
        local_date: day(410),
        actor: "specialist".into(),
        medium: Medium::Call,
        direction: Direction::Outbound,
        point: "+1 208 555 0000".into(),
        disposition: Some(Disposition::PromiseToPay),
        note: "Pays on Friday, café account".into(),
        amount: Some(usd(4_200)),
        corrects: (number > 1).then(|| ContactId(id(number - 1))),
    }
}

fn follow_up(account: AccountId) -> FollowUp {
    FollowUp { id: FollowUpId(id(20)), account, due: day(420), what: "call back".into(), why: "asked".into(), done: None }
}

fn arrangement(portfolio: &Portfolio) -> Arrangement {
    Arrangement {
        id: ArrangementId(id(30)),
        kind: ArrangementKind::Installments,
        agreed: at(5),
        agreed_on: day(410),
        covers: vec![portfolio.invoices[0].id, portfolio.invoices[1].id],
        installments: (0..3).map(|part| Installment { due: day(410 + 30 * part), amount: usd(667) }).collect(),
        policy_version: 3,
        approved_by: Some("supervisor".into()),
        cancelled: None,
        before: vec![portfolio.payments[0].id],
    }
}

fn hold(number: u128, kind: HoldKind) -> Hold {
    Hold { id: HoldId(id(number)), kind, note: "by phone".into(), placed: at(1), until: Some(day(500)), released: None }
}

fn intent(number: u128, account: AccountId) -> Intent {
    let mut step = StepTaken::new(None, "Letter 2", day(410));
    step.fee = Some(usd(1_500));
    step.anchor = Some(day(300));
    step.plan = "Standard".into();
    Intent {
        id: OutboxId(id(number)),
        account,
        channel: Channel::Email,
        template: "dunning_2".into(),
        run: Some(RunId(id(77))),
        arrangement: Some(ArrangementId(id(30))),
        steps: vec![step, StepTaken::new(None, "Letter 1", day(409))],
        to: Some("ap0@example.com".into()),
        decided: at(2),
        actor: "policy".into(),
    }
}

#[test]
fn contacts_of_all_the_customers_accounts_come_back_as_recorded() {
    let mut portfolio = Portfolio::of(3, 2);
    portfolio.accounts[1].customer = portfolio.customers[0].id;
    let fresh = Fresh::with(&portfolio);
    let [first, second, third] = [0, 1, 2].map(|index: usize| portfolio.accounts[index].id);
    let recorded = [contact(1, first), contact(2, second), contact(3, first), contact(4, third)];
    fresh.store.commit(&plan(recorded.iter().cloned().map(Change::AddContact).collect())).unwrap();
    assert_eq!(facts(&fresh, first).contacts, recorded[..3]);
    assert_eq!(facts(&fresh, second).contacts, recorded[..3]);
    assert_eq!(facts(&fresh, third).contacts, recorded[3..]);
    assert_eq!(fresh.store.search("cafe friday", 9).unwrap().notes.len(), 4);
    assert_eq!(fresh.store.search("fri", 1).unwrap().notes, recorded[3..]);
}

#[test]
fn the_contact_log_refuses_changes_below_the_program_too() {
    let (fresh, _, account) = setup();
    fresh.store.commit(&plan(vec![Change::AddContact(contact(1, account))])).unwrap();
    let conn = common::raw(&fresh.path());
    for sql in ["UPDATE contact SET note = ''", "DELETE FROM contact"] {
        assert!(conn.execute(sql, []).unwrap_err().to_string().contains("append-only"), "{sql}");
    }
}

#[test]
fn follow_ups_move_close_and_leave_the_facts() {
    let (fresh, _, account) = setup();
    let mut expected = follow_up(account);
    fresh.store.commit(&plan(vec![Change::AddFollowUp(expected.clone())])).unwrap();
    fresh.store.commit(&plan(vec![Change::MoveFollowUp(expected.id, day(425))])).unwrap();
    expected.due = day(425);
    assert_eq!(facts(&fresh, account).follow_ups, vec![expected.clone()]);
    fresh.store.commit(&plan(vec![Change::CloseFollowUp(expected.id, at(9))])).unwrap();
    assert!(facts(&fresh, account).follow_ups.is_empty());
    let again = fresh.store.commit(&plan(vec![Change::CloseFollowUp(expected.id, at(10))]));
    assert!(matches!(again, Err(StoreError::Conflict { what: "follow-up", .. })), "{again:?}");
}

#[test]
fn arrangements_keep_their_installments_and_end_once() {
    let (fresh, portfolio, account) = setup();
    let mut expected = arrangement(&portfolio);
    fresh.store.commit(&plan(vec![Change::AddArrangement(account, expected.clone())])).unwrap();
    assert_eq!(facts(&fresh, account).arrangements, vec![expected.clone()]);
    fresh.store.commit(&plan(vec![Change::CancelArrangement(expected.id, at(50))])).unwrap();
    expected.cancelled = Some(at(50));
    assert_eq!(facts(&fresh, account).arrangements, vec![expected.clone()]);
    assert!(fresh.store.commit(&plan(vec![Change::CancelArrangement(expected.id, at(51))])).is_err());
}

#[test]
fn what_concerns_the_person_holds_on_every_account_of_theirs() {
    let mut portfolio = Portfolio::of(3, 2);
    portfolio.accounts[1].customer = portfolio.customers[0].id;
    let fresh = Fresh::with(&portfolio);
    let [first, second, third] = [0, 1, 2].map(|index: usize| portfolio.accounts[index].id);
    let stay = HoldKind::Bankruptcy { chapter: "7".into(), case_number: "26-1".into(), petition: day(400) };
    let wide = hold(1, stay);
    let narrow = hold(2, HoldKind::Invoice { invoice: portfolio.invoices[0].id });
    fresh
        .store
        .commit(&plan(vec![Change::PlaceHold(first, wide.clone()), Change::PlaceHold(first, narrow.clone())]))
        .unwrap();
    assert_eq!(facts(&fresh, first).holds, vec![wide.clone(), narrow.clone()]);
    assert_eq!(facts(&fresh, second).holds, vec![wide.clone()]);
    assert!(facts(&fresh, third).holds.is_empty());
    fresh.store.commit(&plan(vec![Change::ReleaseHold(narrow.id, at(60))])).unwrap();
    assert_eq!(facts(&fresh, first).holds[1].released, Some(at(60)));
}

#[test]
fn disputes_open_and_end() {
    let (fresh, portfolio, account) = setup();
    let mut expected = Dispute {
        id: DisputeId(id(40)),
        invoice: portfolio.invoices[1].id,
        amount: usd(300),
        reason: "billed twice".into(),
        opened: day(411),
        written: false,
        resolved: None,
    };
    fresh.store.commit(&plan(vec![Change::OpenDispute(account, expected.clone())])).unwrap();
    assert_eq!(facts(&fresh, account).disputes, vec![expected.clone()]);
    fresh.store.commit(&plan(vec![Change::ResolveDispute(expected.id, day(415), "upheld".into())])).unwrap();
    expected.resolved = Some((day(415), "upheld".into()));
    assert_eq!(facts(&fresh, account).disputes, vec![expected]);
}

#[test]
fn payments_are_added_and_reversed_once() {
    let (fresh, portfolio, account) = setup();
    let mut expected = portfolio.payments[0].clone();
    expected.id = PaymentId::derive("person", "check 12");
    expected.posted = day(412);
    fresh.store.commit(&plan(vec![Change::AddPayment(expected.clone())])).unwrap();
    fresh.store.commit(&plan(vec![Change::ReversePayment(expected.id, day(416))])).unwrap();
    expected.reversed = Some(day(416));
    assert_eq!(facts(&fresh, account).payments.last(), Some(&expected));
    assert!(matches!(
        fresh.store.commit(&plan(vec![Change::ReversePayment(expected.id, day(417))])),
        Err(StoreError::Conflict { .. })
    ));
    assert!(matches!(
        fresh.store.commit(&plan(vec![Change::AddPayment(expected)])),
        Err(StoreError::Conflict { what: "payment", .. })
    ));
}

#[test]
fn steps_and_intents_come_back_whole_and_old_ones_leave_the_facts() {
    let (fresh, _, account) = setup();
    let message = intent(50, account);
    let step = message.steps[0].clone();
    fresh
        .store
        .commit(&plan(vec![Change::Queue(message.clone()), Change::TakeStep(account, step.clone())]))
        .unwrap();
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
    assert!(started.iter().flat_map(|result| result.as_ref().err()).all(|error| matches!(error, StoreError::OutOfOrder(_))));
    assert_eq!(fresh.store.outbox_found(at(2)).unwrap(), 1);
    assert_eq!(fresh.store.outbox_row(message).unwrap().state.word(), "unknown");
    assert_eq!(fresh.store.outbox_found(at(3)).unwrap(), 0);
}

#[test]
fn a_plan_that_fails_at_its_last_change_saves_nothing() {
    let (fresh, portfolio, account) = setup();
    let before = facts(&fresh, account);
    let mut failing = plan(vec![
        Change::AddContact(contact(1, account)),
        Change::AddArrangement(account, arrangement(&portfolio)),
        Change::SetAddress(portfolio.customers[0].id, domain::account::Address::default()),
        Change::Queue(intent(52, account)),
        Change::CloseFollowUp(FollowUpId(id(999)), at(1)),
    ]);
    failing.history.push(entry(1, Some(account)));
    let error = fresh.store.commit(&failing).unwrap_err();
    assert!(matches!(&error, StoreError::NoSuchRow { what: "follow-up", .. }), "{error}");
    assert_eq!(facts(&fresh, account), before);
    assert_eq!(fresh.store.verify_history().unwrap(), 0);
    assert!(fresh.store.search("friday", 9).unwrap().notes.is_empty());
}

#[test]
fn a_plan_on_an_unknown_account_or_customer_says_so() {
    let (fresh, portfolio, _) = setup();
    let nobody = AccountId::derive("billing", "nobody");
    let unknown = domain::ids::CustomerId::derive("billing", "nobody");
    for change in [
        Change::AddContact(contact(1, nobody)),
        Change::AddFollowUp(follow_up(nobody)),
        Change::AddArrangement(nobody, arrangement(&portfolio)),
        Change::PlaceHold(nobody, hold(1, HoldKind::Manual)),
        Change::Queue(intent(53, nobody)),
        Change::TakeStep(nobody, StepTaken::new(None, "Letter 1", day(1))),
        Change::PutContactPoint(unknown, portfolio.customers[0].points[0].clone()),
        Change::SetAddress(unknown, domain::account::Address::default()),
    ] {
        let error = fresh.store.commit(&plan(vec![change.clone()])).unwrap_err();
        assert!(
            matches!(error, StoreError::Orphan { .. } | StoreError::NoSuchRow { what: "customer", .. }),
            "{change:?}: {error:?}"
        );
    }
}

#[test]
fn amounts_that_can_not_be_stored_exactly_are_refused() {
    let (fresh, portfolio, account) = setup();
    let mut odd = arrangement(&portfolio);
    odd.installments[1].amount.amount = rust_decimal::Decimal::new(6_667, 3);
    let error = fresh.store.commit(&plan(vec![Change::AddArrangement(account, odd)])).unwrap_err();
    assert!(matches!(error, StoreError::Money(_)), "{error}");
    assert!(facts(&fresh, account).arrangements.is_empty());
    let kinds: BTreeSet<&str> = fresh.store.outbox(OutboxFilter::Account(account)).unwrap().iter().map(|row| row.state.word()).collect();
    assert!(kinds.is_empty());
}
