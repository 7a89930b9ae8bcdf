//! The program is killed while an email is on its way: what stood in the outbox before says
//! *sending*, and at the next start a person is asked. Whether the email left, only the server knows.

mod common;

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use common::{email, now, password, smtp};
use domain::outbox::{Event, State};
use dunlin_mail::{Account, send};

const ACCOUNT: &str = "DUNLIN_TEST_ACCOUNT";
const OUTBOX: &str = "DUNLIN_TEST_OUTBOX";
const TO: &str = "slow-2500@example.com";

/// Run by the other test, as a process of its own.
#[test]
fn sender() {
    let (Ok(account), Ok(outbox)) = (std::env::var(ACCOUNT), std::env::var(OUTBOX)) else {
        return;
    };
    let account: Account = serde_json::from_str(&account).expect("an account");
    let sending = State::Queued.after(Event::Started, now()).expect("starts");
    std::fs::write(&outbox, serde_json::to_vec(&sending).expect("JSON")).expect("written");
    let outcome = send(email(1, TO), &mut smtp(account, password("correct")), now());
    panic!("it was to be killed before this: {outcome:?}");
}

#[test]
fn killed_while_sending_asks_and_never_sends_again_by_itself() {
    let Some(server) = common::server() else {
        return;
    };
    let folder = tempfile::tempdir().expect("a folder");
    let outbox = folder.path().join("outbox.json");
    let account = server.account(dunlin_mail::Security::StartTls);
    let mut child = Command::new(std::env::current_exe().expect("this test"))
        .args(["--exact", "sender"])
        .env(ACCOUNT, serde_json::to_string(&account).expect("JSON"))
        .env(OUTBOX, &outbox)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("starts");
    let begun = Instant::now();
    while server.attempts(TO) == 0 && begun.elapsed() < Duration::from_secs(30) {
        std::thread::sleep(Duration::from_millis(20));
    }
    child.kill().expect("killed");
    child.wait().expect("gone");
    assert_eq!(server.attempts(TO), 1);

    let text = std::fs::read(&outbox).expect("an outbox");
    let left: State = serde_json::from_slice(&text).expect("a state");
    assert_eq!(left.word(), "sending");
    let found = left.after(Event::Found, now()).expect("found");
    assert_eq!(found.word(), "unknown");
    assert!(!found.is_ready(common::later(100_000)));
    assert_eq!(found.after(Event::SaidNotSent, now()), Ok(State::Queued));
}
