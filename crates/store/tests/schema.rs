//! The schema as it is, for reading; and the past, which is frozen. A change to a table is a new
//! migration: then this text is made anew by `DUNLIN_BLESS=1 cargo test -p dunlin-store --test schema`.
#![allow(clippy::unwrap_used, reason = "a test's way to fail")]

mod common;

use common::{Fresh, raw};

#[test]
fn the_schema_is_the_one_on_record() {
    let fresh = Fresh::new();
    let conn = raw(&fresh.path());
    let mut all = conn
        .prepare(
            "SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%'
               AND name NOT GLOB '*_search_*' ORDER BY tbl_name, type DESC, name",
        )
        .unwrap();
    let rows = all.query_map([], |row| row.get::<_, String>(0)).unwrap();
    let schema: String = rows.map(|sql| sql.unwrap() + ";\n").collect();
    let golden = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/schema.sql");
    if std::env::var_os("DUNLIN_BLESS").is_some() {
        std::fs::write(golden, &schema).unwrap();
    }
    assert_eq!(schema, std::fs::read_to_string(golden).unwrap().replace("\r\n", "\n"), "the schema changed");
}

#[test]
fn past_migrations_are_frozen() {
    let fresh = Fresh::new();
    let conn = raw(&fresh.path());
    let mut all = conn.prepare("SELECT number, lower(hex(checksum)) FROM migration ORDER BY number").unwrap();
    let rows =
        all.query_map([], |row| Ok(format!("{} {}\n", row.get::<_, u32>(0)?, row.get::<_, String>(1)?))).unwrap();
    let checksums: String = rows.map(Result::unwrap).collect();
    let golden = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/migrations.txt");
    if std::env::var_os("DUNLIN_BLESS").is_some() {
        std::fs::write(golden, &checksums).unwrap();
    }
    assert_eq!(
        checksums,
        std::fs::read_to_string(golden).unwrap().replace("\r\n", "\n"),
        "a migration that databases went through was edited: write a new one instead"
    );
}
