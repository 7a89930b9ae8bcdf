//! Commands up, verdicts down.

use chrono::{DateTime, Utc};
use domain::reason::{Reason, Refusal};
use serde::{Deserialize, Serialize};

use crate::command::Envelope;
use crate::ids::CommandId;

/// A device's next commands, dense and in order: at most [`crate::PUSH_COMMANDS`] and
/// [`crate::PUSH_BYTES`]. Sending it again is harmless: what was decided is answered from the record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PushRequest {
    /// The epoch of the device's cursor. Another than the server's: `Problem` `epoch`, pull first.
    pub epoch: u64,
    /// The commands.
    pub commands: Vec<Envelope>,
    /// Commands up to this one are neither with the server nor with the device any more: the server was
    /// restored from a backup older than the one that it had called safe. The next number follows it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lost_upto: Option<u64>,
}

/// What became of them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PushResponse {
    /// The server's epoch.
    pub epoch: u64,
    /// One result a command, in their order. Shorter than the request when the server stopped early
    /// (a poisonous command under trial): push the rest again.
    pub results: Vec<CommandResult>,
    /// The device's last decided command.
    pub last_device_seq: u64,
    /// Where the organisation is now: pull up to there to see the effects.
    pub seq: u64,
    /// The server's clock, for the offset.
    pub server_time: DateTime<Utc>,
}

/// A command's verdict: stored with it, and given again whenever it is asked for again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CommandResult {
    /// The command's place in its device's order.
    pub device_seq: u64,
    /// The command.
    pub id: CommandId,
    /// The organisation's counter at which it was decided. Its effects are in the transaction of that
    /// number; a device keeps its own effects until a page reaches it.
    pub seq: u64,
    /// When the server decided.
    pub decided_at: DateTime<Utc>,
    /// The verdict.
    pub outcome: Outcome,
}

/// A verdict.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// Done.
    Accepted {
        /// What a person should know all the same: a skewed clock, a call beyond the cap. A fact is
        /// recorded and flagged, never refused.
        flags: Vec<Reason>,
    },
    /// Not done; lands in the device's inbox.
    Refused {
        /// Why, and what to do instead.
        refusal: Refusal,
    },
    /// Could not be decided after several tries, or depends on one that could not. Kept on the server
    /// for a person; lands in the device's inbox; blocks nothing.
    Quarantined {
        /// What went wrong.
        why: String,
    },
}

impl Outcome {
    /// It was done.
    #[must_use]
    pub fn is_accepted(&self) -> bool {
        matches!(self, Self::Accepted { .. })
    }
}
