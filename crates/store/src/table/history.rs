//! The append-only history and its hash chain. Triggers refuse every change; the chain's length and
//! last link are kept apart, so that a removed end is found too.

use domain::history::{self, Entry};
use domain::ids::{AccountId, HistoryId};
use rusqlite::{Connection, OptionalExtension, Row, params};

use crate::codec::{self, Read};
use crate::error::StoreError;
use crate::table::shadow;

pub(crate) const DDL: &str = "
CREATE TABLE history (
  nr INTEGER PRIMARY KEY,
  id BLOB NOT NULL UNIQUE,
  at INTEGER NOT NULL,
  actor TEXT NOT NULL,
  account INTEGER,
  kind TEXT NOT NULL,
  summary TEXT NOT NULL,
  detail TEXT NOT NULL,
  link BLOB NOT NULL
) STRICT;
CREATE INDEX history_account ON history (account, at) WHERE account IS NOT NULL;
CREATE INDEX history_at ON history (at);
CREATE TRIGGER history_is_not_changed BEFORE UPDATE ON history
BEGIN SELECT RAISE(ABORT, 'the history is append-only'); END;
CREATE TRIGGER history_is_not_replaced BEFORE INSERT ON history
WHEN EXISTS (SELECT 1 FROM history WHERE nr = NEW.nr OR id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'the history is append-only'); END;
CREATE TRIGGER history_is_not_deleted BEFORE DELETE ON history
BEGIN SELECT RAISE(ABORT, 'the history is append-only'); END;
CREATE TABLE history_head (
  only INTEGER PRIMARY KEY CHECK (only = 1),
  count INTEGER NOT NULL,
  link BLOB NOT NULL
) STRICT;
";

const SELECT: &str = "SELECT t.id, t.at, t.actor, t.account, t.kind, t.summary, t.detail, t.link FROM history t";

const SELECT_NUMBERED: &str =
    "SELECT t.id, t.at, t.actor, t.account, t.kind, t.summary, t.detail, t.link, t.nr FROM history t";

fn read(row: &Row<'_>) -> rusqlite::Result<Entry> {
    Ok(Entry {
        id: HistoryId(row.uuid(0)?),
        at: row.moment(1)?,
        actor: row.get(2)?,
        account: row.opt_stable(3)?.map(AccountId),
        kind: row.get(4)?,
        summary: row.get(5)?,
        detail: row.json(6)?,
    })
}

/// Length and last link; an empty chain starts from zeros.
fn head(conn: &Connection) -> Result<(i64, [u8; 32]), StoreError> {
    Ok(conn
        .prepare_cached("SELECT count, link FROM history_head")?
        .query_row([], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?
        .unwrap_or((0, [0; 32])))
}

/// Links the entries to the chain's end.
pub(crate) fn append(conn: &Connection, entries: &[Entry]) -> Result<(), StoreError> {
    if entries.is_empty() {
        return Ok(());
    }
    let (mut count, mut link) = head(conn)?;
    // Numbers say only the order: what was removed leaves a gap.
    let mut nr: i64 =
        conn.prepare_cached("SELECT coalesce(max(nr), 0) FROM history")?.query_row([], |row| row.get(0))?;
    let mut insert = conn.prepare_cached(
        "INSERT INTO history (nr, id, at, actor, account, kind, summary, detail, link)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
    )?;
    for entry in entries {
        (count, nr) = (count + 1, nr + 1);
        link = history::link(&link, entry);
        insert
            .execute(params![
                nr,
                entry.id.0.as_bytes(),
                codec::ms(entry.at),
                entry.actor,
                entry.account.map(|id| id.0.0),
                entry.kind,
                entry.summary,
                entry.detail.to_string(),
                link,
            ])
            .map_err(|error| super::taken(error.into(), "history entry", &entry.id))?;
    }
    set_head(conn, count, link)
}

/// The number behind the last entry that stands before what was removed, if anything was: from there on
/// the chain is linked anew, once, before the transaction ends. Not the first number removed: there may be
/// a gap before it, and what is appended goes into the gap.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[must_use]
pub(crate) struct Gone(Option<i64>);

impl Gone {
    /// Of both.
    pub(crate) fn and(self, other: Self) -> Self {
        Self(self.0.into_iter().chain(other.0).min())
    }
}

/// Removes the entries that the condition fits. The guard is open.
fn remove(conn: &Connection, fits: &str, given: impl rusqlite::Params + Clone) -> Result<Gone, StoreError> {
    let first: Option<i64> = conn
        .prepare_cached(&format!("SELECT min(nr) FROM history WHERE {fits}"))?
        .query_row(given.clone(), |row| row.get(0))?;
    let mut from: Option<i64> = None;
    if let Some(first) = first {
        from = conn
            .prepare_cached("SELECT coalesce(max(nr), 0) + 1 FROM history WHERE nr < ?1")?
            .query_row([first], |row| row.get(0))?;
        let gone = conn.prepare_cached(&format!("DELETE FROM history WHERE {fits}"))?.execute(given)?;
        let (count, link) = head(conn)?;
        set_head(conn, count - i64::try_from(gone).unwrap_or(i64::MAX), link)?;
    }
    Ok(Gone(from))
}

/// Removes the entries of commands that are being undone.
pub(crate) fn undone(conn: &Connection) -> Result<Gone, StoreError> {
    remove(conn, "nr IN (SELECT nr FROM temp.undone WHERE of = 'history')", [])
}

/// Removes what concerns an account that left this device.
pub(crate) fn purge(conn: &Connection, account: AccountId) -> Result<Gone, StoreError> {
    remove(conn, "account = ?1", [account.0.0])
}

/// Links the chain anew behind what was removed: the server's chain is the evidence, this one guards
/// the file. The guard is open.
pub(crate) fn relink(conn: &Connection, gone: Gone) -> Result<(), StoreError> {
    let Some(first) = gone.0 else {
        return Ok(());
    };
    let mut link: [u8; 32] = conn
        .prepare_cached("SELECT link FROM history WHERE nr < ?1 ORDER BY nr DESC LIMIT 1")?
        .query_row([first], |row| row.get(0))
        .optional()?
        .unwrap_or_default();
    let mut behind = conn.prepare_cached(&format!("{SELECT_NUMBERED} WHERE t.nr >= ?1 ORDER BY t.nr"))?;
    let entries: Vec<(Entry, i64)> =
        behind.query_map([first], |row| Ok((read(row)?, row.get(8)?)))?.collect::<Result<_, _>>()?;
    let mut put = conn.prepare_cached("UPDATE history SET link = ?2 WHERE nr = ?1")?;
    for (entry, nr) in &entries {
        link = history::link(&link, entry);
        put.execute(params![nr, link])?;
    }
    let (count, _) = head(conn)?;
    set_head(conn, count, link)
}

fn set_head(conn: &Connection, count: i64, link: [u8; 32]) -> Result<(), StoreError> {
    conn.prepare_cached(
        "INSERT INTO history_head (only, count, link) VALUES (1, ?1, ?2)
         ON CONFLICT (only) DO UPDATE SET count = ?1, link = ?2",
    )?
    .execute(params![count, link])?;
    Ok(())
}

/// Links entries from the server that are not here yet to the chain's end.
pub(crate) fn mirror(conn: &Connection, entry: &Entry) -> Result<(), StoreError> {
    if conn.prepare_cached("SELECT 1 FROM history WHERE id = ?1")?.exists([entry.id.0.as_bytes()])? {
        return Ok(());
    }
    append(conn, std::slice::from_ref(entry))
}

/// Whether a pending command added this very entry; it is the server's from now on.
pub(crate) fn settle(conn: &Connection, entry: &Entry) -> Result<bool, StoreError> {
    let stands = conn
        .prepare_cached(&format!("{SELECT_NUMBERED} WHERE t.id = ?1"))?
        .query_row([entry.id.0.as_bytes()], |row| Ok((read(row)?, row.get(8)?)))
        .optional()?;
    match stands {
        Some((stands, nr)) if stands == *entry => shadow::settle(conn, "history", nr),
        _ => Ok(false),
    }
}

/// An account's entries.
pub(crate) fn of(conn: &Connection, account: AccountId) -> Result<Vec<Entry>, StoreError> {
    let mut of = conn.prepare_cached(&format!("{SELECT} WHERE t.account = ?1"))?;
    Ok(of.query_map([account.0.0], read)?.collect::<Result<_, _>>()?)
}

/// Recomputes the chain from its start, row by row; returns its length.
pub(crate) fn verify(conn: &Connection) -> Result<usize, StoreError> {
    let (expected, _) = head(conn)?;
    let mut all = conn.prepare(&format!("{SELECT} ORDER BY t.nr"))?;
    let mut rows = all.query([])?;
    let mut previous = [0_u8; 32];
    let mut found = 0;
    while let Some(row) = rows.next()? {
        found += 1;
        let entry = read(row)?;
        let stored: [u8; 32] = row.get(7)?;
        if history::link(&previous, &entry) != stored {
            return Err(history::Broken { position: found, id: entry.id }.into());
        }
        previous = stored;
    }
    let expected = usize::try_from(expected).unwrap_or_default();
    if found != expected {
        return Err(StoreError::ChainCut { found, expected });
    }
    Ok(found)
}

/// Which entries to list; every given part must fit.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HistoryFilter {
    /// On this account.
    pub account: Option<AccountId>,
    /// By this actor.
    pub actor: Option<String>,
    /// Of a kind that starts so: `letter.` finds `letter.mailed`.
    pub kind: Option<String>,
    /// From this moment, inclusive.
    pub from: Option<chrono::DateTime<chrono::Utc>>,
    /// Up to this moment, exclusive.
    pub to: Option<chrono::DateTime<chrono::Utc>>,
}

/// Newest first.
pub(crate) fn list(
    conn: &Connection,
    filter: &HistoryFilter,
    offset: usize,
    limit: usize,
) -> Result<Vec<Entry>, StoreError> {
    // Two texts, so that each is planned with the index that fits it.
    let by = if filter.account.is_some() { "t.account = ?1" } else { "?1 IS NULL" };
    let mut of = conn.prepare_cached(&format!(
        "{SELECT} WHERE {by} AND t.at >= ?2 AND t.at < ?3 AND (?4 IS NULL OR t.actor = ?4)
           AND (?5 IS NULL OR substr(t.kind, 1, length(?5)) = ?5)
         ORDER BY t.at DESC, t.nr DESC LIMIT ?6 OFFSET ?7"
    ))?;
    let rows = of.query_map(
        params![
            filter.account.map(|id| id.0.0),
            filter.from.map_or(i64::MIN, codec::ms),
            filter.to.map_or(i64::MAX, codec::ms),
            filter.actor,
            filter.kind,
            super::limit(limit),
            super::limit(offset),
        ],
        read,
    )?;
    Ok(rows.collect::<Result<_, _>>()?)
}
