//! How a customer is reached: numbers, email addresses, the postal address, opting out.

use serde_json::json;

use super::command::PutContactPoint;
use super::draft::{Draft, bad_field, required, unknown};
use crate::account::{Address, ContactPoint, PointKind};
use crate::followup::RETURNED_MAIL;
use crate::ids::ContactPointId;
use crate::outbox::Channel;
use crate::plan::{Change, Plan};
use crate::reason::{Reason, Refusal};

/// The same number or address, however it is written: the last ten digits of a number, an email
/// address without regard to case.
pub(super) fn same_point(kind: PointKind, one: &str, other: &str) -> bool {
    let key = |text: &str| -> String {
        if kind == PointKind::Email {
            return text.trim().to_lowercase();
        }
        let digits: Vec<char> = text.chars().filter(char::is_ascii_digit).collect();
        digits[digits.len().saturating_sub(10)..].iter().collect()
    };
    let one = key(one);
    !one.is_empty() && one == key(other)
}

/// A new or changed number or email address.
pub(super) fn put(mut draft: Draft<'_>, asked: &PutContactPoint) -> Result<Plan, Refusal> {
    let value = required("value", &asked.value)?;
    let looks_right = match asked.kind {
        PointKind::Email => is_email(value),
        _ => value.chars().filter(char::is_ascii_digit).count() >= 7,
    };
    if !looks_right {
        let what = match asked.kind {
            PointKind::Email => "an email address",
            _ => "a telephone number with its area code",
        };
        return Err(bad_field("FORM-4", "value", format!("This is not {what}")));
    }
    let customer = &draft.cx.facts.customer;
    let old = match asked.id {
        None => None,
        Some(id) => Some(find(&draft, id)?),
    };
    let twin =
        customer.points.iter().any(|point| Some(point.id) != asked.id && same_point(point.kind, &point.value, value));
    if twin {
        return Err(bad_field("FORM-4", "value", "The customer has this one already"));
    }
    // An opt-out belongs to the number or address, not to the row: another value starts free of it.
    let kept = old.filter(|old| same_point(old.kind, &old.value, value));
    let point = ContactPoint {
        id: match asked.id {
            Some(id) => id,
            None => ContactPointId(draft.ids.fresh()),
        },
        kind: asked.kind,
        value: value.to_owned(),
        label: asked.label.trim().to_owned(),
        source: kept.map_or_else(|| draft.cx.by.name.clone(), |old| old.source.clone()),
        bad: asked.bad,
        opted_out: kept.is_some_and(|old| old.opted_out),
        consented: asked.consented,
    };
    if old.is_some_and(|old| old.opted_out) && kept.is_none() {
        return Err(opted_out("changed"));
    }
    draft.say(
        if old.is_some() { "point.changed" } else { "point.added" },
        format!("{} {}", noun(point.kind), if old.is_some() { "changed" } else { "added" }),
        json!({"point": point, "was": old}),
    );
    draft.change(Change::PutContactPoint(customer.id, point));
    Ok(draft.finish())
}

/// Removes one entered by mistake.
pub(super) fn remove(mut draft: Draft<'_>, id: ContactPointId) -> Result<Plan, Refusal> {
    let point = find(&draft, id)?;
    if point.opted_out {
        return Err(opted_out("removed"));
    }
    draft.change(Change::RemoveContactPoint(id));
    draft.say("point.removed", format!("{} removed", noun(point.kind)), json!({"was": point}));
    Ok(draft.finish())
}

/// The customer asked not to be reached there. What waits to go there is taken back.
pub(super) fn opt_out(mut draft: Draft<'_>, id: ContactPointId) -> Result<Plan, Refusal> {
    let point = find(&draft, id)?;
    let out = ContactPoint { opted_out: true, ..point.clone() };
    draft.change(Change::PutContactPoint(draft.cx.facts.customer.id, out));
    draft.say(
        "point.opted_out",
        format!("{}: the customer opted out", noun(point.kind)),
        json!({"point": id, "value": point.value}),
    );
    draft.reason("OPT-1", "Nothing leaves to it any more");
    let value = point.value.clone();
    draft.withdraw("the customer opted out", |intent| {
        intent.channel == Channel::Email
            && intent.to.as_deref().is_some_and(|to| same_point(PointKind::Email, to, &value))
    });
    Ok(draft.finish())
}

/// Another postal address; it answers a returned letter.
pub(super) fn set_address(mut draft: Draft<'_>, address: &Address) -> Result<Plan, Refusal> {
    let trim = |text: &str| text.trim().to_owned();
    let address = Address {
        lines: address.lines.iter().map(|line| trim(line)).filter(|line| !line.is_empty()).collect(),
        city: trim(&address.city),
        state: trim(&address.state),
        zip: trim(&address.zip),
        country: trim(&address.country),
    };
    if address.lines.len() > 3 {
        return Err(bad_field("FORM-4", "lines", "An envelope has room for three street lines"));
    }
    if !address.is_mailable() {
        let name = if address.lines.is_empty() {
            "lines"
        } else if address.city.is_empty() {
            "city"
        } else {
            "zip"
        };
        return Err(bad_field("FORM-4", name, "Street, city and ZIP are needed to mail a letter"));
    }
    let customer = &draft.cx.facts.customer;
    draft.say("address.changed", "Postal address changed", json!({"address": address, "was": customer.address}));
    draft.change(Change::SetAddress(customer.id, address));
    let answered: Vec<_> = draft.still_open().filter(|task| task.what == RETURNED_MAIL).map(|task| task.id).collect();
    for id in answered {
        draft.close(id);
    }
    Ok(draft.finish())
}

fn find<'a>(draft: &Draft<'a>, id: ContactPointId) -> Result<&'a ContactPoint, Refusal> {
    draft
        .cx
        .facts
        .customer
        .points
        .iter()
        .find(|point| point.id == id)
        .ok_or_else(|| unknown("point", "This number or address is not the customer's any more"))
}

fn opted_out(what: &str) -> Refusal {
    Refusal::by(
        Reason::new("PTS-1", "1", format!("The customer opted out of it, which must stay known; it can't be {what}")),
        "Add the other number or address beside it.",
    )
}

fn noun(kind: PointKind) -> &'static str {
    match kind {
        PointKind::Phone => "Telephone number",
        PointKind::Mobile => "Mobile number",
        PointKind::Work => "Work number",
        PointKind::Email => "Email address",
    }
}

/// One `@` between two parts without spaces, the second with a dot: enough to catch a slip. Whether
/// it exists, only mail can tell.
fn is_email(text: &str) -> bool {
    text.split_once('@').is_some_and(|(name, domain)| {
        !name.is_empty()
            && !domain.contains('@')
            && domain.split('.').count() > 1
            && domain.split('.').all(|part| !part.is_empty())
            && !text.chars().any(|letter| letter.is_whitespace() || letter.is_control())
    })
}
