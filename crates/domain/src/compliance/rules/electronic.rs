//! Email and text: OPT-1, EML-1, TXT-1.

use chrono::NaiveDate;

use super::frequency::in_window;
use super::table::{EML_1, OPT_1, TXT_1};
use crate::calendar::plus_days;
use crate::compliance::planted;
use crate::compliance::texts::TextId;
use crate::compliance::verdict::Finding;
use crate::contact::Medium;

/// OPT-1: an electronic message says how to opt out. `has_optout` is none for a text not yet
/// written: then it must carry one. `fee_or_more` says that the opt-out asks a fee, or for anything
/// beyond the preference and the address.
#[must_use]
pub fn opt_1(medium: Medium, has_optout: Option<bool>, fee_or_more: bool) -> Finding {
    if !matches!(medium, Medium::Email | Medium::Text) {
        return Finding::allow(&OPT_1, "Not an electronic message.");
    }
    if has_optout == Some(false) {
        return Finding::block(&OPT_1, "The message does not say how to opt out.");
    }
    if fee_or_more {
        return Finding::block(&OPT_1, "The opt-out asks for a fee or for more than the address.");
    }
    Finding::with_text(&OPT_1, TextId::OptOut, "An electronic message says how to opt out.")
}

/// On what the use of an email address rests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EmailBasis {
    /// The consumer wrote to us about the debt from it ((d)(4)(i)(A)).
    ConsumerUsed,
    /// Prior consent, given to us ((d)(4)(i)(B)).
    DirectConsent,
    /// The creditor's notice ((d)(4)(ii)).
    CreditorNotice(CreditorNotice),
    /// The collector before us used it lawfully, and the consumer did not opt out ((d)(4)(iii)).
    PriorCollector {
        /// It was the immediately prior one, and met (i) or (ii); none when not known.
        met: Option<bool>,
    },
}

/// The creditor's notice that the address will be handed on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CreditorNotice {
    /// When it was sent.
    pub sent: Option<NaiveDate>,
    /// The last day on which the consumer may opt out, at least 35 days later.
    pub deadline: Option<NaiveDate>,
    /// The consumer got the address from them and they used it for the account, the notice has its
    /// five items, and the domain is one the public can use. None counts as met: the creditor's
    /// file says so, and no objection is recorded.
    pub conditions_met: Option<bool>,
}

/// EML-1: within the safe harbor, allowed; outside it a supervisor decides; on an opt-out or within
/// the creditor's opt-out period, blocked. `opted_out` is none when not known.
#[must_use]
pub fn eml_1(basis: Option<EmailBasis>, opted_out: Option<bool>, today: NaiveDate) -> Finding {
    if opted_out == Some(true) {
        return Finding::block(&EML_1, "The customer opted out of this address.");
    }
    match basis {
        None => Finding::unknown(&EML_1, "on what the use of this address rests"),
        Some(EmailBasis::ConsumerUsed) => {
            Finding::allow(&EML_1, "The customer wrote about the debt from this address.")
        }
        Some(EmailBasis::DirectConsent) => Finding::allow(&EML_1, "The customer agreed to this address."),
        Some(EmailBasis::PriorCollector { met: Some(true) }) => {
            Finding::allow(&EML_1, "The collector before us used this address lawfully.")
        }
        Some(EmailBasis::PriorCollector { met: Some(false) }) => {
            Finding::supervisor(&EML_1, "The collector before us had no lawful basis for this address.")
        }
        Some(EmailBasis::PriorCollector { met: None }) => {
            Finding::unknown(&EML_1, "whether the collector before us met the safe harbor")
        }
        Some(EmailBasis::CreditorNotice(notice)) => creditor_notice(notice, opted_out, today),
    }
}

fn creditor_notice(notice: CreditorNotice, opted_out: Option<bool>, today: NaiveDate) -> Finding {
    let (Some(sent), Some(deadline)) = (notice.sent, notice.deadline) else {
        return Finding::unknown(&EML_1, "when the creditor's notice and its opt-out period ran");
    };
    if today <= deadline {
        return Finding::block(&EML_1, format!("The opt-out period of the creditor's notice runs through {deadline}."))
            .with("deadline", deadline)
            .until_day(plus_days(deadline, 1));
    }
    if deadline < plus_days(sent, 35) {
        return Finding::supervisor(
            &EML_1,
            "The creditor's notice gave fewer than 35 days to opt out: outside the safe harbor.",
        )
        .with("sent", sent)
        .with("deadline", deadline);
    }
    if notice.conditions_met == Some(false) {
        return Finding::supervisor(&EML_1, "The creditor's notice does not meet the safe harbor's conditions.");
    }
    match opted_out {
        None => Finding::unknown(&EML_1, "whether the customer opted out"),
        Some(_) => Finding::allow(&EML_1, "The creditor's notice ran its time without opt-out."),
    }
}

/// A look-up in the Reassigned Numbers Database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReassignedCheck {
    /// When.
    pub on: NaiveDate,
    /// The number now belongs to somebody else.
    pub reassigned: bool,
}

/// TXT-1: `last_basis` is the consumer's last text about the debt, consent or renewal. Beyond 60
/// days (the 60th counts) only a look-up in the database keeps the safe harbor.
#[must_use]
pub fn txt_1(
    last_basis: Option<NaiveDate>,
    check: Option<ReassignedCheck>,
    opted_out: bool,
    today: NaiveDate,
) -> Finding {
    if opted_out {
        return Finding::block(&TXT_1, "The customer opted out of texts to this number.");
    }
    let Some(last) = last_basis.filter(|on| *on <= today) else {
        return Finding::block(&TXT_1, "The customer neither texted about the debt nor agreed to texts.");
    };
    // Day 60 after the basis is the 61st date of a window that ends today.
    let recent = |on: NaiveDate| in_window(on, today, planted::cap(&TXT_1, 61));
    match check.filter(|check| recent(check.on) && check.on >= last) {
        Some(check) if check.reassigned => {
            return Finding::block(&TXT_1, "The number was reassigned to somebody else.").with("checked", check.on);
        }
        Some(check) => {
            return Finding::allow(&TXT_1, "The number was checked and is still the customer's.")
                .with("checked", check.on);
        }
        None => {}
    }
    if recent(last) {
        return Finding::allow(&TXT_1, "The customer texted or agreed within 60 days.").with("last", last);
    }
    Finding::block(
        &TXT_1,
        "More than 60 days since the customer's last text or consent, and the number was not checked.",
    )
    .with("last", last)
}
