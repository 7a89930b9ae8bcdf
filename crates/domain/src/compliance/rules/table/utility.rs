//! Suspension and disconnection.

use super::{RuleRow, rows};
use crate::compliance::rules::row::{
    Confidence::{High, Medium},
    Jurisdiction::PolicyPack,
};

rows! {
    UT_1 = "UT-1", "16 NYCRR 11.4; 52 Pa. Code 64.71, ch. 56; Cal. Pub. Util. Code 779.1; OAC 4901:1-18-06; N.J.A.C. 14:3-3A.2; 16 TAC 25.483",
        "Written notice runs its days before a cut-off",
        .of(PolicyPack).with(&[("default_days", "15"), ("NY", "15"), ("PA energy", "10, contact 3 days before, valid 60"), ("PA telephone", "7"), ("CA", "19 after bill, 10 from the 5th day after mailing, contact"), ("OH", "14"), ("NJ", "20 after bill, 10, over $200 or 3 months"), ("TX", "10")]).known(High);
    UT_2 = "UT-2", "66 Pa.C.S. 1503(a); 52 Pa. Code 64.62; 16 NYCRR 11.4; OAC 4901:1-18-06(A)(1); 16 TAC 25.483; Cal. Pub. Util. Code 780",
        "A cut-off falls on a day and hour when it can be undone",
        .of(PolicyPack).with(&[("default", "Mon-Thu 08:00-14:00, not the eve of a holiday")]).known(High);
    UT_3 = "UT-3", "52 Pa. Code 56.114, ch. 64; 83 Ill. Adm. Code 280.160; OAC 4901:1-18-06; 16 NYCRR 11.5; Cal. Pub. Util. Code 779(b)(3)",
        "A medical certificate postpones a cut-off",
        .of(PolicyPack).with(&[("default_days", "30"), ("PA", "30"), ("IL", "60"), ("OH", "30, three in 12 months"), ("NY", "30"), ("CA", "30 with inability to pay and a plan")]).known(High);
    UT_4 = "UT-4", "16 TAC 25.483(j); 83 Ill. Adm. Code 280.135; 16 NYCRR 11.5; N.J.A.C. 14:3-3A",
        "Extreme weather and winter postpone a cut-off; without a forecast a person decides",
        .of(PolicyPack).with(&[("IL", "Dec 1-Mar 31"), ("NY", "Nov 1-Apr 15"), ("PA", "Dec 1-Mar 31, <= 250% FPL"), ("NJ", "Nov 15-Mar 15"), ("TX", "high <= 32F or heat advisory")]).known(Medium);
    UT_5 = "UT-5", "52 Pa. Code 56.191(b); Cal. Pub. Util. Code 779.6; 83 Ill. Adm. Code 280.160",
        "Service is restored in time",
        .of(PolicyPack).with(&[("default_hours", "24"), ("PA", "24 h, 3 days Apr-Nov, 7 days with digging")]);
    UT_6 = "UT-6", "policy; 52 Pa. Code 64.63; Cal. Pub. Util. Code 779(b)",
        "No cut-off while a dispute, extension, kept plan or pledged assistance is open",
        .of(PolicyPack);
    UT_7 = "UT-7", "47 CFR 64.2401(c); 52 Pa. Code 64.63",
        "Non-deniable charges do not cut basic local service",
        .with(&[("oldest_debt_years", "4")]).known(High);
    UT_8 = "UT-8", "Cal. Pub. Util. Code 2883; 47 CFR 9.10(b)",
        "911 access stays",
        .of(PolicyPack).with(&[("CA", "120 days")]).known(High);
    UT_9 = "UT-9", "47 CFR 54.401, 54.405(e)",
        "Lifeline voice is not cut for unpaid toll; ineligibility takes 30 days' notice",
        .with(&[("notice_days", "30")]).known(Medium);
}
