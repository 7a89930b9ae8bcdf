//! Cases about bankruptcy, death, identity theft, minors and servicemembers.

use super::given::Given;
use super::words::{DayOrFlag, has_word};
use super::{Answer, VectorError};
use crate::compliance::rules::bankruptcy::{Assurance, Claim, DischargeAct, Petition, bk_1, bk_2, bk_3, bk_4, bk_5};
use crate::compliance::rules::claims::{Bar, BarDate, Orders, bk_6, bk_6_filing, bk_7, scr_1, scr_2, scr_3};
use crate::compliance::rules::stops::{EstateContact, IdentityTheftAct, dec_1, idt_1, idt_2, min_1};
use crate::compliance::rules::table::{BK_2, BK_4, BK_6, BK_7, IDT_1, MIN_1};
use crate::compliance::verdict::Finding;

pub(super) fn run(rule: &'static str, given: &Given) -> Result<Option<Answer>, VectorError> {
    Ok(Some(match rule {
        "BK-1" => stay(given).into(),
        "BK-2" => discharge(given).into(),
        "BK-3" => bk_3(
            chapter(given),
            given.account("BK-3")?,
            given.codebtor.as_deref().map(|kind| has_word(kind, "individual")),
        )
        .into(),
        "BK-4" | "BK-5" => service(given).into(),
        "BK-6" => bar_date(given),
        "BK-7" => match &given.missing {
            Some(missing) => bk_7(&missing.0, given.redacted).into(),
            None => Finding::unknown(&BK_7, "whether the claim is complete").into(),
        },
        "SCR-1" => {
            let rate = given.rate_pct.map(|number| number.0);
            scr_1(given.obligation_before_service, given.orders_received, rate).into()
        }
        "SCR-2" => orders(given).into(),
        "SCR-3" => scr_3(given.affidavit).into(),
        "DEC-1" => estate(given).into(),
        "IDT-1" => {
            if given.action.is_none() {
                return Ok(Some(Finding::unknown(&IDT_1, "what would be done").into()));
            }
            let disposes = ["sell", "sale", "transfer", "place", "assign"];
            idt_1(given.notified_605b, given.action_says(&disposes)).into()
        }
        "IDT-2" => identity_theft(given).into(),
        "MIN-1" => minor(given).into(),
        _ => return Ok(None),
    }))
}

fn chapter(given: &Given) -> Option<u8> {
    let word = given.chapter.as_ref()?;
    let digits: String = word.0.chars().take_while(char::is_ascii_digit).collect();
    digits.parse().ok()
}

fn claim(given: &Given) -> Claim {
    let debt = given.debt.as_deref().unwrap_or_default();
    if ["postpetition", "post_petition"].iter().any(|word| has_word(debt, word)) {
        Claim::Postpetition
    } else {
        Claim::Prepetition
    }
}

pub(super) fn stay(given: &Given) -> Finding {
    let today = given.today();
    let over = |day: Option<DayOrFlag>| match day {
        None | Some(DayOrFlag::Flag(false)) => false,
        Some(DayOrFlag::Flag(true)) => true,
        Some(DayOrFlag::Day(day)) => today.is_none_or(|today| day <= today),
    };
    let status = given.bankruptcy.as_deref();
    let none = matches!(status, Some("none" | "no"));
    let known = given.petition.is_some() || given.notice_to_us.is_some() || status.is_some();
    let petition = Petition {
        filed: given.petition.map(|day| day.0),
        dismissed_within_year: given.prior_dismissed_within_1y.unwrap_or(0),
        ended: [given.dismissed, given.case_closed, given.stay_lifted].into_iter().any(over)
            || matches!(status, Some("closed" | "dismissed" | "stay_lifted")),
    };
    bk_1((known && !none).then_some(petition), claim(given))
}

pub(super) fn discharge(given: &Given) -> Finding {
    let discharged = match given.discharged {
        Some(DayOrFlag::Day(day)) => Some(day),
        Some(DayOrFlag::Flag(true)) => given.today().or(Some(chrono::NaiveDate::MIN)),
        _ if given.bankruptcy.as_deref() == Some("discharged") => Some(chrono::NaiveDate::MIN),
        _ => None,
    };
    let act = if given.action_says(&["voluntary", "accept", "accept_voluntary_payment"]) {
        DischargeAct::AcceptVoluntaryPayment
    } else if given.action_says(&["codebtor", "coobligor", "co_obligor", "guarantor", "cosigner"]) {
        DischargeAct::CollectFromCoObligor
    } else {
        DischargeAct::Collect
    };
    if discharged.is_none() && given.debt.is_none() {
        return Finding::unknown(&BK_2, "whether the debt was discharged");
    }
    bk_2(discharged, given.today(), claim(given), act)
}

fn service(given: &Given) -> Finding {
    let order = given.order_for_relief.filter(|_| chapter(given) != Some(11)).or(given.petition);
    let (Some(order), Some(today)) = (order.or(given.order_for_relief), given.today()) else {
        return Finding::unknown(&BK_4, "the day of the petition or of the cut-off");
    };
    let assurance = match given.assurance.as_ref() {
        Some(word)
            if has_word(&word.0, "admin")
                || has_word(&word.0, "administrative")
                || has_word(&word.0, "admin_priority") =>
        {
            Assurance::AdministrativePriority
        }
        Some(word) if word.is_yes() => Assurance::Security,
        _ => Assurance::None,
    };
    let reason = given.reason.as_deref().unwrap_or_default();
    let prepetition = ["prepetition", "filing", "bankruptcy_filing"];
    match chapter(given) {
        None => Finding::unknown(&BK_4, "the chapter"),
        Some(11) => bk_5(order.0, today, assurance),
        Some(_) => {
            let for_prepetition = prepetition.iter().any(|word| has_word(reason, word));
            bk_4(order.0, today, assurance, for_prepetition)
        }
    }
}

fn bar_date(given: &Given) -> Answer {
    let kind = given.chapter.as_ref().map(|word| word.0.as_str()).unwrap_or_default();
    let says = |words: &[&str]| words.iter().any(|word| has_word(kind, word));
    let claimant = given.claimant.as_deref().unwrap_or_default();
    let government = given.government_unit == Some(true)
        || ["government", "governmental", "gov"].iter().any(|word| has_word(claimant, word) || has_word(kind, word));
    let from = given.converted.or(given.order_for_relief).or(given.petition).map(|day| day.0);
    let asset_notice = given.asset_notice_mailed.map(|day| day.0);
    let case = match (chapter(given), from) {
        (Some(11), _) => Some(BarDate::Court(given.court_order_bar_date.map(|day| day.0))),
        _ if says(&["no_asset", "no_assets", "noasset"]) && asset_notice.is_none() => Some(BarDate::NoAssets),
        _ if asset_notice.is_some() || says(&["asset", "assets"]) => asset_notice.map(BarDate::AssetNotice),
        (_, Some(from)) if government => Some(BarDate::Government(from)),
        (Some(7), Some(from)) if says(&["involuntary"]) || given.voluntary == Some(false) => {
            Some(BarDate::Involuntary(from))
        }
        (Some(7 | 12 | 13), Some(from)) => Some(BarDate::Voluntary(from)),
        _ => None,
    };
    let Some(case) = case else {
        return Finding::unknown(&BK_6, "the chapter and the day it is counted from").into();
    };
    let bar = bk_6(case);
    if let Some(today) = given.today().filter(|_| given.action_says(&["file", "file_claim"])) {
        return bk_6_filing(bar, today).into();
    }
    Answer::value(match bar {
        Bar::On(day) => day.to_string(),
        Bar::FromCourtOrder => "from_court_order".to_owned(),
        Bar::DoNotFile => "do_not_file".to_owned(),
    })
}

fn orders(given: &Given) -> Finding {
    let named = [
        "mobile",
        "wireless",
        "cell",
        "telephone",
        "phone",
        "landline",
        "internet",
        "broadband",
        "tv",
        "television",
        "cable",
        "satellite",
    ];
    let service = given.service.as_deref();
    scr_2(
        service.map(|service| named.iter().any(|word| has_word(service, word))),
        Orders {
            relocate_days: given.orders_relocate_days,
            stop_movement_days: given.stop_movement_days,
            stop_movement_indefinite: given.stop_movement_indefinite == Some(true),
            supported: given.location_supported,
        },
    )
}

pub(super) fn estate(given: &Given) -> Finding {
    let contact = given.contact.as_deref().or(given.person.as_deref());
    let kind = match contact {
        _ if given.authorized_for_estate == Some(true) => Some(EstateContact::Representative),
        None => None,
        Some("spouse" | "surviving_spouse") => Some(EstateContact::Spouse),
        Some("executor" | "administrator" | "personal_representative" | "estate_representative") => {
            Some(EstateContact::Representative)
        }
        Some(_) => Some(EstateContact::Other),
    };
    let deceased = given.consumer_deceased == Some(true);
    if deceased && kind == Some(EstateContact::Other) && given.purpose_says(&["location", "locate"]) {
        return super::message::person(given).under(&crate::compliance::rules::table::DEC_1);
    }
    dec_1(deceased, kind)
}

pub(super) fn identity_theft(given: &Given) -> Finding {
    let informs = ["notify", "inform", "provide", "give", "send_documents", "provide_information"];
    let act = if given.action_says(&informs) { IdentityTheftAct::Inform } else { IdentityTheftAct::Collect };
    let claimed = given.consumer_says_identity_theft == Some(true) || given.notified_605b == Some(true);
    idt_2(claimed, given.told_creditor == Some(true), act)
}

pub(super) fn minor(given: &Given) -> Finding {
    match given.consumer_age {
        None => Finding::unknown(&MIN_1, "the customer's age"),
        age => min_1(age),
    }
}
