//! What the server sends, in the store's words.

use domain::decide::Actor;
use domain::plan::Plan;
use protocol::{CommandResult, Manifest};
use store::{Ground, Incoming, Logged, Place, Verdict};
use sync::ReadPage;

use super::place;

/// A page as the store takes it.
pub(super) fn incoming(page: &ReadPage) -> Incoming {
    Incoming {
        after: place(page.after),
        to: place(page.cursor),
        more: page.more,
        rows: page.rows.clone(),
        remove: page.remove.clone(),
        replace: page.replace.clone(),
        verdicts: page.results.iter().map(verdict).collect(),
        decided: page.last_device_seq,
        durable: page.durable_seq,
        permits: page.permits.iter().map(|permit| (permit.id.0, permit.customer, permit.until)).collect(),
        assigned: page.assigned.as_ref().map(|all| all.iter().map(|one| (one.customer, one.users.clone())).collect()),
    }
}

/// A result as the store keeps it.
pub(super) fn verdict(result: &CommandResult) -> Verdict {
    Verdict {
        device_seq: result.device_seq,
        id: result.id.0,
        seq: result.seq,
        accepted: result.outcome.is_accepted(),
        // A result that was just read can be written.
        body: serde_json::to_string(result).unwrap_or_default(),
    }
}

/// A logged command decided again.
pub(super) fn replayed(logged: &Logged, ground: &Ground<'_>, by: &Actor) -> Result<Plan, String> {
    sync::replay(&logged.body, &ground.facts, ground.policies.iter().map(|published| &published.policy), by)
}

/// A finished snapshot's place.
pub(super) fn place_of(manifest: &Manifest) -> Place {
    place(manifest.cursor)
}
