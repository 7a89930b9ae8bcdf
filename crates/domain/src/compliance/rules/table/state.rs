//! State and city overlays.

use super::{RuleRow, rows};
use crate::compliance::rules::row::{
    Confidence::{High, Medium, Secondary},
    Jurisdiction::{City, State},
};

rows! {
    ST_MA = "ST-MA", "940 CMR 7.04(1)(f); 209 CMR 18.16(1)(d); Armata v. Target, 480 Mass. 14 (2018)",
        "Two telephone contacts in 7 days to residence or cell, two in 30 days elsewhere, per debt",
        .of(State("MA")).consumer().with(&[("residence", "2 per 7 days"), ("elsewhere", "2 per 30 days"), ("hours", "08:00-21:00")]);
    ST_MA2 = "ST-MA2", "940 CMR 7.08",
        "The creditor validates within five business days of the initial communication",
        .of(State("MA")).consumer().first_party().with(&[("business_days", "5")]);
    ST_NYC = "ST-NYC", "6 RCNY 5-77(b)(1)(iv)",
        "Two communications in seven calendar days after collection procedures begin",
        .of(City("NYC")).consumer().with(&[("cap", "2"), ("window_days", "7")]).to(2026, 12, 31).known(High);
    ST_NYC27 = "ST-NYC27", "6 RCNY 5-76, 5-77 as amended",
        "Three contacts or attempts in seven days on all channels; electronic ones on consent only",
        .of(City("NYC")).consumer().with(&[("cap", "3"), ("window_days", "7"), ("medium_used_days", "60"), ("effective", "2027-01-01, trade press says 2026-09-01: verify")]).from(2027, 1, 1).known(Secondary);
    ST_DC = "ST-DC", "D.C. Code 28-3814",
        "Four calls and, on consent, five electronic messages in seven days; one message to ask consent",
        .of(State("DC")).consumer().with(&[("calls", "4"), ("messages", "5"), ("consent_requests", "1"), ("window_days", "7")]).from(2023, 1, 1).known(Secondary);
    ST_WA = "ST-WA", "RCW 19.16.250",
        "Three contacts a week, one at work; a residence from 7:30 to 21:00; two calls a day to a cell phone",
        .of(State("WA")).consumer().with(&[("per_week", "3"), ("work_per_week", "1"), ("cell_per_day", "2"), ("hours", "07:30-21:00")]);
    ST_FL = "ST-FL", "Fla. Stat. 559.72(7), (17), (18); SB 232 (2025)",
        "Not from 21:00 to 8:00 in the debtor's zone; email is exempt; not to a represented debtor",
        .of(State("FL")).consumer().with(&[("hours", "08:00-21:00"), ("email_exempt_from", "2025-05-16")]);
    ST_CA = "ST-CA", "Cal. Civ. Code 1788.11, 1788.12, 1788.14, 1788.17",
        "15 USC 1692b-j bind the creditor too, save 1692e(11) and 1692g",
        .of(State("CA")).consumer().known(Medium);
    ST_CAB = "ST-CAB", "Cal. SB 1286 (2024)",
        "Covered commercial debt up to $500,000 of natural persons falls under the Rosenthal Act",
        .of(State("CA")).business().with(&[("ceiling", "500000")]).from(2025, 7, 1).known(Secondary);
    ST_NY = "ST-NY", "N.Y. Gen. Bus. Law 604-aa ff.; 23 NYCRR 1",
        "Coerced debt rests until its review; a third party's electronic contact needs written consent",
        .of(State("NY")).consumer().hard_stop().with(&[("coe_1_from", "2026-06-17"), ("substantiation_days", "60")]).known(Medium);
    ST_NV = "ST-NV", "NRS 649.366, 649.370, 649.375",
        "An FDCPA violation is one of the state; fees are itemized; medical debt waits 60 days",
        .of(State("NV")).consumer().third_party().with(&[("medical_notice_days", "60")]);
    ST_WV = "ST-WV", "W. Va. Code 46A-2-125(d)",
        "Thirty calls or ten conversations a week; 8:00-21:00",
        .of(State("WV")).consumer().with(&[("calls", "30"), ("conversations", "10"), ("hours", "08:00-21:00")]);
}
