//! Attachments: letters as printed, and scans. A queue of their own beside push and pull; named by
//! the SHA-256 of their bytes, sent in parts that go on where a cut connection stopped.

use domain::ids::AccountId;
use serde::{Deserialize, Serialize};

/// Most bytes of one part; every part but the last may have this many.
pub const ATTACHMENT_PART: usize = 1 << 20;

/// Begins an upload, or asks how far it came.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AttachmentRequest {
    /// With which account it is filed.
    pub account: AccountId,
    /// SHA-256 of the bytes, 64 hexadecimal digits.
    pub sha256: String,
    /// How many.
    pub bytes: u64,
    /// `application/pdf`.
    pub media_type: String,
}

/// How far it came.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AttachmentState {
    /// Bytes that are with the server: the next part begins here.
    pub here: u64,
    /// Of so many.
    pub bytes: u64,
    /// All are, and they are what the name says. The device's copy may go.
    pub complete: bool,
}
