//! Credit reporting and record keeping: FUR-1, FUR-2, RET-1.

use chrono::{Months, NaiveDate};

use super::table::{FUR_1, FUR_2, RET_1};
use crate::calendar::plus_days;
use crate::compliance::verdict::Finding;

/// What came before a debt is furnished.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct BeforeFurnishing {
    /// Spoke with the consumer about the debt, by telephone or in person.
    pub spoke: Option<NaiveDate>,
    /// A letter or electronic message about the debt was sent.
    pub sent: Option<NaiveDate>,
    /// It came back undeliverable.
    pub undeliverable: Option<NaiveDate>,
    /// It was sent again.
    pub resent: Option<NaiveDate>,
    /// To a specialty agency for checks only, which is excepted.
    pub check_specialty: bool,
}

/// FUR-1: the wait is the 14 days after sending; mail returned within it starts it anew.
#[must_use]
pub fn fur_1(before: BeforeFurnishing, today: Option<NaiveDate>) -> Finding {
    if before.check_specialty {
        return Finding::allow(&FUR_1, "A check-specialty agency is excepted.");
    }
    let Some(today) = today else {
        return Finding::unknown(&FUR_1, "the day of furnishing");
    };
    if before.spoke.is_some_and(|day| day <= today) {
        return Finding::allow(&FUR_1, "Spoke with the customer about the debt.");
    }
    let Some(sent) = before.resent.or(before.sent).filter(|day| *day <= today) else {
        return Finding::block(&FUR_1, "The customer was neither spoken with nor written to.");
    };
    let last = plus_days(sent, 14);
    let returned = before.undeliverable.filter(|day| sent <= *day && *day <= last);
    if let Some(returned) = returned {
        return Finding::block(&FUR_1, "The letter came back: write again and wait anew.")
            .with("undeliverable", returned);
    }
    if today <= last {
        return Finding::block(&FUR_1, format!("The wait after writing runs through {last}."))
            .with("sent", sent)
            .until_day(plus_days(last, 1));
    }
    Finding::allow(&FUR_1, "Fourteen days passed without returned mail.").with("sent", sent)
}

/// FUR-2: `disputed` in any form, oral too; `flagged`: it would be furnished as disputed. None: not
/// known.
#[must_use]
pub fn fur_2(disputed: Option<bool>, flagged: Option<bool>) -> Finding {
    match (disputed, flagged) {
        (Some(false), _) => Finding::allow(&FUR_2, "No dispute known."),
        (_, Some(true)) => Finding::allow(&FUR_2, "Furnished as disputed."),
        (Some(true), Some(false)) => Finding::block(&FUR_2, "A known dispute, even oral, is furnished as disputed."),
        _ => Finding::unknown(&FUR_2, "whether the debt is disputed and furnished so"),
    }
}

/// FUR-2: the last day to answer a direct dispute (12 CFR 1022.43(e)(3)); 15 days more when the
/// consumer adds information.
#[must_use]
pub fn dispute_answer_due(received: NaiveDate, more_information: bool) -> NaiveDate {
    plus_days(received, if more_information { 45 } else { 30 })
}

/// What would be purged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kept {
    /// The recording of a call on that day.
    Recording {
        /// Day of the call.
        on: Option<NaiveDate>,
    },
    /// The account's records, last collected on that day.
    Records {
        /// Day of the last collection activity; none when collection goes on.
        last_activity: Option<NaiveDate>,
    },
}

/// RET-1: kept through the day three years after.
#[must_use]
pub fn ret_1(kept: Kept, today: Option<NaiveDate>) -> Finding {
    let (Kept::Recording { on: from } | Kept::Records { last_activity: from }) = kept;
    let (Some(from), Some(today)) = (from, today) else {
        return Finding::unknown(&RET_1, "since when the record must be kept");
    };
    let last = from.checked_add_months(Months::new(36)).unwrap_or(NaiveDate::MAX);
    if today <= last {
        Finding::block(&RET_1, format!("Kept through {last}.")).until_day(plus_days(last, 1))
    } else {
        Finding::allow(&RET_1, format!("Had to be kept through {last}."))
    }
}
