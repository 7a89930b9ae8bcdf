//! A supervisor's word that one act may happen although a presumption or a missing fact speaks
//! against it. It is given only where the rules leave it to a supervisor; nothing lifts a refusal.

use serde_json::json;

use super::Role;
use super::draft::{Draft, bad_field, required};
use crate::compliance::{Act, Approval, Decision, GivenApproval, May, contactability, verdict};
use crate::contact::Medium;
use crate::facts::APPROVAL_GIVEN;
use crate::ids::ServiceId;
use crate::plan::Plan;
use crate::reason::{Lift, Reason, Refusal};
use crate::service_order::OrderKind;

/// Approves the next act by `medium` on this account.
pub(super) fn approve(
    mut draft: Draft<'_>,
    medium: Medium,
    approved_by: Option<&str>,
    role: Role,
    reason: &str,
) -> Result<Plan, Refusal> {
    let cx = draft.cx;
    let approval = word(&draft, approved_by, role, reason)?;
    let answers = contactability(cx.facts, cx.policy, cx.now);
    let answer = answers.iter().find(|one| one.medium == medium);
    match answer.map(|one| one.may) {
        Some(May::Supervisor) => {}
        Some(May::Yes) => return Err(needless("medium")),
        Some(May::No) | None => return Err(beyond(answer.map_or(&[], |one| one.reasons.as_slice()))),
    }
    let reasons = answer.map(|one| one.reasons.clone()).unwrap_or_default();
    let given = GivenApproval { medium: Some(medium), order: None, approval };
    say(&mut draft, &given, &format!("contact by {}", medium.noun()), reasons);
    Ok(draft.finish())
}

/// Approves one order for a service of this account.
pub(super) fn order(
    mut draft: Draft<'_>,
    (kind, service): (OrderKind, ServiceId),
    approved_by: Option<&str>,
    role: Role,
    reason: &str,
) -> Result<Plan, Refusal> {
    let cx = draft.cx;
    let approval = word(&draft, approved_by, role, reason)?;
    let verdict = verdict(&Act::Order { kind, service }, cx.facts, cx.policy, cx.now);
    let against: Vec<Reason> =
        verdict.findings.iter().filter(|one| !one.permits()).map(|one| one.reason.clone()).collect();
    if verdict.permits() {
        return Err(needless("order"));
    }
    if !verdict.overridable() {
        // What no supervisor lifts is told first.
        let firm = verdict.findings.iter().filter(|one| !one.permits() && one.decision == Decision::Block);
        let mut reasons: Vec<Reason> = firm.map(|one| one.reason.clone()).collect();
        reasons.extend(against.into_iter().filter(|one| !reasons.contains(one)).collect::<Vec<_>>());
        return Err(beyond(&reasons));
    }
    let given = GivenApproval { medium: None, order: Some((kind, service)), approval };
    say(&mut draft, &given, kind.noun(), against);
    Ok(draft.finish())
}

/// The supervisor's word, if it is one.
fn word(draft: &Draft<'_>, approved_by: Option<&str>, role: Role, reason: &str) -> Result<Approval, Refusal> {
    let cx = draft.cx;
    let reason = required("reason", reason)?.to_owned();
    if role != Role::Supervisor {
        return Err(bad_field("APR-1", "role", "Only a supervisor approves what the rules leave to one"));
    }
    let by = cx
        .by
        .approver(approved_by)
        .ok_or_else(|| bad_field("APR-1", "name", "Name the supervisor who approves; one's own name is no approval"))?;
    Ok(Approval { by, reason, at: cx.now })
}

/// Keeps it in the history, with what it goes against.
fn say(draft: &mut Draft<'_>, given: &GivenApproval, what: &str, against: Vec<Reason>) {
    let by = &given.approval.by;
    draft.say(APPROVAL_GIVEN, format!("{by} approved one {what}"), json!({"given": given, "against": against}));
    let hours = draft.cx.policy.gate.approval_hours;
    draft.reason("APR-3", format!("Holds for one {what} within {hours} hours"));
    draft.plan.reasons.extend(against);
}

fn needless(name: &'static str) -> Refusal {
    bad_field("APR-2", name, "Nothing speaks against it now: it needs no approval")
}

/// A rule stands against it that no supervisor lifts.
fn beyond(reasons: &[Reason]) -> Refusal {
    let why = reasons.first().map_or("It can't be approved.", |reason| reason.text.as_str());
    let mut all = vec![Reason::new("APR-4", "1", "An approval never lifts a refusal")];
    all.extend_from_slice(reasons);
    Refusal {
        message: format!("No approval lifts this: {why}"),
        remedy: "Do what the rule asks for, or choose another way.".to_owned(),
        lift: Lift::Nobody,
        until: None,
        reasons: all,
    }
}
