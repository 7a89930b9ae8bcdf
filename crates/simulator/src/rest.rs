//! The end of a world: nothing breaks any more, and everything must come to rest.

use sync::Event;

use crate::versions::{NEWEST, known_to};
use crate::world::{Next, TROUBLE, World};

/// After that everything must come to rest within so long.
const HEALING: u64 = 90 * 60_000;

impl World {
    /// Nothing breaks any more; everything must come to rest.
    pub(crate) fn heal(&mut self) {
        self.healing = true;
        self.now = self.now.max(TROUBLE);
        self.say("healing");
        for number in 0..self.clients.len() {
            let client = &mut self.clients[number];
            client.offline_until = 0;
            let read = std::mem::replace(&mut client.reads, protocol::SCHEMA + 1);
            // It may only pull: a person updates it, with what waits in its log.
            let pulls_only = client.speaks < known_to(NEWEST).oldest();
            if pulls_only {
                client.speaks = NEWEST;
            }
            // An update starts the program anew: what was on its way to the old one does not reach it.
            let updated = read <= protocol::SCHEMA && self.server.upgraded_at.is_some() && client.stopped.is_none();
            if pulls_only || updated {
                self.crash(number);
                continue;
            }
            if client.store.is_some() && client.stopped.is_none() {
                self.feed(number, Event::Online);
            } else {
                self.after(1_000, Next::Restart { client: number });
            }
        }
        while self.now < TROUBLE + HEALING && self.violations.len() < 10 {
            let Some(entry) = self.queue.first_entry() else { break };
            let ((now, _), next) = entry.remove_entry();
            self.now = now;
            if !matches!(next, Next::Work { .. } | Next::Admin) {
                self.happen(next);
            }
            for number in 0..self.clients.len() {
                self.look_for_drift(number);
            }
            if self.at_rest() {
                return;
            }
        }
        self.wrong("after healing, the queue did not drain".to_owned());
    }

    /// Drift that was mended on the way is none any more.
    pub(crate) fn look_for_drift(&mut self, number: usize) {
        if !self.clients[number].drifted.is_empty()
            && let Some(expected) = self.expected(number)
        {
            self.settle_drift(number, &expected);
        }
    }

    fn at_rest(&self) -> bool {
        self.clients.iter().enumerate().all(|(number, client)| {
            let newest =
                self.server.scope.iter().filter(|it| it.user == client.user).map(|it| it.version).max().unwrap_or(0);
            client.store.as_ref().and_then(|store| store.sync_state().ok()).is_some_and(|state| {
                client.drifted.is_empty()
                    && state.pending == 0
                    && state.place.seq == self.server.seq
                    && state.place.epoch == self.server.epoch
                    && state.place.scope_version >= newest
                    && self.unknown_colleagues(number).is_empty()
            })
        })
    }

    /// What a device does not know of who else works its customers.
    pub(crate) fn unknown_colleagues(&self, number: usize) -> Vec<String> {
        let client = &self.clients[number];
        let Some(store) = &client.store else {
            return Vec::new();
        };
        let told = self.server.colleagues(client.user);
        let mut wrong = Vec::new();
        for customer in self.server.scope_at(client.user, u64::MAX) {
            let there = told.iter().find(|one| one.customer == customer).map_or(&[][..], |one| &one.users);
            let here = store.assigned(customer).unwrap_or_default();
            if here != there {
                wrong.push(format!("{customer} is worked by {there:?}, and here by {here:?}"));
            }
        }
        wrong
    }
}
