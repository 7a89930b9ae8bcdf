//! Bankruptcy: the stay, the discharge, co-debtors and service to a debtor. BK-1 to BK-5.

use chrono::NaiveDate;

use super::table::{BK_1, BK_2, BK_3, BK_4, BK_5};
use crate::account::CustomerKind;
use crate::calendar::{court_deadline, plus_days};
use crate::compliance::planted;
use crate::compliance::verdict::Finding;

/// Which part of a debtor's account an act is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Claim {
    /// Arose before the petition, or the account was not split at the petition date.
    Prepetition,
    /// Arose after it.
    Postpetition,
}

/// A petition that we know of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Petition {
    /// Day of the petition; none when only the case is known.
    pub filed: Option<NaiveDate>,
    /// Cases of the same debtor dismissed within the year before.
    pub dismissed_within_year: u32,
    /// The stay is said to have ended: dismissed, closed, or lifted by the court.
    pub ended: bool,
}

/// BK-1: the automatic stay, for every mode and every kind of debtor.
#[must_use]
pub fn bk_1(petition: Option<Petition>, claim: Claim) -> Finding {
    let Some(petition) = petition else {
        return Finding::allow(&BK_1, "No bankruptcy petition known.");
    };
    let finding = if claim == Claim::Postpetition {
        Finding::allow(&BK_1, "Debt from after the petition.")
    } else if petition.dismissed_within_year > 0 {
        // 362(c)(3)-(4): the stay may end after 30 days or never arise.
        Finding::supervisor(&BK_1, "A repeat filer: counsel says whether a stay is in force.")
            .with("dismissed_within_year", petition.dismissed_within_year)
    } else if petition.ended {
        Finding::supervisor(&BK_1, "The stay is said to have ended: counsel confirms it.")
    } else {
        Finding::block(&BK_1, "A bankruptcy stay is in force: no collection on prepetition debt.")
    };
    match petition.filed {
        Some(filed) => finding.with("petition", filed),
        None => finding,
    }
}

/// What is done with a discharged debt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DischargeAct {
    /// Any demand or other act to collect.
    Collect,
    /// Taking a payment that the debtor offers of their own accord (524(f)).
    AcceptVoluntaryPayment,
    /// Collecting from a co-obligor (524(e)).
    CollectFromCoObligor,
}

/// BK-2: the discharge injunction.
#[must_use]
pub fn bk_2(discharged: Option<NaiveDate>, today: Option<NaiveDate>, claim: Claim, act: DischargeAct) -> Finding {
    let Some(day) = discharged.filter(|day| today.is_none_or(|today| *day <= today)) else {
        return Finding::allow(&BK_2, "Not discharged.");
    };
    match (claim, act) {
        (Claim::Postpetition, _) => Finding::allow(&BK_2, "Debt from after the petition."),
        (_, DischargeAct::Collect) => Finding::block(&BK_2, "Discharged: never collected again."),
        (_, DischargeAct::AcceptVoluntaryPayment) => Finding::allow(&BK_2, "The debtor may pay of their own accord."),
        (_, DischargeAct::CollectFromCoObligor) => Finding::allow(&BK_2, "A co-obligor is not discharged."),
    }
    .with("discharged", day)
}

/// BK-3: the co-debtor stay of chapters 12 and 13; `individual` is none when not known.
#[must_use]
pub fn bk_3(chapter: Option<u8>, account: Option<CustomerKind>, individual: Option<bool>) -> Finding {
    let protected = matches!(chapter, Some(12 | 13));
    if protected && account == Some(CustomerKind::Consumer) && individual == Some(true) {
        return Finding::block(&BK_3, "Individual co-debtors of consumer debt are protected.");
    }
    Finding::supervisor(&BK_3, "No automatic stay for this co-debtor: check the court's orders.")
}

/// Assurance of payment that a debtor has given a utility.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Assurance {
    /// None.
    None,
    /// Deposit, letter of credit, certificate of deposit, surety bond, prepayment, or other agreed
    /// security (366(c)(1)(A)).
    Security,
    /// Only an administrative-expense priority, which is none in chapter 11 (366(c)(1)(B)).
    AdministrativePriority,
}

/// BK-4: chapters 7, 12 and 13 (366(a)-(b)). Within 20 days of the order for relief, counted by
/// FRBP 9006(a), service goes on; then a person decides. `for_prepetition` says that the cut-off is
/// for the filing or for prepetition debt, which is never a reason.
#[must_use]
pub fn bk_4(order: NaiveDate, today: NaiveDate, assurance: Assurance, for_prepetition: bool) -> Finding {
    let last = court_deadline(order, planted::days(&BK_4, 20));
    if assurance == Assurance::Security {
        return Finding::block(&BK_4, "Adequate assurance of payment was given: service goes on.");
    }
    if today <= last {
        return Finding::block(&BK_4, format!("Service to a debtor goes on through {last}."))
            .with("last_protected", last)
            .until_day(plus_days(last, 1));
    }
    if for_prepetition {
        return Finding::block(&BK_4, "Prepetition debt or a filing is no reason to cut off.");
    }
    Finding::supervisor(&BK_4, "No adequate assurance in 20 days; the state's notice rules still hold.")
        .with("last_protected", last)
}

/// BK-5: chapter 11 (366(c)). Protected through the 30th day after the petition.
#[must_use]
pub fn bk_5(petition: NaiveDate, today: NaiveDate, assurance: Assurance) -> Finding {
    let last = plus_days(petition, planted::days(&BK_5, 30));
    if assurance == Assurance::Security {
        return Finding::block(&BK_5, "Assurance of payment was given: service goes on.");
    }
    if today <= last {
        return Finding::block(&BK_5, format!("Service to a chapter 11 debtor goes on through {last}."))
            .with("last_protected", last)
            .until_day(plus_days(last, 1));
    }
    Finding::supervisor(&BK_5, "No satisfactory assurance of payment within 30 days.").with("last_protected", last)
}
