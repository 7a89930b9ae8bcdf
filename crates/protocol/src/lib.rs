//! The versioned wire form between devices and the central server.
//!
//! - [`Envelope`]: one command with who, when and in which order; [`decide`] is the one brain that
//!   the device (for now) and the server (for good) put it to.
//! - [`PushRequest`], [`PullRequest`]: commands up, whole transactions down, as final row images.
//! - [`Row`]: everything that travels; what this version does not know is never skipped.
//! - [`Versions`]: how older commands become today's, and which of them a server takes.
//! - [`RowSet`]: rows in memory that yield facts and take plans: the server's loaded customer, and
//!   the simulator's whole world.
//! - [`Permit`], [`Manifest`], [`Problem`]: calls while offline, the first snapshot, errors.
//!
//! JSON over HTTP; pages and chunks may be zstd. What it does *not* do: send, store, or know any
//! clock. The server takes organisation, user and device from the token, never from a body.

mod attachment;
mod auth;
mod command;
mod decide;
mod error;
mod feed;
mod ids;
mod json;
mod permit;
mod presence;
mod push;
mod row;
mod snapshot;
mod versions;

pub use attachment::{ATTACHMENT_PART, AttachmentRequest, AttachmentState};
pub use auth::{
    ChallengeRequest, ChallengeResponse, EnrolRequest, EnrolResponse, OidcEnrolRequest, OidcProof, OidcSignInRequest,
    SignInRequest, SignInWays, SignedChallenge, TokenResponse, challenge_text,
};
// What travels is the domain's; named here for whoever speaks the protocol.
pub use domain::row::{OnAccount, PolicyRow, Row, Sent, Table, TemplateRow};
pub use domain::rows::{Misfit, RowSet};

pub use command::{Act, Clock, Envelope, Instead, Unreadable, holds_nul};
pub use decide::{decide, ordered, policy_for};
pub use error::{Problem, ProblemCode};
pub use feed::{
    Assigned, Cursor, Page, PullRequest, PullResponse, ScopeDelta, Stretch, Transaction, Unit, why_snapshot,
};
pub use ids::{CommandId, CommandIds, DeviceId, PermitId, SnapshotId};
pub use json::Json;
pub use permit::{Permit, PermitRequest, PermitResponse};
pub use presence::{PresenceRequest, PresenceResponse, Present};
pub use push::{CommandResult, Outcome, PushRequest, PushResponse};
pub use row::{Unknown, WireRow};
pub use snapshot::{Chunk, Manifest, ManifestRequest, SnapshotError, chunk_digest, pack, unpack};
pub use versions::{Step, VERSIONS, Versions};

/// Version of the paths and bodies below. A server answers only its own.
pub const PROTOCOL: u16 = 1;

/// Version of a command's `act` that this build writes.
pub const COMMAND: u16 = VERSIONS.newest();

/// Version of the rows' form. It counts up with every new table or field.
pub const SCHEMA: u16 = 1;

/// Most commands in one push.
pub const PUSH_COMMANDS: usize = 100;

/// Most bytes of commands in one push, before compression. A single larger command goes alone.
pub const PUSH_BYTES: usize = 1 << 20;

/// About how many bytes of rows a page holds before compression. A single larger transaction goes
/// alone: nothing blocks the feed.
pub const PAGE_BYTES: usize = 4 << 20;

/// Lines of one page of the audit, on both sides: a shorter page is the last one.
pub const AUDIT_PAGE: usize = 500;

/// Paths, below the server's address.
pub mod path {
    /// `POST` [`crate::EnrolRequest`] -> [`crate::EnrolResponse`]. No token.
    pub const ENROL: &str = "/v1/enrol";
    /// `POST` [`crate::ChallengeRequest`] -> [`crate::ChallengeResponse`]. No token.
    pub const CHALLENGE: &str = "/v1/challenge";
    /// `POST` [`crate::SignedChallenge`] -> [`crate::TokenResponse`]. No token.
    pub const TOKEN: &str = "/v1/token";
    /// `POST` [`crate::SignInRequest`] -> [`crate::TokenResponse`]. No token.
    pub const SIGN_IN: &str = "/v1/sign-in";
    /// `GET ?org=SHORT-NAME` -> [`crate::SignInWays`]. No token.
    pub const WAYS: &str = "/v1/sign-in-ways";
    /// `GET ?org=&challenge=&redirect=&state=` in the system browser; ends at the device's loopback
    /// `redirect` with `?code=&state=` or `?error=&state=`.
    pub const OIDC_START: &str = "/auth/oidc/start";
    /// Where the provider sends the browser back to.
    pub const OIDC_CALLBACK: &str = "/auth/oidc/callback";
    /// `POST` [`crate::OidcEnrolRequest`] -> [`crate::EnrolResponse`]. No token.
    pub const OIDC_ENROL: &str = "/v1/oidc/enrol";
    /// `POST` [`crate::OidcSignInRequest`] -> [`crate::TokenResponse`]. No token.
    pub const OIDC_SIGN_IN: &str = "/v1/oidc/sign-in";
    /// `POST` [`crate::PushRequest`] -> [`crate::PushResponse`].
    pub const PUSH: &str = "/v1/push";
    /// `POST` [`crate::PullRequest`] -> [`crate::PullResponse`].
    pub const PULL: &str = "/v1/pull";
    /// `POST` [`crate::PermitRequest`] -> [`crate::PermitResponse`].
    pub const PERMITS: &str = "/v1/permits";
    /// `POST` [`crate::ManifestRequest`] -> [`crate::Manifest`]; `GET {SNAPSHOT}/{id}/{chunk}` -> the chunk's zstd bytes.
    pub const SNAPSHOT: &str = "/v1/snapshot";
    /// `POST` [`crate::PresenceRequest`] -> [`crate::PresenceResponse`].
    pub const PRESENCE: &str = "/v1/presence";
    /// `POST` [`crate::AttachmentRequest`] -> [`crate::AttachmentState`];
    /// `PUT {ATTACHMENTS}/{account}/{sha256}?offset=N` a part's bytes -> [`crate::AttachmentState`];
    /// `GET {ATTACHMENTS}/{account}/{sha256}?offset=N` -> the bytes from there on.
    pub const ATTACHMENTS: &str = "/v1/attachments";
    /// `GET` -> server-sent events, `data: {"epoch":1,"seq":42}`: the organisation is there now. A
    /// hint, never data.
    pub const EVENTS: &str = "/v1/events";
}
