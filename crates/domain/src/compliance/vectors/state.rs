//! Cases about states and cities.

use chrono::NaiveDate;

use super::contact;
use super::facts::medium_of;
use super::given::Given;
use super::words::{DayOrFlag, Tagged, has_word};
use super::{Answer, VectorError};
use crate::account::{CustomerKind, Mode};
use crate::compliance::rules::cities::{CityContacts, DistrictContacts, ElectronicConsent, st_dc, st_nyc, st_nyc27};
use crate::compliance::rules::frequency::window;
use crate::compliance::rules::states::{
    CommercialDebt, Place, PlacedContact, night_bar, st_ca, st_cab, st_fl, st_ma, st_ma2, st_nv, st_ny_coerced,
    st_ny_electronic, st_wa, st_wa_hours, st_wv,
};
use crate::compliance::rules::table::{ST_CA, ST_DC, ST_FL, ST_MA, ST_MA2, ST_NY, ST_NYC, ST_NYC27, ST_WA, ST_WV};
use crate::compliance::verdict::{Finding, combine};
use crate::contact::Medium;

pub(super) fn run(rule: &'static str, given: &Given) -> Result<Option<Answer>, VectorError> {
    Ok(Some(match rule {
        _ if elsewhere(rule, given) => Finding::allow(&ST_MA, "The law of another state.").into(),
        "ST-MA" => massachusetts(given)?.into(),
        "ST-MA2" => massachusetts_validation(given).into(),
        "ST-NYC" => city(given).into(),
        "ST-NYC27" => city_2027(given).into(),
        "ST-DC" => district(given).into(),
        "ST-WA" => washington(given)?.into(),
        "ST-FL" => florida(given)?.into(),
        "ST-CA" => california(given)?.into(),
        "ST-CAB" => california_business(given)?,
        "ST-NY" => new_york(given)?.into(),
        "ST-NV" => nevada(given).into(),
        "ST-WV" => west_virginia(given)?.into(),
        _ => return Ok(None),
    }))
}

/// The case names states, and the rule's is none of them. ST-CAB asks itself.
fn elsewhere(rule: &str, given: &Given) -> bool {
    let own = rule.strip_prefix("ST-").filter(|name| *name != "CAB").and_then(|name| name.get(..2));
    own.is_some_and(|own| {
        !given.state.0.is_empty() && !given.state.0.iter().any(|state| state.eq_ignore_ascii_case(own))
    })
}

fn place(kind: &str) -> Place {
    let says = |words: &[&str]| words.iter().any(|word| has_word(kind, word));
    if says(&["work", "employer"]) {
        Place::Work
    } else if says(&["cell", "mobile"]) {
        Place::Cell
    } else if says(&["elsewhere", "other"]) {
        Place::Elsewhere
    } else {
        Place::Residence
    }
}

/// A contact from its tag; one that says nothing of itself was a call like the next one.
fn placed((contact, medium): (&Tagged, Medium), here: Place) -> PlacedContact {
    let unable = ["busy", "not_in_service", "disconnected", "unable", "unable_to_leave_message"];
    let named = ["work", "cell", "mobile", "home", "residence", "elsewhere", "other"];
    PlacedContact {
        on: contact.on,
        place: if contact.says(&named) { place(&contact.tag) } else { here },
        medium,
        unable: contact.says(&unable),
    }
}

/// Contacts under whichever name the case gives them, without replies and returned mail. The medium
/// is that of the tag, else that of the list.
fn contacts(given: &Given) -> impl Iterator<Item = (&Tagged, Medium)> {
    let lists = [
        (&given.contacts, Medium::Call),
        (&given.communications, Medium::Call),
        (&given.calls, Medium::Call),
        (&given.texts, Medium::Text),
        (&given.emails, Medium::Email),
        (&given.letters, Medium::Letter),
    ];
    let all = lists.into_iter().flat_map(|(list, medium)| list.0.iter().map(move |contact| (contact, medium)));
    all.filter(|(contact, _)| {
        let reply = contact.says(&["reply", "reply_to_consumer", "response", "inbound"]);
        !reply && !contact.says(&["returned", "returned_unopened", "returned_mail"])
    })
    .map(|(contact, medium)| (contact, medium_of(&contact.tag).unwrap_or(medium)))
}

fn is_reply(given: &Given) -> bool {
    given.message().is_some()
}

fn massachusetts(given: &Given) -> Result<Finding, VectorError> {
    let night = match given.at {
        Some(at) => Some(night_bar(&ST_MA, &given.zones("ST-MA")?, at)),
        None => None,
    };
    let Some(today) = given.today() else {
        return Ok(Finding::unknown(&ST_MA, "the day of the contact"));
    };
    // Where the number rings is not known: the stricter of both counts.
    let places = match given.number_type.as_deref() {
        Some(kind) => vec![place(kind)],
        None => vec![Place::Residence, Place::Elsewhere],
    };
    let caps = places.into_iter().map(|here| {
        let all: Vec<PlacedContact> = contacts(given).map(|contact| placed(contact, here)).collect();
        st_ma(&all, given.medium().unwrap_or(Medium::Call), here, today)
    });
    Ok(worst(night.into_iter().chain(caps), &ST_MA))
}

/// The worst of an overlay's findings.
fn worst(findings: impl IntoIterator<Item = Finding>, rule: &'static crate::compliance::rules::RuleRow) -> Finding {
    let verdict = combine(findings);
    let nothing = || Finding::unknown(rule, "anything that this rule looks at");
    verdict.deciding().cloned().unwrap_or_else(nothing)
}

fn massachusetts_validation(given: &Given) -> Finding {
    match given.initial_communication {
        Some(day) => {
            let sent = given.notice_sent.or(given.sent).map(|day| day.0);
            st_ma2(day.0, sent, given.today())
        }
        None => Finding::unknown(&ST_MA2, "the day of the initial communication"),
    }
}

fn city_contacts(given: &Given) -> CityContacts {
    CityContacts {
        procedures: given.debt_collection_procedures,
        contacts: contacts(given).map(|(contact, _)| contact.on).collect(),
        reply: is_reply(given),
    }
}

fn city(given: &Given) -> Finding {
    match given.today() {
        Some(today) => st_nyc(&city_contacts(given), today),
        None => Finding::unknown(&ST_NYC, "the day of the contact"),
    }
}

fn city_2027(given: &Given) -> Finding {
    let Some(today) = given.today() else {
        return Finding::unknown(&ST_NYC27, "the day of the contact");
    };
    let used = given.consumer_used_medium.and_then(|day| match day {
        DayOrFlag::Day(day) => Some(day),
        DayOrFlag::Flag(used) => used.then_some(today),
    });
    let revoked = given.consent_withdrawn.or(given.revoked_at).is_some_and(|day| day.0 <= today);
    let consented = given.electronic_consent.or(given.written_consent).map(|given| given && !revoked);
    let consent = ElectronicConsent { given: consented, medium_used: used };
    if given.medium().is_none() && consent.given != Some(true) {
        return Finding::unknown(&ST_NYC27, "the medium");
    }
    let medium = given.medium().unwrap_or(Medium::Call);
    st_nyc27(&city_contacts(given), medium, consent, today)
}

fn district(given: &Given) -> Finding {
    let Some(medium) = given.medium() else {
        return Finding::unknown(&ST_DC, "the medium");
    };
    if given.today().is_none() && contacts(given).next().is_some() {
        return Finding::unknown(&ST_DC, "the day of the contact");
    }
    let count = |cap: u32, wanted: &dyn Fn(Medium) -> bool| {
        let dates = contacts(given).filter(|(_, kind)| wanted(*kind)).map(|(contact, _)| contact.on);
        given.today().map(|today| window(dates, today, 7, cap))
    };
    let calls = count(4, &|kind| matches!(kind, Medium::Call | Medium::Voicemail));
    let messages = count(5, &|kind| matches!(kind, Medium::Email | Medium::Text));
    let electronic = matches!(medium, Medium::Email | Medium::Text);
    let frees = if electronic { messages } else { calls }.and_then(|(_, free)| free);
    let listed = |counted: Option<(u32, Option<NaiveDate>)>| counted.map_or(0, |(count, _)| count);
    st_dc(
        DistrictContacts {
            calls: given.calls_in_7_days.unwrap_or_else(|| listed(calls)),
            messages: given.e_msgs_7d.unwrap_or_else(|| listed(messages)),
            consent_requests: given.consent_requests_7d.unwrap_or(0),
            consent: given.electronic_consent,
            asks_consent: given.purpose_says(&["ask_consent", "request_consent", "seek_consent"]),
            days_past_due: given.days_past_due,
            frees,
        },
        medium,
    )
}

fn washington(given: &Given) -> Result<Finding, VectorError> {
    let licensee = given.licensee.or(match given.mode("ST-WA")? {
        // Creditors collecting their own debts in their own names need no license.
        Some(Mode::FirstParty) => Some(false),
        _ => None,
    });
    let night = match given.at {
        Some(at) if given.medium() != Some(Medium::Letter) => Some(st_wa_hours(licensee, &given.zones("ST-WA")?, at)),
        _ => None,
    };
    let here = place(given.number_type.as_deref().unwrap_or_default());
    let all: Vec<PlacedContact> = contacts(given).map(|contact| placed(contact, here)).collect();
    let cap = given.today().map(|today| st_wa(licensee, &all, here, is_reply(given), today));
    Ok(worst(night.into_iter().chain(cap), &ST_WA))
}

fn florida(given: &Given) -> Result<Finding, VectorError> {
    let mut findings = Vec::new();
    if let Some(at) = given.at {
        let medium = given.medium().unwrap_or(Medium::Call);
        findings.push(st_fl(medium, &given.zones("ST-FL")?, at));
    }
    if given.attorney_known.is_some() {
        findings.push(contact::attorney(given).under(&ST_FL));
    }
    Ok(worst(findings, &ST_FL))
}

fn california(given: &Given) -> Result<Finding, VectorError> {
    let mut adopted = Vec::new();
    if given.cease_written_received.is_some() || given.cease_oral.is_some() || given.cease.is_some() {
        adopted.push(contact::cease(given));
    }
    if given.attorney_known.is_some() {
        adopted.push(contact::attorney(given));
    }
    if given.at.is_some() {
        adopted.push(contact::hours("TIM-1", given)?);
    }
    if given.employer_prohibits.is_some() {
        adopted.push(contact::place(given));
    }
    if given.person.is_some() {
        adopted.push(super::message::person(given));
    }
    if given.add.is_some() || given.agreement_authorizes.is_some() {
        let (agreement, law) = (given.agreement_authorizes, given.law_authorizes);
        adopted.push(crate::compliance::rules::charges::fee_1(agreement, law));
    }
    if adopted.is_empty() {
        return Ok(Finding::unknown(&ST_CA, "anything that the adopted rules look at"));
    }
    Ok(st_ca(adopted))
}

fn california_business(given: &Given) -> Result<Answer, VectorError> {
    if given.account("ST-CAB")? == Some(CustomerKind::Consumer) {
        return Ok(Answer::value("not_applicable"));
    }
    if !given.state.0.is_empty() && !given.states_any("CA") {
        return Ok(Answer::value("not_applicable"));
    }
    let obligor = given.obligor.as_deref();
    let creditor = given.creditor_is.as_deref();
    let says =
        |text: Option<&str>, words: &[&str]| text.is_some_and(|text| words.iter().any(|word| has_word(text, word)));
    let dates = [given.entered, given.renewed_on, given.sold, given.assigned];
    let finding = st_cab(CommercialDebt {
        natural_person: obligor.map(|_| says(obligor, &["natural_person", "individual", "sole_proprietor"])),
        lender: match creditor {
            Some(_) if says(creditor, &["lender", "financing", "debt_buyer", "buyer"]) => Some(true),
            _ => None,
        },
        total: given.total.map(|number| number.0),
        entered: dates.iter().flatten().map(|day| day.0).max(),
    });
    let applies = finding.reason.inputs.get("applies").cloned();
    Ok(match applies.as_deref() {
        Some("true") => Answer::value("apply_ST-CA"),
        Some("false") => Answer::value("not_applicable"),
        _ => finding.into(),
    })
}

fn new_york(given: &Given) -> Result<Finding, VectorError> {
    let coerced = given.coerced_debt_docs;
    let mut findings = Vec::new();
    if coerced.is_some() {
        findings.push(st_ny_coerced(coerced == Some(true), given.review_done, given.today()));
    }
    let consent = given.written_consent.or(given.electronic_consent);
    if let (Some(mode), Some(medium)) = (given.mode("ST-NY")?, given.medium())
        && (consent.is_some() || coerced.is_none())
    {
        findings.push(st_ny_electronic(mode, medium, consent));
    }
    Ok(worst(findings, &ST_NY))
}

fn nevada(given: &Given) -> Finding {
    let notice = given.notice_sent.or(given.notice_mailed).map(|day| day.0);
    st_nv(given.fees_itemized, given.medical_debt == Some(true), notice, given.today())
}

fn west_virginia(given: &Given) -> Result<Finding, VectorError> {
    let mut findings = Vec::new();
    if let Some(at) = given.at {
        findings.push(night_bar(&ST_WV, &given.zones("ST-WV")?, at));
    }
    if let Some(today) = given.today() {
        let repeat = |count: Option<u32>| std::iter::repeat_n(today, count.unwrap_or(0).min(1_000) as usize);
        let calls = contacts(given).filter(|(_, kind)| matches!(kind, Medium::Call | Medium::Voicemail));
        let calls: Vec<NaiveDate> = calls.map(|(contact, _)| contact.on).chain(repeat(given.calls_in_7_days)).collect();
        let talks = given.conversation.0.iter().map(|day| day.0);
        let talks: Vec<NaiveDate> = talks.chain(repeat(given.conversations_in_7_days)).collect();
        findings.push(st_wv(&calls, &talks, today));
    }
    Ok(worst(findings, &ST_WV))
}
