//! Bugs that a test plants into one rule: it falls silent, or its limits are one too generous. The
//! second checker and the vectors must notice each of them. Without the `testkit` feature, which the
//! product never has, every function here hands back what it was given.

use super::gate_policy::Hours;
use super::rules::RuleRow;

/// A bug in one rule.
#[cfg(feature = "testkit")]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bug {
    /// The rule never objects and asks for no text.
    Silent(&'static str),
    /// A cap is one higher, a period a day shorter, a window of hours an hour longer at both ends.
    Loose(&'static str),
}

#[cfg(feature = "testkit")]
thread_local! {
    static BUGS: std::cell::RefCell<Vec<Bug>> = const { std::cell::RefCell::new(Vec::new()) };
}

/// Runs `test` with bugs planted on this thread, and takes them out again.
#[cfg(feature = "testkit")]
pub fn with_bugs<R>(bugs: &[Bug], test: impl FnOnce() -> R) -> R {
    BUGS.with_borrow_mut(|planted| planted.extend_from_slice(bugs));
    let result = test();
    BUGS.with_borrow_mut(Vec::clear);
    result
}

#[cfg(feature = "testkit")]
fn has(bug: Bug) -> bool {
    BUGS.with_borrow(|planted| planted.contains(&bug))
}

/// The rule was silenced.
#[cfg(feature = "testkit")]
pub(super) fn is_silent(rule: &RuleRow) -> bool {
    has(Bug::Silent(rule.id))
}

/// The rule was silenced: never.
#[cfg(not(feature = "testkit"))]
pub(super) const fn is_silent(_rule: &RuleRow) -> bool {
    false
}

#[cfg(feature = "testkit")]
fn is_loose(rule: &RuleRow) -> bool {
    has(Bug::Loose(rule.id))
}

#[cfg(not(feature = "testkit"))]
const fn is_loose(_rule: &RuleRow) -> bool {
    false
}

/// The most that `rule` lets through.
pub(super) fn cap(rule: &RuleRow, most: u32) -> u32 {
    if is_loose(rule) { most + 1 } else { most }
}

/// The days for which `rule` protects.
pub(super) fn days(rule: &RuleRow, days: u32) -> u32 {
    if is_loose(rule) { days.saturating_sub(1) } else { days }
}

/// The hours that `rule` keeps.
pub(super) fn hours(rule: &RuleRow, window: Hours) -> Hours {
    if is_loose(rule) {
        let hour = chrono::TimeDelta::hours(1);
        Hours { open: window.open - hour, close: window.close + hour }
    } else {
        window
    }
}
