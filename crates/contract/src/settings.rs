//! Templates, policy and settings.

use crate::dto;

dto! {
    /// A template.
    pub struct TemplateView {
        /// Key: `dunning_1`.
        pub key: String,
        /// What the window calls it.
        pub name: String,
        /// `letter` or `email`.
        pub channel: String,
        /// Subject line.
        pub subject: String,
        /// Text with placeholders.
        pub body: String,
        /// It was changed from the one Dunlin ships.
        pub changed: bool,
        /// Placeholders it may use.
        pub placeholders: Vec<PlaceholderView>,
    }

    /// One placeholder.
    pub struct PlaceholderView {
        /// Without braces.
        pub name: String,
        /// What it becomes.
        pub description: String,
    }

    /// Change a template.
    pub struct SaveTemplate {
        /// Key.
        pub key: String,
        /// Channel.
        pub channel: String,
        /// Subject.
        pub subject: String,
        /// Body.
        pub body: String,
    }

    /// Look at a template as typed, on a sample account.
    pub struct PreviewTemplate {
        /// Key.
        pub key: String,
        /// Channel.
        pub channel: String,
        /// Subject.
        pub subject: String,
        /// Body.
        pub body: String,
    }

    /// A template by key and channel.
    pub struct TemplateRef {
        /// Key.
        pub key: String,
        /// Channel.
        pub channel: String,
    }

    /// The policy in force.
    pub struct PolicyView {
        /// Version.
        pub version: u32,
        /// First day (ISO date).
        pub effective_from: String,
        /// The policy as JSON, as `domain::policy::Policy` writes it.
        pub json: String,
        /// Earlier versions: number, first day.
        pub versions: Vec<PolicyVersion>,
        /// The aging bounds in days.
        pub aging_bounds: Vec<u32>,
        /// Arrangement rules.
        pub arrangement: ArrangementRules,
        /// Follow-up days by outcome.
        pub follow_up: FollowUpRules,
        /// Treatment plans in words.
        pub plans: Vec<PlanView>,
    }

    /// A published policy.
    pub struct PolicyVersion {
        /// Number.
        pub version: u32,
        /// First day (ISO date).
        pub effective_from: String,
        /// Who published it.
        pub by: String,
    }

    /// Arrangement rules, amounts as strings.
    pub struct ArrangementRules {
        /// Least down payment, percent.
        pub min_down_percent: String,
        /// Most installments.
        pub max_installments: u32,
        /// Longest time, days.
        pub max_days: u32,
        /// Least installment.
        pub min_installment: String,
        /// Allowed frequencies.
        pub frequencies: Vec<String>,
        /// Balance a specialist decides alone.
        pub authority: String,
        /// Days after a due date that are still in time.
        pub grace_days: u32,
        /// Shortfall that still keeps an installment.
        pub short_tolerance: String,
        /// Furthest promise, days.
        pub max_promise_days: u32,
        /// Broken arrangements a year before a supervisor is needed.
        pub max_broken_per_year: u32,
    }

    /// Days until the next action, by outcome.
    pub struct FollowUpRules {
        /// After an attempt.
        pub after_attempt: u32,
        /// After a conversation.
        pub after_conversation: u32,
        /// After "it is paid".
        pub after_says_paid: u32,
        /// After a dispute.
        pub after_dispute: u32,
        /// After a refusal.
        pub after_refusal: u32,
        /// After a bad number.
        pub after_bad_number: u32,
    }

    /// A treatment plan in words.
    pub struct PlanView {
        /// Name.
        pub name: String,
        /// `strict`, `catch_up` or `severest`.
        pub mode: String,
        /// One line a level: "Reminder: email (else letter) 5 days after the due date".
        pub levels: Vec<String>,
    }

    /// Publish a policy.
    pub struct SavePolicy {
        /// First day (ISO date).
        pub effective_from: String,
        /// Aging bounds in days.
        pub aging_bounds: Vec<u32>,
        /// Arrangement rules.
        pub arrangement: ArrangementRules,
        /// Follow-up days.
        pub follow_up: FollowUpRules,
        /// The whole policy as JSON instead, from the expert editor.
        pub json: Option<String>,
    }

    /// Settings of this installation.
    pub struct SettingsView {
        /// Name that signs the log.
        pub user: String,
        /// `specialist` or `supervisor`.
        pub role: String,
        /// Company on the letterhead.
        pub company: String,
        /// Return address lines.
        pub return_address: Vec<String>,
        /// Where payments go.
        pub remit_to: Vec<String>,
        /// Phone on letters.
        pub phone: String,
        /// Email on letters.
        pub email: String,
        /// Web page to pay at.
        pub website: String,
        /// Opening hours in words.
        pub hours: String,
        /// Logo as PNG, base64.
        pub logo: Option<String>,
        /// `single`, `double`, or `custom`.
        pub envelope: String,
        /// USPS mailer id, for the Intelligent Mail barcode.
        pub mailer_id: String,
        /// USPS service type id.
        pub service_type: String,
        /// `system`, `light` or `dark`.
        pub theme: String,
        /// Minutes without input after which the window locks.
        pub lock_minutes: u32,
        /// Originator data for the ACH form: company id.
        pub ach_company_id: String,
        /// `first_party` or `third_party` for new imports.
        pub mode: String,
    }
}
