//! The only sequencer: takes in, acts, dispatches and answers, over the encrypted store and through
//! the domain. It knows nothing of windows; what it needs of the desktop it asks through the seams.

mod account_view;
mod accounts;
mod act;
mod backup;
mod calendar;
mod carry;
pub mod day;
mod decision;
mod desk;
mod dispatch;
mod errors;
mod holds;
mod host;
mod import;
mod import_known;
mod import_questions;
mod jobs;
mod joint;
mod lists;
mod mail_account;
mod orders;
mod outbox;
mod pages;
mod parse;
mod planning;
mod plans;
mod policy;
mod print;
mod proposal;
mod run_confirm;
mod run_notice;
mod run_output;
mod run_propose;
mod runs;
mod seams;
mod session;
mod settings;
mod tasks;
mod team;
mod templates;
mod vault;
mod views;
mod writing;

pub use desk::Desk;
pub use seams::{Clock, FixedClock, Keychain, KeychainError, MemoryKeychain, NoKeychain, NoShell, Shell, SystemClock};
