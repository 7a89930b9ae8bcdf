//! One file per table: its DDL, how its rows become domain values, its queries. All SQL that names
//! a table's columns lies in that table's file.

pub(crate) mod account;
pub(crate) mod account_search;
pub(crate) mod account_summary;
pub(crate) mod approval;
pub(crate) mod arrangement;
pub(crate) mod attachment;
pub(crate) mod call_permit;
pub(crate) mod command_log;
pub(crate) mod contact;
pub(crate) mod contact_point;
pub(crate) mod customer;
pub(crate) mod dispute;
pub(crate) mod document;
pub(crate) mod follow_up;
pub(crate) mod history;
pub(crate) mod hold;
pub(crate) mod import_log;
pub(crate) mod import_source;
pub(crate) mod invoice;
pub(crate) mod letter_run;
pub(crate) mod meta;
pub(crate) mod outbox;
pub(crate) mod payment;
pub(crate) mod policy;
pub(crate) mod saved_view;
pub(crate) mod service;
pub(crate) mod setting;
pub(crate) mod shadow;
pub(crate) mod step_taken;
pub(crate) mod sync_state;
pub(crate) mod template;
pub(crate) mod worklist;

use rusqlite::ffi::{
    SQLITE_CONSTRAINT_FOREIGNKEY, SQLITE_CONSTRAINT_PRIMARYKEY, SQLITE_CONSTRAINT_TRIGGER, SQLITE_CONSTRAINT_UNIQUE,
};
use rusqlite::{Connection, ToSql};

use crate::error::StoreError;

/// The first migration: every table as it began.
pub(crate) const FIRST: &[&str] = &[
    meta::DDL,
    customer::DDL,
    contact_point::DDL,
    account::DDL,
    service::DDL,
    invoice::DDL,
    payment::DDL,
    dispute::DDL,
    hold::DDL,
    arrangement::DDL,
    contact::DDL,
    follow_up::DDL,
    outbox::DDL,
    step_taken::DDL,
    history::DDL,
    document::DDL,
    letter_run::DDL,
    template::DDL,
    policy::DDL,
    setting::DDL,
    import_source::DDL,
    import_log::DDL,
    saved_view::DDL,
    account_summary::DDL,
    worklist::DDL,
    account_search::DDL,
];

/// Tasks, and their lines in My day, may be somebody's.
pub(crate) const ASSIGNED: &[&str] = &[follow_up::ASSIGNEE, worklist::ASSIGNEE];

/// The third: this device's part in a team with a server.
pub(crate) const SYNC: &[&str] = &[sync_state::DDL, command_log::DDL, shadow::DDL];

/// Letters on their way to a team's server and back.
pub(crate) const ATTACHMENTS: &[&str] = &[attachment::DDL];

/// A key refused a row: its id is taken, or what it refers to is not there. Anything else stays what
/// it is.
pub(crate) fn taken(error: StoreError, what: &'static str, id: &impl ToString) -> StoreError {
    let StoreError::Sqlite(rusqlite::Error::SqliteFailure(failure, _)) = &error else {
        return error;
    };
    match failure.extended_code {
        // The trigger is that of an append-only table, on a row that is there.
        SQLITE_CONSTRAINT_PRIMARYKEY | SQLITE_CONSTRAINT_UNIQUE | SQLITE_CONSTRAINT_TRIGGER => {
            StoreError::Conflict { what, id: id.to_string() }
        }
        SQLITE_CONSTRAINT_FOREIGNKEY => {
            StoreError::Orphan { what: format!("{what} {}", id.to_string()), missing: "an account".to_owned() }
        }
        _ => error,
    }
}

/// Exactly one row was changed; otherwise it is not there, or was closed before.
pub(crate) fn one(
    conn: &Connection,
    changed: usize,
    what: &'static str,
    exists: &str,
    key: impl ToSql,
    id: &impl ToString,
) -> Result<(), StoreError> {
    if changed == 1 {
        return Ok(());
    }
    let id = id.to_string();
    if conn.prepare_cached(exists)?.exists([key])? {
        Err(StoreError::Conflict { what, id })
    } else {
        Err(StoreError::NoSuchRow { what, id })
    }
}

/// A limit or offset as SQLite takes it.
pub(crate) fn limit(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

/// How many rows a table holds.
pub(crate) fn count(conn: &Connection, table: &str) -> Result<usize, StoreError> {
    let count: i64 = conn.prepare_cached(&format!("SELECT count(*) FROM {table}"))?.query_row([], |row| row.get(0))?;
    Ok(usize::try_from(count).unwrap_or_default())
}
