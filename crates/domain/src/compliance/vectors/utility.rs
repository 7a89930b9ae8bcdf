//! Cases about suspension and disconnection.

use rust_decimal::Decimal;

use super::facts::wrong;
use super::given::Given;
use super::words::{DayOrFlag, Word, has_word};
use super::{Answer, VectorError};
use crate::compliance::DisconnectPolicy;
use crate::compliance::rules::table::{UT_2, UT_4, UT_5};
use crate::compliance::rules::utility::{
    CutDay, CutNotice, Medical, OpenMatters, Restore, ServiceKind, UnpaidFor, Weather, ut_1, ut_2, ut_3, ut_4, ut_5,
    ut_6, ut_7, ut_8, ut_9,
};
use crate::compliance::verdict::Finding;

pub(super) fn run(rule: &'static str, given: &Given) -> Result<Option<Answer>, VectorError> {
    if !rule.starts_with("UT-") {
        return Ok(None);
    }
    let service = service(given);
    let today = given.today();
    let house = DisconnectPolicy::default();
    Ok(Some(match rule {
        "UT-1" => ut_1(given.state(), service, notice(given), today, house.notice_days).into(),
        "UT-2" => day(given, service, &house).into(),
        "UT-3" => ut_3(given.state(), medical(given), today).into(),
        "UT-4" => weather(given).into(),
        "UT-5" => restore(given),
        "UT-6" => ut_6(open(given)).into(),
        "UT-7" => ut_7(unpaid(given)?, given.basic_paid).into(),
        "UT-8" => {
            let disconnected = given.disconnected_nonpay.map(|day| day.0);
            ut_8(given.state(), service, disconnected, today).into()
        }
        "UT-9" => {
            let notice = given.ineligibility_notice.map(|day| day.0);
            ut_9(service, unpaid(given)?, notice, today).into()
        }
        _ => return Ok(None),
    }))
}

fn service(given: &Given) -> Option<ServiceKind> {
    let name = given.service.as_deref()?;
    let says = |words: &[&str]| words.iter().any(|word| has_word(name, word));
    Some(if says(&["lifeline"]) {
        ServiceKind::Lifeline
    } else if says(&["electric", "electricity", "energy", "power"]) {
        ServiceKind::Electric
    } else if says(&["gas"]) {
        ServiceKind::Gas
    } else if says(&["water", "sewer"]) {
        ServiceKind::Water
    } else if says(&["mobile", "wireless", "cell", "cmrs"]) {
        ServiceKind::Mobile
    } else if says(&["telephone", "landline", "wireline", "phone", "local"]) {
        ServiceKind::Telephone
    } else {
        ServiceKind::Other
    })
}

fn notice(given: &Given) -> CutNotice {
    let contact = given.contact_attempt_3d.or(given.contact_attempt_24h);
    CutNotice {
        bill_mailed: given.bill_mailed.map(|day| day.0),
        notice_mailed: given.notice_mailed.map(|day| day.0),
        contact_tried: contact.map(DayOrFlag::happened),
        contact_on: contact.and_then(DayOrFlag::day),
        arrears: given.arrears.map(|number| number.0),
        months: given.months.map(|number| number.0),
    }
}

fn day(given: &Given, service: Option<ServiceKind>, house: &DisconnectPolicy) -> Finding {
    let Some(on) = given.today() else {
        return Finding::unknown(&UT_2, "the day of the cut-off");
    };
    let friday = chrono::Datelike::weekday(&on) == chrono::Weekday::Fri;
    let saturday = given.reconnect_regular_saturday.filter(|_| friday);
    ut_2(
        given.state(),
        service,
        CutDay {
            on,
            at: given.at_local.map(|at| at.0.time()),
            company_holiday: given.company_holiday == Some(true),
            company_holiday_tomorrow: given.company_holiday_tomorrow == Some(true),
            staffed: saturday.or(given.staffed_weekend),
        },
        house,
    )
}

fn medical(given: &Given) -> Medical {
    let certified = match given.medical_cert {
        // A renewal runs its days anew.
        Some(DayOrFlag::Day(day)) => Some(given.consent_renewed.map_or(day, |renewed| day.max(renewed.0))),
        // A certificate without a day is taken as today's.
        Some(DayOrFlag::Flag(true)) => given.today(),
        _ => None,
    };
    Medical {
        certified,
        in_twelve_months: given.certificates_in_12_months,
        unable_to_pay: given.unable_to_pay,
        agreed_plan: given.agreed_plan,
    }
}

fn weather(given: &Given) -> Finding {
    let Some(today) = given.today() else {
        return Finding::unknown(&UT_4, "the day of the cut-off");
    };
    let advisories = given.heat_advisory.iter().flat_map(|many| &many.0);
    let weather = Weather {
        heat_advisories: advisories.map(|day| day.0).collect(),
        prior_high: given.prior_day_high,
        forecast_high: given.forecast_high,
        forecast_low: given.forecast_low,
        heating: given.heating,
        income_fpl: given.income_fpl,
        contact_made: given.contact_made,
        winter_program: given.winter_program,
    };
    ut_4(given.state(), &weather, today)
}

fn restore(given: &Given) -> Answer {
    let Some(met) = given.conditions_met else {
        return Finding::unknown(&UT_5, "when the conditions were met").into();
    };
    let reason = given.reason.as_deref().unwrap_or_default();
    let how = Restore {
        erroneous: given.erroneous == Some(true) || has_word(reason, "erroneous"),
        medical: given.medical_cert.is_some_and(DayOrFlag::happened) || has_word(reason, "medical"),
        digging: given.digging == Some(true) || has_word(reason, "digging"),
        field_visit: given.field_visit == Some(true),
    };
    match ut_5(given.state(), met.0, how) {
        Some(by) => Answer::value(by.format("%Y-%m-%dT%H:%M")),
        None => Finding::unknown(&UT_5, "when the conditions were met").into(),
    }
}

fn open(given: &Given) -> OpenMatters {
    OpenMatters {
        dispute: given.dispute_open == Some(true) || given.dispute.as_ref().is_some_and(Word::is_yes),
        extension: given.extension_open == Some(true),
        plan_kept: given.plan_current == Some(true),
        pledge: given.assistance_pledged == Some(true),
    }
}

fn unpaid(given: &Given) -> Result<Option<UnpaidFor>, VectorError> {
    let old = given.age_years.is_some_and(|years| years.0 > Decimal::from(4));
    let Some(name) = given.unpaid.as_deref() else {
        return Ok(old.then_some(UnpaidFor::Old));
    };
    let says = |words: &[&str]| words.iter().any(|word| has_word(name, word));
    let other = [
        "equipment",
        "instalment",
        "installment",
        "content",
        "nonbasic",
        "non_basic",
        "nondeniable",
        "non_deniable",
        "internet",
        "device",
        "premium",
        "third_party",
    ];
    let kind = if old {
        UnpaidFor::Old
    } else if says(&other) {
        UnpaidFor::NonDeniable
    } else if says(&["toll", "long_distance"]) {
        UnpaidFor::Toll
    } else if says(&["basic", "local", "voice", "deniable"]) {
        UnpaidFor::Basic
    } else {
        return Err(wrong("UT-7", "unpaid", name));
    };
    Ok(Some(kind))
}
