//! From what a form holds to the domain's types; every message names its field.

use std::str::FromStr;

use chrono::NaiveDate;
use contract::{Act, ApiError, ArrangeForm};
use domain::account::{Address, PointKind};
use domain::arrangement::{ArrangementKind, Frequency, Split, Terms};
use domain::contact::{Direction, Disposition, Medium};
use domain::decide::{Apply, Command, Promised, PutContactPoint, RecordContact, RecordPayment, Verdict};
use domain::ids::InvoiceId;
use domain::money::{Currency, Money};
use domain::service_order::OrderKind;
use rust_decimal::Decimal;
use serde::de::DeserializeOwned;

use crate::errors::not_an_id;
use crate::holds;

/// An id.
pub fn id<T: FromStr>(text: &str) -> Result<T, ApiError> {
    text.parse().map_err(|_| not_an_id(text))
}

/// A word of a serde enumeration.
pub fn word<T: DeserializeOwned>(field: &str, text: &str) -> Result<T, ApiError> {
    serde_json::from_value(serde_json::Value::String(text.to_owned())).map_err(|_| {
        ApiError::invalid(field, format!("\"{text}\" is not a choice here."), "Choose one of those offered.")
    })
}

/// An ISO date.
pub fn day(field: &str, text: &str) -> Result<NaiveDate, ApiError> {
    text.trim().parse().map_err(|_| {
        ApiError::invalid(field, format!("\"{text}\" is not a date."), "Choose a day, such as 2026-11-30.")
    })
}

/// An amount as typed: `1,234.50`, `$1234.5`.
pub fn amount(field: &str, text: &str) -> Result<Decimal, ApiError> {
    let plain: String =
        text.trim().trim_start_matches('$').chars().filter(|letter| *letter != ',' && *letter != ' ').collect();
    plain.parse().map_err(|_| {
        ApiError::invalid(
            field,
            format!("\"{text}\" is not an amount."),
            "Write digits with a decimal point, such as 120.50.",
        )
    })
}

/// A currency code.
pub fn currency(field: &str, text: &str) -> Result<Currency, ApiError> {
    text.parse().map_err(|error| ApiError::invalid(field, format!("{error}."), "Choose a currency of this account."))
}

pub(crate) fn optional<T>(
    text: Option<&str>,
    read: impl FnOnce(&str) -> Result<T, ApiError>,
) -> Result<Option<T>, ApiError> {
    text.filter(|text| !text.trim().is_empty()).map(read).transpose()
}

fn invoices(list: &[String]) -> Result<Vec<InvoiceId>, ApiError> {
    list.iter().map(|text| id(text)).collect()
}

/// An arrangement's terms.
pub fn terms(form: &ArrangeForm) -> Result<Terms, ApiError> {
    let kind: ArrangementKind = word("kind", &form.kind)?;
    let split = match (kind, form.count, optional(form.amount.as_deref(), |text| amount("amount", text))?) {
        (ArrangementKind::Promise, _, Some(each)) | (ArrangementKind::Installments, None, Some(each)) => {
            Split::Amount { each }
        }
        (ArrangementKind::Installments, Some(count), _) => Split::Count { count },
        (ArrangementKind::Installments, None, None) => {
            return Err(ApiError::invalid(
                "count",
                "Neither a number of installments nor an amount is given.",
                "Give one of the two.",
            ));
        }
        _ => Split::Count { count: 1 },
    };
    Ok(Terms {
        kind,
        currency: currency("currency", &form.currency)?,
        covers: if form.invoices.is_empty() { None } else { Some(invoices(&form.invoices)?) },
        down: optional(Some(&form.down), |text| amount("down", text))?.unwrap_or_default(),
        down_due: None,
        split,
        frequency: word::<Frequency>("frequency", &form.frequency)?,
        first_due: day("first_due", &form.first_due)?,
        approved_by: form.approved_by.clone(),
    })
}

fn verdict(text: &str) -> Result<Verdict, ApiError> {
    match text {
        "sent" => Ok(Verdict::Sent),
        "not_sent" => Ok(Verdict::NotSent),
        "withdraw" => Ok(Verdict::Withdraw { why: "Taken back".to_owned() }),
        other => Err(ApiError::invalid(
            "verdict",
            format!("\"{other}\" is not a choice here."),
            "Say whether it left, did not leave, or is taken back.",
        )),
    }
}

/// The domain's command of an act.
#[expect(clippy::too_many_lines, reason = "one arm an act; splitting it would hide that it is complete")]
pub fn command(act: &Act) -> Result<Command, ApiError> {
    Ok(match act {
        Act::RecordContact { medium, direction, point, disposition, note, promise_amount, promise_currency, date } => {
            let disposition: Option<Disposition> = optional(Some(disposition), |text| word("disposition", text))?;
            let date = optional(date.as_deref(), |text| day("date", text))?;
            let promise = match (disposition, promise_amount, date) {
                (Some(Disposition::PromiseToPay), Some(promised), Some(on)) if !promised.trim().is_empty() => {
                    Some(Promised {
                        amount: Money::new(
                            amount("promise_amount", promised)?,
                            currency("promise_currency", promise_currency.as_deref().unwrap_or_default())?,
                        ),
                        on,
                    })
                }
                _ => None,
            };
            Command::RecordContact(RecordContact {
                medium: word::<Medium>("medium", medium)?,
                direction: word::<Direction>("direction", direction)?,
                point: point.clone(),
                disposition,
                note: note.clone(),
                promise,
                call_back: if disposition == Some(Disposition::CallBack) { date } else { None },
                answers: None,
            })
        }
        Act::Approve { medium, name, role, reason } => Command::Approve {
            medium: word::<Medium>("medium", medium)?,
            approved_by: Some(name.clone()),
            role: word("role", role)?,
            reason: reason.clone(),
        },
        Act::OrderService { .. } => {
            return Err(ApiError::invalid(
                "act",
                "A service order is asked for by itself, not with other acts.",
                "Open the account and order it there.",
            ));
        }
        Act::ApproveOrder { order, service, name, role, reason } => Command::ApproveOrder {
            order: word::<OrderKind>("order", order)?,
            service: id(service)?,
            approved_by: Some(name.clone()),
            role: word("role", role)?,
            reason: reason.clone(),
        },
        Act::AddNote { note } => Command::AddNote { note: note.clone() },
        Act::CorrectContact { corrects, note, disposition } => Command::CorrectContact {
            corrects: id(corrects)?,
            note: note.clone(),
            disposition: optional(disposition.as_deref(), |text| word("disposition", text))?,
        },
        Act::Arrange { terms: form } => Command::Arrange(terms(form)?),
        Act::CancelArrangement { arrangement, reason } => {
            Command::CancelArrangement { arrangement: id(arrangement)?, reason: reason.clone() }
        }
        Act::OpenDispute { invoice, amount: disputed, reason, written } => Command::OpenDispute {
            invoice: id(invoice)?,
            amount: optional(Some(disputed), |text| amount("amount", text))?,
            reason: reason.clone(),
            written: *written,
        },
        Act::ResolveDispute { dispute, outcome } => {
            Command::ResolveDispute { dispute: id(dispute)?, outcome: outcome.clone() }
        }
        Act::PlaceHold { kind, note, until, fields } => Command::PlaceHold {
            hold: holds::kind(kind, fields)?,
            note: note.clone(),
            until: optional(until.as_deref(), |text| day("until", text))?,
        },
        Act::AmendHold { hold, kind, note, fields } => {
            Command::AmendHold { hold: id(hold)?, kind: holds::kind(kind, fields)?, note: note.clone() }
        }
        Act::RecordNotice { sent } => Command::RecordNotice { sent: day("sent", sent)? },
        Act::ReleaseHold { hold, reason } => {
            Command::ReleaseHold { hold: id(hold)?, reason: reason.clone(), approved_by: None }
        }
        Act::RecordPayment { amount: paid, currency: code, posted, method, reference, invoices: list } => {
            Command::RecordPayment(RecordPayment {
                amount: amount("amount", paid)?,
                currency: currency("currency", code)?,
                posted: day("posted", posted)?,
                method: method.clone(),
                reference: reference.clone(),
                apply: if list.is_empty() { Apply::Oldest } else { Apply::InOrder { invoices: invoices(list)? } },
            })
        }
        Act::ReversePayment { payment, on, reason } => {
            Command::ReversePayment { payment: id(payment)?, on: day("on", on)?, reason: reason.clone() }
        }
        Act::ScheduleFollowUp { due, what, assignee } => {
            Command::ScheduleFollowUp { due: day("due", due)?, what: what.clone(), assignee: assignee.clone() }
        }
        Act::AssignFollowUp { follow_up, to } => Command::AssignFollowUp { follow_up: id(follow_up)?, to: to.clone() },
        Act::CompleteFollowUp { follow_up } => Command::CompleteFollowUp { follow_up: id(follow_up)? },
        Act::SnoozeFollowUp { follow_up, due } => {
            Command::SnoozeFollowUp { follow_up: id(follow_up)?, due: day("due", due)? }
        }
        Act::PutPoint { id: point, kind, value, label, bad, consented } => Command::PutContactPoint(PutContactPoint {
            id: point.as_deref().map(id).transpose()?,
            kind: word::<PointKind>("kind", kind)?,
            value: value.clone(),
            label: label.clone(),
            bad: *bad,
            consented: *consented,
        }),
        Act::RemovePoint { id: point } => Command::RemoveContactPoint { point: id(point)? },
        Act::OptOut { point } => Command::OptOut { point: id(point)? },
        Act::SetAddress { address } => Command::SetAddress {
            address: Address {
                lines: address.lines.clone(),
                city: address.city.clone(),
                state: address.state.clone(),
                zip: address.zip.clone(),
                country: String::new(),
            },
        },
        Act::QueueLetter { template, arrangement } => Command::QueueLetter {
            template: template.clone(),
            arrangement: arrangement.as_deref().map(id).transpose()?,
        },
        Act::QueueEmail { template, to, arrangement } => Command::QueueEmail {
            template: template.clone(),
            to: to.clone(),
            arrangement: arrangement.as_deref().map(id).transpose()?,
        },
        Act::SettleOutbox { id: outbox, verdict } => {
            Command::SettleOutbox { outbox: id(outbox)?, verdict: self::verdict(verdict)? }
        }
    })
}
