//! From an intent to the letter or email itself, on fresh facts. Nothing here clears or sends.

use std::sync::Arc;

use chrono::{DateTime, NaiveDate, Utc};
use contract::{ApiError, ErrorCode};
use domain::account::Mode;
use domain::arrangement::Arrangement;
use domain::compliance::required_texts;
use domain::compliance::{Act, Purpose};
use domain::contact::Medium;
use domain::email::{self, Attachment, Delivery, Email, Mailbox, OptOut};
use domain::facts::Facts;
use domain::ids::{InvoiceId, OutboxId};
use domain::letter::{self, Imb, Letter, Letterhead, Mailing, Share};
use domain::money::Currency;
use domain::outbox::{Channel, Intent, State};
use domain::policy::Policy;
use domain::template::{Kind, Occasion};
use letters::{Enrollment, Style};
use store::Store;

use crate::joint::Part;
use crate::settings::Settings;
use crate::templates;

/// What every letter and email of a moment share.
pub struct Desktop<'a> {
    /// For texts.
    pub store: &'a Store,
    /// Who writes and in which envelope.
    pub settings: &'a Settings,
    /// The letterhead, shared by a run's letters.
    pub sender: Arc<Letterhead>,
    /// The moment.
    pub now: DateTime<Utc>,
    /// From where email goes; none while no mail account is set up.
    pub from: Option<Mailbox>,
}

impl<'a> Desktop<'a> {
    /// For a store's settings at a moment.
    pub fn new(store: &'a Store, settings: &'a Settings, now: DateTime<Utc>, from: Option<Mailbox>) -> Self {
        Self { store, settings, sender: Arc::new(settings.letterhead.clone()), now, from }
    }
}

fn unusable(message: impl std::fmt::Display) -> ApiError {
    let text = message.to_string();
    let (what, remedy) = text.split_once("; ").map_or((text.as_str(), ""), |(what, remedy)| (what, remedy));
    let capital = |text: &str| {
        let mut letters = text.chars();
        letters.next().map_or_else(String::new, |first| first.to_uppercase().collect::<String>() + letters.as_str())
    };
    ApiError::new(
        ErrorCode::Invalid,
        format!("{}.", capital(what)),
        if remedy.is_empty() { String::new() } else { format!("{}.", capital(remedy)) },
    )
}

fn kind_of(intent: &Intent) -> Result<Kind, ApiError> {
    Kind::of_key(&intent.template).ok_or_else(|| {
        ApiError::new(
            ErrorCode::Invalid,
            format!("There is no kind of text \"{}\".", intent.template),
            "Take it back and choose another.",
        )
    })
}

/// What a text is about: the invoices its steps name, in one currency.
struct About {
    invoices: Vec<InvoiceId>,
    currency: Option<Currency>,
}

impl About {
    fn of(intent: &Intent, facts: &Facts) -> Self {
        let invoices: Vec<InvoiceId> = intent.steps.iter().filter_map(|step| step.invoice).collect();
        let currency = invoices.iter().find_map(|id| facts.invoice(*id)).map(|invoice| invoice.amount.currency);
        Self { invoices, currency }
    }
}

fn arrangement<'f>(intent: &Intent, facts: &'f Facts) -> Option<&'f Arrangement> {
    intent.arrangement.and_then(|id| facts.arrangements.iter().find(|one| one.id == id))
}

/// The currency with the largest sum, where a text can be about one only.
fn leading_currency(occasion: &Occasion<'_>, facts: &Facts) -> Option<Currency> {
    occasion.sums(facts).into_iter().max_by_key(|sum| sum.due().amount).map(|sum| sum.currency)
}

fn required(act: &Act<'_>, facts: &Facts, policy: &Policy, now: DateTime<Utc>) -> Vec<String> {
    required_texts(act, facts, policy, now).into_iter().map(|text| text.id().to_owned()).collect()
}

fn purpose(kind: Kind) -> Purpose {
    kind.purpose()
}

/// The day texts bear: the customer's date.
fn today(facts: &Facts, now: DateTime<Utc>) -> NaiveDate {
    domain::compliance::local_date(&facts.customer, now)
}

/// What a letter's occasion on an account borrows.
struct Ground<'f> {
    kind: Kind,
    facts: &'f Facts,
    about: About,
    arrangement: Option<&'f Arrangement>,
    needed: Vec<String>,
}

impl<'f> Ground<'f> {
    fn of(desk: &Desktop<'_>, facts: &'f Facts, policy: &Policy, intent: &Intent) -> Result<Self, ApiError> {
        let kind = kind_of(intent)?;
        Ok(Self {
            kind,
            facts,
            about: About::of(intent, facts),
            arrangement: arrangement(intent, facts),
            needed: required(&Act::Letter { purpose: purpose(kind) }, facts, policy, desk.now),
        })
    }

    fn occasion<'a>(&'a self, desk: &'a Desktop<'_>) -> Occasion<'a> {
        let mut occasion = Occasion::new(self.kind, today(self.facts, desk.now), &desk.sender);
        occasion.arrangement = self.arrangement;
        occasion.required = &self.needed;
        occasion.currency = self.about.currency;
        if !self.about.invoices.is_empty() {
            occasion.invoices = Some(&self.about.invoices);
        }
        if occasion.currency.is_none() {
            occasion.currency = leading_currency(&occasion, self.facts);
        }
        occasion
    }
}

fn mailing(
    desk: &Desktop<'_>,
    facts: &Facts,
    intent: &Intent,
    serial: Option<i64>,
    reprint_of: Option<NaiveDate>,
) -> Mailing {
    Mailing {
        id: intent.id,
        sender: Arc::clone(&desk.sender),
        envelope: desk.settings.envelope,
        imb: serial.and_then(|serial| imb(desk.settings, serial, &facts.customer.address.zip)),
        reprint_of,
        approval: facts.approval(Medium::Letter).cloned(),
    }
}

/// A letter for an intent. `serial` numbers its barcode.
pub fn letter(
    desk: &Desktop<'_>,
    facts: &Facts,
    policy: &Policy,
    intent: &Intent,
    serial: Option<i64>,
    reprint_of: Option<NaiveDate>,
) -> Result<Letter, ApiError> {
    desk.settings.ready_for_letters()?;
    let ground = Ground::of(desk, facts, policy, intent)?;
    let text = templates::text(desk.store, ground.kind, Channel::Letter, facts.account.mode)?;
    let mailing = mailing(desk, facts, intent, serial, reprint_of);
    letter::compose(facts, &text, &ground.occasion(desk), mailing).map_err(unusable)
}

/// One letter about several accounts of a customer, the leading one first: each account's share, to
/// be cleared on its own.
pub fn shares(
    desk: &Desktop<'_>,
    parts: &[Part],
    serial: Option<i64>,
    reprint_of: Option<NaiveDate>,
) -> Result<Vec<Share>, ApiError> {
    desk.settings.ready_for_letters()?;
    let grounds = parts
        .iter()
        .map(|part| Ground::of(desk, &part.facts, &part.policy, &part.intent))
        .collect::<Result<Vec<_>, ApiError>>()?;
    let occasions: Vec<Occasion<'_>> = grounds.iter().map(|ground| ground.occasion(desk)).collect();
    let all: Vec<(&Facts, &Occasion<'_>)> = parts.iter().map(|part| &part.facts).zip(&occasions).collect();
    let (Some(lead), Some((first, others))) = (parts.first(), all.split_first()) else {
        return Ok(Vec::new());
    };
    let kind = kind_of(&lead.intent)?;
    let text = templates::text(desk.store, kind, Channel::Letter, lead.facts.account.mode)?;
    let mailing = mailing(desk, &lead.facts, &lead.intent, serial, reprint_of);
    letter::compose_joint(*first, others, &text, mailing).map_err(unusable)
}

/// Barcode id 00, service type, mailer id, serial number; routed by the address' ZIP.
pub fn imb(settings: &Settings, serial: i64, zip: &str) -> Option<Imb> {
    let mailer = settings.mailer_id.as_str();
    if mailer.is_empty() {
        return None;
    }
    let width = 15 - mailer.len();
    let serial = serial.rem_euclid(10_i64.pow(u32::try_from(width).ok()?));
    let digits: String = zip.chars().filter(char::is_ascii_digit).collect();
    let routing = if [5, 9, 11].contains(&digits.len()) { digits } else { String::new() };
    Some(Imb { tracking: format!("00{}{mailer}{serial:0width$}", settings.service_type), routing })
}

/// An email for an intent.
pub fn email(desk: &Desktop<'_>, facts: &Facts, policy: &Policy, intent: &Intent) -> Result<Email, ApiError> {
    let kind = kind_of(intent)?;
    if kind == Kind::ValidationNotice {
        return Err(ApiError::new(
            ErrorCode::Refused,
            "A validation notice goes by letter: its form is sent back by mail.",
            "Queue it as a letter.",
        ));
    }
    let from = desk.from.clone().ok_or_else(|| {
        ApiError::new(ErrorCode::Invalid, "No mail account is set up.", "Set one up under Settings, Mail account.")
    })?;
    let to = intent.to.clone().ok_or_else(|| {
        ApiError::invalid(
            "to",
            format!("Account {} has no email address for this.", facts.account.reference),
            "Add one under Contacts.",
        )
    })?;
    let text = templates::text(desk.store, kind, Channel::Email, facts.account.mode)?;
    let about = About::of(intent, facts);
    let needed = required(&Act::Email { to: &to, purpose: purpose(kind) }, facts, policy, desk.now);
    let mut occasion = Occasion::new(kind, today(facts, desk.now), &desk.sender);
    occasion.arrangement = arrangement(intent, facts);
    occasion.required = &needed;
    occasion.currency = about.currency;
    if !about.invoices.is_empty() {
        occasion.invoices = Some(&about.invoices);
    }
    if occasion.currency.is_none() && kind.asks_for_payment() {
        occasion.currency = leading_currency(&occasion, facts);
    }
    let delivery = Delivery {
        id: intent.id,
        opt_out: Some(OptOut { address: from.clone(), link: None }),
        from,
        to,
        reply_to: None,
        previous: previous(facts, intent),
        attachments: if kind == Kind::AchEnrollment { vec![form(desk, facts)?] } else { Vec::new() },
        approval: facts.approval(Medium::Email).cloned(),
    };
    email::compose(facts, &text, &occasion, delivery).map_err(unusable)
}

/// The last email that left in the same conversation.
fn previous(facts: &Facts, intent: &Intent) -> Option<OutboxId> {
    facts
        .outbox
        .iter()
        .filter(|(other, state)| {
            other.channel == Channel::Email
                && other.id != intent.id
                && other.arrangement == intent.arrangement
                && matches!(state, State::Sent { .. })
        })
        .max_by_key(|(other, _)| other.decided)
        .map(|(other, _)| other.id)
}

/// The ACH authorization form.
fn form(desk: &Desktop<'_>, facts: &Facts) -> Result<Attachment, ApiError> {
    desk.settings.ready_for_letters()?;
    let creditor = if facts.account.mode == Mode::FirstParty || facts.account.creditor.is_empty() {
        desk.sender.name.as_str()
    } else {
        facts.account.creditor.as_str()
    };
    let enrollment = Enrollment {
        kind: facts.customer.kind,
        customer_name: &facts.customer.name,
        account_number: &facts.account.reference,
        creditor,
        sender: &desk.sender,
        company_id: &desk.settings.ach_company_id,
        date: today(facts, desk.now),
    };
    let bytes = letters::enrollment_form(&enrollment, Style::default()).map_err(unusable)?;
    Ok(Attachment { name: "ACH-authorization.pdf".to_owned(), media_type: "application/pdf".to_owned(), bytes })
}
