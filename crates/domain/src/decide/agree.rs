//! Arrangements and promises.

use serde_json::json;

use super::draft::{Draft, required, unknown};
use crate::arrangement::{Arrangement, ArrangementKind, ArrangementPolicy, State, Terms, propose, status};
use crate::followup::DECIDE_NEXT;
use crate::ids::{ArrangementId, InvoiceId};
use crate::plan::{Change, Plan};
use crate::reason::{Reason, Refusal};

/// An arrangement under department policy, or every reason against it.
pub(super) fn arrange(mut draft: Draft<'_>, terms: Terms) -> Result<Plan, Refusal> {
    let cx = draft.cx;
    let named = terms.approved_by.clone().filter(|name| !name.trim().is_empty());
    let terms = Terms { approved_by: cx.by.approver(named.as_deref()), ..terms };
    let alone = named.is_some() && terms.approved_by.is_none();
    agree(&mut draft, &terms).map_err(|mut refusal| {
        if alone {
            refusal.reasons.push(Reason::new(
                "ARR-12",
                cx.policy.label(),
                "Nobody approves their own arrangement; a supervisor does",
            ));
        }
        refusal
    })?;
    Ok(draft.finish())
}

/// A promise made on the telephone; the draft is untouched when policy does not take it.
pub(super) fn promise(draft: &mut Draft<'_>, terms: &Terms) -> Result<(), Refusal> {
    agree(draft, terms)
}

fn agree(draft: &mut Draft<'_>, terms: &Terms) -> Result<(), Refusal> {
    let cx = draft.cx;
    let policy = ArrangementPolicy {
        authority: cx.by.authority.unwrap_or(cx.policy.arrangement.authority),
        ..cx.policy.arrangement.clone()
    };
    let proposal = propose(terms, cx.facts, &policy, cx.policy.version, cx.today)?;
    supersede_broken(draft);
    let reasons = proposal.reasons.clone();
    let id = ArrangementId(draft.ids.fresh());
    let arrangement = proposal.agree(id, cx.facts, cx.now, cx.today);
    draft.say("arrangement.agreed", summary(&arrangement), json!({"arrangement": arrangement, "reasons": reasons}));
    draft.plan.reasons.extend(reasons);
    let covers = arrangement.covers.clone();
    let kind = arrangement.kind;
    draft.change(Change::AddArrangement(cx.facts.account.id, arrangement));
    withdraw_dunning(draft, &covers, kind);
    let decided: Vec<_> = draft.still_open().filter(|task| task.what == DECIDE_NEXT).map(|task| task.id).collect();
    for task in decided {
        draft.close(task);
    }
    Ok(())
}

fn summary(arrangement: &Arrangement) -> String {
    let count = arrangement.installments.len();
    let last = arrangement.installments.last().map(|last| last.due);
    let end = last.map_or_else(String::new, |day| format!(" until {day}"));
    match arrangement.kind {
        ArrangementKind::Installments => format!("Arrangement agreed: {count} payments{end}"),
        ArrangementKind::LumpSum => format!("Lump sum agreed{end}"),
        ArrangementKind::Promise => format!("Promise to pay{end}"),
    }
}

/// A new agreement takes the place of broken ones, which would otherwise be cured by its payments.
fn supersede_broken(draft: &mut Draft<'_>) {
    let cx = draft.cx;
    for old in cx.facts.arrangements.iter().filter(|old| old.cancelled.is_none()) {
        let state = status(old, cx.facts, &cx.policy.arrangement, cx.today).state;
        if state == State::Broken {
            draft.change(Change::CancelArrangement(old.id, cx.now));
            draft.say(
                "arrangement.superseded",
                format!("The broken {} of {} is replaced", old.kind.word(), old.agreed_on),
                json!({"arrangement": old.id}),
            );
        }
    }
}

/// Dunning of covered debt that waits to leave is taken back.
fn withdraw_dunning(draft: &mut Draft<'_>, covers: &[InvoiceId], kind: ArrangementKind) {
    draft.withdraw(&format!("there is a {} now", kind.word()), |intent| {
        !intent.steps.is_empty()
            && intent.steps.iter().all(|step| step.invoice.is_none_or(|invoice| covers.contains(&invoice)))
    });
}

/// Ends an arrangement by a person's hand.
pub(super) fn cancel(mut draft: Draft<'_>, id: ArrangementId, reason: &str) -> Result<Plan, Refusal> {
    let reason = required("reason", reason)?;
    let cx = draft.cx;
    let arrangement = cx
        .facts
        .arrangements
        .iter()
        .find(|one| one.id == id && one.cancelled.is_none())
        .ok_or_else(|| unknown("arrangement", "There is no such arrangement to cancel"))?;
    let now = status(arrangement, cx.facts, &cx.policy.arrangement, cx.today);
    draft.change(Change::CancelArrangement(id, cx.now));
    draft.say(
        "arrangement.cancelled",
        format!("The {} of {} is cancelled", arrangement.kind.word(), arrangement.agreed_on),
        json!({"arrangement": id, "reason": reason, "status": now}),
    );
    draft.reason("ARR-13", "Its debt is dunned again");
    Ok(draft.finish())
}
