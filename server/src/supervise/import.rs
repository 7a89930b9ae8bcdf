//! The billing system's rows. A supervisor's Dunlin reads the extract, with the mapping it is used
//! to, and sends the rows; here they are merged with what people changed, and reach laptops as a
//! delta.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use domain::account::Customer;
use domain::ids::{AccountId, CustomerId};
use domain::payment::Payment;
use domain::row::{Row, Table};
use protocol::WireRow;
use serde::{Deserialize, Serialize};
use serde_json::json;
use tokio_postgres::IsolationLevel;
use uuid::Uuid;

use super::{moved, payments, recorded};
use crate::app::App;
use crate::db::{self, Db, Run};
use crate::error::ServerError;
use crate::records::{self, Image};
use crate::{history, orders, params};

/// Customers of one transaction.
const TOGETHER: usize = 500;

/// How an import is done.
#[derive(Clone, Copy, Debug, Default)]
pub struct How {
    /// Payments are complete up to this moment.
    pub payments_until: Option<DateTime<Utc>>,
    /// No feed: whoever has rows already takes a fresh snapshot. For the first load.
    pub fresh: bool,
    /// More parts of the same file follow: what concerns the whole organisation waits for the last one.
    pub more: bool,
}

/// What was done.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
pub struct Imported {
    /// Rows that were new or differed.
    pub changed: usize,
    /// Of those, new ones.
    #[serde(default)]
    pub new: usize,
    /// Rows that were as they are.
    pub same: usize,
}

/// Takes in customers, accounts, services, invoices and payments, 500 customers a transaction: all of a customer's
/// rows change at once. Should it end between, the same file again does the rest, and what came stays as it is.
pub async fn import(app: &App, org: Uuid, by: &str, rows: &[WireRow], how: How) -> Result<Imported, ServerError> {
    let mut read = Vec::with_capacity(rows.len());
    for row in rows {
        read.push(row.read().map_err(|error| ServerError::Invalid(error.to_string()))?);
    }
    import_rows(app, org, by, read, how).await
}

/// The same of rows that were read already.
pub async fn import_rows(
    app: &App,
    org: Uuid,
    by: &str,
    rows: impl IntoIterator<Item = Row>,
    how: How,
) -> Result<Imported, ServerError> {
    let mut read = Vec::new();
    for row in rows {
        if !matches!(row.table(), Table::Customer | Table::Account | Table::Service | Table::Invoice | Table::Payment) {
            return Err(ServerError::Invalid(format!("a billing system has no {}", row.table().name())));
        }
        read.push(row.canonical());
    }
    if how.more && how.payments_until.is_some() {
        return Err(ServerError::Invalid("only a file's last part says up to when payments are complete".to_owned()));
    }
    let units = by_customer(&app.db, org, read).await?;
    let named: Vec<i64> = units.keys().map(|customer| customer.0.0).collect();
    let mut units = units.into_iter();
    let mut done = Imported::default();
    loop {
        let some: BTreeMap<CustomerId, Vec<Row>> = units.by_ref().take(TOGETHER).collect();
        if some.is_empty() {
            break;
        }
        let part = together(app, org, by, some, how).await?;
        done.changed += part.changed;
        done.new += part.new;
        done.same += part.same;
    }
    let conn = app.db.conn().await?;
    db::look_again(&conn, &["record", "assignment", "feed"], done.changed).await?;
    drop(conn);
    if how.more {
        recorded::match_posted(app, org, by, Some(&named)).await?;
        return Ok(done);
    }
    if let Some(until) = how.payments_until {
        payments::known(app, org, by, until).await?;
    }
    recorded::match_posted(app, org, by, None).await?;
    // Payments came: whoever waited for them need not wait for the timer.
    orders::release(app, org).await?;
    Ok(done)
}

/// Rows by the customer they belong to; of accounts that are here or in the database.
async fn by_customer(db: &Db, org: Uuid, rows: Vec<Row>) -> Result<BTreeMap<CustomerId, Vec<Row>>, ServerError> {
    let mut owner: BTreeMap<AccountId, CustomerId> = rows
        .iter()
        .filter_map(|row| match row {
            Row::Account(account) => Some((account.id, account.customer)),
            _ => None,
        })
        .collect();
    let strangers: BTreeSet<AccountId> =
        rows.iter().filter_map(Row::account).filter(|account| !owner.contains_key(account)).collect();
    if !strangers.is_empty() {
        let conn = db.conn().await?;
        owner.extend(records::owners(&conn, org, &strangers).await?);
    }
    let mut units: BTreeMap<CustomerId, Vec<Row>> = BTreeMap::new();
    for row in rows {
        let customer = row.customer().or_else(|| owner.get(&row.account()?).copied()).ok_or_else(|| {
            ServerError::Invalid(format!("{} {} is on an account that is not here", row.table().name(), row.id()))
        })?;
        units.entry(customer).or_default().push(row);
    }
    Ok(units)
}

async fn together(
    app: &App,
    org: Uuid,
    by: &str,
    units: BTreeMap<CustomerId, Vec<Row>>,
    how: How,
) -> Result<Imported, ServerError> {
    let mut conn = app.db.conn().await?;
    let tx = conn.begin(IsolationLevel::ReadCommitted).await?;
    let ids: Vec<i64> = units.keys().map(|customer| customer.0.0).collect();
    let moves = moved::lock(&tx, org, &units).await?;
    moved::carry(app, &tx, org, &moves).await?;
    let found = tx
        .rows(
            "SELECT tbl, id, body, imported FROM record WHERE org_id = $1 AND customer = ANY($2) AND tbl <= 70",
            params![org, ids],
        )
        .await?;
    let stored: BTreeMap<(i32, String), (String, Option<String>)> =
        found.iter().map(|row| ((row.get(0), row.get(1)), (row.get(2), row.get(3)))).collect();
    let mut images = Vec::new();
    let mut done = Imported::default();
    for (customer, rows) in units {
        for row in rows {
            let before = stored.get(&(records::number(row.table()), row.id()));
            let given = Image::of(&row, Some(customer), false)?;
            let image = match (&row, before) {
                (Row::Customer(new), Some((now, Some(last)))) => {
                    let merged = merge(new, &parse(now)?, &parse(last)?);
                    Image::of(&Row::Customer(merged), Some(customer), false)?.imported(given.body().to_owned())
                }
                // A return that a person recorded stands until the billing system knows it too.
                (Row::Payment(new), Some((now, last))) => {
                    let now: Payment = parse(now)?;
                    let last: Option<Payment> = last.as_deref().map(parse).transpose()?;
                    let by_person = last.is_none_or(|last| last.reversed != now.reversed);
                    let reversed = new.reversed.or(now.reversed.filter(|_| by_person));
                    let merged = Payment { reversed, ..new.clone() };
                    Image::of(&Row::Payment(merged), Some(customer), false)?.imported(given.body().to_owned())
                }
                (Row::Customer(_), _) | (Row::Payment(_), None) => given.clone().imported(given.body().to_owned()),
                _ => given.clone(),
            };
            let known = matches!(&row, Row::Customer(_) | Row::Payment(_)).then(|| given.body().to_owned());
            let same = before.is_some_and(|(now, last)| now == image.body() && (known.is_none() || *last == known));
            if same {
                done.same += 1;
            } else {
                done.changed += 1;
                done.new += usize::from(before.is_none());
                images.push(image);
            }
        }
    }
    if images.is_empty() {
        return Ok(done);
    }
    records::put(&tx, org, &images).await?;
    let also = if moves.is_empty() { String::new() } else { format!("; accounts that moved: {}", moves.len()) };
    let summary = format!("{} rows of the billing system changed{also}", images.len());
    let entry = history::entry(app.now(), by, "import.rows", summary, json!({ "customers": ids.len() }));
    history::append(&tx, org, &[entry]).await?;
    super::oversee::comes(&tx, org, &ids).await?;
    moved::tell(&tx, org, &moves).await?;
    let seq = records::next_seq(&tx, org).await?;
    if how.fresh {
        tx.run("UPDATE org SET floor_seq = $2 WHERE org_id = $1", params![org, seq]).await?;
    } else {
        records::feed(&tx, org, seq, &images).await?;
    }
    tx.commit().await?;
    Ok(done)
}

fn parse<T: serde::de::DeserializeOwned>(text: &str) -> Result<T, ServerError> {
    serde_json::from_str(text)
        .map_err(|error| ServerError::Stored { what: "imported row".to_owned(), why: error.to_string() })
}

/// Three ways: what a person changed since the last import stays, the rest is the billing system's.
fn merge(new: &Customer, now: &Customer, last: &Customer) -> Customer {
    let mut merged = new.clone();
    if now.address != last.address {
        merged.address = now.address.clone();
    }
    merged.points.clear();
    let in_last = |id| last.points.iter().find(|point| point.id == id);
    let in_now = |id| now.points.iter().find(|point| point.id == id);
    for point in &new.points {
        match (in_now(point.id), in_last(point.id)) {
            // Untouched since, or new.
            (Some(held), Some(given)) if held == given => merged.points.push(point.clone()),
            (None, None) => merged.points.push(point.clone()),
            (Some(held), _) => merged.points.push(held.clone()),
            // A person removed it.
            (None, Some(_)) => {}
        }
    }
    let added: Vec<_> =
        now.points.iter().filter(|held| !new.points.iter().any(|point| point.id == held.id)).cloned().collect();
    // What the billing system no longer names goes only if no person touched it.
    merged.points.extend(added.into_iter().filter(|held| in_last(held.id).is_none_or(|given| given != held)));
    merged
}

#[cfg(test)]
mod tests {
    use domain::account::PointKind;
    use domain::testkit::{facts, point};

    use super::*;

    #[test]
    fn what_a_person_changed_survives_an_import_and_the_rest_follows_it() {
        let last = facts().customer;
        let mut now = last.clone();
        now.address.city = "Nampa".to_owned();
        now.points[0].bad = true;
        now.points.push(point(9, PointKind::Mobile, "+1 208 342 5559"));
        let mut new = last.clone();
        new.name = "Another Name".to_owned();
        new.address.city = "Eagle".to_owned();
        new.points[0].value = "+1 208 342 5551".to_owned();
        new.points[1].value = "other@example.com".to_owned();
        let merged = merge(&new, &now, &last);
        assert_eq!(merged.name, "Another Name");
        assert_eq!(merged.address.city, "Nampa", "a person's address stays");
        assert!(merged.points[0].bad, "a person's mark stays");
        assert_eq!(merged.points[1].value, "other@example.com", "an untouched one follows");
        assert_eq!(merged.points.len(), 3, "a person's own stays");
        let removed = Customer { points: now.points[1..].to_vec(), ..now };
        assert!(merge(&new, &removed, &last).points.iter().all(|one| one.id != last.points[0].id), "it stays removed");
    }
}
