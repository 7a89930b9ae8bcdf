//! What a returned debit asks for: ACH-7 to ACH-9.

use chrono::NaiveDate;
use rust_decimal::Decimal;

use crate::calendar::plus_days;
use crate::compliance::rules::table::{ACH_7, ACH_8, ACH_9};
use crate::compliance::verdict::Finding;

/// A debit that would be presented again. None: not known, and taken as unchanged where it is only
/// a matter of form that the file writer sets.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Retry<'a> {
    /// Retries already made.
    pub done: Option<u32>,
    /// Settlement of the original debit.
    pub original_settlement: Option<NaiveDate>,
    /// Day of the retry.
    pub today: Option<NaiveDate>,
    /// Same amount as the original.
    pub same_amount: Option<bool>,
    /// Same company name and id.
    pub same_company: Option<bool>,
    /// The entry's description.
    pub description: Option<&'a str>,
    /// A fee was added into it.
    pub fee_inside: bool,
}

/// ACH-7: insufficient or uncollected funds (R01, R09) may be retried twice within 180 days of the
/// original settlement, the 180th included.
#[must_use]
pub fn ach_7(code: &str, retry: Retry<'_>) -> Finding {
    if !matches!(code, "R01" | "R09") {
        return Finding::block(&ACH_7, format!("{code} is not retried: see what it asks for."));
    }
    if retry.done.is_some_and(|done| done >= 2) {
        return Finding::block(&ACH_7, "Two retries are the most.");
    }
    if retry.same_amount == Some(false) || retry.fee_inside {
        return Finding::block(&ACH_7, "A retry has the original amount; a fee is an entry of its own.");
    }
    if retry.same_company == Some(false) {
        return Finding::block(&ACH_7, "A retry has the original company name and id.");
    }
    if retry.description.is_some_and(|words| words.trim() != "RETRY PYMT") {
        return Finding::block(&ACH_7, "A retry is described as RETRY PYMT.");
    }
    let (Some(_), Some(settled), Some(today)) = (retry.done, retry.original_settlement, retry.today) else {
        return Finding::unknown(&ACH_7, "the original settlement and the retries made");
    };
    let last = plus_days(settled, 180);
    if today > last {
        return Finding::block(&ACH_7, format!("Retries ended with {last}."));
    }
    Finding::allow(&ACH_7, format!("May be retried through {last}.")).with("last", last)
}

/// ACH-8: what each return code asks for before another debit. `corrected`: account data, or the
/// error behind R11, were put right; `reauthorized`: the receiver authorized anew.
#[must_use]
pub fn ach_8(
    code: &str,
    corrected: bool,
    reauthorized: bool,
    return_settled: Option<NaiveDate>,
    today: Option<NaiveDate>,
) -> Finding {
    let needs = |met: bool, what: &str| {
        if met {
            Finding::allow(&ACH_8, format!("{code}: {what}, which is done."))
        } else {
            Finding::block(&ACH_8, format!("{code}: {what} first."))
        }
    };
    match code {
        "R02" | "R03" | "R04" | "R20" => needs(corrected, "another account, or corrected data"),
        "R05" | "R07" | "R10" | "R29" | "R51" => needs(reauthorized, "a new authorization"),
        "R08" => needs(reauthorized, "the receiver authorizes again after the stop"),
        "R11" => r11(corrected, reauthorized, return_settled, today),
        "R14" | "R15" => Finding::block(&ACH_8, format!("{code}: reported dead; see DEC-1.")),
        "R16" => Finding::block(&ACH_8, "R16: account frozen or OFAC; hold and escalate."),
        "R01" | "R09" => Finding::supervisor(&ACH_8, format!("{code}: ACH-7 says whether it is retried.")),
        _ => Finding::supervisor(&ACH_8, format!("{code}: a person reads what the bank says.")),
    }
    .with("code", code)
}

fn r11(corrected: bool, reauthorized: bool, return_settled: Option<NaiveDate>, today: Option<NaiveDate>) -> Finding {
    if reauthorized {
        return Finding::allow(&ACH_8, "R11: authorized anew.");
    }
    if !corrected {
        return Finding::block(&ACH_8, "R11: correct the error first.");
    }
    let (Some(settled), Some(today)) = (return_settled, today) else {
        return Finding::unknown(&ACH_8, "when the return settled");
    };
    let last = plus_days(settled, 60);
    if today > last {
        return Finding::block(&ACH_8, format!("R11: a corrected entry was possible through {last}."));
    }
    Finding::allow(&ACH_8, format!("R11: a corrected entry is possible through {last}."))
}

/// Return rates in percent of debits over two months.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Rates {
    /// Unauthorized: R05, R07, R10, R11, R29, R51.
    pub unauthorized: Option<Decimal>,
    /// Administrative: R02 to R04.
    pub administrative: Option<Decimal>,
    /// All.
    pub overall: Option<Decimal>,
}

/// ACH-9: above 0.5, 3.0 or 15.0 percent a supervisor looks.
#[must_use]
pub fn ach_9(rates: Rates) -> Finding {
    let limits = [
        ("unauthorized", rates.unauthorized, Decimal::new(5, 1)),
        ("administrative", rates.administrative, Decimal::from(3)),
        ("overall", rates.overall, Decimal::from(15)),
    ];
    for (name, rate, limit) in limits {
        match rate {
            None => return Finding::unknown(&ACH_9, "one of the return rates"),
            Some(rate) if rate > limit => {
                return Finding::supervisor(&ACH_9, format!("The {name} return rate is {rate}%, above {limit}%."));
            }
            Some(_) => {}
        }
    }
    Finding::allow(&ACH_9, "All return rates are within their thresholds.")
}
