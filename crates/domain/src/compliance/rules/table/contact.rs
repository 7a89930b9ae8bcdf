//! Contact: Regulation F, TCPA, commercial email, call recording.

use super::{RuleRow, rows};
use crate::compliance::rules::row::{
    Confidence::{High, Secondary},
    Jurisdiction,
};

rows! {
    SCP_1 = "SCP-1", "15 USC 1692a(5)-(6); Cal. Civ. Code 1788.17",
        "Mode, account type, the name used and the state select the rules that bind";
    TIM_1 = "TIM-1", "12 CFR 1006.6(b)(1)(i); 15 USC 1692c(a)(1)",
        "Nothing is sent or dialed before 8:00 or from 21:00 local time",
        .reg_f().with(&[("open", "08:00:00 inclusive"), ("close", "21:00:00 exclusive"),
            ("first_party_apply_hours", "true"), ("b2b_hours", "08:00-21:00, supervisor may go beyond")]);
    TIM_2 = "TIM-2", "12 CFR 1006.6(b)(1)(i) cmt -2",
        "The hour is convenient in every zone the consumer may be in; with none known a person decides",
        .reg_f().known(High);
    TIM_3 = "TIM-3", "12 CFR 1006.6(b)(1) cmt -1, -2",
        "Not at a time or place the consumer called inconvenient, save one reply by the same medium",
        .reg_f().with(&[("replies", "1"), ("busy_now_is_standing", "false")]).known(Secondary);
    PLC_1 = "PLC-1", "12 CFR 1006.6(b)(3); 209 CMR 18.16(1)(c)",
        "Not at work where the employer is known to prohibit it",
        .reg_f().with(&[("ma_oral_days", "10"), ("ma_written_within", "7")]);
    PLC_2 = "PLC-2", "12 CFR 1006.22(f)(3)",
        "No employer-provided email without the consumer's use of it for the debt, or direct consent",
        .reg_f().known(Secondary);
    ATT_1 = "ATT-1", "12 CFR 1006.6(b)(2)",
        "A consumer known to be represented is not contacted; the attorney is",
        .reg_f().hard_stop().with(&[("reasonable_days", "30")]);
    CEA_1 = "CEA-1", "12 CFR 1006.6(c); 15 USC 1692c(c)",
        "After a written refusal or request to cease, nothing but the three notices of (c)(2)",
        .reg_f().hard_stop();
    MED_1 = "MED-1", "12 CFR 1006.14(h)",
        "A medium the person asked not to use is not used, with three exceptions",
        .reg_f();
    OPT_1 = "OPT-1", "12 CFR 1006.6(e)",
        "Every electronic message says how to opt out, without fee or further information",
        .reg_f().known(Secondary);
    EML_1 = "EML-1", "12 CFR 1006.6(d)(3)-(4)",
        "An email address needs the consumer's use or consent, the creditor's notice, or the prior collector's basis",
        .reg_f().overridable().with(&[("optout_days", "35")]).known(High);
    TXT_1 = "TXT-1", "12 CFR 1006.6(d)(3), (5)",
        "A number is texted on the consumer's own text or consent, renewed or checked within 60 days",
        .reg_f().overridable().with(&[("days", "60 inclusive")]).known(Secondary);
    TPD_1 = "TPD-1", "12 CFR 1006.6(a), (d)(1), 1006.10; 15 USC 1692b",
        "Nobody else is contacted, save once for location and without naming the debt",
        .reg_f().with(&[("location_contacts", "1")]);
    VML_1 = "VML-1", "12 CFR 1006.2(b), (j)",
        "A voicemail holds the limited content exactly, nothing more",
        .reg_f().known(High);
    FRQ_1 = "FRQ-1", "12 CFR 1006.14(b)(2)(i)(A)",
        "At most seven calls about a debt within seven consecutive dates",
        .reg_f().overridable().with(&[("cap", "7"), ("window_days", "7")]);
    FRQ_2 = "FRQ-2", "12 CFR 1006.14(b)(2)(i)(B) cmt -1.ii",
        "No call about a debt within seven dates of a conversation about it, whoever began it",
        .reg_f().overridable().with(&[("window_days", "7, the conversation's date is the first")]);
    FRQ_3 = "FRQ-3", "12 CFR 1006.14(b)(3)",
        "Calls under direct prior consent, not connected, or to persons of (d)(1)(ii)-(vi) are not counted",
        .reg_f().overridable().with(&[("consent_days", "7, the consent's date is the first")]);
    FRQ_4 = "FRQ-4", "12 CFR 1006.14(b)(2)(i) cmt -2",
        "Many calls over all debts, or close together, rebut the presumption: a supervisor decides",
        .reg_f().overridable().with(&[("per_7_days", "7"), ("per_day", "3"), ("hours_apart", "2")]);
    MMD_1 = "MMD-1", "12 CFR 1006.18(e)(1)",
        "The initial communication says it is an attempt to collect a debt",
        .reg_f();
    MMD_2 = "MMD-2", "12 CFR 1006.18(e)(2)",
        "Later communications say they are from a debt collector",
        .reg_f();
    SOC_1 = "SOC-1", "12 CFR 1006.22(f)(1), (2), (4)",
        "No postcard, no telling envelope, no public social media",
        .reg_f();
    TCP_1 = "TCP-1", "47 USC 227(b)(1); 47 CFR 64.1200(a)(1)",
        "A prerecorded, artificial or autodialed call or text to a cell phone needs prior express consent",
        .known(Secondary);
    TCP_2 = "TCP-2", "47 CFR 64.1200(a)(10)-(11)",
        "Consent is revoked by any reasonable means; it is honored at once, within 10 business days at the latest",
        .with(&[("latest_business_days", "10"), ("default", "at once")]).from(2025, 4, 11);
    TCP_2B = "TCP-2b", "DA 26-12; FCC 26-67",
        "Revocation for one matter need not revoke all until 2027-01-31; we keep it channel-wide",
        .with(&[("fcc_26_67_effective", "false")]).to(2027, 1, 31).known(Secondary);
    TCP_3 = "TCP-3", "47 CFR 64.1200(a)(12)",
        "One confirmation of an opt-out, within five minutes, without marketing",
        .with(&[("minutes", "5")]);
    TCP_4 = "TCP-4", "47 CFR 64.1200(c)(1), (d)",
        "Solicitations keep 8:00-21:00 and do-not-call requests; pure collection does not solicit",
        .with(&[("honor_business_days", "10"), ("keep_years", "5")]);
    CSP_1 = "CSP-1", "15 USC 7702(17), 7704; 16 CFR 316",
        "Collection mail carries no marketing and no false header",
        .known(High);
    REC_1 = "REC-1", "Cal. Penal Code 632.7; Fla. Stat. 934.03; Mass. G.L. c.272 s.99",
        "A recording is announced; where all parties must agree, none is made without",
        .of(Jurisdiction::PolicyPack).known(High);
}
