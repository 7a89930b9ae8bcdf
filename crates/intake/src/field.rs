//! What a column can be read as.

use serde::{Deserialize, Serialize};

use crate::error::IntakeError;

macro_rules! fields {
    ($($(#[$doc:meta])* $variant:ident = $name:literal,)*) => {
        /// A field of a row that a column can be mapped to.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum Field {
            $($(#[$doc])* $variant,)*
        }

        impl Field {
            /// Every field, in the order in which they are listed to people.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The name that mappings and the command line use.
            #[must_use]
            pub fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)*
                }
            }
        }
    };
}

fields! {
    /// The billing system's number of the customer.
    CustomerId = "customer_id",
    /// The customer's name.
    CustomerName = "customer_name",
    /// The billing account's number.
    AccountId = "account_id",
    /// The number printed on the invoice.
    InvoiceId = "invoice_id",
    /// Invoice date.
    InvoiceDate = "invoice_date",
    /// Due date.
    DueDate = "due_date",
    /// Payment terms, from which a missing due date is derived.
    Terms = "terms",
    /// Billed amount.
    Amount = "amount",
    /// What is still open of it.
    OpenAmount = "open_amount",
    /// What was paid of it.
    PaidAmount = "paid_amount",
    /// What lowers the balance, where debits and credits have a column each.
    CreditAmount = "credit_amount",
    /// Debit or credit, where amounts have no sign.
    DebitCredit = "debit_credit",
    /// Currency.
    Currency = "currency",
    /// Open, closed, void and the like.
    Status = "status",
    /// Under dispute.
    Disputed = "disputed",
    /// Day it was paid in full.
    SettledDate = "settled_date",
    /// Who answers.
    ContactName = "contact_name",
    /// Email address.
    Email = "email",
    /// Telephone number.
    Phone = "phone",
    /// First street line.
    Address1 = "address1",
    /// City.
    City = "city",
    /// State or province.
    State = "state",
    /// Postal code.
    Zip = "zip",
    /// Second street line.
    Address2 = "address2",
    /// Country code.
    Country = "country",
    /// Invoice, credit memo or payment.
    TransactionType = "transaction_type",
    /// Mobile number.
    Mobile = "mobile",
    /// Number at work.
    WorkPhone = "work_phone",
    /// Consumer or business.
    CustomerKind = "customer_kind",
    /// To whom it is owed.
    Creditor = "creditor",
    /// Segment for treatment plans.
    Segment = "segment",
    /// Pays by ACH debit.
    Autopay = "autopay",
    /// Prefers email to paper.
    Paperless = "paperless",
    /// First day of an account.
    OpenedDate = "opened_date",
    /// Last day of an account.
    ClosedDate = "closed_date",
    /// The billing system's number of a service.
    ServiceId = "service_id",
    /// Product of a service.
    Product = "product",
    /// Circuit, number or meter of a service.
    Identifier = "identifier",
    /// Active, suspended or terminated.
    ServiceState = "service_state",
    /// Reference of a payment or credit.
    Reference = "reference",
    /// Day a payment or credit counts from.
    PostedDate = "posted_date",
    /// ACH, check, card.
    Method = "method",
    /// Day a payment was returned or reversed.
    ReversedDate = "reversed_date",
}

/// Number of fields.
pub(crate) const FIELDS: usize = Field::ALL.len();

impl std::str::FromStr for Field {
    type Err = IntakeError;

    fn from_str(text: &str) -> Result<Self, IntakeError> {
        let wanted = text.trim().to_ascii_lowercase().replace(['-', ' '], "_");
        Self::ALL.iter().find(|field| field.name() == wanted).copied().ok_or_else(|| IntakeError::UnknownField {
            field: text.to_owned(),
            nearest: nearest(&wanted, Self::ALL.iter().map(|field| field.name())),
            known: Self::ALL.iter().map(|field| field.name()).collect(),
        })
    }
}

/// The name closest to what was asked for, if one is close.
pub(crate) fn nearest<'a>(wanted: &str, names: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let wanted = wanted.to_lowercase();
    names
        .map(|name| (strsim::jaro_winkler(&wanted, &name.to_lowercase()), name))
        .filter(|(score, _)| *score > 0.75)
        .max_by(|(one, _), (other, _)| one.total_cmp(other))
        .map(|(_, name)| name)
}
