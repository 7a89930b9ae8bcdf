//! The real stack, as it is run: the program, PostgreSQL, a proxy in front, a replica beside; and
//! what happens when parts of it die, lie or are full.
#![allow(clippy::unwrap_used, reason = "a test's way to fail")]

mod disk;
mod killed;
mod laptop;
mod proxied;
mod proxy;
mod replica;
