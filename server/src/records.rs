//! The organisation's rows in PostgreSQL: loaded by customer into a [`RowSet`], written back as
//! whole images, and appended to the feed.

use std::collections::{BTreeMap, BTreeSet};

use domain::ids::{AccountId, CustomerId, StableId};
use domain::policy::Policy;
use domain::row::{Row, Table};
use domain::rows::RowSet;
use protocol::{Json, Unit, WireRow};
use tokio_postgres::Row as Found;
use uuid::Uuid;

use crate::db::Run;
use crate::error::ServerError;
use crate::params;

/// A table's number in the database. Numbers are never used again, and leave room between them.
#[must_use]
pub fn number(table: Table) -> i32 {
    match table {
        Table::Policy => 10,
        Table::Template => 20,
        Table::Customer => 30,
        Table::Account => 40,
        Table::Service => 50,
        Table::Invoice => 60,
        Table::Payment => 70,
        Table::Dispute => 80,
        Table::Hold => 90,
        Table::Arrangement => 100,
        Table::Contact => 110,
        Table::FollowUp => 120,
        Table::Outbox => 130,
        Table::Steps => 140,
        Table::History => 150,
    }
}

fn named(number: i32) -> Result<Table, ServerError> {
    Table::ALL.into_iter().find(|table| self::number(*table) == number).ok_or_else(|| ServerError::Stored {
        what: format!("table {number}"),
        why: "there is no such table".to_owned(),
    })
}

/// A stored row as it travels; from columns `tbl, id, body`, the first at `at`.
pub fn wire(row: &Found, at: usize) -> Result<WireRow, ServerError> {
    let id: String = row.get(at + 1);
    let body = Json::parse(row.get(at + 2))
        .map_err(|error| ServerError::Stored { what: id.clone(), why: error.to_string() })?;
    Ok(WireRow { table: named(row.get(at))?.name().to_owned(), id, row: body })
}

/// A row, from its table's number, id and body in that column and the two after it.
pub fn read(row: &Found, at: usize) -> Result<Row, ServerError> {
    let wire = wire(row, at)?;
    wire.read()
        .map_err(|error| ServerError::Stored { what: format!("{} {}", wire.table, wire.id), why: error.to_string() })
}

/// Locks customers until the transaction ends, in the order of their ids, so that two batches never
/// wait for one another. Those that are there.
pub async fn lock(
    db: &(impl Run + Sync),
    org: Uuid,
    customers: &BTreeSet<CustomerId>,
) -> Result<BTreeSet<CustomerId>, ServerError> {
    let ids: Vec<i64> = customers.iter().map(|customer| customer.0.0).collect();
    let rows = db
        .rows(
            "SELECT customer FROM record WHERE org_id = $1 AND tbl = 30 AND customer = ANY($2)
             ORDER BY customer FOR UPDATE",
            params![org, ids],
        )
        .await?;
    Ok(rows.iter().map(|row| CustomerId(StableId(row.get(0)))).collect())
}

/// Whose accounts they are. Unknown ones are left out.
pub async fn owners(
    db: &(impl Run + Sync),
    org: Uuid,
    accounts: &BTreeSet<AccountId>,
) -> Result<BTreeMap<AccountId, CustomerId>, ServerError> {
    let ids: Vec<String> = accounts.iter().map(ToString::to_string).collect();
    let rows = db
        .rows("SELECT account, customer FROM record WHERE org_id = $1 AND tbl = 40 AND id = ANY($2)", params![org, ids])
        .await?;
    Ok(rows.iter().map(|row| (AccountId(StableId(row.get(0))), CustomerId(StableId(row.get(1))))).collect())
}

/// What decisions on these customers look at: all of their rows but the history. A customer with a row
/// that can't be read comes as the reason why, and stops nobody else.
pub async fn load(
    db: &(impl Run + Sync),
    org: Uuid,
    customers: &BTreeSet<CustomerId>,
) -> Result<BTreeMap<CustomerId, Result<RowSet, String>>, ServerError> {
    let ids: Vec<i64> = customers.iter().map(|customer| customer.0.0).collect();
    let rows = db
        .rows(
            "SELECT customer, tbl, id, body FROM record WHERE org_id = $1 AND customer = ANY($2)
               AND (tbl < 150 OR body LIKE '%\"approval.given\"%')",
            params![org, ids],
        )
        .await?;
    let mut sets: BTreeMap<CustomerId, Result<RowSet, String>> = BTreeMap::new();
    for found in &rows {
        let set = sets.entry(CustomerId(StableId(found.get(0)))).or_insert_with(|| Ok(RowSet::default()));
        match (read(found, 1), &mut *set) {
            (Ok(row), Ok(rows)) => rows.put(row),
            (Err(error), Ok(_)) => *set = Err(error.to_string()),
            (_, Err(_)) => {}
        }
    }
    Ok(sets)
}

/// A customer whole, as it travels.
pub async fn unit(db: &(impl Run + Sync), org: Uuid, customer: CustomerId) -> Result<Unit, ServerError> {
    let rows = db
        .rows(
            "SELECT tbl, id, body FROM record WHERE org_id = $1 AND customer = $2 ORDER BY tbl, id",
            params![org, customer.0.0],
        )
        .await?;
    Ok(Unit { customer, rows: rows.iter().map(|row| wire(row, 0)).collect::<Result<_, _>>()? })
}

/// Every policy, newest first.
pub async fn policies(db: &(impl Run + Sync), org: Uuid) -> Result<Vec<Policy>, ServerError> {
    let rows = db.rows("SELECT tbl, id, body FROM record WHERE org_id = $1 AND tbl = 10", params![org]).await?;
    let mut policies = Vec::with_capacity(rows.len());
    for row in &rows {
        if let Row::Policy(published) = read(row, 0)? {
            policies.push(published.policy);
        }
    }
    policies.sort_by_key(|policy| std::cmp::Reverse(policy.version));
    Ok(policies)
}

/// A row to be written.
#[derive(Clone, Debug)]
pub struct Image {
    table: Table,
    id: String,
    customer: Option<CustomerId>,
    account: Option<AccountId>,
    active: bool,
    body: String,
    imported: Option<String>,
    by_person: bool,
}

impl Image {
    /// Of a row of that customer; none for what is the organisation's own. `active` marks an
    /// arrangement in force.
    pub fn of(row: &Row, customer: Option<CustomerId>, active: bool) -> Result<Self, ServerError> {
        let wire = WireRow::of(row).map_err(|error| ServerError::Stored { what: row.id(), why: error.to_string() })?;
        Ok(Self {
            table: row.table(),
            id: wire.id,
            customer,
            account: row.account(),
            active,
            body: wire.row.text().to_owned(),
            imported: None,
            by_person: false,
        })
    }

    /// With what the billing system gave.
    #[must_use]
    pub fn imported(mut self, body: String) -> Self {
        self.imported = Some(body);
        self
    }

    /// As a person recorded it, if the database does not know it yet.
    #[must_use]
    pub fn by_person(mut self) -> Self {
        self.by_person = true;
        self
    }

    /// Its text.
    #[must_use]
    pub fn body(&self) -> &str {
        &self.body
    }

    /// What identifies it.
    #[must_use]
    pub fn key(&self) -> (Table, &str) {
        (self.table, &self.id)
    }
}

/// Writes rows over what was there, each once: the last image of those that changed several times.
pub async fn put(db: &(impl Run + Sync), org: Uuid, images: &[Image]) -> Result<(), ServerError> {
    write(db, org, images, "true").await.map(drop)
}

/// The same for what a device asked for: nothing moves from one customer to another, and no history is
/// written over, whatever ids the device chose.
pub async fn put_decided(db: &(impl Run + Sync), org: Uuid, images: &[Image]) -> Result<(), ServerError> {
    let (written, of) =
        write(db, org, images, "record.customer IS NOT DISTINCT FROM excluded.customer AND record.tbl < 150").await?;
    if written == of {
        return Ok(());
    }
    Err(ServerError::Conflict("an id of its rows is another row's already".to_owned()))
}

/// How many rows were written, and how many there were to write.
async fn write(db: &(impl Run + Sync), org: Uuid, images: &[Image], over: &str) -> Result<(u64, u64), ServerError> {
    let last: BTreeMap<(Table, &str), &Image> = images.iter().map(|image| (image.key(), image)).collect();
    let images: Vec<&Image> = last.into_values().collect();
    let tables: Vec<i32> = images.iter().map(|image| number(image.table)).collect();
    let ids: Vec<&str> = images.iter().map(|image| image.id.as_str()).collect();
    let customers: Vec<Option<i64>> = images.iter().map(|image| image.customer.map(|of| of.0.0)).collect();
    let accounts: Vec<Option<i64>> = images.iter().map(|image| image.account.map(|of| of.0.0)).collect();
    let actives: Vec<bool> = images.iter().map(|image| image.active).collect();
    let bodies: Vec<&str> = images.iter().map(|image| image.body.as_str()).collect();
    let by_person: Vec<bool> = images.iter().map(|image| image.by_person).collect();
    let imported: Vec<Option<&str>> = images.iter().map(|image| image.imported.as_deref()).collect();
    let sql = format!(
        "INSERT INTO record (org_id, tbl, id, customer, account, active, body, imported, by_person)
         SELECT $1, * FROM unnest($2::int[], $3::text[], $4::bigint[], $5::bigint[], $6::bool[], $7::text[], $8::text[],
           $9::bool[])
         ON CONFLICT (org_id, tbl, id) DO UPDATE SET customer = excluded.customer, account = excluded.account,
           active = excluded.active, body = excluded.body, imported = coalesce(excluded.imported, record.imported)
         WHERE {over}"
    );
    let written =
        db.run(&sql, params![org, tables, ids, customers, accounts, actives, bodies, imported, by_person]).await?;
    Ok((written, images.len() as u64))
}

/// Of the account's arrangements only these are in force still.
pub async fn only_active(
    db: &(impl Run + Sync),
    org: Uuid,
    account: AccountId,
    live: &[String],
) -> Result<(), ServerError> {
    db.run(
        "UPDATE record SET active = false WHERE org_id = $1 AND account = $2 AND active AND NOT (id = ANY($3))",
        params![org, account.0.0, live.to_vec()],
    )
    .await?;
    Ok(())
}

/// Appends a transaction's rows to the feed, each once: the last image of those written several times.
pub async fn feed(db: &(impl Run + Sync), org: Uuid, seq: i64, images: &[Image]) -> Result<(), ServerError> {
    let last: BTreeMap<(Table, &str), &Image> = images.iter().map(|image| (image.key(), image)).collect();
    let tables: Vec<i32> = last.keys().map(|(table, _)| number(*table)).collect();
    let ids: Vec<&str> = last.keys().map(|(_, id)| *id).collect();
    let customers: Vec<Option<i64>> = last.values().map(|image| image.customer.map(|of| of.0.0)).collect();
    let bodies: Vec<&str> = last.values().map(|image| image.body.as_str()).collect();
    db.run(
        "INSERT INTO feed (org_id, seq, tbl, id, customer, body)
         SELECT $1, $2, * FROM unnest($3::int[], $4::text[], $5::bigint[], $6::text[])",
        params![org, seq, tables, ids, customers, bodies],
    )
    .await?;
    Ok(())
}

/// Takes the organisation's next number. From here to the commit nobody else of the organisation
/// commits: so a reader that sees number n has seen all below. Called last.
pub async fn next_seq(db: &(impl Run + Sync), org: Uuid) -> Result<i64, ServerError> {
    let row = db
        .row("UPDATE org SET seq = seq + 1 WHERE org_id = $1 RETURNING seq", params![org])
        .await?
        .ok_or(ServerError::Missing("organisation"))?;
    Ok(row.get(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_numbers_are_in_the_order_of_the_tables() {
        let numbers: Vec<i32> = Table::ALL.into_iter().map(number).collect();
        assert!(numbers.is_sorted_by(|a, b| a < b));
        assert!(Table::ALL.into_iter().all(|table| named(number(table)).ok() == Some(table)));
    }
}
