//! A laptop that knows nothing but the protocol, and never gives up.

use std::path::Path;
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, TimeDelta, Utc};
use domain::decide::Command;
use domain::ids::AccountId;
use domain::row::Row;
use ed25519_dalek::{Signer as _, SigningKey};
use protocol::{
    Act, ChallengeRequest, ChallengeResponse, Clock, CommandId, CommandResult, Cursor, EnrolRequest, EnrolResponse,
    Envelope, Json, Manifest, ManifestRequest, Problem, PullRequest, PullResponse, PushRequest, PushResponse, SCHEMA,
    SignedChallenge, TokenResponse, challenge_text, path, unpack,
};
use serde::Serialize;
use serde::de::DeserializeOwned;
use tests::central::Central;
use uuid::Uuid;

/// How long it tries before the test fails.
const PATIENCE: Duration = Duration::from_mins(1);

/// The moment at which the server stands.
pub const NOW: &str = "2026-03-10T17:00:00Z";

/// A server with the sample portfolio, and nobody in it.
pub fn central(configuration: &str) -> Central {
    let central = Central::of(Path::new(env!("CARGO_BIN_EXE_dunlin-server")), Some(NOW), configuration);
    central.run(&["import-sample", "example", "12"]);
    central
}

pub struct Laptop {
    agent: ureq::Agent,
    /// Where it believes the server to be; a proxy, perhaps.
    pub address: String,
    device: EnrolResponse,
    token: String,
    pub accounts: Vec<AccountId>,
    cursor: Cursor,
    given: u64,
    /// What it was told, by number.
    pub told: Vec<CommandResult>,
}

fn text(mut response: ureq::http::Response<ureq::Body>) -> Result<(bool, String), ureq::Error> {
    let ok = response.status().is_success();
    Ok((ok, response.body_mut().with_config().limit(64 << 20).read_to_string()?))
}

/// Sends once. None: nobody knows what became of it, or the server's own trouble.
fn once<T: DeserializeOwned>(
    agent: &ureq::Agent,
    url: &str,
    token: &str,
    body: &impl Serialize,
) -> Option<Result<T, Problem>> {
    let sent = agent
        .post(url)
        .header("authorization", format!("Bearer {token}"))
        .header("connection", "close")
        .send(serde_json::to_string(body).unwrap());
    let (ok, text) = sent.and_then(text).ok()?;
    if ok {
        return serde_json::from_str(&text).ok().map(Ok);
    }
    let problem: Problem = serde_json::from_str(&text).ok()?;
    (problem.code.status() < 500 && problem.code.status() != 429).then_some(Err(problem))
}

impl Laptop {
    /// Enrols a specialist with every customer, and takes a first snapshot.
    pub fn of(central: &Central, login: &str) -> Self {
        let code = central.user(login, "specialist", login);
        central.assign(login, &["all"]);
        let mut bytes = [0; 32];
        getrandom::fill(&mut bytes).unwrap();
        let key = SigningKey::from_bytes(&bytes);
        let agent: ureq::Agent = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .timeout_global(Some(Duration::from_secs(20)))
            .build()
            .into();
        let at = |path: &str| format!("{}{path}", central.address());
        let request = EnrolRequest {
            code,
            password: "a good long password".to_owned(),
            device_name: login.to_owned(),
            public_key: URL_SAFE_NO_PAD.encode(key.verifying_key().as_bytes()),
        };
        let device: EnrolResponse = once(&agent, &at(path::ENROL), "", &request).unwrap().unwrap();
        let asked = ChallengeRequest { org: device.org.clone(), device: device.device };
        let challenge: ChallengeResponse = once(&agent, &at(path::CHALLENGE), "", &asked).unwrap().unwrap();
        let signature = key.sign(challenge_text(device.device, &challenge.nonce).as_bytes());
        let signature = URL_SAFE_NO_PAD.encode(signature.to_bytes());
        let signed = SignedChallenge { device: device.device, nonce: challenge.nonce, signature };
        let token: TokenResponse = once(&agent, &at(path::TOKEN), "", &signed).unwrap().unwrap();
        let request = ManifestRequest { schema_version: SCHEMA, decided: 0 };
        let manifest: Manifest = once(&agent, &at(path::SNAPSHOT), &token.token, &request).unwrap().unwrap();
        let url = format!("{}/{}/0", at(path::SNAPSHOT), manifest.id);
        let chunk = agent.get(url).header("authorization", format!("Bearer {}", token.token)).call().unwrap();
        let chunk = chunk.into_body().with_config().limit(64 << 20).read_to_vec().unwrap();
        let rows = unpack(&manifest.chunks[0], &chunk).unwrap();
        let accounts = rows.iter().filter_map(|row| match row.read().unwrap() {
            Row::Account(account) => Some(account.id),
            _ => None,
        });
        Self {
            agent,
            address: central.address().to_owned(),
            device,
            token: token.token,
            accounts: accounts.collect(),
            cursor: manifest.cursor,
            given: 0,
            told: Vec::new(),
        }
    }

    fn note(&mut self) -> Envelope {
        self.given += 1;
        let start: DateTime<Utc> = NOW.parse().unwrap();
        let account = self.accounts[usize::try_from(self.given).unwrap() % self.accounts.len()];
        let command = Command::AddNote { note: format!("note {}", self.given) };
        Envelope {
            id: CommandId(Uuid::now_v7()),
            device: self.device.device,
            device_seq: self.given,
            cmd_version: 1,
            app_version: "0.1.0".to_owned(),
            clock: Clock {
                occurred_at: start + TimeDelta::milliseconds(i64::try_from(self.given).unwrap()),
                offset_ms: Some(0),
                elapsed_ms: None,
            },
            tz: "America/Boise".to_owned(),
            base_cursor: self.cursor,
            policy_version: 1,
            permit: None,
            act: Json::of(&Act::Decide { account, command }).unwrap(),
            instead: None,
        }
    }

    /// Tries until there is an answer.
    fn until<T: DeserializeOwned>(&self, path: &str, body: &impl Serialize) -> T {
        let began = Instant::now();
        loop {
            match once(&self.agent, &format!("{}{path}", self.address), &self.token, body) {
                Some(Ok(answer)) => return answer,
                Some(Err(problem)) => panic!("{path}: {problem:?}"),
                None => assert!(began.elapsed() < PATIENCE, "{path}: no answer from {}", self.address),
            }
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    /// Pushes one batch until it is acknowledged.
    pub fn push(&mut self, count: usize) {
        let commands: Vec<Envelope> = (0..count).map(|_| self.note()).collect();
        let response: PushResponse = self.until(path::PUSH, &PushRequest { epoch: 1, commands, lost_upto: None });
        assert_eq!(response.results.len(), count);
        assert!(response.results.iter().all(|result| result.outcome.is_accepted()), "{response:?}");
        self.told.extend(response.results);
    }

    /// Pushes one batch, once.
    pub fn try_push(&self, commands: &[Envelope]) -> Option<Result<PushResponse, Problem>> {
        let request = PushRequest { epoch: 1, commands: commands.to_vec(), lost_upto: None };
        once(&self.agent, &format!("{}{}", self.address, path::PUSH), &self.token, &request)
    }

    /// A batch to try.
    pub fn batch(&mut self, count: usize) -> Vec<Envelope> {
        (0..count).map(|_| self.note()).collect()
    }

    /// Pulls to the head; the verdicts that came.
    pub fn pull(&mut self) -> Vec<CommandResult> {
        let mut results = Vec::new();
        loop {
            let request = PullRequest {
                cursor: self.cursor,
                limit_bytes: 1 << 20,
                permits: Vec::new(),
                checksums: Vec::new(),
                stretch: None,
                repair: Vec::new(),
                assigned: false,
            };
            let PullResponse::Page(page) = self.until(path::PULL, &request) else { panic!("a page") };
            self.cursor = page.cursor;
            results.extend(page.results);
            if !page.more {
                return results;
            }
        }
    }

    /// Everything it was told is what the server has: each command once, in order, with its effect.
    pub fn check(&mut self) {
        let told = std::mem::take(&mut self.told);
        let numbers: Vec<u64> = told.iter().map(|result| result.device_seq).collect();
        assert_eq!(numbers, (1..=self.given).collect::<Vec<u64>>(), "each once, in order");
        assert_eq!(self.pull(), told, "the server stands by its word");
        self.told = told;
    }
}
