//! Suspension and disconnection: UT-1 to UT-9. Values differ by state and service; where a state's
//! own are not known here the house default holds.

mod days;
mod holds;
mod notice;
mod service;

pub use days::{CutDay, ut_2};
pub use holds::{Medical, OpenMatters, Weather, ut_3, ut_4, ut_6};
pub use notice::{CutNotice, ut_1};
pub use service::{Restore, UnpaidFor, ut_5, ut_7, ut_8, ut_9};

/// What kind of service would be cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ServiceKind {
    /// Electricity.
    Electric,
    /// Natural gas.
    Gas,
    /// Water, sewer.
    Water,
    /// Wireline telephone.
    Telephone,
    /// Wireless.
    Mobile,
    /// Lifeline voice.
    Lifeline,
    /// Internet, television, anything else.
    Other,
}

impl ServiceKind {
    /// Electricity or gas.
    #[must_use]
    pub fn is_energy(self) -> bool {
        matches!(self, Self::Electric | Self::Gas)
    }
}
