//! The compliance gate: nothing leaves without passing it on fresh facts.
//!
//! - [`rules`]: what the law says, one function a rule; [`verdict`](self::Verdict): their answers.
//! - `gate`: which rules speak about an act, on an account's facts.
//! - [`clear`] and [`Cleared`]: the only door. `letters::render`, `mail::send` and [`release`] take
//!   nothing but a clearance, so an ungated path does not compile.
//!
//! What it does *not* do: send anything, remember a clearance, or look at a clock.

mod act;
mod clear;
mod gate;
mod gate_policy;
mod notice;
#[cfg(feature = "testkit")]
pub mod planted;
#[cfg(not(feature = "testkit"))]
mod planted;
mod release;
pub mod rules;
pub mod texts;
pub mod vectors;
pub mod verdict;
pub mod zone;

pub use act::{Act, Approval, Claim, GivenApproval, Leaves, Purpose};
pub use clear::{Cleared, clear};
pub use gate::{Contactability, May, by_phone, claimable, contactability, required_texts, verdict};
pub use gate_policy::{DisconnectPolicy, GatePolicy, Hours};
pub use notice::NoticeState;
pub use release::{Released, release};
pub use texts::TextId;
pub use verdict::{Decision, Finding, Verdict, combine};
pub use zone::local_date;
