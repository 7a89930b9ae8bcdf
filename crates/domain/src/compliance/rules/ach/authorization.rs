//! The authorization: ACH-1, ACH-2, ACH-6, ACH-10 to ACH-12.

use chrono::{Months, NaiveDate};

use crate::calendar::{Calendar, add_business_days, plus_days};
use crate::compliance::rules::table::{ACH_1, ACH_2, ACH_6, ACH_10, ACH_11, ACH_12};
use crate::compliance::verdict::Finding;

/// ACH-1: `missing` are the elements the authorization lacks (`texts::missing` names them);
/// `copy_delivered` is none when it is among them.
#[must_use]
pub fn ach_1(missing: &[String], copy_delivered: Option<bool>) -> Finding {
    if !missing.is_empty() {
        return Finding::block(&ACH_1, format!("The authorization lacks: {}.", missing.join(", ")));
    }
    match copy_delivered {
        Some(false) => Finding::block(&ACH_1, "The customer has not got a copy."),
        _ => Finding::allow(&ACH_1, "The authorization has all its elements."),
    }
}

/// ACH-2: kept through the day two years after it ended, or after a single entry by telephone.
#[must_use]
pub fn ach_2(ended: Option<NaiveDate>, today: Option<NaiveDate>) -> Finding {
    let Some(ended) = ended else {
        return Finding::block(&ACH_2, "The authorization is in force: keep it.");
    };
    let Some(today) = today else {
        return Finding::unknown(&ACH_2, "the day of the purge");
    };
    let last = ended.checked_add_months(Months::new(24)).unwrap_or(NaiveDate::MAX);
    if today <= last {
        Finding::block(&ACH_2, format!("Kept through {last}.")).until_day(plus_days(last, 1))
    } else {
        Finding::allow(&ACH_2, format!("Had to be kept through {last}."))
    }
}

/// ACH-2 and ACH-10: the last banking day to produce proof of an authorization.
#[must_use]
pub fn proof_due(requested: NaiveDate) -> NaiveDate {
    add_business_days(Calendar::FederalReserve, requested, 10)
}

/// Standard entry class.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sec {
    /// Signed or similarly authenticated, on paper.
    Ppd,
    /// By internet or mobile.
    Web,
    /// Orally by telephone.
    Tel,
    /// Corporate.
    Ccd,
    /// Corporate with remittance data.
    Ctx,
}

/// Whose account is debited.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Holder {
    /// A natural person's.
    Consumer,
    /// A company's.
    Business,
}

/// How the authorization was given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Capture {
    /// On paper, in person.
    Written,
    /// By internet or mobile.
    Online,
    /// Orally by telephone.
    Oral,
}

/// ACH-6: none when not known; the way of capture is only looked at when known.
#[must_use]
pub fn ach_6(sec: Option<Sec>, holder: Option<Holder>, capture: Option<Capture>) -> Finding {
    let (Some(sec), Some(holder)) = (sec, holder) else {
        return Finding::unknown(&ACH_6, "the entry class or whose account it is");
    };
    let corporate = matches!(sec, Sec::Ccd | Sec::Ctx);
    match (corporate, holder) {
        (true, Holder::Consumer) => {
            return Finding::block(&ACH_6, "A corporate entry class on a consumer's account.");
        }
        (false, Holder::Business) => {
            return Finding::block(&ACH_6, "A consumer entry class on a company's account.");
        }
        _ => {}
    }
    let fits = match (sec, capture) {
        (Sec::Ppd, Some(way)) => way == Capture::Written,
        (Sec::Web, Some(way)) => way == Capture::Online,
        (Sec::Tel, Some(way)) => way == Capture::Oral,
        (Sec::Ccd | Sec::Ctx, _) | (_, None) => true,
    };
    if fits {
        Finding::allow(&ACH_6, "The entry class fits.")
    } else {
        Finding::block(&ACH_6, "The entry class does not fit how the authorization was given.")
    }
}

/// ACH-10: a written agreement in which the company is bound by the Rules. None: not known.
#[must_use]
pub fn ach_10(agreement: Option<bool>, bound: Option<bool>) -> Finding {
    match (agreement, bound) {
        (Some(true), Some(true)) => Finding::allow(&ACH_10, "A written agreement bound by the Rules."),
        (Some(false), _) | (_, Some(false)) => {
            Finding::block(&ACH_10, "A corporate debit needs a written agreement bound by the Rules.")
        }
        _ => Finding::unknown(&ACH_10, "whether there is a written agreement bound by the Rules"),
    }
}

/// A telephone authorization. None: not known.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TelFacts {
    /// There is an existing relationship.
    pub relationship: Option<bool>,
    /// The consumer placed the call.
    pub consumer_called: Option<bool>,
    /// The call was recorded.
    pub recorded: Option<bool>,
    /// A written notice goes out before settlement.
    pub written_notice: Option<bool>,
    /// More than a single entry.
    pub recurring: bool,
    /// A copy was sent.
    pub copy_sent: Option<bool>,
}

/// ACH-11.
#[must_use]
pub fn ach_11(tel: TelFacts) -> Finding {
    match (tel.relationship, tel.consumer_called) {
        (Some(true), _) | (_, Some(true)) => {}
        (Some(false), Some(false)) => {
            return Finding::block(&ACH_11, "Neither a relationship nor the customer's own call.");
        }
        _ => return Finding::unknown(&ACH_11, "whether there is a relationship"),
    }
    let proof = if tel.recurring {
        // Recurring: both (Reg E asks for a copy of the recorded authorization).
        both(tel.recorded, tel.copy_sent)
    } else {
        either(tel.recorded, tel.written_notice)
    };
    match proof {
        Some(true) => Finding::allow(&ACH_11, "Recorded, or noticed in writing."),
        Some(false) => Finding::block(&ACH_11, "Record the call, or send the written notice."),
        None => Finding::unknown(&ACH_11, "whether the call was recorded or noticed in writing"),
    }
}

fn both(one: Option<bool>, two: Option<bool>) -> Option<bool> {
    match (one, two) {
        (Some(false), _) | (_, Some(false)) => Some(false),
        (Some(true), Some(true)) => Some(true),
        _ => None,
    }
}

fn either(one: Option<bool>, two: Option<bool>) -> Option<bool> {
    match (one, two) {
        (Some(true), _) | (_, Some(true)) => Some(true),
        (Some(false), Some(false)) => Some(false),
        _ => None,
    }
}

/// ACH-12: the account is validated at its first use and at each change. None: not known.
#[must_use]
pub fn ach_12(first_use_or_change: Option<bool>, validated: Option<bool>) -> Finding {
    match (first_use_or_change, validated) {
        (Some(false), _) => Finding::allow(&ACH_12, "An account used before, unchanged."),
        (_, Some(true)) => Finding::allow(&ACH_12, "The account was validated."),
        (Some(true), Some(false)) => {
            Finding::block(&ACH_12, "A new or changed account is validated before a web debit.")
        }
        _ => Finding::unknown(&ACH_12, "whether the account is new and validated"),
    }
}
