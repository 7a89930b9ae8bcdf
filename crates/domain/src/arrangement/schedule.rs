//! The count and amount calculator, and the days installments fall due.

use chrono::{Days, Months, NaiveDate};
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive as _;
use serde::{Deserialize, Serialize};

use super::Frequency;
use crate::calendar::{Calendar, roll_forward};
use crate::money::{Currency, Money};

/// How the rest after the down payment is divided: one of the two is asked, the other follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "by")]
pub enum Split {
    /// Into that many installments.
    Count {
        /// At least one.
        count: u32,
    },
    /// Into installments of that amount.
    Amount {
        /// Each but the last, in major units of the terms' currency.
        each: Decimal,
    },
}

/// More installments than anyone agrees to; keeps a mistyped amount from filling the memory.
pub const MOST_INSTALLMENTS: u32 = 1_200;

/// The smallest step of a currency: 0.01 for USD.
fn minor_unit(currency: Currency) -> Decimal {
    Decimal::new(1, currency.minor_digits())
}

/// The installments of `rest`. They sum to it exactly: each is the even share rounded down to the
/// minor unit, the last takes what the rounding left. `None` when it can't be divided so: nothing
/// to divide, no installments, more than [`MOST_INSTALLMENTS`], or shares below a minor unit.
#[must_use]
pub fn amounts(rest: Money, split: Split) -> Option<Vec<Money>> {
    let (count, each) = match split {
        Split::Count { count } => (count, amount_for(rest, count)?),
        Split::Amount { each } => (count_for(rest, each)?, each.min(rest.amount)),
    };
    let last = rest.amount - each * Decimal::from(count - 1);
    let mut all = vec![Money::new(each, rest.currency); count as usize];
    *all.last_mut()? = Money::new(last, rest.currency);
    Some(all)
}

/// The even share of `rest` in `count` installments, rounded down to the minor unit.
fn amount_for(rest: Money, count: u32) -> Option<Decimal> {
    if count == 0 || count > MOST_INSTALLMENTS {
        return None;
    }
    let each = (rest.amount / Decimal::from(count)).trunc_with_scale(rest.currency.minor_digits());
    (each > Decimal::ZERO).then_some(each)
}

/// How many installments of `each` pay `rest`. A remainder that rounding alone explains (less than
/// one minor unit for each installment) goes into the last one; a greater one is an installment of
/// its own. So the count of an amount that came from a count is that count.
#[must_use]
pub fn count_for(rest: Money, each: Decimal) -> Option<u32> {
    if each <= Decimal::ZERO || rest.amount <= Decimal::ZERO {
        return None;
    }
    let whole = rest.amount.checked_div(each)?.trunc().to_u32()?;
    if whole > MOST_INSTALLMENTS {
        return None;
    }
    let left = rest.amount - each * Decimal::from(whole);
    let rounding = minor_unit(rest.currency) * Decimal::from(whole.saturating_sub(1));
    let count = if whole > 0 && left <= rounding { whole } else { whole + 1 };
    (count <= MOST_INSTALLMENTS).then_some(count)
}

/// The days on which `count` installments fall due: each counted from the first day as it was
/// asked for (so the 31st comes back after a 30-day month), then moved forward to a business day.
#[must_use]
pub fn due_dates(first: NaiveDate, frequency: Frequency, count: u32) -> Vec<NaiveDate> {
    (0..count)
        .map_while(|index| match frequency {
            Frequency::Weekly => first.checked_add_days(Days::new(7 * u64::from(index))),
            Frequency::Biweekly => first.checked_add_days(Days::new(14 * u64::from(index))),
            Frequency::Monthly => first.checked_add_months(Months::new(index)),
        })
        .map(business_day_from)
        .collect()
}

/// That day, or the next business day of the US federal calendar.
pub(super) fn business_day_from(day: NaiveDate) -> NaiveDate {
    roll_forward(Calendar::Federal, day)
}
