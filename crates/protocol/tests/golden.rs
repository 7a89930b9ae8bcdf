//! What earlier versions wrote, kept as they wrote it: this build reads every row and every command of
//! it, drops nothing, and finds the same digests. A queued command outlives many upgrades.
//!
//! The files are written once for a version and never again: `DUNLIN_BLESS=1 cargo test -p
//! dunlin-protocol --test golden` makes those of the version that is current.
#![allow(clippy::unwrap_used, reason = "a test's way to fail")]

use std::collections::BTreeSet;
use std::path::PathBuf;

use chrono::TimeDelta;
use domain::account::PointKind;
use domain::arrangement::{ArrangementKind, Frequency, Split, Terms};
use domain::contact::{Direction, Disposition, Medium};
use domain::decide::{Actor, Apply, Command, PutContactPoint, RecordContact, RecordPayment};
use domain::hold::HoldKind;
use domain::ids::{OrderId, OutboxId};
use domain::money::Currency;
use domain::outbox::{Channel, Intent, State};
use domain::policy::Policy;
use domain::service_order::{OrderKind, ServiceOrder};
use domain::testkit::{day, facts, now, usd};
use domain::treatment::StepTaken;
use dunlin_protocol::{
    Act, COMMAND, Clock, CommandId, Cursor, DeviceId, Envelope, Json, OLDEST_COMMAND, OnAccount, PolicyRow, Row,
    RowSet, SCHEMA, Sent, Table, TemplateRow, WireRow, decide,
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// A command as it was logged, and its digest then.
#[derive(Serialize, Deserialize)]
struct Kept {
    digest: String,
    command: Envelope,
}

fn file(name: &str, version: u16) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(format!("tests/golden/{name}-{version}.jsonl"))
}

fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

fn acts() -> Vec<Act> {
    let facts = facts();
    let account = facts.account.id;
    let decided = [
        Command::RecordContact(RecordContact {
            medium: Medium::Call,
            direction: Direction::Outbound,
            point: "+1 208 342 5550".to_owned(),
            disposition: Some(Disposition::NoAnswer),
            note: "rang ten times".to_owned(),
            promise: None,
            call_back: None,
            answers: None,
        }),
        Command::Arrange(Terms {
            kind: ArrangementKind::Installments,
            currency: Currency::USD,
            covers: None,
            down: usd(5_000).amount,
            down_due: None,
            split: Split::Count { count: 3 },
            frequency: Frequency::Monthly,
            first_due: day(2026, 3, 31),
            approved_by: None,
        }),
        Command::RecordPayment(RecordPayment {
            amount: usd(2_000).amount,
            currency: Currency::USD,
            posted: day(2026, 3, 9),
            method: "check".to_owned(),
            reference: "1042".to_owned(),
            apply: Apply::Oldest,
        }),
        Command::OpenDispute {
            invoice: facts.invoices[1].id,
            amount: None,
            reason: "wrong amount".to_owned(),
            written: true,
        },
        Command::PlaceHold { hold: HoldKind::Manual, note: "by phone".to_owned(), until: None },
        Command::ScheduleFollowUp { due: day(2026, 3, 20), what: "call back".to_owned(), assignee: None },
        Command::PutContactPoint(PutContactPoint {
            id: None,
            kind: PointKind::Mobile,
            value: "+1 208 342 5559".to_owned(),
            label: "mobile".to_owned(),
            bad: false,
            consented: true,
        }),
        Command::AddNote { note: "quotes \" and \u{1f426}".to_owned() },
    ];
    let order = ServiceOrder {
        id: OrderId(Uuid::from_u128(77)),
        account,
        service: facts.services[0].id,
        kind: OrderKind::Suspend,
        approval: None,
    };
    decided.into_iter().map(|command| Act::Decide { account, command }).chain([Act::Order { order }]).collect()
}

fn envelope(number: u64, act: &Act) -> Envelope {
    Envelope {
        id: CommandId(Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0000 | u128::from(number))),
        device: DeviceId(Uuid::from_u128(7)),
        device_seq: number,
        cmd_version: COMMAND,
        app_version: "0.1.0".to_owned(),
        clock: Clock {
            occurred_at: now() + TimeDelta::milliseconds(i64::try_from(number).unwrap()),
            offset_ms: Some(-250),
            elapsed_ms: None,
        },
        tz: "America/Boise".to_owned(),
        base_cursor: Cursor { epoch: 1, seq: 42, scope_version: 3, schema_version: SCHEMA },
        policy_version: 1,
        permit: None,
        act: Json::of(act).unwrap(),
    }
}

/// A row of every table, made by the commands.
fn rows(commands: &[Envelope]) -> Vec<Row> {
    let facts = facts();
    let account = facts.account.id;
    let policy = Policy::standard();
    let step = StepTaken::new(None, "Final notice", day(2026, 2, 23));
    let intent = Intent {
        id: OutboxId(Uuid::from_u128(9)),
        account,
        channel: Channel::Email,
        template: "reminder".to_owned(),
        run: None,
        arrangement: None,
        steps: vec![step.clone()],
        to: Some("customer@example.com".to_owned()),
        decided: now(),
        actor: "Ana Example".to_owned(),
    };
    let template = TemplateRow {
        key: "dunning_1".to_owned(),
        version: 1,
        at: now(),
        actor: "Supervisor".to_owned(),
        body: serde_json::json!({ "subject": "Your account" }),
    };
    let mut set = RowSet::of([
        Row::Customer(facts.customer),
        Row::Account(facts.account),
        Row::Policy(PolicyRow { policy: policy.clone(), at: now(), actor: "Supervisor".to_owned() }),
        Row::Template(template),
        Row::Outbox(Sent { intent, state: State::Queued }),
        Row::Steps(OnAccount { account, of: vec![step] }),
    ]);
    facts.services.into_iter().for_each(|row| set.put(Row::Service(row)));
    facts.invoices.into_iter().for_each(|row| set.put(Row::Invoice(row)));
    for command in commands {
        let facts = set.facts(account, command.clock.moment()).unwrap();
        let plan = decide(command, &facts, &policy, &Actor::specialist("Ana Example")).unwrap();
        set.apply(&plan).unwrap();
    }
    set.iter().cloned().collect()
}

fn bless() {
    let commands: Vec<Envelope> = (1..).zip(acts()).map(|(number, act)| envelope(number, &act)).collect();
    let rows = rows(&commands);
    let line = |text: serde_json::Result<String>| text.unwrap() + "\n";
    let kept = commands.into_iter().map(|command| Kept { digest: hex(&command.digest()), command });
    let text: String = kept.map(|kept| line(serde_json::to_string(&kept))).collect();
    std::fs::write(file("commands", COMMAND), text).unwrap();
    let text: String = rows.iter().map(|row| line(serde_json::to_string(&WireRow::of(row).unwrap()))).collect();
    std::fs::write(file("rows", SCHEMA), text).unwrap();
}

#[test]
fn what_earlier_versions_wrote_is_read_whole() {
    if std::env::var_os("DUNLIN_BLESS").is_some() {
        bless();
    }
    for version in OLDEST_COMMAND..=COMMAND {
        let text = std::fs::read_to_string(file("commands", version)).expect("each version of the window has its file");
        let mut count = 0;
        for line in text.lines() {
            let kept: Kept = serde_json::from_str(line).unwrap();
            let act = kept.command.act().unwrap_or_else(|error| panic!("{error}: {line}"));
            assert_eq!(kept.command.cmd_version, version);
            assert_eq!(hex(&kept.command.digest()), kept.digest, "else a server would take it for another command");
            assert!(act.misfit().is_none());
            count += 1;
        }
        assert!(count >= 9, "{count} commands of version {version}");
    }
    let text = std::fs::read_to_string(file("rows", SCHEMA)).unwrap();
    let mut tables = BTreeSet::new();
    for line in text.lines() {
        let wire: WireRow = serde_json::from_str(line).unwrap();
        let row = wire.read().unwrap_or_else(|error| panic!("{error}"));
        tables.insert(row.table());
        assert_eq!(WireRow::of(&row).unwrap().row.text(), wire.row.text(), "byte for byte as it was written");
    }
    assert_eq!(tables.len(), Table::ALL.len(), "a row of every table");
}

#[test]
fn a_command_outside_the_window_is_told_from_one_that_is_broken() {
    let act = Act::Decide { account: facts().account.id, command: Command::AddNote { note: "x".to_owned() } };
    let mut command = envelope(1, &act);
    command.cmd_version = COMMAND + 1;
    assert!(command.act().unwrap_err().to_string().contains("upgrade the server"));
    command.cmd_version = OLDEST_COMMAND - 1;
    assert!(command.act().unwrap_err().to_string().contains("upgrade the device"));
    command.cmd_version = COMMAND;
    command.act = Json::parse(command.act.text().replace("\"note\"", "\"remark\"")).unwrap();
    assert!(command.act().is_err(), "a field that this build does not know is not dropped");
}
