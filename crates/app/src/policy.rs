//! The policy in force, and publishing a new one.

use chrono::NaiveDate;
use contract::{ApiError, ArrangementRules, FollowUpRules, PolicyVersion, PolicyView, SavePolicy};
use domain::policy::Policy;
use store::Store;

use crate::desk::Desk;
use crate::errors::stored;
use crate::parse;
use crate::plans::plans;
use crate::views::word;

/// The policy published for that day; a new installation starts with the standard one.
pub fn in_force(store: &Store, day: NaiveDate) -> Result<Policy, ApiError> {
    Ok(store.policy_on(day).map_err(stored)?.map_or_else(Policy::standard, |published| published.policy))
}

impl Desk {
    /// The policy for the window.
    pub(crate) fn policy_view(&self) -> Result<PolicyView, ApiError> {
        let store = self.store()?;
        let policy = self.policy_on(&store, self.today())?;
        let versions = store
            .policies()
            .map_err(stored)?
            .into_iter()
            .map(|one| PolicyVersion {
                version: one.policy.version,
                effective_from: one.policy.effective_from.to_string(),
                by: one.actor,
            })
            .collect();
        let json = serde_json::to_string_pretty(&policy).map_err(unwritable)?;
        let rules = &policy.arrangement;
        let next = &policy.follow_up;
        Ok(PolicyView {
            version: policy.version,
            effective_from: policy.effective_from.to_string(),
            json,
            versions,
            aging_bounds: policy.aging.bounds.clone(),
            arrangement: ArrangementRules {
                min_down_percent: rules.min_down_percent.to_string(),
                max_installments: rules.max_installments,
                max_days: rules.max_days,
                min_installment: rules.min_installment.to_string(),
                frequencies: rules.frequencies.iter().map(word).collect(),
                authority: rules.authority.to_string(),
                grace_days: rules.grace_days,
                short_tolerance: rules.short_tolerance.to_string(),
                max_promise_days: rules.max_promise_days,
                max_broken_per_year: rules.max_broken_per_year,
            },
            follow_up: FollowUpRules {
                after_attempt: next.after_attempt,
                after_conversation: next.after_conversation,
                after_says_paid: next.after_says_paid,
                after_dispute: next.after_dispute,
                after_refusal: next.after_refusal,
                after_bad_number: next.after_bad_number,
            },
            plans: plans(&policy),
        })
    }

    /// Publishes a new version; a specialist can't.
    pub(crate) fn publish_policy(&self, input: &SavePolicy) -> Result<PolicyView, ApiError> {
        let store = self.store()?;
        self.may_publish(&store)?;
        let present = self.policy_on(&store, self.today())?;
        let mut policy = match &input.json {
            Some(text) => serde_json::from_str(text).map_err(|error| {
                ApiError::invalid(
                    "json",
                    format!("The policy can't be read: {error}."),
                    "Mend the place named; nothing was published.",
                )
            })?,
            None => edited(present, input)?,
        };
        policy.effective_from = self.first_day(&input.effective_from)?;
        check(&policy)?;
        self.publish(&store, policy)?;
        self.policy_view()
    }
}

fn unwritable(error: impl std::fmt::Display) -> ApiError {
    ApiError::new(contract::ErrorCode::Failed, format!("The policy can't be shown: {error}."), "Restart Dunlin.")
}

fn edited(mut policy: Policy, input: &SavePolicy) -> Result<Policy, ApiError> {
    policy.aging.bounds.clone_from(&input.aging_bounds);
    let rules = &input.arrangement;
    let own = &mut policy.arrangement;
    own.min_down_percent = parse::amount("min_down_percent", &rules.min_down_percent)?;
    own.max_installments = rules.max_installments;
    own.max_days = rules.max_days;
    own.min_installment = parse::amount("min_installment", &rules.min_installment)?;
    own.frequencies =
        rules.frequencies.iter().map(|text| parse::word("frequencies", text)).collect::<Result<_, _>>()?;
    own.authority = parse::amount("authority", &rules.authority)?;
    own.grace_days = rules.grace_days;
    own.short_tolerance = parse::amount("short_tolerance", &rules.short_tolerance)?;
    own.max_promise_days = rules.max_promise_days;
    own.max_broken_per_year = rules.max_broken_per_year;
    let next = &mut policy.follow_up;
    next.after_attempt = input.follow_up.after_attempt;
    next.after_conversation = input.follow_up.after_conversation;
    next.after_says_paid = input.follow_up.after_says_paid;
    next.after_dispute = input.follow_up.after_dispute;
    next.after_refusal = input.follow_up.after_refusal;
    next.after_bad_number = input.follow_up.after_bad_number;
    Ok(policy)
}

fn check(policy: &Policy) -> Result<(), ApiError> {
    let bounds = &policy.aging.bounds;
    if bounds.is_empty() || bounds[0] == 0 || bounds.windows(2).any(|pair| pair[0] >= pair[1]) {
        return Err(ApiError::invalid(
            "aging_bounds",
            "The aging buckets' ends must rise and be above zero.",
            "For example 30, 60, 90.",
        ));
    }
    let rules = &policy.arrangement;
    let hundred = rust_decimal::Decimal::ONE_HUNDRED;
    if rules.min_down_percent.is_sign_negative() || rules.min_down_percent > hundred {
        return Err(ApiError::invalid(
            "min_down_percent",
            "The least down payment must be between 0 and 100 percent.",
            "Write a number from 0 to 100.",
        ));
    }
    for (field, amount) in [
        ("min_installment", rules.min_installment),
        ("short_tolerance", rules.short_tolerance),
        ("authority", rules.authority),
    ] {
        if amount.is_sign_negative() {
            return Err(ApiError::invalid(
                field,
                "This amount can't be below zero.",
                "Write an amount of zero or more.",
            ));
        }
    }
    if rules.frequencies.is_empty() || rules.max_installments == 0 {
        return Err(ApiError::invalid(
            "frequencies",
            "No arrangement would be possible.",
            "Allow at least one installment and one frequency.",
        ));
    }
    let wrong = policy.treatment.check();
    if let Some(first) = wrong.first() {
        return Err(ApiError::invalid(
            "json",
            format!("The treatment plans can't be used: {first}."),
            "Mend it; nothing was published.",
        ));
    }
    Ok(())
}
