//! Whatever was committed, in whatever order: the facts are those of a plain model of it, loaded one
//! account at a time, in one pass, or on several threads.
#![allow(clippy::unwrap_used, reason = "a test's way to fail")]

mod common;

use std::collections::BTreeMap;

use common::{Fresh, Portfolio, at, day, usd};
use domain::arrangement::{Arrangement, ArrangementKind, Installment};
use domain::contact::{Contact, Direction, Disposition, FollowUp, Medium};
use domain::facts::Facts;
use domain::hold::{Hold, HoldKind};
use domain::ids::{AccountId, ArrangementId, ContactId, DisputeId, FollowUpId, HoldId, PaymentId};
use domain::invoice::Dispute;
use domain::payment::{Payment, PaymentKind};
use domain::plan::{Change, Plan};
use domain::treatment::StepTaken;
use dunlin_store::Which;
use proptest::prelude::*;
use uuid::Uuid;

const ACCOUNTS: usize = 4;

/// What is done: a kind, an account, and a number that fills in the rest.
type Act = (u8, usize, u16);

/// The facts an account should have; each customer here has one account.
fn expected(portfolio: &Portfolio) -> BTreeMap<AccountId, Facts> {
    portfolio
        .accounts
        .iter()
        .zip(&portfolio.customers)
        .map(|(account, customer)| {
            let facts = Facts {
                customer: customer.clone(),
                account: account.clone(),
                services: portfolio.services.iter().filter(|row| row.account == account.id).cloned().collect(),
                invoices: portfolio.invoices.iter().filter(|row| row.account == account.id).cloned().collect(),
                payments: portfolio.payments.iter().filter(|row| row.account == account.id).cloned().collect(),
                disputes: vec![],
                holds: vec![],
                arrangements: vec![],
                contacts: vec![],
                follow_ups: vec![],
                steps: vec![],
                outbox: vec![],
                approvals: vec![],
            };
            (account.id, facts)
        })
        .collect()
}

/// Something new on the account.
#[allow(clippy::too_many_lines, reason = "one arm per kind of change")]
fn adds(facts: &mut Facts, index: usize, (kind, _, number): Act) -> Change {
    let account = facts.account.id;
    let id = Uuid::from_u128(1 + index as u128);
    let moment = at(i64::from(number));
    let date = day(u64::from(number) % 900);
    match kind {
        0 => {
            let contact = Contact {
                id: ContactId(id),
                account,
                at: moment,
                local_date: date,
                actor: "specialist".into(),
                medium: [Medium::Call, Medium::Letter, Medium::Text][usize::from(number % 3)],
                direction: Direction::Inbound,
                point: format!("+1 208 555 {number}"),
                disposition: (number.is_multiple_of(2)).then_some(Disposition::CallBack),
                note: format!("ноте {number} \u{1F426}"),
                amount: (number.is_multiple_of(5)).then(|| usd(i64::from(number))),
                corrects: None,
            };
            facts.contacts.push(contact.clone());
            facts.contacts.sort_by_key(|row| row.at);
            Change::AddContact(contact)
        }
        1 => {
            let follow_up = FollowUp {
                id: FollowUpId(id),
                account,
                due: date,
                what: "call".into(),
                why: String::new(),
                done: None,
                assignee: None,
            };
            facts.follow_ups.push(follow_up.clone());
            Change::AddFollowUp(follow_up)
        }
        3 => {
            let arrangement = Arrangement {
                id: ArrangementId(id),
                kind: ArrangementKind::Promise,
                agreed: moment,
                agreed_on: date,
                covers: facts.invoices.iter().map(|row| row.id).collect(),
                installments: (0..u64::from(number % 4))
                    .map(|part| Installment { due: date + chrono::Days::new(part), amount: usd(1 + i64::from(number)) })
                    .collect(),
                policy_version: u32::from(number),
                approved_by: None,
                cancelled: None,
                before: vec![],
            };
            facts.arrangements.push(arrangement.clone());
            facts.arrangements.sort_by_key(|row| row.agreed);
            Change::AddArrangement(account, arrangement)
        }
        5 => {
            let kind = if number.is_multiple_of(2) { HoldKind::Cease } else { HoldKind::Manual };
            let hold = Hold { id: HoldId(id), kind, note: String::new(), placed: moment, until: None, released: None };
            facts.holds.push(hold.clone());
            Change::PlaceHold(account, hold)
        }
        7 => {
            let dispute = Dispute {
                id: DisputeId(id),
                invoice: facts.invoices[0].id,
                amount: usd(i64::from(number)),
                reason: "why".into(),
                opened: date,
                written: number.is_multiple_of(2),
                resolved: None,
            };
            facts.disputes.push(dispute.clone());
            Change::OpenDispute(account, dispute)
        }
        9 => {
            let payment = Payment {
                id: PaymentId::derive("person", &index.to_string()),
                account,
                reference: index.to_string(),
                kind: PaymentKind::Credit,
                posted: date,
                amount: usd(1 + i64::from(number)),
                method: "check".into(),
                reversed: None,
                allocations: vec![],
            };
            facts.payments.push(payment.clone());
            facts.payments.sort_by_key(|row| row.posted);
            Change::AddPayment(payment)
        }
        _ => {
            let step = StepTaken::new(Some(facts.invoices[0].id), format!("Letter {number}"), date);
            facts.steps.push(step.clone());
            Change::TakeStep(account, step)
        }
    }
}

/// Something ends or changes, if there is something.
fn ends(facts: &mut Facts, (kind, _, number): Act) -> Option<Change> {
    let moment = at(i64::from(number));
    let date = day(u64::from(number) % 900);
    Some(match kind {
        2 => Change::CloseFollowUp(facts.follow_ups.pop()?.id, moment),
        4 => {
            let open = facts.arrangements.iter_mut().find(|row| row.cancelled.is_none())?;
            open.cancelled = Some(moment);
            Change::CancelArrangement(open.id, moment)
        }
        6 => {
            let active = facts.holds.iter_mut().find(|row| row.released.is_none())?;
            active.released = Some(moment);
            Change::ReleaseHold(active.id, moment)
        }
        8 => {
            let open = facts.disputes.iter_mut().find(|row| row.resolved.is_none())?;
            open.resolved = Some((date, "settled".into()));
            Change::ResolveDispute(open.id, date, "settled".into())
        }
        10 => {
            let standing = facts.payments.iter_mut().find(|row| row.reversed.is_none())?;
            standing.reversed = Some(date);
            Change::ReversePayment(standing.id, date)
        }
        11 => {
            facts.customer.address.lines = vec![format!("{number} Elm")];
            Change::SetAddress(facts.customer.id, facts.customer.address.clone())
        }
        12 => Change::RemoveContactPoint(facts.customer.points.pop()?.id),
        _ => return None,
    })
}

fn loaded(fresh: &Fresh, which: Which, threads: usize) -> Vec<Facts> {
    let shares = fresh.store.fold_facts(which, at(0), threads, Vec::new, |all, facts| {
        all.push(facts);
        Ok(())
    });
    shares.unwrap().into_iter().flatten().collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn facts_are_what_was_committed(
        acts in prop::collection::vec((0..14_u8, 0..ACCOUNTS, any::<u16>()), 0..60),
        commits in 1..6_usize,
    ) {
        let portfolio = Portfolio::of(ACCOUNTS, 3);
        let fresh = Fresh::with(&portfolio);
        let mut model = expected(&portfolio);
        let mut plans = vec![Plan::default(); commits];
        for (index, done) in acts.iter().enumerate() {
            let facts = model.get_mut(&portfolio.accounts[done.1].id).unwrap();
            let change = if matches!(done.0, 2 | 4 | 6 | 8 | 10 | 11 | 12) {
                ends(facts, *done)
            } else {
                Some(adds(facts, index, *done))
            };
            plans[index * commits / acts.len()].changes.extend(change);
        }
        for plan in &plans {
            fresh.store.commit(plan).unwrap();
        }
        model.values_mut().for_each(Facts::sort);
        for (id, facts) in &model {
            prop_assert_eq!(&fresh.store.facts(*id, at(0)).unwrap(), facts);
        }
        let all: Vec<Facts> = model.into_values().collect();
        prop_assert_eq!(&loaded(&fresh, Which::All, 1), &all);
        prop_assert_eq!(&loaded(&fresh, Which::All, 3), &all);
        // The same after the next import of the same extract.
        fresh.import(&portfolio).unwrap();
        prop_assert_eq!(&loaded(&fresh, Which::All, 2), &all);
    }
}

#[test]
fn only_accounts_with_something_to_do_are_working() {
    let mut portfolio = Portfolio::of(12, 2);
    portfolio.payments.clear();
    for invoice in &mut portfolio.invoices {
        invoice.settled = Some(day(300));
    }
    let ids: Vec<AccountId> = portfolio.accounts.iter().map(|account| account.id).collect();
    portfolio.invoices[0].settled = None;
    portfolio.invoices[2].settled = None;
    portfolio.invoices[2].applied = portfolio.invoices[2].amount.amount;
    portfolio.services[2].state = domain::account::ServiceState::Suspended;
    let fresh = Fresh::with(&portfolio);
    let follow_up = FollowUp {
        id: FollowUpId(Uuid::from_u128(1)),
        account: ids[3],
        due: day(1),
        what: String::new(),
        why: String::new(),
        done: None,
        assignee: None,
    };
    let mut credit = Portfolio::of(12, 2).payments[0].clone();
    credit.id = PaymentId::derive("person", "1");
    credit.account = ids[4];
    credit.allocations.clear();
    fresh
        .store
        .commit(&Plan { changes: vec![Change::AddFollowUp(follow_up), Change::AddPayment(credit)], ..Plan::default() })
        .unwrap();
    let mut expected = vec![ids[0], ids[2], ids[3], ids[4]];
    expected.sort();
    let working: Vec<AccountId> = loaded(&fresh, Which::Working, 2).iter().map(|facts| facts.account.id).collect();
    assert_eq!(working, expected);
    assert_eq!(loaded(&fresh, Which::All, 5).len(), 12);
}

#[test]
fn an_account_that_is_not_there_says_so() {
    let fresh = Fresh::with(&Portfolio::of(1, 1));
    let nobody = AccountId::derive("billing", "nobody");
    let error = fresh.store.facts(nobody, at(0)).unwrap_err();
    assert!(error.to_string().contains(&nobody.to_string()), "{error}");
}

#[test]
fn a_visitor_that_fails_ends_the_visit() {
    let fresh = Fresh::with(&Portfolio::of(20, 1));
    let ended = fresh.store.fold_facts(Which::All, at(0), 2, || 0, |_, _| Err(dunlin_store::StoreError::Cancelled));
    assert!(matches!(ended, Err(dunlin_store::StoreError::Cancelled)));
    assert_eq!(loaded(&fresh, Which::All, 2).len(), 20);
}
