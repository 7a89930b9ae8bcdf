//! Sign-in with the organisation's own provider: `OpenID` Connect, authorization code with PKCE,
//! through the system browser.
//!
//! Two codes, each with its own PKCE. Dunlin opens the browser at [`start`] with its challenge and the
//! loopback port where it listens; the server sends the browser on to the provider with a challenge of
//! its own; the provider's answer ends in [`callback`], which sends a one-time code to the loopback
//! port; the device shows code and verifier together with its signed key ([`enrol`], [`sign_in`]).
//! Nothing of it is kept in a process: any server may get the provider's answer.

mod flow;
mod provider;
mod redeem;

pub use self::flow::{Answer, Start, callback, start};
pub use self::provider::{Identity, Provider};
pub use self::redeem::{enrol, sign_in, ways};
