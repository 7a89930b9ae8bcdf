//! Phone numbers and email addresses. What a person put or removed stays so: an import adds points
//! it does not know yet, and updates only those that no person touched.

use domain::account::ContactPoint;
use domain::ids::{ContactPointId, CustomerId};
use rusqlite::{Connection, Row, params};

use crate::codec::{self, Read};
use crate::error::StoreError;

pub(crate) const DDL: &str = "
CREATE TABLE contact_point (
  nr INTEGER PRIMARY KEY,
  id BLOB NOT NULL,
  customer INTEGER NOT NULL REFERENCES customer,
  position INTEGER NOT NULL,
  kind TEXT NOT NULL,
  value TEXT NOT NULL,
  label TEXT NOT NULL,
  source TEXT NOT NULL,
  bad INTEGER NOT NULL,
  opted_out INTEGER NOT NULL,
  consented INTEGER NOT NULL,
  by_person INTEGER NOT NULL,
  removed INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE UNIQUE INDEX contact_point_id ON contact_point (id);
CREATE INDEX contact_point_customer ON contact_point (customer, position);
";

/// As `read` expects them, from column `at`.
pub(crate) const COLUMNS: &str = "t.id, t.kind, t.value, t.label, t.source, t.bad, t.opted_out, t.consented";

/// Of the picked accounts' customers, in order of preference.
pub(crate) const OF_PICKED: &str = "contact_point t ON t.customer = p.customer AND NOT t.removed";

pub(crate) fn read(row: &Row<'_>, at: usize) -> rusqlite::Result<ContactPoint> {
    Ok(ContactPoint {
        id: ContactPointId(row.uuid(at)?),
        kind: row.word(at + 1)?,
        value: row.get(at + 2)?,
        label: row.get(at + 3)?,
        source: row.get(at + 4)?,
        bad: row.get(at + 5)?,
        opted_out: row.get(at + 6)?,
        consented: row.get(at + 7)?,
    })
}

/// From a person: new, or changed. One that was removed comes back.
pub(crate) fn put(conn: &Connection, customer: CustomerId, point: &ContactPoint) -> Result<(), StoreError> {
    let changed = conn
        .prepare_cached(
            "INSERT INTO contact_point
               (id, customer, position, kind, value, label, source, bad, opted_out, consented, by_person)
             VALUES (?1, ?2, (SELECT coalesce(max(position), 0) + 1 FROM contact_point WHERE customer = ?2),
               ?3, ?4, ?5, ?6, ?7, ?8, ?9, 1)
             ON CONFLICT (id) DO UPDATE SET kind = ?3, value = ?4, label = ?5, source = ?6, bad = ?7,
               opted_out = ?8, consented = ?9, by_person = 1, removed = 0
             WHERE customer = ?2",
        )?
        .execute(params![
            point.id.0.as_bytes(),
            customer.0.0,
            codec::word(&point.kind)?,
            point.value,
            point.label,
            point.source,
            point.bad,
            point.opted_out,
            point.consented,
        ])?;
    if changed == 0 {
        return Err(StoreError::Conflict { what: "contact point", id: point.id.to_string() });
    }
    Ok(())
}

/// Marks it removed, so that no import brings it back. Whose it was.
pub(crate) fn remove(conn: &Connection, id: ContactPointId) -> Result<CustomerId, StoreError> {
    let mut removed = conn.prepare_cached(
        "UPDATE contact_point SET removed = 1, by_person = 1 WHERE id = ?1 AND NOT removed RETURNING customer",
    )?;
    let mut rows = removed.query([id.0.as_bytes()])?;
    let Some(row) = rows.next()? else {
        return Err(StoreError::NoSuchRow { what: "contact point", id: id.to_string() });
    };
    let customer = CustomerId(row.stable(0)?);
    // Steps to the end, or the change is not done.
    while rows.next()?.is_some() {}
    Ok(customer)
}

/// From an import. Skipped when a person touched it, or when the customer has the same number or
/// address under another id (removed ones included). Whether anything changed.
pub(crate) fn import(
    conn: &Connection,
    customer: CustomerId,
    position: usize,
    point: &ContactPoint,
) -> Result<bool, StoreError> {
    let changed = conn
        .prepare_cached(
            "INSERT INTO contact_point
               (id, customer, position, kind, value, label, source, bad, opted_out, consented, by_person)
             SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, 0
             WHERE NOT EXISTS (SELECT 1 FROM contact_point
               WHERE customer = ?2 AND kind = ?4 AND value = ?5 AND id <> ?1)
             ON CONFLICT (id) DO UPDATE SET kind = ?4, value = ?5, label = ?6, source = ?7, bad = ?8,
               opted_out = ?9, consented = ?10
             WHERE NOT by_person AND customer = ?2 AND (kind, value, label, source, bad, opted_out, consented)
               IS NOT (?4, ?5, ?6, ?7, ?8, ?9, ?10)",
        )?
        .execute(params![
            point.id.0.as_bytes(),
            customer.0.0,
            super::limit(position),
            codec::word(&point.kind)?,
            point.value,
            point.label,
            point.source,
            point.bad,
            point.opted_out,
            point.consented,
        ])?;
    Ok(changed > 0)
}

/// From an import into an empty table, whose indexes are built afterwards.
pub(crate) fn add(
    conn: &Connection,
    customer: CustomerId,
    position: usize,
    point: &ContactPoint,
) -> Result<bool, StoreError> {
    conn.prepare_cached(
        "INSERT INTO contact_point
           (id, customer, position, kind, value, label, source, bad, opted_out, consented, by_person)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, 0)",
    )?
    .execute(params![
        point.id.0.as_bytes(),
        customer.0.0,
        super::limit(position),
        codec::word(&point.kind)?,
        point.value,
        point.label,
        point.source,
        point.bad,
        point.opted_out,
        point.consented,
    ])?;
    Ok(true)
}

/// From the server: these, in this order, and no others.
pub(crate) fn mirror(conn: &Connection, customer: CustomerId, points: &[ContactPoint]) -> Result<(), StoreError> {
    conn.prepare_cached("DELETE FROM contact_point WHERE customer = ?1")?.execute([customer.0.0])?;
    for (position, point) in points.iter().enumerate() {
        add(conn, customer, position, point)?;
    }
    Ok(())
}
