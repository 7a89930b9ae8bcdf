//! A server over a throw-away PostgreSQL, with one organisation, and a clock that tests may move.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, TimeDelta, Utc};
use ed25519_dalek::{Signer as _, SigningKey};
use protocol::{
    ChallengeRequest, DeviceId, EnrolRequest, EnrolResponse, SignedChallenge, TokenResponse, challenge_text,
};
use server::app::App;
use server::auth::{self, NewPerson, Role};
use server::config::Config;
use server::error::ServerError;
use server::migrate;
use tempfile::TempDir;
use tests::postgres::Postgres;
use uuid::Uuid;

pub const PASSWORD: &str = "a good long password";

pub struct Scene {
    pub app: Arc<App>,
    pub org: Uuid,
    pub postgres: Postgres,
    pub ahead: Arc<AtomicI64>,
    _folder: TempDir,
}

/// The moment at which a scene starts.
pub fn start() -> DateTime<Utc> {
    domain::testkit::now()
}

impl Scene {
    pub async fn new() -> Self {
        Self::with(|_| {}).await
    }

    pub async fn with(change: impl FnOnce(&mut Config)) -> Self {
        let folder = tempfile::tempdir().unwrap();
        // PostgreSQL's user must reach its folder below.
        std::process::Command::new("chmod").arg("755").arg(folder.path()).status().unwrap();
        let postgres = Postgres::start(&folder.path().join("pg"), false).unwrap_or_else(|why| panic!("{why}"));
        let mut config = Config::read(None, Some(postgres.url())).unwrap();
        config.auth.argon2_mib = 1;
        config.listen = std::net::SocketAddr::from(([127, 0, 0, 1], 0));
        config.limits.requests_per_second = 10_000;
        config.limits.sign_ins_per_minute = 10_000;
        change(&mut config);
        let ahead = Arc::new(AtomicI64::new(0));
        let clock = {
            let ahead = ahead.clone();
            Arc::new(move || start() + TimeDelta::milliseconds(ahead.load(Ordering::Relaxed)))
        };
        let app = App::with_clock(config, clock).unwrap();
        migrate::migrate(&app.db).await.unwrap();
        let org = auth::add_org(&app, "example", "Example Telecom").await.unwrap();
        Self { app, org, postgres, ahead, _folder: folder }
    }

    /// Another server on the same database, with the same clock.
    pub fn second_server(&self) -> Arc<App> {
        let ahead = self.ahead.clone();
        let clock = move || start() + TimeDelta::milliseconds(ahead.load(Ordering::Relaxed));
        App::with_clock(self.app.config.clone(), Arc::new(clock)).unwrap()
    }

    pub fn wait(&self, time: TimeDelta) {
        self.ahead.fetch_add(time.num_milliseconds(), Ordering::Relaxed);
    }

    pub async fn person(&self, login: &str, role: Role) -> Uuid {
        let new = NewPerson { login: login.to_owned(), name: format!("{login} by name"), role, email: None };
        auth::add_person(&self.app, self.org, "administrator", &new).await.unwrap()
    }

    pub async fn code(&self, login: &str) -> String {
        auth::new_code(&self.app, self.org, "administrator", login).await.unwrap()
    }

    /// A device of a user that is there already.
    pub async fn device(&self, login: &str) -> Device {
        let key = SigningKey::from_bytes(&rand_key());
        let request = enrolment(&self.code(login).await, PASSWORD, &key);
        let enrolled = auth::enrol(&self.app, request).await.unwrap();
        Device { app: self.app.clone(), key, enrolled, user: Uuid::nil() }
    }
}

pub fn rand_key() -> [u8; 32] {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).unwrap();
    bytes
}

pub fn enrolment(code: &str, password: &str, key: &SigningKey) -> EnrolRequest {
    EnrolRequest {
        code: code.to_owned(),
        password: password.to_owned(),
        device_name: "Front desk".to_owned(),
        public_key: URL_SAFE_NO_PAD.encode(key.verifying_key().as_bytes()),
    }
}

pub struct Device {
    pub app: Arc<App>,
    pub key: SigningKey,
    pub enrolled: EnrolResponse,
    pub user: Uuid,
}

impl Device {
    /// The same device, speaking to another server.
    pub fn through(&self, app: Arc<App>) -> Self {
        Self { app, key: self.key.clone(), enrolled: self.enrolled.clone(), user: self.user }
    }

    pub fn id(&self) -> DeviceId {
        self.enrolled.device
    }

    pub async fn signed(&self, key: &SigningKey) -> SignedChallenge {
        let request = ChallengeRequest { org: self.enrolled.org.clone(), device: self.id() };
        let nonce = auth::challenge(&self.app, &request).await.unwrap().nonce;
        let signature = key.sign(challenge_text(self.id(), &nonce).as_bytes());
        SignedChallenge { device: self.id(), nonce, signature: URL_SAFE_NO_PAD.encode(signature.to_bytes()) }
    }

    pub async fn token(&self) -> Result<TokenResponse, ServerError> {
        auth::token(&self.app, &self.signed(&self.key).await).await
    }
}
