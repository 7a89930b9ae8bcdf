//! A supervisor's word that one act may happen although a presumption or a missing fact speaks
//! against it. It is given only where the rules leave it to a supervisor; nothing lifts a refusal.

use serde_json::json;

use super::Role;
use super::draft::{Draft, bad_field, required};
use crate::compliance::{Approval, GivenApproval, May, contactability};
use crate::contact::Medium;
use crate::facts::APPROVAL_GIVEN;
use crate::plan::Plan;
use crate::reason::{Lift, Reason, Refusal};

/// Approves the next act by `medium` on this account.
pub(super) fn approve(
    mut draft: Draft<'_>,
    medium: Medium,
    approved_by: Option<&str>,
    role: Role,
    reason: &str,
) -> Result<Plan, Refusal> {
    let cx = draft.cx;
    let reason = required("reason", reason)?.to_owned();
    if role != Role::Supervisor {
        return Err(bad_field("APR-1", "role", "Only a supervisor approves what the rules leave to one"));
    }
    let by = cx
        .by
        .approver(approved_by)
        .ok_or_else(|| bad_field("APR-1", "name", "Name the supervisor who approves; one's own name is no approval"))?;
    let answers = contactability(cx.facts, cx.policy, cx.now);
    let answer = answers.iter().find(|one| one.medium == medium);
    match answer.map(|one| one.may) {
        Some(May::Supervisor) => {}
        Some(May::Yes) => {
            return Err(bad_field("APR-2", "medium", "Nothing speaks against it now: it needs no approval"));
        }
        Some(May::No) | None => return Err(beyond(answer.map_or(&[], |one| one.reasons.as_slice()))),
    }
    let given = GivenApproval { medium, approval: Approval { by: by.clone(), reason, at: cx.now } };
    let reasons = answer.map(|one| one.reasons.clone()).unwrap_or_default();
    draft.say(
        APPROVAL_GIVEN,
        format!("{by} approved one contact by {}", medium.noun()),
        json!({"given": given, "against": reasons}),
    );
    let hours = cx.policy.gate.approval_hours;
    draft.reason("APR-3", format!("Holds for one contact by {} within {hours} hours", medium.noun()));
    draft.plan.reasons.extend(reasons);
    Ok(draft.finish())
}

/// A rule stands against it that no supervisor lifts.
fn beyond(reasons: &[Reason]) -> Refusal {
    let why = reasons.first().map_or("This medium can't be approved.", |reason| reason.text.as_str());
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
