//! The gate's own rules: those of the house and of plain sense, beside the law's.

use crate::compliance::rules::{Confidence, Jurisdiction, RuleRow, TABLE_VERSION};

const fn house(id: &'static str, what: &'static str, overridable: bool) -> RuleRow {
    RuleRow {
        id,
        source: "house policy",
        what,
        jurisdiction: Jurisdiction::House,
        mode: None,
        account: None,
        overridable,
        hard_stop: false,
        parameters: &[],
        version: TABLE_VERSION,
        effective_from: None,
        effective_to: None,
        confidence: Confidence::Source,
    }
}

/// The item and the facts are of the same account.
pub static ACCOUNT: RuleRow = house("GATE-ACCOUNT", "An item is cleared on the facts of its own account", false);
/// The number or address is the customer's and works.
pub static POINT: RuleRow =
    house("GATE-POINT", "A number or address is the customer's own, works, and was not opted out", false);
/// What is asked for is owed today.
pub static CLAIM: RuleRow = house(
    "GATE-CLAIM",
    "An item asks for what is open today: nothing that was paid, disputed, held or put into an arrangement since",
    false,
);
/// A person paused the account.
pub static HOLD: RuleRow =
    house("GATE-HOLD", "A person paused the account; nothing that collects leaves until the hold is released", true);
/// The words hold what the rules require.
pub static TEXT: RuleRow =
    house("GATE-TEXT", "An item's own words hold every text that the rules require of it", false);
/// A supervisor's approval is fresh.
pub static APPROVAL: RuleRow =
    house("GATE-APPROVAL", "A supervisor, giving a reason, goes beyond what the rules leave to a supervisor", false);
/// The ordered service is on the account and in a state for it.
pub static SERVICE: RuleRow =
    house("GATE-SERVICE", "An order fits a service of the account and its present state", false);
