//! Leave to call while offline, and who else works a customer.

use std::collections::BTreeSet;

use contract::ApiError;
use domain::facts::Facts;
use domain::ids::CustomerId;
use store::{Store, WorkQuery};
use uuid::Uuid;

use super::Membership;
use crate::desk::Desk;
use crate::errors::stored;

/// Customers at the top of My day that a device holds permits for: a day's calls.
const CALLS: usize = 60;

impl Desk {
    /// For whom permits are wanted, and which are given back: those of other customers, and those
    /// that ran out. A permit that is kept unspent counts against the customer's cap.
    pub(super) fn permits_wanted(&self, store: &Store) -> Result<(Vec<CustomerId>, Vec<Uuid>), ApiError> {
        let now = self.now();
        let top = store.worklist(&WorkQuery { limit: CALLS, ..WorkQuery::default() }).map_err(stored)?;
        let wanted: BTreeSet<CustomerId> = top
            .rows
            .iter()
            .filter(|row| row.callable.yes)
            .filter_map(|row| store.customer_of(row.account).ok())
            .collect();
        let held = store.permits_held().map_err(stored)?;
        let (kept, returned): (Vec<_>, Vec<_>) =
            held.into_iter().partition(|(_, customer, until)| *until > now && wanted.contains(customer));
        let has: BTreeSet<CustomerId> = kept.iter().map(|(_, customer, _)| *customer).collect();
        let returned: Vec<Uuid> = returned.into_iter().map(|(id, _, _)| id).collect();
        store.return_permits(&returned).map_err(stored)?;
        Ok((wanted.difference(&has).copied().collect(), returned))
    }

    /// Who else works a customer.
    pub(crate) fn others(store: &Store, facts: &Facts) -> Result<Vec<String>, ApiError> {
        let Some(member) = Membership::load(store)? else {
            return Ok(Vec::new());
        };
        let all = store.assigned(facts.customer.id).map_err(stored)?;
        Ok(all.into_iter().filter(|name| *name != member.name).collect())
    }
}
