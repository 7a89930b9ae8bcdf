//! The gate: the facts of an account at a moment, mapped to the rules that bind it. It holds no rule
//! of law itself; those are functions in [`rules`](super::rules), and the gate decides which of them
//! speak about an act, by profile (third-party consumer, first-party consumer, business) and place.

mod calls;
mod case;
mod claim;
mod contact;
mod contactability;
mod house;
mod order;
mod overlay;
mod remedy;
mod validation;
mod words;

use chrono::{DateTime, NaiveTime, TimeDelta, Utc};

use self::case::Case;
pub use self::claim::claimable;
pub use self::contactability::{Contactability, May, by_phone, contactability};
use super::act::{Act, Approval, Leaves, Purpose};
use super::planted;
use super::rules::hours::{next_open, utc_of};
use super::rules::validation::val_2;
use super::texts::TextId;
use super::verdict::{Decision, Finding, Verdict, combine};
use super::zone::HOURS_WEST_OF_ALL;
use crate::contact::Medium;
use crate::facts::Facts;
use crate::policy::Policy;
use crate::reason::{Lift, Reason, Refusal};

/// What the rules say about an act, on these facts, at that moment. Where they ask for texts, the
/// item that does the act must carry them.
#[must_use]
pub fn verdict(act: &Act<'_>, facts: &Facts, policy: &Policy, now: DateTime<Utc>) -> Verdict {
    combine(findings(&Case::of(facts, policy, now), act, None))
}

/// The texts that an act's words must hold.
#[must_use]
pub fn required_texts(act: &Act<'_>, facts: &Facts, policy: &Policy, now: DateTime<Utc>) -> Vec<TextId> {
    let findings = findings(&Case::of(facts, policy, now), act, None);
    texts(&findings)
}

fn texts(findings: &[Finding]) -> Vec<TextId> {
    let mut texts: Vec<TextId> = Vec::new();
    for finding in findings {
        if let Decision::AllowWithText(more) = &finding.decision {
            texts.extend(more);
        }
    }
    texts.sort_unstable();
    texts.dedup();
    // The initial text says all that the subsequent one does, and more.
    if texts.contains(&TextId::MiniMirandaInitial) {
        texts.retain(|text| *text != TextId::MiniMirandaSubsequent);
    }
    texts
}

fn findings(case: &Case<'_>, act: &Act<'_>, item: Option<&dyn Leaves>) -> Vec<Finding> {
    match act {
        Act::Order { kind, service } => order::findings(case, *kind, *service),
        _ => contact::findings(case, act, item),
    }
}

/// Passes an item, or says why not. The reasons of a pass are for the history.
pub(super) fn pass(
    item: &dyn Leaves,
    facts: &Facts,
    policy: &Policy,
    now: DateTime<Utc>,
) -> Result<Vec<Reason>, Refusal> {
    let case = Case::of(facts, policy, now);
    let act = item.act();
    let mut findings = Vec::new();
    if item.account() == facts.account.id {
        findings = self::findings(&case, &act, Some(item));
        if let Some(purpose) = act.purpose() {
            findings.push(claim::check(purpose, item.claim(), &case));
            // What a call must say is shown to the caller; what is written is looked up.
            if matches!(act.medium(), Some(Medium::Letter | Medium::Email | Medium::Text)) {
                findings.extend(missing_texts(item, &findings));
                if purpose == Purpose::ValidationNotice && case.is_reg_f() {
                    let lacks: Vec<String> =
                        item.lacks().iter().map(|item| format!("{} ({})", item.id, item.requires)).collect();
                    findings.push(val_2(&lacks));
                }
            }
        }
    } else {
        let text = format!("It is about account {}, and the facts are those of {}.", item.account(), facts.account.id);
        findings.push(Finding::block(&house::ACCOUNT, text));
    }
    let verdict = combine(findings);
    if verdict.permits() {
        return Ok(reasons(verdict));
    }
    if verdict.overridable()
        && let Some(approval) = item.approval()
    {
        if is_fresh(approval, policy, now) {
            let mut reasons = reasons(verdict);
            reasons.insert(0, approved(approval));
            return Ok(reasons);
        }
        let mut refusal = refuse(&case, &act, &verdict);
        refusal.message += " The approval on it has run out.";
        return Err(refusal);
    }
    Err(refuse(&case, &act, &verdict))
}

fn reasons(verdict: Verdict) -> Vec<Reason> {
    let findings = verdict.findings.into_iter();
    findings.map(|finding| finding.reason).collect()
}

fn missing_texts(item: &dyn Leaves, findings: &[Finding]) -> Vec<Finding> {
    texts(findings)
        .into_iter()
        .filter(|text| !item.carries(text.id()))
        .map(|text| {
            let words = format!("Its words lack a required text, {}.", text.id());
            Finding::block(&house::TEXT, words).with("text", text.id())
        })
        .collect()
}

/// What the history says of an act that a supervisor approved.
fn approved(approval: &Approval) -> Reason {
    let text = format!("Approved by {}: {}", approval.by, approval.reason);
    Reason::new(house::APPROVAL.id, house::APPROVAL.version, text).with("at", approval.at.to_rfc3339())
}

/// The moment from which an approval holds no more.
fn runs_out(approval: &Approval, policy: &Policy) -> DateTime<Utc> {
    approval.at + TimeDelta::hours(i64::from(policy.gate.approval_hours))
}

fn is_fresh(approval: &Approval, policy: &Policy, now: DateTime<Utc>) -> bool {
    let age = now - approval.at;
    let most = TimeDelta::hours(i64::from(planted::cap(&house::APPROVAL, policy.gate.approval_hours)));
    !approval.by.trim().is_empty() && !approval.reason.trim().is_empty() && age >= TimeDelta::zero() && age <= most
}

/// A refusal out of a verdict that does not permit.
fn refuse(case: &Case<'_>, act: &Act<'_>, verdict: &Verdict) -> Refusal {
    let standing = || verdict.findings.iter().filter(|finding| !finding.permits());
    let until = until(case, act, verdict);
    let lift = if verdict.overridable() {
        Lift::Supervisor
    } else if until.is_some() {
        Lift::Wait
    } else {
        Lift::Nobody
    };
    let deciding = verdict.deciding();
    Refusal {
        message: deciding.map_or_else(String::new, |finding| finding.reason.text.clone()),
        remedy: deciding.map_or("", remedy::of).to_owned(),
        lift,
        until,
        reasons: standing().map(|finding| finding.reason.clone()).collect(),
    }
}

/// The first moment at which everything that stands against an act could be over; none if something
/// does not end by itself.
fn until(case: &Case<'_>, act: &Act<'_>, verdict: &Verdict) -> Option<DateTime<Utc>> {
    let mut moment = case.now;
    for finding in verdict.findings.iter().filter(|finding| !finding.permits()) {
        moment = moment.max(local_start(case, finding, finding.changes_at?));
    }
    match contact::window(case, act) {
        Some(window) if !case.zones.is_empty() => next_open(&case.zones, moment, window),
        _ => Some(moment),
    }
}

/// Rules that count days name a day by its midnight UTC; to the customer it begins hours later, in
/// the westmost of the zones last.
fn local_start(case: &Case<'_>, finding: &Finding, changes: DateTime<Utc>) -> DateTime<Utc> {
    let by_hour = ["TIM-", "ST-FL", "UT-2"];
    let rule = &finding.reason.rule;
    if changes.time() != NaiveTime::MIN || by_hour.iter().any(|by| rule.starts_with(by)) {
        return changes;
    }
    if case.zones.is_empty() {
        return changes + TimeDelta::hours(HOURS_WEST_OF_ALL);
    }
    case.zones
        .iter()
        .filter_map(|zone| utc_of(*zone, changes.date_naive(), NaiveTime::MIN))
        .fold(changes, DateTime::max)
}
