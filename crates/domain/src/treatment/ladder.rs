//! One treatment plan as data: its mode, its anchor and its levels.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

/// How a plan climbs, since the field disagrees.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LadderMode {
    /// Per debt: a level only when the one before it was sent; one level a run.
    Strict,
    /// Per debt: the first level that its age allows, then the next whose wait has passed.
    CatchUp,
    /// Per account, from scratch at each run: the last level whose conditions all hold.
    Severest,
}

/// The day a debt's age is counted from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Anchor {
    /// The due date.
    #[default]
    DueDate,
    /// The invoice's date.
    InvoiceDate,
}

/// What a level's wait is counted from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum From {
    /// The anchor.
    #[default]
    Anchor,
    /// The last day of the month of (anchor + wait).
    MonthEnd,
    /// The run date of the level before.
    PreviousStep,
}

/// By which way a step reaches the customer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Channel {
    /// Printed and mailed.
    #[default]
    Letter,
    /// SMTP.
    Email,
    /// A task to call: nothing leaves by itself.
    Phone,
}

impl Channel {
    /// The outbox's channel; a phone call never goes through the outbox.
    #[must_use]
    pub fn outbox(self) -> Option<crate::outbox::Channel> {
        match self {
            Self::Letter => Some(crate::outbox::Channel::Letter),
            Self::Email => Some(crate::outbox::Channel::Email),
            Self::Phone => None,
        }
    }

    /// The channel in a sentence.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Letter => "letter",
            Self::Email => "email",
            Self::Phone => "phone",
        }
    }
}

/// A fee, charged once per debt and level, when the level is sent. Law or the agreement must allow
/// it (12 CFR 1006.22(b)): the standard plans have none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fee {
    /// A fixed amount, in the debt's currency.
    Amount(Decimal),
    /// Percent of the debt's original amount, half-even to the currency's minor unit.
    Percent(Decimal),
}

/// One level of a plan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Level {
    /// Unique in its plan; sent steps are remembered by it.
    pub name: String,
    /// What the wait is counted from.
    #[serde(default)]
    pub from: From,
    /// Days; the last of them is inclusive: 5 days after the 1st is the 6th.
    pub wait_days: u32,
    /// By which way.
    #[serde(default)]
    pub channel: Channel,
    /// By which way where the first can't reach the customer.
    #[serde(default)]
    pub fallback: Option<Channel>,
    /// Template key: `dunning_1`.
    pub template: String,
    /// Least balance; of the debt, in the severest mode of the account.
    #[serde(default)]
    pub min_balance: Decimal,
    /// Least number of unpaid invoices of the account.
    #[serde(default)]
    pub min_unpaid: u32,
    /// Fee, if any.
    #[serde(default)]
    pub fee: Option<Fee>,
    /// A supervisor confirms each step of this level.
    #[serde(default)]
    pub needs_approval: bool,
}

impl Level {
    /// A letter so many days after the anchor; the rest as a plan's author adds it.
    #[must_use]
    pub fn letter(name: &str, wait_days: u32, template: &str) -> Self {
        Self {
            name: name.to_owned(),
            from: From::Anchor,
            wait_days,
            channel: Channel::Letter,
            fallback: None,
            template: template.to_owned(),
            min_balance: Decimal::ZERO,
            min_unpaid: 0,
            fee: None,
            needs_approval: false,
        }
    }

    /// The same level by email, by letter where there is no usable address.
    #[must_use]
    pub fn by_email(mut self) -> Self {
        self.channel = Channel::Email;
        self.fallback = Some(Channel::Letter);
        self
    }
}

/// A friendly reminder before the due date; it is no dunning level and starts no ladder.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PreDue {
    /// So many days before the due date, or later while it is not yet due.
    pub days_before: u32,
    /// By which way.
    pub channel: Channel,
    /// Template key: `reminder`.
    pub template: String,
}

/// A named plan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Plan {
    /// Unique among the plans.
    pub name: String,
    /// How it climbs.
    pub mode: LadderMode,
    /// What age is counted from.
    #[serde(default)]
    pub anchor: Anchor,
    /// A debt whose balance is below this is not treated.
    #[serde(default)]
    pub tolerance: Decimal,
    /// Mild to severe.
    pub levels: Vec<Level>,
    /// Reminder before the due date, if any.
    #[serde(default)]
    pub pre_due: Option<PreDue>,
}

impl Plan {
    /// A level's place by its name.
    #[must_use]
    pub fn level_named(&self, name: &str) -> Option<usize> {
        self.levels.iter().position(|level| level.name == name)
    }
}
