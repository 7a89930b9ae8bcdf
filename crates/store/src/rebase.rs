//! Rebase: the server's rows under the pending commands, in one transaction. Undo what is pending,
//! take in the page, drop what was decided, replay the rest, move the cursor. A crash leaves the
//! state before or after, never between.
//!
//! A decision looks at one customer's rows and at the policies. So what is pending on customers whom
//! the page does not touch stands as it is: a thousand commands that wait cost a page about others
//! nothing. And what a command only added, and the server decided alike, becomes the server's where
//! it stands.

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
use crate::table::history::{self, Gone};
use crate::table::shadow::Whose;
use crate::table::sync_state::{self, Place};
use crate::table::{attachment, call_permit, contact, meta, policy, shadow};

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
    /// Commands replayed: those that are pending on customers whom the page touches.
    pub replayed: usize,
    /// Of those, commands that the domain refuses on the rows as they are now: without effect here, and
    /// for the server to decide.
    pub stuck: usize,
    /// Customers purged, whole or in part.
    pub purged: usize,
}

/// Decides a logged command again, on the rows as they are now; in words why not, when it can't be.
pub type Replay<'a> = &'a mut dyn FnMut(&Logged, &Ground<'_>) -> Result<Plan, String>;

impl Store {
    /// Takes in a page under the pending commands.
    pub fn rebase(&self, page: &Incoming, replay: Replay<'_>) -> Result<Rebased, StoreError> {
        let purging = !page.remove.is_empty() || self.read(|conn| mirror::leaves(conn, &page.replace))?;
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
            let whose = touched(tx, page)?;
            let rows = settle(tx, &page.rows, &mut done)?;
            let gone = shadow::undo(tx, whose)?;
            history::relink(tx, gone.and(take(tx, page, &rows, &mut done)?))?;
            if purging {
                mirror::settle_search(tx)?;
            }
            if page.more {
                meta::put(tx, "unplanned", 1)?;
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
            replay_pending(tx, whose, replay, &mut done)?;
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

/// Whose pending commands the page may change anything about. A policy may change every decision.
fn touched(conn: &Connection, page: &Incoming) -> Result<Whose, StoreError> {
    if page.rows.iter().any(|row| matches!(row, Row::Policy(_))) {
        return Ok(Whose::Everyones);
    }
    conn.prepare_cached("DELETE FROM temp.touched")?.execute([])?;
    let mut them = conn.prepare_cached("INSERT OR IGNORE INTO temp.touched (customer) VALUES (?1)")?;
    let mut owner = conn
        .prepare_cached("INSERT OR IGNORE INTO temp.touched (customer) SELECT customer FROM account WHERE id = ?1")?;
    for row in &page.rows {
        if let Some(customer) = row.customer() {
            them.execute([customer.0.0])?;
        }
        if let Some(account) = row.account() {
            // As it is now, in case the account moves to another customer.
            owner.execute([account.0.0])?;
        }
    }
    for customer in page.remove.iter().chain(page.replace.iter().map(|(customer, _)| customer)) {
        them.execute([customer.0.0])?;
    }
    let mut commanded = conn.prepare_cached(
        "INSERT OR IGNORE INTO temp.touched (customer)
         SELECT a.customer FROM command_log c JOIN account a ON a.id = c.account WHERE c.device_seq = ?1",
    )?;
    for verdict in &page.verdicts {
        commanded.execute([verdict.device_seq])?;
    }
    Ok(Whose::Touched)
}

/// Makes those rows the server's that stand here, word for word, by a pending command. The rest.
fn settle<'r>(conn: &Connection, rows: &'r [Row], done: &mut Rebased) -> Result<Vec<&'r Row>, StoreError> {
    let mut rest = Vec::new();
    for row in rows {
        let settled = match row {
            Row::Contact(row) => contact::settle(conn, row)?,
            Row::History(row) => history::settle(conn, row)?,
            _ => false,
        };
        if settled {
            done.accounts.extend(row.account());
        } else {
            rest.push(row);
        }
    }
    Ok(rest)
}

fn take(conn: &Connection, page: &Incoming, rows: &[&Row], done: &mut Rebased) -> Result<Gone, StoreError> {
    let mut gone = Gone::default();
    for row in rows {
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
        gone = gone.and(mirror::purge(conn, *customer)?);
        done.purged += 1;
    }
    done.purged += usize::from(mirror::leaves(conn, &page.replace)?);
    gone = gone.and(mirror::replace(conn, &page.replace)?);
    for (customer, _) in &page.replace {
        done.accounts.extend(mirror::accounts(conn, *customer)?);
    }
    Ok(gone)
}

pub(crate) fn verdicts(conn: &Connection, verdicts: &[Verdict], done: &mut Rebased) -> Result<(), StoreError> {
    for verdict in verdicts {
        let Some(command) = command_log::decide(conn, verdict.device_seq, verdict.id, verdict.seq)? else {
            continue;
        };
        // What it did here may be gone, though no row came for it.
        done.accounts.push(command.account);
        if !verdict.accepted {
            command_log::refuse(conn, &command, &verdict.body)?;
            done.refused += 1;
        }
    }
    Ok(())
}

/// Replays what is pending, in order. One that does not fit any more stays pending, without effect.
pub(crate) fn replay_pending(
    conn: &Connection,
    whose: Whose,
    replay: Replay<'_>,
    done: &mut Rebased,
) -> Result<(), StoreError> {
    let pending = match whose {
        Whose::Everyones => command_log::pending(conn)?,
        Whose::Touched => command_log::pending_of_touched(conn)?,
    };
    let state = sync_state::get(conn)?;
    let policies = policy::list(conn)?;
    for command in pending {
        done.accounts.push(command.account);
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
