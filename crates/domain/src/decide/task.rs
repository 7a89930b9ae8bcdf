//! Follow-ups by a person's hand.

use chrono::NaiveDate;
use serde_json::json;

use super::contact::not_past;
use super::draft::{Draft, bad_field, required, unknown};
use crate::contact::FollowUp;
use crate::ids::FollowUpId;
use crate::plan::{Change, Plan};
use crate::reason::Refusal;

/// Something to do on a day.
pub(super) fn schedule(
    mut draft: Draft<'_>,
    due: NaiveDate,
    what: &str,
    assignee: Option<&str>,
) -> Result<Plan, Refusal> {
    let what = required("what", what)?;
    let due = not_past("due", due, draft.cx.today)?;
    let assignee = assignee.map(|name| required("assignee", name)).transpose()?;
    draft.follow_up(due, what, "scheduled by hand");
    for change in &mut draft.plan.changes {
        if let Change::AddFollowUp(task) = change {
            task.assignee = assignee.map(str::to_owned);
        }
    }
    draft.say(
        "follow_up.scheduled",
        format!("Follow-up on {due}"),
        json!({"due": due, "what": what, "assignee": assignee}),
    );
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

/// It goes to somebody, or back to whoever works the list. Whose it was stays in the history.
pub(super) fn assign(mut draft: Draft<'_>, id: FollowUpId, to: Option<&str>) -> Result<Plan, Refusal> {
    let task = open(&draft, id)?;
    let to = to.map(|name| required("to", name)).transpose()?.map(str::to_owned);
    if to == task.assignee {
        let whose = to.unwrap_or_else(|| "whoever works the list".to_owned());
        return Err(bad_field("FORM-6", "to", format!("It is assigned to {whose} already")));
    }
    let summary = match &to {
        Some(name) => format!("Follow-up of {} assigned to {name}", task.due),
        None => format!("Follow-up of {} is nobody's in particular again", task.due),
    };
    draft.change(Change::AssignFollowUp(id, to.clone()));
    draft.say("follow_up.assigned", summary, json!({"follow_up": task, "to": to}));
    Ok(draft.finish())
}

fn open<'a>(draft: &Draft<'a>, id: FollowUpId) -> Result<&'a FollowUp, Refusal> {
    draft.still_open().find(|task| task.id == id).ok_or_else(|| unknown("follow_up", "This follow-up is done already"))
}
