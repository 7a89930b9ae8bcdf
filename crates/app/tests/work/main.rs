//! A specialist's work through the commands that the window calls: import, My day, acts, agreements,
//! letter runs, and what a department sets for itself.

#[path = "../common/mod.rs"]
mod common;

mod accounts;
mod agreements;
mod approvals;
mod house;
mod imports;
mod joint;
mod planning;
mod plans;
mod runs;
mod tasks;
mod validation;
