//! What an item asks for, computed again on fresh facts: nobody is dunned for what was paid since.

use chrono::{DateTime, NaiveDate, Utc};
use rust_decimal::Decimal;

use super::case::Case;
use super::house;
use crate::aging::{OpenItem, open_items};
use crate::arrangement::insulated_invoices;
use crate::compliance::act::{Claim, Purpose};
use crate::compliance::verdict::Finding;
use crate::facts::Facts;
use crate::hold::HoldKind;
use crate::ids::InvoiceId;
use crate::money::{Currency, Money};
use crate::policy::Policy;

/// What may be asked for on a day: the undisputed open part of the named invoices less unapplied
/// payments and credits, never below zero. Without names: of every invoice past due that no hold
/// and no arrangement keeps out.
#[must_use]
pub fn claimable(
    facts: &Facts,
    policy: &Policy,
    invoices: &[InvoiceId],
    currency: Currency,
    now: DateTime<Utc>,
    on: NaiveDate,
) -> Money {
    let kept_out = if invoices.is_empty() { kept_out(facts, policy, now, on) } else { Vec::new() };
    let asked = |item: &OpenItem<'_>| {
        if invoices.is_empty() {
            item.days_past_due > 0 && kept_out.iter().all(|(kept, _)| *kept != item.invoice.id)
        } else {
            invoices.contains(&item.invoice.id)
        }
    };
    let open: Decimal = open_items(facts, on)
        .iter()
        .filter(|item| item.invoice.amount.currency == currency && asked(item))
        .map(|item| item.open - item.disputed)
        .sum();
    Money::new((open - unapplied(facts, currency, on)).max(Decimal::ZERO), currency)
}

fn unapplied(facts: &Facts, currency: Currency, on: NaiveDate) -> Decimal {
    facts
        .payments
        .iter()
        .filter(|payment| payment.amount.currency == currency && payment.counts(on))
        .map(|payment| {
            let parts = payment.allocations.iter().map(|part| part.amount.amount);
            payment.amount.amount - parts.sum::<Decimal>()
        })
        .sum()
}

/// Invoices that a hold or an arrangement in force keeps out of dunning, each with what keeps it out.
fn kept_out(facts: &Facts, policy: &Policy, now: DateTime<Utc>, on: NaiveDate) -> Vec<(InvoiceId, &'static str)> {
    let held = facts.holds.iter().filter(|hold| hold.is_active(now, on));
    let mut kept: Vec<_> = held
        .filter_map(|hold| match hold.kind {
            HoldKind::Invoice { invoice } => Some((invoice, "is on hold")),
            _ => None,
        })
        .collect();
    if !facts.arrangements.is_empty() {
        let covered = insulated_invoices(facts, &policy.arrangement, on);
        kept.extend(covered.into_iter().map(|invoice| (invoice, "is in an arrangement that is kept")));
    }
    kept
}

/// Compares an item's claim with the books.
pub(super) fn check(purpose: Purpose, claim: Option<Claim<'_>>, case: &Case<'_>) -> Finding {
    match claim {
        Some(claim) => check_amount(purpose, claim, case),
        None if purpose.asks_for_past_due() => check_any(case),
        None => Finding::allow(&house::CLAIM, "It asks for no amount."),
    }
}

/// Something is past due that may be asked for.
pub(super) fn check_any(case: &Case<'_>) -> Finding {
    let mut currencies: Vec<Currency> = case.facts.invoices.iter().map(|invoice| invoice.amount.currency).collect();
    currencies.sort_unstable();
    currencies.dedup();
    let due = currencies
        .into_iter()
        .any(|currency| claimable(case.facts, case.policy, &[], currency, case.now, case.today).is_positive());
    if due {
        Finding::allow(&house::CLAIM, "Something is past due.")
    } else {
        Finding::block(&house::CLAIM, "Nothing is past due any more that may be asked for.")
    }
}

/// Nothing of what is past due is undisputed.
pub(super) fn is_all_disputed(case: &Case<'_>) -> bool {
    let items = open_items(case.facts, case.today);
    let mut past_due = items.iter().filter(|item| item.days_past_due > 0);
    past_due.all(|item| item.open <= item.disputed)
}

fn check_amount(purpose: Purpose, claim: Claim<'_>, case: &Case<'_>) -> Finding {
    let (facts, policy) = (case.facts, case.policy);
    // A reminder asks ahead of the due date too; what is disputed, held or promised it leaves alone like any other.
    if purpose.asks_for_past_due() || purpose == Purpose::Reminder {
        let items = open_items(facts, case.today);
        let kept_out = kept_out(facts, policy, case.now, case.today);
        for id in claim.invoices {
            let number = facts.invoice(*id).map_or_else(|| id.to_string(), |invoice| invoice.number.clone());
            let why = match items.iter().find(|item| item.invoice.id == *id) {
                None => "is no longer open",
                Some(item) if item.days_past_due <= 0 && purpose.asks_for_past_due() => "is not past due",
                Some(item) if item.open <= item.disputed => "is disputed",
                Some(_) => match kept_out.iter().find(|(kept, _)| kept == id) {
                    Some((_, why)) => why,
                    None => continue,
                },
            };
            return Finding::block(&house::CLAIM, format!("Invoice {number} {why}.")).with("invoice", number);
        }
    }
    let currency = claim.amount.currency;
    let today = claimable(facts, policy, claim.invoices, currency, case.now, case.today);
    if today == claim.amount && today.is_positive() {
        return Finding::allow(&house::CLAIM, format!("{} is open.", today.pretty()));
    }
    let text = if today.is_positive() {
        format!("The balance changed: it asks for {}, and {} is open.", claim.amount.pretty(), today.pretty())
    } else {
        format!("It asks for {}, and nothing is open any more.", claim.amount.pretty())
    };
    Finding::block(&house::CLAIM, text).with("asked", claim.amount).with("open", today)
}
