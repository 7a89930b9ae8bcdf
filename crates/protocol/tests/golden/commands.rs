//! One of every command, every field said: whoever adds a field to one is stopped here by the compiler.

use domain::account::{Address, PointKind};
use domain::arrangement::{ArrangementKind, Frequency, Split, Terms};
use domain::contact::{Direction, Disposition, Medium};
use domain::decide::{Apply, Command, Promised, PutContactPoint, RecordContact, RecordPayment, Role, Verdict};
use domain::hold::HoldKind;
use domain::ids::{
    ArrangementId, ContactId, ContactPointId, DisputeId, FollowUpId, HoldId, InvoiceId, OrderId, OutboxId, PaymentId,
    ServiceId,
};
use domain::money::Currency;
use domain::outbox::Event;
use domain::payment::Allocation;
use domain::plan::{Change, Plan};
use domain::service_order::{OrderKind, ServiceOrder};
use domain::testkit::{day, now, usd};
use dunlin_protocol::{Act, Clock, CommandId, Cursor, DeviceId, Envelope, Json, PermitId};
use uuid::Uuid;

use crate::rows;

fn uuid(number: u128) -> Uuid {
    Uuid::from_u128(number)
}

fn text(words: &str) -> String {
    words.to_owned()
}

/// One of every `domain` command.
#[expect(clippy::too_many_lines, reason = "a list")]
pub fn commands() -> Vec<Command> {
    let invoice = || InvoiceId::derive("billing", "INV-1");
    let supervisor = || Some(text("Sam Supervisor"));
    vec![
        Command::RecordContact(RecordContact {
            medium: Medium::Call,
            direction: Direction::Outbound,
            point: text("+1 208 342 5550"),
            disposition: Some(Disposition::Spoke),
            note: text("Asked for a copy"),
            promise: Some(Promised { amount: usd(12_000), on: day(2026, 3, 20) }),
            call_back: Some(day(2026, 3, 21)),
            answers: Some(vec![FollowUpId(uuid(1))]),
        }),
        Command::AddNote { note: text("Will send proof of payment") },
        Command::CorrectContact {
            corrects: ContactId(uuid(2)),
            note: text("It was voicemail"),
            disposition: Some(Disposition::LeftMessage),
        },
        Command::Arrange(Terms {
            kind: ArrangementKind::Installments,
            currency: Currency::USD,
            covers: Some(vec![invoice()]),
            down: rust_decimal::Decimal::new(5_000, 2),
            down_due: Some(day(2026, 3, 12)),
            split: Split::Count { count: 3 },
            frequency: Frequency::Monthly,
            first_due: day(2026, 3, 31),
            approved_by: supervisor(),
        }),
        Command::CancelArrangement { arrangement: ArrangementId(uuid(3)), reason: text("Asked for another") },
        Command::OpenDispute {
            invoice: invoice(),
            amount: Some(rust_decimal::Decimal::new(4_050, 2)),
            reason: text("Billed twice"),
            written: true,
        },
        Command::ResolveDispute { dispute: DisputeId(uuid(4)), outcome: text("Credited") },
        Command::PlaceHold {
            hold: HoldKind::Attorney { contact: text("Law Office"), letter_sent: Some(day(2026, 3, 9)) },
            note: text("By letter"),
            until: Some(day(2026, 4, 9)),
        },
        Command::AmendHold { hold: HoldId(uuid(5)), kind: HoldKind::Cease, note: text("In writing now") },
        Command::ReleaseHold { hold: HoldId(uuid(5)), reason: text("Withdrawn"), approved_by: supervisor() },
        Command::RecordPayment(RecordPayment {
            amount: rust_decimal::Decimal::new(12_000, 2),
            currency: Currency::USD,
            posted: day(2026, 3, 10),
            method: text("check"),
            reference: text("check 1001"),
            apply: Apply::Exactly { parts: vec![Allocation { invoice: invoice(), amount: usd(12_000) }] },
        }),
        Command::ReversePayment {
            payment: PaymentId::derive("billing", "P-1"),
            on: day(2026, 3, 10),
            reason: text("NSF"),
        },
        Command::ScheduleFollowUp {
            due: day(2026, 3, 17),
            what: text("Call back"),
            assignee: Some(text("Ana Specialist")),
        },
        Command::CompleteFollowUp { follow_up: FollowUpId(uuid(1)) },
        Command::SnoozeFollowUp { follow_up: FollowUpId(uuid(1)), due: day(2026, 3, 18) },
        Command::AssignFollowUp { follow_up: FollowUpId(uuid(1)), to: Some(text("supervisor")) },
        Command::PutContactPoint(PutContactPoint {
            id: Some(ContactPointId(uuid(6))),
            kind: PointKind::Mobile,
            value: text("+1 208 555 0100"),
            label: text("daughter"),
            bad: true,
            consented: true,
        }),
        Command::RemoveContactPoint { point: ContactPointId(uuid(6)) },
        Command::SetAddress {
            address: Address {
                lines: vec![text("100 Example Street"), text("Apt 2")],
                city: text("Boise"),
                state: text("ID"),
                zip: text("83702"),
                country: text("US"),
            },
        },
        Command::OptOut { point: ContactPointId(uuid(6)) },
        Command::QueueLetter { template: text("dunning_1"), arrangement: Some(ArrangementId(uuid(3))) },
        Command::QueueEmail {
            template: text("arrangement_confirmation"),
            to: text("customer@example.com"),
            arrangement: Some(ArrangementId(uuid(3))),
        },
        Command::RecordNotice { sent: day(2026, 1, 5) },
        Command::SettleOutbox { outbox: OutboxId(uuid(7)), verdict: Verdict::Withdraw { why: text("Paid meanwhile") } },
        Command::Approve {
            medium: Medium::Email,
            approved_by: supervisor(),
            role: Role::Supervisor,
            reason: text("Agreed by phone"),
        },
        Command::ApproveOrder {
            order: OrderKind::Suspend,
            service: ServiceId::derive("billing", "S-1001"),
            approved_by: supervisor(),
            role: Role::Supervisor,
            reason: text("Two broken promises"),
        },
        Command::ReturnMail { outbox: OutboxId(uuid(7)), note: text("Moved, left no address") },
    ]
}

/// One of every act, by the name of its file.
pub fn acts() -> Vec<(String, Act)> {
    let account = rows::account();
    let named = |command: Command| {
        let value = serde_json::to_value(&command).unwrap();
        let name = format!("decide.{}", value["command"].as_str().unwrap());
        (name, Act::Decide { account, command })
    };
    let mut acts: Vec<(String, Act)> = commands().into_iter().map(named).collect();
    let event = Event::Deferred(text("450 try later"));
    acts.push((text("settle"), Act::Settle { account, outbox: OutboxId(uuid(7)), event }));
    let rows::Sent { intent, .. } = rows::outbox();
    let plan = Plan { changes: vec![Change::Queue(intent)], history: vec![rows::entry()], reasons: vec![] };
    acts.push((text("record"), Act::Record { account, plan }));
    let order = ServiceOrder {
        id: OrderId(uuid(8)),
        account,
        service: ServiceId::derive("billing", "S-1001"),
        kind: OrderKind::Suspend,
        approval: None,
    };
    acts.push((text("order"), Act::Order { order }));
    acts
}

/// An act as a device logs and sends it.
pub fn envelope(act: &Act) -> Envelope {
    Envelope {
        id: CommandId(uuid(0x0196_0000_0000_7000_8000_0000_0000_0001)),
        device: DeviceId(uuid(9)),
        device_seq: 41,
        cmd_version: dunlin_protocol::COMMAND,
        app_version: text("0.1.0"),
        clock: Clock { occurred_at: now(), offset_ms: Some(-120), elapsed_ms: Some(60_000) },
        tz: text("America/Boise"),
        base_cursor: Cursor { epoch: 1, seq: 7, scope_version: 2, schema_version: 1 },
        policy_version: 1,
        permit: Some(PermitId(uuid(10))),
        act: Json::of(act).unwrap(),
        instead: None,
    }
}
