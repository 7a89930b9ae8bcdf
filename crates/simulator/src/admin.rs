//! What administrators and the billing system do to a world: reassign, import, publish, back up,
//! restore, upgrade, forget.

use chrono::{DateTime, Utc};

use crate::fate::Bug;
use crate::versions::NEWEST;
use crate::world::{Next, USERS, World};

impl World {
    pub(crate) fn administer(&mut self) {
        let wait = self.dice.u64(10_000..60_000);
        self.after(wait, Next::Admin);
        let now = self.at();
        self.fetch_orders();
        self.pay_at_the_bank();
        match self.dice.u32(0..100) {
            0..30 => {
                let customer = self.customers[self.dice.usize(0..self.customers.len())];
                let from = self.dice.usize(0..USERS);
                let to = (from + 1) % USERS;
                let has = self.server.scope_at(from, u64::MAX).contains(&customer);
                if has {
                    self.server.assign(from, customer, false, now);
                }
                if !self.server.scope_at(to, u64::MAX).contains(&customer) {
                    self.server.assign(to, customer, true, now);
                }
                self.say(&format!("{customer} goes from {from} to {to}"));
            }
            30..55 => self.extract(now),
            55..65 => {
                self.server.durable = self.server.seq;
                self.backup = Some(self.server.clone());
                self.say("backup");
            }
            65..72 => self.restore(),
            72..80 => {
                self.server.floor = self.server.seq.saturating_sub(6);
                self.say(&format!("the feed begins at {}", self.server.floor));
            }
            80..84 if self.server.upgraded_at.is_none() => {
                self.server.upgraded_at = Some(self.server.seq + 1);
                self.say("the server is upgraded");
            }
            84..92 => {
                let number = self.dice.usize(0..self.clients.len());
                if self.clients[number].store.is_some() {
                    self.clients[number].reads = protocol::SCHEMA + 1;
                    self.clients[number].speaks = NEWEST;
                    self.crash(number);
                    self.say(&format!("client {number} is upgraded"));
                }
            }
            _ => self.publish(now),
        }
        self.check_server();
    }

    /// A nightly extract: new invoices, and payments of old ones.
    fn extract(&mut self, now: DateTime<Utc>) {
        let mut rows = Vec::new();
        for _ in 0..self.dice.usize(1..12) {
            self.invoices += 1;
            let customer = self.customers[self.dice.usize(0..self.customers.len())];
            if let Some(row) = crate::check::extracted(&self.server.rows, customer, self.invoices, &mut self.dice) {
                rows.push(row);
            }
        }
        rows.extend(self.bank_file(&rows));
        self.say(&format!("an extract of {} rows", rows.len()));
        self.server.put(rows, now);
        self.server.payments_until = Some(now);
        self.server.release_orders();
        self.wake(usize::MAX);
    }

    fn restore(&mut self) {
        let Some(backup) = self.backup.clone().filter(|_| !self.restored) else {
            return;
        };
        self.restored = true;
        let (old, made) = (self.server.epoch, self.server.made);
        self.server = backup;
        self.server.made = made + 1;
        if self.fate.bug != Some(Bug::SameEpoch) {
            self.server.epoch = old + 1;
        }
        self.server.snapshots.clear();
        self.say("the server is restored from its backup");
    }

    fn publish(&mut self, now: DateTime<Utc>) {
        let mut policy = domain::policy::Policy::standard();
        policy.version = self.server.policies().first().map_or(1, |last| last.version) + 1;
        policy.arrangement.max_promise_days = self.dice.u32(3..20);
        self.say(&format!("policy {}", policy.version));
        let row = protocol::PolicyRow { policy, at: now, actor: "supervisor".to_owned() };
        self.server.put(vec![domain::row::Row::Policy(row)], now);
        self.wake(usize::MAX);
    }
}
