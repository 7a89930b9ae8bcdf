//! UT-1: a written notice, and what else must come before a cut-off.

use chrono::NaiveDate;
use rust_decimal::Decimal;

use super::ServiceKind;
use crate::calendar::plus_days;
use crate::compliance::planted;
use crate::compliance::rules::table::UT_1;
use crate::compliance::verdict::Finding;

/// What was done before a cut-off.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CutNotice {
    /// The bill was mailed.
    pub bill_mailed: Option<NaiveDate>,
    /// The notice was mailed.
    pub notice_mailed: Option<NaiveDate>,
    /// Personal contact was tried as the state asks; none when not known.
    pub contact_tried: Option<bool>,
    /// When it was tried.
    pub contact_on: Option<NaiveDate>,
    /// Past due.
    pub arrears: Option<Decimal>,
    /// Months past due.
    pub months: Option<Decimal>,
}

/// A state's values.
struct Pack {
    /// Days from the mailing of the notice to the first day of a cut-off.
    days: u32,
    /// Days that must lie between bill and notice.
    after_bill: u32,
    /// Personal contact that many days before, 0 for within the last two days.
    contact_before: Option<u32>,
    /// The notice lapses after that many days.
    valid: Option<u32>,
    /// More than $200 or three months must be past due.
    floor: bool,
}

fn pack(state: Option<&str>, service: Option<ServiceKind>, default_days: u32) -> Pack {
    let plain = |days| Pack { days, after_bill: 0, contact_before: None, valid: None, floor: false };
    let energy = service.is_none_or(ServiceKind::is_energy);
    match (state, service) {
        (Some("PA"), Some(ServiceKind::Telephone)) => plain(7),
        (Some("PA"), _) if energy => Pack { contact_before: Some(3), valid: Some(60), ..plain(10) },
        // Ten days that start five days after mailing, and 24 hours' contact or 48 hours' notice.
        (Some("CA"), _) if energy => Pack { after_bill: 19, contact_before: Some(0), ..plain(15) },
        (Some("NJ"), _) if energy => Pack { after_bill: 20, floor: true, ..plain(10) },
        (Some("NY"), _) if energy => plain(15),
        (Some("OH"), _) if energy => plain(14),
        (Some("TX"), _) if energy => plain(10),
        _ => plain(default_days),
    }
}

/// UT-1: `default_days` holds where no state's own value is known.
#[must_use]
pub fn ut_1(
    state: Option<&str>,
    service: Option<ServiceKind>,
    done: CutNotice,
    today: Option<NaiveDate>,
    default_days: u32,
) -> Finding {
    let pack = pack(state, service, default_days);
    if pack.floor
        && let Some(finding) = floor(done)
    {
        return finding;
    }
    let (Some(mailed), Some(today)) = (done.notice_mailed, today) else {
        return Finding::unknown(&UT_1, "when the notice was mailed");
    };
    let first = plus_days(mailed, planted::days(&UT_1, pack.days));
    if today < first {
        return Finding::block(&UT_1, format!("The notice of {mailed} runs until {first}."))
            .with("notice_mailed", mailed)
            .until_day(first);
    }
    if pack.valid.is_some_and(|days| today > plus_days(mailed, days)) {
        return Finding::block(&UT_1, format!("The notice of {mailed} has lapsed: send a new one."))
            .with("notice_mailed", mailed);
    }
    if pack.after_bill > 0 {
        match done.bill_mailed {
            None => return Finding::unknown(&UT_1, "when the bill was mailed"),
            Some(bill) if mailed < plus_days(bill, pack.after_bill) => {
                return Finding::block(
                    &UT_1,
                    format!("The notice went out within {} days of the bill.", pack.after_bill),
                )
                .with("bill_mailed", bill);
            }
            Some(_) => {}
        }
    }
    match pack.contact_before {
        Some(days) => contact(done, today, days),
        None => Finding::allow(&UT_1, format!("The notice of {mailed} has run its days.")),
    }
}

/// New Jersey: more than $200, or more than three months.
fn floor(done: CutNotice) -> Option<Finding> {
    let owed = done.arrears.map(|sum| sum > Decimal::from(200));
    let months = done.months.map(|months| months > Decimal::from(3));
    match (owed, months) {
        (Some(true), _) | (_, Some(true)) => None,
        (Some(false), Some(false)) => {
            Some(Finding::block(&UT_1, "Neither more than $200 nor more than three months past due."))
        }
        _ => Some(Finding::unknown(&UT_1, "how much is past due, and for how long")),
    }
}

fn contact(done: CutNotice, today: NaiveDate, days: u32) -> Finding {
    let in_time = done.contact_on.map(|on| plus_days(on, days) <= today);
    match done.contact_tried.or(in_time) {
        None => Finding::unknown(&UT_1, "whether personal contact was tried"),
        Some(true) if in_time != Some(false) => Finding::allow(&UT_1, "Notice has run and personal contact was tried."),
        Some(_) => Finding::block(&UT_1, "Personal contact must be tried first."),
    }
}
