//! Connections to PostgreSQL: one pool, and one way to run a statement, which prepares it by name or
//! not at all. PgBouncer below 1.21 loses named statements in transaction mode: hence the switch.

use std::net::IpAddr;
use std::path::Path;
use std::time::Duration;

use chrono::{DateTime, NaiveDate, Utc};
use deadpool_postgres::{Manager, ManagerConfig, Object, Pool, RecyclingMethod, Transaction};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use tokio_postgres::config::{Host, SslMode};
use tokio_postgres::error::SqlState;
use tokio_postgres::types::{Json, ToSql, Type};
use tokio_postgres::{IsolationLevel, Row};
use tokio_postgres_rustls::MakeRustlsConnect;
use uuid::Uuid;

use crate::config::Database;
use crate::error::ServerError;

/// A value and the type PostgreSQL is to take it for.
pub type Param<'a> = (&'a (dyn ToSql + Sync), Type);

/// What PostgreSQL takes a Rust value for.
pub trait Typed: ToSql + Sync {
    /// Its type there.
    const TYPE: Type;
}

macro_rules! typed {
    ($($rust:ty = $sql:ident, $list:ident;)*) => {$(
        impl Typed for $rust { const TYPE: Type = Type::$sql; }
        impl Typed for Vec<$rust> { const TYPE: Type = Type::$list; }
        impl Typed for Vec<Option<$rust>> { const TYPE: Type = Type::$list; }
    )*};
}

typed! {
    bool = BOOL, BOOL_ARRAY;
    i32 = INT4, INT4_ARRAY;
    i64 = INT8, INT8_ARRAY;
    String = TEXT, TEXT_ARRAY;
    &str = TEXT, TEXT_ARRAY;
    Uuid = UUID, UUID_ARRAY;
    DateTime<Utc> = TIMESTAMPTZ, TIMESTAMPTZ_ARRAY;
    NaiveDate = DATE, DATE_ARRAY;
    Vec<u8> = BYTEA, BYTEA_ARRAY;
    &[u8] = BYTEA, BYTEA_ARRAY;
    Json<serde_json::Value> = JSONB, JSONB_ARRAY;
}

impl<T: Typed> Typed for Option<T> {
    const TYPE: Type = T::TYPE;
}

/// A value as a parameter.
pub fn param<T: Typed>(value: &T) -> Param<'_> {
    (value, T::TYPE)
}

/// `params![a, b]`: values as parameters, by reference.
#[macro_export]
macro_rules! params {
    ($($value:expr),* $(,)?) => { &[$($crate::db::param(&$value)),*] };
}

/// The pool.
#[derive(Clone)]
pub struct Db {
    pool: Pool,
    prepared: bool,
}

impl Db {
    /// Opens nothing yet. TLS as the URL's `sslmode` asks, against the system's certificates.
    pub fn new(config: &Database) -> Result<Self, ServerError> {
        Self::of(&config.url, config)
    }

    /// The same at another address.
    pub fn of(url: &str, config: &Database) -> Result<Self, ServerError> {
        // Twice is no error: the first holds.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let mut wanted: tokio_postgres::Config = url.parse()?;
        settle_tls(&mut wanted);
        let tls = connector(config.authority.as_deref())?;
        let manager = Manager::from_config(wanted, tls, ManagerConfig { recycling_method: RecyclingMethod::Fast });
        let pool = Pool::builder(manager)
            .max_size(config.pool)
            .wait_timeout(Some(Duration::from_secs(10)))
            .create_timeout(Some(Duration::from_secs(10)))
            .runtime(deadpool_postgres::Runtime::Tokio1)
            .build()
            .map_err(|error| ServerError::Unavailable(error.to_string()))?;
        Ok(Self { pool, prepared: config.prepared_statements })
    }

    /// A connection from the pool.
    pub async fn conn(&self) -> Result<Conn, ServerError> {
        Ok(Conn { client: self.pool.get().await?, prepared: self.prepared })
    }

    /// Connections in use, and at most.
    #[must_use]
    pub fn in_use(&self) -> (usize, usize) {
        let status = self.pool.status();
        (status.size.saturating_sub(status.available), status.max_size)
    }
}

/// Without a word about TLS: none on this machine, where a distribution's PostgreSQL shows a certificate that
/// nobody signed; always to another one, so that nobody on the way can talk it out of TLS.
fn settle_tls(wanted: &mut tokio_postgres::Config) {
    let local = |host: &Host| match host {
        Host::Tcp(name) => name == "localhost" || name.parse().is_ok_and(|ip: IpAddr| ip.is_loopback()),
        #[cfg(unix)]
        Host::Unix(_) => true,
    };
    let near = wanted.get_hosts().iter().all(local) && wanted.get_hostaddrs().iter().all(IpAddr::is_loopback);
    match wanted.get_ssl_mode() {
        SslMode::Prefer if near => wanted.ssl_mode(SslMode::Disable),
        SslMode::Prefer => wanted.ssl_mode(SslMode::Require),
        SslMode::Disable if !near => {
            tracing::warn!("customers' data go to the database in the clear: sslmode=disable");
            wanted
        }
        _ => wanted,
    };
}

fn connector(authority: Option<&Path>) -> Result<MakeRustlsConnect, ServerError> {
    let mut roots = rustls::RootCertStore::empty();
    if let Some(file) = authority {
        let unreadable = |why: String| ServerError::Invalid(format!("{}: {why}", file.display()));
        for found in CertificateDer::pem_file_iter(file).map_err(|error| unreadable(error.to_string()))? {
            let certificate = found.map_err(|error| unreadable(error.to_string()))?;
            roots.add(certificate).map_err(|error| unreadable(error.to_string()))?;
        }
        if roots.is_empty() {
            return Err(unreadable("there is no certificate in it".to_owned()));
        }
    } else {
        let found = rustls_native_certs::load_native_certs();
        for error in found.errors {
            tracing::warn!(%error, "a certificate of the system can't be read");
        }
        // A host without any can still reach a socket; a TLS connection will fail.
        roots.add_parsable_certificates(found.certs);
    }
    let config = rustls::ClientConfig::builder().with_root_certificates(roots).with_no_client_auth();
    Ok(MakeRustlsConnect::new(config))
}

/// A connection.
pub struct Conn {
    client: Object,
    prepared: bool,
}

impl Conn {
    /// Begins a transaction; it rolls back when dropped.
    pub async fn begin(&mut self, isolation: IsolationLevel) -> Result<Tx<'_>, ServerError> {
        let inner = self.client.build_transaction().isolation_level(isolation).start().await?;
        Ok(Tx { inner, prepared: self.prepared })
    }
}

/// A transaction.
pub struct Tx<'c> {
    inner: Transaction<'c>,
    prepared: bool,
}

impl Tx<'_> {
    /// Makes it last.
    pub async fn commit(self) -> Result<(), ServerError> {
        Ok(self.inner.commit().await?)
    }
}

/// Runs statements, on a connection or in a transaction.
pub trait Run {
    /// All rows.
    fn rows(&self, sql: &str, params: &[Param<'_>]) -> impl Future<Output = Result<Vec<Row>, ServerError>> + Send;
    /// How many rows it touched.
    fn run(&self, sql: &str, params: &[Param<'_>]) -> impl Future<Output = Result<u64, ServerError>> + Send;
    /// Several statements without parameters.
    fn script(&self, sql: &str) -> impl Future<Output = Result<(), ServerError>> + Send;

    /// The row, if there is one.
    fn row(&self, sql: &str, params: &[Param<'_>]) -> impl Future<Output = Result<Option<Row>, ServerError>> + Send
    where
        Self: Sync,
    {
        async { Ok(self.rows(sql, params).await?.into_iter().next()) }
    }
}

macro_rules! run_on {
    ($type:ty, $field:ident) => {
        impl Run for $type {
            async fn rows(&self, sql: &str, params: &[Param<'_>]) -> Result<Vec<Row>, ServerError> {
                if !self.prepared {
                    return Ok(self.$field.query_typed(sql, params).await?);
                }
                let types: Vec<Type> = params.iter().map(|(_, of)| of.clone()).collect();
                let values: Vec<&(dyn ToSql + Sync)> = params.iter().map(|(value, _)| *value).collect();
                let statement = self.$field.prepare_typed_cached(sql, &types).await?;
                Ok(self.$field.query(&statement, &values).await?)
            }

            async fn run(&self, sql: &str, params: &[Param<'_>]) -> Result<u64, ServerError> {
                if !self.prepared {
                    return Ok(self.$field.execute_typed(sql, params).await?);
                }
                let types: Vec<Type> = params.iter().map(|(_, of)| of.clone()).collect();
                let values: Vec<&(dyn ToSql + Sync)> = params.iter().map(|(value, _)| *value).collect();
                let statement = self.$field.prepare_typed_cached(sql, &types).await?;
                Ok(self.$field.execute(&statement, &values).await?)
            }

            async fn script(&self, sql: &str) -> Result<(), ServerError> {
                Ok(self.$field.batch_execute(sql).await?)
            }
        }
    };
}

run_on!(Conn, client);
run_on!(Tx<'_>, inner);

/// From how many changed rows on PostgreSQL's statistics are not left to autovacuum, which comes a minute
/// later: until then a first sync is planned for empty tables, and takes minutes.
const MANY: usize = 1_000;

/// Has the planner look at tables of which so many rows changed.
pub async fn look_again(db: &(impl Run + Sync), tables: &[&str], changed: usize) -> Result<(), ServerError> {
    if changed >= MANY {
        for table in tables {
            db.script(&format!("ANALYZE {table}")).await?;
        }
    }
    Ok(())
}

/// Whether a transaction that ended so may succeed when it is run again: lost a race, or the
/// database went away before it answered.
#[must_use]
pub fn is_passing(error: &tokio_postgres::Error) -> bool {
    error.is_closed()
        || error.code().is_none_or(|code| {
            [
                SqlState::T_R_SERIALIZATION_FAILURE,
                SqlState::T_R_DEADLOCK_DETECTED,
                SqlState::ADMIN_SHUTDOWN,
                SqlState::CRASH_SHUTDOWN,
                SqlState::CANNOT_CONNECT_NOW,
                SqlState::TOO_MANY_CONNECTIONS,
                SqlState::LOCK_NOT_AVAILABLE,
                // A full disk says nothing about the command that met it.
                SqlState::DISK_FULL,
                SqlState::OUT_OF_MEMORY,
                SqlState::INSUFFICIENT_RESOURCES,
                SqlState::IO_ERROR,
            ]
            .contains(code)
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_machine_is_reached_by_tls_unless_somebody_says_otherwise() {
        let mode = |url: &str| {
            let mut config = url.parse().unwrap();
            settle_tls(&mut config);
            config.get_ssl_mode()
        };
        assert_eq!(mode("postgres://dunlin@db.example.com/dunlin"), SslMode::Require);
        assert_eq!(mode("postgres://dunlin@db.example.com/dunlin?sslmode=disable"), SslMode::Disable);
        assert_eq!(mode("host=127.0.0.1,db.example.com dbname=dunlin"), SslMode::Require);
        for near in ["postgres://dunlin@localhost/dunlin", "postgres://[::1]/dunlin", "host=/run/postgresql"] {
            assert_eq!(mode(near), SslMode::Disable, "{near}");
        }
        assert_eq!(mode("postgres://dunlin@localhost/dunlin?sslmode=require"), SslMode::Require);
    }
}
