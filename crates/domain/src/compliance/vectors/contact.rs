//! Cases about contact: scope, hours and places, what stops it.

use chrono::NaiveDate;

use super::facts::{medium_of, wrong};
use super::given::Given;
use super::words::{DayOrFlag, has_word};
use super::{Answer, VectorError};
use crate::account::{CustomerKind, Mode};
use crate::compliance::rules;
use crate::compliance::rules::hours::{
    Inconvenient, WorkEmail, federal_hours, plc_1, plc_1_massachusetts, plc_2, tim_1, tim_1_business, tim_3,
};
use crate::compliance::rules::scope::{Scope, scp_1, uses_other_name};
use crate::compliance::rules::stops::{Attorney, CeaseException, MediumException, att_1, cea_1, med_1};
use crate::compliance::rules::table::{ATT_1, CEA_1, MED_1, TIM_1, TIM_3};
use crate::compliance::verdict::Finding;
use crate::contact::Medium;

pub(super) fn run(rule: &'static str, given: &Given) -> Result<Option<Answer>, VectorError> {
    Ok(Some(match rule {
        "SCP-1" => scope(given)?,
        "TIM-1" | "TIM-2" => hours(rule, given)?.into(),
        "TIM-3" => inconvenient(given)?.into(),
        "PLC-1" => place(given).into(),
        "PLC-2" => work_email(given).into(),
        "ATT-1" => attorney(given).into(),
        "CEA-1" => cease(given).into(),
        "MED-1" => medium(given)?.into(),
        _ => return Ok(None),
    }))
}

fn scope(given: &Given) -> Result<Answer, VectorError> {
    let mode = given.mode("SCP-1")?;
    let account = given.account("SCP-1")?;
    let (Some(mode), Some(account)) = (mode, account) else {
        let rule = &rules::table::SCP_1;
        return Ok(Finding::unknown(rule, "the mode or the account type").into());
    };
    let names = given.owner.as_deref().zip(given.collects_in_name.as_deref());
    let other = names.is_some_and(|(owner, name)| uses_other_name(owner, name));
    if other && mode == Mode::FirstParty && account == CustomerKind::Consumer {
        return Ok(Answer::value("apply_third_party_rules"));
    }
    // Without a rule the question is about federal collection law as such.
    let asked = given.rule.as_deref().unwrap_or("FRQ-1");
    let row = rules::rule(asked).ok_or_else(|| wrong("SCP-1", "rule", asked))?;
    Ok(Answer::value(match scp_1(row, mode, account, &given.states()) {
        Scope::Applies => "applicable",
        Scope::ThroughCalifornia => "apply_ST-CA",
        Scope::NotApplicable => "not_applicable",
    }))
}

pub(super) fn hours(rule: &'static str, given: &Given) -> Result<Finding, VectorError> {
    if given.medium() == Some(Medium::Letter) {
        return Ok(Finding::allow(&TIM_1, "A letter has no hour."));
    }
    let zones = given.zones(rule)?;
    let Some(at) = given.at else {
        return Ok(Finding::unknown(&TIM_1, "the moment"));
    };
    Ok(match given.account(rule)? {
        Some(CustomerKind::Business) => tim_1_business(&zones, at, federal_hours()),
        _ => tim_1(&zones, at, federal_hours()),
    })
}

pub(super) fn inconvenient(given: &Given) -> Result<Finding, VectorError> {
    let midnight = chrono::NaiveTime::MIN;
    let here = |place: &str| given.number_type.as_deref().is_some_and(|kind| has_word(kind, place));
    let mut place = given.inconvenient_place.0.iter().any(|name| here(name));
    let mut windows = Vec::new();
    for window in &given.inconvenient.0 {
        match &window.place {
            Some(name) if window.from.is_none() => place |= here(name),
            Some(name) if !here(name) => {}
            _ => windows.push(Inconvenient {
                days: window.days.clone().map_or_else(every_day, |days| days.0),
                from: window.from.map_or(midnight, |time| time.0),
                to: window.to.map_or(midnight, |time| time.0),
            }),
        }
    }
    let zones = given.zones("TIM-3")?;
    let medium = given.medium().unwrap_or(Medium::Call);
    let Some(at) = given.at else {
        return Ok(if place && given.message().is_none() {
            Finding::block(&TIM_3, "The consumer called this place inconvenient, at any time.")
        } else if windows.is_empty() && !place {
            Finding::allow(&TIM_3, "No time or place was called inconvenient.")
        } else {
            Finding::unknown(&TIM_3, "the moment")
        });
    };
    Ok(tim_3(&windows, place, &zones, at, medium, given.message()))
}

fn every_day() -> Vec<chrono::Weekday> {
    use chrono::Weekday::{Fri, Mon, Sat, Sun, Thu, Tue, Wed};
    vec![Mon, Tue, Wed, Thu, Fri, Sat, Sun]
}

pub(super) fn place(given: &Given) -> Finding {
    let at_work =
        given.number_type.as_deref().map_or(given.employer_prohibits.is_some(), |kind| has_word(kind, "work"));
    let massachusetts = given.oral_request.filter(|_| at_work && given.states_any("MA"));
    if let Some((oral, today)) = massachusetts.zip(given.today()) {
        let written = given.written_request.map(|day| day.0);
        let request = plc_1_massachusetts(oral.0, written, today);
        if !request.permits() || given.employer_prohibits.is_none() {
            return request;
        }
    }
    plc_1(at_work, given.employer_prohibits)
}

pub(super) fn work_email(given: &Given) -> Finding {
    let kind = given.email_type.as_deref();
    let work = |kind: &str| has_word(kind, "employer") || has_word(kind, "work");
    plc_2(WorkEmail {
        employer_provided: kind.map(work),
        used_for_debt: given.consumer_used_it_for_this_debt == Some(true),
        direct_consent: given.direct_consent.is_some_and(DayOrFlag::happened),
        opted_out: given.opted_out.or(given.optout) == Some(true),
    })
}

pub(super) fn attorney(given: &Given) -> Finding {
    // The rule sends the collector to the attorney: it cannot bar that contact too.
    let person = given.person.as_deref().or(given.contact.as_deref());
    if given.attorney_known == Some(true) && matches!(person, Some("attorney" | "consumer_attorney")) {
        return Finding::allow(&ATT_1, "This is the contact with the attorney.");
    }
    let facts = Attorney {
        represented: given.attorney_known,
        contact_known: given.attorney_contact_known,
        consented: given.attorney_consented == Some(true),
        replied: given.attorney_replied == Some(true),
        letter_sent: given.letter_to_attorney.map(|day| day.0),
    };
    match given.today() {
        Some(today) => att_1(facts, today, 30),
        // Without today a letter says nothing yet.
        None => att_1(Attorney { letter_sent: None, ..facts }, NaiveDate::MIN, 30),
    }
    .under(&ATT_1)
}

pub(super) fn cease(given: &Given) -> Finding {
    let accepted = match given.cease_medium.as_deref() {
        Some("portal") => given.accepted_channel.or(given.collector_accepts_portal),
        Some("email") => given.accepted_channel.or(given.collector_accepts_email),
        Some("text") => given.accepted_channel.or(given.collector_accepts_text),
        Some("oral" | "phone" | "call") => Some(false),
        _ => given.accepted_channel.or(Some(true)),
    };
    let asked = given.cease.filter(|asked| *asked).and(given.received).map(|day| DayOrFlag::Day(day.0));
    let written = given.cease_written_received.or(asked).filter(|day| day.happened());
    if written.is_some() || given.cease == Some(true) {
        match accepted {
            None => return Finding::unknown(&CEA_1, "whether we accept that electronic channel"),
            Some(false) => return Finding::supervisor(&CEA_1, "Not in a writing that we accept."),
            Some(true) => {}
        }
        let received = written.and_then(DayOrFlag::day).unwrap_or(NaiveDate::MIN);
        let today = given.today().unwrap_or(NaiveDate::MAX);
        return cea_1(Some(received), today, cease_exception(given));
    }
    if given.cease_oral == Some(true) {
        return oral_cease(given);
    }
    cea_1(None, NaiveDate::MAX, None)
}

fn cease_exception(given: &Given) -> Option<CeaseException> {
    if given.purpose_says(&["specified_remedy", "specific_remedy", "intent"]) {
        Some(CeaseException::SpecifiedRemedy)
    } else if given.purpose_says(&["remedies", "remedy", "may_invoke", "ordinarily"]) {
        Some(CeaseException::RemediesOrdinarilyInvoked)
    } else if given.purpose_says(&["ending", "end", "terminate", "terminating", "terminated"]) {
        Some(CeaseException::EndingEfforts)
    } else {
        None
    }
}

/// What is only said refuses the media it names (1006.14(h)), and nothing else.
fn oral_cease(given: &Given) -> Finding {
    let words = given.cease_words.as_deref().unwrap_or_default();
    let named = named_media(words);
    match given.medium() {
        Some(_) if named.is_empty() => {
            Finding::supervisor(&CEA_1, "Asked orally to stop, without naming a medium: ask which.")
        }
        Some(medium) => med_1(&named, medium, medium_exception(given)).under(&CEA_1),
        None => Finding::unknown(&CEA_1, "the medium"),
    }
}

fn named_media(words: &str) -> Vec<Medium> {
    let sets: [(&[&str], Medium); 4] = [
        (
            &["call", "calls", "calling", "phone", "phoning", "telephone", "telephoning", "ring", "ringing"],
            Medium::Call,
        ),
        (&["text", "texts", "texting", "sms"], Medium::Text),
        (&["email", "emails", "emailing"], Medium::Email),
        (&["mail", "mailing", "letter", "letters", "writing"], Medium::Letter),
    ];
    let named = sets.iter().filter(|(set, _)| set.iter().any(|word| has_word(words, word)));
    named.map(|(_, medium)| *medium).collect()
}

fn medium_exception(given: &Given) -> Option<MediumException> {
    if given.purpose_says(&["optout_confirmation", "opt_out_confirmation"]) {
        Some(MediumException::OptOutConfirmation)
    } else if given.purpose_says(&["required_by_law", "legally_required"]) {
        Some(MediumException::RequiredByLaw)
    } else {
        let at = given.at.unwrap_or(chrono::DateTime::<chrono::Utc>::MAX_UTC);
        let medium = given.medium()?;
        let reply = given.message().is_some_and(|message| message.admits_reply(medium, at));
        reply.then_some(MediumException::Reply)
    }
}

pub(super) fn medium(given: &Given) -> Result<Finding, VectorError> {
    let mut refused = Vec::new();
    for name in &given.blocked_media.0 {
        refused.push(medium_of(name).ok_or_else(|| wrong("MED-1", "blocked_media", name))?);
    }
    refused.extend(given.cease_words.as_deref().into_iter().flat_map(named_media));
    Ok(match given.medium() {
        Some(medium) => med_1(&refused, medium, medium_exception(given)),
        None if refused.is_empty() => Finding::allow(&MED_1, "No medium was refused."),
        None => Finding::unknown(&MED_1, "the medium"),
    })
}
