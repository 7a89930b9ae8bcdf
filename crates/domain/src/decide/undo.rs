//! The command that takes another one back. What took place (contacts, notes, payments, opt-outs)
//! has none: the history is append-only, and a correction is a new entry.

use chrono::NaiveDate;

use super::command::{Command, PutContactPoint, Verdict};
use crate::account::ContactPoint;
use crate::facts::Facts;
use crate::plan::{Change, Plan};

/// Why it is taken back, in the history.
const UNDONE: &str = "undone";

/// The command that undoes `command`, which was decided as `plan` on the facts `before`; none where
/// it can't be undone. It is decided like any other, so it may be refused if things moved on.
#[must_use]
pub fn undo(command: &Command, plan: &Plan, before: &Facts, today: NaiveDate) -> Option<Command> {
    let reason = || UNDONE.to_owned();
    match command {
        Command::Arrange(_) => plan.changes.iter().find_map(|change| match change {
            Change::AddArrangement(_, arrangement) => {
                Some(Command::CancelArrangement { arrangement: arrangement.id, reason: reason() })
            }
            _ => None,
        }),
        Command::OpenDispute { .. } => plan.changes.iter().find_map(|change| match change {
            Change::OpenDispute(_, dispute) => Some(Command::ResolveDispute { dispute: dispute.id, outcome: reason() }),
            _ => None,
        }),
        Command::PlaceHold { .. } => plan.changes.iter().find_map(|change| match change {
            Change::PlaceHold(_, hold) => {
                Some(Command::ReleaseHold { hold: hold.id, reason: reason(), approved_by: None })
            }
            _ => None,
        }),
        Command::AmendHold { hold, .. } => {
            let old = before.holds.iter().find(|one| one.id == *hold)?;
            plan.changes.iter().find_map(|change| match change {
                Change::PlaceHold(_, now) => {
                    Some(Command::AmendHold { hold: now.id, kind: old.kind.clone(), note: old.note.clone() })
                }
                _ => None,
            })
        }
        Command::ScheduleFollowUp { .. } => plan.changes.iter().find_map(|change| match change {
            Change::AddFollowUp(task) => Some(Command::CompleteFollowUp { follow_up: task.id }),
            _ => None,
        }),
        Command::CompleteFollowUp { follow_up } => {
            let task = before.follow_ups.iter().find(|task| task.id == *follow_up)?;
            Some(Command::ScheduleFollowUp {
                due: task.due.max(today),
                what: task.what.clone(),
                assignee: task.assignee.clone(),
            })
        }
        Command::SnoozeFollowUp { follow_up, .. } => {
            let task = before.follow_ups.iter().find(|task| task.id == *follow_up)?;
            Some(Command::SnoozeFollowUp { follow_up: *follow_up, due: task.due.max(today) })
        }
        Command::AssignFollowUp { follow_up, .. } => {
            let task = before.follow_ups.iter().find(|task| task.id == *follow_up)?;
            Some(Command::AssignFollowUp { follow_up: *follow_up, to: task.assignee.clone() })
        }
        Command::PutContactPoint(asked) => match asked.id {
            Some(id) => {
                let old = before.customer.points.iter().find(|point| point.id == id)?;
                Some(Command::PutContactPoint(as_typed(old, true)))
            }
            None => plan.changes.iter().find_map(|change| match change {
                Change::PutContactPoint(_, point) => Some(Command::RemoveContactPoint { point: point.id }),
                _ => None,
            }),
        },
        Command::RemoveContactPoint { point } => {
            let old = before.customer.points.iter().find(|one| one.id == *point)?;
            Some(Command::PutContactPoint(as_typed(old, false)))
        }
        Command::SetAddress { .. } => {
            let address = before.customer.address.clone();
            address.is_mailable().then_some(Command::SetAddress { address })
        }
        Command::QueueLetter { .. } | Command::QueueEmail { .. } => {
            plan.changes.iter().find_map(|change| match change {
                Change::Queue(intent) => {
                    Some(Command::SettleOutbox { outbox: intent.id, verdict: Verdict::Withdraw { why: reason() } })
                }
                _ => None,
            })
        }
        Command::RecordContact(_)
        | Command::AddNote { .. }
        | Command::CorrectContact { .. }
        | Command::CancelArrangement { .. }
        | Command::ResolveDispute { .. }
        | Command::ReleaseHold { .. }
        | Command::RecordPayment(_)
        | Command::ReversePayment { .. }
        | Command::OptOut { .. }
        | Command::SettleOutbox { .. }
        | Command::Approve { .. }
        | Command::ApproveOrder { .. }
        | Command::RecordNotice { .. }
        | Command::ReturnMail { .. } => None,
    }
}

fn as_typed(point: &ContactPoint, same: bool) -> PutContactPoint {
    PutContactPoint {
        id: same.then_some(point.id),
        kind: point.kind,
        value: point.value.clone(),
        label: point.label.clone(),
        bad: point.bad,
        consented: point.consented,
    }
}
