//! Cases about the debt: charges, furnishing, validation, disputes, records, telephone law.

use chrono::NaiveDate;

use super::given::Given;
use super::words::{DayOrFlag, has_word};
use super::{Answer, VectorError};
use crate::calendar::Calendar;
use crate::compliance::rules::charges::{DebtStatus, LegalAct, OwedDebt, PostDated, fee_1, pay_1, pdc_1, sal_1, tbd_1};
use crate::compliance::rules::disputes::{Written, dsp_1, dsp_2, dsp_3};
use crate::compliance::rules::records::{BeforeFurnishing, Kept, dispute_answer_due, fur_1, fur_2, ret_1};
use crate::compliance::rules::table::{PAY_1, PDC_1, SAL_1, TBD_1, VAL_1, VAL_2, VAL_3};
use crate::compliance::rules::validation::{NoticeFacts, Sending, overshadows, val_1, val_2, val_3, val_4, val_5};
use crate::compliance::texts;
use crate::compliance::verdict::Finding;

pub(super) fn run(rule: &'static str, given: &Given) -> Result<Option<Answer>, VectorError> {
    Ok(Some(match rule {
        "FEE-1" => fee_1(given.agreement_authorizes, given.law_authorizes).into(),
        "PDC-1" => post_dated(given).into(),
        "TBD-1" => time_barred(given).into(),
        "SAL-1" => sale(given).into(),
        "PAY-1" => payment(given),
        "FUR-1" => furnish(given).into(),
        "FUR-2" => disputed(given),
        "RET-1" => retention(given).into(),
        "VAL-1" => notice(given),
        "VAL-2" => content(given).into(),
        "VAL-3" => validation_end(given),
        "VAL-4" => pressing(given).into(),
        "VAL-5" => val_5(given.is_initial_communication, given.esign_consent, given.valid_email_basis).into(),
        "DSP-1" => dispute(given).into(),
        "DSP-2" => original_creditor(given).into(),
        "DSP-3" => duplicative(given).into(),
        _ => return Ok(None),
    }))
}

fn post_dated(given: &Given) -> Finding {
    if given.criminal_threat == Some(true) || given.purpose_says(&["criminal", "prosecution"]) {
        return Finding::block(&PDC_1, "Never taken to threaten criminal prosecution.");
    }
    let (Some(dated), Some(deposit)) = (given.instrument_dated, given.deposit) else {
        return Finding::unknown(&PDC_1, "the date on the payment and the day of its deposit");
    };
    let (least, most) = match given.holiday_observed.as_deref() {
        None => (Calendar::Federal, Calendar::Statutory),
        Some("both" | "true") => (Calendar::Federal, Calendar::Federal),
        Some(_) => (Calendar::Statutory, Calendar::Statutory),
    };
    let payment = PostDated {
        accepted: given.accepted.map(|day| day.0),
        dated: dated.0,
        deposit: deposit.0,
        notice: given.written_notice.map(|day| day.0),
        criminal_threat: false,
    };
    pdc_1(payment, least, most)
}

fn time_barred(given: &Given) -> Finding {
    if given.action.is_none() {
        return Finding::unknown(&TBD_1, "what would be done");
    }
    let act = if given.action_says(&["proof_of_claim"]) {
        LegalAct::ProofOfClaim
    } else if given.action_says(&["suit", "sue", "lawsuit", "litigate", "legal", "complaint"]) {
        LegalAct::Suit
    } else {
        LegalAct::Other
    };
    tbd_1(act, given.sol_expiry.map(|day| day.0), given.today())
}

fn sale(given: &Given) -> Finding {
    let disposes = ["sell", "sale", "transfer", "place", "assign", "place_for_collection"];
    if !given.action().is_empty() && !given.action_says(&disposes) {
        return Finding::allow(&SAL_1, "Neither a sale, transfer nor placement.");
    }
    sal_1(given.status.as_deref().and_then(|status| {
        let says = |words: &[&str]| words.iter().any(|word| has_word(status, word));
        if says(&["paid", "paid_in_full", "settled", "discharged"]) && !says(&["partially", "un"]) {
            Some(DebtStatus::Ended)
        } else if says(&["open", "active", "owed", "unpaid", "delinquent", "past_due"]) {
            Some(DebtStatus::Open)
        } else {
            None
        }
    }))
}

fn payment(given: &Given) -> Answer {
    let debts: Vec<OwedDebt> = given
        .debts
        .iter()
        .map(|(name, status)| OwedDebt {
            name: name.clone(),
            disputed: has_word(status, "disputed"),
            open: !["paid", "settled", "closed", "discharged"].iter().any(|word| has_word(status, word)),
        })
        .collect();
    if debts.is_empty() {
        return Finding::unknown(&PAY_1, "the debts").into();
    }
    match pay_1(&debts, given.direction.as_deref()) {
        Ok(name) => Answer::value(format!("apply_to_{name}_only")),
        Err(finding) => finding.into(),
    }
}

fn furnish(given: &Given) -> Finding {
    let today = given.today();
    let sent = given.letter_mailed.or(given.emailed).or(given.sent).map(|day| day.0);
    let happened = |day: DayOrFlag, otherwise: Option<NaiveDate>| match day {
        DayOrFlag::Day(day) => Some(day),
        DayOrFlag::Flag(true) => otherwise,
        DayOrFlag::Flag(false) => None,
    };
    let returned = given.undeliverable.or(given.returned);
    fur_1(
        BeforeFurnishing {
            spoke: given.spoke_about_debt_by_phone.and_then(|day| happened(day, today)),
            sent,
            undeliverable: returned.and_then(|day| happened(day, sent)),
            resent: given.resent.map(|day| day.0),
            check_specialty: given.cra_type.as_deref().is_some_and(|kind| has_word(kind, "check")),
        },
        today,
    )
}

fn disputed(given: &Given) -> Answer {
    if given.action_says(&["compute_answer_by", "compute_dispute_answer_by"]) {
        return match given.received {
            Some(day) => {
                let more = given.new_information == Some(true);
                Answer::value(dispute_answer_due(day.0, more))
            }
            None => Finding::unknown(&crate::compliance::rules::table::FUR_2, "the dispute's day").into(),
        };
    }
    let disputed = given.dispute.as_ref().map(super::words::Word::is_yes);
    let known = disputed.or(given.written_dispute.map(|_| true)).or(given.dispute_open);
    fur_2(known, given.flag_disputed).into()
}

fn retention(given: &Given) -> Finding {
    let kept = if given.action_says(&["recording", "recordings"]) {
        Kept::Recording { on: given.recording.map(|day| day.0) }
    } else {
        Kept::Records { last_activity: given.last_activity.map(|day| day.0) }
    };
    ret_1(kept, given.today())
}

fn notice(given: &Given) -> Answer {
    let first = given.first_contact.as_ref().map(|word| word.0.as_str());
    let pleading = ["proof_of_claim", "formal_pleading", "pleading", "complaint", "summons"];
    if first.is_some_and(|first| pleading.iter().any(|word| has_word(first, word))) {
        return Answer::value("not_initial_communication");
    }
    let Some(initial) = given.initial_communication else {
        return Finding::unknown(&VAL_1, "the day of the initial communication").into();
    };
    let paid = match given.paid_in_full {
        Some(DayOrFlag::Day(day)) => Some(day),
        Some(DayOrFlag::Flag(true)) => Some(initial.0),
        _ => None,
    };
    let notice = NoticeFacts {
        in_initial: given.notice_in_initial == Some(true),
        sent: given.notice_sent.or(given.sent).map(|day| day.0),
        paid,
    };
    val_1(initial.0, notice, given.today()).into()
}

pub(super) fn content(given: &Given) -> Finding {
    if let Some(missing) = &given.missing {
        return val_2(&missing.0);
    }
    let Some(items) = &given.items else {
        return Finding::unknown(&VAL_2, "the notice's items");
    };
    let provided = items.0.iter().map(String::as_str).collect();
    let missing = texts::missing(texts::Checklist::ValidationNotice, &provided);
    val_2(&missing.iter().map(|item| item.id.to_owned()).collect::<Vec<_>>())
}

fn validation_end(given: &Given) -> Answer {
    let Some(sent) = given.sent.or(given.notice_sent) else {
        return Finding::unknown(&VAL_3, "when the notice was sent").into();
    };
    let calendar = match given.holiday_observed.as_deref() {
        None | Some("both" | "true") => Calendar::Federal,
        Some(_) => Calendar::Statutory,
    };
    let returned = match given.returned {
        Some(DayOrFlag::Day(day)) => Some(day),
        Some(DayOrFlag::Flag(true)) => Some(sent.0),
        _ => None,
    };
    let sending = Sending {
        sent: sent.0,
        returned,
        resent: given.resent.map(|day| day.0),
        receipt: given.actual_receipt.or(given.received).map(|day| day.0),
    };
    match val_3(sending, calendar) {
        Ok(day) => Answer::value(day),
        Err(finding) => finding.into(),
    }
}

pub(super) fn pressing(given: &Given) -> Finding {
    let read = given.text.as_deref().map(overshadows);
    val_4(given.overshadows.or(read), given.validation_end.map(|day| day.0), given.today())
}

/// A dispute by that medium is in writing: paper is; electronic ones are where we accept them.
fn in_writing(given: &Given, medium: Option<&str>) -> Option<bool> {
    let Some(medium) = medium else {
        return Some(true);
    };
    let says = |words: &[&str]| words.iter().any(|word| has_word(medium, word));
    if says(&["oral", "phone", "call", "telephone", "verbal"]) {
        Some(false)
    } else if says(&["portal", "website", "web"]) {
        given.collector_accepts_portal.or(given.accepted_channel)
    } else if says(&["email"]) {
        given.collector_accepts_email.or(given.accepted_channel)
    } else if says(&["text", "sms", "chat"]) {
        given.collector_accepts_text.or(given.accepted_channel)
    } else {
        Some(true)
    }
}

pub(super) fn dispute(given: &Given) -> Finding {
    let day = given.written_dispute.or(given.received);
    let oral = given.dispute.as_ref().filter(|word| word.is_yes()).map(|word| word.0.as_str());
    let medium = given.dispute_medium.as_deref().or(oral.filter(|word| *word == "oral"));
    // A dispute without a day was received at the latest today.
    let received = day.map(|day| day.0).or_else(|| oral.and_then(|_| given.today().or(Some(NaiveDate::MAX))));
    dsp_1(
        Written { received, in_writing: in_writing(given, medium), answered: given.verification_sent.map(|day| day.0) },
        given.validation_end.map(|day| day.0),
        given.today(),
    )
}

pub(super) fn original_creditor(given: &Given) -> Finding {
    dsp_2(
        Written {
            received: given.oc_request.map(|day| day.0),
            in_writing: in_writing(given, given.dispute_medium.as_deref()),
            answered: given.oc_sent.map(|day| day.0),
        },
        given.validation_end.map(|day| day.0),
        given.today(),
    )
}

fn duplicative(given: &Given) -> Finding {
    let words = given.dispute.as_ref().map(|word| word.0.as_str()).unwrap_or_default();
    let says = |phrases: &[&str]| phrases.iter().any(|phrase| has_word(words, phrase));
    let read = if says(&["nothing new", "no new", "duplicate", "duplicative", "identical"]) {
        Some(false)
    } else if says(&["new", "additional"]) {
        Some(true)
    } else {
        None
    };
    dsp_3(given.new_information.or(read), given.duplicate_notice_sent == Some(true))
}
