//! Orders to a billing system: suspend, terminate, restore, pick up equipment.

use serde::{Deserialize, Serialize};

use crate::compliance::Approval;
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
