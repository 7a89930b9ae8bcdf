//! An arrangement while it is being typed: what policy allows, and the schedule the terms give.

use contract::{ApiError, InstallmentView, LimitsView, ProposalView, ProposeArrangement};
use domain::arrangement::{self, ArrangementKind, Limits};
use domain::compliance::zone::local_date;
use domain::money::Money;
use domain::policy::Policy;
use domain::reason::{Lift, Refusal};

use crate::desk::Desk;
use crate::errors::{refused, stored};
use crate::parse;
use crate::views::{count, money, word};

fn view(limits: &Limits, policy: &Policy) -> LimitsView {
    LimitsView {
        currency: limits.balance.currency.to_string(),
        balance: limits.balance.plain(),
        min_down: limits.min_down.plain(),
        max_installments: limits.max_count,
        min_installment: limits.min_installment.plain(),
        latest: limits.latest_end.to_string(),
        promise_latest: limits.latest_promise.to_string(),
        frequencies: limits.frequencies.iter().map(word).collect(),
        authority: limits.authority.plain(),
        policy: policy.label(),
    }
}

/// The currency with the largest balance speaks first; a block in every currency is a refusal.
pub fn limits_view(all: &[Limits], policy: &Policy) -> (Option<LimitsView>, Option<ApiError>) {
    let best = all.iter().filter(|limits| limits.blocked.is_empty()).max_by_key(|limits| limits.balance.amount);
    if let Some(limits) = best {
        return (Some(view(limits, policy)), None);
    }
    let reasons = all.first().map(|limits| limits.blocked.clone()).unwrap_or_default();
    let message = reasons.first().map_or_else(
        || "There is nothing open to arrange.".to_owned(),
        |reason| format!("{}.", reason.text.trim_end_matches('.')),
    );
    let refusal = Refusal {
        message,
        remedy: "See the account's plans, holds and disputes.".to_owned(),
        lift: Lift::Nobody,
        until: None,
        reasons,
    };
    (None, Some(refused(refusal)))
}

impl Desk {
    /// The schedule these terms give, or why policy refuses them.
    pub(crate) fn propose_terms(&self, input: &ProposeArrangement) -> Result<ProposalView, ApiError> {
        let store = self.store()?;
        let now = self.now();
        let facts = store.facts(parse::id(&input.account)?, now).map_err(stored)?;
        let today = local_date(&facts.customer, now);
        let policy = self.policy_on(&store, today)?;
        let all = arrangement::limits(&facts, &policy.arrangement, policy.version, today);
        let currency = parse::currency("currency", &input.terms.currency)?;
        let limits = all.iter().find(|limits| limits.balance.currency == currency).ok_or_else(|| {
            ApiError::invalid(
                "currency",
                format!("Nothing is open in {currency}."),
                "Choose a currency of this account.",
            )
        })?;
        let shown = view(limits, &policy);
        let empty = |refusal| ProposalView {
            installments: Vec::new(),
            total: money(limits.balance),
            count: 0,
            each: Money::zero(currency).plain(),
            limits: shown.clone(),
            refusal: Some(refusal),
        };
        let mut terms = match parse::terms(&input.terms) {
            Ok(terms) => terms,
            Err(error) => return Ok(empty(error)),
        };
        // As submitting decides it: a supervisor needs nobody, a specialist can't name themselves.
        let by = self.settings_of(&store)?.actor();
        terms.approved_by = by.approver(terms.approved_by.as_deref());
        let proposal = match arrangement::propose(&terms, &facts, &policy.arrangement, policy.version, today) {
            Ok(proposal) => proposal,
            Err(refusal) => return Ok(empty(refused(refusal))),
        };
        let downs = usize::from(terms.kind == ArrangementKind::Installments && !terms.down.is_zero());
        let each = proposal.installments.get(downs).map_or_else(|| Money::zero(currency), |first| first.amount);
        Ok(ProposalView {
            installments: proposal
                .installments
                .iter()
                .map(|one| InstallmentView {
                    due: one.due.to_string(),
                    amount: money(one.amount),
                    paid: money(Money::zero(currency)),
                    state: "planned".to_owned(),
                })
                .collect(),
            total: money(proposal.balance),
            count: count(proposal.installments.len() - downs),
            each: each.plain(),
            limits: shown,
            refusal: None,
        })
    }
}
