//! PDF pages as pictures for the window, and a made-up account on which a text can be looked at
//! before any real one is written to.

use std::sync::Arc;

use base64::Engine as _;
use chrono::{DateTime, Utc};
use contract::{ApiError, ErrorCode, PreviewView};
use domain::aging::open_items;
use domain::arrangement::{ArrangementKind, Frequency, Split, Terms, propose};
use domain::email::{self, Delivery, Mailbox, OptOut};
use domain::facts::Facts;
use domain::ids::{ArrangementId, IdSource as _, OutboxId};
use domain::letter::{self, Letterhead, Mailing};
use domain::outbox::{Channel, Intent};
use domain::policy::Policy;
use domain::template::{Kind, Occasion, Template};
use hayro::hayro_interpret::InterpreterSettings;
use hayro::hayro_syntax::Pdf;
use hayro::vello_cpu::color::palette::css::WHITE;
use hayro::{PixmapSettings, RenderCache, RenderSettings, render};
use letters::Style;

use crate::seams::TimeIds;
use crate::settings::Settings;

/// Pixels a point: 816 x 1056 for a US Letter page at 96 dots an inch, twice for sharp screens.
const SCALE: f32 = 2.0;

/// Pages shown of one letter at most.
const MOST: u32 = 12;

fn broken(why: &str) -> ApiError {
    ApiError::new(
        ErrorCode::Failed,
        format!("The pages can't be shown: {why}."),
        "Save the PDF and open it in your viewer.",
    )
}

/// Pages `first`.. as PNG.
pub fn range(pdf: Vec<u8>, first: u32, number: u32) -> Result<Vec<Vec<u8>>, ApiError> {
    let pdf = Pdf::new(pdf).map_err(|_| broken("the file is not a PDF"))?;
    let cache = RenderCache::new();
    let from = first.saturating_sub(1) as usize;
    pdf.pages()
        .iter()
        .skip(from)
        .take(number.min(MOST) as usize)
        .map(|page| {
            let look = PixmapSettings { x_scale: SCALE, y_scale: SCALE, bg_color: WHITE };
            render(page, &cache, &InterpreterSettings::default(), &RenderSettings::default(), &look)
                .into_png()
                .map_err(|error| broken(&error.to_string()))
        })
        .collect()
}

/// One page, and how many there are.
pub fn page(pdf: Vec<u8>, number: u32) -> Result<(Vec<u8>, u32), ApiError> {
    let pages = Pdf::new(pdf.clone()).map_err(|_| broken("the file is not a PDF"))?.pages().len();
    let png = range(pdf, number, 1)?.pop().ok_or_else(|| broken(&format!("there is no page {number}")))?;
    Ok((png, u32::try_from(pages).unwrap_or(u32::MAX)))
}

/// A letterhead for a preview before the real one is set up.
pub fn specimen_letterhead() -> Letterhead {
    Letterhead {
        name: "Your company".to_owned(),
        return_address: vec!["100 Main Street".to_owned(), "Springfield, IL 62701".to_owned()],
        phone: "555-0100".to_owned(),
        email: "billing@example.com".to_owned(),
        ..Letterhead::default()
    }
}

/// A made-up account that a text of this kind can be written about.
pub fn specimen(now: DateTime<Utc>, settings: &Settings, text: &Template) -> Result<(Facts, Intent), ApiError> {
    let today = now.date_naive();
    let mut batch = intake::sample::portfolio(7, 60, today);
    crate::import::adopt(&mut batch, settings);
    let mut facts = crate::day::facts_of(&batch)
        .into_iter()
        .find(|facts| {
            let items = open_items(facts, today);
            items.iter().filter(|item| item.days_past_due > 0 && item.disputed.is_zero()).count() >= 2
                && facts.customer.address.is_mailable()
        })
        .ok_or_else(|| broken("no made-up account fits this text"))?;
    let mut ids = TimeIds::at(now);
    let mut arrangement = None;
    if matches!(text.kind(), Some(Kind::ArrangementConfirmation | Kind::ArrangementBroken | Kind::PromiseReminder)) {
        let currency = facts.invoices[0].amount.currency;
        let terms = Terms {
            kind: ArrangementKind::Installments,
            currency,
            covers: None,
            down: rust_decimal::Decimal::ZERO,
            down_due: None,
            split: Split::Count { count: 3 },
            frequency: Frequency::Monthly,
            first_due: today + chrono::Days::new(10),
            approved_by: Some("Supervisor".to_owned()),
        };
        let proposal =
            propose(&terms, &facts, &Policy::standard().arrangement, 1, today).map_err(crate::errors::refused)?;
        let mut agreed = proposal.agree(ArrangementId(ids.fresh()), &facts, now, today);
        if text.kind() == Some(Kind::ArrangementBroken) {
            // Agreed a month ago, and nothing came since.
            let month = chrono::TimeDelta::days(30);
            agreed.agreed -= month;
            agreed.agreed_on -= month;
            for installment in &mut agreed.installments {
                installment.due -= month;
            }
            agreed.before = facts.payments.iter().map(|payment| payment.id).collect();
        }
        arrangement = Some(agreed.id);
        facts.arrangements.push(agreed);
    }
    let to = facts
        .customer
        .points
        .iter()
        .find(|point| point.kind == domain::account::PointKind::Email)
        .map(|point| point.value.clone());
    let intent = Intent {
        id: OutboxId(ids.fresh()),
        account: facts.account.id,
        channel: text.channel,
        template: text.key.clone(),
        run: None,
        arrangement,
        steps: Vec::new(),
        to: to.or_else(|| Some("customer@example.com".to_owned())),
        decided: now,
        actor: settings.user.clone(),
    };
    Ok((facts, intent))
}

/// The made-up account's letter or email. It is no real one: letters bear a SAMPLE mark.
pub fn specimen_view(
    facts: &Facts,
    intent: &Intent,
    text: &Template,
    settings: &Settings,
    head: Letterhead,
    now: DateTime<Utc>,
) -> Result<PreviewView, ApiError> {
    let wrong = |message: String| ApiError::invalid("body", format!("{message}."), "Correct the text.");
    let kind = text.kind().ok_or_else(|| wrong(format!("there is no kind of text \"{}\"", text.key)))?;
    let sender = Arc::new(head);
    let today = now.date_naive();
    let mut occasion = Occasion::new(kind, today, &sender);
    occasion.arrangement = intent.arrangement.and_then(|id| facts.arrangements.iter().find(|one| one.id == id));
    occasion.payment = facts.payments.last();
    occasion.currency = facts.invoices.first().map(|invoice| invoice.amount.currency);
    let mut view = PreviewView {
        pages: Vec::new(),
        subject: String::new(),
        plain: String::new(),
        html: String::new(),
        refusal: None,
    };
    match intent.channel {
        Channel::Letter => {
            let mailing = Mailing {
                id: intent.id,
                sender: Arc::clone(&sender),
                envelope: settings.envelope,
                imb: None,
                reprint_of: None,
                approval: None,
            };
            let letter = letter::compose(facts, text, &occasion, mailing).map_err(|error| wrong(error.to_string()))?;
            let pdf = letters::preview(&letter, Style::default()).map_err(|error| wrong(error.to_string()))?;
            view.pages =
                range(pdf, 1, MOST)?.iter().map(|png| base64::engine::general_purpose::STANDARD.encode(png)).collect();
        }
        Channel::Email => {
            let from = Mailbox::new(&sender.name, "billing@example.com").map_err(|error| wrong(error.to_string()))?;
            let form = domain::email::Attachment {
                name: "ACH-authorization.pdf".to_owned(),
                media_type: "application/pdf".to_owned(),
                bytes: Vec::new(),
            };
            let delivery = Delivery {
                id: intent.id,
                opt_out: Some(OptOut { address: from.clone(), link: None }),
                from,
                to: intent.to.clone().unwrap_or_default(),
                reply_to: None,
                previous: None,
                attachments: if kind == Kind::AchEnrollment { vec![form] } else { Vec::new() },
                approval: None,
            };
            let email = email::compose(facts, text, &occasion, delivery).map_err(|error| wrong(error.to_string()))?;
            let shown = mail::preview(&email);
            view.subject.clone_from(&email.subject);
            view.plain = shown.plain;
            view.html = shown.html;
        }
    }
    Ok(view)
}
