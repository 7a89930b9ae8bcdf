//! Release of a service order: the last step before the billing system, and it takes a clearance.

use chrono::{DateTime, Utc};

use super::act::{Act, Approval, Leaves};
use super::clear::Cleared;
use crate::ids::AccountId;
use crate::reason::Reason;
use crate::service_order::ServiceOrder;

impl Leaves for ServiceOrder {
    fn account(&self) -> AccountId {
        self.account
    }

    fn act(&self) -> Act<'_> {
        Act::Order { kind: self.kind, service: self.service }
    }

    fn approval(&self) -> Option<&Approval> {
        self.approval.as_ref()
    }
}

/// An order that goes to the billing system. Only [`release`] makes one.
#[derive(Debug)]
pub struct Released {
    order: ServiceOrder,
    at: DateTime<Utc>,
    reasons: Vec<Reason>,
}

impl Released {
    /// The order.
    #[must_use]
    pub fn order(&self) -> &ServiceOrder {
        &self.order
    }

    /// When it was cleared.
    #[must_use]
    pub fn at(&self) -> DateTime<Utc> {
        self.at
    }

    /// The rules that spoke, for the history.
    #[must_use]
    pub fn reasons(&self) -> &[Reason] {
        &self.reasons
    }
}

/// Releases a cleared order.
#[must_use]
pub fn release(order: Cleared<ServiceOrder>) -> Released {
    let at = order.at();
    let reasons = order.reasons().to_vec();
    Released { order: order.into_item(), at, reasons }
}
