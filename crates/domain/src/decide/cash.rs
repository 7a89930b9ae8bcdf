//! Payments that a person records before an extract brings them, and payments that came back.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use rust_decimal::Decimal;
use serde_json::json;

use super::command::{Apply, RecordPayment};
use super::draft::{Draft, amount, bad_field, required, unknown};
use crate::aging::{OpenItem, age, open_items};
use crate::arrangement::insulated_invoices;
use crate::contact::Disposition;
use crate::followup::RETURNED_PAYMENT;
use crate::ids::{InvoiceId, PaymentId};
use crate::money::{Currency, Money};
use crate::payment::{Allocation, Payment, PaymentKind};
use crate::plan::{Change, Plan};
use crate::reason::{Reason, Refusal};

/// A payment, applied as asked; what is left stays unapplied.
pub(super) fn record(mut draft: Draft<'_>, asked: &RecordPayment) -> Result<Plan, Refusal> {
    let cx = draft.cx;
    let value = amount("amount", asked.amount, asked.currency)?;
    let method = required("method", &asked.method)?.to_owned();
    if asked.posted > cx.today {
        let text = format!("{} is in the future; record a promise instead", asked.posted);
        return Err(bad_field("FORM-3", "posted", text));
    }
    let reference = asked.reference.trim().to_owned();
    let whole = Money::new(value, asked.currency);
    let twin = cx.facts.payments.iter().any(|payment| {
        !reference.is_empty() && payment.reference == reference && payment.amount == whole && payment.reversed.is_none()
    });
    if twin {
        return Err(Refusal::by(
            Reason::new("PAY-1", "1", format!("A payment of {} with that reference is here already", whole.pretty()))
                .with("field", "reference"),
            "If it is another payment, give it its own reference.",
        ));
    }
    let allocations = apply(&draft, &asked.apply, whole)?;
    let applied: Decimal = allocations.iter().map(|part| part.amount.amount).sum();
    let payment = Payment {
        id: PaymentId::derive("recorded", &draft.ids.fresh().to_string()),
        account: cx.facts.account.id,
        reference,
        kind: PaymentKind::Payment,
        posted: asked.posted,
        amount: whole,
        method,
        reversed: None,
        allocations,
    };
    let rest = Money::new(value - applied, asked.currency);
    let rest = if rest.is_positive() { format!(", {} unapplied", rest.pretty()) } else { String::new() };
    let invoices = payment.allocations.len();
    draft.reason("PAY-2", format!("{} applied to {invoices} invoices{rest}", whole.pretty()));
    draft.say("payment.recorded", format!("Payment of {} recorded", whole.pretty()), json!({"payment": payment}));
    draft.change(Change::AddPayment(payment));
    let looking = cx.policy.follow_up.next(Disposition::SaysPaid).1;
    let found: Vec<_> = draft.still_open().filter(|task| task.what == looking).map(|task| task.id).collect();
    for task in found {
        draft.close(task);
    }
    let nothing_left =
        age(&draft.after(), &cx.policy.aging, cx.today).iter().all(|aging| aging.collectable().is_zero());
    if nothing_left {
        draft.withdraw("a payment came in", |intent| !intent.steps.is_empty());
    }
    Ok(draft.finish())
}

/// What the payment pays.
fn apply(draft: &Draft<'_>, how: &Apply, whole: Money) -> Result<Vec<Allocation>, Refusal> {
    let cx = draft.cx;
    let items: Vec<OpenItem<'_>> = open_items(cx.facts, cx.today)
        .into_iter()
        .filter(|item| item.invoice.amount.currency == whole.currency)
        .collect();
    let open = |id: InvoiceId, name| {
        items.iter().find(|item| item.invoice.id == id).ok_or_else(|| not_open(draft, id, whole.currency, name))
    };
    match how {
        Apply::Oldest => {
            let covered = insulated_invoices(cx.facts, &cx.policy.arrangement, cx.today);
            let mut order: Vec<&OpenItem<'_>> = items.iter().collect();
            order.sort_by_key(|item| {
                let id = item.invoice.id;
                (!covered.contains(&id), item.invoice.due, id)
            });
            Ok(pour(order.into_iter().map(|item| (item.invoice.id, item.open - item.disputed)), whole))
        }
        Apply::InOrder { invoices } => {
            let mut seen = BTreeSet::new();
            let mut order = Vec::new();
            for id in invoices.iter().filter(|id| seen.insert(**id)) {
                order.push((*id, open(*id, "invoices")?.open));
            }
            Ok(pour(order.into_iter(), whole))
        }
        Apply::Exactly { parts } => {
            let mut sum = Decimal::ZERO;
            let mut seen = BTreeSet::new();
            for part in parts {
                if part.amount.currency != whole.currency {
                    let text = format!("{} can't pay {}", whole.currency, part.amount.currency);
                    return Err(bad_field("FORM-2", "parts", text));
                }
                amount("parts", part.amount.amount, whole.currency)?;
                let item = open(part.invoice, "parts")?;
                if !seen.insert(part.invoice) || part.amount.amount > item.open {
                    let text = format!("{} is more than is open on {}", part.amount.pretty(), item.invoice.number);
                    return Err(bad_field("FORM-2", "parts", text));
                }
                sum += part.amount.amount;
            }
            if sum > whole.amount {
                let text = format!(
                    "{} is applied, but only {} came in",
                    Money::new(sum, whole.currency).pretty(),
                    whole.pretty()
                );
                return Err(bad_field("FORM-2", "parts", text));
            }
            Ok(parts.clone())
        }
    }
}

/// Fills one after the other until nothing is left.
fn pour(order: impl Iterator<Item = (InvoiceId, Decimal)>, whole: Money) -> Vec<Allocation> {
    let mut left = whole.amount;
    order
        .filter_map(|(invoice, open)| {
            let part = open.min(left);
            left -= part;
            (part > Decimal::ZERO).then(|| Allocation { invoice, amount: Money::new(part, whole.currency) })
        })
        .collect()
}

fn not_open(draft: &Draft<'_>, id: InvoiceId, currency: Currency, name: &'static str) -> Refusal {
    match draft.cx.facts.invoice(id) {
        Some(invoice) => bad_field("FORM-2", name, format!("Nothing in {currency} is open on {}", invoice.number)),
        None => unknown(name, "This invoice is not on the account"),
    }
}

/// A payment was returned or reversed: from that day on it never was. Somebody calls about it.
pub(super) fn reverse(mut draft: Draft<'_>, id: PaymentId, on: NaiveDate, reason: &str) -> Result<Plan, Refusal> {
    let reason = required("reason", reason)?;
    let cx = draft.cx;
    let payment = cx
        .facts
        .payments
        .iter()
        .find(|payment| payment.id == id)
        .ok_or_else(|| unknown("payment", "This payment is not on the account"))?;
    if let Some(day) = payment.reversed {
        return Err(unknown("payment", format!("It was reversed on {day} already")));
    }
    if on < payment.posted || on > cx.today {
        let text = format!("It can come back from {} to {}", payment.posted, cx.today);
        return Err(bad_field("FORM-3", "on", text));
    }
    draft.change(Change::ReversePayment(id, on));
    draft.say(
        "payment.reversed",
        format!("Payment of {} returned", payment.amount.pretty()),
        json!({"payment": id, "on": on, "reason": reason}),
    );
    draft.reason("PAY-3", "What it paid is open again");
    draft.follow_up(cx.today, RETURNED_PAYMENT, &format!("{} came back", payment.amount.pretty()));
    Ok(draft.finish())
}
