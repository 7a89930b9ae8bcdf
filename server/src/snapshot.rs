//! The first snapshot: one REPEATABLE READ view of the user's rows, packed into chunks that any
//! server can hand out, in any order and again after a break.

use chrono::TimeDelta;
use domain::row::Table;
use protocol::{
    Chunk, Cursor, Manifest, ManifestRequest, Problem, ProblemCode, SCHEMA, SnapshotError, SnapshotId, WireRow, pack,
};
use tokio::task::JoinHandle;
use tokio_postgres::IsolationLevel;
use uuid::Uuid;

use crate::app::App;
use crate::auth::Caller;
use crate::db::{Run, Tx};
use crate::error::ServerError;
use crate::{params, pull, records};

/// About how many bytes of rows a chunk holds before compression.
const CHUNK_BYTES: usize = 4 << 20;

/// A snapshot is kept for so long.
const KEPT: TimeDelta = TimeDelta::hours(24);

/// Takes a snapshot for the device; it replaces the one it had.
pub async fn take(app: &App, caller: &Caller, request: ManifestRequest) -> Result<Manifest, ServerError> {
    if request.schema_version < SCHEMA {
        let message = "This version of Dunlin can't read what the server sends.";
        return Err(Problem::new(ProblemCode::Upgrade, message, "Update Dunlin on this device.").into());
    }
    let now = app.now();
    let id = SnapshotId(Uuid::now_v7());
    // One connection for reading and writing: two at once would starve one another under load.
    let mut conn = app.db.conn().await?;
    let tx = conn.begin(IsolationLevel::RepeatableRead).await?;
    tx.run("DELETE FROM snapshot WHERE org_id = $1 AND device_id = $2", params![caller.org, caller.device.0]).await?;
    let org = tx
        .row(
            "SELECT o.seq, o.epoch, coalesce((SELECT max(version) FROM scope_change c
               WHERE c.org_id = o.org_id AND c.user_id = $2), 0) FROM org o WHERE o.org_id = $1",
            params![caller.org, caller.user],
        )
        .await?
        .ok_or(ServerError::NoToken)?;
    let unsigned = |number: i64| u64::try_from(number).unwrap_or_default();
    let (seq, scope): (i64, i64) = (org.get(0), org.get(2));
    tx.run(
        "INSERT INTO snapshot (org_id, snapshot_id, device_id, made_at, scope_version) VALUES ($1, $2, $3, $4, $5)",
        params![caller.org, id.0, caller.device.0, now, scope],
    )
    .await?;
    let mut chunks = Vec::new();
    let mut waiting: Vec<WireRow> = Vec::new();
    let mut bytes = 0;
    // A first sync reads each table once, in an order that spares the device work: one plan for all of it.
    tx.script("SET LOCAL work_mem = '64MB'; SET LOCAL cursor_tuple_fraction = 1").await?;
    let mut packing: Option<JoinHandle<Packed>> = None;
    for table in Table::ALL {
        open(&tx, caller, table).await?;
        loop {
            let rows = tx.rows(NEXT, params![]).await?;
            if rows.is_empty() {
                break;
            }
            for row in &rows {
                let wire = records::wire(row, 0)?;
                bytes += wire.row.text().len();
                waiting.push(wire);
                if bytes >= CHUNK_BYTES {
                    bytes = 0;
                    // Packed while the next rows are read.
                    let rows = std::mem::take(&mut waiting);
                    let last = packing.replace(tokio::task::spawn_blocking(move || pack(&rows)));
                    keep(&tx, caller, id, &mut chunks, last).await?;
                }
            }
        }
        tx.script("CLOSE snapshot_rows").await?;
    }
    keep(&tx, caller, id, &mut chunks, packing).await?;
    if !waiting.is_empty() {
        let last = tokio::task::spawn_blocking(move || pack(&waiting));
        keep(&tx, caller, id, &mut chunks, Some(last)).await?;
    }
    let last_device_seq = pull::last_device_seq(&tx, caller, seq).await?;
    let results = pull::results_between(&tx, caller, request.decided, seq).await?;
    tx.commit().await?;
    Ok(Manifest {
        id,
        cursor: Cursor {
            epoch: unsigned(org.get(1)),
            seq: unsigned(seq),
            scope_version: unsigned(scope),
            schema_version: SCHEMA,
        },
        last_device_seq,
        results,
        rows: chunks.iter().map(|chunk: &Chunk| chunk.rows).sum(),
        chunks,
    })
}

/// The next rows of the table that was opened.
const NEXT: &str = "FETCH 10000 FROM snapshot_rows";

type Packed = Result<(Chunk, Vec<u8>), SnapshotError>;

/// A cursor over a table's rows. In the order of accounts: the device puts them down as they come, and
/// reads an account's rows together from then on.
async fn open(tx: &Tx<'_>, caller: &Caller, table: Table) -> Result<(), ServerError> {
    let number = records::number(table);
    // Two texts: the organisation's own rows are few, the others come by the user's assignments.
    let sql = if matches!(table, Table::Policy | Table::Template) {
        "DECLARE snapshot_rows NO SCROLL CURSOR FOR
         SELECT tbl, id, body FROM record WHERE org_id = $1 AND tbl = $2 AND $3::uuid IS NOT NULL ORDER BY id"
    } else {
        "DECLARE snapshot_rows NO SCROLL CURSOR FOR
         SELECT r.tbl, r.id, r.body FROM record r JOIN assignment a ON a.org_id = r.org_id AND a.customer = r.customer
         WHERE r.org_id = $1 AND r.tbl = $2 AND a.user_id = $3 ORDER BY r.account, r.customer, r.id"
    };
    tx.run(sql, params![caller.org, number, caller.user]).await?;
    Ok(())
}

/// Keeps a chunk when it is packed.
async fn keep(
    tx: &Tx<'_>,
    caller: &Caller,
    id: SnapshotId,
    chunks: &mut Vec<Chunk>,
    packing: Option<JoinHandle<Packed>>,
) -> Result<(), ServerError> {
    let Some(packing) = packing else {
        return Ok(());
    };
    let unpackable = |why: String| ServerError::Stored { what: "snapshot".to_owned(), why };
    let (chunk, packed) =
        packing.await.map_err(|error| unpackable(error.to_string()))?.map_err(|error| unpackable(error.to_string()))?;
    let nr = i32::try_from(chunks.len()).map_err(|error| unpackable(error.to_string()))?;
    tx.run(
        "INSERT INTO snapshot_chunk (org_id, snapshot_id, nr, bytes) VALUES ($1, $2, $3, $4)",
        params![caller.org, id.0, nr, packed],
    )
    .await?;
    chunks.push(chunk);
    Ok(())
}

/// A chunk of the device's own snapshot. It is gone as soon as a customer was taken from the user: their rows
/// may be in any chunk.
pub async fn chunk(app: &App, caller: &Caller, id: SnapshotId, nr: i32) -> Result<Vec<u8>, ServerError> {
    let conn = app.db.conn().await?;
    let row = conn
        .row(
            "SELECT c.bytes FROM snapshot s JOIN snapshot_chunk c USING (org_id, snapshot_id)
             WHERE s.org_id = $1 AND s.snapshot_id = $2 AND s.device_id = $3 AND c.nr = $4 AND s.made_at > $5
               AND NOT EXISTS (SELECT 1 FROM scope_change g WHERE g.org_id = s.org_id AND g.user_id = $6
                 AND NOT g.added AND g.version > s.scope_version)",
            params![caller.org, id.0, caller.device.0, nr, app.now() - KEPT, caller.user],
        )
        .await?;
    row.map(|row| row.get(0)).ok_or_else(|| {
        Problem::new(ProblemCode::SnapshotGone, "This snapshot is gone.", "Dunlin begins a new one by itself.").into()
    })
}
