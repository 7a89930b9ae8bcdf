//! The three ladders, as pure functions over small inputs. The app and the replay both drive them.
//!
//! All day limits are inclusive. A debt is an invoice, or one installment of it. Nothing here
//! allocates for a debt that gets no step, and nothing is formatted: words are for `explain`.

use chrono::{Datelike, Days, Months, NaiveDate};
use rust_decimal::Decimal;

use super::ladder::{Anchor, Fee, From, LadderMode, Level, Plan};
use crate::money::{Currency, Money};

/// A step sent before.
#[derive(Clone, Copy, Debug)]
pub struct Sent<'a> {
    /// The level's name.
    pub level: &'a str,
    /// Run date it counts from.
    pub on: NaiveDate,
    /// Fee charged with it.
    pub fee: Decimal,
    /// For a step on an account: the anchor that decided then.
    pub anchor: Option<NaiveDate>,
}

/// What the ladder sees of a debt on the day.
#[derive(Clone, Debug)]
pub struct Debt<'a> {
    /// Which invoice it belongs to; the installments of one stand together.
    pub invoice: usize,
    /// Invoice date.
    pub dated: NaiveDate,
    /// Due date.
    pub due: NaiveDate,
    /// Billed.
    pub original: Money,
    /// What may be dunned of it; zero when it is insulated.
    pub balance: Decimal,
    /// Steps sent on it, in any order.
    pub sent: Vec<Sent<'a>>,
}

impl Debt<'_> {
    /// Fees charged on it so far.
    #[must_use]
    pub fn fees(&self) -> Decimal {
        self.sent.iter().map(|sent| sent.fee).sum()
    }
}

/// A level that is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Due {
    /// Place in the plan's levels.
    pub level: usize,
    /// First day on which its wait had passed.
    pub first_day: NaiveDate,
    /// The level sent last, and its run date.
    pub present: Option<(usize, NaiveDate)>,
}

/// Where an account stands in the severest mode.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    /// Unpaid invoices.
    pub unpaid: u32,
    /// Place of the earliest unpaid debt in the debts.
    pub earliest: usize,
    /// Its anchor.
    pub anchor: NaiveDate,
    /// Unpaid, one sum per currency: they are never added together.
    pub totals: Vec<Money>,
    /// The level, if it is not clear, and the first day its wait had passed.
    pub level: Option<(usize, NaiveDate)>,
}

impl Standing {
    /// Unpaid in a currency.
    #[must_use]
    pub fn total(&self, currency: Currency) -> Decimal {
        self.totals.iter().find(|total| total.currency == currency).map_or(Decimal::ZERO, |total| total.amount)
    }
}

/// The last day of the month a day falls in.
#[must_use]
pub fn month_end(day: NaiveDate) -> Option<NaiveDate> {
    day.with_day(1)?.checked_add_months(Months::new(1))?.pred_opt()
}

impl Plan {
    /// The day a debt's age is counted from.
    #[must_use]
    pub fn anchor_of(&self, debt: &Debt<'_>) -> NaiveDate {
        match self.anchor {
            Anchor::DueDate => debt.due,
            Anchor::InvoiceDate => debt.dated,
        }
    }

    /// Enough is open to be treated: never nothing, never below the tolerance.
    #[must_use]
    pub fn is_treatable(&self, balance: Decimal) -> bool {
        balance > Decimal::ZERO && balance >= self.tolerance
    }

    /// How many invoices of an account are unpaid; invoices with an unpaid installment count once.
    #[must_use]
    pub fn unpaid(&self, debts: &[Debt<'_>]) -> u32 {
        let mut last = None;
        let mut count = 0;
        for debt in debts.iter().filter(|debt| self.is_treatable(debt.balance)) {
            if last != Some(debt.invoice) {
                count += 1;
                last = Some(debt.invoice);
            }
        }
        count
    }

    /// The level of a debt that is due today, if any (strict and catch-up). An unsent one is found
    /// again at each run, at the same level.
    #[must_use]
    pub fn next_level(&self, debt: &Debt<'_>, unpaid: u32, today: NaiveDate) -> Option<Due> {
        if !self.is_treatable(debt.balance) {
            return None;
        }
        let present = self.present(&debt.sent);
        let start = present.map_or(0, |(level, _)| level + 1);
        let end = match self.mode {
            LadderMode::Strict => self.levels.len().min(start + 1),
            LadderMode::CatchUp => self.levels.len(),
            LadderMode::Severest => return None,
        };
        let anchor = self.anchor_of(debt);
        (start..end).find_map(|index| {
            let level = &self.levels[index];
            let first_day = first_day(level, anchor, present.map(|(_, on)| on))?;
            (first_day <= today && debt.balance >= level.min_balance && unpaid >= level.min_unpaid).then_some(Due {
                level: index,
                first_day,
                present,
            })
        })
    }

    /// The levels a debt may still get, each with the first day on which its wait has passed
    /// (strict and catch-up); a level whose day depends on a step that was not sent has none.
    pub(super) fn coming<'a>(&'a self, debt: &Debt<'_>) -> impl Iterator<Item = (usize, NaiveDate)> + use<'a> {
        let present = self.present(&debt.sent);
        let start = present.map_or(0, |(level, _)| level + 1);
        let end = if self.mode == LadderMode::Strict { self.levels.len().min(start + 1) } else { self.levels.len() };
        let anchor = self.anchor_of(debt);
        (start..end)
            .filter_map(move |index| Some((index, first_day(&self.levels[index], anchor, present.map(|(_, on)| on))?)))
    }

    /// The highest of the plan's levels that was sent, and its latest run date. Levels that the
    /// plan does not know (another plan's) count for nothing.
    pub(super) fn present(&self, sent: &[Sent<'_>]) -> Option<(usize, NaiveDate)> {
        sent.iter().filter_map(|sent| Some((self.level_named(sent.level)?, sent.on))).max()
    }

    /// Where an account stands (severest): none when nothing is unpaid. Each time from scratch: it
    /// may drop or skip. A least balance must be reached in one currency.
    #[must_use]
    pub fn standing(&self, debts: &[Debt<'_>], today: NaiveDate) -> Option<Standing> {
        let (earliest, anchor) = debts
            .iter()
            .enumerate()
            .filter(|(_, debt)| self.is_treatable(debt.balance))
            .map(|(index, debt)| (index, self.anchor_of(debt)))
            .min_by_key(|(_, anchor)| *anchor)?;
        let unpaid = self.unpaid(debts);
        let mut totals: Vec<Money> = Vec::with_capacity(1);
        for debt in debts.iter().filter(|debt| self.is_treatable(debt.balance)) {
            match totals.iter_mut().find(|total| total.currency == debt.original.currency) {
                Some(total) => total.amount += debt.balance,
                None => totals.push(Money::new(debt.balance, debt.original.currency)),
            }
        }
        let level = self.levels.iter().enumerate().rev().find_map(|(index, level)| {
            let first_day = first_day(level, anchor, None)?;
            (first_day <= today
                && unpaid >= level.min_unpaid
                && totals.iter().any(|total| total.amount >= level.min_balance))
            .then_some((index, first_day))
        });
        Some(Standing { unpaid, earliest, anchor, totals, level })
    }

    /// The account step that was already sent for this very standing: the last one, at the same
    /// level and counted from the same anchor. Paying the oldest debt moves the anchor, so its
    /// successor is warned of anew.
    #[must_use]
    pub fn is_taken(&self, standing: &Standing, sent: &[Sent<'_>]) -> bool {
        let Some((level, _)) = standing.level else {
            return false;
        };
        self.last_sent(sent).is_some_and(|last| {
            last.level == self.levels[level].name && last.anchor.is_none_or(|anchor| anchor == standing.anchor)
        })
    }

    /// The account step sent last; of one day, the one recorded last.
    #[must_use]
    pub fn last_sent<'s, 'a>(&self, sent: &'s [Sent<'a>]) -> Option<&'s Sent<'a>> {
        sent.iter().filter(|sent| self.level_named(sent.level).is_some()).max_by_key(|sent| sent.on)
    }
}

/// First day on which a level's wait has passed; none when it waits for a step that was not sent,
/// or beyond the calendar's end.
fn first_day(level: &Level, anchor: NaiveDate, previous: Option<NaiveDate>) -> Option<NaiveDate> {
    let wait = Days::new(u64::from(level.wait_days));
    match level.from {
        From::Anchor => anchor.checked_add_days(wait),
        From::MonthEnd => month_end(anchor.checked_add_days(wait)?),
        From::PreviousStep => previous?.checked_add_days(wait),
    }
}

/// What sending a level charges on a debt: nothing if the level was charged before. Half-even to
/// the minor unit of the currency; a fee that rounds to nothing is none.
#[must_use]
pub fn fee(level: &Level, original: Money, charged: bool) -> Option<Money> {
    let amount = match level.fee? {
        Fee::Amount(amount) => amount,
        Fee::Percent(percent) => original.amount.checked_mul(percent)? / Decimal::ONE_HUNDRED,
    };
    let fee = Money::new(amount, original.currency).round_half_even();
    (!charged && fee.is_positive()).then_some(fee)
}
