//! The one brain. A device decides a command for now, the server for good; both here.

use chrono::{DateTime, Utc};
use domain::account::ServiceState;
use domain::compliance::zone::local_date;
use domain::decide::{Actor, recorded, settle};
use domain::facts::Facts;
use domain::history::Entry;
use domain::ids::{HistoryId, IdSource};
use domain::plan::Plan;
use domain::policy::Policy;
use domain::reason::{Reason, Refusal};
use domain::service_order::{OrderKind, ServiceOrder};
use serde_json::json;

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
        Act::Record { plan, .. } => recorded(facts, &plan).map(|()| plan),
        Act::Order { order } => ordered(&order, facts, by, now, &mut ids),
    }
}

/// A service order is asked for: kept in the history, and left to the server. The gate is asked when
/// it is released and again when it is dispatched, on what is known then.
pub fn ordered(
    order: &ServiceOrder,
    facts: &Facts,
    by: &Actor,
    now: DateTime<Utc>,
    ids: &mut dyn IdSource,
) -> Result<Plan, Refusal> {
    let refuse = |text: &str| {
        Err(Refusal::by(Reason::new("SYN-10", "1", text), "Look at the account's services as they are now."))
    };
    let Some(service) = facts.services.iter().find(|service| service.id == order.service) else {
        return refuse("The service is not on this account");
    };
    let words = match order.kind {
        OrderKind::Suspend => "suspend",
        OrderKind::Terminate => "terminate",
        OrderKind::Restore => "restore",
        OrderKind::EquipmentPickup => "pick up the equipment of",
    };
    let done = match order.kind {
        OrderKind::Suspend => service.state != ServiceState::Active,
        OrderKind::Terminate => service.state == ServiceState::Terminated,
        OrderKind::Restore => service.state != ServiceState::Suspended,
        OrderKind::EquipmentPickup => false,
    };
    if done {
        return refuse("The order does not fit the service's state");
    }
    let entry = Entry {
        id: HistoryId(ids.fresh()),
        at: now,
        actor: by.name.clone(),
        account: Some(order.account),
        kind: "order.requested".to_owned(),
        summary: format!("Asked to {words} {} {}", service.product, service.identifier),
        detail: json!({ "order": order }),
    };
    Ok(Plan { history: vec![entry], ..Plan::default() })
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
