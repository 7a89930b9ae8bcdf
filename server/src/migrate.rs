//! Brings a database to the schema this program knows, forward only. What was applied is kept with
//! its checksum: an altered migration, or a database newer than the program, stops the server.

use sha2::{Digest, Sha256};
use tokio_postgres::IsolationLevel;
use tokio_postgres::error::SqlState;

use crate::db::{Conn, Db, Run};
use crate::error::ServerError;
use crate::params;

struct Migration {
    version: i32,
    name: &'static str,
    sql: &'static str,
}

macro_rules! migrations {
    ($($version:literal $name:literal),* $(,)?) => {
        &[$(Migration { version: $version, name: $name, sql: include_str!(concat!("../migrations/", $name, ".sql")) }),*]
    };
}

const ALL: &[Migration] = migrations![1 "0001_directory", 2 "0002_history", 3 "0003_records", 4 "0004_sign_in", 5 "0005_orders", 6 "0006_attachments", 7 "0007_recorded",
    8 "0008_presence", 9 "0009_fewer_checks", 10 "0010_names", 11 "0011_snapshot_scope"];

const LEDGER: &str = "CREATE TABLE IF NOT EXISTS migration (
  version integer PRIMARY KEY,
  name text NOT NULL,
  checksum bytea NOT NULL,
  applied_at timestamptz NOT NULL DEFAULT now()
)";

/// Applies what is missing, one transaction a migration; how many were applied. Two servers that
/// start together wait for one another.
pub async fn migrate(db: &Db) -> Result<usize, ServerError> {
    let mut conn = db.conn().await?;
    // Two servers may find no ledger at the same moment; the one that comes second tries again.
    if conn.script(LEDGER).await.is_err() {
        conn.script(LEDGER).await?;
    }
    if let Some(newer) = newer(newest(&conn).await?) {
        return Err(newer);
    }
    let mut applied = 0;
    for migration in ALL {
        let tx = conn.begin(IsolationLevel::ReadCommitted).await?;
        tx.script("LOCK TABLE migration IN EXCLUSIVE MODE").await?;
        let sum = Sha256::digest(migration.sql).to_vec();
        let known = tx.row("SELECT checksum FROM migration WHERE version = $1", params![migration.version]).await?;
        match known.map(|row| row.get::<_, Vec<u8>>(0)) {
            Some(stored) if stored == sum => {}
            Some(_) => {
                return Err(ServerError::Migration(format!(
                    "migration {} was altered after it was applied; run the program that applied it",
                    migration.name
                )));
            }
            None => {
                tx.script(migration.sql).await?;
                tx.run(
                    "INSERT INTO migration (version, name, checksum) VALUES ($1, $2, $3)",
                    params![migration.version, migration.name, sum],
                )
                .await?;
                applied += 1;
            }
        }
        tx.commit().await?;
    }
    check(db).await?;
    Ok(applied)
}

/// Fails when the database is not at exactly this program's schema.
pub async fn check(db: &Db) -> Result<(), ServerError> {
    let conn = db.conn().await?;
    let newest = match newest(&conn).await {
        Err(ServerError::Database(error)) if error.code() == Some(&SqlState::UNDEFINED_TABLE) => {
            let message = "the database is empty: nothing was set up in it; run dunlin-server migrate";
            return Err(ServerError::Migration(message.to_owned()));
        }
        found => found?,
    };
    match newer(newest) {
        Some(newer) => Err(newer),
        None if newest < known() => Err(ServerError::Migration(format!(
            "the database is at version {newest}, this program needs {}; run dunlin-server migrate",
            known()
        ))),
        None => Ok(()),
    }
}

fn known() -> i32 {
    ALL.last().map_or(0, |migration| migration.version)
}

async fn newest(conn: &Conn) -> Result<i32, ServerError> {
    let row = conn.row("SELECT coalesce(max(version), 0) FROM migration", &[]).await?;
    Ok(row.map_or(0, |row| row.get(0)))
}

fn newer(newest: i32) -> Option<ServerError> {
    let known = known();
    (newest > known).then(|| {
        ServerError::Migration(format!(
            "the database is at version {newest}, newer than this program's {known}; run the newer program"
        ))
    })
}
