//! Sends cleared emails, and says exactly what became of each: accepted, put off, refused, or lost
//! on the way so that nobody knows.
//!
//! The blocking SMTP client is used one command at a time, so that the phase in which a connection
//! breaks is known: before the final dot nothing can have been accepted, after it everything may
//! have been. What this crate does *not* do: decide whether an email may leave (it takes only
//! [`Cleared`](domain::compliance::Cleared)), keep an outbox, or store secrets.

mod account;
mod check;
mod deliver;
mod html;
mod mime;
mod oauth;
mod outcome;
mod plain;
mod signin;
mod smtp;
mod tls;
mod transport;

pub use account::{Account, OAuthProvider, Secret, Security, SetupError, SignIn, Timeouts};
pub use check::{Report, Step, StepName, test_connection};
pub use mime::{Preview, preview};
pub use oauth::OAuthError;
pub use outcome::{Outcome, Trouble};
pub use secrecy::SecretString;
pub use signin::{BrowserSignIn, Granted, Loopback, NotSignedIn};
pub use smtp::Smtp;
pub use transport::{Memory, Sent, Transport, send};
