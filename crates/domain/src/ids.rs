//! Identities. What comes from a billing system has a stable id derived from its own reference, so
//! that importing it again finds it again; what a person records has a time-ordered UUID, given as
//! an input.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use uuid::Uuid;

/// A stable 63-bit id of a billing-system row. Written as 16 hex digits wherever it is text, since
/// JavaScript's numbers hold 53 bits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StableId(pub i64);

impl StableId {
    /// The id of `reference` among the `kind` rows of `source`. SHA-256 of the three, each preceded
    /// by its length, cut to 63 bits: at a million rows two differ with probability 0.99999995.
    #[must_use]
    pub fn derive(kind: &str, source: &str, reference: &str) -> Self {
        let mut hash = Sha256::new();
        for part in [kind, source, reference] {
            hash.update((part.len() as u64).to_le_bytes());
            hash.update(part.as_bytes());
        }
        let digest = hash.finalize();
        let mut first = [0_u8; 8];
        first.copy_from_slice(&digest[..8]);
        Self((u64::from_be_bytes(first) >> 1).cast_signed())
    }
}

impl fmt::Display for StableId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}

impl fmt::Debug for StableId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// The text is not an id.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("\"{0}\" is not an id")]
pub struct NotAnId(pub String);

impl FromStr for StableId {
    type Err = NotAnId;

    fn from_str(text: &str) -> Result<Self, NotAnId> {
        i64::from_str_radix(text, 16).map(Self).map_err(|_| NotAnId(text.to_owned()))
    }
}

impl Serialize for StableId {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for StableId {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<str>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

macro_rules! stable_ids {
    ($($(#[$doc:meta])* $name:ident = $kind:literal;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub StableId);

        impl $name {
            /// Derived from the billing system's own reference.
            #[must_use]
            pub fn derive(source: &str, reference: &str) -> Self {
                Self(StableId::derive($kind, source, reference))
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(&self.0, f)
            }
        }

        impl FromStr for $name {
            type Err = NotAnId;

            fn from_str(text: &str) -> Result<Self, NotAnId> {
                text.parse().map(Self)
            }
        }
    )*};
}

stable_ids! {
    /// A customer.
    CustomerId = "customer";
    /// A billing account.
    AccountId = "account";
    /// A service (product line) on an account.
    ServiceId = "service";
    /// An invoice.
    InvoiceId = "invoice";
    /// A payment or credit memo.
    PaymentId = "payment";
}

macro_rules! recorded_ids {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(&self.0, f)
            }
        }

        impl FromStr for $name {
            type Err = NotAnId;

            fn from_str(text: &str) -> Result<Self, NotAnId> {
                Uuid::parse_str(text).map(Self).map_err(|_| NotAnId(text.to_owned()))
            }
        }
    )*};
}

recorded_ids! {
    /// A phone number, email address or postal address of a customer.
    ContactPointId;
    /// A contact attempt, conversation, message or note.
    ContactId;
    /// A payment arrangement or promise to pay.
    ArrangementId;
    /// A hold.
    HoldId;
    /// A dispute.
    DisputeId;
    /// A follow-up task.
    FollowUpId;
    /// A letter or email waiting to leave, or gone.
    OutboxId;
    /// A letter run.
    RunId;
    /// A history entry.
    HistoryId;
    /// A service order.
    OrderId;
}

/// Where new ids come from; an input, so that a decision can be replayed.
pub trait IdSource {
    /// A fresh, time-ordered id.
    fn fresh(&mut self) -> Uuid;
}

/// Ids 1, 2, 3: for tests and replays.
#[derive(Default, Debug)]
pub struct Counted(pub u128);

impl IdSource for Counted {
    fn fresh(&mut self) -> Uuid {
        self.0 += 1;
        Uuid::from_u128(self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_reference_is_the_same_row_and_parts_do_not_run_together() {
        let first = InvoiceId::derive("billing", "INV-1");
        assert_eq!(first, InvoiceId::derive("billing", "INV-1"));
        assert_ne!(first.0, AccountId::derive("billing", "INV-1").0);
        assert_ne!(StableId::derive("a", "bc", "d"), StableId::derive("a", "b", "cd"));
        assert_eq!(first.to_string().parse(), Ok(first));
        assert!(first.0.0 >= 0);
    }
}
