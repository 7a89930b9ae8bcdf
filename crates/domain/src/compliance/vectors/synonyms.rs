//! Other names under which a case may give a field. A name that stands neither here nor among the
//! fields of `Given` is an error all the same.

use serde_json::{Map, Value};

/// Another name, and the field it means.
const SYNONYMS: [(&str, &str); 42] = [
    ("account_type", "account"),
    ("age", "consumer_age"),
    ("area_code_zones", "tz"),
    ("attorney_represented", "attorney_known"),
    ("calls_mobile", "calls_cell"),
    ("calls_all_debts", "calls_all_debts_7d"),
    ("cease_channel", "cease_medium"),
    ("cease_received", "cease_written_received"),
    ("contact_attempt_72h", "contact_attempt_3d"),
    ("conversations", "conversation"),
    ("conversion", "converted"),
    ("conversion_date", "converted"),
    ("date", "today"),
    ("deceased", "consumer_deceased"),
    ("dispute_channel", "dispute_medium"),
    ("dispute_received", "written_dispute"),
    ("disputed_on", "written_dispute"),
    ("email_messages", "emails"),
    ("has_optout", "body_has_optout"),
    ("holiday_closed", "company_holiday"),
    ("local_date", "today"),
    ("medical_certificate", "medical_cert"),
    ("messages_7d", "e_msgs_7d"),
    ("minor_age", "consumer_age"),
    ("office_closed", "company_holiday"),
    ("oral_in_initial", "notice_in_initial"),
    ("orally_in_initial", "notice_in_initial"),
    ("original_creditor_request", "oc_request"),
    ("original_creditor_sent", "oc_sent"),
    ("party", "person"),
    ("petition_date", "petition"),
    ("plan_in_force", "plan_current"),
    ("relocation_days", "orders_relocate_days"),
    ("represented", "attorney_known"),
    ("spoke_in_person", "spoke_about_debt_by_phone"),
    ("states", "state"),
    ("time", "at"),
    ("timezone", "tz"),
    ("timezones", "tz"),
    ("zone", "tz"),
    ("zones", "tz"),
    ("written_dispute_received", "written_dispute"),
];

/// What the field is called here.
fn meant(name: &str) -> &str {
    SYNONYMS.iter().find(|(other, _)| *other == name).map_or(name, |(_, field)| field)
}

/// The facts under the names known here; the name of a field that is given twice as the error.
pub(super) fn renamed(facts: &Map<String, Value>) -> Result<Map<String, Value>, String> {
    let mut known = Map::new();
    for (name, value) in facts {
        if known.insert(meant(name).to_owned(), value.clone()).is_some() {
            return Err(name.clone());
        }
    }
    Ok(known)
}
