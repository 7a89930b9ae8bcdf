//! The test button: every step towards a sent email, each with its result, stopping at the first
//! that fails.

use std::net::{TcpStream, ToSocketAddrs};
use std::time::SystemTime;

use chrono::{DateTime, Utc};
use lettre::Message;
use lettre::transport::smtp::client::TlsVersion;

use crate::account::{Account, Secret};
use crate::deliver::words;
use crate::mime;
use crate::outcome::{Outcome, Trouble};
use crate::smtp::{Smtp, connect};
use crate::tls;

/// A step of the test.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StepName {
    /// The settings are complete.
    Settings,
    /// The server is reached.
    Reach,
    /// The connection is encrypted and the certificate trusted.
    Encrypt,
    /// Name and secret are accepted.
    SignIn,
    /// The server answers.
    Answer,
    /// A mail from the account to itself is accepted.
    MailToSelf,
}

/// One step's result.
#[derive(Debug)]
pub struct Step {
    /// Which.
    pub name: StepName,
    /// What came of it, in a person's words; or what is wrong and what to do.
    pub result: Result<String, Trouble>,
}

/// The steps taken, in order; only the last can have failed.
#[derive(Debug, Default)]
pub struct Report {
    /// In order.
    pub steps: Vec<Step>,
}

impl Report {
    /// Every step succeeded.
    #[must_use]
    pub fn passed(&self) -> bool {
        !self.steps.is_empty() && self.steps.iter().all(|step| step.result.is_ok())
    }

    /// What is wrong, if something is.
    #[must_use]
    pub fn trouble(&self) -> Option<&Trouble> {
        self.steps.iter().find_map(|step| step.result.as_ref().err())
    }

    fn take<T>(&mut self, name: StepName, result: Result<(T, String), Trouble>) -> Option<T> {
        let (value, result) = match result {
            Ok((value, said)) => (Some(value), Ok(said)),
            Err(trouble) => (None, Err(trouble)),
        };
        self.steps.push(Step { name, result });
        value
    }
}

/// Tries an account. With `mail_to_self` it also sends a short mail, whose only possible recipient
/// is the account's own address: no customer is ever reached by a test.
///
/// The second value is a refresh token that replaces the stored one, if the provider rotated it.
pub fn test_connection(
    account: &Account,
    secret: Secret,
    mail_to_self: bool,
    now: DateTime<Utc>,
) -> (Report, Option<secrecy::SecretString>) {
    let mut report = Report::default();
    let smtp = Smtp::new(account.clone(), secret)
        .map(|smtp| (smtp, format!("{} port {}", account.host, account.port)))
        .map_err(Trouble::from);
    let Some(mut smtp) = report.take(StepName::Settings, smtp) else {
        return (report, None);
    };
    steps(&mut report, account, &mut smtp, mail_to_self, now);
    smtp.close();
    (report, smtp.rotated())
}

/// Stops (by `None`) at the first step that fails.
fn steps(
    report: &mut Report,
    account: &Account,
    smtp: &mut Smtp,
    mail_to_self: bool,
    now: DateTime<Utc>,
) -> Option<()> {
    report.take(StepName::Reach, reach(account))?;
    let mut connection = report.take(StepName::Encrypt, encrypt(account))?;
    let signed_in = smtp.sign_in(&mut connection, now).map(|()| ((), format!("signed in as {}", account.user())));
    report.take(StepName::SignIn, signed_in)?;
    let answers = connection
        .command(lettre::transport::smtp::commands::Noop)
        .map(|response| ((), crate::deliver::said(&response)))
        .map_err(|error| Trouble::Busy { host: account.host.clone(), reply: words(&error) });
    report.take(StepName::Answer, answers)?;
    // The goodbye of a connection that did its work.
    let _ = connection.quit();
    if mail_to_self {
        report.take(StepName::MailToSelf, to_self(account, smtp, now))?;
    }
    Some(())
}

fn reach(account: &Account) -> Result<((), String), Trouble> {
    let failed = |why: String| Trouble::NoConnection { host: account.host.clone(), port: account.port, why };
    let mut last = "the name stands for no address".to_owned();
    let addresses =
        (account.host.as_str(), account.port).to_socket_addrs().map_err(|error| failed(error.to_string()))?;
    for address in addresses {
        match TcpStream::connect_timeout(&address, account.timeouts.answer()) {
            Ok(_) => return Ok(((), format!("reached at {address}"))),
            Err(error) => last = error.to_string(),
        }
    }
    Err(failed(last))
}

/// TLS 1.3 is tried alone first: the library doesn't tell which version was agreed on.
fn encrypt(account: &Account) -> Result<(lettre::transport::smtp::client::SmtpConnection, String), Trouble> {
    let newest = tls::parameters(account, TlsVersion::Tlsv13)?;
    if let Ok(connection) = connect(account, &newest) {
        return Ok((connection, "TLS 1.3, certificate trusted".to_owned()));
    }
    let parameters = tls::parameters(account, TlsVersion::Tlsv12)?;
    connect(account, &parameters).map(|connection| (connection, "TLS 1.2, certificate trusted".to_owned()))
}

fn to_self(account: &Account, smtp: &mut Smtp, now: DateTime<Utc>) -> Result<((), String), Trouble> {
    let own = account.from()?;
    let unusable =
        |why: String| Trouble::SenderRefused { host: account.host.clone(), from: own.address.clone(), reply: why };
    let address = mime::mailbox(&own).map_err(|error| unusable(error.to_string()))?;
    let id = format!("<test.{}@{}>", now.timestamp_millis(), own.domain());
    let message = Message::builder()
        .date(SystemTime::from(now))
        .from(address.clone())
        .to(address)
        .subject("Test of the mail account")
        .message_id(Some(id.clone()))
        .body("This mail account works: Dunlin sent this message from it to itself.\n".to_owned())
        .map_err(|error| unusable(error.to_string()))?;
    match smtp.send_raw(&own.address, &own.address, &message.formatted(), &id, now)? {
        Outcome::Accepted { reply, .. } => Ok(((), format!("accepted: {reply}"))),
        Outcome::Deferred { why } => Err(Trouble::Busy { host: account.host.clone(), reply: why }),
        Outcome::Rejected { why } => Err(unusable(why)),
        Outcome::Lost { why } => Err(Trouble::NoConnection { host: account.host.clone(), port: account.port, why }),
    }
}
