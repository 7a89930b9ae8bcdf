//! What a device needs to work with a server: the command log, the cursor, the inbox, the permits.
//!
//! **The log is kept from the first day**, with a server or without: a command that [`Store::act`]
//! commits is logged in the same transaction. So a database that worked alone can be connected later:
//! the server takes in the same extract (the same references give the same ids), the device takes a
//! first snapshot into a new file, the log is carried over, and the server decides it in order. What
//! was committed without a command ([`Store::commit`]) is not in the log; the old file, which the
//! swap keeps, is where it stays.
//!
//! Once connected, nothing changes the server's rows but [`Store::act`] and [`Store::rebase`]:
//! everything else is refused with `Connected`.

use chrono::{DateTime, Utc};
use domain::facts::Facts;
use domain::ids::{AccountId, CustomerId, RunId};
use domain::plan::Plan;
use domain::row::Row;
use rusqlite::Connection;
use uuid::Uuid;

use crate::Published;
use crate::commit;
use crate::error::StoreError;
use crate::facts::{Which, pick, visit};
use crate::mirror;
use crate::store::Store;
use crate::table::attachment::{self, Attachment};
use crate::table::command_log::{self, Logged, Refused, Settled};
use crate::table::sync_state::{self, Place};
use crate::table::{call_permit, document, letter_run, policy, shadow};
use crate::{Document, Member, RunState};

/// Where this device stands.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SyncState {
    /// Its identity, once a server knows it.
    pub device: Option<Uuid>,
    /// Up to where it knows the server's state.
    pub place: Place,
    /// Its last command.
    pub given: u64,
    /// Its last command whose effects, or refusal, the server's rows hold.
    pub decided: u64,
    /// Commands that the server has not decided.
    pub pending: usize,
    /// Refused commands that no person settled.
    pub refused: usize,
}

/// What a command is decided on, read in the transaction that commits it.
#[derive(Debug)]
pub struct Ground<'a> {
    /// The account's facts.
    pub facts: Facts,
    /// All published policies, newest first.
    pub policies: &'a [Published],
    /// The number the command gets.
    pub device_seq: u64,
    /// This device, once a server knows it.
    pub device: Option<Uuid>,
    /// Up to where it knows the server's state.
    pub place: Place,
}

/// A command to log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewCommand {
    /// Identity.
    pub id: Uuid,
    /// When.
    pub at: DateTime<Utc>,
    /// The command as it will be pushed.
    pub body: String,
    /// The call permit it spends.
    pub permit: Option<Uuid>,
}

/// A run's new state, the members that changed, and the files that were made of them.
#[derive(Clone, Copy, Debug)]
pub struct RunStep<'a> {
    /// Which run.
    pub run: RunId,
    /// Its state from now on.
    pub state: RunState,
    /// Members as they are now.
    pub members: &'a [Member],
    /// Files with their bytes.
    pub files: &'a [(Document, &'a [u8])],
    /// Its letters one by one, which wait for the team's server from now on.
    pub letters: &'a [(Attachment, Vec<u8>)],
}

impl RunStep<'_> {
    pub(crate) fn take(&self, conn: &Connection) -> Result<(), StoreError> {
        letter_run::update(conn, self.run, self.state, self.members)?;
        self.files.iter().try_for_each(|(file, bytes)| document::add(conn, file, bytes))?;
        self.letters.iter().try_for_each(|(letter, bytes)| attachment::add(conn, letter, bytes, "waits"))
    }
}

impl Store {
    /// Decides and commits a command: facts, decision, log entry and effects in one transaction.
    /// `decide` is given the facts and its number in the order; what it refuses changes nothing and
    /// takes no number.
    pub fn act<E: From<StoreError>>(
        &self,
        account: AccountId,
        now: DateTime<Utc>,
        decide: impl FnOnce(&Ground<'_>) -> Result<(NewCommand, Plan), E>,
    ) -> Result<(Logged, Plan), E> {
        let mut decide = Some(decide);
        let mut done = self.act_together(&[account], now, None, |_, ground| match decide.take() {
            Some(decide) => decide(ground),
            None => Err(StoreError::Cancelled.into()),
        })?;
        done.pop().ok_or_else(|| StoreError::Cancelled.into())
    }

    /// Decides and commits commands one after the other, each on what the one before left, and a
    /// run's new state with them: all in one transaction. `decide` is given a command's place among
    /// `accounts`; when it refuses one, nothing of any is kept and no number taken.
    pub fn act_together<E: From<StoreError>>(
        &self,
        accounts: &[AccountId],
        now: DateTime<Utc>,
        run: Option<&RunStep<'_>>,
        mut decide: impl FnMut(usize, &Ground<'_>) -> Result<(NewCommand, Plan), E>,
    ) -> Result<Vec<(Logged, Plan)>, E> {
        let mut refused = None;
        let done = self.transact(|tx| {
            if let Some(step) = run {
                step.take(tx)?;
            }
            let policies = policy::list(tx)?;
            let mut all = Vec::with_capacity(accounts.len());
            for (nr, account) in accounts.iter().enumerate() {
                let mut state = sync_state::get(tx)?;
                let ground = Ground {
                    facts: facts(tx, *account, now)?,
                    policies: &policies,
                    device_seq: state.given + 1,
                    device: state.device,
                    place: state.place,
                };
                let (command, plan) = match decide(nr, &ground) {
                    Ok(decided) => decided,
                    Err(why) => {
                        refused = Some(why);
                        // Rolls back what the ones before did.
                        return Err(StoreError::Cancelled);
                    }
                };
                let logged = Logged {
                    device_seq: ground.device_seq,
                    id: command.id,
                    account: *account,
                    at: command.at,
                    body: command.body,
                    stuck: None,
                };
                if let Some(permit) = command.permit {
                    call_permit::spend(tx, permit, logged.device_seq)?;
                }
                command_log::add(tx, &logged)?;
                state.given = logged.device_seq;
                sync_state::put(tx, &state)?;
                effects(tx, state.device.is_some(), &plan)?;
                all.push((logged, plan));
            }
            Ok(all)
        });
        match (done, refused) {
            (_, Some(refused)) => Err(refused),
            (Ok(done), None) => Ok(done),
            (Err(error), None) => Err(error.into()),
        }
    }

    /// Whether a server knows this file: its rows are the server's then.
    pub fn is_connected(&self) -> Result<bool, StoreError> {
        Ok(self.read(sync_state::get)?.device.is_some())
    }

    /// Where this device stands.
    pub fn sync_state(&self) -> Result<SyncState, StoreError> {
        self.read(|conn| {
            let state = sync_state::get(conn)?;
            Ok(SyncState {
                device: state.device,
                place: state.place,
                given: state.given,
                decided: state.decided,
                pending: command_log::pending_count(conn)?,
                refused: command_log::inbox(conn)?.len(),
            })
        })
    }

    /// Commands after a number, in order: at most `count`, and at most `bytes` of bodies unless the
    /// first alone is larger. For pushing.
    pub fn commands_after(&self, seq: u64, count: usize, bytes: usize) -> Result<Vec<Logged>, StoreError> {
        self.read(|conn| command_log::after(conn, seq, count, bytes))
    }

    /// What the server has not decided, in order.
    pub fn pending(&self) -> Result<Vec<Logged>, StoreError> {
        self.read(command_log::pending)
    }

    /// What the server refused and no person settled, oldest first. It stays until a person does.
    pub fn inbox(&self) -> Result<Vec<Refused>, StoreError> {
        self.read(command_log::inbox)
    }

    /// A person settled a refused command. `Conflict` when it was before.
    pub fn settle_refused(&self, device_seq: u64, how: Settled, at: DateTime<Utc>) -> Result<(), StoreError> {
        self.transact(|tx| command_log::settle(tx, device_seq, how, at))
    }

    /// How many rows differ from the server's for now, by pending commands.
    pub fn shadow_count(&self) -> Result<usize, StoreError> {
        self.read(shadow::count)
    }

    /// A customer with everything on their accounts, as it lies here. Compared with the server's by
    /// checksum, when nothing is pending.
    pub fn unit(&self, customer: CustomerId) -> Result<Vec<Row>, StoreError> {
        self.read(|conn| mirror::unit(conn, customer))
    }

    /// The customers that are here.
    pub fn customers(&self) -> Result<Vec<CustomerId>, StoreError> {
        self.read(mirror::customers)
    }

    /// Who else works a customer, by the server's last word.
    pub fn assigned(&self, customer: CustomerId) -> Result<Vec<String>, StoreError> {
        self.read(|conn| sync_state::assigned(conn, customer))
    }

    /// Keeps permits that the server leased.
    pub fn add_permits(&self, permits: &[(Uuid, CustomerId, DateTime<Utc>)]) -> Result<(), StoreError> {
        self.transact(|tx| permits.iter().try_for_each(|permit| call_permit::add(tx, permit)))
    }

    /// An unspent permit to call a customer at that moment. None: ask the server, or don't call.
    pub fn permit(&self, customer: CustomerId, now: DateTime<Utc>) -> Result<Option<Uuid>, StoreError> {
        self.read(|conn| call_permit::find(conn, customer, now))
    }

    /// Unspent permits with their customer and end.
    pub fn permits_held(&self) -> Result<Vec<(Uuid, CustomerId, DateTime<Utc>)>, StoreError> {
        self.read(call_permit::held)
    }

    /// Accounts of customers for whom there is an unspent permit at that moment.
    pub fn permitted(&self, now: DateTime<Utc>) -> Result<Vec<AccountId>, StoreError> {
        self.read(|conn| call_permit::accounts(conn, now))
    }

    /// Forgets unspent permits that are given back to the server.
    pub fn return_permits(&self, permits: &[Uuid]) -> Result<(), StoreError> {
        self.transact(|tx| call_permit::give_back(tx, permits))
    }

    /// Whose an account is.
    pub fn customer_of(&self, account: AccountId) -> Result<CustomerId, StoreError> {
        self.read(|conn| mirror::owner(conn, account))?
            .ok_or_else(|| StoreError::NoSuchRow { what: "account", id: account.to_string() })
    }

    /// Unspent permits, valid or not.
    pub fn permits(&self) -> Result<Vec<Uuid>, StoreError> {
        self.read(call_permit::unspent)
    }
}

/// An account's facts on the writer.
pub(crate) fn facts(conn: &Connection, account: AccountId, now: DateTime<Utc>) -> Result<Facts, StoreError> {
    let mut found = None;
    pick(conn, Which::All, account.0.0, account.0.0)?;
    visit(conn, now, &mut |facts| {
        found = Some(facts);
        Ok(())
    })?;
    found.ok_or_else(|| StoreError::NoSuchRow { what: "account", id: account.to_string() })
}

/// A command's effects; seen by the triggers when they will have to be undone.
pub(crate) fn effects(conn: &Connection, captured: bool, plan: &Plan) -> Result<(), StoreError> {
    if captured {
        shadow::capture(conn, true)?;
    }
    commit::apply(conn, plan)?;
    if captured {
        shadow::capture(conn, false)?;
    }
    Ok(())
}
