//! Telephone and email law for every mode: TCP-1 to TCP-4, CSP-1.

use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;

use super::hours::{federal_hours, tim_1};
use super::table::{CSP_1, TCP_1, TCP_2, TCP_2B, TCP_3, TCP_4};
use crate::calendar::{Calendar, add_business_days};
use crate::compliance::verdict::Finding;

/// How a call or text to a cell phone is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialing {
    /// By hand, or from a list, with a live voice: no autodialer (Facebook v. Duguid).
    Live,
    /// A prerecorded, artificial or AI voice, ringless voicemail too.
    Recorded,
    /// A random or sequential number generator.
    Autodialer,
}

/// TCP-1: none when not known. Only calls to cell phones, unless the voice is recorded.
#[must_use]
pub fn tcp_1(dialing: Option<Dialing>, consent: Option<bool>) -> Finding {
    match (dialing, consent) {
        (Some(Dialing::Live), _) => Finding::allow(&TCP_1, "Dialed by hand or from a list, with a live voice."),
        (Some(_), Some(true)) => Finding::allow(&TCP_1, "The customer consented beforehand."),
        (Some(_), Some(false)) => Finding::block(&TCP_1, "A recorded voice or autodialer needs prior express consent."),
        (Some(_), None) => Finding::unknown(&TCP_1, "whether the customer consented"),
        (None, _) => Finding::unknown(&TCP_1, "how the number would be dialed"),
    }
}

/// TCP-2: a revocation is honored at once, though law leaves ten business days.
#[must_use]
pub fn tcp_2(revoked: Option<NaiveDate>, today: Option<NaiveDate>) -> Finding {
    match revoked {
        Some(day) if today.is_none_or(|today| day <= today) => {
            Finding::block(&TCP_2, "The customer revoked consent.").with("revoked", day)
        }
        _ => Finding::allow(&TCP_2, "Consent was not revoked."),
    }
}

/// TCP-2: the last day on which law lets a revocation take effect.
#[must_use]
pub fn latest_honor_date(revoked: NaiveDate) -> NaiveDate {
    add_business_days(Calendar::Federal, revoked, 10)
}

/// TCP-2b: a revocation for another matter on the same channel. The waiver would let it stand apart;
/// policy keeps it channel-wide until the FCC's order is in force.
#[must_use]
pub fn tcp_2b(revoked_elsewhere: bool, order_effective: bool) -> Finding {
    match (revoked_elsewhere, order_effective) {
        (false, _) => Finding::allow(&TCP_2B, "No revocation on this channel."),
        (true, false) => Finding::block(&TCP_2B, "Revoked on this channel; it holds for all matters."),
        (true, true) => Finding::supervisor(&TCP_2B, "Revoked for another matter: read its scope."),
    }
}

/// Replies that revoke by themselves (64.1200(a)(10)).
const PER_SE: [&str; 7] = ["stop", "quit", "end", "revoke", "opt out", "cancel", "unsubscribe"];

/// Words that a reasonable person takes for a revocation.
const REVOKING: [&str; 29] = [
    " leave me alone ",
    " stop ",
    " unsubscribe ",
    " opt out ",
    " optout ",
    " opt me out ",
    " revoke ",
    " remove me ",
    " remove my ",
    " take me off ",
    " no more text",
    " no more call",
    " no more message",
    " do not text ",
    " don t text ",
    " dont text ",
    " do not contact ",
    " don t contact ",
    " dont contact ",
    " do not call ",
    " don t call ",
    " dont call ",
    " do not message ",
    " don t message ",
    " quit text",
    " quit call",
    " quit contact",
    " lose my number ",
    " go away ",
];

/// Whether a reply revokes consent: one of the seven words alone, or what a reasonable person would
/// take for it. It errs towards yes.
#[must_use]
pub fn is_revocation(reply: &str) -> bool {
    let plain: String =
        reply.chars().map(|letter| if letter.is_alphanumeric() { letter.to_ascii_lowercase() } else { ' ' }).collect();
    let words = plain.split_whitespace().collect::<Vec<_>>().join(" ");
    // "I will stop by on Friday" is about a visit.
    let line = format!(" {words} ").replace(" stop by ", " ");
    PER_SE.contains(&words.as_str()) || words == "stopall" || REVOKING.iter().any(|phrase| line.contains(phrase))
}

/// TCP-3: the one confirmation of an opt-out.
#[must_use]
pub fn tcp_3(minutes_after: Option<u32>, marketing: Option<bool>, already_sent: u32) -> Finding {
    if already_sent > 0 {
        return Finding::block(&TCP_3, "One confirmation was already sent.");
    }
    match (marketing, minutes_after) {
        (Some(true), _) => Finding::block(&TCP_3, "The confirmation carries no marketing."),
        (None, _) => Finding::unknown(&TCP_3, "whether the confirmation carries marketing"),
        (_, None) => Finding::unknown(&TCP_3, "how long after the opt-out it goes"),
        (_, Some(..=5)) => Finding::allow(&TCP_3, "Within five minutes of the opt-out."),
        (_, Some(minutes)) => {
            Finding::supervisor(&TCP_3, "Later than five minutes: the delay must be shown reasonable.")
                .with("minutes", minutes)
        }
    }
}

/// TCP-4: what binds a solicitation. Pure collection solicits nothing.
#[must_use]
pub fn tcp_4(solicits: Option<bool>, do_not_call: bool, zones: &[Tz], at: Option<DateTime<Utc>>) -> Finding {
    match (solicits, at) {
        (Some(false), _) => Finding::allow(&TCP_4, "Collection is no solicitation."),
        (None, _) => Finding::unknown(&TCP_4, "whether it solicits"),
        (Some(true), _) if do_not_call => Finding::block(&TCP_4, "On the do-not-call list."),
        (Some(true), None) => Finding::unknown(&TCP_4, "the hour"),
        (Some(true), Some(at)) => tim_1(zones, at, federal_hours()).under(&TCP_4),
    }
}

/// CSP-1: a collection email with marketing in it would be commercial.
#[must_use]
pub fn csp_1(marketing: Option<bool>, false_header: bool) -> Finding {
    match (marketing, false_header) {
        (_, true) => Finding::block(&CSP_1, "The header is false or misleading."),
        (Some(true), _) => Finding::block(&CSP_1, "Collection mail carries no marketing."),
        (Some(false), _) => Finding::allow(&CSP_1, "A transactional message."),
        (None, _) => Finding::unknown(&CSP_1, "whether the message carries marketing"),
    }
}
