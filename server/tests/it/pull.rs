//! The feed down: whole transactions, only what the user works, nothing skipped.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use domain::contact::Disposition;
use domain::ids::CustomerId;
use domain::row::{Row, Table};
use domain::rows::RowSet;
use protocol::{Cursor, Page, PermitRequest, PullRequest, PullResponse, Stretch, Unit, why_snapshot};
use server::permits;
use server::retention::prune;

use crate::scene::Scene;
use crate::work::{after, arrange, call, note};

/// A device that holds rows and applies pages as the protocol says.
#[derive(Default)]
struct Copy {
    rows: RowSet,
    cursor: Cursor,
}

impl Copy {
    fn apply(&mut self, page: &Page) {
        assert_eq!(page.after, self.cursor);
        for transaction in &page.transactions {
            for row in &transaction.rows {
                self.rows.put(row.read().unwrap());
            }
        }
        for gone in &page.scope.remove {
            self.rows.purge(*gone);
        }
        for unit in page.scope.add.iter().chain(&page.repair) {
            self.rows.purge(unit.customer);
            unit.rows.iter().for_each(|row| self.rows.put(row.read().unwrap()));
        }
        self.cursor = page.cursor;
    }

    fn customers(&self) -> BTreeSet<CustomerId> {
        self.rows.iter().filter_map(Row::customer).collect()
    }
}

#[tokio::test]
async fn a_device_holds_exactly_what_its_user_works_through_reassignments() {
    let scene = Scene::with(|config| config.limits.page_bytes = 1_500).await;
    let all = scene.accounts(1..9).await;
    let customers: Vec<_> = all.iter().map(|one| one.customer.id).collect();
    let ana = scene.specialist("ana", &customers[..4]).await;
    let bob = scene.specialist("bob", &customers[4..]).await;
    let PullResponse::Snapshot { why } = ana.pull(after(Cursor { schema_version: 1, ..Cursor::default() })).await
    else {
        panic!("nothing yet")
    };
    assert_eq!(why, why_snapshot::FIRST);
    let (rows, cursor) = ana.snapshot().await;
    let mut copy = Copy { rows: RowSet::of(rows), cursor };
    assert_eq!(copy.customers(), customers[..4].iter().copied().collect());

    for (seq, one) in (1..).zip(&all[4..]) {
        bob.act(seq, one.account.id, arrange()).await;
    }
    for (seq, one) in (1..).zip(&all[..4]) {
        ana.act(seq, one.account.id, call(Disposition::Spoke)).await;
    }
    // 0 leaves; 1 leaves and comes back; 4 comes; 5 comes and leaves again.
    scene.assign("ana", &[customers[4], customers[5]], &[customers[0], customers[1]]).await;
    scene.assign("bob", &[customers[0]], &[]).await;
    bob.act(5, all[0].account.id, note("now mine")).await;
    scene.assign("ana", &[customers[1]], &[customers[5]]).await;
    ana.act(5, all[1].account.id, note("back again")).await;

    let mut pages = 0;
    let mut results = 0;
    loop {
        let page = ana.page(copy.cursor).await;
        for one in customers[5..].iter().chain([&customers[0]]) {
            let named = serde_json::to_string(&page.transactions).unwrap().contains(&one.to_string())
                || page.scope.add.iter().any(|unit| unit.customer == *one);
            assert!(!named, "{one} is not hers");
        }
        results += page.results.len();
        copy.apply(&page);
        pages += 1;
        if !page.more {
            assert_eq!(page.last_device_seq, 5);
            break;
        }
        assert!(pages < 50);
    }
    assert!(pages > 2, "the pages are small here: {pages}");
    assert_eq!(results, 5, "every verdict came once");
    assert_eq!(copy.customers(), [1, 2, 3, 4].iter().map(|at| customers[*at]).collect());
    // A quiesced device equals the server, filtered by its scope.
    let (fresh, at) = ana.snapshot().await;
    assert_eq!(copy.rows, RowSet::of(fresh));
    assert_eq!(copy.cursor, at);

    let sums = |copy: &Copy| -> Vec<(CustomerId, String)> {
        copy.customers().into_iter().map(|one| (one, Unit::of(&copy.rows, one).unwrap().checksum())).collect()
    };
    let same = ana.pull(PullRequest { checksums: sums(&copy), ..after(copy.cursor) }).await;
    let PullResponse::Page(page) = same else { panic!("{same:?}") };
    assert!(page.repair.is_empty() && page.scope.remove.is_empty(), "all alike");
    let mut drifted = copy.rows.table(Table::Invoice).next().unwrap().clone();
    if let Row::Invoice(invoice) = &mut drifted {
        invoice.number = "drifted".to_owned();
    }
    copy.rows.put(drifted);
    let mut lingering = sums(&copy);
    lingering.push((customers[0], "whatever".to_owned()));
    let repaired = ana.pull(PullRequest { checksums: lingering, ..after(copy.cursor) }).await;
    let PullResponse::Page(page) = repaired else { panic!("{repaired:?}") };
    assert_eq!(page.repair.len(), 1, "only the one that drifted comes again");
    assert_eq!(page.scope.remove, [customers[0]], "what lingers is purged");
    copy.apply(&page);
    assert_eq!(copy.rows, RowSet::of(ana.snapshot().await.0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_reader_beside_eight_writers_never_skips_a_transaction() {
    let scene = Scene::new().await;
    let all = scene.accounts(1..9).await;
    let customers: Vec<_> = all.iter().map(|one| one.customer.id).collect();
    let reader = scene.specialist("reader", &customers).await;
    let (rows, cursor) = reader.snapshot().await;
    let mut copy = Copy { rows: RowSet::of(rows), cursor };
    let mut writers = Vec::new();
    for (nr, one) in all.iter().enumerate() {
        let device = Arc::new(scene.specialist(&format!("writer{nr}"), &[one.customer.id]).await);
        let account = one.account.id;
        writers.push(tokio::spawn(async move {
            for seq in 1..=15 {
                device.act(seq, account, note("n")).await;
            }
        }));
    }
    let writing = Arc::new(AtomicBool::new(true));
    let done = writing.clone();
    let all_written = tokio::spawn(async move {
        for writer in writers {
            writer.await.unwrap();
        }
        done.store(false, Ordering::SeqCst);
    });
    let mut seen: BTreeMap<u64, usize> = BTreeMap::new();
    loop {
        let last_round = !writing.load(Ordering::SeqCst);
        let page = reader.page(copy.cursor).await;
        for transaction in &page.transactions {
            *seen.entry(transaction.seq).or_default() += 1;
        }
        copy.apply(&page);
        if last_round && !page.more {
            break;
        }
    }
    all_written.await.unwrap();
    assert_eq!(copy.rows.table(Table::Contact).count(), 8 * 15, "nothing was skipped");
    assert!(seen.values().all(|times| *times == 1), "and nothing came twice");
    assert_eq!(copy.rows, RowSet::of(reader.snapshot().await.0));
}

#[tokio::test]
async fn below_the_floor_or_in_another_epoch_a_fresh_snapshot_is_asked_for() {
    let scene = Scene::new().await;
    let one = scene.accounts(1..2).await.remove(0);
    let device = scene.specialist("ana", &[one.customer.id]).await;
    let (_, cursor) = device.snapshot().await;
    for seq in 1..=5 {
        device.act(seq, one.account.id, note("n")).await;
    }
    prune(&scene.app, scene.org, 2).await.unwrap();
    let why = |response| match response {
        PullResponse::Snapshot { why } => why,
        other => panic!("{other:?}"),
    };
    assert_eq!(why(device.pull(after(cursor)).await), why_snapshot::RETENTION);
    assert_eq!(why(device.pull(after(Cursor { epoch: 9, ..cursor })).await), why_snapshot::EPOCH);
    assert_eq!(why(device.pull(after(Cursor { seq: 999, ..cursor })).await), why_snapshot::EPOCH);
    let old = device.pull(after(Cursor { schema_version: 0, ..cursor })).await;
    assert!(matches!(old, PullResponse::Upgrade { .. }), "an older form stops, it never skips");
    let (_, cursor) = device.snapshot().await;
    assert!(!device.page(cursor).await.more);
}

#[tokio::test]
async fn permits_and_calls_together_stay_within_the_caps() {
    let scene = Scene::new().await;
    let one = {
        let mut facts = crate::work::facts(1);
        facts.account.mode = domain::account::Mode::ThirdParty;
        scene.import(&crate::work::rows(&facts)).await;
        facts
    };
    let customer = one.customer.id;
    let ana = scene.specialist("ana", &[customer]).await;
    let bob = scene.specialist("bob", &[customer]).await;
    let ask = PermitRequest { customers: vec![customer], returned: vec![] };
    let mut leased = Vec::new();
    for (days, expected) in [(0, 3), (2, 3), (2, 1)] {
        scene.wait(chrono::TimeDelta::days(days));
        let before = leased.len();
        for turn in 0..10 {
            let device = if turn % 2 == 0 { &ana } else { &bob };
            leased.extend(permits::lease(&scene.app, &device.caller(), &ask).await.unwrap().permits);
        }
        assert_eq!(leased.len() - before, expected, "three a day, seven in seven days, over both devices");
    }
    let held: Vec<_> = ana.page(ana.snapshot().await.1).await.permits;
    assert_eq!(held.len(), 1, "those that are good still");
    let held = [held[0], leased[0]];
    // One given back makes room for one; a spent one does not: the call itself counts now.
    let back = PermitRequest { customers: vec![customer], returned: vec![held[0].id] };
    assert_eq!(permits::lease(&scene.app, &ana.caller(), &back).await.unwrap().permits.len(), 1);
    let mut spent = ana.envelope(1, one.account.id, call(Disposition::NoAnswer));
    spent.permit = Some(held[1].id);
    let result = ana.push(&[spent]).await.unwrap().results.remove(0);
    assert!(!crate::work::flags(&result).contains(&"SYN-8".to_owned()), "made while it was good: {result:?}");
    assert!(permits::lease(&scene.app, &ana.caller(), &ask).await.unwrap().permits.is_empty());
    let mut again = ana.envelope(2, one.account.id, call(Disposition::NoAnswer));
    again.permit = Some(held[1].id);
    let result = ana.push(&[again]).await.unwrap().results.remove(0);
    assert!(crate::work::flags(&result).contains(&"SYN-8".to_owned()), "spent before: recorded and flagged");
}

/// As a device asks: five hundred at a time, each with the stretch it means.
#[tokio::test]
async fn a_large_portfolio_is_compared_stretch_by_stretch() {
    let scene = Scene::new().await;
    let all = scene.accounts(1..1_101).await;
    let mut customers: Vec<CustomerId> = all.iter().map(|one| one.customer.id).collect();
    customers.sort_unstable();
    let ana = scene.specialist("ana", &customers).await;
    let (rows, cursor) = ana.snapshot().await;
    let held = RowSet::of(rows);
    let (drifted, missing) = (customers[1_050], customers[700]);
    let mut after_this = None;
    let mut repaired = Vec::new();
    for part in customers.chunks(500) {
        let checksums = part
            .iter()
            .filter(|customer| **customer != missing)
            .map(|customer| {
                let sum = Unit::of(&held, *customer).unwrap().checksum();
                (*customer, if *customer == drifted { "another".to_owned() } else { sum })
            })
            .collect();
        let upto = (part.len() == 500).then(|| *part.last().unwrap());
        let stretch = Some(Stretch { after: after_this, upto });
        let PullResponse::Page(page) = ana.pull(PullRequest { checksums, stretch, ..after(cursor) }).await else {
            panic!("a page")
        };
        assert!(page.scope.remove.is_empty());
        repaired.push(page.repair.iter().map(|unit| unit.customer).collect::<Vec<_>>());
        after_this = upto;
    }
    assert_eq!(repaired, [vec![], vec![missing], vec![drifted]], "those, each once, and nobody else");
}
