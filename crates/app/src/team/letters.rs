//! Printed letters in a team. A letter is named by the SHA-256 of its bytes, in the history entry
//! that says it was made; so whoever works the account knows of it, and asks the server for it.

use std::path::Path;

use chrono::{DateTime, Utc};
use contract::{ApiError, Done, ErrorCode, SaveDocument, UnsentLetter};
use domain::ids::{AccountId, OutboxId};
use protocol::{ProblemCode, path};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest as _, Sha256};
use store::{Attachment, HistoryFilter, OutboxRow, Store};
use sync::Trouble;

use super::told::troubled;
use crate::desk::Desk;
use crate::errors::{file, stored};
use crate::parse;
use crate::vault::{hex, unhex};
use crate::views::count;

/// Where a history entry names the letter's copy.
pub const NAMED: &str = "document";

/// Letters that the team's screen lists.
const LISTED: usize = 200;

/// A letter's copy, as the history names it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Name {
    sha256: String,
    bytes: u64,
    media_type: String,
}

/// A letter as it was printed, on its way into the queue.
pub struct LetterCopy {
    sha256: [u8; 32],
    bytes: Vec<u8>,
}

impl LetterCopy {
    /// Of a letter's PDF.
    pub fn of(bytes: Vec<u8>) -> Self {
        Self { sha256: Sha256::digest(&bytes).into(), bytes }
    }

    /// Its name, for the history.
    pub fn name(&self) -> Value {
        serde_json::json!(Name {
            sha256: hex(&self.sha256),
            bytes: self.bytes.len() as u64,
            media_type: "application/pdf".to_owned(),
        })
    }

    /// As it enters the queue.
    pub fn queued(
        self,
        outbox: OutboxId,
        account: AccountId,
        title: String,
        made: DateTime<Utc>,
    ) -> (Attachment, Vec<u8>) {
        let Self { sha256, bytes } = self;
        (attachment(outbox, account, title, made, sha256, &bytes), bytes)
    }
}

fn attachment(
    outbox: OutboxId,
    account: AccountId,
    title: String,
    made: DateTime<Utc>,
    sha256: [u8; 32],
    bytes: &[u8],
) -> Attachment {
    Attachment {
        outbox,
        account,
        made,
        title,
        media_type: "application/pdf".to_owned(),
        size: bytes.len() as u64,
        sha256,
        stopped: None,
    }
}

/// How the history names the letter of an intent; none where it names none.
fn named(store: &Store, row: &OutboxRow) -> Result<Option<[u8; 32]>, ApiError> {
    let filter = HistoryFilter {
        account: Some(row.intent.account),
        kind: Some("letter.made".to_owned()),
        ..HistoryFilter::default()
    };
    let id = serde_json::json!(row.intent.id);
    let entries = store.history(&filter, 0, usize::MAX).map_err(stored)?;
    let name = entries.into_iter().find(|entry| entry.detail["intent"]["id"] == id).map(|entry| entry.detail);
    let name = name.and_then(|mut detail| serde_json::from_value::<Name>(detail[NAMED].take()).ok());
    Ok(name.and_then(|name| unhex(&name.sha256)))
}

impl Desk {
    /// A letter as it was printed, by whoever did: from the queue, from what was fetched before, or
    /// from the server.
    pub(crate) fn letter_copy(&self, store: &Store, row: &OutboxRow) -> Result<Vec<u8>, ApiError> {
        let intent = &row.intent;
        let Some(sha256) = named(store, row)? else {
            return Err(ApiError::new(
                ErrorCode::NotFound,
                "There is no copy of this letter here.",
                format!("It lies in the run's file on the device of {}, who printed it.", intent.actor),
            ));
        };
        if let Some(bytes) = store.letter_bytes(intent.account, sha256).map_err(stored)? {
            return Ok(bytes);
        }
        let address = format!("{}/{}/{}", path::ATTACHMENTS, intent.account, hex(&sha256));
        let bytes = self.net()?.fetch(&address).map_err(|trouble| match &trouble {
            Trouble::Problem(problem) if problem.code == ProblemCode::Missing => ApiError::new(
                ErrorCode::NotFound,
                "The server has no copy of this letter for you yet.",
                format!("It comes when the device of {}, who printed it, was online for long enough.", intent.actor),
            ),
            _ => troubled(&trouble),
        })?;
        if <[u8; 32]>::from(Sha256::digest(&bytes)) != sha256 {
            return Err(ApiError::new(
                ErrorCode::Failed,
                "What came from the server is not the letter that was printed: its bytes do not fit its name.",
                "Try again; if it stays so, tell your administrator. Nothing of it was kept.",
            ));
        }
        let letter = attachment(intent.id, intent.account, intent.template.clone(), self.now(), sha256, &bytes);
        store.keep_letter(&letter, &bytes).map_err(stored)?;
        Ok(bytes)
    }

    /// Writes a printed letter to a file that the person chose.
    pub(crate) fn save_letter(&self, input: &SaveDocument) -> Result<Done, ApiError> {
        let store = self.store()?;
        let row = store.outbox_row(parse::id::<OutboxId>(&input.id)?).map_err(stored)?;
        let bytes = self.letter_copy(&store, &row)?;
        let path = Path::new(input.path.trim());
        std::fs::write(path, bytes).map_err(|error| file(path, "written", &error))?;
        Ok(Done { message: format!("Saved as {}.", path.display()) })
    }

    /// Letters whose copies are not with the server yet.
    pub(super) fn unsent_letters(&self, store: &Store) -> Result<Vec<UnsentLetter>, ApiError> {
        let letters = store.unsent_letters(LISTED).map_err(stored)?;
        let view = |letter: Attachment| UnsentLetter {
            id: letter.outbox.to_string(),
            account: letter.account.to_string(),
            who: self.who(store, letter.account).unwrap_or_else(|| "An account that is not here any more".to_owned()),
            title: letter.title,
            at: letter.made.to_rfc3339(),
            bytes: u32::try_from(letter.size).unwrap_or(u32::MAX),
            stopped: letter.stopped,
        };
        Ok(letters.into_iter().map(view).collect())
    }

    /// What the server did not take is sent again.
    pub(crate) fn send_letters_again(&self) -> Result<Done, ApiError> {
        let again = self.store()?.send_letters_again().map_err(stored)?;
        self.link.post.look();
        self.changed("team");
        let letters = if again == 1 { "1 letter waits".to_owned() } else { format!("{} letters wait", count(again)) };
        Ok(Done { message: format!("{letters} for the server again.") })
    }
}
