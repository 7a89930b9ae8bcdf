//! Journeys in the real window, and refusals; here what they and the server's tests share.

pub mod central;
// PostgreSQL's own folder and processes: shared with `cargo xtask serve`, which has no dependencies.
#[path = "../../xtask/src/postgres.rs"]
pub mod postgres;
