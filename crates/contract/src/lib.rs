//! Every command, DTO and error code between the window and the app, declared once.
//!
//! TypeScript is generated from here (`cargo xtask codegen`); a drift fails the build, and a host
//! that misses a command does not compile. Amounts, ids and dates cross as strings: JavaScript's
//! numbers hold neither a decimal nor a 63-bit id.

mod account;
mod act;
mod commands;
mod day;
mod error;
mod holds;
mod import;
mod letters;
mod mail;
mod plans;
mod session;
mod settings;
mod tasks;
mod team;
pub mod typescript;

pub use account::*;
pub use act::*;
pub use commands::*;
pub use day::*;
pub use error::*;
pub use holds::*;
pub use import::*;
pub use letters::*;
pub use mail::*;
pub use plans::*;
pub use session::*;
pub use settings::*;
pub use tasks::*;
pub use team::*;

/// Derives what every DTO needs.
macro_rules! dto {
    ($($(#[$meta:meta])* $vis:vis $kind:ident $name:ident $body:tt)*) => {$(
        #[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize, ts_rs::TS)]
        $(#[$meta])*
        #[serde(rename_all = "snake_case")]
        $vis $kind $name $body
    )*};
}
pub(crate) use dto;
