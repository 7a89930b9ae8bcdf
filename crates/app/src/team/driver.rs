//! Carries out what the engine asks for: one request, one page into the store, one timer at a time.

use std::collections::{BTreeSet, VecDeque};
use std::sync::Arc;
use std::sync::mpsc::Sender;
use std::time::{Duration, Instant};

use chrono::TimeDelta;
use contract::ApiError;
use domain::ids::{AccountId, CustomerId};
use protocol::{DeviceId, Envelope, PushResponse, Unit, WireRow, path};
use store::{Logged, Store, StoreError};
use sync::{Action, Engine, Event, Input, ReadPage, Status, Stored, Trouble, Why};

use super::events::Hints;
use super::incoming::{incoming, replayed};
use super::link::{Message, Standing, open_store};
use super::member::Membership;
use super::net::Net;
use super::{cursor, place};
use crate::desk::Desk;
use crate::errors::stored;

/// Where more than one in so many accounts changed, the whole portfolio is planned.
const ONE_IN: usize = 3;

/// The engine with its store and server.
pub struct Driver {
    engine: Engine,
    pub(super) member: Option<Membership>,
    net: Option<Arc<Net>>,
    /// The snapshot's file while it is taken in.
    pub(super) part: Option<Store>,
    /// Parts of the snapshot under way.
    parts: u32,
    due: Option<Instant>,
    born: Instant,
    hints: Option<Hints>,
    to: Sender<Message>,
    /// When call permits are asked for next.
    permits_at: Option<Instant>,
    /// Accounts that changed with pages that My day does not know yet.
    unplanned: BTreeSet<AccountId>,
    /// It is to be planned whole.
    plan_whole: bool,
    /// Rows taken in since freed memory went back to the system.
    pub(super) taken_in: usize,
}

fn words(error: &impl std::fmt::Display) -> String {
    error.to_string()
}

impl Driver {
    /// Of no database yet.
    pub fn new(to: Sender<Message>) -> Self {
        Self {
            engine: Engine::default(),
            member: None,
            net: None,
            part: None,
            parts: 0,
            due: None,
            born: Instant::now(),
            hints: None,
            to,
            permits_at: None,
            unplanned: BTreeSet::new(),
            plan_whole: false,
            taken_in: 0,
        }
    }

    /// When the timer ends.
    pub fn due(&self) -> Option<Instant> {
        self.due
    }

    /// A database was opened or closed, or joined a team: begins anew with what it says.
    pub fn open(&mut self, desk: &Desk) {
        self.engine = Engine::default();
        self.part = None;
        self.due = None;
        self.hints = None;
        self.net = None;
        self.permits_at = None;
        desk.link.set_net(None);
        desk.link.reached(None);
        self.member = open_store(desk).and_then(|store| Membership::load(&store).ok().flatten());
        let Some(member) = &self.member else {
            Self::stands(desk, Standing::Alone);
            return;
        };
        let made = member.signing_key(&*desk.keychain).and_then(|key| Net::new(member, key, Arc::clone(&desk.clock)));
        let net = match made {
            Ok(net) => Arc::new(net),
            Err(error) => {
                Self::stands(desk, Standing::Stopped(error.message, error.remedy));
                return;
            }
        };
        desk.link.set_net(Some(Arc::clone(&net)));
        if desk.link.standing() == Standing::UpToDate {
            // It was, before it was locked.
            Self::stands(desk, Standing::Busy);
        }
        self.hints = Some(Hints::listen(Arc::clone(&net), self.to.clone()));
        self.net = Some(net);
        // A program that ended between two pages does not know what the first one changed.
        self.plan_whole =
            open_store(desk).is_some_and(|store| store.freshness().is_ok_and(|it| it.planned_for.is_none()));
        if let Some(stored) = open_store(desk).and_then(|store| self.stored(&store).ok()) {
            self.feed(desk, Event::Started(stored));
        }
    }

    /// A person asks for an exchange now: waiting ends, and what was stopped is tried again.
    pub fn now(&mut self, desk: &Desk) {
        match desk.link.standing() {
            Standing::Alone => {}
            Standing::Stopped(..) | Standing::SignIn(_) => self.open(desk),
            _ => {
                self.feed(desk, Event::Online);
                self.due = self.due.map(|due| due.min(Instant::now()));
            }
        }
    }

    /// Puts an event, and all that follows from it, to the engine.
    pub fn feed(&mut self, desk: &Desk, event: Event) {
        if self.member.is_none() {
            return;
        }
        if event == Event::Ticked {
            self.due = None;
        }
        let mut events = VecDeque::from([event]);
        while let Some(event) = events.pop_front() {
            for action in self.engine.step(event, self.input()) {
                events.extend(self.carry_out(desk, action));
            }
        }
    }

    fn input(&self) -> Input {
        let mut dice = [0; 8];
        // Only spreads devices apart: none is no harm.
        let _ = getrandom::fill(&mut dice);
        Input {
            now: u64::try_from(self.born.elapsed().as_millis()).unwrap_or(u64::MAX),
            dice: u64::from_le_bytes(dice),
        }
    }

    pub(super) fn stored(&self, store: &Store) -> Result<Stored, StoreError> {
        let state = store.sync_state()?;
        let device = self.member.as_ref().map(|member| member.device).unwrap_or_default();
        Ok(Stored { device: DeviceId(device), cursor: cursor(state.place), decided: state.decided, given: state.given })
    }

    fn ask<A>(&self, ask: impl FnOnce(&Net) -> Result<A, Trouble>) -> Result<A, Trouble> {
        self.net.as_ref().map_or_else(|| Err(Trouble::Net("There is no server".to_owned())), |net| ask(net))
    }

    fn carry_out(&mut self, desk: &Desk, action: Action) -> Option<Event> {
        Some(match action {
            Action::Read { after, count, bytes } => {
                let read = |logged: &Logged| {
                    let unread = |error| format!("Act {} can't be read from this device: {error}", logged.device_seq);
                    serde_json::from_str::<Envelope>(&logged.body).map_err(unread)
                };
                let log = open_store(desk)?.commands_after(after, count, bytes).map_err(|error| words(&error));
                Event::Log(log.and_then(|commands| commands.iter().map(read).collect()))
            }
            Action::Push(ticket, request) => {
                let asked = desk.now();
                let answer: Result<PushResponse, Trouble> = self.ask(|net| net.post(path::PUSH, &request));
                if let (Ok(answer), Some(net)) = (&answer, &self.net) {
                    net.measured(answer.server_time, asked);
                }
                Self::answered(desk, answer.is_ok());
                Event::Pushed(ticket, answer)
            }
            Action::Pull(ticket, request) => {
                let answer = self.ask(|net| net.post(path::PULL, &request));
                Self::answered(desk, answer.is_ok());
                Event::Pulled(ticket, answer)
            }
            Action::Apply(ticket, page) => Event::Applied(ticket, self.apply(desk, &page)),
            Action::GetManifest { ticket, request, fresh } => {
                Self::stands(desk, Standing::Fetching { done: 0, total: 0 });
                let begun = if fresh { None } else { self.begun(desk) };
                let answer = match begun {
                    Some(manifest) => Ok(manifest),
                    None => self.ask(|net| net.post(path::SNAPSHOT, &request)),
                };
                Event::Manifest(ticket, answer)
            }
            Action::BeginSnapshot(manifest) => {
                self.parts = u32::try_from(manifest.chunks.len()).unwrap_or(u32::MAX);
                Event::Begun(self.begin(desk, &manifest))
            }
            Action::GetChunk(ticket, id, nr) => {
                Self::stands(desk, Standing::Fetching { done: nr, total: self.parts });
                Event::Chunk(ticket, self.ask(|net| net.fetch(&format!("{}/{id}/{nr}", path::SNAPSHOT))))
            }
            Action::KeepPart(nr, rows) => {
                let part = self.part.as_ref().ok_or_else(|| "no snapshot was begun".to_owned());
                Event::Kept(part.and_then(|part| part.add_snapshot_part(nr, &rows).map_err(|error| words(&error))))
            }
            Action::FinishSnapshot(manifest) => Event::Finished(self.finish(desk, &manifest)),
            Action::Compare { after, count } => Event::Compared(Self::checksums(desk, after, count)),
            Action::AskPermits(ticket, request) => {
                Event::Permits(ticket, self.ask(|net| net.post(path::PERMITS, &request)))
            }
            Action::KeepPermits(permits) => {
                let permits: Vec<_> = permits.iter().map(|it| (it.id.0, it.customer, it.until)).collect();
                // Permits that are not kept here end by themselves.
                let _ = open_store(desk)?.add_permits(&permits);
                return None;
            }
            Action::Wait(ms) => {
                self.due = Some(Instant::now() + Duration::from_millis(ms));
                return None;
            }
            Action::Tell(status) => return self.tell(desk, status),
            Action::DestroyKey => {
                desk.revoked();
                return None;
            }
        })
    }

    fn tell(&mut self, desk: &Desk, status: Status) -> Option<Event> {
        let update = "Update Dunlin on this device. What you did is kept and sent then.";
        let standing = match status {
            Status::UpToDate => {
                self.rest(desk);
                self.renew(desk);
                desk.link.reached(Some(desk.now()));
                Self::stands(desk, Standing::UpToDate);
                desk.link.post.look();
                return self.want_permits(desk);
            }
            Status::Busy => match desk.link.standing() {
                // Looking is no news, taking in a snapshot says more, and a try is no answer.
                Standing::UpToDate | Standing::Fetching { .. } | Standing::Offline(_) => return None,
                _ => Standing::Busy,
            },
            Status::Retrying { why, .. } => {
                if let Some(store) = open_store(desk) {
                    desk.still_away(&store);
                }
                Standing::Offline(why)
            }
            Status::PullOnly(why) => Standing::PullOnly(why),
            Status::Stopped(Why::SignIn(why)) => Standing::SignIn(why),
            Status::Stopped(Why::Upgrade(why)) => Standing::Stopped(why, update.to_owned()),
            Status::Stopped(Why::Revoked) => Standing::Stopped(
                "The administrator ended this device's access.".to_owned(),
                "Its copy of the team's data does not open any more. Ask the administrator for a new code.".to_owned(),
            ),
            Status::Stopped(Why::Forked(why)) => Standing::Stopped(
                format!("This database is an older copy: {why}."),
                "Leave the team and connect again with a new code; the server has what was sent.".to_owned(),
            ),
            Status::Stopped(Why::Store(why)) => Standing::Stopped(why, "Restart Dunlin and try again.".to_owned()),
        };
        if !matches!(standing, Standing::Busy) {
            desk.link.reached(None);
        }
        Self::stands(desk, standing);
        None
    }

    /// The server answers again: there is more to do before all is here.
    fn answered(desk: &Desk, well: bool) {
        if well && matches!(desk.link.standing(), Standing::Offline(_)) {
            Self::stands(desk, Standing::Busy);
        }
    }

    fn stands(desk: &Desk, standing: Standing) {
        if desk.link.stands(standing) {
            desk.changed("team");
        }
    }

    /// Keeps what the last token said of the user and the lease.
    fn renew(&mut self, desk: &Desk) {
        let (Some(member), Some(net), Some(store)) = (&mut self.member, &self.net, open_store(desk)) else {
            return;
        };
        let Ok(token) = net.token() else {
            return;
        };
        let _ = store.put_setting(super::told::FRESH, &Some(desk.now()));
        if let Some(offset) = net.offset() {
            super::lease::keep_offset(&store, offset.ms);
            Desk::contact(&store, desk.now() - TimeDelta::milliseconds(offset.ms));
        }
        if (member.offline_until, &member.name, &member.role) == (token.offline_until, &token.name, &token.role) {
            return;
        }
        member.offline_until = token.offline_until;
        member.name = token.name;
        member.role = token.role;
        // What is not kept now is said again with the next token.
        let _ = member.save(&store).and_then(|()| desk.sign_as(&store, member));
    }

    fn apply(&mut self, desk: &Desk, page: &ReadPage) -> Result<Stored, String> {
        let store = open_store(desk).ok_or_else(|| "the database is closed".to_owned())?;
        let by = desk.settings_of(&store).map_err(|error| error.message)?.actor();
        if !(page.remove.is_empty() && page.replace.is_empty())
            && store.sync_state().is_ok_and(|state| state.place == place(page.after))
        {
            super::papers::take_out_leaving(&store, page, desk.now()).map_err(|error| words(&error))?;
        }
        let done = store
            .rebase(&incoming(page), &mut |logged, ground| replayed(logged, ground, &by))
            .map_err(|error| words(&error))?;
        if !done.stale {
            let whole = page.replace.iter().map(|(_, rows)| rows.len()).sum::<usize>();
            self.taken_in = self.taken_in.saturating_add(page.rows.len() + whole);
            self.unplanned.extend(done.accounts);
            self.plan_whole |= done.purged > 0 || page.rows.iter().any(is_policy);
            if page.more {
                Self::stands(desk, Standing::Busy);
            } else if let Err(error) = self.plan(desk, &store) {
                // The rows themselves are in; My day is planned afresh with the next change.
                eprintln!("dunlin: My day could not be planned: {}", error.message);
            }
            if !page.replace.is_empty() {
                // Whoever came into scope may be called today.
                self.permits_at = None;
            }
            let left = done.purged > 0 || !page.results.is_empty();
            if let Err(error) = if left { store.forget_strangers(&sync::blank) } else { Ok(0) } {
                eprintln!("dunlin: words of an account that left are still here: {error}");
            }
            desk.changed("exchange");
        }
        self.stored(&store).map_err(|error| words(&error))
    }

    /// Plans what changed since My day was planned.
    fn plan(&mut self, desk: &Desk, store: &Store) -> Result<(), ApiError> {
        let changed: Vec<AccountId> = std::mem::take(&mut self.unplanned).into_iter().collect();
        let all = store.account_count().map_err(stored)?;
        if std::mem::take(&mut self.plan_whole) || changed.len() * ONE_IN > all {
            return desk.plan_all(store).map(|_| ());
        }
        desk.plan_changed(store, &changed)
    }

    /// Customers' checksums, to be compared with the server's; none while anything is pending.
    fn checksums(desk: &Desk, after: Option<CustomerId>, count: usize) -> Option<Vec<(CustomerId, String)>> {
        let store = open_store(desk)?;
        if store.sync_state().map_or(true, |state| state.pending > 0) {
            return None;
        }
        let mut sums = Vec::new();
        let customers = store.customers().ok()?;
        for customer in customers.into_iter().filter(|customer| Some(*customer) > after).take(count) {
            let rows = store.unit(customer).ok()?;
            let rows = rows.iter().map(WireRow::of).collect::<Result<_, _>>().ok()?;
            sums.push((customer, Unit { customer, rows }.checksum()));
        }
        Some(sums)
    }

    /// Once an hour: permits to call while offline, for those on top of My day.
    fn want_permits(&mut self, desk: &Desk) -> Option<Event> {
        if self.permits_at.is_some_and(|at| Instant::now() < at) {
            return None;
        }
        self.permits_at = Some(Instant::now() + Duration::from_hours(1));
        let works = self.member.as_ref().is_some_and(|member| matches!(member.role.as_str(), "specialist"));
        let store = open_store(desk).filter(|_| works)?;
        let (customers, returned) = desk.permits_wanted(&store).ok()?;
        if customers.is_empty() && returned.is_empty() {
            return None;
        }
        Some(Event::WantPermits(customers, returned.into_iter().map(protocol::PermitId).collect()))
    }
}

fn is_policy(row: &domain::row::Row) -> bool {
    matches!(row, domain::row::Row::Policy(_))
}
