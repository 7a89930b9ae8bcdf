//! The server, as a model: rows in memory, the counter, one transaction a command, the same brain.
//! Where the real one locks rows and takes the counter last, this one does one thing at a time.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, TimeDelta, Utc};
use domain::contact::{Direction, Medium};
use domain::decide::Actor;
use domain::ids::CustomerId;
use domain::policy::Policy;
use domain::reason::{Reason, Refusal};
use domain::row::{Row, Table};
use domain::rows::RowSet;
use protocol::{
    Act, COMMAND, CommandId, CommandResult, DeviceId, Envelope, Manifest, Outcome, Permit, PermitId, PermitRequest,
    PermitResponse, Problem, ProblemCode, PushRequest, PushResponse, SnapshotId, WireRow, decide, policy_for,
};

use crate::fate::Bug;
use crate::orders::Order;
use crate::versions;

/// Calls within a week, permits included: few, so that the cap is often reached.
pub(crate) const CALL_CAP: usize = 1;

/// Rows in one page: small, so that pages end everywhere.
pub(crate) const PAGE_ROWS: usize = 8;

/// A command that no server can decide.
pub(crate) const POISON: &str = "poison";

/// Tries before a poisonous command is set aside.
const TRIES: u32 = 3;

/// One transaction.
#[derive(Clone, Debug)]
pub(crate) struct Tx {
    pub(crate) seq: u64,
    pub(crate) rows: Vec<(Option<CustomerId>, Row)>,
    /// With the plain sequence: committed only then.
    pub(crate) visible: DateTime<Utc>,
    /// It changed who works whom.
    pub(crate) assigns: bool,
}

/// A change of who works whom.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Assignment {
    pub(crate) version: u64,
    pub(crate) user: usize,
    pub(crate) customer: CustomerId,
    pub(crate) comes: bool,
}

/// A leased permit, until it is spent or given back.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Lease {
    pub(crate) permit: Permit,
    pub(crate) device: DeviceId,
}

/// What the server knows of a device.
#[derive(Clone, Debug, Default)]
pub(crate) struct Device {
    pub(crate) user: usize,
    pub(crate) last: u64,
    pub(crate) results: BTreeMap<u64, ([u8; 32], CommandResult)>,
    pub(crate) tries: u32,
}

/// The server. Its clone is its backup.
#[derive(Clone, Debug)]
pub(crate) struct Server {
    pub(crate) epoch: u64,
    pub(crate) seq: u64,
    pub(crate) rows: RowSet,
    pub(crate) log: Vec<Tx>,
    pub(crate) floor: u64,
    pub(crate) durable: u64,
    pub(crate) devices: BTreeMap<DeviceId, Device>,
    pub(crate) scope: Vec<Assignment>,
    pub(crate) leases: Vec<Lease>,
    pub(crate) snapshots: BTreeMap<SnapshotId, (Manifest, Vec<Vec<u8>>)>,
    /// Every command whose effects were written, in order.
    pub(crate) done: Vec<CommandId>,
    /// Since the upgrade, rows that older devices do not know are in the feed.
    pub(crate) upgraded_at: Option<u64>,
    pub(crate) orders: Vec<Order>,
    /// Payments are known up to here.
    pub(crate) payments_until: Option<DateTime<Utc>>,
    pub(crate) bug: Option<Bug>,
    pub(crate) made: u128,
}

impl Server {
    pub(crate) fn new(rows: Vec<Row>, bug: Option<Bug>) -> Self {
        let mut server = Self {
            epoch: 1,
            seq: 0,
            rows: RowSet::default(),
            log: Vec::new(),
            floor: 0,
            durable: 0,
            devices: BTreeMap::new(),
            scope: Vec::new(),
            leases: Vec::new(),
            snapshots: BTreeMap::new(),
            done: Vec::new(),
            upgraded_at: None,
            orders: Vec::new(),
            payments_until: None,
            bug,
            made: 0,
        };
        server.rows = RowSet::of(rows);
        server
    }

    pub(crate) fn uuid(&mut self) -> uuid::Uuid {
        self.made += 1;
        uuid::Uuid::from_u128(0xaaaa_0000_0000_7000_8000_0000_0000_0000 | (u128::from(self.epoch) << 32) | self.made)
    }

    /// A transaction of rows that stand in the set already.
    pub(crate) fn commit(&mut self, rows: Vec<Row>, now: DateTime<Utc>) {
        self.seq += 1;
        let late = self.bug == Some(Bug::PlainSequence) && self.seq.is_multiple_of(3);
        let visible = if late { now + TimeDelta::milliseconds(4_000) } else { now };
        let rows = rows.into_iter().map(|row| (self.rows.owner(&row), row)).collect();
        self.log.push(Tx { seq: self.seq, rows, visible, assigns: false });
    }

    /// From the nightly extract, or from an administrator.
    pub(crate) fn put(&mut self, rows: Vec<Row>, now: DateTime<Utc>) {
        for row in &rows {
            self.rows.put(row.clone());
        }
        self.commit(rows.into_iter().map(Row::canonical).collect(), now);
    }

    pub(crate) fn assign(&mut self, user: usize, customer: CustomerId, comes: bool, now: DateTime<Utc>) {
        let version = self.scope.last().map_or(1, |last| last.version + 1);
        self.scope.push(Assignment { version, user, customer, comes });
        // A scope change is a transaction of its own; it has no rows.
        self.commit(Vec::new(), now);
        if let Some(last) = self.log.last_mut() {
            last.assigns = true;
        }
    }

    /// Whom a user works, after the changes up to a version.
    pub(crate) fn scope_at(&self, user: usize, version: u64) -> BTreeSet<CustomerId> {
        let mut scope = BTreeSet::new();
        for change in self.scope.iter().filter(|change| change.user == user && change.version <= version) {
            if change.comes {
                scope.insert(change.customer);
            } else {
                scope.remove(&change.customer);
            }
        }
        scope
    }

    pub(crate) fn user_of(&self, device: DeviceId) -> usize {
        self.devices.get(&device).map_or(usize::MAX, |known| known.user)
    }

    pub(crate) fn push(
        &mut self,
        id: DeviceId,
        request: &PushRequest,
        now: DateTime<Utc>,
    ) -> Result<PushResponse, Problem> {
        if request.epoch != self.epoch {
            return Err(Problem::new(ProblemCode::Epoch, "The server was restored", "Pull first."));
        }
        let versions = versions::known_to(versions::NEWEST);
        if let Some(error) = request.commands.iter().find_map(|command| versions.takes(command).err()) {
            return Err(Problem::new(ProblemCode::Upgrade, error.to_string(), "Update Dunlin on this device."));
        }
        let renumbered = |command: &Envelope| Envelope { cmd_version: COMMAND, ..command.clone() };
        let commands = match self.bug {
            Some(Bug::ForgottenUpcast) => request.commands.iter().map(renumbered).collect(),
            _ => versions.taken(&request.commands).unwrap_or_default(),
        };
        let mut results = Vec::new();
        for command in &commands {
            let last = self.devices.get(&id).map_or(0, |device| device.last);
            if command.device_seq <= last && self.bug != Some(Bug::DoubleApply) {
                let stored = self.devices.get(&id).and_then(|device| device.results.get(&command.device_seq));
                match stored {
                    Some((digest, result)) if *digest == command.digest() => results.push(result.clone()),
                    _ => {
                        return Err(Problem::new(
                            ProblemCode::Forked,
                            "Another command has this number",
                            "Enrol anew.",
                        ));
                    }
                }
                continue;
            }
            if command.device_seq > last + 1 {
                let mut problem =
                    Problem::new(ProblemCode::Gap, "A command is missing before this one", "Push it first.");
                problem.expected = Some(last + 1);
                return Err(problem);
            }
            match self.one(id, command, now) {
                Some(result) => results.push(result),
                None => break,
            }
        }
        let last_device_seq = self.devices.get(&id).map_or(0, |device| device.last);
        Ok(PushResponse { epoch: self.epoch, results, last_device_seq, seq: self.seq, server_time: now })
    }

    /// Decides one command; none while a poisonous one is under trial.
    fn one(&mut self, id: DeviceId, command: &Envelope, now: DateTime<Utc>) -> Option<CommandResult> {
        let outcome = if command.act.text().contains(POISON) {
            let device = self.devices.get_mut(&id)?;
            device.tries += 1;
            if device.tries < TRIES {
                return None;
            }
            device.tries = 0;
            self.commit(Vec::new(), now);
            Outcome::Quarantined { why: POISON.to_owned() }
        } else if let Err(error) = command.act() {
            self.commit(Vec::new(), now);
            Outcome::Quarantined { why: error.to_string() }
        } else if command.too_large().is_some() {
            self.commit(Vec::new(), now);
            let refusal = Refusal::by(Reason::new("SYN-11", "1", "It is too large"), "Shorten it and do it again.");
            Outcome::Refused { refusal }
        } else {
            self.verdict(id, command, now)
        };
        let device = self.devices.get_mut(&id)?;
        device.last = device.last.max(command.device_seq);
        let result =
            CommandResult { device_seq: command.device_seq, id: command.id, seq: self.seq, decided_at: now, outcome };
        device.results.insert(command.device_seq, (command.digest(), result.clone()));
        Some(result)
    }

    fn verdict(&mut self, id: DeviceId, command: &Envelope, now: DateTime<Utc>) -> Outcome {
        match self.plan(id, command) {
            Ok((changed, flags)) => {
                if let Ok(Act::Order { order }) = command.act() {
                    self.request_order(order.id, order.account, now);
                }
                self.done.push(command.id);
                self.commit(changed, now);
                Outcome::Accepted { flags }
            }
            Err(refusal) => {
                self.commit(Vec::new(), now);
                Outcome::Refused { refusal }
            }
        }
    }

    fn plan(&mut self, id: DeviceId, command: &Envelope) -> Result<(Vec<Row>, Vec<Reason>), Refusal> {
        let refuse = |text: &str| Refusal::by(Reason::new("SYN-3", "1", text), "Look at the account as it is now.");
        let act = command.act().map_err(|error| refuse(&error.to_string()))?;
        let customer = self.rows.customer_of(act.account()).ok_or_else(|| refuse("There is no such account"))?;
        let user = self.user_of(id);
        let works = self.scope_at(user, u64::MAX).contains(&customer);
        if !works && !act.is_fact() {
            return Err(refuse("The account was given to a colleague"));
        }
        let mut flags = Vec::new();
        let spent = command.permit.and_then(|permit| self.leases.iter().position(|lease| lease.permit.id == permit));
        match (command.permit, spent) {
            (_, Some(at)) => {
                self.leases.remove(at);
            }
            (Some(_), None) => flags.push(Reason::new("FRQ-1", "1", "The call's permit is not known")),
            (None, None) => {}
        }
        let now = command.clock.moment();
        let facts = self.rows.facts(act.account(), now).ok_or_else(|| refuse("There is no such account"))?;
        let policies = self.policies();
        let standard = Policy::standard();
        let policy = policy_for(command, policies.iter()).unwrap_or(&standard);
        let plan = if self.bug == Some(Bug::LastWriterWins) {
            // As the device saw it: without what others agreed meanwhile.
            let mut blind = facts.clone();
            blind.arrangements.clear();
            decide(command, &blind, policy, &actor(user))?
        } else {
            decide(command, &facts, policy, &actor(user))?
        };
        let changed = match self.rows.apply(&plan) {
            Ok(changed) => changed,
            Err(_) if self.bug == Some(Bug::DoubleApply) => {
                let mut again = plan;
                again.changes.clear();
                again.history.clear();
                self.rows.apply(&again).unwrap_or_default()
            }
            Err(misfit) => return Err(refuse(&misfit.to_string())),
        };
        Ok((changed, flags))
    }

    pub(crate) fn policies(&self) -> Vec<Policy> {
        let mut all: Vec<Policy> = self
            .rows
            .table(Table::Policy)
            .filter_map(|row| match row {
                Row::Policy(row) => Some(row.policy.clone()),
                _ => None,
            })
            .collect();
        all.sort_by_key(|policy| std::cmp::Reverse(policy.version));
        all
    }

    /// Outbound calls to a customer in the week before a moment.
    pub(crate) fn calls(&self, customer: CustomerId, now: DateTime<Utc>) -> usize {
        let since = now - TimeDelta::days(7);
        self.rows
            .table(Table::Contact)
            .filter(|row| self.rows.owner(row) == Some(customer))
            .filter(|row| match row {
                Row::Contact(contact) => {
                    contact.medium == Medium::Call && contact.direction == Direction::Outbound && contact.at > since
                }
                _ => false,
            })
            .count()
    }

    pub(crate) fn leased(&self, customer: CustomerId) -> usize {
        self.leases.iter().filter(|lease| lease.permit.customer == customer).count()
    }

    pub(crate) fn permits(&mut self, device: DeviceId, request: &PermitRequest, now: DateTime<Utc>) -> PermitResponse {
        self.leases.retain(|lease| lease.device != device || !request.returned.contains(&lease.permit.id));
        if self.bug == Some(Bug::LeasesRunOut) {
            self.leases.retain(|lease| lease.permit.until > now);
        } else {
            // Whoever called by it did so before it ran out: a week later it no longer matters.
            self.leases.retain(|lease| lease.permit.until + TimeDelta::days(7) > now);
        }
        let mine = self.scope_at(self.user_of(device), u64::MAX);
        let mut permits = Vec::new();
        for customer in &request.customers {
            if mine.contains(customer) && self.calls(*customer, now) + self.leased(*customer) < CALL_CAP {
                let id = PermitId(self.uuid());
                let permit = Permit { id, customer: *customer, until: now + TimeDelta::seconds(60) };
                self.leases.push(Lease { permit, device });
                permits.push(permit);
            }
        }
        PermitResponse { permits }
    }
}

/// The person at a device, as the history has them.
pub(crate) fn actor(user: usize) -> Actor {
    Actor::specialist(format!("specialist {user}"))
}

/// Rows as they travel.
pub(crate) fn wired<'a>(rows: impl Iterator<Item = &'a Row>) -> Vec<WireRow> {
    rows.filter_map(|row| WireRow::of(row).ok()).collect()
}
