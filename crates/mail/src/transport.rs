//! Where a cleared email goes. [`send`] is the only door, and it takes nothing but a clearance.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use chrono::{DateTime, Utc};
use domain::compliance::Cleared;
use domain::email::Email;

use crate::mime;
use crate::outcome::{Outcome, Trouble};
use crate::smtp::Smtp;

/// A way out. Two of the three never reach anybody: for training, and for tests.
#[derive(Debug)]
pub enum Transport {
    /// A mail server.
    Smtp(Box<Smtp>),
    /// A folder of `.eml` files, one an email, named after the outbox id. They are plaintext: for
    /// training data and tests.
    File(PathBuf),
    /// Memory.
    Memory(Memory),
}

/// What a memory transport took.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sent {
    /// Recipient.
    pub to: String,
    /// Its `Message-ID`.
    pub message_id: String,
    /// The whole message.
    pub raw: Vec<u8>,
}

/// A list of what was sent, shared by its clones.
#[derive(Clone, Debug, Default)]
pub struct Memory(Arc<Mutex<Vec<Sent>>>);

impl Memory {
    /// All that was sent so far, in order.
    #[must_use]
    pub fn sent(&self) -> Vec<Sent> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Transport {
    /// Connected and signed in, where that means something. Ask it before an email is marked as
    /// leaving: what fails here leaves no email in doubt.
    pub fn ready(&mut self, now: DateTime<Utc>) -> Result<(), Trouble> {
        match self {
            Self::Smtp(smtp) => smtp.ready(now),
            Self::File(_) | Self::Memory(_) => Ok(()),
        }
    }
}

/// Sends one cleared email and says what became of it; the clearance is spent either way.
///
/// An error means that no email of this account can leave now and that this one certainly did not.
/// `now` dates the message and judges tokens.
pub fn send(cleared: Cleared<Email>, transport: &mut Transport, now: DateTime<Utc>) -> Result<Outcome, Trouble> {
    let email = cleared.into_item();
    match transport {
        Transport::Smtp(smtp) => smtp.send(&email, now),
        Transport::File(folder) => Ok(rendered(&email, now, |raw| write(folder, &email, raw))),
        Transport::Memory(memory) => Ok(rendered(&email, now, |raw| {
            memory.0.lock().unwrap_or_else(PoisonError::into_inner).push(Sent {
                to: email.to.address.clone(),
                message_id: email.message_id(),
                raw: raw.to_vec(),
            });
            Ok("kept in memory".to_owned())
        })),
    }
}

fn rendered(email: &Email, now: DateTime<Utc>, keep: impl FnOnce(&[u8]) -> std::io::Result<String>) -> Outcome {
    let raw = match mime::render(email, now) {
        Ok(raw) => raw,
        Err(error) => {
            return Outcome::Rejected { why: error.to_string() };
        }
    };
    match keep(&raw) {
        Ok(reply) => Outcome::Accepted { message_id: email.message_id(), reply },
        Err(error) => Outcome::Deferred {
            why: format!("the email could not be written ({error}); check the folder and the disk"),
        },
    }
}

/// Whole or not at all: written beside, then renamed.
fn write(folder: &Path, email: &Email, raw: &[u8]) -> std::io::Result<String> {
    std::fs::create_dir_all(folder)?;
    let path = folder.join(format!("{}.eml", email.id));
    let beside = path.with_extension("eml.part");
    let mut file = std::fs::File::create(&beside)?;
    file.write_all(raw)?;
    file.sync_all()?;
    std::fs::rename(&beside, &path)?;
    Ok(format!("written as {}", path.display()))
}
