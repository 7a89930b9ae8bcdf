//! What stands of every command: its place in its device's order, its digest, its verdict.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use domain::ids::{AccountId, CustomerId, StableId};
use domain::reason::Reason;
use protocol::{Act, CommandId, CommandResult, Envelope, Outcome, PermitId, Problem, ProblemCode, PushRequest};

use super::decide::Scope;
use crate::auth::Caller;
use crate::db::{Run, Tx};
use crate::error::ServerError;
use crate::params;

/// The device's last command, the stored verdicts of those that come again, the epoch, and where the
/// organisation is. Locks the device: its batches come one after another.
pub async fn known(
    tx: &Tx<'_>,
    caller: &Caller,
    request: &PushRequest,
) -> Result<(u64, Vec<CommandResult>, u64, i64), ServerError> {
    let device = tx
        .row(
            "SELECT d.last_seq, o.epoch, o.seq, d.revoked_at IS NOT NULL, coalesce(d.revoked_why, '')
             FROM device d JOIN org o USING (org_id) WHERE d.org_id = $1 AND d.device_id = $2 FOR NO KEY UPDATE OF d",
            params![caller.org, caller.device.0],
        )
        .await?
        .ok_or(ServerError::NoToken)?;
    if device.get(3) {
        return Err(ServerError::Revoked(device.get(4)));
    }
    let last: i64 = device.get(0);
    let again: Vec<&Envelope> = request.commands.iter().filter(|one| signed(one.device_seq) <= last).collect();
    let mut known = Vec::with_capacity(again.len());
    if let (Some(first), Some(end)) = (again.first(), again.last()) {
        let rows = tx
            .rows(
                "SELECT device_seq, digest, result FROM command
                 WHERE org_id = $1 AND device_id = $2 AND device_seq BETWEEN $3 AND $4",
                params![caller.org, caller.device.0, signed(first.device_seq), signed(end.device_seq)],
            )
            .await?;
        let stored: BTreeMap<i64, (Vec<u8>, String)> =
            rows.iter().map(|row| (row.get(0), (row.get(1), row.get(2)))).collect();
        for command in again {
            match stored.get(&signed(command.device_seq)) {
                Some((digest, result)) if *digest == command.digest() => known.push(read(result)?),
                _ => return Err(forked(command)),
            }
        }
    }
    Ok((
        u64::try_from(last).unwrap_or_default(),
        known,
        u64::try_from(device.get::<_, i64>(1)).unwrap_or_default(),
        device.get(2),
    ))
}

fn forked(command: &Envelope) -> ServerError {
    let message = format!("Number {} of this device was another command before", command.device_seq);
    let remedy = "This database was copied or restored: export its work and enrol the device anew.";
    Problem::new(ProblemCode::Forked, message, remedy).into()
}

/// A stored verdict.
pub fn read(result: &str) -> Result<CommandResult, ServerError> {
    serde_json::from_str(result)
        .map_err(|error| ServerError::Stored { what: "result".to_owned(), why: error.to_string() })
}

fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// Which of the customers the user works, or worked.
pub async fn scope(
    tx: &Tx<'_>,
    caller: &Caller,
    customers: &BTreeSet<CustomerId>,
) -> Result<BTreeMap<CustomerId, Scope>, ServerError> {
    let ids: Vec<i64> = customers.iter().map(|customer| customer.0.0).collect();
    let rows = tx
        .rows(
            "SELECT customer, bool_or(now) FROM (
               SELECT customer, true AS now FROM assignment WHERE org_id = $1 AND user_id = $2 AND customer = ANY($3)
               UNION ALL
               SELECT customer, false FROM scope_change WHERE org_id = $1 AND user_id = $2 AND customer = ANY($3)
             ) known GROUP BY customer",
            params![caller.org, caller.user, ids],
        )
        .await?;
    Ok(rows
        .iter()
        .map(|row| (CustomerId(StableId(row.get(0))), if row.get(1) { Scope::Works } else { Scope::Worked }))
        .collect())
}

/// The device's quarantined commands.
pub async fn quarantined(tx: &Tx<'_>, caller: &Caller) -> Result<Vec<CommandId>, ServerError> {
    let rows = tx
        .rows(
            "SELECT id FROM command WHERE org_id = $1 AND device_id = $2 AND outcome = 'quarantined'",
            params![caller.org, caller.device.0],
        )
        .await?;
    Ok(rows.iter().map(|row| CommandId(row.get(0))).collect())
}

/// Uses up a permit; what is to be said about it.
pub async fn spend(
    tx: &Tx<'_>,
    caller: &Caller,
    permit: PermitId,
    customer: Option<i64>,
    moment: DateTime<Utc>,
) -> Result<Vec<Reason>, ServerError> {
    let row = tx
        .row(
            "UPDATE permit SET ended_at = $5 WHERE org_id = $1 AND permit_id = $2 AND device_id = $3 AND customer = $4
               AND ended_at IS NULL RETURNING good_until",
            params![caller.org, permit.0, caller.device.0, customer, moment],
        )
        .await?;
    let text = match row.map(|row| row.get::<_, DateTime<Utc>>(0)) {
        Some(until) if moment <= until => return Ok(Vec::new()),
        Some(_) => "The call was made after its permit had run out",
        None => "The call's permit is unknown or was spent before",
    };
    Ok(vec![Reason::new("SYN-8", "1", text).with("permit", permit)])
}

/// A verdict to be written.
pub struct Line {
    envelope: Envelope,
    account: Option<AccountId>,
    customer: Option<CustomerId>,
    outcome: Outcome,
}

impl Line {
    /// Of a command.
    pub fn new(envelope: &Envelope, act: Option<&Act>, customer: Option<CustomerId>, outcome: Outcome) -> Self {
        Self { envelope: envelope.clone(), account: act.map(Act::account), customer, outcome }
    }
}

/// Writes the verdicts.
pub async fn write(
    tx: &Tx<'_>,
    caller: &Caller,
    lines: Vec<Line>,
    seq: i64,
    now: DateTime<Utc>,
) -> Result<Vec<CommandResult>, ServerError> {
    let (mut numbers, mut ids, mut digests, mut customers) = (vec![], vec![], vec![], vec![]);
    let (mut accounts, mut outcomes, mut texts, mut envelopes) = (vec![], vec![], vec![], vec![]);
    let mut results = Vec::with_capacity(lines.len());
    let unwritable =
        |error: serde_json::Error| ServerError::Stored { what: "result".to_owned(), why: error.to_string() };
    for line in lines {
        numbers.push(signed(line.envelope.device_seq));
        ids.push(line.envelope.id.0);
        digests.push(line.envelope.digest().to_vec());
        customers.push(line.customer.map(|customer| customer.0.0));
        accounts.push(line.account.map(|account| account.0.0));
        outcomes.push(match line.outcome {
            Outcome::Accepted { .. } => "accepted",
            Outcome::Refused { .. } => "refused",
            Outcome::Quarantined { .. } => "quarantined",
        });
        let result = CommandResult {
            device_seq: line.envelope.device_seq,
            id: line.envelope.id,
            seq: u64::try_from(seq).unwrap_or_default(),
            decided_at: now,
            outcome: line.outcome,
        };
        texts.push(serde_json::to_string(&result).map_err(unwritable)?);
        envelopes.push(serde_json::to_string(&line.envelope).map_err(unwritable)?);
        results.push(result);
    }
    tx.run(
        "INSERT INTO command (org_id, device_id, seq, decided_at, device_seq, id, digest, customer, account, outcome,
           result, envelope)
         SELECT $1, $2, $3, $4, * FROM unnest($5::bigint[], $6::uuid[], $7::bytea[], $8::bigint[], $9::bigint[],
           $10::text[], $11::text[], $12::text[])",
        params![
            caller.org,
            caller.device.0,
            seq,
            now,
            numbers,
            ids,
            digests,
            customers,
            accounts,
            outcomes,
            texts,
            envelopes
        ],
    )
    .await
    .map_err(taken)?;
    Ok(results)
}

/// A command's id that another command has already.
fn taken(error: ServerError) -> ServerError {
    match &error {
        ServerError::Database(inner) if inner.code() == Some(&tokio_postgres::error::SqlState::UNIQUE_VIOLATION) => {
            let message = "One of these commands' ids was used before";
            let remedy = "This database was copied or restored: export its work and enrol the device anew.";
            Problem::new(ProblemCode::Forked, message, remedy).into()
        }
        _ => error,
    }
}

/// Moves the device on to its last command, and keeps its freshness, for the supervisor.
pub async fn seen(
    tx: &Tx<'_>,
    caller: &Caller,
    request: &PushRequest,
    last_seq: u64,
    now: DateTime<Utc>,
) -> Result<(), ServerError> {
    let last = request.commands.last();
    tx.run(
        "UPDATE device SET last_seq = $6, seen_at = $3, app_version = coalesce($4, app_version),
           clock_ahead_ms = coalesce($5, clock_ahead_ms) WHERE org_id = $1 AND device_id = $2",
        params![
            caller.org,
            caller.device.0,
            now,
            last.map(|command| command.app_version.replace('\0', "")),
            last.and_then(|command| command.clock.offset_ms),
            signed(last_seq)
        ],
    )
    .await?;
    Ok(())
}
