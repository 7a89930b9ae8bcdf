//! The server as it runs in an office: the release program on a PostgreSQL to throw away, with
//! `fsync`, and what an operator does around it.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use server::app::App;
use server::auth::{self, NewPerson, Role};
use server::config::Config;
use tokio::runtime::Runtime;
use uuid::Uuid;

use crate::postgres::Postgres;
use crate::{Failure, memory};

/// The organisation's short name.
const ORG: &str = "bench";

/// Everybody's.
pub const PASSWORD: &str = "a good long password";

/// How long the server may take to answer at all.
const PATIENCE: Duration = Duration::from_secs(30);

/// The server, running or not, and its operator.
pub struct Scene {
    program: PathBuf,
    config: PathBuf,
    url: String,
    port: u16,
    process: Option<Child>,
    app: Arc<App>,
    org: Uuid,
    /// Of this program, for the operator's work and for the clients.
    pub runtime: Runtime,
    _postgres: Postgres,
}

impl Scene {
    /// An organisation on an empty database.
    pub fn new(folder: &Path, program: PathBuf) -> Result<Self, Failure> {
        let postgres = Postgres::durable(&folder.join("pg"))?;
        let url = postgres.url();
        let port = std::net::TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let config = folder.join("server.toml");
        // A thousand users enrol from one address, which no office does; hashing their passwords is
        // not what is measured.
        let text = format!(
            "listen = \"127.0.0.1:{port}\"\n[auth]\nargon2_mib = 1\n[limits]\nsign_ins_per_minute = 1000000\n\
             requests_per_second = 1000000\n"
        );
        std::fs::write(&config, text)?;
        let app = App::new(Config::read(Some(config.as_path()), Some(url.clone()))?)?;
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
        let org = runtime.block_on(async {
            server::migrate::migrate(&app.db).await?;
            auth::add_org(&app, ORG, "Bench").await
        })?;
        Ok(Self { program, config, url, port, process: None, app, org, runtime, _postgres: postgres })
    }

    /// Where it answers.
    pub fn address(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    fn command(&self, words: &[&str]) -> Command {
        let mut command = Command::new(&self.program);
        command.arg("--config").arg(&self.config).args(words);
        command.env("DUNLIN_DATABASE_URL", &self.url).env("RUST_LOG", "warn");
        command
    }

    /// `dunlin-server import`; how long it took.
    pub fn import(&self, file: &Path, fresh: bool) -> Result<Duration, Failure> {
        let file = file.to_str().ok_or("a temporary folder's name is no text")?;
        let mut words = vec!["import", ORG, file];
        words.extend(fresh.then_some("--fresh"));
        let start = Instant::now();
        let output = self.command(&words).stderr(Stdio::inherit()).output()?;
        if !output.status.success() {
            return Err(format!("the server did not take in {file}").into());
        }
        eprint!("  {}", String::from_utf8_lossy(&output.stdout));
        Ok(start.elapsed())
    }

    /// The server answers from here on.
    pub fn serve(&mut self) -> Result<(), Failure> {
        let process = self
            .command(&["serve"])
            .stdin(Stdio::null())
            .spawn()
            .map_err(|error| format!("{} did not start: {error}", self.program.display()))?;
        self.process = Some(process);
        let until = Instant::now() + PATIENCE;
        while std::net::TcpStream::connect(("127.0.0.1", self.port)).is_err() {
            if Instant::now() > until {
                return Err("the server does not answer".into());
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        Ok(())
    }

    /// Nobody is answered any more.
    pub fn stop(&mut self) -> Result<(), Failure> {
        if let Some(mut process) = self.process.take() {
            process.kill()?;
            process.wait()?;
        }
        Ok(())
    }

    /// The server's memory: resident, and the most it was, in kB.
    pub fn memory(&self) -> Option<(u64, u64)> {
        let id = self.process.as_ref()?.id();
        memory::of_process(id)
    }

    /// New users, and a code for each of them.
    pub fn people(&self, role: Role, logins: &[String]) -> Result<Vec<String>, Failure> {
        self.runtime.block_on(async {
            let mut codes = Vec::with_capacity(logins.len());
            for login in logins {
                let new = NewPerson { login: login.clone(), name: format!("{login} by name"), role, email: None };
                auth::add_person(&self.app, self.org, "operator", &new).await?;
                codes.push(auth::new_code(&self.app, self.org, "operator", login).await?);
            }
            Ok(codes)
        })
    }

    /// Another code for a user.
    pub fn code(&self, login: &str) -> Result<String, Failure> {
        Ok(self.runtime.block_on(auth::new_code(&self.app, self.org, "operator", login))?)
    }
}

impl Drop for Scene {
    fn drop(&mut self) {
        // The folder goes too; what it said is of no use any more.
        let _ = self.stop();
    }
}
