//! The compliance rules: a table of what each says and whom it binds, and one function for each
//! that answers on the facts it is given. They know neither accounts nor the store; the gate and
//! the vectors call the same functions.

mod row;
pub mod table;

pub mod ach;
pub mod bankruptcy;
pub mod charges;
pub mod cities;
pub mod claims;
pub mod disputes;
pub mod electronic;
pub mod frequency;
pub mod hours;
pub mod persons;
pub mod records;
pub mod scope;
pub mod states;
pub mod stops;
pub mod tcpa;
pub mod utility;
pub mod validation;

pub use row::{Confidence, Jurisdiction, RuleRow, TABLE_VERSION};
pub use table::{rule, rules};
