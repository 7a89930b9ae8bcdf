//! How to reach a mail server, with presets for the usual ones. An account holds no secret: those
//! live in the OS keychain and are handed over as a [`Secret`].

use std::path::PathBuf;
use std::time::Duration;

use domain::email::{Mailbox, NotAnAddress};
use secrecy::SecretString;
use serde::{Deserialize, Serialize};

/// How the connection is encrypted. There is no third way: nothing is sent in the clear.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Security {
    /// Encrypted from the first byte; usually port 465.
    Tls,
    /// Encrypted after `STARTTLS`, which is insisted on; usually port 587.
    StartTls,
}

/// Where tokens for XOAUTH2 come from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OAuthProvider {
    /// For people: "Microsoft 365".
    pub name: String,
    /// The authorization endpoint.
    pub authorize_url: String,
    /// The token endpoint.
    pub token_url: String,
    /// The application's id with the provider.
    pub client_id: String,
    /// What is asked for.
    pub scopes: Vec<String>,
    /// The name under which the provider accepts a loopback redirect: `localhost` or `127.0.0.1`.
    pub loopback: String,
    /// More parameters of the authorization URL, such as Google's `access_type=offline`.
    #[serde(default)]
    pub parameters: Vec<(String, String)>,
}

impl OAuthProvider {
    /// Microsoft's identity platform, for any work or school account.
    #[must_use]
    pub fn microsoft(client_id: &str) -> Self {
        let at = |what: &str| format!("https://login.microsoftonline.com/organizations/oauth2/v2.0/{what}");
        Self {
            name: "Microsoft 365".to_owned(),
            authorize_url: at("authorize"),
            token_url: at("token"),
            client_id: client_id.to_owned(),
            scopes: vec!["https://outlook.office.com/SMTP.Send".to_owned(), "offline_access".to_owned()],
            loopback: "localhost".to_owned(),
            parameters: vec![],
        }
    }

    /// Google; without `access_type` and `prompt` it gives no refresh token.
    #[must_use]
    pub fn google(client_id: &str) -> Self {
        Self {
            name: "Google".to_owned(),
            authorize_url: "https://accounts.google.com/o/oauth2/v2/auth".to_owned(),
            token_url: "https://oauth2.googleapis.com/token".to_owned(),
            client_id: client_id.to_owned(),
            scopes: vec!["https://mail.google.com/".to_owned()],
            loopback: "127.0.0.1".to_owned(),
            parameters: vec![
                ("access_type".to_owned(), "offline".to_owned()),
                ("prompt".to_owned(), "consent".to_owned()),
            ],
        }
    }
}

/// How one signs in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "by")]
pub enum SignIn {
    /// User name and password, or app password.
    Password {
        /// User name, mostly the address.
        user: String,
    },
    /// XOAUTH2 with a token of a provider.
    OAuth {
        /// The mailbox's address.
        user: String,
        /// Where tokens come from.
        provider: OAuthProvider,
    },
}

/// How long to wait, in seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Timeouts {
    /// For a connection, and for each answer before the message.
    pub answer: u32,
    /// For the answer to the message itself. RFC 5321 (4.5.3.2.6) asks for ten minutes: giving up
    /// sooner leaves a message of which nobody knows whether it left.
    pub accept: u32,
}

impl Default for Timeouts {
    fn default() -> Self {
        Self { answer: 60, accept: 600 }
    }
}

impl Timeouts {
    pub(crate) fn answer(self) -> Duration {
        Duration::from_secs(self.answer.into())
    }

    pub(crate) fn accept(self) -> Duration {
        Duration::from_secs(self.accept.into())
    }
}

/// A mail account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Account {
    /// Server name, as its certificate has it.
    pub host: String,
    /// Port.
    pub port: u16,
    /// How the connection is encrypted.
    pub security: Security,
    /// How one signs in.
    pub sign_in: SignIn,
    /// The name emails come from.
    pub from_name: String,
    /// The address emails come from.
    pub from_address: String,
    /// Where answers go, if elsewhere.
    #[serde(default)]
    pub reply_to: Option<String>,
    /// A PEM file with certificate authorities of the company's own, trusted besides the operating
    /// system's.
    #[serde(default)]
    pub extra_roots: Option<PathBuf>,
    /// How long to wait.
    #[serde(default)]
    pub timeouts: Timeouts,
}

/// What is wrong with an account's settings.
#[derive(Debug, thiserror::Error)]
pub enum SetupError {
    /// A field is empty.
    #[error("the mail account has no {0}; enter it in the settings")]
    Empty(&'static str),
    /// An address can't be one.
    #[error(transparent)]
    Address(#[from] NotAnAddress),
    /// The file of extra authorities.
    #[error("the certificate file {path} can't be used ({why}); choose a PEM file")]
    Roots {
        /// Which file.
        path: PathBuf,
        /// What happened.
        why: String,
    },
    /// A password was given for a token account, or the other way round.
    #[error("the stored secret doesn't fit the way of signing in; enter the password or sign in again")]
    WrongSecret,
    /// An endpoint isn't `https://`.
    #[error("\"{0}\" can't be used to sign in: it must begin with https://")]
    Endpoint(String),
}

impl Account {
    /// Microsoft 365: password sign-in is switched off in most organizations, so tokens.
    #[must_use]
    pub fn microsoft365(address: &str, client_id: &str) -> Self {
        let sign_in = SignIn::OAuth { user: address.to_owned(), provider: OAuthProvider::microsoft(client_id) };
        Self::generic("smtp.office365.com", 587, Security::StartTls, address, sign_in)
    }

    /// Gmail and Google Workspace with tokens.
    #[must_use]
    pub fn gmail(address: &str, client_id: &str) -> Self {
        let sign_in = SignIn::OAuth { user: address.to_owned(), provider: OAuthProvider::google(client_id) };
        Self::generic("smtp.gmail.com", 465, Security::Tls, address, sign_in)
    }

    /// Gmail with an app password.
    #[must_use]
    pub fn gmail_app_password(address: &str) -> Self {
        let sign_in = SignIn::Password { user: address.to_owned() };
        Self::generic("smtp.gmail.com", 465, Security::Tls, address, sign_in)
    }

    /// Any server.
    #[must_use]
    pub fn generic(host: &str, port: u16, security: Security, address: &str, sign_in: SignIn) -> Self {
        Self {
            host: host.to_owned(),
            port,
            security,
            sign_in,
            from_name: String::new(),
            from_address: address.to_owned(),
            reply_to: None,
            extra_roots: None,
            timeouts: Timeouts::default(),
        }
    }

    /// Who emails come from.
    pub fn from(&self) -> Result<Mailbox, SetupError> {
        Ok(Mailbox::new(&self.from_name, &self.from_address)?)
    }

    /// The name it signs in with.
    #[must_use]
    pub fn user(&self) -> &str {
        match &self.sign_in {
            SignIn::Password { user } | SignIn::OAuth { user, .. } => user,
        }
    }

    /// Everything that can be known to be wrong without asking the server.
    pub fn check(&self) -> Result<(), SetupError> {
        for (value, name) in [
            (self.host.trim(), "server name"),
            (self.user().trim(), "user name"),
            (self.from_address.trim(), "sender address"),
        ] {
            if value.is_empty() {
                return Err(SetupError::Empty(name));
            }
        }
        if self.port == 0 {
            return Err(SetupError::Empty("port"));
        }
        self.from()?;
        if let Some(reply_to) = &self.reply_to {
            Mailbox::new("", reply_to)?;
        }
        Ok(())
    }
}

/// What an account signs in with. `Debug` shows no more than its kind; dropping it wipes it.
#[derive(Clone, Debug)]
pub enum Secret {
    /// A password or app password.
    Password(SecretString),
    /// What access tokens are fetched with.
    Refresh {
        /// The refresh token.
        token: SecretString,
        /// Google wants one from desktop applications too.
        client_secret: Option<SecretString>,
    },
}
