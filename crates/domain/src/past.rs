//! What was known of an account at a past moment, so that a decision of that day can be taken again.
//!
//! The rows that people record carry their own moments, and the append-only history says what each
//! act replaced; both together give the facts back exactly. What an extract brought has no such
//! trail: it is taken by its own dates (an invoice's date, a payment's posting day), and [`Past`]
//! says so. Follow-ups are no part of it: treatment does not look at them.

use chrono::{DateTime, NaiveDate, Utc};
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::account::{Address, ContactPoint};
use crate::contact::Contact;
use crate::facts::Facts;
use crate::history::{Entry, NOTICE_RECORDED};
use crate::ids::{ArrangementId, ContactPointId, DisputeId, OutboxId, PaymentId};
use crate::invoice::Dispute;
use crate::outbox::{Intent, State};
use crate::payment::Payment;

/// An account as it was known at a past moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Past {
    /// The facts; without follow-ups.
    pub facts: Facts,
    /// What can't be known for certain, one sentence each.
    pub unknown: Vec<String>,
}

/// The facts as they were known at the moment `at`, on the customer's day `on`.
///
/// `facts` are the present ones, with every message that left since `at`; `history` is what was
/// recorded about the account after `at`, in any order; `imports` are the moments of all imports.
#[must_use]
pub fn as_of(facts: Facts, history: &[Entry], imports: &[DateTime<Utc>], at: DateTime<Utc>, on: NaiveDate) -> Past {
    let mut facts = facts;
    by_their_own_moment(&mut facts, at);
    facts.steps.retain(|step| step.on <= on);
    let mut later: Vec<&Entry> = history.iter().filter(|entry| entry.at > at).collect();
    // The last to happen is taken back first; of one moment, the one recorded last.
    later.sort_by_key(|entry| std::cmp::Reverse((entry.at, entry.id)));
    for entry in later {
        take_back(&mut facts, entry);
    }
    // Ends as they would be read then: an act's effect may lie in its future.
    facts.follow_ups.clear();
    let unknown = unknown(&facts, imports, at, on);
    Past { facts, unknown }
}

fn by_their_own_moment(facts: &mut Facts, at: DateTime<Utc>) {
    facts.contacts.retain(|contact| contact.at <= at);
    facts.holds.retain(|hold| hold.placed <= at);
    for hold in &mut facts.holds {
        hold.released = hold.released.filter(|moment| *moment <= at);
    }
    facts.arrangements.retain(|one| one.agreed <= at);
    for one in &mut facts.arrangements {
        one.cancelled = one.cancelled.filter(|moment| *moment <= at);
    }
}

/// Undoes one entry. What its own moment already undid is left as it is.
fn take_back(facts: &mut Facts, entry: &Entry) {
    let detail = &entry.detail;
    match entry.kind.as_str() {
        "point.changed" | "point.removed" | "point.marked_bad" => {
            if let Some(was) = part::<ContactPoint>(detail, "was") {
                put_point(facts, was);
            }
        }
        "point.added" => {
            if let Some(added) = part::<ContactPoint>(detail, "point") {
                facts.customer.points.retain(|point| point.id != added.id);
            }
        }
        "point.opted_out" => {
            let id: Option<ContactPointId> = part(detail, "point");
            for point in facts.customer.points.iter_mut().filter(|point| Some(point.id) == id) {
                point.opted_out = false;
            }
        }
        "address.changed" => {
            if let Some(was) = part::<Address>(detail, "was") {
                facts.customer.address = was;
            }
        }
        "payment.recorded" => {
            let payment: Option<Payment> = part(detail, "payment");
            facts.payments.retain(|one| payment.as_ref().is_none_or(|recorded| one.id != recorded.id));
        }
        "payment.reversed" => {
            let id: Option<PaymentId> = part(detail, "payment");
            for payment in facts.payments.iter_mut().filter(|one| Some(one.id) == id) {
                payment.reversed = None;
            }
        }
        "dispute.opened" => {
            let dispute: Option<Dispute> = part(detail, "dispute");
            facts.disputes.retain(|one| dispute.as_ref().is_none_or(|opened| one.id != opened.id));
        }
        "dispute.resolved" => {
            let id: Option<DisputeId> = part(detail, "dispute");
            for dispute in facts.disputes.iter_mut().filter(|one| Some(one.id) == id) {
                dispute.resolved = None;
            }
        }
        "arrangement.superseded" | "arrangement.cancelled" => {
            let id: Option<ArrangementId> = part(detail, "arrangement");
            for one in facts.arrangements.iter_mut().filter(|one| Some(one.id) == id) {
                one.cancelled = None;
            }
        }
        "outbox.queued" => {
            let intent: Option<Intent> = part(detail, "intent");
            facts.outbox.retain(|(one, _)| intent.as_ref().is_none_or(|queued| one.id != queued.id));
        }
        NOTICE_RECORDED => {
            let intent: Option<Intent> = part(detail, "intent");
            let contact: Option<Contact> = part(detail, "contact");
            facts.outbox.retain(|(one, _)| intent.as_ref().is_none_or(|told| one.id != told.id));
            facts.contacts.retain(|one| contact.as_ref().is_none_or(|told| one.id != told.id));
        }
        "letter.made" | "email.queued" => unmade(facts, detail),
        "outbox.withdrawn" => {
            if let Some(id) = part(detail, "outbox") {
                set_state(facts, id, &State::Queued);
            }
        }
        kind if kind.starts_with("outbox.") => {
            if let (Some(id), Some(was)) = (part(detail, "outbox"), part::<State>(detail, "was")) {
                if kind == "outbox.sent" {
                    untake(facts, id);
                }
                set_state(facts, id, &was);
            }
        }
        _ => {}
    }
}

fn part<T: DeserializeOwned>(detail: &Value, name: &str) -> Option<T> {
    serde_json::from_value(detail.get(name)?.clone()).ok()
}

fn put_point(facts: &mut Facts, was: ContactPoint) {
    match facts.customer.points.iter_mut().find(|point| point.id == was.id) {
        Some(point) => *point = was,
        None => facts.customer.points.push(was),
    }
}

/// A run's message came into the outbox when the run was confirmed; a person's was there before.
fn unmade(facts: &mut Facts, detail: &Value) {
    let Some(intent) = part::<Intent>(detail, "intent") else {
        return;
    };
    if intent.run.is_some() {
        facts.outbox.retain(|(one, _)| one.id != intent.id);
    } else {
        set_state(facts, intent.id, &State::Queued);
    }
}

fn set_state(facts: &mut Facts, id: OutboxId, state: &State) {
    for (_, own) in facts.outbox.iter_mut().filter(|(intent, _)| intent.id == id) {
        own.clone_from(state);
    }
}

/// The steps that a message carried counted as taken only when it had left.
fn untake(facts: &mut Facts, id: OutboxId) {
    let Some((intent, _)) = facts.outbox.iter().find(|(intent, _)| intent.id == id) else {
        return;
    };
    for step in intent.steps.clone() {
        if let Some(place) = facts.steps.iter().rposition(|taken| *taken == step) {
            facts.steps.remove(place);
        }
    }
}

fn unknown(facts: &Facts, imports: &[DateTime<Utc>], at: DateTime<Utc>, on: NaiveDate) -> Vec<String> {
    let mut said = Vec::new();
    if !imports.is_empty() && imports.iter().all(|moment| *moment > at) {
        said.push(
            "No extract had been imported by then: invoices and payments are taken by their own dates.".to_owned(),
        );
    } else if let Some(last) = imports.iter().filter(|moment| **moment > at).max() {
        said.push(format!(
            "Extracts were imported since, the last on {}: what they changed on invoices and payments is taken by its own date, as if it had been known then.",
            last.date_naive()
        ));
    }
    let undated = facts.invoices.iter().filter(|invoice| {
        invoice.date <= on && !invoice.applied.is_zero() && invoice.settled.is_none() && invoice.written_off.is_none()
    });
    let numbers: Vec<&str> = undated.map(|invoice| invoice.number.as_str()).take(4).collect();
    if !numbers.is_empty() {
        let more = if numbers.len() > 3 { " and others" } else { "" };
        said.push(format!(
            "The extract gives no day for what is applied to {}{more}: it is taken as applied all along.",
            numbers[..numbers.len().min(3)].join(", ")
        ));
    }
    if facts.invoices.iter().any(|invoice| invoice.disputed && invoice.date <= on) {
        said.push("The extract gives no day for a dispute it marks: it is taken as disputed all along.".to_owned());
    }
    said
}
