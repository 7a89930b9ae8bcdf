//! What supervisors, administrators and auditors do: who works whom, policy and templates, devices
//! and their freshness, the billing system's extract, the audit.

pub mod assign;
pub mod extract;
pub mod import;
mod moved;
pub mod oversee;
pub mod payments;
pub mod publish;
pub mod recorded;
pub mod watch;
