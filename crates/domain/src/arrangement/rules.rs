//! The department's rules on a new arrangement. Every breach is a rule of its own, with its numbers,
//! and all are named at once. An approver's name lifts what policy set; nobody lifts what the facts
//! or the law set: no debt, disputed debt, a second arrangement, a bankruptcy.
//!
//! | rule | what | lifted by |
//! |---|---|---|
//! | ARR-1 | least down payment | supervisor |
//! | ARR-2 | most installments | supervisor |
//! | ARR-3 | longest time | supervisor |
//! | ARR-4 | least installment | supervisor |
//! | ARR-5 | allowed frequencies | supervisor |
//! | ARR-6 | authority by balance; promises are free | supervisor |
//! | ARR-7 | too many broken in a year | supervisor |
//! | ARR-8 | one arrangement at a time | nobody |
//! | ARR-9 | open, undisputed debt of one currency | nobody |
//! | ARR-10 | bankruptcy, identity theft (nobody); death (supervisor) | see there |
//! | ARR-11 | furthest day of a promise | supervisor |
//! | FORM-2, FORM-3 | amounts and dates that mean nothing | nobody |

use chrono::NaiveDate;

use super::form::{check_covers, check_form, schedule};
use super::propose::limits_of;
use super::{ArrangementKind, ArrangementPolicy, Installment, Limits, Proposal, Terms, active, broken_in_a_year};
use crate::facts::Facts;
use crate::hold::HoldKind;
use crate::money::Money;
use crate::reason::{Lift, Reason, Refusal};

/// Breaches, by who can lift them.
#[derive(Default)]
struct Breaches {
    nobody: Vec<Reason>,
    supervisor: Vec<Reason>,
}

/// A schedule for these terms, or every reason against it.
///
/// The installments sum to the covered balance to the cent (a promise may be less); each falls on a
/// business day, moved forward; the last takes the rounding's remainder.
pub fn propose(
    terms: &Terms,
    facts: &Facts,
    policy: &ArrangementPolicy,
    policy_version: u32,
    today: NaiveDate,
) -> Result<Proposal, Refusal> {
    let asked = terms.covers.as_deref();
    let limits = limits_of(facts, policy, terms.currency, policy_version, asked, today);
    let version = format!("v{policy_version}");
    let mut breaches = Breaches { nobody: limits.blocked.clone(), supervisor: limits.needs_approval.clone() };
    if terms.kind == ArrangementKind::Promise {
        breaches.supervisor.retain(|reason| reason.rule != "ARR-6");
    }
    check_covers(terms, facts, &version, today, &mut breaches.nobody);
    check_form(terms, &limits, today, &mut breaches.nobody);
    if !breaches.nobody.is_empty() {
        return Err(refusal(breaches));
    }
    let installments = match schedule(terms, limits.balance, today) {
        Ok(installments) => installments,
        Err(reason) => {
            breaches.nobody.push(reason);
            return Err(refusal(breaches));
        }
    };
    check_limits(terms, &installments, &limits, policy, &version, today, &mut breaches);

    let approver = terms.approved_by.as_deref().map(str::trim).filter(|name| !name.is_empty());
    let approved_by = match approver {
        _ if breaches.supervisor.is_empty() => None,
        Some(name) => Some(name.to_owned()),
        None => return Err(refusal(breaches)),
    };
    let mut reasons = vec![
        Reason::new(
            "ARR-0",
            version,
            format!(
                "{} of {} in {}",
                terms.kind.word(),
                limits.balance.pretty(),
                match installments.len() {
                    1 => "one payment".to_owned(),
                    count => format!("{count} payments"),
                }
            ),
        )
        .with("balance", limits.balance)
        .with("installments", installments.len()),
    ];
    reasons.extend(breaches.supervisor.into_iter().map(|mut reason| {
        let name = approved_by.as_deref().unwrap_or_default();
        reason.text = format!("{}; approved by {name}", reason.text);
        reason.with("approved_by", name)
    }));
    Ok(Proposal {
        kind: terms.kind,
        covers: limits.covers.clone(),
        balance: limits.balance,
        installments,
        reasons,
        limits,
        approved_by,
        policy_version,
    })
}

/// What stands for or against an agreement whatever its terms.
pub(super) fn standing(
    facts: &Facts,
    policy: &ArrangementPolicy,
    policy_version: u32,
    today: NaiveDate,
    limits: &mut Limits,
) {
    let version = format!("v{policy_version}");
    for hold in &facts.holds {
        let in_force = hold.released.is_none() && hold.until.is_none_or(|day| day >= today);
        let (what, lifted) = match hold.kind {
            HoldKind::Bankruptcy { .. } => ("a bankruptcy petition stays all collection", false),
            HoldKind::IdentityTheft => ("identity theft is reported", false),
            HoldKind::Deceased => ("the customer has died; only the estate may agree", true),
            _ => continue,
        };
        if in_force {
            let reason = Reason::new("ARR-10", version.clone(), format!("No arrangement: {what}"));
            if lifted {
                limits.needs_approval.push(reason);
            } else {
                limits.blocked.push(reason);
            }
        }
    }
    if let Some((active, status)) = active(facts, policy, today) {
        limits.blocked.push(
            Reason::new(
                "ARR-8",
                version.clone(),
                format!("The {} of {} is in force ({})", active.kind.word(), active.agreed_on, status.state.word(),),
            )
            .with("arrangement", active.id)
            .with("state", status.state.word()),
        );
    }
    if !limits.balance.is_positive() {
        limits.blocked.push(Reason::new(
            "ARR-9",
            version.clone(),
            format!("No undisputed debt in {} to arrange", limits.balance.currency),
        ));
    }
    if limits.balance.amount > limits.authority.amount {
        limits.needs_approval.push(
            Reason::new(
                "ARR-6",
                version.clone(),
                format!("{} is above the authority of {}", limits.balance.pretty(), limits.authority.pretty()),
            )
            .with("balance", limits.balance)
            .with("authority", limits.authority),
        );
    }
    let broken = broken_in_a_year(facts, policy, today);
    if broken >= policy.max_broken_per_year {
        limits.needs_approval.push(
            Reason::new(
                "ARR-7",
                version,
                format!("{broken} broken within a year; from {} on a supervisor decides", policy.max_broken_per_year),
            )
            .with("broken", broken)
            .with("limit", policy.max_broken_per_year),
        );
    }
}

/// What policy limits, against the schedule as it came out.
fn check_limits(
    terms: &Terms,
    installments: &[Installment],
    limits: &Limits,
    policy: &ArrangementPolicy,
    version: &str,
    today: NaiveDate,
    breaches: &mut Breaches,
) {
    let mut breach = |rule, text: String, required: String, given: String| {
        breaches
            .supervisor
            .push(Reason::new(rule, version.to_owned(), text).with("required", required).with("given", given));
    };
    let last = installments.last().map_or(today, |last| last.due);
    if terms.kind == ArrangementKind::Promise {
        if terms.first_due > limits.latest_promise {
            breach(
                "ARR-11",
                format!("A promise for {} is beyond {}, the furthest day", terms.first_due, limits.latest_promise),
                limits.latest_promise.to_string(),
                terms.first_due.to_string(),
            );
        }
        return;
    }
    if last > limits.latest_end {
        breach(
            "ARR-3",
            format!(
                "It would end {last}, {} days from today; at most {} are allowed, until {}",
                (last - today).num_days(),
                policy.max_days,
                limits.latest_end
            ),
            limits.latest_end.to_string(),
            last.to_string(),
        );
    }
    if terms.kind == ArrangementKind::LumpSum {
        return;
    }
    let down = Money::new(terms.down, terms.currency);
    if down.amount < limits.min_down.amount {
        breach(
            "ARR-1",
            format!(
                "A down payment of {} is below {}, which is {} % of {}",
                down.pretty(),
                limits.min_down.pretty(),
                policy.min_down_percent.normalize(),
                limits.balance.pretty()
            ),
            limits.min_down.to_string(),
            down.to_string(),
        );
    }
    let parts = &installments[usize::from(down.is_positive())..];
    if parts.len() > policy.max_installments as usize {
        breach(
            "ARR-2",
            format!("{} installments are more than the {} allowed", parts.len(), policy.max_installments),
            policy.max_installments.to_string(),
            parts.len().to_string(),
        );
    }
    // The last one takes what remains, so it may be small.
    if let [first, _, ..] = parts
        && first.amount.amount < policy.min_installment
    {
        breach(
            "ARR-4",
            format!("Installments of {} are below {}", first.amount.pretty(), limits.min_installment.pretty()),
            limits.min_installment.to_string(),
            first.amount.to_string(),
        );
    }
    if parts.len() > 1 && !policy.frequencies.contains(&terms.frequency) {
        breach(
            "ARR-5",
            format!("{} installments are not offered", terms.frequency.word()),
            policy.frequencies.iter().map(|frequency| frequency.word()).collect::<Vec<_>>().join(", "),
            terms.frequency.word().to_owned(),
        );
    }
}

/// One refusal of all breaches, the hardest first.
fn refusal(breaches: Breaches) -> Refusal {
    let lift = if breaches.nobody.is_empty() { Lift::Supervisor } else { Lift::Nobody };
    let form = breaches.nobody.iter().any(|reason| reason.rule.starts_with("FORM"));
    let mut reasons = breaches.nobody;
    reasons.extend(breaches.supervisor);
    let message = reasons.iter().map(|reason| reason.text.as_str()).collect::<Vec<_>>().join(". ");
    let remedy = if form {
        "Correct the marked fields."
    } else {
        match (lift, reasons.first().map(|reason| reason.rule.as_ref())) {
            (Lift::Supervisor, _) => "Change the terms to fit, or have a supervisor approve them by name.",
            (_, Some("ARR-8")) => "Cancel the present one first, or let it run.",
            (_, Some("ARR-10")) => "Release the hold first, if it no longer stands.",
            _ => "Choose open, undisputed invoices of one currency.",
        }
    };
    Refusal { message, remedy: remedy.to_owned(), lift, until: None, reasons }
}
