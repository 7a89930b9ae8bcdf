//! A letter as data: what it says, to whom, in which envelope. It leaves only through the gate, and
//! only crate `letters` makes pages of it.

mod compose;
mod envelope;
mod joint;
mod leaves;
pub mod notice;

use std::sync::Arc;

use chrono::NaiveDate;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

pub use compose::{ComposeError, Mailing, compose};
pub use envelope::{Envelope, Imb, Window};
pub use joint::{JoinError, Share, compose_joint, join};
pub use notice::Notice;

use crate::account::CustomerKind;
use crate::compliance::Approval;
use crate::ids::{AccountId, InvoiceId, OutboxId};
use crate::money::{Currency, Money};
use crate::template::{Kind, listed};

/// Who writes: what stands on every letter and below every email.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Letterhead {
    /// The name the customer knows.
    pub name: String,
    /// Street or box, then city, state and ZIP; two to four lines, without the name.
    pub return_address: Vec<String>,
    /// Where checks go, without the name; empty means the return address.
    pub remit_to: Vec<String>,
    /// Telephone number.
    pub phone: String,
    /// Email address.
    pub email: String,
    /// Website.
    pub website: String,
    /// When the telephone is answered.
    pub hours: String,
    /// Licence numbers and the like, printed small at the foot where a state asks for them.
    pub footer: String,
    /// A PNG, at most 1 MB.
    pub logo_png: Option<Vec<u8>>,
}

impl Letterhead {
    /// Where checks go, without the name.
    #[must_use]
    pub fn remit_to(&self) -> &[String] {
        if self.remit_to.is_empty() { &self.return_address } else { &self.remit_to }
    }
}

/// An invoice in a letter's table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LineItem {
    /// Whose: its place among [`Letter::accounts`]; 0 in a letter about one account.
    pub account: usize,
    /// Which.
    pub invoice: InvoiceId,
    /// The number printed on it.
    pub number: String,
    /// Invoice date.
    pub date: NaiveDate,
    /// Due date.
    pub due: NaiveDate,
    /// Billed.
    pub amount: Money,
    /// Open and not disputed: what the letter asks for.
    pub open: Money,
    /// Days since the due date; negative before it.
    pub days_past_due: i64,
}

/// An account's part of a letter about several.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountShare {
    /// Which.
    pub account: AccountId,
    /// The billing system's account number.
    pub number: String,
    /// What is asked for on it.
    pub due: Money,
}

/// One currency's totals below the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Total {
    /// Of every amount here.
    pub currency: Currency,
    /// Sum of the items' open amounts.
    pub open: Decimal,
    /// Under dispute, not asked for.
    pub disputed: Decimal,
    /// Payments and credits not applied to an invoice, deducted.
    pub unapplied: Decimal,
    /// What is asked for.
    pub due: Decimal,
}

/// An installment in a letter's schedule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScheduleLine {
    /// Due date.
    pub due: NaiveDate,
    /// Agreed amount.
    pub amount: Money,
}

/// A part of the letter's body, in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part {
    /// Words; `\n` is a line break.
    Paragraph(String),
    /// The table of [`Letter::items`] with [`Letter::totals`].
    InvoiceTable,
    /// The table of [`Letter::schedule`].
    ScheduleTable,
    /// The lines of [`Letter::notice`].
    Itemization,
}

/// The slip at the bottom of the first page that comes back with the check.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Coupon {
    /// What is asked for, one line a currency.
    pub amounts: Vec<Money>,
    /// By when, if the letter's words name a day.
    pub pay_by: Option<NaiveDate>,
    /// What a scanner reads off the slip's QR code: account, amounts and letter, no name:
    /// `ACCT:A-1001*DUE:USD200.00*LTR:` and the letter's id in hex. Capitals keep the code small.
    /// Up to eight accounts are coded each with its share, so that one check is posted to all; of
    /// more only the leading one's number and the whole.
    pub qr: String,
}

/// A letter, ready for the gate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Letter {
    /// The outbox intent it comes from.
    pub id: OutboxId,
    /// The account it is about; the leading one of several.
    pub account: AccountId,
    /// The billing system's account number.
    pub account_number: String,
    /// Where it is about several accounts: each with its share, the leading one first. Empty in a
    /// letter about one.
    pub accounts: Vec<AccountShare>,
    /// To whom.
    pub customer_name: String,
    /// Person or business.
    pub customer_kind: CustomerKind,
    /// Whose debt it is.
    pub creditor: String,
    /// The kind of text; its key is the level in the manifest.
    pub kind: Kind,
    /// Address block, name first, at most six lines.
    pub address: Vec<String>,
    /// ZIP for sorting; empty for foreign addresses.
    pub zip: String,
    /// Who writes; shared by the letters of a run.
    pub sender: Arc<Letterhead>,
    /// The date it bears.
    pub date: NaiveDate,
    /// Heading.
    pub subject: String,
    /// Paragraphs and tables.
    pub body: Vec<Part>,
    /// Invoices it asks for, as its table lists them.
    pub items: Vec<LineItem>,
    /// Below the table, one a currency, by code.
    pub totals: Vec<Total>,
    /// Installments of the arrangement it tells about.
    pub schedule: Vec<ScheduleLine>,
    /// Slip to send with a check; kinds that ask for no payment have none.
    pub coupon: Option<Coupon>,
    /// A validation notice's figures; its form to send back takes the coupon's place.
    pub notice: Option<Notice>,
    /// Where the address must stand.
    pub envelope: Envelope,
    /// Barcode above the address.
    pub imb: Option<Imb>,
    /// First printed on that day: this is a reprint, and says so.
    pub reprint_of: Option<NaiveDate>,
    /// A supervisor's approval of this very letter.
    pub approval: Option<Approval>,
    /// The invoices of `items`, for the gate.
    pub(crate) claimed: Vec<InvoiceId>,
}

impl Letter {
    /// The letter's words, paragraphs parted by a blank line, without tables and addresses.
    #[must_use]
    pub fn words(&self) -> String {
        let mut words = self.subject.clone();
        for part in &self.body {
            if let Part::Paragraph(text) = part {
                words.push_str("\n\n");
                words.push_str(text);
            }
        }
        words
    }

    /// The numbers of the accounts it is about, as its words list them.
    #[must_use]
    pub fn account_numbers(&self) -> String {
        if self.accounts.is_empty() {
            return self.account_number.clone();
        }
        let numbers: Vec<&str> = self.accounts.iter().map(|share| share.number.as_str()).collect();
        listed(&numbers)
    }

    /// Everything a validation notice prints, addresses and the form to send back included.
    fn printed(&self) -> String {
        let mut printed = self.words();
        let mut add = |text: &str| {
            printed.push('\n');
            printed.push_str(text);
        };
        self.address.iter().chain(&self.sender.return_address).for_each(|line| add(line));
        add(&self.account_number);
        add(&self.sender.name);
        if let Some(notice) = &self.notice {
            if self.body.contains(&Part::Itemization) {
                add(&notice.table());
            }
            add(&notice::response_words());
        }
        printed
    }

    /// The single amount asked for, where the letter is about one currency.
    #[must_use]
    pub fn amount_due(&self) -> Option<Money> {
        match self.totals.as_slice() {
            [total] => Some(Money::new(total.due, total.currency)),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests;
