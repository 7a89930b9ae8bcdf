//! What of an account may be dunned today, and what is kept out of it.
//!
//! - A hold of a person, a stay, a death, an identity theft or a cease request pauses the whole
//!   account; an invoice hold keeps out its invoice.
//! - An active promise or arrangement keeps out the invoices it covers.
//! - A dispute keeps out the disputed amount; the rest of the invoice stays collectable.
//! - Unapplied cash and credits count against the oldest of the remaining debts in their currency,
//!   so that nobody is dunned for money that is already here. This decides only *whether and for
//!   how much* a step is proposed; applying the cash stays a person's act.

use chrono::{DateTime, Days, NaiveDate, NaiveTime, Utc};
use rust_decimal::Decimal;

use super::engine::{Debt, Sent};
use crate::aging::{OpenItem, open_items};
use crate::arrangement::{ArrangementPolicy, status};
use crate::facts::Facts;
use crate::hold::{Hold, HoldKind};
use crate::ids::InvoiceId;
use crate::money::Currency;

/// The debts of an account, with what made each of them smaller.
pub(super) struct Debts<'a> {
    /// Open invoices.
    pub items: Vec<OpenItem<'a>>,
    /// As the engine sees them, in the same order.
    pub inputs: Vec<Debt<'a>>,
    /// Unapplied cash counted against each.
    pub cash: Vec<Decimal>,
    /// Steps sent on the account as a whole.
    pub account_sent: Vec<Sent<'a>>,
}

/// Collects them; none when the account is paused or owes nothing.
pub(super) fn collect<'a>(facts: &'a Facts, policy: &ArrangementPolicy, today: NaiveDate) -> Option<Debts<'a>> {
    if facts.invoices.is_empty() || pausing(facts, today).is_some() {
        return None;
    }
    let items = open_items(facts, today);
    if items.is_empty() {
        return None;
    }
    let covered = covered(facts, policy, today);
    let mut inputs: Vec<Debt<'a>> = items
        .iter()
        .enumerate()
        .map(|(index, item)| Debt {
            invoice: index,
            dated: item.invoice.date,
            due: item.invoice.due,
            original: item.invoice.amount,
            balance: if covered.contains(&item.invoice.id) { Decimal::ZERO } else { item.open - item.disputed },
            sent: sent(facts, Some(item.invoice.id), today).collect(),
        })
        .collect();
    let cash = spread_unapplied(facts, &mut inputs, today);
    Some(Debts { items, inputs, cash, account_sent: sent(facts, None, today).collect() })
}

/// Steps on their way: queued, printed or in doubt. They are not sent yet, so they raise no level,
/// but they are not proposed again either.
pub(super) fn is_under_way(facts: &Facts, invoice: Option<InvoiceId>) -> bool {
    facts
        .outbox
        .iter()
        .any(|(intent, state)| state.is_under_way() && intent.steps.iter().any(|step| step.invoice == invoice))
}

/// Steps taken by that day on an invoice, or on the account as a whole.
fn sent(facts: &Facts, invoice: Option<InvoiceId>, today: NaiveDate) -> impl Iterator<Item = Sent<'_>> {
    facts.steps.iter().filter(move |step| step.invoice == invoice && step.on <= today).map(|step| Sent {
        level: &step.level,
        on: step.on,
        fee: step.fee.map_or(Decimal::ZERO, |fee| fee.amount),
        anchor: step.anchor,
    })
}

/// The last moment at which it is still that day anywhere on earth (UTC-12). A hold placed on the
/// customer's day, whatever the zone, is in force by then.
fn end_of(today: NaiveDate) -> DateTime<Utc> {
    let noon = NaiveTime::from_hms_opt(12, 0, 0).unwrap_or_default();
    today.checked_add_days(Days::new(1)).unwrap_or(today).and_time(noon).and_utc()
}

/// The hold that pauses the whole account, if one does.
pub(super) fn pausing(facts: &Facts, today: NaiveDate) -> Option<&Hold> {
    facts.holds.iter().find(|hold| hold.kind.is_pausing(today) && hold.is_active(end_of(today), today))
}

/// What keeps an invoice out, in words.
pub(super) fn insulation(
    facts: &Facts,
    policy: &ArrangementPolicy,
    invoice: InvoiceId,
    today: NaiveDate,
) -> Option<String> {
    let held = facts.holds.iter().find(|hold| {
        hold.is_active(end_of(today), today)
            && matches!(hold.kind, HoldKind::Invoice { invoice: held } if held == invoice)
    });
    if let Some(hold) = held {
        return Some(format!("held back since {}", hold.placed.date_naive()));
    }
    facts
        .arrangements
        .iter()
        .find(|one| one.covers.contains(&invoice) && status(one, facts, policy, today).state.is_live())
        .map(|one| format!("covered by the {} of {}", one.kind.word(), one.agreed_on))
}

/// Invoices that a hold or an active agreement keeps out.
fn covered(facts: &Facts, policy: &ArrangementPolicy, today: NaiveDate) -> Vec<InvoiceId> {
    let mut covered: Vec<InvoiceId> = facts
        .holds
        .iter()
        .filter(|hold| hold.is_active(end_of(today), today))
        .filter_map(|hold| match hold.kind {
            HoldKind::Invoice { invoice } => Some(invoice),
            _ => None,
        })
        .collect();
    for arrangement in
        facts.arrangements.iter().filter(|arrangement| status(arrangement, facts, policy, today).state.is_live())
    {
        covered.extend(&arrangement.covers);
    }
    covered
}

/// Takes unapplied cash off the oldest debts; returns how much off each.
fn spread_unapplied(facts: &Facts, debts: &mut [Debt<'_>], today: NaiveDate) -> Vec<Decimal> {
    let mut taken = vec![Decimal::ZERO; debts.len()];
    let mut left: Vec<(Currency, Decimal)> = Vec::new();
    for payment in facts.payments.iter().filter(|payment| payment.counts(today)) {
        let allocated: Decimal = payment.allocations.iter().map(|part| part.amount.amount).sum();
        let unapplied = payment.amount.amount - allocated;
        if unapplied > Decimal::ZERO {
            match left.iter_mut().find(|(currency, _)| *currency == payment.amount.currency) {
                Some((_, sum)) => *sum += unapplied,
                None => left.push((payment.amount.currency, unapplied)),
            }
        }
    }
    if left.is_empty() {
        return taken;
    }
    let mut oldest: Vec<usize> = (0..debts.len()).collect();
    oldest.sort_by_key(|index| (debts[*index].due, *index));
    for index in oldest {
        let debt = &mut debts[index];
        if let Some((_, sum)) = left.iter_mut().find(|(currency, _)| *currency == debt.original.currency) {
            let part = debt.balance.min(*sum);
            debt.balance -= part;
            taken[index] = part;
            *sum -= part;
        }
    }
    taken
}
