//! The outbox: what waits to leave, and what became of it. An intent says what should leave; it is
//! never a clearance: the gate looks again at the moment it leaves.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::ids::{AccountId, ArrangementId, OutboxId, RunId};
use crate::template::Kind;
use crate::treatment::StepTaken;

/// What should leave.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Intent {
    /// Identity.
    pub id: OutboxId,
    /// On which account.
    pub account: AccountId,
    /// Letter or email.
    pub channel: Channel,
    /// The template to fill, by key: `dunning_1`, `arrangement_confirmation`.
    pub template: String,
    /// The run that proposed it; none for a one-off.
    pub run: Option<RunId>,
    /// The arrangement it tells about.
    pub arrangement: Option<ArrangementId>,
    /// Dunning steps that count as taken once it left.
    pub steps: Vec<StepTaken>,
    /// Email address to write to; letters go to the customer's address.
    pub to: Option<String>,
    /// When it was decided.
    pub decided: DateTime<Utc>,
    /// Who decided it.
    pub actor: String,
}

impl Intent {
    /// For people, in a sentence: "payment reminder".
    #[must_use]
    pub fn title(&self) -> String {
        Kind::of_key(&self.template).map_or_else(|| self.template.clone(), |kind| kind.title().to_lowercase())
    }
}

/// By which way it leaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Channel {
    /// Printed and mailed.
    Letter,
    /// SMTP.
    Email,
}

/// Where an intent stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "state")]
pub enum State {
    /// Waits to leave.
    Queued,
    /// Being handed over; found after a crash it becomes `Unknown`.
    Sending {
        /// Since when.
        since: DateTime<Utc>,
        /// Failed tries before this one.
        tries: u32,
    },
    /// A temporary failure (SMTP 4xx, no network): tried again by itself.
    Waiting {
        /// Failed tries so far.
        tries: u32,
        /// Not before.
        next_try: DateTime<Utc>,
        /// What the server said.
        why: String,
    },
    /// Printed; waits for the *mailed* confirmation.
    Printed {
        /// When.
        at: DateTime<Utc>,
    },
    /// Left: accepted by the mail server, or mailed.
    Sent {
        /// When.
        at: DateTime<Utc>,
    },
    /// Nobody knows whether it left: a person decides.
    Unknown {
        /// Since when.
        since: DateTime<Utc>,
        /// What interrupted it.
        why: String,
    },
    /// A permanent failure (SMTP 5xx) or a refusal by the gate: not tried again.
    Stopped {
        /// When.
        at: DateTime<Utc>,
        /// Why.
        why: String,
    },
    /// Taken back by a person, or overtaken by a payment.
    Cancelled {
        /// When.
        at: DateTime<Utc>,
        /// Why.
        why: String,
    },
}

/// What happened to an intent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Event {
    /// Handed to the transport.
    Started,
    /// Accepted.
    Accepted,
    /// Certainly not accepted; worth another try.
    Deferred(String),
    /// Certainly not accepted; no use trying again.
    Rejected(String),
    /// The connection broke after the message may have been accepted.
    Lost(String),
    /// Rendered into a run's file.
    Printed,
    /// A person says it left.
    SaidSent,
    /// A person says it did not leave: send it again.
    SaidNotSent,
    /// A person, or a payment, takes it back.
    Withdrawn(String),
    /// The program starts and finds it so.
    Found,
}

/// An event that can't happen in a state.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("it is {state} and can't be {event} now")]
pub struct OutOfOrder {
    /// The present state's word.
    pub state: &'static str,
    /// The event's word.
    pub event: &'static str,
}

/// Tries after which a deferred message stops and waits for a person.
pub const MAX_TRIES: u32 = 8;

impl State {
    /// The state's word.
    #[must_use]
    pub fn word(&self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Sending { .. } => "sending",
            Self::Waiting { .. } => "waiting",
            Self::Printed { .. } => "printed",
            Self::Sent { .. } => "sent",
            Self::Unknown { .. } => "unknown",
            Self::Stopped { .. } => "stopped",
            Self::Cancelled { .. } => "cancelled",
        }
    }

    /// When it came to that state, where the state says so; what waits says until when.
    #[must_use]
    pub fn moment(&self) -> Option<DateTime<Utc>> {
        match self {
            Self::Queued => None,
            Self::Waiting { next_try: at, .. }
            | Self::Sending { since: at, .. }
            | Self::Printed { at }
            | Self::Sent { at }
            | Self::Unknown { since: at, .. }
            | Self::Stopped { at, .. }
            | Self::Cancelled { at, .. } => Some(*at),
        }
    }

    /// Came to its end: left, or was taken back.
    #[must_use]
    pub fn is_over(&self) -> bool {
        matches!(self, Self::Sent { .. } | Self::Cancelled { .. })
    }

    /// Not sent and not given up.
    #[must_use]
    pub fn is_under_way(&self) -> bool {
        !self.is_over() && !matches!(self, Self::Stopped { .. })
    }

    /// Can leave at that moment.
    #[must_use]
    pub fn is_ready(&self, now: DateTime<Utc>) -> bool {
        match self {
            Self::Queued => true,
            Self::Waiting { next_try, .. } => *next_try <= now,
            _ => false,
        }
    }

    /// The state after an event. Tries double from one minute up to four hours apart.
    pub fn after(self, event: Event, now: DateTime<Utc>) -> Result<Self, OutOfOrder> {
        let tries = match &self {
            Self::Waiting { tries, .. } | Self::Sending { tries, .. } => *tries,
            _ => 0,
        };
        match (self, event) {
            (Self::Queued | Self::Waiting { .. }, Event::Started) => Ok(Self::Sending { since: now, tries }),
            (Self::Queued, Event::Printed) => Ok(Self::Printed { at: now }),
            (Self::Sending { .. }, Event::Accepted)
            | (Self::Unknown { .. } | Self::Printed { .. }, Event::SaidSent) => Ok(Self::Sent { at: now }),
            (Self::Queued | Self::Waiting { .. } | Self::Sending { .. }, Event::Deferred(why)) => {
                Ok(Self::deferred(tries, why, now))
            }
            (Self::Queued | Self::Waiting { .. } | Self::Sending { .. }, Event::Rejected(why)) => {
                Ok(Self::Stopped { at: now, why })
            }
            (Self::Sending { .. }, Event::Lost(why)) => Ok(Self::Unknown { since: now, why }),
            (Self::Sending { since, .. }, Event::Found) => {
                Ok(Self::Unknown { since, why: "Dunlin stopped while it was being sent".to_owned() })
            }
            (state, Event::Found) => Ok(state),
            (Self::Unknown { .. } | Self::Stopped { .. } | Self::Printed { .. }, Event::SaidNotSent) => {
                Ok(Self::Queued)
            }
            (
                Self::Queued
                | Self::Waiting { .. }
                | Self::Printed { .. }
                | Self::Unknown { .. }
                | Self::Stopped { .. },
                Event::Withdrawn(why),
            ) => Ok(Self::Cancelled { at: now, why }),
            (state, event) => Err(OutOfOrder { state: state.word(), event: event.word() }),
        }
    }

    fn deferred(tries: u32, why: String, now: DateTime<Utc>) -> Self {
        let tries = tries + 1;
        if tries >= MAX_TRIES {
            return Self::Stopped { at: now, why: format!("{why} (given up after {tries} tries)") };
        }
        let minutes = (1_i64 << (tries - 1).min(8)).min(240);
        Self::Waiting { tries, next_try: now + chrono::TimeDelta::minutes(minutes), why }
    }
}

impl Event {
    fn word(&self) -> &'static str {
        match self {
            Self::Started => "started",
            Self::Accepted => "accepted",
            Self::Deferred(_) => "deferred",
            Self::Rejected(_) => "rejected",
            Self::Lost(_) => "lost",
            Self::Printed => "printed",
            Self::SaidSent => "confirmed",
            Self::SaidNotSent => "sent again",
            Self::Withdrawn(_) => "withdrawn",
            Self::Found => "found",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(minute: i64) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + chrono::TimeDelta::minutes(minute)
    }

    #[test]
    fn a_crash_between_sending_and_sent_asks_and_never_resends() {
        let sending = State::Queued.after(Event::Started, at(0)).expect("starts");
        let found = sending.after(Event::Found, at(9)).expect("found");
        assert!(matches!(&found, State::Unknown { since, .. } if *since == at(0)));
        assert!(!found.is_ready(at(99_999)));
        assert_eq!(found.clone().after(Event::Started, at(10)).expect_err("no").state, "unknown");
        assert_eq!(found.after(Event::SaidNotSent, at(10)), Ok(State::Queued));
    }

    #[test]
    fn tries_are_counted_through_sending_and_end_with_a_person() {
        let mut state = State::Queued;
        let mut now = at(0);
        for tries in 1..MAX_TRIES {
            assert!(state.is_ready(now));
            state = state.after(Event::Started, now).expect("starts");
            state = state.after(Event::Deferred("451 busy".into()), now).expect("defers");
            let State::Waiting { tries: counted, next_try, .. } = &state else { panic!("{state:?}") };
            assert_eq!(*counted, tries);
            assert!(*next_try > now);
            now = *next_try;
        }
        state = state.after(Event::Started, now).expect("starts");
        state = state.after(Event::Deferred("451 busy".into()), now).expect("ends");
        assert!(matches!(state, State::Stopped { .. }));
    }

    #[test]
    fn what_left_stays_left() {
        let sent = State::Sent { at: at(0) };
        for event in [Event::Started, Event::SaidNotSent, Event::Withdrawn("x".into()), Event::Printed] {
            assert!(sent.clone().after(event, at(1)).is_err());
        }
    }
}
