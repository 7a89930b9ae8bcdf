//! Service orders: from a request to the billing system. What a person asks for, online or days
//! offline, is a request; only the server releases it, and checks again when it is dispatched.
//!
//! A cut needs more than the gate's yes: payments must be known beyond the moment at which the
//! request was committed, and up to a moment that is not too long ago. So whoever had paid when the
//! request reached the server is not cut, however late the bank's file comes.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use chrono::{DateTime, TimeDelta, Utc};
use domain::compliance::{self, local_date};
use domain::history::Entry;
use domain::ids::{AccountId, CustomerId, HistoryId, OrderId, StableId};
use domain::policy::Policy;
use domain::reason::Refusal;
use domain::row::Row;
use domain::service_order::{OrderKind, ServiceOrder};
use serde::{Deserialize, Serialize};
use serde_json::json;
use tokio_postgres::IsolationLevel;
use uuid::Uuid;

use crate::app::App;
use crate::auth::{Caller, Role};
use crate::db::{Run, Tx};
use crate::error::ServerError;
use crate::records::{self, Image};
use crate::{history, params};

/// Orders of one page.
pub const PAGE: usize = 1_000;

/// Who the history names.
const SERVER: &str = "server";

/// An order as it stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct OrderLine {
    /// Identity.
    pub order: Uuid,
    /// On which account.
    pub account: AccountId,
    /// Which service.
    pub service: String,
    /// What: `suspend`, `terminate`, `restore`, `equipment_pickup`.
    pub kind: String,
    /// Who asked.
    pub requested_by: String,
    /// When the request was committed.
    pub requested_at: DateTime<Utc>,
    /// `requested`, `released`, `dispatched` or `refused`.
    pub state: String,
    /// Since when.
    pub state_at: DateTime<Utc>,
    /// Why it waits, or was refused.
    pub why: String,
}

/// Keeps a request that was accepted, in the transaction of its command. Asked for again, the first
/// request stands.
pub async fn keep(
    db: &(impl Run + Sync),
    (org, customer): (Uuid, CustomerId),
    order: &ServiceOrder,
    by: &str,
    now: DateTime<Utc>,
) -> Result<(), ServerError> {
    db.run(
        "INSERT INTO service_order (org_id, order_id, customer, account, service, kind, requested_by, requested_at,
           state_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $8) ON CONFLICT DO NOTHING",
        params![org, order.id.0, customer.0.0, order.account.0.0, order.service.to_string(), word(order.kind), by, now],
    )
    .await?;
    Ok(())
}

fn word(kind: OrderKind) -> &'static str {
    match kind {
        OrderKind::Suspend => "suspend",
        OrderKind::Terminate => "terminate",
        OrderKind::Restore => "restore",
        OrderKind::EquipmentPickup => "equipment_pickup",
    }
}

/// Whether it takes a service away.
fn cuts(kind: OrderKind) -> bool {
    matches!(kind, OrderKind::Suspend | OrderKind::Terminate)
}

/// Why payments are not known well enough for a cut that was asked for at that moment; none when they
/// are.
#[must_use]
pub fn stale(
    payments_until: Option<DateTime<Utc>>,
    requested_at: DateTime<Utc>,
    now: DateTime<Utc>,
    age: TimeDelta,
) -> Option<String> {
    match payments_until {
        None => Some("No payments were ever imported".to_owned()),
        Some(until) if until < requested_at => {
            Some(format!("Payments are known up to {}, before it was asked for", until.format("%Y-%m-%d %H:%M UTC")))
        }
        Some(until) if until + age < now => {
            Some(format!("Payments are known up to {} only", until.format("%Y-%m-%d %H:%M UTC")))
        }
        Some(_) => None,
    }
}

/// Which orders to list.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Which {
    /// In this state; the empty one is any.
    pub state: String,
    /// Behind this one: the last of the page before.
    pub after: Option<Uuid>,
}

/// Orders and how far they are, the newest first, at most [`PAGE`] of them.
pub async fn list(app: &App, caller: &Caller, which: &Which) -> Result<Vec<OrderLine>, ServerError> {
    caller.must_be(&[Role::Supervisor, Role::Auditor])?;
    page(app, caller.org, which).await
}

/// The same for whoever may see them.
async fn page(app: &App, org: Uuid, which: &Which) -> Result<Vec<OrderLine>, ServerError> {
    let conn = app.db.conn().await?;
    if let Some(after) = which.after {
        let sql = "SELECT 1 FROM service_order WHERE org_id = $1 AND order_id = $2";
        let known = conn.row(sql, params![org, after]).await?;
        known.ok_or_else(|| ServerError::NoSuch("order", after.to_string()))?;
    }
    let limit = i64::try_from(PAGE).unwrap_or(i64::MAX);
    let rows = conn
        .rows(
            "SELECT order_id, account, service, kind, requested_by, requested_at, state, state_at, why
             FROM service_order WHERE org_id = $1 AND ($2 = '' OR state = $2)
               AND ($3::uuid IS NULL OR (requested_at, order_id) <
                 (SELECT l.requested_at, l.order_id FROM service_order l WHERE l.org_id = $1 AND l.order_id = $3))
             ORDER BY requested_at DESC, order_id DESC LIMIT $4",
            params![org, which.state, which.after, limit],
        )
        .await?;
    Ok(lines(&rows))
}

/// Every order in that state, page by page; the empty state is any.
pub async fn all(app: &App, org: Uuid, state: &str) -> Result<Vec<OrderLine>, ServerError> {
    let mut which = Which { state: state.to_owned(), after: None };
    let mut all = Vec::new();
    loop {
        let page = page(app, org, &which).await?;
        which.after = page.last().map(|line| line.order);
        let last = page.len() < PAGE;
        all.extend(page);
        if last {
            return Ok(all);
        }
    }
}

fn lines(rows: &[tokio_postgres::Row]) -> Vec<OrderLine> {
    rows.iter()
        .map(|row| OrderLine {
            order: row.get(0),
            account: AccountId(StableId(row.get(1))),
            service: row.get(2),
            kind: row.get(3),
            requested_by: row.get(4),
            requested_at: row.get(5),
            state: row.get(6),
            state_at: row.get(7),
            why: row.get(8),
        })
        .collect()
}

/// What a look at an order came to.
enum Looked {
    /// The gate said yes, on fresh facts.
    Cleared { reasons: String },
    /// Not yet.
    Waits(String),
    /// No; it must be asked for anew.
    Refused(String),
}

/// Releases every request that may go, refuses those that may not, leaves those that must wait. How
/// many were released.
pub async fn release(app: &App, org: Uuid) -> Result<usize, ServerError> {
    Ok(advance(app, org, "requested", "released").await?.len())
}

/// Hands out what is released, checked once more at this very moment: what is marked and nothing else, in the order
/// in which it was asked for. Marked before anybody is told: what is lost on the way is asked after, never sent twice.
pub async fn dispatch(app: &App, org: Uuid) -> Result<Vec<OrderLine>, ServerError> {
    let moved = advance(app, org, "released", "dispatched").await?;
    let conn = app.db.conn().await?;
    let mut out = Vec::new();
    for some in moved.chunks(PAGE) {
        let rows = conn
            .rows(
                "SELECT order_id, account, service, kind, requested_by, requested_at, state, state_at, why
                 FROM service_order WHERE org_id = $1 AND order_id = ANY($2) ORDER BY requested_at, order_id",
                params![org, some.to_vec()],
            )
            .await?;
        out.extend(lines(&rows));
    }
    Ok(out)
}

/// Every organisation with requests; for the timer.
pub async fn release_all(app: &App) -> Result<(), ServerError> {
    let conn = app.db.conn().await?;
    let rows = conn
        .rows(
            "SELECT o.org_id FROM org o WHERE EXISTS (SELECT 1 FROM service_order s
               WHERE s.org_id = o.org_id AND s.state = 'requested')",
            &[],
        )
        .await?;
    drop(conn);
    for row in &rows {
        release(app, row.get(0)).await?;
    }
    Ok(())
}

/// Takes each order in a state one step on, a transaction an order. Which moved.
async fn advance(app: &App, org: Uuid, from: &str, to: &str) -> Result<Vec<Uuid>, ServerError> {
    let conn = app.db.conn().await?;
    let rows = conn
        .rows(
            "SELECT order_id, customer FROM service_order WHERE org_id = $1 AND state = $2
             ORDER BY requested_at, order_id",
            params![org, from],
        )
        .await?;
    drop(conn);
    let mut moved = Vec::new();
    for row in &rows {
        let (order, customer): (Uuid, i64) = (row.get(0), row.get(1));
        if one(app, org, order, CustomerId(StableId(customer)), (from, to)).await? {
            moved.push(order);
        }
    }
    Ok(moved)
}

async fn one(
    app: &App,
    org: Uuid,
    order: Uuid,
    customer: CustomerId,
    (from, to): (&str, &str),
) -> Result<bool, ServerError> {
    let now = app.now();
    let mut conn = app.db.conn().await?;
    let tx = conn.begin(IsolationLevel::ReadCommitted).await?;
    // The same lock as a push takes: a payment is either before this or finds the order gone.
    records::lock(&tx, org, &[customer].into()).await?;
    let found = tx
        .row(
            "SELECT s.account, s.service, s.kind, s.requested_at, o.payments_until, s.requested_by
             FROM service_order s JOIN org o USING (org_id)
             WHERE s.org_id = $1 AND s.order_id = $2 AND s.state = $3 FOR UPDATE OF s",
            params![org, order, from],
        )
        .await?;
    // Another server was here.
    let Some(row) = found else { return Ok(false) };
    let kind: String = row.get(2);
    let asked = ServiceOrder {
        id: OrderId(order),
        account: AccountId(StableId(row.get(0))),
        service: row.get::<_, String>(1).parse().map_err(|_| ServerError::Stored {
            what: "service order".to_owned(),
            why: "its service has no id".to_owned(),
        })?,
        kind: serde_json::from_value(json!(kind))
            .map_err(|error| ServerError::Stored { what: "service order".to_owned(), why: error.to_string() })?,
        approval: None,
    };
    let age = TimeDelta::minutes(app.config.orders.payments_age_minutes);
    let looked = match stale(row.get(4), row.get(3), now, age).filter(|_| cuts(asked.kind)) {
        Some(why) => Looked::Waits(why),
        None => look(&tx, org, customer, asked.clone(), now).await?,
    };
    let (state, why, reasons) = match looked {
        Looked::Waits(why) => {
            tx.run(
                "UPDATE service_order SET why = $3 WHERE org_id = $1 AND order_id = $2 AND why <> $3",
                params![org, order, why],
            )
            .await?;
            tx.commit().await?;
            return Ok(false);
        }
        Looked::Cleared { reasons } => (to, String::new(), reasons),
        Looked::Refused(why) => ("refused", why.clone(), why),
    };
    tx.run(
        "UPDATE service_order SET state = $3, state_at = $4, why = $5 WHERE org_id = $1 AND order_id = $2",
        params![org, order, state, now, why],
    )
    .await?;
    let words = kind.replace('_', " ");
    let entry = Entry {
        id: HistoryId(Uuid::now_v7()),
        at: now,
        actor: SERVER.to_owned(),
        account: Some(asked.account),
        kind: format!("order.{state}"),
        summary: format!("The order to {words} service was {state}: {reasons}"),
        detail: json!({ "order": asked, "asked_by": row.get::<_, String>(5),
            "payments_until": row.get::<_, Option<DateTime<Utc>>>(4) }),
    };
    let image = Image::of(&Row::History(entry.clone()).canonical(), Some(customer), false)?;
    records::put(&tx, org, std::slice::from_ref(&image)).await?;
    history::append(&tx, org, &[entry]).await?;
    let seq = records::next_seq(&tx, org).await?;
    records::feed(&tx, org, seq, &[image]).await?;
    tx.commit().await?;
    Ok(state == to)
}

/// Asks the gate, on the rows as they are under the lock.
async fn look(
    tx: &Tx<'_>,
    org: Uuid,
    customer: CustomerId,
    asked: ServiceOrder,
    now: DateTime<Utc>,
) -> Result<Looked, ServerError> {
    let mut units: BTreeMap<_, _> = records::load(tx, org, &[customer].into()).await?;
    let rows = match units.remove(&customer) {
        Some(Ok(rows)) => rows,
        Some(Err(why)) => return Ok(Looked::Waits(why)),
        None => return Ok(Looked::Refused("The account is not here any more".to_owned())),
    };
    let Some(facts) = rows.facts(asked.account, now) else {
        return Ok(Looked::Refused("The account is not here any more".to_owned()));
    };
    let today = local_date(&facts.customer, now);
    let policies = records::policies(tx, org).await?;
    let policy = policies.into_iter().find(|policy| policy.effective_from <= today).unwrap_or_else(Policy::standard);
    Ok(match compliance::clear(asked, &facts, &policy, now) {
        Ok(cleared) => {
            let released = compliance::release(cleared);
            let mut reasons = String::new();
            for reason in released.reasons() {
                let _ = write!(reasons, "{}{}", if reasons.is_empty() { "" } else { "; " }, reason.text);
            }
            Looked::Cleared { reasons }
        }
        // By itself at another hour: looked at again then.
        Err(Refusal { until: Some(_), message, .. }) => Looked::Waits(message),
        Err(refusal) => Looked::Refused(refusal.message),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn payments_must_be_known_beyond_the_request_and_up_to_lately() {
        let at = |hour| domain::testkit::now() + TimeDelta::hours(hour);
        let day = TimeDelta::hours(24);
        assert!(stale(None, at(0), at(1), day).is_some());
        assert!(stale(Some(at(-1)), at(0), at(1), day).is_some(), "whoever paid in that hour would be cut");
        assert_eq!(stale(Some(at(0)), at(0), at(1), day), None);
        assert_eq!(stale(Some(at(2)), at(0), at(26), day), None);
        assert!(stale(Some(at(2)), at(0), at(27), day).is_some());
    }
}
