//! Leave to call while offline, and who else works a customer.

use std::collections::BTreeSet;

use contract::{ApiError, ContactNow, ReasonView};
use domain::facts::Facts;
use domain::ids::{AccountId, CustomerId};
use store::{Store, WorkQuery};
use uuid::Uuid;

use super::Membership;
use crate::desk::Desk;
use crate::errors::stored;

/// Why an offline device does not call.
const WHY: &str = "Offline without a call permit for this customer: go online to call";

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

    /// Whether a call needs a permit now: in a team, while the server is not reached.
    fn needs_permits(&self, store: &Store) -> Result<bool, ApiError> {
        Ok(self.link.must_be_reached(self.now()).is_err() && store.is_connected().map_err(stored)?)
    }

    /// The accounts that may be called as far as permits go; none where nothing is asked of them.
    pub(crate) fn permitted(&self, store: &Store) -> Result<Option<Vec<AccountId>>, ApiError> {
        if self.needs_permits(store)? { store.permitted(self.now()).map(Some).map_err(stored) } else { Ok(None) }
    }

    /// Offline, a call needs a permit: colleagues may be using up the customer's calls at this moment.
    pub(crate) fn as_permitted(
        &self,
        store: &Store,
        facts: &Facts,
        mut contact: ContactNow,
    ) -> Result<ContactNow, ApiError> {
        if !self.needs_permits(store)? {
            return Ok(contact);
        }
        if store.permit(facts.customer.id, self.now()).map_err(stored)?.is_some() {
            return Ok(contact);
        }
        let reason = || ReasonView { rule: "SYN-12".to_owned(), version: "1".to_owned(), text: format!("{WHY}.") };
        for medium in contact.media.iter_mut().filter(|one| ["call", "voicemail"].contains(&one.medium.as_str())) {
            if ["yes", "supervisor"].contains(&medium.state.as_str()) {
                "no".clone_into(&mut medium.state);
                WHY.clone_into(&mut medium.text);
                medium.reasons.insert(0, reason());
            }
        }
        if ["yes", "supervisor"].contains(&contact.state.as_str()) {
            "no".clone_into(&mut contact.state);
            WHY.clone_into(&mut contact.text);
        }
        Ok(contact)
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
