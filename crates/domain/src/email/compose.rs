//! From an account's facts and a template to an email. Required texts are put in even where the
//! template forgot their place: an editor can move them and can't lose them.

use super::{Asked, Attachment, Block, Email, Mailbox, OPT_OUT, OptOut, Thread, one_line, tables};
use crate::account::Mode;
use crate::compliance::Approval;
use crate::facts::Facts;
use crate::ids::OutboxId;
use crate::money::Currency;
use crate::outbox::Channel;
use crate::template::{self, Kind, Occasion, Part, Template, TemplateError};

/// How an email is delivered: everything that is neither words nor figures.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivery {
    /// The outbox intent it comes from.
    pub id: OutboxId,
    /// Who writes.
    pub from: Mailbox,
    /// The address written to, as the intent says; the customer's name is added.
    pub to: String,
    /// Where answers go, if not to the writer.
    pub reply_to: Option<Mailbox>,
    /// The last email that left in the same conversation, if there was one.
    pub previous: Option<OutboxId>,
    /// How the reader ends these emails.
    pub opt_out: Option<OptOut>,
    /// Files that go along.
    pub attachments: Vec<Attachment>,
    /// A supervisor's approval of this email.
    pub approval: Option<Approval>,
}

/// Why an email can't be written.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ComposeError {
    /// The text can't be filled.
    #[error("account {account}: the text \"{template}\" can't be used: {source}")]
    Template {
        /// Account number.
        account: String,
        /// The template's name.
        template: String,
        /// What is wrong with it.
        source: TemplateError,
    },
    /// The template is for another channel, kind or mode.
    #[error(
        "account {account}: the text \"{template}\" is not an email of the kind \"{wanted}\" {mode}; choose another text"
    )]
    WrongTemplate {
        /// Account number.
        account: String,
        /// The template's name.
        template: String,
        /// The kind's key.
        wanted: &'static str,
        /// In whose name it must speak.
        mode: &'static str,
    },
    /// The intent's address can't be written to.
    #[error("account {account}: {source}")]
    Address {
        /// Account number.
        account: String,
        /// What is wrong with it.
        source: super::NotAnAddress,
    },
    /// Nothing to ask for.
    #[error("account {0}: nothing is due that this email could ask for; it is not written")]
    NothingDue(String),
    /// More than one currency is due: one email asks for one.
    #[error("account {account}: {first} and {second} are due; write one email for each, choosing the invoices")]
    TwoCurrencies {
        /// Account number.
        account: String,
        /// One.
        first: Currency,
        /// Another.
        second: Currency,
    },
    /// The text names a table that would have no rows.
    #[error(
        "account {account}: the text \"{template}\" wants a schedule, and no arrangement was given; choose another text"
    )]
    NoSchedule {
        /// Account number.
        account: String,
        /// The template's name.
        template: String,
    },
    /// The text says that a form is attached.
    #[error("account {0}: the authorization form is missing; attach it before sending the enrollment email")]
    NoForm(String),
    /// No subject line is left after filling.
    #[error("account {account}: the text \"{template}\" gives an empty subject; write one")]
    NoSubject {
        /// Account number.
        account: String,
        /// The template's name.
        template: String,
    },
}

const INVOICES: &str = "invoice_table";
const SCHEDULE: &str = "schedule_table";

/// Writes an email. A text of a kind that asks for payment is not written over nothing, and an
/// enrollment email not without its form.
pub fn compose(
    facts: &Facts,
    text: &Template,
    occasion: &Occasion<'_>,
    delivery: Delivery,
) -> Result<Email, ComposeError> {
    let account = || facts.account.reference.clone();
    // The opt-out has its own place at the end; among the disclosures it would stand there twice.
    let elsewhere: Vec<String> =
        occasion.required.iter().filter(|id| delivery.opt_out.is_none() || *id != OPT_OUT).cloned().collect();
    let occasion = &Occasion { required: &elsewhere, ..*occasion };
    fits(text, occasion, facts)?;
    let to = Mailbox::new(&facts.customer.name, &delivery.to)
        .map_err(|source| ComposeError::Address { account: account(), source })?;
    if occasion.kind == Kind::AchEnrollment && delivery.attachments.is_empty() {
        return Err(ComposeError::NoForm(account()));
    }
    let asked = asked(facts, occasion)?;
    let wrong = |source| ComposeError::Template { account: account(), template: text.name.clone(), source };
    text.check().map_err(wrong)?;
    let values = template::values(facts, occasion);
    let subject = one_line(&template::fill(&text.subject, &values).map_err(wrong)?);
    if subject.is_empty() {
        return Err(ComposeError::NoSubject { account: account(), template: text.name.clone() });
    }
    let mut body = Vec::new();
    for part in template::parts(&text.body, &[INVOICES, SCHEDULE], &values).map_err(wrong)? {
        match part {
            Part::Paragraph(words) => body.push(Block::Paragraph(words)),
            Part::Block(name) if name == SCHEDULE => {
                let table = occasion.arrangement.and_then(tables::schedule);
                body.push(Block::Table(
                    table
                        .ok_or_else(|| ComposeError::NoSchedule { account: account(), template: text.name.clone() })?,
                ));
            }
            Part::Block(_) => {
                let items = occasion.items(facts);
                if !items.is_empty() {
                    body.push(Block::Table(tables::invoices(&items, &occasion.sums(facts))));
                }
            }
        }
    }
    let mut email = Email {
        id: delivery.id,
        account: facts.account.id,
        kind: occasion.kind,
        from: delivery.from,
        to,
        reply_to: delivery.reply_to,
        subject,
        body,
        attachments: delivery.attachments,
        thread: thread(facts, occasion).after(delivery.previous),
        opt_out: delivery.opt_out,
        footer: occasion.letterhead.footer.trim().to_owned(),
        asked,
        approval: delivery.approval,
    };
    put_in_required(&mut email, facts, occasion);
    Ok(email)
}

fn fits(text: &Template, occasion: &Occasion<'_>, facts: &Facts) -> Result<(), ComposeError> {
    let wanted = occasion.kind.key();
    if text.channel == Channel::Email && text.key == wanted && text.mode == facts.account.mode {
        return Ok(());
    }
    Err(ComposeError::WrongTemplate {
        account: facts.account.reference.clone(),
        template: text.name.clone(),
        wanted,
        mode: match facts.account.mode {
            Mode::FirstParty => "in the creditor's own name",
            Mode::ThirdParty => "in a debt collector's name",
        },
    })
}

fn asked(facts: &Facts, occasion: &Occasion<'_>) -> Result<Option<Asked>, ComposeError> {
    if !occasion.kind.asks_for_payment() {
        return Ok(None);
    }
    match occasion.sums(facts).as_slice() {
        [] => Err(ComposeError::NothingDue(facts.account.reference.clone())),
        [sum] => Ok(Some(Asked {
            amount: sum.due(),
            invoices: occasion
                .items(facts)
                .iter()
                .filter(|item| item.invoice.amount.currency == sum.currency)
                .map(|item| item.invoice.id)
                .collect(),
        })),
        [first, second, ..] => Err(ComposeError::TwoCurrencies {
            account: facts.account.reference.clone(),
            first: first.currency,
            second: second.currency,
        }),
    }
}

fn thread(facts: &Facts, occasion: &Occasion<'_>) -> Thread {
    match occasion.arrangement {
        Some(arrangement) => Thread::of_arrangement(facts.account.id, arrangement.id),
        None => Thread::of_account(facts.account.id),
    }
}

/// Adds the required texts that the words don't hold yet.
fn put_in_required(email: &mut Email, facts: &Facts, occasion: &Occasion<'_>) {
    for id in occasion.required_ids(facts) {
        let missing = template::required_text(&id).filter(|_| !template::holds(&email.words(), &id));
        email.body.extend(missing.map(|text| Block::Paragraph(text.to_owned())));
    }
}
