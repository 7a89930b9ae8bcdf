//! Cases about telephone and email law that binds every mode, and recording.

use super::given::Given;
use super::words::has_word;
use super::{Answer, VectorError};
use crate::compliance::rules::states::rec_1;
use crate::compliance::rules::table::TCP_2;
use crate::compliance::rules::tcpa::{
    Dialing, csp_1, is_revocation, latest_honor_date, tcp_1, tcp_2, tcp_2b, tcp_3, tcp_4,
};
use crate::compliance::verdict::Finding;

pub(super) fn run(rule: &'static str, given: &Given) -> Result<Option<Answer>, VectorError> {
    Ok(Some(match rule {
        "TCP-1" => {
            let withdrawn = given.consent_withdrawn.or(given.revoked_at).map(|day| day.0);
            let revoked = withdrawn.is_some_and(|day| given.today().is_none_or(|today| day <= today));
            tcp_1(dialing(given), given.prior_express_consent.map(|given| given && !revoked)).into()
        }
        "TCP-2" => revocation(given),
        "TCP-2b" => revoked_elsewhere(given).into(),
        "TCP-3" => tcp_3(given.minutes_after, given.marketing, given.confirmations.unwrap_or(0)).into(),
        "TCP-4" => {
            let zones = given.zones(rule)?;
            tcp_4(given.solicitation.or(given.marketing), given.do_not_call == Some(true), &zones, given.at).into()
        }
        "CSP-1" => csp_1(given.marketing, given.false_header == Some(true)).into(),
        "REC-1" => rec_1(&given.states(), given.recording_announced).into(),
        _ => return Ok(None),
    }))
}

fn dialing(given: &Given) -> Option<Dialing> {
    let dialer = given.dialer.as_deref().unwrap_or_default();
    let says = |words: &[&str]| given.action_says(words) || words.iter().any(|word| has_word(dialer, word));
    if says(&["prerecorded", "prerecorded_voice", "artificial", "ai", "ringless", "rvm", "recorded"]) {
        Some(Dialing::Recorded)
    } else if says(&["random", "sequential", "atds", "autodialer", "autodialed", "autodial"]) {
        Some(Dialing::Autodialer)
    } else if says(&["manual", "list", "live", "click", "preview", "predictive_list"]) {
        Some(Dialing::Live)
    } else {
        None
    }
}

fn revocation(given: &Given) -> Answer {
    if given.action_says(&["compute_latest_honor_date"]) {
        return match given.revoked_at {
            Some(day) => Answer::value(latest_honor_date(day.0)),
            None => Finding::unknown(&TCP_2, "the day of the revocation").into(),
        };
    }
    if let Some(reply) = &given.reply {
        let revokes = is_revocation(reply);
        if given.action_says(&["classify_reply"]) {
            return Answer::value(if revokes { "revocation" } else { "not_revocation" });
        }
        if revokes {
            return Finding::block(&TCP_2, "The customer revoked consent.").into();
        }
    }
    tcp_2(given.revoked_at.map(|day| day.0), given.today()).into()
}

fn revoked_elsewhere(given: &Given) -> Finding {
    let elsewhere = given.revoked_other_matter == Some(true) || given.revoked_at.is_some();
    tcp_2b(elsewhere, given.fcc_26_67_effective == Some(true))
}
