//! When an outcome wants the next action, by policy.

use serde::{Deserialize, Serialize};

use crate::contact::Disposition;

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
            Disposition::NotInService | Disposition::WrongNumber => {
                (self.after_bad_number, "Find a working number")
            }
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
