//! The thread that exchanges with the server, and what others may ask of it: to look sooner, whether
//! the server is reached, what it said to a command.

use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};
use contract::{ApiError, ErrorCode};
use protocol::CommandId;
use store::{Settled, Store};
use sync::Event;

use super::destroy::Destroying;
use super::driver::Driver;
use super::net::Net;
use super::post::Post;
use crate::desk::{Access, Desk};
use crate::errors::stored;

/// What the thread is told.
pub enum Message {
    /// A database was opened, closed, or became a team's.
    Opened,
    /// A command was logged.
    Logged(u64),
    /// The server, or a person, says that there is something.
    Woken,
    /// A person asks, or the network is back: waiting ends.
    Now,
}

/// How it stands.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Standing {
    /// No server.
    #[default]
    Alone,
    /// All here, all there.
    UpToDate,
    /// At work.
    Busy,
    /// Taking the team's data.
    Fetching {
        /// Parts done.
        done: u32,
        /// Of so many.
        total: u32,
    },
    /// No answer.
    Offline(String),
    /// Pulls only.
    PullOnly(String),
    /// The person must sign in.
    SignIn(String),
    /// Stopped; why and what to do.
    Stopped(String, String),
}

/// What the rest of the app holds of the thread.
#[derive(Default)]
pub struct Link {
    to: Mutex<Option<Sender<Message>>>,
    now: Mutex<Standing>,
    net: Mutex<Option<Arc<Net>>>,
    /// When an exchange last ended well; none when one failed since.
    reached: Mutex<Option<Reached>>,
    pub(super) destroying: Destroying,
    /// The queue of letters, which never keeps a command waiting.
    pub post: Post,
}

/// When an exchange ended well: by the wall's clock, and by one that only runs while the computer is
/// awake. A night's sleep shows on the first, a clock that is set back on the second.
struct Reached {
    at: DateTime<Utc>,
    by: Instant,
}

/// What a server said to a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// Done.
    Agreed,
    /// Not done.
    Refused,
    /// Nothing yet.
    None,
}

/// So long an exchange that ended well tells that the server is reached: the longest pause between two
/// of them, an answer that takes its time, and as much again.
const LATELY: Duration = Duration::from_secs(150);

/// So long is waited for the server's word before an email leaves.
const PATIENCE: Duration = Duration::from_secs(20);

fn held<T>(of: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    of.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Link {
    fn tell(&self, message: Message) {
        if let Some(to) = &*held(&self.to) {
            // The thread ends with the desk; then there is nobody to hear.
            let _ = to.send(message);
        }
    }

    /// A database was opened, closed, or became a team's.
    pub fn opened(&self) {
        self.tell(Message::Opened);
        self.post.look();
    }

    /// A command was logged.
    pub fn logged(&self, device_seq: u64) {
        self.tell(Message::Logged(device_seq));
    }

    /// A person asks for an exchange now.
    pub fn now(&self) {
        self.tell(Message::Now);
    }

    /// How it stands.
    pub fn standing(&self) -> Standing {
        held(&self.now).clone()
    }

    /// Notes how it stands; whether that is news.
    pub(super) fn stands(&self, standing: Standing) -> bool {
        let mut now = held(&self.now);
        let news = *now != standing;
        *now = standing;
        news
    }

    pub(super) fn set_net(&self, net: Option<Arc<Net>>) {
        *held(&self.net) = net;
    }

    /// The way to the server.
    pub(super) fn net(&self) -> Option<Arc<Net>> {
        held(&self.net).clone()
    }

    /// An exchange ended well; or one failed, and what was reached before says nothing any more.
    pub(super) fn reached(&self, at: Option<DateTime<Utc>>) {
        *held(&self.reached) = at.map(|at| Reached { at, by: Instant::now() });
    }

    /// Whether the last exchange ended well, and lately.
    pub(super) fn is_reached(&self, now: DateTime<Utc>) -> bool {
        held(&self.reached).as_ref().is_some_and(|reached| {
            reached.by.elapsed() < LATELY && (now - reached.at).abs().to_std().is_ok_and(|ago| ago < LATELY)
        })
    }

    /// Fails unless an exchange ended well lately, and none failed since.
    pub fn must_be_reached(&self, now: DateTime<Utc>) -> Result<(), ApiError> {
        match self.standing() {
            Standing::UpToDate | Standing::Busy if self.is_reached(now) => Ok(()),
            _ => Err(ApiError::new(
                ErrorCode::Offline,
                "The team's server is not reached: another device may be sending the same emails.",
                "They stay queued; send them when the status line says that you are up to date.",
            )),
        }
    }
}

impl Desk {
    /// Starts the thread that exchanges with a team's server. Without it a team's database can be
    /// worked on, and nothing of it travels.
    pub fn watch_team(self: &Arc<Self>) {
        let (to, inbox) = mpsc::channel();
        *held(&self.link.to) = Some(to.clone());
        self.watch_post();
        let desk = Arc::downgrade(self);
        let spawned = std::thread::Builder::new().name("team".to_owned()).spawn(move || run(&desk, &inbox, &to));
        if let Err(error) = spawned {
            let remedy = "Restart Dunlin; what you do meanwhile is kept and sent then.".to_owned();
            self.link.stands(Standing::Stopped(format!("The exchange could not be started: {error}."), remedy));
        }
        self.link.opened();
    }

    /// Waits for the server's word on a command of this device. A refused one is settled: whoever
    /// waits knows.
    pub(crate) fn answered(&self, store: &Store, command: CommandId) -> Result<Answer, ApiError> {
        let until = Instant::now() + PATIENCE;
        loop {
            if let Some(refused) = store.inbox().map_err(stored)?.into_iter().find(|one| one.command.id == command.0) {
                store.settle_refused(refused.command.device_seq, Settled::Discarded, self.now()).map_err(stored)?;
                return Ok(Answer::Refused);
            }
            if store.pending().map_err(stored)?.iter().all(|one| one.id != command.0) {
                return Ok(Answer::Agreed);
            }
            if Instant::now() > until || self.link.must_be_reached(self.now()).is_err() {
                return Ok(Answer::None);
            }
            std::thread::sleep(Duration::from_millis(40));
        }
    }
}

fn run(desk: &Weak<Desk>, inbox: &Receiver<Message>, to: &Sender<Message>) {
    let mut driver = Driver::new(to.clone());
    loop {
        let message = match driver.due() {
            None => inbox.recv().map_err(|_| RecvTimeoutError::Disconnected),
            Some(at) => inbox.recv_timeout(at.saturating_duration_since(Instant::now())),
        };
        let Some(desk) = desk.upgrade() else {
            return;
        };
        let event = match message {
            Ok(Message::Opened) => {
                driver.open(&desk);
                continue;
            }
            Ok(Message::Logged(seq)) => Event::Logged(seq),
            Ok(Message::Woken) => Event::Woken,
            Ok(Message::Now) => {
                driver.now(&desk);
                continue;
            }
            Err(RecvTimeoutError::Timeout) => Event::Ticked,
            Err(RecvTimeoutError::Disconnected) => return,
        };
        driver.feed(&desk, event);
    }
}

/// The open store, if there is one.
pub(super) fn open_store(desk: &Desk) -> Option<Arc<Store>> {
    match &*desk.state.read().unwrap_or_else(PoisonError::into_inner) {
        Access::Open(store) => Some(Arc::clone(store)),
        _ => None,
    }
}
