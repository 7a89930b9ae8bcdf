//! The program itself, from an empty database to a specialist's first day: set up from the command
//! line, reached over HTTP.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ed25519_dalek::{Signer as _, SigningKey};
use protocol::{
    Act, ChallengeRequest, ChallengeResponse, Clock, CommandId, Cursor, EnrolResponse, Envelope, Json, Manifest,
    ManifestRequest, Problem, ProblemCode, PullResponse, PushRequest, PushResponse, SCHEMA, SignedChallenge,
    TokenResponse, challenge_text, path, unpack,
};
use serde::Serialize;
use serde::de::DeserializeOwned;
use tests::central::Central;
use uuid::Uuid;

use crate::scene::{PASSWORD, enrolment, rand_key};
use crate::work::{after, note};

/// Two customers of a billing system.
const EXTRACT: &str = "Customer Number,Customer Name,Address,City,State,Zip,Phone,Invoice Number,Invoice Date,Due Date,Amount,Balance\n\
    C-1,Ada Vance,12 Elm St,Boise,ID,83702,208-555-0111,9001,01/05/2026,01/26/2026,120.00,120.00\n\
    C-2,Ben Ortiz,14 Elm St,Boise,ID,83702,208-555-0112,9002,01/05/2026,01/26/2026,80.00,80.00\n";

/// A laptop that knows nothing but the protocol.
pub struct Laptop {
    agent: ureq::Agent,
    key: SigningKey,
    token: Option<String>,
}

impl Laptop {
    pub fn new() -> Self {
        let agent = ureq::Agent::config_builder().http_status_as_error(false).max_idle_connections(0).build().into();
        Self { agent, key: SigningKey::from_bytes(&rand_key()), token: None }
    }

    pub fn post<T: DeserializeOwned>(&self, url: &str, body: &impl Serialize) -> Result<T, Problem> {
        let bearer = self.token.as_ref().map(|token| format!("Bearer {token}")).unwrap_or_default();
        let text = serde_json::to_string(body).unwrap();
        let mut response = self.agent.post(url).header("authorization", bearer).send(text).unwrap();
        let text = response.body_mut().read_to_string().unwrap();
        let ok = response.status().is_success();
        if ok { Ok(serde_json::from_str(&text).unwrap()) } else { Err(serde_json::from_str(&text).unwrap()) }
    }

    /// Enrols and takes a token.
    pub fn enrol(&mut self, central: &Central, code: &str) -> Result<EnrolResponse, Problem> {
        let at = |path: &str| format!("{}{path}", central.address());
        let enrolled: EnrolResponse = self.post(&at(path::ENROL), &enrolment(code, PASSWORD, &self.key))?;
        let asked = ChallengeRequest { org: enrolled.org.clone(), device: enrolled.device };
        let challenge: ChallengeResponse = self.post(&at(path::CHALLENGE), &asked)?;
        let signature = self.key.sign(challenge_text(enrolled.device, &challenge.nonce).as_bytes());
        let signed = SignedChallenge {
            device: enrolled.device,
            nonce: challenge.nonce,
            signature: URL_SAFE_NO_PAD.encode(signature.to_bytes()),
        };
        let token: TokenResponse = self.post(&at(path::TOKEN), &signed)?;
        self.token = Some(token.token);
        Ok(enrolled)
    }
}

#[test]
fn from_an_empty_database_to_a_first_push_and_pull() {
    let mut central =
        Central::of(std::path::Path::new(env!("CARGO_BIN_EXE_dunlin-server")), Some("2026-03-10T18:00:00Z"), "");
    let folder = tempfile::tempdir().unwrap();
    let extract = folder.path().join("open items.csv");
    std::fs::write(&extract, EXTRACT).unwrap();
    assert_eq!(
        central.import(&extract, &["--date-order", "mdy", "--currency", "USD"]),
        "6 rows changed, 0 were the same"
    );
    let code = central.user("ana", "specialist", "Ana Example");
    assert_eq!(central.assign("ana", &["C-1"]), "1 customers were assigned");

    let mut laptop = Laptop::new();
    let enrolled = laptop.enrol(&central, &code).unwrap();
    assert_eq!((enrolled.login.as_str(), enrolled.name.as_str(), enrolled.epoch), ("ana", "Ana Example", 1));
    assert_eq!(laptop.enrol(&central, &code).unwrap_err().code, ProblemCode::Credentials, "a code is good once");

    let at = |central: &Central, path: &str| format!("{}{path}", central.address());
    let manifest: Manifest =
        laptop.post(&at(&central, path::SNAPSHOT), &ManifestRequest { schema_version: SCHEMA, decided: 0 }).unwrap();
    let url = format!("{}/{}/0", at(&central, path::SNAPSHOT), manifest.id);
    let bearer = format!("Bearer {}", laptop.token.clone().unwrap());
    let chunk = laptop.agent.get(url).header("authorization", bearer).call().unwrap().body_mut().read_to_vec().unwrap();
    let rows = unpack(&manifest.chunks[0], &chunk).unwrap();
    let text = serde_json::to_string(&rows).unwrap();
    assert!(text.contains("Ada Vance") && !text.contains("Ben Ortiz"), "only what is assigned");
    let account = rows.iter().find(|row| row.table == "account").unwrap().read().unwrap().account().unwrap();

    central.assign("ana", &["all"]);
    central.user("cleo", "specialist", "Cleo Example");
    let said = central.run(&["take-over", "example", "cleo", "ana"]);
    assert_eq!(said, "2 customers left ana; 2 of them are new to cleo");
    assert_eq!(
        central.run(&["take-over", "example", "ana", "cleo"]),
        "2 customers left cleo; 2 of them are new to ana"
    );
    let said = central.run(&["payments-until", "example", "2026-03-10T02:00:00Z"]);
    assert_eq!(said, "payments are known up to 2026-03-10 02:00 UTC");

    // The server dies between the push and the pull; what it acknowledged is there.
    let envelope = Envelope {
        id: CommandId(Uuid::now_v7()),
        device: enrolled.device,
        device_seq: 1,
        cmd_version: 1,
        app_version: "0.1.0".to_owned(),
        clock: Clock { occurred_at: "2026-03-10T18:00:00Z".parse().unwrap(), offset_ms: Some(0), elapsed_ms: None },
        tz: "America/Boise".to_owned(),
        base_cursor: manifest.cursor,
        policy_version: 1,
        permit: None,
        act: Json::of(&Act::Decide { account, command: note("seen") }).unwrap(),
        instead: None,
    };
    let push = PushRequest { epoch: 1, commands: vec![envelope], lost_upto: None };
    let pushed: PushResponse = laptop.post(&at(&central, path::PUSH), &push).unwrap();
    assert!(pushed.results[0].outcome.is_accepted());
    central.kill();
    central.serve();
    let again: PushResponse = laptop.post(&at(&central, path::PUSH), &push).unwrap();
    assert_eq!(again.results, pushed.results, "answered from the record");
    let cursor = Cursor { schema_version: SCHEMA, ..manifest.cursor };
    let pulled: PullResponse = laptop.post(&at(&central, path::PULL), &after(cursor)).unwrap();
    let PullResponse::Page(page) = pulled else { panic!("{pulled:?}") };
    assert_eq!((page.results.len(), page.last_device_seq), (1, 1));
    assert_eq!(central.run(&["seq", "example"]), page.cursor.seq.to_string());
}
