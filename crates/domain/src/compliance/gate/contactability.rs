//! May the customer be contacted now, by which medium, and from when if not: what every row of *My
//! day* says. The same rules as the gate's, asked before anything is written.

use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

use super::calls;
use super::case::Case;
use super::contact;
use crate::account::PointKind;
use crate::compliance::act::{Act, Purpose};
use crate::compliance::gate_policy::Hours;
use crate::compliance::rules::frequency::in_window;
use crate::compliance::rules::hours::utc_of;
use crate::compliance::verdict::{Decision, combine};
use crate::contact::Medium;
use crate::facts::Facts;
use crate::policy::Policy;
use crate::reason::Reason;

/// Whether.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum May {
    /// Yes, now.
    Yes,
    /// If a supervisor approves, with a reason.
    Supervisor,
    /// Not now.
    No,
}

/// One medium's answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Contactability {
    /// Which medium.
    pub medium: Medium,
    /// Whether.
    pub may: May,
    /// When it would first change by itself: the end of the hours where it may, the first moment
    /// at which nothing known now stands against it where it may not.
    pub changes: Option<DateTime<Utc>>,
    /// The zone in which that moment is shown: the one that decides it.
    pub zone: Option<Tz>,
    /// Where that zone's time is: the customer's city where there is one zone only.
    pub place: String,
    /// Calls that count in the last seven dates, and the most of them.
    pub calls: Option<(u32, u32)>,
    /// What stands against it, the deciding rule first; empty where nothing does.
    pub reasons: Vec<Reason>,
}

impl Contactability {
    /// One line for people: "May call from 8:00 AM in Boise, in 43 minutes: ... · 2 of 7 calls used".
    #[must_use]
    pub fn words(&self, now: DateTime<Utc>) -> String {
        let verb = match self.medium {
            Medium::Call => "call",
            Medium::Voicemail => "leave a voicemail",
            Medium::Text => "text",
            Medium::Email => "email",
            Medium::Letter => "write",
            Medium::Visit => "visit",
            Medium::Note => "note",
        };
        let when = self.changes.zip(self.zone).map(|(at, zone)| {
            let local = at.with_timezone(&zone);
            let same_day = local.date_naive() == now.with_timezone(&zone).date_naive();
            let form = if same_day { "%-I:%M %p" } else { "%a %b %-d, %-I:%M %p" };
            format!("{} in {}", local.format(form), self.place)
        });
        let wait = self.changes.map(|at| wait(at - now)).unwrap_or_default();
        let mut words = match (self.may, when) {
            (May::Yes, Some(when)) => format!("May {verb} now until {when}"),
            (May::Yes, None) => format!("May {verb} now"),
            (May::Supervisor, _) => format!("May {verb} if a supervisor approves"),
            (May::No, Some(when)) => format!("May {verb} from {when}, {wait}"),
            (May::No, None) => format!("May not {verb}"),
        };
        if let Some(reason) = self.reasons.first() {
            words = format!("{words}: {}", reason.text.trim_end_matches('.'));
        }
        if let Some((used, cap)) = self.calls {
            words = format!("{words} · {used} of {cap} calls used");
        }
        words
    }
}

/// "in 43 minutes", "in 5 hours", "in 3 days": rounded up, so that it is never too early.
fn wait(span: TimeDelta) -> String {
    let up = |number: u64, by: u64| number.div_ceil(by);
    let minutes = up(span.num_seconds().max(0).unsigned_abs(), 60);
    let (count, unit) = match minutes {
        ..=90 => (minutes, "minute"),
        91..=2_880 => (up(minutes, 60), "hour"),
        _ => (up(minutes, 1_440), "day"),
    };
    format!("in {count} {unit}{}", if count == 1 { "" } else { "s" })
}

/// What may be done to collect, by call, text, email and letter, on these facts at that moment.
#[must_use]
pub fn contactability(facts: &Facts, policy: &Policy, now: DateTime<Utc>) -> Vec<Contactability> {
    let case = Case::of(facts, policy, now);
    let purpose = Purpose::Dunning;
    let email = facts
        .customer
        .points
        .iter()
        .filter(|point| point.kind == PointKind::Email)
        .find(|point| !point.bad && !point.opted_out)
        .map_or("", |point| point.value.as_str());
    [
        Act::Call { point: None, purpose },
        Act::Text { point: None, purpose },
        Act::Email { to: email, purpose },
        Act::Letter { purpose },
    ]
    .iter()
    .filter_map(|act| one(&case, act))
    .collect()
}

/// The same for calls alone, the medium a list of accounts is filtered by; none where a call is no
/// medium at all.
#[must_use]
pub fn by_phone(facts: &Facts, policy: &Policy, now: DateTime<Utc>) -> Option<Contactability> {
    one(&Case::of(facts, policy, now), &Act::Call { point: None, purpose: Purpose::Dunning })
}

fn one(case: &Case<'_>, act: &Act<'_>) -> Option<Contactability> {
    let medium = act.medium()?;
    let verdict = combine(contact::findings(case, act, None));
    let approval = case.facts.approval(medium).filter(|word| super::is_fresh(word, case.policy, case.now));
    let may = match verdict.decision {
        Decision::Allow | Decision::AllowWithText(_) => May::Yes,
        _ if verdict.overridable() && approval.is_some() => May::Yes,
        _ if verdict.overridable() => May::Supervisor,
        _ => May::No,
    };
    let approved = approval.filter(|_| may == May::Yes && !verdict.permits());
    let (changes, zone) = if let Some(approval) = approved {
        (Some(super::runs_out(approval, case.policy)), case.zones.first().copied())
    } else if may == May::Yes {
        contact::window(case, act).map_or((None, None), |window| closing(case, window))
    } else {
        (super::until(case, act, &verdict), case.zones.first().copied())
    };
    let deciding = verdict.deciding().filter(|finding| !finding.permits());
    let mut reasons: Vec<Reason> = approved.map(super::approved).into_iter().collect();
    if let Some(finding) = deciding {
        let others = verdict.findings.iter().filter(|other| !other.permits() && *other != finding);
        reasons.push(finding.reason.clone());
        reasons.extend(others.map(|other| other.reason.clone()));
    }
    Some(Contactability {
        medium,
        may,
        changes,
        zone,
        place: place(case, zone),
        calls: (medium == Medium::Call).then(|| used(case)).flatten(),
        reasons,
    })
}

/// Where the shown time is: the customer's city, or that of the zone where several are possible.
fn place(case: &Case<'_>, zone: Option<Tz>) -> String {
    let city = &case.facts.customer.address.city;
    if case.zones.len() == 1 && !city.is_empty() {
        return city.clone();
    }
    zone.map(|zone| zone.name().rsplit('/').next().unwrap_or_default().replace('_', " ")).unwrap_or_default()
}

/// The first of the zones to close today, and when.
fn closing(case: &Case<'_>, window: Hours) -> (Option<DateTime<Utc>>, Option<Tz>) {
    let first = case
        .zones
        .iter()
        .filter_map(|zone| {
            let today = case.now.with_timezone(zone).date_naive();
            Some((utc_of(*zone, today, window.close)?, *zone))
        })
        .min_by_key(|(at, _)| *at);
    first.map_or((None, None), |(at, zone)| (Some(at), Some(zone)))
}

/// Calls in the window of seven dates and their cap; none where none holds.
fn used(case: &Case<'_>) -> Option<(u32, u32)> {
    let gate = &case.policy.gate;
    if case.is_consumer() && !case.is_reg_f() && !gate.first_party_apply_caps {
        return None;
    }
    if case.facts.contacts.is_empty() {
        let cap = if case.is_consumer() { gate.calls_per_week } else { gate.aggregate_per_week };
        return Some((0, cap));
    }
    let (debt, all, _) = calls::collect(case);
    if !case.is_consumer() {
        return Some((all.in_seven_days, gate.aggregate_per_week));
    }
    let counted = debt.calls.iter().filter(|call| call.counts());
    let inside = counted.filter(|call| in_window(call.on, case.today, 7));
    Some((u32::try_from(inside.count()).unwrap_or(u32::MAX), gate.calls_per_week))
}
