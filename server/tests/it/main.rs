//! The server against a real PostgreSQL.
#![allow(clippy::unwrap_used, reason = "a test's way to fail")]

mod auth;
mod crash;
mod http;
mod one_brain;
mod pooler;
#[path = "../../../xtask/src/postgres.rs"]
mod postgres;
mod pull;
mod push;
mod scene;
mod schema;
mod supervise;
mod work;
