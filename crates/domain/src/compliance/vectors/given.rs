//! Every field that a vector may carry. A field not listed here is an error that names it.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::Deserialize;

use super::parts::{ConsentGiven, InconvenientGiven, RndCheck};
use super::words::{Day, DayOrFlag, LocalTime, Many, Number, Range, Tagged, Word, moment};

/// The facts of a case. Absent and null are the same: not known, or did not happen.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Given {
    // Who, what, when, where.
    pub account: Option<String>,
    pub account_holder: Option<String>,
    pub action: Option<String>,
    #[serde(deserialize_with = "moment")]
    pub at: Option<DateTime<Utc>>,
    #[serde(alias = "local_time")]
    pub at_local: Option<LocalTime>,
    pub city: Option<String>,
    #[serde(rename = "city_name")]
    pub _city_name: Option<String>,
    pub contact: Option<String>,
    pub medium: Option<String>,
    pub mode: Option<String>,
    pub number_type: Option<String>,
    pub person: Option<String>,
    pub purpose: Option<String>,
    pub rule: Option<String>,
    pub service: Option<String>,
    pub state: Many<String>,
    pub today: Option<Day>,
    pub tz: Option<Many<String>>,
    #[serde(rename = "why_two", alias = "note", alias = "why")]
    pub _remark: Option<Word>,
    // Scope.
    pub collects_in_name: Option<String>,
    pub owner: Option<String>,
    // Times, places, stops.
    pub accepted_channel: Option<bool>,
    pub attorney_consented: Option<bool>,
    pub attorney_contact_known: Option<bool>,
    pub attorney_known: Option<bool>,
    pub attorney_replied: Option<bool>,
    pub authorized_for_estate: Option<bool>,
    #[serde(alias = "refused_media")]
    pub blocked_media: Many<String>,
    pub cease: Option<bool>,
    pub cease_medium: Option<String>,
    pub cease_oral: Option<bool>,
    pub cease_words: Option<String>,
    pub cease_written_received: Option<DayOrFlag>,
    pub consumer_age: Option<u32>,
    pub consumer_deceased: Option<bool>,
    pub consumer_initiated: Option<bool>,
    #[serde(deserialize_with = "moment")]
    pub consumer_initiated_at: Option<DateTime<Utc>>,
    pub consumer_medium: Option<String>,
    pub consumer_says: Option<String>,
    pub consumer_says_identity_theft: Option<bool>,
    #[serde(alias = "employer_prohibits_contact")]
    pub employer_prohibits: Option<bool>,
    pub inconvenient: Many<InconvenientGiven>,
    pub inconvenient_place: Many<String>,
    pub letter_to_attorney: Option<Day>,
    #[serde(rename = "notified_605B", alias = "notified_605b")]
    pub notified_605b: Option<bool>,
    #[serde(alias = "oral_request_on")]
    pub oral_request: Option<Day>,
    pub replies_sent: Option<u32>,
    pub told_creditor: Option<bool>,
    #[serde(alias = "written_request_on", alias = "written_confirmation")]
    pub written_request: Option<Day>,
    // Email and text.
    pub basis: Option<String>,
    pub body_has_optout: Option<bool>,
    #[serde(alias = "consent_on", alias = "consent_given")]
    pub consent_date: Option<DayOrFlag>,
    #[serde(alias = "consent_renewal", alias = "renewed")]
    pub consent_renewed: Option<Day>,
    pub consumer_used_it_for_this_debt: Option<bool>,
    pub direct_consent: Option<DayOrFlag>,
    pub email_type: Option<String>,
    #[serde(alias = "address_from_consumer")]
    pub notice_conditions_met: Option<bool>,
    #[serde(alias = "notice_has_five_items")]
    pub five_items: Option<bool>,
    pub public_domain: Option<bool>,
    #[serde(alias = "last_text_from_consumer")]
    pub last_consumer_text: Option<Day>,
    pub notice_sent: Option<Day>,
    pub opted_out: Option<bool>,
    pub optout: Option<bool>,
    pub optout_deadline: Option<Day>,
    pub optout_fee_or_extra_info: Option<bool>,
    #[serde(alias = "prior_collector_basis_met")]
    pub prior_collector_met: Option<bool>,
    pub rnd_check: Option<RndCheck>,
    // Persons and words.
    pub earlier_answer_believed_wrong: Option<bool>,
    #[serde(alias = "envelope_text")]
    pub envelope_extra: Many<String>,
    #[serde(alias = "envelope_shows_collection")]
    pub envelope_telling: Option<bool>,
    pub extra: Many<String>,
    #[serde(alias = "first_communication")]
    pub first_contact: Option<Word>,
    pub first_written: Option<bool>,
    pub has: Many<String>,
    #[serde(rename = "language")]
    pub _language: Option<String>,
    pub mentions_debt: Option<bool>,
    #[serde(alias = "states_employer")]
    pub names_employer: Option<bool>,
    pub employer_asked: Option<bool>,
    pub prior_location_contacts: Option<u32>,
    pub public: Option<bool>,
    pub right_party_verified: Option<bool>,
    // How often.
    pub all_within_7_days: Option<bool>,
    pub calls: Many<Tagged>,
    #[serde(alias = "calls_7d")]
    pub calls_in_7_days: Option<u32>,
    pub calls_all_debts_7d: Option<u32>,
    #[serde(alias = "calls_today")]
    pub calls_all_debts_today: Option<u32>,
    pub calls_cell: Option<u32>,
    #[serde(rename = "calls_debtA")]
    pub calls_debt_a: Option<Many<Tagged>>,
    #[serde(rename = "calls_debtB")]
    pub calls_debt_b: Option<Many<Tagged>>,
    #[serde(rename = "calls_debtC")]
    pub calls_debt_c: Option<Many<Tagged>>,
    pub calls_home: Option<u32>,
    pub calls_work: Option<u32>,
    pub consent: Option<ConsentGiven>,
    #[serde(alias = "consent_revoked")]
    pub consent_withdrawn: Option<Day>,
    pub conversation: Many<Day>,
    pub conversation_debts: Option<Many<String>>,
    #[serde(alias = "conversations_7d")]
    pub conversations_in_7_days: Option<u32>,
    pub debt: Option<String>,
    pub discusses: Many<String>,
    pub emails: Many<Tagged>,
    pub hours_since_last_call: Option<Number>,
    #[serde(rename = "initiated_by")]
    pub _initiated_by: Option<String>,
    #[serde(alias = "last_call")]
    #[serde(deserialize_with = "moment")]
    pub last_call_at: Option<DateTime<Utc>>,
    pub minutes_since_last_call: Option<i64>,
    pub texts: Many<Tagged>,
    pub letters: Many<Tagged>,
    // Amounts and the debt.
    pub accepted: Option<Day>,
    pub add: Option<Word>,
    pub agreement_authorizes: Option<bool>,
    #[serde(alias = "solicited_for_criminal_threat")]
    pub criminal_threat: Option<bool>,
    pub debts: BTreeMap<String, String>,
    pub deposit: Option<Day>,
    pub direction: Option<String>,
    pub holiday_observed: Option<String>,
    pub instrument_dated: Option<Day>,
    pub law_authorizes: Option<bool>,
    pub sol_expiry: Option<Day>,
    pub status: Option<String>,
    #[serde(rename = "tariff")]
    pub _tariff: Option<Word>,
    pub written_notice: Option<Day>,
    // Furnishing and records.
    pub cra_type: Option<String>,
    pub emailed: Option<Day>,
    pub flag_disputed: Option<bool>,
    pub last_activity: Option<Day>,
    pub letter_mailed: Option<Day>,
    pub recording: Option<Day>,
    #[serde(alias = "spoke_about_debt_in_person")]
    pub spoke_about_debt_by_phone: Option<DayOrFlag>,
    pub undeliverable: Option<DayOrFlag>,
    // Validation and disputes.
    pub actual_receipt: Option<Day>,
    pub collector_accepts_email: Option<bool>,
    pub collector_accepts_text: Option<bool>,
    pub collector_accepts_portal: Option<bool>,
    pub dispute: Option<Word>,
    pub dispute_medium: Option<String>,
    #[serde(alias = "duplicate_notice")]
    pub duplicate_notice_sent: Option<bool>,
    pub esign_consent: Option<bool>,
    pub initial_communication: Option<Day>,
    pub is_initial_communication: Option<bool>,
    pub items: Option<Many<String>>,
    pub missing: Option<Many<String>>,
    pub new_information: Option<bool>,
    #[serde(alias = "notice_in_initial_communication")]
    pub notice_in_initial: Option<bool>,
    pub oc_request: Option<Day>,
    #[serde(alias = "oc_same_notice_sent")]
    pub oc_sent: Option<Day>,
    pub overshadows: Option<bool>,
    #[serde(alias = "paid")]
    pub paid_in_full: Option<DayOrFlag>,
    pub received: Option<Day>,
    #[serde(alias = "remailed")]
    pub resent: Option<Day>,
    pub returned: Option<DayOrFlag>,
    pub sent: Option<Day>,
    pub text: Option<String>,
    pub valid_email_basis: Option<bool>,
    pub validation_end: Option<Day>,
    #[serde(alias = "judgment_copy_sent")]
    pub verification_sent: Option<Day>,
    pub written_dispute: Option<Day>,
    // Telephone law, states, cities.
    #[serde(alias = "confirmations_sent", alias = "prior_confirmations")]
    pub confirmations: Option<u32>,
    pub coerced_debt_docs: Option<bool>,
    pub communications: Many<Tagged>,
    #[serde(alias = "consent_requests")]
    pub consent_requests_7d: Option<u32>,
    pub consumer_used_medium: Option<DayOrFlag>,
    pub contacts: Many<Tagged>,
    pub creditor_is: Option<String>,
    pub days_past_due: Option<u32>,
    #[serde(alias = "debt_collection_procedures_begun")]
    pub debt_collection_procedures: Option<bool>,
    pub dialer: Option<String>,
    #[serde(alias = "dnc")]
    pub do_not_call: Option<bool>,
    #[serde(alias = "e_messages_7d")]
    pub e_msgs_7d: Option<u32>,
    pub electronic_consent: Option<bool>,
    pub entered: Option<Day>,
    pub assigned: Option<Day>,
    pub false_header: Option<bool>,
    pub fcc_26_67_effective: Option<bool>,
    pub fees_itemized: Option<bool>,
    pub licensee: Option<bool>,
    pub marketing: Option<bool>,
    pub medical_debt: Option<bool>,
    pub minutes_after: Option<u32>,
    // Recording was announced.
    #[serde(rename = "notice_given", alias = "announced")]
    pub recording_announced: Option<bool>,
    pub obligor: Option<String>,
    pub prior_express_consent: Option<bool>,
    pub renewed_on: Option<Day>,
    pub reply: Option<String>,
    pub review_done: Option<bool>,
    #[serde(alias = "revoked_on", alias = "revoked")]
    pub revoked_at: Option<Day>,
    pub revoked_other_matter: Option<bool>,
    pub sold: Option<Day>,
    pub solicitation: Option<bool>,
    pub total: Option<Number>,
    pub written_consent: Option<bool>,
    // Bankruptcy and protected statuses.
    #[serde(alias = "military_affidavit")]
    pub affidavit: Option<bool>,
    pub asset_notice_mailed: Option<Day>,
    pub assurance: Option<Word>,
    pub bankruptcy: Option<String>,
    pub case_closed: Option<DayOrFlag>,
    pub chapter: Option<Word>,
    pub claimant: Option<String>,
    pub codebtor: Option<String>,
    pub converted: Option<Day>,
    pub court_order_bar_date: Option<Day>,
    #[serde(alias = "discharge")]
    pub discharged: Option<DayOrFlag>,
    pub dismissed: Option<DayOrFlag>,
    pub government_unit: Option<bool>,
    pub location_supported: Option<bool>,
    pub notice_to_us: Option<Day>,
    pub obligation_before_service: Option<bool>,
    pub order_for_relief: Option<Day>,
    pub orders_received: Option<bool>,
    pub orders_relocate_days: Option<u32>,
    pub petition: Option<Day>,
    pub prior_dismissed_within_1y: Option<u32>,
    pub rate_pct: Option<Number>,
    pub reason: Option<String>,
    pub redacted: Option<bool>,
    #[serde(alias = "relief_from_stay", alias = "stay_relief")]
    pub stay_lifted: Option<DayOrFlag>,
    pub stop_movement_days: Option<u32>,
    pub stop_movement_indefinite: Option<bool>,
    pub voluntary: Option<bool>,
    // Suspension and disconnection.
    #[serde(alias = "debt_age_years")]
    pub age_years: Option<Number>,
    pub agreed_plan: Option<bool>,
    pub arrears: Option<Number>,
    #[serde(alias = "pledged_assistance")]
    pub assistance_pledged: Option<bool>,
    pub basic_paid: Option<bool>,
    pub bill_mailed: Option<Day>,
    #[serde(alias = "certs_12m")]
    pub certificates_in_12_months: Option<u32>,
    pub company_holiday: Option<bool>,
    pub company_holiday_tomorrow: Option<bool>,
    pub conditions_met: Option<LocalTime>,
    #[serde(alias = "contact_attempt")]
    pub contact_attempt_3d: Option<DayOrFlag>,
    #[serde(alias = "notice_48h")]
    pub contact_attempt_24h: Option<DayOrFlag>,
    #[serde(alias = "winter_contact_made")]
    pub contact_made: Option<bool>,
    pub digging: Option<bool>,
    pub disconnected_nonpay: Option<Day>,
    pub dispute_open: Option<bool>,
    pub erroneous: Option<bool>,
    pub extension_open: Option<bool>,
    #[serde(alias = "field")]
    pub field_visit: Option<bool>,
    #[serde(alias = "forecast_high_f", alias = "forecast_72h_high_f")]
    pub forecast_high: Option<i32>,
    #[serde(alias = "forecast_low_f", alias = "forecast_72h_low_f")]
    pub forecast_low: Option<i32>,
    pub heat_advisory: Option<Many<Day>>,
    pub heating: Option<bool>,
    #[serde(alias = "income_pct_fpl", alias = "fpl_pct")]
    pub income_fpl: Option<u32>,
    pub ineligibility_notice: Option<Day>,
    #[serde(alias = "medical")]
    pub medical_cert: Option<DayOrFlag>,
    pub months: Option<Number>,
    pub notice_mailed: Option<Day>,
    #[serde(alias = "plan_kept", alias = "plan_compliant")]
    pub plan_current: Option<bool>,
    #[serde(alias = "prior_day_high_f", alias = "prior_high_f")]
    pub prior_day_high: Option<i32>,
    pub reconnect_regular_saturday: Option<bool>,
    #[serde(alias = "staffed_holiday")]
    pub staffed_weekend: Option<bool>,
    pub unable_to_pay: Option<bool>,
    pub unpaid: Option<String>,
    pub winter_program: Option<bool>,
    // ACH and plans.
    pub account_changed: Option<bool>,
    pub account_validated: Option<bool>,
    pub administrative_pct: Option<Number>,
    #[serde(alias = "written_agreement")]
    pub agreement: Option<bool>,
    pub amount: Option<Number>,
    pub bound_by_rules: Option<bool>,
    pub capture: Option<String>,
    pub code: Option<String>,
    pub condition: Option<String>,
    pub consumer_called: Option<bool>,
    #[serde(alias = "copy_delivered")]
    pub copy_sent: Option<bool>,
    pub corrected: Option<bool>,
    pub description: Option<String>,
    pub error_corrected: Option<bool>,
    #[serde(alias = "fee_added")]
    pub fee_included: Option<bool>,
    pub finance_charge: Option<Number>,
    pub first_use: Option<bool>,
    #[serde(alias = "installments")]
    pub instalments: Option<u32>,
    pub is_credit: Option<bool>,
    pub new_date: Option<Day>,
    pub original_amount: Option<Number>,
    pub original_settlement: Option<Day>,
    pub overall_pct: Option<Number>,
    pub proof_requested: Option<Day>,
    pub range_election: Option<Range>,
    pub reauthorized: Option<bool>,
    pub recorded: Option<bool>,
    pub recurring: Option<bool>,
    pub relationship: Option<bool>,
    pub retries_done: Option<u32>,
    pub return_settled: Option<Day>,
    pub revoked_to_originator: Option<Day>,
    pub same_amount: Option<bool>,
    pub same_company: Option<bool>,
    /// A date for a debit; for a claim how the debtor listed it, which decides nothing.
    pub scheduled: Option<Word>,
    pub sec: Option<String>,
    #[serde(alias = "shifted_for_weekend", alias = "shifted_for_holiday")]
    pub shifted: Option<bool>,
    #[serde(alias = "ended", alias = "auth_ended", alias = "auth_terminated")]
    pub terminated: Option<Day>,
    pub unauthorized_pct: Option<Number>,
    pub written: Option<bool>,
    // The engine: answers of other rules.
    pub consent_ok: Option<bool>,
    pub frequency_ok: Option<bool>,
    pub medium_ok: Option<bool>,
    pub place_ok: Option<bool>,
    pub time_ok: Option<bool>,
}
