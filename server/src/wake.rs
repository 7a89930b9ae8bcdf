//! "There is something": a number to each device that listens, no data. Each process asks the database
//! once a second for the organisations it has listeners of; what it commits itself it tells at once.
//!
//! Not LISTEN/NOTIFY: a commit that notifies takes a lock shared by the whole database, and PgBouncer
//! in transaction mode delivers no notifications.

use std::collections::HashMap;
use std::sync::Mutex;
use std::time::Duration;

use tokio::sync::{oneshot, watch};
use uuid::Uuid;

use crate::db::{Db, Run};
use crate::error::ServerError;
use crate::params;

/// Epoch and number.
type News = (u64, u64);

/// Who listens, by organisation.
#[derive(Default)]
pub struct Wake {
    listened: Mutex<HashMap<Uuid, watch::Sender<News>>>,
    seats: Mutex<HashMap<Uuid, Vec<oneshot::Sender<()>>>>,
}

/// Streams of one device at the same moment. It needs one; another may be a dead connection's.
const SEATS: usize = 3;

impl Wake {
    /// Starts listening; the first news is where the organisation is now.
    pub async fn listen(&self, db: &Db, org: Uuid) -> Result<watch::Receiver<News>, ServerError> {
        let now = read(db, &[org]).await?.pop().map_or((0, 0), |(_, news)| news);
        let mut listened = self.listened.lock().map_err(|_| ServerError::Busy(1))?;
        let sender = listened.entry(org).or_insert_with(|| watch::channel(now).0);
        Ok(sender.subscribe())
    }

    /// A place for one stream of the device. When it has too many, the oldest one's ends: this resolves.
    pub fn sit(&self, device: Uuid) -> Result<oneshot::Receiver<()>, ServerError> {
        let mut seats = self.seats.lock().map_err(|_| ServerError::Busy(1))?;
        let mine = seats.entry(device).or_default();
        mine.retain(|seat| !seat.is_closed());
        if mine.len() >= SEATS {
            mine.remove(0);
        }
        let (seat, left) = oneshot::channel();
        mine.push(seat);
        Ok(left)
    }

    /// Forgets devices that listen no more.
    pub fn sweep(&self) {
        if let Ok(mut seats) = self.seats.lock() {
            seats.retain(|_, mine| mine.iter().any(|seat| !seat.is_closed()));
        }
    }

    /// Something was committed.
    pub fn hint(&self, org: Uuid, epoch: u64, seq: u64) {
        if let Ok(listened) = self.listened.lock()
            && let Some(sender) = listened.get(&org)
        {
            sender.send_if_modified(|news| {
                let later = (epoch, seq) > *news;
                if later {
                    *news = (epoch, seq);
                }
                later
            });
        }
    }

    /// Looks once a second, for as long as the process lives.
    pub async fn watch(&self, db: &Db) {
        loop {
            tokio::time::sleep(Duration::from_secs(1)).await;
            let orgs: Vec<Uuid> = match self.listened.lock() {
                Ok(mut listened) => {
                    listened.retain(|_, sender| sender.receiver_count() > 0);
                    listened.keys().copied().collect()
                }
                Err(_) => return,
            };
            if orgs.is_empty() {
                continue;
            }
            match read(db, &orgs).await {
                Ok(found) => found.into_iter().for_each(|(org, (epoch, seq))| self.hint(org, epoch, seq)),
                Err(error) => tracing::warn!(%error, "nobody can be woken"),
            }
        }
    }
}

async fn read(db: &Db, orgs: &[Uuid]) -> Result<Vec<(Uuid, News)>, ServerError> {
    let conn = db.conn().await?;
    let rows = conn.rows("SELECT org_id, epoch, seq FROM org WHERE org_id = ANY($1)", params![orgs.to_vec()]).await?;
    let unsigned = |number: i64| u64::try_from(number).unwrap_or_default();
    Ok(rows.iter().map(|row| (row.get(0), (unsigned(row.get(1)), unsigned(row.get(2))))).collect())
}
