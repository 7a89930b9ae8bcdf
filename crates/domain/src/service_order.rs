//! Orders to a billing system: suspend, terminate, restore, pick up equipment.

use serde::{Deserialize, Serialize};

use crate::compliance::Approval;
use crate::facts::Facts;
use crate::ids::{AccountId, OrderId, ServiceId};

/// What is ordered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OrderKind {
    /// Stop the service for nonpayment.
    Suspend,
    /// End it.
    Terminate,
    /// Give it back.
    Restore,
    /// Fetch the equipment.
    EquipmentPickup,
}

impl OrderKind {
    /// "suspension": what one order of it is.
    #[must_use]
    pub fn noun(self) -> &'static str {
        match self {
            Self::Suspend => "suspension",
            Self::Terminate => "termination",
            Self::Restore => "restoration",
            Self::EquipmentPickup => "equipment pickup",
        }
    }
}

/// An order not yet released.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServiceOrder {
    /// Identity.
    pub id: OrderId,
    /// On which account.
    pub account: AccountId,
    /// Which service.
    pub service: ServiceId,
    /// What.
    pub kind: OrderKind,
    /// A supervisor's approval of this very order.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub approval: Option<Approval>,
}

impl ServiceOrder {
    /// An order on an account, with the supervisor's approval of it where one was given.
    #[must_use]
    pub fn of(facts: &Facts, id: OrderId, kind: OrderKind, service: ServiceId) -> Self {
        let approval = facts.order_approval(kind, service).cloned();
        Self { id, account: facts.account.id, service, kind, approval }
    }
}
