//! ACH debits and payment plans.

use super::{RuleRow, rows};
use crate::compliance::rules::row::{
    Confidence::{High, Medium, Secondary},
    Jurisdiction::Nacha,
};

rows! {
    ACH_1 = "ACH-1", "Nacha 2021 minimum data; 12 CFR 1005.10(b)",
        "A consumer's authorization has all its elements and a copy is delivered",
        .consumer().known(Secondary);
    ACH_2 = "ACH-2", "Nacha record retention",
        "Authorizations are kept two years after they end; proof is produced within 10 banking days",
        .of(Nacha).with(&[("years", "2"), ("proof_banking_days", "10")]).known(Secondary);
    ACH_3 = "ACH-3", "12 CFR 1005.10(d)",
        "A varying debit: written notice 10 days before, or within the elected range",
        .consumer().with(&[("days", "10")]);
    ACH_4 = "ACH-4", "Nacha debit-date change",
        "A changed debit date: notice 7 calendar days before",
        .of(Nacha).with(&[("days", "7")]).known(Secondary);
    ACH_5 = "ACH-5", "12 CFR 1005.10(c); Nacha R07",
        "Revocation to the originator stops the series",
        .with(&[("bank_stop_business_days", "3"), ("written_confirmation_days", "14")]).known(Secondary);
    ACH_6 = "ACH-6", "Nacha SEC codes; R05",
        "The entry class fits the account and how it was authorized",
        .of(Nacha).known(Secondary);
    ACH_7 = "ACH-7", "Nacha 2.12.4",
        "R01 and R09: two retries within 180 days of the original settlement, unchanged",
        .of(Nacha).with(&[("retries", "2"), ("days", "180"), ("description", "RETRY PYMT")]).known(Secondary);
    ACH_8 = "ACH-8", "Nacha return codes",
        "What a return code asks for before the next debit",
        .of(Nacha).with(&[("r11_days", "60")]).known(Secondary);
    ACH_9 = "ACH-9", "Nacha return-rate thresholds",
        "Return rates above a threshold go to a supervisor",
        .of(Nacha).with(&[("unauthorized_pct", "0.5"), ("administrative_pct", "3.0"), ("overall_pct", "15.0")]).known(Secondary);
    ACH_10 = "ACH-10", "Nacha CCD",
        "A corporate debit rests on a written agreement bound by the Rules",
        .of(Nacha).business().with(&[("proof_banking_days", "10")]).known(Secondary);
    ACH_11 = "ACH-11", "Nacha TEL",
        "A telephone authorization needs a relationship or the consumer's own call, and a record or notice",
        .of(Nacha).consumer().known(High);
    ACH_12 = "ACH-12", "Nacha WEB",
        "A web debit's account is validated on first use and on change",
        .of(Nacha).consumer().known(Secondary);
    ACH_13 = "ACH-13", "12 CFR 1005.10(e)(1)",
        "Credit is not conditioned on preauthorized debits",
        .consumer().known(High);
    PPL_1 = "PPL-1", "12 CFR 1026.2(a)(17), 1026.3(a), (c)",
        "More than four written instalments or a finance charge may be credit",
        .with(&[("instalments", "4")]).known(Medium);
}
