//! Customers, how to reach them, their accounts and the services on them.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::ids::{AccountId, ContactPointId, CustomerId, ServiceId};

/// What law looks at first: a person or a business.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CustomerKind {
    /// Debt for personal, family or household purposes.
    Consumer,
    /// Business debt.
    Business,
}

/// In whose name we collect.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    /// The creditor itself, in its own name.
    FirstParty,
    /// A debt collector for another (FDCPA, Reg F).
    ThirdParty,
}

/// A postal address as it is written on the envelope.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Address {
    /// Street lines, at most three.
    pub lines: Vec<String>,
    /// City.
    pub city: String,
    /// Two-letter state, or a province.
    pub state: String,
    /// ZIP, ZIP+4 or a foreign postal code.
    pub zip: String,
    /// ISO 3166-1 alpha-2; empty means the United States.
    pub country: String,
}

impl Address {
    /// Enough to hand to the mail carrier.
    #[must_use]
    pub fn is_mailable(&self) -> bool {
        !self.lines.is_empty() && !self.city.is_empty() && !self.zip.is_empty()
    }
}

/// A kind of contact point.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PointKind {
    /// Land line, or unknown.
    Phone,
    /// Mobile phone: TCPA looks at it.
    Mobile,
    /// The place of work: employers may prohibit it.
    Work,
    /// An email address.
    Email,
}

/// A number or address, with what is known about using it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ContactPoint {
    /// Identity.
    pub id: ContactPointId,
    /// Phone or email.
    pub kind: PointKind,
    /// As dialed or written.
    pub value: String,
    /// Who answers: "accounts payable", a name.
    pub label: String,
    /// Where it came from: the import's source, a call, skip tracing.
    pub source: String,
    /// Known not to reach the customer.
    pub bad: bool,
    /// The customer asked not to be reached here.
    pub opted_out: bool,
    /// For email: the customer used or agreed to this address for the debt (12 CFR 1006.6(d)(4)).
    pub consented: bool,
}

/// Who owes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Customer {
    /// Identity.
    pub id: CustomerId,
    /// The billing system's own number.
    pub reference: String,
    /// As the billing system spells it.
    pub name: String,
    /// Person or business.
    pub kind: CustomerKind,
    /// Where letters go.
    pub address: Address,
    /// IANA zones stated by the customer or the billing system; empty means: derive them.
    pub zones: Vec<String>,
    /// How to reach them, in order of preference.
    pub points: Vec<ContactPoint>,
}

/// A billing account: what is collected on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Account {
    /// Identity.
    pub id: AccountId,
    /// Whose it is.
    pub customer: CustomerId,
    /// The billing system's own number.
    pub reference: String,
    /// First or third party.
    pub mode: Mode,
    /// To whom the money is owed.
    pub creditor: String,
    /// Segment for treatment plans: "standard", "key account".
    pub segment: String,
    /// First day with the creditor, where known.
    pub opened: Option<NaiveDate>,
    /// Closed accounts still owe.
    pub closed: Option<NaiveDate>,
    /// Payments are debited by ACH.
    pub autopay: bool,
    /// The customer prefers email to paper.
    pub paperless: bool,
}

/// A service's state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ServiceState {
    /// In use.
    Active,
    /// Suspended for nonpayment.
    Suspended,
    /// Ended.
    Terminated,
}

/// A product line on an account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Service {
    /// Identity.
    pub id: ServiceId,
    /// The account it is billed on.
    pub account: AccountId,
    /// "Internet 500", "Electric".
    pub product: String,
    /// Number, circuit or meter.
    pub identifier: String,
    /// State.
    pub state: ServiceState,
}
