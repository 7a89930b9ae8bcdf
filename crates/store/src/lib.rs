//! The client database: one encrypted file that holds everything, and all SQL that touches it.
//!
//! - [`Store`]: open, one writer and a few readers; [`Store::commit`] takes a domain plan,
//!   [`Store::import`] an extract, [`Store::facts`] gives what is known about an account.
//! - Lists of the window ([`Store::worklist`], [`Store::accounts`], [`Store::search`],
//!   [`Store::timeline`]) answer within a frame on a hundred thousand accounts.
//! - [`Store::act`] logs a command with its effects; [`Store::rebase`] takes in what a server sends
//!   under those it has not decided; [`Store::begin_snapshot`] starts a device anew.
//! - [`Store::backup`], [`verify`] and [`restore`].
//!
//! What it does *not* do: decide anything, read the clock, keep the key, or write a byte of customer
//! data that is not encrypted (temporary results stay in memory).

mod account_board;
mod account_query;
mod attachments;
mod backup;
mod board;
mod bulk;
mod codec;
mod commit;
mod connection;
mod error;
mod facts;
mod import;
mod key;
mod laying;
mod leaving;
mod lock;
#[cfg(feature = "measure")]
pub mod measure;
mod migration;
mod mirror;
mod rebase;
mod records;
mod references;
mod search;
mod snapshot;
mod store;
mod sync;
mod table;
mod timeline;
mod work_board;

pub use account_query::{AccountLine, AccountPage, AccountQuery, AccountSort};
pub use backup::{remove, restore, verify};
pub use board::Page;
pub use error::StoreError;
pub use facts::Which;
pub use import::{Count, Counts, Import, Progress};
pub use key::Key;
pub use rebase::{Incoming, Rebased, Replay, Verdict};
pub use records::Freshness;
pub use search::Found;
pub use snapshot::Taken;
pub use store::Store;
pub use sync::{Ground, NewCommand, RunStep, SyncState};
pub use table::account_search::AccountHit;
pub use table::account_summary::Summary;
pub use table::attachment::Attachment;
pub use table::command_log::{Logged, Refused, Settled};
pub use table::document::Document;
pub use table::history::HistoryFilter;
pub use table::import_log::ImportLog;
pub use table::invoice::InvoiceHit;
pub use table::letter_run::{Member, MemberState, Run, RunState};
pub use table::outbox::{OutboxFilter, OutboxRow};
pub use table::policy::Published;
pub use table::sync_state::Place;
pub use table::template::Template;
pub use table::worklist::{Callable, WorkRow};
pub use timeline::Happened;
pub use work_board::{Whose, WorkCounts, WorkQuery, WorkSort};
