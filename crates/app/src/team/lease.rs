//! How long a device may stay away from its server, and how far its clock is off. Both are kept in the
//! database: a restart, or a clock that is set back, changes neither.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use contract::{ApiError, ErrorCode};
use protocol::{Clock, ProblemCode};
use store::Store;
use sync::Trouble;

use super::member::Membership;
use super::net::Net;
use super::told::sentence;
use crate::desk::Desk;
use crate::errors::stored;

/// The setting that holds this device's clock minus the server's, milliseconds, as last measured.
const OFFSET: &str = "clock offset";

/// The setting that holds the latest moment that was seen since the last contact.
const SEEN: &str = "latest moment";

/// Whether a database may be opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stay {
    /// It may.
    Allowed,
    /// Its device is not one of the team's any more.
    Revoked,
}

fn kept_offset(store: &Store) -> Option<i64> {
    store.setting::<Option<i64>>(OFFSET).ok().flatten().flatten()
}

/// Keeps how far the clock is off, for the commands of the next start before its first contact.
pub fn keep_offset(store: &Store, ms: i64) {
    if kept_offset(store) != Some(ms) {
        // What is not kept now is measured again.
        let _ = store.put_setting(OFFSET, &Some(ms));
    }
}

fn keep_seen(store: &Store, at: DateTime<Utc>) -> Result<(), ApiError> {
    store.put_setting(SEEN, &Some(at)).map_err(stored)
}

impl Desk {
    /// The device's clock for a command, with what is known of the server's.
    pub(crate) fn clock_of_team(&self) -> Clock {
        let measured = self.link.net().and_then(|net| net.offset());
        let kept = || self.store().ok().and_then(|store| kept_offset(&store));
        Clock {
            occurred_at: self.now(),
            offset_ms: measured.map(|offset| offset.ms).or_else(kept),
            elapsed_ms: measured.and_then(|offset| u64::try_from(offset.at.elapsed().as_millis()).ok()),
        }
    }

    /// No earlier than it is: the latest of what the clock says, of that set right by the last measure,
    /// and of what was seen before.
    fn no_earlier(&self, store: &Store) -> Result<DateTime<Utc>, ApiError> {
        let now = self.now();
        let right = kept_offset(store).and_then(TimeDelta::try_milliseconds).and_then(|ms| now.checked_sub_signed(ms));
        let seen = store.setting::<Option<DateTime<Utc>>>(SEEN).map_err(stored)?.flatten();
        Ok(now.max(right.unwrap_or(now)).max(seen.unwrap_or(now)))
    }

    /// Notes that so much time passed without contact.
    pub(super) fn still_away(&self, store: &Store) {
        // What can't be written now is seen again with the next try.
        let _ = self.no_earlier(store).and_then(|at| keep_seen(store, at));
    }

    /// The server answered: time runs anew from its word.
    pub(super) fn contact(store: &Store, server: DateTime<Utc>) {
        let _ = keep_seen(store, server);
    }

    /// Whether a database may be opened: a device that stayed away too long asks its server first.
    pub(crate) fn stay_allowed(&self, store: &Store) -> Result<Stay, ApiError> {
        let Some(mut member) = Membership::load(store)? else {
            return Ok(Stay::Allowed);
        };
        let now = self.no_earlier(store)?;
        keep_seen(store, now)?;
        if now < member.offline_until {
            return Ok(Stay::Allowed);
        }
        let key = member.signing_key(&*self.keychain)?;
        let net = Net::new(&member, key, Arc::clone(&self.clock))?;
        match net.token() {
            Ok(token) => {
                member.offline_until = token.offline_until;
                keep_seen(store, token.server_time)?;
                member.save(store).map(|()| Stay::Allowed)
            }
            // It knows the device, and asks for the person: that is contact.
            Err(Trouble::Problem(problem)) if problem.code == ProblemCode::SignIn => Ok(Stay::Allowed),
            Err(Trouble::Problem(problem)) if problem.code == ProblemCode::Revoked => Ok(Stay::Revoked),
            Err(trouble) => Err(ApiError::new(
                ErrorCode::Failed,
                format!("This device was away from its team's server for too long. {}", sentence(&trouble)),
                "Go online and try again. Nothing is lost: what waits is sent then.",
            )),
        }
    }
}
