//! One message over an open connection, one command at a time, so that the phase of a failure is
//! certain: before the final dot nothing was taken (RFC 5321, 4.1.1.4); once the dot may have left,
//! only the server's answer can tell.

use std::cell::Cell;
use std::time::Duration;

use lettre::Address;
use lettre::transport::smtp::Error;
use lettre::transport::smtp::client::SmtpConnection;
use lettre::transport::smtp::commands::{Data, Mail, Rcpt, Rset};
use lettre::transport::smtp::extension::{Extension, MailParameter};
use lettre::transport::smtp::response::{Response, Severity};

use crate::account::Timeouts;
use crate::tls::io_kind;

/// What came of it.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// Taken, with the server's words.
    Accepted(String),
    /// Not taken, for now.
    Deferred(String),
    /// Not taken, ever.
    Rejected(String),
    /// Nobody knows.
    Lost(String),
    /// The sender is refused: no message of this account would be taken.
    SenderRefused(String),
    /// The connection was dead before anything was said on it.
    Stale(String),
}

/// A message is written in pieces this large, so that a break amid a large one is noticed amid it.
const PIECE: usize = 64 * 1024;

/// How long a server that broke off amid the message is listened to for its reason.
const LAST_WORD: Duration = Duration::from_secs(2);

/// Delivers; the flag says whether the connection may be used again.
pub(crate) fn deliver(
    connection: &mut SmtpConnection,
    from: &Address,
    to: &Address,
    raw: &[u8],
    timeouts: Timeouts,
) -> (Verdict, bool) {
    let verdict = envelope(connection, from, to).unwrap_or_else(|| body(connection, raw, timeouts));
    let reusable = match &verdict {
        Verdict::Accepted(_) => true,
        Verdict::Lost(_) | Verdict::Stale(_) => false,
        Verdict::Deferred(_) | Verdict::Rejected(_) | Verdict::SenderRefused(_) => {
            !connection.has_broken() && connection.command(Rset).is_ok()
        }
    };
    if !reusable {
        hang_up(connection);
    }
    (verdict, reusable)
}

/// Sender, recipient and the go-ahead for the message; a verdict if one of them failed.
fn envelope(connection: &mut SmtpConnection, from: &Address, to: &Address) -> Option<Verdict> {
    let mut parameters = vec![];
    if ![from, to].into_iter().all(|one| AsRef::<str>::as_ref(one).is_ascii()) {
        if !connection.server_info().supports_feature(Extension::SmtpUtfEight) {
            return Some(Verdict::Rejected(format!(
                "the server takes no addresses with letters beyond ASCII, such as {to}"
            )));
        }
        parameters.push(MailParameter::SmtpUtfEight);
    }
    if let Err(error) = connection.command(Mail::new(Some(from.clone()), parameters)) {
        let why = words(&error);
        return Some(match code(&error) {
            None => Verdict::Stale(why),
            // Too large, or a parameter: this message's own fault.
            Some(552 | 555) => Verdict::Rejected(why),
            Some(code) if code >= 500 => Verdict::SenderRefused(why),
            Some(_) => Verdict::Deferred(why),
        });
    }
    if let Err(error) = connection.command(Rcpt::new(to.clone(), vec![])) {
        return Some(before_dot(connection, &error));
    }
    match connection.command(Data) {
        Ok(response) if response.has_code(354) => None,
        Ok(response) => {
            hang_up(connection);
            Some(Verdict::Deferred(format!("the server did not ask for the message but said {}", said(&response))))
        }
        Err(error) => Some(before_dot(connection, &error)),
    }
}

fn body(connection: &mut SmtpConnection, raw: &[u8], timeouts: Timeouts) -> Verdict {
    // A connection whose timeout can't be set is still one that delivers.
    let _ = connection.set_timeout(Some(timeouts.accept()));
    let whole = Cell::new(false);
    let result = if let Some(stuffed) = one_write(raw) {
        whole.set(true);
        connection.command(stuffed)
    } else {
        let mut pieces = raw.chunks(PIECE);
        connection.message_iter(std::iter::from_fn(|| {
            let piece = pieces.next();
            // The dot is written only after this says that nothing is left.
            whole.set(piece.is_none());
            piece
        }))
    };
    let verdict = match result {
        Ok(response) if response.code().severity == Severity::PositiveCompletion => Verdict::Accepted(said(&response)),
        Ok(response) => Verdict::Lost(format!("the server's answer makes no sense: {}", said(&response))),
        Err(error) if code(&error).is_some() || !whole.get() => before_dot(connection, &error),
        Err(error) => Verdict::Lost(format!(
            "the connection broke before the server said whether it took the message ({})",
            words(&error)
        )),
    };
    let _ = connection.set_timeout(Some(timeouts.answer()));
    verdict
}

/// A small message with its final dot, for one write: the library writes the dot apart, and then
/// Nagle's algorithm and the server's delayed acknowledgement wait for one another, 40 ms an email.
/// Dots at the start of a line are doubled (RFC 5321, 4.5.2).
fn one_write(raw: &[u8]) -> Option<String> {
    let text = std::str::from_utf8(raw).ok().filter(|text| text.len() <= PIECE)?;
    let mut stuffed = String::with_capacity(text.len() + 64);
    for line in text.split_inclusive("\r\n") {
        if line.starts_with('.') {
            stuffed.push('.');
        }
        stuffed.push_str(line);
    }
    if !stuffed.ends_with("\r\n") {
        stuffed.push_str("\r\n");
    }
    stuffed.push_str(".\r\n");
    Some(stuffed)
}

/// A failure after which the message certainly was not taken.
fn before_dot(connection: &mut SmtpConnection, error: &Error) -> Verdict {
    let refused = |code: u16, why: String| {
        if code >= 500 { Verdict::Rejected(why) } else { Verdict::Deferred(why) }
    };
    if let Some(code) = code(error) {
        return refused(code, words(error));
    }
    // A server that breaks off mostly says why first.
    let _ = connection.set_timeout(Some(LAST_WORD));
    match connection.read_response() {
        Err(last) if code(&last).is_some() => {
            let verdict = refused(code(&last).unwrap_or_default(), words(&last));
            hang_up(connection);
            verdict
        }
        _ => {
            hang_up(connection);
            Verdict::Deferred(format!("the connection broke: {}", words(error)))
        }
    }
}

/// Gives a connection up. The library says QUIT first and waits for its answer: not for long.
pub(crate) fn hang_up(connection: &mut SmtpConnection) {
    let _ = connection.set_timeout(Some(LAST_WORD));
    connection.abort();
}

/// The three digits of a refusal.
pub(crate) fn code(error: &Error) -> Option<u16> {
    error.status().map(u16::from)
}

/// An error in the server's words, or the network's.
pub(crate) fn words(error: &Error) -> String {
    let inside = std::error::Error::source(error).map(ToString::to_string);
    if let Some(code) = error.status() {
        return format!("{code} {}", inside.unwrap_or_default()).trim_end().to_owned();
    }
    match io_kind(error) {
        // Unix says "would block" where Windows says "timed out".
        Some(std::io::ErrorKind::WouldBlock | std::io::ErrorKind::TimedOut) => {
            "the server did not answer in time".to_owned()
        }
        _ if error.is_response() && inside.as_deref() == Some("incomplete response") => "the server hung up".to_owned(),
        _ => inside.unwrap_or_else(|| error.to_string()),
    }
}

/// A reply with its code.
pub(crate) fn said(response: &Response) -> String {
    let words: Vec<&str> = response.message().collect();
    format!("{} {}", response.code(), words.join(" ")).trim_end().to_owned()
}
