//! A light client: a device with a key and a token of its own that pulls and pushes, without a database.

use std::fs::File;
use std::io::{BufWriter, Write as _};
use std::path::Path;

use app::{Clock as _, SystemClock};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Utc};
use domain::decide::Command;
use domain::ids::{AccountId, CustomerId};
use domain::policy::Policy;
use ed25519_dalek::{Signer as _, SigningKey};
use protocol::{
    Act, COMMAND, ChallengeRequest, ChallengeResponse, Clock, CommandId, Cursor, DeviceId, EnrolRequest, EnrolResponse,
    Envelope, Json, Manifest, ManifestRequest, PAGE_BYTES, PullRequest, PullResponse, PushRequest, PushResponse,
    SCHEMA, SignedChallenge, TokenResponse, challenge_text, path,
};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::Failure;
use crate::http::{Answer, Http};
use crate::scene::PASSWORD;

/// The client.
pub struct Light {
    http: Http,
    key: SigningKey,
    device: DeviceId,
    org: String,
    token: String,
    cursor: Cursor,
    seq: u64,
    /// What it works on.
    pub accounts: Vec<AccountId>,
}

/// Now, as a device's clock has it.
fn now() -> DateTime<Utc> {
    SystemClock.now()
}

impl Light {
    /// Enrols with a code, and has a token.
    pub async fn enrol(http: &Http, code: &str) -> Result<Self, Failure> {
        let mut seed = [0; 32];
        getrandom::fill(&mut seed).map_err(|error| error.to_string())?;
        let key = SigningKey::from_bytes(&seed);
        let request = EnrolRequest {
            code: code.to_owned(),
            password: PASSWORD.to_owned(),
            device_name: "A light client".to_owned(),
            public_key: URL_SAFE_NO_PAD.encode(key.verifying_key().as_bytes()),
        };
        let enrolled: EnrolResponse = http.post(path::ENROL, None, &request).await.given()?;
        let mut client = Self {
            http: http.clone(),
            key,
            device: enrolled.device,
            org: enrolled.org,
            token: String::new(),
            cursor: Cursor::default(),
            seq: 0,
            accounts: Vec::new(),
        };
        client.sign().await?;
        Ok(client)
    }

    /// A fresh token.
    pub async fn sign(&mut self) -> Result<(), Failure> {
        let ask = ChallengeRequest { org: self.org.clone(), device: self.device };
        let ChallengeResponse { nonce } = self.http.post(path::CHALLENGE, None, &ask).await.given()?;
        let signature = self.key.sign(challenge_text(self.device, &nonce).as_bytes());
        let signed =
            SignedChallenge { device: self.device, nonce, signature: URL_SAFE_NO_PAD.encode(signature.to_bytes()) };
        let token: TokenResponse = self.http.post(path::TOKEN, None, &signed).await.given()?;
        self.token = token.token;
        Ok(())
    }

    /// Stands where a first snapshot would bring it.
    pub async fn catch_up(&mut self) -> Result<(), Failure> {
        let request = ManifestRequest { schema_version: SCHEMA, decided: self.seq };
        let manifest: Manifest = self.http.post(path::SNAPSHOT, Some(&self.token), &request).await.given()?;
        self.cursor = manifest.cursor;
        Ok(())
    }

    /// Gives these customers to a user; a supervisor's client can.
    pub async fn assign(&self, login: &str, customers: &[CustomerId]) -> Result<(), Failure> {
        let body = json!({ "login": login, "add": customers });
        self.http.post::<Value>("/v1/assign", Some(&self.token), &body).await.given().map(|_| ())
    }

    /// One pull.
    pub async fn pull(&self) -> Answer<PullResponse> {
        let request = PullRequest {
            cursor: self.cursor,
            limit_bytes: PAGE_BYTES as u64,
            permits: Vec::new(),
            checksums: Vec::new(),
            stretch: None,
            repair: Vec::new(),
            assigned: false,
        };
        self.http.post(path::PULL, Some(&self.token), &request).await
    }

    /// The rows that came since it caught up, one JSON object a line, and how many.
    pub async fn came(&mut self, into: &Path) -> Result<u64, Failure> {
        self.sign().await?;
        let mut file = BufWriter::new(File::create(into)?);
        let mut count = 0;
        loop {
            let PullResponse::Page(page) = self.pull().await.given()? else {
                return Err("the server sends no page".into());
            };
            for row in page.transactions.iter().flat_map(|one| &one.rows) {
                serde_json::to_writer(&mut file, row)?;
                file.write_all(b"\n")?;
                count += 1;
            }
            self.cursor = page.cursor;
            if !page.more {
                file.flush()?;
                return Ok(count);
            }
        }
    }

    /// One push of so many notes. They are numbered on when all were decided.
    pub async fn push(&mut self, count: usize) -> Result<Answer<PushResponse>, Failure> {
        let mut commands = Vec::with_capacity(count);
        for nr in 1..=count as u64 {
            commands.push(self.note(self.seq + nr)?);
        }
        let request = PushRequest { epoch: self.cursor.epoch, commands, lost_upto: None };
        let answer: Answer<PushResponse> = self.http.post(path::PUSH, Some(&self.token), &request).await;
        if let Answer::Given(given) = &answer {
            if let Some(other) = given.results.iter().find(|result| !result.outcome.is_accepted()) {
                return Err(format!("a note was not accepted: {:?}", other.outcome).into());
            }
            if given.last_device_seq != self.seq + count as u64 || given.results.len() != count {
                return Err("a command was lost".into());
            }
            self.seq = given.last_device_seq;
        }
        Ok(answer)
    }

    fn note(&self, device_seq: u64) -> Result<Envelope, Failure> {
        let at = usize::try_from(device_seq)? % self.accounts.len().max(1);
        let account = *self.accounts.get(at).ok_or("a client without accounts")?;
        let command = Command::AddNote { note: format!("Note {device_seq}: asked for a copy of the latest invoice.") };
        Ok(Envelope {
            id: CommandId(Uuid::now_v7()),
            device: self.device,
            device_seq,
            cmd_version: COMMAND,
            app_version: env!("CARGO_PKG_VERSION").to_owned(),
            clock: Clock { occurred_at: now(), offset_ms: Some(0), elapsed_ms: Some(0) },
            tz: "America/Boise".to_owned(),
            base_cursor: self.cursor,
            policy_version: Policy::standard().version,
            permit: None,
            act: Json::of(&Act::Decide { account, command })?,
            instead: None,
        })
    }
}
