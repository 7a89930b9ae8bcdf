//! A page as it is taken in: every row read, or none. One row that this version does not know whole
//! stops the device where it is.

use chrono::{DateTime, Utc};
use domain::ids::CustomerId;
use domain::row::Row;
use protocol::{Assigned, CommandResult, Cursor, Page, Permit, Unit, Unknown, WireRow};

/// A page with its rows read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadPage {
    /// The cursor it follows.
    pub after: Cursor,
    /// The cursor it leads to.
    pub cursor: Cursor,
    /// More pages follow at once.
    pub more: bool,
    /// The rows of its transactions, in order.
    pub rows: Vec<Row>,
    /// Customers to purge.
    pub remove: Vec<CustomerId>,
    /// Customers to take whole: new ones, and repaired ones.
    pub replace: Vec<(CustomerId, Vec<Row>)>,
    /// Verdicts on this device's commands.
    pub results: Vec<CommandResult>,
    /// The last command whose effects are in the rows.
    pub last_device_seq: u64,
    /// Commands decided up to here are safe.
    pub durable_seq: u64,
    /// Permits this device holds by the server's books.
    pub permits: Vec<Permit>,
    /// Who works the customers, where that changed.
    pub assigned: Option<Vec<Assigned>>,
    /// The payment feed is complete up to there.
    pub payments_until: Option<DateTime<Utc>>,
    /// The server's clock.
    pub server_time: DateTime<Utc>,
}

/// Reads every row.
pub(crate) fn read(page: Page) -> Result<ReadPage, Unknown> {
    let rows = page.transactions.iter().flat_map(|one| &one.rows).map(WireRow::read).collect::<Result<_, _>>()?;
    let replace = page.scope.add.iter().chain(&page.repair).map(unit).collect::<Result<_, _>>()?;
    Ok(ReadPage {
        after: page.after,
        cursor: page.cursor,
        more: page.more,
        rows,
        remove: page.scope.remove,
        replace,
        results: page.results,
        last_device_seq: page.last_device_seq,
        durable_seq: page.durable_seq,
        permits: page.permits,
        assigned: page.assigned,
        payments_until: page.payments_until,
        server_time: page.server_time,
    })
}

fn unit(unit: &Unit) -> Result<(CustomerId, Vec<Row>), Unknown> {
    Ok((unit.customer, unit.rows.iter().map(WireRow::read).collect::<Result<_, _>>()?))
}
