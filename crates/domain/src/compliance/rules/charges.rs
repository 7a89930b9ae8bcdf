//! Amounts and what is done with the debt: FEE-1, PDC-1, TBD-1, SAL-1, PAY-1.

use chrono::NaiveDate;

use super::table::{FEE_1, PAY_1, PDC_1, SAL_1, TBD_1};
use crate::calendar::{Calendar, business_days_between, minus_days, plus_days};
use crate::compliance::verdict::Finding;

/// FEE-1: the agreement expressly authorizes the charge, or law permits it. None: not known.
#[must_use]
pub fn fee_1(agreement: Option<bool>, law: Option<bool>) -> Finding {
    match (agreement, law) {
        (Some(true), _) => Finding::allow(&FEE_1, "The agreement authorizes the charge; itemize it."),
        (_, Some(true)) => Finding::allow(&FEE_1, "Law permits the charge; itemize it."),
        (Some(false), Some(false)) => Finding::block(&FEE_1, "Neither the agreement nor law authorizes the charge."),
        _ => Finding::unknown(&FEE_1, "whether the agreement or law authorizes the charge"),
    }
}

/// A payment dated ahead: a check, and by policy a scheduled ACH debit or card charge.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PostDated {
    /// Day we took it; none when not known: then it is treated as far ahead.
    pub accepted: Option<NaiveDate>,
    /// The date on it.
    pub dated: NaiveDate,
    /// Day it would be deposited.
    pub deposit: NaiveDate,
    /// Day of the written notice.
    pub notice: Option<NaiveDate>,
    /// It was asked for to threaten or start criminal prosecution (1006.22(c)(2)).
    pub criminal_threat: bool,
}

/// PDC-1: business days are counted from the notice's day to the day before the deposit: at least
/// three by `least`, at most ten by `most`. The house counts the least without observed holidays
/// (`Calendar::Federal`) and the most with them (`Calendar::Statutory`), so both readings hold.
#[must_use]
pub fn pdc_1(payment: PostDated, least: Calendar, most: Calendar) -> Finding {
    if payment.criminal_threat {
        return Finding::block(&PDC_1, "Never taken to threaten criminal prosecution.");
    }
    if payment.deposit < payment.dated {
        return Finding::block(&PDC_1, format!("Dated {}: never deposited before.", payment.dated));
    }
    if payment.accepted.is_some_and(|day| payment.dated <= plus_days(day, 5)) {
        return Finding::allow(&PDC_1, "Dated no more than five days ahead.");
    }
    let Some(notice) = payment.notice else {
        return Finding::block(&PDC_1, "Dated more than five days ahead: written notice comes first.");
    };
    // More than a month before is out of range in any calendar; the bound keeps the count short.
    if notice < minus_days(payment.deposit, 31) {
        return Finding::block(&PDC_1, "The notice is more than 10 business days before the deposit.");
    }
    let at_least = business_days_between(least, notice, payment.deposit);
    let at_most = business_days_between(most, notice, payment.deposit);
    let text = format!("Notice {at_least} business days before the deposit; 3 to 10 are needed.");
    if at_least >= 3 && at_most <= 10 { Finding::allow(&PDC_1, text) } else { Finding::block(&PDC_1, text) }
        .with("business_days", at_least)
}

/// What is done about a debt that may be time-barred.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LegalAct {
    /// Suing, or threatening to.
    Suit,
    /// A proof of claim in a bankruptcy case.
    ProofOfClaim,
    /// Anything else.
    Other,
}

/// TBD-1: after the last day of the statute of limitations no suit and no threat of one.
#[must_use]
pub fn tbd_1(act: LegalAct, expiry: Option<NaiveDate>, today: Option<NaiveDate>) -> Finding {
    match (act, expiry, today) {
        (LegalAct::ProofOfClaim, ..) => Finding::allow(&TBD_1, "A proof of claim is excepted."),
        (LegalAct::Other, ..) => Finding::allow(&TBD_1, "Neither suit nor threat of suit."),
        (LegalAct::Suit, Some(expiry), Some(today)) if today > expiry => {
            Finding::block(&TBD_1, "Time-barred: no suit and no threat of suit.").with("expired", expiry)
        }
        (LegalAct::Suit, Some(expiry), Some(_)) => {
            Finding::allow(&TBD_1, format!("Not time-barred until {expiry} has passed."))
        }
        (LegalAct::Suit, ..) => Finding::unknown(&TBD_1, "when the debt becomes time-barred"),
    }
}

/// How a debt stands when it would be sold or placed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DebtStatus {
    /// Owed.
    Open,
    /// Paid, settled, or discharged in bankruptcy.
    Ended,
}

/// SAL-1: none when the status is not known.
#[must_use]
pub fn sal_1(status: Option<DebtStatus>) -> Finding {
    match status {
        Some(DebtStatus::Open) => Finding::allow(&SAL_1, "The debt is owed."),
        Some(DebtStatus::Ended) => {
            Finding::block(&SAL_1, "Paid, settled or discharged: not sold, transferred or placed.")
        }
        None => Finding::unknown(&SAL_1, "whether the debt is still owed"),
    }
}

/// One of several debts of a consumer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwedDebt {
    /// Its name.
    pub name: String,
    /// The consumer disputes it.
    pub disputed: bool,
    /// Still owed.
    pub open: bool,
}

/// PAY-1: the one debt a payment goes to. It follows the consumer's direction and never goes to a
/// disputed debt; where neither settles it, a person decides.
pub fn pay_1<'a>(debts: &'a [OwedDebt], direction: Option<&str>) -> Result<&'a str, Box<Finding>> {
    let ask = |text: String| Box::new(Finding::supervisor(&PAY_1, text));
    let mut eligible = debts.iter().filter(|debt| debt.open && !debt.disputed);
    if let Some(wanted) = direction {
        let found = eligible.find(|debt| debt.name == wanted);
        return found
            .map(|debt| debt.name.as_str())
            .ok_or_else(|| ask(format!("Directed to {wanted}, which is disputed or not owed: ask the customer.")));
    }
    match (eligible.next(), eligible.next()) {
        (Some(only), None) => Ok(&only.name),
        (None, _) => Err(ask("Every debt is disputed: ask the customer.".to_owned())),
        (Some(_), Some(_)) => Err(ask("Several debts could take the payment: ask the customer.".to_owned())),
    }
}
