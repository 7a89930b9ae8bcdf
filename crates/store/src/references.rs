//! An extract's rows refer to one another: checked before anything is written.

use std::collections::HashSet;

use domain::ids::AccountId;
use rusqlite::Connection;

use crate::error::StoreError;
use crate::import::Import;

/// Checks every reference before anything is written, so that the message can name the row.
pub(crate) fn check(conn: &Connection, import: &Import<'_>) -> Result<(), StoreError> {
    let mut customers = ids(conn, "customer")?;
    customers.extend(import.customers.iter().map(|row| row.id.0.0));
    let orphan = |what: String, missing: String| Err(StoreError::Orphan { what, missing });
    for row in import.accounts {
        if !customers.contains(&row.customer.0.0) {
            return orphan(format!("account {}", row.reference), format!("customer {}", row.customer));
        }
    }
    let mut accounts = ids(conn, "account")?;
    accounts.extend(import.accounts.iter().map(|row| row.id.0.0));
    let check = |account: AccountId, what: &dyn Fn() -> String| {
        if accounts.contains(&account.0.0) { Ok(()) } else { orphan(what(), format!("account {account}")) }
    };
    for row in import.services {
        check(row.account, &|| format!("service {}", row.identifier))?;
    }
    for row in import.invoices {
        check(row.account, &|| format!("invoice {}", row.number))?;
    }
    for row in import.payments {
        check(row.account, &|| format!("payment {}", row.reference))?;
    }
    for (account, row) in import.disputes {
        check(*account, &|| format!("dispute over invoice {}", row.invoice))?;
    }
    Ok(())
}

fn ids(conn: &Connection, table: &str) -> Result<HashSet<i64>, StoreError> {
    let mut all = conn.prepare(&format!("SELECT id FROM {table}"))?;
    let rows = all.query_map([], |row| row.get(0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}
