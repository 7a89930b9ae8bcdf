//! What must not compile: anything that leaves without a clearance, or a clearance out of nothing.
//!
//! Each file of `ui-fail` is a program that tries one way around the gate, with the compiler's answer
//! beside it. `TRYBUILD=overwrite cargo test -p dunlin-refusals` writes the answers anew.

use chrono as _;
use domain::compliance::{Cleared, Released};
use domain::email::Email;
use domain::letter::Letter;
use domain::service_order::ServiceOrder;
use serde::de::DeserializeOwned;
use static_assertions::assert_not_impl_any;

// A clearance can't be read from anywhere, copied, or made by default. These hold while compiling;
// as a program that fails, each would list every type that serde can read, and change with them.
assert_not_impl_any!(Cleared<Letter>: DeserializeOwned, serde::Serialize, Clone, Default);
assert_not_impl_any!(Cleared<Email>: DeserializeOwned, serde::Serialize, Clone, Default);
assert_not_impl_any!(Cleared<ServiceOrder>: DeserializeOwned, serde::Serialize, Clone, Default);
assert_not_impl_any!(Released: DeserializeOwned, serde::Serialize, Clone, Default);

#[test]
fn no_way_around_the_gate_compiles() {
    trybuild::TestCases::new().compile_fail("tests/ui-fail/*.rs");
}
