//! What a server answers when it does not do what was asked: the body of every 4xx and 5xx.

use serde::{Deserialize, Serialize};

/// Why not, for the program.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ProblemCode {
    /// 401: the token is missing, stale or forged; get a new one.
    Unauthorized,
    /// 401: the user must sign in again, with the password.
    SignIn,
    /// 403: code, password or signature is wrong.
    Credentials,
    /// 403: too many wrong passwords; not before `retry_after_ms`.
    Locked,
    /// 403: this user may not do that.
    Forbidden,
    /// 403: this device was revoked: destroy its database key now.
    Revoked,
    /// 404: no such thing, or not for this user.
    Missing,
    /// 409: it contradicts what is there.
    Conflict,
    /// 409: the cursor's epoch is another; pull, which leads to a snapshot.
    Epoch,
    /// 409: a push does not start right after the device's last command; `expected` says where.
    Gap,
    /// 409: an id or place in the order was used for another command; never retried, never dropped.
    Forked,
    /// 413: too many commands or bytes; push fewer.
    TooLarge,
    /// 422: the body can't be read.
    Malformed,
    /// 426: below the minimum version: pull and export only.
    Upgrade,
    /// 429: too many requests; not before `retry_after_ms`.
    Busy,
    /// 410: this snapshot is gone; start a new one.
    SnapshotGone,
    /// 500, 503: the server's own trouble; try again.
    Unavailable,
}

/// An answer that is no answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("{message}")]
pub struct Problem {
    /// For the program.
    pub code: ProblemCode,
    /// For people: what happened, to which thing.
    pub message: String,
    /// For people: what to do.
    pub remedy: String,
    /// Not before so many milliseconds.
    #[serde(default)]
    pub retry_after_ms: Option<u64>,
    /// With `gap`: the `device_seq` that the server expects next.
    #[serde(default)]
    pub expected: Option<u64>,
}

impl Problem {
    /// Without a time and a place.
    #[must_use]
    pub fn new(code: ProblemCode, message: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self { code, message: message.into(), remedy: remedy.into(), retry_after_ms: None, expected: None }
    }
}

impl ProblemCode {
    /// The HTTP status it travels under.
    #[must_use]
    pub fn status(self) -> u16 {
        match self {
            Self::Unauthorized | Self::SignIn => 401,
            Self::Forbidden | Self::Credentials | Self::Locked | Self::Revoked => 403,
            Self::Missing => 404,
            Self::Conflict | Self::Epoch | Self::Gap | Self::Forked => 409,
            Self::SnapshotGone => 410,
            Self::TooLarge => 413,
            Self::Malformed => 422,
            Self::Upgrade => 426,
            Self::Busy => 429,
            Self::Unavailable => 503,
        }
    }
}
