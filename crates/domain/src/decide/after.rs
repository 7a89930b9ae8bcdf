//! What a change does to facts in memory: the same as the store does to its rows. A decision looks
//! at it to see what it leaves behind; tests and simulations chain decisions with it.

use crate::facts::Facts;
use crate::plan::Change;

/// Applies one change of this account's plan. Changes of other accounts or customers are left out.
pub fn apply(facts: &mut Facts, change: &Change) {
    let account = facts.account.id;
    match change {
        Change::AddContact(contact) => facts.contacts.push(contact.clone()),
        Change::AddFollowUp(task) if task.account == account => {
            facts.follow_ups.push(task.clone());
        }
        Change::CloseFollowUp(id, _) => facts.follow_ups.retain(|task| task.id != *id),
        Change::MoveFollowUp(id, due) => {
            for task in facts.follow_ups.iter_mut().filter(|task| task.id == *id) {
                task.due = *due;
            }
        }
        Change::AssignFollowUp(id, assignee) => {
            for task in facts.follow_ups.iter_mut().filter(|task| task.id == *id) {
                task.assignee.clone_from(assignee);
            }
        }
        Change::AddArrangement(of, arrangement) if *of == account => {
            facts.arrangements.push(arrangement.clone());
        }
        Change::CancelArrangement(id, at) => {
            for one in facts.arrangements.iter_mut().filter(|one| one.id == *id) {
                one.cancelled = Some(*at);
            }
        }
        Change::PlaceHold(of, hold) if *of == account => facts.holds.push(hold.clone()),
        Change::ReleaseHold(id, at) => {
            for hold in facts.holds.iter_mut().filter(|hold| hold.id == *id) {
                hold.released = Some(*at);
            }
        }
        Change::OpenDispute(of, dispute) if *of == account => {
            facts.disputes.push(dispute.clone());
        }
        Change::ResolveDispute(id, day, how) => {
            for dispute in facts.disputes.iter_mut().filter(|one| one.id == *id) {
                dispute.resolved = Some((*day, how.clone()));
            }
        }
        Change::AddPayment(payment) if payment.account == account => {
            facts.payments.push(payment.clone());
        }
        Change::ReversePayment(id, day) => {
            for payment in facts.payments.iter_mut().filter(|one| one.id == *id) {
                payment.reversed = Some(*day);
            }
        }
        Change::ReplacePayment { recorded, .. } => facts.payments.retain(|one| one.id != *recorded),
        Change::PutContactPoint(of, point) if *of == facts.customer.id => {
            match facts.customer.points.iter_mut().find(|old| old.id == point.id) {
                Some(old) => *old = point.clone(),
                None => facts.customer.points.push(point.clone()),
            }
        }
        Change::RemoveContactPoint(id) => facts.customer.points.retain(|point| point.id != *id),
        Change::SetAddress(of, address) if *of == facts.customer.id => {
            facts.customer.address = address.clone();
        }
        Change::Queue(intent) if intent.account == account => {
            facts.outbox.push((intent.clone(), crate::outbox::State::Queued));
        }
        Change::SetOutbox(id, state) => {
            for (_, old) in facts.outbox.iter_mut().filter(|(intent, _)| intent.id == *id) {
                *old = state.clone();
            }
        }
        Change::TakeStep(of, step) if *of == account => facts.steps.push(step.clone()),
        _ => {}
    }
}
