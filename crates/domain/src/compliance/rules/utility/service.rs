//! UT-5, UT-7 to UT-9: restoration, what a cut-off may be for, emergency calls, Lifeline.

use chrono::{Datelike, NaiveDate, NaiveDateTime, TimeDelta};

use super::ServiceKind;
use crate::calendar::{Calendar, add_business_days, plus_days};
use crate::compliance::rules::table::{UT_7, UT_8, UT_9};
use crate::compliance::verdict::Finding;

/// How a service was cut, and what reconnecting it takes.
// Independent facts about one reconnection.
#[allow(clippy::struct_excessive_bools)]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Restore {
    /// It was cut in error.
    pub erroneous: bool,
    /// A medical certificate asks for it.
    pub medical: bool,
    /// The street or sidewalk must be dug up.
    pub digging: bool,
    /// Somebody must go there (California: no remote switch).
    pub field_visit: bool,
}

/// UT-5: the latest local time for restoring service once the conditions are met; none beyond
/// chrono's range.
#[must_use]
pub fn ut_5(state: Option<&str>, met: NaiveDateTime, how: Restore) -> Option<NaiveDateTime> {
    let winter = matches!(met.month(), 12 | 1..=3);
    let days = match state {
        // 52 Pa. Code 56.191(b)(1)(i)-(v).
        Some("PA") if how.erroneous && how.digging => 3,
        Some("PA") if how.erroneous || how.medical || winter => 1,
        Some("PA") if how.digging => 7,
        Some("PA") => 3,
        Some("CA") if how.field_visit => {
            let day = add_business_days(Calendar::Federal, met.date(), 1);
            return Some(day.and_time(met.time()));
        }
        _ => 1,
    };
    met.checked_add_signed(TimeDelta::days(days))
}

/// What is unpaid on a telephone bill.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UnpaidFor {
    /// Basic local service: deniable.
    Basic,
    /// Long distance that is billed apart.
    Toll,
    /// Equipment, installments, content, anything else that is not telephone service.
    NonDeniable,
    /// Debt more than four years old.
    Old,
}

/// UT-7: basic local service is cut for basic service only. `basic_paid` none: not known.
#[must_use]
pub fn ut_7(unpaid: Option<UnpaidFor>, basic_paid: Option<bool>) -> Finding {
    match (unpaid, basic_paid) {
        (Some(UnpaidFor::Old), _) => {
            Finding::block(&UT_7, "Debt over four years old does not cut basic local service.")
        }
        (Some(UnpaidFor::Basic), Some(true)) => Finding::supervisor(&UT_7, "Basic service is both paid and unpaid."),
        (Some(UnpaidFor::Basic), _) | (_, Some(false)) => Finding::allow(&UT_7, "Basic local service is unpaid."),
        (Some(_), _) | (None, Some(true)) => {
            Finding::block(&UT_7, "Basic local service is paid; other charges do not cut it.")
        }
        (None, None) => Finding::unknown(&UT_7, "what is unpaid"),
    }
}

/// UT-8: emergency calls stay. In California for 120 days at least; after that, and elsewhere, a
/// supervisor decides. Wireless carries them always.
#[must_use]
pub fn ut_8(
    state: Option<&str>,
    service: Option<ServiceKind>,
    disconnected: Option<NaiveDate>,
    today: Option<NaiveDate>,
) -> Finding {
    if service == Some(ServiceKind::Mobile) {
        return Finding::block(&UT_8, "A wireless network carries every 911 call.");
    }
    let (Some(disconnected), Some(today)) = (disconnected, today) else {
        return Finding::unknown(&UT_8, "when the service was disconnected");
    };
    let last = plus_days(disconnected, 120);
    if state == Some("CA") && today <= last {
        return Finding::block(&UT_8, format!("911 access stays through {last}.")).until_day(plus_days(last, 1));
    }
    Finding::supervisor(&UT_8, "Policy keeps 911 access; a supervisor decides otherwise.")
}

/// UT-9: Lifeline voice is not cut for toll; ending it for ineligibility takes 30 days' notice.
#[must_use]
pub fn ut_9(
    service: Option<ServiceKind>,
    unpaid: Option<UnpaidFor>,
    ineligibility_notice: Option<NaiveDate>,
    today: Option<NaiveDate>,
) -> Finding {
    if service.is_some_and(|service| service != ServiceKind::Lifeline) {
        return Finding::allow(&UT_9, "Not a Lifeline service.");
    }
    if let Some(sent) = ineligibility_notice {
        let first = plus_days(sent, 30);
        return match today {
            None => Finding::unknown(&UT_9, "the day of the cut-off"),
            Some(today) if today < first => {
                Finding::block(&UT_9, format!("The notice of ineligibility runs until {first}.")).until_day(first)
            }
            Some(_) => Finding::allow(&UT_9, "The notice of ineligibility has run its days."),
        };
    }
    match unpaid {
        Some(UnpaidFor::Basic) => Finding::allow(&UT_9, "Voice service itself is unpaid."),
        Some(_) => Finding::block(&UT_9, "Lifeline voice is not cut for toll or other charges."),
        None => Finding::unknown(&UT_9, "what is unpaid"),
    }
}
