//! The rule table. One static per rule; a finding carries its rule's id and version from here.

mod account;
mod contact;
mod debt;
mod payment;
mod state;
mod utility;

pub use account::*;
pub use contact::*;
pub use debt::*;
pub use payment::*;
pub use state::*;
pub use utility::*;

use super::row::RuleRow;

/// Declares rules: a documented static each, and the list of them.
macro_rules! rows {
    ($($name:ident = $id:literal, $source:literal, $what:literal $(, $(.$method:ident($($argument:tt)*))+)?;)*) => {
        $(
            #[doc = concat!($id, ", ", $source, ": ", $what)]
            pub static $name: RuleRow = RuleRow::new($id, $source, $what)
                $($(.$method($($argument)*))+)?;
        )*
        pub(super) static ROWS: &[&RuleRow] = &[$(&$name),*];
    };
}
use rows;

/// Every rule, in the order of the sources.
pub fn rules() -> impl Iterator<Item = &'static RuleRow> {
    [contact::ROWS, debt::ROWS, state::ROWS, account::ROWS, utility::ROWS, payment::ROWS].into_iter().flatten().copied()
}

/// The rule of that id.
#[must_use]
pub fn rule(id: &str) -> Option<&'static RuleRow> {
    rules().find(|row| row.id == id)
}
