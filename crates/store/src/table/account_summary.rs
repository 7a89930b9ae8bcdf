//! What each account owes, per currency, as the last plan computed it: figures to list and sort by.

use domain::aging::CurrencyAging;
use domain::ids::AccountId;
use domain::money::{Currency, Money};
use rusqlite::{Connection, Row, params};

use crate::codec::{self, Read};
use crate::error::StoreError;

pub(crate) const DDL: &str = "
CREATE TABLE account_summary (
  account INTEGER NOT NULL REFERENCES account,
  currency TEXT NOT NULL,
  open INTEGER NOT NULL,
  past_due INTEGER NOT NULL,
  disputed INTEGER NOT NULL,
  past_due_disputed INTEGER NOT NULL,
  unapplied INTEGER NOT NULL,
  oldest_days INTEGER NOT NULL,
  buckets TEXT NOT NULL,
  next TEXT NOT NULL,
  PRIMARY KEY (account, currency)
) STRICT, WITHOUT ROWID;
";

/// One account's figures in one currency.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Summary {
    /// Which account.
    pub account: AccountId,
    /// Its aging in that currency.
    pub aging: CurrencyAging,
    /// What comes next on it, in a few words; empty when nothing does.
    pub next: String,
}

pub(crate) fn clear(conn: &Connection) -> Result<(), StoreError> {
    conn.execute("DELETE FROM account_summary", [])?;
    Ok(())
}

pub(crate) fn clear_account(conn: &Connection, account: AccountId) -> Result<(), StoreError> {
    conn.prepare_cached("DELETE FROM account_summary WHERE account = ?1")?.execute([account.0.0])?;
    Ok(())
}

pub(crate) fn add(conn: &Connection, summaries: &[&Summary]) -> Result<(), StoreError> {
    let mut insert = conn.prepare_cached(
        "INSERT INTO account_summary (account, currency, open, past_due, disputed, past_due_disputed,
           unapplied, oldest_days, buckets, next)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
    )?;
    for summary in summaries {
        let aging = &summary.aging;
        let currency = aging.currency;
        let minor = |amount| Money::new(amount, currency).to_minor();
        insert.execute(params![
            summary.account.0.0,
            currency.code(),
            minor(aging.open)?,
            minor(aging.past_due)?,
            minor(aging.disputed)?,
            minor(aging.past_due_disputed)?,
            minor(aging.unapplied)?,
            aging.oldest_days,
            codec::json(&aging.buckets)?,
            summary.next,
        ])?;
    }
    Ok(())
}

fn read(row: &Row<'_>) -> rusqlite::Result<Summary> {
    let currency = row.currency(1)?;
    let amount = |at| Ok::<_, rusqlite::Error>(Money::from_minor(row.get(at)?, currency).amount);
    Ok(Summary {
        account: AccountId(row.stable(0)?),
        aging: CurrencyAging {
            currency,
            open: amount(2)?,
            past_due: amount(3)?,
            disputed: amount(4)?,
            past_due_disputed: amount(5)?,
            unapplied: amount(6)?,
            oldest_days: row.get(7)?,
            buckets: row.json(8)?,
        },
        next: row.get(9)?,
    })
}

/// The account's figures, by currency code.
pub(crate) fn of_account(conn: &Connection, account: AccountId) -> Result<Vec<Summary>, StoreError> {
    let mut of = conn.prepare_cached(
        "SELECT account, currency, open, past_due, disputed, past_due_disputed, unapplied, oldest_days, buckets, next
         FROM account_summary WHERE account = ?1 ORDER BY currency",
    )?;
    let rows = of.query_map([account.0.0], read)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// The account's figures in one currency.
pub(crate) fn get(conn: &Connection, account: i64, currency: Currency) -> Result<Option<Summary>, StoreError> {
    use rusqlite::OptionalExtension as _;
    Ok(conn
        .prepare_cached(
            "SELECT account, currency, open, past_due, disputed, past_due_disputed, unapplied, oldest_days,
               buckets, next
             FROM account_summary WHERE account = ?1 AND currency = ?2",
        )?
        .query_row(params![account, currency.code()], read)
        .optional()?)
}
