//! What an operator sets: a TOML file, and the two values that are secrets or differ by host in the
//! environment. An unknown key is an error, so that a misspelt one never passes for its default.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use serde::Deserialize;

/// Everything the server is told.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// Where to listen.
    pub listen: SocketAddr,
    /// Certificate and key. Without them the server speaks plain HTTP, and only on a loopback address
    /// unless `behind_proxy` says that a proxy ends TLS.
    pub tls: Option<Tls>,
    /// A proxy in front ends TLS and sets `X-Forwarded-For`.
    pub behind_proxy: bool,
    /// The database.
    pub database: Database,
    /// Sign-in.
    pub auth: Auth,
    /// Requests and pages.
    pub limits: Limits,
    /// One JSON object a line instead of text.
    pub log_json: bool,
    /// Letters' PDFs and scans.
    pub attachments: Attachments,
    /// Service orders.
    pub orders: Orders,
    /// Sign-in providers, one an organisation. Without one its users have passwords here.
    pub oidc: Vec<Oidc>,
}

/// Letters' PDFs and scans.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Attachments {
    /// Files with 64 hexadecimal digits: the first seals, any opens. None: no attachments are kept.
    pub key_files: Vec<PathBuf>,
    /// Most bytes of one.
    pub most_bytes: u64,
    /// What is kept.
    pub media_types: Vec<String>,
    /// Parts taken at the same moment; more are told to come back.
    pub uploads_at_once: usize,
}

impl Default for Attachments {
    fn default() -> Self {
        Self {
            key_files: Vec::new(),
            most_bytes: 20 << 20,
            media_types: ["application/pdf", "image/jpeg", "image/png", "image/tiff"].map(str::to_owned).to_vec(),
            uploads_at_once: 8,
        }
    }
}

/// Service orders.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Orders {
    /// A service is cut only if payments are known up to so many minutes ago.
    pub payments_age_minutes: i64,
    /// How often requests are looked at beside every import.
    pub look_seconds: u64,
}

impl Default for Orders {
    fn default() -> Self {
        Self { payments_age_minutes: 24 * 60, look_seconds: 60 }
    }
}

/// An organisation's own sign-in provider (`OpenID` Connect).
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Oidc {
    /// The organisation's short name.
    pub org: String,
    /// `https://login.example.com/realms/example`: its document is below.
    pub issuer: String,
    /// As the provider knows this server.
    pub client_id: String,
    /// The file with the secret that goes with it; none for a public client.
    #[serde(default)]
    pub client_secret_file: Option<PathBuf>,
    /// Read from that file.
    #[serde(skip)]
    pub client_secret: Option<String>,
    /// Where browsers reach this server: `https://dunlin.example.com`.
    pub public_address: String,
    /// What is asked for beyond `openid`.
    #[serde(default = "email")]
    pub scopes: Vec<String>,
    /// No passwords here for this organisation.
    #[serde(default)]
    pub only: bool,
    /// The provider's word is enough for a new device; otherwise an administrator's code is needed too.
    #[serde(default)]
    pub enrol_without_code: bool,
}

fn email() -> Vec<String> {
    vec!["email".to_owned()]
}

impl std::fmt::Debug for Oidc {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Oidc").field("org", &self.org).field("issuer", &self.issuer).finish_non_exhaustive()
    }
}

/// Certificate chain and private key, PEM.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tls {
    /// Chain, the server's own first.
    pub certificate: PathBuf,
    /// Its key.
    pub key: PathBuf,
}

/// How PostgreSQL is reached.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Database {
    /// `postgres://user:password@host/name?sslmode=require`, or `host=/run/postgresql dbname=dunlin`.
    /// `DUNLIN_DATABASE_URL` overrides it.
    pub url: String,
    /// The authority that signed PostgreSQL's certificate, PEM; none: the system's authorities.
    pub authority: Option<PathBuf>,
    /// A streaming replica that pulls are read from while it has caught up; none: the database itself.
    pub read_url: Option<String>,
    /// Connections at most.
    pub pool: usize,
    /// Named prepared statements. Off behind PgBouncer below 1.21 in transaction mode.
    pub prepared_statements: bool,
}

impl std::fmt::Debug for Database {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // The URL may hold a password.
        f.debug_struct("Database").field("pool", &self.pool).finish_non_exhaustive()
    }
}

/// Sign-in.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Auth {
    /// A token is good for so long.
    pub token_minutes: i64,
    /// The user signs in again after so long.
    pub sign_in_days: i64,
    /// An enrolment code is good for so long.
    pub enrolment_hours: i64,
    /// Wrong passwords in a row before an account is locked.
    pub lock_after: i32,
    /// For how long.
    pub lock_minutes: i64,
    /// A device that was away longer opens its database only after it asked this server, and destroys it where
    /// it was revoked meanwhile.
    pub offline_days: i64,
    /// Argon2id memory, MiB (RFC 9106, second option).
    pub argon2_mib: u32,
}

/// Requests and pages.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Limits {
    /// Sign-in attempts a minute from one address.
    pub sign_ins_per_minute: u32,
    /// Requests a second from one device, in bursts of ten times that.
    pub requests_per_second: u32,
    /// Batches decided at the same moment; more are told to come back.
    pub pushes_at_once: usize,
    /// Bytes of a feed page before compression; a transaction is never cut.
    pub page_bytes: usize,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 8470)),
            tls: None,
            behind_proxy: false,
            database: Database::default(),
            auth: Auth::default(),
            limits: Limits::default(),
            log_json: false,
            attachments: Attachments::default(),
            orders: Orders::default(),
            oidc: Vec::new(),
        }
    }
}

impl Default for Database {
    fn default() -> Self {
        Self { url: String::new(), authority: None, read_url: None, pool: 16, prepared_statements: true }
    }
}

impl Default for Auth {
    fn default() -> Self {
        Self {
            token_minutes: 15,
            sign_in_days: 7,
            enrolment_hours: 48,
            lock_after: 5,
            lock_minutes: 15,
            offline_days: 30,
            argon2_mib: 64,
        }
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self { sign_ins_per_minute: 10, requests_per_second: 20, pushes_at_once: 32, page_bytes: 4_000_000 }
    }
}

/// Why the configuration can't be used.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file can't be read.
    #[error("{0} can't be read: {1}")]
    Unreadable(PathBuf, std::io::Error),
    /// It is not what is expected.
    #[error("{0}: {1}")]
    Wrong(PathBuf, Box<toml::de::Error>),
    /// A number that can't work.
    #[error("{name} is {found}; give it a number from {least} to {most}")]
    Senseless {
        /// Which.
        name: &'static str,
        /// As it is.
        found: i64,
        /// Smallest that works.
        least: i64,
        /// Largest.
        most: i64,
    },
    /// No database is named.
    #[error("no database is named; set DUNLIN_DATABASE_URL, or url under [database]")]
    NoDatabase,
    /// Customer data would cross a network in the clear.
    #[error("{0} can be reached from other hosts: give a certificate under [tls], or set behind_proxy")]
    InTheClear(SocketAddr),
    /// Codes and tokens would cross a network in the clear.
    #[error("{0} of the sign-in provider of {1} must begin with https://")]
    ProviderInTheClear(&'static str, String),
}

impl Config {
    /// Reads the file, if there is one, and the environment.
    pub fn read(file: Option<&Path>, database_url: Option<String>) -> Result<Self, ConfigError> {
        let mut config = match file {
            None => Self::default(),
            Some(path) => {
                let text =
                    std::fs::read_to_string(path).map_err(|error| ConfigError::Unreadable(path.to_owned(), error))?;
                toml::from_str(&text).map_err(|error| ConfigError::Wrong(path.to_owned(), Box::new(error)))?
            }
        };
        if let Some(url) = database_url {
            config.database.url = url;
        }
        config.check()
    }

    /// Reads what only serving needs: the providers' secrets. Commands of an operator leave them, and the
    /// attachments' keys, alone: under systemd both are the service's own.
    pub fn to_serve(mut self) -> Result<Self, ConfigError> {
        for oidc in &mut self.oidc {
            if let Some(file) = &oidc.client_secret_file {
                let text =
                    std::fs::read_to_string(file).map_err(|error| ConfigError::Unreadable(file.clone(), error))?;
                oidc.client_secret = Some(text.trim().to_owned());
            }
        }
        Ok(self)
    }

    /// The same without the files that only serving needs.
    #[must_use]
    pub fn to_operate(mut self) -> Self {
        self.attachments.key_files.clear();
        self
    }

    /// Refuses what can't work or would lay data open.
    pub fn check(self) -> Result<Self, ConfigError> {
        if self.database.url.is_empty() {
            return Err(ConfigError::NoDatabase);
        }
        if self.tls.is_none() && !self.behind_proxy && !self.listen.ip().is_loopback() {
            return Err(ConfigError::InTheClear(self.listen));
        }
        self.senses()?;
        // On one machine, for a look at it.
        let open = |text: &str| !text.starts_with("https://") && !text.starts_with("http://127.0.0.1:");
        for oidc in &self.oidc {
            for (name, text) in [("issuer", &oidc.issuer), ("public_address", &oidc.public_address)] {
                if open(text) {
                    return Err(ConfigError::ProviderInTheClear(name, oidc.org.clone()));
                }
            }
        }
        Ok(self)
    }

    /// Numbers with which nobody could sign in, push or pull.
    fn senses(&self) -> Result<(), ConfigError> {
        let count = |number: usize| i64::try_from(number).unwrap_or(i64::MAX);
        let (auth, limits, day) = (&self.auth, &self.limits, 24 * 60);
        for (name, found, least, most) in [
            ("pool under [database]", count(self.database.pool), 2, 10_000),
            ("token_minutes under [auth]", auth.token_minutes, 1, day),
            ("sign_in_days under [auth]", auth.sign_in_days, 1, 366),
            ("enrolment_hours under [auth]", auth.enrolment_hours, 1, 24 * 366),
            ("lock_after under [auth]", auth.lock_after.into(), 1, 100),
            ("lock_minutes under [auth]", auth.lock_minutes, 1, 366 * day),
            ("offline_days under [auth]", auth.offline_days, 1, 366),
            ("argon2_mib under [auth]", auth.argon2_mib.into(), 1, 4_096),
            ("sign_ins_per_minute under [limits]", limits.sign_ins_per_minute.into(), 1, 1_000_000),
            ("requests_per_second under [limits]", limits.requests_per_second.into(), 1, 1_000_000),
            ("pushes_at_once under [limits]", count(limits.pushes_at_once), 1, 10_000),
            ("page_bytes under [limits]", count(limits.page_bytes), 1, 1 << 30),
            ("payments_age_minutes under [orders]", self.orders.payments_age_minutes, 1, 366 * day),
            ("look_seconds under [orders]", self.orders.look_seconds.try_into().unwrap_or(i64::MAX), 1, 24 * 3_600),
            ("uploads_at_once under [attachments]", count(self.attachments.uploads_at_once), 1, 10_000),
            ("most_bytes under [attachments]", self.attachments.most_bytes.try_into().unwrap_or(i64::MAX), 1, 1 << 30),
        ] {
            if found < least || found > most {
                return Err(ConfigError::Senseless { name, found, least, most });
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<Config, ConfigError> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("server.toml");
        std::fs::write(&path, text).unwrap();
        Config::read(Some(&path), Some("host=/tmp".to_owned()))
    }

    #[test]
    fn a_misspelt_key_is_an_error_and_an_open_port_needs_tls() {
        assert!(matches!(parse("lisen = \"127.0.0.1:1\""), Err(ConfigError::Wrong(..))));
        assert!(matches!(parse("listen = \"0.0.0.0:8470\""), Err(ConfigError::InTheClear(_))));
        assert!(parse("listen = \"0.0.0.0:8470\"\nbehind_proxy = true").is_ok());
        let error = parse("[database]\npool = 0").unwrap_err().to_string();
        assert_eq!(error, "pool under [database] is 0; give it a number from 2 to 10000");
        assert!(matches!(parse("[auth]\ntoken_minutes = -1"), Err(ConfigError::Senseless { .. })));
        let read = parse("[auth]\nlock_after = 3\n").unwrap();
        assert_eq!((read.auth.lock_after, read.auth.token_minutes), (3, 15));
        assert!(matches!(Config::read(None, None), Err(ConfigError::NoDatabase)));
    }

    #[test]
    fn the_example_is_what_is_read_and_says_the_defaults() {
        let example = parse(include_str!("../example.toml")).unwrap();
        let default = Config::default();
        assert_eq!(format!("{:?}", example.auth), format!("{:?}", default.auth));
        assert_eq!(format!("{:?}", example.limits), format!("{:?}", default.limits));
        assert_eq!(format!("{:?}", example.orders), format!("{:?}", default.orders));
        assert_eq!(example.attachments.most_bytes, default.attachments.most_bytes);
        assert_eq!(example.attachments.media_types, default.attachments.media_types);
        assert_eq!(format!("{:?}", example.database), format!("{:?}", default.database));
        assert!(example.tls.is_some());
    }

    #[test]
    fn the_database_password_is_not_shown() {
        let config = Config::read(None, Some("postgres://dunlin:secret@db/dunlin".to_owned())).unwrap();
        assert!(!format!("{config:?}").contains("secret"));
    }
}
