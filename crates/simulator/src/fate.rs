//! What goes wrong in a world, and how often; and what was built wrong in it.

use crate::versions::NEWEST;

/// A planted fault. Each one is a bug that a sync product shipped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bug {
    /// Sequence numbers taken before the commit: a reader passes one that is not there yet.
    PlainSequence,
    /// A page that is exactly full forgets its last transaction.
    PageMultiple,
    /// A device keeps what left its scope.
    ForgottenPurge,
    /// A command that comes again is done again.
    DoubleApply,
    /// A page says what was decided until now, not until its cursor.
    DecidedTooFar,
    /// A restored server goes on in its old epoch.
    SameEpoch,
    /// Who came into scope is sent as of now into a page that ends earlier.
    Seam,
    /// Permits that ran out are free again at once.
    LeasesRunOut,
    /// The last writer wins: the server does what the device decided on old facts.
    LastWriterWins,
    /// A device drops what it does not know, and goes on.
    SkipsUnknown,
    /// A refused command leaves the log without a word.
    SilentRefusal,
    /// A device forgets commands as soon as they were answered.
    ForgetsAtAnswer,
    /// A suspension is released before payments are known beyond its request.
    StalePayments,
    /// A released suspension is handed out without a second look.
    NoSecondLook,
    /// The daily comparison compares nothing.
    ComparesNothing,
    /// What drifted is found, and its repair is thrown away.
    NoRepair,
    /// The server takes older commands, and reads them as if they were today's.
    ForgottenUpcast,
    /// A command that is too large stands in the queue's way.
    OversizedBlocks,
    /// Who else works a customer is told when it changes, and not to whoever missed that.
    ForgottenColleagues,
}

impl Bug {
    /// All.
    pub const ALL: [Self; 19] = [
        Self::PlainSequence,
        Self::PageMultiple,
        Self::ForgottenPurge,
        Self::DoubleApply,
        Self::DecidedTooFar,
        Self::SameEpoch,
        Self::Seam,
        Self::LeasesRunOut,
        Self::LastWriterWins,
        Self::SkipsUnknown,
        Self::SilentRefusal,
        Self::ForgetsAtAnswer,
        Self::StalePayments,
        Self::NoSecondLook,
        Self::ComparesNothing,
        Self::NoRepair,
        Self::ForgottenUpcast,
        Self::OversizedBlocks,
        Self::ForgottenColleagues,
    ];
}

/// Chances, each out of a thousand, drawn anew for every seed.
#[derive(Clone, Copy, Debug)]
pub struct Fate {
    /// A request, or an answer, is lost.
    pub drop: u32,
    /// A request arrives twice.
    pub twice: u32,
    /// A device crashes before or after an action.
    pub crash: u32,
    /// Longest time on the way, milliseconds.
    pub latency: u64,
    /// Furthest a device's clock is off, milliseconds.
    pub skew: i64,
    /// Largest command that a proxy on the way lets through, in bytes.
    pub widest: usize,
    /// When rows of a device drift, milliseconds, if they do.
    pub drift: Option<u64>,
    /// The oldest version of commands among the devices.
    pub oldest: u16,
    /// What was built wrong.
    pub bug: Option<Bug>,
}

impl Fate {
    /// Some worlds are calm, some are not.
    #[must_use]
    pub fn of(seed: u64, bug: Option<Bug>) -> Self {
        let mut dice = fastrand::Rng::with_seed(seed ^ 0x5eed);
        let mut chance = |most: u32| if dice.bool() { dice.u32(0..=most) } else { 0 };
        let mut fate = Self {
            drop: chance(250),
            twice: chance(200),
            crash: chance(60),
            latency: 20 + u64::from(chance(4_000)),
            skew: i64::from(chance(7_200_000)),
            widest: if chance(3) > 0 { 1_500 } else { usize::MAX },
            drift: Some(u64::from(chance(300_000))).filter(|at| *at > 0),
            oldest: NEWEST - u16::try_from(chance(3)).unwrap_or(0),
            bug,
        };
        if fate.widest < usize::MAX {
            // An older program reads its own acts with its own code, which is not here any more: it could
            // not say what it withholds.
            fate.oldest = NEWEST;
        }
        fate
    }
}
