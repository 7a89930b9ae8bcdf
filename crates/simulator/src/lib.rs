//! A seeded world: several devices with the real store and the real engine, a model of the server
//! that decides with the same domain, and a network, a clock and a fate that do their worst.
//!
//! [`simulate`] plays a seed and returns what the checker found, with a trace: the same seed gives the
//! same trace. [`Bug`] plants a fault that others shipped; the checker must find it.
//!
//! What it does *not* do: HTTP, PostgreSQL, processes that are killed. Those have tests of their own.

mod admin;
mod check;
mod client;
mod clock;
mod drift;
mod fate;
mod net;
mod orders;
mod portfolio;
mod pull;
mod rest;
mod server;
mod versions;
mod work;
mod world;

pub use fate::{Bug, Fate};
pub use world::{Outcome, simulate, template};
