//! Behind a real PgBouncer in transaction mode, where one session serves many and named prepared
//! statements are lost.

use std::path::Path;
use std::process::{Child, Command};
use std::sync::Arc;
use std::time::Duration;

use server::app::App;

use crate::scene::{Scene, start};
use crate::work::note;

/// Ends with the test.
struct PgBouncer(Child);

impl Drop for PgBouncer {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// On a socket in a folder below the scene's; two sessions of PostgreSQL for everybody.
fn pgbouncer(program: &Path, folder: &Path, postgres: &Path) -> PgBouncer {
    std::fs::create_dir(folder).unwrap();
    let ini = folder.join("pgbouncer.ini");
    let text = format!(
        "[databases]\npostgres = host={} user=dunlin\n[pgbouncer]\nlisten_addr =\nunix_socket_dir = {}\n\
         listen_port = 6432\nauth_type = any\npool_mode = transaction\ndefault_pool_size = 2\n\
         max_client_conn = 50\nserver_reset_query =\n",
        postgres.display(),
        folder.display()
    );
    std::fs::write(&ini, text).unwrap();
    let mut command = Command::new(program);
    // It refuses to run as root, as PostgreSQL does.
    let root = Command::new("id").arg("-u").output().unwrap().stdout == b"0\n";
    if root {
        Command::new("chown").args(["-R", "nobody"]).arg(folder).status().unwrap();
        command.args(["-u", "nobody"]);
    }
    PgBouncer(command.arg("-q").arg(ini).spawn().unwrap())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn pushes_and_pulls_pass_through_a_pooler_that_loses_sessions() {
    let found = std::env::var_os("PATH").and_then(|path| {
        std::env::split_paths(&path)
            .chain(["/usr/sbin".into()])
            .map(|folder| folder.join("pgbouncer"))
            .find(|program| program.is_file())
    });
    let Some(program) = found else {
        println!("SKIPPED: pgbouncer is not on the path; Debian's package of that name brings it.");
        return;
    };
    let scene = Scene::new().await;
    let all = scene.accounts(1..5).await;
    let folder = scene.postgres.folder().with_file_name("pgbouncer");
    let _running = pgbouncer(&program, &folder, scene.postgres.folder());
    let mut config = scene.app.config.clone();
    config.database.url = format!("host={} port=6432 user=dunlin dbname=postgres", folder.display());
    config.database.prepared_statements = false;
    let app = App::with_clock(config, Arc::new(start)).unwrap();
    for _ in 0..100 {
        if app.db.conn().await.is_ok() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let mut working = Vec::new();
    for (nr, one) in all.iter().enumerate() {
        let device = scene.specialist(&format!("user{nr}"), &[one.customer.id]).await.through(app.clone());
        let account = one.account.id;
        working.push(tokio::spawn(async move {
            let mut cursor = device.snapshot().await.1;
            for seq in 1..=10 {
                device.act(seq, account, note("n")).await;
                cursor = device.page(cursor).await.cursor;
            }
        }));
    }
    for one in working {
        one.await.unwrap();
    }
    assert_eq!(scene.count("SELECT count(*) FROM command WHERE outcome = 'accepted'").await, 40);
}
