//! What supervisors, administrators and auditors do at the server, from their window.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use contract::{
    AddPerson, ApiError, AssignAccounts, AuditLineView, AuditPage, AuditQuery, CodeView, DeviceView, Done, LoginRef,
    PasswordView, PersonView, RevokeDevice, RosterView,
};
use domain::history::Entry;
use domain::ids::{AccountId, CustomerId, StableId};
use protocol::AUDIT_PAGE;
use serde::Deserialize;
use serde_json::{Value, json};
use store::Store;
use uuid::Uuid;

use super::net::segment;
use super::told::troubled;
use crate::desk::Desk;
use crate::errors::stored;
use crate::parse;

#[derive(Deserialize)]
struct Person {
    login: String,
    name: String,
    role: String,
    locked_until: Option<DateTime<Utc>>,
    disabled_at: Option<DateTime<Utc>>,
}

#[derive(Deserialize)]
struct Device {
    #[serde(rename = "device")]
    id: Uuid,
    name: String,
    login: String,
    seen_at: Option<DateTime<Utc>>,
    behind: i64,
    app_version: String,
    clock_ahead_ms: i64,
    quarantined: i64,
    revoked_at: Option<DateTime<Utc>>,
}

#[derive(Deserialize)]
struct AuditLine {
    nr: i64,
    entry: Entry,
}

#[derive(Deserialize)]
struct Assigned {
    added: usize,
    removed: usize,
}

fn done(message: impl Into<String>) -> Done {
    Done { message: message.into() }
}

fn number(value: i64) -> u32 {
    u32::try_from(value.max(0)).unwrap_or(u32::MAX)
}

fn signed(value: i64) -> i32 {
    i32::try_from(value).unwrap_or(if value < 0 { i32::MIN } else { i32::MAX })
}

impl Desk {
    /// People and devices.
    pub(crate) fn roster_view(&self) -> Result<RosterView, ApiError> {
        let (net, now) = (self.net()?, self.now());
        let people: Vec<Person> = net.get("/v1/people").map_err(|trouble| troubled(&trouble))?;
        let devices: Vec<Device> = net.get("/v1/devices").map_err(|trouble| troubled(&trouble))?;
        Ok(RosterView {
            people: people
                .into_iter()
                .map(|one| PersonView {
                    login: one.login,
                    name: one.name,
                    role: one.role,
                    // The server keeps the end of a lock that is over.
                    locked_until: one.locked_until.filter(|at| *at > now).map(|at| at.to_rfc3339()),
                    disabled: one.disabled_at.is_some(),
                })
                .collect(),
            devices: devices
                .into_iter()
                .map(|one| DeviceView {
                    id: one.id.to_string(),
                    name: one.name,
                    login: one.login,
                    seen_at: one.seen_at.map(|at| at.to_rfc3339()),
                    behind: number(one.behind),
                    app_version: one.app_version,
                    clock_ahead: signed(one.clock_ahead_ms / 1000),
                    quarantined: number(one.quarantined),
                    revoked_at: one.revoked_at.map(|at| at.to_rfc3339()),
                })
                .collect(),
        })
    }

    fn customers_of(&self, store: &Store, accounts: &[String]) -> Result<BTreeSet<CustomerId>, ApiError> {
        accounts
            .iter()
            .map(|text| {
                let account: AccountId = parse::id(text)?;
                Ok(store.facts(account, self.now()).map_err(stored)?.customer.id)
            })
            .collect()
    }

    /// Changes who works whom. Laptops learn it at their next contact.
    pub(crate) fn assign(&self, input: &AssignAccounts) -> Result<Done, ApiError> {
        let net = self.net()?;
        let store = self.store()?;
        let customers: Vec<StableId> =
            self.customers_of(&store, &input.accounts)?.into_iter().map(|customer| customer.0).collect();
        let (add, remove) = if input.add { (customers, Vec::new()) } else { (Vec::new(), customers) };
        let body = json!({
            "login": input.login, "add": add, "remove": remove, "take_over_from": input.take_over_from,
        });
        let done: Assigned = net.post("/v1/assign", &body).map_err(|trouble| troubled(&trouble))?;
        self.link.now();
        let many = |number: usize| if number == 1 { "1 customer".to_owned() } else { format!("{number} customers") };
        Ok(self::done(match (done.added, done.removed) {
            (0, 0) => "Nothing changed: it was so already.".to_owned(),
            (added, 0) => format!("{} now with {}.", many(added), input.login),
            (0, removed) => format!("{} taken from {}.", many(removed), input.login),
            (added, _) => format!("{} moved to {}.", many(added), input.login),
        }))
    }

    /// A new user; a code to enrol with comes next.
    pub(crate) fn add_user(&self, input: &AddPerson) -> Result<Done, ApiError> {
        let body = json!({ "login": input.login.trim(), "name": input.name.trim(), "role": input.role });
        self.net()?.post::<Value>("/v1/people", &body).map_err(|trouble| troubled(&trouble))?;
        Ok(done(format!("{} is added; give them an enrolment code.", input.name.trim())))
    }

    /// A one-time code.
    pub(crate) fn new_code(&self, input: &LoginRef) -> Result<CodeView, ApiError> {
        #[derive(Deserialize)]
        struct Code {
            code: String,
        }
        let path = format!("/v1/people/{}/code", segment(&input.login));
        let code: Code = self.net()?.post(&path, &json!({})).map_err(|trouble| troubled(&trouble))?;
        Ok(CodeView { code: code.code })
    }

    /// A new password, made up by the server; the old one and a lock end with it.
    pub(crate) fn reset_password(&self, input: &LoginRef) -> Result<PasswordView, ApiError> {
        #[derive(Deserialize)]
        struct Password {
            password: String,
        }
        let path = format!("/v1/people/{}/password", segment(&input.login));
        let made: Password = self.net()?.post(&path, &json!({})).map_err(|trouble| troubled(&trouble))?;
        Ok(PasswordView { password: made.password })
    }

    /// Ends a user's access.
    pub(crate) fn disable_user(&self, input: &LoginRef) -> Result<Done, ApiError> {
        let path = format!("/v1/people/{}/disable", segment(&input.login));
        self.net()?.post::<Value>(&path, &json!({})).map_err(|trouble| troubled(&trouble))?;
        Ok(done(format!("{} has no access any more.", input.login)))
    }

    /// Ends a device's access.
    pub(crate) fn revoke(&self, input: &RevokeDevice) -> Result<Done, ApiError> {
        let path = format!("/v1/devices/{}/revoke", segment(&input.device));
        self.net()?.post::<Value>(&path, &json!({ "why": input.why.trim() })).map_err(|trouble| troubled(&trouble))?;
        Ok(done("The device has no access any more; its copy is destroyed at its next contact."))
    }

    /// The server's audit.
    pub(crate) fn audit_page(&self, input: &AuditQuery) -> Result<AuditPage, ApiError> {
        let mut query = Vec::new();
        for (name, value) in [("account", &input.account), ("kind", &input.kind)] {
            if !value.trim().is_empty() {
                query.push(format!("{name}={}", segment(value)));
            }
        }
        if let Some(below) = input.below {
            query.push(format!("below={below}"));
        }
        let path = format!("/v1/audit?{}", query.join("&"));
        let lines: Vec<AuditLine> = self.net()?.get(&path).map_err(|trouble| troubled(&trouble))?;
        let below = if lines.len() < AUDIT_PAGE { None } else { lines.last().map(|line| signed(line.nr)) };
        Ok(AuditPage {
            below,
            lines: lines
                .into_iter()
                .map(|line| AuditLineView {
                    number: signed(line.nr),
                    at: line.entry.at.to_rfc3339(),
                    actor: line.entry.actor,
                    kind: line.entry.kind,
                    summary: line.entry.summary,
                })
                .collect(),
        })
    }
}
