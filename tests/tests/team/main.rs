//! Sync stories: desks of a team at their own databases, the real server, a real PostgreSQL, HTTP
//! between them.
#![allow(clippy::unwrap_used, reason = "a test's way to fail")]

mod away;
#[path = "../../../crates/app/tests/common/mod.rs"]
mod common;
mod devices;
mod emails;
mod issuer;
mod kills;
mod leaving;
mod letters;
#[path = "../../../crates/app/tests/common/server.rs"]
mod mail;
mod orders;
mod pages;
#[path = "../../../xtask/src/postgres.rs"]
mod postgres;
mod provider;
mod relay;
mod ripe;
mod scene;
mod together;
