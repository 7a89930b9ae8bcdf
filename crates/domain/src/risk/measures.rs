//! The facts behind a score, measured, and the points each of them gives.

use std::borrow::Cow;
use std::collections::BTreeMap;

use chrono::{Days, NaiveDate};
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

use super::Factor;
use super::history::paid_invoices;
use crate::aging::open_items;
use crate::arrangement::{ArrangementPolicy, status};
use crate::facts::Facts;
use crate::money::Currency;

/// Invoices that count as recent.
const RECENT: usize = 4;
/// How far back broken promises and returned payments count.
const LOOK_BACK: Days = Days::new(365);

/// What was measured of an account. Counts and whole days only; every figure is of the day asked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Measures {
    /// Invoices whose outcome is known: paid, or unpaid past their due date.
    pub known: i32,
    /// Of these, late.
    pub late: i32,
    /// Of the last four, late, in percent less the late percentage of all: above zero is a turn for
    /// the worse. None below four known.
    pub trend: Option<i32>,
    /// Average days late of the late ones.
    pub days_late: i32,
    /// Promises and arrangements broken within a year (under the standard days of grace).
    pub broken: i32,
    /// Payments returned within a year.
    pub returned: i32,
    /// What is past due, in percent of the average invoice; currencies each by their own average.
    pub past_due: i32,
    /// Days past due of the oldest open invoice.
    pub oldest: i32,
    /// Open disputes.
    pub disputes: i32,
    /// Days with the creditor, where known.
    pub tenure: Option<i32>,
}

fn whole(number: i64) -> i32 {
    i32::try_from(number).unwrap_or(i32::MAX)
}

fn count(number: usize) -> i32 {
    i32::try_from(number).unwrap_or(i32::MAX)
}

impl Measures {
    /// Measures an account, from what was known on that day.
    #[must_use]
    pub fn of(facts: &Facts, today: NaiveDate) -> Self {
        let open = open_items(facts, today);
        // Outcome and day it became known: an unpaid invoice is late from its due date.
        let mut outcomes: Vec<(NaiveDate, i64)> =
            paid_invoices(facts, today).iter().map(|paid| (paid.paid_on, paid.days_late())).collect();
        outcomes.extend(
            open.iter()
                .filter(|item| item.days_past_due > 0 && item.disputed < item.open)
                .map(|item| (today, item.days_past_due)),
        );
        let known = outcomes.len();
        let late = outcomes.iter().filter(|(_, days)| *days > 0).count();
        let days: i64 = outcomes.iter().map(|(_, days)| *days).filter(|days| *days > 0).sum();
        let trend = known.checked_sub(RECENT).map(|start| {
            let recent = outcomes[start..].iter().filter(|(_, days)| *days > 0).count();
            percent(count(recent), count(RECENT)) - percent(count(late), count(known))
        });
        let since = today.checked_sub_days(LOOK_BACK).unwrap_or(today);
        Self {
            known: count(known),
            late: count(late),
            trend,
            days_late: whole(days.checked_div(i64::from(count(late))).unwrap_or(0)),
            broken: broken(facts, since, today),
            returned: count(
                facts
                    .payments
                    .iter()
                    .filter(|payment| payment.reversed.is_some_and(|day| day > since && day <= today))
                    .count(),
            ),
            past_due: past_due(facts, &open, today),
            oldest: whole(open.iter().map(|item| item.days_past_due).max().unwrap_or(0).max(0)),
            disputes: count(facts.open_disputes(today).count()),
            tenure: facts
                .account
                .opened
                .filter(|opened| *opened <= today)
                .map(|opened| whole((today - opened).num_days())),
        }
    }

    /// Late in percent of the known, drawn towards a third while little is known: two invoices'
    /// worth of doubt.
    fn late_percent(&self) -> i32 {
        (self.late * 100 + 66) / (self.known + 2)
    }

    /// The points, in the order of the fields; each kept within its own ends.
    fn points(&self) -> [(&'static str, i32); 9] {
        [
            ("late_share", if self.known == 0 { 10 } else { self.late_percent() * 30 / 100 }),
            ("trend", self.trend.map_or(0, |trend| (trend / 5).clamp(-8, 8))),
            ("days_late", (self.days_late / 2).min(12)),
            ("broken_promises", self.broken.min(3) * 6),
            ("returned_payments", self.returned.min(2) * 5),
            ("past_due", (self.past_due / 20).min(15)),
            ("oldest", (self.oldest / 6).min(15)),
            ("disputes", self.disputes.min(2) * 2),
            ("tenure", self.tenure.map_or(0, |days| if days < 180 { 4 } else { -(days / 730).min(4) })),
        ]
    }

    /// The sum, from 0 to 100.
    #[must_use]
    pub fn score(&self) -> u8 {
        let sum: i32 = self.points().iter().map(|(_, points)| points).sum();
        u8::try_from(sum.clamp(0, 100)).unwrap_or(100)
    }

    /// The facts that gave points, with their words.
    #[must_use]
    pub fn factors(&self) -> Vec<Factor> {
        self.points()
            .into_iter()
            .filter(|(_, points)| *points != 0)
            .map(|(name, points)| Factor { name: Cow::Borrowed(name), points, text: self.words(name) })
            .collect()
    }

    fn words(&self, name: &str) -> String {
        match name {
            "late_share" if self.known == 0 => "no payment history yet".to_owned(),
            "late_share" => format!("{} of {} invoices were late", self.late, self.known),
            "trend" => {
                let trend = self.trend.unwrap_or_default();
                let way = if trend > 0 { "more" } else { "less" };
                format!("the last {RECENT} were late {} points {way} often", trend.abs())
            }
            "days_late" => format!("late by {} days on average", self.days_late),
            "broken_promises" => format!("{} promises broken within a year", self.broken),
            "returned_payments" => format!("{} payments returned within a year", self.returned),
            "past_due" => format!("past due: {} % of an average invoice", self.past_due),
            "oldest" => format!("the oldest is {} days past due", self.oldest),
            "disputes" => format!("{} open disputes", self.disputes),
            _ => format!("{} days with the creditor", self.tenure.unwrap_or_default()),
        }
    }
}

fn percent(part: i32, of: i32) -> i32 {
    (part * 100).checked_div(of).unwrap_or(0)
}

fn broken(facts: &Facts, since: NaiveDate, today: NaiveDate) -> i32 {
    if facts.arrangements.is_empty() {
        return 0;
    }
    let policy = ArrangementPolicy::default();
    let broken = facts.arrangements.iter().filter(|arrangement| {
        status(arrangement, facts, &policy, today).broken_on.is_some_and(|day| day > since && day <= today)
    });
    count(broken.count())
}

/// Undisputed and past due, in percent of the average invoice of its currency, summed.
fn past_due(facts: &Facts, open: &[crate::aging::OpenItem<'_>], today: NaiveDate) -> i32 {
    if open.iter().all(|item| item.days_past_due <= 0) {
        return 0;
    }
    let mut by_currency: BTreeMap<Currency, (Decimal, Decimal, u32)> = BTreeMap::new();
    for invoice in facts.invoices.iter().filter(|invoice| invoice.date <= today) {
        let entry = by_currency.entry(invoice.amount.currency).or_default();
        entry.1 += invoice.amount.amount;
        entry.2 += 1;
    }
    for item in open.iter().filter(|item| item.days_past_due > 0) {
        by_currency.entry(item.invoice.amount.currency).or_default().0 += item.open - item.disputed;
    }
    let sum: Decimal = by_currency
        .values()
        .filter_map(|(due, billed, count)| (*due * Decimal::from(*count) * Decimal::ONE_HUNDRED).checked_div(*billed))
        .sum();
    sum.min(Decimal::from(10_000)).to_i32().unwrap_or(10_000)
}
