//! The schema: keys that can be distributed, migrations that can't be altered, and both ways of
//! running statements.

use server::db::Run as _;
use server::migrate;

use crate::scene::Scene;
use crate::work::{arrange, note};

#[tokio::test]
async fn every_key_begins_with_the_organisation_and_migrations_hold() {
    let scene = Scene::new().await;
    let conn = scene.app.db.conn().await.unwrap();
    let keys = conn
        .rows(
            "SELECT i.indrelid::regclass::text, a.attname::text FROM pg_index i
             JOIN pg_class c ON c.oid = i.indrelid AND c.relnamespace = 'public'::regnamespace
             JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0]
             WHERE i.indisunique
             UNION ALL
             SELECT k.conrelid::regclass::text, a.attname::text FROM pg_constraint k
             JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = k.conkey[1]
             WHERE k.contype = 'f'",
            &[],
        )
        .await
        .unwrap();
    assert!(keys.len() > 30);
    for key in &keys {
        let (table, first): (String, String) = (key.get(0), key.get(1));
        // The organisations themselves are the directory; the ledger of migrations is the schema's.
        if !["org", "migration"].contains(&table.as_str()) {
            assert_eq!(first, "org_id", "a key of {table} begins with {first}");
        }
    }
    assert_eq!(migrate::migrate(&scene.app.db).await.unwrap(), 0, "nothing is applied twice");
    conn.run("UPDATE migration SET checksum = '\\x00' WHERE version = 2", &[]).await.unwrap();
    let error = migrate::migrate(&scene.app.db).await.unwrap_err();
    assert!(error.to_string().contains("0002_history was altered"), "{error}");
    conn.run("INSERT INTO migration (version, name, checksum) VALUES (99, 'later', '\\x00')", &[]).await.unwrap();
    let error = migrate::check(&scene.app.db).await.unwrap_err();
    assert!(error.to_string().contains("newer than this program"), "{error}");
}

#[tokio::test]
async fn users_of_one_name_are_told_apart_by_their_logins() {
    let scene = Scene::new().await;
    let conn = scene.app.db.conn().await.unwrap();
    // As it was before the tenth migration.
    conn.script("DROP INDEX person_name; DELETE FROM migration WHERE version = 10").await.unwrap();
    for login in ["ana", "ana2", "ana3", "bob"] {
        scene.person(login, server::auth::Role::Specialist).await;
    }
    let names = "UPDATE person SET name = CASE login WHEN 'ana' THEN 'Ana Cruz' WHEN 'ana2' THEN 'ana cruz'
      WHEN 'ana3' THEN 'Ana Cruz' ELSE 'Ana Cruz (ana3)' END";
    conn.run(names, &[]).await.unwrap();
    assert_eq!(migrate::migrate(&scene.app.db).await.unwrap(), 1);
    let rows = conn.rows("SELECT name FROM person ORDER BY user_id", &[]).await.unwrap();
    let names: Vec<String> = rows.iter().map(|row| row.get(0)).collect();
    assert_eq!(names, ["Ana Cruz", "ana cruz (ana2)", "Ana Cruz (ana3)", "Ana Cruz (ana3) (bob)"]);
}

#[tokio::test]
async fn without_prepared_statements_nothing_is_left_in_the_session() {
    let scene = Scene::with(|config| {
        config.database.prepared_statements = false;
        config.database.pool = 2;
    })
    .await;
    let one = scene.accounts(1..2).await.remove(0);
    let device = scene.specialist("ana", &[one.customer.id]).await;
    let (_, cursor) = device.snapshot().await;
    device.push(&[device.envelope(1, one.account.id, arrange())]).await.unwrap();
    device.act(2, one.account.id, note("n")).await;
    assert_eq!(device.page(cursor).await.transactions.len(), 2);
    // As behind PgBouncer in transaction mode: the next transaction may be in another session.
    assert_eq!(scene.count("SELECT count(*) FROM pg_prepared_statements").await, 0);
}

#[tokio::test]
async fn an_operator_hears_what_the_database_lacks() {
    use server::config::Database;
    use server::db::Db;
    use server::explain::explain;
    let scene = Scene::new().await;
    let there = scene.app.config.database.clone();
    let conn = scene.app.db.conn().await.unwrap();
    let name: String = conn.row("SELECT current_database()::text", &[]).await.unwrap().unwrap().get(0);
    conn.script("CREATE DATABASE empty").await.unwrap();
    let at = |other: &str| Database { url: there.url.replace(&name, other), ..there.clone() };
    let error = migrate::check(&Db::new(&at("nowhere")).unwrap()).await.unwrap_err();
    let said = explain(&error, &at("nowhere"));
    assert!(said.contains("\nMake it: createdb"), "{said}");
    let error = migrate::check(&Db::new(&at("empty")).unwrap()).await.unwrap_err();
    assert!(explain(&error, &at("empty")).contains("run dunlin-server migrate"), "{error}");
}
