//! The contact log, append-only by trigger, and the search over its notes.

use domain::contact::Contact;
use domain::ids::{AccountId, ContactId};
use domain::money::Money;
use rusqlite::{Connection, OptionalExtension, Row, params};

use crate::codec::{self, Read};
use crate::error::StoreError;
use crate::table::shadow;

pub(crate) const DDL: &str = "
CREATE TABLE contact (
  nr INTEGER PRIMARY KEY,
  id BLOB NOT NULL UNIQUE,
  account INTEGER NOT NULL REFERENCES account,
  at INTEGER NOT NULL,
  local_date INTEGER NOT NULL,
  actor TEXT NOT NULL,
  medium TEXT NOT NULL,
  direction TEXT NOT NULL,
  point TEXT NOT NULL,
  disposition TEXT,
  note TEXT NOT NULL,
  amount INTEGER,
  currency TEXT,
  corrects BLOB
) STRICT;
CREATE INDEX contact_account ON contact (account, at);
CREATE TRIGGER contact_is_not_changed BEFORE UPDATE ON contact
BEGIN SELECT RAISE(ABORT, 'the contact log is append-only'); END;
CREATE TRIGGER contact_is_not_replaced BEFORE INSERT ON contact
WHEN EXISTS (SELECT 1 FROM contact WHERE nr = NEW.nr OR id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'the contact log is append-only'); END;
CREATE TRIGGER contact_is_not_deleted BEFORE DELETE ON contact
BEGIN SELECT RAISE(ABORT, 'the contact log is append-only'); END;
CREATE VIRTUAL TABLE note_search USING fts5(
  note, content='', prefix='1 2 3', tokenize='unicode61 remove_diacritics 2'
);
";

/// As `read` expects them, from column `at`.
pub(crate) const COLUMNS: &str = "t.id, t.account, t.at, t.local_date, t.actor, t.medium, t.direction, t.point, \
     t.disposition, t.note, t.amount, t.currency, t.corrects";

/// Of the picked accounts' customers: caps and refusals look at the person.
pub(crate) const OF_PICKED: &str = "account b ON b.customer = p.customer CROSS JOIN contact t ON t.account = b.id";

pub(crate) fn read(row: &Row<'_>, at: usize) -> rusqlite::Result<Contact> {
    Ok(Contact {
        id: ContactId(row.uuid(at)?),
        account: AccountId(row.stable(at + 1)?),
        at: row.moment(at + 2)?,
        local_date: row.day(at + 3)?,
        actor: row.get(at + 4)?,
        medium: row.word(at + 5)?,
        direction: row.word(at + 6)?,
        point: row.get(at + 7)?,
        disposition: row.opt_word(at + 8)?,
        note: row.get(at + 9)?,
        amount: row.opt_money(at + 10)?,
        corrects: row.opt_uuid(at + 12)?.map(ContactId),
    })
}

pub(crate) fn add(conn: &Connection, contact: &Contact) -> Result<(), StoreError> {
    conn.prepare_cached(
        "INSERT INTO contact (id, account, at, local_date, actor, medium, direction, point,
           disposition, note, amount, currency, corrects)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)",
    )?
    .execute(params![
        contact.id.0.as_bytes(),
        contact.account.0.0,
        codec::ms(contact.at),
        codec::day(contact.local_date),
        contact.actor,
        codec::word(&contact.medium)?,
        codec::word(&contact.direction)?,
        contact.point,
        contact.disposition.as_ref().map(codec::word).transpose()?,
        contact.note,
        contact.amount.map(Money::to_minor).transpose()?,
        contact.amount.as_ref().map(|amount| amount.currency.code()),
        contact.corrects.as_ref().map(|id| id.0.as_bytes()),
    ])
    .map_err(|error| super::taken(error.into(), "contact", &contact.id))?;
    if !contact.note.is_empty() {
        let nr = conn.last_insert_rowid();
        conn.prepare_cached("INSERT INTO note_search (rowid, note) VALUES (?1, ?2)")?
            .execute(params![nr, contact.note])?;
    }
    Ok(())
}

/// The account's entries, newest first.
pub(crate) fn newest(conn: &Connection, account: AccountId, limit: usize) -> Result<Vec<Contact>, StoreError> {
    let mut of = conn.prepare_cached(&format!(
        "SELECT {COLUMNS} FROM contact t WHERE t.account = ?1 ORDER BY t.at DESC, t.nr DESC LIMIT ?2"
    ))?;
    let rows = of.query_map(params![account.0.0, super::limit(limit)], |row| read(row, 0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Entries whose note matches the FTS expression, newest recorded first.
pub(crate) fn find(conn: &Connection, expression: &str, limit: usize) -> Result<Vec<Contact>, StoreError> {
    let mut found = conn.prepare_cached(&format!(
        "SELECT {COLUMNS} FROM (SELECT rowid FROM note_search WHERE note_search MATCH ?1 ORDER BY rowid DESC LIMIT ?2) f
         JOIN contact t ON t.nr = f.rowid ORDER BY t.nr DESC"
    ))?;
    let rows = found.query_map(params![expression, super::limit(limit)], |row| read(row, 0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// From the server: what is here already stays, the log being append-only.
pub(crate) fn mirror(conn: &Connection, contact: &Contact) -> Result<(), StoreError> {
    if conn.prepare_cached("SELECT 1 FROM contact WHERE id = ?1")?.exists([contact.id.0.as_bytes()])? {
        return Ok(());
    }
    add(conn, contact)
}

/// Whether a pending command added this very entry; it is the server's from now on.
pub(crate) fn settle(conn: &Connection, contact: &Contact) -> Result<bool, StoreError> {
    let stands = conn
        .prepare_cached(&format!("SELECT {COLUMNS}, t.nr FROM contact t WHERE t.id = ?1"))?
        .query_row([contact.id.0.as_bytes()], |row| Ok((read(row, 0)?, row.get(13)?)))
        .optional()?;
    match stands {
        Some((stands, nr)) if stands == *contact => shadow::settle(conn, "contact", nr),
        _ => Ok(false),
    }
}

/// Takes an account's notes out of the search, before the entries go.
pub(crate) fn forget_notes(conn: &Connection, account: AccountId) -> Result<(), StoreError> {
    conn.prepare_cached(
        "INSERT INTO note_search (note_search, rowid, note)
         SELECT 'delete', nr, note FROM contact WHERE account = ?1 AND note <> ''",
    )?
    .execute([account.0.0])?;
    Ok(())
}
