//! House parameters of the contact rules: where the law is silent, or a department is stricter.

use chrono::{NaiveTime, Weekday};
use serde::{Deserialize, Serialize};

/// A daily window in the customer's local time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Hours {
    /// First moment, inclusive.
    pub open: NaiveTime,
    /// Last moment, exclusive.
    pub close: NaiveTime,
}

impl Hours {
    /// From one full hour to another, both below 24.
    #[must_use]
    pub fn between(open: u32, close: u32) -> Self {
        let at = |hour| NaiveTime::from_hms_opt(hour, 0, 0).unwrap_or_default();
        Self { open: at(open), close: at(close) }
    }
}

/// When a service may be suspended or terminated, where no state's own rule is stricter.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct DisconnectPolicy {
    /// Days between the written notice and the order.
    pub notice_days: u32,
    /// Allowed days of the week.
    pub days: Vec<Weekday>,
    /// Allowed hours, in the customer's local time.
    pub hours: Hours,
}

impl Default for DisconnectPolicy {
    fn default() -> Self {
        Self {
            notice_days: 15,
            days: vec![Weekday::Mon, Weekday::Tue, Weekday::Wed, Weekday::Thu],
            hours: Hours::between(8, 14),
        }
    }
}

/// House parameters of the contact rules, where the law is silent or a department is stricter.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct GatePolicy {
    /// In whose name a first-party account is collected; empty means the creditor's. Another name
    /// makes us a debt collector (15 USC 1692a(6)).
    pub collects_in_name: String,
    /// Hours for consumers. The law's own 08:00-21:00 holds as well where it applies.
    pub consumer_hours: Hours,
    /// Hours for businesses; a supervisor may go beyond.
    pub business_hours: Hours,
    /// The creditor itself keeps consumer hours too, where no law says so.
    pub first_party_apply_hours: bool,
    /// The creditor itself keeps the call caps too, where no law says so.
    pub first_party_apply_caps: bool,
    /// Calls about one debt within seven days (12 CFR 1006.14(b)(2)(i)(A) presumes above 7).
    pub calls_per_week: u32,
    /// Days after a conversation in which it is not called about again, the day itself counted.
    pub days_after_conversation: u32,
    /// Calls in seven days over all debts, and for businesses, beyond which a supervisor decides.
    pub aggregate_per_week: u32,
    /// Calls in one day beyond which a supervisor decides.
    pub aggregate_per_day: u32,
    /// Hours between two calls below which a supervisor decides.
    pub aggregate_spacing_hours: u32,
    /// Days an attorney has to answer before a supervisor may decide.
    pub attorney_days: u32,
    /// Days for which an approval by a supervisor holds.
    pub approval_hours: u32,
    /// Suspensions and terminations.
    pub disconnect: DisconnectPolicy,
}

impl Default for GatePolicy {
    fn default() -> Self {
        Self {
            collects_in_name: String::new(),
            consumer_hours: Hours::between(8, 21),
            business_hours: Hours::between(8, 21),
            first_party_apply_hours: true,
            first_party_apply_caps: true,
            calls_per_week: 7,
            days_after_conversation: 7,
            aggregate_per_week: 7,
            aggregate_per_day: 3,
            aggregate_spacing_hours: 2,
            attorney_days: 30,
            approval_hours: 24,
            disconnect: DisconnectPolicy::default(),
        }
    }
}
