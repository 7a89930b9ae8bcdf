//! How long the server's own certificate is good: whoever forgot to renew it reads it in the log two weeks before
//! every laptop stays away.

use std::path::Path;

use chrono::{DateTime, TimeDelta, Utc};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;

/// So long before its end it is named.
const SOON: TimeDelta = TimeDelta::days(14);

/// What an operator should know of the certificate in that file, the first one of its chain; none when it is good for
/// longer than two weeks, or can't be read: whoever serves with it says so.
#[must_use]
pub fn remark(file: &Path, now: DateTime<Utc>) -> Option<String> {
    let own = CertificateDer::pem_file_iter(file).ok()?.next()?.ok()?;
    let (_, read) = x509_parser::parse_x509_certificate(&own).ok()?;
    let from = DateTime::from_timestamp(read.validity().not_before.timestamp(), 0)?;
    let until = DateTime::from_timestamp(read.validity().not_after.timestamp(), 0)?;
    judged(from, until, now).map(|said| format!("the certificate in {} {said}", file.display()))
}

fn judged(from: DateTime<Utc>, until: DateTime<Utc>, now: DateTime<Utc>) -> Option<String> {
    let day = |at: DateTime<Utc>| at.format("%Y-%m-%d %H:%M UTC");
    let renew = "renew it, then: systemctl reload dunlin-server";
    if until <= now {
        Some(format!("expired at {}: laptops can't connect; {renew}", day(until)))
    } else if from > now {
        Some(format!("is good from {} only: laptops can't connect; see that the clock is right", day(from)))
    } else if until - now < SOON {
        Some(format!("ends at {}, in {} days; {renew}", day(until), (until - now).num_days()))
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_weeks_before_its_end_it_is_named_and_not_before() {
        let now = domain::testkit::now();
        let said = |from: i64, until: i64| judged(now + TimeDelta::hours(from), now + TimeDelta::hours(until), now);
        assert_eq!(said(-24, 14 * 24), None);
        assert!(said(-24, 14 * 24 - 1).is_some_and(|text| text.contains("in 13 days; renew it")));
        assert!(said(-24, 0).is_some_and(|text| text.starts_with("expired at")));
        assert!(said(1, 900).is_some_and(|text| text.contains("the clock")));
    }
}
