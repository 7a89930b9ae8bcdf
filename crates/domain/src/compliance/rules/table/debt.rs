//! The debt itself: amounts, instruments, furnishing, sale, validation, disputes, records.

use super::{RuleRow, rows};
use crate::compliance::rules::row::Confidence::High;

rows! {
    FEE_1 = "FEE-1", "12 CFR 1006.22(b); 15 USC 1692f(1)",
        "No interest, fee or charge that neither the agreement authorizes nor law permits",
        .reg_f();
    PDC_1 = "PDC-1", "12 CFR 1006.22(c)",
        "A payment dated more than five days ahead: written notice 3 to 10 business days before, never early",
        .reg_f().with(&[("days", "5"), ("notice_min", "3"), ("notice_max", "10"), ("scheduled_ach_and_card", "true")]);
    TBD_1 = "TBD-1", "12 CFR 1006.26(b)",
        "No suit and no threat of suit on a time-barred debt",
        .reg_f();
    FUR_1 = "FUR-1", "12 CFR 1006.30(a)(1) cmt -2, -3",
        "Furnishing follows a conversation, or a letter or message and 14 days without returned mail",
        .reg_f().with(&[("wait_days", "14")]);
    FUR_2 = "FUR-2", "15 USC 1692e(8); 1681s-2(a)(3), (8); 12 CFR 1022.43",
        "A debt known to be disputed is furnished as disputed; direct disputes are answered in 30 days",
        .consumer().with(&[("answer_days", "30"), ("extension_days", "15")]).known(High);
    SAL_1 = "SAL-1", "12 CFR 1006.30(b)(1)",
        "A debt paid, settled or discharged is not sold, transferred or placed",
        .reg_f().known(High);
    PAY_1 = "PAY-1", "12 CFR 1006.30(c); 15 USC 1692h",
        "A payment follows the consumer's direction and never goes to a disputed debt",
        .reg_f();
    VAL_1 = "VAL-1", "12 CFR 1006.34(a)",
        "The validation notice is in the initial communication, or sent within five days of it",
        .reg_f().with(&[("days", "5"), ("alert_day", "3")]);
    VAL_2 = "VAL-2", "12 CFR 1006.34(c)-(d)",
        "A validation notice with an item missing is not sent",
        .reg_f().known(High);
    VAL_3 = "VAL-3", "12 CFR 1006.34(b)(5)",
        "The validation period ends 30 days after receipt, presumed five business days after sending",
        .reg_f().with(&[("receipt_business_days", "5"), ("days", "30"), ("holiday_observed", "both")]);
    VAL_4 = "VAL-4", "12 CFR 1006.38(b)(1)",
        "Nothing sent within the validation period overshadows the right to dispute",
        .reg_f();
    VAL_5 = "VAL-5", "12 CFR 1006.42(b)",
        "A notice sent electronically after the initial communication needs E-SIGN consent",
        .reg_f().known(High);
    DSP_1 = "DSP-1", "12 CFR 1006.38(d)(2) cmt -1",
        "A written dispute within the validation period stops collection until verification is sent",
        .reg_f().hard_stop();
    DSP_2 = "DSP-2", "12 CFR 1006.38(c)",
        "A written request for the original creditor stops collection until it is answered",
        .reg_f().hard_stop();
    DSP_3 = "DSP-3", "12 CFR 1006.38(a)(1), (d)(2)(ii)",
        "A duplicative dispute is answered by a notice that refers to the earlier answer",
        .reg_f();
    RET_1 = "RET-1", "12 CFR 1006.100",
        "Records are kept three years from the last collection activity, recordings three years from the call",
        .reg_f().with(&[("years", "3"), ("house_years", "7")]);
}
