//! The world: time, and what happens next. One thing after the other, in the order of
//! virtual time; the seed decides everything.

use std::collections::BTreeMap;
use std::path::Path;

use chrono::{DateTime, TimeDelta, Utc};
use domain::ids::CustomerId;
use fastrand::Rng;
use protocol::CommandId;
use store::Store;
use sync::{Event, Input};

use crate::client::{Client, Done, Refused, Request, key};
use crate::fate::{Bug, Fate};
use crate::net::told;
use crate::orders::Banked;
use crate::portfolio;
use crate::server::Server;
use crate::versions::NEWEST;

/// Users; each has a device, one has two.
pub(crate) const USERS: usize = 2;
const CLIENTS: usize = 3;
const CUSTOMERS: usize = 6;

/// People work and things break for so long, milliseconds.
pub(crate) const TROUBLE: u64 = 6 * 60_000;

/// What became of a world.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// What happened, line by line; the same for the same seed.
    pub trace: Vec<String>,
    /// What the checker found.
    pub violations: Vec<String>,
    /// Commands given on all devices.
    pub commands: u64,
    /// Times a device crashed.
    pub crashes: u32,
    /// Pages taken in.
    pub pages: u32,
}

pub(crate) enum Next {
    Tick { client: usize, life: u32, timer: u64 },
    Arrive { client: usize, life: u32, request: Request, answered: bool },
    Answer { client: usize, life: u32, event: Event },
    Work { client: usize },
    Admin,
    Restart { client: usize },
    Drift { client: usize },
}

pub(crate) struct World {
    pub(crate) fate: Fate,
    pub(crate) dice: Rng,
    pub(crate) now: u64,
    order: u64,
    pub(crate) queue: BTreeMap<(u64, u64), Next>,
    pub(crate) server: Server,
    pub(crate) backup: Option<Server>,
    pub(crate) restored: bool,
    pub(crate) first: domain::rows::RowSet,
    pub(crate) clients: Vec<Client>,
    pub(crate) customers: Vec<CustomerId>,
    pub(crate) healing: bool,
    trace: Vec<String>,
    pub(crate) violations: Vec<String>,
    crashes: u32,
    pages: u32,
    /// Rows of extracts so far.
    pub(crate) invoices: u32,
    /// Paid at the bank, and not told yet.
    pub(crate) bank: Vec<Banked>,
}

/// Plays a seed. `template` is an empty database to copy, `folder` where the devices' files go.
///
/// # Errors
///
/// When the file system refuses.
pub fn simulate(seed: u64, bug: Option<Bug>, template: &Path, folder: &Path) -> std::io::Result<Outcome> {
    let mut world = World::new(seed, bug, template, folder)?;
    world.play();
    world.heal();
    world.check_end();
    let commands =
        world.clients.iter().filter_map(|client| client.store.as_ref()?.sync_state().ok()).map(|it| it.given);
    let commands = commands.sum();
    Ok(Outcome {
        trace: world.trace,
        violations: world.violations,
        commands,
        crashes: world.crashes,
        pages: world.pages,
    })
}

impl World {
    fn new(seed: u64, bug: Option<Bug>, template: &Path, folder: &Path) -> std::io::Result<Self> {
        let fate = Fate::of(seed, bug);
        let mut dice = Rng::with_seed(seed);
        let rows: Vec<_> = (0..CUSTOMERS).flat_map(portfolio::customer).collect();
        let customers = (0..CUSTOMERS).map(|number| CustomerId::derive("billing", &format!("C-{number}"))).collect();
        let server = Server::new(rows, bug);
        let mut world = Self {
            fate,
            now: 0,
            order: 0,
            queue: BTreeMap::new(),
            first: server.rows.clone(),
            server,
            backup: None,
            restored: false,
            clients: Vec::new(),
            customers,
            healing: false,
            trace: Vec::new(),
            violations: Vec::new(),
            crashes: 0,
            pages: 0,
            invoices: 0,
            bank: Vec::new(),
            dice: dice.fork(),
        };
        for (number, customer) in world.customers.clone().into_iter().enumerate() {
            let at = world.at();
            world.server.assign(number % USERS, customer, true, at);
            // Some customers are worked by two: where conflicts come from.
            if dice.u8(0..3) == 0 {
                world.server.assign((number + 1) % USERS, customer, true, at);
            }
        }
        for number in 0..CLIENTS {
            let place = folder.join(format!("client-{number}"));
            std::fs::create_dir_all(&place)?;
            std::fs::copy(template, place.join("dunlin.db"))?;
            let skew = dice.i64(-fate.skew..=fate.skew);
            let mut client = Client::new(number, number % USERS, place, skew, bug);
            // The first has the oldest program, the last one of today.
            client.speaks = fate.oldest + u16::try_from(number).unwrap_or(0).min(NEWEST - fate.oldest);
            let user = client.user;
            world.server.devices.entry(client.device).or_default().user = user;
            world.clients.push(client);
            let first = dice.u64(0..5_000);
            world.after(first, Next::Restart { client: number });
        }
        world.after(20_000, Next::Admin);
        if let Some(at) = fate.drift {
            (0..CLIENTS).for_each(|client| world.after(at + 10_000 * client as u64, Next::Drift { client }));
        }
        Ok(world)
    }

    /// The server's clock.
    pub(crate) fn at(&self) -> DateTime<Utc> {
        let ms = i64::try_from(self.now).unwrap_or(i64::MAX);
        portfolio::start() + TimeDelta::milliseconds(ms)
    }

    pub(crate) fn after(&mut self, ms: u64, next: Next) {
        self.order += 1;
        self.queue.insert((self.now + ms, self.order), next);
    }

    pub(crate) fn say(&mut self, line: &str) {
        self.trace.push(format!("{:>9} {line}", self.now));
    }

    pub(crate) fn wrong(&mut self, what: String) {
        self.say(&format!("VIOLATION {what}"));
        self.violations.push(what);
    }

    pub(crate) fn chance(&mut self, of_thousand: u32) -> bool {
        !self.healing && self.dice.u32(0..1_000) < of_thousand
    }

    fn play(&mut self) {
        while self.violations.len() < 10 {
            let Some(entry) = self.queue.first_entry() else { break };
            if entry.key().0 > TROUBLE {
                break;
            }
            let ((now, _), next) = entry.remove_entry();
            self.now = now;
            self.happen(next);
        }
    }

    pub(crate) fn happen(&mut self, next: Next) {
        match next {
            Next::Tick { client, life, timer } => {
                let it = &self.clients[client];
                if it.life == life && it.timer == timer && it.store.is_some() {
                    self.feed(client, Event::Ticked);
                }
            }
            Next::Arrive { client, life, request, answered } => self.arrive(client, life, &request, answered),
            Next::Answer { client, life, event } => {
                if self.clients[client].life == life && self.clients[client].store.is_some() {
                    self.feed(client, event);
                }
            }
            Next::Work { client } => self.work(client),
            Next::Admin => self.administer(),
            Next::Restart { client } => self.restart(client),
            Next::Drift { client } => self.drift(client),
        }
    }

    fn restart(&mut self, number: usize) {
        let client = &mut self.clients[number];
        if client.store.is_some() {
            if client.stopped.is_none() {
                return;
            }
            // A person closes it, updates it, and opens it again.
            client.crash();
        }
        let works = std::mem::replace(&mut client.works, true);
        match client.start() {
            Ok(event) => {
                self.say(&format!("client {number} starts"));
                self.feed(number, event);
            }
            Err(error) => return self.wrong(format!("client {number} can't start: {error}")),
        }
        if !works {
            let wait = self.dice.u64(1_000..20_000);
            self.after(wait, Next::Work { client: number });
        }
    }

    /// An event for a device's engine, and all that follows at once.
    pub(crate) fn feed(&mut self, number: usize, event: Event) {
        if let Event::Pushed(_, Ok(answer)) = &event {
            let now = self.at();
            self.clients[number].clock.measured(answer.server_time, now);
        }
        let mut events = vec![event];
        while let Some(event) = events.pop() {
            let input = Input { now: self.now, dice: self.dice.u64(..) };
            let actions = self.clients[number].engine.step(event, input);
            for action in actions {
                if self.chance(self.fate.crash) {
                    return self.crash(number);
                }
                let page = matches!(action, sync::Action::Apply(..));
                let done = self.clients[number].act(action);
                if page {
                    self.pages += 1;
                    self.check_page(number);
                }
                if self.chance(self.fate.crash) {
                    return self.crash(number);
                }
                match done {
                    Done::Event(event) => {
                        self.say(&format!("client {number} {}", told(&event)));
                        events.push(event);
                    }
                    Done::Send(request) => self.send(number, request),
                    Done::Wait(ms) => {
                        let client = &mut self.clients[number];
                        client.timer += 1;
                        let (life, timer) = (client.life, client.timer);
                        self.after(ms, Next::Tick { client: number, life, timer });
                    }
                    Done::Nothing => {}
                }
            }
        }
    }

    pub(crate) fn crash(&mut self, number: usize) {
        self.crashes += 1;
        self.clients[number].crash();
        self.say(&format!("client {number} crashes"));
        let wait = self.dice.u64(500..30_000);
        self.after(wait, Next::Restart { client: number });
    }

    fn work(&mut self, number: usize) {
        let wait = self.dice.u64(4_000..45_000);
        self.after(wait, Next::Work { client: number });
        if self.chance(80) {
            self.clients[number].offline_until = self.now + self.dice.u64(10_000..240_000);
            self.say(&format!("client {number} goes offline"));
        }
        let Some((act, account, permit)) = self.decide_work(number) else {
            return;
        };
        if permit.is_some() && self.chance(400) {
            // Calls from the road: what permits are for.
            self.clients[number].offline_until = self.now + self.dice.u64(60_000..240_000);
        }
        let now = self.at();
        match self.clients[number].work(account, &act, permit, now) {
            Ok(seq) => {
                self.say(&format!("client {number} gives command {seq} on {account}"));
                if self.chance(self.fate.crash) {
                    return self.crash(number);
                }
                self.feed(number, Event::Logged(seq));
            }
            Err(Refused::Domain) => self.say(&format!("client {number} refuses itself")),
            Err(Refused::Store(error)) => self.wrong(format!("client {number} can't log a command: {error}")),
        }
        self.check_page(number);
    }

    /// What a person would do now, on this device; permits are asked for on the way.
    fn decide_work(&mut self, number: usize) -> Option<(protocol::Act, domain::ids::AccountId, Option<uuid::Uuid>)> {
        let now = self.at();
        let client = &self.clients[number];
        let store = client.store.as_ref()?;
        let customers = store.customers().ok()?;
        let customer = *customers.get(self.dice.usize(0..customers.len().max(1)))?;
        let moment = client.clock.at(now).moment();
        let accounts: Vec<_> = store.unit(customer).ok()?.iter().filter_map(domain::row::Row::account).collect();
        let account = *accounts.first()?;
        let permit = store.permit(customer, now).ok()?;
        let facts = store.facts(account, moment).ok()?;
        let act = crate::work::choose(&facts, &mut self.dice, permit.is_some());
        let calls = matches!(&act, protocol::Act::Decide { command: domain::decide::Command::RecordContact(_), .. });
        if permit.is_none() && self.dice.u8(0..3) == 0 {
            self.feed(number, Event::WantPermits(vec![customer], Vec::new()));
        }
        Some((act, account, permit.filter(|_| calls)))
    }

    /// Everything that any device took for accepted.
    pub(crate) fn acknowledged(&self) -> Vec<(usize, CommandId)> {
        let of =
            |(number, client): (usize, &Client)| client.acknowledged.iter().map(|id| (number, *id)).collect::<Vec<_>>();
        self.clients.iter().enumerate().flat_map(of).collect()
    }
}

/// An empty database to copy for every device.
///
/// # Errors
///
/// When the store refuses.
pub fn template(path: &Path) -> Result<(), store::StoreError> {
    Store::create(path, &key())?.close()
}
