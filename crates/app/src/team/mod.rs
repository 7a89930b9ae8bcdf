//! Working in a team: this device's membership, the way to the server, the engine's driver, and
//! what the window sees and does of it.
//!
//! One thread ([`link`]) drives the engine of `sync`; it alone takes in pages and pushes commands.
//! Acts are logged by whoever decides them (`carry`) and only make that thread look sooner. Whoever
//! needs the server's word at once (an email about to leave, a supervisor's work) asks it directly.

mod browser;
mod destroy;
mod driver;
mod events;
mod export;
mod incoming;
mod join;
mod lease;
mod letters;
mod link;
mod member;
mod net;
mod office;
mod papers;
mod permits;
mod post;
mod presence;
mod replace;
mod told;
mod upload;
mod way;
mod words;

use domain::contact::{Direction, Medium};
use domain::decide::Command;
use protocol::{Act, Cursor, SCHEMA};
use store::Place;

pub use lease::Stay;
pub use letters::{LetterCopy, NAMED};
pub use link::{Answer, Link};
pub use member::Membership;
pub use told::number;

/// Where the engine's cursor stands, from the store's place.
pub fn cursor(place: Place) -> Cursor {
    Cursor { epoch: place.epoch, seq: place.seq, scope_version: place.scope_version, schema_version: SCHEMA }
}

/// The store's place, from a cursor.
fn place(cursor: Cursor) -> Place {
    Place {
        epoch: cursor.epoch,
        seq: cursor.seq,
        scope_version: cursor.scope_version,
        schema_version: cursor.schema_version,
    }
}

/// Our own call or voicemail: it spends a permit where there is one.
pub fn is_call(act: &Act) -> bool {
    matches!(act, Act::Decide { command: Command::RecordContact(contact), .. }
        if contact.direction == Direction::Outbound
            && matches!(contact.medium, Medium::Call | Medium::Voicemail)
            && contact.disposition.is_none_or(domain::contact::Disposition::counts_as_call))
}
