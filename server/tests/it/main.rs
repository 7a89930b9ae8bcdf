//! The server against a real PostgreSQL.
#![allow(clippy::unwrap_used, reason = "a test's way to fail")]

mod acts;
mod attach;
mod attacks;
mod auth;
mod crash;
mod http;
mod late;
mod liar;
mod moved;
mod oidc;
mod one_brain;
mod orders;
mod pooler;
mod presence;
mod program;
mod pull;
mod push;
mod restored;
mod roles;
mod scene;
mod schema;
mod shipped;
mod supervise;
mod versions;
mod work;
