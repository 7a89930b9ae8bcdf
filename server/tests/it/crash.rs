//! `kill -9` of PostgreSQL in the middle of batches: decided exactly once, and what was acknowledged
//! is never lost.

use std::sync::Arc;
use std::time::Duration;

use crate::scene::Scene;
use crate::work::note;

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_batch_cut_off_by_a_killed_database_is_decided_exactly_once() {
    let mut scene = Scene::new().await;
    let all = scene.accounts(1..5).await;
    let mut devices = Vec::new();
    for (nr, one) in all.iter().enumerate() {
        devices.push((Arc::new(scene.specialist(&format!("user{nr}"), &[one.customer.id]).await), one.account.id));
    }
    let pushing: Vec<_> = devices
        .iter()
        .map(|(device, account)| {
            let (device, account) = (device.clone(), *account);
            tokio::spawn(async move {
                let mut acknowledged = 0;
                for round in 0..12_u64 {
                    let batch: Vec<_> =
                        (1..=10).map(|nr| device.envelope(round * 10 + nr, account, note("n"))).collect();
                    // As a device does: the same batch until there is an answer.
                    let response = loop {
                        match device.push(&batch).await {
                            Ok(response) => break response,
                            Err(error) => assert!(error.is_passing(), "{error}"),
                        }
                        tokio::time::sleep(Duration::from_millis(50)).await;
                    };
                    assert_eq!(response.results.len(), 10);
                    assert!(response.results.iter().all(|result| result.outcome.is_accepted()), "{response:?}");
                    acknowledged += response.results.len();
                }
                acknowledged
            })
        })
        .collect();
    for _ in 0..2 {
        tokio::time::sleep(Duration::from_millis(250)).await;
        scene.postgres.kill();
        scene.postgres.restart().unwrap_or_else(|why| panic!("{why}"));
    }
    let mut acknowledged = 0;
    for task in pushing {
        acknowledged += task.await.unwrap();
    }
    assert_eq!(acknowledged, 4 * 120);
    assert_eq!(scene.count("SELECT count(*) FROM command").await, 480, "each command once");
    assert_eq!(scene.count("SELECT count(*) FROM record WHERE tbl = 110").await, 480, "with its effect, once");
    assert_eq!(scene.count("SELECT count(DISTINCT seq) FROM command").await, 48, "whole batches only");
    let conn = scene.app.db.conn().await.unwrap();
    server::history::verify(&conn, scene.org).await.unwrap();
}
