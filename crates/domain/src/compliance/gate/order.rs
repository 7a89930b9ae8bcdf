//! Suspension and termination of a service. Restoring one, and fetching equipment, is open by these
//! rules always.

use chrono::{DateTime, Months, NaiveDate, TimeDelta, Utc};

use super::case::Case;
use super::{claim, house};
use crate::account::{Mode, ServiceState};
use crate::arrangement::active;
use crate::compliance::rules::bankruptcy::{Claim as Part, DischargeAct, bk_1, bk_2, bk_4, bk_5};
use crate::compliance::rules::disputes::{Written, dsp_2};
use crate::compliance::rules::hours::utc_of;
use crate::compliance::rules::stops::{IdentityTheftAct, dec_1, idt_2};
use crate::compliance::rules::table::UT_2;
use crate::compliance::rules::utility::{
    CutDay, CutNotice, Medical, OpenMatters, ServiceKind, Weather, ut_1, ut_2, ut_3, ut_4, ut_6, ut_7, ut_9,
};
use crate::compliance::verdict::Finding;
use crate::contact::{Direction, Medium};
use crate::hold::HoldKind;
use crate::ids::ServiceId;
use crate::service_order::OrderKind;

/// Template of the written notice that must come before.
const NOTICE_TEMPLATE: &str = "final_notice";

/// Everything the rules say about an order.
pub(super) fn findings(case: &Case<'_>, kind: OrderKind, service: ServiceId) -> Vec<Finding> {
    let mut out = Vec::with_capacity(8);
    let service = case.facts.services.iter().find(|known| known.id == service);
    out.push(match service.map(|service| service.state) {
        None => Finding::block(&house::SERVICE, "The service is not on this account."),
        Some(state) => fits(kind, state),
    });
    if !matches!(kind, OrderKind::Suspend | OrderKind::Terminate) {
        return out;
    }
    let product = service.and_then(|service| kind_of(&service.product));
    let state = Some(case.facts.customer.address.state.as_str()).filter(|state| !state.is_empty());
    holds(case, &mut out);
    out.push(open_matters(case));
    out.push(claim::check_any(case));
    out.push(notice(case, state, product));
    out.push(day(case, state, product));
    out.push(ut_3(state, medical(case), Some(case.today)));
    if product.is_none_or(ServiceKind::is_energy) {
        let weather = Weather::default();
        out.push(ut_4(state, &weather, case.today));
    }
    match product {
        Some(ServiceKind::Telephone) => out.push(ut_7(None, None)),
        Some(ServiceKind::Lifeline) => out.push(ut_9(product, None, None, Some(case.today))),
        _ => {}
    }
    out
}

fn fits(kind: OrderKind, state: ServiceState) -> Finding {
    let wrong = match (kind, state) {
        (OrderKind::Suspend, ServiceState::Suspended) => "The service is suspended already.",
        (OrderKind::Suspend | OrderKind::Terminate, ServiceState::Terminated) => "The service has ended.",
        (OrderKind::Restore, ServiceState::Active) => "The service is not suspended.",
        (OrderKind::Restore, ServiceState::Terminated) => "The service has ended; it can't be restored.",
        _ => return Finding::allow(&house::SERVICE, "The order fits the service's state."),
    };
    Finding::block(&house::SERVICE, wrong)
}

fn holds(case: &Case<'_>, out: &mut Vec<Finding>) {
    for hold in case.holds() {
        match &hold.kind {
            HoldKind::Bankruptcy { chapter, petition, file, .. } => {
                let today = case.today;
                out.push(bk_1(Some(file.petition(*petition, today)), Part::Prepetition));
                out.push(bk_2(file.discharged, Some(today), Part::Prepetition, DischargeAct::Collect));
                out.push(if chapter.trim() == "11" {
                    bk_5(*petition, today, file.assurance(today))
                } else {
                    bk_4(*petition, today, file.assurance(today), true)
                });
            }
            HoldKind::Deceased => out.push(dec_1(true, None)),
            HoldKind::IdentityTheft => out.push(idt_2(true, case.mode == Mode::FirstParty, IdentityTheftAct::Collect)),
            HoldKind::Manual => {
                let text = "A person paused collection on this account.";
                out.push(Finding::supervisor(&house::HOLD, text).with("note", &hold.note));
            }
            // Collection stops, and a cut-off collects.
            HoldKind::CreditorRequest { received, written, answered } if case.is_reg_f() => {
                let asked = Written { received: Some(*received), in_writing: Some(*written), answered: *answered };
                out.push(dsp_2(asked, case.notice().end().ok().flatten(), Some(case.today)));
            }
            HoldKind::CreditorRequest { .. }
            | HoldKind::Medical { .. }
            | HoldKind::Cease
            | HoldKind::RefusedMedium { .. }
            | HoldKind::Attorney { .. }
            | HoldKind::InconvenientTime { .. }
            | HoldKind::Invoice { .. } => {}
        }
    }
}

/// The last medical certificate, whatever hold it came with: how long it protects is the rule's.
fn medical(case: &Case<'_>) -> Medical {
    let year = case.today.checked_sub_months(Months::new(12)).unwrap_or(case.today);
    let mut found = Medical::default();
    let mut count = 0;
    let mut days: Vec<NaiveDate> = Vec::new();
    for hold in case.facts.holds.iter().filter(|hold| hold.placed <= case.now) {
        let HoldKind::Medical { certified, unable_to_pay, agreed_plan } = hold.kind else {
            continue;
        };
        // One certificate may have been recorded in more than one step.
        if certified > year && !days.contains(&certified) {
            days.push(certified);
            count += 1;
        }
        if hold.is_active(case.now, case.today) && found.certified.is_none_or(|last| certified >= last) {
            found = Medical { certified: Some(certified), in_twelve_months: None, unable_to_pay, agreed_plan };
        }
    }
    Medical { in_twelve_months: Some(count), ..found }
}

fn open_matters(case: &Case<'_>) -> Finding {
    let facts = case.facts;
    let by_extract = crate::aging::open_items(facts, case.today).iter().any(|item| item.invoice.disputed);
    ut_6(OpenMatters {
        dispute: by_extract || facts.open_disputes(case.today).next().is_some(),
        plan_kept: active(facts, &case.policy.arrangement, case.today).is_some(),
        ..OpenMatters::default()
    })
}

fn notice(case: &Case<'_>, state: Option<&str>, product: Option<ServiceKind>) -> Finding {
    let facts = case.facts;
    let past_due = crate::aging::age(facts, &case.policy.aging, case.today);
    let tried = case.log().filter(|contact| {
        contact.direction == Direction::Outbound && matches!(contact.medium, Medium::Call | Medium::Visit)
    });
    let done = CutNotice {
        bill_mailed: facts.invoices.iter().filter(|invoice| invoice.due < case.today).map(|invoice| invoice.date).min(),
        notice_mailed: notice_mailed(case),
        contact_tried: None,
        contact_on: tried.map(|contact| case.date(contact)).max(),
        arrears: past_due.iter().map(|aging| aging.past_due).max(),
        months: past_due.iter().map(|aging| rust_decimal::Decimal::from(aging.oldest_days / 31)).max(),
    };
    let days = case.policy.gate.disconnect.notice_days;
    ut_1(state, product, done, Some(case.today), days)
}

/// When the last final notice went out as a letter: the step's day, or that of the letter in the
/// contact log that followed it, the later.
fn notice_mailed(case: &Case<'_>) -> Option<NaiveDate> {
    let plans = &case.policy.treatment.plans;
    let is_notice = |plan: &str, level: &str| {
        let named = |candidate: &&crate::treatment::Plan| plan.is_empty() || candidate.name == plan;
        level == NOTICE_TEMPLATE
            || plans.iter().filter(named).any(|plan| {
                let mut levels = plan.levels.iter();
                levels.any(|known| known.name == level && known.template == NOTICE_TEMPLATE)
            })
    };
    let steps = case.facts.steps.iter();
    let step =
        steps.filter(|step| step.on <= case.today && is_notice(&step.plan, &step.level)).map(|step| step.on).max()?;
    let letters =
        case.log().filter(|contact| contact.medium == Medium::Letter && contact.direction == Direction::Outbound);
    let mailed = letters.map(|contact| case.date(contact)).filter(|on| *on >= step);
    Some(mailed.min().unwrap_or(step))
}

/// UT-2 in every zone the service may be in, and the next moment at which it would allow.
fn day(case: &Case<'_>, state: Option<&str>, product: Option<ServiceKind>) -> Finding {
    if case.zones.is_empty() {
        return Finding::unknown(&UT_2, "the time zone of the service");
    }
    let finding = at(case, state, product, case.now);
    if finding.permits() {
        return finding;
    }
    let open = case.policy.gate.disconnect.hours.open;
    let next = (0..21).find_map(|days| {
        let zone = case.zones.first()?;
        let local = (case.now + TimeDelta::days(days)).with_timezone(zone);
        let moment = utc_of(*zone, local.date_naive(), open)?;
        // With several zones, the last of them opens hours later.
        (0..8)
            .map(|hours| moment + TimeDelta::hours(hours))
            .find(|moment| *moment > case.now && at(case, state, product, *moment).permits())
    });
    finding.until(next)
}

fn at(case: &Case<'_>, state: Option<&str>, product: Option<ServiceKind>, moment: DateTime<Utc>) -> Finding {
    let house = &case.policy.gate.disconnect;
    let each = case.zones.iter().map(|zone| {
        let local = moment.with_timezone(zone).naive_local();
        let cut = CutDay {
            on: local.date(),
            at: Some(local.time()),
            company_holiday: false,
            company_holiday_tomorrow: false,
            staffed: None,
        };
        ut_2(state, product, cut, house)
    });
    let mut last = Finding::unknown(&UT_2, "the time zone of the service");
    for finding in each {
        let permits = finding.permits();
        last = finding;
        if !permits {
            break;
        }
    }
    last
}

/// The kind of service by its product's name; none for a name that tells nothing, which the rules
/// take for the stricter case.
fn kind_of(product: &str) -> Option<ServiceKind> {
    const WORDS: [(&str, ServiceKind); 19] = [
        ("lifeline", ServiceKind::Lifeline),
        ("electric", ServiceKind::Electric),
        ("power", ServiceKind::Electric),
        ("gas", ServiceKind::Gas),
        ("water", ServiceKind::Water),
        ("sewer", ServiceKind::Water),
        ("mobile", ServiceKind::Mobile),
        ("wireless", ServiceKind::Mobile),
        ("cell", ServiceKind::Mobile),
        ("phone", ServiceKind::Telephone),
        ("voice", ServiceKind::Telephone),
        ("landline", ServiceKind::Telephone),
        ("internet", ServiceKind::Other),
        ("fiber", ServiceKind::Other),
        ("broadband", ServiceKind::Other),
        ("cable", ServiceKind::Other),
        ("video", ServiceKind::Other),
        ("tv", ServiceKind::Other),
        ("hosting", ServiceKind::Other),
    ];
    let product = product.to_lowercase();
    WORDS.iter().find(|(word, _)| product.contains(word)).map(|(_, kind)| *kind)
}
