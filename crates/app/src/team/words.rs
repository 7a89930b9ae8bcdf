//! What a person did, in words: for the queue and for what the server refused.

use contract::{Act as Form, ArrangeForm};
use domain::arrangement::{ArrangementKind, Split, Terms};
use domain::decide::{Apply, Command, Promised, RecordContact, Verdict};
use domain::money::Money;
use domain::outbox::Event;
use domain::plan::Change;
use protocol::Act;

use crate::act::as_act;
use crate::views::word;

fn spoken(text: &str) -> String {
    text.replace('_', " ")
}

/// A command in words, as something done.
pub fn act_words(act: &Act) -> String {
    match act {
        Act::Decide { command, .. } => command_words(command),
        Act::Order { order } => format!("{} asked for", capital(order.kind.noun())),
        Act::Settle { event, .. } => match event {
            Event::Started => "An email handed to the mail server".to_owned(),
            Event::Accepted => "An email left".to_owned(),
            Event::Deferred(why) => format!("An email did not leave yet: {why}"),
            Event::Rejected(why) => format!("An email was refused: {why}"),
            Event::Lost(_) | Event::Found => "It is unknown whether an email left".to_owned(),
            Event::Printed => "A letter was printed".to_owned(),
            Event::SaidSent => "A letter or email left".to_owned(),
            Event::SaidNotSent => "A letter or email did not leave".to_owned(),
            Event::Withdrawn(why) => format!("A letter or email was taken back: {why}"),
        },
        Act::Record { plan, .. } => plan.history.first().map_or_else(
            || {
                let waits = plan.changes.iter().any(|change| matches!(change, Change::SetOutbox(..)));
                if waits { "An email waits".to_owned() } else { "The outbox changed".to_owned() }
            },
            |entry| entry.summary.clone(),
        ),
    }
}

fn terms_words(terms: &Terms) -> String {
    let money = |amount| Money::new(amount, terms.currency).pretty();
    match terms.kind {
        ArrangementKind::Promise => match terms.split {
            Split::Amount { each } => format!("Promise of {} by {}", money(each), terms.first_due),
            Split::Count { .. } => format!("Promise of the whole balance by {}", terms.first_due),
        },
        ArrangementKind::LumpSum => format!("Payment of the whole balance by {}", terms.first_due),
        ArrangementKind::Installments => {
            let down = if terms.down.is_zero() { String::new() } else { format!("{} down, then ", money(terms.down)) };
            let rest = match terms.split {
                Split::Count { count } => format!("{count} installments"),
                Split::Amount { each } => format!("installments of {}", money(each)),
            };
            let often = spoken(&word(&terms.frequency));
            format!("Payment arrangement: {down}{rest}, {often} from {}", terms.first_due)
        }
    }
}

/// A person's command in words.
fn command_words(command: &Command) -> String {
    match command {
        Command::RecordContact(contact) => {
            let how = contact.disposition.map_or_else(String::new, |end| format!(": {}", spoken(&word(&end))));
            format!("{} {}{how}", capital(&spoken(&word(&contact.direction))), spoken(&word(&contact.medium)))
        }
        Command::AddNote { note } => format!("Note: {note}"),
        Command::CorrectContact { note, .. } => format!("Correction of the contact log: {note}"),
        Command::Arrange(terms) => terms_words(terms),
        Command::CancelArrangement { reason, .. } => format!("Arrangement cancelled: {reason}"),
        Command::OpenDispute { reason, .. } => format!("Dispute opened: {reason}"),
        Command::ResolveDispute { outcome, .. } => format!("Dispute settled: {outcome}"),
        Command::PlaceHold { hold, note, .. } => {
            let kind = serde_json::to_value(hold).ok().and_then(|value| value["kind"].as_str().map(spoken));
            format!("Hold placed ({}): {note}", kind.unwrap_or_default())
        }
        Command::AmendHold { kind, note, .. } => {
            format!("More is known of a hold ({}): {note}", spoken(&crate::holds::word_of(kind)))
        }
        Command::ReleaseHold { reason, .. } => format!("Hold released: {reason}"),
        Command::RecordPayment(payment) => {
            format!("Payment of {} seen, {}", Money::new(payment.amount, payment.currency).pretty(), payment.method)
        }
        Command::ReversePayment { reason, .. } => format!("Payment returned: {reason}"),
        Command::ScheduleFollowUp { due, what, .. } => format!("Follow-up on {due}: {what}"),
        Command::CompleteFollowUp { .. } => "Follow-up done".to_owned(),
        Command::SnoozeFollowUp { due, .. } => format!("Follow-up moved to {due}"),
        Command::AssignFollowUp { to, .. } => {
            format!("Follow-up given to {}", to.as_deref().unwrap_or("whoever works the list"))
        }
        Command::PutContactPoint(point) => format!("{} changed to {}", capital(&word(&point.kind)), point.value),
        Command::RemoveContactPoint { .. } => "A number or email address removed".to_owned(),
        Command::SetAddress { .. } => "Postal address changed".to_owned(),
        Command::OptOut { .. } => "Opted out of a number or email address".to_owned(),
        Command::QueueLetter { template, .. } => format!("Letter queued: {}", spoken(template)),
        Command::QueueEmail { template, to, .. } => format!("Email to {to} queued: {}", spoken(template)),
        Command::SettleOutbox { verdict, .. } => match verdict {
            Verdict::Sent => "A letter or email left".to_owned(),
            Verdict::NotSent => "A letter or email did not leave".to_owned(),
            Verdict::Withdraw { why } => format!("A letter or email was taken back: {why}"),
        },
        Command::Approve { medium, reason, .. } => format!("Approved, {}: {reason}", spoken(&word(medium))),
        Command::ApproveOrder { order, reason, .. } => format!("Approved, {}: {reason}", order.noun()),
        Command::RecordNotice { sent } => format!("Validation notice sent on {sent} by another way"),
        Command::ReturnMail { note, .. } => format!("A letter came back: {note}"),
    }
}

fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().collect::<String>() + chars.as_str())
}

/// The same act as the window's form, to be edited and done again. None for what took place by itself.
pub fn editable(act: &Act) -> Option<Form> {
    let Act::Decide { command, .. } = act else {
        return None;
    };
    Some(match command {
        Command::Arrange(terms) => Form::Arrange { terms: arrange_form(terms) },
        Command::RecordContact(contact) => contact_form(contact),
        Command::AddNote { note } => Form::AddNote { note: note.clone() },
        Command::OpenDispute { invoice, amount, reason, written } => Form::OpenDispute {
            invoice: invoice.to_string(),
            amount: amount.map(|amount| amount.to_string()).unwrap_or_default(),
            reason: reason.clone(),
            written: *written,
        },
        Command::RecordPayment(payment) => Form::RecordPayment {
            amount: payment.amount.to_string(),
            currency: word(&payment.currency),
            posted: payment.posted.to_string(),
            method: payment.method.clone(),
            reference: payment.reference.clone(),
            invoices: match &payment.apply {
                Apply::InOrder { invoices } => invoices.iter().map(ToString::to_string).collect(),
                _ => Vec::new(),
            },
        },
        Command::QueueLetter { template, arrangement } => {
            Form::QueueLetter { template: template.clone(), arrangement: arrangement.map(|id| id.to_string()) }
        }
        Command::QueueEmail { template, to, arrangement } => Form::QueueEmail {
            template: template.clone(),
            to: to.clone(),
            arrangement: arrangement.map(|id| id.to_string()),
        },
        Command::Approve { medium, approved_by, role, reason } => Form::Approve {
            medium: word(medium),
            name: approved_by.clone().unwrap_or_default(),
            role: word(role),
            reason: reason.clone(),
        },
        other => return as_act(other),
    })
}

fn arrange_form(terms: &Terms) -> ArrangeForm {
    let (count, amount) = match terms.split {
        Split::Count { count } => (Some(count), None),
        Split::Amount { each } => (None, Some(each.to_string())),
    };
    ArrangeForm {
        kind: word(&terms.kind),
        currency: word(&terms.currency),
        invoices: terms.covers.iter().flatten().map(ToString::to_string).collect(),
        down: terms.down.to_string(),
        count,
        amount,
        frequency: word(&terms.frequency),
        first_due: terms.first_due.to_string(),
        approved_by: terms.approved_by.clone(),
    }
}

fn contact_form(contact: &RecordContact) -> Form {
    let promise: Option<&Promised> = contact.promise.as_ref();
    Form::RecordContact {
        medium: word(&contact.medium),
        direction: word(&contact.direction),
        point: contact.point.clone(),
        disposition: contact.disposition.map(|end| word(&end)).unwrap_or_default(),
        note: contact.note.clone(),
        promise_amount: promise.map(|promise| promise.amount.amount.to_string()),
        promise_currency: promise.map(|promise| word(&promise.amount.currency)),
        date: promise.map(|promise| promise.on).or(contact.call_back).map(|day| day.to_string()),
    }
}
