//! Payments and credit memos, in the order they came (by account). What each pays lies in its row:
//! an allocation is only ever read with its payment.

use domain::ids::{AccountId, InvoiceId, PaymentId, StableId};
use domain::money::{Currency, Money, MoneyError};
use domain::payment::{Allocation, Payment};
use rusqlite::{CachedStatement, Connection, Row, params};

use chrono::NaiveDate;

use crate::codec::{self, Read};
use crate::error::StoreError;

pub(crate) const DDL: &str = "
CREATE TABLE payment (
  nr INTEGER PRIMARY KEY,
  id INTEGER NOT NULL,
  account INTEGER NOT NULL REFERENCES account,
  reference TEXT NOT NULL,
  kind TEXT NOT NULL,
  posted INTEGER NOT NULL,
  amount INTEGER NOT NULL,
  currency TEXT NOT NULL,
  method TEXT NOT NULL,
  reversed INTEGER,
  -- 16 bytes each: invoice id, minor units, both big-endian.
  allocations BLOB NOT NULL,
  unapplied INTEGER NOT NULL,
  by_person INTEGER NOT NULL,
  reversed_by_person INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE UNIQUE INDEX payment_id ON payment (id);
CREATE INDEX payment_account ON payment (account);
CREATE INDEX payment_recorded ON payment (account) WHERE by_person;
CREATE INDEX payment_unapplied ON payment (account) WHERE unapplied <> 0;
";

/// As `read` expects them, from column `at`.
pub(crate) const COLUMNS: &str =
    "t.id, t.account, t.reference, t.kind, t.posted, t.amount, t.currency, t.method, t.reversed, t.allocations";

/// Of the picked accounts.
pub(crate) const OF_PICKED: &str = "payment t INDEXED BY payment_account ON t.account = p.account";

pub(crate) fn read(row: &Row<'_>, at: usize) -> rusqlite::Result<Payment> {
    let amount = row.money(at + 5)?;
    let packed = row.get_ref(at + 9)?.as_blob().unwrap_or_default();
    Ok(Payment {
        id: PaymentId(row.stable(at)?),
        account: AccountId(row.stable(at + 1)?),
        reference: row.get(at + 2)?,
        kind: row.word(at + 3)?,
        posted: row.day(at + 4)?,
        amount,
        method: row.get(at + 7)?,
        reversed: row.opt_day(at + 8)?,
        allocations: unpack(packed, amount.currency),
    })
}

fn unpack(packed: &[u8], currency: Currency) -> Vec<Allocation> {
    let (pairs, _) = packed.as_chunks::<16>();
    pairs
        .iter()
        .map(|pair| {
            let (mut invoice, mut minor) = ([0; 8], [0; 8]);
            invoice.copy_from_slice(&pair[..8]);
            minor.copy_from_slice(&pair[8..]);
            Allocation {
                invoice: InvoiceId(StableId(i64::from_be_bytes(invoice))),
                amount: Money::from_minor(i64::from_be_bytes(minor), currency),
            }
        })
        .collect()
}

/// The packed allocations, and what is left unapplied.
fn pack(payment: &Payment) -> Result<(Vec<u8>, i64), StoreError> {
    let currency = payment.amount.currency;
    let mut packed = Vec::with_capacity(16 * payment.allocations.len());
    let mut unapplied = payment.amount.to_minor()?;
    for allocation in &payment.allocations {
        if allocation.amount.currency != currency {
            return Err(MoneyError::CurrencyMix(currency, allocation.amount.currency).into());
        }
        let minor = allocation.amount.to_minor()?;
        packed.extend_from_slice(&allocation.invoice.0.0.to_be_bytes());
        packed.extend_from_slice(&minor.to_be_bytes());
        unapplied = unapplied.saturating_sub(minor);
    }
    Ok((packed, unapplied))
}

const INSERT: &str = "INSERT INTO payment
   (id, account, reference, kind, posted, amount, currency, method, reversed, allocations, unapplied, by_person)
 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)";

// A return that a person recorded stays until the extract names its own day.
const UPDATE: &str = " ON CONFLICT (id) DO UPDATE SET reference = ?3, kind = ?4, posted = ?5, amount = ?6,
   currency = ?7, method = ?8, reversed = coalesce(?9, iif(reversed_by_person, reversed, NULL)),
   allocations = ?10, unapplied = ?11
 WHERE NOT by_person AND (reference, kind, posted, amount, currency, method, reversed, allocations)
   IS NOT (?3, ?4, ?5, ?6, ?7, ?8, coalesce(?9, iif(reversed_by_person, reversed, NULL)), ?10)";

/// The statement for an empty table, whose unique index is made afterwards.
pub(crate) fn inserting(conn: &Connection) -> Result<CachedStatement<'_>, StoreError> {
    Ok(conn.prepare_cached(INSERT)?)
}

/// The statement that inserts, or updates what differs unless a person recorded it.
pub(crate) fn importing(conn: &Connection) -> Result<CachedStatement<'_>, StoreError> {
    Ok(conn.prepare_cached(&format!("{INSERT}{UPDATE}"))?)
}

/// Whether anything changed.
pub(crate) fn import(
    statement: &mut CachedStatement<'_>,
    payment: &Payment,
    by_person: bool,
) -> Result<bool, StoreError> {
    let (packed, unapplied) = pack(payment)?;
    let changed = statement.execute(params![
        payment.id.0.0,
        payment.account.0.0,
        payment.reference,
        codec::word(&payment.kind)?,
        codec::day(payment.posted),
        payment.amount.to_minor()?,
        payment.amount.currency.code(),
        payment.method,
        codec::opt_day(payment.reversed),
        packed,
        unapplied,
        by_person,
    ])?;
    Ok(changed > 0)
}

/// A payment that a person records.
pub(crate) fn add(conn: &Connection, payment: &Payment) -> Result<(), StoreError> {
    import(&mut inserting(conn)?, payment, true)
        .map(|_| ())
        .map_err(|error| super::taken(error, "payment", &payment.id))
}

/// A person records that it was returned.
pub(crate) fn reverse(conn: &Connection, id: PaymentId, on: NaiveDate) -> Result<(), StoreError> {
    let changed = conn
        .prepare_cached("UPDATE payment SET reversed = ?2, reversed_by_person = 1 WHERE id = ?1 AND reversed IS NULL")?
        .execute((id.0.0, codec::day(on)))?;
    super::one(conn, changed, "payment", "SELECT 1 FROM payment WHERE id = ?1", id.0.0, &id)
}

/// A payment that a person recorded goes; what they recorded stays in the history.
pub(crate) fn remove_recorded(conn: &Connection, id: PaymentId) -> Result<(), StoreError> {
    let changed = conn.prepare_cached("DELETE FROM payment WHERE id = ?1 AND by_person")?.execute([id.0.0])?;
    super::one(conn, changed, "payment", "SELECT 1 FROM payment WHERE id = ?1", id.0.0, &id)
}

/// Payments that people recorded and that were not returned, by account.
pub(crate) fn recorded(conn: &Connection) -> Result<Vec<(AccountId, PaymentId)>, StoreError> {
    let mut all = conn.prepare_cached(
        "SELECT account, id FROM payment INDEXED BY payment_recorded WHERE by_person AND reversed IS NULL
         ORDER BY account",
    )?;
    let rows = all.query_map([], |row| Ok((AccountId(row.stable(0)?), PaymentId(row.stable(1)?))))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// The account's payments, newest first.
pub(crate) fn newest(conn: &Connection, account: AccountId, limit: usize) -> Result<Vec<Payment>, StoreError> {
    let mut of = conn.prepare_cached(&format!(
        "SELECT {COLUMNS} FROM payment t WHERE t.account = ?1 ORDER BY t.posted DESC, t.nr DESC LIMIT ?2"
    ))?;
    let rows = of.query_map(params![account.0.0, super::limit(limit)], |row| read(row, 0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// From the server.
pub(crate) fn mirror(conn: &Connection, payment: &Payment) -> Result<(), StoreError> {
    let sql = format!(
        "{INSERT} ON CONFLICT (id) DO UPDATE SET account = ?2, reference = ?3, kind = ?4, posted = ?5, amount = ?6,
           currency = ?7, method = ?8, reversed = ?9, allocations = ?10, unapplied = ?11, by_person = ?12"
    );
    import(&mut conn.prepare_cached(&sql)?, payment, false).map(|_| ())
}
