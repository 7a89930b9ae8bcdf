//! A central server for tests: the real program over a PostgreSQL of its own, set up through its own
//! command line, ended with the value that holds it.
#![allow(
    clippy::missing_panics_doc,
    clippy::must_use_candidate,
    reason = "only tests call it; a panic is their way to fail"
)]

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::postgres::Postgres;

/// The organisation's short name.
pub const ORG: &str = "example";

/// How long it may take to answer on a busy machine.
const PATIENCE: Duration = Duration::from_mins(1);

/// A server and its database. Every method panics when it fails: a test's way.
pub struct Central {
    program: PathBuf,
    environment: Vec<(String, String)>,
    arguments: Vec<String>,
    serving: Option<Serving>,
    address: String,
    // Fields end in this order: the server, its database, their folder.
    postgres: Postgres,
    folder: tempfile::TempDir,
}

/// A process that answers; ends with the value.
pub struct Serving {
    process: Child,
    address: String,
}

impl Serving {
    /// `http://127.0.0.1:PORT`.
    #[must_use]
    pub fn address(&self) -> &str {
        &self.address
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Where Cargo puts what it builds for tests.
#[must_use]
pub fn built(name: &str) -> PathBuf {
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("a workspace");
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| workspace.join("target"), PathBuf::from);
    target.join("debug").join(name)
}

impl Central {
    /// The program that `cargo build --package dunlin-server` left, at a given moment (RFC 3339), with
    /// the organisation [`ORG`] and nobody in it.
    #[must_use]
    pub fn start(now: Option<&str>) -> Self {
        Self::of(&built("dunlin-server"), now, "")
    }

    /// A program at a given moment, with a configuration.
    #[must_use]
    pub fn of(program: &Path, now: Option<&str>, configuration: &str) -> Self {
        Self::within(&std::env::temp_dir(), program, now, configuration)
    }

    /// The same with everything it writes below that folder.
    #[must_use]
    pub fn within(place: &Path, program: &Path, now: Option<&str>, configuration: &str) -> Self {
        assert!(program.is_file(), "{} is not built: cargo build --package dunlin-server", program.display());
        let folder = tempfile::tempdir_in(place).expect("a folder");
        // PostgreSQL's user must reach its folder below.
        set_mode(folder.path(), "755");
        let postgres = Postgres::start(&folder.path().join("pg"), false).unwrap_or_else(|why| panic!("{why}"));
        let mut environment = vec![("DUNLIN_DATABASE_URL".to_owned(), postgres.url())];
        environment.extend(now.map(|now| ("DUNLIN_NOW".to_owned(), now.to_owned())));
        let file = folder.path().join("server.toml");
        // Cheap passwords, and no limit that a test would run into.
        let limits = "[auth]\nargon2_mib = 1\n[limits]\nsign_ins_per_minute = 10000\nrequests_per_second = 10000\n";
        let text = if configuration.is_empty() { limits } else { configuration };
        std::fs::write(&file, text).expect("a configuration");
        let arguments = vec!["--config".to_owned(), file.display().to_string()];
        let program = program.to_owned();
        let mut central =
            Self { program, environment, arguments, serving: None, address: String::new(), postgres, folder };
        central.run(&["migrate"]);
        central.run(&["add-org", ORG, "Example Telecom"]);
        central.serve();
        central
    }

    /// `http://127.0.0.1:PORT`; the same after [`Central::kill`] and [`Central::serve`].
    #[must_use]
    pub fn address(&self) -> &str {
        &self.address
    }

    /// A user with a role, and the code that enrols their first device.
    pub fn user(&self, login: &str, role: &str, name: &str) -> String {
        self.run(&["add-user", ORG, login, role, name]);
        self.code(login)
    }

    /// A code for one more device.
    pub fn code(&self, login: &str) -> String {
        self.run(&["code", ORG, login])
    }

    /// Takes in a billing extract; `how` as `dunlin-server import --help` has it.
    pub fn import(&self, extract: &Path, how: &[&str]) -> String {
        let extract = extract.display().to_string();
        self.run(&[&["import", ORG, &extract], how].concat())
    }

    /// Gives customers to a user, by their references; `["all"]` gives every one.
    pub fn assign(&self, login: &str, customers: &[&str]) -> String {
        self.run(&[&["assign", ORG, login], customers].concat())
    }

    /// Any operator's command; what it said.
    pub fn run(&self, words: &[&str]) -> String {
        let output = self.command(words).output().expect("the server's program starts");
        let said = String::from_utf8_lossy(&output.stdout).trim().to_owned();
        assert!(output.status.success(), "{words:?}: {said}\n{}", String::from_utf8_lossy(&output.stderr));
        said
    }

    /// Starts serving again after [`Central::kill`]; waits until it is ready.
    pub fn serve(&mut self) {
        let listen = match self.address.strip_prefix("http://") {
            Some(known) => known.to_owned(),
            None => "127.0.0.1:0".to_owned(),
        };
        let serving = self.process(&listen);
        self.address.clone_from(&serving.address);
        self.serving = Some(serving);
    }

    /// One more server on the same database.
    #[must_use]
    pub fn beside(&self) -> Serving {
        self.process("127.0.0.1:0")
    }

    fn process(&self, listen: &str) -> Serving {
        let log = || std::fs::OpenOptions::new().create(true).append(true).open(self.log()).expect("a log");
        let until = Instant::now() + PATIENCE;
        loop {
            let mut command = self.command(&["serve", "--listen", listen]);
            let mut process = command.stdout(Stdio::piped()).stderr(log()).spawn().expect("the server starts");
            let mut line = String::new();
            let output = process.stdout.take().expect("its output");
            BufReader::new(output).read_line(&mut line).expect("readable");
            let address = line.trim().strip_prefix("listening on ").unwrap_or_default().to_owned();
            let serving = Serving { process, address };
            while !serving.address.is_empty() && Instant::now() < until {
                if ready(&serving.address) {
                    return serving;
                }
                std::thread::sleep(Duration::from_millis(30));
            }
            // The database may have been killed a moment ago: as systemd does, once more.
            assert!(Instant::now() < until, "it does not serve:\n{}", self.said());
            std::thread::sleep(Duration::from_millis(200));
        }
    }

    /// `kill -9` of the server's process.
    pub fn kill(&mut self) {
        self.serving = None;
    }

    /// The database beneath, to be killed and started.
    pub fn postgres(&mut self) -> &mut Postgres {
        &mut self.postgres
    }

    /// What the server wrote to its log.
    #[must_use]
    pub fn said(&self) -> String {
        std::fs::read_to_string(self.log()).unwrap_or_default()
    }

    fn log(&self) -> PathBuf {
        self.folder.path().join("server.log")
    }

    fn command(&self, words: &[&str]) -> Command {
        let mut command = Command::new(&self.program);
        command.args(&self.arguments).args(words).stdin(Stdio::null()).env_remove("DUNLIN_NOW");
        command.envs(self.environment.iter().map(|(name, value)| (name, value)));
        command
    }
}

fn set_mode(path: &Path, mode: &str) {
    let done = Command::new("chmod").arg(mode).arg(path).status();
    assert!(done.is_ok_and(|status| status.success()), "chmod {}", path.display());
}

/// Whether the server says that it is ready. Plain HTTP, so that this needs no client library.
fn ready(address: &str) -> bool {
    let host = address.trim_start_matches("http://");
    let Ok(mut stream) = TcpStream::connect(host) else { return false };
    let _ = stream.set_read_timeout(Some(Duration::from_secs(5)));
    let asked = write!(stream, "GET /health/ready HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n\r\n");
    let mut answer = String::new();
    asked.is_ok() && stream.read_to_string(&mut answer).is_ok() && answer.starts_with("HTTP/1.1 200")
}
