//! What encryption and the boards are worth: the store's own queries, by the same code, on the
//! encrypted file and on a plain copy of it, and the same questions put to the plain copy in SQL.
//! For benches on made-up data only (feature `measure`): the copy is not encrypted.

use std::path::Path;

use chrono::{DateTime, NaiveDate, Utc};
use domain::ids::{AccountId, StableId};
use rusqlite::{Connection, OpenFlags, params};

use crate::account_board::AccountBoard;
use crate::connection::{self, Access, CACHE_KIB};
use crate::error::StoreError;
use crate::facts::{Which, pick, visit};
use crate::key::Key;
use crate::table::{account_search, invoice, worklist};
use crate::work_board::WorkBoard;
use crate::{AccountSort, codec, search, table};

/// The first page of *My day*, as the `sqlite3` program can ask the plain copy for it.
pub const FIRST_PAGE: &str = "SELECT count(*) FROM worklist;
 SELECT account, kind, urgency, due, amount, currency, text, body FROM worklist ORDER BY urgency, rank, account LIMIT 50;";

/// Which of the two files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// The database itself.
    Encrypted,
    /// Its plain copy.
    Plain,
}

/// A connection to each, set up alike.
#[derive(Debug)]
pub struct Pair {
    encrypted: Connection,
    plain: Connection,
}

impl Pair {
    /// Copies the database into a new, unencrypted file and opens both for reading. The database
    /// may be open elsewhere in this process meanwhile.
    pub fn copy(database: &Path, key: &Key, copy: &Path) -> Result<Self, StoreError> {
        // What is attached is opened with the same flags, and the copy is not there yet.
        let source = connection::open(database, key, Access::Create)?;
        source.execute("ATTACH ?1 AS copy KEY ''", [copy.to_string_lossy()])?;
        source.query_row("SELECT sqlcipher_export('copy')", [], |_| Ok(()))?;
        source.execute_batch("DETACH copy")?;
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let plain = Connection::open_with_flags(copy, flags)?;
        plain.pragma_update(None, "temp_store", "MEMORY")?;
        plain.pragma_update(None, "cache_size", -CACHE_KIB)?;
        plain.set_prepared_statement_cache_capacity(128);
        plain.execute_batch("CREATE TEMP TABLE picked (account INTEGER PRIMARY KEY, customer INTEGER NOT NULL)")?;
        Ok(Self { encrypted: connection::open(database, key, Access::Read)?, plain })
    }

    fn on(&self, side: Side) -> &Connection {
        match side {
            Side::Encrypted => &self.encrypted,
            Side::Plain => &self.plain,
        }
    }

    /// Every `step`th account.
    pub fn accounts(&self, step: usize) -> Result<Vec<AccountId>, StoreError> {
        let mut all = self.encrypted.prepare("SELECT id FROM account ORDER BY id")?;
        let ids = all.query_map([], |row| row.get(0))?.collect::<Result<Vec<i64>, _>>()?;
        Ok(ids.into_iter().step_by(step.max(1)).map(|id| AccountId(StableId(id))).collect())
    }

    /// Loads the facts of each account by itself; how many invoices they have.
    pub fn facts_one_by_one(
        &self,
        side: Side,
        accounts: &[AccountId],
        now: DateTime<Utc>,
    ) -> Result<usize, StoreError> {
        let conn = self.on(side);
        let mut invoices = 0;
        for account in accounts {
            let view = conn.unchecked_transaction()?;
            pick(&view, Which::All, account.0.0, account.0.0)?;
            visit(&view, now, &mut |facts| {
                invoices += facts.invoices.len();
                Ok(())
            })?;
        }
        Ok(invoices)
    }

    /// Loads the facts of all accounts with something to do, on one thread; how many invoices.
    pub fn facts_of_all(&self, side: Side, now: DateTime<Utc>) -> Result<usize, StoreError> {
        let view = self.on(side).unchecked_transaction()?;
        let mut invoices = 0;
        pick(&view, Which::Working, i64::MIN, i64::MAX)?;
        visit(&view, now, &mut |facts| {
            invoices += facts.invoices.len();
            Ok(())
        })?;
        Ok(invoices)
    }

    /// Loads both long lists into memory.
    pub fn boards(&self, side: Side) -> Result<(), StoreError> {
        let view = self.on(side).unchecked_transaction()?;
        AccountBoard::load(&view)?;
        WorkBoard::load(&view)?;
        Ok(())
    }

    /// A page of *My day* as the first screen gets it.
    pub fn day_page(&self, side: Side, offset: usize) -> Result<usize, StoreError> {
        let view = self.on(side).unchecked_transaction()?;
        Ok(worklist::first(&view, offset, 50)?.len() + table::count(&view, "worklist")?)
    }

    /// What the search box finds among accounts and invoices.
    pub fn search(&self, side: Side, text: &str) -> Result<usize, StoreError> {
        let view = self.on(side).unchecked_transaction()?;
        let Some(expression) = search::expression(text) else {
            return Ok(0);
        };
        Ok(account_search::find(&view, &expression, 20)?.len() + invoice::find(&view, text, 20)?.len())
    }

    /// A page of the account list without a board: sorted and counted by SQL on the plain copy.
    /// `least` is in minor units. How many lines fit.
    pub fn list_by_sql(&self, sort: AccountSort, text: &str, least: i64, offset: usize) -> Result<usize, StoreError> {
        let column = match sort {
            AccountSort::PastDue => "s.past_due",
            AccountSort::Open => "s.open",
            AccountSort::Oldest => "s.oldest_days",
            AccountSort::Disputed => "s.disputed",
            AccountSort::Unapplied => "s.unapplied",
            AccountSort::Name => "c.name",
            AccountSort::Reference => "a.reference",
        };
        let from = "FROM account a JOIN customer c ON c.id = a.customer LEFT JOIN account_summary s ON s.account = a.id
           WHERE (c.name LIKE ?1 OR a.reference LIKE ?1) AND coalesce(s.past_due, 0) >= ?2";
        let like = format!("%{text}%");
        let view = self.plain.unchecked_transaction()?;
        let total: i64 = view
            .prepare_cached(&format!("SELECT count(*) {from}"))?
            .query_row(params![like, least], |row| row.get(0))?;
        let mut page = view.prepare_cached(&format!(
            "SELECT a.id, a.reference, c.name, s.open, s.past_due, s.disputed, s.unapplied, s.oldest_days {from}
             ORDER BY {column} DESC LIMIT 50 OFFSET ?3"
        ))?;
        let mut rows = page.query(params![like, least, table::limit(offset)])?;
        while let Some(row) = rows.next()? {
            row.get_ref(2)?;
        }
        Ok(usize::try_from(total).unwrap_or_default())
    }

    /// Every account's open and past-due sums by one SQL statement on the plain copy: the least that
    /// any plan has to read. How many sums.
    pub fn aging_by_sql(&self, today: NaiveDate) -> Result<usize, StoreError> {
        let mut sums = self.plain.prepare_cached(
            "SELECT account, currency, sum(amount - applied), sum(CASE WHEN due < ?1 THEN amount - applied ELSE 0 END), min(due)
             FROM invoice WHERE settled IS NULL AND written_off IS NULL AND applied < amount GROUP BY account, currency",
        )?;
        let mut rows = sums.query([codec::day(today)])?;
        let mut count = 0;
        while rows.next()?.is_some() {
            count += 1;
        }
        Ok(count)
    }
}
