//! A billing extract read on the server itself, with the same intake and mapping as a supervisor's
//! Dunlin: for the nightly file that no person is awake for.

use domain::account::{Account, Customer};
use domain::row::Row;
use intake::{Batch, Mapping};
use uuid::Uuid;

use super::import::{How, Imported, import_rows};
use crate::app::App;
use crate::db::Run;
use crate::error::ServerError;
use crate::{params, records};

/// Problems named; more would not be read.
const SHOWN: usize = 20;

/// A file and how to read it.
#[derive(Clone, Copy, Debug)]
pub struct Extract<'a> {
    /// CSV or a workbook.
    pub bytes: &'a [u8],
    /// Its name, for the history.
    pub name: &'a str,
    /// How it is read.
    pub mapping: &'a Mapping,
}

/// Reads the file. With a problem in it nothing is taken in and the problems are named; else all of it is, 500
/// customers a transaction: after a crash between, the same file again does the rest.
pub async fn take_in(app: &App, org: Uuid, by: &str, extract: &Extract<'_>, how: How) -> Result<Imported, ServerError> {
    let mut batch = intake::read(extract.bytes, extract.mapping, &mut |_, _| std::ops::ControlFlow::Continue(()))
        .map_err(|error| ServerError::Invalid(format!("{}: {error}", extract.name)))?;
    if !batch.is_importable() {
        let named: Vec<String> = batch
            .problems
            .iter()
            .take(SHOWN)
            .map(|problem| format!("line {}: {}", problem.line, problem.sentence()))
            .collect();
        return Err(ServerError::Invalid(format!(
            "{} has {} problems and was not imported\n{}",
            extract.name,
            batch.problems.len(),
            named.join("\n")
        )));
    }
    for warning in &batch.warnings {
        tracing::warn!(file = extract.name, line = warning.line, count = warning.count, "{}", warning.what);
    }
    let (customers, accounts) = parties(app, org, &batch).await?;
    intake::keep_known(&mut batch, extract.mapping, customers, accounts);
    store(app, org, by, batch, how).await
}

/// The batch's accounts as they are known, with their customers, and the customers it names.
async fn parties(app: &App, org: Uuid, batch: &Batch) -> Result<(Vec<Customer>, Vec<Account>), ServerError> {
    let conn = app.db.conn().await?;
    let accounts: Vec<String> = batch.accounts.iter().map(|account| account.id.to_string()).collect();
    let named: Vec<i64> = batch.customers.iter().map(|customer| customer.id.0.0).collect();
    let rows = conn
        .rows(
            "WITH known AS (SELECT tbl, id, body, customer FROM record WHERE org_id = $1 AND tbl = 40 AND id = ANY($2))
             SELECT tbl, id, body FROM known
             UNION ALL
             SELECT tbl, id, body FROM record WHERE org_id = $1 AND tbl = 30
               AND (customer IN (SELECT customer FROM known) OR customer = ANY($3))",
            params![org, accounts, named],
        )
        .await?;
    let (mut customers, mut known) = (Vec::new(), Vec::new());
    for row in &rows {
        match records::read(row, 0)? {
            Row::Customer(customer) => customers.push(customer),
            Row::Account(account) => known.push(account),
            _ => {}
        }
    }
    Ok((customers, known))
}

/// Takes in a batch that was read.
pub async fn store(app: &App, org: Uuid, by: &str, mut batch: Batch, how: How) -> Result<Imported, ServerError> {
    let conn = app.db.conn().await?;
    let row = conn.row("SELECT name FROM org WHERE org_id = $1", params![org]).await?;
    let name: String = row.ok_or(ServerError::Missing("organisation"))?.get(0);
    drop(conn);
    // An extract does not say in whose name we collect: the organisation does.
    for account in &mut batch.accounts {
        if account.creditor.is_empty() {
            account.creditor.clone_from(&name);
        }
    }
    let rows = batch
        .customers
        .into_iter()
        .map(Row::Customer)
        .chain(batch.accounts.into_iter().map(Row::Account))
        .chain(batch.services.into_iter().map(Row::Service))
        .chain(batch.invoices.into_iter().map(Row::Invoice))
        .chain(batch.payments.into_iter().map(Row::Payment));
    import_rows(app, org, by, rows, how).await
}
