//! The test mail server, as an account of the desk's own forms.
// Every test file uses a part of it.
#![allow(dead_code)]

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use contract::{MailAccountView, SaveMailAccount};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair, KeyUsagePurpose};

/// A running server; it ends with its standard input, even if the test panics.
pub struct Server {
    child: Child,
    folder: tempfile::TempDir,
    ports: serde_json::Value,
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.child.stdin.take());
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// None, said loudly, where it isn't installed.
pub fn start() -> Option<Server> {
    // The sync stories use it from a package of their own.
    let homes = ["../../tests/peers", "peers"].map(|path| Path::new(env!("CARGO_MANIFEST_DIR")).join(path));
    let Some(home) = homes.into_iter().find(|home| home.join("node_modules/smtp-server").exists()) else {
        eprintln!("SKIPPED: no test mail server; run `npm ci` in tests/peers");
        return None;
    };
    let folder = tempfile::tempdir().expect("a folder");
    certify(folder.path());
    let at = |name: &str| folder.path().join(name).into_os_string();
    let mut child = Command::new("node")
        .arg(home.join("server.mjs"))
        .arg("--dir")
        .arg(folder.path())
        .arg("--cert")
        .arg(at("leaf.pem"))
        .arg("--key")
        .arg(at("leaf.key"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("node starts");
    let mut line = String::new();
    BufReader::new(child.stdout.take().expect("piped")).read_line(&mut line).expect("a first line");
    let ports = serde_json::from_str(&line).expect("ports as JSON");
    Some(Server { child, folder, ports })
}

fn certify(folder: &Path) {
    let key = KeyPair::generate().expect("a key");
    let mut authority = CertificateParams::new(vec![]).expect("parameters");
    authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    authority.key_usages = vec![KeyUsagePurpose::KeyCertSign];
    let authority = CertifiedIssuer::self_signed(authority, key).expect("an authority");
    let leaf = CertificateParams::new(vec!["localhost".to_owned()]).expect("parameters");
    let key = KeyPair::generate().expect("a key");
    let leaf = leaf.signed_by(&key, &authority).expect("a certificate");
    for (name, pem) in [("ca.pem", authority.pem()), ("leaf.pem", leaf.pem()), ("leaf.key", key.serialize_pem())] {
        std::fs::write(folder.join(name), pem).expect("written");
    }
}

impl Server {
    fn port(&self, name: &str) -> u16 {
        u16::try_from(self.ports[name].as_u64().expect("a port")).expect("a port")
    }

    /// An account on it, as it is typed.
    pub fn account(&self, password: &str) -> SaveMailAccount {
        let account = MailAccountView {
            preset: "generic".to_owned(),
            host: "localhost".to_owned(),
            port: self.port("starttls"),
            security: "starttls".to_owned(),
            auth: "password".to_owned(),
            user: String::new(),
            from_address: "billing@example.com".to_owned(),
            from_name: "Example Telecom".to_owned(),
            reply_to: String::new(),
            client_id: String::new(),
            token_endpoint: String::new(),
            authorize_endpoint: String::new(),
            ca_file: self.folder.path().join("ca.pem").display().to_string(),
            has_secret: false,
            configured: false,
        };
        SaveMailAccount { account, secret: Some(password.to_owned()) }
    }

    fn get(&self, path: &str) -> Vec<u8> {
        let address = format!("http://127.0.0.1:{}/{path}", self.port("control"));
        ureq::get(address).call().expect("answers").body_mut().read_to_vec().expect("whole")
    }

    /// What it accepted, in order.
    pub fn messages(&self) -> Vec<serde_json::Value> {
        serde_json::from_slice(&self.get("messages")).expect("JSON")
    }

    /// A message as it arrived; the first is 1.
    pub fn message(&self, number: usize) -> Vec<u8> {
        self.get(&format!("messages/{number}"))
    }

    pub fn stats(&self) -> serde_json::Value {
        serde_json::from_slice(&self.get("stats")).expect("JSON")
    }

    /// How often a recipient was named to it.
    pub fn attempts(&self, address: &str) -> u64 {
        self.stats()["attempts"][address].as_u64().unwrap_or(0)
    }
}
