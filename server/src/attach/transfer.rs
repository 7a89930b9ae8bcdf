//! Parts in, parts out.

use chrono::TimeDelta;
use domain::history::Entry;
use domain::ids::{AccountId, CustomerId, HistoryId};
use protocol::{ATTACHMENT_PART, AttachmentRequest, AttachmentState, Problem, ProblemCode};
use serde_json::json;
use sha2::{Digest as _, Sha256};
use tokio_postgres::IsolationLevel;
use uuid::Uuid;

use super::seal::unhex;
use crate::app::App;
use crate::auth::Caller;
use crate::db::{Run, Tx};
use crate::error::ServerError;
use crate::{history, params, records};

/// An upload that rests longer begins anew.
const FORGOTTEN: TimeDelta = TimeDelta::days(7);

/// Uploads of one device that are under way; more begin when these end.
const UNDER_WAY: i64 = 50;

fn missing() -> ServerError {
    ServerError::Missing("account among yours")
}

async fn owner(tx: &Tx<'_>, caller: &Caller, account: AccountId) -> Result<CustomerId, ServerError> {
    let owners = records::owners(tx, caller.org, &[account].into()).await?;
    owners.get(&account).copied().ok_or_else(missing)
}

/// The customer, if the caller may send that attachment: of those they work now any; of those they
/// worked before only what the account's history names as made by them. It was on its way when the
/// customer was given to a colleague, and nobody else has it.
async fn may_send(tx: &Tx<'_>, caller: &Caller, account: AccountId, sha256: &str) -> Result<CustomerId, ServerError> {
    let customer = match works(tx, caller, account).await {
        Err(ServerError::Missing(_)) => owner(tx, caller, account).await?,
        done => return done,
    };
    let row = tx
        .row(
            "SELECT 1 FROM scope_change s WHERE s.org_id = $1 AND s.user_id = $2 AND s.customer = $3 AND EXISTS (
               SELECT 1 FROM history h WHERE h.org_id = $1 AND h.account = $4 AND h.kind = 'letter.made'
                 AND h.actor = $5 AND position($6 IN h.detail) > 0)",
            params![caller.org, caller.user, customer.0.0, account.0.0, caller.name, format!("\"{sha256}\"")],
        )
        .await?;
    row.map(|_| customer).ok_or_else(missing)
}

/// The customer, if the caller works them now.
async fn works(tx: &Tx<'_>, caller: &Caller, account: AccountId) -> Result<CustomerId, ServerError> {
    let customer = owner(tx, caller, account).await?;
    let row = tx
        .row(
            "SELECT 1 FROM assignment WHERE org_id = $1 AND user_id = $2 AND customer = $3",
            params![caller.org, caller.user, customer.0.0],
        )
        .await?;
    row.map(|_| customer).ok_or_else(missing)
}

fn digest_of(text: &str) -> Result<Vec<u8>, ServerError> {
    unhex(text).map(|digest| digest.to_vec()).ok_or_else(|| {
        ServerError::Invalid("an attachment is named by 64 hexadecimal digits of its SHA-256".to_owned())
    })
}

/// Where a part belongs: bound to its seal.
pub(super) fn place(org: Uuid, customer: CustomerId, digest: &[u8], start: i64) -> String {
    let digest = digest.iter().fold(String::with_capacity(64), |mut text, byte| {
        use std::fmt::Write as _;
        let _ = write!(text, "{byte:02x}");
        text
    });
    format!("{org}/{customer}/{digest}/{start}")
}

fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

fn unsigned(number: i64) -> u64 {
    u64::try_from(number).unwrap_or_default()
}

/// Begins an upload, or says how far it came.
pub async fn begin(app: &App, caller: &Caller, request: &AttachmentRequest) -> Result<AttachmentState, ServerError> {
    caller.actor()?;
    let digest = digest_of(&request.sha256)?;
    let most = app.config.attachments.most_bytes;
    if request.bytes == 0 || request.bytes > most {
        let message = format!("An attachment has 1 to {most} bytes, this one {}.", request.bytes);
        return Err(Problem::new(ProblemCode::TooLarge, message, "Scan it smaller, or in parts.").into());
    }
    if !app.config.attachments.media_types.contains(&request.media_type) {
        return Err(ServerError::Invalid(format!("{} is not kept here", request.media_type)));
    }
    let now = app.now();
    let mut conn = app.db.conn().await?;
    let tx = conn.begin(IsolationLevel::ReadCommitted).await?;
    let customer = may_send(&tx, caller, request.account, &request.sha256).await?;
    tx.run(
        "DELETE FROM attachment WHERE org_id = $1 AND NOT complete AND begun_at < $2",
        params![caller.org, now - FORGOTTEN],
    )
    .await?;
    let row = tx
        .row(
            "SELECT count(*) FROM attachment WHERE org_id = $1 AND device_id = $2 AND NOT complete AND sha256 <> $3",
            params![caller.org, caller.device.0, digest],
        )
        .await?;
    if row.is_some_and(|row| row.get::<_, i64>(0) >= UNDER_WAY) {
        return Err(ServerError::Busy(60));
    }
    tx.run(
        "INSERT INTO attachment (org_id, customer, sha256, media_type, bytes, device_id, begun_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING",
        params![caller.org, customer.0.0, digest, request.media_type, signed(request.bytes), caller.device.0, now],
    )
    .await?;
    let state = state(&tx, caller.org, customer, &digest).await?;
    if state.bytes != request.bytes {
        return Err(ServerError::Conflict(format!("this attachment was announced with {} bytes", state.bytes)));
    }
    tx.commit().await?;
    Ok(state)
}

async fn state(tx: &Tx<'_>, org: Uuid, customer: CustomerId, digest: &[u8]) -> Result<AttachmentState, ServerError> {
    let row = tx
        .row(
            "SELECT here, bytes, complete FROM attachment WHERE org_id = $1 AND customer = $2 AND sha256 = $3 FOR UPDATE",
            params![org, customer.0.0, digest],
        )
        .await?
        .ok_or(ServerError::Missing("attachment"))?;
    Ok(AttachmentState { here: unsigned(row.get(0)), bytes: unsigned(row.get(1)), complete: row.get(2) })
}

/// Takes the next part. A part that is here already is answered, not taken again; the last one is
/// taken only if the whole is what its name says, and otherwise all of it goes.
pub async fn put(
    app: &App,
    caller: &Caller,
    account: AccountId,
    sha256: &str,
    offset: u64,
    part: &[u8],
) -> Result<AttachmentState, ServerError> {
    caller.actor()?;
    let digest = digest_of(sha256)?;
    let Ok(_turn) = app.uploads.try_acquire() else {
        return Err(ServerError::Busy(2));
    };
    let mut conn = app.db.conn().await?;
    let tx = conn.begin(IsolationLevel::ReadCommitted).await?;
    let customer = may_send(&tx, caller, account, sha256).await?;
    let before = state(&tx, caller.org, customer, &digest).await?;
    let end = offset.saturating_add(part.len() as u64);
    if before.complete || end <= before.here {
        return Ok(before);
    }
    if offset != before.here || end > before.bytes || part.is_empty() || part.len() > ATTACHMENT_PART {
        let message = format!("Byte {} is next, of {}", before.here, before.bytes);
        let mut problem = Problem::new(ProblemCode::Gap, message, "Dunlin goes on there by itself.");
        problem.expected = Some(before.here);
        return Err(problem.into());
    }
    let start = signed(offset);
    let (key, sealed) = app.seal.seal(part, &place(caller.org, customer, &digest, start))?;
    tx.run(
        "INSERT INTO attachment_part (org_id, customer, sha256, start, key_id, sealed) VALUES ($1, $2, $3, $4, $5, $6)",
        params![caller.org, customer.0.0, digest, start, key, sealed],
    )
    .await?;
    let complete = end == before.bytes;
    if complete
        && whole(app, &tx, caller.org, customer, &digest, 0).await.map(|all| Sha256::digest(all).to_vec())? != digest
    {
        // Nothing of it can be trusted: not which part is wrong, either.
        tx.run(
            "DELETE FROM attachment WHERE org_id = $1 AND customer = $2 AND sha256 = $3",
            params![caller.org, customer.0.0, digest],
        )
        .await?;
        tx.commit().await?;
        return Err(ServerError::Conflict(
            "the bytes are not those that the name says; send all of them again".to_owned(),
        ));
    }
    tx.run(
        "UPDATE attachment SET here = $4, complete = $5 WHERE org_id = $1 AND customer = $2 AND sha256 = $3",
        params![caller.org, customer.0.0, digest, signed(end), complete],
    )
    .await?;
    if complete {
        let entry = Entry {
            id: HistoryId(Uuid::now_v7()),
            at: app.now(),
            actor: caller.name.clone(),
            account: Some(account),
            kind: "attachment.kept".to_owned(),
            summary: format!("An attachment of {end} bytes was kept"),
            detail: json!({ "sha256": sha256 }),
        };
        history::append(&tx, caller.org, &[entry]).await?;
    }
    tx.commit().await?;
    Ok(AttachmentState { here: end, bytes: before.bytes, complete })
}

/// The bytes from a part's start on.
async fn whole(
    app: &App,
    tx: &Tx<'_>,
    org: Uuid,
    customer: CustomerId,
    digest: &[u8],
    from: i64,
) -> Result<Vec<u8>, ServerError> {
    let rows = tx
        .rows(
            "SELECT start, key_id, sealed FROM attachment_part
             WHERE org_id = $1 AND customer = $2 AND sha256 = $3 AND start >= $4 ORDER BY start",
            params![org, customer.0.0, digest, from],
        )
        .await?;
    let mut all = Vec::new();
    for row in &rows {
        let start: i64 = row.get(0);
        all.extend(app.seal.open(row.get(1), row.get(2), &place(org, customer, digest, start))?);
    }
    Ok(all)
}

/// The attachment from a byte on, with its type; for who works the account.
pub async fn fetch(
    app: &App,
    caller: &Caller,
    account: AccountId,
    sha256: &str,
    offset: u64,
) -> Result<(String, Vec<u8>), ServerError> {
    let digest = digest_of(sha256)?;
    let mut conn = app.db.conn().await?;
    let tx = conn.begin(IsolationLevel::ReadCommitted).await?;
    let customer = works(&tx, caller, account).await?;
    let row = tx
        .row(
            "SELECT a.media_type, coalesce((SELECT max(p.start) FROM attachment_part p WHERE p.org_id = a.org_id
               AND p.customer = a.customer AND p.sha256 = a.sha256 AND p.start <= $4), 0)
             FROM attachment a WHERE a.org_id = $1 AND a.customer = $2 AND a.sha256 = $3 AND a.complete",
            params![caller.org, customer.0.0, digest, signed(offset)],
        )
        .await?
        .ok_or(ServerError::Missing("attachment"))?;
    let from: i64 = row.get(1);
    let mut bytes = whole(app, &tx, caller.org, customer, &digest, from).await?;
    let skip = usize::try_from(signed(offset) - from).unwrap_or(usize::MAX).min(bytes.len());
    bytes.drain(..skip);
    Ok((row.get(0), bytes))
}
