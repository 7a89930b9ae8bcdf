//! Bankruptcy and protected statuses.

use super::{RuleRow, rows};
use crate::compliance::rules::row::{
    Confidence::{High, Secondary},
    Jurisdiction,
};

rows! {
    BK_1 = "BK-1", "11 USC 362(a), (c)(3)-(4), (k)",
        "Notice of a petition stops every collection act on prepetition debt, in any mode",
        .hard_stop().known(Secondary);
    BK_2 = "BK-2", "11 USC 524(a)(2), (c), (e), (f)",
        "A discharged debt is not collected; a debtor may pay of their own accord",
        .hard_stop().known(Secondary);
    BK_3 = "BK-3", "11 USC 1201, 1301",
        "Individual co-debtors of consumer debt are protected in chapters 12 and 13",
        .hard_stop().known(High);
    BK_4 = "BK-4", "11 USC 366(a)-(b); FRBP 9006(a)",
        "No cut-off for a filing or prepetition debt; after 20 days without assurance a person decides",
        .with(&[("days", "20")]);
    BK_5 = "BK-5", "11 USC 366(c)(2)",
        "Chapter 11: no cut-off within 30 days of the petition without assurance of payment",
        .with(&[("days", "30")]);
    BK_6 = "BK-6", "FRBP 3002(c), 3003(c), 9006(a), 1019",
        "The last day to file a proof of claim",
        .with(&[("voluntary", "70"), ("involuntary_7", "90"), ("government", "180"), ("asset_notice", "90")]);
    BK_7 = "BK-7", "Official Form 410; FRBP 3001, 9037",
        "A proof of claim is complete and redacted",
        .known(High);
    SCR_1 = "SCR-1", "50 USC 3937",
        "Interest on obligations from before service is capped at 6 percent, fees included",
        .with(&[("cap_pct", "6"), ("request_days", "180")]).known(High);
    SCR_2 = "SCR-2", "50 USC 3956",
        "No early-termination charge to a servicemember relocated for 90 days or more",
        .with(&[("relocation_days", "90"), ("stop_movement_days", "30")]);
    SCR_3 = "SCR-3", "50 USC 3931",
        "A default judgment needs an affidavit of military status",
        .known(High);
    DEC_1 = "DEC-1", "12 CFR 1006.6(a)(4); 1006.34 cmt 34(a)(1)-1",
        "After a death only the spouse or the estate's representative is contacted",
        .reg_f().hard_stop();
    IDT_1 = "IDT-1", "15 USC 1681m(f)",
        "After a 605B notice the debt is never sold, transferred or placed",
        .hard_stop();
    IDT_2 = "IDT-2", "15 USC 1681m(g), 1681g(e), 1681s-2(a)(6)",
        "Told of identity theft: hold, tell the creditor, give the documents",
        .hard_stop().with(&[("records_days", "30"), ("block_business_days", "4")]).known(High);
    MIN_1 = "MIN-1", "12 CFR 1006.6(a)(2)",
        "A minor's parent is the consumer; the contract may be voidable, so a supervisor decides",
        .reg_f();
    PRI_1 = "PRI-1", "engine",
        "Every applicable rule speaks; the worst answer wins",
        .of(Jurisdiction::House);
}
