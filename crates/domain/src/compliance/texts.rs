//! Required texts and the content that a validation notice or an ACH authorization must have.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::contact::Medium;

/// A text that a communication must carry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum TextId {
    /// First communication (12 CFR 1006.18(e)(1)).
    #[serde(rename = "TXT_MM_INITIAL")]
    MiniMirandaInitial,
    /// Later communications (12 CFR 1006.18(e)(2)).
    #[serde(rename = "TXT_MM_SUBSEQUENT")]
    MiniMirandaSubsequent,
    /// How to opt out of an electronic medium (12 CFR 1006.6(e)).
    #[serde(rename = "TXT_OPTOUT")]
    OptOut,
    /// To an estate's representative (12 CFR 1006.6(a)(4)).
    #[serde(rename = "TXT_ESTATE_NOT_PERSONAL")]
    EstateNotPersonal,
    /// The call may be recorded (Cal. Penal Code 632.7 and others).
    #[serde(rename = "TXT_RECORDING")]
    Recording,
    /// Massachusetts notice on calls at work (209 CMR 18.16).
    #[serde(rename = "TXT_MA_WORKPLACE")]
    MassachusettsWorkplace,
}

impl TextId {
    /// All of them.
    pub const ALL: [Self; 6] = [
        Self::MiniMirandaInitial,
        Self::MiniMirandaSubsequent,
        Self::OptOut,
        Self::EstateNotPersonal,
        Self::Recording,
        Self::MassachusettsWorkplace,
    ];

    /// `TXT_OPTOUT`.
    #[must_use]
    pub fn id(self) -> &'static str {
        match self {
            Self::MiniMirandaInitial => "TXT_MM_INITIAL",
            Self::MiniMirandaSubsequent => "TXT_MM_SUBSEQUENT",
            Self::OptOut => "TXT_OPTOUT",
            Self::EstateNotPersonal => "TXT_ESTATE_NOT_PERSONAL",
            Self::Recording => "TXT_RECORDING",
            Self::MassachusettsWorkplace => "TXT_MA_WORKPLACE",
        }
    }

    /// The wording. Ours where law allows an equivalent; the Massachusetts notice is prescribed.
    /// An opt-out differs by medium.
    #[must_use]
    pub fn wording(self, medium: Medium) -> &'static str {
        match (self, medium) {
            (Self::MiniMirandaInitial, _) => {
                "This is an attempt to collect a debt and any information obtained will be used for \
                 that purpose."
            }
            (Self::MiniMirandaSubsequent, _) => "This communication is from a debt collector.",
            (Self::OptOut, Medium::Text) => "Reply STOP to end texts to this number.",
            (Self::OptOut, _) => "To end emails to this address, reply with the word STOP or use the unsubscribe link.",
            (Self::EstateNotPersonal, _) => {
                "We ask for payment from the assets of the estate only. You are not asked to pay this \
                 debt from money of your own."
            }
            (Self::Recording, _) => "This call may be recorded.",
            (Self::MassachusettsWorkplace, _) => {
                "NOTICE OF IMPORTANT RIGHTS: YOU HAVE THE RIGHT TO MAKE A WRITTEN OR ORAL REQUEST THAT \
                 TELEPHONE CALLS REGARDING YOUR DEBT NOT BE MADE TO YOU AT YOUR PLACE OF EMPLOYMENT. ANY \
                 SUCH ORAL REQUEST WILL BE VALID FOR ONLY TEN DAYS UNLESS YOU PROVIDE WRITTEN \
                 CONFIRMATION OF THE REQUEST POSTMARKED OR DELIVERED WITHIN SEVEN DAYS OF SUCH REQUEST. \
                 YOU MAY TERMINATE THIS REQUEST BY WRITING TO THE DEBT COLLECTOR."
            }
        }
    }
}

/// A document whose content is prescribed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Checklist {
    /// 12 CFR 1006.34(c), Model Form B-1.
    ValidationNotice,
    /// 12 CFR 1005.10(b) and Nacha, PPD and WEB.
    AchConsumer,
    /// The same by telephone, TEL.
    AchTelephone,
    /// Nacha, CCD and CTX.
    AchCorporate,
}

/// One thing a document must contain.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Item {
    /// `how_to_revoke`.
    pub id: &'static str,
    /// What it asks for, in a person's words.
    pub requires: &'static str,
}

const fn item(id: &'static str, requires: &'static str) -> Item {
    Item { id, requires }
}

const VALIDATION: [Item; 22] = [
    item(
        "collector_statement",
        "who collects, for whom, and that information will be used to collect the debt, 1006.34(c)(1)",
    ),
    item("collector_name", "the collector's name, (c)(2)(i)"),
    item("collector_address", "the mailing address for disputes and requests, (c)(2)(i)"),
    item("consumer_name", "the consumer's name, (c)(2)(ii)"),
    item("consumer_address", "the consumer's mailing address, (c)(2)(ii)"),
    item("account_number", "the account number on the itemization date, or part of it, (c)(2)(iv)"),
    item("current_creditor", "the creditor to whom the debt is owed now, (c)(2)(v)"),
    item("itemization_date", "the date the itemization starts from, (c)(2)(vi), (b)(3)"),
    item("itemization_amount", "the amount on that date, (c)(2)(vii)"),
    item("interest", "interest since then, or that there is none, (c)(2)(viii)"),
    item("fees", "fees since then, or that there are none, (c)(2)(viii)"),
    item("payments", "payments since then, or that there are none, (c)(2)(viii)"),
    item("credits", "credits since then, or that there are none, (c)(2)(viii)"),
    item("current_amount", "the amount now, (c)(2)(ix)"),
    item("validation_end", "the last day of the validation period, (c)(3)"),
    item("dispute_statement", "that a written dispute by then stops collection until verification is sent, (c)(3)(i)"),
    item(
        "original_creditor_statement",
        "that a written request by then stops collection until the original creditor is named, (c)(3)(ii)",
    ),
    item("assumed_valid_statement", "that an undisputed debt will be assumed valid, (c)(3)(iii)"),
    item("response_heading", "the heading \"How do you want to respond?\", (c)(4)"),
    item("dispute_boxes", "boxes to dispute: not my debt, wrong amount, other, (c)(4)(i)"),
    item("original_creditor_box", "a box to ask for the original creditor's name and address, (c)(4)(ii)"),
    item("response_addresses", "both mailing addresses on the tear-off part, (c)(4)(iii)"),
];

const ACH: [Item; 16] = [
    item("authorization_statement", "that it clearly is an authorization of an ACH debit"),
    item("entry_kind", "single, multiple (standing) or recurring"),
    item("amount", "the amount, or how it is determined"),
    item("start_date", "the first date"),
    item("timing", "when, how often, and how many times"),
    item("receiver_name", "the name of the account's holder"),
    item("account", "the account to be debited"),
    item("routing", "its routing number"),
    item("account_type", "checking or savings"),
    item("authorization_date", "the date of the authorization"),
    item("how_to_revoke", "how, and by when, to revoke it with us"),
    item("originator_name", "our name"),
    item("originator_phone", "our telephone number"),
    item("varying_amounts", "the right to notice of varying amounts, or the elected range"),
    item("signature", "a signature or similar authentication"),
    item("copy_delivered", "a copy for the customer"),
];

const TEL: [Item; 4] = [
    item("customer_service_number", "a number for questions"),
    item("read_back", "the terms, read back to the customer"),
    item("ach_statement", "that the customer's words authorize an ACH debit"),
    item("recording_or_notice", "a recording, or a written notice before settlement"),
];

const CORPORATE: [Item; 9] = [
    item("company_name", "the company's legal name"),
    item("signer_name", "the authorized signer's name"),
    item("signer_title", "the signer's title"),
    item("account", "the bank account"),
    item("routing", "its routing number"),
    item("bound_by_rules", "the agreement to be bound by the Nacha Rules"),
    item("timing", "amounts and timing"),
    item("termination", "how it ends"),
    item("authorization_date", "the date"),
];

/// Everything a document must contain, in the order it is usually written.
pub fn items(kind: Checklist) -> impl Iterator<Item = Item> {
    let (all, more): (&'static [Item], &'static [Item]) = match kind {
        Checklist::ValidationNotice => (&VALIDATION, &[]),
        Checklist::AchConsumer => (&ACH, &[]),
        Checklist::AchTelephone => (&ACH, &TEL),
        Checklist::AchCorporate => (&CORPORATE, &[]),
    };
    // What is said by telephone is not signed; the recording or notice stands for it.
    let spoken = kind == Checklist::AchTelephone;
    let wanted = move |item: &Item| !(spoken && item.id == "signature");
    all.iter().chain(more).copied().filter(wanted)
}

/// What a document with the `provided` item ids lacks.
#[must_use]
pub fn missing(kind: Checklist, provided: &BTreeSet<&str>) -> Vec<Item> {
    items(kind).filter(|item| !provided.contains(item.id)).collect()
}
