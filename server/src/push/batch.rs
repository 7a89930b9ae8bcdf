//! A batch being decided, command by command.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use domain::history::Entry;
use domain::ids::{AccountId, CustomerId};
use domain::policy::Policy;
use domain::reason::{Reason, Refusal};
use domain::row::Row;
use domain::rows::RowSet;
use protocol::{Act, Clock, CommandIds, CommandResult, Envelope, Outcome, PUSH_BYTES, Unreadable};
use serde_json::json;

use super::decide::{self, Decided, Scope};
use super::{Read, ledger};
use crate::auth::Caller;
use crate::db::{Run, Tx};
use crate::error::ServerError;
use crate::records::{self, Image};
use crate::{history, orders};

/// How often a command whose rows the database refuses is tried before it is quarantined.
const COMMAND_TRIES: u32 = 3;

/// A batch being decided: what is locked, what is decided, what is to be written last.
pub(super) struct Batch<'t, 'c> {
    tx: &'t Tx<'c>,
    caller: &'t Caller,
    now: DateTime<Utc>,
    /// Every command's rows are written under a savepoint of its own.
    careful: bool,
    owners: BTreeMap<AccountId, CustomerId>,
    scope: BTreeMap<CustomerId, Scope>,
    units: BTreeMap<CustomerId, Result<RowSet, String>>,
    policies: Vec<Policy>,
    /// Ids that quarantined commands of this device would have made.
    missing: BTreeSet<String>,
    images: Vec<Image>,
    /// Those from here on are not written yet.
    unwritten: usize,
    history: Vec<Entry>,
    decided: Vec<ledger::Line>,
    /// The clock of the command before.
    pub(super) before: Option<Clock>,
}

impl<'t, 'c> Batch<'t, 'c> {
    /// Locks and reads what the commands are decided on.
    pub(super) async fn open(
        tx: &'t Tx<'c>,
        caller: &'t Caller,
        new: &[Read<'_>],
        now: DateTime<Utc>,
        careful: bool,
    ) -> Result<Self, ServerError> {
        let accounts = new.iter().filter_map(|(_, act)| act.as_ref().ok()).map(Act::account).collect();
        let owners = records::owners(tx, caller.org, &accounts).await?;
        let customers: BTreeSet<CustomerId> = owners.values().copied().collect();
        let locked = records::lock(tx, caller.org, &customers).await?;
        // Together on their way: one is looked up while another's answer is read.
        let (scope, mut policies, missing, units) = tokio::try_join!(
            ledger::scope(tx, caller, &locked),
            records::policies(tx, caller.org),
            ledger::quarantined(tx, caller),
            records::load(tx, caller.org, &locked),
        )?;
        if policies.is_empty() {
            policies.push(Policy::standard());
        }
        // An extract gave the account to another customer between the look and the lock.
        let gone = |(account, customer): (&AccountId, &CustomerId)| matches!(units.get(customer), Some(Ok(rows)) if rows.customer_of(*account).is_none());
        if owners.iter().any(gone) {
            return Err(ServerError::Busy(1));
        }
        let missing = missing.into_iter().flat_map(ids_of).collect();
        Ok(Self {
            tx,
            caller,
            now,
            careful,
            owners,
            scope,
            units,
            policies,
            missing,
            images: Vec::new(),
            unwritten: 0,
            history: Vec::new(),
            decided: Vec::new(),
            before: None,
        })
    }

    /// Decides one command and writes its rows: with its neighbours', or under a savepoint of its own
    /// where the rows alone are not all there is to write.
    pub(super) async fn take(&mut self, envelope: &Envelope, act: Result<Act, Unreadable>) -> Result<(), ServerError> {
        if let Some(bytes) = envelope.too_large() {
            self.too_large(envelope, act.ok().as_ref(), bytes);
            return Ok(());
        }
        let act = match act {
            Ok(act) if decide::is_storable(envelope.clock.moment()) => act,
            Ok(act) => {
                let why = "By the device's clock it took place in a year that no calendar here knows.";
                self.quarantine(envelope, Some(&act), why.to_owned());
                return Ok(());
            }
            Err(error) => {
                self.quarantine(envelope, None, format!("{error}."));
                return Ok(());
            }
        };
        if let Some(id) = self.missing.iter().find(|id| envelope.act.text().contains(id.as_str())) {
            let why = format!("It builds on {id}, which a quarantined command would have made.");
            self.quarantine(envelope, Some(&act), why);
            return Ok(());
        }
        let customer = self.owners.get(&act.account()).copied();
        if let Some(Err(why)) = customer.and_then(|customer| self.units.get(&customer)) {
            let why = why.clone();
            self.quarantine(envelope, Some(&act), why);
            return Ok(());
        }
        let decided = self.decide(envelope, &act, customer)?;
        match decided {
            Decided::Refused(refusal) => {
                self.decided.push(ledger::Line::new(envelope, Some(&act), customer, Outcome::Refused { refusal }));
            }
            Decided::Broken(why) => self.quarantine(envelope, Some(&act), why),
            Decided::Accepted { rows, live, mut flags } => {
                flags.extend(decide::set_back(&envelope.clock, self.before.as_ref()));
                let images = images(&rows, customer, live.as_deref())?;
                let alone = live.is_some()
                    || matches!(act, Act::Order { .. })
                    || (envelope.permit.is_some() && decide::is_call(&act));
                if self.careful || alone {
                    self.flush().await?;
                    match self.write(envelope, &act, live.as_deref(), &images).await? {
                        Ok(more) => flags.extend(more),
                        Err(why) => {
                            // The rows in memory have what the database refused: load them afresh.
                            let again = customer.into_iter().collect();
                            self.units.extend(records::load(self.tx, self.caller.org, &again).await?);
                            self.quarantine(envelope, Some(&act), why);
                            return Ok(());
                        }
                    }
                    self.unwritten += images.len();
                }
                self.images.extend(images);
                self.history.extend(rows.into_iter().filter_map(|row| match row {
                    Row::History(entry) => Some(entry),
                    _ => None,
                }));
                self.decided.push(ledger::Line::new(envelope, Some(&act), customer, Outcome::Accepted { flags }));
            }
        }
        Ok(())
    }

    fn decide(&mut self, envelope: &Envelope, act: &Act, customer: Option<CustomerId>) -> Result<Decided, ServerError> {
        let policy = protocol::policy_for(envelope, self.policies.iter())
            .ok_or_else(|| ServerError::Stored { what: "policy".to_owned(), why: "there is none".to_owned() })?;
        let scope = customer.and_then(|customer| self.scope.get(&customer).copied()).unwrap_or(Scope::Never);
        let rows = customer.and_then(|customer| self.units.get_mut(&customer)).and_then(|set| set.as_mut().ok());
        Ok(decide::decide(envelope, act, scope, rows, policy, &self.caller.actor()?, self.now))
    }

    /// Writes what the last commands left to be written together. A refusal is the whole batch's: it is
    /// done again, each command by itself.
    async fn flush(&mut self) -> Result<(), ServerError> {
        let images = &self.images[self.unwritten..];
        if !images.is_empty() {
            records::put_decided(self.tx, self.caller.org, images).await?;
            self.unwritten = self.images.len();
        }
        Ok(())
    }

    /// Writes a command's rows. The inner error is the database's refusal, after several tries; flags
    /// about the permit otherwise.
    async fn write(
        &self,
        envelope: &Envelope,
        act: &Act,
        live: Option<&[String]>,
        images: &[Image],
    ) -> Result<Result<Vec<Reason>, String>, ServerError> {
        let mut tries = 0;
        loop {
            tries += 1;
            self.tx.script("SAVEPOINT command").await?;
            match self.write_once(envelope, act, live, images).await {
                Ok(flags) => {
                    self.tx.script("RELEASE SAVEPOINT command").await?;
                    return Ok(Ok(flags));
                }
                Err(error) if error.is_passing() => return Err(error),
                Err(error) => {
                    self.tx.script("ROLLBACK TO SAVEPOINT command; RELEASE SAVEPOINT command").await?;
                    let error = crate::error::chain(&error);
                    tracing::error!(error, command = %envelope.id, tries, "a command's rows were refused");
                    if tries >= COMMAND_TRIES {
                        return Ok(Err("The database refused its rows; the server's log says why".to_owned()));
                    }
                }
            }
        }
    }

    async fn write_once(
        &self,
        envelope: &Envelope,
        act: &Act,
        live: Option<&[String]>,
        images: &[Image],
    ) -> Result<Vec<Reason>, ServerError> {
        if let Some(live) = live {
            records::only_active(self.tx, self.caller.org, act.account(), live).await?;
        }
        records::put_decided(self.tx, self.caller.org, images).await?;
        if let (Act::Order { order }, Some(customer)) = (act, self.owners.get(&act.account())) {
            let org = self.caller.org;
            orders::keep(self.tx, (org, *customer), order, &self.caller.name, self.now).await?;
        }
        match envelope.permit.filter(|_| decide::is_call(act)) {
            None => Ok(Vec::new()),
            Some(permit) => {
                let customer = self.owners.get(&act.account()).map(|customer| customer.0.0);
                ledger::spend(self.tx, self.caller, permit, customer, envelope.clock.moment()).await
            }
        }
    }

    /// One that is larger than a whole batch, or did not get through whole, is refused by itself: it takes
    /// its place in the order, lands in the device's inbox, and what comes after it goes on.
    fn too_large(&mut self, envelope: &Envelope, act: Option<&Act>, bytes: u64) {
        let (text, remedy) = if bytes > PUSH_BYTES as u64 {
            (format!("It has {bytes} bytes, and at most {PUSH_BYTES} are taken"), "Shorten it and do it again.")
        } else {
            let text = format!("It has {bytes} bytes and did not get through to the server");
            (text, "Shorten it and do it again. If it is short, tell your administrator: a proxy may stop it.")
        };
        let refusal = Refusal::by(Reason::new("SYN-11", "1", text), remedy);
        let customer = act.and_then(|act| self.owners.get(&act.account()).copied());
        self.decided.push(ledger::Line::new(envelope, act, customer, Outcome::Refused { refusal }));
    }

    fn quarantine(&mut self, envelope: &Envelope, act: Option<&Act>, why: String) {
        // Why is in the history and the verdict: it may quote what was typed, and no log does.
        tracing::error!(command = %envelope.id, device = %envelope.device, "quarantined");
        self.missing.extend(ids_of(envelope.id));
        let customer = act.and_then(|act| self.owners.get(&act.account()).copied());
        self.history.push(history::entry(
            self.now,
            &self.caller.name,
            "sync.quarantined",
            format!("A command could not be decided and is kept: {why}"),
            json!({ "command": envelope.id, "device": envelope.device, "device_seq": envelope.device_seq }),
        ));
        self.decided.push(ledger::Line::new(envelope, act, customer, Outcome::Quarantined { why }));
    }

    /// Says what a restore took: the device's acts between two that are known.
    pub(super) fn lost(&mut self, from: u64, upto: u64) {
        let summary = format!("Acts {from} to {upto} of a device were in no backup that was restored, and are lost");
        let detail = json!({ "device": self.caller.device, "from": from, "upto": upto });
        self.history.push(history::entry(self.now, &self.caller.name, "sync.lost", summary, detail));
    }

    /// What comes last: history, counter, feed, ledger. The results, and the number.
    pub(super) async fn close(mut self) -> Result<(Vec<CommandResult>, i64), ServerError> {
        self.flush().await?;
        let org = self.caller.org;
        history::append(self.tx, org, &self.history).await?;
        let seq = records::next_seq(self.tx, org).await?;
        let ((), results) = tokio::try_join!(
            records::feed(self.tx, org, seq, &self.images),
            ledger::write(self.tx, self.caller, self.decided, seq, self.now),
        )?;
        Ok((results, seq))
    }
}

/// The ids that a command's decision would have given out; none gives out more than these.
fn ids_of(command: protocol::CommandId) -> impl Iterator<Item = String> {
    use domain::ids::IdSource as _;
    let mut ids = CommandIds::new(command);
    (0..32).map(move |_| ids.fresh().to_string())
}

fn images(rows: &[Row], customer: Option<CustomerId>, live: Option<&[String]>) -> Result<Vec<Image>, ServerError> {
    rows.iter()
        .map(|row| {
            let active = matches!(row, Row::Arrangement(one)
                if live.is_some_and(|live| live.contains(&one.of.id.to_string())));
            let image = Image::of(row, customer, active)?;
            // Of a payment that is there already the database keeps whose it is.
            Ok(if matches!(row, Row::Payment(_)) { image.by_person() } else { image })
        })
        .collect()
}
