//! Cases about ACH debits and plans.

use chrono::NaiveDate;

use super::facts::wrong;
use super::given::Given;
use super::words::has_word;
use super::{Answer, VectorError};
use crate::compliance::rules::ach::{
    Capture, Holder, PlanTerms, Rates, Retry, Sec, TelFacts, ach_1, ach_2, ach_3, ach_4, ach_5, ach_6, ach_7, ach_8,
    ach_9, ach_10, ach_11, ach_12, ach_13, ppl_1, proof_due,
};
use crate::compliance::rules::table::{ACH_1, ACH_8, PPL_1};
use crate::compliance::texts;
use crate::compliance::verdict::Finding;

pub(super) fn run(rule: &'static str, given: &Given) -> Result<Option<Answer>, VectorError> {
    Ok(Some(match rule {
        "ACH-1" => elements(given)?.into(),
        "ACH-2" => proof(given).unwrap_or_else(|| ach_2(ended(given), given.today()).into()),
        "ACH-3" => varying(given)?.into(),
        "ACH-4" => {
            let notice = given.notice_sent.map(|day| day.0);
            let new = given.new_date.map(|day| day.0);
            ach_4(notice, new, given.shifted == Some(true)).into()
        }
        "ACH-5" => {
            let revoked = given.revoked_to_originator.or(given.revoked_at).map(|day| day.0);
            ach_5(revoked, scheduled(given)?.or(given.today())).into()
        }
        "ACH-6" => ach_6(sec(given)?, holder(given)?, capture(given)).into(),
        "ACH-7" => retry(given).into(),
        "ACH-8" => returned(given).into(),
        "ACH-9" => ach_9(Rates {
            unauthorized: given.unauthorized_pct.map(|number| number.0),
            administrative: given.administrative_pct.map(|number| number.0),
            overall: given.overall_pct.map(|number| number.0),
        })
        .into(),
        "ACH-10" => proof(given).unwrap_or_else(|| ach_10(given.agreement, given.bound_by_rules).into()),
        "ACH-11" => ach_11(TelFacts {
            relationship: given.relationship,
            consumer_called: given.consumer_called,
            recorded: given.recorded,
            written_notice: given.written_notice.map(|_| true).or(given.written),
            recurring: given.recurring == Some(true),
            copy_sent: given.copy_sent,
        })
        .into(),
        "ACH-12" => {
            let changed = given.account_changed;
            let new = match (given.first_use, changed) {
                (Some(true), _) | (_, Some(true)) => Some(true),
                (Some(false), _) => Some(false),
                _ => None,
            };
            ach_12(new, given.account_validated).into()
        }
        "ACH-13" => {
            let condition = given.condition.as_deref().unwrap_or_default();
            let autopay = ["autopay", "preauthorized", "eft", "ach"];
            let requires = autopay.iter().any(|word| has_word(condition, word))
                && !["optional", "discount", "not"].iter().any(|word| has_word(condition, word));
            ach_13(requires, given.is_credit).into()
        }
        "PPL-1" => plan(given)?.into(),
        _ => return Ok(None),
    }))
}

fn elements(given: &Given) -> Result<Finding, VectorError> {
    if let Some(missing) = &given.missing {
        return Ok(ach_1(&missing.0, given.copy_sent));
    }
    let Some(items) = &given.items else {
        return Ok(Finding::unknown(&ACH_1, "the authorization's elements"));
    };
    let kind = match sec(given)? {
        Some(Sec::Tel) => texts::Checklist::AchTelephone,
        Some(Sec::Ccd | Sec::Ctx) => texts::Checklist::AchCorporate,
        _ => texts::Checklist::AchConsumer,
    };
    let provided = items.0.iter().map(String::as_str).collect();
    let missing = texts::missing(kind, &provided);
    let names: Vec<String> = missing.iter().map(|item| item.id.to_owned()).collect();
    Ok(ach_1(&names, given.copy_sent))
}

fn ended(given: &Given) -> Option<NaiveDate> {
    let days = [given.terminated, given.revoked_to_originator, given.revoked_at];
    days.iter().flatten().map(|day| day.0).max()
}

fn proof(given: &Given) -> Option<Answer> {
    let computes = given.action_says(&["compute", "compute_proof_due", "proof"]);
    given.proof_requested.filter(|_| computes).map(|day| Answer::value(proof_due(day.0)))
}

fn scheduled(given: &Given) -> Result<Option<NaiveDate>, VectorError> {
    let Some(word) = &given.scheduled else {
        return Ok(None);
    };
    let day = word.0.parse().map_err(|_| wrong("ACH", "scheduled", &word.0))?;
    Ok(Some(day))
}

fn varying(given: &Given) -> Result<Finding, VectorError> {
    Ok(ach_3(
        given.amount.map(|number| number.0),
        given.range_election.and_then(|range| range.0),
        given.notice_sent.map(|day| day.0),
        scheduled(given)?,
    ))
}

fn sec(given: &Given) -> Result<Option<Sec>, VectorError> {
    Ok(Some(match given.sec.as_deref() {
        None => return Ok(None),
        Some("PPD") => Sec::Ppd,
        Some("WEB") => Sec::Web,
        Some("TEL") => Sec::Tel,
        Some("CCD") => Sec::Ccd,
        Some("CTX") => Sec::Ctx,
        Some(other) => return Err(wrong("ACH", "sec", other)),
    }))
}

fn holder(given: &Given) -> Result<Option<Holder>, VectorError> {
    let named = given.account_holder.as_deref().or(given.account.as_deref());
    Ok(Some(match named {
        None => return Ok(None),
        Some("consumer" | "personal") => Holder::Consumer,
        Some("business" | "corporate" | "company") => Holder::Business,
        Some(other) => return Err(wrong("ACH-6", "account_holder", other)),
    }))
}

fn capture(given: &Given) -> Option<Capture> {
    let name = given.capture.as_deref()?;
    let says = |words: &[&str]| words.iter().any(|word| has_word(name, word));
    if says(&["web", "internet", "mobile", "online", "portal"]) {
        Some(Capture::Online)
    } else if says(&["oral", "phone", "telephone", "call"]) {
        Some(Capture::Oral)
    } else if says(&["paper", "signed", "written", "in_person"]) {
        Some(Capture::Written)
    } else {
        None
    }
}

fn retry(given: &Given) -> Finding {
    let amounts = given.amount.zip(given.original_amount);
    ach_7(
        given.code.as_deref().unwrap_or_default(),
        Retry {
            done: given.retries_done,
            original_settlement: given.original_settlement.map(|day| day.0),
            today: given.today(),
            same_amount: given.same_amount.or(amounts.map(|(new, old)| new == old)),
            same_company: given.same_company,
            description: given.description.as_deref(),
            fee_inside: given.fee_included == Some(true),
        },
    )
}

fn returned(given: &Given) -> Finding {
    let Some(code) = given.code.as_deref() else {
        return Finding::unknown(&ACH_8, "the return code");
    };
    if matches!(code, "R01" | "R09") && given.retries_done.is_some() {
        return retry(given).under(&ACH_8);
    }
    ach_8(
        code,
        given.corrected.or(given.error_corrected) == Some(true),
        given.reauthorized == Some(true),
        given.return_settled.map(|day| day.0),
        given.today(),
    )
}

fn plan(given: &Given) -> Result<Finding, VectorError> {
    let Some(installments) = given.instalments else {
        return Ok(Finding::unknown(&PPL_1, "the number of installments"));
    };
    let service = given.service.as_deref().unwrap_or_default();
    let says = |word: &str| has_word(service, word);
    Ok(ppl_1(PlanTerms {
        installments,
        finance_charge: given.finance_charge.map(|number| number.0),
        // Not known counts as written, the stricter.
        written: given.written != Some(false),
        tariffed_utility: says("tariffed") || says("regulated"),
        account: given.account("PPL-1")?,
    }))
}
