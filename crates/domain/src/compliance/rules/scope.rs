//! SCP-1: which rules bind an account at all.

use super::{RuleRow, table::SCP_1};
use crate::account::{CustomerKind, Mode};
use crate::compliance::verdict::Finding;

/// In whose name a creditor collects, compared with its own: another one that suggests a third
/// party makes it a debt collector (15 USC 1692a(6)). Case, punctuation and legal form aside.
#[must_use]
pub fn uses_other_name(owner: &str, collects_in: &str) -> bool {
    let plain = |name: &str| -> String {
        let lower = name.to_ascii_lowercase();
        lower
            .split(|letter: char| !letter.is_alphanumeric())
            .filter(|word| !matches!(*word, "" | "inc" | "llc" | "corp" | "co" | "ltd" | "the"))
            .collect::<Vec<_>>()
            .join(" ")
    };
    !plain(collects_in).is_empty() && plain(collects_in) != plain(owner)
}

/// Whether, and through what, a rule binds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// It binds by itself.
    Applies,
    /// It binds since California adopts it for creditors (Cal. Civ. Code 1788.17).
    ThroughCalifornia,
    /// It does not bind.
    NotApplicable,
}

/// Rules that California does not adopt for creditors: 15 USC 1692e(11) and 1692g.
fn is_spared_in_california(id: &str) -> bool {
    ["MMD-", "VAL-", "DSP-"].iter().any(|family| id.starts_with(family))
}

/// SCP-1: the mode that binds. Other name: a first-party account is collected as by a third party.
#[must_use]
pub fn effective_mode(mode: Mode, other_name: bool) -> Mode {
    if other_name { Mode::ThirdParty } else { mode }
}

/// SCP-1: does `rule` bind an account of that mode and kind, of a consumer in those states?
#[must_use]
pub fn scp_1(rule: &RuleRow, mode: Mode, account: CustomerKind, states: &[&str]) -> Scope {
    if rule.binds(mode, account) {
        return Scope::Applies;
    }
    let adopted = rule.binds(Mode::ThirdParty, account) && account == CustomerKind::Consumer;
    if adopted && states.contains(&"CA") && !is_spared_in_california(rule.id) {
        return Scope::ThroughCalifornia;
    }
    Scope::NotApplicable
}

/// SCP-1 as a finding, for a reader who asks why a rule was silent.
#[must_use]
pub fn scope_finding(rule: &RuleRow, scope: Scope) -> Finding {
    let text = match scope {
        Scope::Applies => format!("{} binds this account.", rule.id),
        Scope::ThroughCalifornia => format!("{} binds through California's law.", rule.id),
        Scope::NotApplicable => format!("{} does not bind this account.", rule.id),
    };
    Finding::allow(&SCP_1, text).with("rule", rule.id)
}
