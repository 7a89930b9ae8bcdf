//! Follow-ups by a person's hand.

use chrono::NaiveDate;
use serde_json::json;

use super::contact::not_past;
use super::draft::{Draft, required, unknown};
use crate::contact::FollowUp;
use crate::ids::FollowUpId;
use crate::plan::{Change, Plan};
use crate::reason::Refusal;

/// Something to do on a day.
pub(super) fn schedule(mut draft: Draft<'_>, due: NaiveDate, what: &str) -> Result<Plan, Refusal> {
    let what = required("what", what)?;
    let due = not_past("due", due, draft.cx.today)?;
    draft.follow_up(due, what, "scheduled by hand");
    draft.say("follow_up.scheduled", format!("Follow-up on {due}"), json!({"due": due, "what": what}));
    Ok(draft.finish())
}

/// It is done. Debt that would be left with nothing to be done on it gets a next task.
pub(super) fn complete(mut draft: Draft<'_>, id: FollowUpId) -> Result<Plan, Refusal> {
    let task = open(&draft, id)?;
    draft.close(id);
    draft.say("follow_up.done", format!("Follow-up of {} done", task.due), json!({"follow_up": task}));
    Ok(draft.finish())
}

/// It moves to another day.
pub(super) fn snooze(mut draft: Draft<'_>, id: FollowUpId, due: NaiveDate) -> Result<Plan, Refusal> {
    let task = open(&draft, id)?;
    let due = not_past("due", due, draft.cx.today)?;
    draft.change(Change::MoveFollowUp(id, due));
    draft.say(
        "follow_up.snoozed",
        format!("Follow-up moved from {} to {due}", task.due),
        json!({"follow_up": task, "due": due}),
    );
    Ok(draft.finish())
}

fn open<'a>(draft: &Draft<'a>, id: FollowUpId) -> Result<&'a FollowUp, Refusal> {
    draft.still_open().find(|task| task.id == id).ok_or_else(|| unknown("follow_up", "This follow-up is done already"))
}
