//! A command on its way: what a person did on a device, when, and in which order.

use chrono::{DateTime, TimeDelta, Utc};
use domain::decide::Command;
use domain::ids::{AccountId, OutboxId};
use domain::outbox::Event;
use domain::plan::{Change, Plan};
use domain::service_order::ServiceOrder;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::feed::Cursor;
use crate::ids::{CommandId, DeviceId, PermitId};
use crate::json::Json;
use crate::versions::VERSIONS;

/// The device's clock at the moment of a command. The server's clock is the authority; skew is
/// flagged and never stops anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Clock {
    /// What the device's clock said.
    pub occurred_at: DateTime<Utc>,
    /// Device minus server, in milliseconds, as measured at the last contact; none before the first.
    #[serde(default)]
    pub offset_ms: Option<i64>,
    /// Milliseconds on the monotonic clock since that contact; none when the program restarted since. That
    /// clock may stand still while the computer sleeps, and never runs ahead of the wall's.
    #[serde(default)]
    pub elapsed_ms: Option<u64>,
}

impl Clock {
    /// The moment as the server's clock would have said it, as far as the device can know: to whole
    /// milliseconds, as it is stored. Both sides decide with this one.
    #[must_use]
    pub fn moment(&self) -> DateTime<Utc> {
        let shifted = self
            .offset_ms
            .and_then(TimeDelta::try_milliseconds)
            .and_then(|offset| self.occurred_at.checked_sub_signed(offset))
            .unwrap_or(self.occurred_at);
        DateTime::from_timestamp_millis(shifted.timestamp_millis()).unwrap_or(shifted)
    }

    /// By how much at least the device's clock was set back since its command before: more passed on the
    /// monotonic clock than on the wall's. A contact in between only makes that less.
    #[must_use]
    pub fn set_back_since(&self, before: &Self) -> TimeDelta {
        let (Some(now), Some(then)) = (self.elapsed_ms, before.elapsed_ms) else {
            return TimeDelta::zero();
        };
        let passed = i64::try_from(now.saturating_sub(then)).ok().and_then(TimeDelta::try_milliseconds);
        let passed = passed.unwrap_or_default() - (self.occurred_at - before.occurred_at);
        passed.max(TimeDelta::zero())
    }
}

/// What was done. Externally tagged, so that it can be read in one pass.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Act {
    /// A person's act on an account, decided by `domain::decide`.
    Decide {
        /// On which account.
        account: AccountId,
        /// What.
        command: Command,
    },
    /// What became of a letter or email, decided by `domain::decide::settle`. A fact.
    Settle {
        /// On which account.
        account: AccountId,
        /// The letter or email.
        outbox: OutboxId,
        /// What happened to it.
        event: Event,
    },
    /// What a letter or email run did on an account: the intents it queued, withdrew or stopped.
    /// Only such changes, see [`Act::misfit`].
    Record {
        /// On which account.
        account: AccountId,
        /// The rows and history entries.
        plan: Plan,
    },
    /// A service order that a person asks for. A request: the server alone releases it, once payments
    /// are known beyond it.
    Order {
        /// The order, without an approval: those are given by `Command::Approve`.
        order: ServiceOrder,
    },
}

impl Act {
    /// On which account.
    #[must_use]
    pub fn account(&self) -> AccountId {
        match self {
            Self::Decide { account, .. } | Self::Settle { account, .. } | Self::Record { account, .. } => *account,
            Self::Order { order } => order.account,
        }
    }

    /// It took place, whatever anybody thinks of it: recorded and flagged, never refused for want of
    /// scope. What asks for something may be refused.
    #[must_use]
    pub fn is_fact(&self) -> bool {
        match self {
            // A claim to send: whoever comes second must not. What became of it is a fact.
            Self::Settle { event, .. } => *event != Event::Started,
            Self::Record { .. } | Self::Order { .. } => false,
            // What a customer or a court made known binds everybody, whoever heard it.
            Self::Decide {
                command: Command::PlaceHold { hold: kind, .. } | Command::AmendHold { kind, .. }, ..
            } => kind.is_made_known(),
            Self::Decide { command, .. } => matches!(
                command,
                Command::RecordContact(_)
                    | Command::OpenDispute { .. }
                    | Command::AddNote { .. }
                    | Command::CorrectContact { .. }
                    | Command::RecordPayment(_)
                    | Command::ReversePayment { .. }
                    | Command::OptOut { .. }
                    | Command::RecordNotice { .. }
                    | Command::ReturnMail { .. }
            ),
        }
    }

    /// What speaks against its form, in one sentence: a `Record` that changes more than the outbox,
    /// or another account.
    #[must_use]
    pub fn misfit(&self) -> Option<String> {
        let (account, plan) = match self {
            Self::Record { account, plan } => (account, plan),
            Self::Order { order } if order.approval.is_some() => {
                return Some("An order carries no approval; a supervisor gives one by itself".to_owned());
            }
            _ => return None,
        };
        for change in &plan.changes {
            let fits = match change {
                Change::Queue(intent) => intent.account == *account,
                Change::SetOutbox(..) => true,
                _ => false,
            };
            if !fits {
                return Some("A record may only queue, stop or withdraw this account's letters and emails".to_owned());
            }
        }
        if plan.history.iter().any(|entry| entry.account != Some(*account)) {
            return Some("A record's history entries are this account's".to_owned());
        }
        // Such an entry is kept as it comes. One of another kind would pass for what only a decision may say:
        // that a supervisor approved something.
        let told = |kind: &str| RECORDED.iter().any(|start| kind.starts_with(start));
        let other = plan.history.iter().find(|entry| !told(&entry.kind))?;
        Some(format!("A record tells about letters and emails, not \"{}\"", other.kind))
    }
}

/// What the history entries of a record are about: the beginnings of their kinds.
const RECORDED: [&str; 3] = ["email.", "letter.", "outbox."];

/// A command as it is logged on the device and pushed. Written in the same transaction as its
/// optimistic effects.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Envelope {
    /// Identity.
    pub id: CommandId,
    /// By which device; must be the token's.
    pub device: DeviceId,
    /// 1, 2, 3 per device, without gaps. The order of commands.
    pub device_seq: u64,
    /// Version of `act`.
    pub cmd_version: u16,
    /// The program that wrote it.
    pub app_version: String,
    /// When.
    pub clock: Clock,
    /// The device's IANA time zone.
    pub tz: String,
    /// Up to where the device knew the server's state.
    pub base_cursor: Cursor,
    /// The policy version that the device decided by.
    pub policy_version: u32,
    /// The call permit it spends.
    #[serde(default)]
    pub permit: Option<PermitId>,
    /// What, as the bytes it was written with: [`Envelope::act`] reads it.
    pub act: Json,
    /// None where it travels as it was logged.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub instead: Option<Instead>,
}

/// A command that does not travel as it was logged: upcast to a version that the server still takes,
/// or left at home because it is too large for the way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Instead {
    /// [`Envelope::digest`] of what was logged, as hex: whichever form comes, it is the same command.
    pub digest: String,
    /// Its size in bytes, where only this word of it travels. `act` then changes nothing, and the
    /// command is refused into the device's inbox; what comes after it goes on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub withheld: Option<u64>,
}

/// A command that this build can't read. Never dropped: a server quarantines or asks to upgrade.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unreadable {
    /// Written by a newer program.
    #[error("the command has version {found}; this server reads up to {known}: upgrade the server")]
    Newer {
        /// The command's.
        found: u16,
        /// This build's.
        known: u16,
    },
    /// Written by a program that is too old.
    #[error(
        "the command has version {found}; the oldest this server reads is {oldest}: upgrade the device, or export its work"
    )]
    Older {
        /// The command's.
        found: u16,
        /// The window's lower end.
        oldest: u16,
    },
    /// Not a command, or one with a field this build does not know.
    #[error("the command can't be read: {0}")]
    Malformed(String),
}

impl Envelope {
    /// What was done, upcast from older versions, however old: what a device logged it can read for
    /// ever. Which versions a server takes is [`crate::Versions::taken`]'s matter.
    pub fn act(&self) -> Result<Act, Unreadable> {
        if self.cmd_version != crate::COMMAND {
            return VERSIONS.upcast(self)?.read();
        }
        self.read()
    }

    /// Reads an act of this build's own version.
    fn read(&self) -> Result<Act, Unreadable> {
        if holds_nul(self.act.text()) {
            let why = "it holds the character NUL, which no database stores as text";
            return Err(Unreadable::Malformed(why.to_owned()));
        }
        let (act, dropped) = self.act.strict::<Act>().map_err(|error| Unreadable::Malformed(error.to_string()))?;
        match dropped {
            Some(field) => Err(Unreadable::Malformed(format!("unknown field {field}"))),
            None => Ok(act),
        }
    }

    /// SHA-256 over the whole command as it was logged: the same id or place in the order with another
    /// digest is another command, and is refused.
    #[must_use]
    pub fn digest(&self) -> [u8; 32] {
        if let Some(logged) = self.instead.as_ref().and_then(|instead| unhex(&instead.digest)) {
            return logged;
        }
        let mut hash = Sha256::new();
        // Field by field: the digest must not depend on how a struct happens to be serialized.
        let head = format!(
            "{}|{}|{}|{}|{}|{:?}|{:?}|{}|{}|{:?}|{:?}|{}|{:?}",
            self.id,
            self.device,
            self.device_seq,
            self.cmd_version,
            self.clock.occurred_at.timestamp_millis(),
            self.clock.offset_ms,
            self.clock.elapsed_ms,
            self.base_cursor.epoch,
            self.base_cursor.seq,
            self.app_version,
            self.tz,
            self.policy_version,
            self.permit.map(|permit| permit.0),
        );
        hash.update((head.len() as u64).to_le_bytes());
        hash.update(head.as_bytes());
        hash.update(self.act.text().as_bytes());
        hash.finalize().into()
    }

    /// About how many bytes it takes in a push.
    #[must_use]
    pub fn size(&self) -> usize {
        self.act.text().len() + 400
    }

    /// The same command with nothing to be done: same id, same place in the order, and the digest of what
    /// was logged. None when it can't be read.
    #[must_use]
    pub fn emptied(&self) -> Option<Self> {
        let account = self.act().ok()?.account();
        let plan = Plan { changes: Vec::new(), history: Vec::new(), reasons: Vec::new() };
        let act = Json::of(&Act::Record { account, plan }).ok()?;
        let instead = Instead { digest: hex(self.digest()), withheld: None };
        Some(Self { cmd_version: crate::COMMAND, act, instead: Some(instead), ..self.clone() })
    }

    /// The word that stands for it where it is too large for the way. None when it can't be read, or is
    /// such a word already.
    #[must_use]
    pub fn withheld(&self) -> Option<Self> {
        if self.instead.as_ref().is_some_and(|instead| instead.withheld.is_some()) {
            return None;
        }
        let mut word = self.emptied()?;
        word.instead.as_mut()?.withheld = Some(self.size() as u64);
        Some(word)
    }

    /// Its size, where it was too large to travel, or is too large to be taken.
    #[must_use]
    pub fn too_large(&self) -> Option<u64> {
        let said = self.instead.as_ref().and_then(|instead| instead.withheld);
        said.or_else(|| (self.size() > crate::PUSH_BYTES).then_some(self.size() as u64))
    }
}

/// Whether a string in the JSON holds a NUL, which no database stores as text.
#[must_use]
pub fn holds_nul(json: &str) -> bool {
    // An even number of backslashes before it would be backslashes, and no NUL.
    json.match_indices("\\u0000")
        .any(|(at, _)| json[..at].bytes().rev().take_while(|byte| *byte == b'\\').count() % 2 == 0)
}

/// 32 bytes as hex.
pub(crate) fn hex(bytes: [u8; 32]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::with_capacity(64), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// Hex as 32 bytes.
fn unhex(text: &str) -> Option<[u8; 32]> {
    let mut bytes = [0; 32];
    if text.len() != 64 || !text.is_ascii() {
        return None;
    }
    for (at, byte) in bytes.iter_mut().enumerate() {
        *byte = u8::from_str_radix(&text[at * 2..at * 2 + 2], 16).ok()?;
    }
    Some(bytes)
}
