//! Making a letter of a template and the facts of an account, or of several of one customer.

use std::fmt::Write;
use std::sync::Arc;

use chrono::NaiveDate;

use super::{AccountShare, Coupon, Envelope, Imb, Letter, Letterhead, LineItem, Notice, Part, ScheduleLine, Total};
use crate::account::{Address, Mode};
use crate::compliance::Approval;
use crate::facts::Facts;
use crate::ids::OutboxId;
use crate::money::{Currency, Money};
use crate::outbox::Channel;
use crate::template::{self, About, Kind, Occasion, Template, TemplateError};

/// Why a letter can't be written.
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
    #[error("account {account}: the text \"{template}\" is {is}, and {wanted} is wanted; choose another text")]
    WrongTemplate {
        /// Account number.
        account: String,
        /// The template's name.
        template: String,
        /// What it is for.
        is: String,
        /// What is wanted.
        wanted: String,
    },
    /// Nothing to ask for.
    #[error("account {0}: nothing is due that this letter could ask for; it is not written")]
    NothingDue(String),
    /// A validation notice's figures do not add up.
    #[error(
        "account {0}: what was owed, paid and credited does not add up to what is owed now, or a part is disputed; \
         itemize this debt by hand"
    )]
    NoItemization(String),
    /// More than one currency is due: one letter asks for one.
    #[error("account {account}: {first} and {second} are due; write one letter for each currency")]
    TwoCurrencies {
        /// Account number.
        account: String,
        /// One.
        first: Currency,
        /// Another.
        second: Currency,
    },
    /// The address can't be mailed to.
    #[error("account {0}: the postal address lacks a street, city or ZIP; complete it first")]
    NoAddress(String),
    /// Two accounts that no letter may be about together.
    #[error("accounts {account} and {other} can't share a letter: {what} differs; write one for each")]
    Apart {
        /// Account number.
        account: String,
        /// Account number.
        other: String,
        /// What differs.
        what: &'static str,
    },
    /// The address has more lines than fit the window.
    #[error("account {account}: the address has {lines} lines and the window holds six; shorten it")]
    LongAddress {
        /// Account number.
        account: String,
        /// How many.
        lines: usize,
    },
}

/// How a letter is mailed.
#[derive(Clone, Debug)]
pub struct Mailing {
    /// The outbox intent it comes from.
    pub id: OutboxId,
    /// Who writes; the occasion's letterhead.
    pub sender: Arc<Letterhead>,
    /// In which envelope.
    pub envelope: Envelope,
    /// Barcode, if the mailer id is set up.
    pub imb: Option<Imb>,
    /// First printed on that day.
    pub reprint_of: Option<NaiveDate>,
    /// A supervisor's approval.
    pub approval: Option<Approval>,
}

/// Writes a letter. A text of a kind that asks for payment is not written over nothing.
pub fn compose(
    facts: &Facts,
    template: &Template,
    occasion: &Occasion<'_>,
    mailing: Mailing,
) -> Result<Letter, ComposeError> {
    write((facts, occasion), &[], template, mailing)
}

/// Writes a letter about an account, and others of its customer where it is about several.
pub(super) fn write(
    lead: About<'_>,
    others: &[About<'_>],
    template: &Template,
    mailing: Mailing,
) -> Result<Letter, ComposeError> {
    let (facts, occasion) = lead;
    let accounts: Vec<About<'_>> = std::iter::once(lead).chain(others.iter().copied()).collect();
    let account = &facts.account.reference;
    fits(template, occasion, facts)?;
    let sums = template::sums_of_all(&accounts);
    if let ([first, second, ..], true) = (sums.as_slice(), occasion.kind.asks_for_payment()) {
        return Err(ComposeError::TwoCurrencies {
            account: account.clone(),
            first: first.currency,
            second: second.currency,
        });
    }
    if occasion.kind.asks_for_payment() {
        let nothing = accounts.iter().find(|(facts, occasion)| occasion.sums(facts).is_empty());
        if let Some((facts, _)) = nothing {
            return Err(ComposeError::NothingDue(facts.account.reference.clone()));
        }
    }
    let wrong = |source| ComposeError::Template { account: account.clone(), template: template.name.clone(), source };
    template.check().map_err(wrong)?;
    let values = template::values_of_all(lead, others);
    let words = |text: &str| if others.is_empty() { text.to_owned() } else { template::plural(text) };
    let subject = template::fill(&words(&template.subject), &values).map_err(wrong)?;
    let mut body = body(&words(&template.body), &values).map_err(wrong)?;
    disclose(&mut body, &template::required_of_all(&accounts));
    let items: Vec<LineItem> = accounts
        .iter()
        .enumerate()
        .flat_map(|(place, (facts, occasion))| occasion.items(facts).into_iter().map(move |item| (place, item)))
        .filter(|(_, item)| sums.iter().any(|sum| sum.currency == item.invoice.amount.currency))
        .map(|(account, item)| LineItem {
            account,
            invoice: item.invoice.id,
            number: item.invoice.number.clone(),
            date: item.invoice.date,
            due: item.invoice.due,
            amount: item.invoice.amount,
            open: Money::new(item.open - item.disputed, item.invoice.amount.currency),
            days_past_due: item.days_past_due,
        })
        .collect();
    let totals: Vec<Total> = sums
        .iter()
        .map(|sum| Total {
            currency: sum.currency,
            open: sum.open,
            disputed: sum.disputed,
            unapplied: sum.unapplied,
            due: sum.due().amount,
        })
        .collect();
    let schedule = occasion.arrangement.map_or_else(Vec::new, |arrangement| {
        arrangement.installments.iter().map(|one| ScheduleLine { due: one.due, amount: one.amount }).collect()
    });
    let pay_by = template.body.contains("{pay_by}").then(|| occasion.pay_by());
    let notice = match (occasion.kind, sums.as_slice()) {
        (Kind::ValidationNotice, [sum]) => {
            Some(Notice::of(facts, occasion, sum).ok_or_else(|| ComposeError::NoItemization(account.clone()))?)
        }
        _ => None,
    };
    let shares = if others.is_empty() { Vec::new() } else { shares(&accounts) };
    let has_coupon = occasion.kind.asks_for_payment() && notice.is_none();
    let coupon = has_coupon.then(|| coupon(facts, &shares, &totals, pay_by, mailing.id));
    Ok(Letter {
        id: mailing.id,
        account: facts.account.id,
        account_number: account.clone(),
        accounts: shares,
        customer_name: facts.customer.name.clone(),
        customer_kind: facts.customer.kind,
        creditor: facts.account.creditor.clone(),
        kind: occasion.kind,
        address: address_block(facts)?,
        zip: zip(&facts.customer.address),
        sender: mailing.sender,
        date: occasion.today,
        subject,
        body,
        claimed: items.iter().map(|item| item.invoice).collect(),
        items,
        totals,
        schedule,
        coupon,
        notice,
        envelope: mailing.envelope,
        imb: mailing.imb,
        reprint_of: mailing.reprint_of,
        approval: mailing.approval,
    })
}

fn fits(template: &Template, occasion: &Occasion<'_>, facts: &Facts) -> Result<(), ComposeError> {
    let wrong = |is: &str, wanted: &str| ComposeError::WrongTemplate {
        account: facts.account.reference.clone(),
        template: template.name.clone(),
        is: is.to_owned(),
        wanted: wanted.to_owned(),
    };
    let mode = |mode| match mode {
        Mode::FirstParty => "in the creditor's own name",
        Mode::ThirdParty => "in a debt collector's name",
    };
    if template.channel != Channel::Letter {
        return Err(wrong("for email", "one for letters"));
    }
    if template.key != occasion.kind.key() {
        return Err(wrong(&template.key, occasion.kind.key()));
    }
    if template.mode != facts.account.mode {
        return Err(wrong(mode(template.mode), mode(facts.account.mode)));
    }
    Ok(())
}

fn body(text: &str, values: &template::Values) -> Result<Vec<Part>, TemplateError> {
    let parts = template::parts(text, &["invoice_table", "schedule_table", "itemization_table"], values)?;
    Ok(parts
        .into_iter()
        .map(|part| match part {
            template::Part::Paragraph(text) => Part::Paragraph(text),
            template::Part::Block(name) if name == "schedule_table" => Part::ScheduleTable,
            template::Part::Block(name) if name == "itemization_table" => Part::Itemization,
            template::Part::Block(_) => Part::InvoiceTable,
        })
        .collect())
}

/// Puts in the required texts that the template left no place for, before the closing: an editor
/// can move them and can't lose them.
fn disclose(body: &mut Vec<Part>, ids: &[String]) {
    for id in ids {
        let carried = body.iter().any(|part| matches!(part, Part::Paragraph(text) if template::holds(text, id)));
        if let (false, Some(text)) = (carried, template::required_text(id)) {
            let closing = body.len().saturating_sub(1);
            body.insert(closing, Part::Paragraph(text.to_owned()));
        }
    }
}

/// What each of several accounts contributes; each has one sum, in the letter's one currency.
fn shares(accounts: &[About<'_>]) -> Vec<AccountShare> {
    accounts
        .iter()
        .flat_map(|(facts, occasion)| {
            occasion.sums(facts).into_iter().map(|sum| AccountShare {
                account: facts.account.id,
                number: facts.account.reference.clone(),
                due: sum.due(),
            })
        })
        .collect()
}

/// Shares that a code still holds at a readable size.
const CODED: usize = 8;

fn coupon(facts: &Facts, shares: &[AccountShare], totals: &[Total], pay_by: Option<NaiveDate>, id: OutboxId) -> Coupon {
    let amounts: Vec<Money> = totals.iter().map(|total| Money::new(total.due, total.currency)).collect();
    let mut qr = String::new();
    let mut say = |number: &str, amounts: &[Money]| {
        let star = if qr.is_empty() { "" } else { "*" };
        // Writing into a String can't fail.
        let _ = write!(qr, "{star}ACCT:{number}");
        for money in amounts {
            let _ = write!(qr, "*DUE:{}{}", money.currency, money.plain());
        }
    };
    if shares.is_empty() || shares.len() > CODED {
        say(&facts.account.reference, &amounts);
    } else {
        for share in shares {
            say(&share.number, &[share.due]);
        }
    }
    let _ = write!(qr, "*LTR:{:X}", id.0.simple());
    Coupon { amounts, pay_by, qr }
}

/// The address block: name, street lines, city line, country for mail abroad.
fn address_block(facts: &Facts) -> Result<Vec<String>, ComposeError> {
    let account = &facts.account.reference;
    let address = &facts.customer.address;
    if !address.is_mailable() {
        return Err(ComposeError::NoAddress(account.clone()));
    }
    let mut lines = vec![facts.customer.name.trim().to_owned()];
    lines.extend(address.lines.iter().map(|line| line.trim()).filter(|line| !line.is_empty()).map(str::to_owned));
    let mut city = address.city.trim().to_owned();
    for part in [address.state.trim(), address.zip.trim()] {
        if !part.is_empty() {
            city.push(' ');
            city.push_str(part);
        }
    }
    lines.push(city);
    if is_abroad(address) {
        lines.push(country(&address.country));
    }
    if lines.len() > 6 {
        return Err(ComposeError::LongAddress { account: account.clone(), lines: lines.len() });
    }
    Ok(lines)
}

fn is_abroad(address: &Address) -> bool {
    !matches!(address.country.to_uppercase().as_str(), "" | "US" | "USA")
}

/// The country's English name, as USPS asks for; a code nobody listed stays as it is.
fn country(code: &str) -> String {
    match code.to_uppercase().as_str() {
        "CA" => "CANADA",
        "MX" => "MEXICO",
        "GB" => "UNITED KINGDOM",
        "DE" => "GERMANY",
        "FR" => "FRANCE",
        other => return other.to_owned(),
    }
    .to_owned()
}

fn zip(address: &Address) -> String {
    if is_abroad(address) { String::new() } else { address.zip.trim().to_owned() }
}
