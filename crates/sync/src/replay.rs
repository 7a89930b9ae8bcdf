//! Deciding a logged command again on the device: what the store's rebase asks for.

use domain::decide::Actor;
use domain::facts::Facts;
use domain::plan::Plan;
use domain::policy::Policy;
use protocol::{Envelope, decide, policy_for};

/// A command that means nothing, in the place of one whose account left the device: a restored server
/// that asks for the numbers gets them, and no words. None when it can't be read.
#[must_use]
pub fn blank(body: &str) -> Option<String> {
    let command: Envelope = serde_json::from_str(body).ok()?;
    serde_json::to_string(&command.emptied()?).ok()
}

/// Decides a logged command on facts as they are now: the plan, or in words why there is none. Sends
/// nothing, whatever the command was, and reads what an older version of the program logged.
pub fn replay<'a>(
    body: &str,
    facts: &Facts,
    policies: impl Iterator<Item = &'a Policy> + Clone,
    by: &Actor,
) -> Result<Plan, String> {
    let command: Envelope = serde_json::from_str(body).map_err(|error| format!("It can't be read: {error}"))?;
    decided(&command, facts, policies, by)
}

/// The same of a command that was read already.
pub fn decided<'a>(
    command: &Envelope,
    facts: &Facts,
    policies: impl Iterator<Item = &'a Policy> + Clone,
    by: &Actor,
) -> Result<Plan, String> {
    let standard = Policy::standard();
    let policy = policy_for(command, policies).unwrap_or(&standard);
    decide(command, facts, policy, by).map_err(|refusal| refusal.message)
}
