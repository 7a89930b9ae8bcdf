//! One debit of a series: ACH-3 to ACH-5.

use chrono::NaiveDate;
use rust_decimal::Decimal;

use crate::calendar::plus_days;
use crate::compliance::rules::table::{ACH_3, ACH_4, ACH_5};
use crate::compliance::verdict::Finding;

/// ACH-3: a varying amount. Within the range the consumer elected no notice is needed; otherwise a
/// written one at least ten days before.
#[must_use]
pub fn ach_3(
    amount: Option<Decimal>,
    elected: Option<(Decimal, Decimal)>,
    notice: Option<NaiveDate>,
    scheduled: Option<NaiveDate>,
) -> Finding {
    if let (Some(amount), Some((least, most))) = (amount, elected)
        && least <= amount
        && amount <= most
    {
        return Finding::allow(&ACH_3, "Within the range the customer elected.");
    }
    match (notice, scheduled) {
        (_, None) => Finding::unknown(&ACH_3, "when the debit is scheduled"),
        (None, Some(_)) if amount.is_none() && elected.is_some() => Finding::unknown(&ACH_3, "the amount of the debit"),
        (None, Some(_)) => Finding::block(&ACH_3, "A varying debit needs written notice ten days before."),
        (Some(sent), Some(day)) if plus_days(sent, 10) <= day => {
            Finding::allow(&ACH_3, "Notice was sent ten days before or earlier.")
        }
        (Some(sent), Some(_)) => Finding::block(&ACH_3, "Notice was sent less than ten days before.")
            .with("sent", sent)
            .with("earliest", plus_days(sent, 10)),
    }
}

/// ACH-4: notice seven calendar days before the new date; none is needed when the date only moves
/// off a weekend or holiday.
#[must_use]
pub fn ach_4(notice: Option<NaiveDate>, new_date: Option<NaiveDate>, rolled: bool) -> Finding {
    if rolled {
        return Finding::allow(&ACH_4, "The date only moves off a weekend or holiday.");
    }
    match (notice, new_date) {
        (_, None) => Finding::unknown(&ACH_4, "the new date"),
        (Some(sent), Some(day)) if plus_days(sent, 7) <= day => {
            Finding::allow(&ACH_4, "Notice was sent seven days before or earlier.")
        }
        _ => Finding::block(&ACH_4, "A changed date needs notice seven days before."),
    }
}

/// ACH-5: a revocation received by us on or before the day of a debit stops it and all later ones.
#[must_use]
pub fn ach_5(revoked: Option<NaiveDate>, scheduled: Option<NaiveDate>) -> Finding {
    match (revoked, scheduled) {
        (None, _) => Finding::allow(&ACH_5, "Not revoked."),
        (Some(day), Some(scheduled)) if scheduled < day => {
            Finding::allow(&ACH_5, "Revoked after this debit.").with("revoked", day)
        }
        (Some(day), _) => Finding::block(&ACH_5, "The customer revoked: the series stops.").with("revoked", day),
    }
}
