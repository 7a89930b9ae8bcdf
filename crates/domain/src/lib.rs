//! What a collections specialist may do, should do, and why.
//!
//! Everything here is a function of its arguments: no IO, no clock, no randomness, no async. What
//! it does *not* do: read or write anything, know about rows, wires, windows or files.

pub mod account;
pub mod aging;
pub mod arrangement;
pub mod bankruptcy;
pub mod calendar;
pub mod compliance;
pub mod contact;
pub mod decide;
pub mod email;
pub mod facts;
pub mod followup;
pub mod history;
pub mod hold;
pub mod ids;
pub mod invoice;
pub mod letter;
pub mod money;
pub mod outbox;
pub mod past;
pub mod payment;
pub mod plan;
pub mod policy;
pub mod reason;
pub mod replay;
pub mod risk;
pub mod row;
pub mod rows;
pub mod service_order;
pub mod template;
#[cfg(any(test, feature = "testkit"))]
pub mod testkit;
pub mod treatment;
pub mod worklist;
