//! The one brain. A device decides a command for now, the server for good; both here.

use domain::compliance::zone::local_date;
use domain::decide::{Actor, settle};
use domain::facts::Facts;
use domain::plan::Plan;
use domain::policy::Policy;
use domain::reason::{Reason, Refusal};

use crate::command::{Act, Envelope};
use crate::ids::CommandIds;

/// Decides a command on facts. The moment, the customer's date and every new id come from the
/// command, so that a replay on the same facts gives the same plan, row for row.
///
/// `by` is whom the server's token names, or the device's user; never taken from the command.
pub fn decide(command: &Envelope, facts: &Facts, policy: &Policy, by: &Actor) -> Result<Plan, Refusal> {
    let now = command.clock.moment();
    let today = local_date(&facts.customer, now);
    let mut ids = CommandIds::new(command.id);
    let act = command.act().map_err(|error| {
        Refusal::by(Reason::new("SYN-1", "1", format!("{error}.")), "Update Dunlin on this device and try again.")
    })?;
    if let Some(why) = act.misfit() {
        return Err(Refusal::by(Reason::new("SYN-2", "1", why), "Update Dunlin on this device and try again."));
    }
    match act {
        Act::Decide { command, .. } => domain::decide::decide(facts, policy, command, by, now, today, &mut ids),
        Act::Settle { outbox, event, .. } => settle(facts, policy, (outbox, event), by, now, today, &mut ids),
        Act::Record { plan, .. } => Ok(plan),
    }
}

/// The policy that a command is decided by: the version it names, where it is known; else the newest
/// in force at its moment; else the first that is given. `policies` come newest first. Device and
/// server choose alike.
#[must_use]
pub fn policy_for<'a>(command: &Envelope, policies: impl Iterator<Item = &'a Policy> + Clone) -> Option<&'a Policy> {
    let on = command.clock.moment().date_naive();
    let mut all = policies.clone();
    let mut in_force = policies.clone();
    all.find(|policy| policy.version == command.policy_version)
        .or_else(|| in_force.find(|policy| policy.effective_from <= on))
        .or_else(|| policies.last())
}
