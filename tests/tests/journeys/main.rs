//! Journeys through the real window: the shipped binary under a virtual screen, a real Secret
//! Service, a real mail server. Run by `cargo xtask test`, which gives them their session.
#![allow(clippy::unwrap_used, reason = "a test's way to fail")]

mod bars;
#[path = "../../../crates/app/tests/common/mod.rs"]
mod common;
mod first_start;
mod follow_ups;
#[path = "../team/issuer.rs"]
mod issuer;
mod keys_lost;
mod letters;
mod mail;
mod main_job;
#[path = "../team/pages.rs"]
mod pages;
mod policy;
#[path = "../../../xtask/src/postgres.rs"]
mod postgres;
mod provider;
#[path = "../team/ripe.rs"]
mod ripe;
#[path = "../team/scene.rs"]
mod scene;
mod start;
mod suspension;
mod team;
mod unsent;
mod world;
