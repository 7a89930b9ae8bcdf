//! Commands up. One PostgreSQL transaction a batch, a savepoint a command, the feed's counter last:
//! `docs/decisions/0031-a-batch-a-transaction-the-counter-last.md` says why in this order.

mod batch;
pub mod decide;
pub(crate) mod ledger;

use std::time::Duration;

use protocol::{Act, Envelope, PUSH_BYTES, PUSH_COMMANDS, Problem, ProblemCode, PushRequest, PushResponse, Unreadable};
use tokio_postgres::IsolationLevel;

use self::batch::Batch;
use crate::app::App;
use crate::auth::Caller;
use crate::db::{Conn, Run};
use crate::error::ServerError;

/// How often a batch that lost a race or its connection is tried again before the device is asked to.
const TRIES: u32 = 5;

/// Longest name of a time zone or a program's version.
const WORD: usize = 100;

/// Decides a batch: once, whatever happens to the connection, the database or this process.
pub async fn push(app: &App, caller: &Caller, request: &PushRequest) -> Result<PushResponse, ServerError> {
    caller.actor()?;
    check_form(app, caller, request)?;
    let upcast = app.versions.taken(&request.commands).map(|commands| PushRequest { commands, ..request.clone() });
    let request = upcast.as_ref().unwrap_or(request);
    let Ok(_turn) = app.pushes.try_acquire() else {
        return Err(ServerError::Busy(1 + u32::from(caller.device.0.as_bytes()[15]) % 4));
    };
    let mut tries = 0;
    let mut careful = false;
    loop {
        tries += 1;
        match once(app, caller, request, careful).await {
            // The database refused what was written together: it is found out whose rows.
            Err(error @ (ServerError::Database(_) | ServerError::Conflict(_))) if !careful && !error.is_passing() => {
                tracing::warn!(%error, "a batch is written command by command");
                careful = true;
            }
            Err(error) if error.is_passing() && tries < TRIES => {
                tracing::info!(%error, tries, "a batch is tried again");
                // Not at the same moment as whoever it lost the race to.
                let spread = u64::from(caller.device.0.as_bytes()[14]) % 32;
                tokio::time::sleep(Duration::from_millis(u64::from(tries) * (20 + spread))).await;
            }
            done => return done,
        }
    }
}

fn check_form(app: &App, caller: &Caller, request: &PushRequest) -> Result<(), ServerError> {
    let size: usize = request.commands.iter().map(Envelope::size).sum();
    if request.commands.len() > PUSH_COMMANDS || (size > PUSH_BYTES && request.commands.len() > 1) {
        let message = format!("{} commands of {size} bytes are too many at once", request.commands.len());
        return Err(Problem::new(ProblemCode::TooLarge, message, "Push fewer at a time.").into());
    }
    for command in &request.commands {
        if command.device != caller.device {
            let message = format!("Command {} is another device's", command.id);
            return Err(Problem::new(ProblemCode::Forbidden, message, "Enrol this device.").into());
        }
        // Both are stored beside every command, and no batch's size counts them. No program of ours is refused here.
        if command.tz.len().max(command.app_version.len()) > WORD {
            let message = format!("Command {} names no time zone or program", command.id);
            return Err(Problem::new(ProblemCode::Malformed, message, "Update Dunlin.").into());
        }
        if let Err(error) = app.versions.takes(command) {
            let remedy = "Update Dunlin on this device, or export its work.";
            return Err(Problem::new(ProblemCode::Upgrade, format!("{error}."), remedy).into());
        }
    }
    let dense = request.commands.windows(2).all(|pair| pair[1].device_seq == pair[0].device_seq + 1);
    if dense {
        Ok(())
    } else {
        Err(Problem::new(ProblemCode::Malformed, "The commands are not in order.", "Update Dunlin.").into())
    }
}

async fn once(app: &App, caller: &Caller, request: &PushRequest, careful: bool) -> Result<PushResponse, ServerError> {
    let now = app.now();
    let read: Vec<Read<'_>> = request.commands.iter().map(|command| (command, command.act())).collect();
    let mut conn: Conn = app.db.conn().await?;
    let tx = conn.begin(IsolationLevel::ReadCommitted).await?;
    tx.script("SET LOCAL lock_timeout = '10s'; SET LOCAL statement_timeout = '60s'").await?;
    let (last, known, epoch, head) = ledger::known(&tx, caller, request).await?;
    if epoch != request.epoch {
        let message = format!("The server is in epoch {epoch}, the device in {}", request.epoch);
        return Err(Problem::new(ProblemCode::Epoch, message, "Dunlin fetches a fresh copy by itself.").into());
    }
    let new: Vec<Read<'_>> = read.into_iter().filter(|(command, _)| command.device_seq > last).collect();
    // Only a restored server can have promised more than it has.
    let taken_by_restore = |seq: u64| epoch > 1 && request.lost_upto == Some(seq - 1);
    let skipped =
        new.first().map(|(first, _)| first.device_seq).filter(|seq| *seq != last + 1 && taken_by_restore(*seq));
    if let Some((first, _)) = new.first().filter(|(first, _)| first.device_seq != last + 1 && skipped.is_none()) {
        let message = format!("Command {} arrived, {} is next", first.device_seq, last + 1);
        let mut problem = Problem::new(ProblemCode::Gap, message, "Dunlin sends the missing ones by itself.");
        problem.expected = Some(last + 1);
        return Err(problem.into());
    }
    let mut results = known;
    let mut seq = head;
    let last_device_seq = new.last().map_or(last, |(command, _)| command.device_seq);
    if !new.is_empty() {
        let mut batch = Batch::open(&tx, caller, &new, now, careful).await?;
        if let Some(first) = skipped {
            batch.lost(last + 1, first - 1);
        }
        for (envelope, act) in new {
            batch.take(envelope, act).await?;
            batch.before = Some(envelope.clock);
        }
        let (decided, at) = batch.close().await?;
        results.extend(decided);
        seq = at;
    }
    ledger::seen(&tx, caller, request, last_device_seq, now).await?;
    tx.commit().await?;
    Ok(PushResponse { epoch, results, last_device_seq, seq: u64::try_from(seq).unwrap_or_default(), server_time: now })
}

/// A command and what it says, read once.
type Read<'r> = (&'r Envelope, Result<Act, Unreadable>);
