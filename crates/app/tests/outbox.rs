//! Emails from the queue to a real mail server and back: each leaves once, what certainly did not
//! leave is tried again or stopped, and what nobody knows is asked about, even after a crash.

mod common;
#[path = "common/server.rs"]
mod server;

use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use chrono::TimeDelta;
use common::{Moving, NOON, Office, assert_told, outbox};
use contract::{
    Act, ActRequest, ConfirmRun, CreateDatabase, ErrorCode, Host as _, JobRef, LoadSample, Nothing, OutboxRow,
    ProposeRun, SendReport, Unlock,
};
use dunlin_app::NoKeychain;
use server::Server;

/// An office with a mail account on the server and an account for each recipient, numbered from B-1.
fn office(server: &Server, recipients: &[&str]) -> Office {
    let office = Office::empty();
    office.desk.save_mail_account(server.account("correct")).expect("a mail account");
    import(&office, recipients);
    office
}

fn import(office: &Office, recipients: &[&str]) {
    let numbers: Vec<String> = (1..=recipients.len()).map(|number| format!("B-{number}")).collect();
    let rows: Vec<common::Row<'_>> = numbers
        .iter()
        .zip(recipients)
        .map(|(number, to)| {
            (number.as_str(), "Sample Customer", "consumer", *to, number.as_str(), "2026-02-20", "120.00", "83702")
        })
        .collect();
    assert!(office.import(&common::csv(&rows)).done);
}

fn send(office: &Office) -> SendReport {
    office.desk.send_outbox(JobRef { job: "send".to_owned() }).expect("the account is well")
}

fn sent(report: &SendReport) -> [u32; 4] {
    [report.sent, report.waiting, report.stopped, report.unknown]
}

/// Proposes and confirms an email run; how many were queued.
fn queue(office: &Office) -> u32 {
    let run = office.propose("email");
    assert_eq!(run.left_out, []);
    office.confirm(&run).letters
}

fn row(office: &Office) -> OutboxRow {
    let mut rows = office.outbox().rows;
    assert_eq!(rows.len(), 1, "{rows:?}");
    rows.remove(0)
}

fn settle(office: &Office, verdict: &str) {
    let id = row(office).id;
    office.act("B-1", Act::SettleOutbox { id, verdict: verdict.to_owned() }).expect("settled");
}

#[test]
fn what_a_run_queues_leaves_once_and_counts_as_the_step_taken() {
    let Some(server) = server::start() else {
        return;
    };
    let office = office(&server, &["one@example.com", "two@example.com"]);
    let run = office.propose("email");
    assert_eq!(common::numbers(&run), ["B-1", "B-2"]);
    assert_eq!(office.confirm(&run).letters, 2);
    assert_eq!(office.outbox().rows.iter().filter(|row| row.state == "queued").count(), 2);
    assert!(server.messages().is_empty(), "confirming queues; sending sends");
    let session = office.desk.session(Nothing {}).expect("a view");
    assert_eq!((session.outbox_waiting, session.outbox_unknown), (2, 0));
    assert_eq!(sent(&send(&office)), [2, 0, 0, 0]);
    assert_eq!(sent(&send(&office)), [0, 0, 0, 0]);
    let mut to: Vec<String> =
        server.messages().iter().map(|one| one["to"][0].as_str().unwrap_or_default().to_owned()).collect();
    to.sort();
    assert_eq!(to, ["one@example.com", "two@example.com"]);
    assert!(office.outbox().rows.iter().all(|row| row.state == "sent"));
    assert_eq!(office.kind("B-1"), None, "nothing is due on it any more today");
    assert!(office.propose("email").members.is_empty(), "the step is taken");
    assert_eq!(office.view("B-1").invoices[0].level.as_deref(), Some("Reminder"));
    let raw = server.message(1);
    let message = mail_parser::MessageParser::default().parse(&raw).expect("an email");
    assert!(message.body_text(0).is_some_and(|text| text.contains("$120.00")));
}

#[test]
fn a_temporary_refusal_waits_and_leaves_later_exactly_once() {
    let Some(server) = server::start() else {
        return;
    };
    let to = "once-451-rcpt-x@example.com";
    let office = office(&server, &[to]);
    assert_eq!(queue(&office), 1);
    assert_eq!(sent(&send(&office)), [0, 1, 0, 0]);
    let waiting = row(&office);
    assert_eq!(waiting.state, "waiting");
    assert!(waiting.detail.contains("451"), "{waiting:?}");
    assert_eq!(sent(&send(&office)), [0, 0, 0, 0], "not before its time");
    assert_eq!(server.attempts(to), 1);
    office.clock.forward(TimeDelta::minutes(2));
    assert_eq!(sent(&send(&office)), [1, 0, 0, 0]);
    assert_eq!((server.attempts(to), server.messages().len()), (2, 1));
}

#[test]
fn a_permanent_refusal_stops_and_a_person_sees_it() {
    let Some(server) = server::start() else {
        return;
    };
    let to = "550-rcpt@example.com";
    let office = office(&server, &[to]);
    queue(&office);
    assert_eq!(sent(&send(&office)), [0, 0, 1, 0]);
    let stopped = row(&office);
    assert_eq!(stopped.state, "stopped");
    assert!(stopped.detail.contains("550 5.1.1"), "{stopped:?}");
    office.clock.forward(TimeDelta::days(1));
    assert_eq!(sent(&send(&office)), [0, 0, 0, 0]);
    assert_eq!(server.attempts(to), 1);
    assert_eq!(office.kind("B-1").as_deref(), Some("outbox_in_doubt"));
    settle(&office, "not_sent");
    assert_eq!(sent(&send(&office)), [0, 0, 1, 0]);
    assert_eq!(server.attempts(to), 2, "again only because a person said so");
    settle(&office, "withdraw");
    assert_eq!(row(&office).state, "cancelled");
}

#[test]
fn a_break_after_the_message_is_asked_about_and_never_sent_again_on_a_guess() {
    let Some(server) = server::start() else {
        return;
    };
    let to = "drop-dot@example.com";
    let office = office(&server, &[to]);
    queue(&office);
    assert_eq!(sent(&send(&office)), [0, 0, 0, 1]);
    assert_eq!(row(&office).state, "unknown");
    for days in [0, 1, 30] {
        office.clock.forward(TimeDelta::days(days));
        assert_eq!(sent(&send(&office)), [0, 0, 0, 0]);
    }
    assert!(office.propose("email").members.is_empty(), "nor proposed again");
    assert_eq!(server.attempts(to), 1);
    assert_eq!(office.desk.session(Nothing {}).expect("a view").outbox_unknown, 1);
    let doubt = office.day().rows.into_iter().find(|row| row.number == "B-1").expect("a row");
    assert_eq!((doubt.kind.as_str(), doubt.urgent), ("outbox_in_doubt", true));
    settle(&office, "not_sent");
    assert_eq!(row(&office).state, "queued");
    assert_eq!(sent(&send(&office)), [0, 0, 0, 1]);
    assert_eq!(server.attempts(to), 2);
}

#[test]
fn a_message_that_did_leave_counts_once_a_person_says_so() {
    let Some(server) = server::start() else {
        return;
    };
    let to = "drop-kept@example.com";
    let office = office(&server, &[to]);
    queue(&office);
    assert_eq!(sent(&send(&office)), [0, 0, 0, 1]);
    settle(&office, "sent");
    assert_eq!(row(&office).state, "sent");
    assert_eq!(office.view("B-1").invoices[0].level.as_deref(), Some("Reminder"));
    assert_eq!(sent(&send(&office)), [0, 0, 0, 0]);
    assert_eq!((server.attempts(to), server.messages().len()), (1, 1));
}

#[test]
fn a_wrong_password_sends_nothing_and_puts_nothing_in_doubt() {
    let Some(server) = server::start() else {
        return;
    };
    let office = office(&server, &["one@example.com"]);
    office.desk.save_mail_account(server.account("wrong")).expect("saved");
    queue(&office);
    let refused = office.desk.send_outbox(JobRef { job: "send".to_owned() }).expect_err("refused");
    assert_eq!(refused.code, ErrorCode::SignInRefused);
    assert_told(&refused, "password");
    assert_eq!(row(&office).state, "queued");
    let test = office.desk.test_mail_account(server.account("wrong")).expect("tried");
    assert!(!test.ok && test.steps.iter().any(|step| !step.ok && !step.detail.is_empty()), "{test:?}");
    assert!(office.desk.test_mail_account(server.account("correct")).expect("tried").ok);
    office.desk.save_mail_account(server.account("correct")).expect("saved");
    assert_eq!(sent(&send(&office)), [1, 0, 0, 0]);
}

#[test]
fn a_validation_notice_goes_by_letter() {
    let Some(server) = server::start() else {
        return;
    };
    let office = office(&server, &["one@example.com"]);
    let (template, to) = ("validation_notice".to_owned(), "one@example.com".to_owned());
    office.act("B-1", Act::QueueEmail { template, to, arrangement: None }).expect("queued");
    assert_eq!(sent(&send(&office)), [0, 0, 1, 0]);
    assert!(row(&office).detail.contains("goes by letter"), "{:?}", row(&office));
    assert!(server.messages().is_empty());
}

#[test]
fn without_a_mail_account_it_says_where_to_set_one_up() {
    let office = Office::empty();
    import(&office, &["one@example.com"]);
    let none = office.desk.send_outbox(JobRef { job: "send".to_owned() }).expect_err("none");
    assert_told(&none, "mail account");
    let none =
        office.desk.propose_run(ProposeRun { job: "run".to_owned(), channel: "email".to_owned() }).expect_err("none");
    assert_eq!(none.field.as_deref(), Some("mail"));
}

#[test]
fn a_collector_s_email_waits_for_the_customer_s_morning() {
    let Some(server) = server::start() else {
        return;
    };
    let office = Office::empty();
    office.settings(|settings| "third_party".clone_into(&mut settings.mode));
    office.desk.save_mail_account(server.account("correct")).expect("a mail account");
    let to = "one@example.com";
    import(&office, &[to]);
    let point = office.view("B-1").points.into_iter().find(|point| point.kind == "email").expect("an address");
    let agreed = Act::PutPoint {
        id: Some(point.id),
        kind: point.kind,
        value: point.value,
        label: point.label,
        bad: false,
        consented: true,
    };
    office.act("B-1", agreed).expect("the customer agreed to it");
    // Five in the morning in Boise.
    office.clock.set("2026-03-10T11:00:00Z");
    assert_eq!(queue(&office), 1);
    assert_eq!(sent(&send(&office)), [0, 1, 0, 0]);
    let waiting = row(&office);
    assert_eq!(waiting.state, "waiting");
    assert!(waiting.detail.contains("5:00 AM") && waiting.detail.contains("2026-03-10 14:00"), "{waiting:?}");
    assert!(!waiting.detail.contains("failed"), "nothing was tried yet: {waiting:?}");
    office.clock.set("2026-03-10T13:59:00Z");
    assert_eq!(sent(&send(&office)), [0, 0, 0, 0]);
    assert_eq!(server.attempts(to), 0);
    office.clock.set("2026-03-10T14:00:00Z");
    assert_eq!(sent(&send(&office)), [1, 0, 0, 0]);
    let message = server.message(1);
    let text = mail_parser::MessageParser::default()
        .parse(&message)
        .expect("an email")
        .body_text(0)
        .expect("plain")
        .into_owned();
    assert!(text.contains("This is an attempt to collect a debt"), "{text}");
}

#[test]
fn a_payment_between_queueing_and_sending_stops_the_email() {
    let Some(server) = server::start() else {
        return;
    };
    let to = "one@example.com";
    let office = office(&server, &[to]);
    queue(&office);
    office.pay("B-1", "120.00");
    assert_eq!(row(&office).state, "cancelled");
    assert_eq!(sent(&send(&office)), [0, 0, 0, 0]);
    assert_eq!(server.attempts(to), 0);
}

#[test]
fn a_hold_after_queueing_keeps_the_email_here() {
    let Some(server) = server::start() else {
        return;
    };
    let to = "one@example.com";
    let office = office(&server, &[to]);
    queue(&office);
    let hold = Act::PlaceHold { kind: "bankruptcy".to_owned(), note: String::new(), until: None, fields: bankruptcy() };
    office.act("B-1", hold).expect("placed");
    send(&office);
    assert_eq!(server.attempts(to), 0);
    assert!(["stopped", "cancelled"].contains(&row(&office).state.as_str()), "{:?}", row(&office));
}

fn bankruptcy() -> Vec<contract::Field> {
    let field = |name: &str, value: &str| contract::Field { name: name.to_owned(), value: value.to_owned() };
    vec![field("chapter", "7"), field("case_number", "26-10001"), field("petition", "2026-03-09")]
}

#[test]
fn the_sample_portfolio_sends_nothing() {
    let Some(server) = server::start() else {
        return;
    };
    let office = Office::empty();
    office.desk.load_sample(LoadSample { job: "sample".to_owned(), accounts: 60 }).expect("filled");
    office.desk.save_mail_account(server.account("correct")).expect("a mail account");
    office.confirm(&office.propose("email"));
    let refused = office.desk.send_outbox(JobRef { job: "send".to_owned() }).expect_err("the sample");
    assert_eq!(refused.code, ErrorCode::Refused);
    assert_told(&refused, "sample");
    assert!(server.messages().is_empty());
    assert_eq!(server.stats()["connections"], 0);
}

const FOLDER: &str = "DUNLIN_TEST_DATA";
const PASSPHRASE: &str = "four ordinary words here";
const SLOW: &str = "slow-2500@example.com";

/// Not a test of its own: what the child does until it is killed.
#[test]
fn sender() {
    let Ok(folder) = std::env::var(FOLDER) else {
        return;
    };
    let desk = common::desk(folder.as_ref(), Arc::new(NoKeychain), Moving::at(NOON));
    desk.start();
    desk.unlock(Unlock { passphrase: PASSPHRASE.to_owned() }).expect("opened");
    let report = desk.send_outbox(JobRef { job: "send".to_owned() });
    panic!("it was to be killed before this: {report:?}");
}

#[test]
fn killed_while_sending_asks_at_the_next_start_and_sends_nothing_by_itself() {
    let Some(server) = server::start() else {
        return;
    };
    let folder = tempfile::tempdir().expect("a folder");
    let clock = Moving::at(NOON);
    let keychain = Arc::new(dunlin_app::MemoryKeychain::default());
    let desk = common::desk(folder.path(), Arc::new(NoKeychain), clock.clone());
    desk.create_database(CreateDatabase { passphrase: Some(PASSPHRASE.to_owned()), user: common::USER.to_owned() })
        .expect("created");
    let office = Office { folder, clock: clock.clone(), keychain, desk: Arc::new(desk) };
    office.settings(|settings| {
        "Example Telecom".clone_into(&mut settings.company);
        settings.return_address = vec!["PO Box 1200".to_owned()];
        "208-342-5599".clone_into(&mut settings.phone);
    });
    office.desk.save_mail_account(server.account("correct")).expect("a mail account");
    import(&office, &[SLOW]);
    queue(&office);
    let Office { folder, desk, .. } = office;
    drop(desk);

    let mut child = Command::new(std::env::current_exe().expect("this test"))
        .args(["--exact", "sender"])
        .env(FOLDER, folder.path())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("starts");
    let begun = Instant::now();
    while server.attempts(SLOW) == 0 && begun.elapsed() < Duration::from_mins(1) {
        std::thread::sleep(Duration::from_millis(20));
    }
    child.kill().expect("killed");
    child.wait().expect("gone");
    assert_eq!(server.attempts(SLOW), 1);

    let desk = common::desk(folder.path(), Arc::new(NoKeychain), clock.clone());
    desk.start();
    let view = desk.unlock(Unlock { passphrase: PASSPHRASE.to_owned() }).expect("opened");
    assert_eq!((view.outbox_waiting, view.outbox_unknown), (0, 1));
    let found = outbox(&desk).rows.remove(0);
    assert_eq!(found.state, "unknown");
    assert!(found.detail.contains("Dunlin stopped while it was being sent"), "{found:?}");
    clock.forward(TimeDelta::days(2));
    let report = desk.send_outbox(JobRef { job: "send".to_owned() }).expect("well");
    assert_eq!(sent(&report), [0, 0, 0, 0]);
    assert_eq!(server.attempts(SLOW), 1, "only a person may send it again");
    let run = desk.propose_run(ProposeRun { job: "run".to_owned(), channel: "email".to_owned() }).expect("proposed");
    assert!(run.members.is_empty());
    let settle = Act::SettleOutbox { id: found.id, verdict: "sent".to_owned() };
    desk.act(ActRequest { account: found.account, act: settle }).expect("settled");
    assert_eq!(outbox(&desk).rows[0].state, "sent");
    // Nothing else was half done.
    let history = desk.verify_history(Nothing {}).expect("checked");
    assert_eq!(history.broken, None);
    let again = desk.confirm_run(ConfirmRun { job: "run".to_owned(), run: run.summary.run });
    assert!(again.is_ok_and(|outcome| outcome.letters == 0));
}
