//! The schema's way forward: numbered steps, each recorded with its SHA-256, never edited and never
//! undone. A file that went through other steps, or through more of them, is left alone.

use rusqlite::{Connection, TransactionBehavior};
use sha2::{Digest, Sha256};

use crate::error::StoreError;
use crate::table;

/// One step: the statements it consists of.
pub(crate) type Step = &'static [&'static str];

/// All steps, oldest first. The first is every table's first DDL, so those texts are frozen; the
/// next change to a table is a new step with its own text.
pub(crate) const STEPS: &[Step] = &[table::FIRST, table::ASSIGNED, table::SYNC, table::ATTACHMENTS];

/// Brings the schema up to the newest step, each in its own transaction.
pub(crate) fn run(conn: &mut Connection) -> Result<(), StoreError> {
    run_steps(conn, STEPS)
}

fn number(index: usize) -> u32 {
    u32::try_from(index + 1).unwrap_or(u32::MAX)
}

/// Whether this program knows the file's schema, without changing it.
pub(crate) fn check(conn: &Connection) -> Result<u32, StoreError> {
    check_steps(conn, STEPS)
}

fn check_steps(conn: &Connection, steps: &[Step]) -> Result<u32, StoreError> {
    let known = u32::try_from(steps.len()).unwrap_or(u32::MAX);
    let found: u32 = conn.pragma_query_value(None, "user_version", |row| row.get(0))?;
    if found > known {
        return Err(StoreError::NewerSchema { found, known });
    }
    if found > 0 {
        verify(conn, steps, found)?;
    }
    Ok(found)
}

pub(crate) fn run_steps(conn: &mut Connection, steps: &[Step]) -> Result<(), StoreError> {
    let found = check_steps(conn, steps)?;
    for (index, step) in steps.iter().enumerate().skip(found as usize) {
        let tx = conn.transaction_with_behavior(TransactionBehavior::Immediate)?;
        for sql in *step {
            tx.execute_batch(sql)?;
        }
        tx.execute("INSERT INTO migration (number, checksum) VALUES (?1, ?2)", (number(index), checksum(step)))?;
        tx.pragma_update(None, "user_version", number(index))?;
        tx.commit()?;
    }
    Ok(())
}

fn verify(conn: &Connection, steps: &[Step], found: u32) -> Result<(), StoreError> {
    let mut recorded = conn.prepare("SELECT checksum FROM migration WHERE number = ?1")?;
    for (index, step) in steps.iter().enumerate().take(found as usize) {
        let number = number(index);
        let stored: Vec<u8> = recorded.query_row([number], |row| row.get(0)).map_err(|error| match error {
            rusqlite::Error::QueryReturnedNoRows => StoreError::EditedMigration { number },
            other => other.into(),
        })?;
        if stored != checksum(step) {
            return Err(StoreError::EditedMigration { number });
        }
    }
    Ok(())
}

pub(crate) fn checksum(step: Step) -> [u8; 32] {
    let mut hash = Sha256::new();
    for sql in step {
        hash.update((sql.len() as u64).to_le_bytes());
        hash.update(sql.as_bytes());
    }
    hash.finalize().into()
}
