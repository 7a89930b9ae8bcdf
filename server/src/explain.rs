//! What an operator reads when the database does not do: which database was meant, what it said, and what to
//! do about it.

use tokio_postgres::config::Host;
use tokio_postgres::error::SqlState;

use crate::config::Database;
use crate::error::{ServerError, chain};

/// Which database, without its password.
struct Meant {
    at: String,
    name: String,
    user: String,
}

impl Meant {
    fn of(url: &str) -> Option<Self> {
        let config: tokio_postgres::Config = url.parse().ok()?;
        let at = match config.get_hosts().first()? {
            Host::Tcp(host) => format!("{host}:{}", config.get_ports().first().unwrap_or(&5432)),
            #[cfg(unix)]
            Host::Unix(folder) => folder.display().to_string(),
        };
        let user = config.get_user().unwrap_or("the system's user").to_owned();
        let name = config.get_dbname().unwrap_or(&user).to_owned();
        Some(Self { at, name, user })
    }
}

/// The error, and its remedy in the next line.
#[must_use]
pub fn explain(error: &ServerError, database: &Database) -> String {
    let said = chain(error);
    let ServerError::Database(inner) = error else {
        return match error {
            ServerError::Unavailable(_) => {
                format!("{said}\nSee that PostgreSQL runs, answers and has connections left.")
            }
            _ => said,
        };
    };
    let Some(meant) = Meant::of(&database.url) else {
        return format!(
            "{said}\nWrite the database's address as postgres://USER:PASSWORD@HOST:PORT/NAME?sslmode=require (special \
             characters of the password as %XX; sslmode is require or disable), or as host=/run/postgresql dbname=NAME \
             user=USER. Its authority's certificate goes to authority under [database]."
        );
    };
    let what = format!("database {} at {}, as {}: {said}", meant.name, meant.at, meant.user);
    match remedy(inner, &said, &meant) {
        Some(remedy) => format!("{what}\n{remedy}"),
        None => what,
    }
}

fn remedy(error: &tokio_postgres::Error, said: &str, Meant { at, name, user }: &Meant) -> Option<String> {
    if let Some(code) = error.code() {
        let by_code = [
            (
                SqlState::INVALID_PASSWORD,
                format!("Correct the password in DUNLIN_DATABASE_URL, or set it: psql -c '\\password {user}'"),
            ),
            (
                SqlState::INVALID_AUTHORIZATION_SPECIFICATION,
                format!("Make the role (createuser --pwprompt {user}), and let it in by a line of pg_hba.conf."),
            ),
            (SqlState::INVALID_CATALOG_NAME, format!("Make it: createdb --owner {user} --encoding UTF8 {name}")),
            (SqlState::UNDEFINED_TABLE, "Set it up: dunlin-server migrate".to_owned()),
            (
                SqlState::INSUFFICIENT_PRIVILEGE,
                format!("{user} must own the database and its tables: psql -c 'ALTER DATABASE {name} OWNER TO {user}'"),
            ),
            (
                SqlState::TOO_MANY_CONNECTIONS,
                "Raise max_connections of PostgreSQL, lower pool under [database], or use PgBouncer.".to_owned(),
            ),
            (SqlState::DISK_FULL, "Make room on PostgreSQL's disk.".to_owned()),
            (
                SqlState::READ_ONLY_SQL_TRANSACTION,
                format!("{at} is a replica: name the primary, and the replica as read_url under [database]."),
            ),
            (SqlState::CANNOT_CONNECT_NOW, "It starts or stops at this moment: try again.".to_owned()),
        ];
        return by_code.into_iter().find(|(known, _)| known == code).map(|(_, remedy)| remedy);
    }
    let by_words = [
        ("Connection refused", format!("Nothing listens at {at}: start PostgreSQL, or correct the host and port.")),
        ("No such file", format!("There is no PostgreSQL socket in {at}: start PostgreSQL, or correct the folder.")),
        ("lookup address", "The host's name is not known: correct it, or the name server's settings.".to_owned()),
        (
            "UnknownIssuer",
            "PostgreSQL's certificate is signed by nobody known here: name its authority's certificate as authority \
             under [database]."
                .to_owned(),
        ),
        (
            "certificate",
            "PostgreSQL's certificate does not do for that host: renew it, or use the name that stands in it."
                .to_owned(),
        ),
        (
            "does not support TLS",
            "Turn on ssl in postgresql.conf; only where the network is yours alone, say sslmode=disable.".to_owned(),
        ),
    ];
    by_words.into_iter().find(|(word, _)| said.contains(word)).map(|(_, remedy)| remedy)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::db::Db;

    #[tokio::test]
    async fn the_database_and_the_remedy_are_named_and_the_password_is_not() {
        let at = |url: &str| Database { url: url.to_owned(), ..Database::default() };
        let closed = at("postgres://dunlin:secret@127.0.0.1:1/collections");
        let error = Db::new(&closed).unwrap().conn().await.err().unwrap();
        let said = explain(&error, &closed);
        assert!(said.starts_with("database collections at 127.0.0.1:1, as dunlin: "), "{said}");
        assert!(said.contains("\nNothing listens at 127.0.0.1:1") && !said.contains("secret"), "{said}");
        let wrong = at("postgres//dunlin:secret@db");
        let said = explain(&Db::new(&wrong).err().unwrap(), &wrong);
        assert!(said.contains("postgres://USER:PASSWORD@") && !said.contains("secret"), "{said}");
    }
}
