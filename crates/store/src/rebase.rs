//! Rebase: the server's rows under the pending commands, in one transaction. Undo what is pending,
//! take in the page, drop what was decided, replay the rest, move the cursor. A crash leaves the
//! state before or after, never between.

use chrono::{DateTime, Utc};
use domain::ids::{AccountId, CustomerId};
use domain::plan::Plan;
use domain::row::Row;
use rusqlite::Connection;
use uuid::Uuid;

use crate::commit;
use crate::error::StoreError;
use crate::mirror;
use crate::store::Store;
use crate::sync::{self, Ground};
use crate::table::command_log::{self, Logged};
use crate::table::sync_state::{self, Place};
use crate::table::{attachment, call_permit, meta, policy, shadow};

/// A verdict on one of this device's commands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// Its place in the order.
    pub device_seq: u64,
    /// The command.
    pub id: Uuid,
    /// The organisation's counter at which it was decided.
    pub seq: u64,
    /// Done; otherwise it goes to the inbox.
    pub accepted: bool,
    /// The whole of it, as it came.
    pub body: String,
}

/// A page from the server, read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Incoming {
    /// The place it follows.
    pub after: Place,
    /// The place it leads to.
    pub to: Place,
    /// More pages follow at once: the plan waits for the last, and is nobody's until then.
    pub more: bool,
    /// The rows of its transactions, in order.
    pub rows: Vec<Row>,
    /// Customers that left this device's scope.
    pub remove: Vec<CustomerId>,
    /// Customers to take whole: they came into scope, or are repaired.
    pub replace: Vec<(CustomerId, Vec<Row>)>,
    /// Verdicts on this device's commands.
    pub verdicts: Vec<Verdict>,
    /// This device's last command whose effects are in the rows after this page.
    pub decided: u64,
    /// Commands decided up to here are safe with the server.
    pub durable: u64,
    /// Unspent permits that the server counts as this device's.
    pub permits: Vec<(Uuid, CustomerId, DateTime<Utc>)>,
    /// Who works the customers, where that changed.
    pub assigned: Option<Vec<(CustomerId, Vec<String>)>>,
}

/// What a page did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rebased {
    /// The page follows another place: nothing was done. It came twice, or late.
    pub stale: bool,
    /// Accounts whose rows may have changed: their lines in My day are computed afresh.
    pub accounts: Vec<AccountId>,
    /// Commands that went to the inbox.
    pub refused: usize,
    /// Commands replayed.
    pub replayed: usize,
    /// Pending commands that the domain refuses on the rows as they are now: without effect here, and
    /// for the server to decide.
    pub stuck: usize,
    /// Customers purged.
    pub purged: usize,
}

/// Decides a logged command again, on the rows as they are now; in words why not, when it can't be.
pub type Replay<'a> = &'a mut dyn FnMut(&Logged, &Ground<'_>) -> Result<Plan, String>;

impl Store {
    /// Takes in a page under the pending commands.
    pub fn rebase(&self, page: &Incoming, replay: Replay<'_>) -> Result<Rebased, StoreError> {
        let purging = !page.remove.is_empty();
        if purging {
            // Freed pages are overwritten too, not only freed cells.
            self.write(|conn| Ok(conn.pragma_update(None, "secure_delete", "ON")?))?;
        }
        let done = self.transact(|tx| {
            let mut state = sync_state::get(tx)?;
            if state.device.is_none() || state.place != page.after {
                return Ok(Rebased { stale: true, ..Rebased::default() });
            }
            let mut done = Rebased::default();
            sync_state::guard(tx, true)?;
            for command in command_log::pending(tx)? {
                done.accounts.push(command.account);
            }
            shadow::undo(tx)?;
            take(tx, page, &mut done)?;
            if purging {
                mirror::settle_search(tx)?;
            }
            if page.more {
                meta::forget(tx, "planned_for")?;
            }
            state.place = page.to;
            state.decided = page.decided;
            sync_state::put(tx, &state)?;
            verdicts(tx, &page.verdicts, &mut done)?;
            command_log::prune(tx, page.durable)?;
            call_permit::prune(tx, page.decided)?;
            page.permits.iter().try_for_each(|permit| call_permit::add(tx, permit))?;
            if let Some(assigned) = &page.assigned {
                sync_state::set_assigned(tx, assigned)?;
            }
            replay_pending(tx, replay, &mut done)?;
            sync_state::guard(tx, false)?;
            done.accounts.sort_unstable();
            done.accounts.dedup();
            Ok(done)
        });
        if purging {
            self.write(|conn| {
                // The log holds what the pages held before.
                conn.execute_batch("PRAGMA wal_checkpoint(TRUNCATE)")?;
                Ok(conn.pragma_update(None, "secure_delete", "FAST")?)
            })?;
        }
        self.boards.forget();
        done
    }

    /// Takes the words out of what the log keeps of accounts that left this device. `blank` gives a
    /// command that means nothing in the place of one that was decided: the numbers stay without gaps.
    /// How many there were.
    pub fn forget_strangers(&self, blank: &dyn Fn(&str) -> Option<String>) -> Result<usize, StoreError> {
        let found = self.read(command_log::strangers)?;
        let blanked: Vec<(u64, String)> = found
            .into_iter()
            .filter_map(|(seq, body)| blank(&body).filter(|blank| *blank != body).map(|blank| (seq, blank)))
            .collect();
        self.write(|conn| Ok(conn.pragma_update(None, "secure_delete", "ON")?))?;
        let settled = self.transact(|tx| {
            blanked.iter().try_for_each(|(seq, body)| command_log::set_body(tx, *seq, body))?;
            command_log::forget_settled_strangers(tx)
        })?;
        self.write(|conn| {
            if !blanked.is_empty() || settled > 0 {
                conn.execute_batch("PRAGMA wal_checkpoint(TRUNCATE)")?;
            }
            Ok(conn.pragma_update(None, "secure_delete", "FAST")?)
        })?;
        Ok(blanked.len() + settled)
    }
}

fn take(conn: &Connection, page: &Incoming, done: &mut Rebased) -> Result<(), StoreError> {
    for row in &page.rows {
        mirror::put(conn, row)?;
        match (row.account(), row.customer()) {
            (Some(account), _) => done.accounts.push(account),
            (None, Some(customer)) => done.accounts.extend(mirror::accounts(conn, customer)?),
            (None, None) => {}
        }
    }
    for customer in &page.remove {
        for account in mirror::accounts(conn, *customer)? {
            attachment::forget(conn, account)?;
        }
        mirror::purge(conn, *customer)?;
        done.purged += 1;
    }
    for (customer, rows) in &page.replace {
        mirror::replace(conn, *customer, rows)?;
        done.accounts.extend(mirror::accounts(conn, *customer)?);
    }
    Ok(())
}

pub(crate) fn verdicts(conn: &Connection, verdicts: &[Verdict], done: &mut Rebased) -> Result<(), StoreError> {
    for verdict in verdicts {
        let Some(command) = command_log::decide(conn, verdict.device_seq, verdict.id, verdict.seq)? else {
            continue;
        };
        if !verdict.accepted {
            command_log::refuse(conn, &command, &verdict.body)?;
            done.refused += 1;
        }
    }
    Ok(())
}

/// Replays what is pending, in order. One that does not fit any more stays pending, without effect.
pub(crate) fn replay_pending(conn: &Connection, replay: Replay<'_>, done: &mut Rebased) -> Result<(), StoreError> {
    let state = sync_state::get(conn)?;
    let policies = policy::list(conn)?;
    for command in command_log::pending(conn)? {
        if !mirror::is_here(conn, command.account)? {
            command_log::set_stuck(conn, command.device_seq, Some("The account is not on this device any more"))?;
            done.stuck += 1;
            continue;
        }
        let ground = Ground {
            facts: sync::facts(conn, command.account, command.at)?,
            policies: &policies,
            device_seq: command.device_seq,
            device: state.device,
            place: state.place,
        };
        let why = match replay(&command, &ground) {
            Ok(plan) => fitting(conn, state.device.is_some(), &plan)?,
            Err(why) => Some(why),
        };
        command_log::set_stuck(conn, command.device_seq, why.as_deref())?;
        match why {
            None => done.replayed += 1,
            Some(_) => done.stuck += 1,
        }
    }
    Ok(())
}

/// Applies a plan, or none of it when it does not fit the rows: then why.
fn fitting(conn: &Connection, captured: bool, plan: &Plan) -> Result<Option<String>, StoreError> {
    conn.execute_batch("SAVEPOINT replay")?;
    if captured {
        shadow::capture(conn, true)?;
    }
    let applied = commit::apply(conn, plan);
    if captured {
        shadow::capture(conn, false)?;
    }
    match applied {
        Ok(()) => {
            conn.execute_batch("RELEASE replay")?;
            Ok(None)
        }
        Err(misfit @ (StoreError::NoSuchRow { .. } | StoreError::Conflict { .. } | StoreError::Orphan { .. })) => {
            conn.execute_batch("ROLLBACK TO replay; RELEASE replay")?;
            Ok(Some(misfit.to_string()))
        }
        Err(other) => Err(other),
    }
}
