//! Which kinds of letters and emails there are, and which placeholders each may use.

use serde::{Deserialize, Serialize};

/// What a template is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Before or at the due date.
    Reminder,
    /// First dunning level.
    #[serde(rename = "dunning_1")]
    Dunning1,
    /// Second dunning level.
    #[serde(rename = "dunning_2")]
    Dunning2,
    /// Last dunning level.
    FinalNotice,
    /// A payment arrangement was agreed: its terms and schedule.
    ArrangementConfirmation,
    /// An installment was missed.
    ArrangementBroken,
    /// A promised payment is due soon.
    PromiseReminder,
    /// A payment arrived.
    Receipt,
    /// How to enroll in automatic payment, with the authorization form.
    AchEnrollment,
    /// What a collector must tell of the debt at the start (12 CFR 1006.34).
    ValidationNotice,
}

/// How a placeholder is used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PlaceholderKind {
    /// Amid a sentence.
    Word,
    /// On a line of its own: a table or paragraphs.
    Block,
}

/// Something a template may name in braces.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Placeholder {
    /// Without braces.
    pub name: &'static str,
    /// What it becomes, for the editor's list.
    pub description: &'static str,
    /// A realistic value, for the editor's list.
    pub example: &'static str,
    /// Word or block.
    pub kind: PlaceholderKind,
}

const fn word(name: &'static str, description: &'static str, example: &'static str) -> Placeholder {
    Placeholder { name, description, example, kind: PlaceholderKind::Word }
}

const fn block(name: &'static str, description: &'static str) -> Placeholder {
    Placeholder { name, description, example: "", kind: PlaceholderKind::Block }
}

/// Known for every account.
const COMMON: &[Placeholder] = &[
    word("customer_name", "the customer as the billing system spells it", "Northgate Dental LLC"),
    word("account_number", "the billing system's account number", "4471-0093"),
    word("creditor_name", "to whom the money is owed", "Vega Communications"),
    word("sender_name", "the name on the letterhead", "Vega Communications"),
    word("sender_address", "the letterhead's address on one line", "PO Box 1200, Reno, NV 89501"),
    word("phone", "the letterhead's telephone number", "775-555-0142"),
    word("email", "the letterhead's email address", "billing@example.com"),
    word("website", "the letterhead's website", "www.example.com"),
    word("hours", "when the telephone is answered", "Monday to Friday, 8 am to 5 pm"),
    word("payment_address", "where checks go, on one line", "PO Box 1300, Reno, NV 89501"),
    word("today", "the date of the letter", "November 22, 2026"),
    word("balance", "all that is open, disputes and future due dates included", "$2,538.60"),
    word("amount_due", "what this letter asks for: past due, less disputes and unapplied credits", "$2,418.60"),
    word("past_due", "all that is past due, disputes included", "$2,538.60"),
    word("disputed", "the part under dispute, which the letter doesn't ask for", "$120.00"),
    word("unapplied", "payments and credits not applied to an invoice", "$0.00"),
    word("invoice_count", "number of invoices in the table", "4"),
    word("oldest_due_date", "due date of the oldest invoice in the table", "September 22, 2026"),
    word("days_past_due", "days since then", "61"),
    word("pay_by", "the day by which to pay", "December 7, 2026"),
    block("invoice_table", "the invoices this letter is about, with totals"),
    block("disclosures", "texts the law requires, put in by the compliance gate; empty when none is"),
];

const ARRANGED: &[Placeholder] = &[
    word("agreed_date", "the day the arrangement was agreed", "November 20, 2026"),
    word("arrangement_total", "the sum of all installments", "$2,418.60"),
    word("installment_count", "number of installments, the down payment included", "4"),
    word("next_installment_date", "due date of the next unpaid installment", "December 4, 2026"),
    word("next_installment_amount", "what is open on it", "$604.65"),
    block("schedule_table", "all installments with their dates and amounts"),
];

const MISSED: &[Placeholder] = &[
    word("missed_date", "due date of the missed installment", "November 4, 2026"),
    word("missed_amount", "what is open on it", "$604.65"),
];

const PROMISED: &[Placeholder] = &[
    word("promise_date", "the promised day", "November 27, 2026"),
    word("promise_amount", "the promised amount", "$500.00"),
];

const RECEIVED: &[Placeholder] = &[
    word("payment_amount", "the amount received", "$604.65"),
    word("payment_date", "the day it was posted", "November 21, 2026"),
    word("payment_method", "how it was paid", "check"),
    word("payment_reference", "the bank's or billing system's reference", "88-1203"),
];

const VALIDATED: &[Placeholder] = &[
    word("validation_end", "the last day to dispute, of a notice sent on its date", "January 2, 2027"),
    word("itemization_date", "the day the itemization starts from: that of the last statement", "November 1, 2026"),
    block("itemization_table", "what was owed then, what came since, what is owed now"),
];

impl Kind {
    /// Every kind, in the order of a list for people.
    pub const ALL: [Self; 10] = [
        Self::Reminder,
        Self::Dunning1,
        Self::Dunning2,
        Self::FinalNotice,
        Self::ArrangementConfirmation,
        Self::ArrangementBroken,
        Self::PromiseReminder,
        Self::Receipt,
        Self::AchEnrollment,
        Self::ValidationNotice,
    ];

    /// The key intents and templates carry.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::Reminder => "reminder",
            Self::Dunning1 => "dunning_1",
            Self::Dunning2 => "dunning_2",
            Self::FinalNotice => "final_notice",
            Self::ArrangementConfirmation => "arrangement_confirmation",
            Self::ArrangementBroken => "arrangement_broken",
            Self::PromiseReminder => "promise_reminder",
            Self::Receipt => "receipt",
            Self::AchEnrollment => "ach_enrollment",
            Self::ValidationNotice => "validation_notice",
        }
    }

    /// The kind of a key.
    #[must_use]
    pub fn of_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.key() == key)
    }

    /// For people.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Self::Reminder => "Payment reminder",
            Self::Dunning1 => "First notice",
            Self::Dunning2 => "Second notice",
            Self::FinalNotice => "Final notice",
            Self::ArrangementConfirmation => "Arrangement confirmation",
            Self::ArrangementBroken => "Missed installment",
            Self::PromiseReminder => "Promise reminder",
            Self::Receipt => "Receipt",
            Self::AchEnrollment => "Automatic payment enrollment",
            Self::ValidationNotice => "Validation notice",
        }
    }

    /// Asks for an amount: a letter of this kind never goes out over nothing.
    #[must_use]
    pub fn asks_for_payment(self) -> bool {
        matches!(
            self,
            Self::Reminder
                | Self::Dunning1
                | Self::Dunning2
                | Self::FinalNotice
                | Self::ArrangementBroken
                | Self::ValidationNotice
        )
    }

    /// What its templates may use, in the order of a list for people.
    #[must_use]
    pub fn placeholders(self) -> Vec<Placeholder> {
        let more: &[&[Placeholder]] = match self {
            Self::ArrangementConfirmation => &[ARRANGED],
            Self::ArrangementBroken => &[ARRANGED, MISSED],
            Self::PromiseReminder => &[PROMISED],
            Self::Receipt => &[RECEIVED],
            Self::ValidationNotice => &[VALIDATED],
            Self::Reminder | Self::Dunning1 | Self::Dunning2 | Self::FinalNotice | Self::AchEnrollment => &[],
        };
        COMMON.iter().chain(more.iter().copied().flatten()).copied().collect()
    }
}
