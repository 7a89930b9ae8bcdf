//! When an outcome wants the next action, by policy, and whether an account has one at all.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::aging::open_items;
use crate::arrangement::active;
use crate::calendar::plus_days;
use crate::contact::{Disposition, FollowUp};
use crate::facts::Facts;
use crate::outbox::State;
use crate::policy::Policy;
use crate::treatment::next_steps;

/// The task that a returned letter leaves; it stays until the address changes.
pub const RETURNED_MAIL: &str = "Find a working address";
/// The task that a returned payment leaves.
pub const RETURNED_PAYMENT: &str = "Call about the returned payment";
/// The task of an account with debt and nothing else to be done on it.
pub const DECIDE_NEXT: &str = "Decide the next step";

/// A wait longer than any plan's level: what is not due by then never will be.
const FAR: u32 = 400;

/// The task is a call, which an attempt answers even when nobody was reached.
#[must_use]
pub fn is_call(task: &FollowUp) -> bool {
    task.what.starts_with("Call")
}

/// The account owes something past due. Disputed debt counts: somebody must work the dispute.
#[must_use]
pub fn owes(facts: &Facts, today: NaiveDate) -> bool {
    open_items(facts, today).iter().any(|item| item.days_past_due > 0)
}

/// Something will bring this account back to somebody's list: a task, an agreement that is watched,
/// a dispute to chase, a letter or email on its way, or a dunning step that falls due one day. An
/// account without past-due debt needs nothing.
#[must_use]
pub fn has_next_action(facts: &Facts, policy: &Policy, today: NaiveDate) -> bool {
    !owes(facts, today) || !next_steps(facts, policy, today).is_empty() || has_later_action(facts, policy, today)
}

/// The same of an account that owes something and has no dunning step due today.
pub(crate) fn has_later_action(facts: &Facts, policy: &Policy, today: NaiveDate) -> bool {
    facts.follow_ups.iter().any(|task| task.done.is_none())
        || facts.open_disputes(today).next().is_some()
        || facts.outbox.iter().any(|(_, state)| is_under_way(state))
        || active(facts, &policy.arrangement, today).is_some()
        || !next_steps(facts, policy, plus_days(today, FAR)).is_empty()
}

/// On its way, or waiting for a person.
fn is_under_way(state: &State) -> bool {
    matches!(
        state,
        State::Queued | State::Sending { .. } | State::Waiting { .. } | State::Printed { .. } | State::Unknown { .. }
    )
}

/// Days until the next action, by outcome.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FollowUpPolicy {
    /// After no answer, busy or a message left.
    pub after_attempt: u32,
    /// After a conversation without a result.
    pub after_conversation: u32,
    /// After the customer says it is paid: time for it to post.
    pub after_says_paid: u32,
    /// After a dispute was raised.
    pub after_dispute: u32,
    /// After a refusal.
    pub after_refusal: u32,
    /// After a wrong or dead number.
    pub after_bad_number: u32,
}

impl Default for FollowUpPolicy {
    fn default() -> Self {
        Self {
            after_attempt: 2,
            after_conversation: 7,
            after_says_paid: 5,
            after_dispute: 5,
            after_refusal: 3,
            after_bad_number: 1,
        }
    }
}

impl FollowUpPolicy {
    /// Days to wait and what to do then. A promise is watched by itself, a call-back has its day.
    #[must_use]
    pub fn next(&self, disposition: Disposition) -> (u32, &'static str) {
        match disposition {
            Disposition::NoAnswer | Disposition::Busy => (self.after_attempt, "Call again"),
            Disposition::LeftMessage => (self.after_attempt, "Call again if there is no reply"),
            Disposition::NotInService | Disposition::WrongNumber => (self.after_bad_number, "Find a working number"),
            Disposition::ThirdParty => (self.after_attempt, "Call again for the right party"),
            Disposition::Spoke => (self.after_conversation, "Follow up on the conversation"),
            Disposition::PromiseToPay => (self.after_says_paid, "Check that the promise was kept"),
            Disposition::SaysPaid => (self.after_says_paid, "Look for the payment"),
            Disposition::Disputes => (self.after_dispute, "Work the dispute"),
            Disposition::RefusesToPay => (self.after_refusal, "Decide on the refusal"),
            Disposition::CallBack => (self.after_attempt, "Call back as asked"),
        }
    }
}
