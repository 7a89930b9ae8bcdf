//! Counting calls: FRQ-1 to FRQ-4 on the contact log.

use chrono::{DateTime, NaiveDate, NaiveTime, TimeDelta, Utc};

use super::case::Case;
use super::contact::{Contacting, for_supervisor};
use crate::calendar::plus_days;
use crate::compliance::rules::frequency::{
    Aggregate, AggregateLimits, CallConsent, CallFact, DebtCalls, frq_3, frq_4, in_window, window,
};
use crate::compliance::verdict::Finding;
use crate::contact::{Contact, Direction, Disposition, Medium};

/// A voicemail is a use of the telephone.
pub(super) fn is_call(medium: Medium) -> bool {
    matches!(medium, Medium::Call | Medium::Voicemail)
}

/// One of our calls that counts against the caps. One without a disposition counts.
pub(super) fn is_counted(contact: &Contact) -> bool {
    is_call(contact.medium)
        && contact.direction == Direction::Outbound
        && contact.disposition.is_none_or(Disposition::counts_as_call)
}

/// A conversation by telephone. A customer's call without a disposition is one.
pub(super) fn is_conversation(contact: &Contact) -> bool {
    contact.medium == Medium::Call
        && match contact.disposition {
            Some(how) => how.is_right_party(),
            None => contact.direction == Direction::Inbound,
        }
}

/// Calls about the account, calls to the customer over all accounts, and the dates of those.
pub(super) fn collect(case: &Case<'_>) -> (DebtCalls, Aggregate, Vec<NaiveDate>) {
    let mut debt = DebtCalls::default();
    let mut all = Aggregate::default();
    let mut dates = Vec::new();
    for contact in case.log().filter(|contact| is_call(contact.medium)) {
        let on = case.date(contact);
        if is_counted(contact) {
            dates.push(on);
            all.in_seven_days += u32::from(in_window(on, case.today, 7));
            all.today += u32::from(on == case.today);
            let minutes = (case.now - contact.at).num_minutes();
            all.minutes_since_last = Some(all.minutes_since_last.map_or(minutes, |least| least.min(minutes)));
        }
        if contact.account != case.facts.account.id {
            continue;
        }
        if contact.direction == Direction::Outbound {
            debt.calls.push(CallFact { on, connected: is_counted(contact), excluded: false });
        }
        if is_conversation(contact) {
            debt.conversations.push(on);
            // "Asked to be called back" is direct prior consent (12 CFR 1006.14(b)(3)(i)); the
            // day named in the note limits it.
            if contact.disposition == Some(Disposition::CallBack) {
                debt.consents.push(CallConsent { given: on, withdrawn: None, terms: contact.note.clone() });
            }
        }
    }
    (debt, all, dates)
}

/// FRQ-1 to FRQ-4 for a call or voicemail.
pub(super) fn findings(contact: &Contacting<'_, '_>, out: &mut Vec<Finding>) {
    let case = contact.case;
    if !is_call(contact.medium) || case.facts.contacts.is_empty() {
        return;
    }
    let gate = &case.policy.gate;
    let (debt, all, dates) = collect(case);
    if case.is_reg_f() {
        out.push(frq_3(&debt, case.today, gate.calls_per_week, gate.days_after_conversation));
    } else if case.is_consumer() && gate.first_party_apply_caps {
        let finding = frq_3(&debt, case.today, gate.calls_per_week, gate.days_after_conversation);
        out.push(if finding.permits() { finding } else { for_supervisor(finding) });
    }
    let limits = AggregateLimits {
        per_seven_days: gate.aggregate_per_week,
        per_day: gate.aggregate_per_day,
        minutes_apart: i64::from(gate.aggregate_spacing_hours) * 60,
    };
    let finding = frq_4(all, limits);
    out.push(if finding.permits() {
        finding
    } else {
        let until = spread_out(case, all, limits, dates);
        finding.until(Some(until))
    });
}

/// When none of the aggregate limits would stand against a call any more.
fn spread_out(case: &Case<'_>, all: Aggregate, limits: AggregateLimits, dates: Vec<NaiveDate>) -> DateTime<Utc> {
    let start = |day: NaiveDate| day.and_time(NaiveTime::MIN).and_utc();
    let (_, week) = window(dates.into_iter(), case.today, 7, limits.per_seven_days);
    let day = (all.today >= limits.per_day).then(|| plus_days(case.today, 1));
    let apart = all.minutes_since_last.map(|minutes| case.now + TimeDelta::minutes(limits.minutes_apart - minutes));
    [week.map(start), day.map(start), apart].into_iter().flatten().fold(case.now, DateTime::max)
}
