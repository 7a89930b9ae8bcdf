//! Rows in memory that yield facts and take plans: the same as a store does with its tables. A
//! server loads a locked customer into one, decides, and writes back what changed.

use std::collections::BTreeMap;

use crate::account::Customer;
use crate::compliance::GivenApproval;
use crate::facts::{APPROVAL_DAYS, Facts, KEPT_TEMPLATE, OUTBOX_DAYS};
use crate::ids::{AccountId, CustomerId};
use crate::plan::{Change, Plan};
use chrono::{DateTime, TimeDelta, Utc};

use crate::row::{OnAccount, Row, Sent, Table};

/// Rows by table and id.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RowSet {
    rows: BTreeMap<(Table, String), Row>,
}

/// A plan that does not fit the rows: a row is not there, its id is taken, or it was closed before.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{what} {id} is not there, was recorded before, or is closed")]
pub struct Misfit {
    /// What kind of row.
    pub what: &'static str,
    /// Its id.
    pub id: String,
}

fn misfit(table: Table, id: &impl ToString) -> Misfit {
    Misfit { what: table.name(), id: id.to_string() }
}

impl RowSet {
    /// Of rows.
    #[must_use]
    pub fn of(rows: impl IntoIterator<Item = Row>) -> Self {
        let mut set = Self::default();
        rows.into_iter().for_each(|row| set.put(row));
        set
    }

    /// Puts a row, in its canonical form, over what was there.
    pub fn put(&mut self, row: Row) {
        self.rows.insert((row.table(), row.id()), row.canonical());
    }

    /// A row.
    #[must_use]
    pub fn get(&self, table: Table, id: &str) -> Option<&Row> {
        self.rows.get(&(table, id.to_owned()))
    }

    /// All, in the order of their tables.
    pub fn iter(&self) -> impl Iterator<Item = &Row> {
        self.rows.values()
    }

    /// One table's.
    pub fn table(&self, table: Table) -> impl Iterator<Item = &Row> {
        self.rows.range((table, String::new())..).take_while(move |((of, _), _)| *of == table).map(|(_, row)| row)
    }

    /// The customer whose unit a row belongs to; none for the organisation's own rows, and for rows
    /// of accounts that are not here.
    #[must_use]
    pub fn owner(&self, row: &Row) -> Option<CustomerId> {
        row.customer().or_else(|| self.customer_of(row.account()?))
    }

    /// An account's customer.
    #[must_use]
    pub fn customer_of(&self, account: AccountId) -> Option<CustomerId> {
        self.get(Table::Account, &account.to_string())?.customer()
    }

    /// A customer's row and everything that is on their accounts, in the order of their tables.
    pub fn of_customer(&self, customer: CustomerId) -> impl Iterator<Item = &Row> {
        self.iter().filter(move |row| self.owner(row) == Some(customer))
    }

    /// Forgets a customer's rows.
    pub fn purge(&mut self, customer: CustomerId) {
        let gone: Vec<(Table, String)> =
            self.rows.iter().filter(|(_, row)| self.owner(row) == Some(customer)).map(|(key, _)| key.clone()).collect();
        for key in gone {
            self.rows.remove(&key);
        }
    }

    /// An account's facts, as the client's store would load them; none when the account is not here.
    #[must_use]
    pub fn facts(&self, account: AccountId, now: DateTime<Utc>) -> Option<Facts> {
        let Row::Account(of) = self.get(Table::Account, &account.to_string())?.clone() else {
            return None;
        };
        let customer = self.person(of.customer)?.clone();
        let since = now.checked_sub_signed(TimeDelta::days(OUTBOX_DAYS)).unwrap_or(now);
        let mut facts = Facts {
            customer,
            account: of,
            services: Vec::new(),
            invoices: Vec::new(),
            payments: Vec::new(),
            disputes: Vec::new(),
            holds: Vec::new(),
            arrangements: Vec::new(),
            contacts: Vec::new(),
            follow_ups: Vec::new(),
            steps: Vec::new(),
            outbox: Vec::new(),
            approvals: Vec::new(),
        };
        for row in self.iter() {
            self.gather(row, account, since, &mut facts);
        }
        let lately = now.checked_sub_signed(TimeDelta::days(APPROVAL_DAYS)).unwrap_or(now);
        facts.approvals.retain(|given| given.approval.at >= lately);
        facts.approvals.sort_by_key(|given| given.approval.at);
        facts.sort();
        Some(facts)
    }

    fn gather(&self, row: &Row, account: AccountId, since: DateTime<Utc>, facts: &mut Facts) {
        let here = row.account() == Some(account);
        let same_person = || self.owner(row) == Some(facts.customer.id);
        match row {
            Row::Service(row) if here => facts.services.push(row.clone()),
            Row::Invoice(row) if here => facts.invoices.push(row.clone()),
            Row::Payment(row) if here => facts.payments.push(row.clone()),
            Row::Dispute(row) if here => facts.disputes.push(row.of.clone()),
            Row::Hold(hold) if here || (hold.of.kind.is_wide() && same_person()) => facts.holds.push(hold.of.clone()),
            Row::Arrangement(row) if here => facts.arrangements.push(row.of.clone()),
            Row::Contact(contact) if here || same_person() => facts.contacts.push(contact.clone()),
            Row::FollowUp(row) if here && row.done.is_none() => facts.follow_ups.push(row.clone()),
            Row::Steps(row) if here => facts.steps.clone_from(&row.of),
            Row::History(entry) if here => facts.approvals.extend(GivenApproval::of(entry)),
            Row::Outbox(row) if here => {
                let lately = row.state.moment().is_some_and(|at| at >= since);
                if lately || !row.state.is_over() || row.intent.template == KEPT_TEMPLATE {
                    facts.outbox.push((row.intent.clone(), row.state.clone()));
                }
            }
            _ => {}
        }
    }

    fn person(&self, id: CustomerId) -> Option<&Customer> {
        match self.get(Table::Customer, &id.to_string())? {
            Row::Customer(row) => Some(row),
            _ => None,
        }
    }

    /// Applies a plan whole, or not at all; returns the images of the rows it changed, history
    /// included, in the order of their tables.
    pub fn apply(&mut self, plan: &Plan) -> Result<Vec<Row>, Misfit> {
        let mut after = Applying { before: self, changed: BTreeMap::new() };
        for change in &plan.changes {
            after.change(change)?;
        }
        for entry in &plan.history {
            after.add(Row::History(entry.clone()))?;
        }
        let changed: Vec<Row> = after.changed.into_values().map(Row::canonical).collect();
        for row in &changed {
            self.rows.insert((row.table(), row.id()), row.clone());
        }
        Ok(changed)
    }
}

/// Rows beside those that stand, until all of a plan fits.
struct Applying<'a> {
    before: &'a RowSet,
    changed: BTreeMap<(Table, String), Row>,
}

impl Applying<'_> {
    fn look(&self, table: Table, id: &impl ToString) -> Option<Row> {
        let key = (table, id.to_string());
        self.changed.get(&key).or_else(|| self.before.rows.get(&key)).cloned()
    }

    fn put(&mut self, row: Row) {
        self.changed.insert((row.table(), row.id()), row);
    }

    fn add(&mut self, row: Row) -> Result<(), Misfit> {
        let (table, id) = (row.table(), row.id());
        if self.look(table, &id).is_some() {
            return Err(misfit(table, &id));
        }
        self.put(row);
        Ok(())
    }

    /// Changes a row that is there and in a state to be changed.
    fn with(&mut self, table: Table, id: &impl ToString, change: impl FnOnce(&mut Row) -> bool) -> Result<(), Misfit> {
        let mut row = self.look(table, id).ok_or_else(|| misfit(table, id))?;
        if !change(&mut row) {
            return Err(misfit(table, id));
        }
        self.put(row);
        Ok(())
    }

    fn change(&mut self, change: &Change) -> Result<(), Misfit> {
        match change {
            Change::AddContact(row) => self.add(Row::Contact(row.clone())),
            Change::AddFollowUp(row) => self.add(Row::FollowUp(row.clone())),
            Change::CloseFollowUp(id, at) => self.with(Table::FollowUp, id, |row| match row {
                Row::FollowUp(task) => once(&mut task.done, *at),
                _ => false,
            }),
            Change::MoveFollowUp(id, due) => self.with(Table::FollowUp, id, |row| match row {
                Row::FollowUp(task) if task.done.is_none() => {
                    task.due = *due;
                    true
                }
                _ => false,
            }),
            Change::AssignFollowUp(id, assignee) => self.with(Table::FollowUp, id, |row| match row {
                Row::FollowUp(task) if task.done.is_none() => {
                    task.assignee.clone_from(assignee);
                    true
                }
                _ => false,
            }),
            Change::AddArrangement(account, of) => {
                self.add(Row::Arrangement(OnAccount { account: *account, of: of.clone() }))
            }
            Change::CancelArrangement(id, at) => self.with(Table::Arrangement, id, |row| match row {
                Row::Arrangement(one) => once(&mut one.of.cancelled, *at),
                _ => false,
            }),
            Change::PlaceHold(account, of) => self.add(Row::Hold(OnAccount { account: *account, of: of.clone() })),
            Change::ReleaseHold(id, at) => self.with(Table::Hold, id, |row| match row {
                Row::Hold(hold) => once(&mut hold.of.released, *at),
                _ => false,
            }),
            Change::OpenDispute(account, of) => self.add(Row::Dispute(OnAccount { account: *account, of: of.clone() })),
            Change::ResolveDispute(id, on, how) => self.with(Table::Dispute, id, |row| match row {
                Row::Dispute(one) => once(&mut one.of.resolved, (*on, how.clone())),
                _ => false,
            }),
            Change::AddPayment(row) => self.add(Row::Payment(row.clone())),
            Change::ReversePayment(id, on) => self.with(Table::Payment, id, |row| match row {
                Row::Payment(payment) => once(&mut payment.reversed, *on),
                _ => false,
            }),
            // Only taking in an extract does this, and a connected device leaves that to the server.
            Change::ReplacePayment { recorded, .. } => Err(misfit(Table::Payment, recorded)),
            Change::PutContactPoint(..) | Change::RemoveContactPoint(_) | Change::SetAddress(..) => self.person(change),
            Change::Queue(intent) => {
                self.add(Row::Outbox(Sent { intent: intent.clone(), state: crate::outbox::State::Queued }))
            }
            Change::SetOutbox(id, state) => self.with(Table::Outbox, id, |row| match row {
                Row::Outbox(sent) => {
                    sent.state = state.clone();
                    true
                }
                _ => false,
            }),
            Change::TakeStep(account, step) => {
                let mut row = match self.look(Table::Steps, account) {
                    Some(Row::Steps(row)) => row,
                    _ => OnAccount { account: *account, of: Vec::new() },
                };
                row.of.push(step.clone());
                self.put(Row::Steps(row));
                Ok(())
            }
        }
    }

    fn person(&mut self, change: &Change) -> Result<(), Misfit> {
        match change {
            Change::PutContactPoint(of, point) => self.with(Table::Customer, of, |row| match row {
                Row::Customer(customer) => {
                    match customer.points.iter_mut().find(|old| old.id == point.id) {
                        Some(old) => *old = point.clone(),
                        None => customer.points.push(point.clone()),
                    }
                    true
                }
                _ => false,
            }),
            Change::RemoveContactPoint(id) => {
                let holds = |row: &&Row| match row {
                    Row::Customer(customer) => customer.points.iter().any(|point| point.id == *id),
                    _ => false,
                };
                let owner =
                    self.changed.values().find(holds).or_else(|| self.before.table(Table::Customer).find(holds));
                let owner = owner.and_then(Row::customer).ok_or_else(|| misfit(Table::Customer, id))?;
                self.with(Table::Customer, &owner, |row| match row {
                    Row::Customer(customer) => {
                        let before = customer.points.len();
                        customer.points.retain(|point| point.id != *id);
                        customer.points.len() < before
                    }
                    _ => false,
                })
            }
            Change::SetAddress(of, address) => self.with(Table::Customer, of, |row| match row {
                Row::Customer(customer) => {
                    customer.address = address.clone();
                    true
                }
                _ => false,
            }),
            _ => Ok(()),
        }
    }
}

/// Sets what is set once.
fn once<T>(slot: &mut Option<T>, value: T) -> bool {
    let free = slot.is_none();
    if free {
        *slot = Some(value);
    }
    free
}
