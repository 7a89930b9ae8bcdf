//! What a command does to an account, or why it may not: the one door through which a person's acts
//! reach the facts.
//!
//! A plan says which rows change, what the history keeps and which rules spoke; nothing is written
//! here. What took place (a call, a note, a request to cease) is never refused; what asks for
//! something is refused with the field or the rule that is against it. No plan leaves an account
//! with past-due debt and nothing to be done on it.
//!
//! Whether a letter, email or call may leave *now* is not decided here: that is the compliance
//! gate's, on fresh facts, at the moment it leaves.

mod after;
mod agree;
mod approve;
mod brought;
mod cash;
mod command;
mod contact;
mod draft;
mod outgoing;
mod pause;
mod reach;
mod recorded;
mod task;
mod undo;

use chrono::{DateTime, NaiveDate, Utc};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

pub use self::after::apply;
pub use self::brought::brought;
pub use self::command::{Apply, Command, Promised, PutContactPoint, RecordContact, RecordPayment, Verdict};
use self::draft::{Context, Draft};
pub use self::outgoing::settle;
pub(crate) use self::pause::word as hold_word;
pub use self::recorded::recorded;
pub use self::undo::undo;
use crate::facts::Facts;
use crate::ids::IdSource;
use crate::plan::Plan;
use crate::policy::Policy;
use crate::reason::Refusal;

/// Who decides.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Works accounts within policy.
    #[default]
    Specialist,
    /// Approves exceptions.
    Supervisor,
}

/// The person at the keyboard.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Actor {
    /// As the history names them.
    pub name: String,
    /// What they may approve.
    pub role: Role,
    /// Balance up to which they arrange alone, where it differs from the policy's.
    #[serde(default)]
    pub authority: Option<Decimal>,
}

impl Actor {
    /// A specialist with the policy's authority.
    #[must_use]
    pub fn specialist(name: impl Into<String>) -> Self {
        Self { name: name.into(), role: Role::Specialist, authority: None }
    }

    /// A supervisor.
    #[must_use]
    pub fn supervisor(name: impl Into<String>) -> Self {
        Self { role: Role::Supervisor, ..Self::specialist(name) }
    }

    /// Who approves an exception: a supervisor approves their own act, a specialist names somebody
    /// else. A name that is the specialist's own is no approval.
    #[must_use]
    pub fn approver(&self, named: Option<&str>) -> Option<String> {
        let named = named.map(str::trim).filter(|name| !name.is_empty());
        match self.role {
            Role::Supervisor => Some(named.unwrap_or(&self.name).to_owned()),
            Role::Specialist => {
                named.filter(|name| name.to_lowercase() != self.name.trim().to_lowercase()).map(str::to_owned)
            }
        }
    }
}

/// Decides a command on an account. `now` is the moment, `today` the customer's date then.
///
/// Refused are only requests, with every rule that is against them; see the rule ids in
/// [`crate::arrangement`] (`ARR-*`), and here: `FORM-1` a text is missing, `FORM-2` an amount,
/// `FORM-3` a date, `FORM-4` a number, email or postal address, `FORM-5` something that is not on
/// the account, `HLD-*` holds, `DIS-*` disputes, `PAY-*` payments, `PTS-*` contact points, `OUT-*`
/// the outbox, `APR-*` approvals.
pub fn decide(
    facts: &Facts,
    policy: &Policy,
    command: Command,
    by: &Actor,
    now: DateTime<Utc>,
    today: NaiveDate,
    ids: &mut dyn IdSource,
) -> Result<Plan, Refusal> {
    let cx = Context { facts, policy, by, now, today };
    let draft = Draft::new(cx, ids);
    match command {
        Command::RecordContact(contact) => Ok(contact::record(draft, &contact)),
        Command::AddNote { note } => contact::note(draft, &note),
        Command::CorrectContact { corrects, note, disposition } => {
            contact::correct(draft, corrects, &note, disposition)
        }
        Command::Arrange(terms) => agree::arrange(draft, terms),
        Command::CancelArrangement { arrangement, reason } => agree::cancel(draft, arrangement, &reason),
        Command::OpenDispute { invoice, amount, reason, written } => {
            pause::open_dispute(draft, invoice, amount, &reason, written)
        }
        Command::ResolveDispute { dispute, outcome } => pause::resolve_dispute(draft, dispute, &outcome),
        Command::PlaceHold { hold, note, until } => pause::place(draft, hold, &note, until),
        Command::AmendHold { hold, kind, note } => pause::amend(draft, hold, kind, &note),
        Command::ReleaseHold { hold, reason, approved_by } => {
            pause::release(draft, hold, &reason, approved_by.as_deref())
        }
        Command::RecordPayment(payment) => cash::record(draft, &payment),
        Command::ReversePayment { payment, on, reason } => cash::reverse(draft, payment, on, &reason),
        Command::ScheduleFollowUp { due, what, assignee } => task::schedule(draft, due, &what, assignee.as_deref()),
        Command::CompleteFollowUp { follow_up } => task::complete(draft, follow_up),
        Command::SnoozeFollowUp { follow_up, due } => task::snooze(draft, follow_up, due),
        Command::AssignFollowUp { follow_up, to } => task::assign(draft, follow_up, to.as_deref()),
        Command::PutContactPoint(point) => reach::put(draft, &point),
        Command::RemoveContactPoint { point } => reach::remove(draft, point),
        Command::SetAddress { address } => reach::set_address(draft, &address),
        Command::OptOut { point } => reach::opt_out(draft, point),
        Command::QueueLetter { template, arrangement } => outgoing::letter(draft, &template, arrangement),
        Command::QueueEmail { template, to, arrangement } => outgoing::email(draft, &template, &to, arrangement),
        Command::RecordNotice { sent } => outgoing::notice(draft, sent),
        Command::SettleOutbox { outbox, verdict } => outgoing::verdict(draft, outbox, verdict),
        Command::Approve { medium, approved_by, role, reason } => {
            approve::approve(draft, medium, approved_by.as_deref(), role, &reason)
        }
        Command::ApproveOrder { order, service, approved_by, role, reason } => {
            approve::order(draft, (order, service), approved_by.as_deref(), role, &reason)
        }
        Command::ReturnMail { outbox, note } => Ok(outgoing::returned(draft, outbox, &note)),
    }
}
