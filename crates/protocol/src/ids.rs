//! Identities of what travels, and the ids that a command's decision gives out.

use std::fmt;

use domain::ids::IdSource;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use uuid::Uuid;

macro_rules! ids {
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
    )*};
}

ids! {
    /// An enrolled device: one database file of one user. A restored or copied file enrols anew.
    DeviceId;
    /// A command; a `UUIDv7`. Commands are ordered by `device_seq`, never by this.
    CommandId;
    /// A call permit.
    PermitId;
    /// A first snapshot in the making.
    SnapshotId;
}

/// The ids that deciding a command gives out: derived from the command's own, so that the device,
/// the server and every replay name the same rows alike.
///
/// The n-th is `UUIDv7`-shaped: the command's own time, then SHA-256 of the command's id and n.
#[derive(Clone, Debug)]
pub struct CommandIds {
    command: CommandId,
    given: u32,
}

impl CommandIds {
    /// Starts from the first.
    #[must_use]
    pub fn new(command: CommandId) -> Self {
        Self { command, given: 0 }
    }
}

impl IdSource for CommandIds {
    fn fresh(&mut self) -> Uuid {
        self.given += 1;
        let mut hash = Sha256::new();
        hash.update(self.command.0.as_bytes());
        hash.update(self.given.to_be_bytes());
        let digest = hash.finalize();
        let mut bytes = [0_u8; 16];
        bytes[..6].copy_from_slice(&self.command.0.as_bytes()[..6]);
        // The count leads, so that rows of one command sort as they were made.
        let count = u16::try_from(self.given).unwrap_or(u16::MAX) & 0x0fff;
        bytes[6..8].copy_from_slice(&(0x7000 | count).to_be_bytes());
        bytes[8..].copy_from_slice(&digest[..8]);
        bytes[8] = (bytes[8] & 0x3f) | 0x80;
        Uuid::from_bytes(bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_command_gives_the_same_ids_in_order() {
        let of = |number| {
            let mut ids = CommandIds::new(CommandId(Uuid::from_u128(number)));
            (0..50).map(|_| ids.fresh()).collect::<Vec<_>>()
        };
        assert_eq!(of(7), of(7));
        assert!(of(7).is_sorted());
        assert!(of(7).iter().all(|id| !of(8).contains(id)));
        assert_eq!(of(7)[0].get_version_num(), 7);
    }
}
