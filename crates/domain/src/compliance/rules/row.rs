//! A rule as data: where it comes from, whom it binds, since when, and how sure we are of it.

use chrono::NaiveDate;

use crate::account::{CustomerKind, Mode};

/// Version of the rule table: the day its sources were last read.
pub const TABLE_VERSION: &str = "2026-11-22";

/// Whose rule it is. Rules of several jurisdictions combine by the strictest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Jurisdiction {
    /// The United States.
    Federal,
    /// A state or the District of Columbia, by its two letters.
    State(&'static str),
    /// A city.
    City(&'static str),
    /// Several states, each by its own value; see the rule's parameters.
    PolicyPack,
    /// Nacha Operating Rules.
    Nacha,
    /// The engine's own convention.
    House,
}

/// How the rule's text is known, the weakest of its parts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Confidence {
    /// The official text, or a page that quotes it, was read.
    Source,
    /// A summary was read.
    Secondary,
    /// General knowledge, high confidence.
    High,
    /// General knowledge, medium confidence: counsel should look.
    Medium,
}

/// One row of the rule table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RuleRow {
    /// `FRQ-1`.
    pub id: &'static str,
    /// Citation.
    pub source: &'static str,
    /// The rule in one sentence.
    pub what: &'static str,
    /// Whose rule.
    pub jurisdiction: Jurisdiction,
    /// The mode it binds; none: both.
    pub mode: Option<Mode>,
    /// The accounts it binds; none: both.
    pub account: Option<CustomerKind>,
    /// A presumption or safe harbour: a supervisor may go beyond, with a reason.
    pub overridable: bool,
    /// Evaluated and shown before all others.
    pub hard_stop: bool,
    /// Defaults, as they are written in the sources: name, value.
    pub parameters: &'static [(&'static str, &'static str)],
    /// Version of the row.
    pub version: &'static str,
    /// First day in force, where it matters.
    pub effective_from: Option<NaiveDate>,
    /// Last day in force.
    pub effective_to: Option<NaiveDate>,
    /// How it is known.
    pub confidence: Confidence,
}

impl RuleRow {
    /// A federal rule for everybody, read at its source.
    pub(super) const fn new(id: &'static str, source: &'static str, what: &'static str) -> Self {
        Self {
            id,
            source,
            what,
            jurisdiction: Jurisdiction::Federal,
            mode: None,
            account: None,
            overridable: false,
            hard_stop: false,
            parameters: &[],
            version: TABLE_VERSION,
            effective_from: None,
            effective_to: None,
            confidence: Confidence::Source,
        }
    }

    /// Regulation F: third-party collectors of consumer debt, since 2021-11-30.
    pub(super) const fn reg_f(mut self) -> Self {
        self.mode = Some(Mode::ThirdParty);
        self.account = Some(CustomerKind::Consumer);
        self.effective_from = NaiveDate::from_ymd_opt(2021, 11, 30);
        self
    }

    pub(super) const fn consumer(mut self) -> Self {
        self.account = Some(CustomerKind::Consumer);
        self
    }

    pub(super) const fn business(mut self) -> Self {
        self.account = Some(CustomerKind::Business);
        self
    }

    pub(super) const fn first_party(mut self) -> Self {
        self.mode = Some(Mode::FirstParty);
        self
    }

    pub(super) const fn third_party(mut self) -> Self {
        self.mode = Some(Mode::ThirdParty);
        self
    }

    pub(super) const fn of(mut self, jurisdiction: Jurisdiction) -> Self {
        self.jurisdiction = jurisdiction;
        self
    }

    pub(super) const fn overridable(mut self) -> Self {
        self.overridable = true;
        self
    }

    pub(super) const fn hard_stop(mut self) -> Self {
        self.hard_stop = true;
        self
    }

    pub(super) const fn with(mut self, parameters: &'static [(&'static str, &'static str)]) -> Self {
        self.parameters = parameters;
        self
    }

    pub(super) const fn from(mut self, year: i32, month: u32, day: u32) -> Self {
        self.effective_from = NaiveDate::from_ymd_opt(year, month, day);
        self
    }

    pub(super) const fn to(mut self, year: i32, month: u32, day: u32) -> Self {
        self.effective_to = NaiveDate::from_ymd_opt(year, month, day);
        self
    }

    pub(super) const fn known(mut self, confidence: Confidence) -> Self {
        self.confidence = confidence;
        self
    }

    /// In force on that day.
    #[must_use]
    pub fn in_force(&self, on: NaiveDate) -> bool {
        self.effective_from.is_none_or(|first| first <= on) && self.effective_to.is_none_or(|last| on <= last)
    }

    /// Binds that kind of collection.
    #[must_use]
    pub fn binds(&self, mode: Mode, account: CustomerKind) -> bool {
        self.mode.is_none_or(|bound| bound == mode) && self.account.is_none_or(|bound| bound == account)
    }
}
