//! The server against a real PostgreSQL.

mod auth;
#[path = "../../../xtask/src/postgres.rs"]
mod postgres;
mod scene;
