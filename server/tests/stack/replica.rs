//! A streaming replica serves reads while it has caught up, and never hides what a device was just
//! told.

use std::time::{Duration, Instant};

use server::app::App;
use server::config::Config;
use server::db::Run as _;

use crate::laptop::{Laptop, central};

/// Waits until the replica has what the database has.
async fn caught_up(app: &App) {
    let head = "SELECT coalesce(max(seq), 0) FROM org";
    let until = Instant::now() + Duration::from_secs(20);
    loop {
        let here: i64 = app.db.conn().await.unwrap().row(head, &[]).await.unwrap().unwrap().get(0);
        let there = app.reads.as_ref().unwrap().conn().await.unwrap().row(head, &[]).await.unwrap();
        if there.unwrap().get::<_, i64>(0) == here {
            return;
        }
        assert!(Instant::now() < until, "the replica does not catch up");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[test]
fn pulls_are_read_from_the_replica_unless_it_is_behind_or_gone() {
    let mut central = central("");
    let folder = central.postgres().folder().with_file_name("replica");
    let mut replica = central.postgres().replica(&folder).unwrap();
    let mut config = Config::read(None, Some(central.postgres().url())).unwrap();
    config.database.read_url = Some(replica.url());
    config.listen = std::net::SocketAddr::from(([127, 0, 0, 1], 0));
    config.limits.requests_per_second = 10_000;
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let now: chrono::DateTime<chrono::Utc> = crate::laptop::NOW.parse().unwrap();
    let app = App::with_clock(config, std::sync::Arc::new(move || now)).unwrap();
    let handle = axum_server::Handle::new();
    let (serving, stop) = (app.clone(), handle.clone());
    runtime.spawn(async move { server::serve::serve(serving, stop).await.unwrap() });
    let address = runtime.block_on(handle.listening()).unwrap();

    let mut laptop = Laptop::of(&central, "ana");
    laptop.address = format!("http://{address}");
    let answered = || app.replica_reads.load(std::sync::atomic::Ordering::Relaxed);
    runtime.block_on(caught_up(&app));
    laptop.pull();
    assert_eq!(answered(), 1, "by the replica");
    let replaying = |command: &str| {
        let app = app.clone();
        let command = format!("SELECT {command}()");
        runtime
            .block_on(async move { app.reads.as_ref().unwrap().conn().await.unwrap().script(&command).await.unwrap() });
    };
    replaying("pg_wal_replay_pause");
    laptop.push(3);
    let verdicts = laptop.pull();
    assert_eq!((verdicts.len(), answered()), (3, 1), "the replica is behind: the database itself answers");
    replaying("pg_wal_replay_resume");
    runtime.block_on(caught_up(&app));
    laptop.pull();
    assert_eq!(answered(), 2);
    replica.kill();
    laptop.push(2);
    assert_eq!(laptop.pull().len(), 2, "without a replica everything goes on");
}
