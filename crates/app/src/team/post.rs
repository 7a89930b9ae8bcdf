//! The queue of printed letters towards the server: a thread of its own beside the exchange, so that
//! no letter keeps a command waiting. It goes on where a cut connection stopped; the server knows how
//! far a letter came.

use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::{Duration, Instant};

use protocol::{AttachmentRequest, AttachmentState, Problem, ProblemCode, path};
use store::{Attachment, StoreError};
use sync::Trouble;

use super::link::open_store;
use super::net::Net;
use super::told::sentence;
use crate::desk::Desk;
use crate::vault::hex;

/// Bytes of one part: a cut connection costs no more. The protocol takes up to
/// [`protocol::ATTACHMENT_PART`].
const PART: usize = 128 << 10;

/// Before the first try after a failed one; then twice as long each time.
const AGAIN: Duration = Duration::from_secs(5);

/// Most between two tries.
const SELDOM: Duration = Duration::from_mins(10);

/// Letters between two words to the window.
const TOLD: usize = 20;

/// What the rest of the app holds of the thread.
#[derive(Default)]
pub struct Post {
    to: Mutex<Option<Sender<()>>>,
}

impl Post {
    /// Letters may wait, and the server may answer.
    pub fn look(&self) {
        if let Some(to) = &*self.to.lock().unwrap_or_else(PoisonError::into_inner) {
            // The thread ends with the desk; then there is nobody to hear.
            let _ = to.send(());
        }
    }
}

/// Why a letter did not arrive.
enum Unsent {
    /// It may later, and not before so long where the server says so.
    Later(Option<Duration>),
    /// The server does not take it; why.
    Never(String),
}

impl From<StoreError> for Unsent {
    fn from(_: StoreError) -> Self {
        Self::Later(None)
    }
}

impl From<Trouble> for Unsent {
    fn from(trouble: Trouble) -> Self {
        let Trouble::Problem(problem) = &trouble else {
            return Self::Later(None);
        };
        match problem.code {
            ProblemCode::Forbidden
            | ProblemCode::Missing
            | ProblemCode::Conflict
            | ProblemCode::Gap
            | ProblemCode::Forked
            | ProblemCode::TooLarge
            | ProblemCode::Malformed => Self::Never(sentence(&trouble)),
            // What concerns the device or the server as a whole: the exchange tells the person.
            _ => Self::Later(problem.retry_after_ms.map(Duration::from_millis)),
        }
    }
}

/// When to try again by itself; a firm time is the server's, and nothing is asked before.
struct Due {
    at: Instant,
    firm: bool,
}

impl Desk {
    /// Starts the thread.
    pub(super) fn watch_post(self: &Arc<Self>) {
        let (to, inbox) = mpsc::channel();
        *self.link.post.to.lock().unwrap_or_else(PoisonError::into_inner) = Some(to);
        let desk = Arc::downgrade(self);
        let spawned = std::thread::Builder::new().name("letters".to_owned()).spawn(move || run(&desk, &inbox));
        if let Err(error) = spawned {
            // They stay in the queue, in sight, until the program starts again.
            eprintln!("dunlin: printed letters can't be sent to the server now: {error}");
        }
    }
}

fn run(desk: &Weak<Desk>, inbox: &Receiver<()>) {
    let mut due: Option<Due> = None;
    let mut tries = 0;
    loop {
        let heard = match &due {
            None => inbox.recv().map_err(|_| RecvTimeoutError::Disconnected),
            Some(due) => inbox.recv_timeout(due.at.saturating_duration_since(Instant::now())),
        };
        if heard == Err(RecvTimeoutError::Disconnected) {
            return;
        }
        // Whoever calls many times means one look.
        while inbox.try_recv().is_ok() {}
        if due.as_ref().is_some_and(|due| due.firm && Instant::now() < due.at) {
            continue;
        }
        let Some(desk) = desk.upgrade() else {
            return;
        };
        due = match send_all(&desk) {
            Ok(()) => {
                tries = 0;
                None
            }
            Err(wait) => {
                let pause = wait.unwrap_or_else(|| SELDOM.min(AGAIN * 2_u32.saturating_pow(tries)));
                tries += 1;
                Some(Due { at: Instant::now() + pause, firm: wait.is_some() })
            }
        };
    }
}

/// Sends what waits, a letter after the other. Fails with how long to wait, where the server says so.
fn send_all(desk: &Desk) -> Result<(), Option<Duration>> {
    let mut done = 0;
    loop {
        // Without the server the exchange tries to reach it, and says so here when it did.
        let (Some(net), Ok(())) = (desk.link.net(), desk.link.must_be_reached(desk.now())) else {
            break;
        };
        // Nothing is held open while the bytes travel: who locks or leaves need not wait for them.
        let Some(waiting) = open_store(desk).map(|store| store.next_letter()) else {
            break;
        };
        let Some((letter, bytes)) = waiting.map_err(|_| None)? else {
            break;
        };
        let sent = send(&net, &letter, &bytes);
        let Some(store) = open_store(desk) else {
            break;
        };
        let kept = match sent {
            Ok(()) => store.letter_sent(letter.account, letter.sha256),
            Err(Unsent::Never(why)) => store.letter_stopped(letter.account, letter.sha256, &why),
            Err(Unsent::Later(wait)) => {
                desk.changed("team");
                return Err(wait);
            }
        };
        kept.map_err(|_| None)?;
        done += 1;
        if done % TOLD == 0 {
            desk.changed("team");
        }
    }
    if done % TOLD != 0 {
        desk.changed("team");
    }
    Ok(())
}

fn send(net: &Net, letter: &Attachment, bytes: &[u8]) -> Result<(), Unsent> {
    let name = hex(&letter.sha256);
    let request = AttachmentRequest {
        account: letter.account,
        sha256: name.clone(),
        bytes: letter.size,
        media_type: letter.media_type.clone(),
    };
    let begin = || -> Result<AttachmentState, Trouble> { net.post(path::ATTACHMENTS, &request) };
    let mut state = begin()?;
    let mut setback = false;
    while !state.complete {
        let part = usize::try_from(state.here).ok().and_then(|from| bytes.get(from..)).unwrap_or_default();
        let part = &part[..part.len().min(PART)];
        let answer: Result<AttachmentState, Trouble> =
            net.put(&format!("{}/{}/{name}?offset={}", path::ATTACHMENTS, letter.account, state.here), part);
        state = match answer {
            Ok(further) => further,
            // Another part is next, or all of them: once, the server says from where.
            Err(Trouble::Problem(Problem { code: ProblemCode::Gap | ProblemCode::Conflict, .. })) if !setback => {
                setback = true;
                begin()?
            }
            Err(trouble) => return Err(trouble.into()),
        };
    }
    Ok(())
}
