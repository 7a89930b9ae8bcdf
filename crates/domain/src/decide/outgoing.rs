//! Letters and emails that a person wants to leave, and what became of them.

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use serde_json::json;

use super::Actor;
use super::command::Verdict;
use super::draft::{Context, Draft, bad_field, channel, required, unknown};
use super::reach::same_point;
use crate::account::PointKind;
use crate::contact::{Contact, Direction, Disposition, Medium};
use crate::facts::Facts;
use crate::followup::RETURNED_MAIL;
use crate::history::NOTICE_RECORDED;
use crate::ids::{ArrangementId, ContactId, IdSource, OutboxId};
use crate::outbox::{Channel, Event, Intent, State};
use crate::plan::{Change, Plan};
use crate::policy::Policy;
use crate::reason::{Reason, Refusal};
use crate::template::Kind;

/// A letter to leave with the next run.
pub(super) fn letter(draft: Draft<'_>, template: &str, arrangement: Option<ArrangementId>) -> Result<Plan, Refusal> {
    if !draft.cx.facts.customer.address.is_mailable() {
        return Err(bad_field("FORM-4", "address", "There is no postal address to write to"));
    }
    queue(draft, Channel::Letter, template, None, arrangement)
}

/// An email to leave.
pub(super) fn email(
    draft: Draft<'_>,
    template: &str,
    to: &str,
    arrangement: Option<ArrangementId>,
) -> Result<Plan, Refusal> {
    let to = required("to", to)?;
    let points = &draft.cx.facts.customer.points;
    let point = points
        .iter()
        .find(|point| point.kind == PointKind::Email && same_point(point.kind, &point.value, to))
        .ok_or_else(|| bad_field("FORM-4", "to", "This is not one of the customer's email addresses; add it first"))?;
    if point.opted_out || point.bad {
        let why = if point.opted_out {
            "The customer opted out of this email address"
        } else {
            "This email address does not reach the customer"
        };
        return Err(bad_field("FORM-4", "to", why));
    }
    let to = point.value.clone();
    queue(draft, Channel::Email, template, Some(to), arrangement)
}

/// An intent, once: the same template that still waits, or that was decided today, is not doubled.
fn queue(
    mut draft: Draft<'_>,
    by: Channel,
    template: &str,
    to: Option<String>,
    arrangement: Option<ArrangementId>,
) -> Result<Plan, Refusal> {
    let template = required("template", template)?;
    let cx = draft.cx;
    if let Some(id) = arrangement
        && !cx.facts.arrangements.iter().any(|one| one.id == id)
    {
        return Err(unknown("arrangement", "There is no such arrangement on the account"));
    }
    let twin = cx.facts.outbox.iter().find(|(intent, state)| {
        intent.template == template
            && intent.channel == by
            && intent.arrangement == arrangement
            && match state {
                State::Cancelled { .. } | State::Stopped { .. } => false,
                State::Sent { .. } => intent.decided.date_naive() == cx.now.date_naive(),
                _ => true,
            }
    });
    if let Some((intent, state)) = twin {
        return Err(Refusal::by(
            Reason::new("OUT-1", "1", format!("{}, {} is {} already", channel(by), intent.title(), state.word()))
                .with("outbox", intent.id),
            "Nothing is sent twice: settle or withdraw the first one.",
        ));
    }
    let intent = Intent {
        id: OutboxId(draft.ids.fresh()),
        account: cx.facts.account.id,
        channel: by,
        template: template.to_owned(),
        run: None,
        arrangement,
        steps: Vec::new(),
        to,
        decided: cx.now,
        actor: cx.by.name.clone(),
    };
    draft.say("outbox.queued", format!("{}, {} queued", channel(by), intent.title()), json!({"intent": intent}));
    draft.reason("OUT-2", "It is checked again at the moment it leaves");
    draft.change(Change::Queue(intent));
    Ok(draft.finish())
}

/// A person says what became of it.
pub(super) fn verdict(draft: Draft<'_>, id: OutboxId, verdict: Verdict) -> Result<Plan, Refusal> {
    let event = match verdict {
        Verdict::Sent => Event::SaidSent,
        Verdict::NotSent => Event::SaidNotSent,
        Verdict::Withdraw { why } => Event::Withdrawn(required("why", &why)?.to_owned()),
    };
    happened(draft, id, event)
}

/// What an event makes of an intent, with all that follows once it left: the contact log counts it
/// and its dunning steps are taken. `what` is the intent and the event; a dispatcher settles what a
/// transport said, a person what they know. Refused (`OUT-3`) where the event can't happen now.
pub fn settle(
    facts: &Facts,
    policy: &Policy,
    what: (OutboxId, Event),
    by: &Actor,
    now: DateTime<Utc>,
    today: NaiveDate,
    ids: &mut dyn IdSource,
) -> Result<Plan, Refusal> {
    let cx = Context { facts, policy, by, now, today };
    happened(Draft::new(cx, ids), what.0, what.1)
}

fn happened(mut draft: Draft<'_>, id: OutboxId, event: Event) -> Result<Plan, Refusal> {
    let cx = draft.cx;
    let (intent, before) = cx
        .facts
        .outbox
        .iter()
        .find(|(intent, _)| intent.id == id)
        .ok_or_else(|| unknown("outbox", "It is not in this account's outbox any more"))?;
    let after = before.clone().after(event, cx.now).map_err(|error| {
        Refusal::by(
            Reason::new("OUT-3", "1", format!("{}: {error}", channel(intent.channel))).with("state", before.word()),
            "Open the outbox again: it has changed since.",
        )
    })?;
    if after == *before {
        return Ok(draft.finish());
    }
    let word = after.word();
    let quiet = matches!(after, State::Sending { .. } | State::Waiting { .. });
    draft.change(Change::SetOutbox(id, after.clone()));
    if !quiet {
        draft.say(
            &format!("outbox.{word}"),
            format!("{}, {}: {word}", channel(intent.channel), intent.title()),
            json!({"outbox": id, "was": before, "now": after}),
        );
    }
    if matches!(after, State::Sent { .. }) {
        left(&mut draft, intent);
    }
    Ok(draft.finish())
}

/// It left: a contact, and steps taken.
fn left(draft: &mut Draft<'_>, intent: &Intent) {
    let cx = draft.cx;
    let contact = Contact {
        id: ContactId(draft.ids.fresh()),
        account: intent.account,
        at: cx.now,
        local_date: cx.today,
        actor: cx.by.name.clone(),
        medium: match intent.channel {
            Channel::Letter => Medium::Letter,
            Channel::Email => Medium::Email,
        },
        direction: Direction::Outbound,
        point: intent.to.clone().unwrap_or_default(),
        disposition: None,
        note: intent.title(),
        amount: None,
        corrects: None,
    };
    draft.change(Change::AddContact(contact));
    for step in &intent.steps {
        draft.change(Change::TakeStep(intent.account, step.clone()));
    }
}

/// A validation notice that went out by another way: it stands in the outbox and in the contact log
/// as if it had left from here on that day.
pub(super) fn notice(mut draft: Draft<'_>, sent: NaiveDate) -> Result<Plan, Refusal> {
    let cx = draft.cx;
    if sent > cx.today {
        return Err(bad_field("FORM-3", "sent", format!("{sent} is in the future")));
    }
    // Noon in Greenwich is that day from Hawaii to Guam.
    let at = sent.and_time(NaiveTime::from_hms_opt(12, 0, 0).unwrap_or_default()).and_utc().min(cx.now);
    let intent = Intent {
        id: OutboxId(draft.ids.fresh()),
        account: cx.facts.account.id,
        channel: Channel::Letter,
        template: Kind::ValidationNotice.key().to_owned(),
        run: None,
        arrangement: None,
        steps: Vec::new(),
        to: None,
        decided: at,
        actor: cx.by.name.clone(),
    };
    let contact = Contact {
        id: ContactId(draft.ids.fresh()),
        account: cx.facts.account.id,
        at,
        local_date: sent,
        actor: cx.by.name.clone(),
        medium: Medium::Letter,
        direction: Direction::Outbound,
        point: String::new(),
        disposition: None,
        note: format!("{}, by another way", intent.title()),
        amount: None,
        corrects: None,
    };
    draft.say(
        NOTICE_RECORDED,
        format!("Validation notice sent on {sent} by another way"),
        json!({"intent": intent, "contact": contact}),
    );
    draft.reason("OUT-4", format!("The validation period counts from {sent}"));
    let id = intent.id;
    draft.change(Change::Queue(intent));
    draft.change(Change::SetOutbox(id, State::Sent { at }));
    draft.change(Change::AddContact(contact));
    Ok(draft.finish())
}

/// A letter came back. Never refused: the envelope lies on the table, however old the letter is.
pub(super) fn returned(mut draft: Draft<'_>, id: OutboxId, note: &str) -> Plan {
    let cx = draft.cx;
    let contact = Contact {
        id: ContactId(draft.ids.fresh()),
        account: cx.facts.account.id,
        at: cx.now,
        local_date: cx.today,
        actor: cx.by.name.clone(),
        medium: Medium::Letter,
        direction: Direction::Inbound,
        point: String::new(),
        disposition: Some(Disposition::NotInService),
        note: note.trim().to_owned(),
        amount: None,
        corrects: None,
    };
    draft.say("letter.returned", "A letter came back as undeliverable", json!({"outbox": id, "contact": contact}));
    draft.change(Change::AddContact(contact));
    draft.withdraw("the address does not reach the customer", |intent| intent.channel == Channel::Letter);
    draft.follow_up(cx.today, RETURNED_MAIL, "a letter came back");
    draft.finish()
}
