//! What became of an email, and what stops a whole account.

use domain::outbox::Event;

use crate::account::SetupError;

/// What became of one email. Each maps onto one event of the outbox.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The server took it.
    Accepted {
        /// Its `Message-ID`.
        message_id: String,
        /// The server's words, often with its queue number.
        reply: String,
    },
    /// Certainly not taken; worth another try by itself.
    Deferred {
        /// The server's words, or what happened to the connection.
        why: String,
    },
    /// Certainly not taken, and it won't be.
    Rejected {
        /// The server's words.
        why: String,
    },
    /// The connection broke after the whole message was handed over: nobody knows. A person must
    /// decide; sending again could send twice.
    Lost {
        /// What happened to the connection.
        why: String,
    },
}

impl Outcome {
    /// What the outbox is told.
    #[must_use]
    pub fn event(&self) -> Event {
        match self {
            Self::Accepted { .. } => Event::Accepted,
            Self::Deferred { why } => Event::Deferred(why.clone()),
            Self::Rejected { why } => Event::Rejected(why.clone()),
            Self::Lost { why } => Event::Lost(why.clone()),
        }
    }
}

/// What is wrong with the account or the way to it. No email left; the queue waits until it is
/// mended, and no single email is to blame.
#[derive(Debug, thiserror::Error)]
pub enum Trouble {
    /// The settings can't work.
    #[error(transparent)]
    Setup(#[from] SetupError),
    /// Not reachable.
    #[error("{host} port {port} can't be reached ({why}); check the network, the server name and the port")]
    NoConnection {
        /// Server.
        host: String,
        /// Port.
        port: u16,
        /// What happened.
        why: String,
    },
    /// Reached, but it takes nothing now.
    #[error("{host} takes no mail for the moment: {reply}")]
    Busy {
        /// Server.
        host: String,
        /// Its words.
        reply: String,
    },
    /// The connection can't be trusted.
    #[error("the certificate of {host} can't be trusted: {what}; {remedy}")]
    Certificate {
        /// Server.
        host: String,
        /// What is wrong with it.
        what: String,
        /// What to do.
        remedy: &'static str,
    },
    /// It doesn't speak TLS here.
    #[error("{host} port {port} doesn't answer with {wanted}: {why}; {remedy}")]
    NoEncryption {
        /// Server.
        host: String,
        /// Port.
        port: u16,
        /// `TLS` or `STARTTLS`.
        wanted: &'static str,
        /// What happened.
        why: String,
        /// What to do.
        remedy: &'static str,
    },
    /// User name or password.
    #[error("{host} refused the password of {user}: {reply}; {remedy}")]
    PasswordRefused {
        /// Server.
        host: String,
        /// User.
        user: String,
        /// Its words.
        reply: String,
        /// What to do.
        remedy: &'static str,
    },
    /// The server offers no way of signing in that we know.
    #[error(
        "{host} doesn't offer to sign in by {wanted}; choose the other way of signing in, or ask its administrator"
    )]
    NoMethod {
        /// Server.
        host: String,
        /// `password` or `token (XOAUTH2)`.
        wanted: &'static str,
    },
    /// The token no longer works.
    #[error("the permission of {user} with {provider} has ended ({why}); sign in again")]
    SignInAgain {
        /// User.
        user: String,
        /// Provider.
        provider: String,
        /// Its words.
        why: String,
    },
    /// No token now, for no fault of ours.
    #[error("{provider} gave no access token ({why}); it is tried again")]
    NoToken {
        /// Provider.
        provider: String,
        /// What happened.
        why: String,
    },
    /// The account may not send as that address.
    #[error(
        "{host} refused the sender {from}: {reply}; use the account's own address, or ask for the right to send as this one"
    )]
    SenderRefused {
        /// Server.
        host: String,
        /// The address.
        from: String,
        /// Its words.
        reply: String,
    },
}

impl Trouble {
    /// Goes away by itself: the email is merely put off.
    #[must_use]
    pub fn passes(&self) -> bool {
        matches!(self, Self::NoConnection { .. } | Self::Busy { .. } | Self::NoToken { .. })
    }

    /// What the outbox is told of an email that was about to leave: it did not.
    #[must_use]
    pub fn event(&self) -> Event {
        Event::Deferred(self.to_string())
    }

    /// A stable word on which the window acts.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Setup(_) => "mail_setup",
            Self::NoConnection { .. } => "mail_unreachable",
            Self::Busy { .. } => "mail_busy",
            Self::Certificate { .. } => "mail_certificate",
            Self::NoEncryption { .. } => "mail_encryption",
            Self::PasswordRefused { .. } => "mail_password",
            Self::NoMethod { .. } => "mail_method",
            Self::SignInAgain { .. } => "mail_sign_in_again",
            Self::NoToken { .. } => "mail_no_token",
            Self::SenderRefused { .. } => "mail_sender",
        }
    }
}
