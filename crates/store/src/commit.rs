//! Committing what was decided: rows, history and outbox in one transaction, or nothing of it.

use chrono::{DateTime, Utc};
use domain::account::{Account, Customer};
use domain::ids::{AccountId, CustomerId, OutboxId, PaymentId};
use domain::outbox::{Event, State};
use domain::plan::{Change, Plan};
use rusqlite::Connection;

use crate::error::StoreError;
use crate::store::Store;
use crate::table::{
    account, account_search, arrangement, contact, contact_point, customer, dispute, follow_up, history, hold, outbox,
    payment, step_taken, sync_state,
};
use crate::{OutboxFilter, RunStep};

impl Store {
    /// Commits a plan: its changes in order, then its history, linked into the chain.
    ///
    /// `NoSuchRow` when it names a row that is not there, `Conflict` when a row's id is taken or
    /// what it closes is closed: nothing of it was saved then; load the facts and decide again.
    /// `Connected` once a server is known: from then on [`Store::act`] is the way.
    pub fn commit(&self, plan: &Plan) -> Result<(), StoreError> {
        self.commit_all(std::slice::from_ref(plan))
    }

    /// Commits several plans in one transaction.
    pub fn commit_all(&self, plans: &[Plan]) -> Result<(), StoreError> {
        self.transact(|tx| {
            sync_state::unconnected(tx)?;
            plans.iter().try_for_each(|plan| apply(tx, plan))
        })
    }

    /// Commits a run's new state, the members that changed, the plans that go with them and the files
    /// that were made of them, in one transaction: a run is printed with its file, or not at all.
    pub fn commit_run(&self, step: &RunStep<'_>, plans: &[Plan]) -> Result<(), StoreError> {
        self.transact(|tx| {
            if !plans.is_empty() {
                sync_state::unconnected(tx)?;
            }
            step.take(tx)?;
            plans.iter().try_for_each(|plan| apply(tx, plan))
        })
    }

    /// Sets an intent's state as decided elsewhere. Where an event happened, use
    /// [`Store::outbox_event`], which can't overlook another thread's.
    pub fn set_outbox(&self, id: OutboxId, state: &State) -> Result<(), StoreError> {
        self.transact(|tx| {
            sync_state::unconnected(tx)?;
            outbox::set(tx, id, state)
        })
    }

    /// Brings an intent into the state after an event, reading and writing in one transaction.
    /// `OutOfOrder` when the event can't happen in its present state: `Started` succeeds once, so
    /// that two workers never send the same message.
    pub fn outbox_event(&self, id: OutboxId, event: Event, now: DateTime<Utc>) -> Result<State, StoreError> {
        self.transact(|tx| {
            sync_state::unconnected(tx)?;
            let state = outbox::state(tx, id)?.after(event, now)?;
            outbox::set(tx, id, &state)?;
            Ok(state)
        })
    }

    /// Every customer, without contact points, and every account.
    pub fn parties(&self) -> Result<(Vec<Customer>, Vec<Account>), StoreError> {
        self.read(|conn| Ok((customer::all(conn)?, account::all(conn)?)))
    }

    /// Payments that people recorded and that were not returned, by account.
    pub fn recorded_payments(&self) -> Result<Vec<(AccountId, PaymentId)>, StoreError> {
        self.read(payment::recorded)
    }

    /// At the program's start: what was being sent when it stopped becomes `Unknown`, for a person
    /// to decide. How many there were.
    pub fn outbox_found(&self, now: DateTime<Utc>) -> Result<usize, StoreError> {
        self.transact(|tx| {
            if outbox::list(tx, OutboxFilter::Words(&["sending"]))?.is_empty() {
                return Ok(0);
            }
            sync_state::unconnected(tx)?;
            outbox::found(tx, now)
        })
    }
}

pub(crate) fn apply(conn: &Connection, plan: &Plan) -> Result<(), StoreError> {
    for change in &plan.changes {
        one(conn, change)?;
    }
    history::append(conn, &plan.history)
}

fn one(conn: &Connection, change: &Change) -> Result<(), StoreError> {
    match change {
        Change::AddContact(added) => contact::add(conn, added),
        Change::AddFollowUp(added) => follow_up::add(conn, added),
        Change::CloseFollowUp(id, at) => follow_up::close(conn, *id, *at),
        Change::MoveFollowUp(id, due) => follow_up::shift(conn, *id, *due),
        Change::AssignFollowUp(id, assignee) => follow_up::assign(conn, *id, assignee.as_deref()),
        Change::AddArrangement(account, added) => arrangement::add(conn, *account, added),
        Change::CancelArrangement(id, at) => arrangement::cancel(conn, *id, *at),
        Change::PlaceHold(account, placed) => hold::place(conn, *account, placed),
        Change::ReleaseHold(id, at) => hold::release(conn, *id, *at),
        Change::OpenDispute(account, opened) => dispute::open(conn, *account, opened),
        Change::ResolveDispute(id, on, outcome) => dispute::resolve(conn, *id, *on, outcome),
        Change::AddPayment(added) => payment::add(conn, added),
        Change::ReversePayment(id, on) => payment::reverse(conn, *id, *on),
        Change::ReplacePayment { recorded, .. } => payment::remove_recorded(conn, *recorded),
        Change::PutContactPoint(of, point) => {
            known(conn, *of)?;
            contact_point::put(conn, *of, point)?;
            account_search::refresh(conn, *of)
        }
        Change::RemoveContactPoint(id) => {
            let of = contact_point::remove(conn, *id)?;
            account_search::refresh(conn, of)
        }
        Change::SetAddress(of, address) => {
            if !customer::set_address(conn, *of, address)? {
                return known(conn, *of);
            }
            account_search::refresh(conn, *of)
        }
        Change::Queue(intent) => outbox::queue(conn, intent),
        Change::SetOutbox(id, state) => outbox::set(conn, *id, state),
        Change::TakeStep(account, step) => step_taken::add(conn, *account, step),
    }
}

fn known(conn: &Connection, id: CustomerId) -> Result<(), StoreError> {
    if conn.prepare_cached("SELECT 1 FROM customer WHERE id = ?1")?.exists([id.0.0])? {
        Ok(())
    } else {
        Err(StoreError::NoSuchRow { what: "customer", id: id.to_string() })
    }
}
