//! The test mail server, and emails that went through the real gate.
// Every test file uses a part of it.
#![allow(dead_code)]

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use chrono::{DateTime, TimeDelta, Utc};
use domain::compliance::Cleared;
use domain::email::{Attachment, Delivery, Email, Mailbox, OptOut, compose};
use domain::facts::Facts;
use domain::ids::OutboxId;
use domain::letter::Letterhead;
use domain::outbox::Channel;
use domain::template::{Kind, Occasion, builtin};
use domain::testkit;
use dunlin_mail::{Account, OAuthProvider, Secret, Security, SignIn, Smtp, Timeouts, Transport};
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

/// What the server's certificate is like.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Certificate {
    Good,
    Expired,
    OtherName,
}

/// A server that offers every way of signing in; none, said loudly, where it isn't installed.
pub fn server() -> Option<Server> {
    server_with(Certificate::Good, "PLAIN,LOGIN,XOAUTH2")
}

pub fn server_with(certificate: Certificate, methods: &str) -> Option<Server> {
    let home = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/peers");
    if !home.join("node_modules/smtp-server").exists() {
        eprintln!("SKIPPED: no test mail server; run `npm ci` in tests/peers");
        return None;
    }
    let folder = tempfile::tempdir().expect("a folder");
    certify(folder.path(), certificate);
    let at = |name: &str| folder.path().join(name).into_os_string();
    let mut child = Command::new("node")
        .arg(home.join("server.mjs"))
        .arg("--dir")
        .arg(folder.path())
        .arg("--cert")
        .arg(at("leaf.pem"))
        .arg("--key")
        .arg(at("leaf.key"))
        .args(["--auth", methods])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("node starts");
    let mut line = String::new();
    BufReader::new(child.stdout.take().expect("piped")).read_line(&mut line).expect("a first line");
    let ports = serde_json::from_str(&line).expect("ports as JSON");
    Some(Server { child, folder, ports })
}

fn certify(folder: &Path, certificate: Certificate) {
    let key = KeyPair::generate().expect("a key");
    let mut authority = CertificateParams::new(vec![]).expect("parameters");
    authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    authority.key_usages = vec![KeyUsagePurpose::KeyCertSign];
    let authority = CertifiedIssuer::self_signed(authority, key).expect("an authority");
    let name = match certificate {
        Certificate::OtherName => "mail.example.com",
        Certificate::Good | Certificate::Expired => "localhost",
    };
    let mut leaf = CertificateParams::new(vec![name.to_owned()]).expect("parameters");
    if certificate == Certificate::Expired {
        leaf.not_after = rcgen::date_time_ymd(2020, 1, 1);
    }
    let key = KeyPair::generate().expect("a key");
    let leaf = leaf.signed_by(&key, &authority).expect("a certificate");
    for (name, pem) in [("ca.pem", authority.pem()), ("leaf.pem", leaf.pem()), ("leaf.key", key.serialize_pem())] {
        std::fs::write(folder.join(name), pem).expect("written");
    }
}

impl Server {
    pub fn port(&self, name: &str) -> u16 {
        let port = self.ports[name].as_u64().expect("a port");
        u16::try_from(port).expect("a port")
    }

    pub fn ca(&self) -> PathBuf {
        self.folder.path().join("ca.pem")
    }

    /// An account on it, with short waits.
    pub fn account(&self, security: Security) -> Account {
        let port = self.port(match security {
            Security::Tls => "tls",
            Security::StartTls => "starttls",
        });
        let sign_in = SignIn::Password { user: "billing@example.com".to_owned() };
        Account {
            from_name: "Example Telecom".to_owned(),
            extra_roots: Some(self.ca()),
            timeouts: Timeouts { answer: 10, accept: 3 },
            ..Account::generic("localhost", port, security, "billing@example.com", sign_in)
        }
    }

    /// Its sign-in server.
    pub fn provider(&self) -> OAuthProvider {
        let at = |path: &str| format!("http://127.0.0.1:{}/{path}", self.port("signIn"));
        OAuthProvider {
            name: "Example sign-in".to_owned(),
            authorize_url: at("authorize"),
            token_url: at("token"),
            client_id: "dunlin-test".to_owned(),
            scopes: vec!["mail".to_owned()],
            loopback: "127.0.0.1".to_owned(),
            parameters: vec![],
        }
    }

    pub fn oauth_account(&self) -> Account {
        Account {
            sign_in: SignIn::OAuth { user: "billing@example.com".to_owned(), provider: self.provider() },
            ..self.account(Security::StartTls)
        }
    }

    /// A transport that signs in with the right password.
    pub fn transport(&self) -> Transport {
        smtp(self.account(Security::StartTls), password("correct"))
    }

    fn get(&self, path: &str) -> Vec<u8> {
        ureq::get(format!("http://127.0.0.1:{}/{path}", self.port("control")))
            .call()
            .expect("answers")
            .body_mut()
            .with_config()
            .limit(64 * 1024 * 1024)
            .read_to_vec()
            .expect("whole")
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

    /// Closes every connection that is open to it, as an idle timeout would.
    pub fn hang_up(&self) {
        self.get("hang-up");
    }

    /// How often a recipient was named to it.
    pub fn attempts(&self, address: &str) -> u64 {
        self.stats()["attempts"][address].as_u64().unwrap_or(0)
    }
}

pub fn smtp(account: Account, secret: Secret) -> Transport {
    Transport::Smtp(Box::new(Smtp::new(account, secret).expect("settings stand")))
}

pub fn password(word: &str) -> Secret {
    Secret::Password(word.to_owned().into())
}

pub fn refresh(token: &str) -> Secret {
    Secret::Refresh { token: token.to_owned().into(), client_secret: None }
}

pub fn now() -> DateTime<Utc> {
    testkit::now()
}

pub fn later(minutes: i64) -> DateTime<Utc> {
    now() + TimeDelta::minutes(minutes)
}

/// The sample account, with that email address.
pub fn facts(to: &str) -> Facts {
    let mut facts = testkit::facts();
    to.clone_into(&mut facts.customer.points[1].value);
    facts
}

pub fn letterhead() -> Letterhead {
    Letterhead {
        name: "Example Telecom".to_owned(),
        return_address: vec!["PO Box 1200".to_owned(), "Reno, NV 89501".to_owned()],
        phone: "775-555-0142".to_owned(),
        ..Letterhead::default()
    }
}

pub fn delivery(number: u128, to: &str) -> Delivery {
    Delivery {
        id: OutboxId(uuid::Uuid::from_u128(number)),
        from: Mailbox::new("Example Telecom", "billing@example.com").expect("stands"),
        to: to.to_owned(),
        reply_to: None,
        previous: None,
        opt_out: Some(OptOut {
            address: Mailbox::new("", "optout@example.com").expect("stands"),
            link: Some("https://www.example.com/optout?a=1&b=2".to_owned()),
        }),
        attachments: vec![],
        approval: None,
    }
}

pub fn composed(kind: Kind, facts: &Facts, delivery: Delivery) -> Email {
    let head = letterhead();
    let occasion =
        Occasion { pay_by: Some(testkit::day(2026, 3, 20)), ..Occasion::new(kind, now().date_naive(), &head) };
    let text = builtin(kind, Channel::Email, facts.account.mode);
    compose(facts, &text, &occasion, delivery).expect("composes")
}

/// A first dunning email, cleared.
pub fn email(number: u128, to: &str) -> Cleared<Email> {
    with(number, to, |_| {})
}

/// The same, changed before it goes through the gate.
pub fn with(number: u128, to: &str, change: impl FnOnce(&mut Email)) -> Cleared<Email> {
    let facts = facts(to);
    let mut email = composed(Kind::Dunning1, &facts, delivery(number, to));
    change(&mut email);
    testkit::cleared(email, &facts)
}

pub fn attachment(name: &str, bytes: Vec<u8>) -> Attachment {
    Attachment { name: name.to_owned(), media_type: "application/pdf".to_owned(), bytes }
}
