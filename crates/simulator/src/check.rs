//! The checker: what must be true of a world at every moment, and once it has come to rest.

use std::collections::{BTreeMap, BTreeSet};

use domain::arrangement::{State, status};
use domain::compliance::zone::local_date;
use domain::ids::CustomerId;
use domain::policy::Policy;
use domain::row::{Row, Table};
use domain::rows::RowSet;
use fastrand::Rng;
use protocol::{Envelope, Outcome, SCHEMA, decide, policy_for};
use rust_decimal::Decimal;

use crate::portfolio::{self, name};
use crate::server::{CALL_CAP, POISON, Server, actor};
use crate::versions;
use crate::world::World;

impl World {
    /// After every request and every administrator's act.
    pub(crate) fn check_server(&mut self) {
        for problem in server(&self.server, &self.customers, self.restored, self.at()) {
            self.wrong(problem);
        }
    }

    /// After every page and every command: the device is the server at its cursor, with what it has
    /// pending on top.
    pub(crate) fn check_page(&mut self, number: usize) {
        self.look_for_drift(number);
        let found = self.page(number);
        for problem in found {
            self.wrong(format!("client {number}: {problem}"));
        }
    }

    fn page(&self, number: usize) -> Vec<String> {
        let client = &self.clients[number];
        let Some(store) = &client.store else {
            return Vec::new();
        };
        let (Ok(state), Ok(pending), Ok(customers)) = (store.sync_state(), store.pending(), store.customers()) else {
            return vec!["the store can't be read".to_owned()];
        };
        if state.device.is_none() || state.place.epoch != self.server.epoch {
            return Vec::new();
        }
        let mut wrong = Vec::new();
        let unknown = self.server.upgraded_at.is_some_and(|from| {
            let mine = |customer: &CustomerId| customers.contains(customer);
            self.server.log.iter().filter(|tx| tx.seq >= from && tx.seq <= state.place.seq).any(|tx| {
                tx.rows.iter().any(|(owner, _)| owner.is_none_or(|owner| mine(&owner))) && !tx.rows.is_empty()
            })
        });
        if unknown && client.reads == SCHEMA && self.fate.bug == Some(crate::Bug::SkipsUnknown) {
            wrong.push("it went past what it does not know".to_owned());
        }
        let Some(expected) = self.expected(number) else {
            return wrong;
        };
        for customer in customers {
            // Damaged behind everybody's back: the daily comparison is to find it, see `end_of`.
            if client.drifted.contains(&customer) {
                continue;
            }
            // What changed hands since is not told whole until that change is taken in.
            let moved = |it: &&crate::server::Assignment| {
                it.user == client.user && it.customer == customer && it.version > state.place.scope_version
            };
            if self.server.scope.iter().any(|it| moved(&it)) {
                continue;
            }
            let here = RowSet::of(store.unit(customer).unwrap_or_default());
            let there = RowSet::of(expected.of_customer(customer).cloned());
            if here != there {
                wrong.push(format!(
                    "{customer} is not the server's at {}: {}",
                    state.place.seq,
                    difference(&here, &there)
                ));
            }
        }
        // What was done here stays visible here until the server's rows show it.
        let decided = self.server.devices.get(&client.device).into_iter().flat_map(|known| known.results.values());
        for (_, result) in decided.filter(|(_, result)| result.seq > state.place.seq) {
            if !pending.iter().any(|logged| logged.device_seq == result.device_seq) {
                wrong.push(format!("command {} was dropped before the server's rows came", result.device_seq));
            }
        }
        if pending.is_empty() && store.shadow_count().unwrap_or(1) > 0 {
            wrong.push("shadow rows without a pending command".to_owned());
        }
        wrong
    }

    /// The server's rows at the device's cursor, with what the device has pending on top.
    pub(crate) fn expected(&self, number: usize) -> Option<RowSet> {
        let client = &self.clients[number];
        let store = client.store.as_ref()?;
        let state = store.sync_state().ok()?;
        let mut expected = at(&self.first, &self.server, state.place.seq);
        for logged in &store.pending().ok()? {
            replay(&mut expected, &logged.body, client.user);
        }
        Some(expected)
    }

    /// Once at rest.
    pub(crate) fn check_end(&mut self) {
        let mut wrong = Vec::new();
        let mut seen = BTreeSet::new();
        for id in &self.server.done {
            if !seen.insert(*id) {
                wrong.push(format!("command {id} was done twice"));
            }
        }
        for (number, id) in self.acknowledged() {
            let device = self.clients[number].device;
            let known = self.server.devices.get(&device);
            if !known.is_some_and(|known| known.results.values().any(|(_, result)| result.id == id)) {
                wrong.push(format!("client {number} was told of {id}, and the server does not know it"));
            }
        }
        for number in 0..self.clients.len() {
            wrong.extend(self.end_of(number).into_iter().map(|problem| format!("client {number}: {problem}")));
        }
        for problem in wrong {
            self.wrong(problem);
        }
    }

    fn end_of(&self, number: usize) -> Vec<String> {
        let client = &self.clients[number];
        let mut wrong = self.page(number);
        let Some(store) = &client.store else {
            return vec!["it did not come back".to_owned()];
        };
        let Some(known) = self.server.devices.get(&client.device) else {
            return vec!["the server does not know it".to_owned()];
        };
        if let Some(why) = &client.stopped {
            wrong.push(format!("it stopped: {why:?}"));
        }
        let given = store.sync_state().map_or(0, |state| state.given);
        // Dense, each once, in order.
        if known.results.keys().copied().ne(1..=given) {
            wrong.push(format!("{given} commands were given, {} decided", known.results.len()));
        }
        let order: Vec<u64> = known.results.values().map(|(_, result)| result.seq).collect();
        if !order.is_sorted() {
            wrong.push("its commands were decided out of order".to_owned());
        }
        let inbox: BTreeSet<u64> =
            store.inbox().unwrap_or_default().iter().map(|refused| refused.command.device_seq).collect();
        for (_, result) in known.results.values() {
            let refused = !matches!(result.outcome, Outcome::Accepted { .. });
            if refused != inbox.contains(&result.device_seq) {
                wrong.push(format!("command {} was refused: {refused}, in the inbox: {}", result.device_seq, !refused));
            }
        }
        for (_, result) in known.results.values() {
            match &result.outcome {
                Outcome::Quarantined { why } if why != POISON => {
                    wrong.push(format!("command {} was set aside: {why}", result.device_seq));
                }
                _ => {}
            }
        }
        wrong.extend(self.unknown_colleagues(number));
        if !client.drifted.is_empty() {
            wrong.push(format!("{:?} drifted and were never mended", client.drifted));
        }
        let scope = self.server.scope_at(client.user, u64::MAX);
        let here: BTreeSet<CustomerId> = store.customers().unwrap_or_default().into_iter().collect();
        if here != scope {
            wrong.push(format!("it holds {here:?} and works {scope:?}"));
        }
        for (index, customer) in self.customers.iter().enumerate() {
            let found = store.search(&name(index), 5).map_or(0, |found| found.accounts.len());
            if (found > 0) != scope.contains(customer) {
                wrong.push(format!("the search finds {found} accounts of {}", name(index)));
            }
        }
        if let Err(error) = store.verify_history() {
            wrong.push(error.to_string());
        }
        wrong
    }
}

/// The server's rows as of a counter.
fn at(first: &RowSet, server: &Server, seq: u64) -> RowSet {
    let mut rows = first.clone();
    for tx in server.log.iter().filter(|tx| tx.seq <= seq) {
        tx.rows.iter().for_each(|(_, row)| rows.put(row.clone()));
    }
    rows
}

/// A fresh apply of a pending command; nothing when it does not fit.
fn replay(rows: &mut RowSet, body: &str, user: usize) {
    let Ok(command) = serde_json::from_str::<Envelope>(body) else {
        return;
    };
    let command = versions::own(&command);
    let Ok(act) = command.act() else {
        return;
    };
    let Some(facts) = rows.facts(act.account(), command.clock.moment()) else {
        return;
    };
    let mut policies: Vec<Policy> = rows
        .table(Table::Policy)
        .filter_map(|row| match row {
            Row::Policy(row) => Some(row.policy.clone()),
            _ => None,
        })
        .collect();
    policies.sort_by_key(|policy| std::cmp::Reverse(policy.version));
    let standard = Policy::standard();
    let policy = policy_for(&command, policies.iter()).unwrap_or(&standard);
    if let Ok(plan) = decide(&command, &facts, policy, &actor(user)) {
        let _ = rows.apply(&plan);
    }
}

fn difference(here: &RowSet, there: &RowSet) -> String {
    let odd = |one: &RowSet, other: &RowSet| {
        one.iter().find(|row| other.get(row.table(), &row.id()) != Some(row)).map(|row| format!("{row:?}"))
    };
    let cut = |text: Option<String>| text.map_or_else(|| "nothing".to_owned(), |text| text.chars().take(400).collect());
    format!("here {} there {}", cut(odd(here, there)), cut(odd(there, here)))
}

/// What is wrong with the server's own rows.
fn server(
    server: &Server,
    customers: &[CustomerId],
    restored: bool,
    now: chrono::DateTime<chrono::Utc>,
) -> Vec<String> {
    let mut wrong = Vec::new();
    for customer in customers {
        let (calls, leased) = (server.calls(*customer, now), server.leased(*customer));
        // A restored server has forgotten leases; it may flag what it finds, not undo it.
        if !restored && calls + leased > CALL_CAP {
            wrong.push(format!("{calls} calls and {leased} permits on {customer}"));
        }
    }
    let mut paid: BTreeMap<String, Decimal> = BTreeMap::new();
    for row in server.rows.table(Table::Payment) {
        if let Row::Payment(payment) = row {
            let applied: Decimal = payment.allocations.iter().map(|part| part.amount.amount).sum();
            if applied > payment.amount.amount {
                wrong.push(format!("payment {} pays more than it is", payment.id));
            }
            if payment.reversed.is_none() {
                for part in &payment.allocations {
                    *paid.entry(part.invoice.to_string()).or_default() += part.amount.amount;
                }
            }
        }
    }
    for row in server.rows.table(Table::Invoice) {
        if let Row::Invoice(invoice) = row
            && paid.get(&invoice.id.to_string()).is_some_and(|paid| *paid > invoice.amount.amount)
        {
            wrong.push(format!("invoice {} is paid more than it is", invoice.number));
        }
    }
    let policy = server.policies().into_iter().next().unwrap_or_else(Policy::standard);
    for row in server.rows.table(Table::Account) {
        let Row::Account(account) = row else { continue };
        let Some(facts) = server.rows.facts(account.id, now) else { continue };
        let today = local_date(&facts.customer, now);
        let active = facts
            .arrangements
            .iter()
            .map(|one| status(one, &facts, &policy.arrangement, today).state)
            .filter(|state| matches!(state, State::Active | State::Kept | State::Short | State::Late | State::Returned))
            .count();
        if active > 1 {
            wrong.push(format!("{active} arrangements are in force on {}", account.reference));
        }
    }
    wrong
}

/// A row of an extract: a new invoice, or a payment of what is open on one.
pub(crate) fn extracted(rows: &RowSet, customer: CustomerId, number: u32, dice: &mut Rng) -> Option<Row> {
    let invoices: Vec<_> = rows
        .of_customer(customer)
        .filter_map(|row| match row {
            Row::Invoice(invoice) => Some(invoice),
            _ => None,
        })
        .collect();
    let invoice = *invoices.get(dice.usize(0..invoices.len().max(1)))?;
    if dice.bool() {
        return Some(portfolio::invoice(invoice.account, &format!("NEW-{number}"), 10, 3_000 + i64::from(number)));
    }
    let untouched = rows.table(Table::Payment).all(|row| match row {
        Row::Payment(payment) => payment.allocations.iter().all(|part| part.invoice != invoice.id),
        _ => true,
    });
    untouched.then(|| portfolio::payment(invoice, &format!("BANK-{number}"), 1_000))
}
