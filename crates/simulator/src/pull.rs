//! The model's feed: pages by the rules that `protocol::Page` states, and first snapshots.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use domain::ids::CustomerId;
use protocol::{
    Assigned, CommandResult, Cursor, DeviceId, Json, Manifest, ManifestRequest, Page, PullRequest, PullResponse,
    SCHEMA, ScopeDelta, SnapshotId, Transaction, Unit, WireRow, pack, why_snapshot,
};

use crate::fate::Bug;
use crate::server::{PAGE_ROWS, Server, actor, wired};
use crate::world::USERS;

/// Customers that may come into scope with one page.
const PAGE_UNITS: usize = 2;

impl Server {
    pub(crate) fn pull(&self, device: DeviceId, request: &PullRequest, reads: u16, now: DateTime<Utc>) -> PullResponse {
        let at = request.cursor;
        let snapshot = |why: &str| PullResponse::Snapshot { why: why.to_owned() };
        if at.epoch == 0 {
            return snapshot(why_snapshot::FIRST);
        }
        if at.epoch != self.epoch {
            return snapshot(why_snapshot::EPOCH);
        }
        if at.seq < self.floor {
            return snapshot(why_snapshot::RETENTION);
        }
        PullResponse::Page(self.page(device, request, reads, now))
    }

    fn page(&self, device: DeviceId, request: &PullRequest, reads: u16, now: DateTime<Utc>) -> Page {
        let at = request.cursor;
        let user = self.user_of(device);
        let before = self.scope_at(user, at.scope_version);
        let current = self.scope_at(user, u64::MAX);
        let later = self.scope.iter().filter(|change| change.user == user && change.version > at.scope_version);
        let moved: BTreeSet<CustomerId> = later.map(|change| change.customer).collect();
        let (mut transactions, mut seq, mut rows) = (Vec::new(), at.seq, 0);
        let mut reached = true;
        for tx in self.log.iter().filter(|tx| tx.seq > at.seq) {
            if tx.visible > now {
                // With the plain sequence it is not there yet, and the reader goes on past it.
                seq = tx.seq;
                continue;
            }
            let mine: Vec<_> = tx
                .rows
                .iter()
                .filter(|(owner, _)| owner.is_none_or(|owner| before.contains(&owner) && !moved.contains(&owner)))
                .map(|(_, row)| row)
                .collect();
            if rows > 0 && rows + mine.len() > PAGE_ROWS {
                reached = false;
                break;
            }
            rows += mine.len();
            seq = tx.seq;
            let mut sent = wired(mine.into_iter());
            if self.upgraded_at.is_some_and(|from| tx.seq >= from) && reads < SCHEMA + 1 && !sent.is_empty() {
                sent.push(unknown(tx.seq));
            }
            transactions.push(Transaction { seq, rows: sent });
        }
        if self.bug == Some(Bug::PageMultiple) && rows >= PAGE_ROWS {
            transactions.pop();
        }
        let (scope, scope_version) = self.scope_delta(user, at, &before, &current, reached);
        let latest = self.scope.iter().filter(|change| change.user == user).map(|change| change.version).max();
        let more = !reached || latest.is_some_and(|latest| latest > scope_version);
        let known = self.devices.get(&device);
        let results: Vec<CommandResult> = known
            .into_iter()
            .flat_map(|known| known.results.values())
            .map(|(_, result)| result.clone())
            .filter(|result| result.seq > at.seq && result.seq <= seq)
            .collect();
        let upto = if self.bug == Some(Bug::DecidedTooFar) { u64::MAX } else { seq };
        let decided = known.into_iter().flat_map(|known| known.results.values()).map(|(_, result)| result);
        let last_device_seq = decided.filter(|result| result.seq <= upto).map(|result| result.device_seq).max();
        let results = if self.bug == Some(Bug::DecidedTooFar) {
            known.into_iter().flat_map(|known| known.results.values()).map(|(_, result)| result.clone()).collect()
        } else {
            results
        };
        Page {
            after: at,
            cursor: Cursor { seq, scope_version, ..at },
            more,
            transactions,
            repair: self.repair(
                request,
                &current,
                reached && at.seq == seq && latest.is_none_or(|it| it <= at.scope_version),
            ),
            scope,
            results,
            last_device_seq: last_device_seq.unwrap_or(0),
            durable_seq: self.durable,
            permits: self.leases.iter().filter(|lease| lease.device == device).map(|lease| lease.permit).collect(),
            assigned: self.assigned(user, request, seq),
            payments_until: self.payments_until,
            server_time: now,
        }
    }

    fn scope_delta(
        &self,
        user: usize,
        at: Cursor,
        before: &BTreeSet<CustomerId>,
        current: &BTreeSet<CustomerId>,
        reached: bool,
    ) -> (ScopeDelta, u64) {
        let mut remove: BTreeSet<CustomerId> = before.difference(current).copied().collect();
        let mut add = BTreeSet::new();
        let mut version = at.scope_version;
        if reached || self.bug == Some(Bug::Seam) {
            for change in self.scope.iter().filter(|change| change.user == user && change.version > at.scope_version) {
                if add.len() == PAGE_UNITS {
                    break;
                }
                version = change.version;
                if current.contains(&change.customer) {
                    add.insert(change.customer);
                } else {
                    remove.insert(change.customer);
                }
            }
        }
        let add = add.into_iter().filter_map(|customer| Unit::of(&self.rows, customer).ok()).collect();
        (ScopeDelta { remove: remove.into_iter().collect(), add }, version)
    }

    /// Who else works a user's customers now.
    pub(crate) fn colleagues(&self, user: usize) -> Vec<Assigned> {
        let others: Vec<(usize, BTreeSet<CustomerId>)> =
            (0..USERS).filter(|other| *other != user).map(|other| (other, self.scope_at(other, u64::MAX))).collect();
        let of = |customer: CustomerId| {
            let works = others.iter().filter(|(_, scope)| scope.contains(&customer));
            Assigned { customer, users: works.map(|(other, _)| actor(*other).name).collect() }
        };
        self.scope_at(user, u64::MAX).into_iter().map(of).filter(|one| !one.users.is_empty()).collect()
    }

    /// That, where it changed in the stretch or the device does not know.
    fn assigned(&self, user: usize, request: &PullRequest, end: u64) -> Option<Vec<Assigned>> {
        let changed = self.log.iter().any(|tx| tx.assigns && tx.seq > request.cursor.seq && tx.seq <= end);
        let asked = request.assigned && self.bug != Some(Bug::ForgottenColleagues);
        (changed || asked).then(|| self.colleagues(user))
    }

    /// Customers whose checksums differ, and those that should be there, when both speak of the same moment.
    fn repair(&self, request: &PullRequest, mine: &BTreeSet<CustomerId>, same_moment: bool) -> Vec<Unit> {
        if !same_moment {
            return Vec::new();
        }
        let differs = |customer: &CustomerId| {
            let claimed = request.checksums.iter().find(|(of, _)| of == customer).map(|(_, sum)| sum);
            Unit::of(&self.rows, *customer).ok().filter(|unit| claimed != Some(&unit.checksum()))
        };
        mine.iter().filter(|customer| request.told_of(**customer)).filter_map(differs).collect()
    }

    pub(crate) fn manifest(&mut self, device: DeviceId, request: ManifestRequest) -> Manifest {
        let user = self.user_of(device);
        let scope_version = self.scope.iter().map(|change| change.version).max().unwrap_or(0);
        let current = self.scope_at(user, u64::MAX);
        let mine = self.rows.iter().filter(|row| self.rows.owner(row).is_none_or(|owner| current.contains(&owner)));
        let rows = wired(mine);
        let (mut chunks, mut parts) = (Vec::new(), Vec::new());
        for part in rows.chunks(20) {
            if let Ok((chunk, packed)) = pack(part) {
                chunks.push(chunk);
                parts.push(packed);
            }
        }
        let known = self.devices.get(&device);
        let results = known.into_iter().flat_map(|known| known.results.values()).map(|(_, result)| result.clone());
        let manifest = Manifest {
            id: SnapshotId(self.uuid_of(device)),
            cursor: Cursor { epoch: self.epoch, seq: self.seq, scope_version, schema_version: SCHEMA },
            last_device_seq: known.map_or(0, |known| known.last),
            results: results.filter(|result| result.device_seq > request.decided).collect(),
            rows: rows.len() as u64,
            chunks,
        };
        self.made += 1;
        self.snapshots.insert(manifest.id, (manifest.clone(), parts));
        manifest
    }

    fn uuid_of(&self, device: DeviceId) -> uuid::Uuid {
        uuid::Uuid::from_u128(device.0.as_u128() ^ (self.made << 40) ^ u128::from(self.epoch))
    }

    pub(crate) fn chunk(&self, id: SnapshotId, nr: u32) -> Option<Vec<u8>> {
        self.snapshots.get(&id)?.1.get(usize::try_from(nr).ok()?).cloned()
    }
}

/// A row of a table that only a newer version knows.
fn unknown(seq: u64) -> WireRow {
    WireRow { table: "payment_plan_note".to_owned(), id: seq.to_string(), row: Json::null() }
}
