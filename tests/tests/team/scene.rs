//! A server with an organisation, and computers that join it.
// The stories and the journeys each use a part of it.
#![allow(dead_code)]

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum_server::Handle;
use chrono::TimeDelta;
use contract::{ConnectTeam, Host as _, LinkState, LinkView, Nothing};
use dunlin_app::Clock as _;
use server::app::App;
use server::auth::{self, NewPerson, Role};
use server::config::Config;
use server::db::Run as _;
use server::{migrate, params};
use tempfile::TempDir;
use tokio::runtime::Runtime;
use uuid::Uuid;

use crate::common::{Moving, NOON, Office};
use crate::postgres::Postgres;

pub const PASSWORD: &str = "a good long password";

/// How long an exchange may take on a busy machine.
pub const PATIENCE: Duration = Duration::from_mins(1);

pub struct Scene {
    pub clock: Arc<Moving>,
    pub app: Arc<App>,
    pub org: Uuid,
    address: SocketAddr,
    handle: Option<Handle<SocketAddr>>,
    runtime: Runtime,
    _postgres: Postgres,
    _folder: TempDir,
}

impl Scene {
    pub fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        // PostgreSQL's user must reach its folder below.
        std::process::Command::new("chmod").arg("755").arg(folder.path()).status().unwrap();
        let postgres = Postgres::start(&folder.path().join("pg"), false).unwrap_or_else(|why| panic!("{why}"));
        let mut config = Config::read(None, Some(postgres.url())).unwrap();
        let key = folder.path().join("letters.key");
        std::fs::write(&key, "5c".repeat(32)).unwrap();
        config.attachments.key_files = vec![key];
        config.auth.argon2_mib = 1;
        config.listen = SocketAddr::from(([127, 0, 0, 1], 0));
        config.limits.requests_per_second = 10_000;
        config.limits.sign_ins_per_minute = 10_000;
        let clock = Moving::at(NOON);
        let time = Arc::clone(&clock);
        let app = App::with_clock(config, Arc::new(move || time.now())).unwrap();
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        let org = runtime.block_on(async {
            migrate::migrate(&app.db).await.unwrap();
            auth::add_org(&app, "example", "Example Telecom").await.unwrap()
        });
        let mut scene = Self {
            clock,
            app,
            org,
            address: SocketAddr::from(([127, 0, 0, 1], 0)),
            handle: None,
            runtime,
            _postgres: postgres,
            _folder: folder,
        };
        scene.online();
        scene
    }

    /// The server listens, at the address it had before.
    pub fn online(&mut self) {
        self.online_with(|_| ());
    }

    /// The server listens, as the administrator set it up anew.
    pub fn online_with(&mut self, set: impl FnOnce(&mut Config)) {
        let handle = Handle::new();
        let mut config = self.app.config.clone();
        set(&mut config);
        config.listen = self.address;
        let time = Arc::clone(&self.clock);
        self.app = App::with_clock(config, Arc::new(move || time.now())).unwrap();
        let (app, stop) = (self.app.clone(), handle.clone());
        self.runtime.spawn(async move { server::serve::serve(app, stop).await.unwrap() });
        self.address = self.runtime.block_on(handle.listening()).unwrap();
        self.handle = Some(handle);
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The server is gone: nobody is answered any more.
    pub fn offline(&mut self) {
        if let Some(handle) = self.handle.take() {
            handle.shutdown();
            let until = Instant::now() + PATIENCE;
            while std::net::TcpStream::connect(self.address).is_ok() {
                assert!(Instant::now() < until, "the server does not stop");
                std::thread::sleep(Duration::from_millis(20));
            }
        }
    }

    /// Carries out what the server's own code gives.
    pub fn wait_for<T>(&self, work: impl Future<Output = T>) -> T {
        self.runtime.block_on(work)
    }

    /// Payments are complete up to now, by the billing system's word.
    pub async fn payments_known(&self) {
        let how = server::supervise::import::How { payments_until: Some(self.app.now()), ..Default::default() };
        server::supervise::import::import(&self.app, self.org, "billing", &[], how).await.unwrap();
    }

    pub fn person(&self, login: &str, role: Role) {
        let new = NewPerson { login: login.to_owned(), name: named(login), role, email: None };
        self.runtime.block_on(auth::add_person(&self.app, self.org, "administrator", &new)).unwrap();
    }

    /// Locks a user for a quarter of an hour, as wrong passwords would.
    pub fn lock(&self, login: &str) {
        let sql = "UPDATE person SET locked_until = $3 WHERE org_id = $1 AND login = $2";
        let until = self.clock.now() + TimeDelta::minutes(15);
        let given = params![self.org, login, until];
        self.runtime.block_on(async { self.app.db.conn().await.unwrap().run(sql, given).await }).unwrap();
    }

    pub fn code(&self, login: &str) -> String {
        self.runtime.block_on(auth::new_code(&self.app, self.org, "administrator", login)).unwrap()
    }

    pub fn join(&self, login: &str) -> ConnectTeam {
        ConnectTeam {
            server: format!("http://{}", self.address),
            code: self.code(login),
            password: PASSWORD.to_owned(),
            device: format!("{login}'s laptop"),
            authority: None,
            passphrase: None,
        }
    }

    /// A computer of a new user, joined and with its data.
    pub fn laptop(&self, login: &str, role: Role) -> Office {
        self.person(login, role);
        let office = Office::bare(Arc::clone(&self.clock));
        office.desk.watch_team();
        office.desk.connect_team(self.join(login)).expect("joined");
        self.up_to_date(&office);
        office
    }

    /// The organisation's last transaction.
    pub fn seq(&self) -> i64 {
        let sql = "SELECT seq FROM org WHERE org_id = $1";
        let row = self.runtime.block_on(async { self.app.db.conn().await.unwrap().row(sql, params![self.org]).await });
        row.unwrap().unwrap().get(0)
    }

    /// Exchanges until all is here and all is there.
    pub fn up_to_date(&self, office: &Office) {
        let over = Instant::now() + PATIENCE;
        loop {
            // While the fetched data are put in place nobody is answered.
            let asked = office.desk.sync_now(Nothing {});
            std::thread::sleep(Duration::from_millis(100));
            let there = office.desk.team(Nothing {}).is_ok_and(|team| {
                let link = &team.link;
                link.state == LinkState::UpToDate && link.queued == 0 && team.known == self.seq().to_string()
            });
            if there {
                return;
            }
            assert!(Instant::now() < over, "never up to date: {asked:?} {:?}", link(office));
        }
    }
}

/// As the history names a login.
pub fn named(login: &str) -> String {
    format!("{login} by name")
}

pub fn link(office: &Office) -> LinkView {
    office.desk.session(Nothing {}).expect("a view").link
}

/// Waits until something holds.
pub fn until(what: &str, holds: impl Fn() -> bool) {
    let over = Instant::now() + PATIENCE;
    while !holds() {
        assert!(Instant::now() < over, "never: {what}");
        std::thread::sleep(Duration::from_millis(20));
    }
}
