//! Deciding a logged command again on the device: what the store's rebase asks for.

use domain::decide::Actor;
use domain::facts::Facts;
use domain::plan::Plan;
use domain::policy::Policy;
use protocol::{Envelope, decide, policy_for};

/// Decides a logged command on facts as they are now: the plan, or in words why there is none. Sends
/// nothing, whatever the command was.
pub fn replay<'a>(
    body: &str,
    facts: &Facts,
    policies: impl Iterator<Item = &'a Policy> + Clone,
    by: &Actor,
) -> Result<Plan, String> {
    let command: Envelope = serde_json::from_str(body).map_err(|error| format!("It can't be read: {error}"))?;
    let standard = Policy::standard();
    let policy = policy_for(&command, policies).unwrap_or(&standard);
    decide(&command, facts, policy, by).map_err(|refusal| refusal.message)
}
