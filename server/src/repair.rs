//! Drift: once a day a device tells a checksum of every customer it holds. Whoever differs is sent whole,
//! and only they; the exchange goes on as if nothing had been.

use std::collections::{BTreeMap, BTreeSet};

use domain::ids::{CustomerId, StableId};
use protocol::{Page, PullRequest};

use crate::auth::Caller;
use crate::db::{Run, Tx};
use crate::error::ServerError;
use crate::{params, records};

/// Compares checksums, and sends whole what differs, what is missing on the device or was asked for, as far
/// as a page goes. What the device holds and should not is removed.
pub(crate) async fn repair(
    tx: &Tx<'_>,
    caller: &Caller,
    request: &PullRequest,
    room: i64,
    page: &mut Page,
) -> Result<(), ServerError> {
    let claimed: BTreeMap<CustomerId, &String> = request.checksums.iter().map(|(of, sum)| (*of, sum)).collect();
    let asked: BTreeSet<CustomerId> = request.repair.iter().copied().collect();
    if claimed.is_empty() && asked.is_empty() && request.stretch.is_none() {
        return Ok(());
    }
    let rows = tx
        .rows(
            "SELECT customer FROM assignment WHERE org_id = $1 AND user_id = $2 ORDER BY customer",
            params![caller.org, caller.user],
        )
        .await?;
    let works: BTreeSet<CustomerId> = rows.iter().map(|row| CustomerId(StableId(row.get(0)))).collect();
    page.scope.remove.extend(claimed.keys().chain(&asked).filter(|customer| !works.contains(customer)));
    page.scope.remove.sort_unstable();
    page.scope.remove.dedup();
    let mut room = usize::try_from(room).unwrap_or_default();
    for customer in works.iter().filter(|customer| asked.contains(customer) || request.told_of(**customer)) {
        let unit = records::unit(tx, caller.org, *customer).await?;
        let same = match claimed.get(customer) {
            Some(sum) => **sum == unit.checksum(),
            // Nothing here and nothing there.
            None => unit.rows.is_empty(),
        };
        if same && !asked.contains(customer) {
            continue;
        }
        let size: usize = unit.rows.iter().map(|row| row.row.text().len() + 80).sum();
        if size > room && !page.repair.is_empty() {
            break;
        }
        room = room.saturating_sub(size);
        page.repair.push(unit);
    }
    Ok(())
}
