//! The engine: one exchange at a time. Push what the server has not decided, pull until there is no
//! more, wait. Everything it must remember is in the store.

use protocol::{PUSH_BYTES, PUSH_COMMANDS, PermitRequest, PullRequest, PullResponse, Versions, why_snapshot};

use crate::backoff;
use crate::compare::Comparison;
use crate::event::{Action, Event, Input, Status, Stored, Trouble, Why};
use crate::page;
use crate::snapshot::Taking;

/// A page that the store refused so often is not tried again: a fresh snapshot is.
const UNTAKEN: u32 = 2;

/// What it waits for.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Phase {
    /// Not started.
    Off,
    /// The timer, or a wake-up.
    Idle,
    /// The timer, after a failure.
    Waiting,
    /// The log.
    Reading,
    /// An answer to a push.
    Pushing,
    /// The checksums.
    Comparing,
    /// An answer to a pull.
    Pulling,
    /// The store; there is more to pull afterwards.
    Applying {
        /// There is.
        more: bool,
    },
    /// A snapshot's next step.
    Taking(Taking),
    /// A person.
    Stopped,
}

/// See the crate's documentation.
#[derive(Clone, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "facts that hold or not, each by itself; the states are in Phase")]
pub struct Engine {
    pub(crate) stored: Option<Stored>,
    pub(crate) phase: Phase,
    /// Of the exchange under way.
    pub(crate) ticket: u64,
    /// The last ticket.
    given: u64,
    pub(crate) failures: u32,
    /// The server has decided up to here, by its last answer.
    pub(crate) pushed: u64,
    /// Commands in the next push.
    pub(crate) batch: usize,
    /// Commands in the push under way.
    pub(crate) sent: usize,
    /// The next command is too large, or means nothing, to something on the way: only a word of it goes.
    pub(crate) withhold: bool,
    /// A gap was reported, and nothing was decided since.
    pub(crate) gap: bool,
    /// It was reported again: neither the log nor the server has what lies in it.
    pub(crate) lost: bool,
    /// How commands of older versions are read.
    pub(crate) versions: Versions,
    /// Something came up while it was busy.
    again: bool,
    /// The server takes no commands from this version.
    pub(crate) pull_only: Option<String>,
    comparison: Comparison,
    /// Who else works the customers was not told since the start, or since the snapshot.
    wants_assigned: bool,
    asked_permits: u64,
    /// What the store was told is safe with the server.
    durable: u64,
    /// All rows are from a snapshot: no page was taken in since, and another snapshot is no remedy.
    remade: bool,
}

impl Default for Engine {
    fn default() -> Self {
        Self {
            stored: None,
            phase: Phase::Off,
            ticket: 0,
            given: 0,
            failures: 0,
            pushed: 0,
            batch: PUSH_COMMANDS,
            sent: 0,
            withhold: false,
            gap: false,
            lost: false,
            versions: Versions::default(),
            again: false,
            pull_only: None,
            comparison: Comparison::default(),
            wants_assigned: true,
            asked_permits: 0,
            durable: 0,
            remade: false,
        }
    }
}

impl Engine {
    /// With other command versions than this build's, to try an upgrade.
    #[must_use]
    pub fn speaking(versions: Versions) -> Self {
        Self { versions, ..Self::default() }
    }

    /// One step.
    pub fn step(&mut self, event: Event, input: Input) -> Vec<Action> {
        match event {
            Event::Started(stored) => {
                let comparison = Comparison::started(input);
                *self = Self { given: self.given, comparison, versions: self.versions, ..Self::default() };
                self.pushed = stored.decided;
                self.stored = Some(stored);
                self.begin()
            }
            Event::Logged(seq) => {
                if let Some(stored) = &mut self.stored {
                    stored.given = stored.given.max(seq);
                }
                self.nudged()
            }
            Event::Woken => self.woken(input),
            Event::Online => match self.phase {
                Phase::Waiting => {
                    self.failures = 0;
                    vec![Action::Wait(input.dice % backoff::SPREAD)]
                }
                _ => self.woken(input),
            },
            Event::Ticked => match self.phase {
                Phase::Idle | Phase::Waiting => self.turn(input),
                _ => Vec::new(),
            },
            Event::Log(Ok(commands)) if self.phase == Phase::Reading => self.read(commands),
            Event::Log(Err(why)) if self.phase == Phase::Reading => self.failed(why, None, input),
            Event::Compared(checksums) if self.phase == Phase::Comparing => {
                self.comparison.summed(checksums, input);
                self.pull()
            }
            Event::Pushed(ticket, answer) if self.phase == Phase::Pushing && ticket == self.ticket => {
                self.pushed(answer, input)
            }
            Event::Pulled(ticket, answer) if self.phase == Phase::Pulling && ticket == self.ticket => {
                self.pulled(answer, input)
            }
            Event::Applied(ticket, done) if ticket == self.ticket => self.applied(done, input),
            Event::WantPermits(customers, returned) => {
                // Beside the exchange under way, whose ticket stays.
                self.given += 1;
                self.asked_permits = self.given;
                vec![Action::AskPermits(self.given, PermitRequest { customers, returned })]
            }
            Event::Permits(ticket, Ok(answer)) if ticket == self.asked_permits => {
                self.asked_permits = 0;
                vec![Action::KeepPermits(answer.permits)]
            }
            Event::Manifest(..) | Event::Begun(_) | Event::Chunk(..) | Event::Kept(_) | Event::Finished(_) => {
                self.taking(event, input)
            }
            // Late, twice, or to nobody any more.
            _ => Vec::new(),
        }
    }

    /// A ticket for the next exchange.
    pub(crate) fn draw(&mut self) {
        self.given += 1;
        self.ticket = self.given;
    }

    fn begin(&mut self) -> Vec<Action> {
        let mut actions = vec![Action::Tell(Status::Busy)];
        actions.extend(self.next());
        actions
    }

    fn nudged(&mut self) -> Vec<Action> {
        match self.phase {
            Phase::Idle => self.begin(),
            // A failing server is not asked more often because somebody works.
            Phase::Off | Phase::Waiting | Phase::Stopped => Vec::new(),
            _ => {
                self.again = true;
                Vec::new()
            }
        }
    }

    fn woken(&mut self, input: Input) -> Vec<Action> {
        match self.phase {
            Phase::Idle => vec![Action::Wait(input.dice % backoff::SPREAD)],
            Phase::Off | Phase::Waiting | Phase::Stopped => Vec::new(),
            _ => {
                self.again = true;
                Vec::new()
            }
        }
    }

    fn turn(&mut self, input: Input) -> Vec<Action> {
        let nothing_pending = self.stored.is_some_and(|stored| stored.decided >= stored.given);
        if self.comparison.is_due(input.now) && nothing_pending && self.failures == 0 {
            self.phase = Phase::Comparing;
            return vec![Action::Tell(Status::Busy), self.comparison.next()];
        }
        self.begin()
    }

    /// Push if there is anything to push, else pull.
    pub(crate) fn next(&mut self) -> Vec<Action> {
        let Some(stored) = self.stored else {
            return Vec::new();
        };
        if stored.given > self.pushed && self.pull_only.is_none() && stored.cursor.epoch != 0 {
            self.phase = Phase::Reading;
            return vec![Action::Read { after: self.pushed, count: self.batch, bytes: PUSH_BYTES }];
        }
        self.pull()
    }

    pub(crate) fn pull(&mut self) -> Vec<Action> {
        let Some(stored) = self.stored else {
            return Vec::new();
        };
        self.draw();
        self.phase = Phase::Pulling;
        let (stretch, checksums) = self.comparison.take().unzip();
        let request = PullRequest {
            cursor: stored.cursor,
            limit_bytes: protocol::PAGE_BYTES as u64,
            permits: Vec::new(),
            checksums: checksums.unwrap_or_default(),
            stretch,
            repair: Vec::new(),
            assigned: self.wants_assigned,
        };
        vec![Action::Pull(self.ticket, request)]
    }

    fn pulled(&mut self, answer: Result<PullResponse, Trouble>, input: Input) -> Vec<Action> {
        let Some(stored) = self.stored else {
            return Vec::new();
        };
        let page = match answer {
            Ok(PullResponse::Page(page)) => page,
            Ok(PullResponse::Snapshot { why }) => {
                if why == why_snapshot::EPOCH {
                    // Whatever this server decided is in its rows; the log tells it the rest.
                    self.pushed = 0;
                }
                return self.get_manifest(false);
            }
            Ok(PullResponse::Upgrade { schema_version }) => {
                let why = format!("The server's data has form {schema_version}, this version of Dunlin reads an older");
                return self.stop(Why::Upgrade(why));
            }
            Err(trouble) => return self.trouble(trouble, input),
        };
        let fits = page.after == stored.cursor
            && page.cursor.epoch == stored.cursor.epoch
            && page.cursor.schema_version == stored.cursor.schema_version
            && page.cursor.seq >= stored.cursor.seq
            && page.cursor.scope_version >= stored.cursor.scope_version;
        if !fits {
            return self.failed("the server answered another question".to_owned(), None, input);
        }
        self.comparison.answered(page.cursor != page.after, !page.repair.is_empty(), input);
        // Whoever was missing here comes back without a word on who else works them.
        self.wants_assigned = !page.repair.is_empty() || (self.wants_assigned && page.assigned.is_none());
        let more = page.more;
        let safe = std::mem::replace(&mut self.durable, page.durable_seq);
        if page.says_nothing() && page.durable_seq <= safe {
            if more {
                return self.failed("the server says that there is more, and sends nothing".to_owned(), None, input);
            }
            self.failures = 0;
            return self.rest(input);
        }
        match page::read(page) {
            Ok(page) => {
                self.draw();
                self.phase = Phase::Applying { more };
                vec![Action::Apply(self.ticket, Box::new(page))]
            }
            Err(unknown) => self.stop(Why::Upgrade(unknown.to_string())),
        }
    }

    fn applied(&mut self, done: Result<Stored, String>, input: Input) -> Vec<Action> {
        let Phase::Applying { more } = self.phase else {
            return Vec::new();
        };
        match done {
            Ok(stored) => {
                self.failures = 0;
                self.remade = false;
                self.pushed = self.pushed.max(stored.decided);
                self.stored = Some(stored);
                if more { self.pull() } else { self.rest(input) }
            }
            // Rows that drifted may not take what comes upon them: then all of them are fetched anew, once.
            Err(_) if self.failures >= UNTAKEN && !self.remade => self.get_manifest(false),
            Err(why) => self.failed(why, None, input),
        }
    }

    /// Nothing more to pull: once more around when something came up, else wait.
    pub(crate) fn rest(&mut self, input: Input) -> Vec<Action> {
        let unpushed = self.stored.is_some_and(|stored| stored.given > self.pushed) && self.pull_only.is_none();
        if std::mem::take(&mut self.again) || unpushed {
            return self.next();
        }
        self.phase = Phase::Idle;
        let status = match &self.pull_only {
            Some(why) => Status::PullOnly(why.clone()),
            None => Status::UpToDate,
        };
        vec![Action::Tell(status), Action::Wait(backoff::poll(input.dice))]
    }

    /// After a snapshot: the device as it is now.
    pub(crate) fn restarted(&mut self, stored: Stored) -> Vec<Action> {
        self.failures = 0;
        self.pushed = stored.decided;
        self.stored = Some(stored);
        self.wants_assigned = true;
        self.remade = true;
        self.next()
    }
}
