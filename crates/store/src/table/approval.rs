//! Supervisors' approvals. They have no table of their own: the history keeps each, and the facts
//! take those that may still hold from there.

use domain::compliance::GivenApproval;
use rusqlite::Row;

use crate::codec::Read;

pub(crate) const COLUMNS: &str = "t.detail";

/// Of the picked accounts, given since `?1`.
pub(crate) const OF_PICKED: &str = "history t ON t.account = p.account AND t.at >= ?1 AND t.kind = 'approval.given'";

/// None for an entry that does not read as one: then nothing was approved.
pub(crate) fn read(row: &Row<'_>, at: usize) -> rusqlite::Result<Option<GivenApproval>> {
    let detail: serde_json::Value = row.json(at)?;
    Ok(detail.get("given").and_then(|given| serde_json::from_value(given.clone()).ok()))
}
