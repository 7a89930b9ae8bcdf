//! One row of every table, every field said: whoever adds a field to one is stopped here by the compiler.

use domain::account::{Account, Address, ContactPoint, Customer, CustomerKind, Mode, PointKind, Service, ServiceState};
use domain::arrangement::{Arrangement, ArrangementKind, Installment};
use domain::contact::{Contact, Direction, Disposition, FollowUp, Medium};
use domain::history::Entry;
use domain::hold::{Hold, HoldKind};
use domain::ids::{
    AccountId, ArrangementId, ContactId, ContactPointId, CustomerId, DisputeId, FollowUpId, HistoryId, HoldId,
    InvoiceId, OutboxId, PaymentId, RunId, ServiceId,
};
use domain::invoice::{Dispute, Invoice};
use domain::outbox::{Channel, Intent, State};
use domain::payment::{Allocation, Payment, PaymentKind};
use domain::policy::Policy;
pub use domain::row::Sent;
use domain::row::{OnAccount, PolicyRow, Row, Table, TemplateRow};
use domain::testkit::{day, now, usd};
use domain::treatment::StepTaken;
use rust_decimal::Decimal;
use serde_json::json;
use uuid::Uuid;

fn text(words: &str) -> String {
    words.to_owned()
}

fn customer() -> CustomerId {
    CustomerId::derive("billing", "C-1001")
}

pub fn account() -> AccountId {
    AccountId::derive("billing", "A-1001")
}

fn invoice() -> InvoiceId {
    InvoiceId::derive("billing", "INV-1")
}

pub fn entry() -> Entry {
    Entry {
        id: HistoryId(Uuid::from_u128(21)),
        at: now(),
        actor: text("Ana Specialist"),
        account: Some(account()),
        kind: text("letter.queued"),
        summary: text("A first reminder was queued"),
        detail: json!({ "run": "2026-03-10", "amount": "120.00" }),
    }
}

fn step() -> StepTaken {
    StepTaken {
        invoice: Some(invoice()),
        level: text("First reminder"),
        on: day(2026, 3, 10),
        anchor: Some(day(2026, 1, 29)),
        plan: text("standard"),
        fee: Some(usd(500)),
    }
}

pub fn outbox() -> Sent {
    Sent {
        intent: Intent {
            id: OutboxId(Uuid::from_u128(22)),
            account: account(),
            channel: Channel::Email,
            template: text("dunning_1"),
            run: Some(RunId(Uuid::from_u128(23))),
            arrangement: Some(ArrangementId(Uuid::from_u128(24))),
            steps: vec![step()],
            to: Some(text("customer@example.com")),
            decided: now(),
            actor: text("Ana Specialist"),
        },
        state: State::Queued,
    }
}

/// One of every table, in the tables' order.
pub fn rows() -> Vec<Row> {
    Table::ALL.into_iter().map(row).collect()
}

fn row(table: Table) -> Row {
    match table {
        Table::Policy => {
            Row::Policy(PolicyRow { policy: Policy::standard(), at: now(), actor: text("Sam Supervisor") })
        }
        Table::Template => Row::Template(TemplateRow {
            key: text("dunning_1"),
            version: 2,
            at: now(),
            actor: text("Sam Supervisor"),
            body: json!({ "subject": "Your account", "blocks": [{ "text": "Dear {{ name }}" }] }),
        }),
        Table::Customer => Row::Customer(Customer {
            id: customer(),
            reference: text("C-1001"),
            name: text("Sample Customer"),
            kind: CustomerKind::Consumer,
            address: Address {
                lines: vec![text("100 Example Street")],
                city: text("Boise"),
                state: text("ID"),
                zip: text("83702"),
                country: text("US"),
            },
            zones: vec![text("America/Boise")],
            points: vec![ContactPoint {
                id: ContactPointId(Uuid::from_u128(25)),
                kind: PointKind::Phone,
                value: text("+1 208 342 5550"),
                label: text("home"),
                source: text("billing"),
                bad: true,
                opted_out: true,
                consented: true,
            }],
        }),
        Table::Account => Row::Account(Account {
            id: account(),
            customer: customer(),
            reference: text("A-1001"),
            mode: Mode::ThirdParty,
            creditor: text("Example Telecom"),
            segment: text("standard"),
            opened: Some(day(2023, 5, 1)),
            closed: Some(day(2026, 2, 1)),
            autopay: true,
            paperless: true,
        }),
        Table::Service => Row::Service(Service {
            id: ServiceId::derive("billing", "S-1001"),
            account: account(),
            product: text("Internet 500"),
            identifier: text("208-342-5550"),
            state: ServiceState::Suspended,
        }),
        Table::Invoice => Row::Invoice(Invoice {
            id: invoice(),
            account: account(),
            number: text("INV-1"),
            date: day(2026, 1, 9),
            due: day(2026, 1, 29),
            amount: usd(12_000),
            applied: Decimal::new(4_000, 2),
            settled: Some(day(2026, 3, 1)),
            disputed: true,
            written_off: Some(day(2026, 3, 2)),
        }),
        Table::Payment => Row::Payment(Payment {
            id: PaymentId::derive("billing", "P-1"),
            account: account(),
            reference: text("P-1"),
            kind: PaymentKind::Payment,
            posted: day(2026, 2, 20),
            amount: usd(4_000),
            method: text("ACH"),
            reversed: Some(day(2026, 2, 25)),
            allocations: vec![Allocation { invoice: invoice(), amount: usd(4_000) }],
        }),
        Table::Dispute => Row::Dispute(OnAccount {
            account: account(),
            of: Dispute {
                id: DisputeId(Uuid::from_u128(26)),
                invoice: invoice(),
                amount: usd(2_000),
                reason: text("Billed twice"),
                opened: day(2026, 3, 3),
                written: true,
                resolved: Some((day(2026, 3, 5), text("Credited"))),
            },
        }),
        _ => of_people(table),
    }
}

fn of_people(table: Table) -> Row {
    match table {
        Table::Hold => Row::Hold(OnAccount {
            account: account(),
            of: Hold {
                id: HoldId(Uuid::from_u128(27)),
                kind: HoldKind::Attorney { contact: text("Law Office"), letter_sent: Some(day(2026, 3, 9)) },
                note: text("By letter"),
                placed: now(),
                until: Some(day(2026, 4, 9)),
                released: Some(now()),
            },
        }),
        Table::Arrangement => Row::Arrangement(OnAccount {
            account: account(),
            of: Arrangement {
                id: ArrangementId(Uuid::from_u128(24)),
                kind: ArrangementKind::Installments,
                agreed: now(),
                agreed_on: day(2026, 3, 10),
                covers: vec![invoice()],
                installments: vec![Installment { due: day(2026, 3, 31), amount: usd(6_000) }],
                policy_version: 3,
                approved_by: Some(text("Sam Supervisor")),
                cancelled: Some(now()),
                before: vec![PaymentId::derive("billing", "P-1")],
            },
        }),
        Table::Contact => Row::Contact(Contact {
            id: ContactId(Uuid::from_u128(28)),
            account: account(),
            at: now(),
            local_date: day(2026, 3, 10),
            actor: text("Ana Specialist"),
            medium: Medium::Call,
            direction: Direction::Outbound,
            point: text("+1 208 342 5550"),
            disposition: Some(Disposition::Spoke),
            note: text("Asked for a copy"),
            amount: Some(usd(12_000)),
            corrects: Some(ContactId(Uuid::from_u128(29))),
        }),
        Table::FollowUp => Row::FollowUp(FollowUp {
            id: FollowUpId(Uuid::from_u128(30)),
            account: account(),
            due: day(2026, 3, 17),
            what: text("Call back"),
            why: text("Nobody answered"),
            done: Some(now()),
            assignee: Some(text("Ana Specialist")),
        }),
        Table::Outbox => Row::Outbox(outbox()),
        Table::Steps => Row::Steps(OnAccount { account: account(), of: vec![step()] }),
        _ => Row::History(entry()),
    }
}
