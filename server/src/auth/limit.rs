//! How often one address may try to sign in, and one device may ask. Counted in each process by
//! itself: it protects the process; the lock after wrong passwords stands in the database.

use std::net::IpAddr;
use std::num::NonZeroU32;

use governor::clock::{Clock, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use uuid::Uuid;

use crate::config;
use crate::error::ServerError;

/// Whom an address belongs to: of IPv6 the first 64 bits, since whoever has one address there has all of them.
fn subscriber(from: IpAddr) -> IpAddr {
    match from.to_canonical() {
        IpAddr::V6(address) => IpAddr::V6((address.to_bits() >> 64 << 64).into()),
        short @ IpAddr::V4(_) => short,
    }
}

/// The counters.
pub struct Limits {
    sign_ins: DefaultKeyedRateLimiter<IpAddr>,
    challenges: DefaultKeyedRateLimiter<IpAddr>,
    requests: DefaultKeyedRateLimiter<Uuid>,
    clock: DefaultClock,
}

impl Limits {
    /// As configured; zero counts as one.
    #[must_use]
    pub fn new(config: &config::Limits) -> Self {
        let at_least = |number: u32| NonZeroU32::new(number).unwrap_or(NonZeroU32::MIN);
        let each_second = at_least(config.requests_per_second);
        Self {
            sign_ins: RateLimiter::keyed(Quota::per_minute(at_least(config.sign_ins_per_minute))),
            // A whole office comes from one address.
            challenges: RateLimiter::keyed(Quota::per_second(
                at_least(config.sign_ins_per_minute).saturating_mul(at_least(10)),
            )),
            requests: RateLimiter::keyed(
                Quota::per_second(each_second).allow_burst(each_second.saturating_mul(at_least(10))),
            ),
            clock: DefaultClock::default(),
        }
    }

    /// One more attempt from that address.
    pub fn sign_in(&self, from: IpAddr) -> Result<(), ServerError> {
        self.sign_ins.check_key(&subscriber(from)).map_err(|until| self.busy(&until))
    }

    /// One more challenge or token from that address.
    pub fn challenge(&self, from: IpAddr) -> Result<(), ServerError> {
        self.challenges.check_key(&subscriber(from)).map_err(|until| self.busy(&until))
    }

    /// One more request of that device.
    pub fn request(&self, device: Uuid) -> Result<(), ServerError> {
        self.requests.check_key(&device).map_err(|until| self.busy(&until))
    }

    /// Forgets addresses and devices that have been quiet.
    pub fn sweep(&self) {
        self.sign_ins.retain_recent();
        self.challenges.retain_recent();
        self.requests.retain_recent();
    }

    fn busy(&self, until: &governor::NotUntil<governor::clock::QuantaInstant>) -> ServerError {
        let seconds = until.wait_time_from(self.clock.now()).as_secs().saturating_add(1);
        ServerError::Busy(u32::try_from(seconds).unwrap_or(u32::MAX))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_address_of_the_same_line_is_no_new_guesser() {
        let limits = Limits::new(&config::Limits { sign_ins_per_minute: 2, ..config::Limits::default() });
        let attempt = |from: &str| limits.sign_in(from.parse().unwrap()).is_ok();
        assert!(attempt("2001:db8:1:2::1") && attempt("2001:db8:1:2:ffff::7"));
        assert!(!attempt("2001:db8:1:2::9"), "the third of one subscriber");
        assert!(attempt("2001:db8:1:3::1"), "the neighbour's");
        assert!(attempt("::ffff:192.0.2.1") && attempt("192.0.2.1"));
        assert!(!attempt("::ffff:192.0.2.1"), "one host by two names");
        assert!(attempt("192.0.2.2"));
    }
}
