//! Letters and emails that another part of the program put on their way: a run's, or a message that could
//! not leave yet. Decided there, on facts that may have changed since: looked at here once more.

use crate::facts::Facts;
use crate::outbox::{Intent, State};
use crate::plan::{Change, Plan};
use crate::reason::{Reason, Refusal};

use super::draft::channel;

/// Refused (`OUT-1`) where the same is on its way already or left today, and (`OUT-3`) where an intent
/// has come further than the record knows: a colleague's device was first.
pub fn recorded(facts: &Facts, plan: &Plan) -> Result<(), Refusal> {
    let mut outbox = facts.outbox.clone();
    for change in &plan.changes {
        match change {
            Change::Queue(intent) => {
                if let Some((other, state)) = outbox.iter().find(|(other, state)| is_twin(intent, other, state)) {
                    return Err(doubled(other, state));
                }
                outbox.push((intent.clone(), State::Queued));
            }
            Change::SetOutbox(id, after) => {
                let Some((intent, before)) = outbox.iter_mut().find(|(intent, _)| intent.id == *id) else {
                    // The rows say so by themselves.
                    continue;
                };
                let waits = matches!(before, State::Queued | State::Waiting { .. });
                let leaves = matches!(after, State::Sending { .. } | State::Sent { .. } | State::Unknown { .. });
                if before != after && (!waits || leaves) {
                    let text = format!(
                        "{}: it is {} and can't be {} now",
                        channel(intent.channel),
                        before.word(),
                        after.word()
                    );
                    return Err(Refusal::by(
                        Reason::new("OUT-3", "1", text).with("state", before.word()),
                        "Open the outbox again: it has changed since.",
                    ));
                }
                *before = after.clone();
            }
            _ => {}
        }
    }
    Ok(())
}

/// The same identity, or the same dunning step; without steps, the same text about the same.
fn is_twin(intent: &Intent, other: &Intent, state: &State) -> bool {
    if intent.id == other.id {
        return true;
    }
    let today = matches!(state, State::Sent { .. }) && other.decided.date_naive() == intent.decided.date_naive();
    if !today && !state.is_under_way() {
        return false;
    }
    if intent.steps.is_empty() {
        return (other.channel, &other.template, other.arrangement)
            == (intent.channel, &intent.template, intent.arrangement);
    }
    // What is under way for an invoice holds back its next step too, as in the plan; what left today is only
    // the same step.
    intent.steps.iter().any(|step| {
        let same = |with: &&crate::treatment::StepTaken| with.invoice == step.invoice;
        other.steps.iter().filter(same).any(|with| !today || (&with.plan, &with.level) == (&step.plan, &step.level))
    })
}

fn doubled(other: &Intent, state: &State) -> Refusal {
    let text = format!("{}, {} by {} is {} already", channel(other.channel), other.title(), other.actor, state.word());
    Refusal::by(
        Reason::new("OUT-1", "1", text).with("outbox", other.id),
        "Nothing is sent twice: settle or withdraw the first one.",
    )
}
