//! One device: the real store, the real engine, and the driver between them, which the app will be.

use std::collections::BTreeSet;
use std::path::PathBuf;

use chrono::{DateTime, Utc};
use domain::ids::{AccountId, CustomerId};
use domain::plan::Plan;
use domain::policy::Policy;
use protocol::{
    Act, CommandId, CommandResult, Cursor, DeviceId, Envelope, Manifest, ManifestRequest, Page, PermitId,
    PermitRequest, PullRequest, PushRequest, SCHEMA, SnapshotId, Unit, decide, policy_for,
};
use store::{Ground, Incoming, Key, Logged, NewCommand, Place, Store, StoreError, Taken, Verdict};
use sync::{Action, Engine, Event, ReadPage, Status, Stored, Why};

use crate::clock::DeviceClock;
use crate::fate::Bug;
use crate::server::{actor, wired};
use crate::versions::{self, NEWEST};

/// What goes over the wire.
#[derive(Clone, Debug)]
pub(crate) enum Request {
    Push(u64, PushRequest),
    Pull(u64, PullRequest),
    Manifest(u64, ManifestRequest),
    Chunk(u64, SnapshotId, u32),
    Permits(u64, PermitRequest),
}

/// What carrying out an action leads to.
#[derive(Debug)]
pub(crate) enum Done {
    /// An event for the engine, at once.
    Event(Event),
    /// Something for the network.
    Send(Request),
    /// A timer.
    Wait(u64),
    /// Nothing.
    Nothing,
}

/// A command that was not logged.
#[derive(Debug)]
pub(crate) enum Refused {
    /// By the domain; the words don't matter here.
    Domain,
    /// By the store.
    Store(StoreError),
}

impl From<StoreError> for Refused {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

/// A device.
pub(crate) struct Client {
    pub(crate) user: usize,
    pub(crate) device: DeviceId,
    pub(crate) folder: PathBuf,
    pub(crate) store: Option<Store>,
    part: Option<Store>,
    pub(crate) engine: Engine,
    /// Counts restarts: what was on its way to an earlier life is lost.
    pub(crate) life: u32,
    pub(crate) timer: u64,
    pub(crate) offline_until: u64,
    pub(crate) clock: DeviceClock,
    /// The rows' form it reads.
    pub(crate) reads: u16,
    /// The version of commands that its program writes.
    pub(crate) speaks: u16,
    /// Customers whose rows were damaged, and are not mended yet.
    pub(crate) drifted: BTreeSet<CustomerId>,
    pub(crate) stopped: Option<Why>,
    pub(crate) bug: Option<Bug>,
    pub(crate) commands: u128,
    /// Somebody sits at it.
    pub(crate) works: bool,
    /// Accepted, by the pages it took in.
    pub(crate) acknowledged: Vec<CommandId>,
}

pub(crate) fn key() -> Key {
    Key::new([7; 32])
}

fn place(cursor: Cursor) -> Place {
    Place {
        epoch: cursor.epoch,
        seq: cursor.seq,
        scope_version: cursor.scope_version,
        schema_version: cursor.schema_version,
    }
}

fn cursor(place: Place) -> Cursor {
    Cursor { epoch: place.epoch, seq: place.seq, scope_version: place.scope_version, schema_version: SCHEMA }
}

impl Client {
    pub(crate) fn new(number: usize, user: usize, folder: PathBuf, skew: i64, bug: Option<Bug>) -> Self {
        Self {
            user,
            device: DeviceId(uuid::Uuid::from_u128(0xdddd_0000 + number as u128)),
            folder,
            store: None,
            part: None,
            engine: Engine::default(),
            life: 0,
            timer: 0,
            offline_until: 0,
            clock: DeviceClock::off_by(skew),
            reads: SCHEMA,
            speaks: NEWEST,
            drifted: BTreeSet::new(),
            stopped: None,
            bug,
            commands: 0,
            works: false,
            acknowledged: Vec::new(),
        }
    }

    fn path(&self) -> PathBuf {
        self.folder.join("dunlin.db")
    }

    fn part_path(&self) -> PathBuf {
        self.folder.join("dunlin.db.snapshot")
    }

    /// The power goes: what is not committed is gone.
    pub(crate) fn crash(&mut self) {
        self.store = None;
        self.part = None;
        self.clock.restart();
        self.engine = Engine::speaking(versions::known_to(self.speaks));
        self.life += 1;
        self.timer += 1;
    }

    /// Starts; what the engine does first.
    pub(crate) fn start(&mut self) -> Result<Event, StoreError> {
        let store = Store::open(self.path(), &key())?;
        let stored = self.stored(&store)?;
        self.engine = Engine::speaking(versions::known_to(self.speaks));
        self.store = Some(store);
        self.stopped = None;
        Ok(Event::Started(stored))
    }

    fn stored(&self, store: &Store) -> Result<Stored, StoreError> {
        let state = store.sync_state()?;
        Ok(Stored { device: self.device, cursor: cursor(state.place), decided: state.decided, given: state.given })
    }

    fn store(&self) -> Result<&Store, String> {
        self.store.as_ref().ok_or_else(|| "the store is closed".to_owned())
    }

    /// Carries out one action.
    pub(crate) fn act(&mut self, action: Action) -> Done {
        match action {
            Action::Read { after, count, bytes } => {
                let commands = self
                    .store()
                    .and_then(|store| store.commands_after(after, count, bytes).map_err(|error| error.to_string()))
                    .unwrap_or_default();
                let read = |logged: &Logged| serde_json::from_str::<Envelope>(&logged.body).ok();
                Done::Event(Event::Log(Ok(commands.iter().filter_map(read).collect())))
            }
            Action::Push(ticket, request) => Done::Send(Request::Push(ticket, request)),
            Action::Pull(ticket, request) => Done::Send(Request::Pull(ticket, request)),
            Action::Apply(ticket, page) => {
                let applied = self.apply(&page).map_err(|error| error.to_string());
                Done::Event(Event::Applied(ticket, applied))
            }
            Action::GetManifest { ticket, request, fresh } => self.manifest(ticket, request, fresh),
            Action::BeginSnapshot(manifest) => Done::Event(Event::Begun(self.begin(&manifest))),
            Action::GetChunk(ticket, id, nr) => Done::Send(Request::Chunk(ticket, id, nr)),
            Action::KeepPart(nr, rows) => {
                let kept = match &self.part {
                    Some(part) => part.add_snapshot_part(nr, &rows).map_err(|error| error.to_string()),
                    None => Err("no snapshot was begun".to_owned()),
                };
                Done::Event(Event::Kept(kept))
            }
            Action::FinishSnapshot(manifest) => Done::Event(Event::Finished(self.finish(&manifest))),
            Action::Compare { after, count } => Done::Event(Event::Compared(self.checksums(after, count))),
            Action::AskPermits(ticket, request) => Done::Send(Request::Permits(ticket, request)),
            Action::KeepPermits(permits) => {
                let permits: Vec<_> = permits.iter().map(|it| (it.id.0, it.customer, it.until)).collect();
                if let Ok(store) = self.store() {
                    let _ = store.add_permits(&permits);
                }
                Done::Nothing
            }
            Action::Wait(ms) => Done::Wait(ms),
            Action::Tell(status) => {
                self.stopped = match status {
                    Status::Stopped(why) => Some(why),
                    _ => None,
                };
                Done::Nothing
            }
            Action::DestroyKey => Done::Nothing,
        }
    }

    fn checksums(&self, after: Option<CustomerId>, count: usize) -> Option<Vec<(CustomerId, String)>> {
        if self.bug == Some(Bug::ComparesNothing) {
            return None;
        }
        let store = self.store().ok()?;
        let customers = store.customers().unwrap_or_default();
        let of = |customer: CustomerId| {
            let rows = store.unit(customer).unwrap_or_default();
            (customer, Unit { customer, rows: wired(rows.iter()) }.checksum())
        };
        Some(customers.into_iter().filter(|customer| Some(*customer) > after).take(count).map(of).collect())
    }

    fn apply(&mut self, page: &ReadPage) -> Result<Stored, StoreError> {
        let by = actor(self.user);
        let incoming = self.incoming(page);
        let Some(store) = &self.store else {
            return Err(StoreError::Cancelled);
        };
        let done = store.rebase(&incoming, &mut |logged, ground| replayed(logged, ground, &by))?;
        let stored = self.stored(store)?;
        if !done.stale {
            let accepted = page.results.iter().filter(|result| result.outcome.is_accepted());
            self.acknowledged.extend(accepted.map(|result| result.id));
        }
        Ok(stored)
    }

    fn incoming(&self, page: &ReadPage) -> Incoming {
        let mut incoming = Incoming {
            after: place(page.after),
            to: place(page.cursor),
            more: page.more,
            rows: page.rows.clone(),
            remove: page.remove.clone(),
            replace: page.replace.clone(),
            verdicts: page.results.iter().map(verdict).collect(),
            decided: page.last_device_seq,
            durable: page.durable_seq,
            permits: page.permits.iter().map(|permit| (permit.id.0, permit.customer, permit.until)).collect(),
            assigned: page
                .assigned
                .as_ref()
                .map(|all| all.iter().map(|one| (one.customer, one.users.clone())).collect()),
        };
        match self.bug {
            Some(Bug::ForgottenPurge) => incoming.remove.clear(),
            Some(Bug::SilentRefusal) => incoming.verdicts.iter_mut().for_each(|verdict| verdict.accepted = true),
            Some(Bug::ForgetsAtAnswer) => incoming.durable = u64::MAX >> 1,
            _ => {}
        }
        incoming
    }

    /// What a device that was built wrong makes of a page.
    pub(crate) fn look(&self, mut page: Page) -> Page {
        if self.bug == Some(Bug::NoRepair) {
            page.repair.clear();
        }
        if self.bug == Some(Bug::SkipsUnknown) {
            for transaction in &mut page.transactions {
                transaction.rows.retain(|row| row.read().is_ok());
            }
        }
        page
    }

    fn manifest(&mut self, ticket: u64, request: ManifestRequest, fresh: bool) -> Done {
        if !fresh && let Some(begun) = self.begun() {
            return Done::Event(Event::Manifest(ticket, Ok(begun)));
        }
        Done::Send(Request::Manifest(ticket, request))
    }

    /// The manifest of the unfinished file, if there is one.
    fn begun(&mut self) -> Option<Manifest> {
        self.part = None;
        let text = Store::unfinished(self.part_path(), &key()).ok()??;
        serde_json::from_str(&text).ok()
    }

    fn begin(&mut self, manifest: &Manifest) -> Result<Vec<u32>, String> {
        self.part = None;
        let text = serde_json::to_string(manifest).map_err(|error| error.to_string())?;
        let part = Store::begin_snapshot(self.part_path(), &key(), &text).map_err(|error| error.to_string())?;
        let parts = part.snapshot_parts().map_err(|error| error.to_string())?;
        self.part = Some(part);
        Ok(parts)
    }

    fn finish(&mut self, manifest: &Manifest) -> Result<Stored, String> {
        let by = actor(self.user);
        let (Some(part), Some(old)) = (self.part.take(), self.store.take()) else {
            return Err("there is nothing to finish".to_owned());
        };
        let taken = Taken {
            device: self.device.0,
            place: place(manifest.cursor),
            decided: manifest.last_device_seq,
            verdicts: manifest.results.iter().map(verdict).collect(),
        };
        let parts = u32::try_from(manifest.chunks.len()).unwrap_or(u32::MAX);
        let swapped = part
            .finish_snapshot(&taken, parts, Some(&old), &mut |logged, ground| replayed(logged, ground, &by))
            .and_then(|_| part.swap_in(Some(old), &self.path(), false));
        let opened = Store::open(self.path(), &key()).map_err(|error| error.to_string())?;
        let stored = self.stored(&opened).map_err(|error| error.to_string())?;
        self.store = Some(opened);
        swapped.map_err(|error| error.to_string())?;
        let accepted = manifest.results.iter().filter(|result| result.outcome.is_accepted());
        self.acknowledged.extend(accepted.map(|result| result.id));
        Ok(stored)
    }

    /// A person does something.
    pub(crate) fn work(
        &mut self,
        account: AccountId,
        act: &Act,
        permit: Option<uuid::Uuid>,
        now: DateTime<Utc>,
    ) -> Result<u64, Refused> {
        self.commands += 1;
        let clock = self.clock.at(now);
        let millis = u128::from(clock.moment().timestamp_millis().unsigned_abs());
        let id = CommandId(uuid::Uuid::from_u128(
            (millis << 80)
                | 0x7000_8000_0000_0000_0000
                | (self.device.0.as_u128() << 32 & 0xffff_ffff_0000_0000)
                | self.commands,
        ));
        let (device, by, speaks) = (self.device, actor(self.user), self.speaks);
        let Some(store) = &self.store else {
            return Err(Refused::Domain);
        };
        let (logged, _) = store.act(account, clock.moment(), |ground: &Ground<'_>| {
            let standard = Policy::standard();
            let policies = ground.policies.iter().map(|published| &published.policy);
            let command = Envelope {
                id,
                device,
                device_seq: ground.device_seq,
                cmd_version: speaks,
                app_version: "simulated".to_owned(),
                clock,
                tz: "America/Boise".to_owned(),
                base_cursor: cursor(ground.place),
                policy_version: policies.clone().next().map_or(1, |policy| policy.version),
                permit: permit.map(PermitId),
                act: versions::older(act, speaks).ok_or(Refused::Domain)?,
                instead: None,
            };
            let policy = policy_for(&command, policies.clone()).unwrap_or(&standard);
            let plan = decide(&versions::own(&command), &ground.facts, policy, &by).map_err(|_| Refused::Domain)?;
            let body = serde_json::to_string(&command).map_err(|_| Refused::Domain)?;
            Ok::<_, Refused>((NewCommand { id: id.0, at: clock.moment(), body, permit }, plan))
        })?;
        Ok(logged.device_seq)
    }
}

fn verdict(result: &CommandResult) -> Verdict {
    Verdict {
        device_seq: result.device_seq,
        id: result.id.0,
        seq: result.seq,
        accepted: result.outcome.is_accepted(),
        body: serde_json::to_string(result).unwrap_or_default(),
    }
}

fn replayed(logged: &Logged, ground: &Ground<'_>, by: &domain::decide::Actor) -> Result<Plan, String> {
    let command: Envelope = serde_json::from_str(&logged.body).map_err(|error| error.to_string())?;
    let policies = ground.policies.iter().map(|published| &published.policy);
    sync::decided(&versions::own(&command), &ground.facts, policies, by)
}
