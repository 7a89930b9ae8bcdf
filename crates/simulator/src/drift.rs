//! Drift: rows of a device that are no longer what the server sent, by a fault of the disk or of a program.
//! The daily comparison must find it, mend that customer and no other, and stop nothing meanwhile.

use domain::ids::CustomerId;
use domain::row::{Row, Table};
use domain::rows::RowSet;
use fastrand::Rng;
use store::Incoming;

use crate::world::World;

impl World {
    /// Rows of one of the device's customers are lost or changed, behind everybody's back.
    pub(crate) fn drift(&mut self, number: usize) {
        // Its own dice: a world with drift is otherwise the same.
        let mut dice = Rng::with_seed(self.now ^ number as u64);
        let client = &mut self.clients[number];
        let Some(store) = &client.store else { return };
        let (Ok(state), Ok(customers)) = (store.sync_state(), store.customers()) else { return };
        let Some(customer) = customers.get(dice.usize(0..customers.len().max(1))).copied() else { return };
        let Ok(mut rows) = store.unit(customer) else { return };
        if state.device.is_none() || state.pending > 0 {
            return;
        }
        let what = damage(&mut rows, &mut dice);
        let mut fault = Incoming { after: state.place, to: state.place, decided: state.decided, ..Incoming::default() };
        if rows.is_empty() {
            fault.remove.push(customer);
        } else {
            fault.replace.push((customer, rows));
        }
        let done = store.rebase(&fault, &mut |_, _| Err("nothing is pending".to_owned()));
        if done.is_ok_and(|done| !done.stale) {
            client.drifted.insert(customer);
            self.say(&format!("client {number} drifts: {what} of {customer}"));
        }
    }

    /// Forgets drift that is mended: the rows are the server's again, or are nobody's here any more.
    pub(crate) fn settle_drift(&mut self, number: usize, expected: &RowSet) {
        let client = &self.clients[number];
        let Some(store) = &client.store else { return };
        let here: Vec<CustomerId> = store.customers().unwrap_or_default();
        let scope = self.server.scope_at(client.user, u64::MAX);
        let is_whole = |customer: &CustomerId| {
            if !here.contains(customer) {
                return !scope.contains(customer);
            }
            RowSet::of(store.unit(*customer).unwrap_or_default())
                == RowSet::of(expected.of_customer(*customer).cloned())
        };
        let mended: Vec<CustomerId> = client.drifted.iter().copied().filter(is_whole).collect();
        for customer in mended {
            self.clients[number].drifted.remove(&customer);
            self.say(&format!("client {number} has {customer} whole again"));
        }
    }
}

/// What becomes of a customer's rows.
fn damage(rows: &mut Vec<Row>, dice: &mut Rng) -> &'static str {
    let last_invoice = rows.iter().rposition(|row| row.table() == Table::Invoice);
    match (dice.u8(0..4), last_invoice) {
        (0, _) => {
            rows.clear();
            "everything"
        }
        (1, Some(at)) => {
            if let Row::Invoice(invoice) = &mut rows[at] {
                invoice.number.push_str(" (damaged)");
            }
            "an invoice's number"
        }
        (2, _) if rows.last().is_some_and(|row| row.table() == Table::History) => {
            rows.pop();
            "the last word of the history"
        }
        _ => {
            for row in rows.iter_mut() {
                if let Row::Customer(customer) = row {
                    "Nobody at all".clone_into(&mut customer.name);
                }
            }
            "the name"
        }
    }
}
