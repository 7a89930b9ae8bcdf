//! The feed down: one REPEATABLE READ view, whole transactions, filtered by what the user works.
//!
//! A customer's rows are streamed only while nothing changed about who works them since the device's
//! `scope_version`; whoever came or came back arrives whole, at the head of the feed.

use std::collections::BTreeMap;
use std::sync::atomic::Ordering;

use chrono::{DateTime, Utc};
use domain::ids::{CustomerId, StableId};
use protocol::{
    Assigned, Cursor, PAGE_BYTES, Page, Permit, PermitId, PullRequest, PullResponse, SCHEMA, ScopeDelta, Transaction,
    why_snapshot,
};
use tokio_postgres::IsolationLevel;

use crate::app::App;
use crate::auth::Caller;
use crate::db::{Conn, Run, Tx};
use crate::error::ServerError;
use crate::push::ledger;
use crate::{params, records, repair};

/// Most transactions a page looks at.
const WINDOW: i64 = 2_000;

/// What a row costs beside its text.
const ROW_OVERHEAD: i64 = 80;

/// The customers whose rows are streamed: parameters 1 organisation, 2 user, 3 scope version.
const STREAMED: &str = "(customer IS NULL OR customer IN (
  SELECT a.customer FROM assignment a WHERE a.org_id = $1 AND a.user_id = $2 AND NOT EXISTS (
    SELECT 1 FROM scope_change c WHERE c.org_id = $1 AND c.user_id = $2 AND c.customer = a.customer
      AND c.version > $3)))";

/// What comes after the cursor.
pub async fn pull(app: &App, caller: &Caller, request: &PullRequest) -> Result<PullResponse, ServerError> {
    let now = app.now();
    let mut conn = app.db.conn().await?;
    let page_bytes = app.config.limits.page_bytes.min(PAGE_BYTES);
    #[expect(clippy::single_match_else, reason = "both arms give the answer")]
    let response = match from_replica(app, &conn, caller, request, page_bytes).await {
        Some(response) => response,
        None => {
            let tx = conn.begin(IsolationLevel::RepeatableRead).await?;
            let response = answer(&tx, caller, request, now, page_bytes).await?;
            tx.commit().await?;
            response
        }
    };
    // Where the device says it is: what this answer brings it has not taken in yet.
    let cursor = match &response {
        PullResponse::Page(page) => signed(page.after.seq),
        _ => 0,
    };
    conn.run(
        "UPDATE device SET seen_at = $3, cursor_seq = greatest(cursor_seq, $4) WHERE org_id = $1 AND device_id = $2",
        params![caller.org, caller.device.0, now, cursor],
    )
    .await?;
    // Run out and not used, says who held them: no call was made with them.
    let unspent: Vec<uuid::Uuid> = request.permits.iter().map(|permit| permit.0).collect();
    conn.run(
        "UPDATE permit SET ended_at = $3 WHERE org_id = $1 AND device_id = $2 AND permit_id = ANY($4)
           AND ended_at IS NULL AND good_until < $3",
        params![caller.org, caller.device.0, now, unspent],
    )
    .await?;
    Ok(response)
}

/// The replica's answer, if it is where the database is: one that lags would hide from a device what
/// it was just told. None: ask the database itself, whatever the reason.
async fn from_replica(
    app: &App,
    primary: &Conn,
    caller: &Caller,
    request: &PullRequest,
    page_bytes: usize,
) -> Option<PullResponse> {
    let reads = app.reads.as_ref()?;
    let found = async {
        let sql = "SELECT epoch, seq FROM org WHERE org_id = $1";
        let head = |row: Option<tokio_postgres::Row>| row.map(|row| (row.get::<_, i64>(0), row.get::<_, i64>(1)));
        let there = head(primary.row(sql, params![caller.org]).await?);
        let mut conn = reads.conn().await?;
        let tx = conn.begin(IsolationLevel::RepeatableRead).await?;
        let here = head(tx.row(sql, params![caller.org]).await?);
        if here != there {
            return Ok(None);
        }
        let response = answer(&tx, caller, request, app.now(), page_bytes).await?;
        tx.commit().await?;
        Ok::<_, ServerError>(Some(response))
    };
    match found.await {
        Ok(response) => {
            app.replica_reads.fetch_add(u64::from(response.is_some()), Ordering::Relaxed);
            response
        }
        Err(error) => {
            tracing::warn!(%error, "the replica does not answer");
            None
        }
    }
}

async fn answer(
    tx: &Tx<'_>,
    caller: &Caller,
    request: &PullRequest,
    now: DateTime<Utc>,
    page_bytes: usize,
) -> Result<PullResponse, ServerError> {
    let after = request.cursor;
    if after.schema_version < SCHEMA {
        return Ok(PullResponse::Upgrade { schema_version: SCHEMA });
    }
    let org = tx
        .row(
            "SELECT seq, floor_seq, epoch, durable_seq, payments_until FROM org WHERE org_id = $1",
            params![caller.org],
        )
        .await?
        .ok_or(ServerError::NoToken)?;
    let (head, floor): (i64, i64) = (org.get(0), org.get(1));
    let epoch = u64::try_from(org.get::<_, i64>(2)).unwrap_or_default();
    let why = if after.epoch == 0 {
        Some(why_snapshot::FIRST)
    } else if after.epoch != epoch || signed(after.seq) > head {
        Some(why_snapshot::EPOCH)
    } else if signed(after.seq) < floor {
        Some(why_snapshot::RETENTION)
    } else {
        None
    };
    if let Some(why) = why {
        return Ok(PullResponse::Snapshot { why: why.to_owned() });
    }
    let limit = i64::try_from(request.limit_bytes.min(page_bytes as u64)).unwrap_or(i64::MAX);
    let (end, used, transactions) = stretch(tx, caller, after, head, limit).await?;
    let at_head = end == head;
    let (scope, scope_version, scope_left) = scope(tx, caller, after, at_head, limit - used).await?;
    let mut page = Page {
        after,
        cursor: Cursor { epoch, seq: u64::try_from(end).unwrap_or_default(), scope_version, schema_version: SCHEMA },
        more: !at_head || scope_left,
        transactions,
        scope,
        results: results(tx, caller, after.seq, end).await?,
        last_device_seq: last_device_seq(tx, caller, end).await?,
        durable_seq: u64::try_from(org.get::<_, i64>(3)).unwrap_or_default(),
        permits: permits(tx, caller, now).await?,
        assigned: assigned(tx, caller, request, end).await?,
        repair: Vec::new(),
        payments_until: org.get(4),
        server_time: now,
    };
    // Otherwise the device's checksums are of another moment.
    if signed(after.seq) == head && !scope_left && after.scope_version == scope_version {
        repair::repair(tx, caller, request, limit, &mut page).await?;
    }
    Ok(PullResponse::Page(page))
}

/// The transactions that fit, their end and their bytes. At least one, if there is one.
async fn stretch(
    tx: &Tx<'_>,
    caller: &Caller,
    after: Cursor,
    head: i64,
    limit: i64,
) -> Result<(i64, i64, Vec<Transaction>), ServerError> {
    let start = signed(after.seq);
    let window = head.min(start + WINDOW);
    let scope = signed(after.scope_version);
    let sizes = tx
        .rows(
            &format!(
                "SELECT seq, sum(octet_length(body) + $6)::bigint FROM feed
                 WHERE org_id = $1 AND seq > $4 AND seq <= $5 AND {STREAMED} GROUP BY seq ORDER BY seq"
            ),
            params![caller.org, caller.user, scope, start, window, ROW_OVERHEAD],
        )
        .await?;
    let (mut end, mut used) = (window, 0);
    for (at, row) in sizes.iter().enumerate() {
        let (seq, size): (i64, i64) = (row.get(0), row.get(1));
        if at > 0 && used + size > limit {
            end = seq - 1;
            break;
        }
        used += size;
    }
    let rows = tx
        .rows(
            &format!(
                "SELECT seq, tbl, id, body FROM feed WHERE org_id = $1 AND seq > $4 AND seq <= $5 AND {STREAMED}
                 ORDER BY seq, tbl, id"
            ),
            params![caller.org, caller.user, scope, start, end],
        )
        .await?;
    let mut transactions: Vec<Transaction> = Vec::new();
    for row in &rows {
        let seq = u64::try_from(row.get::<_, i64>(0)).unwrap_or_default();
        let wire = records::wire(row, 1)?;
        match transactions.last_mut() {
            Some(last) if last.seq == seq => last.rows.push(wire),
            _ => transactions.push(Transaction { seq, rows: vec![wire] }),
        }
    }
    Ok((end, used, transactions))
}

/// Who left, and at the head who came; the version the device is then at, and whether more remain.
async fn scope(
    tx: &Tx<'_>,
    caller: &Caller,
    after: Cursor,
    at_head: bool,
    room: i64,
) -> Result<(ScopeDelta, u64, bool), ServerError> {
    let rows = tx
        .rows(
            "SELECT c.customer, max(c.version), EXISTS (SELECT 1 FROM assignment a
               WHERE a.org_id = $1 AND a.user_id = $2 AND a.customer = c.customer)
             FROM scope_change c WHERE c.org_id = $1 AND c.user_id = $2 AND c.version > $3
             GROUP BY c.customer ORDER BY 2",
            params![caller.org, caller.user, signed(after.scope_version)],
        )
        .await?;
    let mut delta = ScopeDelta::default();
    let mut version = after.scope_version;
    let (mut room, mut stopped, mut came) = (room, !at_head, false);
    for row in &rows {
        let customer = CustomerId(StableId(row.get(0)));
        if !row.get::<_, bool>(2) {
            delta.remove.push(customer);
        } else if !stopped {
            let unit = records::unit(tx, caller.org, customer).await?;
            let size: usize = unit.rows.iter().map(|row| row.row.text().len() + 80).sum();
            let size = i64::try_from(size).unwrap_or(i64::MAX);
            if came && size > room {
                stopped = true;
            } else {
                room -= size;
                came = true;
                delta.add.push(unit);
            }
        }
        if !stopped {
            version = u64::try_from(row.get::<_, i64>(1)).unwrap_or_default();
        }
    }
    Ok((delta, version, stopped && !rows.is_empty()))
}

async fn results(
    tx: &Tx<'_>,
    caller: &Caller,
    after: u64,
    end: i64,
) -> Result<Vec<protocol::CommandResult>, ServerError> {
    let rows = tx
        .rows(
            "SELECT result FROM command WHERE org_id = $1 AND device_id = $2 AND seq > $3 AND seq <= $4
             ORDER BY device_seq",
            params![caller.org, caller.device.0, signed(after), end],
        )
        .await?;
    rows.iter().map(|row| ledger::read(row.get(0))).collect()
}

/// The verdicts on the device's commands after number `decided`, up to a transaction.
pub async fn results_between(
    tx: &Tx<'_>,
    caller: &Caller,
    decided: u64,
    seq: i64,
) -> Result<Vec<protocol::CommandResult>, ServerError> {
    let rows = tx
        .rows(
            "SELECT result FROM command WHERE org_id = $1 AND device_id = $2 AND device_seq > $3 AND seq <= $4
             ORDER BY device_seq",
            params![caller.org, caller.device.0, signed(decided), seq],
        )
        .await?;
    rows.iter().map(|row| ledger::read(row.get(0))).collect()
}

/// The device's last command decided by then.
pub async fn last_device_seq(tx: &Tx<'_>, caller: &Caller, seq: i64) -> Result<u64, ServerError> {
    let row = tx
        .row(
            "SELECT coalesce(max(device_seq), 0) FROM command WHERE org_id = $1 AND device_id = $2 AND seq <= $3",
            params![caller.org, caller.device.0, seq],
        )
        .await?;
    Ok(row.map_or(0, |row| u64::try_from(row.get::<_, i64>(0)).unwrap_or_default()))
}

async fn permits(tx: &Tx<'_>, caller: &Caller, now: DateTime<Utc>) -> Result<Vec<Permit>, ServerError> {
    let rows = tx
        .rows(
            "SELECT permit_id, customer, good_until FROM permit
             WHERE org_id = $1 AND device_id = $2 AND ended_at IS NULL AND good_until > $3 ORDER BY permit_id",
            params![caller.org, caller.device.0, now],
        )
        .await?;
    Ok(rows
        .iter()
        .map(|row| Permit { id: PermitId(row.get(0)), customer: CustomerId(StableId(row.get(1))), until: row.get(2) })
        .collect())
}

/// Who else works the user's customers, when that changed in the stretch or the device does not know.
async fn assigned(
    tx: &Tx<'_>,
    caller: &Caller,
    request: &PullRequest,
    end: i64,
) -> Result<Option<Vec<Assigned>>, ServerError> {
    let after = request.cursor;
    let changed = tx
        .row(
            "SELECT 1 FROM scope_change WHERE org_id = $1 AND seq > $2 AND seq <= $3 LIMIT 1",
            params![caller.org, signed(after.seq), end],
        )
        .await?;
    if changed.is_none() && !request.assigned {
        return Ok(None);
    }
    let rows = tx
        .rows(
            "SELECT o.customer, p.name FROM assignment m
             JOIN assignment o ON o.org_id = m.org_id AND o.customer = m.customer AND o.user_id <> m.user_id
             JOIN person p ON p.org_id = o.org_id AND p.user_id = o.user_id AND p.role = 'specialist'
               AND p.disabled_at IS NULL
             WHERE m.org_id = $1 AND m.user_id = $2 ORDER BY o.customer, p.name",
            params![caller.org, caller.user],
        )
        .await?;
    let mut users: BTreeMap<i64, Vec<String>> = BTreeMap::new();
    for row in &rows {
        users.entry(row.get(0)).or_default().push(row.get(1));
    }
    Ok(Some(
        users
            .into_iter()
            .map(|(customer, users)| Assigned { customer: CustomerId(StableId(customer)), users })
            .collect(),
    ))
}

fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
