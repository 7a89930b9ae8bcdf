//! Offers of a plan: ACH-13, PPL-1.

use rust_decimal::Decimal;

use crate::account::CustomerKind;
use crate::compliance::rules::table::{ACH_13, PPL_1};
use crate::compliance::verdict::Finding;

/// ACH-13: automatic payment as a condition of credit. `is_credit` none: not known.
#[must_use]
pub fn ach_13(requires_autopay: bool, is_credit: Option<bool>) -> Finding {
    match (requires_autopay, is_credit) {
        (false, _) => Finding::allow(&ACH_13, "Automatic payment is not a condition."),
        (true, Some(false)) => Finding::allow(&ACH_13, "The plan is no credit."),
        (true, Some(true)) => Finding::block(&ACH_13, "Credit is not conditioned on automatic payment."),
        (true, None) => Finding::unknown(&ACH_13, "whether the plan is credit"),
    }
}

/// A payment plan as Regulation Z sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PlanTerms {
    /// Installments.
    pub installments: u32,
    /// Finance charge; none when not known.
    pub finance_charge: Option<Decimal>,
    /// In writing.
    pub written: bool,
    /// Public-utility service under a tariff (1026.3(c)).
    pub tariffed_utility: bool,
    /// Whose debt; business credit is exempt (1026.3(a)).
    pub account: Option<CustomerKind>,
}

/// PPL-1.
#[must_use]
pub fn ppl_1(plan: PlanTerms) -> Finding {
    if plan.tariffed_utility {
        return Finding::allow(&PPL_1, "Public-utility credit under a tariff is exempt.");
    }
    if plan.account == Some(CustomerKind::Business) {
        return Finding::allow(&PPL_1, "Business credit is exempt.");
    }
    match plan.finance_charge {
        None => Finding::unknown(&PPL_1, "whether there is a finance charge"),
        Some(charge) if charge > Decimal::ZERO => {
            Finding::supervisor(&PPL_1, "A finance charge may make the plan credit under Regulation Z.")
        }
        Some(_) if plan.written && plan.installments > 4 => {
            Finding::supervisor(&PPL_1, "More than four written installments may be credit under Regulation Z.")
                .with("installments", plan.installments)
        }
        Some(_) => Finding::allow(&PPL_1, "At most four installments without a finance charge."),
    }
}
