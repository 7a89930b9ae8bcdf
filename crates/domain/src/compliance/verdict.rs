//! What the rules answer: a finding of each, and the verdict in which the worst of them wins.

use std::collections::BTreeSet;
use std::fmt;

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use serde::{Deserialize, Serialize};

use super::planted;
use super::rules::RuleRow;
use super::texts::TextId;
use crate::reason::Reason;

/// What may be done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "decision", content = "texts")]
pub enum Decision {
    /// Yes.
    Allow,
    /// Yes, if it carries these texts.
    AllowWithText(BTreeSet<TextId>),
    /// A supervisor decides: the rule leaves room, or something it needs is not known.
    Supervisor,
    /// No.
    Block,
}

impl Decision {
    fn severity(&self) -> u8 {
        match self {
            Self::Allow => 0,
            Self::AllowWithText(_) => 1,
            Self::Supervisor => 2,
            Self::Block => 3,
        }
    }

    /// The worse of two; required texts add up.
    #[must_use]
    pub fn worst(self, other: Self) -> Self {
        match (self, other) {
            (Self::AllowWithText(mut texts), Self::AllowWithText(more)) => {
                texts.extend(more);
                Self::AllowWithText(texts)
            }
            (one, two) if two.severity() > one.severity() => two,
            (one, _) => one,
        }
    }
}

impl fmt::Display for Decision {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Allow => f.write_str("allow"),
            Self::Supervisor => f.write_str("supervisor"),
            Self::Block => f.write_str("block"),
            Self::AllowWithText(texts) => {
                let mut ids: Vec<&str> = texts.iter().map(|text| text.id()).collect();
                ids.sort_unstable();
                write!(f, "allow_with_text:{}", ids.join("|"))
            }
        }
    }
}

/// One rule's answer, with what it saw.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// The answer.
    pub decision: Decision,
    /// Rule, version, the answer in a person's words, and the inputs that decided.
    pub reason: Reason,
    /// The earliest moment at which the answer could change by itself. Rules that count days give
    /// midnight UTC of the first day that differs, never a later moment than the true one in the
    /// United States.
    pub changes_at: Option<DateTime<Utc>>,
    /// A supervisor may go beyond it, with a reason: the rule is a presumption or a safe harbour.
    pub overridable: bool,
    /// One of the rules that are checked and shown first.
    pub hard_stop: bool,
}

impl Finding {
    /// An answer of `rule`.
    #[must_use]
    pub fn new(rule: &'static RuleRow, decision: Decision, text: impl Into<String>) -> Self {
        let decision = if planted::is_silent(rule) { Decision::Allow } else { decision };
        Self {
            decision,
            reason: Reason::new(rule.id, rule.version, text),
            changes_at: None,
            overridable: rule.overridable,
            hard_stop: rule.hard_stop,
        }
    }

    /// The rule has nothing against it.
    #[must_use]
    pub fn allow(rule: &'static RuleRow, text: impl Into<String>) -> Self {
        Self::new(rule, Decision::Allow, text)
    }

    /// Allowed if it carries `text_id`.
    #[must_use]
    pub fn with_text(rule: &'static RuleRow, id: TextId, text: impl Into<String>) -> Self {
        Self::new(rule, Decision::AllowWithText(BTreeSet::from([id])), text)
    }

    /// A supervisor decides.
    #[must_use]
    pub fn supervisor(rule: &'static RuleRow, text: impl Into<String>) -> Self {
        Self::new(rule, Decision::Supervisor, text)
    }

    /// Forbidden.
    #[must_use]
    pub fn block(rule: &'static RuleRow, text: impl Into<String>) -> Self {
        Self::new(rule, Decision::Block, text)
    }

    /// Something the rule needs is not known: a person decides, the engine does not guess.
    #[must_use]
    pub fn unknown(rule: &'static RuleRow, what: &'static str) -> Self {
        Self::supervisor(rule, format!("Not known: {what}.")).with("unknown", what)
    }

    /// With one more input.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl ToString) -> Self {
        self.reason = self.reason.with(name, value);
        self
    }

    /// Could change at that moment.
    #[must_use]
    pub fn until(mut self, at: Option<DateTime<Utc>>) -> Self {
        self.changes_at = at;
        self
    }

    /// Could change on that day.
    #[must_use]
    pub fn until_day(self, day: NaiveDate) -> Self {
        self.until(Some(day.and_time(NaiveTime::MIN).and_utc()))
    }

    /// The same answer under another rule that adopts this one.
    #[must_use]
    pub fn under(mut self, rule: &'static RuleRow) -> Self {
        let through = std::mem::replace(&mut self.reason.rule, rule.id.into());
        self.overridable = rule.overridable;
        self.hard_stop = rule.hard_stop;
        if planted::is_silent(rule) {
            self.decision = Decision::Allow;
        }
        self.with("through", through)
    }

    /// Neither blocks nor asks for a supervisor.
    #[must_use]
    pub fn permits(&self) -> bool {
        self.decision.severity() < 2
    }
}

/// All answers about one act.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verdict {
    /// The worst of them.
    pub decision: Decision,
    /// Every one: hard stops first, then by severity.
    pub findings: Vec<Finding>,
}

impl Verdict {
    /// The finding that decided, if any rule spoke.
    #[must_use]
    pub fn deciding(&self) -> Option<&Finding> {
        let worst = self.decision.severity();
        self.findings.iter().find(|finding| finding.decision.severity() == worst)
    }

    /// Nothing stands against it.
    #[must_use]
    pub fn permits(&self) -> bool {
        self.decision.severity() < 2
    }

    /// Everything that stands against it is a presumption or safe harbour, so a supervisor with a
    /// reason may go beyond it.
    #[must_use]
    pub fn overridable(&self) -> bool {
        self.findings
            .iter()
            .filter(|finding| !finding.permits())
            .all(|finding| finding.overridable || finding.decision == Decision::Supervisor)
    }

    /// The earliest moment at which everything that stands against it could have ended; none if
    /// one of them does not end by itself, or nothing stands against it.
    #[must_use]
    pub fn changes_at(&self) -> Option<DateTime<Utc>> {
        self.findings
            .iter()
            .filter(|finding| !finding.permits())
            .map(|finding| finding.changes_at)
            .reduce(|one, two| one.zip(two).map(|(one, two)| one.max(two)))
            .flatten()
    }
}

/// The worst answer wins (block, supervisor, texts, allow); texts add up; every finding is kept.
#[must_use]
pub fn combine(findings: impl IntoIterator<Item = Finding>) -> Verdict {
    let mut findings: Vec<Finding> = findings.into_iter().collect();
    findings.sort_by_key(|finding| {
        let stops = finding.hard_stop && !finding.permits();
        (!stops, std::cmp::Reverse(finding.decision.severity()))
    });
    let mut decision = Decision::Allow;
    for finding in &findings {
        decision = decision.worst(finding.decision.clone());
    }
    Verdict { decision, findings }
}
