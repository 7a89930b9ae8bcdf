//! The mail account: its settings in the database, its secret in the keychain.

use std::path::PathBuf;
use std::time::Duration;

use contract::{ApiError, Done, ErrorCode, MailAccountView, MailTest, SaveMailAccount, TestStep};
use mail::{Account, BrowserSignIn, OAuthProvider, Secret, SecretString, Security, SignIn, StepName, Trouble};
use secrecy::ExposeSecret as _;
use store::Store;

use crate::desk::Desk;
use crate::errors::stored;
use crate::seams::KeychainError;
use crate::vault::keychain_error;

const KEY: &str = "mail_account";
const PRESET: &str = "mail_preset";

/// How long the browser sign-in is waited for.
const PATIENCE: Duration = Duration::from_mins(5);

/// The keychain's name for an account's secret.
fn entry(account: &Account) -> String {
    format!("mail {} {}", account.host, account.user())
}

/// The account as kept.
pub fn account(store: &Store) -> Result<Option<Account>, ApiError> {
    store.setting(KEY).map_err(stored)
}

fn wrong(error: impl std::fmt::Display) -> ApiError {
    ApiError::invalid("host", format!("{error}."), "Correct the mail account.")
}

/// What a trouble with the account is for the window.
pub fn told(trouble: &Trouble) -> ApiError {
    let code = match trouble.code() {
        "mail_password" | "mail_sign_in_again" => ErrorCode::SignInRefused,
        "mail_unreachable" | "mail_busy" => ErrorCode::Offline,
        _ => ErrorCode::Failed,
    };
    ApiError::new(
        code,
        format!("{trouble}."),
        "Nothing was sent; what waits stays in the outbox. Check Settings, Mail account.",
    )
}

fn from_view(view: &MailAccountView) -> Result<Account, ApiError> {
    let address = view.from_address.trim();
    let user = if view.user.trim().is_empty() { address } else { view.user.trim() };
    let mut account = match view.preset.as_str() {
        "microsoft365" => Account::microsoft365(address, view.client_id.trim()),
        "gmail" if view.auth == "xoauth2" => Account::gmail(address, view.client_id.trim()),
        "gmail" => Account::gmail_app_password(address),
        _ => {
            let security = if view.security == "tls" { Security::Tls } else { Security::StartTls };
            Account::generic(view.host.trim(), view.port, security, address, SignIn::Password { user: user.to_owned() })
        }
    };
    if view.auth == "xoauth2" {
        let mut provider = match &account.sign_in {
            SignIn::OAuth { provider, .. } => provider.clone(),
            SignIn::Password { .. } if view.preset == "gmail" => OAuthProvider::google(view.client_id.trim()),
            SignIn::Password { .. } => OAuthProvider::microsoft(view.client_id.trim()),
        };
        if !view.token_endpoint.trim().is_empty() {
            view.token_endpoint.trim().clone_into(&mut provider.token_url);
        }
        if !view.authorize_endpoint.trim().is_empty() {
            view.authorize_endpoint.trim().clone_into(&mut provider.authorize_url);
        }
        account.sign_in = SignIn::OAuth { user: user.to_owned(), provider };
    } else {
        account.sign_in = SignIn::Password { user: user.to_owned() };
    }
    view.from_name.trim().clone_into(&mut account.from_name);
    account.reply_to = Some(view.reply_to.trim().to_owned()).filter(|text| !text.is_empty());
    account.extra_roots = Some(view.ca_file.trim()).filter(|text| !text.is_empty()).map(PathBuf::from);
    account.check().map_err(wrong)?;
    Ok(account)
}

impl Desk {
    /// The account without its secret.
    pub(crate) fn mail_view(&self) -> Result<MailAccountView, ApiError> {
        let store = self.store()?;
        let preset: Option<String> = store.setting(PRESET).map_err(stored)?;
        let Some(account) = account(&store)? else {
            return Ok(MailAccountView {
                preset: "generic".to_owned(),
                host: String::new(),
                port: 587,
                security: "starttls".to_owned(),
                auth: "password".to_owned(),
                user: String::new(),
                from_address: String::new(),
                from_name: String::new(),
                reply_to: String::new(),
                client_id: String::new(),
                token_endpoint: String::new(),
                authorize_endpoint: String::new(),
                ca_file: String::new(),
                has_secret: false,
                configured: false,
            });
        };
        let has_secret = self.keychain.get(&entry(&account)).is_ok();
        let provider = match &account.sign_in {
            SignIn::OAuth { provider, .. } => Some(provider),
            SignIn::Password { .. } => None,
        };
        Ok(MailAccountView {
            preset: preset.unwrap_or_else(|| "generic".to_owned()),
            security: if account.security == Security::Tls { "tls" } else { "starttls" }.to_owned(),
            auth: if provider.is_some() { "xoauth2" } else { "password" }.to_owned(),
            client_id: provider.map(|one| one.client_id.clone()).unwrap_or_default(),
            token_endpoint: provider.map(|one| one.token_url.clone()).unwrap_or_default(),
            authorize_endpoint: provider.map(|one| one.authorize_url.clone()).unwrap_or_default(),
            user: account.user().to_owned(),
            host: account.host,
            port: account.port,
            from_address: account.from_address,
            from_name: account.from_name,
            reply_to: account.reply_to.unwrap_or_default(),
            ca_file: account.extra_roots.map(|path| path.display().to_string()).unwrap_or_default(),
            has_secret,
            configured: true,
        })
    }

    /// Keeps the account, and its secret in the keychain.
    pub(crate) fn keep_mail(&self, input: &SaveMailAccount) -> Result<Done, ApiError> {
        let store = self.store()?;
        let account = from_view(&input.account)?;
        if let Some(secret) = input.secret.as_deref().filter(|secret| !secret.is_empty()) {
            self.keep_secret(&account, secret)?;
        }
        store.put_setting(KEY, &account).map_err(stored)?;
        store.put_setting(PRESET, &input.account.preset).map_err(stored)?;
        Ok(Done { message: "The mail account is saved.".to_owned() })
    }

    /// Where the secret of an account is kept: the keychain, or where there is none the encrypted
    /// database itself, which the passphrase protects.
    fn keep_secret(&self, account: &Account, secret: &str) -> Result<(), ApiError> {
        match self.keychain.set(&entry(account), secret) {
            Ok(()) => Ok(()),
            Err(KeychainError::Unavailable(_)) => self.store()?.put_setting(&entry(account), &secret).map_err(stored),
            Err(error) => Err(keychain_error(&error)),
        }
    }

    fn kept_secret(&self, account: &Account) -> Result<String, ApiError> {
        let none = || {
            ApiError::new(
                ErrorCode::SignInRefused,
                "The mail account has no password or sign-in yet.",
                "Give it under Settings, Mail account.",
            )
        };
        match self.keychain.get(&entry(account)) {
            Ok(secret) => Ok(secret),
            Err(KeychainError::NoEntry) => Err(none()),
            Err(KeychainError::Unavailable(_)) => {
                self.store()?.setting(&entry(account)).map_err(stored)?.ok_or_else(none)
            }
            Err(error) => Err(keychain_error(&error)),
        }
    }

    /// The account's secret in the form it signs in with.
    pub(crate) fn mail_secret(&self, account: &Account) -> Result<Secret, ApiError> {
        let text = self.kept_secret(account)?;
        Ok(as_secret(account, text))
    }

    /// A provider gave another refresh token: the old one stops working.
    pub(crate) fn keep_rotated(&self, account: &Account, token: &str) -> Result<(), ApiError> {
        self.keep_secret(account, token)
    }

    /// Tries the account as typed.
    pub(crate) fn try_mail(&self, input: &SaveMailAccount) -> Result<MailTest, ApiError> {
        let account = from_view(&input.account)?;
        let secret = match input.secret.clone().filter(|secret| !secret.is_empty()) {
            Some(text) => as_secret(&account, text),
            None => self.mail_secret(&account)?,
        };
        let (report, rotated) = mail::test_connection(&account, secret, false, self.now());
        if let Some(token) = rotated {
            self.keep_secret(&account, token.expose_secret())?;
        }
        Ok(MailTest {
            ok: report.passed(),
            steps: report
                .steps
                .iter()
                .map(|step| TestStep {
                    name: step_name(step.name).to_owned(),
                    ok: step.result.is_ok(),
                    detail: step.result.as_ref().map_or_else(ToString::to_string, Clone::clone),
                })
                .collect(),
        })
    }

    /// Signs in through the browser and keeps the refresh token.
    pub(crate) fn browser_sign_in(&self, input: &SaveMailAccount) -> Result<Done, ApiError> {
        let account = from_view(&input.account)?;
        let SignIn::OAuth { provider, .. } = &account.sign_in else {
            return Err(ApiError::invalid(
                "auth",
                "This account signs in with a password.",
                "Choose the browser sign-in (XOAUTH2) first.",
            ));
        };
        let failed = |error: mail::OAuthError| {
            ApiError::new(ErrorCode::SignInRefused, format!("{error}."), "Try the sign-in again.")
        };
        let sign_in = BrowserSignIn::begin(provider.clone(), None, account.user()).map_err(failed)?;
        self.shell.open_in_browser(sign_in.url()).map_err(|why| {
            ApiError::new(
                ErrorCode::Failed,
                format!("The browser did not open: {why}."),
                "Open your browser and try again.",
            )
        })?;
        let granted = sign_in.finish(PATIENCE, self.now()).map_err(failed)?;
        let Secret::Refresh { token, .. } = &granted.secret else {
            return Err(ApiError::new(
                ErrorCode::Failed,
                "The provider gave no lasting sign-in.",
                "Try the sign-in again.",
            ));
        };
        self.keep_secret(&account, token.expose_secret())?;
        self.keep_mail(&SaveMailAccount { account: input.account.clone(), secret: None })?;
        Ok(Done { message: format!("Signed in to {}.", provider.name) })
    }
}

fn step_name(name: StepName) -> &'static str {
    match name {
        StepName::Settings => "Settings",
        StepName::Reach => "Reach the server",
        StepName::Encrypt => "Encrypt",
        StepName::SignIn => "Sign in",
        StepName::Answer => "Answer",
        StepName::MailToSelf => "Mail to yourself",
    }
}

fn as_secret(account: &Account, text: String) -> Secret {
    let secret = SecretString::from(text);
    match account.sign_in {
        SignIn::Password { .. } => Secret::Password(secret),
        SignIn::OAuth { .. } => Secret::Refresh { token: secret, client_secret: None },
    }
}
