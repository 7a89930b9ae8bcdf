//! Customers, commands and devices at work.

use chrono::TimeDelta;
use domain::arrangement::{ArrangementKind, Frequency, Split, Terms};
use domain::contact::{Direction, Disposition, Medium};
use domain::decide::{Command, RecordContact};
use domain::facts::Facts;
use domain::ids::{AccountId, CustomerId, InvoiceId, ServiceId};
use domain::money::Currency;
use domain::row::Row;
use domain::testkit;
use protocol::{
    Act, Clock, CommandId, CommandResult, Cursor, Envelope, Json, ManifestRequest, Outcome, PAGE_BYTES, Page,
    PullRequest, PullResponse, PushRequest, PushResponse, SCHEMA, WireRow, unpack,
};
use rust_decimal::Decimal;
use server::auth::{Caller, Role};
use server::error::ServerError;
use server::supervise::assign::{Assign, assign};
use server::supervise::import::{How, Imported, import};
use server::{pull, push, snapshot};
use uuid::Uuid;

use crate::scene::{Device, Scene, start};

/// The testkit's account under another number.
pub fn facts(number: u32) -> Facts {
    let mut facts = testkit::facts();
    let reference = format!("C-{number}");
    facts.customer.id = CustomerId::derive("billing", &reference);
    facts.customer.reference = reference;
    for (at, point) in (0_u128..).zip(&mut facts.customer.points) {
        point.id.0 = Uuid::from_u128((u128::from(number) << 32) + at);
    }
    let reference = format!("A-{number}");
    facts.account.id = AccountId::derive("billing", &reference);
    facts.account.reference = reference;
    facts.account.customer = facts.customer.id;
    for service in &mut facts.services {
        service.id = ServiceId::derive("billing", &format!("S-{number}"));
        service.account = facts.account.id;
    }
    for invoice in &mut facts.invoices {
        invoice.number = format!("{}-{number}", invoice.number);
        invoice.id = InvoiceId::derive("billing", &invoice.number);
        invoice.account = facts.account.id;
    }
    facts
}

pub fn rows(facts: &Facts) -> Vec<Row> {
    let mut rows = vec![Row::Customer(facts.customer.clone()), Row::Account(facts.account.clone())];
    rows.extend(facts.services.iter().cloned().map(Row::Service));
    rows.extend(facts.invoices.iter().cloned().map(Row::Invoice));
    rows.extend(facts.payments.iter().cloned().map(Row::Payment));
    rows
}

pub fn wire(rows: &[Row]) -> Vec<WireRow> {
    rows.iter().map(|row| WireRow::of(row).unwrap()).collect()
}

pub fn arrange() -> Command {
    Command::Arrange(Terms {
        kind: ArrangementKind::Installments,
        currency: Currency::USD,
        covers: None,
        down: Decimal::from(50),
        down_due: None,
        split: Split::Count { count: 3 },
        frequency: Frequency::Monthly,
        first_due: testkit::day(2026, 3, 31),
        approved_by: None,
    })
}

pub fn call(disposition: Disposition) -> Command {
    Command::RecordContact(RecordContact {
        medium: Medium::Call,
        direction: Direction::Outbound,
        point: "+1 208 342 5550".to_owned(),
        disposition: Some(disposition),
        note: String::new(),
        promise: None,
        call_back: None,
        answers: None,
    })
}

pub fn note(text: &str) -> Command {
    Command::AddNote { note: text.to_owned() }
}

impl Scene {
    pub async fn import(&self, rows: &[Row]) -> Imported {
        import(&self.app, self.org, "billing", &wire(rows), How::default()).await.unwrap()
    }

    /// Accounts `from..to`.
    pub async fn accounts(&self, numbers: std::ops::Range<u32>) -> Vec<Facts> {
        let all: Vec<Facts> = numbers.map(facts).collect();
        let rows: Vec<Row> = all.iter().flat_map(rows).collect();
        self.import(&rows).await;
        all
    }

    pub fn supervisor(&self) -> Caller {
        Caller {
            org: self.org,
            user: Uuid::from_u128(1),
            name: "Supervisor".to_owned(),
            role: Role::Supervisor,
            device: protocol::DeviceId(Uuid::from_u128(1)),
        }
    }

    pub async fn assign(&self, login: &str, add: &[CustomerId], remove: &[CustomerId]) {
        let change =
            Assign { login: login.to_owned(), add: add.to_vec(), remove: remove.to_vec(), take_over_from: None };
        assign(&self.app, &self.supervisor(), &change).await.unwrap();
    }

    /// A specialist with a device, and these customers.
    pub async fn specialist(&self, login: &str, customers: &[CustomerId]) -> Device {
        let user = self.person(login, Role::Specialist).await;
        if !customers.is_empty() {
            self.assign(login, customers, &[]).await;
        }
        let mut device = self.device(login).await;
        device.user = user;
        device
    }

    pub async fn count(&self, sql: &str) -> i64 {
        use server::db::Run as _;
        self.app.db.conn().await.unwrap().row(sql, &[]).await.unwrap().unwrap().get(0)
    }
}

impl Device {
    pub fn caller(&self) -> Caller {
        Caller {
            org: self.enrolled.org.parse().unwrap(),
            user: self.user,
            name: self.enrolled.name.clone(),
            role: Role::of(&self.enrolled.role).unwrap(),
            device: self.id(),
        }
    }

    pub fn envelope(&self, device_seq: u64, account: AccountId, command: Command) -> Envelope {
        Envelope {
            id: CommandId(Uuid::now_v7()),
            device: self.id(),
            device_seq,
            cmd_version: 1,
            app_version: "0.1.0".to_owned(),
            clock: Clock {
                occurred_at: start() + TimeDelta::seconds(i64::try_from(device_seq).unwrap()),
                offset_ms: Some(0),
                elapsed_ms: None,
            },
            tz: "America/Boise".to_owned(),
            base_cursor: Cursor::default(),
            policy_version: 1,
            permit: None,
            act: Json::of(&Act::Decide { account, command }).unwrap(),
            instead: None,
        }
    }

    pub async fn push(&self, commands: &[Envelope]) -> Result<PushResponse, ServerError> {
        push::push(&self.app, &self.caller(), &PushRequest { epoch: 1, commands: commands.to_vec(), lost_upto: None })
            .await
    }

    /// Pushes one command and gives its verdict.
    pub async fn act(&self, device_seq: u64, account: AccountId, command: Command) -> CommandResult {
        let response = self.push(&[self.envelope(device_seq, account, command)]).await.unwrap();
        response.results.into_iter().next().unwrap()
    }

    pub async fn pull(&self, request: PullRequest) -> PullResponse {
        pull::pull(&self.app, &self.caller(), &request).await.unwrap()
    }

    pub async fn page(&self, cursor: Cursor) -> Page {
        match self.pull(after(cursor)).await {
            PullResponse::Page(page) => page,
            other => panic!("{other:?}"),
        }
    }

    /// Every row of a first snapshot, and its cursor.
    pub async fn snapshot(&self) -> (Vec<Row>, Cursor) {
        let caller = self.caller();
        let request = ManifestRequest { schema_version: SCHEMA, decided: 0 };
        let manifest = snapshot::take(&self.app, &caller, request).await.unwrap();
        let mut rows = Vec::new();
        for (nr, chunk) in (0..).zip(&manifest.chunks) {
            let bytes = snapshot::chunk(&self.app, &caller, manifest.id, nr).await.unwrap();
            rows.extend(unpack(chunk, &bytes).unwrap().iter().map(|row| row.read().unwrap()));
        }
        assert_eq!(rows.len() as u64, manifest.rows);
        (rows, manifest.cursor)
    }
}

pub fn after(cursor: Cursor) -> PullRequest {
    PullRequest {
        cursor,
        limit_bytes: PAGE_BYTES as u64,
        permits: Vec::new(),
        checksums: Vec::new(),
        stretch: None,
        repair: Vec::new(),
        assigned: false,
    }
}

/// The first rule of a refusal.
pub fn refused(result: &CommandResult) -> String {
    match &result.outcome {
        Outcome::Refused { refusal } => refusal.reasons[0].rule.to_string(),
        other => panic!("{other:?}"),
    }
}

pub fn flags(result: &CommandResult) -> Vec<String> {
    match &result.outcome {
        Outcome::Accepted { flags } => flags.iter().map(|flag| flag.rule.to_string()).collect(),
        other => panic!("{other:?}"),
    }
}
