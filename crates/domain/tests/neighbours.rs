//! Cases beside the shared ones: the day before and after, other states, codes, chapters, texts.

use dunlin_domain::compliance::vectors::decide;
use serde_json::Value;

/// Lines of `rule | facts | expected`.
fn check(cases: &str) {
    let mut failures = Vec::new();
    for line in cases.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let parts: Vec<&str> = line.split(" | ").map(str::trim).collect();
        let [rule, facts, expected] = parts[..] else { panic!("not a case: {line}") };
        let facts: Value = serde_json::from_str(facts).expect(line);
        match decide(rule, &facts) {
            Ok(answer) if answer == expected => {}
            Ok(answer) => failures.push(format!("{line}\n    got {answer}")),
            Err(error) => failures.push(format!("{line}\n    {error}")),
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

#[test]
fn scope() {
    check(
        r#"
        SCP-1 | {"account":"consumer","mode":"first_party","owner":"Acme Telecom","collects_in_name":"ACME Telecom, Inc.","rule":"FRQ-1"} | =not_applicable
        SCP-1 | {"account":"consumer","mode":"first_party","rule":"CEA-1","state":"CA"} | =apply_ST-CA
        SCP-1 | {"account":"consumer","mode":"first_party","rule":"MMD-1","state":"CA"} | =not_applicable
        SCP-1 | {"account":"consumer","mode":"first_party","rule":"CEA-1","state":"OH"} | =not_applicable
        SCP-1 | {"account":"consumer","mode":"third_party","rule":"FRQ-1"} | =applicable
        SCP-1 | {"account":"business","mode":"third_party","rule":"BK-1"} | =applicable
        SCP-1 | {"mode":"third_party","rule":"FRQ-1"} | supervisor
    "#,
    );
}

#[test]
fn hours() {
    check(
        r#"
        TIM-1 | {"at":"2026-07-01T14:59:59Z","tz":["America/Phoenix"],"action":"call","mode":"third_party","account":"consumer"} | block
        TIM-1 | {"at":"2026-07-02T00:59:59Z","tz":["America/New_York"],"action":"email","mode":"third_party","account":"consumer"} | allow
        TIM-1 | {"at":"2026-03-06T12:15:00Z","tz":["America/New_York"],"action":"call","mode":"third_party","account":"consumer"} | block
        TIM-1 | {"at":"2026-03-08T12:00:00Z","tz":["America/New_York"],"action":"call"} | allow
        TIM-1 | {"at":"2026-11-01T13:00:00Z","tz":["America/New_York"],"action":"call"} | allow
        TIM-1 | {"at":"2026-01-15T18:00:00Z","tz":["Pacific/Honolulu"],"action":"text"} | allow
        TIM-1 | {"at":"2026-07-02T02:00:00Z","tz":["America/New_York"],"action":"call","mode":"first_party","account":"consumer"} | block
        TIM-1 | {"at":"2026-07-02T02:00:00Z","tz":["America/New_York"],"action":"call","mode":"first_party","account":"business"} | supervisor
        TIM-1 | {"at":"2026-07-02T02:00:00Z","tz":["America/New_York"],"action":"mail"} | allow
        TIM-2 | {"at":"2026-03-11T01:30:00Z","tz":["America/New_York","America/Los_Angeles"],"action":"call"} | block
        TIM-2 | {"at":"2026-03-10T18:00:00Z","action":"call"} | supervisor
        TIM-3 | {"at":"2026-03-10T23:00:00Z","tz":["America/Chicago"],"action":"call","inconvenient":[{"days":"Mon-Fri","from":"15:00","to":"18:00"}]} | allow
        TIM-3 | {"at":"2026-03-14T22:30:00Z","tz":["America/Chicago"],"action":"call","inconvenient":[{"days":"Mon-Fri","from":"15:00","to":"18:00"}]} | allow
        TIM-3 | {"at":"2026-03-10T22:30:00Z","tz":["America/Chicago"],"action":"text","consumer_initiated_at":"2026-03-10T22:20:00Z","consumer_medium":"text","replies_sent":1,"inconvenient":[{"days":"Mon-Fri","from":"15:00","to":"18:00"}]} | block
        TIM-3 | {"at":"2026-03-10T22:30:00Z","tz":["America/Chicago"],"action":"call","consumer_initiated_at":"2026-03-10T22:20:00Z","consumer_medium":"text","replies_sent":0,"inconvenient":[{"days":"Mon-Fri","from":"15:00","to":"18:00"}]} | block
        TIM-3 | {"at":"2026-03-11T04:30:00Z","tz":["America/Chicago"],"action":"call","inconvenient":[{"days":["Mon"],"from":"22:00","to":"06:00"}]} | allow
        TIM-3 | {"at":"2026-03-10T08:30:00Z","tz":["America/Chicago"],"action":"call","inconvenient":[{"days":["Mon"],"from":"22:00","to":"06:00"}]} | block
        TIM-3 | {"at":"2026-03-10T22:30:00Z","tz":["America/Chicago"],"action":"call","consumer_says":"busy now"} | allow
        PLC-1 | {"action":"call","number_type":"work","employer_prohibits":false} | allow
        PLC-1 | {"action":"call","number_type":"cell","employer_prohibits":true} | allow
        PLC-1 | {"action":"call","number_type":"work","employer_prohibits":null} | supervisor
        PLC-1 | {"action":"call","number_type":"work","state":"MA","oral_request":"2026-03-02","today":"2026-03-12"} | block
        PLC-2 | {"action":"email","email_type":"employer_provided","consumer_used_it_for_this_debt":true,"opted_out":true} | block
        PLC-2 | {"action":"email","email_type":"personal"} | allow
    "#,
    );
}

#[test]
fn stops() {
    check(
        r#"
        ATT-1 | {"attorney_known":true,"attorney_contact_known":true,"attorney_replied":false,"letter_to_attorney":"2026-03-02","today":"2026-04-01"} | block
        ATT-1 | {"attorney_known":true,"attorney_contact_known":true,"attorney_replied":true,"letter_to_attorney":"2026-03-02","today":"2026-05-01"} | block
        ATT-1 | {"attorney_known":true,"attorney_contact_known":true,"attorney_consented":true,"today":"2026-05-01"} | supervisor
        ATT-1 | {"attorney_known":false,"today":"2026-05-01"} | allow
        CEA-1 | {"action":"call","cease_oral":true,"cease_words":"stop calling me"} | block
        CEA-1 | {"action":"text","cease_oral":true,"cease_words":"don't text or call me"} | block
        CEA-1 | {"action":"call","cease_written_received":"2026-03-05","today":"2026-03-04"} | allow
        CEA-1 | {"action":"mail","cease_written_received":"2026-03-05","purpose":"ending_efforts"} | allow
        CEA-1 | {"action":"mail","cease_written_received":"2026-03-05","purpose":"remedies_ordinarily_invoked"} | allow
        CEA-1 | {"action":"mail","cease_written_received":"2026-03-05","purpose":"payment_demand"} | block
        MED-1 | {"action":"call","blocked_media":["text"]} | allow
        MED-1 | {"action":"voicemail","blocked_media":["phone"]} | block
        DEC-1 | {"action":"mail","consumer_deceased":true,"contact":"spouse"} | allow_with_text:TXT_ESTATE_NOT_PERSONAL
        DEC-1 | {"action":"mail","consumer_deceased":true,"contact":"administrator"} | allow_with_text:TXT_ESTATE_NOT_PERSONAL
        DEC-1 | {"action":"mail","consumer_deceased":true,"contact":"sister","authorized_for_estate":true} | allow_with_text:TXT_ESTATE_NOT_PERSONAL
        IDT-1 | {"action":"sell","notified_605B":true} | block
        IDT-1 | {"action":"place_for_collection","notified_605B":false} | allow
        IDT-2 | {"action":"notify_creditor","consumer_says_identity_theft":true} | allow
        MIN-1 | {"action":"call","consumer_age":18,"contact":"parent"} | allow
    "#,
    );
}

#[test]
fn messages_and_persons() {
    check(
        r#"
        OPT-1 | {"action":"text","body_has_optout":true,"optout_fee_or_extra_info":true} | block
        EML-1 | {"basis":"creditor_notice","notice_sent":"2026-03-02","optout_deadline":"2026-04-06","optout":true,"today":"2026-04-07"} | block
        EML-1 | {"basis":"creditor_notice","notice_sent":"2026-03-02","optout_deadline":"2026-04-05","optout":false,"today":"2026-04-06"} | supervisor
        EML-1 | {"basis":"direct_consent","today":"2026-04-06"} | allow
        TXT-1 | {"last_consumer_text":"2026-01-05","rnd_check":null,"today":"2026-03-06"} | allow
        TXT-1 | {"last_consumer_text":"2026-01-05","rnd_check":{"on":"2026-03-07","reassigned":true},"today":"2026-03-07"} | block
        TXT-1 | {"last_consumer_text":"2026-01-05","rnd_check":{"on":"2026-03-07","reassigned":false},"today":"2026-05-06"} | allow
        TXT-1 | {"last_consumer_text":"2026-01-05","rnd_check":{"on":"2026-03-07","reassigned":false},"today":"2026-05-07"} | block
        TPD-1 | {"person":"sister","purpose":"location","prior_location_contacts":0,"mentions_debt":false} | allow
        TPD-1 | {"person":"sister","purpose":"location","prior_location_contacts":0,"mentions_debt":true} | block
        TPD-1 | {"person":"sister","purpose":"location","prior_location_contacts":1,"earlier_answer_believed_wrong":true} | allow
        TPD-1 | {"person":"neighbor","purpose":"payment_demand"} | block
        VML-1 | {"has":["business_name_neutral","request_reply","natural_person_name"],"extra":[]} | block
        VML-1 | {"has":["business_name_neutral","request_reply","natural_person_name","callback_number","salutation"],"extra":["suggested_times"]} | allow
        MMD-1 | {"action":"call","first_contact":true,"mode":"third_party","account":"business"} | allow
        MMD-2 | {"action":"text","first_contact":false,"mode":"third_party","account":"consumer"} | allow_with_text:TXT_MM_SUBSEQUENT
        SOC-1 | {"action":"postcard"} | block
    "#,
    );
}

#[test]
fn frequency() {
    check(
        r#"
        FRQ-1 | {"calls":["2026-03-02","2026-03-03","2026-03-04","2026-03-05","2026-03-06","2026-03-07","2026-03-08"],"today":"2026-03-09"} | allow
        FRQ-1 | {"calls":["2026-03-02","2026-03-03","2026-03-04","2026-03-05","2026-03-06","2026-03-07"],"today":"2026-03-08"} | allow
        FRQ-1 | {"calls":["2026-03-08","2026-03-08","2026-03-08","2026-03-08","2026-03-08","2026-03-08:voicemail","2026-03-08:no_answer"],"today":"2026-03-14"} | block
        FRQ-1 | {"calls":["2026-03-08","2026-03-08","2026-03-08","2026-03-08","2026-03-08","2026-03-08:rvm","2026-03-08:dropped"],"today":"2026-03-15"} | allow
        FRQ-1 | {"all_within_7_days":true,"calls_cell":3,"calls_home":3,"today":"2026-03-08"} | allow
        FRQ-2 | {"conversation":"2026-03-02","debt":"A","today":"2026-03-08"} | block
        FRQ-2 | {"conversation":"2026-03-02","debt":"A","today":"2026-03-02"} | block
        FRQ-3 | {"consent":{"given":"2026-03-02","terms":"call any time"},"conversation":"2026-03-02","today":"2026-03-08"} | allow
        FRQ-3 | {"consent":{"given":"2026-03-02","terms":"call any time","withdrawn":"2026-03-04"},"conversation":"2026-03-02","today":"2026-03-05"} | block
        FRQ-3 | {"consent":{"given":"2026-02-23","terms":"call any time"},"calls":["2026-03-02","2026-03-02","2026-03-02","2026-03-02","2026-03-02","2026-03-02","2026-03-02"],"today":"2026-03-02"} | block
        FRQ-4 | {"calls_all_debts_7d":6,"today":"2026-03-08"} | allow
        FRQ-4 | {"calls_all_debts_7d":3,"minutes_since_last_call":90,"today":"2026-03-08"} | supervisor
    "#,
    );
}

#[test]
fn the_debt() {
    check(
        r#"
        FEE-1 | {"agreement_authorizes":false,"law_authorizes":true} | allow
        FEE-1 | {"agreement_authorizes":null,"law_authorizes":false} | supervisor
        PDC-1 | {"accepted":"2026-03-02","deposit":"2026-03-20","instrument_dated":"2026-03-20","written_notice":"2026-03-05"} | block
        PDC-1 | {"accepted":"2026-03-02","deposit":"2026-03-20","instrument_dated":"2026-03-20","written_notice":"2026-03-17"} | allow
        PDC-1 | {"accepted":"2026-03-02","deposit":"2026-03-20","instrument_dated":"2026-03-20","written_notice":null} | block
        PDC-1 | {"accepted":"2026-03-02","deposit":"2026-03-08","instrument_dated":"2026-03-08"} | block
        TBD-1 | {"action":"threaten_suit","sol_expiry":"2026-03-01","today":"2026-03-01"} | allow
        TBD-1 | {"action":"file_suit","sol_expiry":"2026-03-01","today":"2026-03-02"} | block
        FUR-1 | {"action":"furnish","letter_mailed":"2026-03-02","today":"2026-03-17","undeliverable":"2026-03-12"} | block
        FUR-1 | {"action":"furnish","letter_mailed":"2026-03-02","resent":"2026-03-13","today":"2026-03-28","undeliverable":"2026-03-12"} | allow
        FUR-2 | {"action":"furnish","dispute":"oral","flag_disputed":true} | allow
        SAL-1 | {"action":"place","status":"paid"} | block
        SAL-1 | {"action":"sell","status":"open"} | allow
        PAY-1 | {"debts":{"A":"open","B":"open"},"direction":"A"} | =apply_to_A_only
        PAY-1 | {"debts":{"A":"disputed","B":"open"},"direction":"A"} | supervisor
        VAL-1 | {"initial_communication":"2026-03-02","notice_sent":"2026-03-07"} | allow
        VAL-1 | {"initial_communication":"2026-03-02","notice_sent":"2026-03-08"} | block
        VAL-2 | {"action":"send_validation_notice","missing":["itemization_date"]} | block
        VAL-2 | {"action":"send_validation_notice","missing":[]} | allow
        VAL-3 | {"sent":"2026-03-02","actual_receipt":null} | =2026-04-08
        VAL-3 | {"sent":"2026-03-02","actual_receipt":"2026-03-05"} | =2026-04-04
        VAL-3 | {"sent":"2026-06-29","holiday_observed":"both"} | =2026-08-06
        VAL-3 | {"sent":"2026-06-29","holiday_observed":"statutory"} | =2026-08-05
        VAL-4 | {"text":"pay within 10 days or we will sue","today":"2026-04-09","validation_end":"2026-04-08"} | allow
        VAL-4 | {"text":"You may dispute this debt until April 8.","today":"2026-03-20","validation_end":"2026-04-08"} | allow
        VAL-5 | {"is_initial_communication":false,"esign_consent":true} | allow
        DSP-1 | {"written_dispute":"2026-04-08","validation_end":"2026-04-08","verification_sent":null} | block
        DSP-1 | {"written_dispute":"2026-04-08","validation_end":"2026-04-08","verification_sent":"2026-04-20"} | allow
        DSP-1 | {"received":"2026-03-20","dispute_medium":"portal","collector_accepts_portal":false,"validation_end":"2026-04-08"} | supervisor
        DSP-2 | {"oc_request":"2026-03-20","oc_sent":"2026-03-25","validation_end":"2026-04-08"} | allow
        RET-1 | {"action":"purge_recording","recording":"2023-03-02","today":"2026-03-02"} | block
        RET-1 | {"action":"purge_account_records","last_activity":"2024-06-01","today":"2027-06-02"} | allow
    "#,
    );
}

#[test]
fn telephone_law_states_and_cities() {
    check(
        r#"
        TCP-1 | {"action":"prerecorded_voice_to_cell","prior_express_consent":true} | allow
        TCP-1 | {"action":"ringless_voicemail","prior_express_consent":false} | block
        TCP-2 | {"action":"classify_reply","reply":"Opt-Out"} | =revocation
        TCP-2 | {"action":"classify_reply","reply":"STOP"} | =revocation
        TCP-2 | {"action":"classify_reply","reply":"I'll pay at the end of the month"} | =not_revocation
        TCP-3 | {"action":"text","purpose":"optout_confirmation","marketing":true,"minutes_after":2} | block
        TCP-3 | {"action":"text","purpose":"optout_confirmation","marketing":false,"minutes_after":5} | allow
        TCP-2b | {"action":"text","revoked_other_matter":true} | block
        TCP-4 | {"action":"call","solicitation":false,"do_not_call":true} | allow
        TCP-4 | {"action":"call","solicitation":true,"do_not_call":true} | block
        TCP-4 | {"action":"call","solicitation":true,"at":"2026-07-02T02:00:00Z","tz":["America/New_York"]} | block
        CSP-1 | {"action":"email","marketing":true} | block
        CSP-1 | {"action":"email","marketing":false} | allow
        ST-MA2 | {"mode":"first_party","account":"consumer","initial_communication":"2026-03-02","notice_sent":"2026-03-09","state":"MA"} | allow
        ST-MA2 | {"mode":"first_party","account":"consumer","initial_communication":"2026-03-02","notice_sent":"2026-03-10","state":"MA"} | block
        ST-NV | {"mode":"third_party","account":"consumer","medical_debt":true,"notice_sent":"2026-03-02","today":"2026-04-30","state":"NV"} | block
        ST-NV | {"mode":"third_party","account":"consumer","medical_debt":true,"notice_sent":"2026-03-02","today":"2026-05-01","state":"NV"} | allow
        ST-WV | {"calls_7d":30,"today":"2026-03-08","state":"WV"} | block
        ST-WV | {"calls_7d":29,"today":"2026-03-08","state":"WV"} | allow
        ST-MA | {"action":"call","contacts":["2026-03-02:call","2026-03-04:text"],"number_type":"cell","state":"MA","today":"2026-03-09"} | allow
        ST-MA | {"action":"call","contacts":["2026-03-02:call","2026-03-04:email"],"number_type":"cell","state":"MA","today":"2026-03-05"} | allow
        ST-MA | {"action":"call","contacts":["2026-03-02:busy","2026-03-04:call"],"number_type":"home","state":"MA","today":"2026-03-05"} | allow
        ST-MA | {"action":"email","contacts":["2026-03-02:call","2026-03-04:text"],"number_type":"cell","state":"MA","today":"2026-03-05"} | allow
        ST-NYC | {"action":"call","city":"NYC","communications":["2026-12-21"],"debt_collection_procedures":true,"today":"2026-12-26"} | allow
        ST-NYC | {"action":"call","city":"NYC","communications":["2026-12-19","2026-12-23"],"debt_collection_procedures":true,"today":"2026-12-26"} | allow
        ST-NYC27 | {"action":"email","city":"NYC","communications":["2027-01-04"],"debt_collection_procedures":true,"electronic_consent":false,"today":"2027-01-08"} | block
        ST-NYC27 | {"action":"call","city":"NYC","communications":["2027-01-04","2027-01-05","2027-01-06"],"debt_collection_procedures":true,"today":"2027-01-11"} | allow
        ST-DC | {"action":"email","consent_requests_7d":1,"electronic_consent":false,"purpose":"ask_consent","state":"DC"} | block
        ST-DC | {"action":"text","e_msgs_7d":4,"electronic_consent":true,"state":"DC"} | allow
        ST-DC | {"action":"call","calls":["2026-03-02","2026-03-03","2026-03-04"],"state":"DC","today":"2026-03-08"} | allow
        ST-WA | {"action":"call","communications":["2026-03-02","2026-03-04"],"licensee":true,"state":"WA","today":"2026-03-07"} | allow
        ST-WA | {"action":"call","communications":["2026-03-02:work"],"number_type":"work","licensee":true,"state":"WA","today":"2026-03-07"} | block
        ST-FL | {"action":"call","at":"2026-07-02T01:05:00Z","state":"FL","tz":["America/New_York"],"mode":"first_party","account":"consumer"} | block
        ST-CA | {"action":"call","attorney_known":true,"attorney_contact_known":true,"mode":"first_party","account":"consumer","state":"CA","today":"2026-03-06"} | block
        ST-CAB | {"account":"business","creditor_is":"lender_or_financing_provider","entered":"2025-06-30","obligor":"natural_person","state":"CA","total":120000} | =not_applicable
        ST-CAB | {"account":"business","creditor_is":"utility","entered":"2025-08-01","obligor":"natural_person","state":"CA","total":120000} | supervisor
        ST-NY | {"action":"email","mode":"third_party","account":"consumer","electronic_consent":false,"state":"NY"} | block
        ST-NY | {"action":"call","coerced_debt_docs":true,"review_done":true,"state":"NY"} | supervisor
        REC-1 | {"action":"record_call","notice_given":true,"state":"CA"} | allow
        REC-1 | {"action":"record_call","notice_given":false,"state":"FL"} | block
        REC-1 | {"action":"record_call","notice_given":false,"state":"TX"} | allow_with_text:TXT_RECORDING
    "#,
    );
}

#[test]
fn bankruptcy_and_service_members() {
    check(
        r#"
        BK-1 | {"account":"business","action":"disconnect","debt":"prepetition","petition":"2026-03-02","notice_to_us":"2026-03-04","today":"2026-03-05"} | block
        BK-1 | {"account":"consumer","action":"call","debt":"postpetition","petition":"2026-03-02","today":"2026-06-05"} | allow
        BK-1 | {"action":"call","petition":"2026-03-02","prior_dismissed_within_1y":0} | block
        BK-2 | {"action":"accept_voluntary_payment","debt":"prepetition","discharged":"2026-07-01"} | allow
        BK-3 | {"account":"consumer","action":"call_codebtor","chapter":"12","codebtor":"individual"} | block
        BK-3 | {"account":"consumer","action":"call_codebtor","chapter":7,"codebtor":"individual"} | supervisor
        BK-4 | {"action":"disconnect","assurance":"deposit","chapter":7,"petition":"2026-03-02","reason":"no_adequate_assurance","today":"2026-03-24"} | block
        BK-4 | {"action":"disconnect","assurance":null,"chapter":13,"petition":"2026-03-02","reason":"prepetition_arrears","today":"2026-03-24"} | block
        BK-5 | {"action":"disconnect","assurance":"admin_priority","chapter":11,"petition":"2026-03-02","today":"2026-04-02"} | supervisor
        BK-6 | {"action":"compute_bar_date","chapter":"7","order_for_relief":"2026-03-02"} | =2026-05-11
        BK-6 | {"action":"compute_bar_date","chapter":"12","order_for_relief":"2026-03-02"} | =2026-05-11
        BK-6 | {"action":"compute_bar_date","chapter":"7-government","order_for_relief":"2026-03-02"} | =2026-08-31
        BK-6 | {"action":"compute_bar_date","chapter":"13","claimant":"government_unit","order_for_relief":"2026-03-02"} | =2026-08-31
        BK-6 | {"action":"compute_bar_date","chapter":"government","order_for_relief":"2026-03-02"} | =2026-08-31
        BK-6 | {"action":"compute_bar_date","chapter":"7-no-asset","order_for_relief":"2026-03-02"} | =do_not_file
        BK-6 | {"action":"compute_bar_date","chapter":"11","court_order_bar_date":"2026-09-01"} | =2026-09-01
        BK-7 | {"missing":["basis"],"redacted":true} | block
        BK-7 | {"missing":[],"redacted":true} | allow
        BK-7 | {"missing":[],"redacted":false} | block
        SCR-3 | {"affidavit":true} | allow
        SCR-3 | {"affidavit":false} | block
        SCR-1 | {"obligation_before_service":true,"orders_received":true,"rate_pct":6} | allow
        SCR-2 | {"action":"charge_etf","location_supported":false,"orders_relocate_days":90,"service":"internet"} | block
    "#,
    );
}

#[test]
fn disconnection() {
    check(
        r#"
        UT-1 | {"notice_mailed":"2026-03-02","service":"telephone","state":"PA","today":"2026-03-09"} | allow
        UT-1 | {"notice_mailed":"2026-03-02","service":"electric","state":"NY","today":"2026-03-16"} | block
        UT-1 | {"notice_mailed":"2026-03-02","service":"electric","state":"NY","today":"2026-03-17"} | allow
        UT-1 | {"notice_mailed":"2026-03-02","service":"gas","state":"OH","today":"2026-03-15"} | block
        UT-1 | {"notice_mailed":"2026-03-02","service":"gas","state":"PA","contact_attempt_3d":true,"today":"2026-03-12"} | allow
        UT-1 | {"notice_mailed":"2026-03-02","service":"gas","state":"PA","contact_attempt_3d":true,"today":"2026-05-02"} | block
        UT-1 | {"bill_mailed":"2026-03-02","notice_mailed":"2026-03-20","contact_attempt_24h":true,"service":"electric","state":"CA","today":"2026-04-07"} | block
        UT-1 | {"arrears":201,"months":1,"bill_mailed":"2026-03-02","notice_mailed":"2026-03-23","service":"electric","state":"NJ","today":"2026-04-02"} | allow
        UT-2 | {"service":"electric","state":"PA","today":"2026-10-08"} | allow
        UT-2 | {"service":"telephone","state":"PA","today":"2026-11-26"} | block
        UT-2 | {"service":"telephone","state":"PA","today":"2026-10-10"} | block
        UT-2 | {"service":"electric","state":"NY","at_local":"2026-10-08T15:59"} | allow
        UT-2 | {"service":"electric","state":"NY","at_local":"2026-10-08T16:00"} | block
        UT-2 | {"service":"electric","state":"NY","at_local":"2026-10-09T10:00"} | block
        UT-2 | {"service":"electric","state":"NY","at_local":"2026-12-28T10:00"} | block
        UT-2 | {"service":"gas","state":"OH","at_local":"2026-10-09T12:30","reconnect_regular_saturday":false} | allow
        UT-2 | {"service":"gas","state":"OH","at_local":"2026-10-09T13:00","reconnect_regular_saturday":true} | allow
        UT-2 | {"service":"electric","state":"TX","today":"2026-10-09","staffed_weekend":true} | allow
        UT-2 | {"service":"electric","state":"CA","today":"2026-10-10"} | block
        UT-2 | {"service":"electric","state":"IL","at_local":"2026-10-08T14:00"} | block
        UT-3 | {"medical_cert":"2026-04-01","service":"electric","state":"PA","today":"2026-05-02"} | allow
        UT-3 | {"medical_cert":"2026-04-01","service":"telephone","state":"NY","today":"2026-05-01"} | block
        UT-4 | {"heat_advisory":["2026-07-14"],"service":"electric","state":"TX","today":"2026-07-14"} | block
        UT-4 | {"service":"gas","state":"IL","today":"2026-12-15","heating":true} | block
        UT-5 | {"conditions_met":"2026-06-10T14:00","service":"electric","state":"PA"} | =2026-06-13T14:00
        UT-5 | {"conditions_met":"2026-06-10T14:00","service":"gas","state":"NY"} | =2026-06-11T14:00
        UT-6 | {"action":"disconnect","plan_current":true} | block
        UT-6 | {"action":"disconnect","dispute_open":false} | allow
        UT-7 | {"action":"suspend_basic_local","basic_paid":false,"service":"telephone","unpaid":"basic"} | allow
        UT-8 | {"action":"remove_911_access","disconnected_nonpay":"2026-03-02","service":"landline","state":"CA","today":"2026-07-01"} | supervisor
        UT-9 | {"action":"disconnect","service":"lifeline","unpaid":"voice"} | allow
    "#,
    );
}

#[test]
fn debits_and_plans() {
    check(
        r#"
        ACH-1 | {"action":"accept_auth","missing":[],"sec":"WEB"} | allow
        ACH-2 | {"action":"purge_auth","terminated":"2024-04-01","today":"2026-04-01"} | block
        ACH-2 | {"action":"purge_auth","terminated":"2024-04-01","today":"2026-04-02"} | allow
        ACH-2 | {"action":"compute_proof_due","proof_requested":"2026-06-29"} | =2026-07-13
        ACH-3 | {"notice_sent":"2026-04-05","range_election":false,"scheduled":"2026-04-15"} | allow
        ACH-3 | {"amount":100.01,"notice_sent":null,"range_election":[50,100],"scheduled":"2026-04-15"} | block
        ACH-4 | {"new_date":"2026-04-15","notice_sent":"2026-04-09"} | block
        ACH-5 | {"revoked_to_originator":"2026-04-16","scheduled":"2026-04-15"} | allow
        ACH-6 | {"account_holder":"business","sec":"CCD"} | allow
        ACH-7 | {"code":"R01","original_settlement":"2026-01-12","retries_done":1,"today":"2026-07-12"} | block
        ACH-7 | {"code":"R09","original_settlement":"2026-01-12","retries_done":0,"today":"2026-02-01","same_amount":false} | block
        ACH-8 | {"code":"R07","corrected":false,"reauthorized":false} | block
        ACH-8 | {"code":"R10","corrected":false,"reauthorized":false} | block
        ACH-8 | {"code":"R14","corrected":false,"reauthorized":false} | block
        ACH-8 | {"code":"R15","corrected":true,"reauthorized":true} | block
        ACH-8 | {"code":"R20","corrected":false,"reauthorized":false} | block
        ACH-8 | {"code":"R51","corrected":false,"reauthorized":true} | allow
        ACH-8 | {"code":"R04","corrected":true,"reauthorized":false} | allow
        ACH-8 | {"code":"R11","error_corrected":true,"return_settled":"2026-03-02","today":"2026-05-02"} | block
        ACH-9 | {"administrative_pct":3.0,"overall_pct":15.0,"unauthorized_pct":0.5} | allow
        ACH-9 | {"administrative_pct":3.1,"overall_pct":5.0,"unauthorized_pct":0.1} | supervisor
        ACH-10 | {"agreement":true,"bound_by_rules":true,"sec":"CCD"} | allow
        ACH-10 | {"agreement":true,"bound_by_rules":false,"sec":"CCD"} | block
        ACH-11 | {"sec":"TEL","consumer_called":true,"relationship":false,"recorded":true} | allow
        ACH-12 | {"sec":"WEB","account_validated":true,"first_use":true} | allow
        ACH-13 | {"condition":"autopay_required","is_credit":false} | allow
        PPL-1 | {"finance_charge":0,"instalments":4,"service":"wireless_unregulated","written":true} | allow
        PPL-1 | {"finance_charge":1,"instalments":2,"service":"wireless_unregulated","written":true} | supervisor
    "#,
    );
}

#[test]
fn together() {
    check(
        r#"
        PRI-1 | {"account":"consumer","mode":"third_party","action":"email","body_has_optout":true,"first_contact":true} | allow_with_text:TXT_MM_INITIAL|TXT_OPTOUT
        PRI-1 | {"account":"consumer","mode":"third_party","action":"call","time_ok":true,"frequency_ok":true,"first_contact":false} | allow_with_text:TXT_MM_SUBSEQUENT
        PRI-1 | {"account":"consumer","mode":"third_party","action":"call","time_ok":true,"frequency_ok":true,"calls_all_debts_7d":12} | supervisor
        PRI-1 | {"account":"consumer","mode":"third_party","action":"call","time_ok":true,"frequency_ok":true} | allow
        PRI-1 | {"account":"consumer","mode":"third_party","action":"call","frequency_ok":false,"time_ok":true} | block
    "#,
    );
}
