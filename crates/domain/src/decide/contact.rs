//! Calls, visits, messages and notes. They took place, so they are recorded whatever they say; what
//! can't follow from them (a promise that policy does not take) becomes a task instead.

use chrono::NaiveDate;
use serde_json::json;

use super::agree;
use super::command::RecordContact;
use super::draft::{Draft, bad_field, required, unknown};
use super::reach::same_point;
use crate::arrangement::{ArrangementKind, Frequency, Split, Terms, insulated_invoices};
use crate::contact::{Contact, Direction, Disposition, Medium};
use crate::facts::Facts;
use crate::followup::{RETURNED_MAIL, is_call};
use crate::ids::ContactId;
use crate::plan::{Change, Plan};
use crate::reason::Refusal;
use crate::treatment::{Channel, next_steps};

/// A contact, with all that follows from how it ended.
pub(super) fn record(mut draft: Draft<'_>, contact: &RecordContact) -> Plan {
    let cx = draft.cx;
    let entry = Contact {
        id: ContactId(draft.ids.fresh()),
        account: cx.facts.account.id,
        at: cx.now,
        local_date: cx.today,
        actor: cx.by.name.clone(),
        medium: contact.medium,
        direction: contact.direction,
        point: contact.point.trim().to_owned(),
        disposition: contact.disposition,
        note: contact.note.trim().to_owned(),
        amount: contact.promise.map(|promise| promise.amount),
        corrects: None,
    };
    let summary = summary(&entry);
    draft.say("contact.recorded", summary, json!(entry));
    draft.change(Change::AddContact(entry.clone()));
    mark_bad(&mut draft, &entry);
    take_phone_steps(&mut draft, &entry);
    close_answered(&mut draft, contact);
    schedule_next(&mut draft, contact);
    draft.finish()
}

/// A note without a contact.
pub(super) fn note(mut draft: Draft<'_>, note: &str) -> Result<Plan, Refusal> {
    let note = required("note", note)?.to_owned();
    let cx = draft.cx;
    let entry = Contact {
        id: ContactId(draft.ids.fresh()),
        account: cx.facts.account.id,
        at: cx.now,
        local_date: cx.today,
        actor: cx.by.name.clone(),
        medium: Medium::Note,
        direction: Direction::Outbound,
        point: String::new(),
        disposition: None,
        note,
        amount: None,
        corrects: None,
    };
    draft.say("note.added", "Note", json!(entry));
    draft.change(Change::AddContact(entry));
    Ok(draft.finish())
}

/// A correction: the same contact at its own time, told again. Both entries stay; whoever counts
/// contacts counts the correction and leaves out what it corrects.
pub(super) fn correct(
    mut draft: Draft<'_>,
    corrects: ContactId,
    note: &str,
    disposition: Option<Disposition>,
) -> Result<Plan, Refusal> {
    let facts = draft.cx.facts;
    let old = facts
        .contacts
        .iter()
        .find(|entry| entry.id == corrects)
        .ok_or_else(|| unknown("corrects", "The entry to correct is not in this log"))?;
    if facts.contacts.iter().any(|entry| entry.corrects == Some(corrects)) {
        return Err(bad_field("LOG-1", "corrects", "This entry was corrected already; correct the newer one"));
    }
    if note.trim().is_empty() && disposition.is_none_or(|new| old.disposition == Some(new)) {
        return Err(bad_field("FORM-1", "note", "Say what the entry should say"));
    }
    let entry = Contact {
        id: ContactId(draft.ids.fresh()),
        actor: draft.cx.by.name.clone(),
        disposition: disposition.or(old.disposition),
        note: note.trim().to_owned(),
        corrects: Some(corrects),
        ..old.clone()
    };
    draft.say(
        "contact.corrected",
        format!("Correction of an entry of {}", old.local_date),
        json!({"entry": entry, "was": old}),
    );
    draft.change(Change::AddContact(entry.clone()));
    mark_bad(&mut draft, &entry);
    Ok(draft.finish())
}

/// One line, without what was said and which number was used.
fn summary(entry: &Contact) -> String {
    let medium = match entry.medium {
        Medium::Call => "Call",
        Medium::Voicemail => "Voicemail",
        Medium::Text => "Text message",
        Medium::Email => "Email",
        Medium::Letter => "Letter",
        Medium::Visit => "Visit",
        Medium::Note => "Note",
    };
    let direction = match entry.direction {
        Direction::Outbound => "",
        Direction::Inbound => " from the customer",
    };
    let outcome = entry.disposition.map_or_else(String::new, |disposition| format!(": {}", word(disposition)));
    format!("{medium}{direction}{outcome}")
}

/// The outcome in a sentence.
fn word(disposition: Disposition) -> &'static str {
    match disposition {
        Disposition::NoAnswer => "no answer",
        Disposition::LeftMessage => "left a message",
        Disposition::Busy => "busy",
        Disposition::NotInService => "not in service",
        Disposition::WrongNumber => "wrong number",
        Disposition::ThirdParty => "spoke with a third party",
        Disposition::Spoke => "spoke",
        Disposition::PromiseToPay => "promised to pay",
        Disposition::SaysPaid => "says it is paid",
        Disposition::Disputes => "disputes the debt",
        Disposition::RefusesToPay => "refuses to pay",
        Disposition::CallBack => "asked to be called back",
    }
}

/// A number that is somebody else's or dead is bad from now on, in each way it is written.
fn mark_bad(draft: &mut Draft<'_>, entry: &Contact) {
    if !matches!(entry.disposition, Some(Disposition::WrongNumber | Disposition::NotInService)) {
        return;
    }
    let customer = &draft.cx.facts.customer;
    for point in &customer.points {
        if !point.bad && same_point(point.kind, &point.value, &entry.point) {
            let mut bad = point.clone();
            bad.bad = true;
            let summary = "The number used does not reach the customer";
            draft.say("point.marked_bad", summary, json!({"point": bad, "was": point}));
            draft.change(Change::PutContactPoint(customer.id, bad));
            draft.reason("FUP-4", "The number used does not reach the customer: marked bad");
        }
    }
}

/// A plan's step by telephone is taken by the attempt to call.
fn take_phone_steps(draft: &mut Draft<'_>, entry: &Contact) {
    let attempt = entry.direction == Direction::Outbound
        && matches!(entry.medium, Medium::Call | Medium::Voicemail)
        && entry.disposition.is_none_or(|outcome| outcome.counts_as_call() && outcome != Disposition::WrongNumber);
    if !attempt {
        return;
    }
    let cx = draft.cx;
    for step in next_steps(cx.facts, cx.policy, cx.today) {
        if step.channel == Channel::Phone {
            draft.reason("TRT-9", format!("{} of plan {} is taken by this call", step.level, step.plan));
            draft.change(Change::TakeStep(cx.facts.account.id, step.taken(cx.today)));
        }
    }
}

/// Closes what the contact answers: what it names; else, when the right party was reached, every
/// task that is due; else the calls that are due. A returned letter's task waits for the address.
fn close_answered(draft: &mut Draft<'_>, contact: &RecordContact) {
    let today = draft.cx.today;
    let reached = contact.disposition.is_some_and(Disposition::is_right_party);
    let answered: Vec<_> = draft
        .still_open()
        .filter(|task| match &contact.answers {
            Some(named) => named.contains(&task.id),
            None if contact.medium == Medium::Note || contact.disposition.is_none() => false,
            None => task.due <= today && (is_call(task) || reached) && task.what != RETURNED_MAIL,
        })
        .map(|task| task.id)
        .collect();
    for id in answered {
        draft.close(id);
    }
}

/// The next action, by policy.
fn schedule_next(draft: &mut Draft<'_>, contact: &RecordContact) {
    let cx = draft.cx;
    let policy = &cx.policy.follow_up;
    let Some(disposition) = contact.disposition else {
        return;
    };
    let (days, what) = policy.next(disposition);
    let why = format!("{} on {}", word(disposition), cx.today);
    match disposition {
        Disposition::PromiseToPay => promise(draft, contact, days, what, &why),
        Disposition::CallBack => {
            let day = contact.call_back.filter(|day| *day >= cx.today);
            if contact.call_back.is_some() && day.is_none() {
                draft.reason("FUP-3", "The day to call back is past: scheduled by policy");
            }
            match day {
                // The customer's own choice is not moved off a weekend.
                Some(day) => draft.follow_up(day, what, &why),
                None => draft.follow_up_in(days, what, &why),
            }
        }
        // These want an answer even when nothing is past due.
        Disposition::SaysPaid | Disposition::Disputes => draft.follow_up_in(days, what, &why),
        _ if !wants_work(cx.facts, draft) => {}
        _ => draft.follow_up_in(days, what, &why),
    }
}

/// Past-due debt that no agreement covers.
fn wants_work(facts: &Facts, draft: &Draft<'_>) -> bool {
    let cx = draft.cx;
    let insulated = insulated_invoices(facts, &cx.policy.arrangement, cx.today);
    crate::aging::open_items(facts, cx.today)
        .iter()
        .any(|item| item.days_past_due > 0 && !insulated.contains(&item.invoice.id))
}

/// A promise that policy takes is watched by itself; any other is a task on its day.
fn promise(draft: &mut Draft<'_>, contact: &RecordContact, days: u32, what: &str, why: &str) {
    let cx = draft.cx;
    let Some(promised) = contact.promise else {
        draft.follow_up_in(days, what, why);
        return;
    };
    let terms = Terms {
        kind: ArrangementKind::Promise,
        currency: promised.amount.currency,
        covers: None,
        down: rust_decimal::Decimal::ZERO,
        down_due: None,
        split: Split::Amount { each: promised.amount.amount },
        frequency: Frequency::Monthly,
        first_due: promised.on,
        approved_by: cx.by.approver(None),
    };
    if let Err(refusal) = agree::promise(draft, &terms) {
        draft.plan.reasons.extend(refusal.reasons);
        let due = promised.on.max(cx.today);
        let not_kept = format!("; not kept as a promise: {}", refusal.message);
        // Who recorded it must not think that dunning waits.
        if let Some(entry) = draft.plan.history.first_mut() {
            entry.summary.push_str(&not_kept);
        }
        let why = format!("{why}{not_kept}");
        draft.follow_up(due, what, &why);
    }
}

/// Whether a day is in reach of a form: today or later.
pub(super) fn not_past(name: &'static str, day: NaiveDate, today: NaiveDate) -> Result<NaiveDate, Refusal> {
    if day < today {
        return Err(bad_field("FORM-3", name, format!("{day} is in the past")));
    }
    Ok(day)
}
