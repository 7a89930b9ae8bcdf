//! Cases about how often: calls, conversations, consents.

use chrono::NaiveDate;

use super::given::Given;
use super::message::who;
use super::words::Tagged;
use super::{Answer, VectorError};
use crate::compliance::rules::frequency::{
    Aggregate, AggregateLimits, CallConsent, CallFact, DebtCalls, frq_1, frq_2, frq_3, frq_4, in_window,
};
use crate::compliance::rules::persons::Person;
use crate::compliance::rules::table::{FRQ_1, FRQ_2};
use crate::compliance::verdict::{Finding, combine};
use crate::contact::Medium;

pub(super) fn run(rule: &'static str, given: &Given) -> Result<Option<Answer>, VectorError> {
    // Texts, emails and letters are no calls: neither counted nor capped here.
    let written = matches!(given.medium(), Some(Medium::Text | Medium::Email | Medium::Letter));
    Ok(Some(match rule {
        "FRQ-1" | "FRQ-2" | "FRQ-3" | "FRQ-4" if written => Finding::allow(&FRQ_1, "This is no telephone call.").into(),
        "FRQ-1" => calls(given).into(),
        "FRQ-2" => conversation(given).into(),
        "FRQ-3" => excluded(given).into(),
        "FRQ-4" => aggregate(given).into(),
        _ => return Ok(None),
    }))
}

fn fact(call: &Tagged) -> CallFact {
    let unconnected = ["busy", "not_in_service", "disconnected", "not_connected", "out_of_service"];
    CallFact {
        on: call.on,
        connected: !call.says(&unconnected),
        excluded: call.says(&["consent", "attorney", "creditor"]),
    }
}

fn facts(calls: &[Tagged]) -> Vec<CallFact> {
    calls.iter().map(fact).collect()
}

/// Calls by the debts that the next one would be about.
fn calls_by_debt(given: &Given) -> Vec<Vec<CallFact>> {
    let lists = [("A", &given.calls_debt_a), ("B", &given.calls_debt_b), ("C", &given.calls_debt_c)];
    let about = |name: &str| {
        let named = given.debt.as_deref() == Some(name);
        named || given.discusses.0.iter().any(|debt| debt == name)
    };
    let unnamed = given.debt.is_none() && given.discusses.0.is_empty();
    let mut all: Vec<Vec<CallFact>> = lists
        .iter()
        .filter(|(name, _)| unnamed || about(name))
        .filter_map(|(_, calls)| calls.as_ref().map(|calls| facts(&calls.0)))
        .collect();
    // Calls of no named debt are about the one in question.
    for calls in &mut all {
        calls.extend(facts(&given.calls.0));
    }
    if all.is_empty() {
        all.push(facts(&given.calls.0));
    }
    all
}

pub(super) fn calls(given: &Given) -> Finding {
    let Some(today) = given.today() else {
        return Finding::unknown(&FRQ_1, "the day of the call");
    };
    let counts = [given.calls_cell, given.calls_home, given.calls_work, given.calls_in_7_days];
    let counted: u32 = counts.iter().flatten().fold(0, |sum, more| sum.saturating_add(*more));
    if counted > 0 && given.all_within_7_days == Some(false) {
        return Finding::unknown(&FRQ_1, "the days of the calls");
    }
    // More than a cap's worth of equal facts changes nothing.
    let extra = std::iter::repeat_n(CallFact::counted(today), counted.min(1_000) as usize);
    let findings = calls_by_debt(given).into_iter().map(|mut calls| {
        calls.extend(extra.clone());
        frq_1(&calls, today, 7)
    });
    let verdict = combine(findings);
    let allow = || Finding::allow(&FRQ_1, "No calls.");
    verdict.deciding().cloned().unwrap_or_else(allow)
}

fn conversations(given: &Given) -> Vec<NaiveDate> {
    let other_debt = given.conversation_debts.as_ref().is_some_and(|talked| {
        let named = given.debt.iter().chain(&given.discusses.0).collect::<Vec<_>>();
        !named.is_empty() && !named.iter().any(|debt| talked.0.contains(debt))
    });
    let all = given.conversation.0.iter().map(|day| day.0);
    all.filter(|_| !other_debt).collect()
}

pub(super) fn conversation(given: &Given) -> Finding {
    match given.today() {
        Some(today) => frq_2(&conversations(given), today, 7),
        None => Finding::unknown(&FRQ_2, "the day of the call"),
    }
}

pub(super) fn excluded(given: &Given) -> Finding {
    let Some(today) = given.today() else {
        return Finding::unknown(&FRQ_1, "the day of the call");
    };
    let consents: Vec<CallConsent> = given
        .consent
        .iter()
        .map(|consent| CallConsent {
            given: consent.given.0,
            withdrawn: consent.withdrawn.or(given.consent_withdrawn).map(|day| day.0),
            terms: consent.terms.clone(),
        })
        .collect();
    let findings = calls_by_debt(given).into_iter().map(|calls| {
        let debt = DebtCalls {
            calls,
            conversations: conversations(given),
            consents: consents.clone(),
            to_excluded_person: who(given) == Some(Person::Excepted),
        };
        frq_3(&debt, today, 7, 7)
    });
    let verdict = combine(findings);
    let allow = || Finding::allow(&FRQ_2, "No calls.");
    verdict.deciding().cloned().unwrap_or_else(allow)
}

pub(super) fn aggregate(given: &Given) -> Finding {
    let lists = [&given.calls_debt_a, &given.calls_debt_b, &given.calls_debt_c];
    let listed = lists.iter().copied().flatten().flat_map(|many| &many.0);
    let all: Vec<CallFact> = listed.chain(&given.calls.0).map(fact).collect();
    let today = given.today();
    let within = |days: u32| {
        let inside = |call: &&CallFact| call.counts() && today.is_some_and(|today| in_window(call.on, today, days));
        u32::try_from(all.iter().filter(inside).count()).unwrap_or(u32::MAX)
    };
    let hours = given.hours_since_last_call.and_then(|hours| hours.0.checked_mul(rust_decimal::Decimal::from(60)));
    let since = given.last_call_at.zip(given.at).map(|(last, at)| (at - last).num_minutes());
    let minutes = hours.and_then(|minutes| i64::try_from(minutes.trunc()).ok());
    frq_4(
        Aggregate {
            in_seven_days: given.calls_all_debts_7d.unwrap_or_else(|| within(7)),
            today: given.calls_all_debts_today.unwrap_or_else(|| within(1)),
            minutes_since_last: given.minutes_since_last_call.or(minutes).or(since),
        },
        AggregateLimits::default(),
    )
}
