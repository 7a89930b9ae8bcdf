//! The scenario file's shape. Unknown fields are errors; amounts are strings.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use rust_decimal::Decimal;
use serde::Deserialize;
use serde_json::Value;

use crate::money::Currency;
use crate::treatment::{Anchor, Channel, Fee, From, LadderMode, Level, Plan};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Scenario {
    #[serde(default)]
    pub name: String,
    #[serde(default)]
    pub policies: BTreeMap<String, PlanJson>,
    #[serde(default)]
    pub accounts: Vec<AccountJson>,
    #[serde(default)]
    pub invoices: Vec<InvoiceJson>,
    #[serde(default)]
    pub events: Vec<Event>,
    #[serde(default)]
    pub expect: Vec<Expected>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PlanJson {
    pub mode: LadderMode,
    #[serde(default)]
    pub anchor: Anchor,
    #[serde(default)]
    pub tolerance: Decimal,
    pub levels: Vec<LevelJson>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct LevelJson {
    pub name: String,
    #[serde(default)]
    pub from: From,
    #[serde(default)]
    pub wait_days: u32,
    /// Printed as it is spelled: the channels of other engines are more than ours.
    #[serde(default = "letter")]
    pub channel: String,
    #[serde(default)]
    pub min_balance: Decimal,
    #[serde(default)]
    pub min_unpaid: u32,
    #[serde(default)]
    pub fee: Option<Fee>,
}

fn letter() -> String {
    "letter".to_owned()
}

impl PlanJson {
    /// The plan as the engine climbs it. Templates and fallbacks say nothing about when.
    pub fn plan(&self, name: &str) -> Plan {
        Plan {
            name: name.to_owned(),
            mode: self.mode,
            anchor: self.anchor,
            tolerance: self.tolerance,
            levels: self
                .levels
                .iter()
                .map(|level| Level {
                    name: level.name.clone(),
                    from: level.from,
                    wait_days: level.wait_days,
                    channel: Channel::default(),
                    fallback: None,
                    template: String::new(),
                    min_balance: level.min_balance,
                    min_unpaid: level.min_unpaid,
                    fee: level.fee,
                    needs_approval: false,
                })
                .collect(),
            pre_due: None,
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct AccountJson {
    pub id: String,
    #[serde(default)]
    pub policy: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct InvoiceJson {
    pub id: String,
    pub account: String,
    pub currency: Currency,
    pub date: NaiveDate,
    pub installments: Vec<InstallmentJson>,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct InstallmentJson {
    pub due: NaiveDate,
    pub amount: Decimal,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, tag = "do", rename_all = "snake_case")]
pub(super) enum Event {
    Payment { on: NaiveDate, id: String, invoice: String, amount: Decimal },
    ReversePayment { on: NaiveDate, id: String },
    RestorePayment { on: NaiveDate, id: String },
    Hold { on: NaiveDate, invoice: String },
    Release { on: NaiveDate, invoice: String },
    WriteOff { on: NaiveDate, invoice: String },
    SetPolicy { on: NaiveDate, account: String, policy: Option<String> },
    Run { on: NaiveDate },
    Sent { on: NaiveDate },
}

impl Event {
    pub fn on(&self) -> NaiveDate {
        match self {
            Self::Payment { on, .. }
            | Self::ReversePayment { on, .. }
            | Self::RestorePayment { on, .. }
            | Self::Hold { on, .. }
            | Self::Release { on, .. }
            | Self::WriteOff { on, .. }
            | Self::SetPolicy { on, .. }
            | Self::Run { on }
            | Self::Sent { on } => *on,
        }
    }

    pub fn word(&self) -> &'static str {
        match self {
            Self::Payment { .. } => "payment",
            Self::ReversePayment { .. } => "reverse_payment",
            Self::RestorePayment { .. } => "restore_payment",
            Self::Hold { .. } => "hold",
            Self::Release { .. } => "release",
            Self::WriteOff { .. } => "write_off",
            Self::SetPolicy { .. } => "set_policy",
            Self::Run { .. } => "run",
            Self::Sent { .. } => "sent",
        }
    }
}

/// What a run should have printed: only the fields it names are compared.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Expected {
    pub on: NaiveDate,
    #[serde(default)]
    pub steps: Option<Vec<serde_json::Map<String, Value>>>,
    #[serde(default)]
    pub states: Option<BTreeMap<String, String>>,
}
