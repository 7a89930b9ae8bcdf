//! The server's rows into the tables, as final images over what was there; and out of them again,
//! for the checksums. Nothing is decided, and nothing a person did here is looked at: pending
//! commands were undone before.

use std::collections::BTreeSet;

use domain::ids::{AccountId, CustomerId};
use domain::row::{OnAccount, Row, Sent};
use domain::treatment::StepTaken;
use rusqlite::{Connection, OptionalExtension, Params};

use crate::codec::Read;
use crate::error::StoreError;
use crate::table::history::Gone;
use crate::table::{
    account, account_search, arrangement, attachment, contact, contact_point, customer, dispute, follow_up, history,
    hold, invoice, outbox, payment, policy, service, step_taken, sync_state, template,
};

/// Puts one row. Rows come in the order of their tables.
pub(crate) fn put(conn: &Connection, row: &Row) -> Result<(), StoreError> {
    match row {
        Row::Policy(row) => policy::mirror(conn, row),
        Row::Template(row) => template::mirror(conn, row),
        Row::Customer(row) => {
            customer::mirror(conn, row)?;
            contact_point::mirror(conn, row.id, &row.points)?;
            account_search::refresh(conn, row.id)
        }
        Row::Account(row) => {
            account::import(conn, row)?;
            account_search::refresh(conn, row.customer)
        }
        Row::Service(row) => service::import(conn, row).map(|_| ()),
        Row::Invoice(row) => invoice::import(&mut invoice::importing(conn)?, row).map(|_| ()),
        Row::Payment(row) => payment::mirror(conn, row),
        Row::Dispute(row) => dispute::mirror(conn, row.account, &row.of),
        Row::Hold(row) => hold::mirror(conn, row.account, &row.of),
        Row::Arrangement(row) => arrangement::mirror(conn, row.account, &row.of),
        Row::Contact(row) => contact::mirror(conn, row),
        Row::FollowUp(row) => follow_up::mirror(conn, row),
        Row::Outbox(row) => outbox::mirror(conn, &row.intent, &row.state),
        Row::Steps(row) => step_taken::mirror(conn, row.account, &row.of),
        Row::History(row) => history::mirror(conn, row),
    }
}

fn all<T>(
    conn: &Connection,
    sql: &str,
    given: impl Params,
    read: impl Fn(&rusqlite::Row<'_>) -> rusqlite::Result<T>,
) -> Result<Vec<T>, StoreError> {
    Ok(conn.prepare_cached(sql)?.query_map(given, |row| read(row))?.collect::<Result<_, _>>()?)
}

/// A customer with everything on their accounts, in the order of the tables; none when they are not
/// here.
pub(crate) fn unit(conn: &Connection, id: CustomerId) -> Result<Vec<Row>, StoreError> {
    let people =
        all(conn, &format!("SELECT {} FROM customer c WHERE c.id = ?1", customer::COLUMNS), [id.0.0], |row| {
            customer::read(row, 0)
        })?;
    let Some(mut person) = people.into_iter().next() else {
        return Ok(Vec::new());
    };
    person.points = all(
        conn,
        &format!(
            "SELECT {} FROM contact_point t WHERE t.customer = ?1 AND NOT t.removed ORDER BY t.position, t.nr",
            contact_point::COLUMNS
        ),
        [id.0.0],
        |row| contact_point::read(row, 0),
    )?;
    let accounts = all(
        conn,
        &format!("SELECT {} FROM account a WHERE a.customer = ?1 ORDER BY a.id", account::COLUMNS),
        [id.0.0],
        |row| account::read(row, 0),
    )?;
    let mut rows = vec![Row::Customer(person)];
    let ids: Vec<AccountId> = accounts.iter().map(|account| account.id).collect();
    rows.extend(accounts.into_iter().map(Row::Account));
    for account in ids {
        of_account(conn, account, &mut rows)?;
    }
    // Stable: within a table as they were read.
    rows.sort_by_key(Row::table);
    Ok(rows)
}

fn of_account(conn: &Connection, account: AccountId, rows: &mut Vec<Row>) -> Result<(), StoreError> {
    macro_rules! table {
        ($table:ident, $make:expr) => {
            table!($table, |row| $table::read(row, 0), $make)
        };
        ($table:ident, $read:expr, $make:expr) => {
            let sql = format!("SELECT {} FROM {} t WHERE t.account = ?1", $table::COLUMNS, stringify!($table));
            rows.extend(all(conn, &sql, [account.0.0], $read)?.into_iter().map($make));
        };
    }
    table!(service, Row::Service);
    table!(invoice, Row::Invoice);
    table!(payment, Row::Payment);
    table!(dispute, |of| Row::Dispute(OnAccount { account, of }));
    table!(hold, |of| Row::Hold(OnAccount { account, of }));
    table!(
        arrangement,
        |row| {
            let (nr, mut one) = arrangement::read(row, 0)?;
            one.installments = arrangement::installments(conn, nr)?;
            Ok(one)
        },
        |of| Row::Arrangement(OnAccount { account, of })
    );
    table!(contact, Row::Contact);
    table!(follow_up, Row::FollowUp);
    table!(outbox, |row| outbox::read(row, 0).map(|(_, row)| row), |row| {
        Row::Outbox(Sent { intent: row.intent, state: row.state })
    });
    let steps: Vec<StepTaken> = all(
        conn,
        &format!("SELECT {} FROM step_taken t WHERE t.account = ?1 ORDER BY t.nr", step_taken::COLUMNS),
        [account.0.0],
        |row| step_taken::read(row, 0),
    )?;
    if !steps.is_empty() {
        rows.push(Row::Steps(OnAccount { account, of: steps }));
    }
    rows.extend(history::of(conn, account)?.into_iter().map(Row::History));
    Ok(())
}

/// The customers that are here.
pub(crate) fn customers(conn: &Connection) -> Result<Vec<CustomerId>, StoreError> {
    all(conn, "SELECT id FROM customer ORDER BY id", [], |row| row.stable(0).map(CustomerId))
}

/// A customer's accounts.
pub(crate) fn accounts(conn: &Connection, id: CustomerId) -> Result<Vec<AccountId>, StoreError> {
    all(conn, "SELECT id FROM account WHERE customer = ?1 ORDER BY id", [id.0.0], |row| row.stable(0).map(AccountId))
}

/// Whether the account is here.
pub(crate) fn is_here(conn: &Connection, account: AccountId) -> Result<bool, StoreError> {
    Ok(conn.prepare_cached("SELECT 1 FROM account WHERE id = ?1")?.exists([account.0.0])?)
}

/// Whose an account is; none when it is not here.
pub(crate) fn owner(conn: &Connection, account: AccountId) -> Result<Option<CustomerId>, StoreError> {
    Ok(conn
        .prepare_cached("SELECT customer FROM account WHERE id = ?1")?
        .query_row([account.0.0], |row| Ok(CustomerId(row.stable(0)?)))
        .optional()?)
}

/// Forgets a customer: every row, every derived figure, every word of the search, every paper. The guard is
/// open. The history is to be linked anew from what is returned.
pub(crate) fn purge(conn: &Connection, id: CustomerId) -> Result<Gone, StoreError> {
    for account in accounts(conn, id)? {
        forget_papers(conn, account)?;
    }
    clear(conn, id)
}

/// Letters and other files on an account, which only this device has.
fn forget_papers(conn: &Connection, account: AccountId) -> Result<(), StoreError> {
    for sql in [
        // A run's file holds everybody's letters: it goes with the first who does.
        "DELETE FROM document_bytes WHERE document IN (SELECT d.nr FROM document d JOIN letter_run r ON r.id = d.run
           JOIN letter_run_member m ON m.run = r.nr WHERE m.account = ?1)",
        "DELETE FROM document WHERE run IN (SELECT r.id FROM letter_run r
           JOIN letter_run_member m ON m.run = r.nr WHERE m.account = ?1)",
        "DELETE FROM letter_run_member WHERE account = ?1",
        "DELETE FROM document_bytes WHERE document IN (SELECT nr FROM document WHERE account = ?1)",
        "DELETE FROM document WHERE account = ?1",
    ] {
        conn.prepare_cached(sql)?.execute([account.0.0])?;
    }
    Ok(())
}

/// Deletes the rows that a server may have sent, and what is derived from them.
fn clear(conn: &Connection, id: CustomerId) -> Result<Gone, StoreError> {
    let accounts = accounts(conn, id)?;
    for account in &accounts {
        contact::forget_notes(conn, *account)?;
        for sql in [
            "DELETE FROM worklist WHERE account = ?1",
            "DELETE FROM account_summary WHERE account = ?1",
            "DELETE FROM step_taken WHERE account = ?1",
            "DELETE FROM outbox WHERE account = ?1",
            "DELETE FROM follow_up WHERE account = ?1",
            "DELETE FROM contact WHERE account = ?1",
            "DELETE FROM installment WHERE arrangement IN (SELECT nr FROM arrangement WHERE account = ?1)",
            "DELETE FROM arrangement WHERE account = ?1",
            "DELETE FROM hold WHERE account = ?1",
            "DELETE FROM dispute WHERE account = ?1",
            "DELETE FROM payment WHERE account = ?1",
            "DELETE FROM invoice WHERE account = ?1",
            "DELETE FROM service WHERE account = ?1",
            "DELETE FROM account_search WHERE rowid = ?1",
            "DELETE FROM account WHERE id = ?1",
        ] {
            conn.prepare_cached(sql)?.execute([account.0.0])?;
        }
    }
    for sql in [
        "DELETE FROM contact_point WHERE customer = ?1",
        // One that a pending command spends is spent, whatever a page says of it before that arrived.
        "DELETE FROM call_permit WHERE customer = ?1 AND spent IS NULL",
        "DELETE FROM assigned WHERE customer = ?1",
        "DELETE FROM customer WHERE id = ?1",
    ] {
        conn.prepare_cached(sql)?.execute([id.0.0])?;
    }
    accounts.into_iter().try_fold(Gone::default(), |gone, account| Ok(gone.and(history::purge(conn, account)?)))
}

/// After a purge: merges the search's segments, so that no word of what was removed stays in one.
pub(crate) fn settle_search(conn: &Connection) -> Result<(), StoreError> {
    for table in ["note_search", "account_search"] {
        conn.prepare_cached(&format!("INSERT INTO {table} ({table}) VALUES ('optimize')"))?.execute([])?;
    }
    Ok(())
}

/// Replaces these customers' rows: a repair, or whoever came into scope. What only this device has of their
/// accounts stays, also of those that go from one of them to another. The history is to be linked anew
/// from what is returned.
pub(crate) fn replace(conn: &Connection, units: &[(CustomerId, Vec<Row>)]) -> Result<Gone, StoreError> {
    let mut before = Vec::new();
    let mut gone = Gone::default();
    // Letters refer to accounts that go and come back in this transaction.
    conn.execute_batch("PRAGMA defer_foreign_keys = ON")?;
    let mut assigned = Vec::new();
    for (id, _) in units {
        before.extend(accounts(conn, *id)?);
        // Who else works them is told when it changes, and not with their rows.
        assigned.push((*id, sync_state::assigned(conn, *id)?));
        gone = gone.and(clear(conn, *id)?);
    }
    units.iter().flat_map(|(_, rows)| rows).try_for_each(|row| put(conn, row))?;
    for account in before {
        if !is_here(conn, account)? {
            forget_papers(conn, account)?;
            attachment::forget(conn, account)?;
        }
    }
    for (id, assigned) in assigned.into_iter().filter(|(_, assigned)| !assigned.is_empty()) {
        sync_state::assign(conn, id, &assigned)?;
    }
    Ok(gone)
}

/// Whether an account that is here is in none of the units that replace its customer: it leaves this device.
pub(crate) fn leaves(conn: &Connection, units: &[(CustomerId, Vec<Row>)]) -> Result<bool, StoreError> {
    let stays: BTreeSet<AccountId> = units.iter().flat_map(|(_, rows)| rows).filter_map(Row::account).collect();
    for (id, _) in units {
        if accounts(conn, *id)?.iter().any(|account| !stays.contains(account)) {
            return Ok(true);
        }
    }
    Ok(false)
}
