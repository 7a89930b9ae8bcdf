//! Journeys through the real window: the shipped binary under a virtual screen, a real Secret
//! Service, a real mail server. Run by `cargo xtask test`, which gives them their session.

mod bars;
mod first_start;
mod follow_ups;
mod keys_lost;
mod letters;
mod main_job;
mod policy;
mod server;
mod world;
