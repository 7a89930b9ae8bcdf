//! Shadow rows: what a row was before the first pending command touched it. Triggers write them, so
//! no path is forgotten; undoing pending commands, all of them or some customers', is one pass over
//! them.
//!
//! The triggers are temporary and the writer's own: a database that no server knows has none, and an
//! import into it pays nothing. They see only what a logged command does.

use domain::ids::CustomerId;
use rusqlite::{Connection, params};

use crate::codec::Read;
use crate::error::StoreError;
use crate::table::account_search;
use crate::table::history::{self, Gone};

pub(crate) const DDL: &str = "
CREATE TABLE shadow (
  of TEXT NOT NULL,
  nr INTEGER NOT NULL,
  -- The columns a command may change, as JSON; none when the row was not there.
  image TEXT,
  PRIMARY KEY (of, nr)
) STRICT, WITHOUT ROWID;
";

/// The history's pending entries are shadowed like any other row that was added; they were what came
/// after a noted length before.
pub(crate) const HISTORY: &str = "
INSERT OR IGNORE INTO shadow (of, nr, image)
  SELECT 'history', h.nr, NULL FROM history h JOIN sync_state s ON h.nr > s.history_count;
ALTER TABLE sync_state DROP COLUMN history_count;
ALTER TABLE sync_state DROP COLUMN history_link;
";

/// Table, key, and the columns that a command changes; what has none is only ever added.
const CAPTURED: &[(&str, &str, &[&str])] = &[
    ("history", "nr", &[]),
    ("contact", "nr", &[]),
    ("follow_up", "nr", &["due", "done", "assignee"]),
    ("arrangement", "nr", &["cancelled"]),
    ("hold", "nr", &["released"]),
    ("dispute", "nr", &["resolved", "outcome", "by_person"]),
    ("payment", "nr", &["reversed", "reversed_by_person"]),
    (
        "contact_point",
        "nr",
        &["position", "kind", "value", "label", "source", "bad", "opted_out", "consented", "by_person", "removed"],
    ),
    ("customer", "id", &["lines", "city", "state", "zip", "country", "address_by_person"]),
    ("outbox", "nr", &["word", "state", "moment"]),
    ("step_taken", "nr", &[]),
];

/// Makes the triggers, which sleep until [`capture`] wakes them.
pub(crate) fn prepare(conn: &Connection) -> Result<(), StoreError> {
    conn.execute_batch(
        "CREATE TEMP TABLE IF NOT EXISTS capture (live INTEGER NOT NULL);
         DELETE FROM temp.capture; INSERT INTO temp.capture VALUES (0);
         CREATE TEMP TABLE IF NOT EXISTS touched (customer INTEGER PRIMARY KEY);
         CREATE TEMP TABLE IF NOT EXISTS undone (of TEXT NOT NULL, nr INTEGER NOT NULL, image TEXT,
           PRIMARY KEY (of, nr)) WITHOUT ROWID;",
    )?;
    for (of, key, columns) in CAPTURED {
        let new = format!("SELECT 1 FROM shadow WHERE of = '{of}' AND nr =");
        conn.execute_batch(&format!(
            "CREATE TEMP TRIGGER IF NOT EXISTS {of}_is_added AFTER INSERT ON main.{of}
             WHEN (SELECT live FROM capture) AND NOT EXISTS ({new} NEW.{key})
             BEGIN INSERT INTO shadow (of, nr, image) VALUES ('{of}', NEW.{key}, NULL); END;"
        ))?;
        if !columns.is_empty() {
            let old: Vec<String> = columns.iter().map(|column| format!("OLD.{column}")).collect();
            conn.execute_batch(&format!(
                "CREATE TEMP TRIGGER IF NOT EXISTS {of}_is_changed BEFORE UPDATE ON main.{of}
                 WHEN (SELECT live FROM capture) AND NOT EXISTS ({new} OLD.{key})
                 BEGIN INSERT INTO shadow (of, nr, image) VALUES ('{of}', OLD.{key}, json_array({})); END;",
                old.join(", ")
            ))?;
        }
    }
    Ok(())
}

/// Whose pending commands are undone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Whose {
    /// All.
    Everyones,
    /// Those on the customers in `temp.touched`.
    Touched,
}

/// Wakes the triggers, or puts them to sleep.
pub(crate) fn capture(conn: &Connection, live: bool) -> Result<(), StoreError> {
    conn.prepare_cached("UPDATE temp.capture SET live = ?1")?.execute([live])?;
    Ok(())
}

/// Notes which rows are to be undone: a command stays within one customer, and so do its rows.
fn pick(conn: &Connection, whose: Whose) -> Result<(), StoreError> {
    conn.prepare_cached("DELETE FROM temp.undone")?.execute([])?;
    if whose == Whose::Everyones {
        conn.prepare_cached("INSERT INTO temp.undone (of, nr, image) SELECT of, nr, image FROM shadow")?.execute([])?;
        return Ok(());
    }
    for (of, key, _) in CAPTURED {
        let customer = match *of {
            "customer" => "t.id",
            "contact_point" => "t.customer",
            _ => "(SELECT a.customer FROM account a WHERE a.id = t.account)",
        };
        conn.prepare_cached(&format!(
            "INSERT INTO temp.undone (of, nr, image) SELECT s.of, s.nr, s.image FROM shadow s JOIN {of} t ON t.{key} = s.nr
             WHERE s.of = '{of}' AND {customer} IN (SELECT customer FROM temp.touched)"
        ))?
        .execute([])?;
    }
    Ok(())
}

/// Brings rows back to what they were before the first pending command. The guard is open. The
/// history is to be linked anew from what is returned.
pub(crate) fn undo(conn: &Connection, whose: Whose) -> Result<Gone, StoreError> {
    pick(conn, whose)?;
    // Before they change: whose words the search has to learn anew.
    let mut of = conn.prepare_cached(
        "SELECT nr FROM temp.undone WHERE of = 'customer' UNION
         SELECT p.customer FROM temp.undone s JOIN contact_point p ON p.nr = s.nr WHERE s.of = 'contact_point'",
    )?;
    let people: Vec<CustomerId> = of.query_map([], |row| row.stable(0).map(CustomerId))?.collect::<Result<_, _>>()?;
    conn.prepare_cached(
        "INSERT INTO note_search (note_search, rowid, note)
         SELECT 'delete', c.nr, c.note FROM temp.undone s JOIN contact c ON c.nr = s.nr
         WHERE s.of = 'contact' AND c.note <> ''",
    )?
    .execute([])?;
    conn.prepare_cached(
        "DELETE FROM installment WHERE arrangement IN
           (SELECT nr FROM temp.undone WHERE of = 'arrangement' AND image IS NULL)",
    )?
    .execute([])?;
    let gone = history::undone(conn)?;
    for (of, key, columns) in CAPTURED {
        let touched = format!("{key} IN (SELECT nr FROM temp.undone WHERE of = '{of}' AND image IS");
        conn.prepare_cached(&format!("DELETE FROM {of} WHERE {touched} NULL)"))?.execute([])?;
        if !columns.is_empty() {
            let values: Vec<String> =
                (0..columns.len()).map(|at| format!("json_extract(s.image, '$[{at}]')")).collect();
            conn.prepare_cached(&format!(
                "UPDATE {of} SET ({}) = (SELECT {} FROM temp.undone s WHERE s.of = '{of}' AND s.nr = {of}.{key})
                 WHERE {touched} NOT NULL)",
                columns.join(", "),
                values.join(", ")
            ))?
            .execute([])?;
        }
    }
    match whose {
        Whose::Everyones => conn.prepare_cached("DELETE FROM shadow")?.execute([])?,
        Whose::Touched => {
            conn.prepare_cached("DELETE FROM shadow WHERE (of, nr) IN (SELECT of, nr FROM temp.undone)")?.execute([])?
        }
    };
    people.into_iter().try_for_each(|customer| account_search::refresh(conn, customer))?;
    Ok(gone)
}

/// Whether a pending command added the row; if so it is the server's from now on.
pub(crate) fn settle(conn: &Connection, of: &str, nr: i64) -> Result<bool, StoreError> {
    let settled = conn
        .prepare_cached("DELETE FROM shadow WHERE of = ?1 AND nr = ?2 AND image IS NULL")?
        .execute(params![of, nr])?;
    Ok(settled == 1)
}

/// How many rows differ from the server's for now.
pub(crate) fn count(conn: &Connection) -> Result<usize, StoreError> {
    let count: i64 = conn.query_row("SELECT count(*) FROM shadow", params![], |row| row.get(0))?;
    Ok(usize::try_from(count).unwrap_or_default())
}
