//! A PostgreSQL of one's own, from the system's binaries, on a socket in a temporary folder: nothing
//! is installed as a service, no port is opened, and dropping it ends it.
//!
//! Used by `cargo xtask serve` and, by path, by the server's tests; so it needs no other crate.
//! PostgreSQL refuses to run as root: root hands it to an unprivileged user.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// The Debian package that brings the binaries.
pub const PACKAGE: &str = "postgresql";

/// A running PostgreSQL.
pub struct Postgres {
    folder: PathBuf,
    bin: PathBuf,
    user: Option<String>,
    child: Option<Child>,
    keep: bool,
    fsync: bool,
}

/// Where the binaries are: the newest version of Debian's, or those on the path.
#[must_use]
pub fn binaries() -> Option<PathBuf> {
    let mut versions: Vec<(u32, PathBuf)> = std::fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .filter_map(|entry| {
            let path = entry.ok()?.path();
            Some((path.file_name()?.to_str()?.parse().ok()?, path.join("bin")))
        })
        .filter(|(_, bin)| bin.join("initdb").is_file())
        .collect();
    versions.sort();
    versions.pop().map(|(_, bin)| bin).or_else(|| {
        std::env::split_paths(&std::env::var_os("PATH")?)
            .find(|folder| folder.join("initdb").is_file() && folder.join("postgres").is_file())
    })
}

impl Postgres {
    /// Makes a cluster in the folder if there is none yet, and starts it. `keep` leaves the folder
    /// behind when it ends.
    #[allow(dead_code, reason = "the bench has a durable one")]
    pub fn start(folder: &Path, keep: bool) -> Result<Self, String> {
        // What is here is thrown away; a killed process loses nothing that the system has.
        Self::with(folder, keep, false)
    }

    /// The same, and what is committed would survive a loss of power: to be measured.
    #[allow(dead_code, reason = "only the bench measures")]
    pub fn durable(folder: &Path) -> Result<Self, String> {
        Self::with(folder, false, true)
    }

    fn with(folder: &Path, keep: bool, fsync: bool) -> Result<Self, String> {
        let bin = binaries().ok_or_else(|| {
            format!("PostgreSQL's programs are missing; run: sudo apt-get install --no-install-recommends {PACKAGE}")
        })?;
        let user = unprivileged()?;
        std::fs::create_dir_all(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
        let mut postgres = Self { folder: folder.to_owned(), bin, user, child: None, keep, fsync };
        if let Some(user) = postgres.user.clone() {
            run(Command::new("chown").args(["-R", &format!("{user}:")]).arg(folder))?;
        }
        if !folder.join("data/PG_VERSION").is_file() {
            run(postgres
                .program("initdb")
                .args(["--no-sync", "-A", "trust", "-U", "dunlin", "-E", "UTF8"])
                .args(["--locale=C", "-D"])
                .arg(folder.join("data")))?;
        }
        postgres.restart()?;
        Ok(postgres)
    }

    /// Ends what an interrupted run left in the folder, and the folder with it.
    #[allow(dead_code, reason = "tests have a new folder each")]
    pub fn clear(folder: &Path) -> Result<(), String> {
        if let (true, Some(bin)) = (folder.join("data/postmaster.pid").is_file(), binaries()) {
            let left =
                Self { folder: folder.to_owned(), bin, user: unprivileged()?, child: None, keep: true, fsync: false };
            // It may be gone already; then there is nothing to stop.
            let _ = left.program("pg_ctl").args(["stop", "-m", "immediate", "-D"]).arg(folder.join("data")).status();
        }
        match std::fs::remove_dir_all(folder) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error.to_string()),
            _ => Ok(()),
        }
    }

    /// A streaming replica of it, in another folder: read-only, and a moment behind.
    #[allow(dead_code, reason = "only tests do")]
    pub fn replica(&self, folder: &Path) -> Result<Self, String> {
        std::fs::create_dir_all(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
        let mut replica = Self {
            folder: folder.to_owned(),
            bin: self.bin.clone(),
            user: self.user.clone(),
            child: None,
            keep: false,
            fsync: self.fsync,
        };
        if let Some(user) = &replica.user {
            run(Command::new("chown").args(["-R", &format!("{user}:")]).arg(folder))?;
        }
        let from = format!("host={} user=dunlin", self.folder.display());
        run(replica
            .program("pg_basebackup")
            .args(["--no-sync", "--checkpoint=fast", "--write-recovery-conf", "-d", &from, "-D"])
            .arg(folder.join("data")))?;
        replica.restart()?;
        Ok(replica)
    }

    /// Where its socket is.
    #[allow(dead_code, reason = "only tests ask")]
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// As tokio-postgres takes it.
    #[must_use]
    pub fn url(&self) -> String {
        format!("host={} user=dunlin dbname=postgres", self.folder.display())
    }

    /// Starts it after [`Postgres::kill`]; waits until it answers.
    pub fn restart(&mut self) -> Result<(), String> {
        let until = Instant::now() + Duration::from_secs(30);
        loop {
            let log = std::fs::OpenOptions::new()
                .create(true)
                .append(true)
                .open(self.folder.join("log"))
                .map_err(|error| error.to_string())?;
            let error_log = log.try_clone().map_err(|error| error.to_string())?;
            let data = self.folder.join("data");
            let socket = self.folder.clone();
            let mut child = self
                .program("postgres")
                .arg("-D")
                .arg(data)
                .arg("-k")
                .arg(socket)
                .args(["-c", "listen_addresses=", "-c", "max_connections=200"])
                .args(["-c", if self.fsync { "fsync=on" } else { "fsync=off" }])
                .stdin(Stdio::null())
                .stdout(log)
                .stderr(error_log)
                .spawn()
                .map_err(|error| format!("postgres did not start: {error}"))?;
            loop {
                if self.answers() {
                    self.child = Some(child);
                    return Ok(());
                }
                // After a kill the old processes may take a moment to be gone.
                let ended = child.try_wait().map_err(|error| error.to_string())?.is_some();
                if Instant::now() > until {
                    let _ = child.kill();
                    let _ = child.wait();
                    let log = std::fs::read_to_string(self.folder.join("log")).unwrap_or_default();
                    return Err(format!("postgres does not answer:\n{log}"));
                }
                std::thread::sleep(Duration::from_millis(30));
                if ended {
                    break;
                }
            }
        }
    }

    /// `kill -9`: as if the machine's power failed for this process.
    #[allow(dead_code, reason = "only tests do")]
    pub fn kill(&mut self) {
        if let Some(mut child) = self.child.take() {
            let _ = child.kill();
            let _ = child.wait();
        }
    }

    fn answers(&self) -> bool {
        self.program("pg_isready").arg("-q").arg("-h").arg(&self.folder).status().is_ok_and(|status| status.success())
    }

    fn program(&self, name: &str) -> Command {
        let path = self.bin.join(name);
        let mut command = match &self.user {
            None => Command::new(path),
            Some(user) => {
                let mut command = Command::new("setpriv");
                command.arg(format!("--reuid={user}")).arg(format!("--regid={user}")).arg("--clear-groups").arg(path);
                command
            }
        };
        command.current_dir("/").stdout(Stdio::null());
        command
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        if let Some(child) = &mut self.child {
            // SIGINT is its fast shutdown.
            let asked = Command::new("kill").args(["-INT", &child.id().to_string()]).status();
            if asked.is_err() {
                let _ = child.kill();
            }
            let _ = child.wait();
        }
        if !self.keep {
            let _ = std::fs::remove_dir_all(&self.folder);
        }
    }
}

/// Whom root hands PostgreSQL to; none when we are not root.
fn unprivileged() -> Result<Option<String>, String> {
    let id = |args: &[&str]| {
        Command::new("id")
            .args(args)
            .stderr(Stdio::null())
            .output()
            .ok()
            .filter(|output| output.status.success())
            .map(|output| String::from_utf8_lossy(&output.stdout).trim().to_owned())
    };
    if id(&["-u"]).as_deref() != Some("0") {
        return Ok(None);
    }
    // setpriv takes the group of the same name; Debian's postgres and the BSD-born nobody have one.
    ["postgres", "nobody"]
        .into_iter()
        .find(|user| id(&["-g", "-n", user]).as_deref() == Some(*user))
        .map(|user| Some(user.to_owned()))
        .ok_or_else(|| "PostgreSQL does not run as root, and there is no user postgres to give it to".to_owned())
}

fn run(command: &mut Command) -> Result<(), String> {
    let output = command.stdin(Stdio::null()).output().map_err(|error| format!("{command:?}: {error}"))?;
    if output.status.success() {
        Ok(())
    } else {
        Err(format!("{command:?}: {}", String::from_utf8_lossy(&output.stderr)))
    }
}
