//! Every change of a plan comes back as facts; a plan is saved whole or not at all.
#![allow(clippy::unwrap_used, reason = "a test's way to fail")]

mod common;

use common::plans::{arrangement, contact, facts, follow_up, hold, id, intent, plan, setup};
use common::{Fresh, Portfolio, at, day, entry, usd};
use domain::hold::HoldKind;
use domain::ids::{AccountId, DisputeId, FollowUpId, PaymentId};
use domain::invoice::Dispute;
use domain::plan::Change;
use domain::treatment::StepTaken;
use dunlin_store::StoreError;

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
    let stay = HoldKind::Bankruptcy {
        chapter: "7".into(),
        case_number: "26-1".into(),
        petition: day(400),
        file: Box::default(),
    };
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
}
