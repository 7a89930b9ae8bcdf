//! A desk over a folder of its own, a clock that tests move, and an extract small enough to know by
//! heart.
// Every test file uses a part of it.
#![allow(dead_code)]

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use contract::{
    AccountRef, AccountView, AccountsQuery, Act, ActOutcome, ActRequest, ApiError, ConfirmRun, CreateDatabase, DayPage,
    DayQuery, FieldMapping, Host as _, ImportReport, ImportRequest, MappingForm, Nothing, OutboxPage, OutboxQuery,
    ProposeRun, RunOutcome, RunView, SettingsView,
};
use dunlin_app::{Clock, Desk, Keychain, MemoryKeychain, NoShell};

/// Tuesday noon in Boise, where the extract's customers live.
pub const NOON: &str = "2026-03-10T18:00:00Z";

/// Who signs the log.
pub const USER: &str = "Specialist";

/// A clock that stands until a test moves it.
pub struct Moving(Mutex<DateTime<Utc>>);

impl Moving {
    pub fn at(moment: &str) -> Arc<Self> {
        Arc::new(Self(Mutex::new(moment.parse().expect("a moment"))))
    }

    pub fn set(&self, moment: &str) {
        *self.0.lock().expect("the clock") = moment.parse().expect("a moment");
    }

    pub fn forward(&self, by: TimeDelta) {
        *self.0.lock().expect("the clock") += by;
    }
}

impl Clock for Moving {
    fn now(&self) -> DateTime<Utc> {
        *self.0.lock().expect("the clock")
    }

    fn today(&self) -> NaiveDate {
        self.now().date_naive()
    }
}

/// The columns of [`Row`]s, each named for its field.
pub const COLUMNS: [&str; 15] = [
    "customer_id",
    "customer_name",
    "customer_kind",
    "account_id",
    "invoice_id",
    "invoice_date",
    "due_date",
    "amount",
    "currency",
    "phone",
    "email",
    "address1",
    "city",
    "state",
    "zip",
];

/// An extract's row: account number, name, kind, email, invoice, due date, amount, ZIP.
pub type Row<'a> = (&'a str, &'a str, &'a str, &'a str, &'a str, &'a str, &'a str, &'a str);

/// Five accounts: get their first reminder by letter, A-3 by email, A-5 owes nothing
/// that is due. A-4's balance is beyond a specialist's authority.
pub const ROWS: [Row<'_>; 6] = [
    ("A-1", "Sample Customer One", "consumer", "", "I-1", "2026-02-20", "120.00", "83702"),
    ("A-2", "Sample Customer Two", "consumer", "", "I-2", "2026-02-25", "80.00", "83705"),
    ("A-2", "Sample Customer Two", "consumer", "", "I-3", "2026-03-01", "50.00", "83705"),
    ("A-3", "Sample Business LLC", "business", "ap@example.com", "I-4", "2026-02-15", "900.00", "83706"),
    ("A-4", "Sample Customer Four", "consumer", "", "I-5", "2026-02-20", "6000.00", "83709"),
    ("A-5", "Sample Customer Five", "consumer", "", "I-6", "2026-04-15", "75.00", "83702"),
];

/// The rows as CSV; a customer has one account, and every invoice is dated 2025-12-01.
pub fn csv(rows: &[Row<'_>]) -> String {
    let customers: Vec<String> = rows.iter().map(|row| format!("C-{}", row.0)).collect();
    let owned: Vec<(&str, &str, Row<'_>)> =
        customers.iter().zip(rows).map(|(customer, row)| (customer.as_str(), "USD", *row)).collect();
    csv_of(&owned)
}

/// The same with each row's customer and currency given.
pub fn csv_of(rows: &[(&str, &str, Row<'_>)]) -> String {
    let mut text = COLUMNS.join(",");
    text.push('\n');
    for (customer, currency, (account, name, kind, email, invoice, due, amount, zip)) in rows {
        let cells = [
            customer,
            name,
            kind,
            account,
            invoice,
            "2025-12-01",
            due,
            amount,
            currency,
            "208-342-5550",
            email,
            "100 Example Street",
            "Boise",
            "ID",
            zip,
        ];
        text.push_str(&cells.join(","));
        text.push('\n');
    }
    text
}

/// A mapping that names every column for its field.
pub fn mapping() -> MappingForm {
    let field =
        |name: &&str| FieldMapping { field: (*name).to_owned(), column: (*name).to_owned(), values: String::new() };
    MappingForm {
        fields: COLUMNS.iter().map(field).collect(),
        date_order: None,
        currency: None,
        decimal: None,
        kind: "invoices".to_owned(),
    }
}

pub fn desk(folder: &Path, keychain: Arc<dyn Keychain>, clock: Arc<dyn Clock>) -> Desk {
    Desk::new(folder, Arc::new(NoShell), keychain, clock)
}

/// A desk with its surroundings.
pub struct Office {
    pub folder: tempfile::TempDir,
    pub clock: Arc<Moving>,
    pub keychain: Arc<MemoryKeychain>,
    pub desk: Arc<Desk>,
}

impl Office {
    /// A computer on which Dunlin was never started.
    pub fn bare(clock: Arc<Moving>) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let keychain = Arc::new(MemoryKeychain::default());
        let desk = Arc::new(desk(folder.path(), keychain.clone(), clock.clone()));
        Self { folder, clock, keychain, desk }
    }

    /// A new database with a letterhead, and nothing else in it.
    pub fn empty() -> Self {
        let office = Self::bare(Moving::at(NOON));
        office.desk.create_database(CreateDatabase { passphrase: None, user: USER.to_owned() }).expect("created");
        office.settings(|settings| {
            "Example Telecom".clone_into(&mut settings.company);
            settings.return_address = vec!["PO Box 1200".to_owned(), "Boise, ID 83701".to_owned()];
            "208-342-5599".clone_into(&mut settings.phone);
            "123456".clone_into(&mut settings.mailer_id);
        });
        office
    }

    /// With the five accounts of [`ROWS`].
    pub fn open() -> Self {
        let office = Self::empty();
        assert!(office.import(&csv(&ROWS)).done);
        office
    }

    pub fn settings(&self, change: impl FnOnce(&mut SettingsView)) {
        let mut settings = self.desk.settings(Nothing {}).expect("settings");
        change(&mut settings);
        self.desk.save_settings(settings).expect("saved");
    }

    pub fn supervisor(&self) {
        self.settings(|settings| "supervisor".clone_into(&mut settings.role));
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// An import request for a text.
    pub fn request(&self, text: &str) -> ImportRequest {
        let path = self.path("extract.csv");
        std::fs::write(&path, text).expect("written");
        ImportRequest {
            job: "import".to_owned(),
            path: path.display().to_string(),
            source: "billing".to_owned(),
            mapping: mapping(),
            save_mapping: true,
            payments_until: None,
        }
    }

    pub fn import(&self, text: &str) -> ImportReport {
        let report = self.desk.run_import(self.request(text)).expect("read");
        assert_eq!(report.problems, [], "nothing is wrong with it");
        report
    }

    /// The id of an account by its number.
    pub fn account(&self, number: &str) -> String {
        let query = AccountsQuery {
            text: String::new(),
            past_due: false,
            currency: None,
            min_amount: None,
            min_days: None,
            sort: "number".to_owned(),
            descending: false,
            offset: 0,
            limit: 500,
        };
        let page = self.desk.accounts(query).expect("accounts");
        let found = page.rows.into_iter().find(|row| row.number == number);
        found.unwrap_or_else(|| panic!("account {number}")).account
    }

    pub fn view(&self, number: &str) -> AccountView {
        self.desk.account(AccountRef { account: self.account(number) }).expect("an account")
    }

    pub fn act(&self, number: &str, act: Act) -> Result<ActOutcome, ApiError> {
        self.desk.act(ActRequest { account: self.account(number), act })
    }

    pub fn pay(&self, number: &str, amount: &str) {
        let act = Act::RecordPayment {
            amount: amount.to_owned(),
            currency: "USD".to_owned(),
            posted: self.clock.today().to_string(),
            method: "ACH".to_owned(),
            reference: String::new(),
            invoices: Vec::new(),
        };
        self.act(number, act).expect("recorded");
    }

    /// What happened on an account, newest first.
    pub fn timeline(&self, number: &str) -> Vec<contract::TimelineEntry> {
        let query = contract::TimelineQuery { account: self.account(number), offset: 0, limit: 50 };
        self.desk.timeline(query).expect("a timeline").entries
    }

    pub fn day(&self) -> DayPage {
        let query = DayQuery {
            kinds: Vec::new(),
            urgent: false,
            contactable: false,
            whose: String::new(),
            text: String::new(),
            offset: 0,
            limit: 100,
        };
        self.desk.my_day(query).expect("my day")
    }

    /// The kind of an account's row in My day, if it has one.
    pub fn kind(&self, number: &str) -> Option<String> {
        self.day().rows.into_iter().find(|row| row.number == number).map(|row| row.kind)
    }

    pub fn propose(&self, channel: &str) -> RunView {
        self.desk.propose_run(ProposeRun { job: "run".to_owned(), channel: channel.to_owned() }).expect("proposed")
    }

    pub fn confirm(&self, run: &RunView) -> RunOutcome {
        let input = ConfirmRun { job: "run".to_owned(), run: run.summary.run.clone() };
        self.desk.confirm_run(input).expect("confirmed")
    }

    pub fn outbox(&self) -> OutboxPage {
        outbox(&self.desk)
    }
}

pub fn outbox(desk: &Desk) -> OutboxPage {
    desk.outbox(OutboxQuery { states: Vec::new(), channel: None, offset: 0, limit: 100 }).expect("the outbox")
}

/// Account numbers of a run, in its order.
pub fn numbers(run: &RunView) -> Vec<&str> {
    run.members.iter().map(|member| member.number.as_str()).collect()
}

/// What happened and what to do: both said, and the thing named.
pub fn assert_told(error: &ApiError, thing: &str) {
    assert!(error.message.contains(thing), "{thing:?} is not named: {error:?}");
    assert!(!error.remedy.trim().is_empty(), "no way out: {error:?}");
}
