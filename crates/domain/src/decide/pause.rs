//! Disputes and holds: what pauses or narrows collection, and what ends it.

use chrono::{Days, NaiveDate, NaiveTime};
use rust_decimal::Decimal;
use serde_json::json;

use super::contact::not_past;
use super::draft::{Draft, amount, bad_field, required, unknown};
use crate::aging::open_items;
use crate::compliance::rules::claims::Bar;
use crate::hold::{Hold, HoldKind};
use crate::ids::{DisputeId, HoldId, InvoiceId};
use crate::invoice::Dispute;
use crate::money::Money;
use crate::plan::{Change, Plan};
use crate::reason::{Reason, Refusal};

/// The customer disputes an invoice or a part of it; the rest stays collectable.
pub(super) fn open_dispute(
    mut draft: Draft<'_>,
    invoice: InvoiceId,
    asked: Option<Decimal>,
    reason: &str,
    written: bool,
) -> Result<Plan, Refusal> {
    let reason = required("reason", reason)?;
    let cx = draft.cx;
    let item = open_items(cx.facts, cx.today)
        .into_iter()
        .find(|item| item.invoice.id == invoice)
        .ok_or_else(|| unknown("invoice", "Nothing is open on this invoice"))?;
    let currency = item.invoice.amount.currency;
    let number = &item.invoice.number;
    let free = Money::new(item.open - item.disputed, currency);
    if !free.is_positive() {
        return Err(Refusal::by(
            Reason::new("DIS-1", "1", format!("All that is open on {number} is disputed already"))
                .with("invoice", number),
            "Add what is new as a note to the open dispute.",
        ));
    }
    let value = amount("amount", asked.unwrap_or(free.amount), currency)?;
    if value > free.amount {
        let text = format!("Only {} of {number} is open and not disputed", free.pretty());
        return Err(bad_field("FORM-2", "amount", text));
    }
    let dispute = Dispute {
        id: DisputeId(draft.ids.fresh()),
        invoice,
        amount: Money::new(value, currency),
        reason: reason.to_owned(),
        opened: cx.today,
        written,
        resolved: None,
    };
    let how = if written { " in writing" } else { "" };
    draft.say(
        "dispute.opened",
        format!("{} of {number} disputed{how}", dispute.amount.pretty()),
        json!({"dispute": dispute}),
    );
    draft.reason(
        "DIS-2",
        format!("{} of {number} stays collectable", { Money::new(free.amount - value, currency).pretty() }),
    );
    draft.change(Change::OpenDispute(cx.facts.account.id, dispute));
    // A letter already composed would name the whole balance.
    draft.withdraw("its invoice is disputed", |intent| {
        intent.steps.iter().any(|step| step.invoice.is_none_or(|one| one == invoice))
    });
    let (days, what) = cx.policy.follow_up.next(crate::contact::Disposition::Disputes);
    draft.follow_up_in(days, what, &format!("{number} is disputed"));
    Ok(draft.finish())
}

/// A dispute is settled: what was disputed is collected again, or a credit follows.
pub(super) fn resolve_dispute(mut draft: Draft<'_>, id: DisputeId, outcome: &str) -> Result<Plan, Refusal> {
    let outcome = required("outcome", outcome)?;
    let cx = draft.cx;
    let dispute = cx
        .facts
        .disputes
        .iter()
        .find(|dispute| dispute.id == id && dispute.is_open(cx.today))
        .ok_or_else(|| unknown("dispute", "This dispute is settled already"))?;
    draft.change(Change::ResolveDispute(id, cx.today, outcome.to_owned()));
    draft.say(
        "dispute.resolved",
        format!("Dispute of {} settled", dispute.amount.pretty()),
        json!({"dispute": id, "outcome": outcome}),
    );
    let (_, working) = cx.policy.follow_up.next(crate::contact::Disposition::Disputes);
    let others = cx.facts.open_disputes(cx.today).any(|other| other.id != id);
    if !others {
        let worked: Vec<_> = draft.still_open().filter(|task| task.what == working).map(|task| task.id).collect();
        for task in worked {
            draft.close(task);
        }
    }
    draft.follow_up_in(1, "Call about the settled dispute", "the dispute was settled");
    Ok(draft.finish())
}

/// Pauses or narrows collection. What a customer or a court said is a fact: only its own fields can
/// be wrong.
pub(super) fn place(
    mut draft: Draft<'_>,
    kind: HoldKind,
    note: &str,
    until: Option<NaiveDate>,
) -> Result<Plan, Refusal> {
    let cx = draft.cx;
    check(&draft, &kind)?;
    if let Some(day) = until {
        not_past("until", day, cx.today)?;
    }
    let twin = cx.facts.holds.iter().find(|hold| hold.kind == kind && hold.is_active(cx.now, cx.today));
    if let Some(twin) = twin {
        return Err(Refusal::by(
            Reason::new("HLD-2", "1", format!("There is such a hold since {}", twin.placed.date_naive()))
                .with("hold", twin.id),
            "Release that one first, if this one is to replace it.",
        ));
    }
    let hold = Hold {
        id: HoldId(draft.ids.fresh()),
        kind,
        note: note.trim().to_owned(),
        placed: cx.now,
        until,
        released: None,
    };
    let what = word(&hold.kind);
    draft.say("hold.placed", format!("Hold: {what}"), json!({"hold": hold}));
    draft.reason("HLD-3", format!("Hold: {what}"));
    if let Some((days, task)) = task(&hold.kind) {
        draft.follow_up_in(days, task, &format!("hold: {what}"));
    }
    match &hold.kind {
        HoldKind::Invoice { invoice } => draft.withdraw("its invoice is on hold", |intent| {
            intent.steps.iter().any(|step| step.invoice.is_none_or(|one| one == *invoice))
        }),
        HoldKind::RefusedMedium { medium } => {
            let refused = match medium {
                crate::contact::Medium::Letter => Some(crate::outbox::Channel::Letter),
                crate::contact::Medium::Email => Some(crate::outbox::Channel::Email),
                _ => None,
            };
            draft.withdraw("the customer refuses it", |intent| Some(intent.channel) == refused);
        }
        HoldKind::InconvenientTime { .. } | HoldKind::Medical { .. } => {}
        HoldKind::Manual => {
            draft.withdraw("the account is on hold", |intent| !intent.steps.is_empty());
        }
        _ => draft.withdraw(what, |_| true),
    }
    draft.change(Change::PlaceHold(cx.facts.account.id, hold));
    Ok(draft.finish())
}

/// A hold no longer stands. What law protects is released by a supervisor.
pub(super) fn release(
    mut draft: Draft<'_>,
    id: HoldId,
    reason: &str,
    approved_by: Option<&str>,
) -> Result<Plan, Refusal> {
    let reason = required("reason", reason)?;
    let cx = draft.cx;
    let hold = cx
        .facts
        .holds
        .iter()
        .find(|hold| hold.id == id && hold.released.is_none())
        .ok_or_else(|| unknown("hold", "This hold is released already"))?;
    let what = word(&hold.kind);
    let protected = hold.kind.is_protected();
    let approver = cx.by.approver(approved_by);
    if protected && approver.is_none() {
        return Err(Refusal::by(
            Reason::new("HLD-1", "1", format!("A supervisor releases this hold: {what}")).with("hold", id),
            "Have a supervisor release it, or name the one who approves.",
        )
        .needing_supervisor());
    }
    draft.change(Change::ReleaseHold(id, cx.now));
    draft.say(
        "hold.released",
        format!("Hold released: {what}"),
        json!({"hold": id, "reason": reason, "approved_by": approver}),
    );
    draft.reason("HLD-4", format!("Hold released: {what}"));
    Ok(draft.finish())
}

/// What is known of a hold has grown: the one with what was known ends, and one with all of it takes
/// its place, so that the past can be asked what was known then.
pub(super) fn amend(mut draft: Draft<'_>, id: HoldId, kind: HoldKind, note: &str) -> Result<Plan, Refusal> {
    let cx = draft.cx;
    let old = cx
        .facts
        .holds
        .iter()
        .find(|hold| hold.id == id && hold.released.is_none())
        .ok_or_else(|| unknown("hold", "This hold is released already"))?;
    if !old.kind.may_grow() || std::mem::discriminant(&old.kind) != std::mem::discriminant(&kind) {
        return Err(unknown("hold", "A hold of this kind is released, and another one placed"));
    }
    check(&draft, &kind)?;
    if old.kind == kind && old.note == note.trim() {
        return Err(bad_field("FORM-6", "hold", "Nothing of it is new"));
    }
    let what = word(&kind);
    let hold = Hold {
        id: HoldId(draft.ids.fresh()),
        kind,
        note: note.trim().to_owned(),
        placed: cx.now,
        until: old.until,
        released: None,
    };
    draft.say("hold.amended", format!("More is known: {what}"), json!({"was": old, "hold": hold}));
    draft.reason("HLD-5", format!("More is known: {what}"));
    if let HoldKind::Bankruptcy { chapter, petition, file, .. } = &hold.kind {
        let claim = file.bar(chapter, *petition);
        if let Bar::On(last) = claim
            && file.claim_filed.is_none()
            && last >= cx.today
        {
            let due = last.checked_sub_days(Days::new(CLAIM_DAYS)).unwrap_or(last).max(cx.today);
            draft.follow_up(due, FILE_CLAIM, &format!("claims are filed through {last}"));
        }
    }
    draft.change(Change::ReleaseHold(id, cx.now));
    draft.change(Change::PlaceHold(cx.facts.account.id, hold));
    Ok(draft.finish())
}

/// The task of a bankruptcy whose bar date is known.
const FILE_CLAIM: &str = "File the proof of claim";
/// Days before the bar date on which it is due.
const CLAIM_DAYS: u64 = 14;

/// What happened lies behind us.
fn past(name: &'static str, day: NaiveDate, today: NaiveDate) -> Result<(), Refusal> {
    if day > today { Err(bad_field("FORM-3", name, format!("{day} is in the future"))) } else { Ok(()) }
}

/// The fields that a kind brings along.
fn check(draft: &Draft<'_>, kind: &HoldKind) -> Result<(), Refusal> {
    match kind {
        HoldKind::Invoice { invoice } if draft.cx.facts.invoice(*invoice).is_none() => {
            Err(unknown("invoice", "This invoice is not on the account"))
        }
        HoldKind::Bankruptcy { chapter, petition, file, .. } => {
            required("chapter", chapter)?;
            past("petition", *petition, draft.cx.today)?;
            let known = file.past_days().into_iter().filter_map(|(name, day)| Some((name, day?)));
            for (name, day) in known {
                past(name, day, draft.cx.today)?;
            }
            Ok(())
        }
        HoldKind::CreditorRequest { received, answered, .. } => {
            past("received", *received, draft.cx.today)?;
            answered.map_or(Ok(()), |day| past("answered", day, draft.cx.today))
        }
        HoldKind::Medical { certified, .. } => past("certified", *certified, draft.cx.today),
        HoldKind::InconvenientTime { days, from, to } => {
            let known = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
            if days.is_empty() || !days.iter().all(|day| known.contains(&day.as_str())) {
                return Err(bad_field("FORM-3", "days", "Name days as Mon, Tue, ... Sun"));
            }
            let time = |name, text: &str| {
                NaiveTime::parse_from_str(text, "%H:%M")
                    .map_err(|_| bad_field("FORM-3", name, "Write times as HH:MM, from 00:00 to 23:59"))
            };
            if time("from", from)? == time("to", to)? {
                return Err(bad_field("FORM-3", "to", "It must end at another time than it begins"));
            }
            Ok(())
        }
        _ => Ok(()),
    }
}

/// The hold in a sentence, without names.
pub(crate) fn word(kind: &HoldKind) -> &'static str {
    match kind {
        HoldKind::Cease => "written request to cease",
        HoldKind::RefusedMedium { .. } => "a way of contact is refused",
        HoldKind::Attorney { .. } => "represented by an attorney",
        HoldKind::Bankruptcy { .. } => "bankruptcy",
        HoldKind::Deceased => "the customer has died",
        HoldKind::IdentityTheft => "identity theft",
        HoldKind::InconvenientTime { .. } => "inconvenient times",
        HoldKind::Invoice { .. } => "one invoice is not dunned",
        HoldKind::CreditorRequest { .. } => "the original creditor was asked for",
        HoldKind::Medical { .. } => "medical certificate",
        HoldKind::Manual => "paused by a person",
    }
}

/// What has to be done about it, and in how many days.
fn task(kind: &HoldKind) -> Option<(u32, &'static str)> {
    match kind {
        HoldKind::Cease => Some((1, "Decide how to go on after the request to cease")),
        HoldKind::Attorney { .. } => Some((1, "Write to the attorney")),
        HoldKind::Bankruptcy { .. } => Some((1, "Prepare the bankruptcy file")),
        HoldKind::Deceased => Some((3, "Find who represents the estate")),
        HoldKind::IdentityTheft => Some((1, "Work the identity theft report")),
        HoldKind::Manual | HoldKind::Invoice { .. } => Some((7, "Decide whether the hold still stands")),
        HoldKind::CreditorRequest { .. } => Some((1, "Send the original creditor's name and address")),
        HoldKind::Medical { .. } => Some((20, "Ask whether the medical certificate is renewed")),
        HoldKind::RefusedMedium { .. } | HoldKind::InconvenientTime { .. } => None,
    }
}
