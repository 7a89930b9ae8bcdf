//! Cases of several rules at once: every rule whose facts are given speaks, and the worst wins.

use super::given::Given;
use super::words::{DayOrFlag, Word};
use super::{Answer, VectorError, contact, debt, frequency, message, out_of_scope, protected};
use crate::compliance::rules::table::{FRQ_1, MED_1, PLC_1, PRI_1, TIM_1, TXT_1};
use crate::compliance::rules::{RuleRow, rule};
use crate::compliance::verdict::{Finding, combine};

pub(super) fn run(given: &Given) -> Result<Answer, VectorError> {
    let mut findings = Vec::new();
    for (id, is_given, run) in applicable(given) {
        let bound = match rule(id) {
            Some(row) => !out_of_scope(row, given)?,
            None => false,
        };
        if is_given && bound {
            findings.push(run(given)?);
        }
    }
    findings.extend(answered(given));
    if findings.is_empty() {
        findings.push(Finding::unknown(&PRI_1, "anything that a rule looks at"));
    }
    Ok(Answer::Decided(combine(findings).decision))
}

type Run = fn(&Given) -> Result<Finding, VectorError>;

/// The rules of a contact, whether the case has their facts, and how they are run.
fn applicable(given: &Given) -> [(&'static str, bool, Run); 25] {
    let has_calls = !given.calls.0.is_empty()
        || given.calls_debt_a.is_some()
        || given.calls_debt_b.is_some()
        || given.calls_cell.is_some()
        || given.calls_home.is_some();
    let electronic = given.email_type.is_some();
    let ceased = given.cease_written_received.is_some() || given.cease_oral == Some(true) || given.cease == Some(true);
    let claims_theft = given.consumer_says_identity_theft.is_some() || given.notified_605b.is_some();
    let insolvent = given.petition.is_some() || given.bankruptcy.is_some();
    let disputes =
        given.written_dispute.is_some() || given.received.is_some() || given.dispute.as_ref().is_some_and(Word::is_yes);
    let discharged =
        given.discharged.is_some_and(DayOrFlag::happened) || given.bankruptcy.as_deref() == Some("discharged");
    let excepted = given.consent.is_some();
    [
        ("BK-1", insolvent && !discharged, |given| Ok(protected::stay(given))),
        ("BK-2", discharged, |given| Ok(protected::discharge(given))),
        ("IDT-2", claims_theft, |given| Ok(protected::identity_theft(given))),
        ("CEA-1", ceased, |given| Ok(contact::cease(given))),
        ("ATT-1", given.attorney_known.is_some(), |given| Ok(contact::attorney(given))),
        ("DSP-1", disputes, |given| Ok(debt::dispute(given))),
        ("DSP-2", given.oc_request.is_some(), |given| Ok(debt::original_creditor(given))),
        ("DEC-1", given.consumer_deceased.is_some(), |given| Ok(protected::estate(given))),
        ("MIN-1", given.consumer_age.is_some(), |given| Ok(protected::minor(given))),
        ("TIM-1", given.at.is_some() || given.tz.is_some(), |given| contact::hours("TIM-1", given)),
        ("TIM-3", !given.inconvenient.0.is_empty(), contact::inconvenient),
        ("PLC-1", given.employer_prohibits.is_some(), |given| Ok(contact::place(given))),
        ("PLC-2", electronic, |given| Ok(contact::work_email(given))),
        ("MED-1", !given.blocked_media.0.is_empty(), contact::medium),
        ("OPT-1", given.body_has_optout.is_some(), |given| Ok(message::optout(given))),
        ("EML-1", given.basis.is_some(), message::email),
        ("TXT-1", given.last_consumer_text.is_some(), |given| Ok(message::text(given))),
        ("TPD-1", given.person.as_deref().is_some_and(|name| !is_reference(name)), |given| Ok(message::person(given))),
        ("MMD-1", given.first_contact.is_some(), message::mini_miranda),
        ("FRQ-3", excepted, |given| Ok(frequency::excluded(given))),
        ("FRQ-1", has_calls && !excepted, |given| Ok(frequency::calls(given))),
        ("FRQ-2", !given.conversation.0.is_empty() && !excepted, |given| Ok(frequency::conversation(given))),
        ("FRQ-4", given.calls_all_debts_7d.is_some(), |given| Ok(frequency::aggregate(given))),
        ("VAL-4", given.text.is_some() || given.overshadows.is_some(), |given| Ok(debt::pressing(given))),
        ("VAL-2", given.missing.is_some() || given.items.is_some(), |given| Ok(debt::content(given))),
    ]
}

/// Answers that the case gives ready made.
fn answered(given: &Given) -> impl Iterator<Item = Finding> {
    let answers: [(&'static RuleRow, Option<bool>); 5] = [
        (&TIM_1, given.time_ok),
        (&FRQ_1, given.frequency_ok),
        (&MED_1, given.medium_ok),
        (&PLC_1, given.place_ok),
        (&TXT_1, given.consent_ok),
    ];
    answers.into_iter().filter_map(|(row, ok)| {
        ok.map(|ok| {
            if ok { Finding::allow(row, "Answered beforehand.") } else { Finding::block(row, "Answered beforehand.") }
        })
    })
}

/// A person's number in the case, such as `P1`, which says nothing of who they are.
fn is_reference(person: &str) -> bool {
    person
        .strip_prefix('P')
        .is_some_and(|number| !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit()))
}
