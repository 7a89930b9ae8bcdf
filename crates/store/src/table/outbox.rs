//! What waits to leave, and what became of it. A state is written only as the state after an event,
//! read and written in one transaction: nothing is taken for unsent that may have left.

use chrono::{DateTime, Utc};
use domain::ids::{AccountId, ArrangementId, OutboxId, RunId};
use domain::outbox::{Intent, State};
use rusqlite::{Connection, OptionalExtension, Row, params};

use crate::codec::{self, Read};
use crate::error::StoreError;

pub(crate) const DDL: &str = "
CREATE TABLE outbox (
  nr INTEGER PRIMARY KEY,
  id BLOB NOT NULL UNIQUE,
  account INTEGER NOT NULL REFERENCES account,
  channel TEXT NOT NULL,
  template TEXT NOT NULL,
  run BLOB,
  arrangement BLOB,
  recipient TEXT,
  decided INTEGER NOT NULL,
  actor TEXT NOT NULL,
  -- Read and written with their intent only.
  steps TEXT NOT NULL,
  word TEXT NOT NULL,
  state TEXT NOT NULL,
  -- When it came to that state, where the state says so; pending ones sort last.
  moment INTEGER
) STRICT;
CREATE INDEX outbox_account ON outbox (account);
CREATE INDEX outbox_run ON outbox (run) WHERE run IS NOT NULL;
CREATE INDEX outbox_word ON outbox (word);
";

/// An intent and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutboxRow {
    /// What should leave.
    pub intent: Intent,
    /// Where it stands.
    pub state: State,
}

/// Which intents to list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OutboxFilter<'a> {
    /// Those in one of these states, by word: `queued`, `waiting`, `unknown`.
    Words(&'a [&'a str]),
    /// Those of one run.
    Run(RunId),
    /// Those of one account.
    Account(AccountId),
}

/// As `read` expects them, from column `at`.
pub(crate) const COLUMNS: &str = "t.nr, t.id, t.account, t.channel, t.template, t.run, t.arrangement, t.recipient, \
     t.decided, t.actor, t.steps, t.state";

/// Of the picked accounts: what has not left, what came to its end since `?1`, and validation notices
/// (`facts::KEPT_TEMPLATE`).
pub(crate) const OF_PICKED: &str = "outbox t ON t.account = p.account
     AND (t.word NOT IN ('sent', 'cancelled') OR t.moment >= ?1 OR t.template = 'validation_notice')";

/// With its row number, which is the order of decision.
pub(crate) fn read(row: &Row<'_>, at: usize) -> rusqlite::Result<(i64, OutboxRow)> {
    let intent = Intent {
        id: OutboxId(row.uuid(at + 1)?),
        account: AccountId(row.stable(at + 2)?),
        channel: row.word(at + 3)?,
        template: row.get(at + 4)?,
        run: row.opt_uuid(at + 5)?.map(RunId),
        arrangement: row.opt_uuid(at + 6)?.map(ArrangementId),
        to: row.get(at + 7)?,
        decided: row.moment(at + 8)?,
        actor: row.get(at + 9)?,
        steps: row.json(at + 10)?,
    };
    Ok((row.get(at)?, OutboxRow { intent, state: row.json(at + 11)? }))
}

pub(crate) fn queue(conn: &Connection, intent: &Intent) -> Result<(), StoreError> {
    let state = State::Queued;
    conn.prepare_cached(
        "INSERT INTO outbox (id, account, channel, template, run, arrangement, recipient, decided, actor, steps, word, state)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
    )?
    .execute(params![
        intent.id.0.as_bytes(),
        intent.account.0.0,
        codec::word(&intent.channel)?,
        intent.template,
        intent.run.as_ref().map(|id| id.0.as_bytes()),
        intent.arrangement.as_ref().map(|id| id.0.as_bytes()),
        intent.to,
        codec::ms(intent.decided),
        intent.actor,
        codec::json(&intent.steps)?,
        state.word(),
        codec::json(&state)?,
    ])
    .map(|_| ())
    .map_err(|error| super::taken(error.into(), "message", &intent.id))
}

pub(crate) fn state(conn: &Connection, id: OutboxId) -> Result<State, StoreError> {
    conn.prepare_cached("SELECT state FROM outbox WHERE id = ?1")?
        .query_row([id.0.as_bytes()], |row| row.json(0))
        .optional()?
        .ok_or_else(|| StoreError::NoSuchRow { what: "message", id: id.to_string() })
}

pub(crate) fn set(conn: &Connection, id: OutboxId, state: &State) -> Result<(), StoreError> {
    let changed = conn
        .prepare_cached("UPDATE outbox SET word = ?2, state = ?3, moment = ?4 WHERE id = ?1")?
        .execute(params![id.0.as_bytes(), state.word(), codec::json(state)?, codec::opt_ms(state.moment())])?;
    super::one(conn, changed, "message", "SELECT 1 FROM outbox WHERE id = ?1", id.0.as_bytes(), &id)
}

/// In order of decision.
pub(crate) fn list(conn: &Connection, filter: OutboxFilter<'_>) -> Result<Vec<OutboxRow>, StoreError> {
    let mut found: Vec<(i64, OutboxRow)> = Vec::new();
    let mut add = |by: &str, value: &dyn rusqlite::ToSql| -> Result<(), StoreError> {
        let mut of = conn.prepare_cached(&format!("SELECT {COLUMNS} FROM outbox t WHERE {by} = ?1"))?;
        for row in of.query_map([value], |row| read(row, 0))? {
            found.push(row?);
        }
        Ok(())
    };
    match filter {
        OutboxFilter::Words(words) => words.iter().try_for_each(|word| add("t.word", word))?,
        OutboxFilter::Run(run) => add("t.run", run.0.as_bytes())?,
        OutboxFilter::Account(account) => add("t.account", &account.0.0)?,
    }
    found.sort_by_key(|(nr, _)| *nr);
    Ok(found.into_iter().map(|(_, row)| row).collect())
}

/// One intent and where it stands.
pub(crate) fn get(conn: &Connection, id: OutboxId) -> Result<OutboxRow, StoreError> {
    conn.prepare_cached(&format!("SELECT {COLUMNS} FROM outbox t WHERE t.id = ?1"))?
        .query_row([id.0.as_bytes()], |row| read(row, 0))
        .optional()?
        .map(|(_, row)| row)
        .ok_or_else(|| StoreError::NoSuchRow { what: "message", id: id.to_string() })
}

/// How many stand in each state, by word.
pub(crate) fn counts(conn: &Connection) -> Result<Vec<(String, usize)>, StoreError> {
    let mut of = conn.prepare_cached("SELECT word, count(*) FROM outbox GROUP BY word ORDER BY word")?;
    let rows = of.query_map([], |row| Ok((row.get(0)?, row.get::<_, i64>(1)?)))?;
    rows.map(|row| row.map(|(word, count)| (word, usize::try_from(count).unwrap_or(0))).map_err(Into::into)).collect()
}

/// Those found in `Sending` when the program starts become `Unknown`: a person decides.
pub(crate) fn found(conn: &Connection, now: DateTime<Utc>) -> Result<usize, StoreError> {
    let interrupted = list(conn, OutboxFilter::Words(&["sending"]))?;
    for row in &interrupted {
        let state = row.state.clone().after(domain::outbox::Event::Found, now)?;
        set(conn, row.intent.id, &state)?;
    }
    Ok(interrupted.len())
}

/// From the server.
pub(crate) fn mirror(conn: &Connection, intent: &Intent, state: &State) -> Result<(), StoreError> {
    conn.prepare_cached("DELETE FROM outbox WHERE id = ?1")?.execute([intent.id.0.as_bytes()])?;
    queue(conn, intent)?;
    set(conn, intent.id, state)
}
