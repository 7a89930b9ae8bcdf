//! Payments that people recorded, once the billing system posted them too: they count once, by the
//! same rule as on a device that works alone.
//!
//! The recorded row goes. Rows travel as images and never as deletions; so the customer is sent
//! whole again to everybody who works them, as a customer who came into scope is.

use std::collections::{BTreeMap, BTreeSet};

use domain::decide::brought;
use domain::ids::{AccountId, CustomerId, IdSource, PaymentId, StableId};
use domain::plan::Change;
use domain::row::{Row, Table};
use domain::rows::RowSet;
use tokio_postgres::IsolationLevel;
use uuid::Uuid;

use super::assign;
use crate::app::App;
use crate::db::{Run, Tx};
use crate::error::ServerError;
use crate::records::{self, Image};
use crate::{history, params};

/// New ids for history entries.
struct Ids;

impl IdSource for Ids {
    fn fresh(&mut self) -> Uuid {
        Uuid::now_v7()
    }
}

/// Looks at every customer with a recorded payment, or at those of them that are named, one transaction each; how
/// many payments gave way.
pub async fn match_posted(app: &App, org: Uuid, by: &str, of: Option<&[i64]>) -> Result<usize, ServerError> {
    let conn = app.db.conn().await?;
    let rows = conn
        .rows(
            "SELECT DISTINCT customer FROM record WHERE org_id = $1 AND by_person AND customer IS NOT NULL
               AND ($2::bigint[] IS NULL OR customer = ANY($2)) ORDER BY 1",
            params![org, of.map(<[i64]>::to_vec)],
        )
        .await?;
    drop(conn);
    let mut gone = 0;
    for row in &rows {
        gone += one(app, org, by, CustomerId(StableId(row.get(0)))).await?;
    }
    Ok(gone)
}

async fn one(app: &App, org: Uuid, by: &str, customer: CustomerId) -> Result<usize, ServerError> {
    let now = app.now();
    let mut conn = app.db.conn().await?;
    let tx = conn.begin(IsolationLevel::ReadCommitted).await?;
    records::lock(&tx, org, &[customer].into()).await?;
    let Some(Ok(rows)) = records::load(&tx, org, &[customer].into()).await?.remove(&customer) else {
        return Ok(0);
    };
    let recorded = recorded(&tx, org, customer, &rows).await?;
    let (mut replaced, mut entries) = (Vec::new(), Vec::new());
    for (account, payments) in recorded {
        let Some(facts) = rows.facts(account, now) else { continue };
        let plan = brought(&facts, &payments, by, now, &mut Ids);
        replaced.extend(plan.changes.iter().filter_map(|change| match change {
            Change::ReplacePayment { recorded, .. } => Some(recorded.to_string()),
            _ => None,
        }));
        entries.extend(plan.history);
    }
    if replaced.is_empty() {
        return Ok(0);
    }
    tx.run(
        "DELETE FROM record WHERE org_id = $1 AND tbl = $2 AND id = ANY($3) AND by_person",
        params![org, records::number(Table::Payment), replaced.clone()],
    )
    .await?;
    let images = entries
        .iter()
        .map(|entry| Image::of(&Row::History(entry.clone()).canonical(), Some(customer), false))
        .collect::<Result<Vec<_>, _>>()?;
    records::put(&tx, org, &images).await?;
    history::append(&tx, org, &entries).await?;
    let seq = assign::send_again(&tx, org, customer).await?;
    records::feed(&tx, org, seq, &images).await?;
    tx.commit().await?;
    Ok(replaced.len())
}

/// The customer's payments that people recorded and that were not returned, by account.
async fn recorded(
    tx: &Tx<'_>,
    org: Uuid,
    customer: CustomerId,
    rows: &RowSet,
) -> Result<BTreeMap<AccountId, Vec<PaymentId>>, ServerError> {
    let found = tx
        .rows(
            "SELECT id FROM record WHERE org_id = $1 AND customer = $2 AND by_person AND tbl = $3",
            params![org, customer.0.0, records::number(Table::Payment)],
        )
        .await?;
    let ids: BTreeSet<String> = found.iter().map(|row| row.get(0)).collect();
    let mut by_account: BTreeMap<AccountId, Vec<PaymentId>> = BTreeMap::new();
    for row in rows.table(Table::Payment) {
        if let Row::Payment(payment) = row
            && payment.reversed.is_none()
            && ids.contains(&row.id())
        {
            by_account.entry(payment.account).or_default().push(payment.id);
        }
    }
    Ok(by_account)
}
