//! Loading what is known about accounts. One account or a hundred thousand go the same way: the
//! picked accounts are laid down in order, each table is read once in that order, and the streams
//! are merged. No query per account, and no table is held in memory.

use chrono::{DateTime, Utc};
use domain::facts::{APPROVAL_DAYS, Facts, OUTBOX_DAYS};
use domain::ids::AccountId;
use rusqlite::{Connection, Row, Rows, params};

use crate::codec;
use crate::error::StoreError;
use crate::store::Store;
use crate::table::{
    account, approval, arrangement, contact, contact_point, customer, dispute, follow_up, hold, invoice, outbox,
    payment, service, step_taken,
};

/// Which accounts to load.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Which<'a> {
    /// Every account.
    All,
    /// These, as far as they are here.
    These(&'a [AccountId]),
    /// Accounts on which something may be to do: an invoice that may be open, unapplied cash, a
    /// suspended service, or anything a person has open.
    Working,
}

const PICK: &str = "INSERT INTO picked (account, customer) SELECT a.id, a.customer FROM account a
  WHERE a.id BETWEEN ?1 AND ?2";

const WORKING: &str = " AND (
  EXISTS (SELECT 1 FROM invoice t WHERE t.account = a.id AND t.settled IS NULL AND t.written_off IS NULL
    AND t.applied < t.amount)
  OR EXISTS (SELECT 1 FROM payment t WHERE t.account = a.id AND t.unapplied <> 0)
  OR EXISTS (SELECT 1 FROM service t WHERE t.account = a.id AND t.state = 'suspended')
  OR EXISTS (SELECT 1 FROM follow_up t WHERE t.account = a.id AND t.done IS NULL)
  OR EXISTS (SELECT 1 FROM arrangement t WHERE t.account = a.id AND t.cancelled IS NULL)
  OR EXISTS (SELECT 1 FROM dispute t WHERE t.account = a.id AND t.resolved IS NULL)
  OR EXISTS (SELECT 1 FROM account b JOIN hold t ON t.account = b.id
    WHERE b.customer = a.customer AND t.released IS NULL)
  OR EXISTS (SELECT 1 FROM outbox t WHERE t.account = a.id AND t.word NOT IN ('sent', 'cancelled')))";

impl Store {
    /// One account's facts, fresh from the last committed state. `now` bounds which sent messages
    /// are still part of them.
    pub fn facts(&self, id: AccountId, now: DateTime<Utc>) -> Result<Facts, StoreError> {
        self.read(|conn| {
            let mut found = None;
            pick(conn, Which::All, id.0.0, id.0.0)?;
            visit(conn, now, &mut |facts| {
                found = Some(facts);
                Ok(())
            })?;
            found.ok_or_else(|| StoreError::NoSuchRow { what: "account", id: id.to_string() })
        })
    }

    /// Visits accounts in the order of their ids.
    pub fn for_each_facts(
        &self,
        which: Which<'_>,
        now: DateTime<Utc>,
        mut each: impl FnMut(Facts) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        self.read(|conn| {
            pick(conn, which, i64::MIN, i64::MAX)?;
            visit(conn, now, &mut each)
        })
    }

    /// Visits accounts on several threads that see the same committed state, each folding its share
    /// into what `start` gave it; the shares come back in the order of the accounts' ids. `each`
    /// ends all of it by an error, such as `Cancelled`.
    pub fn fold_facts<T: Send>(
        &self,
        which: Which<'_>,
        now: DateTime<Utc>,
        threads: usize,
        start: impl Fn() -> T + Sync,
        each: impl Fn(&mut T, Facts) -> Result<(), StoreError> + Sync,
    ) -> Result<Vec<T>, StoreError> {
        let threads = threads.clamp(1, 16);
        let readers = self.same_view(threads)?;
        let share = i64::MAX / i64::try_from(threads).unwrap_or(1);
        let results = std::thread::scope(|scope| {
            let running: Vec<_> = readers
                .into_iter()
                .zip(0_i64..)
                .map(|(conn, index)| {
                    let last = index + 1 == i64::try_from(threads).unwrap_or(1);
                    let from = if index == 0 { i64::MIN } else { index * share };
                    let to = if last { i64::MAX } else { (index + 1) * share - 1 };
                    let (start, each) = (&start, &each);
                    scope.spawn(move || {
                        let mut folded = start();
                        let done = pick(&conn, which, from, to)
                            .and_then(|()| visit(&conn, now, &mut |facts| each(&mut folded, facts)));
                        (conn, done.map(|()| folded))
                    })
                })
                .collect();
            running.into_iter().map(std::thread::ScopedJoinHandle::join).collect::<Vec<_>>()
        });
        let mut shares = Vec::with_capacity(threads);
        for result in results {
            match result {
                Ok((conn, folded)) => {
                    self.give_back(conn);
                    shares.push(folded);
                }
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
        shares.into_iter().collect()
    }
}

pub(crate) fn pick(conn: &Connection, which: Which<'_>, from: i64, to: i64) -> Result<(), StoreError> {
    conn.prepare_cached("DELETE FROM picked")?.execute([])?;
    let sql = match which {
        Which::All => PICK.to_owned(),
        Which::Working => format!("{PICK}{WORKING}"),
        Which::These(accounts) => {
            let mut one =
                conn.prepare_cached("INSERT OR IGNORE INTO picked SELECT id, customer FROM account WHERE id = ?1")?;
            return accounts
                .iter()
                .filter(|account| (from..=to).contains(&account.0.0))
                .try_for_each(|account| Ok(one.execute([account.0.0]).map(|_| ())?));
        }
    };
    conn.prepare_cached(&sql)?.execute(params![from, to])?;
    Ok(())
}

/// One table's rows in the order of the picked accounts.
struct Stream<'s, T> {
    rows: Rows<'s>,
    read: fn(&Row<'_>, usize) -> rusqlite::Result<T>,
    ahead: Option<(i64, T)>,
    ended: bool,
}

impl<'s, T> Stream<'s, T> {
    fn new(rows: Rows<'s>, read: fn(&Row<'_>, usize) -> rusqlite::Result<T>) -> Self {
        Self { rows, read, ahead: None, ended: false }
    }

    /// The rows of the next account; accounts are asked for in order.
    fn of(&mut self, account: i64) -> rusqlite::Result<Vec<T>> {
        let mut found = Vec::new();
        loop {
            match self.ahead.take() {
                Some((of, value)) if of == account => found.push(value),
                Some(other) => {
                    self.ahead = Some(other);
                    return Ok(found);
                }
                None => {}
            }
            if self.ended {
                return Ok(found);
            }
            match self.rows.next()? {
                Some(row) => self.ahead = Some((row.get(0)?, (self.read)(row, 1)?)),
                None => self.ended = true,
            }
        }
    }
}

fn in_order(columns: &str, of_picked: &str) -> String {
    format!("SELECT p.account, {columns} FROM picked p CROSS JOIN {of_picked} ORDER BY p.account")
}

/// Columns of an account before those of its customer.
const ACCOUNT_COLUMNS: usize = 10;

pub(crate) fn visit(
    conn: &Connection,
    now: DateTime<Utc>,
    each: &mut dyn FnMut(Facts) -> Result<(), StoreError>,
) -> Result<(), StoreError> {
    let since = codec::ms(now).saturating_sub(OUTBOX_DAYS * 86_400_000);
    macro_rules! stream {
        ($name:ident, $table:ident $(, $given:expr)?) => {
            let mut prepared = conn.prepare_cached(&in_order($table::COLUMNS, $table::OF_PICKED))?;
            let mut $name = Stream::new(prepared.query(params![$($given)?])?, $table::read);
        };
    }
    stream!(points, contact_point);
    stream!(services, service);
    stream!(invoices, invoice);
    stream!(payments, payment);
    stream!(disputes, dispute);
    stream!(holds, hold);
    stream!(arrangements, arrangement);
    stream!(contacts, contact);
    stream!(follow_ups, follow_up);
    stream!(steps, step_taken);
    stream!(messages, outbox, since);
    stream!(approvals, approval, codec::ms(now).saturating_sub(APPROVAL_DAYS * 86_400_000));
    let mut accounts = conn.prepare_cached(&in_order(
        &format!("{}, {}", account::COLUMNS, customer::COLUMNS),
        "account a ON a.id = p.account CROSS JOIN customer c ON c.id = a.customer",
    ))?;
    let mut accounts = accounts.query([])?;
    while let Some(row) = accounts.next()? {
        let id: i64 = row.get(0)?;
        let mut facts = Facts {
            account: account::read(row, 1)?,
            customer: customer::read(row, 1 + ACCOUNT_COLUMNS)?,
            services: services.of(id)?,
            invoices: invoices.of(id)?,
            payments: payments.of(id)?,
            disputes: disputes.of(id)?,
            holds: holds.of(id)?,
            arrangements: Vec::new(),
            contacts: contacts.of(id)?,
            follow_ups: follow_ups.of(id)?,
            steps: steps.of(id)?,
            outbox: Vec::new(),
            approvals: Vec::new(),
        };
        facts.customer.points = points.of(id)?;
        facts.approvals = approvals.of(id)?.into_iter().flatten().collect();
        facts.approvals.sort_by_key(|given| given.approval.at);
        for (nr, mut arrangement) in arrangements.of(id)? {
            arrangement.installments = arrangement::installments(conn, nr)?;
            facts.arrangements.push(arrangement);
        }
        facts.outbox = messages.of(id)?.into_iter().map(|(_, row)| (row.intent, row.state)).collect();
        facts.sort();
        each(facts)?;
    }
    Ok(())
}
