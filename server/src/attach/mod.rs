//! Attachments: letters' PDFs and scans. Named by the SHA-256 of their bytes, sealed before they
//! reach the database, sent in parts that go on where a cut connection stopped.
//!
//! A queue of their own: never in a push, and bounded apart from pushes, so that a large scan never
//! keeps a command waiting. Filed with the customer, so that whoever knows a digest gets nothing by it
//! alone: every request checks that the caller works the account.

pub(crate) mod refile;
mod seal;
mod transfer;

pub use self::seal::Seal;
pub use self::transfer::{begin, fetch, put};
