//! Bugs that others shipped, each by its name, against the real database. Their kin are in the engine's
//! tests, the store's, and the simulator's planted bugs; `docs/architecture.md` has the list.

use domain::decide::Command;
use protocol::{Cursor, PullRequest, PullResponse, Stretch, Unit};

use crate::scene::{Device, Scene};
use crate::work::{after, note, refused};

/// All transactions after a cursor, with pages of that size; how many pages it took.
async fn all(device: &Device, mut cursor: Cursor, limit_bytes: u64) -> (Vec<u64>, usize) {
    let (mut found, mut pages) = (Vec::new(), 0);
    loop {
        let PullResponse::Page(page) = device.pull(PullRequest { limit_bytes, ..after(cursor) }).await else {
            panic!("a page")
        };
        pages += 1;
        assert!(pages < 100, "it goes round in circles");
        found.extend(page.transactions.iter().map(|one| one.seq));
        cursor = page.cursor;
        if !page.more {
            return (found, pages);
        }
    }
}

#[tokio::test]
async fn an_oversized_record_does_not_block_the_queue() {
    let scene = Scene::new().await;
    let one = scene.accounts(1..2).await.remove(0);
    let device = scene.specialist("ana", &[one.customer.id]).await;
    let large = Command::AddNote { note: "word ".repeat(300_000) };
    let result = device.act(1, one.account.id, large).await;
    assert_eq!(refused(&result), "SYN-11", "it has its place in the order, and lands in the inbox");
    assert!(device.act(2, one.account.id, note("after it")).await.outcome.is_accepted());
}

#[tokio::test]
async fn the_last_record_is_not_skipped_at_exact_page_multiples() {
    let scene = Scene::new().await;
    let one = scene.accounts(1..2).await.remove(0);
    let device = scene.specialist("ana", &[one.customer.id]).await;
    let (_, cursor) = device.snapshot().await;
    for seq in 1..=8 {
        device.act(seq, one.account.id, note("of equal length")).await;
    }
    let page = device.page(cursor).await;
    let sizes: Vec<u64> =
        page.transactions.iter().map(|one| one.rows.iter().map(|row| row.row.text().len() as u64 + 80).sum()).collect();
    let expected: Vec<u64> = page.transactions.iter().map(|one| one.seq).collect();
    assert_eq!(expected.len(), 8);
    for together in [1, 2, 4, 8] {
        let exact: u64 = sizes[..together].iter().sum();
        for limit in [exact - 1, exact, exact + 1] {
            let (found, pages) = all(&device, cursor, limit).await;
            assert_eq!(found, expected, "pages of {limit} bytes, {pages} of them");
        }
    }
}

#[tokio::test]
async fn nothing_falls_into_the_seam_between_snapshot_and_stream() {
    let scene = Scene::new().await;
    let one = scene.accounts(1..2).await.remove(0);
    let (ana, bob) =
        (scene.specialist("ana", &[one.customer.id]).await, scene.specialist("bob", &[one.customer.id]).await);
    for seq in 1..=6 {
        let (rows, cursor) = ana.snapshot().await;
        let before = bob.act(seq, one.account.id, note("n")).await;
        let notes = rows.iter().filter(|row| row.table() == domain::row::Table::Contact).count() as u64;
        assert_eq!(notes, seq - 1, "the snapshot has what was there");
        let (found, _) = all(&ana, cursor, 1 << 20).await;
        assert_eq!(found, [before.seq], "the stream goes on right after it");
    }
}

#[tokio::test]
async fn drift_is_mended_customer_by_customer_and_does_not_stop_sync() {
    let scene = Scene::new().await;
    let accounts = scene.accounts(1..4).await;
    let customers: Vec<_> = accounts.iter().map(|one| one.customer.id).collect();
    let device = scene.specialist("ana", &customers[..2]).await;
    let (rows, cursor) = device.snapshot().await;
    let set = domain::rows::RowSet::of(rows);
    let right = Unit::of(&set, customers[0]).unwrap().checksum();
    let checksums =
        vec![(customers[0], right), (customers[1], "drifted".to_owned()), (customers[2], "kept".to_owned())];
    let PullResponse::Page(page) = device.pull(PullRequest { checksums: checksums.clone(), ..after(cursor) }).await
    else {
        panic!("a page")
    };
    let mended: Vec<_> = page.repair.iter().map(|unit| unit.customer).collect();
    assert_eq!(mended, [customers[1]], "that one, whole, and no other");
    assert_eq!(page.repair[0].checksum(), Unit::of(&set, customers[1]).unwrap().checksum());
    assert_eq!(page.scope.remove, [customers[2]], "what it should not hold goes");
    // What is not there at all has no checksum to differ.
    let stretch = Some(Stretch { after: None, upto: None });
    let only = PullRequest { checksums: checksums[..1].to_vec(), stretch, ..after(page.cursor) };
    let PullResponse::Page(missing) = device.pull(only).await else { panic!("a page") };
    assert_eq!(missing.repair.iter().map(|unit| unit.customer).collect::<Vec<_>>(), [customers[1]]);
    // Checksums of another moment mend nothing, and stop nothing.
    device.act(1, accounts[0].account.id, note("n")).await;
    let PullResponse::Page(page) = device.pull(PullRequest { checksums, ..after(page.cursor) }).await else {
        panic!("a page")
    };
    assert!(page.repair.is_empty() && page.transactions.len() == 1);
}

#[tokio::test]
async fn who_else_works_a_customer_is_told_after_a_snapshot_too() {
    let scene = Scene::new().await;
    let one = scene.accounts(1..2).await.remove(0);
    let ana = scene.specialist("ana", &[one.customer.id]).await;
    let _bob = scene.specialist("bob", &[one.customer.id]).await;
    let (_, cursor) = ana.snapshot().await;
    assert_eq!(ana.page(cursor).await.assigned, None, "nothing changed");
    let asked = PullRequest { assigned: true, ..after(cursor) };
    let PullResponse::Page(page) = ana.pull(asked).await else { panic!("a page") };
    let told: Vec<_> = page.assigned.unwrap().into_iter().map(|one| (one.customer, one.users)).collect();
    assert_eq!(told, [(one.customer.id, vec!["bob by name".to_owned()])]);
}

/// Characters that PostgreSQL's text does not take, in every place a person's words go to.
#[tokio::test]
async fn a_command_that_the_database_cannot_store_does_not_block_the_queue() {
    let scene = Scene::new().await;
    let one = scene.accounts(1..2).await.remove(0);
    let device = scene.specialist("ana", &[one.customer.id]).await;
    let account = one.account.id;
    let follow_up = Command::ScheduleFollowUp {
        due: domain::testkit::day(2026, 3, 17),
        what: "call\0back".to_owned(),
        assignee: Some("some\0body".to_owned()),
    };
    let mut odd = device.envelope(4, account, note("by an odd program"));
    odd.app_version = "0.1\0".to_owned();
    let batch = [
        device.envelope(1, account, note("before")),
        device.envelope(2, account, note("nothing\0here")),
        device.envelope(3, account, follow_up),
        odd,
        device.envelope(5, account, note("after")),
    ];
    let mut results = Vec::new();
    while results.len() < batch.len() {
        let part = device.push(&batch[results.len()..]).await.unwrap().results;
        assert!(!part.is_empty(), "the queue stands still after {results:?}");
        results.extend(part);
    }
    assert!(results[0].outcome.is_accepted() && results[4].outcome.is_accepted(), "{results:?}");
    assert_eq!(device.push(&batch).await.unwrap().results, results, "each decided once");
}
