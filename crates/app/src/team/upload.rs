//! What reaches the whole team through the server: an extract, a policy, a text.

use chrono::{DateTime, Utc};
use contract::{ApiError, ErrorCode};
use domain::ids::{AccountId, CustomerId};
use domain::policy::Policy;
use domain::row::Row;
use intake::Batch;
use protocol::WireRow;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::collections::HashMap;
use std::ops::ControlFlow;
use std::time::{Duration, Instant};
use store::{Store, StoreError};

use super::told::troubled;
use crate::desk::Desk;
use crate::errors::{cancelled, stored};

/// Rows of one request; a customer's are never split.
const ROWS: usize = 5_000;

/// So long the feed may take to bring back what was published.
const PATIENCE: Duration = Duration::from_secs(10);

/// What was published has this number.
#[derive(Deserialize)]
struct Published {
    version: u32,
}

/// A part of an extract.
#[derive(Serialize)]
struct Part {
    rows: Vec<WireRow>,
    payments_until: Option<DateTime<Utc>>,
    /// Not said with the last part: a server of before knows no other.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    more: bool,
}

/// What the server did with it.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
pub struct Uploaded {
    /// Rows that were new or differed.
    pub changed: usize,
    /// Of those, new ones; a server of before does not say.
    #[serde(default)]
    pub new: usize,
    /// Rows that were as they are.
    pub same: usize,
}

fn supervisors_only() -> ApiError {
    let mut error = ApiError::new(
        ErrorCode::Refused,
        "In a team a supervisor does this, for everybody.",
        "Ask your supervisor; it reaches this device by itself.",
    );
    error.supervisor = true;
    error
}

impl Desk {
    /// Refuses what would put other data in the place of a team's.
    pub(crate) fn alone(store: &Store, what: &str) -> Result<(), ApiError> {
        match super::Membership::load(store)? {
            None => Ok(()),
            Some(_) => Err(ApiError::new(
                ErrorCode::Refused,
                format!("{what} can't take the place of a team's data."),
                "Leave the team first; what was sent stays on the server.",
            )),
        }
    }

    /// Whether what is published goes to the server; a specialist of a team publishes nothing.
    pub(crate) fn publishes_to_team(store: &Store) -> Result<bool, ApiError> {
        let Some(member) = super::Membership::load(store)? else {
            return Ok(false);
        };
        if member.role == "supervisor" { Ok(true) } else { Err(supervisors_only()) }
    }

    /// An extract's rows to the server, customer by customer. Parts that arrived stay; sending the
    /// file again is harmless. Up to when its payments are complete is a person's word, and said with
    /// the last part only: a broken-off file is not complete.
    pub(crate) fn upload(
        &self,
        store: &Store,
        batch: &Batch,
        payments_until: Option<DateTime<Utc>>,
        step: &mut dyn FnMut(&str, u64, u64) -> ControlFlow<()>,
    ) -> Result<Uploaded, ApiError> {
        let net = self.net()?;
        let units = by_customer(store, batch)?;
        let total = units.len() as u64;
        let mut done = Uploaded::default();
        let mut rows: Vec<WireRow> = Vec::new();
        let (mut sent, mut parts) = (0, 0);
        let mut units = units.into_iter().peekable();
        while let Some(unit) = units.next() {
            sent += 1;
            for row in unit {
                rows.push(WireRow::of(&row).map_err(|error| unwritable(&error))?);
            }
            let last = units.peek().is_none();
            if rows.len() >= ROWS || last {
                if step("Sending to the server", sent, total).is_break() {
                    return Err(if parts == 0 { cancelled() } else { cut_short() });
                }
                let part = Part {
                    rows: std::mem::take(&mut rows),
                    payments_until: payments_until.filter(|_| last),
                    more: !last,
                };
                let answer: Uploaded = net.post("/v1/import", &part).map_err(|trouble| troubled(&trouble))?;
                parts += 1;
                done.changed += answer.changed;
                done.new += answer.new;
                done.same += answer.same;
            }
        }
        self.link.now();
        Ok(done)
    }

    /// A new version of the policy, for everybody; its number.
    pub(crate) fn publish_to_team(&self, policy: &Policy) -> Result<u32, ApiError> {
        let done: Published = self.net()?.post("/v1/policy", policy).map_err(|trouble| troubled(&trouble))?;
        self.arrived(|store| Ok(store.policies()?.iter().any(|one| one.policy.version == done.version)))?;
        Ok(done.version)
    }

    /// A text, for everybody.
    pub(crate) fn template_to_team(&self, key: &str, body: &Value) -> Result<(), ApiError> {
        let body = json!({ "key": key, "body": body });
        let done: Published = self.net()?.post("/v1/template", &body).map_err(|trouble| troubled(&trouble))?;
        self.arrived(|store| Ok(store.template(key, Some(done.version))?.is_some()))
    }

    /// Waits a little until what was published came back with the feed. If it does not, it comes later.
    fn arrived(&self, here: impl Fn(&Store) -> Result<bool, StoreError>) -> Result<(), ApiError> {
        let until = Instant::now() + PATIENCE;
        self.link.now();
        while !here(&*self.store()?).map_err(stored)? && Instant::now() < until {
            std::thread::sleep(Duration::from_millis(50));
        }
        Ok(())
    }
}

/// The person cancelled when a part of it was there already.
fn cut_short() -> ApiError {
    ApiError::new(
        ErrorCode::Cancelled,
        "Cancelled; what was sent so far stays, whole customers of it.",
        "Import the same file again for the rest.",
    )
}

fn unwritable(error: &serde_json::Error) -> ApiError {
    ApiError::new(ErrorCode::Failed, format!("A row can't be written: {error}."), "Nothing more was sent; try again.")
}

/// The batch's rows, a list for each customer.
fn by_customer(store: &Store, batch: &Batch) -> Result<Vec<Vec<Row>>, ApiError> {
    let mut owner: HashMap<AccountId, CustomerId> =
        batch.accounts.iter().map(|account| (account.id, account.customer)).collect();
    let known = |account: AccountId, owner: &mut HashMap<AccountId, CustomerId>| {
        if let Some(customer) = owner.get(&account) {
            return Ok(*customer);
        }
        let customer = store.customer_of(account).map_err(stored)?;
        owner.insert(account, customer);
        Ok::<_, ApiError>(customer)
    };
    let mut place: HashMap<CustomerId, usize> = HashMap::new();
    let mut units: Vec<Vec<Row>> = Vec::new();
    let mut add = |customer: CustomerId, row: Row| {
        let at = *place.entry(customer).or_insert_with(|| {
            units.push(Vec::new());
            units.len() - 1
        });
        units[at].push(row);
    };
    for customer in &batch.customers {
        add(customer.id, Row::Customer(customer.clone()));
    }
    for account in &batch.accounts {
        add(account.customer, Row::Account(account.clone()));
    }
    for service in &batch.services {
        add(known(service.account, &mut owner)?, Row::Service(service.clone()));
    }
    for invoice in &batch.invoices {
        add(known(invoice.account, &mut owner)?, Row::Invoice(invoice.clone()));
    }
    for payment in &batch.payments {
        add(known(payment.account, &mut owner)?, Row::Payment(payment.clone()));
    }
    Ok(units)
}
