//! Journeys through the real window: the shipped binary under a virtual screen, a real Secret
//! Service, a real mail server. Run by `cargo xtask test`, which gives them their session.

mod bars;
mod first_start;
mod keys_lost;
mod letters;
mod main_job;
mod server;
mod world;
