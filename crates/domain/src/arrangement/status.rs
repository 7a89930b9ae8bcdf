//! How an agreement stands on a day, computed from posted payments alone: the order in which they
//! arrived plays no part.
//!
//! Payments fill the installments in order of posting, cumulatively: what is over goes to the next.
//! A returned payment never was, but what it had paid in time gets the days of grace again, counted
//! from the return. An installment paid after its last day cures the arrangement; that it broke
//! stays known ([`Status::broken_on`]).

use chrono::NaiveDate;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::{Arrangement, ArrangementKind, ArrangementPolicy, Standing, State};
use crate::aging::{open_on, paid_by_invoice};
use crate::calendar::{minus_days, plus_days};
use crate::facts::Facts;
use crate::ids::PaymentId;
use crate::money::{Currency, Money};

/// One installment's progress.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Progress {
    /// Day it is due.
    pub due: NaiveDate,
    /// Last day on which a payment is in time.
    pub last_day: NaiveDate,
    /// What is due.
    pub amount: Money,
    /// What was paid of it.
    pub paid: Money,
    /// What must still come; zero once kept within tolerance.
    pub missing: Money,
    /// Posting day of the payment that filled it.
    pub kept_on: Option<NaiveDate>,
    /// How it stands.
    pub standing: Standing,
}

/// An agreement on a day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Status {
    /// How it stands.
    pub state: State,
    /// Each installment's progress, in order of due date.
    pub installments: Vec<Progress>,
    /// Paid towards it, returned payments left out.
    pub paid: Money,
    /// Still to come in all.
    pub remaining: Money,
    /// Due by that day and not paid.
    pub due_now: Money,
    /// Paid beyond what was agreed.
    pub over: Money,
    /// First unpaid installment: its due day and what is missing.
    pub next_due: Option<(NaiveDate, Money)>,
    /// First day on which it was broken, cured since or not.
    pub broken_on: Option<NaiveDate>,
    /// Payments towards it that were returned.
    pub returned: Vec<PaymentId>,
}

/// A payment's part that counts towards an arrangement.
struct Cash {
    posted: NaiveDate,
    amount: Decimal,
    returned: Option<NaiveDate>,
}

/// How an arrangement stands on `today`, the customer's date.
#[must_use]
pub fn status(arrangement: &Arrangement, facts: &Facts, policy: &ArrangementPolicy, today: NaiveDate) -> Status {
    let currency = arrangement.installments.first().map_or(Currency::USD, |first| first.amount.currency);
    let money = |amount| Money::new(amount, currency);
    let agreed: Decimal = total(arrangement);
    let (mut cash, returned) = towards(arrangement, facts, currency, today);
    let owed = still_owed(arrangement, facts, today);
    if let Some((open, day)) = owed {
        undated(arrangement, agreed - open, day, &mut cash);
    }
    let paid = sum(&cash, |part| part.returned.is_none());

    let mut before = Decimal::ZERO;
    let installments: Vec<Progress> = arrangement
        .installments
        .iter()
        .map(|installment| {
            let amount = installment.amount.amount;
            let share = (paid - before).clamp(Decimal::ZERO, amount.max(Decimal::ZERO));
            before += amount;
            // A tolerance that swallows the whole would keep what nobody paid.
            let target =
                Some(before - policy.short_tolerance).filter(|target| *target > Decimal::ZERO).unwrap_or(before);
            let fill = fill(installment.due, target, &cash, policy);
            Progress {
                due: installment.due,
                last_day: fill.last_day,
                amount: installment.amount,
                paid: money(share),
                missing: money(if fill.kept_on.is_some() { Decimal::ZERO } else { amount - share }),
                kept_on: fill.kept_on,
                standing: fill.standing(today, share),
            }
        })
        .collect();

    let nothing_owed = owed.is_some_and(|(open, _)| open.is_zero());
    let cancelled = arrangement.cancelled.map(|at| at.date_naive());
    let broken_on = installments
        .iter()
        .filter(|one| one.kept_on.map_or(today, |day| day.min(today)) > one.last_day)
        .map(|one| plus_days(one.last_day, 1))
        .min()
        .filter(|day| cancelled.is_none_or(|end| *day <= end));
    Status {
        state: state(arrangement, &installments, nothing_owed, today),
        paid: money(paid),
        remaining: money((agreed - paid).max(Decimal::ZERO)),
        due_now: money(installments.iter().filter(|one| one.due <= today).map(|one| one.missing.amount).sum()),
        over: money((paid - agreed).max(Decimal::ZERO)),
        next_due: installments.iter().find(|one| one.kept_on.is_none()).map(|one| (one.due, one.missing)),
        broken_on,
        returned,
        installments,
    }
}

/// What was agreed in all.
fn total(arrangement: &Arrangement) -> Decimal {
    arrangement.installments.iter().map(|installment| installment.amount.amount).sum()
}

fn state(arrangement: &Arrangement, installments: &[Progress], nothing_owed: bool, today: NaiveDate) -> State {
    // A cancellation's UTC day may be one after the customer's.
    if arrangement.cancelled.is_some_and(|at| minus_days(at.date_naive(), 1) <= today) {
        return State::Cancelled;
    }
    let any = |standing| installments.iter().any(|one| one.standing == standing);
    if nothing_owed || installments.iter().all(|one| one.kept_on.is_some()) {
        State::Completed
    } else if any(Standing::Missed) {
        State::Broken
    } else if any(Standing::Returned) {
        State::Returned
    } else if any(Standing::Short) {
        State::Short
    } else if any(Standing::Late) || any(Standing::PaidLate) {
        State::Late
    } else if any(Standing::Kept) {
        State::Kept
    } else {
        State::Active
    }
}

/// The payments that count towards it by `today`, earliest posting first, and the returned ones.
/// From each: what is allocated to covered invoices, and what is not allocated at all.
fn towards(
    arrangement: &Arrangement,
    facts: &Facts,
    currency: Currency,
    today: NaiveDate,
) -> (Vec<Cash>, Vec<PaymentId>) {
    let mut returned = Vec::new();
    let mut cash: Vec<Cash> = facts
        .payments
        .iter()
        .filter(|payment| {
            payment.amount.currency == currency
                && payment.posted >= arrangement.agreed_on
                && payment.posted <= today
                && !arrangement.before.contains(&payment.id)
        })
        .filter_map(|payment| {
            let mut unapplied = payment.amount.amount;
            let mut covered = Decimal::ZERO;
            for part in &payment.allocations {
                unapplied -= part.amount.amount;
                if arrangement.covers.contains(&part.invoice) {
                    covered += part.amount.amount;
                }
            }
            let amount = covered + unapplied.max(Decimal::ZERO);
            if amount <= Decimal::ZERO {
                return None;
            }
            let reversed = payment.reversed.filter(|day| *day <= today);
            if reversed.is_some() {
                returned.push(payment.id);
            }
            Some(Cash { posted: payment.posted, amount, returned: reversed })
        })
        .collect();
    cash.sort_by_key(|part| part.posted);
    returned.sort();
    (cash, returned)
}

/// Open and undisputed on the covered invoices, and the last day on which one was settled without a
/// payment known. `None` when the facts know none of them.
fn still_owed(arrangement: &Arrangement, facts: &Facts, today: NaiveDate) -> Option<(Decimal, NaiveDate)> {
    let paid = paid_by_invoice(&facts.payments, today);
    let mut known = false;
    let mut open = Decimal::ZERO;
    let mut day = arrangement.agreed_on;
    for id in &arrangement.covers {
        let Some(invoice) = facts.invoice(*id) else {
            continue;
        };
        known = true;
        open += open_on(invoice, paid.get(id).copied().unwrap_or_default(), today);
        day = day.max(invoice.settled.filter(|day| *day <= today).unwrap_or(day));
    }
    known.then_some((open, day))
}

/// Adds what the covered balance fell by without a payment known to have done it: an extract's
/// `applied` column, a settlement, a write-off, a payment posted before the agreement and imported
/// after it. Its day is unknown, so it counts as in time.
fn undated(arrangement: &Arrangement, fell_by: Decimal, day: NaiveDate, cash: &mut Vec<Cash>) {
    // A promise's amount says nothing about the balance.
    if arrangement.kind == ArrangementKind::Promise {
        return;
    }
    let known = sum(cash, |part| part.returned.is_none());
    if fell_by > known {
        cash.push(Cash { posted: day, amount: fell_by - known, returned: None });
        cash.sort_by_key(|part| part.posted);
    }
}

fn sum(cash: &[Cash], which: impl Fn(&Cash) -> bool) -> Decimal {
    cash.iter().filter(|part| which(part)).map(|part| part.amount).sum()
}

/// When an installment was filled, and until when it could be.
struct Fill {
    due: NaiveDate,
    kept_on: Option<NaiveDate>,
    last_day: NaiveDate,
    was_returned: bool,
}

/// `target` is what must have been paid in all by then.
fn fill(due: NaiveDate, target: Decimal, cash: &[Cash], policy: &ArrangementPolicy) -> Fill {
    let mut running = Decimal::ZERO;
    let kept_on = cash
        .iter()
        .filter(|part| part.returned.is_none())
        .find(|part| {
            running += part.amount;
            running >= target
        })
        .map(|part| part.posted);
    let in_grace = plus_days(due, policy.grace_days);
    let mut last_day = in_grace;
    let in_time = |part: &Cash| part.posted <= in_grace;
    // What was known as paid at the end of a day: a return after it had not happened yet.
    let known = |day| sum(cash, |part| part.posted <= day && part.returned.is_none_or(|returned| returned > day));
    let filled = cash.iter().map(|part| part.posted).filter(|day| *day <= in_grace && known(*day) >= target).max();
    let opened = filled.filter(|_| kept_on.is_none_or(|day| day > in_grace)).and_then(|filled| {
        cash.iter()
            .filter(|part| in_time(part))
            .filter_map(|part| part.returned)
            .filter(|day| {
                *day > filled
                    && sum(cash, |part| in_time(part) && part.returned.is_none_or(|returned| returned > *day)) < target
            })
            .min()
    });
    let was_returned = opened.is_some();
    if let Some(day) = opened {
        last_day = last_day.max(plus_days(day, policy.grace_days));
    }
    Fill { due, kept_on, last_day, was_returned }
}

impl Fill {
    fn standing(&self, today: NaiveDate, share: Decimal) -> Standing {
        match self.kept_on {
            Some(day) if day <= self.last_day => Standing::Kept,
            Some(_) => Standing::PaidLate,
            None if today > self.last_day => Standing::Missed,
            None if self.was_returned => Standing::Returned,
            None if today <= self.due => Standing::Upcoming,
            None if share > Decimal::ZERO => Standing::Short,
            None => Standing::Late,
        }
    }
}
