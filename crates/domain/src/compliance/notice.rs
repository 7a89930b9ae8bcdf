//! Where an account stands with its validation notice (12 CFR 1006.34): when the debt was first
//! communicated about, when the notice went out and whether it came back, and when the period to
//! dispute ends. All of it is read from the contact log and the outbox; nothing is kept twice.

use chrono::{DateTime, NaiveDate, Utc};

use super::rules::validation::{Sending, val_3};
use super::verdict::Finding;
use super::zone::local_date;
use crate::calendar::Calendar;
use crate::contact::{Contact, Direction, Disposition, Medium};
use crate::facts::{Facts, KEPT_TEMPLATE};
use crate::outbox::State;

/// What is recorded about an account's validation notice.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct NoticeState {
    /// Day of the initial communication about the debt, by us or answered by us.
    pub initial: Option<NaiveDate>,
    /// Day on which a notice was sent first.
    pub first_sent: Option<NaiveDate>,
    /// Day on which it was sent last.
    pub last_sent: Option<NaiveDate>,
    /// Day on which the last one came back.
    pub returned: Option<NaiveDate>,
    /// One is queued, printed, in doubt, or stopped and waits for a person.
    pub under_way: bool,
}

impl NoticeState {
    /// Read from what was recorded up to `now`.
    #[must_use]
    pub fn of(facts: &Facts, now: DateTime<Utc>) -> Self {
        let mut state = Self::default();
        for (intent, at) in facts.outbox.iter().filter(|(intent, _)| intent.template == KEPT_TEMPLATE) {
            match at {
                State::Sent { at } if *at <= now => {
                    let on = local_date(&facts.customer, *at);
                    state.first_sent = Some(state.first_sent.map_or(on, |first| first.min(on)));
                    state.last_sent = Some(state.last_sent.map_or(on, |last| last.max(on)));
                }
                State::Cancelled { .. } | State::Sent { .. } => {}
                _ => state.under_way |= intent.decided <= now,
            }
        }
        let corrected = facts.contacts.iter().any(|entry| entry.corrects.is_some());
        let stands = |entry: &&Contact| {
            entry.account == facts.account.id
                && entry.at <= now
                && !(corrected && facts.contacts.iter().any(|other| other.corrects == Some(entry.id)))
        };
        for entry in facts.contacts.iter().filter(stands) {
            if communicates(entry) {
                state.initial = Some(state.initial.map_or(entry.local_date, |first| first.min(entry.local_date)));
            }
        }
        // Which letter came back is not told apart: any that does within the period may be the notice.
        if let Some(sent) = state.last_sent {
            let until = end_of(sent);
            let came_back = facts.contacts.iter().filter(stands).filter(|entry| is_returned(entry));
            state.returned = came_back
                .map(|entry| entry.local_date)
                .filter(|on| *on >= sent && until.is_none_or(|end| *on <= end))
                .max();
        }
        state
    }

    /// A notice was sent and, for all that is known, arrived.
    #[must_use]
    pub fn is_sent(&self) -> bool {
        self.last_sent.is_some() && self.returned.is_none()
    }

    /// The last day of the validation period; none while no notice was sent, an answer of its own
    /// where the notice came back and was not sent again.
    pub fn end(&self) -> Result<Option<NaiveDate>, Box<Finding>> {
        let Some(sent) = self.last_sent else {
            return Ok(None);
        };
        let sending = Sending { sent, returned: self.returned, resent: None, receipt: None };
        val_3(sending, Calendar::Federal).map(Some)
    }
}

fn end_of(sent: NaiveDate) -> Option<NaiveDate> {
    val_3(Sending { sent, returned: None, resent: None, receipt: None }, Calendar::Federal).ok()
}

fn is_returned(entry: &Contact) -> bool {
    entry.medium == Medium::Letter
        && entry.direction == Direction::Inbound
        && entry.disposition == Some(Disposition::NotInService)
}

/// Conveys something about the debt to the consumer (12 CFR 1006.2(d)): what we wrote, and a
/// conversation, whoever began it. An attempt, and a voicemail of limited content, does not.
fn communicates(entry: &Contact) -> bool {
    let spoke = entry.disposition.is_some_and(Disposition::is_right_party);
    match (entry.medium, entry.direction) {
        (Medium::Letter | Medium::Email | Medium::Text, Direction::Outbound) => true,
        (Medium::Call, Direction::Inbound) => spoke || entry.disposition.is_none(),
        (Medium::Call | Medium::Visit, _) => spoke,
        _ => false,
    }
}
