//! One command put to the one brain, on rows that are locked.

use std::panic::{AssertUnwindSafe, catch_unwind};

use chrono::{DateTime, Datelike as _, TimeDelta, Utc};
use domain::arrangement::is_insulating;
use domain::compliance::{self, Purpose, local_date};
use domain::contact::{Direction, Medium};
use domain::decide::{Actor, Command};
use domain::facts::Facts;
use domain::ids::AccountId;
use domain::plan::Change;
use domain::policy::Policy;
use domain::reason::{Reason, Refusal};
use domain::row::{Row, Table};
use domain::rows::RowSet;
use protocol::{Act, Clock, Envelope};

/// What became of it.
pub enum Decided {
    /// Done: the rows as they are now, history entries among them, and what a person should know.
    Accepted {
        /// Changed rows.
        rows: Vec<Row>,
        /// Arrangements of the account that are in force, when any arrangement changed.
        live: Option<Vec<String>>,
        /// Flags.
        flags: Vec<Reason>,
    },
    /// Not done.
    Refused(Refusal),
    /// It broke the program: kept for a person.
    Broken(String),
}

/// Whether the user works the customer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// Now.
    Works,
    /// Before: what took place then is recorded, nothing more.
    Worked,
    /// Never, or there is no such account.
    Never,
}

const RULE: &str = "1";

fn flag(rule: &'static str, text: impl Into<String>) -> Reason {
    Reason::new(rule, RULE, text)
}

/// Our own call or voicemail, which counts against the caps.
pub fn is_call(act: &Act) -> bool {
    matches!(act, Act::Decide { command: Command::RecordContact(contact), .. }
        if contact.direction == Direction::Outbound
            && matches!(contact.medium, Medium::Call | Medium::Voicemail)
            && contact.disposition.is_none_or(domain::contact::Disposition::counts_as_call))
}

/// Whether databases and people can do with that moment. A clock that is wrong is flagged and stops nothing;
/// this is no clock any more.
#[must_use]
pub fn is_storable(moment: DateTime<Utc>) -> bool {
    (1900..=9999).contains(&moment.year())
}

/// Decides a command and takes its plan into the rows.
#[must_use]
pub fn decide(
    envelope: &Envelope,
    act: &Act,
    scope: Scope,
    rows: Option<&mut RowSet>,
    policy: &Policy,
    by: &Actor,
    now: DateTime<Utc>,
) -> Decided {
    let not_yours = || {
        Decided::Refused(Refusal::by(
            flag("SYN-5", "This account is not among yours"),
            "Ask your supervisor who works it now.",
        ))
    };
    let account = act.account();
    let moment = envelope.clock.moment();
    let (Some(rows), Scope::Works | Scope::Worked) = (rows, scope) else {
        return not_yours();
    };
    let mut flags = skew(envelope, now);
    if scope == Scope::Worked {
        if !act.is_fact() {
            return not_yours();
        }
        flags.push(flag("SYN-6", "The account was another's already when this arrived; it is recorded all the same"));
    }
    let Some(facts) = rows.facts(account, moment) else {
        return not_yours();
    };
    if is_call(act) {
        flags.extend(frequency(&facts, policy, moment));
    }
    if let Some(name) = signed_by_another(act, by) {
        return Decided::Refused(Refusal::by(
            flag("SYN-9", format!("It is written in the name of {name}, and {} sent it", by.name)),
            "Sign in as yourself and do it again.",
        ));
    }
    // A bug in a decision must not stop a device's queue: it is caught and kept for a person.
    let plan = match catch_unwind(AssertUnwindSafe(|| protocol::decide(envelope, &facts, policy, by))) {
        Ok(Ok(plan)) => plan,
        Ok(Err(refusal)) => return Decided::Refused(refusal),
        Err(_) => return Decided::Broken("The decision failed; the server's log says where".to_owned()),
    };
    match rows.apply(&plan) {
        Err(misfit) => Decided::Refused(Refusal::by(
            flag("SYN-7", format!("Meanwhile {misfit}")),
            "Look at the account as it is now, and do it again if it still applies.",
        )),
        Ok(changed) => {
            let live = changed
                .iter()
                .any(|row| row.table() == Table::Arrangement)
                .then(|| live(rows, account, policy, moment));
            Decided::Accepted { rows: changed, live, flags }
        }
    }
}

/// A name in a letter run's record that is not the caller's. Decisions take the name from the token; a
/// record brings its own rows.
fn signed_by_another<'a>(act: &'a Act, by: &Actor) -> Option<&'a str> {
    let Act::Record { plan, .. } = act else { return None };
    let entries = plan.history.iter().map(|entry| entry.actor.as_str());
    let intents = plan.changes.iter().filter_map(|change| match change {
        Change::Queue(intent) => Some(intent.actor.as_str()),
        _ => None,
    });
    entries.chain(intents).find(|name| *name != by.name)
}

fn live(rows: &RowSet, account: AccountId, policy: &Policy, moment: DateTime<Utc>) -> Vec<String> {
    let Some(facts) = rows.facts(account, moment) else {
        return Vec::new();
    };
    let today = local_date(&facts.customer, moment);
    facts
        .arrangements
        .iter()
        .filter(|one| one.cancelled.is_none() && is_insulating(one, &facts, &policy.arrangement, today))
        .map(|one| one.id.to_string())
        .collect()
}

/// What the frequency rules say against a call at that moment.
#[must_use]
pub fn frequency(facts: &Facts, policy: &Policy, moment: DateTime<Utc>) -> Vec<Reason> {
    let call = compliance::Act::Call { point: None, purpose: Purpose::Dunning };
    compliance::verdict(&call, facts, policy, moment)
        .findings
        .into_iter()
        .filter(|finding| !finding.permits() && finding.reason.rule.starts_with("FRQ-"))
        .map(|finding| finding.reason)
        .collect()
}

/// Most by which a device's clock may differ without a word.
const SKEW: TimeDelta = TimeDelta::minutes(2);

/// What to say when the device's clock was set back since the command before in the same push.
#[must_use]
pub fn set_back(clock: &Clock, before: Option<&Clock>) -> Option<Reason> {
    let back = before.map(|before| clock.set_back_since(before)).filter(|back| *back > SKEW)?;
    let text = format!("The device's clock was set back by {} s since the command before", back.num_seconds());
    Some(flag("SYN-4", text).with("set_back_ms", back.num_milliseconds()))
}

fn skew(envelope: &Envelope, now: DateTime<Utc>) -> Vec<Reason> {
    let measured = envelope.clock.offset_ms.and_then(TimeDelta::try_milliseconds).filter(|skew| skew.abs() > SKEW);
    let ahead = envelope.clock.moment() - now;
    let mut flags = Vec::new();
    if let Some(skew) = measured {
        flags.push(
            flag("SYN-4", format!("The device's clock was {} s off; it was set right by that", skew.num_seconds()))
                .with("offset_ms", skew.num_milliseconds()),
        );
    }
    if ahead > SKEW {
        flags.push(
            flag("SYN-4", format!("By the device's clock this lies {} s in the future", ahead.num_seconds()))
                .with("occurred_at", envelope.clock.occurred_at.to_rfc3339()),
        );
    }
    flags
}
