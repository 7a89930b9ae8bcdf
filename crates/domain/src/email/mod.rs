//! An email as data: who writes to whom about which account, in blocks that become a plain and an
//! HTML part later. It is what the gate clears and what `mail::send` takes, cleared.
//!
//! What this module does *not* do: MIME, HTML, sending. The words come from a template, the figures
//! from fresh facts.

mod compose;
mod tables;
mod thread;

pub use compose::{ComposeError, Delivery, compose};
pub use thread::Thread;

use crate::compliance::rules::validation::overshadows;
use crate::compliance::{Act, Approval, Claim, Leaves};
use crate::ids::{AccountId, InvoiceId, OutboxId};
use crate::money::Money;
use crate::template::{Kind, holds, required_text};

/// A name with its email address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mailbox {
    /// The display name; may be empty.
    pub name: String,
    /// `local@domain`.
    pub address: String,
}

/// A text that can't be an email address.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("\"{0}\" is not an email address; write it as name@example.com")]
pub struct NotAnAddress(pub String);

impl Mailbox {
    /// Checks the address's shape, and takes line breaks and control characters out of the name, so
    /// that neither can smuggle a header line into a message.
    pub fn new(name: &str, address: &str) -> Result<Self, NotAnAddress> {
        let address = address.trim();
        let refuse = || NotAnAddress(address.to_owned());
        let (local, domain) = address.rsplit_once('@').ok_or_else(refuse)?;
        let odd = |c: char| c.is_control() || c.is_whitespace() || "<>()[],;:\\\"@".contains(c);
        let labels_stand =
            domain.split('.').all(|label| !label.is_empty() && !label.starts_with('-') && !label.ends_with('-'));
        if local.is_empty() || local.len() > 64 || local.contains(odd) || domain.contains(odd) || !labels_stand {
            return Err(refuse());
        }
        Ok(Self { name: one_line(name), address: address.to_owned() })
    }

    /// What follows the `@`.
    #[must_use]
    pub fn domain(&self) -> &str {
        self.address.rsplit_once('@').map_or("", |(_, domain)| domain)
    }
}

/// How a column's cells stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Align {
    /// Words and dates.
    Start,
    /// Amounts: right-aligned, tabular figures.
    End,
}

/// A table: one row an invoice or installment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    /// What it lists, for screen readers and the plain part.
    pub caption: String,
    /// Titles with their alignment.
    pub columns: Vec<(String, Align)>,
    /// As many cells a row as there are columns.
    pub rows: Vec<Vec<String>>,
    /// The last row, set apart.
    pub total: Option<Vec<String>>,
}

/// A part of the body, from top to bottom.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Block {
    /// Sentences; `\n` is a line break.
    Paragraph(String),
    /// Invoices or a schedule.
    Table(Table),
}

/// A file that goes along.
#[derive(Clone, PartialEq, Eq)]
pub struct Attachment {
    /// File name as the reader sees it.
    pub name: String,
    /// `application/pdf`.
    pub media_type: String,
    /// Content.
    pub bytes: Vec<u8>,
}

impl std::fmt::Debug for Attachment {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} ({}, {} bytes)", self.name, self.media_type, self.bytes.len())
    }
}

/// How the reader ends emails to this address: without a fee and without saying more than the wish
/// (12 CFR 1006.6(e)).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OptOut {
    /// Where an opt-out may be mailed; a reply that says so counts as well.
    pub address: Mailbox,
    /// A page that does the same, if the company has one.
    pub link: Option<String>,
}

impl OptOut {
    /// The sentences every email ends with; the gate's own words come first.
    #[must_use]
    pub fn sentence(&self) -> String {
        let page = self.link.as_ref().map_or_else(String::new, |link| format!(", or open {link}"));
        let words = required_text(OPT_OUT).unwrap_or_default();
        format!("{words} You may also write to {}{page}.", self.address.address)
    }
}

/// The required text that ends every email.
const OPT_OUT: &str = "TXT_OPTOUT";

/// What an email asks for; the gate computes it again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    /// The amount named.
    pub amount: Money,
    /// The invoices named; empty means everything past due.
    pub invoices: Vec<InvoiceId>,
}

/// An email to one recipient.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Email {
    /// The intent it fulfils; its `Message-ID` follows from it.
    pub id: OutboxId,
    /// The account it is about.
    pub account: AccountId,
    /// The kind of text; its key is the template's.
    pub kind: Kind,
    /// Who writes.
    pub from: Mailbox,
    /// Who reads.
    pub to: Mailbox,
    /// Where answers go, if not to the writer.
    pub reply_to: Option<Mailbox>,
    /// One line.
    pub subject: String,
    /// Top to bottom.
    pub body: Vec<Block>,
    /// Files that go along.
    pub attachments: Vec<Attachment>,
    /// The conversation it belongs to.
    pub thread: Thread,
    /// How the reader ends these emails.
    pub opt_out: Option<OptOut>,
    /// Licence numbers and the like, small at the end; may be empty.
    pub footer: String,
    /// What it asks for, if it names an amount.
    pub asked: Option<Asked>,
    /// A supervisor's word for this email.
    pub approval: Option<Approval>,
}

impl Email {
    /// Its `Message-ID`, in angle brackets: the same for the same intent and sender, so that one
    /// message seen twice is known to be one.
    #[must_use]
    pub fn message_id(&self) -> String {
        thread::message_id(self.id, &self.from)
    }

    /// The email's words as the reader sees them, without tables.
    #[must_use]
    pub fn words(&self) -> String {
        let mut words = vec![self.subject.clone()];
        words.extend(self.body.iter().filter_map(|block| match block {
            Block::Paragraph(text) => Some(text.clone()),
            Block::Table(_) => None,
        }));
        words.extend(self.opt_out.as_ref().map(OptOut::sentence));
        words.push(self.footer.clone());
        words.join("\n\n")
    }

    /// `In-Reply-To`: the previous email of the conversation, or its root.
    #[must_use]
    pub fn in_reply_to(&self) -> String {
        self.thread.in_reply_to(&self.from)
    }

    /// `References`: the root, then the previous email.
    #[must_use]
    pub fn references(&self) -> Vec<String> {
        self.thread.references(&self.from)
    }
}

impl Leaves for Email {
    fn account(&self) -> AccountId {
        self.account
    }

    fn act(&self) -> Act<'_> {
        Act::Email { to: &self.to.address, purpose: self.kind.purpose() }
    }

    fn claim(&self) -> Option<Claim<'_>> {
        self.asked.as_ref().map(|asked| Claim { amount: asked.amount, invoices: &asked.invoices })
    }

    fn carries(&self, text: &str) -> bool {
        holds(&self.words(), text)
    }

    fn overshadows(&self) -> Option<bool> {
        Some(overshadows(&self.words()))
    }

    fn approval(&self) -> Option<&Approval> {
        self.approval.as_ref()
    }
}

/// Without control characters, runs of white space made one.
fn one_line(text: &str) -> String {
    text.split(|c: char| c.is_whitespace() || c.is_control())
        .filter(|word| !word.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

#[cfg(test)]
mod tests;
