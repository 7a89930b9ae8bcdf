//! Proofs of claim, and statutes for servicemembers: BK-6, BK-7, SCR-1 to SCR-3.

use chrono::NaiveDate;
use rust_decimal::Decimal;

use super::table::{BK_6, BK_7, SCR_1, SCR_2, SCR_3};
use crate::calendar::court_deadline;
use crate::compliance::verdict::Finding;

/// What kind of case and creditor a bar date is counted for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BarDate {
    /// Voluntary chapter 7, chapter 12 or 13: from the order for relief or conversion.
    Voluntary(NaiveDate),
    /// Involuntary chapter 7.
    Involuntary(NaiveDate),
    /// A governmental unit's claim.
    Government(NaiveDate),
    /// Notice that there are assets after all: from its mailing.
    AssetNotice(NaiveDate),
    /// A chapter 7 case without assets: no claim is filed.
    NoAssets,
    /// Chapter 11: the day the court set, if it is known.
    Court(Option<NaiveDate>),
}

/// A bar date, or why there is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bar {
    /// The last day.
    On(NaiveDate),
    /// The court sets it: a person enters it.
    FromCourtOrder,
    /// Nothing is filed.
    DoNotFile,
}

/// BK-6: counted by FRBP 9006(a).
#[must_use]
pub fn bk_6(case: BarDate) -> Bar {
    match case {
        BarDate::Voluntary(from) => Bar::On(court_deadline(from, 70)),
        BarDate::Involuntary(from) | BarDate::AssetNotice(from) => Bar::On(court_deadline(from, 90)),
        BarDate::Government(from) => Bar::On(court_deadline(from, 180)),
        BarDate::NoAssets => Bar::DoNotFile,
        BarDate::Court(Some(day)) => Bar::On(day),
        BarDate::Court(None) => Bar::FromCourtOrder,
    }
}

/// BK-6: may a claim still be filed?
#[must_use]
pub fn bk_6_filing(bar: Bar, today: NaiveDate) -> Finding {
    match bar {
        Bar::On(last) if today <= last => {
            Finding::allow(&BK_6, format!("Claims are filed through {last}.")).with("bar_date", last)
        }
        Bar::On(last) => Finding::supervisor(&BK_6, format!("The bar date was {last}: ask counsel.")),
        Bar::FromCourtOrder => Finding::unknown(&BK_6, "the bar date of the court's order"),
        Bar::DoNotFile => Finding::block(&BK_6, "No assets: no claim is filed."),
    }
}

/// BK-7: a claim is complete, and its attachments are redacted (FRBP 9037). None: not known.
#[must_use]
pub fn bk_7(missing: &[String], redacted: Option<bool>) -> Finding {
    if !missing.is_empty() {
        return Finding::block(&BK_7, format!("The claim lacks: {}.", missing.join(", ")));
    }
    match redacted {
        Some(true) => Finding::allow(&BK_7, "Complete and redacted."),
        Some(false) => Finding::block(&BK_7, "Attachments must be redacted first."),
        None => Finding::unknown(&BK_7, "whether attachments are redacted"),
    }
}

/// SCR-1: 6 percent a year, fees included, on obligations from before service. None: not known.
#[must_use]
pub fn scr_1(before_service: Option<bool>, orders: Option<bool>, rate_pct: Option<Decimal>) -> Finding {
    let over = rate_pct.map(|rate| rate > Decimal::from(6));
    match (before_service, over, orders) {
        (Some(false), ..) => Finding::allow(&SCR_1, "An obligation from during service."),
        (_, Some(false), _) => Finding::allow(&SCR_1, "At most 6 percent."),
        (Some(true), Some(true), Some(true)) => {
            Finding::block(&SCR_1, "Capped at 6 percent, fees included; the excess is forgiven.")
        }
        (Some(true), Some(true), Some(false)) => {
            Finding::supervisor(&SCR_1, "A servicemember who may still send orders, up to 180 days after service.")
        }
        _ => Finding::unknown(&SCR_1, "the obligation's date, the rate, or the orders"),
    }
}

/// A servicemember's orders.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Orders {
    /// Days of relocation.
    pub relocate_days: Option<u32>,
    /// Days of a stop-movement order.
    pub stop_movement_days: Option<u32>,
    /// The stop-movement order is indefinite.
    pub stop_movement_indefinite: bool,
    /// The contract can be used at the new place; none when not known.
    pub supported: Option<bool>,
}

/// SCR-2: mobile, telephone, internet and television service (`covered`) end without a charge on
/// orders of 90 days to a place without it, or a stop-movement order of 30.
#[must_use]
pub fn scr_2(covered: Option<bool>, orders: Orders) -> Finding {
    if covered == Some(false) {
        return Finding::supervisor(&SCR_2, "Not a service that the statute names.");
    }
    let stopped = orders.stop_movement_indefinite || orders.stop_movement_days.is_some_and(|days| days >= 30);
    match (orders.relocate_days, orders.supported) {
        _ if stopped => Finding::block(&SCR_2, "Stop-movement orders: no early-termination charge."),
        (None, _) => Finding::unknown(&SCR_2, "the servicemember's orders"),
        (Some(..90), _) => Finding::supervisor(&SCR_2, "Below 90 days the statute gives no right; policy may."),
        (Some(_), Some(false)) => Finding::block(&SCR_2, "Relocated for 90 days or more: no early-termination charge."),
        (Some(_), Some(true)) => {
            Finding::supervisor(&SCR_2, "Service is available at the new place: a person decides.")
        }
        (Some(_), None) => Finding::unknown(&SCR_2, "whether service is available at the new place"),
    }
}

/// SCR-3: an affidavit of military status before a default judgment. None: not known.
#[must_use]
pub fn scr_3(affidavit: Option<bool>) -> Finding {
    match affidavit {
        Some(true) => Finding::allow(&SCR_3, "The affidavit of military status is there."),
        Some(false) => Finding::block(&SCR_3, "No default judgment without an affidavit of military status."),
        None => Finding::unknown(&SCR_3, "whether there is an affidavit of military status"),
    }
}
