//! ACH debits and payment plans: ACH-1 to ACH-13, PPL-1.

mod authorization;
mod debit;
mod plan;
mod returns;

pub use authorization::{Capture, Holder, Sec, TelFacts, ach_1, ach_2, ach_6, ach_10, ach_11, ach_12, proof_due};
pub use debit::{ach_3, ach_4, ach_5};
pub use plan::{PlanTerms, ach_13, ppl_1};
pub use returns::{Rates, Retry, ach_7, ach_8, ach_9};
