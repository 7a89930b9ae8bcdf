//! Cases about electronic messages, other persons, voicemail and what a communication says.

use chrono::NaiveDate;

use super::facts::wrong;
use super::given::Given;
use super::words::{DayOrFlag, has_word};
use super::{Answer, VectorError};
use crate::compliance::rules::electronic::{CreditorNotice, EmailBasis, ReassignedCheck, eml_1, opt_1, txt_1};
use crate::compliance::rules::persons::{Exposure, LocationContact, Person, VoicemailPart, mmd, soc_1, tpd_1, vml_1};
use crate::compliance::rules::table::{EML_1, MMD_1, SOC_1, TXT_1, VML_1};
use crate::compliance::verdict::Finding;
use crate::contact::Medium;

pub(super) fn run(rule: &'static str, given: &Given) -> Result<Option<Answer>, VectorError> {
    Ok(Some(match rule {
        "OPT-1" => optout(given).into(),
        "EML-1" => email(given)?.into(),
        "TXT-1" => text(given).into(),
        "TPD-1" => person(given).into(),
        "VML-1" => voicemail(given).into(),
        "MMD-1" | "MMD-2" => mini_miranda(given)?.into(),
        "SOC-1" => exposure(given).into(),
        _ => return Ok(None),
    }))
}

pub(super) fn optout(given: &Given) -> Finding {
    let medium = given.medium().unwrap_or(Medium::Email);
    opt_1(medium, given.body_has_optout, given.optout_fee_or_extra_info == Some(true))
}

pub(super) fn email(given: &Given) -> Result<Finding, VectorError> {
    let all_met = [given.notice_conditions_met, given.five_items, given.public_domain];
    let name = given.basis.as_deref();
    let says = |words: &[&str]| name.is_some_and(|name| words.iter().any(|word| has_word(name, word)));
    let used = given.consumer_used_it_for_this_debt == Some(true);
    let consented = given.direct_consent.is_some_and(DayOrFlag::happened);
    let basis = if says(&["creditor", "creditor_notice"]) {
        Some(EmailBasis::CreditorNotice(CreditorNotice {
            sent: given.notice_sent.map(|day| day.0),
            deadline: given.optout_deadline.map(|day| day.0),
            conditions_met: all_met.contains(&Some(false)).then_some(false),
        }))
    } else if says(&["prior_collector"]) {
        Some(EmailBasis::PriorCollector { met: given.prior_collector_met })
    } else if says(&["consent"]) || (name.is_none() && consented) {
        Some(EmailBasis::DirectConsent)
    } else if says(&["consumer", "used"]) || (name.is_none() && used) {
        Some(EmailBasis::ConsumerUsed)
    } else {
        match name {
            None | Some("none") => None,
            Some(other) => return Err(wrong("EML-1", "basis", other)),
        }
    };
    let today = given.today();
    let opted_out = given.optout.or(given.opted_out);
    Ok(match (today, basis) {
        (None, Some(EmailBasis::CreditorNotice(_))) => Finding::unknown(&EML_1, "the day of the message"),
        (today, basis) => eml_1(basis, opted_out, today.unwrap_or(NaiveDate::MAX)),
    })
}

pub(super) fn text(given: &Given) -> Finding {
    let Some(today) = given.today() else {
        return Finding::unknown(&TXT_1, "the day of the text");
    };
    let consents = [given.consent_date, given.direct_consent];
    let consent = consents.iter().flatten().filter_map(|day| day.day());
    let others = [given.last_consumer_text, given.consent_renewed];
    let last = consent.chain(others.iter().flatten().map(|day| day.0)).max();
    let check = given
        .rnd_check
        .as_ref()
        .map(|check| ReassignedCheck { on: check.on.0, reassigned: check.reassigned != Some(false) });
    let revoked = given.consent_withdrawn.or(given.revoked_at).is_some_and(|day| day.0 <= today);
    let opted_out = given.opted_out.or(given.optout) == Some(true) || revoked;
    txt_1(last, check, opted_out, today)
}

pub(super) fn who(given: &Given) -> Option<Person> {
    let name = given.person.as_deref().or(given.contact.as_deref())?;
    let minor = given.consumer_age.is_some_and(|age| age < 18);
    Some(match name {
        "consumer"
        | "spouse"
        | "parent_of_minor"
        | "parent_of_minor_consumer"
        | "guardian"
        | "executor"
        | "administrator"
        | "personal_representative"
        | "successor"
        | "confirmed_successor"
        | "confirmed_successor_in_interest" => Person::Consumer,
        "parent" if minor => Person::Consumer,
        "consumer_attorney"
        | "attorney"
        | "creditor"
        | "creditor_attorney"
        | "collector_attorney"
        | "debt_collector_attorney"
        | "cra"
        | "consumer_reporting_agency"
        | "credit_bureau" => Person::Excepted,
        _ => Person::Other,
    })
}

pub(super) fn person(given: &Given) -> Finding {
    let location = given.purpose_says(&["location", "locate"]).then(|| LocationContact {
        earlier: given.prior_location_contacts.unwrap_or(0),
        repeat_justified: given.earlier_answer_believed_wrong == Some(true),
        mentions_debt: given.mentions_debt == Some(true),
        names_employer_unasked: given.names_employer == Some(true) && given.employer_asked != Some(true),
        attorney_known: given.attorney_known == Some(true),
    });
    tpd_1(who(given), location)
}

fn voicemail(given: &Given) -> Finding {
    if given.has.0.is_empty() && given.extra.0.is_empty() {
        return Finding::unknown(&VML_1, "what the voicemail says");
    }
    let part = |name: &String| match name.as_str() {
        "business_name_neutral" | "business_name" => VoicemailPart::NeutralName,
        "request_reply" | "request_to_reply" => VoicemailPart::RequestReply,
        "natural_person_name" | "person_name" => VoicemailPart::PersonName,
        "callback_number" | "telephone_number" => VoicemailPart::CallbackNumber,
        "salutation" => VoicemailPart::Salutation,
        "date_time" | "date" | "time" | "date and time" => VoicemailPart::DateTime,
        "suggested_times" | "suggested times" => VoicemailPart::SuggestedTimes,
        "any_representative" | "any representative" => VoicemailPart::AnyRepresentative,
        _ => VoicemailPart::Other,
    };
    vml_1(&given.has.0.iter().chain(&given.extra.0).map(part).collect())
}

pub(super) fn mini_miranda(given: &Given) -> Result<Finding, VectorError> {
    let first = given.first_contact.as_ref().map(|word| word.0.as_str());
    let pleading = matches!(first, Some("proof_of_claim" | "formal_pleading" | "pleading"))
        || given.action_says(&["pleading", "proof_of_claim"]);
    let initial = match first {
        None => None,
        Some("true") => Some(true),
        Some("false") => Some(false),
        Some(_) if pleading => None,
        Some(other) => return Err(wrong("MMD-1", "first_contact", other)),
    };
    if given.right_party_verified == Some(false) {
        return Ok(Finding::supervisor(&MMD_1, "First make sure who answers: the text names a debt."));
    }
    Ok(mmd(initial, given.first_written == Some(true), pleading))
}

fn exposure(given: &Given) -> Finding {
    if given.action.is_none() && given.medium.is_none() && given.envelope_telling.is_none() {
        return Finding::unknown(&SOC_1, "what is shown, and how");
    }
    let telling = given.envelope_telling == Some(true) || !given.envelope_extra.0.is_empty();
    if given.action_says(&["postcard"]) || given.medium.as_deref() == Some("postcard") {
        soc_1(Exposure::Postcard)
    } else if given.action_says(&["social", "social_media", "post"]) {
        match given.public {
            Some(public) => soc_1(Exposure::SocialMedia { public }),
            None => Finding::unknown(&SOC_1, "whether others can see it"),
        }
    } else {
        soc_1(Exposure::Envelope { telling })
    }
}
