//! The SMTP transport: connects, encrypts, signs in, and keeps the connection for the next email.

use chrono::{DateTime, Utc};
use domain::email::Email;
use lettre::Address;
use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::client::{SmtpConnection, TlsParameters, TlsVersion};
use lettre::transport::smtp::commands::Auth;
use lettre::transport::smtp::extension::ClientId;
use secrecy::{ExposeSecret, SecretString};

use crate::account::{Account, Secret, Security, SetupError, SignIn};
use crate::deliver::{Verdict, code, deliver, hang_up, words};
use crate::mime;
use crate::oauth::{OAuthError, Tokens};
use crate::outcome::{Outcome, Trouble};
use crate::tls;

/// Messages after which a connection is given up for a fresh one: servers cap what one may carry.
const PER_CONNECTION: u32 = 100;

/// A mail server, with at most one open connection.
pub struct Smtp {
    account: Account,
    key: Key,
    open: Option<Open>,
}

struct Open {
    connection: SmtpConnection,
    sent: u32,
}

/// The account's secret in the form it is used.
enum Key {
    Password(SecretString),
    Tokens(Box<Tokens>),
}

impl std::fmt::Debug for Smtp {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Smtp({} port {})", self.account.host, self.account.port)
    }
}

impl Smtp {
    /// Checks the settings; connects when it must.
    pub fn new(account: Account, secret: Secret) -> Result<Self, SetupError> {
        account.check()?;
        let key = match (&account.sign_in, secret) {
            (SignIn::Password { .. }, Secret::Password(password)) => Key::Password(password),
            (SignIn::OAuth { provider, .. }, Secret::Refresh { token, client_secret }) => {
                Key::Tokens(Box::new(Tokens::new(provider.clone(), token, client_secret)?))
            }
            _ => return Err(SetupError::WrongSecret),
        };
        Ok(Self { account, key, open: None })
    }

    /// The account it sends from.
    #[must_use]
    pub fn account(&self) -> &Account {
        &self.account
    }

    /// A refresh token that replaces the stored one, once: providers rotate them, and the old one
    /// stops working.
    pub fn rotated(&mut self) -> Option<SecretString> {
        match &mut self.key {
            Key::Password(_) => None,
            Key::Tokens(tokens) => tokens.rotated(),
        }
    }

    /// Connected and signed in. Asked before an email is marked as leaving, so that a wrong password
    /// or a lost network never leaves one in doubt.
    pub fn ready(&mut self, now: DateTime<Utc>) -> Result<(), Trouble> {
        if self.open.as_ref().is_some_and(|open| open.sent >= PER_CONNECTION) {
            self.close();
        }
        if self.open.is_none() {
            let parameters = tls::parameters(&self.account, TlsVersion::Tlsv12)?;
            let mut connection = connect(&self.account, &parameters)?;
            self.sign_in(&mut connection, now)?;
            self.open = Some(Open { connection, sent: 0 });
        }
        Ok(())
    }

    /// Says goodbye. Dropping it hangs up as well, less politely.
    pub fn close(&mut self) {
        if let Some(mut open) = self.open.take() {
            // Whatever it answers, we are done.
            let _ = open.connection.quit();
        }
    }

    pub(crate) fn send(&mut self, email: &Email, now: DateTime<Utc>) -> Result<Outcome, Trouble> {
        let raw = match mime::render(email, now) {
            Ok(raw) => raw,
            Err(error) => {
                return Ok(Outcome::Rejected { why: error.to_string() });
            }
        };
        self.send_raw(&email.from.address, &email.to.address, &raw, &email.message_id(), now)
    }

    /// Sends bytes that are already a message: an email, or the account's test mail to itself.
    pub(crate) fn send_raw(
        &mut self,
        from: &str,
        to: &str,
        raw: &[u8],
        message_id: &str,
        now: DateTime<Utc>,
    ) -> Result<Outcome, Trouble> {
        let (from, to): (Address, Address) = match (from.parse(), to.parse()) {
            (Ok(from), Ok(to)) => (from, to),
            _ => {
                return Ok(Outcome::Rejected {
                    why: format!("{from} or {to} is not an address the mail system takes"),
                });
            }
        };
        let reused = self.open.as_ref().is_some_and(|open| open.sent > 0);
        let mut verdict = self.try_once(&from, &to, raw, now)?;
        if reused && matches!(verdict, Verdict::Stale(_)) {
            // An idle connection that the server closed meanwhile; nothing was said on it yet.
            verdict = self.try_once(&from, &to, raw, now)?;
        }
        Ok(match verdict {
            Verdict::Accepted(reply) => Outcome::Accepted { message_id: message_id.to_owned(), reply },
            Verdict::Deferred(why) | Verdict::Stale(why) => Outcome::Deferred { why },
            Verdict::Rejected(why) => Outcome::Rejected { why },
            Verdict::Lost(why) => Outcome::Lost { why },
            Verdict::SenderRefused(reply) => {
                return Err(Trouble::SenderRefused { host: self.account.host.clone(), from: from.to_string(), reply });
            }
        })
    }

    fn try_once(&mut self, from: &Address, to: &Address, raw: &[u8], now: DateTime<Utc>) -> Result<Verdict, Trouble> {
        match self.ready(now) {
            Ok(()) => {}
            Err(trouble) if trouble.passes() => return Ok(Verdict::Deferred(trouble.to_string())),
            Err(trouble) => return Err(trouble),
        }
        let Some(open) = &mut self.open else {
            return Ok(Verdict::Deferred("the connection is closed".to_owned()));
        };
        let (verdict, reusable) = deliver(&mut open.connection, from, to, raw, self.account.timeouts);
        open.sent += 1;
        if !reusable {
            self.open = None;
        }
        Ok(verdict)
    }

    /// Signs in on a connection; a token that the server refuses is fetched anew, once.
    pub(crate) fn sign_in(&mut self, connection: &mut SmtpConnection, now: DateTime<Utc>) -> Result<(), Trouble> {
        let user = self.account.user().to_owned();
        let wanted = match &self.key {
            Key::Password(_) => "password",
            Key::Tokens(_) => "token (XOAUTH2)",
        };
        let mechanisms: &[Mechanism] = match &self.key {
            Key::Password(_) => &[Mechanism::Plain, Mechanism::Login],
            Key::Tokens(_) => &[Mechanism::Xoauth2],
        };
        if connection.server_info().get_auth_mechanism(mechanisms).is_none() {
            return Err(Trouble::NoMethod { host: self.account.host.clone(), wanted });
        }
        let refused = match &mut self.key {
            Key::Password(password) => {
                let credentials = Credentials::new(user.clone(), password.expose_secret().to_owned());
                connection.auth(mechanisms, &credentials).err()
            }
            Key::Tokens(tokens) => {
                let token = tokens.access(now).map_err(|error| no_token(&user, error))?;
                match present(connection, &user, &token) {
                    Err(error) if code(&error).is_some_and(|code| code >= 500) => {
                        tokens.forget();
                        let token = tokens.access(now).map_err(|error| no_token(&user, error))?;
                        present(connection, &user, &token).err()
                    }
                    other => other.err(),
                }
            }
        };
        match refused {
            None => Ok(()),
            Some(error) => Err(self.refused(&user, &error)),
        }
    }

    fn refused(&self, user: &str, error: &lettre::transport::smtp::Error) -> Trouble {
        let reply = words(error);
        let host = self.account.host.clone();
        match code(error) {
            Some(code) if code >= 500 => match &self.key {
                Key::Password(_) => {
                    Trouble::PasswordRefused { remedy: password_remedy(&reply), host, user: user.to_owned(), reply }
                }
                Key::Tokens(tokens) => {
                    Trouble::SignInAgain { user: user.to_owned(), provider: tokens.provider().name.clone(), why: reply }
                }
            },
            Some(_) => Trouble::Busy { host, reply },
            None => Trouble::NoConnection { host, port: self.account.port, why: reply },
        }
    }
}

/// Connects, greets and encrypts.
pub(crate) fn connect(account: &Account, parameters: &TlsParameters) -> Result<SmtpConnection, Trouble> {
    // An address literal: the machine's name is nobody's business.
    let hello = ClientId::Ipv4(std::net::Ipv4Addr::LOCALHOST);
    let wrapped = match account.security {
        Security::Tls => Some(parameters),
        Security::StartTls => None,
    };
    let trouble = |error: &lettre::transport::smtp::Error| {
        if let Some(fault) = tls::fault(error) {
            return tls::trouble(account, fault);
        }
        let why = words(error);
        if code(error).is_some() {
            return Trouble::Busy { host: account.host.clone(), reply: why };
        }
        Trouble::NoConnection { host: account.host.clone(), port: account.port, why }
    };
    let address = (account.host.as_str(), account.port);
    let mut connection = SmtpConnection::connect(address, Some(account.timeouts.answer()), &hello, wrapped, None)
        .map_err(|error| trouble(&error))?;
    if account.security == Security::StartTls {
        if !connection.can_starttls() {
            hang_up(&mut connection);
            return Err(Trouble::NoEncryption {
                host: account.host.clone(),
                port: account.port,
                wanted: "STARTTLS",
                why: "it doesn't offer it".to_owned(),
                remedy: "choose TLS (mostly port 465) or another server; nothing is sent unencrypted",
            });
        }
        connection.starttls(parameters, &hello).map_err(|error| trouble(&error))?;
    }
    Ok(connection)
}

/// Presents an access token. A refusal comes as a challenge that holds the reason; an empty line
/// then brings the final code.
fn present(
    connection: &mut SmtpConnection,
    user: &str,
    token: &SecretString,
) -> Result<(), lettre::transport::smtp::Error> {
    let credentials = Credentials::new(user.to_owned(), token.expose_secret().to_owned());
    let response = connection.command(Auth::new(Mechanism::Xoauth2, credentials, None)?)?;
    if response.has_code(334) {
        connection.command("\r\n")?;
    }
    Ok(())
}

fn no_token(user: &str, error: OAuthError) -> Trouble {
    match error {
        OAuthError::SignInAgain { provider, why } => Trouble::SignInAgain { user: user.to_owned(), provider, why },
        OAuthError::Setup(setup) => Trouble::Setup(setup),
        other => Trouble::NoToken { provider: other.provider(), why: other.to_string() },
    }
}

fn password_remedy(reply: &str) -> &'static str {
    if reply.contains("5.7.139") || reply.to_lowercase().contains("basic authentication is disabled") {
        "the organization has switched passwords off: choose to sign in with Microsoft 365 instead"
    } else if reply.contains("5.7.9") || reply.to_lowercase().contains("application-specific") {
        "make an app password in the mail account's security settings and enter that"
    } else {
        "enter the password again"
    }
}
