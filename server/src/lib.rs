//! The central server: axum in front of PostgreSQL, deciding with the same `domain` code as the
//! devices. A library, so that tests run it in-process against a real database.
//!
//! Processes keep no state; any number stand side by side behind a proxy. What it does *not* do:
//! send letters or emails, or decide anything by itself.

pub mod app;
pub mod attach;
pub mod auth;
pub mod certificate;
pub mod config;
pub mod db;
pub mod error;
pub mod explain;
pub mod history;
pub mod http;
pub mod migrate;
pub mod oidc;
pub mod orders;
pub mod permits;
pub mod presence;
pub mod pull;
pub mod push;
pub mod records;
mod repair;
pub mod retention;
pub mod serve;
pub mod snapshot;
pub mod supervise;
pub mod wake;
