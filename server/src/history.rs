//! The append-only history of an organisation: what was decided and who signed in, one chain.
//!
//! The head row is locked from the first append to the commit, so that the chain has no fork. Whoever
//! also changes the feed's counter appends first: head, then counter, always in this order.

use chrono::{DateTime, Utc};
use domain::history::{Broken, Entry, link};
use domain::ids::{AccountId, HistoryId, StableId};
use protocol::AUDIT_PAGE;
use serde_json::Value;
use tokio_postgres::{IsolationLevel, Row};
use uuid::Uuid;

use crate::db::{Conn, Run};
use crate::error::ServerError;
use crate::params;

/// An entry of the server's own: a sign-in, a revocation, an assignment.
#[must_use]
pub fn entry(at: DateTime<Utc>, actor: &str, kind: &str, summary: impl Into<String>, detail: Value) -> Entry {
    Entry {
        id: HistoryId(Uuid::now_v7()),
        at,
        actor: actor.to_owned(),
        account: None,
        kind: kind.to_owned(),
        summary: summary.into(),
        detail,
    }
}

/// Links the entries to the chain's end.
pub async fn append(db: &(impl Run + Sync), org: Uuid, entries: &[Entry]) -> Result<(), ServerError> {
    if entries.is_empty() {
        return Ok(());
    }
    let head = db
        .row("SELECT count, link FROM history_head WHERE org_id = $1 FOR UPDATE", params![org])
        .await?
        .ok_or(ServerError::Missing("organisation"))?;
    let mut count: i64 = head.get(0);
    let mut last = to_link(&head.get::<_, Vec<u8>>(1))?;
    let (mut nrs, mut ids, mut ats, mut actors) = (vec![], vec![], vec![], vec![]);
    let (mut accounts, mut kinds, mut summaries, mut details, mut links) = (vec![], vec![], vec![], vec![], vec![]);
    for entry in entries {
        count += 1;
        last = link(&last, entry);
        nrs.push(count);
        ids.push(entry.id.0);
        ats.push(entry.at);
        actors.push(entry.actor.as_str());
        accounts.push(entry.account.map(|account| account.0.0));
        kinds.push(entry.kind.as_str());
        summaries.push(entry.summary.as_str());
        details.push(entry.detail.to_string());
        links.push(last.to_vec());
    }
    db.run(
        "INSERT INTO history (org_id, nr, id, at, actor, account, kind, summary, detail, link)
         SELECT $1, * FROM unnest($2::bigint[], $3::uuid[], $4::timestamptz[], $5::text[], $6::bigint[], $7::text[],
           $8::text[], $9::text[], $10::bytea[])",
        params![org, nrs, ids, ats, actors, accounts, kinds, summaries, details, links],
    )
    .await?;
    db.run("UPDATE history_head SET count = $2, link = $3 WHERE org_id = $1", params![org, count, last.to_vec()])
        .await?;
    Ok(())
}

/// Keeps one entry, in a transaction of its own: a refused attempt, whatever becomes of the request.
pub async fn note(conn: &mut Conn, org: Uuid, entry: Entry) -> Result<(), ServerError> {
    let tx = conn.begin(IsolationLevel::ReadCommitted).await?;
    append(&tx, org, &[entry]).await?;
    tx.commit().await
}

/// Which entries to list; every given part must fit.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// On this account.
    pub account: Option<AccountId>,
    /// Of a kind that starts so: `auth.` finds every sign-in.
    pub kind: Option<String>,
    /// Below this number: the last of the page before.
    pub below: Option<i64>,
}

/// Newest first, at most [`AUDIT_PAGE`], each with its number.
pub async fn list(db: &(impl Run + Sync), org: Uuid, filter: &Filter) -> Result<Vec<(i64, Entry)>, ServerError> {
    let rows = db
        .rows(
            "SELECT nr, id, at, actor, account, kind, summary, detail, link FROM history
             WHERE org_id = $1 AND ($2::bigint IS NULL OR account = $2) AND ($3::text IS NULL OR starts_with(kind, $3))
               AND ($4::bigint IS NULL OR nr < $4) ORDER BY nr DESC LIMIT $5",
            params![
                org,
                filter.account.map(|account| account.0.0),
                filter.kind,
                filter.below,
                i64::try_from(AUDIT_PAGE).unwrap_or(i64::MAX)
            ],
        )
        .await?;
    rows.iter().map(|row| Ok((row.get(0), read(row)?))).collect()
}

/// Recomputes the chain from its start; its length.
pub async fn verify(db: &(impl Run + Sync), org: Uuid) -> Result<i64, ServerError> {
    let head = db
        .row("SELECT count FROM history_head WHERE org_id = $1", params![org])
        .await?
        .ok_or(ServerError::Missing("organisation"))?;
    let expected: i64 = head.get(0);
    let (mut found, mut last) = (0_i64, [0_u8; 32]);
    loop {
        let page = db
            .rows(
                "SELECT nr, id, at, actor, account, kind, summary, detail, link FROM history
                 WHERE org_id = $1 AND nr > $2 AND nr <= $3 ORDER BY nr LIMIT 5000",
                params![org, found, expected],
            )
            .await?;
        if page.is_empty() {
            break;
        }
        for row in &page {
            let entry = read(row)?;
            found += 1;
            last = link(&last, &entry);
            if row.get::<_, i64>(0) != found || row.get::<_, Vec<u8>>(8) != last {
                let position = usize::try_from(found).unwrap_or_default();
                return Err(ServerError::Stored {
                    what: "history".to_owned(),
                    why: Broken { position, id: entry.id }.to_string(),
                });
            }
        }
    }
    if found == expected {
        Ok(found)
    } else {
        Err(ServerError::Stored {
            what: "history".to_owned(),
            why: format!("{found} entries are left of {expected}: its end was removed"),
        })
    }
}

fn read(row: &Row) -> Result<Entry, ServerError> {
    let detail: String = row.get(7);
    Ok(Entry {
        id: HistoryId(row.get(1)),
        at: row.get(2),
        actor: row.get(3),
        account: row.get::<_, Option<i64>>(4).map(|account| AccountId(StableId(account))),
        kind: row.get(5),
        summary: row.get(6),
        detail: serde_json::from_str(&detail)
            .map_err(|error| ServerError::Stored { what: "history detail".to_owned(), why: error.to_string() })?,
    })
}

fn to_link(bytes: &[u8]) -> Result<[u8; 32], ServerError> {
    bytes
        .try_into()
        .map_err(|_| ServerError::Stored { what: "history head".to_owned(), why: "not 32 bytes".to_owned() })
}
