//! A device's clock: off by some time all along, and measured against the server's with each answer to
//! a push.

use chrono::{DateTime, TimeDelta, Utc};
use protocol::Clock;

#[derive(Debug)]
pub(crate) struct DeviceClock {
    /// Device minus server, in truth; milliseconds.
    skew: i64,
    /// The same as last measured: kept over a restart.
    offset: Option<i64>,
    /// When; forgotten by a restart.
    measured: Option<DateTime<Utc>>,
}

impl DeviceClock {
    pub(crate) fn off_by(skew: i64) -> Self {
        Self { skew, offset: None, measured: None }
    }

    /// What it says of a moment.
    pub(crate) fn at(&self, now: DateTime<Utc>) -> Clock {
        let elapsed = self.measured.map(|at| (now - at).num_milliseconds());
        Clock {
            occurred_at: now + TimeDelta::milliseconds(self.skew),
            offset_ms: self.offset,
            elapsed_ms: elapsed.and_then(|ms| u64::try_from(ms).ok()),
        }
    }

    /// The server's clock came with an answer, which took its time.
    pub(crate) fn measured(&mut self, server: DateTime<Utc>, now: DateTime<Utc>) {
        self.offset = Some(self.skew + (now - server).num_milliseconds());
        self.measured = Some(now);
    }

    /// The program restarts.
    pub(crate) fn restart(&mut self) {
        self.measured = None;
    }
}
