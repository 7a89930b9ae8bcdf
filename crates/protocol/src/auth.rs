//! Enrolment and tokens. A device holds an Ed25519 key in the OS keychain; keys, nonces' signatures
//! and signatures travel as base64url without padding.

use std::fmt;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::ids::DeviceId;

/// What a device signs for a token: its own id and the server's nonce, under this protocol's name, so
/// that no other use of the key can be mistaken for it.
#[must_use]
pub fn challenge_text(device: DeviceId, nonce: &str) -> String {
    format!("dunlin token 1\n{device}\n{nonce}")
}

/// A device's first contact.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EnrolRequest {
    /// The one-time code from the administrator.
    pub code: String,
    /// The user's password; the first enrolment sets it.
    pub password: String,
    /// As the supervisor sees it: "Front desk laptop".
    pub device_name: String,
    /// The device's Ed25519 public key, 32 bytes.
    pub public_key: String,
}

/// The device is known from now on. It asks for a token next.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EnrolResponse {
    /// The device's identity.
    pub device: DeviceId,
    /// The organisation's identity, for challenges.
    pub org: String,
    /// The user's login.
    pub login: String,
    /// The user's name, as the history has it.
    pub name: String,
    /// `specialist`, `supervisor`, `administrator` or `auditor`.
    pub role: String,
    /// The server's epoch.
    pub epoch: u64,
    /// Without contact until then, the device's database stays shut until the server answers.
    pub offline_until: DateTime<Utc>,
}

/// Asks for something to sign.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChallengeRequest {
    /// From the enrolment.
    pub org: String,
    /// From the enrolment.
    pub device: DeviceId,
}

/// Something to sign, good once and for two minutes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChallengeResponse {
    /// To be put through [`challenge_text`].
    pub nonce: String,
}

/// A signed challenge.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SignedChallenge {
    /// Which device.
    pub device: DeviceId,
    /// The challenge.
    pub nonce: String,
    /// Over [`challenge_text`], 64 bytes.
    pub signature: String,
}

/// The user signs in again: `Problem` `sign_in` asks for it.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SignInRequest {
    /// From which device.
    pub signed: SignedChallenge,
    /// The user's password.
    pub password: String,
}

/// What a browser's sign-in at the organisation's own provider left with the device.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OidcProof {
    /// The one-time code that the loopback port got.
    pub code: String,
    /// Whose SHA-256 was the challenge; 43 characters or more.
    pub verifier: String,
}

/// A device's first contact, after a sign-in at the provider.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OidcEnrolRequest {
    /// Of the sign-in.
    pub proof: OidcProof,
    /// An administrator's one-time code for the same user, where [`SignInWays::needs_code`].
    #[serde(default)]
    pub enrolment_code: Option<String>,
    /// As the supervisor sees it.
    pub device_name: String,
    /// The device's Ed25519 public key, 32 bytes.
    pub public_key: String,
}

/// The user signs in again, at the provider.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OidcSignInRequest {
    /// From which device.
    pub signed: SignedChallenge,
    /// Of the sign-in.
    pub proof: OidcProof,
}

/// How an organisation's users sign in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SignInWays {
    /// With a password of this server.
    pub password: bool,
    /// Through the organisation's own provider.
    pub provider: bool,
    /// A new device needs an enrolment code even so.
    pub needs_code: bool,
}

/// A short token, for `Authorization: Bearer`.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TokenResponse {
    /// The token.
    pub token: String,
    /// Good until then.
    pub expires_at: DateTime<Utc>,
    /// The server's clock, for the offset.
    pub server_time: DateTime<Utc>,
    /// Without contact until then, the device's database stays shut until the server answers.
    pub offline_until: DateTime<Utc>,
    /// The user's name, as it is now.
    pub name: String,
    /// The user's role, as it is now.
    pub role: String,
}

macro_rules! secret {
    ($($name:ident),*) => {$(
        // Codes, passwords and tokens stay out of logs.
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.debug_struct(stringify!($name)).finish_non_exhaustive()
            }
        }
    )*};
}

secret!(EnrolRequest, SignInRequest, TokenResponse, OidcProof, OidcEnrolRequest, OidcSignInRequest);
