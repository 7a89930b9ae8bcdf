//! What no policy is needed to refuse: invoices that can't be covered, amounts and dates that mean
//! nothing. What passes comes out as installments.

use chrono::NaiveDate;
use rust_decimal::Decimal;

use super::schedule::business_day_from;
use super::{ArrangementKind, Installment, Limits, Split, Terms, amounts, due_dates};
use crate::aging::open_items;
use crate::facts::Facts;
use crate::money::Money;
use crate::reason::Reason;

/// Each invoice asked for must be open, undisputed and in the terms' currency.
pub(super) fn check_covers(terms: &Terms, facts: &Facts, version: &str, today: NaiveDate, refused: &mut Vec<Reason>) {
    let items = open_items(facts, today);
    for id in terms.covers.iter().flatten() {
        let item = items.iter().find(|item| item.invoice.id == *id);
        let number = facts.invoice(*id).map_or_else(|| id.to_string(), |invoice| invoice.number.clone());
        let against = match item {
            None => format!("Invoice {number} is not open on this account"),
            Some(item) if item.invoice.amount.currency != terms.currency => {
                format!("Invoice {number} is in {}, not {}", item.invoice.amount.currency, terms.currency)
            }
            Some(item) if item.disputed >= item.open => {
                format!("Invoice {number} is disputed; resolve the dispute first")
            }
            Some(_) => continue,
        };
        refused.push(Reason::new("ARR-9", version.to_owned(), against).with("invoice", number));
    }
    if terms.covers.as_ref().is_some_and(Vec::is_empty) {
        refused.push(field("FORM-1", "covers", "Choose at least one invoice to cover"));
    }
}

/// A reason about a field of the form.
pub(crate) fn field(rule: &'static str, name: &'static str, text: impl Into<String>) -> Reason {
    Reason::new(rule, "1", text).with("field", name)
}

/// What no policy is needed to refuse: amounts and dates that mean nothing.
pub(super) fn check_form(terms: &Terms, limits: &Limits, today: NaiveDate, refused: &mut Vec<Reason>) {
    let mut refuse = |name, text: String| {
        let rule = if name == "first_due" || name == "down_due" { "FORM-3" } else { "FORM-2" };
        refused.push(field(rule, name, text));
    };
    let exact = |amount: Decimal| amount.normalize().scale() <= terms.currency.minor_digits();
    if terms.down < Decimal::ZERO || !exact(terms.down) {
        refuse("down", format!("A down payment of {} {} can't be paid", terms.down, terms.currency));
    } else if terms.down > Decimal::ZERO && terms.kind != ArrangementKind::Installments {
        refuse("down", format!("A {} has no down payment", terms.kind.word()));
    } else if terms.down > Decimal::ZERO && terms.down >= limits.balance.amount {
        refuse(
            "down",
            format!(
                "A down payment of {} leaves nothing of {} to arrange; choose a lump sum",
                Money::new(terms.down, terms.currency).pretty(),
                limits.balance.pretty()
            ),
        );
    }
    match terms.split {
        Split::Amount { each } if each <= Decimal::ZERO || !exact(each) => {
            refuse("each", format!("An installment of {each} {} can't be paid", terms.currency));
        }
        Split::Amount { each } if terms.kind == ArrangementKind::Promise && each > limits.balance.amount => {
            refuse(
                "each",
                format!(
                    "A promise of {} is more than the {} that is owed",
                    Money::new(each, terms.currency).pretty(),
                    limits.balance.pretty()
                ),
            );
        }
        Split::Count { count: 0 } => refuse("count", "At least one installment is needed".into()),
        _ => {}
    }
    if terms.first_due < today {
        refuse("first_due", format!("{} is in the past", terms.first_due));
    }
    if terms.down_due.is_some_and(|day| day < today) {
        refuse("down_due", "The down payment's day is in the past".into());
    }
    let down_day = business_day_from(terms.down_due.unwrap_or(today));
    if terms.down > Decimal::ZERO && business_day_from(terms.first_due) <= down_day {
        refuse("first_due", format!("The first installment must fall after the down payment of {down_day}"));
    }
}

/// The installments, down payment first.
pub(super) fn schedule(terms: &Terms, balance: Money, today: NaiveDate) -> Result<Vec<Installment>, Reason> {
    let mut installments = Vec::new();
    let split = match (terms.kind, terms.split) {
        (ArrangementKind::Installments, split) => split,
        (ArrangementKind::Promise, Split::Amount { each }) => {
            return Ok(vec![Installment {
                due: business_day_from(terms.first_due),
                amount: Money::new(each, terms.currency),
            }]);
        }
        (ArrangementKind::LumpSum | ArrangementKind::Promise, _) => Split::Count { count: 1 },
    };
    if terms.down > Decimal::ZERO {
        installments.push(Installment {
            due: business_day_from(terms.down_due.unwrap_or(today)),
            amount: Money::new(terms.down, terms.currency),
        });
    }
    let rest = Money::new(balance.amount - terms.down, terms.currency);
    let parts = amounts(rest, split).ok_or_else(|| {
        field(
            "FORM-2",
            match split {
                Split::Count { .. } => "count",
                Split::Amount { .. } => "each",
            },
            format!("{} can't be divided that way", rest.pretty()),
        )
    })?;
    let count = u32::try_from(parts.len()).unwrap_or(u32::MAX);
    let days = due_dates(terms.first_due, terms.frequency, count);
    if days.len() != parts.len() {
        return Err(field("FORM-3", "first_due", "The schedule ends beyond the calendar"));
    }
    installments.extend(days.into_iter().zip(parts).map(|(due, amount)| Installment { due, amount }));
    Ok(installments)
}
