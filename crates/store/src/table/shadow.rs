//! Shadow rows: what a row was before the first pending command touched it. Triggers write them, so
//! no path is forgotten; undoing all pending commands is one pass over them.
//!
//! The triggers are temporary and the writer's own: a database that no server knows has none, and an
//! import into it pays nothing. They see only what a logged command does.

use domain::ids::CustomerId;
use rusqlite::{Connection, params};

use crate::codec::Read;
use crate::error::StoreError;
use crate::table::{account_search, history, sync_state};

pub(crate) const DDL: &str = "
CREATE TABLE shadow (
  of TEXT NOT NULL,
  nr INTEGER NOT NULL,
  -- The columns a command may change, as JSON; none when the row was not there.
  image TEXT,
  PRIMARY KEY (of, nr)
) STRICT, WITHOUT ROWID;
";

/// Table, key, and the columns that a command changes; what has none is only ever added.
const CAPTURED: &[(&str, &str, &[&str])] = &[
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
         DELETE FROM temp.capture; INSERT INTO temp.capture VALUES (0);",
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

/// Wakes the triggers, or puts them to sleep.
pub(crate) fn capture(conn: &Connection, live: bool) -> Result<(), StoreError> {
    if live {
        sync_state::note_history(conn)?;
    }
    conn.prepare_cached("UPDATE temp.capture SET live = ?1")?.execute([live])?;
    Ok(())
}

/// Brings every row back to what it was before the first pending command. The guard is open.
pub(crate) fn undo(conn: &Connection) -> Result<(), StoreError> {
    // Before they change: whose words the search has to learn anew.
    let mut of = conn.prepare_cached(
        "SELECT nr FROM shadow WHERE of = 'customer' UNION
         SELECT p.customer FROM shadow s JOIN contact_point p ON p.nr = s.nr WHERE s.of = 'contact_point'",
    )?;
    let people: Vec<CustomerId> = of.query_map([], |row| row.stable(0).map(CustomerId))?.collect::<Result<_, _>>()?;
    conn.prepare_cached(
        "INSERT INTO note_search (note_search, rowid, note)
         SELECT 'delete', c.nr, c.note FROM shadow s JOIN contact c ON c.nr = s.nr
         WHERE s.of = 'contact' AND c.note <> ''",
    )?
    .execute([])?;
    conn.prepare_cached(
        "DELETE FROM installment WHERE arrangement IN (SELECT nr FROM shadow WHERE of = 'arrangement' AND image IS NULL)",
    )?
    .execute([])?;
    for (of, key, columns) in CAPTURED {
        let touched = format!("{key} IN (SELECT nr FROM shadow WHERE of = '{of}' AND image IS");
        conn.prepare_cached(&format!("DELETE FROM {of} WHERE {touched} NULL)"))?.execute([])?;
        if !columns.is_empty() {
            let values: Vec<String> =
                (0..columns.len()).map(|at| format!("json_extract(s.image, '$[{at}]')")).collect();
            conn.prepare_cached(&format!(
                "UPDATE {of} SET ({}) = (SELECT {} FROM shadow s WHERE s.of = '{of}' AND s.nr = {of}.{key})
                 WHERE {touched} NOT NULL)",
                columns.join(", "),
                values.join(", ")
            ))?
            .execute([])?;
        }
    }
    conn.prepare_cached("DELETE FROM shadow")?.execute([])?;
    if let Some((count, link)) = sync_state::take_history(conn)? {
        history::cut(conn, count, link)?;
    }
    people.into_iter().try_for_each(|customer| account_search::refresh(conn, customer))
}

/// How many rows differ from the server's for now.
pub(crate) fn count(conn: &Connection) -> Result<usize, StoreError> {
    let count: i64 = conn.query_row("SELECT count(*) FROM shadow", params![], |row| row.get(0))?;
    Ok(usize::try_from(count).unwrap_or_default())
}
