//! Rows on the wire. A device that meets a table or field it does not know stops and asks to be
//! upgraded; it never skips, and never moves its cursor over it.

use domain::row::{Row, Table};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::json::Json;

/// A row as it travels: `{"table":"invoice","id":"…","row":{…}}`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WireRow {
    /// Its table's name.
    pub table: String,
    /// Its id within the table.
    pub id: String,
    /// The row.
    pub row: Json,
}

/// Something this version does not know: stop, keep the cursor, ask to upgrade.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unknown {
    /// A table.
    #[error("the server sends \"{0}\", which this version of Dunlin does not know: update Dunlin; nothing was skipped")]
    Table(String),
    /// A field.
    #[error(
        "the server sends the field \"{field}\" of \"{table}\", which this version of Dunlin does not know: update Dunlin; nothing was skipped"
    )]
    Field {
        /// Of which table.
        table: String,
        /// Its path.
        field: String,
    },
    /// A value.
    #[error(
        "the server sends a \"{table}\" that this version of Dunlin can't read ({why}): update Dunlin; nothing was skipped"
    )]
    Value {
        /// Of which table.
        table: String,
        /// Why.
        why: String,
    },
}

impl WireRow {
    /// A row as it travels.
    pub fn of(row: &Row) -> Result<Self, serde_json::Error> {
        let body = match row {
            Row::Policy(row) => Json::of(row),
            Row::Template(row) => Json::of(row),
            Row::Customer(row) => Json::of(row),
            Row::Account(row) => Json::of(row),
            Row::Service(row) => Json::of(row),
            Row::Invoice(row) => Json::of(row),
            Row::Payment(row) => Json::of(row),
            Row::Dispute(row) => Json::of(row),
            Row::Hold(row) => Json::of(row),
            Row::Arrangement(row) => Json::of(row),
            Row::Contact(row) => Json::of(row),
            Row::FollowUp(row) => Json::of(row),
            Row::Outbox(row) => Json::of(row),
            Row::Steps(row) => Json::of(row),
            Row::History(row) => Json::of(row),
        }?;
        Ok(Self { table: row.table().name().to_owned(), id: row.id(), row: body })
    }

    /// The row; `Unknown` when this version would have to leave anything out.
    pub fn read(&self) -> Result<Row, Unknown> {
        let Some(table) = Table::by_name(&self.table) else {
            return Err(Unknown::Table(self.table.clone()));
        };
        let row = match table {
            Table::Policy => Row::Policy(self.body()?),
            Table::Template => Row::Template(self.body()?),
            Table::Customer => Row::Customer(self.body()?),
            Table::Account => Row::Account(self.body()?),
            Table::Service => Row::Service(self.body()?),
            Table::Invoice => Row::Invoice(self.body()?),
            Table::Payment => Row::Payment(self.body()?),
            Table::Dispute => Row::Dispute(self.body()?),
            Table::Hold => Row::Hold(self.body()?),
            Table::Arrangement => Row::Arrangement(self.body()?),
            Table::Contact => Row::Contact(self.body()?),
            Table::FollowUp => Row::FollowUp(self.body()?),
            Table::Outbox => Row::Outbox(self.body()?),
            Table::Steps => Row::Steps(self.body()?),
            Table::History => Row::History(self.body()?),
        };
        if row.id() == self.id {
            Ok(row)
        } else {
            let why = format!("it is {}, under the id {}", row.id(), self.id);
            Err(Unknown::Value { table: self.table.clone(), why })
        }
    }

    fn body<T: DeserializeOwned + Serialize>(&self) -> Result<T, Unknown> {
        match self.row.strict::<T>() {
            Ok((row, None)) => Ok(row),
            Ok((_, Some(field))) => Err(Unknown::Field { table: self.table.clone(), field }),
            Err(error) => Err(Unknown::Value { table: self.table.clone(), why: error.to_string() }),
        }
    }
}
