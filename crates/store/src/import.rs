//! Taking in an extract: one transaction, idempotent, cancellable. Rows that a billing system owns
//! are inserted or updated; what a person recorded is never touched; nothing is ever deleted.

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use domain::account::{Account, Customer, Service};
use domain::history::Entry;
use domain::ids::{AccountId, CustomerId};
use domain::invoice::{Dispute, Invoice};
use domain::payment::Payment;
use rusqlite::Connection;
use serde::{Deserialize, Serialize};

use crate::ImportLog;
use crate::bulk;
use crate::error::StoreError;
use crate::references;
use crate::store::Store;
use crate::table::{
    account, account_search, contact_point, count, customer, dispute, history, import_log, meta, service, sync_state,
};

/// A validated extract. Rows may come in any order.
#[derive(Clone, Copy, Debug)]
pub struct Import<'a> {
    /// The source's name, from which the rows' ids were derived.
    pub source: &'a str,
    /// The file's name, without its folder.
    pub file_name: &'a str,
    /// The file's SHA-256, as hex.
    pub file_hash: &'a str,
    /// Who imports.
    pub actor: &'a str,
    /// When.
    pub at: DateTime<Utc>,
    /// Customers, with the contact points the extract names.
    pub customers: &'a [Customer],
    /// Accounts; their customers are here or known already.
    pub accounts: &'a [Account],
    /// Services; their accounts are here or known already.
    pub services: &'a [Service],
    /// Invoices; likewise.
    pub invoices: &'a [Invoice],
    /// Payments and credit memos; likewise.
    pub payments: &'a [Payment],
    /// Disputes by account; likewise.
    pub disputes: &'a [(AccountId, Dispute)],
}

/// What an import changed, of one kind of row.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Count {
    /// New rows.
    pub inserted: usize,
    /// Rows that differed.
    pub updated: usize,
    /// Rows that were the same, or that a person has taken over.
    pub unchanged: usize,
}

/// What an import changed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Counts {
    /// Customers; one is updated when its row or a contact point of it changed.
    pub customers: Count,
    /// Accounts.
    pub accounts: Count,
    /// Services.
    pub services: Count,
    /// Invoices.
    pub invoices: Count,
    /// Payments and credit memos.
    pub payments: Count,
    /// Disputes.
    pub disputes: Count,
}

/// How far an import is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// Rows written.
    pub done: usize,
    /// Rows in all.
    pub total: usize,
}

/// Rows between two looks at the caller's wish to stop.
const LOOK: usize = 4_096;

/// Counts rows, reports progress and stops on demand.
pub(crate) struct Watch<'a> {
    pub(crate) progress: Progress,
    pub(crate) go_on: &'a mut dyn FnMut(Progress) -> bool,
}

impl Watch<'_> {
    pub(crate) fn row(&mut self) -> Result<(), StoreError> {
        self.progress.done += 1;
        if self.progress.done.is_multiple_of(LOOK) { self.look() } else { Ok(()) }
    }

    pub(crate) fn look(&mut self) -> Result<(), StoreError> {
        if (self.go_on)(self.progress) { Ok(()) } else { Err(StoreError::Cancelled) }
    }
}

impl Count {
    fn of(rows: usize, changed: usize, inserted: usize) -> Self {
        Self {
            inserted,
            updated: changed.saturating_sub(inserted),
            unchanged: rows.saturating_sub(changed.max(inserted)),
        }
    }
}

impl Store {
    /// Takes in an extract, all of it or nothing. `note` makes the history entries from what was
    /// changed; `go_on` is asked every few thousand rows, and ends the import by `false`
    /// (`Cancelled`). `Orphan` and `Duplicate` name the row that does not fit.
    pub fn import(
        &self,
        import: &Import<'_>,
        note: impl FnOnce(&Counts) -> Vec<Entry>,
        go_on: &mut dyn FnMut(Progress) -> bool,
    ) -> Result<Counts, StoreError> {
        let total = import.customers.len()
            + import.accounts.len()
            + import.services.len()
            + import.invoices.len()
            + import.payments.len()
            + import.disputes.len();
        self.settle()?;
        let counts = self.with_room(|| self.take_in(import, total, note, go_on))?;
        self.boards.forget();
        Ok(counts)
    }

    fn take_in(
        &self,
        import: &Import<'_>,
        total: usize,
        note: impl FnOnce(&Counts) -> Vec<Entry>,
        go_on: &mut dyn FnMut(Progress) -> bool,
    ) -> Result<Counts, StoreError> {
        self.transact(|tx| {
            sync_state::unconnected(tx)?;
            let mut watch = Watch { progress: Progress { done: 0, total }, go_on };
            let counts = take(tx, import, &mut watch)?;
            watch.look()?;
            import_log::add(
                tx,
                &ImportLog {
                    at: import.at,
                    actor: import.actor.to_owned(),
                    source: import.source.to_owned(),
                    file_name: import.file_name.to_owned(),
                    file_hash: import.file_hash.to_owned(),
                    counts,
                },
            )?;
            meta::put(tx, "imported_at", crate::codec::ms(import.at))?;
            history::append(tx, &note(&counts))?;
            Ok(counts)
        })
    }
}

fn take(conn: &Connection, import: &Import<'_>, watch: &mut Watch<'_>) -> Result<Counts, StoreError> {
    references::check(conn, import)?;
    let mut stale = HashSet::new();
    let first = is_empty(conn, "account")? && is_empty(conn, "customer")?;
    let counts = Counts {
        customers: bulk::indexed_after(conn, "contact_point", || customers(conn, import.customers, &mut stale, watch))?,
        accounts: bulk::indexed_after(conn, "account", || accounts(conn, import.accounts, &mut stale, watch))?,
        services: bulk::indexed_after(conn, "service", || services(conn, import.services, watch))?,
        invoices: bulk::invoices(conn, import.invoices, watch)?,
        payments: bulk::payments(conn, import.payments, watch)?,
        disputes: disputes(conn, import.disputes, watch)?,
    };
    if first {
        account_search::fill(conn, import.accounts, import.customers)?;
    } else {
        for id in stale {
            account_search::refresh(conn, CustomerId(domain::ids::StableId(id)))?;
        }
    }
    Ok(counts)
}

pub(crate) fn is_empty(conn: &Connection, table: &str) -> Result<bool, StoreError> {
    Ok(conn.query_row(&format!("SELECT NOT EXISTS (SELECT 1 FROM {table})"), [], |row| row.get(0))?)
}

/// The rows in the order of `key`; `Duplicate` when two are the same.
fn sorted<T, K: Ord + Copy>(
    rows: &[T],
    key: impl Fn(&T) -> K,
    name: impl Fn(&T) -> String,
) -> Result<Vec<&T>, StoreError> {
    let mut sorted: Vec<&T> = rows.iter().collect();
    sorted.sort_by_key(|row| key(row));
    for pair in sorted.windows(2) {
        if let [first, second] = pair
            && key(first) == key(second)
        {
            return Err(StoreError::Duplicate { what: name(second) });
        }
    }
    Ok(sorted)
}

fn customers(
    conn: &Connection,
    rows: &[Customer],
    stale: &mut HashSet<i64>,
    watch: &mut Watch<'_>,
) -> Result<Count, StoreError> {
    let before = count(conn, "customer")?;
    let first = is_empty(conn, "contact_point")?;
    let mut changed = 0;
    let mut points = HashSet::new();
    for row in sorted(rows, |row| row.id, |row| format!("customer {}", row.reference))? {
        let mut differs = customer::import(conn, row)?;
        if let Some(point) = row.points.iter().find(|point| !points.insert(point.id)) {
            return Err(StoreError::Duplicate {
                what: format!("contact point {} of customer {}", point.id, row.reference),
            });
        }
        for (position, point) in row.points.iter().enumerate() {
            // Without indexes yet, what is twice is looked for here.
            let twice =
                || row.points[..position].iter().any(|other| other.kind == point.kind && other.value == point.value);
            differs |= if first {
                !twice() && contact_point::add(conn, row.id, position, point)?
            } else {
                contact_point::import(conn, row.id, position, point)?
            };
        }
        if differs {
            changed += 1;
            stale.insert(row.id.0.0);
        }
        watch.row()?;
    }
    Ok(Count::of(rows.len(), changed, count(conn, "customer")? - before))
}

fn accounts(
    conn: &Connection,
    rows: &[Account],
    stale: &mut HashSet<i64>,
    watch: &mut Watch<'_>,
) -> Result<Count, StoreError> {
    let before = count(conn, "account")?;
    let mut changed = 0;
    for row in sorted(rows, |row| row.id, |row| format!("account {}", row.reference))? {
        if account::import(conn, row)? {
            changed += 1;
            stale.insert(row.customer.0.0);
        }
        watch.row()?;
    }
    Ok(Count::of(rows.len(), changed, count(conn, "account")? - before))
}

fn services(conn: &Connection, rows: &[Service], watch: &mut Watch<'_>) -> Result<Count, StoreError> {
    let before = count(conn, "service")?;
    let mut changed = 0;
    for row in sorted(rows, |row| row.id, |row| format!("service {}", row.identifier))? {
        changed += usize::from(service::import(conn, row)?);
        watch.row()?;
    }
    Ok(Count::of(rows.len(), changed, count(conn, "service")? - before))
}

fn disputes(conn: &Connection, rows: &[(AccountId, Dispute)], watch: &mut Watch<'_>) -> Result<Count, StoreError> {
    let before = count(conn, "dispute")?;
    let mut changed = 0;
    for (account, row) in sorted(rows, |(_, row)| row.id, |(_, row)| format!("dispute {}", row.id))? {
        changed += usize::from(dispute::import(conn, *account, row)?);
        watch.row()?;
    }
    Ok(Count::of(rows.len(), changed, count(conn, "dispute")? - before))
}

impl Count {
    /// For tables whose rows are numbered as they come: how many were added.
    pub(crate) fn numbered(rows: usize, changed: usize, before: i64, after: i64) -> Self {
        Self::of(rows, changed, usize::try_from(after - before).unwrap_or_default())
    }
}
