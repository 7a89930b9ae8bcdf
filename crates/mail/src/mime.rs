//! An email as bytes: a plain and an HTML part, then the attachments. The same email at the same
//! moment gives the same bytes, boundaries included.

use std::time::SystemTime;

use chrono::{DateTime, Utc};
use domain::email::{Attachment, Email, Mailbox, OptOut};
use lettre::Message;
use lettre::message::header::{ContentTransferEncoding, ContentType, HeaderName, HeaderValue};
use lettre::message::{Attachment as Part, Body, MultiPart, SinglePart};

use crate::{html, plain};

/// Why an email can't be put into bytes.
#[derive(Debug, thiserror::Error)]
pub(crate) enum MimeError {
    /// An address that passed the first look but not the mail library's.
    #[error("{0} is not an address the mail system takes; correct it")]
    Address(String),
    /// An attachment's media type.
    #[error("the attachment {name} has the media type \"{media_type}\", which is none; attach it again")]
    MediaType {
        /// File name.
        name: String,
        /// As given.
        media_type: String,
    },
    /// The library refused; names no more than it says.
    #[error("the email can't be written: {0}")]
    Build(#[from] lettre::error::Error),
}

/// What the specialist sees before it is sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Preview {
    /// Subject line.
    pub subject: String,
    /// The plain part.
    pub plain: String,
    /// The HTML part, as sent: a whole page with inline styles.
    pub html: String,
    /// The same content without a page around it and without styles, for a window whose content
    /// security policy admits no inline styles. Escaped; holds no script, image or form.
    pub fragment: String,
}

/// Shows an email without sending it.
#[must_use]
pub fn preview(email: &Email) -> Preview {
    Preview {
        subject: email.subject.clone(),
        plain: plain::render(email),
        html: html::page(email),
        fragment: html::fragment(email),
    }
}

/// The bytes that go onto the wire. Private to this crate: only a cleared email gets here.
pub(crate) fn render(email: &Email, now: DateTime<Utc>) -> Result<Vec<u8>, MimeError> {
    let id = email.id.0.simple();
    let alternative = MultiPart::alternative()
        .boundary(format!("text-{id}"))
        .singlepart(SinglePart::plain(plain::render(email)))
        .singlepart(SinglePart::html(html::page(email)));
    let body = if email.attachments.is_empty() {
        alternative
    } else {
        let mut mixed = MultiPart::mixed().boundary(format!("part-{id}")).multipart(alternative);
        for one in &email.attachments {
            mixed = mixed.singlepart(attached(one)?);
        }
        mixed
    };
    let mut builder = Message::builder()
        .date(SystemTime::from(now))
        .from(mailbox(&email.from)?)
        .to(mailbox(&email.to)?)
        .subject(email.subject.as_str())
        .message_id(Some(email.message_id()))
        .in_reply_to(email.in_reply_to())
        .references(email.references().join(" "));
    if let Some(reply_to) = &email.reply_to {
        builder = builder.reply_to(mailbox(reply_to)?);
    }
    if let Some(opt_out) = &email.opt_out {
        builder = builder
            .raw_header(HeaderValue::new(HeaderName::new_from_ascii_str("List-Unsubscribe"), unsubscribe(opt_out)));
    }
    Ok(builder.multipart(body)?.formatted())
}

fn attached(one: &Attachment) -> Result<SinglePart, MimeError> {
    let media_type = ContentType::parse(&one.media_type)
        .map_err(|_| MimeError::MediaType { name: one.name.clone(), media_type: one.media_type.clone() })?;
    // Base64 whatever it holds: a text encoding may change line ends, and a signature with them.
    let body = Body::new_with_encoding(one.bytes.clone(), ContentTransferEncoding::Base64).unwrap_or_else(Body::new);
    let name: String = one.name.chars().map(|c| if c.is_control() || "/\\\"".contains(c) { '_' } else { c }).collect();
    Ok(Part::new(name).body(body, media_type))
}

/// The mail library's form of an address.
pub(crate) fn mailbox(mailbox: &Mailbox) -> Result<lettre::message::Mailbox, MimeError> {
    let address = mailbox.address.parse().map_err(|_| MimeError::Address(mailbox.address.clone()))?;
    // The library panics on a control character in a name.
    let name: String = mailbox.name.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    let name = Some(name.trim().to_owned()).filter(|name| !name.is_empty());
    Ok(lettre::message::Mailbox::new(name, address))
}

/// RFC 2369: what mail programs turn into a button.
fn unsubscribe(opt_out: &OptOut) -> String {
    let mut ways = vec![format!("<mailto:{}?subject=UNSUBSCRIBE>", html::mailto(&opt_out.address.address))];
    ways.extend(opt_out.link.as_deref().filter(|link| html::is_web(link)).map(|link| format!("<{link}>")));
    ways.join(", ")
}
