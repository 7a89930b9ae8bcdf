//! The network: requests and answers are late, lost, doubled and cut; nobody knows which.

use protocol::{Envelope, Problem, ProblemCode, PullResponse, PushRequest};
use sync::{Event, Trouble};

use crate::client::Request;
use crate::fate::Bug;
use crate::world::{Next, World};

impl World {
    fn latency(&mut self) -> u64 {
        if self.healing { 50 } else { self.dice.u64(5..=self.fate.latency) }
    }

    pub(crate) fn send(&mut self, client: usize, request: Request) {
        let life = self.clients[client].life;
        if self.clients[client].offline_until > self.now {
            let event = refused(&request, Trouble::Net("offline".to_owned()));
            return self.after(200, Next::Answer { client, life, event });
        }
        if self.chance(self.fate.drop) {
            let event = refused(&request, Trouble::Net("no answer".to_owned()));
            return self.after(15_000, Next::Answer { client, life, event });
        }
        if self.chance(self.fate.twice) {
            let wait = self.latency() + self.latency();
            self.after(wait, Next::Arrive { client, life, request: request.clone(), answered: false });
        }
        let wait = self.latency();
        self.after(wait, Next::Arrive { client, life, request, answered: true });
    }

    pub(crate) fn arrive(&mut self, client: usize, life: u32, request: &Request, answered: bool) {
        let before = self.server.seq;
        let event = self.serve(client, request);
        self.check_server();
        self.say(&format!("server, {} of client {client}: {}", asked(request), told(&event)));
        let lost = self.chance(self.fate.drop);
        let event = if lost { refused(request, Trouble::Net("the answer was lost".to_owned())) } else { event };
        let wait = if lost { 15_000 } else { self.latency() };
        // What came twice is answered twice, in any order.
        if answered || self.dice.bool() {
            self.after(wait, Next::Answer { client, life, event });
        }
        if self.server.seq > before {
            self.wake(client);
        }
    }

    /// The others hear that there is something.
    pub(crate) fn wake(&mut self, but: usize) {
        for client in (0..self.clients.len()).filter(|client| *client != but).collect::<Vec<_>>() {
            if self.clients[client].offline_until <= self.now && !self.chance(300) {
                let (life, wait) = (self.clients[client].life, self.latency());
                self.after(wait, Next::Answer { client, life, event: Event::Woken });
            }
        }
    }

    fn is_too_wide(&self, push: &PushRequest) -> bool {
        let blocks = self.fate.bug == Some(Bug::OversizedBlocks);
        let wide = |command: &Envelope| command.size() > self.fate.widest || (blocks && command.too_large().is_some());
        push.commands.iter().any(wide)
    }

    fn serve(&mut self, client: usize, request: &Request) -> Event {
        let now = self.at();
        let (device, reads) = (self.clients[client].device, self.clients[client].reads);
        match request {
            Request::Push(ticket, push) if self.is_too_wide(push) => {
                // A proxy with a limit of its own, which says so before the server hears of it.
                let problem = Problem::new(ProblemCode::TooLarge, "Too large", "Send less.");
                Event::Pushed(*ticket, Err(Trouble::Problem(problem)))
            }
            Request::Push(ticket, push) => {
                Event::Pushed(*ticket, self.server.push(device, push, now).map_err(Trouble::Problem))
            }
            Request::Pull(ticket, pull) => {
                let answer = match self.server.pull(device, pull, reads, now) {
                    PullResponse::Page(page) => PullResponse::Page(self.clients[client].look(page)),
                    other => other,
                };
                Event::Pulled(*ticket, Ok(answer))
            }
            Request::Manifest(ticket, manifest) => {
                Event::Manifest(*ticket, Ok(self.server.manifest(device, *manifest)))
            }
            Request::Chunk(ticket, id, nr) => {
                let gone = || Problem::new(ProblemCode::SnapshotGone, "The snapshot is gone", "Start a new one.");
                let mut chunk = self.server.chunk(*id, *nr).ok_or_else(gone);
                if self.chance(self.fate.drop)
                    && let Ok(bytes) = &mut chunk
                {
                    // A proxy that cuts answers short.
                    bytes.truncate(bytes.len() / 2);
                }
                Event::Chunk(*ticket, chunk.map_err(Trouble::Problem))
            }
            Request::Permits(ticket, permits) => Event::Permits(*ticket, Ok(self.server.permits(device, permits, now))),
        }
    }
}

fn refused(request: &Request, trouble: Trouble) -> Event {
    match request {
        Request::Push(ticket, _) => Event::Pushed(*ticket, Err(trouble)),
        Request::Pull(ticket, _) => Event::Pulled(*ticket, Err(trouble)),
        Request::Manifest(ticket, _) => Event::Manifest(*ticket, Err(trouble)),
        Request::Chunk(ticket, ..) => Event::Chunk(*ticket, Err(trouble)),
        Request::Permits(ticket, _) => Event::Permits(*ticket, Err(trouble)),
    }
}

fn asked(request: &Request) -> String {
    match request {
        Request::Push(_, push) => {
            let numbers: Vec<u64> = push.commands.iter().map(|command| command.device_seq).collect();
            format!("push {numbers:?}")
        }
        Request::Pull(_, pull) => format!("pull after {}/{}", pull.cursor.seq, pull.cursor.scope_version),
        Request::Manifest(..) => "manifest".to_owned(),
        Request::Chunk(_, _, nr) => format!("chunk {nr}"),
        Request::Permits(_, permits) => format!("permits {}", permits.customers.len()),
    }
}

/// An event in a line of the trace.
pub(crate) fn told(event: &Event) -> String {
    match event {
        Event::Pulled(_, Ok(PullResponse::Page(page))) => format!(
            "page to {}/{}: {} transactions, +{} -{}, {} mended, {} verdicts, decided {}",
            page.cursor.seq,
            page.cursor.scope_version,
            page.transactions.len(),
            page.scope.add.len(),
            page.scope.remove.len(),
            page.repair.len(),
            page.results.len(),
            page.last_device_seq
        ),
        Event::Pushed(_, Ok(answer)) => format!(
            "decided {:?}, last {}",
            answer.results.iter().map(|it| (it.device_seq, it.outcome.is_accepted())).collect::<Vec<_>>(),
            answer.last_device_seq
        ),
        Event::Log(commands) => format!("log of {}", commands.as_ref().map_or(0, Vec::len)),
        Event::Manifest(_, Ok(manifest)) => format!("manifest of {} rows", manifest.rows),
        Event::Chunk(_, Ok(bytes)) => format!("chunk of {} bytes", bytes.len()),
        other => format!("{other:?}").chars().take(200).collect(),
    }
}
