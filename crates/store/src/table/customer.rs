//! Customers. The import owns name, kind and zones; an address that a person set is not touched by
//! it any more (`address_by_person`).

use domain::account::{Address, Customer};
use domain::ids::CustomerId;
use rusqlite::{Connection, Row, params};

use crate::codec::{self, Read};
use crate::error::StoreError;

pub(crate) const DDL: &str = "
CREATE TABLE customer (
  id INTEGER PRIMARY KEY,
  reference TEXT NOT NULL,
  name TEXT NOT NULL,
  kind TEXT NOT NULL,
  lines TEXT NOT NULL,
  city TEXT NOT NULL,
  state TEXT NOT NULL,
  zip TEXT NOT NULL,
  country TEXT NOT NULL,
  zones TEXT NOT NULL,
  address_by_person INTEGER NOT NULL DEFAULT 0
) STRICT;
";

/// As `read` expects them, from column `at`.
pub(crate) const COLUMNS: &str =
    "c.id, c.reference, c.name, c.kind, c.lines, c.city, c.state, c.zip, c.country, c.zones";

/// Lines and zones hold no line break: joined by one.
fn split(text: &str) -> Vec<String> {
    if text.is_empty() { Vec::new() } else { text.split('\n').map(str::to_owned).collect() }
}

fn join(parts: &[String]) -> String {
    parts.iter().map(|part| part.replace('\n', " ")).collect::<Vec<_>>().join("\n")
}

/// Without its contact points.
pub(crate) fn read(row: &Row<'_>, at: usize) -> rusqlite::Result<Customer> {
    Ok(Customer {
        id: CustomerId(row.stable(at)?),
        reference: row.get(at + 1)?,
        name: row.get(at + 2)?,
        kind: row.word(at + 3)?,
        address: Address {
            lines: split(&row.get::<_, String>(at + 4)?),
            city: row.get(at + 5)?,
            state: row.get(at + 6)?,
            zip: row.get(at + 7)?,
            country: row.get(at + 8)?,
        },
        zones: split(&row.get::<_, String>(at + 9)?),
        points: Vec::new(),
    })
}

/// All of them.
pub(crate) fn all(conn: &Connection) -> Result<Vec<Customer>, StoreError> {
    let mut all = conn.prepare_cached(&format!("SELECT {COLUMNS} FROM customer c"))?;
    let rows = all.query_map([], |row| read(row, 0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Inserts, or updates what differs; an address set by a person stays. Whether anything changed.
pub(crate) fn import(conn: &Connection, customer: &Customer) -> Result<bool, StoreError> {
    let address = &customer.address;
    let changed = conn
        .prepare_cached(
            "INSERT INTO customer (id, reference, name, kind, lines, city, state, zip, country, zones)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)
             ON CONFLICT (id) DO UPDATE SET reference = ?2, name = ?3, kind = ?4, zones = ?10,
               lines = iif(address_by_person, lines, ?5), city = iif(address_by_person, city, ?6),
               state = iif(address_by_person, state, ?7), zip = iif(address_by_person, zip, ?8),
               country = iif(address_by_person, country, ?9)
             WHERE (reference, name, kind, zones) IS NOT (?2, ?3, ?4, ?10)
               OR (NOT address_by_person AND (lines, city, state, zip, country) IS NOT (?5, ?6, ?7, ?8, ?9))",
        )?
        .execute(params![
            customer.id.0.0,
            customer.reference,
            customer.name,
            codec::word(&customer.kind)?,
            join(&address.lines),
            address.city,
            address.state,
            address.zip,
            address.country,
            join(&customer.zones),
        ])?;
    Ok(changed > 0)
}

/// A person's correction; imports keep it.
pub(crate) fn set_address(conn: &Connection, id: CustomerId, address: &Address) -> Result<bool, StoreError> {
    let changed = conn
        .prepare_cached(
            "UPDATE customer SET lines = ?2, city = ?3, state = ?4, zip = ?5, country = ?6, address_by_person = 1
             WHERE id = ?1",
        )?
        .execute(params![id.0.0, join(&address.lines), address.city, address.state, address.zip, address.country,])?;
    Ok(changed > 0)
}

/// From the server, without the contact points.
pub(crate) fn mirror(conn: &Connection, customer: &Customer) -> Result<(), StoreError> {
    import(conn, customer)?;
    set_address(conn, customer.id, &customer.address).map(|_| ())
}
