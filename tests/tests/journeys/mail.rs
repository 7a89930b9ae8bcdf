//! A real mail server: STARTTLS, a certificate of its own, messages kept as files.

use std::path::{Path, PathBuf};
use std::process::Stdio;

use serde_json::Value;
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::{Child, Command};

pub struct MailServer {
    _process: Child,
    pub port: u64,
    pub ca: PathBuf,
    folder: PathBuf,
}

impl MailServer {
    /// Starts it; its messages go to a folder.
    pub async fn start(folder: &Path) -> Self {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("peers/server.mjs");
        let mut process = Command::new("node")
            .arg(script)
            .arg("--dir")
            .arg(folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .expect("node starts the mail server");
        let mut lines = BufReader::new(process.stdout.take().expect("its output")).lines();
        let line = lines.next_line().await.expect("readable").expect("a first line");
        let ports: Value = serde_json::from_str(&line).expect("JSON");
        Self {
            _process: process,
            port: ports["starttls"].as_u64().expect("a port"),
            ca: PathBuf::from(ports["ca"].as_str().expect("a certificate")),
            folder: folder.to_owned(),
        }
    }

    /// What it accepted, in order.
    pub fn messages(&self) -> Vec<String> {
        (1_u32..1_000)
            .map(|number| self.folder.join(format!("{number}.eml")))
            .take_while(|path| path.exists())
            .map(|path| std::fs::read_to_string(path).expect("a message"))
            .collect()
    }
}
