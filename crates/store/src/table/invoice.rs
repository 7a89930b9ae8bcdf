//! Invoices. Rows lie in the order they were imported, which is by account: one account's invoices
//! are neighbours, so that loading a million of them reads pages in order (an id is a hash, and a
//! table ordered by it costs one decrypted page per invoice).

use domain::ids::{AccountId, InvoiceId};
use domain::invoice::Invoice;
use domain::money::Money;
use rusqlite::{CachedStatement, Connection, Row, params};

use crate::codec::{self, Read};
use crate::error::StoreError;

pub(crate) const DDL: &str = "
CREATE TABLE invoice (
  nr INTEGER PRIMARY KEY,
  id INTEGER NOT NULL,
  account INTEGER NOT NULL REFERENCES account,
  number TEXT NOT NULL,
  date INTEGER NOT NULL,
  due INTEGER NOT NULL,
  amount INTEGER NOT NULL,
  currency TEXT NOT NULL,
  applied INTEGER NOT NULL,
  settled INTEGER,
  disputed INTEGER NOT NULL,
  written_off INTEGER
) STRICT;
CREATE UNIQUE INDEX invoice_id ON invoice (id);
CREATE INDEX invoice_account ON invoice (account);
CREATE INDEX invoice_open ON invoice (account)
  WHERE settled IS NULL AND written_off IS NULL AND applied < amount;
CREATE INDEX invoice_number ON invoice (
  ltrim(number, 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0-_/#. ')
);
";

/// As `read` expects them, from column `at`.
pub(crate) const COLUMNS: &str = "t.id, t.account, t.number, t.date, t.due, t.amount, t.currency, t.applied, \
     t.settled, t.disputed, t.written_off";

/// Of the picked accounts.
pub(crate) const OF_PICKED: &str = "invoice t INDEXED BY invoice_account ON t.account = p.account";

pub(crate) fn read(row: &Row<'_>, at: usize) -> rusqlite::Result<Invoice> {
    let amount = row.money(at + 5)?;
    Ok(Invoice {
        id: InvoiceId(row.stable(at)?),
        account: AccountId(row.stable(at + 1)?),
        number: row.get(at + 2)?,
        date: row.day(at + 3)?,
        due: row.day(at + 4)?,
        applied: Money::from_minor(row.get(at + 7)?, amount.currency).amount,
        amount,
        settled: row.opt_day(at + 8)?,
        disputed: row.get(at + 9)?,
        written_off: row.opt_day(at + 10)?,
    })
}

const INSERT: &str = "INSERT INTO invoice
   (id, account, number, date, due, amount, currency, applied, settled, disputed, written_off)
 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)";

const UPDATE: &str = " ON CONFLICT (id) DO UPDATE SET number = ?3, date = ?4, due = ?5, amount = ?6,
   currency = ?7, applied = ?8, settled = ?9, disputed = ?10, written_off = ?11
 WHERE (number, date, due, amount, currency, applied, settled, disputed, written_off)
   IS NOT (?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)";

/// The statement for an empty table, whose unique index is made afterwards.
pub(crate) fn inserting(conn: &Connection) -> Result<CachedStatement<'_>, StoreError> {
    Ok(conn.prepare_cached(INSERT)?)
}

/// The statement that inserts, or updates what differs.
pub(crate) fn importing(conn: &Connection) -> Result<CachedStatement<'_>, StoreError> {
    Ok(conn.prepare_cached(&format!("{INSERT}{UPDATE}"))?)
}

/// Whether anything changed.
pub(crate) fn import(statement: &mut CachedStatement<'_>, invoice: &Invoice) -> Result<bool, StoreError> {
    let currency = invoice.amount.currency;
    let changed = statement.execute(params![
        invoice.id.0.0,
        invoice.account.0.0,
        invoice.number,
        codec::day(invoice.date),
        codec::day(invoice.due),
        invoice.amount.to_minor()?,
        currency.code(),
        Money::new(invoice.applied, currency).to_minor()?,
        codec::opt_day(invoice.settled),
        invoice.disputed,
        codec::opt_day(invoice.written_off),
    ])?;
    Ok(changed > 0)
}

/// An invoice found by its number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvoiceHit {
    /// Its identity.
    pub id: InvoiceId,
    /// The account it bills.
    pub account: AccountId,
    /// As printed.
    pub number: String,
    /// Billed amount.
    pub amount: Money,
}

/// What the index looks at: the number without leading letters, zeros and punctuation.
fn digits_on(text: &str) -> &str {
    text.trim_start_matches(|letter: char| letter.is_ascii_alphabetic() || "0-_/#. ".contains(letter))
}

/// The letters before that, in lower case: `inv` of `INV-0088`.
fn letters_before(text: &str) -> String {
    let before = &text[..text.len() - digits_on(text).len()];
    before.chars().filter(char::is_ascii_alphabetic).map(|letter| letter.to_ascii_lowercase()).collect()
}

/// Rows looked at before a search gives up: bounds its time where a prefix fits many numbers.
const SEEN: u32 = 2_000;

/// Invoices whose number starts so, leading letters and zeros aside unless they are typed:
/// `INV-0088`, `inv 88`, `0088` and `88` all find INV-0088.
pub(crate) fn find(conn: &Connection, text: &str, limit: usize) -> Result<Vec<InvoiceHit>, StoreError> {
    let from = digits_on(text.trim());
    if from.is_empty() {
        return Ok(Vec::new());
    }
    let letters = letters_before(text.trim());
    let mut found = conn.prepare_cached(
        "SELECT id, account, number, amount, currency FROM invoice
         WHERE ltrim(number, 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0-_/#. ') >= ?1
           AND ltrim(number, 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0-_/#. ') < ?2
         ORDER BY ltrim(number, 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0-_/#. ') LIMIT ?3",
    )?;
    let rows = found.query_map(params![from, format!("{from}\u{10FFFF}"), SEEN], |row| {
        Ok(InvoiceHit {
            id: InvoiceId(row.stable(0)?),
            account: AccountId(row.stable(1)?),
            number: row.get(2)?,
            amount: row.money(3)?,
        })
    })?;
    let mut hits = Vec::new();
    for hit in rows {
        let hit = hit?;
        if letters_before(&hit.number).ends_with(&letters) {
            hits.push(hit);
            if hits.len() == limit {
                break;
            }
        }
    }
    Ok(hits)
}
