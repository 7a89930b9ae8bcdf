//! Call permits: leave to call while offline, counted against the caps from the moment it is given.

use std::collections::BTreeSet;

use chrono::{DateTime, TimeDelta, Utc};
use domain::compliance::local_date;
use domain::contact::{Contact, Direction, Disposition, Medium};
use domain::ids::{ContactId, CustomerId, StableId};
use domain::policy::Policy;
use domain::row::{Row, Table};
use domain::rows::RowSet;
use protocol::{Permit, PermitId, PermitRequest, PermitResponse};
use tokio_postgres::IsolationLevel;
use uuid::Uuid;

use crate::app::App;
use crate::auth::Caller;
use crate::db::{Run, Tx};
use crate::error::ServerError;
use crate::push::decide::frequency;
use crate::{params, records};

/// A permit is good for so long: a working day offline.
const GOOD: TimeDelta = TimeDelta::hours(24);

/// An unspent permit counts as a call until the caps' seven days have passed after its end.
const COUNTED: TimeDelta = TimeDelta::days(8);

/// Most customers of one request.
const MOST: usize = 500;

/// Takes permits back and leases new ones, as far as the caps leave room.
pub async fn lease(app: &App, caller: &Caller, request: &PermitRequest) -> Result<PermitResponse, ServerError> {
    caller.actor()?;
    if request.customers.len() > MOST {
        return Err(ServerError::Invalid(format!("ask for at most {MOST} permits at once")));
    }
    let now = app.now();
    let mut conn = app.db.conn().await?;
    let tx = conn.begin(IsolationLevel::ReadCommitted).await?;
    let returned: Vec<Uuid> = request.returned.iter().map(|permit| permit.0).collect();
    tx.run(
        "UPDATE permit SET ended_at = $3 WHERE org_id = $1 AND device_id = $2 AND permit_id = ANY($4)
           AND ended_at IS NULL",
        params![caller.org, caller.device.0, now, returned],
    )
    .await?;
    let wanted: BTreeSet<CustomerId> = request.customers.iter().copied().collect();
    let locked = records::lock(&tx, caller.org, &wanted).await?;
    let mine = works(&tx, caller, &locked).await?;
    let units = records::load(&tx, caller.org, &mine).await?;
    let policies = records::policies(&tx, caller.org).await?;
    let mut permits = Vec::new();
    for (customer, unit) in units {
        let Ok(mut rows) = unit else { continue };
        let leased = outstanding(&tx, caller.org, customer, now).await?;
        if has_room(&mut rows, &leased, &policies, now) {
            permits.push(Permit { id: PermitId(Uuid::now_v7()), customer, until: now + GOOD });
        }
    }
    let ids: Vec<Uuid> = permits.iter().map(|permit| permit.id.0).collect();
    let customers: Vec<i64> = permits.iter().map(|permit| permit.customer.0.0).collect();
    tx.run(
        "INSERT INTO permit (org_id, device_id, given_at, good_until, permit_id, customer)
         SELECT $1, $2, $3, $4, * FROM unnest($5::uuid[], $6::bigint[])",
        params![caller.org, caller.device.0, now, now + GOOD, ids, customers],
    )
    .await?;
    tx.commit().await?;
    Ok(PermitResponse { permits })
}

async fn works(
    tx: &Tx<'_>,
    caller: &Caller,
    customers: &BTreeSet<CustomerId>,
) -> Result<BTreeSet<CustomerId>, ServerError> {
    let ids: Vec<i64> = customers.iter().map(|customer| customer.0.0).collect();
    let rows = tx
        .rows(
            "SELECT customer FROM assignment WHERE org_id = $1 AND user_id = $2 AND customer = ANY($3)",
            params![caller.org, caller.user, ids],
        )
        .await?;
    Ok(rows.iter().map(|row| CustomerId(StableId(row.get(0)))).collect())
}

/// When each unspent permit may have been used at the latest.
async fn outstanding(
    tx: &Tx<'_>,
    org: Uuid,
    customer: CustomerId,
    now: DateTime<Utc>,
) -> Result<Vec<DateTime<Utc>>, ServerError> {
    let rows = tx
        .rows(
            "SELECT least(good_until, $4) FROM permit
             WHERE org_id = $1 AND customer = $2 AND ended_at IS NULL AND good_until > $3",
            params![org, customer.0.0, now - COUNTED, now],
        )
        .await?;
    Ok(rows.iter().map(|row| row.get(0)).collect())
}

/// Whether the frequency rules allow one more call on every account of the customer, when each permit
/// that is out was used at the latest moment it could be. The least time between two calls is left to
/// the device's gate at the moment of the call.
fn has_room(rows: &mut RowSet, leased: &[DateTime<Utc>], policies: &[Policy], now: DateTime<Utc>) -> bool {
    let accounts: Vec<_> = rows.table(Table::Account).filter_map(Row::account).collect();
    let Some(first) = accounts.first().and_then(|account| rows.facts(*account, now)) else {
        return false;
    };
    let today = local_date(&first.customer, now);
    let in_force = policies.iter().find(|policy| policy.effective_from <= today);
    let mut policy = in_force.cloned().unwrap_or_else(Policy::standard);
    policy.gate.aggregate_spacing_hours = 0;
    for account in &accounts {
        for at in leased {
            rows.put(Row::Contact(Contact {
                id: ContactId(Uuid::now_v7()),
                account: *account,
                at: *at,
                local_date: local_date(&first.customer, *at),
                actor: String::new(),
                medium: Medium::Call,
                direction: Direction::Outbound,
                point: String::new(),
                disposition: Some(Disposition::NoAnswer),
                note: String::new(),
                amount: None,
                corrects: None,
            }));
        }
    }
    accounts
        .iter()
        .all(|account| rows.facts(*account, now).is_some_and(|facts| frequency(&facts, &policy, now).is_empty()))
}
